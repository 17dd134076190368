// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/capacity/attention.h"
#include "tests/support/samplefleet.h"

#include <QtTest>

#include <map>
#include <set>
#include <utility>

using namespace sextant;

namespace {

void addTo(std::int64_t &sum, std::int64_t value)
{
    if (value != Count::kUnknown) {
        sum = (sum == Count::kUnknown ? 0 : sum) + value;
    }
}

/// The sums of a scope, counted by hand from the rows.
Sums naive(const Picture &picture, const Scope &scope)
{
    Sums sums;
    std::int64_t podsCpu = Count::kUnknown, nodesCpu = Count::kUnknown;
    std::int64_t podsMemory = Count::kUnknown, nodesMemory = Count::kUnknown;
    for (const auto &cluster : picture.snapshot().clusters()) {
        for (const PodView pod : cluster->pods()) {
            if (!scope.contains(pod)) {
                continue;
            }
            ++sums.podsTotal;
            if (pod.counts()) {
                ++sums.pods;
                sums.cpu.requested += pod.cpuRequested().orZero();
                sums.memory.requested += pod.memoryRequested().orZero();
                sums.cpu.limit += pod.cpuLimit().orZero();
                sums.memory.limit += pod.memoryLimit().orZero();
                addTo(podsCpu, pod.cpuUsed().value);
                addTo(podsMemory, pod.memoryUsed().value);
            }
        }
        for (const NodeView node : cluster->nodes()) {
            if (scope.contains(node)) {
                ++sums.nodes;
                addTo(sums.cpu.allocatable, node.cpuAllocatable().value);
                addTo(sums.memory.allocatable, node.memoryAllocatable().value);
                addTo(nodesCpu, node.cpuUsed().value);
                addTo(nodesMemory, node.memoryUsed().value);
            }
        }
    }
    const bool ofNodes = scope.ns.empty() && scope.team.empty();
    sums.cpu.used = ofNodes && nodesCpu != Count::kUnknown ? nodesCpu : podsCpu;
    sums.memory.used = ofNodes && nodesMemory != Count::kUnknown ? nodesMemory : podsMemory;
    return sums;
}

} // namespace

class TestAccounting : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void sumsEqualTheRows();
    void nodesHoldTheirPods();
    void finishedPodsHoldNothing();
    void unknownStaysUnknown();
    void hugeFiguresStopAtTheEnd();
    void accountingIsSharedWhileNothingChanges();
    void attentionIsWorstFirstAndGathersByCause();
    void usageAloneMovesNoAttention();
};

void TestAccounting::sumsEqualTheRows()
{
    FleetStore store;
    test::fillSampleFleet(store);
    const PicturePtr picture = test::pictureOf(store);
    std::vector<Scope> scopes(1);
    std::set<std::string> namespaces, pools, teams;
    for (const auto &cluster : picture->snapshot().clusters()) {
        Scope scope;
        scope.cluster = cluster->id();
        scopes.push_back(scope);
        for (const PodView pod : cluster->pods()) {
            namespaces.emplace(pod.ns());
            teams.emplace(pod.team());
        }
        for (const NodeView node : cluster->nodes()) {
            pools.emplace(node.pool());
        }
    }
    QVERIFY(namespaces.size() > 3 && pools.size() > 2);
    for (const auto &ns : namespaces) {
        scopes.push_back({ClusterId::None, ns, {}, {}});
    }
    for (const auto &pool : pools) {
        scopes.push_back({ClusterId(1), {}, pool, {}});
    }
    for (const auto &team : teams) {
        scopes.push_back({ClusterId::None, {}, {}, team});
    }
    scopes.push_back({ClusterId(1), *namespaces.begin(), *pools.begin(), {}});
    scopes.push_back({ClusterId(1), "no-such", {}, {}});
    for (const Scope &scope : scopes) {
        const Sums got = picture->sums(scope), want = naive(*picture, scope);
        QCOMPARE(got.podsTotal, want.podsTotal);
        QCOMPARE(got.pods, want.pods);
        QCOMPARE(got.nodes, want.nodes);
        QCOMPARE(got.cpu.requested, want.cpu.requested);
        QCOMPARE(got.memory.requested, want.memory.requested);
        QCOMPARE(got.cpu.limit, want.cpu.limit);
        QCOMPARE(got.cpu.allocatable, want.cpu.allocatable);
        QCOMPARE(got.memory.allocatable, want.memory.allocatable);
        QCOMPARE(got.cpu.used, want.cpu.used);
        QCOMPARE(got.memory.limit, want.memory.limit);
        QCOMPARE(got.memory.used, want.memory.used);
    }
}

