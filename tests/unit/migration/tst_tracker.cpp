// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/migration/memory.h"
#include "core/migration/migration.h"
#include "tests/support/twofleets.h"

#include <QTemporaryDir>
#include <QtTest>

#include <fstream>
#include <sstream>
#include <sys/stat.h>

using namespace sextant;
using namespace sextant::migration;
using namespace std::chrono_literals;
using test::Instances;
using test::TwoFleets;

namespace {

const Time kStart = Time(1'790'000'000s);

std::string textOf(const std::string &file)
{
    std::ostringstream out;
    out << std::ifstream(file, std::ios::binary).rdbuf();
    return out.str();
}

/// A fleet, a tracker on it, and a clock.
struct Run {
    TwoFleets fleet;
    Time now = kStart;
    std::unique_ptr<Tracker> tracker;

    explicit Run(RulesConfig config = {}, const std::string &file = {})
        : tracker(std::make_unique<Tracker>(Rules::compile(std::move(config)).valueOr({}), TrackerOptions{file}))
    {
    }
    ProgressPtr look(std::chrono::seconds later = 0s)
    {
        now += later;
        return tracker->look(fleet.picture(), now);
    }
    /// Looks twice, a minute apart, and gives the stage.
    std::string settle(const std::string &service)
    {
        look(10s);
        return stage(*look(60s), service);
    }
    static std::string stage(const Progress &progress, const std::string &service)
    {
        const Service *found = progress.find(service);
        return found == nullptr ? "none" : std::string(stageKey(found->stage)) + (found->stale ? " stale" : "");
    }
};

} // namespace

class TrackerTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { m_dir = std::make_unique<QTemporaryDir>(); }
    void wholeWay();
    void firstLook();
    void twoLooks();
    void clockGoesBack();
    void stale_data();
    void stale();
    void unreadableHost();
    void refusedKind();
    void comingCluster();
    void newCluster();
    void closedCluster();
    void renamedCluster();
    void vanished();
    void listedOnly();
    void restart();
    void readOnly();
    void brokenFile();
    void otherRules();
    void shares();
    void sharesRemember();
    void unseenSideWeighsNothing();
    void hosts();
    void owners();
    void burnUp();
    void pastOfServices();
    void noHelios();

private:
    std::string file() const { return m_dir->path().toStdString() + "/sub/migration.json"; }
    std::unique_ptr<QTemporaryDir> m_dir;
};

void TrackerTest::wholeWay()
{
    Run run;
    run.fleet.job("playlist", {.ok = 4});
    QCOMPARE(Run::stage(*run.look(), "playlist"), std::string("not-started"));
    run.fleet.workload("gke-eu", "play", "playlist", {.ok = 1});
    QCOMPARE(run.settle("playlist"), std::string("in-parallel"));
    QCOMPARE(run.look()->find("playlist")->since, kStart + 10s); // of the first of the looks that agree
    run.fleet.job("playlist", {});
    QCOMPARE(run.settle("playlist"), std::string("migrated"));
    run.fleet.job("playlist", {.ok = 4});
    run.fleet.workload("gke-eu", "play", "playlist", {.bad = 1});
    QCOMPARE(run.settle("playlist"), std::string("rolled-back"));
    run.fleet.workload("gke-eu", "play", "playlist", {.ok = 3});
    QCOMPARE(run.settle("playlist"), std::string("in-parallel"));
    run.fleet.job("playlist", {});
    QCOMPARE(run.settle("playlist"), std::string("migrated"));
    run.fleet.dropJob("playlist");
    QCOMPARE(run.settle("playlist"), std::string("retired"));
    const auto progress = run.look();
    QCOMPARE(progress->count(Stage::Retired), 1);
    QCOMPARE(progress->byServices.moved, 1);
    // Nothing well anywhere moves nobody.
    run.fleet.workload("gke-eu", "play", "playlist", {.bad = 3});
    QCOMPARE(run.settle("playlist"), std::string("retired"));
}

