// SPDX-License-Identifier: GPL-3.0-or-later
// Answers that are made of the ones before them are the answers one gets without a past.
#include "core/query/filternarrows.h"
#include "core/query/query.h"
#include "tests/unit/query/randomfleet.h"

#include <QTest>

#include <algorithm>
#include <numeric>

using namespace sextant;
using test::RandomFleet;

namespace {

bool sameSums(const ResourceSums &a, const ResourceSums &b)
{
    return a.capacity == b.capacity && a.allocatable == b.allocatable && a.requested == b.requested
        && a.charged == b.charged && a.limit == b.limit && a.used == b.used && a.undeclared == b.undeclared
        && a.unlimited == b.unlimited && a.unsampled == b.unsampled;
}

std::vector<RowRef> listOf(const OrderedRows &rows)
{
    std::vector<RowRef> out;
    for (const RowRef row : rows) {
        out.push_back(row);
    }
    return out;
}

/// All that a row of pods shows, but its ages.
QString saysOf(const Picture &picture, RowRef row)
{
    const PodView pod(picture.cluster(row.cluster), row.slot);
    const auto text = [](std::string_view view) {
        return QString::fromUtf8(view.data(), static_cast<qsizetype>(view.size())) + QLatin1Char('|');
    };
    return text(pod.ns()) + text(pod.name()) + text(pod.status()) + text(pod.node()) + text(pod.workloadName())
        + text(pod.team()) + text(pod.ip())
        + QStringLiteral("%1 %2 %3 %4 %5 %6 %7")
              .arg(static_cast<int>(pod.state()))
              .arg(pod.ready())
              .arg(pod.restarts())
              .arg(pod.cpuUsed().value)
              .arg(pod.memoryUsed().value)
              .arg(pod.cpuRequested().value)
              .arg(pod.id().birth);
}

int columnsOf(TableKind table)
{
    return table == TableKind::Pods ? kPodColumns : table == TableKind::Nodes ? kNodeColumns : kWorkloadColumns;
}

} // namespace

class TestAnswer : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void likeWithoutAPast_data();
    void likeWithoutAPast();
    void whatDidNotChangeIsShared();
    void aSlotBornAnewIsAnotherRow();
    void nodesMovePods();
    void clustersComeAndGo();
    void stoppedLeavesTheOldOne();
    void aBigFleetTyped();
    void narrowing_data();
    void narrowing();
};

void TestAnswer::likeWithoutAPast_data()
{
    QTest::addColumn<int>("table");
    QTest::addColumn<std::uint64_t>("seed");
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
        QTest::addRow("pods %d", static_cast<int>(seed)) << static_cast<int>(TableKind::Pods) << seed;
    }
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        QTest::addRow("nodes %d", static_cast<int>(seed)) << static_cast<int>(TableKind::Nodes) << seed;
        QTest::addRow("workloads %d", static_cast<int>(seed)) << static_cast<int>(TableKind::Workloads) << seed;
    }
}