void TestAccounting::hugeFiguresStopAtTheEnd()
{
    constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
    ResourceSums sums, part;
    part.capacity = part.requested = part.charged = part.limit = part.used = kMost - 1;
    for (int i = 0; i < 3; ++i) {
        sums.add(part);
    }
    for (const std::int64_t figure : {sums.capacity, sums.requested, sums.charged, sums.limit, sums.used}) {
        QCOMPARE(figure, kMost);
    }
}

void TestAccounting::nodesHoldTheirPods()
{
    FleetStore store;
    test::fillSampleFleet(store);
    const PicturePtr picture = test::pictureOf(store);
    for (std::size_t i = 0; i < picture->clusters(); ++i) {
        const ClusterSnapshot &cluster = picture->cluster(i);
        const ClusterAccounting &accounting = picture->accounting(i);
        std::map<std::uint32_t, std::int64_t> requested;
        std::size_t placed = 0;
        for (const PodView pod : cluster.pods()) {
            if (pod.nodeSlot() != kNoSlot) {
                ++placed;
                requested[pod.nodeSlot()] += pod.counts() ? pod.cpuRequested().orZero() : 0;
            }
        }
        std::size_t listed = 0;
        for (const NodeView node : cluster.nodes()) {
            QCOMPARE(accounting.byNode[node].cpu.requested, requested[node.slot()]);
            for (const auto slot : accounting.byNode.pods(node.slot())) {
                QCOMPARE(PodView(cluster, slot).nodeSlot(), node.slot());
                ++listed;
            }
        }
        QCOMPARE(listed, placed);
    }
}

void TestAccounting::finishedPodsHoldNothing()
{
    FleetStore store;
    const auto cluster = store.add();
    const Time now = wallNow();
    cluster->upsert(test::sampleNode("n", "p", 4, 16, now));
    PodDraft running = test::samplePod("ns", "runs", "n", 500, 100, now);
    running.deleted = now + std::chrono::seconds(30); // terminating ones still count
    PodDraft done = test::samplePod("ns", "done", "n", 700, 100, now);
    done.counts = false;
    done.phase = "Succeeded";
    cluster->upsert(running);
    cluster->upsert(done);
    cluster->publish();
    const Sums sums = test::pictureOf(store)->sums({});
    QCOMPARE(sums.cpu.requested, std::int64_t(500));
    QCOMPARE(sums.pods, 1);
    QCOMPARE(sums.podsTotal, 2);
}

void TestAccounting::unknownStaysUnknown()
{
    FleetStore store;
    const auto cluster = store.add();
    cluster->upsert(test::samplePod("ns", "a", "nowhere-known", 500, 100, wallNow()));
    cluster->publish();
    const Sums sums = test::pictureOf(store)->sums({});
    QCOMPARE(sums.cpu.allocatable, Count::kUnknown);
    QCOMPARE(sums.cpu.used, Count::kUnknown);
    QCOMPARE(sums.podsAllocatable, Count::kUnknown);
    QCOMPARE(sums.cpu.requested, std::int64_t(500));
    QCOMPARE(sums.unscheduled, 0); // it names a node, even one we may not see
}

void TestAccounting::accountingIsSharedWhileNothingChanges()
{
    FleetStore store;
    const auto truth = test::fillSampleFleet(store, {.clusters = 2, .nodes = 10, .pods = 50});
    const Picture first(store.snapshot(), nullptr);
    truth.clusters[0]->status().requests += 1;
    truth.clusters[0]->publish();
    truth.clusters[1]->upsert(test::samplePod("ns", "new", "", 10, 10, wallNow()));
    truth.clusters[1]->publish();
    const Picture second(store.snapshot(), &first);
    QVERIFY(&first.accounting(0) == &second.accounting(0));
    QVERIFY(&first.accounting(1) != &second.accounting(1));
    QCOMPARE(second.sums({}).podsTotal, first.sums({}).podsTotal + 1);
}