void TrackerTest::firstLook()
{
    Run run;
    run.fleet.job("a", {.ok = 1});
    run.fleet.job("b", {.ok = 1});
    run.fleet.workload("gke-eu", "n", "b", {.ok = 1});
    run.fleet.job("c", {});
    run.fleet.workload("gke-eu", "n", "c", {.ok = 1});
    run.fleet.job("d", {});
    run.fleet.workload("gke-eu", "n", "e", {.ok = 1}); // only Kubernetes ever had it
    const auto progress = run.look();
    QCOMPARE(progress->services.size(), std::size_t(4));
    QCOMPARE(Run::stage(*progress, "a"), std::string("not-started"));
    QCOMPARE(Run::stage(*progress, "b"), std::string("in-parallel"));
    QCOMPARE(Run::stage(*progress, "c"), std::string("migrated"));
    QCOMPARE(Run::stage(*progress, "d"), std::string("not-started"));
    for (const Service &service : progress->services) {
        QCOMPARE(service.since, kNoTime);
        QCOMPARE(service.firstSeen, kStart);
    }
    QCOMPARE(progress->byServices.total, 4);
    const auto apart = std::find_if(
        progress->unmatched.begin(), progress->unmatched.end(), [](const Unmatched &one) { return one.name == "e"; });
    QVERIFY(apart != progress->unmatched.end() && !apart->helios);
}

void TrackerTest::twoLooks()
{
    Run run;
    run.fleet.job("a", {.ok = 1});
    run.look();
    run.fleet.workload("gke-eu", "n", "a", {.ok = 1});
    QCOMPARE(Run::stage(*run.look(10s), "a"), std::string("not-started"));
    QVERIFY(run.tracker->current()->find("a")->seen == Stage::InParallel); // waits, and says so
    QCOMPARE(Run::stage(*run.look(59s), "a"), std::string("not-started"));
    // One look in between that differs: they begin anew.
    run.fleet.workload("gke-eu", "n", "a", {.bad = 1});
    QCOMPARE(Run::stage(*run.look(1s), "a"), std::string("not-started"));
    QVERIFY(!run.tracker->current()->find("a")->seen);
    run.fleet.workload("gke-eu", "n", "a", {.ok = 1});
    QCOMPARE(Run::stage(*run.look(1s), "a"), std::string("not-started"));
    QCOMPARE(Run::stage(*run.look(59s), "a"), std::string("not-started"));
    QCOMPARE(Run::stage(*run.look(1s), "a"), std::string("in-parallel"));
    QCOMPARE(run.tracker->current()->find("a")->since, kStart + 71s);
}

void TrackerTest::clockGoesBack()
{
    Run run;
    run.fleet.job("a", {.ok = 1});
    run.look();
    run.fleet.workload("gke-eu", "n", "a", {.ok = 1});
    run.look(10s);
    QCOMPARE(Run::stage(*run.look(-3600s), "a"), std::string("not-started"));
    QCOMPARE(Run::stage(*run.look(59s), "a"), std::string("not-started"));
    QCOMPARE(Run::stage(*run.look(1s), "a"), std::string("in-parallel"));
    QCOMPARE(run.tracker->current()->find("a")->since, kStart - 3590s);
    const auto &points = run.tracker->current()->burnUp;
    QVERIFY(std::is_sorted(points.begin(), points.end(), [](const auto &x, const auto &y) { return x.at < y.at; }));
    QCOMPARE(points.back().moving, 1); // its end is what stands now
}

void TrackerTest::stale_data()
{
    QTest::addColumn<QString>("cluster");
    QTest::addColumn<bool>("other"); // a service that is on Helios alone is touched too
    QTest::newRow("Helios") << "helios-lon" << true;
    QTest::newRow("Kubernetes") << "gke-eu" << false;
}

