// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fleet/store.h"

#include <QtTest>

#include <algorithm>
#include <map>
#include <random>
#ifndef Q_MOC_RUN // moc 6.4 does not read this header
#include <thread>
#endif

using namespace sextant;

namespace {

std::string uid(int kind, int number)
{
    char text[37];
    std::snprintf(text, sizeof text, "%08x-0000-4000-8000-%012x", kind, number);
    return text;
}

PodDraft pod(int number, const std::string &node = {}, const std::string &ownerUid = {})
{
    PodDraft draft;
    draft.uid = uid(1, number);
    draft.ns = "ns-" + std::to_string(number % 3);
    draft.name = "pod-" + std::to_string(number);
    draft.node = node;
    draft.status = "Running";
    draft.state = State::Ok;
    draft.phase = "Running";
    if (!ownerUid.empty()) {
        draft.controller = {"ReplicaSet", "rs", ownerUid};
    }
    return draft;
}

NodeDraft node(int number)
{
    NodeDraft draft;
    draft.uid = uid(2, number);
    draft.name = "node-" + std::to_string(number);
    draft.status = "Ready";
    draft.state = State::Ok;
    return draft;
}

WorkloadDraft workload(WorkloadKind kind, int number, const std::string &ownerUid = {})
{
    WorkloadDraft draft;
    draft.kind = kind;
    draft.kindText = std::string(workloadKindWord(kind));
    draft.uid = uid(3 + static_cast<int>(kind), number);
    draft.ns = "ns-0";
    draft.name = draft.kindText + std::to_string(number);
    if (!ownerUid.empty()) {
        draft.controller = {"Deployment", "d", ownerUid};
    }
    return draft;
}

NamespaceDraft ns(int number, const std::string &team)
{
    NamespaceDraft draft;
    draft.uid = uid(99, number);
    draft.name = "ns-" + std::to_string(number);
    draft.team = team;
    return draft;
}

std::vector<std::string> names(const ClusterSnapshot &cluster)
{
    std::vector<std::string> out;
    for (const PodView p : cluster.pods()) {
        out.emplace_back(p.name());
    }
    std::sort(out.begin(), out.end());
    return out;
}

std::optional<PodView> byName(const ClusterSnapshot &cluster, const std::string &name)
{
    for (const PodView p : cluster.pods()) {
        if (p.name() == name) {
            return p;
        }
    }
    return std::nullopt;
}

} // namespace

class TestClusterStore : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void snapshotsDoNotChange();
    void identityOutlivesRowsButNotObjects();
    void joinsWhateverTheOrder();
    void ownersThatGoLeaveTheDirectOne();
    void aLoopOfOwnersEnds();
    void replaceDropsWhatWasNotListed();
    void abandonedReplaceKeepsEverything();
    void replaceOfOneNamespace();
    void aMachineReplacedUnderItsName();
    void aNodeOfAnotherNameIsAnother();
    void countsFollowEveryKind();
    void aPodThatIsAdoptedIsNoWorkload();
    void podsFindTheirNodeAgain();
    void podsOfASilentNodeAreUnknown();
    void barePodsAreWorkloads();
    void teamsComeFromNamespaces();
    void usageStaysAWhileThenIsUnknown();
    void samplesAreShownWhenTheirRoundEnds();
    void whoComesDuringARoundIsNotMeasuredYet();
    void samplesFindTheirPodsWhateverTheirOrder();
    void oddUidsAreKept();
    void deltaNamesWhatChanged();
    void randomChangesAgreeWithAMap();
    void readersBesideTheWriter();
};

struct Fixture {
    std::shared_ptr<StringPool> strings = std::make_shared<StringPool>();
    ClusterStore store{ClusterId(1), strings};
    ClusterSnapshotPtr publish()
    {
        store.publish();
        return store.current();
    }
};

