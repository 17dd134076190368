// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/capacity/tally.h"
#include "core/fleet/store.h"

#include <QTest>

#include <random>
#include <string>

using namespace sextant;

namespace {

const Time kNow = Time(std::chrono::seconds(1'900'000'000));

/// A cluster of pods of every kind: wide and unknown figures, no limits, no node, a silent node, ended, not measured.
ClusterSnapshotPtr cluster(ClusterStore &store, Orchestrator orchestrator, std::mt19937 &random)
{
    const auto below = [&random](int end) { return static_cast<int>(random() % static_cast<unsigned>(end)); };
    const auto uid = [](int number) { return "00000000-0000-4000-8000-" + std::to_string(100'000'000'000 + number); };
    store.status().orchestrator = orchestrator;
    for (int i = 0; i < 3; ++i) {
        NodeDraft node;
        node.uid = uid(i);
        node.name = "node-" + std::to_string(i);
        node.silent = i == 1;
        store.upsert(node);
    }
    std::vector<UsageDraft> samples;
    for (int i = 0; i < 600; ++i) {
        PodDraft pod;
        pod.uid = uid(100 + i);
        pod.ns = "ns";
        pod.name = "pod-" + std::to_string(i);
        pod.node = below(4) == 0 ? "" : "node-" + std::to_string(below(3));
        pod.state = static_cast<State>(below(kStates));
        pod.counts = below(5) != 0;
        // Of the first all sizes; then what fits into cells, to its ends; then what is just too large to be summed in
        // 32 bits, and what just is not.
        const bool any = i < 150;
        const std::int64_t most = i < 450 ? 0x1fffffff : 0x0fffffff;
        const auto cpu = [&] {
            const std::int64_t sizes[] = {below(4'000), -below(9), 2'147'483'646, any ? 5'000'000'000 + below(9) : 1};
            return below(3) == 0 ? MilliCpu() : MilliCpu(i < 300 ? sizes[below(4)] : below(9) == 0 ? below(9) : most);
        };
        const auto memory = [&] {
            const std::int64_t sizes[] = {
                1024LL * below(1 << 20), 4'398'046'508'032, 0, any ? 1'000'001 + below(9) : 4'398'046'508'032};
            return below(6) == 0 ? Bytes() : Bytes(i < 300 ? sizes[below(4)] : 1024 * most);
        };
        pod.cpuRequested = cpu();
        pod.cpuLimit = cpu();
        pod.memoryRequested = memory();
        pod.memoryLimit = memory();
        if (below(3) == 0) {
            pod.unlimitedCpu = {"c"};
        }
        if (below(3) == 0) {
            pod.unlimitedMemory = {"c"};
        }
        store.upsert(pod);
        if (below(3) != 0) {
            samples.push_back({"ns", pod.name, cpu(), memory(), kNow});
        }
    }
    store.setUsage(ResourceKind::PodMetrics, samples, kNow);
    store.publish();
    return store.current();
}

std::string said(const ResourceSums &sums)
{
    std::string text;
    for (const std::int64_t figure : {sums.requested, sums.charged, sums.limit, sums.used}) {
        text += figure == Count::kUnknown ? "?" : std::to_string(figure);
        text += ' ';
    }
    for (const int count : {sums.undeclared, sums.unlimited, sums.unsampled}) {
        text += std::to_string(count) + ' ';
    }
    return text;
}

std::string said(const PodTally &tally)
{
    Sums sums;
    tally.fill(sums);
    std::string text = std::to_string(sums.pods) + " of " + std::to_string(sums.podsTotal) + ", "
        + std::to_string(sums.unscheduled) + " wait; " + said(sums.cpu) + "; " + said(sums.memory) + ";";
    for (const int count : sums.podStates) {
        text += ' ' + std::to_string(count);
    }
    return text;
}

} // namespace

class TestTally : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void manyAsOneAfterTheOther_data()
    {
        QTest::addColumn<int>("orchestrator");
        QTest::newRow("kubernetes") << static_cast<int>(Orchestrator::Kubernetes);
        QTest::newRow("helios") << static_cast<int>(Orchestrator::Helios);
    }
    void manyAsOneAfterTheOther();
};

void TestTally::manyAsOneAfterTheOther()
{
    QFETCH(int, orchestrator);
    std::mt19937 random(3);
    ClusterStore store(ClusterId(1), std::make_shared<StringPool>());
    const ClusterSnapshotPtr snapshot = cluster(store, static_cast<Orchestrator>(orchestrator), random);
    const SilentNodes silent(*snapshot);
    PodTally many, each;
    std::size_t counted = 0;
    for (int round = 0; round < 16; ++round) {
        for (std::uint32_t slot = 0; slot < snapshot->podSlots(); slot += PodBlock::kPods) {
            const PodBlock block(*snapshot, slot);
            std::uint64_t few = round % 3 == 0 ? random() : ~std::uint64_t(0);
            few &= round % 3 == 0 ? random() : few;
            const std::uint64_t which = block.occupied() & few & (std::uint64_t(random()) << 32 | random());
            many.add(block, which, silent);
            eachBit(which, [&](unsigned bit) {
                each.add(block.at(bit), block.at(bit).state());
                ++counted;
            });
            QCOMPARE(said(many), said(each));
            const std::uint64_t back = round % 2 == 0 ? 0 : which;
            many.remove(block, back, silent);
            eachBit(back, [&](unsigned bit) { each.remove(block.at(bit), block.at(bit).state()); });
            QCOMPARE(said(many), said(each));
        }
    }
    QVERIFY(counted > 1'000);
    // Of those who have no limit the sum is 0, or not known.
    for (std::uint32_t slot = 0; slot < snapshot->podSlots(); slot += PodBlock::kPods) {
        const PodBlock block(*snapshot, slot);
        const std::uint64_t which =
            those(block.occupied(), [&](unsigned bit) { return !block.at(bit).cpuLimit().known(); });
        PodTally together, apart;
        together.add(block, which, silent);
        eachBit(which, [&](unsigned bit) { apart.add(block.at(bit), block.at(bit).state()); });
        QCOMPARE(said(together), said(apart));
    }
}

QTEST_APPLESS_MAIN(TestTally)
#include "tst_tally.moc"
