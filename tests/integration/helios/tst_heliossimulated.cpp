// SPDX-License-Identifier: GPL-3.0-or-later
// The feed on simulated masters: what it shows is what the simulation knows, also while it moves and when it fails.
#include "core/helios/heliosfeed.h"
#include "core/simulator/simulator.h"

#include <QtTest>

#include <algorithm>
#include <map>
#include <set>

using namespace sextant;
using namespace std::chrono_literals;

namespace {

simulator::Options options(simulator::HeliosOptions cluster, std::uint64_t seed = 11)
{
    simulator::Options out;
    out.seed = seed;
    out.helios = {std::move(cluster)};
    out.warmUp = 600s;
    return out;
}

simulator::HeliosOptions cluster(bool odd, const std::string &version = "0.9.2", int masters = 1)
{
    simulator::HeliosOptions out;
    out.hosts = 24;
    out.tasks = 150;
    out.services = 30;
    out.groups = 6;
    out.odd = odd;
    out.version = version;
    out.masters = masters;
    return out;
}

/// What is to be read of a task. Written here once more, from the rules and not from the program.
std::string statusOf(const simulator::HeliosTruthTask &task, bool up)
{
    if (task.state.empty()) {
        return "PENDING";
    }
    if (!up) {
        return "Unknown (last " + task.state + ")";
    }
    return task.throttled == "NO" ? task.state : task.state + " (" + task.throttled + ")";
}

} // namespace

class TestHeliosSimulated : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void cleanup()
    {
        m_feed.reset();
        m_simulator.reset();
    }
    void agreesWithTheTruth_data();
    void agreesWithTheTruth();
    void agreesWhileItMoves();
    void failuresAreOutlived_data();
    void failuresAreOutlived();
    void masterThatIsKilled();
    void onlyReads();

private:
    void start(simulator::Options world)
    {
        m_simulator = std::make_unique<simulator::Simulator>(std::move(world));
        QVERIFY(m_simulator->start().ok());
        m_simulator->pause(true);
        std::string masters;
        const auto endpoints = m_simulator->heliosEndpoints();
        for (const std::string &url : endpoints.front().urls) {
            masters += (masters.empty() ? "" : ",") + url;
        }
        helios::FeedOptions feed;
        feed.every = 40ms;
        feed.publishEvery = 10ms;
        feed.backoffScale = 0.02;
        feed.readTimeout = 6s; // an answer of 500 that takes a second tells of ZooKeeper
        feed.chunkFirst = 8;
        m_store = m_fleet.add();
        m_feed = helios::makeHeliosFeed(*helios::parseMasters(masters), feed, m_client, m_store);
        m_feed->start();
    }
    ClusterStatus status() const { return m_store->current()->status(); }
    bool live() const
    {
        const ClusterStatus of = status();
        return of.settled() && of.connection == Connection::Live && of.round.count() > 0;
    }
    /// Whether rounds that began after now have ended.
    void awaitFreshRound()
    {
        const auto lists = status().of(ResourceKind::Nodes).lists;
        QTRY_VERIFY_WITH_TIMEOUT(status().of(ResourceKind::Nodes).lists >= lists + 2 && live(), 30'000);
    }
    void compare();

    std::unique_ptr<simulator::Simulator> m_simulator;
    net::Client m_client;
    FleetStore m_fleet;
    std::shared_ptr<ClusterStore> m_store;
    std::unique_ptr<Feed> m_feed;
};