void TestClusterStore::snapshotsDoNotChange()
{
    Fixture f;
    for (int i = 0; i < 600; ++i) {
        f.store.upsert(pod(i));
    }
    const auto before = f.publish();
    PodDraft changed = pod(3);
    changed.status = "Error";
    f.store.upsert(changed);
    QVERIFY(f.store.remove(ResourceKind::Pods, uid(1, 4)));
    const auto after = f.publish();
    QCOMPARE(before->pods().size(), std::size_t(600));
    QCOMPARE(after->pods().size(), std::size_t(599));
    QCOMPARE(byName(*before, "pod-3")->status(), "Running");
    QCOMPARE(byName(*after, "pod-3")->status(), "Error");
    QVERIFY(byName(*before, "pod-4"));
    QVERIFY(!byName(*after, "pod-4"));
    // Structure is shared: a chunk nobody touched is the same one.
    QVERIFY(PodView::columns(*before).chunks().back() == PodView::columns(*after).chunks().back());
    QVERIFY(PodView::columns(*before).chunks().front() != PodView::columns(*after).chunks().front());
}

void TestClusterStore::identityOutlivesRowsButNotObjects()
{
    Fixture f;
    f.store.upsert(pod(1));
    const auto id = byName(*f.publish(), "pod-1")->id();
    PodDraft changed = pod(1);
    changed.status = "Error";
    f.store.upsert(changed);
    QCOMPARE(f.publish()->find(id)->status(), "Error");
    f.store.remove(ResourceKind::Pods, uid(1, 1));
    f.store.upsert(pod(2));
    const auto now = f.publish();
    QVERIFY(!now->find(id));
    QCOMPARE(byName(*now, "pod-2")->slot(), id.slot); // the place is used again, the identity is not
}

void TestClusterStore::joinsWhateverTheOrder()
{
    const std::string deployment = uid(3, 1), replicaSet = uid(3 + static_cast<int>(WorkloadKind::ReplicaSet), 1);
    std::vector<int> order{0, 1, 2, 3};
    do {
        Fixture f;
        for (const int step : order) {
            if (step == 0) {
                f.store.upsert(pod(1, "node-1", replicaSet));
            } else if (step == 1) {
                f.store.upsert(node(1));
            } else if (step == 2) {
                f.store.upsert(workload(WorkloadKind::ReplicaSet, 1, deployment));
            } else {
                f.store.upsert(workload(WorkloadKind::Deployment, 1));
            }
            f.store.publish();
        }
        const auto cluster = f.publish();
        const auto p = byName(*cluster, "pod-1");
        QCOMPARE(cluster->nodeBySlot(p->nodeSlot())->name(), "node-1");
        QCOMPARE(p->workloadKind(), "Deployment");
        QCOMPARE(p->workloadName(), "Deployment1");
        QCOMPARE(cluster->workloadBySlot(p->controllerSlot())->name(), "ReplicaSet1");
    } while (std::next_permutation(order.begin(), order.end()));
}

void TestClusterStore::ownersThatGoLeaveTheDirectOne()
{
    Fixture f;
    const std::string replicaSet = uid(3 + static_cast<int>(WorkloadKind::ReplicaSet), 1);
    f.store.upsert(workload(WorkloadKind::Deployment, 1));
    f.store.upsert(workload(WorkloadKind::ReplicaSet, 1, uid(3, 1)));
    f.store.upsert(pod(1, {}, replicaSet));
    QCOMPARE(byName(*f.publish(), "pod-1")->workloadKind(), "Deployment");
    f.store.remove(ResourceKind::Deployments, uid(3, 1));
    QCOMPARE(byName(*f.publish(), "pod-1")->workloadName(), "ReplicaSet1");
    f.store.remove(ResourceKind::ReplicaSets, replicaSet);
    const auto orphan = f.publish();
    QCOMPARE(byName(*orphan, "pod-1")->workloadName(), "rs"); // the owner reference's own words
    QCOMPARE(byName(*orphan, "pod-1")->workloadSlot(), kNoSlot);
}

void TestClusterStore::aLoopOfOwnersEnds()
{
    Fixture f;
    const std::string a = uid(3, 1), b = uid(3, 2);
    f.store.upsert(workload(WorkloadKind::Deployment, 1, b));
    f.store.upsert(workload(WorkloadKind::Deployment, 2, a));
    f.store.upsert(workload(WorkloadKind::Deployment, 3, uid(3, 3)));
    f.store.upsert(pod(1, {}, a));
    f.store.upsert(pod(2, {}, uid(3, 3)));
    const auto cluster = f.publish();
    QVERIFY(byName(*cluster, "pod-1")->workloadSlot() != kNoSlot);
    QCOMPARE(byName(*cluster, "pod-2")->workloadName(), "Deployment3");
}