void TrackerTest::stale()
{
    QFETCH(QString, cluster);
    QFETCH(bool, other);
    Run run;
    run.fleet.job("a", {.ok = 1});
    run.fleet.workload("gke-eu", "n", "a", {.ok = 1});
    run.fleet.job("b", {.ok = 1});
    run.look();
    run.fleet.connection(cluster.toStdString(), Connection::Stale);
    run.fleet.job("a", {});
    QCOMPARE(run.settle("a"), std::string("in-parallel stale"));
    QCOMPARE(run.tracker->current()->find("b")->stale, other);
    const auto &missing = run.tracker->current()->missing;
    QVERIFY(std::any_of(missing.begin(), missing.end(), [&](const std::string &line) {
        return line.find(cluster.toStdString()) == 0 && line.find("as last seen") != std::string::npos;
    }));
    run.fleet.connection(cluster.toStdString(), Connection::Live);
    QCOMPARE(run.settle("a"), std::string("migrated"));
}

void TrackerTest::unreadableHost()
{
    Run run;
    for (const char *name : {"a", "b"}) {
        run.fleet.job(name, {.ok = 2});
        run.fleet.workload("gke-eu", "n", name, {.ok = 1});
    }
    run.look();
    run.fleet.cluster("helios-lon").status().of(ResourceKind::Pods).unreadable = {"host-7"};
    run.fleet.job("a", {}); // its tasks may be on that host
    QCOMPARE(run.settle("a"), std::string("in-parallel stale"));
    QCOMPARE(Run::stage(*run.look(), "b"), std::string("in-parallel"));
    QVERIFY(run.look()->missing.front().find("host-7") != std::string::npos);
}

void TrackerTest::refusedKind()
{
    Run run;
    run.fleet.job("a", {.ok = 1});
    run.fleet.workload("gke-eu", "n", "a", {.ok = 1}, WorkloadKind::StatefulSet);
    run.fleet.job("b", {.ok = 1});
    run.fleet.workload("gke-eu", "n", "b", {.ok = 1});
    run.look();
    auto &cluster = run.fleet.cluster("gke-eu");
    cluster.status().of(ResourceKind::StatefulSets).sync = Sync::Forbidden;
    cluster.clear(ResourceKind::StatefulSets);
    cluster.publish();
    QCOMPARE(run.settle("a"), std::string("in-parallel stale")); // not found is not gone
    run.fleet.job("b", {});
    QCOMPARE(run.settle("b"), std::string("migrated")); // what is found can be judged
}

void TrackerTest::comingCluster()
{
    Run run;
    run.fleet.job("a", {.ok = 1});
    run.fleet.workload("gke-us", "n", "a", {.ok = 1});
    run.fleet.connection("gke-us", Connection::Connecting);
    run.fleet.connection("gke-eu", Connection::Failed); // will never come
    QVERIFY(run.look()->find("a")->stale);
    QVERIFY(run.tracker->current()->burnUp.empty());
    run.fleet.connection("gke-us", Connection::Live);
    QCOMPARE(Run::stage(*run.look(10s), "a"), std::string("in-parallel")); // at once: it was there before
    QCOMPARE(run.look()->find("a")->since, kNoTime);
}

void TrackerTest::newCluster()
{
    Run run;
    run.fleet.job("a", {.ok = 1});
    QCOMPARE(Run::stage(*run.look(), "a"), std::string("not-started"));
    run.fleet.workload("gke-us", "n", "a", {.ok = 1}); // a cluster that is opened only now
    const auto progress = run.look(1s);
    QCOMPARE(Run::stage(*progress, "a"), std::string("in-parallel"));
    QCOMPARE(progress->find("a")->since, kNoTime); // nobody saw it begin
}