void TestHeliosSimulated::compare()
{
    const simulator::HeliosTruth truth = m_simulator->heliosTruth(0);
    const ClusterSnapshotPtr shown = m_store->current();
    std::map<std::string, NodeDraft> nodes;
    for (const NodeView node : shown->nodes()) {
        nodes[std::string(node.name())] = node.draft();
    }
    QCOMPARE(nodes.size(), truth.hosts.size() + truth.halfRegistered.size() + truth.unreadable.size());
    std::map<std::string, bool> up;
    for (const auto &host : truth.hosts) {
        const auto at = nodes.find(host.name);
        QVERIFY2(at != nodes.end(), host.name.c_str());
        const NodeDraft &row = at->second;
        up[host.name] = host.status == "UP";
        QCOMPARE(row.status, host.status);
        QCOMPARE(row.capacity.cpu, host.cpus ? MilliCpu(*host.cpus * 1000) : MilliCpu());
        QCOMPARE(row.capacity.memory, host.memoryTotal ? sextant::Bytes(*host.memoryTotal) : sextant::Bytes());
        QCOMPARE(row.memoryInUse,
            host.memoryTotal && host.memoryFree ? sextant::Bytes(*host.memoryTotal - *host.memoryFree)
                                                : sextant::Bytes());
        QCOMPARE(row.loadAverage.has_value(), host.load.has_value());
        QVERIFY(!host.load || qAbs(*row.loadAverage - *host.load) < 0.01);
        QCOMPARE(row.version, host.version);
        QCOMPARE(row.reported, host.reportedAt);
    }
    for (const std::string &half : truth.halfRegistered) {
        QCOMPARE(nodes.at(half).status, std::string("Not registered"));
    }
    for (const std::string &bad : truth.unreadable) {
        QCOMPARE(nodes.at(bad).status, std::string("Unreadable"));
    }
    QCOMPARE(shown->status().of(ResourceKind::Nodes).unreadable, truth.unreadable);

    const bool groups = shown->status().of(ResourceKind::DeploymentGroups).sync != Sync::Absent;
    std::map<std::string, PodView> pods;
    for (const PodView pod : shown->pods()) {
        pods.emplace(pod.uid(), pod);
    }
    QCOMPARE(pods.size(), truth.tasks.size());
    std::set<std::string> jobs(truth.jobs.begin(), truth.jobs.end());
    std::map<std::string, int> ready;
    for (const auto &task : truth.tasks) {
        const auto at = pods.find(task.host + "/" + task.job);
        QVERIFY2(at != pods.end(), (task.host + "/" + task.job).c_str());
        const PodView &row = at->second;
        QCOMPARE(std::string(row.status()), statusOf(task, up.at(task.host)));
        QCOMPARE(std::string(row.node()), task.host);
        QCOMPARE(row.memoryRequested(), task.memory ? sextant::Bytes(*task.memory) : sextant::Bytes());
        const auto shares = task.cpuShares.value_or(0); // 0 is Docker's way of not saying any
        QCOMPARE(row.cpuRequested(), shares > 0 ? MilliCpu((shares * 1000 + 1023) / 1024) : MilliCpu());
        QCOMPARE(row.counts(), !(task.goal == "STOP" && (task.state == "STOPPED" || task.state.empty())));
        if (task.goal != "UNDEPLOY") { // then nobody says any more whose it was
            QCOMPARE(std::string(row.workloadKind()),
                task.group.empty() || !groups ? std::string("HeliosJob") : "DeploymentGroup");
        }
        jobs.insert(task.job);
        ready[task.job] +=
            task.goal == "START" && up.at(task.host) && task.state == "RUNNING" && task.throttled == "NO" ? 1 : 0;
    }
    std::map<std::string, WorkloadDraft> rows;
    for (const WorkloadView one : shown->workloads()) {
        rows[one.uid()] = one.draft();
    }
    for (const std::string &job : jobs) {
        const auto at = rows.find("job/" + job);
        QVERIFY2(at != rows.end(), job.c_str());
        QCOMPARE(at->second.ready, Count(ready[job]));
    }
    QCOMPARE(rows.size(), jobs.size() + (groups ? truth.groups.size() : 0));
    for (const auto &group : truth.groups) {
        if (!groups) {
            break;
        }
        const auto at = rows.find("group/" + group.name);
        QVERIFY2(at != rows.end() && at->second.rollout, group.name.c_str());
        const RolloutDraft &rollout = *at->second.rollout;
        QCOMPARE(rollout.status, group.status);
        QCOMPARE(rollout.error, group.error);
        QCOMPARE(rollout.job, group.job);
        std::vector<std::string> hosts;
        for (const RolloutDraft::Host &host : rollout.hosts) {
            hosts.push_back(host.name);
        }
        hosts.insert(hosts.end(), rollout.hostsDown.begin(), rollout.hostsDown.end());
        std::sort(hosts.begin(), hosts.end());
        QCOMPARE(hosts, group.hosts);
    }
}

void TestHeliosSimulated::agreesWithTheTruth_data()
{
    QTest::addColumn<QString>("version");
    QTest::addColumn<bool>("odd");
    for (const char *version : {"0.9.282", "0.9.2", "0.8.400", "0.8.390"}) {
        for (const bool odd : {false, true}) {
            QTest::addRow("%s%s", version, odd ? " odd" : "") << QString::fromLatin1(version) << odd;
        }
    }
}