void TestClusterStore::replaceDropsWhatWasNotListed()
{
    Fixture f;
    for (int i = 0; i < 10; ++i) {
        f.store.upsert(pod(i));
    }
    f.store.upsert(node(1));
    f.store.beginReplace(ResourceKind::Pods);
    for (int i = 5; i < 12; ++i) {
        f.store.upsert(pod(i));
    }
    QCOMPARE(f.publish()->pods().size(), std::size_t(12)); // the old picture stands beside the new one
    f.store.endReplace(ResourceKind::Pods);
    const auto cluster = f.publish();
    QCOMPARE(cluster->pods().size(), std::size_t(7));
    QVERIFY(!byName(*cluster, "pod-4"));
    QCOMPARE(cluster->nodes().size(), std::size_t(1));
}

void TestClusterStore::abandonedReplaceKeepsEverything()
{
    Fixture f;
    for (int i = 0; i < 10; ++i) {
        f.store.upsert(pod(i));
    }
    f.store.beginReplace(ResourceKind::Pods);
    f.store.upsert(pod(20));
    f.store.abandonReplace(ResourceKind::Pods);
    f.store.endReplace(ResourceKind::Pods);
    QCOMPARE(f.publish()->pods().size(), std::size_t(11));
}

void TestClusterStore::replaceOfOneNamespace()
{
    Fixture f;
    for (int i = 0; i < 9; ++i) {
        f.store.upsert(pod(i));
    }
    f.store.beginReplace(ResourceKind::Pods, "ns-1");
    f.store.upsert(pod(1));
    f.store.endReplace(ResourceKind::Pods, "ns-1");
    const auto left = names(*f.publish());
    QCOMPARE(left.size(), std::size_t(7)); // of ns-1's pods 1, 4 and 7 only 1 is left
    QVERIFY(std::find(left.begin(), left.end(), "pod-4") == left.end());
}

void TestClusterStore::aMachineReplacedUnderItsName()
{
    Fixture f;
    f.store.upsert(node(1));
    f.store.upsert(pod(1, "node-1"));
    NodeDraft again = node(1);
    again.uid = uid(2, 77);
    again.version = "new";
    f.store.upsert(again);
    f.store.remove(ResourceKind::Nodes, uid(2, 1));
    const auto cluster = f.publish();
    const auto p = byName(*cluster, "pod-1");
    QCOMPARE(cluster->nodes().size(), std::size_t(1));
    QCOMPARE(cluster->nodeBySlot(p->nodeSlot())->draft().version, std::string("new"));
    f.store.remove(ResourceKind::Nodes, again.uid);
    QCOMPARE(byName(*f.publish(), "pod-1")->nodeSlot(), kNoSlot);
}

/// Nobody renames a node, but what a server says may be anything.
void TestClusterStore::aNodeOfAnotherNameIsAnother()
{
    Fixture f;
    f.store.upsert(node(1));
    f.store.upsert(pod(1, "node-1"));
    f.store.upsert(pod(2, "node-2"));
    const auto before = f.publish()->nodeBySlot(0)->id();
    NodeDraft renamed = node(2);
    renamed.uid = uid(2, 1);
    f.store.upsert(renamed);
    auto cluster = f.publish();
    QCOMPARE(cluster->nodes().size(), std::size_t(1));
    QCOMPARE(byName(*cluster, "pod-1")->nodeSlot(), kNoSlot);
    QCOMPARE(cluster->nodeBySlot(byName(*cluster, "pod-2")->nodeSlot())->name(), "node-2");
    QVERIFY((*cluster->nodes().begin()).id() != before);
    f.store.remove(ResourceKind::Nodes, renamed.uid);
    cluster = f.publish();
    QCOMPARE(byName(*cluster, "pod-1")->nodeSlot(), kNoSlot);
    QCOMPARE(byName(*cluster, "pod-2")->nodeSlot(), kNoSlot);
}

