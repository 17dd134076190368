// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "core/diagnostics/diagnostics.h"
#include "core/diagnostics/process.h"
#include "tests/support/samplefleet.h"

#include <QtTest>

#include <vector>

using namespace sextant;
using namespace std::chrono_literals;

namespace {

const Time kNow = Time(std::chrono::seconds(1'900'000'000));

bool holds(const std::string &text, std::string_view part) { return text.find(part) != std::string::npos; }

/// A fleet of one cluster whose counters a test moves.
struct OneCluster {
    FleetStore store;
    std::shared_ptr<ClusterStore> cluster;
    explicit OneCluster(Orchestrator orchestrator = Orchestrator::Kubernetes)
        : cluster(store.add())
    {
        ClusterStatus &status = cluster->status();
        status.name = "gke-eu";
        status.orchestrator = orchestrator;
        status.connection = Connection::Live;
        status.heard = kNow - 3s;
        test::setAllLive(status, kNow - 3s);
        cluster->publish();
    }
    void count(std::uint64_t bytes, std::uint64_t changes)
    {
        cluster->status().bytes = bytes;
        cluster->status().changes = changes;
        cluster->publish();
    }
    ClusterDiagnosis diagnosis(const MinuteLog *log = nullptr)
    {
        cluster->status(); // it was written to
        cluster->publish();
        return diagnose(*store.snapshot().clusters().front(), log);
    }
};

const KindDiagnosis &kindOf(const ClusterDiagnosis &cluster, ResourceKind kind)
{
    for (const KindDiagnosis &one : cluster.kinds) {
        if (one.kind == kind) {
            return one;
        }
    }
    qFatal("no such kind");
}

} // namespace

class TestDiagnostics : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void ratesAreOfTheLastMinute()
    {
        OneCluster fleet;
        MinuteLog log;
        const MinuteLog::Clock::time_point start{};
        QVERIFY(!log.traffic(fleet.cluster->id()));
        QVERIFY(!log.processorShare());
        // 100 bytes and half a change a second for a minute, then 1,000 bytes and none.
        std::uint64_t bytes = 0;
        for (int second = 0; second <= 120; ++second) {
            bytes += second <= 60 ? 100 : 1000;
            fleet.count(bytes, static_cast<std::uint64_t>(std::min(second, 60) / 2));
            log.sample(fleet.store.snapshot(), static_cast<std::uint64_t>(second) * 5, second * 0.25,
                start + std::chrono::seconds(second));
            if (second == 0) {
                QVERIFY(!log.traffic(fleet.cluster->id())); // one look is no rate
            } else if (second == 60) {
                QCOMPARE(log.traffic(fleet.cluster->id())->bytesPerSecond, 100.0);
                QCOMPARE(log.traffic(fleet.cluster->id())->changesPerSecond, 0.5);
            }
        }
        QCOMPARE(log.traffic(fleet.cluster->id())->bytesPerSecond, 1000.0);
        QCOMPARE(log.traffic(fleet.cluster->id())->changesPerSecond, 0.0);
        QCOMPARE(*log.processorShare(), 0.25);
        QCOMPARE(*log.picturesPerSecond(), 5.0);
        QCOMPARE(log.span(), 60s);
    }

    void aClusterOpenedAnewCountsFromThere()
    {
        OneCluster fleet;
        MinuteLog log;
        const MinuteLog::Clock::time_point start{};
        const std::uint64_t counted[] = {5000, 6000, 40, 50, 60};
        for (int second = 0; second < 5; ++second) {
            fleet.count(counted[second], 0);
            log.sample(fleet.store.snapshot(), 0, 0, start + std::chrono::seconds(second));
        }
        QCOMPARE(log.traffic(fleet.cluster->id())->bytesPerSecond, 10.0); // never what fell
        const auto late = fleet.store.add();
        late->status().bytes = 1'000'000;
        late->publish();
        log.sample(fleet.store.snapshot(), 0, 0, start + 5s);
        QVERIFY(!log.traffic(late->id())); // nor what came before the first look
        QVERIFY(log.traffic(fleet.cluster->id()));
    }

    void kindsSayHowTheyStand_data()
    {
        QTest::addColumn<int>("sync");
        QTest::addColumn<QString>("words");
        QTest::addColumn<int>("state");
        QTest::addColumn<QString>("read");
        const auto row = [](const char *name, Sync sync, const char *words, State state, const char *read) {
            QTest::newRow(name) << static_cast<int>(sync) << QString::fromUtf8(words) << static_cast<int>(state)
                                << QString::fromUtf8(read);
        };
        row("waiting", Sync::Waiting, "not asked yet", State::Pending, "—");
        row("loading", Sync::Loading, "loading, 41\u202f%", State::Pending, "1,124 of 2,740");
        row("live", Sync::Live, "live", State::Ok, "1,124");
        row("stale", Sync::Stale, "stale", State::Unknown, "1,124");
        row("forbidden", Sync::Forbidden, "forbidden", State::Warning, "—");
        row("absent", Sync::Absent, "not served", State::Terminating, "—");
        row("failed", Sync::Failed, "failed", State::Failed, "1,124");
    }
    void kindsSayHowTheyStand()
    {
        QFETCH(int, sync);
        QFETCH(QString, words);
        QFETCH(int, state);
        QFETCH(QString, read);
        OneCluster fleet;
        ResourceStatus &jobs = fleet.cluster->status().of(ResourceKind::Jobs);
        jobs.sync = static_cast<Sync>(sync);
        jobs.read = 1124;
        jobs.expected = 2740;
        const ClusterDiagnosis cluster = fleet.diagnosis();
        const KindDiagnosis &kind = kindOf(cluster, ResourceKind::Jobs);
        QCOMPARE(QString::fromStdString(kind.sync), words);
        QCOMPARE(static_cast<int>(kind.state), state);
        QCOMPARE(QString::fromStdString(formatRead(kind.status)), read);
    }

    void clustersSayHowFarTheyAreRead_data()
    {
        QTest::addColumn<int>("orchestrator");
        QTest::addColumn<int>("sync");
        QTest::addColumn<int>("read");
        QTest::addColumn<int>("expected"); // -1: not known
        QTest::addColumn<QString>("words");
        const auto row = [](const char *name, Sync sync, int read, int expected, const char *words,
                             Orchestrator orchestrator = Orchestrator::Kubernetes) {
            QTest::newRow(name) << static_cast<int>(orchestrator) << static_cast<int>(sync) << read << expected
                                << QString::fromUtf8(words);
        };
        row("not asked", Sync::Waiting, 0, -1, "gke-eu: 1 nodes, 2 pods");
        row("total unknown", Sync::Loading, 12000, -1, "gke-eu: 1 nodes, 2+ pods");
        row("total known", Sync::Loading, 12000, 150000, "gke-eu: 1 nodes, 12,000 of 150,000 pods");
        row("more than was said", Sync::Loading, 12000, 11000, "gke-eu: 1 nodes, 2+ pods");
        row("none of none", Sync::Loading, 0, 0, "gke-eu: 1 nodes, 2+ pods");
        row("all of it", Sync::Live, 150000, 150000, "gke-eu: 1 nodes, 2 pods");
        row("tasks", Sync::Loading, 7, 90, "gke-eu: 1 hosts, 7 of 90 tasks", Orchestrator::Helios);
    }
    void clustersSayHowFarTheyAreRead()
    {
        QFETCH(int, orchestrator);
        QFETCH(int, sync);
        QFETCH(int, read);
        QFETCH(int, expected);
        QFETCH(QString, words);
        OneCluster fleet(static_cast<Orchestrator>(orchestrator));
        fleet.cluster->upsert(test::sampleNode("n", "pool", 4, 16, kNow));
        fleet.cluster->upsert(test::samplePod("ns", "p", "n", 10, 10, kNow));
        fleet.cluster->upsert(test::samplePod("ns", "q", "n", 10, 10, kNow));
        ResourceStatus &pods = fleet.cluster->status().of(ResourceKind::Pods);
        pods.sync = static_cast<Sync>(sync);
        pods.read = static_cast<std::uint64_t>(read);
        pods.expected = expected < 0 ? std::nullopt : std::optional(static_cast<std::uint64_t>(expected));
        fleet.cluster->publish();
        QCOMPARE(QString::fromStdString(formatLoaded(*fleet.store.snapshot().clusters().front())), words);
    }

    void keptPicturesAreRenewed()
    {
        OneCluster fleet;
        ClusterStatus &status = fleet.cluster->status();
        status.connection = Connection::Stale;
        ResourceStatus &jobs = status.of(ResourceKind::Jobs);
        jobs.sync = Sync::Stale;
        jobs.renewing = true;
        jobs.read = 1124;
        jobs.expected = 2740;
        const ClusterDiagnosis cluster = fleet.diagnosis();
        QCOMPARE(cluster.connection, std::string("stale, loading"));
        QCOMPARE(kindOf(cluster, ResourceKind::Jobs).sync, std::string("stale, loading, 41\u202f%"));
        QCOMPARE(kindOf(cluster, ResourceKind::Jobs).state, State::Unknown);
    }

    void clustersAreSummed()
    {
        OneCluster fleet;
        ClusterStatus &status = fleet.cluster->status();
        for (int i = 0; i < 7; ++i) {
            fleet.cluster->upsert(test::samplePod("ns", "p" + std::to_string(i), "n", 10, 10, kNow));
        }
        fleet.cluster->upsert(test::sampleNode("n", "pool", 4, 16, kNow));
        for (ResourceStatus &kind : status.resources) {
            kind.lists = 2;
            kind.watches = 3;
        }
        ClusterDiagnosis cluster = fleet.diagnosis();
        QCOMPARE(cluster.objects, std::uint64_t(8));
        QCOMPARE(cluster.kinds.size(), std::size_t(kResourceKinds - 1)); // no deployment groups on Kubernetes
        QCOMPARE(cluster.lists, std::uint64_t(2 * (kResourceKinds - 1)));
        QCOMPARE(cluster.watches, std::uint64_t(3 * (kResourceKinds - 1)));
        QCOMPARE(cluster.connection, std::string("live"));

        status.of(ResourceKind::Nodes).sync = Sync::Forbidden;
        QCOMPARE(fleet.diagnosis().connection, std::string("partial"));
        status.of(ResourceKind::Nodes).sync = Sync::Loading;
        QCOMPARE(fleet.diagnosis().connection, std::string("loading"));
        status.connection = Connection::Stale;
        QCOMPARE(fleet.diagnosis().connection, std::string("stale"));
        status.connection = Connection::Failed;
        QCOMPARE(fleet.diagnosis().connection, std::string("failed"));
    }

    void heliosIsPolled()
    {
        OneCluster fleet(Orchestrator::Helios);
        ClusterStatus &status = fleet.cluster->status();
        status.pace = 31s;
        status.round = 4200ms;
        status.masters = {"http://m1:5801", "http://m2:5801"};
        status.server = "http://m2:5801";
        status.throttled = 3;
        status.bytes = 2 << 20;
        status.unpacked = 9 << 20;
        status.of(ResourceKind::Pods).traffic = {.requests = 4321, .wire = 77 << 10};
        const ClusterDiagnosis cluster = fleet.diagnosis();
        QCOMPARE(
            QString::fromStdString(cluster.polling), QStringLiteral("every 31\u202fs, the last round took 4.2\u202fs"));
        QCOMPARE(cluster.masters.size(), std::size_t(2));
        QVERIFY(holds(cluster.masters[0], "m1:5801, not asked"));
        QVERIFY(holds(cluster.masters[1], "m2:5801, answers"));
        QCOMPARE(kindOf(cluster, ResourceKind::Pods).word, std::string("tasks"));
        const std::string text = diagnosticsText({kNow, {}, {cluster}});
        for (const char *part : {"polled        every 31", "3 refused as too many (429)",
                 "2Mi on the wire, 9Mi unpacked", "4,321", "77Ki"}) {
            QVERIFY2(holds(text, part), (std::string(part) + " is missing in:\n" + text).c_str());
        }
    }

    void textSaysAllOfIt()
    {
        OneCluster fleet;
        ClusterStatus &status = fleet.cluster->status();
        status.server = "https://10.0.0.1";
        status.latency = 12ms;
        status.skew = -2s;
        status.requests = 31;
        status.bytes = 18 << 20;
        status.unpacked = 120 << 20;
        status.throttled = 7;
        ResourceStatus &pods = status.of(ResourceKind::Pods);
        pods.sync = Sync::Forbidden;
        pods.error = Error{ErrorCode::Forbidden, "may not list pods", "gke-eu", "Ask for the rule of view"};
        pods.nextTry = kNow + 45s;
        Diagnostics all{kNow, {}, {fleet.diagnosis()}};
        all.program.resident = 143 << 20;
        all.program.processorShare = 0.021;
        all.program.longestStall = 17ms;
        all.program.logFile = "/tmp/sextant.log";
        const std::string text = diagnosticsText(all);
        for (const char *part :
            {"143Mi resident", "2.1\u202f% of a core", "17 ms", "/tmp/sextant.log", "gke-eu (Kubernetes)",
                "https://10.0.0.1", "heard 3s ago", "answers in 12\u202fms", "clock -2\u202fs", "31 requests",
                "7 refused as too many (429)", "18Mi on the wire, 120Mi unpacked, — over the last minute", "forbidden",
                "may not list pods. Ask for the rule of view", "in 45s", "nodes", "live"}) {
            QVERIFY2(holds(text, part), (std::string(part) + " is missing in:\n" + text).c_str());
        }
        QVERIFY(!holds(text, "deployment groups"));
    }

    void textIsHarmless()
    {
        OneCluster fleet;
        fleet.cluster->status().name = "evil\x1b[2Jname\nserver        fake";
        fleet.cluster->status().of(ResourceKind::Pods).error = Error{ErrorCode::Server, "\x1b]0;title\x07", {}, {}};
        const std::string text = diagnosticsText({kNow, {}, {fleet.diagnosis()}});
        QVERIFY(!holds(text, "\x1b"));
        QVERIFY(!holds(text, "\x07"));
        QVERIFY(!holds(text, "\nserver        fake"));
    }

    void scopeAndUnknowns()
    {
        FleetStore store;
        const auto truth = test::fillSampleFleet(store, {.clusters = 2, .nodes = 12, .pods = 100});
        const Snapshot snapshot = store.snapshot();
        QCOMPARE(diagnose(snapshot, nullptr, kNow).clusters.size(), std::size_t(2));
        const ClusterId second = truth.clusters[1]->id();
        const Diagnostics one = diagnose(snapshot, nullptr, kNow, second);
        QCOMPARE(one.clusters.size(), std::size_t(1));
        QCOMPARE(one.clusters.front().id, second);
        QVERIFY(!one.program.longestStall);
        QVERIFY(one.program.strings > 0);
        QVERIFY(one.program.resident.value_or(0) > 1 << 20);
        QVERIFY(one.program.peak >= one.program.resident);
        QVERIFY(process::processorSeconds() > 0);
        QVERIFY(holds(diagnosticsText(one), "longest stall —"));
        QCOMPARE(formatRate({}), std::string(kUnknownText));
        QCOMPARE(formatPerSecond(0.04), std::string("0.0\u202f/s"));
        QCOMPARE(formatPerSecond(1234), std::string("1,234\u202f/s"));
        QCOMPARE(formatAnswerTime(0ms), std::string(kUnknownText));
    }
};

QTEST_GUILESS_MAIN(TestDiagnostics)
#include "tst_diagnostics.moc"