void TestAnswer::likeWithoutAPast()
{
    QFETCH(int, table);
    QFETCH(std::uint64_t, seed);
    RandomFleet fleet(seed, 3);
    const std::vector<std::string> filters{"", "a", "ap", "api", "API data", "d", "da", "data-1", "crash", "gke-e",
        "restarts>1", "!api", "cpu>100m", "age<2h", "pool:big", "api | zeta", "cantina", "10.0"};
    const auto pick = [&](auto bound) { return static_cast<int>(fleet.random()() % static_cast<unsigned>(bound)); };
    fleet.step(900);
    TableQuery query;
    query.table = static_cast<TableKind>(table);
    query.now = RandomFleet::now();
    TableAnswerPtr before;
    int shared = 0;
    for (int round = 0; round < 150; ++round) {
        if (round % 3 != 0) {
            fleet.step(1 + pick(round % 10 == 0 ? 150 : 6));
        }
        const PicturePtr picture = fleet.picture();
        if (pick(3) == 0) {
            query.column = pick(columnsOf(query.table));
            query.descending = pick(2) == 0;
        }
        if (pick(3) == 0) {
            query.filter = *Filter::parse(filters[static_cast<std::size_t>(pick(filters.size()))]);
        }
        if (pick(8) == 0) {
            query.scope = {};
            query.scope.cluster = pick(2) == 0 ? fleet.clusters()[1]->id() : ClusterId::None;
            query.scope.ns = pick(2) == 0 ? "default" : "";
            query.scope.pool = pick(4) == 0 ? "Big" : "";
            query.scope.team = pick(4) == 0 ? "ops" : "";
        }
        if (pick(5) == 0) {
            query.now += std::chrono::minutes(10);
        }
        const TableAnswerPtr after = answer(picture, query, before);
        const auto fresh = runQuery(*picture, query);
        const QString where = QStringLiteral("round %1 column %2 %3 filter %4")
                                  .arg(round)
                                  .arg(query.column)
                                  .arg(query.descending ? "down" : "up")
                                  .arg(QString::fromStdString(query.filter.text()));
        const bool same = listOf(after->rows().rows) == listOf(fresh->rows);
        QVERIFY2(same, qPrintable(where));
        QVERIFY2(after->rows().total == fresh->total, qPrintable(where));
        QVERIFY2(sameSums(after->rows().cpu, fresh->cpu), qPrintable(where));
        QVERIFY2(sameSums(after->rows().memory, fresh->memory), qPrintable(where));
        if (before && after->rows().rows.sameAs(before->rows().rows) && query.table == TableKind::Pods) {
            // Every row that says something else is told.
            ++shared;
            const auto runs = after->changedRows();
            std::size_t run = 0;
            for (std::size_t row = 0; row < after->rows().rows.size(); ++row) {
                while (run < runs.size() && static_cast<std::size_t>(runs[run].second) < row) {
                    ++run;
                }
                const bool told = run < runs.size() && static_cast<std::size_t>(runs[run].first) <= row;
                QVERIFY2(told
                        || saysOf(before->picture(), before->rows().rows[row])
                            == saysOf(after->picture(), after->rows().rows[row]),
                    qPrintable(where));
            }
        }
        if (pick(10) != 0) { // now and then the next one is made of an older one
            before = after;
        }
    }
    QVERIFY(query.table != TableKind::Pods || shared > 5);
}

void TestAnswer::whatDidNotChangeIsShared()
{
    RandomFleet fleet(12, 2);
    fleet.step(400);
    TableQuery query{.table = TableKind::Pods, .column = static_cast<int>(PodColumn::Name)};
    const TableAnswerPtr first = answer(fleet.picture(), query, nullptr);
    // A pod's status does not move it in the order of names.
    const PodView pod(first->picture().cluster(0), (*first->picture().cluster(0).pods().begin()).slot());
    PodDraft draft;
    draft.uid = pod.uid();
    draft.name = std::string(pod.name());
    draft.ns = std::string(pod.ns());
    draft.status = "Evicted";
    draft.state = State::Failed;
    fleet.clusters()[0]->upsert(draft);
    fleet.clusters()[0]->publish();
    const TableAnswerPtr second = answer(fleet.picture(), query, first);
    QVERIFY(second->rows().rows.sameAs(first->rows().rows));
    QCOMPARE(second->changedRows().size(), 1U);
    // It does in that of states.
    query.column = static_cast<int>(PodColumn::Status);
    query.descending = true;
    const TableAnswerPtr byState = answer(second->picturePtr(), query, second);
    QVERIFY(!byState->rows().rows.sameAs(second->rows().rows));
    QCOMPARE(answer(second->picturePtr(), query, byState)->changedRows().size(), 0U);
}