void TestClusterStore::countsFollowEveryKind()
{
    Fixture f;
    std::mt19937 random(13);
    const std::array kinds{WorkloadKind::Deployment, WorkloadKind::ReplicaSet, WorkloadKind::Job};
    std::map<std::string, WorkloadKind> truth; // by uid
    for (int step = 0; step < 500; ++step) {
        const auto kind = kinds[random() % kinds.size()];
        const WorkloadDraft draft = workload(kind, static_cast<int>(random() % 20));
        if (random() % 3 == 0) {
            f.store.remove(resourceOf(kind), draft.uid);
            truth.erase(draft.uid);
        } else {
            truth[draft.uid] = kind;
            f.store.upsert(draft);
        }
        f.store.upsert(pod(static_cast<int>(random() % 5))); // a bare pod is a workload of no list
        for (const auto of : kinds) {
            const auto want =
                std::count_if(truth.begin(), truth.end(), [of](const auto &one) { return one.second == of; });
            QCOMPARE(f.store.count(resourceOf(of)), static_cast<std::size_t>(want));
        }
    }
    f.store.clear(ResourceKind::Jobs);
    QCOMPARE(f.store.count(ResourceKind::Jobs), std::size_t(0));
}

void TestClusterStore::aPodThatIsAdoptedIsNoWorkload()
{
    Fixture f;
    f.store.upsert(pod(1));
    QCOMPARE(f.publish()->workloads().size(), std::size_t(1));
    const std::string replicaSet = uid(3 + static_cast<int>(WorkloadKind::ReplicaSet), 1);
    f.store.upsert(workload(WorkloadKind::ReplicaSet, 1));
    f.store.upsert(pod(1, {}, replicaSet));
    const auto adopted = f.publish();
    QCOMPARE(adopted->workloads().size(), std::size_t(1));
    QCOMPARE(byName(*adopted, "pod-1")->workloadName(), "ReplicaSet1");
    f.store.upsert(pod(1)); // and is let go
    QCOMPARE(byName(*f.publish(), "pod-1")->workloadKind(), "Pod");
}

void TestClusterStore::podsFindTheirNodeAgain()
{
    // A node's slot is used again by another within one publication.
    Fixture f;
    f.store.upsert(node(1));
    f.store.upsert(pod(1, "node-1"));
    f.store.upsert(pod(2, "node-2"));
    f.publish();
    f.store.remove(ResourceKind::Nodes, uid(2, 1));
    f.store.upsert(node(2));
    auto cluster = f.publish();
    QCOMPARE(byName(*cluster, "pod-1")->nodeSlot(), kNoSlot);
    QCOMPARE(cluster->nodeBySlot(byName(*cluster, "pod-2")->nodeSlot())->name(), "node-2");
    f.store.upsert(node(1));
    cluster = f.publish();
    QCOMPARE(cluster->nodeBySlot(byName(*cluster, "pod-1")->nodeSlot())->name(), "node-1");
}

void TestClusterStore::podsOfASilentNodeAreUnknown()
{
    Fixture f;
    f.store.upsert(node(1));
    f.store.upsert(pod(1, "node-1"));
    QCOMPARE(byName(*f.publish(), "pod-1")->state(), State::Ok);
    NodeDraft silent = node(1);
    silent.silent = true;
    f.store.upsert(silent);
    const auto cluster = f.publish();
    QCOMPARE(byName(*cluster, "pod-1")->state(), State::Unknown);
    QCOMPARE(byName(*cluster, "pod-1")->status(), "Running"); // the word is kubectl's
}

void TestClusterStore::barePodsAreWorkloads()
{
    Fixture f;
    f.store.upsert(pod(1));
    auto cluster = f.publish();
    QCOMPARE(cluster->workloads().size(), std::size_t(1));
    QCOMPARE((*cluster->workloads().begin()).kind(), WorkloadKind::Pod);
    QCOMPARE(byName(*cluster, "pod-1")->workloadKind(), "Pod");
    f.store.beginReplace(ResourceKind::Deployments);
    f.store.endReplace(ResourceKind::Deployments);
    QCOMPARE(f.publish()->workloads().size(), std::size_t(1)); // no list of another kind takes it away
    f.store.remove(ResourceKind::Pods, uid(1, 1));
    cluster = f.publish();
    QVERIFY(cluster->workloads().empty() && cluster->pods().empty());
}

