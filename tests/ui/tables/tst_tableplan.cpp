// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/tableplan.h"

#include <QTest>

#include <random>

using namespace sextant;
using namespace sextant::ui;

namespace {

/// A row is a slot (its identity) and a stamp (what it says).
ShownRows rowsOf(const std::vector<std::pair<std::uint32_t, std::uint64_t>> &items)
{
    ShownRows rows;
    for (const auto &[slot, stamp] : items) {
        rows.ids.push_back({ClusterId(1 + slot % 3), slot / 3, 7});
        rows.stamps.push_back(stamp);
        rows.result.rows.push_back({slot % 3, slot / 3});
    }
    return rows;
}

/// Does by hand what a model does with a plan; the stamps that come out are those a view would show.
std::vector<std::pair<std::uint32_t, std::uint64_t>> follow(std::vector<std::pair<std::uint32_t, std::uint64_t>> shown,
    const std::vector<std::pair<std::uint32_t, std::uint64_t>> &after, const TablePlan &plan)
{
    if (plan.reset) {
        return after;
    }
    for (const auto &[first, last] : plan.removed) {
        shown.erase(shown.begin() + first, shown.begin() + last + 1);
    }
    if (plan.reordered) {
        std::vector<std::size_t> order(shown.size());
        for (std::size_t i = 0; i < order.size(); ++i) {
            order[i] = i;
        }
        std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return plan.staying[a] < plan.staying[b]; });
        auto sorted = shown;
        for (std::size_t i = 0; i < order.size(); ++i) {
            sorted[i] = shown[order[i]];
        }
        shown = sorted;
    }
    for (const auto &[first, last] : plan.inserted) {
        shown.insert(shown.begin() + first, after.begin() + first, after.begin() + last + 1);
    }
    for (const auto &[first, last] : plan.changed) {
        for (int row = first; row <= last; ++row) {
            shown[static_cast<std::size_t>(row)].second = after[static_cast<std::size_t>(row)].second;
        }
    }
    return shown;
}

} // namespace

class TestTablePlan : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void nothing();
    void runsAreMerged();
    void manyRunsReset();
    void sameSlotOtherBirth();
    void followsAnyChange();
};

void TestTablePlan::nothing()
{
    const auto rows = rowsOf({{1, 1}, {2, 1}, {3, 1}});
    const TablePlan plan = planChange(rows, rows);
    QVERIFY(!plan.reset && !plan.reordered);
    QVERIFY(plan.removed.empty() && plan.inserted.empty() && plan.changed.empty());
}

void TestTablePlan::runsAreMerged()
{
    const TablePlan plan =
        planChange(rowsOf({{1, 1}, {2, 1}, {3, 1}, {4, 1}, {5, 1}}), rowsOf({{3, 2}, {4, 2}, {5, 1}, {6, 1}, {7, 1}}));
    QCOMPARE(plan.removed, (std::vector<RowRange>{{0, 1}}));
    QCOMPARE(plan.inserted, (std::vector<RowRange>{{3, 4}}));
    QCOMPARE(plan.changed, (std::vector<RowRange>{{0, 1}}));
    QVERIFY(!plan.reordered);
}

void TestTablePlan::manyRunsReset()
{
    std::vector<std::pair<std::uint32_t, std::uint64_t>> all, odd;
    for (std::uint32_t i = 0; i < 100; ++i) {
        all.emplace_back(i, 1);
        if (i % 2 == 1) {
            odd.emplace_back(i, 1);
        }
    }
    QVERIFY(planChange(rowsOf(all), rowsOf(odd)).reset);
    QVERIFY(planChange(rowsOf(odd), rowsOf(all)).reset);
}

void TestTablePlan::sameSlotOtherBirth()
{
    ShownRows before = rowsOf({{1, 1}});
    ShownRows after = before;
    after.ids[0].birth = 8;
    const TablePlan plan = planChange(before, after);
    QCOMPARE(plan.removed.size(), 1U);
    QCOMPARE(plan.inserted.size(), 1U);
    QVERIFY(plan.staying.empty());
}

void TestTablePlan::followsAnyChange()
{
    std::mt19937 random(21);
    std::vector<std::pair<std::uint32_t, std::uint64_t>> before;
    int resets = 0;
    int kept = 0;
    for (int round = 0; round < 3000; ++round) {
        auto after = before;
        const int actions = 1 + static_cast<int>(random() % (round % 4 == 0 ? 400 : 30));
        for (int i = 0; i < actions; ++i) {
            const auto at = after.empty() ? 0 : random() % after.size();
            switch (random() % 5) {
            case 0:
                if (!after.empty()) {
                    after.erase(after.begin() + static_cast<std::ptrdiff_t>(at));
                }
                break;
            case 1: {
                const auto slot = static_cast<std::uint32_t>(random() % 300);
                if (std::none_of(after.begin(), after.end(), [&](const auto &row) { return row.first == slot; })) {
                    after.insert(after.begin() + static_cast<std::ptrdiff_t>(at), {slot, random()});
                }
                break;
            }
            case 2:
                if (!after.empty()) {
                    after[at].second = random();
                }
                break;
            case 3:
                if (!after.empty() && random() % 20 == 0) {
                    std::swap(after[at], after[random() % after.size()]);
                }
                break;
            default:
                break;
            }
        }
        if (random() % 50 == 0) {
            std::shuffle(after.begin(), after.end(), random);
        }
        const TablePlan plan = planChange(rowsOf(before), rowsOf(after));
        QCOMPARE(follow(before, after, plan), after);
        (plan.reset ? resets : kept) += 1;
        before = after;
    }
    QVERIFY(kept > 500);
    QVERIFY(resets > 10);
}

QTEST_APPLESS_MAIN(TestTablePlan)
#include "tst_tableplan.moc"
