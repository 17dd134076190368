// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/samplefleet.h"
#include "ui/pages/tablestate.h"

#include <QTest>

using namespace sextant;
using namespace sextant::ui;

namespace {

const Time kNow{std::chrono::seconds(1'900'000'000)};

struct One {
    FleetStore store;
    std::shared_ptr<ClusterStore> cluster = store.add();

    explicit One(const char *name = "gke-eu")
    {
        cluster->status().name = name;
        cluster->status().connection = Connection::Live;
        test::setAllLive(cluster->status(), kNow);
    }
    TableState state(TableQuery query = {}) const
    {
        cluster->publish();
        const Picture picture(store.snapshot(), nullptr);
        return tableState(picture, query, *runQuery(picture, query), kNow);
    }
    ResourceStatus &of(ResourceKind kind) { return cluster->status().of(kind); }
};

QString textOf(const std::vector<TextRun> &runs)
{
    QString text;
    for (const TextRun &run : runs) {
        text += run.text;
    }
    return text;
}

} // namespace

class TestTableState : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void whole();
    void loading();
    void loadingWithRows();
    void emptyByFilter();
    void emptyInNamespace();
    void emptyFleet();
    void noCluster();
    void forbidden();
    void forbiddenWithRows();
    void forbiddenMetrics();
    void someNamespacesOnly();
    void stale();
    void unreachable();
    void sumsAndSummary();
};

void TestTableState::whole()
{
    One one;
    one.cluster->upsert(test::samplePod("default", "a", "", 100, 64, kNow));
    const TableState state = one.state();
    QVERIFY(state.notes.empty());
    QVERIFY(!state.blank);
    QVERIFY(!state.more);
    QVERIFY(state.progress < 0);
}

void TestTableState::loading()
{
    One one;
    ResourceStatus &pods = one.of(ResourceKind::Pods);
    pods.sync = Sync::Loading;
    pods.read = 0;
    pods.expected.reset();
    const TableState none = one.state();
    QVERIFY(none.blank && none.blank->kind == TableBlank::Kind::Loading);
    QCOMPARE(none.progress, 0.0);
    QCOMPARE(none.blank->text, QStringLiteral("0 pods so far"));
}

void TestTableState::loadingWithRows()
{
    One one;
    one.cluster->upsert(test::samplePod("default", "a", "", 100, 64, kNow));
    ResourceStatus &pods = one.of(ResourceKind::Pods);
    pods.sync = Sync::Loading;
    pods.read = 1124;
    pods.expected = 2740;
    pods.bytes = 18 << 20;
    pods.since = kNow - std::chrono::seconds(3);
    const TableState state = one.state();
    QVERIFY(!state.blank);
    QVERIFY(state.more);
    QVERIFY(qAbs(state.progress - 1124.0 / 2740) < 1e-9);
    QCOMPARE(state.notes.size(), 1U);
    QCOMPARE(state.notes[0].state, State::Pending);
    QCOMPARE(state.notes[0].text, QStringLiteral("loading, 1,124 of about 2,740 pods · 18Mi · about 4 s"));
}

void TestTableState::emptyByFilter()
{
    One one;
    one.cluster->upsert(test::samplePod("default", "a", "", 100, 64, kNow));
    const TableState state = one.state({.filter = *Filter::parse("nosuch")});
    QVERIFY(state.blank && state.blank->kind == TableBlank::Kind::Empty);
    QCOMPARE(state.blank->title, QStringLiteral("Nothing matches “nosuch”."));
    QCOMPARE(state.blank->text, QStringLiteral("1 pod in the fleet."));
    QCOMPARE(state.blank->primaryAction, TableBlank::Action::ClearFilter);
}

void TestTableState::emptyInNamespace()
{
    One one;
    one.cluster->upsert(test::samplePod("default", "a", "", 100, 64, kNow));
    const auto other = one.store.add();
    other->status().name = "gke-us";
    other->upsert(test::samplePod("default", "b", "", 100, 64, kNow));
    other->publish();
    Scope scope;
    scope.cluster = one.cluster->id();
    scope.ns = "payments";
    const TableState state = one.state({.scope = scope});
    QVERIFY(state.blank);
    QCOMPARE(state.blank->title, QStringLiteral("No pods in namespace payments of gke-eu."));
    QCOMPARE(state.blank->text, QStringLiteral("1 pod elsewhere in gke-eu, 2 pods in the fleet."));
    QCOMPARE(state.blank->primary, QStringLiteral("Show gke-eu"));
    QCOMPARE(state.blank->primaryAction, TableBlank::Action::ShowCluster);
    QCOMPARE(state.blank->secondaryAction, TableBlank::Action::ShowFleet);
}

void TestTableState::emptyFleet()
{
    const One one;
    const TableState state = one.state({.table = TableKind::Workloads});
    QVERIFY(state.blank);
    QCOMPARE(state.blank->title, QStringLiteral("No workloads in the fleet."));
    QCOMPARE(state.blank->primaryAction, TableBlank::Action::None);
}

void TestTableState::noCluster()
{
    const Picture picture;
    const TableState state = tableState(picture, {}, {}, kNow);
    QVERIFY(state.blank);
    QCOMPARE(state.blank->title, QStringLiteral("No cluster is open."));
}

void TestTableState::forbidden()
{
    One one("gke-ap");
    ResourceStatus &nodes = one.of(ResourceKind::Nodes);
    nodes.sync = Sync::Forbidden;
    nodes.since = kNow;
    Error error;
    error.code = ErrorCode::Forbidden;
    error.message = "nodes is forbidden: User \"viewer\" cannot list resource";
    error.httpStatus = 403;
    nodes.error = error;
    const TableState state = one.state({.table = TableKind::Nodes});
    QVERIFY(state.blank && state.blank->kind == TableBlank::Kind::Partial);
    QCOMPARE(state.blank->title, QStringLiteral("This account may not list nodes."));
    QVERIFY(state.blank->text.startsWith(QStringLiteral("gke-ap answered 403 at ")));
    QVERIFY(state.blank->text.contains(QStringLiteral("cannot list resource")));
    QCOMPARE(
        state.blank->rule, QStringLiteral("- apiGroups: [\"\"]\n  resources: [nodes]\n  verbs: [get, list, watch]"));
    QCOMPARE(state.blank->secondaryAction, TableBlank::Action::Retry);
    QVERIFY(state.more);
}

void TestTableState::forbiddenWithRows()
{
    One one;
    one.cluster->upsert(test::samplePod("default", "bare", "", 100, 64, kNow));
    one.of(ResourceKind::CronJobs).sync = Sync::Forbidden;
    const TableState state = one.state({.table = TableKind::Workloads});
    QVERIFY(!state.blank);
    QCOMPARE(state.notes.size(), 1U);
    QCOMPARE(state.notes[0].state, State::Warning);
    QCOMPARE(state.notes[0].text, QStringLiteral("may not list cronjobs"));
    QVERIFY(state.notes[0].rule.contains(QStringLiteral("[\"batch\"]")));
    QVERIFY(state.notes[0].rule.contains(QStringLiteral("[cronjobs]")));
}

void TestTableState::forbiddenMetrics()
{
    One one;
    one.cluster->upsert(test::samplePod("default", "a", "", 100, 64, kNow));
    one.of(ResourceKind::PodMetrics).sync = Sync::Forbidden;
    QVERIFY(one.state().notes[0].rule.contains(QStringLiteral("metrics.k8s.io")));
    one.of(ResourceKind::PodMetrics).sync = Sync::Absent;
    QCOMPARE(one.state().notes[0].text, QStringLiteral("has no metrics: what is used is unknown"));
    QVERIFY(!one.state().more);
}

void TestTableState::someNamespacesOnly()
{
    One one;
    one.cluster->upsert(test::samplePod("team-a", "a", "", 100, 64, kNow));
    one.of(ResourceKind::Pods).namespaces = {"team-a", "team-b"};
    QCOMPARE(one.state().notes[0].text, QStringLiteral("only pods of team-a, team-b"));
}

void TestTableState::stale()
{
    One one("helios-lon");
    one.cluster->upsert(test::samplePod("default", "a", "", 100, 64, kNow));
    one.cluster->status().connection = Connection::Stale;
    one.cluster->status().heard = kNow - std::chrono::seconds(252);
    Error error;
    error.message = "connection refused";
    one.cluster->status().error = error;
    const TableState state = one.state();
    QVERIFY(!state.blank);
    QCOMPARE(state.notes.size(), 1U);
    QCOMPARE(state.notes[0].state, State::Unknown);
    QVERIFY2(state.notes[0].text.endsWith(QStringLiteral(", 4m12s ago")), qPrintable(state.notes[0].text));
    QCOMPARE(state.notes[0].detail, QStringLiteral("connection refused"));
}

void TestTableState::unreachable()
{
    One one;
    one.cluster->status().connection = Connection::Failed;
    Error error;
    error.message = "no such host";
    one.cluster->status().error = error;
    for (ResourceStatus &resource : one.cluster->status().resources) {
        resource = {};
    }
    const TableState state = one.state();
    QVERIFY(state.blank && state.blank->kind == TableBlank::Kind::Partial);
    QCOMPARE(state.blank->title, QStringLiteral("gke-eu cannot be reached."));
    QCOMPARE(state.blank->text, QStringLiteral("gke-eu: no such host"));
}

void TestTableState::sumsAndSummary()
{
    One one;
    one.cluster->upsert(test::samplePod("default", "api-1", "", 1500, 2048, kNow));
    one.cluster->upsert(test::samplePod("default", "web-1", "", 500, 1024, kNow));
    one.cluster->publish();
    const Picture picture(one.store.snapshot(), nullptr);
    const TableQuery all{};
    const TableQuery some{.filter = *Filter::parse("api")};
    const auto allRows = *runQuery(picture, all);
    const auto someRows = *runQuery(picture, some);
    QCOMPARE(tableSummary(picture, all, allRows, false), QStringLiteral("2 pods"));
    QCOMPARE(tableSummary(picture, all, allRows, true), QStringLiteral("2+ pods"));
    QCOMPARE(tableSummary(picture, some, someRows, false), QStringLiteral("1 of 2 pods"));
    const QString text = textOf(tableSums(picture, some, someRows, false));
    QVERIFY2(text.startsWith(QStringLiteral("Sum of 1:  CPU 1.5 requested, — used")), qPrintable(text));
    QVERIFY2(text.contains(QStringLiteral("Mem 2Gi requested, — used")), qPrintable(text));
    QVERIFY(textOf(tableSums(picture, some, someRows, true)).contains(QStringLiteral("CPU 1.5+ requested")));
}

QTEST_GUILESS_MAIN(TestTableState)
#include "tst_tablestate.moc"
