// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/recorder.h"
#include "tests/support/samplefleet.h"

#include <QTest>

#include <set>

using namespace sextant;

class TestRecorder : public QObject {
    Q_OBJECT
private slots:
    void recorderKeepsAnHourInSteps();
    void recorderLeavesAGapWhileStale();
    void recorderFollowsWhatIsChosen();
    void aSecondClusterPartsTheFleetFromTheFirst();
};

void TestRecorder::recorderKeepsAnHourInSteps()
{
    FleetStore store;
    test::fillSampleFleet(store, {.clusters = 1, .nodes = 5, .pods = 20});
    const PicturePtr picture = test::pictureOf(store);
    Recorder recorder;
    const Time start = Time(std::chrono::seconds(1'900'000'000));
    for (int second = 0; second <= 4000; second += 5) {
        recorder.record(*picture, start + std::chrono::seconds(second));
    }
    const auto fleet = recorder.series(Scope{});
    QCOMPARE(fleet.size(), std::size_t(361)); // one each ten seconds, both ends of the hour
    QCOMPARE(fleet.back().at - fleet.front().at, Recorder::kKeep);
    QCOMPARE(fleet.back().cpuRequested, picture->sums({}).cpu.requested);
    std::int64_t pools = 0;
    std::set<std::string> names;
    for (const NodeView node : picture->cluster(0).nodes()) {
        names.emplace(node.pool());
    }
    for (const auto &pool : names) {
        pools += recorder.series(Scope{ClusterId(1), {}, pool, {}}).back().cpuAllocatable;
    }
    QCOMPARE(pools, fleet.back().cpuAllocatable);
}

void TestRecorder::recorderLeavesAGapWhileStale()
{
    FleetStore store;
    const auto truth = test::fillSampleFleet(store, {.clusters = 2, .nodes = 6, .pods = 20});
    Recorder recorder;
    const Time start = Time(std::chrono::seconds(1'900'000'000));
    recorder.record(*test::pictureOf(store), start);
    truth.clusters[1]->status().connection = Connection::Stale;
    truth.clusters[1]->publish();
    recorder.record(*test::pictureOf(store), start + std::chrono::seconds(10));
    QCOMPARE(
        recorder.series(Scope{}).size(), std::size_t(1)); // a sum without one cluster would look like lost capacity
    QCOMPARE(recorder.series(Scope{truth.clusters[0]->id(), {}, {}, {}}).size(), std::size_t(2));
    QCOMPARE(recorder.series(Scope{truth.clusters[1]->id(), {}, {}, {}}).size(), std::size_t(1));
}

void TestRecorder::recorderFollowsWhatIsChosen()
{
    FleetStore store;
    test::fillSampleFleet(store, {.clusters = 1, .nodes = 5, .pods = 20});
    const PicturePtr picture = test::pictureOf(store);
    const NodeId node = (*picture->cluster(0).nodes().begin()).id();
    Recorder recorder;
    const Time start = Time(std::chrono::seconds(1'900'000'000));
    recorder.record(*picture, start);
    QVERIFY(recorder.series(node).empty());
    QVERIFY(recorder.followedSince(node) == kNoTime);
    recorder.follow(node, start + std::chrono::seconds(5));
    recorder.record(*picture, start + std::chrono::seconds(10));
    QCOMPARE(recorder.series(node).size(), std::size_t(1));
    QVERIFY(recorder.followedSince(node) == start + std::chrono::seconds(5));
    QCOMPARE(recorder.series(node).front().cpuRequested, picture->of(node)->cpu.requested);
}

/// As long as there is one cluster its history is the fleet's; what it was stays when another comes.
void TestRecorder::aSecondClusterPartsTheFleetFromTheFirst()
{
    FleetStore store;
    const auto first = test::fillSampleFleet(store, {.clusters = 1, .nodes = 6, .pods = 60}).clusters[0];
    const PicturePtr one = test::pictureOf(store);
    const Scope cluster{first->id(), {}, {}, {}};
    const Scope pool{{}, {}, std::string((*one->cluster(0).nodes().begin()).pool()), {}};
    Recorder recorder;
    const Time start = Time(std::chrono::seconds(1'900'000'000));
    const auto at = [&](int round) { return start + round * Recorder::kEvery; };
    recorder.record(*one, at(0));
    recorder.record(*one, at(1));
    QCOMPARE(recorder.series(Scope{}).size(), std::size_t(2));
    QCOMPARE(recorder.series(Scope{}).back().cpuRequested, recorder.series(cluster).back().cpuRequested);
    const auto ofPool = recorder.series(pool);
    QCOMPARE(ofPool.size(), std::size_t(2));

    const auto second = test::fillSampleFleet(store, {.clusters = 1, .nodes = 9, .pods = 90, .seed = 2}).clusters[0];
    const PicturePtr both = test::pictureOf(store);
    recorder.record(*both, at(2));
    const auto fleet = recorder.series(Scope{}), own = recorder.series(cluster);
    QCOMPARE(fleet.size(), std::size_t(3));
    QCOMPARE(fleet[1].cpuRequested, own[1].cpuRequested);
    QCOMPARE(fleet[2].cpuRequested, both->sums({}).cpu.requested);
    QCOMPARE(own[2].cpuRequested, one->sums({}).cpu.requested);
    QCOMPARE(recorder.series(Scope{second->id(), {}, {}, {}}).size(), std::size_t(1));
    QCOMPARE(recorder.series(pool).size(), std::size_t(3));
    QCOMPARE(recorder.series(pool)[1].memoryAllocatable, ofPool[1].memoryAllocatable);
    QVERIFY(recorder.series(pool)[2].memoryAllocatable > ofPool[1].memoryAllocatable);

    store.remove(first->id());
    recorder.record(*test::pictureOf(store), at(3));
    QCOMPARE(recorder.series(Scope{}).size(), std::size_t(4));
    QCOMPARE(recorder.series(Scope{}).back().cpuRequested, test::pictureOf(store)->sums({}).cpu.requested);
    QCOMPARE(recorder.series(cluster).size(), std::size_t(3));
}

QTEST_APPLESS_MAIN(TestRecorder)
#include "tst_recorder.moc"
