// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/slabs.h"

#include <QTest>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <memory>
#include <random>
#include <thread>
#include <vector>

using namespace sextant;

namespace {

/// A block filled with a number of its own, so that one that lies over another is seen.
struct Block {
    char *at = nullptr;
    std::size_t bytes = 0;
    char number = 0;
    bool aligned = true; ///< it begins at a cache line, where it should

    bool whole() const
    {
        return aligned && std::all_of(at, at + bytes, [this](char one) { return one == number; });
    }
};

Block take(Slabs &slabs, std::size_t bytes, char number)
{
    Block block{static_cast<char *>(slabs.take(bytes)), bytes, number};
    if (bytes >= Slabs::kLeast && bytes <= Slabs::kMost) {
        block.aligned = reinterpret_cast<std::uintptr_t>(block.at) % 64 == 0;
    }
    std::memset(block.at, number, bytes);
    return block;
}

bool hasOwn() { return Slabs::rounded(3'000) != 3'000; }

} // namespace

class TestSlabs : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        if (!hasOwn()) {
            QSKIP("all memory is from operator new under the address sanitizer");
        }
    }
    void sizes();
    void comeAndGo_data();
    void comeAndGo();
    void comesToLieTogether();
    void givenBack();
    void fromManyThreads();
    void forTheStandardLibrary();
};

void TestSlabs::sizes()
{
    QCOMPARE(Slabs::rounded(Slabs::kLeast - 1), Slabs::kLeast - 1);
    QCOMPARE(Slabs::rounded(Slabs::kLeast), Slabs::kLeast);
    QCOMPARE(Slabs::rounded(Slabs::kLeast + 1), Slabs::kLeast + 64);
    QCOMPARE(Slabs::rounded(Slabs::kMost), Slabs::kMost);
    QCOMPARE(Slabs::rounded(Slabs::kMost + 1), Slabs::kMost + 1);
    Slabs slabs;
    for (const std::size_t bytes : {std::size_t(1), Slabs::kLeast - 1, Slabs::kMost + 1, std::size_t(1) << 20}) {
        slabs.give(take(slabs, bytes, 'x').at, bytes);
        QCOMPARE(slabs.use().held, 0U); // not of its business
    }
}

void TestSlabs::comeAndGo_data()
{
    QTest::addColumn<unsigned>("seed");
    for (unsigned seed = 1; seed <= 4; ++seed) {
        QTest::addRow("seed %u", seed) << seed;
    }
}

/// Whatever is taken and given in whatever order: no block lies over another, what is in use is counted, and of what is
/// held most is used.
void TestSlabs::comeAndGo()
{
    QFETCH(unsigned, seed);
    constexpr std::array<std::size_t, 5> kSizes{Slabs::kLeast, 2'992, 6'064, 20'001, Slabs::kMost};
    std::mt19937 random(seed);
    Slabs slabs;
    std::vector<Block> blocks;
    std::size_t taken = 0;
    const auto giveOne = [&] {
        std::swap(blocks[random() % blocks.size()], blocks.back());
        const Block gone = blocks.back();
        blocks.pop_back();
        const bool whole = gone.whole();
        taken -= Slabs::rounded(gone.bytes);
        slabs.give(gone.at, gone.bytes);
        return whole;
    };
    for (int step = 0; step < 20'000; ++step) {
        const std::size_t aim = step / 2'000 % 2 == 0 ? 1'500 : 100;
        if (blocks.empty() || random() % 1'600 < (blocks.size() < aim ? 1'200U : 400U)) {
            const std::size_t bytes = kSizes[random() % kSizes.size()];
            blocks.push_back(take(slabs, bytes, static_cast<char>(random())));
            taken += Slabs::rounded(bytes);
        } else {
            QVERIFY(giveOne());
        }
        QCOMPARE(slabs.use().taken, taken);
    }
    QVERIFY(std::all_of(blocks.begin(), blocks.end(), [](const Block &block) { return block.whole(); }));
    while (!blocks.empty()) {
        QVERIFY(giveOne());
    }
    slabs.giveBack();
    QCOMPARE(slabs.use().taken, 0U);
    QCOMPARE(slabs.use().held, 0U);
}