void TestAnswer::aSlotBornAnewIsAnotherRow()
{
    FleetStore store;
    const auto cluster = store.add();
    PodDraft pod;
    pod.ns = "default";
    pod.name = "web-0";
    pod.uid = "00000000-0000-4000-8000-000000000001";
    cluster->upsert(pod);
    cluster->publish();
    const TableQuery query{.table = TableKind::Pods, .column = static_cast<int>(PodColumn::Name)};
    const auto picture = [&] { return std::make_shared<const Picture>(store.snapshot(), nullptr); };
    const TableAnswerPtr first = answer(picture(), query, nullptr);
    cluster->remove(ResourceKind::Pods, pod.uid);
    pod.uid = "00000000-0000-4000-8000-000000000002";
    cluster->upsert(pod);
    cluster->publish();
    const TableAnswerPtr second = answer(picture(), query, first);
    QCOMPARE(second->rows().rows.size(), 1U);
    QCOMPARE(second->rows().rows[0], first->rows().rows[0]); // the same slot
    QVERIFY(!second->rows().rows.sameAs(first->rows().rows));
}

void TestAnswer::nodesMovePods()
{
    // A node that moves to another pool takes its pods out of a scope, though nothing of theirs changed.
    FleetStore store;
    const auto cluster = store.add();
    NodeDraft node;
    node.uid = "00000000-0000-4000-8000-00000000000a";
    node.name = "n-1";
    node.pool = "blue";
    cluster->upsert(node);
    PodDraft pod;
    pod.uid = "00000000-0000-4000-8000-000000000001";
    pod.ns = "default";
    pod.name = "web-0";
    pod.node = "n-1";
    cluster->upsert(pod);
    cluster->publish();
    TableQuery query{.table = TableKind::Pods};
    query.scope.pool = "blue";
    const auto picture = [&] { return std::make_shared<const Picture>(store.snapshot(), nullptr); };
    const TableAnswerPtr first = answer(picture(), query, nullptr);
    QCOMPARE(first->rows().rows.size(), 1U);
    node.pool = "green";
    cluster->upsert(node);
    cluster->publish();
    const TableAnswerPtr second = answer(picture(), query, first);
    QCOMPARE(second->rows().rows.size(), 0U);
    QCOMPARE(second->rows().total, 0U);
}