void TestHeliosSimulated::agreesWithTheTruth()
{
    QFETCH(QString, version);
    QFETCH(bool, odd);
    start(options(cluster(odd, version.toStdString())));
    QTRY_VERIFY_WITH_TIMEOUT(live(), 30'000);
    QCOMPARE(status().version, version.toStdString());
    compare();
}

void TestHeliosSimulated::agreesWhileItMoves()
{
    auto moving = cluster(true);
    moving.churn = 20;
    start(options(moving));
    QTRY_VERIFY_WITH_TIMEOUT(live(), 30'000);
    for (int moment = 0; moment < 8; ++moment) {
        m_simulator->step(7);
        awaitFreshRound();
        compare();
        if (QTest::currentTestFailed()) {
            return;
        }
    }
}

void TestHeliosSimulated::failuresAreOutlived_data()
{
    QTest::addColumn<QString>("failure");
    for (const char *failure : {"proxy", "unauthorized", "cut", "garbled", "zookeeper"}) {
        QTest::newRow(failure) << QString::fromLatin1(failure);
    }
}

void TestHeliosSimulated::failuresAreOutlived()
{
    QFETCH(QString, failure);
    start(options(cluster(true)));
    QTRY_VERIFY_WITH_TIMEOUT(live(), 30'000);
    simulator::HeliosFaults &faults = m_simulator->heliosFaults(0);
    faults.awayMs = 1500;
    const auto fail = [&](bool on) {
        (failure == QLatin1String("proxy")                 ? faults.proxyError
                : failure == QLatin1String("unauthorized") ? faults.unauthorized
                : failure == QLatin1String("cut")          ? faults.cutBodies
                : failure == QLatin1String("garbled")      ? faults.garbled
                                                           : faults.zooKeeperAway) = on;
    };
    const auto pods = m_store->current()->pods().size();
    const auto nodes = m_store->current()->nodes().size();
    fail(true);
    QTRY_COMPARE_WITH_TIMEOUT(status().connection, Connection::Stale, 20'000);
    QTRY_VERIFY(status().of(ResourceKind::Pods).sync == Sync::Stale);
    QVERIFY(status().error && !status().error->text().empty());
    m_simulator->step(1);
    QCOMPARE(m_store->current()->pods().size(), pods); // the last picture stands
    QCOMPARE(m_store->current()->nodes().size(), nodes);
    fail(false);
    QTRY_COMPARE_WITH_TIMEOUT(status().connection, Connection::Live, 40'000);
    awaitFreshRound();
    compare();
}

void TestHeliosSimulated::masterThatIsKilled()
{
    start(options(cluster(false, "0.9.2", 2)));
    QTRY_VERIFY_WITH_TIMEOUT(live(), 30'000);
    const auto urls = m_simulator->heliosEndpoints().front().urls;
    QCOMPARE(status().server, urls[0]);
    m_simulator->heliosFaults(0).answer500 = 3; // races, in between
    m_simulator->killMaster(0, 0);
    QTRY_COMPARE_WITH_TIMEOUT(status().server, urls[1], 20'000);
    m_simulator->step(5);
    awaitFreshRound();
    compare();
    m_simulator->reviveMaster(0, 0);
    m_simulator->killMaster(0, 1);
    QTRY_COMPARE_WITH_TIMEOUT(status().server, urls[0], 20'000);
    awaitFreshRound();
    compare();
}

void TestHeliosSimulated::onlyReads()
{
    start(options(cluster(true)));
    QTRY_VERIFY_WITH_TIMEOUT(live(), 30'000);
    awaitFreshRound();
    QCOMPARE(m_simulator->heliosWritesRefused(0), 0U);
    const auto log = m_simulator->heliosRequestLog(0);
    QVERIFY(!log.empty());
    for (const std::string &line : log) {
        const bool bulk = line == "0 POST /hosts/statuses";
        QVERIFY2(bulk || line.rfind("0 GET /", 0) == 0, line.c_str());
        QVERIFY2(line.find('?') == std::string::npos, line.c_str()); // nothing that costs the master more
    }
}

QTEST_GUILESS_MAIN(TestHeliosSimulated)
#include "tst_heliossimulated.moc"