/// After there were twice as many: what the model does all day is that a part of its blocks is copied, then the old
/// ones are freed. By that they come to lie together, and what is between them can be given back.
void TestSlabs::comesToLieTogether()
{
    constexpr std::size_t kBytes = 7'000;
    constexpr int kBlocks = 2'000, kAtOnce = 200;
    std::mt19937 random(7);
    Slabs slabs;
    std::vector<Block> blocks;
    for (int i = 0; i < 2 * kBlocks; ++i) {
        blocks.push_back(take(slabs, kBytes, static_cast<char>(i)));
    }
    std::shuffle(blocks.begin(), blocks.end(), random);
    for (int i = kBlocks; i < 2 * kBlocks; ++i) {
        slabs.give(blocks[static_cast<std::size_t>(i)].at, kBytes);
    }
    blocks.resize(kBlocks);
    for (int round = 0; round < 200; ++round) {
        std::vector<Block> old;
        for (int i = 0; i < kAtOnce; ++i) {
            Block &one = blocks[random() % kBlocks];
            old.push_back(one);
            one = take(slabs, kBytes, one.number);
        }
        for (const Block &one : old) {
            QVERIFY(one.whole());
            slabs.give(one.at, one.bytes);
        }
    }
    slabs.giveBack();
    const Slabs::Use use = slabs.use();
    QVERIFY2(use.held <= use.taken * 6 / 5, qPrintable(QStringLiteral("%1 of %2").arg(use.taken).arg(use.held)));
    for (const Block &one : blocks) {
        slabs.give(one.at, one.bytes);
    }
}

/// What nobody uses goes back to the system, whole regions and parts of others, and can be taken again.
void TestSlabs::givenBack()
{
    Slabs slabs;
    std::vector<Block> blocks;
    for (int i = 0; i < 1'000; ++i) {
        blocks.push_back(take(slabs, 8'192, static_cast<char>(i)));
    }
    const std::size_t before = slabs.use().held;
    QVERIFY(before >= 1'000 * 8'192);
    for (std::size_t i = 50; i < blocks.size(); ++i) {
        slabs.give(blocks[i].at, blocks[i].bytes);
    }
    QCOMPARE(slabs.use().held, before); // kept for the next
    slabs.giveBack();
    QVERIFY(slabs.use().held <= 4U << 20);
    blocks.resize(50);
    for (int i = 0; i < 500; ++i) {
        blocks.push_back(take(slabs, 8'192 + (i % 2) * 4'096, static_cast<char>(i)));
    }
    QVERIFY(std::all_of(blocks.begin(), blocks.end(), [](const Block &block) { return block.whole(); }));
    for (const Block &block : blocks) {
        slabs.give(block.at, block.bytes);
    }
}

void TestSlabs::fromManyThreads()
{
    Slabs slabs;
    std::vector<std::thread> threads;
    std::atomic<bool> whole{true};
    for (unsigned number = 0; number < 3; ++number) {
        threads.emplace_back([&slabs, &whole, number] {
            std::mt19937 random(number);
            std::vector<Block> own;
            for (int step = 0; step < 3'000; ++step) {
                if (own.size() < 60) {
                    own.push_back(take(slabs, 4'000 + random() % 4'000, static_cast<char>(random())));
                    continue;
                }
                std::swap(own[random() % own.size()], own.back());
                whole = whole && own.back().whole();
                slabs.give(own.back().at, own.back().bytes);
                own.pop_back();
            }
            for (const Block &block : own) {
                whole = whole && block.whole();
                slabs.give(block.at, block.bytes);
            }
        });
    }
    for (std::thread &thread : threads) {
        thread.join();
    }
    QVERIFY(whole);
    QCOMPARE(slabs.use().taken, 0U);
}

void TestSlabs::forTheStandardLibrary()
{
    const std::size_t before = Slabs::ofModel().use().taken;
    auto bytes = std::allocate_shared<std::array<char, 8'000>>(ModelAllocator<std::array<char, 8'000>>());
    bytes->fill('x');
    QCOMPARE(Slabs::ofModel().use().taken - before, Slabs::rounded(8'016)); // with the counts of who shares it
    bytes.reset();
    QCOMPARE(Slabs::ofModel().use().taken, before);
}

QTEST_APPLESS_MAIN(TestSlabs)
#include "tst_slabs.moc"