void TestAnswer::clustersComeAndGo()
{
    RandomFleet fleet(13, 2);
    fleet.step(300);
    const TableQuery query{.table = TableKind::Pods, .column = static_cast<int>(PodColumn::Age)};
    TableAnswerPtr before = answer(fleet.picture(), query, nullptr);
    const auto more = fleet.store().add();
    more->status().name = "aaa";
    PodDraft pod;
    pod.uid = "00000000-0000-4000-8000-000000000001";
    pod.name = "first";
    more->upsert(pod);
    more->publish();
    const auto check = [&] {
        const PicturePtr picture = std::make_shared<const Picture>(fleet.store().snapshot(), nullptr);
        before = answer(picture, query, before);
        return listOf(before->rows().rows) == listOf(runQuery(*picture, query)->rows);
    };
    QVERIFY(check());
    more->status().name = "zzz"; // ranks of clusters are by name
    more->publish();
    QVERIFY(check());
    fleet.store().remove(fleet.clusters()[0]->id());
    QVERIFY(check());
    // More pods than a cluster was given room for.
    for (int i = 0; i < 6000; ++i) {
        pod.uid = "00000000-0000-4000-8000-" + std::to_string(100'000'000'000 + i);
        pod.name = "pod-" + std::to_string(i);
        more->upsert(pod);
    }
    more->publish();
    QVERIFY(check());
}

void TestAnswer::stoppedLeavesTheOldOne()
{
    RandomFleet fleet(14, 2);
    fleet.step(300);
    const TableQuery query{.table = TableKind::Pods};
    const TableAnswerPtr first = answer(fleet.picture(), query, nullptr);
    fleet.step(10);
    std::stop_source source;
    source.request_stop();
    QVERIFY(answer(fleet.picture(), query, first, source.get_token()) == nullptr);
    QCOMPARE(
        listOf(answer(fleet.picture(), query, first)->rows().rows), listOf(runQuery(*fleet.picture(), query)->rows));
}

void TestAnswer::aBigFleetTyped()
{
    // So many that two threads look at them and list them: every pod is looked at once, rows stand in order, and the
    // sums are those of the rows.
    FleetStore store;
    constexpr int kPods = 135'000;
    std::vector<int> byName(kPods);
    std::iota(byName.begin(), byName.end(), 0);
    std::sort(byName.begin(), byName.end(), [](int a, int b) { return std::to_string(a) < std::to_string(b); });
    for (int c = 0; c < 3; ++c) {
        const auto cluster = store.add();
        PodDraft pod;
        pod.ns = "default";
        for (int i = c; i < kPods; i += 3) {
            pod.uid = "00000000-0000-4000-8000-" + std::to_string(100'000'000'000 + i);
            pod.name = "pod-" + std::to_string(i);
            pod.ip = "10.0." + std::to_string(i % 200) + ".1";
            pod.cpuRequested = MilliCpu(i);
            cluster->upsert(pod);
        }
        cluster->publish();
    }
    const PicturePtr picture = std::make_shared<const Picture>(store.snapshot(), nullptr);
    TableAnswerPtr before;
    for (const char *text : {"", "7", "77", "777", "", "!7", "0.19", "77", "pod-1", ""}) {
        TableQuery query{.table = TableKind::Pods, .column = static_cast<int>(PodColumn::Name)};
        query.filter = *Filter::parse(text);
        const std::string word = text[0] == '!' ? text + 1 : text;
        std::vector<int> wanted;
        std::int64_t requested = 0;
        for (const int i : byName) {
            const std::string ip = "10.0." + std::to_string(i % 200) + ".1";
            const bool has = ("pod-" + std::to_string(i) + " " + ip).find(word) != std::string::npos;
            if (has != (text[0] == '!')) {
                wanted.push_back(i);
                requested += i;
            }
        }
        before = answer(picture, query, before);
        std::vector<int> rows;
        for (const RowRef row : before->rows().rows) {
            const PodView pod(picture->cluster(row.cluster), row.slot);
            rows.push_back(static_cast<int>(pod.cpuRequested().value));
        }
        QVERIFY2(rows == wanted, text);
        QCOMPARE(before->rows().cpu.requested, requested);
        QCOMPARE(before->rows().total, static_cast<std::size_t>(kPods));
    }
}

void TestAnswer::narrowing_data()
{
    QTest::addColumn<QString>("now");
    QTest::addColumn<QString>("before");
    QTest::addColumn<bool>("narrower");
    const auto row = [](const char *now, const char *before, bool narrower) {
        QTest::addRow("%s after %s", now, before) << QString::fromUtf8(now) << QString::fromUtf8(before) << narrower;
    };
    row("chec", "che", true);
    row("CHEC", "che", true);
    row("check out", "che", true);
    row("che", "", true);
    row("ns:shop che", "che", true);
    row("che ns:sho", "ns:sh ch", true);
    row("ns:shop", "ns:sh", true);
    row("che", "chec", false);
    row("che", "che out", false);
    row("!chec", "!che", false);
    row("ns=shop", "ns:sh", false);
    row("chec | api", "che", false);
    row("name:chec", "ns:che", false);
    row("restarts>5", "restarts>3", false);
    row("restarts>3 a", "restarts>3", true);
}

void TestAnswer::narrowing()
{
    QFETCH(QString, now);
    QFETCH(QString, before);
    QFETCH(bool, narrower);
    QCOMPARE(narrows(*Filter::parse(now.toStdString()), *Filter::parse(before.toStdString())), narrower);
}

QTEST_APPLESS_MAIN(TestAnswer)
#include "tst_answer.moc"
