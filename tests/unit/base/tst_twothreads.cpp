// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/twothreads.h"

#include <QTest>

#include <algorithm>
#include <latch>
#include <stdexcept>
#include <utility>
#include <vector>

using namespace sextant;

class TestTwoThreads : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everySliceOnce();
    void whatIsThrownArrives();
};

void TestTwoThreads::everySliceOnce()
{
    const bool two = std::thread::hardware_concurrency() > 1;
    for (const std::size_t slices : {0U, 1U, 2U, 3U, 1000U}) {
        std::vector<std::atomic<int>> done(slices);
        std::atomic<int> workers{0};
        std::latch begun(2); // neither takes all of it before the other is there
        fromBothEnds(slices, [&] {
            ++workers;
            return [&, first = true](std::size_t slice) mutable {
                if (std::exchange(first, false) && two && slices > 1) {
                    begun.arrive_and_wait();
                }
                ++done.at(slice);
            };
        });
        QVERIFY(std::all_of(done.begin(), done.end(), [](const auto &times) { return times == 1; }));
        QCOMPARE(workers.load(), 2);
    }
}

void TestTwoThreads::whatIsThrownArrives()
{
    int done = 0;
    const auto works = [&done] { ++done; };
    const auto fails = [] { throw std::runtime_error("full"); };
    QVERIFY_EXCEPTION_THROWN(doBoth(works, fails), std::runtime_error);
    QCOMPARE(done, 1);
    // The other one is waited for: it may use what the caller's frame holds.
    QVERIFY_EXCEPTION_THROWN(doBoth(fails, works), std::runtime_error);
    QVERIFY(done == 2 || std::thread::hardware_concurrency() < 2);
}

QTEST_APPLESS_MAIN(TestTwoThreads)
#include "tst_twothreads.moc"