void TestClusterStore::teamsComeFromNamespaces()
{
    Fixture f;
    f.store.upsert(pod(0));
    PodDraft own = pod(3);
    own.team = "mine";
    f.store.upsert(own);
    f.store.upsert(ns(0, "squad"));
    f.store.upsert(workload(WorkloadKind::Deployment, 1));
    auto cluster = f.publish();
    QCOMPARE(byName(*cluster, "pod-0")->team(), "squad");
    QCOMPARE(byName(*cluster, "pod-3")->team(), "mine");
    f.store.upsert(ns(0, "other"));
    cluster = f.publish();
    QCOMPARE(byName(*cluster, "pod-0")->team(), "other");
    for (const WorkloadView w : cluster->workloads()) {
        if (w.kind() == WorkloadKind::Deployment) {
            QCOMPARE(w.team(), "other");
        }
    }
}

void TestClusterStore::usageStaysAWhileThenIsUnknown()
{
    Fixture f;
    const Time start = Time(std::chrono::seconds(1'900'000'000));
    f.store.upsert(node(1));
    f.store.upsert(pod(1, "node-1"));
    f.store.upsert(pod(2, "node-1"));
    QVERIFY(!byName(*f.publish(), "pod-1")->cpuUsed().known());
    f.store.setUsage(ResourceKind::PodMetrics, {{"ns-1", "pod-1", MilliCpu(7), Bytes(9), start}}, start);
    f.store.setUsage(ResourceKind::NodeMetrics, {{"", "node-1", MilliCpu(70), Bytes(90), start}}, start);
    auto cluster = f.publish();
    QCOMPARE(byName(*cluster, "pod-1")->cpuUsed(), MilliCpu(7));
    QVERIFY(!byName(*cluster, "pod-2")->cpuUsed().known()); // absent is not zero
    QCOMPARE((*cluster->nodes().begin()).memoryUsed(), Bytes(90));
    f.store.setUsage(ResourceKind::PodMetrics, {}, start + std::chrono::seconds(60));
    QCOMPARE(byName(*f.publish(), "pod-1")->cpuUsed(), MilliCpu(7));
    f.store.setUsage(ResourceKind::PodMetrics, {}, start + std::chrono::seconds(121));
    QVERIFY(!byName(*f.publish(), "pod-1")->cpuUsed().known());
    f.store.clearUsage(ResourceKind::NodeMetrics);
    QVERIFY(!(*f.publish()->nodes().begin()).cpuUsed().known());
}

void TestClusterStore::samplesAreShownWhenTheirRoundEnds()
{
    Fixture f;
    const Time start = Time(std::chrono::seconds(1'900'000'000));
    f.store.upsert(pod(1));
    f.store.upsert(pod(2));
    PodDraft ended = pod(2);
    ended.resourceVersion = "ended";
    ended.counts = false;
    f.store.addUsage(ResourceKind::PodMetrics, {"ns-1", "pod-1", MilliCpu(7), Bytes(9), start}, start);
    f.store.addUsage(ResourceKind::PodMetrics, {"ns-2", "pod-2", MilliCpu(8), Bytes(10), start}, start);
    f.store.upsert(ended);
    QVERIFY(!byName(*f.publish(), "pod-1")->cpuUsed().known());
    f.store.endUsage(ResourceKind::PodMetrics, start);
    const auto cluster = f.publish();
    QCOMPARE(byName(*cluster, "pod-1")->cpuUsed(), MilliCpu(7));
    QCOMPARE(byName(*cluster, "pod-1")->memoryUsed(), Bytes(9));
    QVERIFY(!byName(*cluster, "pod-2")->cpuUsed().known()); // it has ended since its sample came
}

void TestClusterStore::whoComesDuringARoundIsNotMeasuredYet()
{
    Fixture f;
    const Time start = Time(std::chrono::seconds(1'900'000'000));
    for (int i = 1; i <= 3; ++i) {
        f.store.upsert(pod(i));
    }
    const auto sampled = [&](int number) {
        const PodDraft draft = pod(number);
        f.store.addUsage(ResourceKind::PodMetrics, {draft.ns, draft.name, MilliCpu(number), Bytes(), start}, start);
    };
    sampled(1);
    sampled(2);
    f.store.remove(ResourceKind::Pods, uid(1, 1));
    f.store.remove(ResourceKind::Pods, uid(1, 2));
    f.store.upsert(pod(4)); // these two stand where the others did
    f.store.upsert(pod(5));
    sampled(5);
    f.store.endUsage(ResourceKind::PodMetrics, start);
    const auto cluster = f.publish();
    QVERIFY(byName(*cluster, "pod-4")->slot() < 3 && byName(*cluster, "pod-5")->slot() < 3);
    QVERIFY(!byName(*cluster, "pod-4")->cpuUsed().known());
    QCOMPARE(byName(*cluster, "pod-5")->cpuUsed(), MilliCpu(5));
}

void TestClusterStore::samplesFindTheirPodsWhateverTheirOrder()
{
    Fixture f;
    std::mt19937 random(4);
    constexpr int kPods = 900;
    std::map<std::string, int> numbers; ///< by name
    int born = 0;
    const auto come = [&](int number) {
        PodDraft draft = pod(number);
        draft.uid = uid(1, 10'000 + ++born); // another one, may be under a name that was there before
        draft.resourceVersion = std::to_string(born);
        f.store.upsert(draft);
        numbers[draft.name] = number;
        return draft.uid;
    };
    std::map<int, std::string> uids;
    for (int number = 0; number < kPods; ++number) {
        uids[number] = come(number);
    }
    const Time start = Time(std::chrono::seconds(1'900'000'000));
    for (int round = 1; round <= 12; ++round) {
        std::vector<UsageDraft> samples;
        for (const auto &[number, id] : uids) {
            samples.push_back({"ns-" + std::to_string(number % 3), "pod-" + std::to_string(number),
                MilliCpu(1000 * round + number), Bytes(number), start});
        }
        const auto byNames = [](const UsageDraft &a, const UsageDraft &b) {
            return std::tie(a.ns, a.name) < std::tie(b.ns, b.name);
        };
        std::sort(samples.begin(), samples.end(), byNames);
        if (round % 5 == 0) { // a server that sorts otherwise, for once
            std::shuffle(samples.begin(), samples.end(), random);
        }
        if (round % 4 == 0) { // a round that broke off
            for (std::size_t i = 0; i < samples.size() / 3; ++i) {
                f.store.addUsage(ResourceKind::PodMetrics, samples[i], start);
            }
        }
        samples.push_back({"ns-9", "nobody", MilliCpu(1), Bytes(1), start});
        f.store.setUsage(ResourceKind::PodMetrics, samples, start);
        const auto cluster = f.publish();
        QCOMPARE(cluster->pods().size(), uids.size());
        for (const PodView one : cluster->pods()) {
            const int number = numbers[std::string(one.name())];
            QCOMPARE(one.cpuUsed(), MilliCpu(1000 * round + number));
            QCOMPARE(one.memoryUsed(), Bytes(number));
        }
        // A whole workload goes at once, others one by one; some come back under their names.
        const int first = static_cast<int>(random() % kPods);
        for (int i = 0; i < 40; ++i) {
            const int number = i < 25 ? (first + i) % kPods : static_cast<int>(random() % kPods);
            if (const auto at = uids.find(number); at != uids.end()) {
                f.store.remove(ResourceKind::Pods, at->second);
                uids.erase(at);
            } else {
                uids[number] = come(number);
            }
        }
        for (int i = 0; i < 8; ++i) {
            const int number = kPods + static_cast<int>(random() % 200);
            if (uids.count(number) == 0) {
                uids[number] = come(number);
            }
        }
    }
}

void TestClusterStore::oddUidsAreKept()
{
    Fixture f;
    for (const char *odd : {"", "not-a-uuid", "0123456789abcdef0123456789abcdef",
             "ABCDEF01-0000-4000-8000-000000000001", "00000000-0000-0000-0000-000000000007"}) {
        PodDraft draft = pod(1);
        draft.uid = odd;
        f.store.upsert(draft);
        const auto cluster = f.publish();
        QCOMPARE((*cluster->pods().begin()).uid(), std::string(odd));
        QVERIFY(f.store.remove(ResourceKind::Pods, odd));
    }
    f.store.upsert(pod(5));
    QCOMPARE((*f.publish()->pods().begin()).uid(), uid(1, 5));
    // Those of Helios tasks go with their tasks: nothing of them stays in the words that are kept for ever.
    const auto words = f.strings->size();
    for (int i = 0; i < 50; ++i) {
        PodDraft draft = pod(5);
        draft.uid = "host/job:" + std::to_string(i) + ":hash";
        f.store.upsert(draft);
        QVERIFY(f.store.remove(ResourceKind::Pods, draft.uid));
    }
    QCOMPARE(f.strings->size(), words);
}

void TestClusterStore::deltaNamesWhatChanged()
{
    Fixture f;
    for (int i = 0; i < 1000; ++i) {
        f.store.upsert(pod(i));
    }
    const auto before = f.publish();
    QVERIFY(podDelta(*before, *before).empty());
    PodDraft changed = pod(10);
    changed.restarts = 4;
    f.store.upsert(changed);
    f.store.remove(ResourceKind::Pods, uid(1, 20));
    f.store.upsert(pod(2000)); // takes the place of 20
    f.store.setUsage(ResourceKind::PodMetrics, {{"ns-0", "pod-30", MilliCpu(1), Bytes(1), {}}}, wallNow());
    const auto after = f.publish();
    const Delta delta = podDelta(*before, *after);
    const auto slotOf = [](const ClusterSnapshot &c, const std::string &name) { return byName(c, name)->slot(); };
    QCOMPARE(delta.changed, std::vector{slotOf(*after, "pod-10")});
    QCOMPARE(delta.removed, std::vector{slotOf(*before, "pod-20")});
    QCOMPARE(delta.added, std::vector{slotOf(*after, "pod-2000")});
    QCOMPARE(delta.usage, std::vector{slotOf(*after, "pod-30")});
}

void TestClusterStore::randomChangesAgreeWithAMap()
{
    std::mt19937 random(7);
    Fixture f;
    std::map<std::string, std::pair<std::string, std::uint32_t>> truth; // name -> node, restarts
    ClusterSnapshotPtr before = f.publish();
    for (int round = 0; round < 60; ++round) {
        for (int step = 0; step < 40; ++step) {
            const int number = static_cast<int>(random() % 700);
            if (random() % 3 == 0) {
                QCOMPARE(f.store.remove(ResourceKind::Pods, uid(1, number)),
                    truth.erase("pod-" + std::to_string(number)) == 1);
            } else {
                PodDraft draft = pod(number, "node-" + std::to_string(random() % 5));
                draft.restarts = random() % 9;
                truth["pod-" + std::to_string(number)] = {draft.node, draft.restarts};
                f.store.upsert(draft);
            }
        }
        const auto now = f.publish();
        QCOMPARE(now->pods().size(), truth.size());
        for (const PodView p : now->pods()) {
            const auto it = truth.find(std::string(p.name()));
            QVERIFY(it != truth.end());
            QCOMPARE(std::string(p.node()), it->second.first);
            QCOMPARE(p.restarts(), it->second.second);
        }
        // Applying the delta to the older rows gives the newer ones.
        const Delta delta = podDelta(*before, *now);
        QCOMPARE(before->pods().size() - delta.removed.size() + delta.added.size(), now->pods().size());
        before = now;
    }
}

void TestClusterStore::readersBesideTheWriter()
{
    Fixture f;
    std::atomic<bool> stop = false;
    std::atomic<int> wrong = 0;
    std::thread reader([&] {
        while (!stop) {
            const auto cluster = f.store.current();
            for (const PodView p : cluster->pods()) {
                // All of a row is of one moment: the writer keeps name and restarts in step.
                wrong += p.name() == "pod-" + std::to_string(p.restarts()) ? 0 : 1;
            }
        }
    });
    for (int i = 0; i < 3000; ++i) {
        PodDraft draft = pod(i);
        draft.restarts = static_cast<std::uint32_t>(i);
        f.store.upsert(draft);
        if (i >= 200) {
            f.store.remove(ResourceKind::Pods, uid(1, i - 200));
        }
        if (i % 10 == 0) {
            f.store.publish();
        }
    }
    stop = true;
    reader.join();
    QCOMPARE(wrong.load(), 0);
}

QTEST_APPLESS_MAIN(TestClusterStore)
#include "tst_clusterstore.moc"
