// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/capacity/accounting.h"
#include "core/fleet/store.h"

#include <QtTest>

#include <limits>
#include <map>
#include <random>

using namespace sextant;

namespace {

std::string uid(int kind, unsigned number)
{
    char text[37];
    std::snprintf(text, sizeof text, "%08x-0000-4000-8000-%012x", static_cast<unsigned>(kind), number);
    return text;
}

#define SAME(what)                                                                                                     \
    if (have.what != want.what) {                                                                                      \
        return QStringLiteral(#what " is %1, not %2").arg(have.what).arg(want.what);                                   \
    }

QString difference(const ResourceSums &have, const ResourceSums &want)
{
    SAME(capacity)
    SAME(allocatable)
    SAME(requested)
    SAME(charged)
    SAME(limit)
    SAME(used)
    SAME(undeclared)
    SAME(unlimited)
    SAME(unsampled)
    return {};
}

QString difference(const Sums &have, const Sums &want)
{
    for (const auto &wrong : {difference(have.cpu, want.cpu), difference(have.memory, want.memory)}) {
        if (!wrong.isEmpty()) {
            return wrong;
        }
    }
    SAME(pods)
    SAME(podsAllocatable)
    SAME(nodes)
    SAME(nodesReady)
    SAME(podsTotal)
    SAME(podsReady)
    SAME(unscheduled)
    SAME(loadHundredths)
    SAME(memoryInUse)
    return have.podStates == want.podStates && have.nodeStates == want.nodeStates ? QString()
                                                                                  : QStringLiteral("states");
}
#undef SAME

/// Counted from the rows, one after the other.
QString differenceFromTheRows(const ClusterSnapshot &cluster, const ClusterAccounting &have)
{
    const Sums nothing = sumsOfNothing(cluster);
    std::vector<Sums> byNode(cluster.nodeSlots(), nothing), byWorkload(cluster.workloadSlots(), nothing),
        byNamespace(cluster.namespaceSlots(), nothing);
    std::vector<std::vector<std::uint32_t>> onNode(cluster.nodeSlots()), ofWorkload(cluster.workloadSlots());
    Sums all = nothing, nodes;
    std::vector<std::uint32_t> unscheduled;
    std::map<std::string, Sums> byTeam;
    for (const PodView pod : cluster.pods()) {
        addPod(all, pod, pod.state());
        if (pod.nodeSlot() != kNoSlot) {
            addPod(byNode[pod.nodeSlot()], pod, pod.state());
            onNode[pod.nodeSlot()].push_back(pod.slot());
        } else if (!pod.scheduled() && pod.counts()) {
            unscheduled.push_back(pod.slot());
        }
        addPod(byTeam.emplace(pod.team(), nothing).first->second, pod, pod.state());
        if (pod.workloadSlot() != kNoSlot) {
            addPod(byWorkload[pod.workloadSlot()], pod, pod.state());
            ofWorkload[pod.workloadSlot()].push_back(pod.slot());
        }
        for (const NamespaceView ns : cluster.namespaces()) {
            if (ns.draft().name == pod.ns()) {
                addPod(byNamespace[ns.slot()], pod, pod.state());
            }
        }
    }
    for (const NodeView node : cluster.nodes()) {
        addNode(byNode[node.slot()], node);
        useNodeSample(byNode[node.slot()], node);
        Sums part;
        addNode(part, node);
        useNodeSample(part, node);
        nodes.add(part);
    }
    all.takeNodes(nodes);
    all.takeNodeSamples(nodes);
    if (const QString wrong = difference(have.cluster, all); !wrong.isEmpty()) {
        return QStringLiteral("cluster: ") + wrong;
    }
    QString wrongTeam;
    std::size_t teams = 0;
    have.byTeam.each([&](std::size_t team, const Sums &sums) {
        ++teams;
        const auto want = byTeam.find(std::string(cluster.strings().view(static_cast<StringId>(team))));
        const QString wrong = want == byTeam.end() ? QStringLiteral("nobody's") : difference(sums, want->second);
        wrongTeam = wrong.isEmpty() ? wrongTeam : wrong;
    });
    if (!wrongTeam.isEmpty() || teams != byTeam.size()) {
        return QStringLiteral("team: ") + wrongTeam;
    }
    std::size_t topmost = 0;
    for (const WorkloadView workload : cluster.workloads()) {
        topmost += workload.topmost() ? 1 : 0;
    }
    if (have.workloads != topmost) {
        return QStringLiteral("%1 workloads, not %2").arg(have.workloads).arg(topmost);
    }
    if (have.unscheduled != unscheduled) {
        return QStringLiteral("unscheduled");
    }
    const auto compare = [](const char *what, const auto &parts, const std::vector<Sums> &want,
                             const std::vector<std::vector<std::uint32_t>> *pods, const auto &sumsAt) {
        for (std::size_t slot = 0; slot < want.size(); ++slot) {
            const std::optional<Sums> sums = sumsAt(slot);
            if (const QString wrong = sums ? difference(*sums, want[slot]) : QString(); !wrong.isEmpty()) {
                return QStringLiteral("%1 %2: %3").arg(QLatin1String(what)).arg(slot).arg(wrong);
            }
            const auto listed = parts.pods(slot);
            if (pods != nullptr
                && !std::equal(listed.begin(), listed.end(), (*pods)[slot].begin(), (*pods)[slot].end())) {
                return QStringLiteral("%1 %2: pods").arg(QLatin1String(what)).arg(slot);
            }
        }
        return parts.size() == want.size() ? QString() : QStringLiteral("how many");
    };
    const auto ofNode = [&](std::size_t slot) {
        const auto node = cluster.nodeBySlot(static_cast<std::uint32_t>(slot));
        return node ? std::optional(have.byNode[*node]) : std::nullopt;
    };
    const auto of = [](const AccountParts &parts) {
        return [&parts](std::size_t slot) { return std::optional(parts[slot]); };
    };
    for (const QString &wrong : {compare("node", have.byNode, byNode, &onNode, ofNode),
             compare("workload", have.byWorkload, byWorkload, &ofWorkload, of(have.byWorkload)),
             compare("namespace", have.byNamespace, byNamespace, nullptr, of(have.byNamespace))}) {
        if (!wrong.isEmpty()) {
            return wrong;
        }
    }
    return {};
}

/// A cluster where everything that can happen to sums does.
struct Storm {
    std::mt19937 random;
    const bool helios;
    FleetStore fleet;
    std::shared_ptr<ClusterStore> store = fleet.add();
    Time now = Time(std::chrono::seconds(1'900'000'000));
    unsigned version = 0;

    Storm(unsigned seed, bool ofHelios)
        : random(seed)
        , helios(ofHelios)
    {
        store->status().orchestrator = helios ? Orchestrator::Helios : Orchestrator::Kubernetes;
    }
    unsigned below(unsigned end) { return static_cast<unsigned>(random() % end); }
    std::int64_t figure()
    {
        switch (below(8)) {
        case 0:
            return Count::kUnknown;
        case 1:
            return 0;
        case 2:
            return below(100) == 0 ? std::numeric_limits<std::int64_t>::max() - below(3) : 1;
        default:
            return below(5000);
        }
    }
    void pod()
    {
        PodDraft draft;
        const auto number = below(400);
        draft.uid = uid(1, number);
        if (below(4) == 0) {
            store->remove(ResourceKind::Pods, draft.uid);
            return;
        }
        draft.ns = "ns-" + std::to_string(below(3));
        draft.name = "pod-" + std::to_string(number);
        draft.resourceVersion = std::to_string(++version);
        draft.node = below(6) == 0 ? "" : "node-" + std::to_string(below(12));
        draft.team = below(3) == 0 ? "" : "team-" + std::to_string(below(4));
        draft.state = static_cast<State>(below(kStates));
        draft.counts = below(5) != 0;
        draft.cpuRequested = MilliCpu(figure());
        draft.cpuLimit = MilliCpu(figure());
        draft.memoryRequested = Bytes(figure());
        draft.memoryLimit = Bytes(figure());
        draft.unlimitedCpu.resize(below(2));
        draft.unlimitedMemory.resize(below(2));
        if (below(8) != 0) {
            draft.controller = {"ReplicaSet", "rs", uid(4, below(10))};
        }
        store->upsert(draft);
    }
    void node()
    {
        NodeDraft draft;
        const auto number = below(12);
        draft.uid = uid(2, number + 100 * below(2));
        if (below(3) == 0) {
            store->remove(ResourceKind::Nodes, draft.uid);
            return;
        }
        draft.name = "node-" + std::to_string(number);
        draft.resourceVersion = std::to_string(++version);
        draft.status = below(2) == 0 ? "Ready" : "NotReady";
        draft.state = static_cast<State>(below(kStates));
        draft.silent = below(3) == 0;
        draft.capacity.cpu = draft.allocatable.cpu = MilliCpu(figure());
        draft.capacity.memory = draft.allocatable.memory = Bytes(figure());
        draft.allocatable.pods = Count(figure());
        draft.memoryInUse = Bytes(figure());
        if (below(2) == 0) {
            draft.loadAverage = 0.25 * below(40);
        }
        store->upsert(draft);
    }
    void workload()
    {
        WorkloadDraft draft;
        const bool top = below(2) == 0;
        draft.kind = top ? WorkloadKind::Deployment : WorkloadKind::ReplicaSet;
        draft.uid = uid(top ? 3 : 4, below(10));
        if (below(3) == 0) {
            store->remove(top ? ResourceKind::Deployments : ResourceKind::ReplicaSets, draft.uid);
            return;
        }
        draft.ns = "ns-0";
        draft.name = draft.uid;
        if (!top) {
            draft.controller = {"Deployment", "d", uid(3, below(10))};
        }
        store->upsert(draft);
    }
    void ns()
    {
        NamespaceDraft draft;
        const auto number = below(3);
        draft.uid = uid(5, number);
        if (below(3) == 0) {
            store->remove(ResourceKind::Namespaces, draft.uid);
            return;
        }
        draft.name = "ns-" + std::to_string(number);
        store->upsert(draft);
    }
    /// A sample of every node and of nearly every pod, of which nothing else changes.
    void round()
    {
        now += std::chrono::seconds(30);
        std::vector<UsageDraft> samples;
        for (unsigned pod = 0; pod < 400; ++pod) {
            for (unsigned ns = below(20) == 0 ? 3 : 0; ns < 3; ++ns) {
                samples.push_back({"ns-" + std::to_string(ns), "pod-" + std::to_string(pod), MilliCpu(figure()),
                    Bytes(figure()), now});
            }
        }
        store->setUsage(ResourceKind::PodMetrics, samples, now);
        samples.clear();
        for (unsigned one = 0; one < 12; ++one) {
            samples.push_back({"", "node-" + std::to_string(one), MilliCpu(figure()), Bytes(figure()), now});
        }
        store->setUsage(ResourceKind::NodeMetrics, samples, now);
    }
    void usage()
    {
        now += std::chrono::seconds(below(90));
        std::vector<UsageDraft> samples;
        const auto most = below(3) == 0 ? 400U : 10U;
        for (unsigned i = 0; i < most; ++i) {
            samples.push_back({"ns-" + std::to_string(below(3)), "pod-" + std::to_string(below(400)),
                MilliCpu(figure()), Bytes(figure()), now});
        }
        store->setUsage(ResourceKind::PodMetrics, samples, now);
        samples.clear();
        for (unsigned i = below(4); i < 4; ++i) {
            samples.push_back({"", "node-" + std::to_string(below(12)), MilliCpu(figure()), Bytes(figure()), now});
        }
        store->setUsage(ResourceKind::NodeMetrics, samples, now);
    }
    void step()
    {
        const auto what = below(100);
        what < 75 ? pod() : what < 88 ? node() : what < 96 ? workload() : what < 98 ? usage() : ns();
    }
};

} // namespace

class TestIncremental : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void whatChangedIsSummedLikeAllOfIt_data();
    void whatChangedIsSummedLikeAllOfIt();
    void roundsOfSamplesAreSummedLikeAllOfIt_data() { whatChangedIsSummedLikeAllOfIt_data(); }
    void roundsOfSamplesAreSummedLikeAllOfIt();
    void whatDidNotChangeIsShared();
    void onePodsUsageTouchesItsOwnSums();
};

void TestIncremental::whatChangedIsSummedLikeAllOfIt_data()
{
    QTest::addColumn<unsigned>("seed");
    QTest::addColumn<bool>("helios");
    for (unsigned seed = 1; seed <= 6; ++seed) {
        QTest::addRow("Kubernetes %u", seed) << seed << false;
        QTest::addRow("Helios %u", seed) << seed << true;
    }
}

void TestIncremental::whatChangedIsSummedLikeAllOfIt()
{
    QFETCH(const unsigned, seed);
    QFETCH(const bool, helios);
    Storm storm(seed, helios);
    for (int i = 0; i < 1500; ++i) {
        storm.step();
    }
    storm.store->publish();
    auto picture = std::make_shared<const Picture>(storm.fleet.snapshot(), nullptr);
    for (int round = 0; round < 150; ++round) {
        const auto steps = storm.below(4) == 0 ? storm.below(200) : storm.below(12);
        for (unsigned i = 0; i < steps; ++i) {
            storm.step();
        }
        storm.store->publish();
        const auto before = picture;
        picture = std::make_shared<const Picture>(storm.fleet.snapshot(), before.get());
        const auto wrong = differenceFromTheRows(picture->cluster(0), picture->accounting(0));
        QVERIFY2(wrong.isEmpty(), qPrintable(QStringLiteral("round %1, %2").arg(round).arg(wrong)));
        const auto older = differenceFromTheRows(before->cluster(0), before->accounting(0));
        QVERIFY2(older.isEmpty(), qPrintable(QStringLiteral("the one before, ") + older));
    }
}

void TestIncremental::roundsOfSamplesAreSummedLikeAllOfIt()
{
    QFETCH(const unsigned, seed);
    QFETCH(const bool, helios);
    Storm storm(seed, helios);
    for (int i = 0; i < 1500; ++i) {
        storm.step();
    }
    storm.store->publish();
    auto picture = std::make_shared<const Picture>(storm.fleet.snapshot(), nullptr);
    for (int round = 0; round < 60; ++round) {
        storm.round();
        if (storm.below(3) == 0) {
            storm.node(); // and its pods turn, which were sampled as well
        }
        if (storm.below(3) == 0) {
            storm.pod();
        }
        if (storm.below(6) == 0) { // no sample of anything for long
            storm.store->clearUsage(storm.below(2) == 0 ? ResourceKind::PodMetrics : ResourceKind::NodeMetrics);
        }
        storm.store->publish();
        const auto before = picture;
        picture = std::make_shared<const Picture>(storm.fleet.snapshot(), before.get());
        const auto wrong = differenceFromTheRows(picture->cluster(0), picture->accounting(0));
        QVERIFY2(wrong.isEmpty(), qPrintable(QStringLiteral("round %1, %2").arg(round).arg(wrong)));
        const auto older = differenceFromTheRows(before->cluster(0), before->accounting(0));
        QVERIFY2(older.isEmpty(), qPrintable(QStringLiteral("the one before, ") + older));
    }
}

void TestIncremental::onePodsUsageTouchesItsOwnSums()
{
    Storm storm(1, false);
    while (storm.store->count(ResourceKind::Pods) < 200 || storm.store->count(ResourceKind::Nodes) < 5) {
        storm.step();
    }
    storm.store->publish();
    const Picture before(storm.fleet.snapshot(), nullptr);
    std::vector<UsageDraft> samples;
    for (const PodView pod : before.cluster(0).pods()) {
        if (pod.counts() && pod.workloadSlot() != kNoSlot) {
            samples.push_back({std::string(pod.ns()), std::string(pod.name()), MilliCpu(777), Bytes(1), storm.now});
            break;
        }
    }
    QCOMPARE(samples.size(), std::size_t(1));
    storm.store->setUsage(ResourceKind::PodMetrics, samples, storm.now);
    storm.store->publish();
    const Picture after(storm.fleet.snapshot(), &before);
    const auto touched = [](const auto &now, const auto &old) {
        int count = 0;
        for (std::size_t slot = 0; slot < now.size(); ++slot) {
            count += now.pods(slot).data() == old.pods(slot).data() ? 0 : 1;
        }
        return count;
    };
    QCOMPARE(touched(after.accounting(0).byWorkload, before.accounting(0).byWorkload), 1);
    // A node's own sample says what is used of it.
    QCOMPARE(touched(after.accounting(0).byNode, before.accounting(0).byNode), 0);
}

void TestIncremental::whatDidNotChangeIsShared()
{
    Storm storm(1, false);
    while (storm.store->count(ResourceKind::Pods) < 200 || storm.store->count(ResourceKind::Nodes) < 5) {
        storm.step();
    }
    storm.store->publish();
    const Picture before(storm.fleet.snapshot(), nullptr);
    const PodView first = *before.cluster(0).pods().begin();
    PodDraft changed;
    changed.uid = first.uid();
    changed.resourceVersion = "changed";
    changed.node = first.node();
    changed.ns = first.ns();
    changed.name = first.name();
    storm.store->upsert(changed);
    storm.store->publish();
    const Picture after(storm.fleet.snapshot(), &before);
    std::size_t shared = 0;
    for (std::size_t slot = 0; slot < after.accounting(0).byNode.size(); ++slot) {
        const auto now = after.accounting(0).byNode.pods(slot), old = before.accounting(0).byNode.pods(slot);
        shared += now.data() == old.data() ? 1 : 0;
    }
    QVERIFY(shared + 1 >= after.accounting(0).byNode.size());
}

QTEST_APPLESS_MAIN(TestIncremental)
#include "tst_incremental.moc"