void TrackerTest::closedCluster()
{
    const std::string kept = m_dir->path().toStdString() + "/m.json";
    {
        Run run({}, kept);
        run.fleet.job("a", {.ok = 1});
        run.fleet.workload("gke-us", "n", "a", {.ok = 1});
        run.look();
    }
    Run run({}, kept); // this time without gke-us
    run.fleet.job("a", {.ok = 1});
    QCOMPARE(run.settle("a"), std::string("in-parallel stale"));
    QVERIFY(run.look()->missing.front().find("gke-us: is not open") == 0);
    run.look(24h * 31);
    QCOMPARE(run.settle("a"), std::string("rolled-back")); // it is not waited for for ever
}

void TrackerTest::renamedCluster()
{
    Run run;
    run.fleet.job("a", {.ok = 1});
    run.fleet.workload("gke-eu", "n", "a", {.ok = 1});
    run.look();
    run.fleet.cluster("gke-eu").status().name = "prod";
    run.fleet.cluster("gke-eu").publish();
    run.fleet.job("a", {});
    QCOMPARE(run.settle("a"), std::string("migrated"));
}

void TrackerTest::vanished()
{
    Run run;
    run.fleet.job("never", {.ok = 1});
    run.fleet.job("moved", {});
    run.fleet.workload("gke-eu", "n", "moved", {.ok = 1});
    run.look();
    run.fleet.dropJob("never");
    run.fleet.dropJob("moved");
    run.fleet.dropWorkload("gke-eu", "n", "moved");
    QCOMPARE(run.look(10s)->services.size(), std::size_t(2));
    const auto progress = run.look(60s);
    QCOMPARE(Run::stage(*progress, "never"), std::string("none"));
    QCOMPARE(Run::stage(*progress, "moved"), std::string("retired"));
    QCOMPARE(progress->byServices.total, 1);
}

void TrackerTest::listedOnly()
{
    RulesConfig config;
    config.services = {"legal-hold", "gone"};
    Run run(config);
    run.fleet.workload("gke-eu", "n", "legal-hold-service", {.ok = 1});
    const auto progress = run.look();
    QCOMPARE(Run::stage(*progress, "legal-hold"), std::string("retired"));
    QCOMPARE(Run::stage(*progress, "gone"), std::string("not-started"));
    run.look(60s);
    QCOMPARE(Run::stage(*run.look(60s), "gone"), std::string("not-started")); // it was asked for
}

void TrackerTest::restart()
{
    Time entered = kNoTime;
    {
        Run run({}, file());
        run.fleet.job("a", {.ok = 1});
        run.fleet.edit("helios-lon", "a", [](WorkloadDraft &draft) { draft.team = "cantina"; });
        run.look();
        run.fleet.workload("gke-eu", "n", "a", {.ok = 1});
        run.settle("a");
        entered = run.look()->find("a")->since;
        run.fleet.job("a", {.bad = 1});
        run.look(100s);
        run.look(31s); // waits for the second look
    }
    QCOMPARE(entered, kStart + 10s);
    struct stat info { };
    QCOMPARE(::stat(file().c_str(), &info), 0);
    QCOMPARE(info.st_mode & 0777U, 0600U);
    Run run({}, file());
    run.now = kStart + 1h;
    run.fleet.job("a", {.ok = 1});
    run.fleet.workload("gke-eu", "n", "a", {.bad = 1}); // one look on Helios alone
    auto progress = run.look();
    QCOMPARE(Run::stage(*progress, "a"), std::string("in-parallel")); // one look moves nothing back
    QCOMPARE(progress->find("a")->since, entered);
    QCOMPARE(progress->find("a")->firstSeen, kStart);
    QVERIFY(progress->find("a")->seen == Stage::RolledBack);
    run.fleet.workload("gke-eu", "n", "a", {.ok = 1});
    run.fleet.job("a", {});
    QCOMPARE(run.settle("a"), std::string("migrated"));
    QVERIFY(run.look()->burnUp.size() >= 3);
    run.fleet.dropJob("a");
    QCOMPARE(run.look()->find("a")->owner, std::string("cantina")); // as remembered
}