void TestAccounting::attentionIsWorstFirstAndGathersByCause()
{
    FleetStore store;
    const auto cluster = store.add();
    const Time now = wallNow();
    cluster->status().name = "c";
    NodeDraft silent = test::sampleNode("n1", "p", 4, 16, now);
    silent.state = State::Failed;
    silent.silent = true;
    silent.status = "NotReady";
    silent.conditions = {{"Ready", "Unknown", "NodeStatusUnknown", "Kubelet stopped posting node status.",
        now - std::chrono::seconds(600)}};
    cluster->upsert(silent);
    WorkloadDraft deployment;
    deployment.kind = WorkloadKind::Deployment;
    deployment.kindText = "Deployment";
    deployment.uid = "d";
    deployment.ns = "ns";
    deployment.name = "web";
    deployment.state = State::Ok;
    cluster->upsert(deployment);
    for (int i = 0; i < 3; ++i) {
        PodDraft pod = test::samplePod("ns", "web-" + std::to_string(i), "n2", 10, 10, now - std::chrono::hours(1));
        pod.controller = {"Deployment", "web", "d"};
        pod.state = State::Failed;
        pod.status = "CrashLoopBackOff";
        ContainerDraft container;
        container.name = "main";
        container.state = ContainerState::Waiting;
        container.hasLast = true;
        container.lastReason = "OOMKilled";
        container.lastExitCode = 137;
        pod.containers = {container};
        cluster->upsert(pod);
    }
    PodDraft waits = test::samplePod("ns", "alone", "", 10, 10, now - std::chrono::hours(1));
    waits.state = State::Pending;
    waits.status = "Pending";
    waits.statusMessage = "0/3 nodes are available: 3 Insufficient cpu.";
    cluster->upsert(waits);
    PodDraft young = waits;
    young.name = "young";
    young.uid = "young";
    young.created = now - std::chrono::seconds(5);
    cluster->upsert(young);
    cluster->publish();
    const auto lines = attention(*test::pictureOf(store), {}, now);
    QCOMPARE(lines.size(), std::size_t(3));
    QCOMPARE(lines[0].name, std::string("web"));
    QCOMPARE(lines[0].extent, std::string("3 pods"));
    QCOMPARE(lines[0].cause, std::string("CrashLoopBackOff: exit 137, OOMKilled"));
    QVERIFY(std::holds_alternative<WorkloadId>(lines[0].object));
    QCOMPARE(lines[1].name, std::string("n1"));
    QVERIFY(lines[1].cause.find("kubelet silent") == 0);
    QCOMPARE(lines[2].cause, std::string("0/3 nodes are available: 3 Insufficient cpu"));
    QVERIFY(attention(*test::pictureOf(store), {ClusterId::None, "other", {}, {}}, now).empty());
}

void TestAccounting::usageAloneMovesNoAttention()
{
    FleetStore store;
    const auto cluster = test::fillSampleFleet(store, {.clusters = 1, .nodes = 20, .pods = 200}).clusters.at(0);
    const Time now = wallNow();
    PicturePtr picture = test::pictureOf(store);
    const auto same = [&] {
        cluster->publish();
        const PicturePtr before = std::exchange(picture, test::pictureOf(store));
        return sameAttention(*before, *picture);
    };
    const PodView some = *picture->cluster(0).pods().begin();
    const NodeView node = *picture->cluster(0).nodes().begin();
    cluster->setUsage(ResourceKind::PodMetrics,
        {{std::string(some.ns()), std::string(some.name()), MilliCpu(12345), Bytes(1), now}}, now);
    cluster->setUsage(ResourceKind::NodeMetrics, {{"", std::string(node.name()), MilliCpu(12345), Bytes(1), now}}, now);
    QVERIFY(same());
    cluster->status().heard = now + std::chrono::seconds(5);
    QVERIFY(same());

    PodDraft pod = test::samplePod("shop", "new", "", 10, 10, now);
    cluster->upsert(pod);
    QVERIFY(!same());
    pod.resourceVersion = "2";
    pod.state = State::Failed;
    cluster->upsert(pod);
    QVERIFY(!same());
    NodeDraft another = test::sampleNode("another", "pool", 4, 16, now);
    cluster->upsert(another);
    QVERIFY(!same());
    another.resourceVersion = "2";
    another.state = State::Warning;
    cluster->upsert(another);
    QVERIFY(!same());
    WorkloadDraft stuck;
    stuck.kind = WorkloadKind::Deployment;
    stuck.kindText = "Deployment";
    stuck.uid = "stuck";
    stuck.ns = "shop";
    stuck.name = "stuck";
    stuck.state = State::Failed;
    cluster->upsert(stuck);
    QVERIFY(!same());
    QVERIFY(same());
    cluster->status().connection = Connection::Stale; // from now on it is judged as of when it was heard
    QVERIFY(!same());
    cluster->status().heard = now + std::chrono::seconds(10);
    QVERIFY(!same());
    store.add();
    QVERIFY(!same());
}

QTEST_APPLESS_MAIN(TestAccounting)
#include "tst_accounting.moc"
