// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/sampleline.h"

#include <QTest>

#include <algorithm>
#include <limits>
#include <random>
#include <vector>

using namespace sextant;

namespace {

bool same(const Sample &a, const Sample &b)
{
    return a.at == b.at && a.cpuCapacity == b.cpuCapacity && a.cpuAllocatable == b.cpuAllocatable
        && a.cpuRequested == b.cpuRequested && a.cpuLimit == b.cpuLimit && a.cpuUsed == b.cpuUsed
        && a.memoryCapacity == b.memoryCapacity && a.memoryAllocatable == b.memoryAllocatable
        && a.memoryRequested == b.memoryRequested && a.memoryLimit == b.memoryLimit && a.memoryUsed == b.memoryUsed
        && a.pods == b.pods && a.podsAllocatable == b.podsAllocatable && a.simulated == b.simulated;
}

} // namespace

class TestSampleLine : public QObject {
    Q_OBJECT
private slots:
    void agreesWithAList();
};

/// Whatever is added and forgotten: what stands is what a plain list would hold.
void TestSampleLine::agreesWithAList()
{
    std::mt19937 random(5);
    static constexpr std::int64_t odd[] = {Count::kUnknown, 0, -1, 1, 1LL << 40,
        std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::min() + 1};
    SampleLine line;
    std::vector<Sample> want;
    Sample sample;
    sample.at = Time(std::chrono::seconds(1'700'000'000));
    for (int step = 0; step < 2000; ++step) {
        sample.at += std::chrono::seconds(random() % 20);
        sample.simulated = random() % 5 == 0;
        for (std::int64_t *figure :
            {&sample.cpuCapacity, &sample.cpuAllocatable, &sample.cpuRequested, &sample.cpuLimit, &sample.cpuUsed,
                &sample.memoryCapacity, &sample.memoryAllocatable, &sample.memoryRequested, &sample.memoryLimit,
                &sample.memoryUsed, &sample.pods, &sample.podsAllocatable}) {
            if (random() % 4 == 0) {
                *figure = random() % 3 == 0
                    ? odd[random() % std::size(odd)]
                    : static_cast<std::int64_t>(random()) << random() % 3 * 10; // whole KiB and MiB, too
            }
        }
        line.add(sample);
        want.push_back(sample);
        if (random() % 10 == 0) {
            const Time limit = sample.at - std::chrono::seconds(random() % 3600);
            line.dropBefore(limit);
            std::erase_if(want, [limit](const Sample &one) { return one.at < limit; });
        }
        if (step % 7 == 0) {
            const auto have = line.samples();
            QVERIFY(std::equal(have.begin(), have.end(), want.begin(), want.end(), same));
            QCOMPARE(line.empty(), want.empty());
        }
    }
    line.dropBefore(sample.at + std::chrono::seconds(1));
    QVERIFY(line.empty());
    QVERIFY(line.samples().empty());
}

QTEST_APPLESS_MAIN(TestSampleLine)
#include "tst_sampleline.moc"