void TrackerTest::readOnly()
{
    const std::string kept = m_dir->path().toStdString() + "/m.json";
    {
        Run run({}, kept);
        run.fleet.job("a", {.ok = 1});
        run.look();
    }
    const std::string before = textOf(kept);
    QVERIFY(!before.empty());
    {
        Tracker tracker(Rules(), {.file = kept, .write = false});
        TwoFleets fleet;
        fleet.job("b", {.ok = 1});
        QCOMPARE(tracker.look(fleet.picture(), kStart + 10min)->services.size(), std::size_t(2));
    }
    QCOMPARE(textOf(kept), before);
    std::ofstream(kept) << "{";
    Tracker tracker(Rules(), {.file = kept, .write = false});
    QVERIFY(tracker.problem());
    QCOMPARE(textOf(kept), std::string("{"));
}

void TrackerTest::brokenFile()
{
    const std::string kept = m_dir->path().toStdString() + "/m.json";
    std::ofstream(kept) << "{\"version\": 1}";
    Run run({}, kept);
    QVERIFY(run.tracker->problem());
    QCOMPARE(run.tracker->problem()->code, ErrorCode::Decode);
    QCOMPARE(textOf(kept + ".bad"), std::string("{\"version\": 1}"));
    run.fleet.job("a", {.ok = 1});
    run.look();
    run.tracker.reset();
    QVERIFY(readMemory(textOf(kept)).ok());
    // A file where its folder should be: what cannot be written is said.
    Run other({}, kept + "/deep/m.json");
    other.fleet.job("a", {.ok = 1});
    other.look();
    QTRY_VERIFY(other.tracker->problem());
    QCOMPARE(other.tracker->problem()->code, ErrorCode::Io);
}

void TrackerTest::otherRules()
{
    const std::string kept = m_dir->path().toStdString() + "/m.json";
    {
        Run run({}, kept);
        run.fleet.job("playlist-service", {});
        run.fleet.workload("gke-eu", "n", "playlist", {.ok = 1});
        QCOMPARE(Run::stage(*run.look(), "playlist-service"), std::string("migrated"));
    }
    RulesConfig config;
    RuleConfig rule;
    rule.heliosPattern.job = "^(.+)-service$";
    rule.kubernetesPattern.workload = "^(.+)$";
    config.match = {rule};
    Run run(config, kept);
    run.fleet.job("playlist-service", {});
    run.fleet.workload("gke-eu", "n", "playlist", {.ok = 1});
    const auto progress = run.look(60s);
    QCOMPARE(progress->services.size(), std::size_t(1)); // the old name is no second service
    QCOMPARE(Run::stage(*progress, "playlist"), std::string("migrated"));
}

void TrackerTest::shares()
{
    Run run;
    run.fleet.job("waits", {.ok = 2, .cpu = 100, .memory = 10}); // not started
    run.fleet.job("bare", {.ok = 5}); // not started, declares nothing
    run.fleet.job("both", {.ok = 1, .cpu = 200, .memory = 20});
    run.fleet.workload("gke-eu", "n", "both", {.ok = 1, .cpu = 300, .memory = 30});
    run.fleet.job("half", {.ok = 1, .cpu = 1000}); // no memory on Helios
    run.fleet.workload("gke-eu", "n", "half", {.ok = 1, .cpu = 1000, .memory = 7});
    run.fleet.job("done", {});
    run.fleet.workload("gke-eu", "n", "done", {.ok = 3, .cpu = 400, .memory = 40});
    run.fleet.job("silent", {});
    run.fleet.workload("gke-eu", "n", "silent", {.ok = 1}); // moved, declares nothing
    run.fleet.job("empty", {}); // nothing anywhere
    const auto progress = run.look();
    QCOMPARE(progress->byServices.moved, 2);
    QCOMPARE(progress->byServices.moving, 2);
    QCOMPARE(progress->byServices.total, 7);
    QCOMPARE(progress->byServices.covered, 7);
    QCOMPARE(progress->byInstances.moved, 4);
    QCOMPARE(progress->byInstances.moving, 4);
    QCOMPARE(progress->byInstances.total, 2 + 5 + 2 + 2 + 3 + 1);
    QCOMPARE(progress->byCpu.covered, 4); // waits, both, half, done
    QCOMPARE(progress->byCpu.services, 7);
    QCOMPARE(progress->byCpu.moved, 1200);
    QCOMPARE(progress->byCpu.moving, 2500);
    QCOMPARE(progress->byCpu.total, 200 + 500 + 2000 + 1200);
    QCOMPARE(progress->byMemory.covered, 3); // waits, both, done
    QCOMPARE(progress->byMemory.moved, 120);
    QCOMPARE(progress->byMemory.moving, 50);
    QCOMPARE(progress->byMemory.total, 20 + 50 + 120);
    QCOMPARE(progress->find("bare")->helios.cpuRequested, Count::kUnknown);
    QCOMPARE(progress->find("silent")->kubernetes.cpuRequested, Count::kUnknown); // 0 requested is nothing declared
    QCOMPARE(progress->find("silent")->helios.cpuRequested, Count::kUnknown);
}

