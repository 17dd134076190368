// SPDX-License-Identifier: GPL-3.0-or-later
// What is said of Helios in rows, details and words: what nobody knows is a dash, never 0.
#include "tests/support/samplefleet.h"
#include "tests/ui/helios/rollingcluster.h"
#include "ui/bridge/freshness.h"
#include "ui/details/sheet.h"
#include "ui/models/nodetablemodel.h"
#include "ui/models/podtablemodel.h"
#include "ui/models/workloadtablemodel.h"
#include "ui/pages/tablecolumns.h"
#include "ui/pages/tablestate.h"
#include "ui/shell/jump.h"

#include <QStandardPaths>
#include <QTest>

using namespace sextant;
using namespace sextant::ui;
using namespace std::chrono_literals;

namespace {

const Time kNow{std::chrono::seconds(1'900'000'000)};
const QString kDash = QStringLiteral("—");

struct Fleet {
    explicit Fleet(int hosts = 5)
        : cluster(test::addRollingCluster(store, hosts, kNow))
    {
    }
    PicturePtr picture()
    {
        cluster->publish();
        return test::pictureOf(store);
    }
    FleetStore store;
    std::shared_ptr<ClusterStore> cluster;
};

template <class Model> std::unique_ptr<Model> modelOf(const PicturePtr &picture)
{
    auto model = std::make_unique<Model>();
    model->setNow(kNow);
    model->setPicture(picture);
    model->settle();
    return model;
}

QString at(const TableModel &model, int row, int column) { return model.index(row, column).data().toString(); }
template <class Column> QString at(const TableModel &model, int row, Column column)
{
    return at(model, row, static_cast<int>(column));
}
int rowNamed(const TableModel &model, const QString &name)
{
    for (int row = 0; row < model.rowCount(); ++row) {
        if (model.nameAt(row) == name) {
            return row;
        }
    }
    return -1;
}

QString textOf(const ui::Sheet &sheet)
{
    QStringList words{sheet.path, sheet.name, sheet.status, sheet.cause};
    for (const DetailSection &section : sheet.sections) {
        words << section.title + QLatin1Char(' ') + section.note;
        for (const DetailRow &row : section.rows) {
            words << QStringList{row.label, row.value, row.right, row.strong + row.rest, row.caption}
                         .join(QLatin1Char(' '))
                         .simplified();
        }
    }
    return words.join(QLatin1Char('\n'));
}

const DetailRow *rowOf(const ui::Sheet &sheet, const QString &label)
{
    for (const DetailSection &section : sheet.sections) {
        for (const DetailRow &row : section.rows) {
            if (row.label == label) {
                return &row;
            }
        }
    }
    return nullptr;
}

template <class View> AnyId idNamed(const ViewRange<View> &range, std::string_view name)
{
    for (const View one : range) {
        if (one.name() == name) {
            return one.id();
        }
    }
    return {};
}

} // namespace

class TestHeliosWords : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { QStandardPaths::setTestModeEnabled(true); }
    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void hostsSayWhatTheyKnow()
    {
        Fleet fleet;
        const auto model = modelOf<NodeTableModel>(fleet.picture());
        QCOMPARE(model->rowCount(), 5);
        QCOMPARE(at(*model, 0, NodeColumn::Status), QStringLiteral("UP"));
        QCOMPARE(at(*model, 0, NodeColumn::Load), QStringLiteral("4.25"));
        QVERIFY(at(*model, 0, NodeColumn::MemoryInUse).startsWith(QStringLiteral("24Gi (38")));
        // 500m of 16 cores; the other task declares nothing, so that it is the least it can be.
        QVERIFY2(at(*model, 0, NodeColumn::Cpu).startsWith(QStringLiteral("500m+ (3")),
            qPrintable(at(*model, 0, NodeColumn::Cpu)));
        const Bar bar = *model->cell(0, static_cast<int>(NodeColumn::Cpu)).bar;
        QCOMPARE(bar.requested, 500.0 / 16000);
        QVERIFY(bar.used < 0);
        QVERIFY(model->tip(0, static_cast<int>(NodeColumn::Cpu)).contains(QStringLiteral("capacity")));
        for (const NodeColumn column : {NodeColumn::Roles, NodeColumn::Age, NodeColumn::CpuUsed, NodeColumn::MemoryUsed,
                 NodeColumn::CpuLimit, NodeColumn::CpuAllocatable, NodeColumn::MemoryAllocatable,
                 NodeColumn::InternalIp, NodeColumn::ExternalIp, NodeColumn::Taints}) {
            QCOMPARE(at(*model, 0, column), kDash);
        }
        QCOMPARE(at(*model, 0, NodeColumn::Pods), QStringLiteral("2/—"));
        QCOMPARE(*model->cell(0, static_cast<int>(NodeColumn::Cluster)).mark, Orchestrator::Helios);
        // The last one is down: what it said of itself is no figure of now.
        QCOMPARE(at(*model, 4, NodeColumn::Status), QStringLiteral("DOWN"));
        QCOMPARE(at(*model, 4, NodeColumn::Load), kDash);
        QCOMPARE(at(*model, 4, NodeColumn::MemoryInUse), kDash);
        QVERIFY(model->tip(4, static_cast<int>(NodeColumn::Load)).contains(QStringLiteral("4.25")));
        QVERIFY(model->tip(4, static_cast<int>(NodeColumn::Status)).contains(QStringLiteral("41m ago")));
    }

    void loadSortsWithWhatIsUnknownLast()
    {
        Fleet fleet;
        NodeDraft busy = test::heliosHost("web-09", "lon3", kNow);
        busy.loadAverage = 31.5;
        fleet.cluster->upsert(busy);
        const auto model = modelOf<NodeTableModel>(fleet.picture());
        model->sort(static_cast<int>(NodeColumn::Load), Qt::DescendingOrder);
        model->settle();
        QCOMPARE(model->nameAt(0), QStringLiteral("web-09"));
        QCOMPARE(model->nameAt(5), QStringLiteral("web-05"));
        model->sort(static_cast<int>(NodeColumn::Load), Qt::AscendingOrder);
        model->settle();
        QCOMPARE(model->nameAt(5), QStringLiteral("web-05"));
    }

    void tasksDoNotClaimWhatNobodyKnows()
    {
        Fleet fleet;
        const auto model = modelOf<PodTableModel>(fleet.picture());
        QCOMPARE(model->rowCount(), 10);
        const std::string id = test::sampleJobId("cartapi", "2.7.1");
        const int row = rowNamed(*model, QString::fromStdString(id));
        QVERIFY(row >= 0);
        QCOMPARE(at(*model, row, PodColumn::Name), QString::fromStdString(id.substr(0, id.rfind(':') + 8)));
        QCOMPARE(model->tip(row, static_cast<int>(PodColumn::Name)), QString::fromStdString(id));
        for (const PodColumn column : {PodColumn::Restarts, PodColumn::Age, PodColumn::Cpu, PodColumn::Memory,
                 PodColumn::Qos, PodColumn::Ip, PodColumn::CpuLimit, PodColumn::NominatedNode,
                 PodColumn::ReadinessGates, PodColumn::Priority, PodColumn::ServiceAccount}) {
            QCOMPARE(at(*model, row, column), kDash);
        }
        QCOMPARE(at(*model, row, PodColumn::CpuRequested), QStringLiteral("500m"));
        QCOMPARE(at(*model, row, PodColumn::Owner), QStringLiteral("shop DeploymentGroup"));
        const int ledger = rowNamed(*model, QString::fromStdString(test::sampleJobId("ledger", "3")));
        QCOMPARE(at(*model, ledger, PodColumn::CpuRequested), kDash);
        QCOMPARE(at(*model, ledger, PodColumn::MemoryRequested), kDash);
        QVERIFY(at(*model, ledger, PodColumn::Owner).endsWith(QStringLiteral(" Job")));
        QVERIFY(model->cell(ledger, static_cast<int>(PodColumn::Cpu)).bar->requested < 0);
        int ready = 0, unknown = 0;
        for (int i = 0; i < model->rowCount(); ++i) {
            ready += at(*model, i, PodColumn::Ready) == QStringLiteral("1/1") ? 1 : 0;
            unknown += at(*model, i, PodColumn::Ready) == kDash ? 1 : 0;
        }
        QCOMPARE(ready, 8);
        QCOMPARE(unknown, 2); // those on the host that is down
    }

    void rollOutsShowHowFarTheyAre()
    {
        Fleet fleet(9);
        auto model = modelOf<WorkloadTableModel>(fleet.picture());
        QCOMPARE(model->rowCount(), 2); // the group's job stands under it
        const int row = rowNamed(*model, QStringLiteral("shop"));
        QCOMPARE(at(*model, row, WorkloadColumn::Kind), QStringLiteral("DeploymentGroup"));
        QCOMPARE(at(*model, row, WorkloadColumn::Status), QStringLiteral("ROLLING_OUT 4/8"));
        QCOMPARE(model->cell(row, static_cast<int>(WorkloadColumn::Status)).bar->requested, 0.5);
        QCOMPARE(at(*model, row, WorkloadColumn::UpToDate), QStringLiteral("4"));
        QCOMPARE(at(*model, row, WorkloadColumn::Available), kDash);
        QCOMPARE(at(*model, row, WorkloadColumn::Age), kDash);
        QCOMPARE(at(*model, 1 - row, WorkloadColumn::Kind), QStringLiteral("Job"));
        QCOMPARE(at(*model, 1 - row, WorkloadColumn::CpuRequested), kDash);
        // It fails: the master's words stand there, and no bar.
        WorkloadDraft failed =
            test::sampleGroup("shop", test::sampleJobId("cartapi", "2.7.1"), {"web-01", "web-02"}, 1);
        auto rollout = std::make_shared<RolloutDraft>(*failed.rollout);
        rollout->status = "FAILED";
        rollout->error = "web-02: timed out waiting for job to reach state RUNNING";
        rollout->hosts[1].failed = true;
        failed.rollout = rollout;
        failed.status = "FAILED: " + rollout->error;
        failed.state = State::Failed;
        fleet.cluster->upsert(failed);
        model->setPicture(fleet.picture());
        model->settle();
        QVERIFY(at(*model, row, WorkloadColumn::Status).startsWith(QStringLiteral("FAILED: web-02: timed out")));
        QVERIFY(!model->cell(row, static_cast<int>(WorkloadColumn::Status)).bar);
    }

    void columnsOfHeliosComeWithHelios()
    {
        TableColumns columns(QStringLiteral("heliosnodes"), NodeTableModel().columns());
        const auto has = [](const std::vector<int> &shownColumns, NodeColumn column) {
            return std::find(shownColumns.begin(), shownColumns.end(), static_cast<int>(column)) != shownColumns.end();
        };
        QVERIFY(!has(columns.shown(2560, 4000, {false, false}), NodeColumn::Load));
        QVERIFY(has(columns.shown(2560, 4000, {false, true}), NodeColumn::Load));
        QVERIFY(has(columns.shown(1440, 1280, {false, true}), NodeColumn::Load));
        QVERIFY(has(columns.shown(1440, 1280, {false, true}), NodeColumn::MemoryInUse));
        // Tasks of a job have one name: their hosts tell them apart, in a small window, too.
        TableColumns tasks(QStringLiteral("heliospods"), PodTableModel().columns());
        const auto node = static_cast<int>(PodColumn::Node);
        const auto small = tasks.shown(1280, 1120, {false, true});
        QCOMPARE(std::count(small.begin(), small.end(), node), 1);
        const auto wide = tasks.shown(2560, 4000, {false, true});
        QCOMPARE(std::count(wide.begin(), wide.end(), node), 1);
        const auto without = tasks.shown(1280, 1120, {false, false});
        QCOMPARE(std::count(without.begin(), without.end(), node), 0);
    }

    void tablesNameWhatTheMasterCannotRead()
    {
        Fleet fleet;
        fleet.cluster->status().of(ResourceKind::Nodes).unreadable = {"edge-7", "edge-8", "edge-9", "edge-<b>x</b>"};
        const PicturePtr picture = fleet.picture();
        TableQuery query;
        query.table = TableKind::Pods;
        const auto rows = *runQuery(*picture, query);
        const TableState state = tableState(*picture, query, rows, kNow);
        QCOMPARE(state.notes.size(), std::size_t(1)); // and nothing of metrics that were missing
        QVERIFY2(state.notes.front().text.contains(QStringLiteral("hosts: edge-7, edge-8 and 2 more")),
            qPrintable(state.notes.front().text));
        QVERIFY(state.notes.front().rule.isEmpty());
        QVERIFY(state.progress < 0); // kinds Helios has not are not waited for
        QCOMPARE(tableSummary(*picture, query, rows, false), QStringLiteral("10 tasks"));
        query.table = TableKind::Nodes;
        QString sums;
        for (const TextRun &run : tableSums(*picture, query, *runQuery(*picture, query), false)) {
            sums += run.text;
        }
        QVERIFY2(sums.contains(QStringLiteral("CPU 2.5+ declared of 80 capacity")), qPrintable(sums));
        QVERIFY(sums.contains(QStringLiteral("not measured")));
    }

    void emptyAndLoadingAreSaidInItsWords()
    {
        FleetStore store;
        const auto cluster = test::addRollingCluster(store, 0, kNow);
        cluster->clear(ResourceKind::Pods);
        for (const ResourceKind kind : {ResourceKind::Nodes, ResourceKind::Pods}) {
            cluster->status().of(kind).sync = Sync::Loading;
        }
        cluster->status().of(ResourceKind::Pods).read = 0;
        cluster->publish();
        TableQuery query;
        query.table = TableKind::Pods;
        PicturePtr picture = test::pictureOf(store);
        TableState state = tableState(*picture, query, *runQuery(*picture, query), kNow);
        QVERIFY(state.blank && state.blank->kind == TableBlank::Kind::Loading);
        QCOMPARE(state.blank->title, QStringLiteral("Reading tasks"));
        for (const ResourceKind kind : {ResourceKind::Nodes, ResourceKind::Pods}) {
            cluster->status().of(kind).sync = Sync::Live;
        }
        cluster->publish();
        picture = test::pictureOf(store);
        query.scope.cluster = cluster->id();
        state = tableState(*picture, query, *runQuery(*picture, query), kNow);
        QVERIFY(state.blank && state.blank->kind == TableBlank::Kind::Empty);
        QCOMPARE(state.blank->title, QStringLiteral("No tasks in helios-lon."));
    }

    void freshnessIsThatOfPolling()
    {
        Fleet fleet;
        ClusterStatus status = fleet.cluster->status();
        Freshness fresh = freshnessOf(status, kNow);
        QCOMPARE(fresh.kind, Freshness::Kind::Live);
        QVERIFY(fresh.note.startsWith(QLatin1Char('4')));
        QVERIFY(fresh.tip.contains(QStringLiteral("Helios 0.9.282")));
        QVERIFY2(fresh.tip.contains(QStringLiteral("polled every 10\u202fs, the last round took 0.8\u202fs")),
            qPrintable(fresh.tip));
        QVERIFY(!fresh.tip.contains(QStringLiteral("metrics")));
        QCOMPARE(kindsAsked(status), 4);
        // The first master is gone, the second answers.
        status.server = status.masters.back();
        QVERIFY(freshnessOf(status, kNow).tip.contains(QStringLiteral("master 2 of 2 answers")));
        status.pace = 40s;
        QVERIFY(freshnessOf(status, kNow).tip.contains(QStringLiteral("slowed to every 40")));
        status.of(ResourceKind::Nodes).unreadable = {"edge-7"};
        fresh = freshnessOf(status, kNow);
        QCOMPARE(fresh.kind, Freshness::Kind::Partial);
        QVERIFY(fresh.strip.contains(QStringLiteral("hosts edge-7")));
        status.connection = Connection::Stale;
        status.heard = kNow - 252s;
        fresh = freshnessOf(status, kNow);
        QCOMPARE(fresh.kind, Freshness::Kind::Stale);
        QCOMPARE(fresh.note, QStringLiteral("4m12s"));
    }

    void detailsOfAHost()
    {
        Fleet fleet;
        const PicturePtr picture = fleet.picture();
        const ClusterSnapshot &cluster = picture->cluster(0);
        ui::Sheet sheet = sheetOf(*picture, idNamed(cluster.nodes(), "web-01"), nullptr, kNow);
        QString text = textOf(sheet);
        QVERIFY2(text.contains(QStringLiteral("UP · reported 20s ago")), qPrintable(text));
        QVERIFY2(text.contains(QStringLiteral("4.25 on 16 cores")), qPrintable(text));
        QVERIFY(text.contains(QStringLiteral("24Gi of 64Gi, with caches")));
        QVERIFY(text.contains(QStringLiteral("docker://17.05.0-ce")));
        QVERIFY(text.contains(QStringLiteral("role shop")));
        QVERIFY(!text.contains(QStringLiteral("Taints")));
        QVERIFY(sheet.cause.isEmpty());
        QVERIFY(sheet.object && !sheet.history && !sheet.events);
        sheet = sheetOf(*picture, idNamed(cluster.nodes(), "web-05"), nullptr, kNow);
        text = textOf(sheet);
        QCOMPARE(*sheet.state, State::Failed);
        QVERIFY2(sheet.cause.contains(QStringLiteral("41m ago")), qPrintable(sheet.cause));
        QCOMPARE(rowOf(sheet, QStringLiteral("Load"))->value, kDash);
        QVERIFY(rowOf(sheet, QStringLiteral("Last load"))->value.startsWith(QStringLiteral("4.25, 41m")));
    }

    void detailsOfATask()
    {
        Fleet fleet;
        PodDraft odd = test::heliosTask(test::sampleJobId("search", "9"), "web-02", -1, 256);
        odd.status = "FAILED (IMAGE_MISSING)";
        odd.state = State::Failed;
        odd.ready = 0;
        odd.statusMessage = "its image was not found; it could not be started";
        odd.containers.front().message = "No such image: <b>search:9</b>";
        fleet.cluster->upsert(odd);
        const PicturePtr picture = fleet.picture();
        const ui::Sheet sheet = sheetOf(*picture, idNamed(picture->cluster(0).pods(), odd.name), nullptr, kNow);
        const QString text = textOf(sheet);
        QVERIFY(sheet.cause.startsWith(QStringLiteral("Its image was not found")));
        QCOMPARE(rowOf(sheet, QStringLiteral("State"))->value, QStringLiteral("FAILED"));
        QCOMPARE(rowOf(sheet, QStringLiteral("Throttle"))->value, QStringLiteral("IMAGE_MISSING"));
        QCOMPARE(rowOf(sheet, QStringLiteral("Goal"))->value, QStringLiteral("START"));
        QCOMPARE(rowOf(sheet, QStringLiteral("Docker said"))->value, QStringLiteral("No such image: <b>search:9</b>"));
        QCOMPARE(rowOf(sheet, QStringLiteral("CPU"))->value, QStringLiteral("not declared"));
        QCOMPARE(rowOf(sheet, QStringLiteral("Memory"))->value, QStringLiteral("256Mi"));
        QVERIFY(std::holds_alternative<NodeId>(rowOf(sheet, QStringLiteral("Host"))->link));
        QVERIFY(sheet.history);
        QVERIFY(!text.contains(QStringLiteral("Restarts")) && !text.contains(QStringLiteral("QoS")));
    }

    void detailsOfAGroupMoveWithItsRollOut()
    {
        Fleet fleet(9);
        PicturePtr picture = fleet.picture();
        const AnyId id = idNamed(picture->cluster(0).workloads(), "shop");
        ui::Sheet sheet = sheetOf(*picture, id, nullptr, kNow);
        QString text = textOf(sheet);
        QVERIFY2(text.contains(QStringLiteral("Updated 4 / 8")), qPrintable(text));
        QVERIFY(text.contains(QStringLiteral("2 hosts at a time")));
        QVERIFY(text.contains(QStringLiteral("300 s for each step")));
        QVERIFY(text.contains(QStringLiteral("role=web zone in (lon3,lon6)")));
        QVERIFY(text.contains(QStringLiteral("web-05 PULLING_IMAGE")));
        QVERIFY(text.contains(QStringLiteral("web-06 nothing yet")));
        QVERIFY(text.contains(QStringLiteral("web-09 DOWN")));
        QCOMPARE(*rowOf(sheet, QStringLiteral("web-01"))->glyph, State::Ok);
        QCOMPARE(*rowOf(sheet, QStringLiteral("web-05"))->glyph, State::Pending);
        QVERIFY(std::holds_alternative<WorkloadId>(rowOf(sheet, QStringLiteral("Wanted"))->link));
        // A host further, then a failure in the master's own words.
        std::vector<std::string> hosts;
        for (int i = 1; i <= 8; ++i) {
            hosts.push_back("web-0" + std::to_string(i));
        }
        WorkloadDraft next = test::sampleGroup("shop", test::sampleJobId("cartapi", "2.7.1"), hosts, 5);
        fleet.cluster->upsert(next);
        picture = fleet.picture();
        QVERIFY(textOf(sheetOf(*picture, id, nullptr, kNow)).contains(QStringLiteral("Updated 5 / 8")));
        auto failed = std::make_shared<RolloutDraft>(*next.rollout);
        failed->status = "FAILED";
        failed->error = "web-06: timed out waiting for job to reach state RUNNING";
        failed->hosts[5].failed = true;
        next.rollout = failed;
        next.status = "FAILED: " + failed->error;
        next.state = State::Failed;
        fleet.cluster->upsert(next);
        picture = fleet.picture();
        sheet = sheetOf(*picture, id, nullptr, kNow);
        QCOMPARE(sheet.cause, QString::fromStdString(failed->error));
        QCOMPARE(*rowOf(sheet, QStringLiteral("web-06"))->glyph, State::Failed);
    }

    void detailsOfAJobAndOfItsCluster()
    {
        Fleet fleet;
        fleet.cluster->status().of(ResourceKind::Nodes).unreadable = {"edge-7"};
        const PicturePtr picture = fleet.picture();
        const ClusterSnapshot &cluster = picture->cluster(0);
        const ui::Sheet job =
            sheetOf(*picture, idNamed(cluster.workloads(), test::sampleJobId("cartapi", "2.7.1")), nullptr, kNow);
        const QString text = textOf(job);
        QVERIFY2(text.contains(QStringLiteral("Registers cartapi/http")), qPrintable(text));
        QVERIFY(text.contains(QStringLiteral("Version 2.7.1")));
        QVERIFY(text.contains(QStringLiteral("Tasks 5")));
        QVERIFY(text.contains(QStringLiteral("Group shop")));
        const ui::Sheet whole = sheetOf(*picture, cluster.id(), nullptr, kNow);
        const QString words = textOf(whole);
        QVERIFY2(words.contains(QStringLiteral("cannot read hosts edge-7")), qPrintable(words));
        QVERIFY(words.contains(QStringLiteral("http://hm-1.example:5801 answers")));
        QVERIFY(words.contains(QStringLiteral("Polled every 10")));
        QVERIFY(words.contains(QStringLiteral("Hosts 4 of 5 up")));
        QVERIFY(!words.contains(QStringLiteral("replicasets")) && !words.contains(QStringLiteral("metrics")));
        QVERIFY(whole.rule.isEmpty());
    }

    void jumpFindsHostsTasksJobsAndGroups()
    {
        Fleet fleet;
        const PicturePtr picture = fleet.picture();
        const auto kinds = [&](const char *query) {
            std::vector<JumpTarget> found = jumpTargets(*picture, {}, QString::fromLatin1(query));
            return found;
        };
        const auto hosts = kinds("web-03");
        QVERIFY(!hosts.empty());
        QCOMPARE(hosts.front().kind, JumpTarget::Kind::Node);
        QCOMPARE(hosts.front().orchestrator, Orchestrator::Helios);
        QVERIFY(kinds("shop").front().group);
        const auto jobs = kinds("cartapi");
        QVERIFY(std::any_of(jobs.begin(), jobs.end(),
            [](const JumpTarget &target) { return target.kind == JumpTarget::Kind::Workload && !target.group; }));
        const auto task = std::find_if(
            jobs.begin(), jobs.end(), [](const JumpTarget &target) { return target.kind == JumpTarget::Kind::Pod; });
        QVERIFY(task != jobs.end());
        QVERIFY(task->place.startsWith(QStringLiteral("helios-lon › web-0")));
    }
};

QTEST_GUILESS_MAIN(TestHeliosWords)
#include "tst_helioswords.moc"
