// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/query/randomfleet.h"
#include "ui/models/tableplan.h"

#include <QTest>

#include <map>

using namespace sextant;
using namespace sextant::ui;
using test::RandomFleet;

namespace {

TableAnswerPtr podsOf(RandomFleet &fleet, const TableAnswerPtr &before, const char *filter = "")
{
    TableQuery query{.table = TableKind::Pods, .filter = *Filter::parse(filter)};
    query.column = static_cast<int>(PodColumn::Name);
    return answer(fleet.picture(), query, before);
}

/// The first pod of the first cluster, as something else than it was.
void changeOne(RandomFleet &fleet, const char *status)
{
    ClusterStore &cluster = *fleet.clusters()[0];
    const auto snapshot = cluster.current();
    const PodView pod = *snapshot->pods().begin();
    PodDraft draft;
    draft.uid = pod.uid();
    draft.ns = std::string(pod.ns());
    draft.name = std::string(pod.name());
    draft.status = status;
    cluster.upsert(draft);
    cluster.publish();
}

} // namespace

class TestTablePlan : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void nothing();
    void oneRowSaysSomethingElse();
    void rowsMove();
    void fromNothingAndBack();
    void freshnessIsOfAllRows();
    void findsRows();
    void stampsTellRowsApart();
};

void TestTablePlan::nothing()
{
    RandomFleet fleet(1, 2);
    fleet.step(200);
    const auto before = podsOf(fleet, nullptr);
    const TablePlan plan = planChange(*before, *podsOf(fleet, before));
    QCOMPARE(plan.way, TablePlan::Way::Same);
    QVERIFY(plan.changed.empty());
}

void TestTablePlan::oneRowSaysSomethingElse()
{
    RandomFleet fleet(2, 2);
    fleet.step(200);
    const auto before = podsOf(fleet, nullptr);
    changeOne(fleet, "Evicted");
    const auto after = podsOf(fleet, before);
    const TablePlan plan = planChange(*before, *after);
    QCOMPARE(plan.way, TablePlan::Way::Same);
    QCOMPARE(plan.changed.size(), 1U);
    QCOMPARE(plan.changed[0].first, plan.changed[0].second);
    const auto row = static_cast<std::size_t>(plan.changed[0].first);
    QVERIFY(stampOf(*before, row) != stampOf(*after, row));
}

void TestTablePlan::rowsMove()
{
    RandomFleet fleet(3, 2);
    fleet.step(200);
    const auto before = podsOf(fleet, nullptr);
    PodDraft pod;
    pod.uid = "00000000-0000-4000-8000-000000000001";
    pod.name = "new";
    fleet.clusters()[0]->upsert(pod);
    fleet.clusters()[0]->publish();
    QCOMPARE(planChange(*before, *podsOf(fleet, before)).way, TablePlan::Way::Moved);
}

void TestTablePlan::fromNothingAndBack()
{
    RandomFleet fleet(4, 2);
    fleet.step(200);
    const auto all = podsOf(fleet, nullptr);
    const auto none = podsOf(fleet, all, "nosuchthing");
    QCOMPARE(planChange(*all, *none).way, TablePlan::Way::Reset);
    QCOMPARE(planChange(*none, *podsOf(fleet, none)).way, TablePlan::Way::Reset);
    QCOMPARE(planChange(*none, *podsOf(fleet, none, "nosuchthing")).way, TablePlan::Way::Same);
}

void TestTablePlan::freshnessIsOfAllRows()
{
    RandomFleet fleet(5, 1);
    fleet.step(200);
    const auto before = podsOf(fleet, nullptr);
    fleet.clusters()[0]->status().connection = Connection::Stale;
    fleet.clusters()[0]->publish();
    const auto after = podsOf(fleet, before);
    const TablePlan plan = planChange(*before, *after);
    QCOMPARE(plan.way, TablePlan::Way::Same);
    QCOMPARE(plan.changed, (std::vector<RowRange>{{0, static_cast<int>(after->rows().rows.size()) - 1}}));
}

void TestTablePlan::findsRows()
{
    RandomFleet fleet(6, 3);
    fleet.step(600);
    const auto before = podsOf(fleet, nullptr);
    fleet.step(300);
    const auto after = podsOf(fleet, before, "a");
    std::map<AnyId, int> rows;
    for (std::size_t row = 0; row < after->rows().rows.size(); ++row) {
        rows[idOf(*after, row)] = static_cast<int>(row);
    }
    RowFinder many(*after);
    int gone = 0;
    for (std::size_t row = 0; row < before->rows().rows.size(); ++row) {
        const AnyId id = idOf(*before, row);
        const auto it = rows.find(id);
        const int expected = it == rows.end() ? -1 : it->second;
        QCOMPARE(many.find(id), expected);
        QCOMPARE(RowFinder(*after).find(id), expected);
        gone += expected < 0 ? 1 : 0;
    }
    QVERIFY(gone > 10);
    QCOMPARE(many.find(AnyId()), -1);
    QCOMPARE(many.find(NodeId{fleet.clusters()[0]->id(), 0, 1}), -1);
}

void TestTablePlan::stampsTellRowsApart()
{
    RandomFleet fleet(7, 1);
    fleet.step(200);
    const auto before = podsOf(fleet, nullptr);
    const std::uint64_t stamp = stampOf(*before, 0);
    QCOMPARE(stampOf(*podsOf(fleet, before), 0), stamp);
    std::vector<UsageDraft> samples;
    for (const PodView pod : fleet.clusters()[0]->current()->pods()) {
        samples.push_back({std::string(pod.ns()), std::string(pod.name()), MilliCpu(7), Bytes(8), RandomFleet::now()});
    }
    fleet.clusters()[0]->setUsage(ResourceKind::PodMetrics, samples, RandomFleet::now() + std::chrono::seconds(30));
    fleet.clusters()[0]->publish();
    const auto after = podsOf(fleet, before);
    bool differs = false;
    for (std::size_t row = 0; row < after->rows().rows.size(); ++row) {
        differs = differs || stampOf(*after, row) != stampOf(*before, row);
    }
    QVERIFY(differs);
}

QTEST_APPLESS_MAIN(TestTablePlan)
#include "tst_tableplan.moc"