void TrackerTest::sharesRemember()
{
    Run run;
    run.fleet.job("bare", {.ok = 1});
    run.fleet.job("full", {.ok = 1, .cpu = 100});
    run.look();
    for (const char *name : {"bare", "full"}) {
        run.fleet.workload("gke-eu", "n", name, {.ok = 1, .cpu = 100});
        run.fleet.job(name, {});
    }
    run.look(10s);
    const auto progress = run.look(60s);
    QCOMPARE(progress->byServices.moved, 2);
    QCOMPARE(progress->byCpu.covered, 1); // the other never declared it on Helios
    QCOMPARE(progress->byCpu.moved, 100);
}

void TrackerTest::unseenSideWeighsNothing()
{
    QTemporaryDir dir;
    const std::string file = dir.filePath("migration.json").toStdString();
    const auto kubernetes = [](Run &run) { run.fleet.workload("gke-eu", "n", "moved", {.ok = 3, .cpu = 100}); };
    {
        Run run({}, file);
        run.fleet.job("waits", {.ok = 5, .cpu = 100});
        run.fleet.job("moved", {.bad = 1, .cpu = 100});
        kubernetes(run);
        const auto progress = run.look();
        QCOMPARE(progress->byInstances.total, 8);
        QCOMPARE(progress->byInstances.covered, 2);
    }
    Run run({}, file);
    kubernetes(run);
    run.fleet.connection("helios-lon", Connection::Failed);
    const auto progress = run.look();
    QCOMPARE(progress->byServices.total, 2);
    QCOMPARE(progress->byServices.moved, 1);
    QCOMPARE(progress->byInstances.covered, 1); // not 3 of 3 over all of them
    QCOMPARE(progress->byInstances.services, 2);
    QCOMPARE(progress->byCpu.covered, 1);
    QVERIFY(!progress->find("waits")->helios.seen && progress->find("waits")->kubernetes.seen);
    run.fleet.connection("helios-lon", Connection::Live);
    QVERIFY(run.look()->find("waits")->helios.seen); // it is read, and not there
}

