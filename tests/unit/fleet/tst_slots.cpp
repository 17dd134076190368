// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fleet/chunkedrows.h"
#include "core/fleet/ownership.h"
#include "core/fleet/podusage.h"

#include <QtTest>

#include <algorithm>
#include <iterator>
#include <limits>
#include <map>
#include <random>
#include <set>

using namespace sextant;

/// The containers behind the model, against plain ones.
class TestSlots : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void tableAgreesWithAMap();
    void ownershipAgreesWithAMap();
    void blocksAgreeWithStrings();
    void blocksDoNotGrowWithTraffic();
    void usageOfAnySizeIsExact();
};

void TestSlots::tableAgreesWithAMap()
{
    std::mt19937 random(3);
    SlotTable table;
    std::map<int, std::uint32_t> truth; // key -> slot
    std::vector<int> keyOf(400, -1);
    // Few distinct hashes, so that searches run through each other and around the end.
    const auto hash = [](int key) { return static_cast<std::uint64_t>(key % 37) * 7 + 480; };
    const auto hashOfSlot = [&](std::uint32_t slot) { return hash(keyOf[slot]); };
    const auto find = [&](int key) {
        return table.find(hash(key), [&](std::uint32_t slot) { return keyOf[slot] == key; });
    };
    for (int step = 0; step < 20'000; ++step) {
        const int key = static_cast<int>(random() % 300);
        if (const auto it = truth.find(key); it != truth.end()) {
            QCOMPARE(find(key), it->second);
            if (random() % 2 == 0) {
                table.erase(hash(key), it->second, hashOfSlot);
                keyOf[it->second] = -1;
                truth.erase(it);
            }
        } else {
            QCOMPARE(find(key), SlotTable::kNone);
            const auto slot = static_cast<std::uint32_t>(std::find(keyOf.begin(), keyOf.end(), -1) - keyOf.begin());
            table.insert(hash(key), slot, hashOfSlot);
            keyOf[slot] = key;
            truth[key] = slot;
        }
        QCOMPARE(table.size(), truth.size());
    }
}

void TestSlots::ownershipAgreesWithAMap()
{
    std::mt19937 random(5);
    Ownership ownership;
    std::map<std::uint32_t, std::uint64_t> truth; // slot -> owner
    for (int step = 0; step < 5000; ++step) {
        const std::uint32_t slot = random() % 100;
        const std::uint64_t owner = random() % 20; // 0: nobody
        ownership.set(slot, owner == 0 ? Uid{} : Uid{owner, 1});
        truth[slot] = owner;
        for (std::uint64_t who = 1; who < 20; ++who) {
            std::set<std::uint32_t> want;
            for (const auto &[at, of] : truth) {
                if (of == who) {
                    want.insert(at);
                }
            }
            const auto have = ownership.of(Uid{who, 1});
            QCOMPARE(have.size(), want.size());
            QVERIFY(std::set<std::uint32_t>(have.begin(), have.end()) == want);
        }
        QVERIFY(ownership.ownerOf(slot) == (owner == 0 ? Uid{} : Uid{owner, 1}));
        QVERIFY(ownership.ownerOf(1000) == Uid{});
    }
}

void TestSlots::blocksAgreeWithStrings()
{
    std::mt19937 random(9);
    ChunkedRows<64, Blocks, int> rows;
    std::map<std::uint32_t, std::string> truth;
    std::vector<std::pair<ChunkedRows<64, Blocks, int>::View, std::map<std::uint32_t, std::string>>> kept;
    for (int step = 0; step < 4000; ++step) {
        if (truth.size() < 150) {
            truth[rows.grow()] = {};
        }
        const auto slot = static_cast<std::uint32_t>(random() % truth.size());
        if (random() % 5 == 0) {
            rows.reset(slot);
            truth[slot].clear();
        } else {
            truth[slot] = std::string(random() % (random() % 100 == 0 ? 100'000 : 200), 'a' + random() % 26);
            rows.set<0>(slot, truth[slot]);
        }
        if (step % 97 == 0) {
            kept.emplace_back(rows.publish(), truth);
        }
        QCOMPARE(rows.at<0>(slot), truth[slot]);
    }
    kept.emplace_back(rows.publish(), truth);
    for (const auto &[view, want] : kept) { // what was published stays as it was
        QCOMPARE(view.chunks().size(), (want.size() + 63) / 64);
        for (const auto &[slot, text] : want) {
            QCOMPARE(view.at<0>(slot), text);
        }
    }
}

void TestSlots::blocksDoNotGrowWithTraffic()
{
    RowBlocks<64> blocks;
    for (int round = 0; round < 1000; ++round) {
        for (std::size_t row = 0; row < 64; ++row) {
            blocks.set(row, std::string(100 + (round + row) % 30, 'x'));
        }
    }
    QVERIFY(blocks.capacity() < 64 * 130 * 2);
    blocks.trim();
    QVERIFY(blocks.capacity() < 64 * 132 * 9 / 8 + 512);
}

/// Figures that fit into the cells, that do not, and no figures, in any order in the same slots; what was published
/// stays as it was.
void TestSlots::usageOfAnySizeIsExact()
{
    constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
    const std::int64_t cpus[] = {Count::kUnknown, 0, 1, -1, 2'147'483'646, 2'147'483'647, -2'147'483'648, kMost};
    const std::int64_t memories[] = {
        Count::kUnknown, 0, 1023, 1024, -1024, 4'398'046'508'032, 4'398'046'509'056, 4'398'046'510'080, kMost};
    std::mt19937 random(11);
    const auto one = [&random](const auto &of) { return of[random() % std::size(of)]; };
    PodUsage usage;
    struct Row {
        std::int64_t cpu = Count::kUnknown, memory = Count::kUnknown;
        PackedTime at = 0;
    };
    std::vector<Row> truth;
    std::vector<std::pair<PodUsage::View, std::vector<Row>>> published;
    for (int step = 0; step < 4'000; ++step) {
        if (truth.size() < 600 && random() % 3 == 0) {
            usage.grow();
            truth.emplace_back();
        } else if (!truth.empty()) {
            const auto slot = static_cast<std::uint32_t>(random() % truth.size());
            truth[slot] = {one(cpus), one(memories), static_cast<PackedTime>(random() % 2)};
            usage.set(slot, MilliCpu(truth[slot].cpu), Bytes(truth[slot].memory), truth[slot].at);
        }
        if (random() % 16 == 0) {
            published.emplace_back(usage.publish(), truth);
        }
    }
    for (const auto &[view, rows] : published) {
        for (std::uint32_t slot = 0; slot < rows.size(); ++slot) {
            QCOMPARE(view.cpu(slot).value, rows[slot].cpu);
            QCOMPARE(view.memory(slot).value, rows[slot].memory);
            QCOMPARE(view.sampledAt(slot), rows[slot].at);
        }
    }
}

QTEST_APPLESS_MAIN(TestSlots)
#include "tst_slots.moc"