void TrackerTest::hosts()
{
    Run run;
    run.fleet.job("stays", {.ok = 2});
    run.fleet.job("left", {.bad = 1}); // what is left of a service that has moved
    run.fleet.workload("gke-eu", "n", "left", {.ok = 1});
    auto progress = run.look();
    QCOMPARE(progress->hosts.size(), std::size_t(1));
    QCOMPARE(progress->hosts[0].tasks, 3);
    QCOMPARE(progress->hosts[0].staying, 2);
    QCOMPARE(progress->hostsEmpty, 0);
    run.fleet.workload("gke-eu", "n", "stays", {.ok = 1});
    run.fleet.job("stays", {});
    run.look(10s);
    progress = run.look(60s);
    QCOMPARE(progress->hosts[0].tasks, 1);
    QCOMPARE(progress->hosts[0].staying, 0);
    QCOMPARE(progress->hostsEmpty, 1);
    // What a host holds that could never be read is unknown, not nothing.
    NodeDraft host;
    host.uid = "host/poisoned";
    host.name = "poisoned";
    host.silent = true;
    ClusterStore &helios = run.fleet.cluster("helios-lon");
    helios.upsert(host);
    helios.publish();
    QCOMPARE(run.look(10s)->hostsEmpty, 2);
    helios.status().of(ResourceKind::Nodes).unreadable = {"poisoned"};
    helios.publish();
    progress = run.look(10s);
    QCOMPARE(progress->hostsEmpty, 1);
    QCOMPARE(progress->hosts.size(), std::size_t(1));
}

void TrackerTest::owners()
{
    Run run;
    const auto team = [&](const char *cluster, const char *name, const char *owner) {
        run.fleet.edit(cluster, name, [&](WorkloadDraft &draft) { draft.team = owner; });
    };
    for (const char *name : {"a", "b", "c"}) {
        run.fleet.job(name, {.ok = 1});
    }
    team("helios-lon", "a", "cantina");
    team("helios-lon", "b", "cantina");
    run.fleet.workload("gke-eu", "n", "b", {.ok = 1});
    const auto progress = run.look();
    QCOMPARE(progress->owners.size(), std::size_t(2));
    QCOMPARE(progress->owners[0].owner, std::string("cantina"));
    QCOMPARE(progress->owners[0].services, 2);
    QCOMPARE(progress->owners[0].moving, 1);
    QCOMPARE(progress->owners[1].owner, std::string());
}

void TrackerTest::burnUp()
{
    Run run;
    run.tracker->prefill({{kStart - 2h, 3, 1, 0, false}, {kStart - 1h, 3, 2, 0, false}});
    run.fleet.job("a", {.ok = 1});
    run.look();
    QCOMPARE(run.look(1s)->burnUp.size(), std::size_t(3)); // nothing changed: no point
    QVERIFY(run.tracker->current()->burnUp[1].simulated && !run.tracker->current()->burnUp[2].simulated);
    QCOMPARE(run.look(600s)->burnUp.size(), std::size_t(4)); // one now and then
    run.fleet.job("b", {.ok = 1});
    QCOMPARE(run.look(1s)->burnUp.back().services, 2); // a change at once
    Memory memory;
    for (int i = 0; i < 5000; ++i) {
        memory.note({kStart + i * 1h, i, 0, 0, false}, 600s);
        QVERIFY(memory.burnUp.size() < Memory::kMostPoints);
    }
    QCOMPARE(memory.burnUp.front().services, 0);
    QCOMPARE(memory.burnUp.back().services, 4999);
}

void TrackerTest::pastOfServices()
{
    Run run;
    run.tracker->prefill({}, {{"a", {Stage::InParallel, kStart - 48h}}, {"b", {Stage::Migrated, kStart - 48h}}});
    for (const char *name : {"a", "b"}) {
        run.fleet.job(name, {.ok = 1});
        run.fleet.workload("gke-eu", "n", name, {.ok = 1});
    }
    const auto progress = run.look();
    QVERIFY(progress->find("a")->since == kStart - 48h);
    QVERIFY(progress->find("b")->since == kNoTime); // stands in another stage than the past says
}

void TrackerTest::noHelios()
{
    Tracker tracker{Rules()};
    FleetStore store;
    const auto cluster = store.add();
    cluster->publish();
    const auto progress = tracker.look(Picture(store.snapshot(), nullptr), kStart);
    QVERIFY(!progress->applies);
    QVERIFY(progress->services.empty());
}

QTEST_GUILESS_MAIN(TrackerTest)
#include "tst_tracker.moc"
