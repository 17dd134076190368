// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/query/randomfleet.h"
#include "ui/models/nodetablemodel.h"
#include "ui/models/podtablemodel.h"
#include "ui/models/workloadtablemodel.h"

#include <QAbstractItemModelTester>
#include <QItemSelectionModel>
#include <QSignalSpy>
#include <QTest>

#include <algorithm>
#include <set>

using namespace sextant;
using namespace sextant::ui;
using test::RandomFleet;

namespace {

std::unique_ptr<TableModel> modelOf(int kind)
{
    switch (static_cast<TableKind>(kind)) {
    case TableKind::Pods:
        return std::make_unique<PodTableModel>();
    case TableKind::Nodes:
        return std::make_unique<NodeTableModel>();
    case TableKind::Workloads:
        break;
    }
    return std::make_unique<WorkloadTableModel>();
}

/// What the table should show: asked anew, in the same order.
std::vector<AnyId> expectedIds(const TableModel &model, const PicturePtr &picture)
{
    TableQuery query;
    query.table = model.kind();
    query.scope = model.scope();
    query.filter = model.filter();
    query.column = model.sortColumn();
    query.descending = model.sortOrder() == Qt::DescendingOrder;
    std::vector<AnyId> ids;
    const auto result = runQuery(*picture, query);
    for (const RowRef &row : result->rows) {
        const ClusterSnapshot &cluster = picture->cluster(row.cluster);
        switch (query.table) {
        case TableKind::Pods:
            ids.emplace_back(PodView(cluster, row.slot).id());
            break;
        case TableKind::Nodes:
            ids.emplace_back(NodeView(cluster, row.slot).id());
            break;
        case TableKind::Workloads:
            ids.emplace_back(WorkloadView(cluster, row.slot).id());
            break;
        }
    }
    return ids;
}

std::vector<AnyId> idsOf(const TableModel &model)
{
    std::vector<AnyId> ids;
    for (int row = 0; row < model.rowCount(); ++row) {
        ids.push_back(model.idAt(row));
    }
    return ids;
}

std::vector<QString> textsOf(const TableModel &model)
{
    std::vector<QString> texts;
    for (int row = 0; row < model.rowCount(); ++row) {
        for (int column = 0; column < model.columnCount(); ++column) {
            texts.push_back(model.index(row, column).data().toString()
                + QString::number(model.index(row, column).data(TableModel::StateRole).toInt()));
        }
    }
    return texts;
}

PodDraft pod(int number, const char *name)
{
    PodDraft pod;
    pod.uid = "00000000-0000-4000-8000-" + std::to_string(100'000'000'000 + number);
    pod.ns = "default";
    pod.name = name;
    pod.phase = "Running";
    pod.status = "Running";
    pod.state = State::Ok;
    pod.containersTotal = 2;
    pod.ready = 2;
    return pod;
}

} // namespace

class TestTableModels : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }
    void randomChanges_data();
    void randomChanges();
    void persistentIndexesFollow();
    void staleResultIsDropped();
    void hiddenDoesNothing();
    void whatCellsSay();
    void unknownIsNotZero();
    void staleRows();
    void hostileNames();
    void nodeCells();
    void workloadCells();
    void clockMovesAges();
    void headers();
};

void TestTableModels::randomChanges_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<quint64>("seed");
    for (quint64 seed = 1; seed <= 3; ++seed) {
        QTest::addRow("pods %llu", seed) << static_cast<int>(TableKind::Pods) << seed;
        QTest::addRow("nodes %llu", seed) << static_cast<int>(TableKind::Nodes) << seed;
        QTest::addRow("workloads %llu", seed) << static_cast<int>(TableKind::Workloads) << seed;
    }
}

void TestTableModels::randomChanges()
{
    QFETCH(int, kind);
    QFETCH(quint64, seed);
    RandomFleet fleet(seed, 3);
    const auto model = modelOf(kind);
    QAbstractItemModelTester tester(model.get(), QAbstractItemModelTester::FailureReportingMode::QtTest);
    QItemSelectionModel selection(model.get());
    // What a view would have on screen, kept by the model's signals alone.
    std::vector<QString> screen;
    const auto readRow = [&](int row) {
        std::vector<QString> texts;
        for (int column = 0; column < model->columnCount(); ++column) {
            texts.push_back(model->index(row, column).data().toString()
                + QString::number(model->index(row, column).data(TableModel::StateRole).toInt()));
        }
        return texts;
    };
    const auto columns = static_cast<std::ptrdiff_t>(model->columnCount());
    const auto all = [&] { screen = textsOf(*model); };
    connect(model.get(), &QAbstractItemModel::modelReset, this, all);
    connect(model.get(), &QAbstractItemModel::layoutChanged, this, all);
    connect(model.get(), &QAbstractItemModel::rowsRemoved, this, [&](const QModelIndex &, int first, int last) {
        screen.erase(screen.begin() + first * columns, screen.begin() + (last + 1) * columns);
    });
    connect(model.get(), &QAbstractItemModel::rowsInserted, this, [&](const QModelIndex &, int first, int last) {
        for (int row = first; row <= last; ++row) {
            const auto texts = readRow(row);
            screen.insert(screen.begin() + row * columns, texts.begin(), texts.end());
        }
    });
    connect(
        model.get(), &QAbstractItemModel::dataChanged, this, [&](const QModelIndex &first, const QModelIndex &last) {
            for (int row = first.row(); row <= last.row(); ++row) {
                const auto texts = readRow(row);
                std::copy(texts.begin(), texts.end(), screen.begin() + row * columns);
            }
        });

    const std::vector<QString> filters{
        QString(), QStringLiteral("api"), QStringLiteral("gke-eu"), QStringLiteral("ÉTÉ"), QStringLiteral("run")};
    model->setNow(RandomFleet::now());
    std::set<AnyId> selected;
    for (int round = 0; round < 60; ++round) {
        fleet.step(1 + static_cast<int>(fleet.random()() % (round % 7 == 0 ? 120 : 8)));
        const PicturePtr picture = fleet.picture();
        // First, so that whatever is asked next is asked of this picture and the rows change once.
        model->setPicture(picture);
        switch (fleet.random()() % 5) {
        case 0:
            model->sort(static_cast<int>(fleet.random()() % static_cast<unsigned>(model->columnCount())),
                fleet.random()() % 2 ? Qt::AscendingOrder : Qt::DescendingOrder);
            break;
        case 1:
            model->setFilter(filters[fleet.random()() % filters.size()]);
            break;
        case 2: {
            Scope scope;
            scope.cluster = fleet.random()() % 2 ? fleet.clusters()[0]->id() : ClusterId::None;
            model->setScope(scope);
            break;
        }
        default:
            break;
        }
        bool reset = false;
        const auto watch = connect(model.get(), &QAbstractItemModel::modelReset, this, [&] { reset = true; });
        QTRY_VERIFY(!model->busy());
        disconnect(watch);
        QCOMPARE(idsOf(*model), expectedIds(*model, picture));
        QCOMPARE(screen, textsOf(*model));
        // The selection is of objects: what is still there is still selected, and nothing else.
        std::set<AnyId> now;
        for (const QModelIndex &index : selection.selectedRows()) {
            now.insert(model->idAt(index.row()));
        }
        if (!reset) {
            const auto ids = idsOf(*model);
            std::set<AnyId> expected;
            for (const AnyId &id : ids) {
                if (selected.count(id) > 0) {
                    expected.insert(id);
                }
            }
            QVERIFY2(now == expected,
                qPrintable(QStringLiteral("round %1: %2 selected, expected %3, before %4, rows %5")
                               .arg(round)
                               .arg(now.size())
                               .arg(expected.size())
                               .arg(selected.size())
                               .arg(ids.size())));
        }
        if (model->rowCount() > 0 && fleet.random()() % 2) {
            const int row = static_cast<int>(fleet.random()() % static_cast<unsigned>(model->rowCount()));
            selection.select(model->index(row, 0), QItemSelectionModel::Toggle | QItemSelectionModel::Rows);
        }
        selected.clear();
        for (const QModelIndex &index : selection.selectedRows()) {
            selected.insert(model->idAt(index.row()));
        }
    }
}

void TestTableModels::persistentIndexesFollow()
{
    RandomFleet fleet(8, 2);
    fleet.step(300);
    PodTableModel model;
    model.setPicture(fleet.picture());
    model.settle();
    QVERIFY(model.rowCount() > 20);
    std::vector<std::pair<QPersistentModelIndex, AnyId>> kept;
    for (int row = 0; row < model.rowCount(); ++row) {
        kept.emplace_back(model.index(row, row % model.columnCount()), model.idAt(row));
    }
    QSignalSpy layouts(&model, &QAbstractItemModel::layoutChanged);
    QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
    model.sort(static_cast<int>(PodColumn::Restarts), Qt::DescendingOrder);
    QTRY_VERIFY(!model.busy());
    QCOMPARE(layouts.count(), 1);
    QCOMPARE(resets.count(), 0);
    for (const auto &[index, id] : kept) {
        QVERIFY(index.isValid());
        QCOMPARE(model.idAt(index.row()), id);
    }
}

void TestTableModels::staleResultIsDropped()
{
    RandomFleet fleet(9, 2);
    fleet.step(300);
    PodTableModel model;
    model.setPicture(fleet.picture());
    // Three requests in one turn of the loop: only the last may ever be shown.
    model.setFilter(QStringLiteral("api"));
    model.sort(static_cast<int>(PodColumn::Age), Qt::DescendingOrder);
    model.setFilter(QStringLiteral("data"));
    QStringList seen;
    connect(&model, &TableModel::applied, this, [&] {
        for (int row = 0; row < model.rowCount(); ++row) {
            seen << model.index(row, static_cast<int>(PodColumn::Name)).data().toString();
        }
    });
    QTRY_VERIFY(!model.busy());
    QVERIFY(!seen.isEmpty());
    QCOMPARE(idsOf(model), expectedIds(model, model.picture()));
    QVERIFY(seen.filter(QStringLiteral("playlist")).isEmpty());
}

void TestTableModels::hiddenDoesNothing()
{
    RandomFleet fleet(10, 1);
    fleet.step(100);
    PodTableModel model;
    model.setActive(false);
    QSignalSpy applied(&model, &TableModel::applied);
    model.setPicture(fleet.picture());
    model.setFilter(QStringLiteral("a"));
    QCoreApplication::processEvents();
    QCOMPARE(applied.count(), 0);
    QCOMPARE(model.rowCount(), 0);
    model.setActive(true);
    QTRY_VERIFY(!model.busy());
    QVERIFY(applied.count() > 0);
    QCOMPARE(idsOf(model), expectedIds(model, model.picture()));
}

void TestTableModels::whatCellsSay()
{
    FleetStore store;
    const auto cluster = store.add();
    cluster->status().name = "gke-eu";
    PodDraft draft = pod(1, "playlist-1");
    draft.status = "CrashLoopBackOff";
    draft.state = State::Failed;
    draft.ready = 1;
    draft.restarts = 22;
    const Time now = RandomFleet::now();
    draft.lastRestart = now - std::chrono::seconds(401);
    draft.created = now - std::chrono::minutes(112);
    draft.cpuRequested = MilliCpu(200);
    draft.memoryRequested = Bytes(std::int64_t{4} << 30);
    draft.memoryLimit = Bytes(std::int64_t{6} << 30);
    draft.unlimitedMemory = {"envoy"};
    draft.containers.resize(2);
    draft.containers[0].name = "playlist";
    draft.containers[1].name = "envoy";
    cluster->upsert(draft);
    cluster->setUsage(ResourceKind::PodMetrics,
        {{"default", "playlist-1", MilliCpu(1574), Bytes(std::int64_t{2864} << 20), now}}, now);
    cluster->publish();
    PodTableModel model;
    model.setNow(now);
    model.setPicture(std::make_shared<Picture>(store.snapshot(), nullptr));
    model.settle();
    QCOMPARE(model.rowCount(), 1);
    const auto text = [&](PodColumn column) { return model.index(0, static_cast<int>(column)).data().toString(); };
    QCOMPARE(text(PodColumn::Cluster), QStringLiteral("gke-eu"));
    QCOMPARE(text(PodColumn::Ready), QStringLiteral("1/2"));
    QCOMPARE(text(PodColumn::Status), QStringLiteral("CrashLoopBackOff"));
    QCOMPARE(text(PodColumn::Restarts), QStringLiteral("22 (6m41s ago)"));
    QCOMPARE(text(PodColumn::Age), QStringLiteral("112m"));
    QCOMPARE(text(PodColumn::Cpu), QStringLiteral("1,574m"));
    QCOMPARE(text(PodColumn::Memory), QStringLiteral("2,864Mi"));
    QCOMPARE(text(PodColumn::CpuRequested), QStringLiteral("200m"));
    QCOMPARE(text(PodColumn::CpuLimit), QStringLiteral("—"));
    QCOMPARE(text(PodColumn::MemoryLimit), QStringLiteral("6,144Mi+"));
    QVERIFY(model.tip(0, static_cast<int>(PodColumn::MemoryLimit)).contains(QStringLiteral("envoy")));
    QCOMPARE(text(PodColumn::Node), QStringLiteral("<none>"));
    const Cell cpu = model.cell(0, static_cast<int>(PodColumn::Cpu));
    QVERIFY(cpu.bar->used > cpu.bar->requested);
    const Cell memory = model.cell(0, static_cast<int>(PodColumn::Memory));
    QVERIFY(memory.bar->used < memory.bar->requested && memory.bar->used > memory.bar->requested / 2);
    QCOMPARE(model.index(0, static_cast<int>(PodColumn::Status)).data(Qt::AccessibleTextRole).toString(),
        QStringLiteral("CrashLoopBackOff, failed"));
    QCOMPARE(model.index(0, static_cast<int>(PodColumn::Cpu)).data(Qt::TextAlignmentRole).value<Qt::Alignment>(),
        Qt::AlignRight | Qt::AlignVCenter);
}

void TestTableModels::unknownIsNotZero()
{
    FleetStore store;
    const auto cluster = store.add();
    cluster->upsert(pod(1, "a"));
    cluster->publish();
    PodTableModel model;
    model.setPicture(std::make_shared<Picture>(store.snapshot(), nullptr));
    model.settle();
    for (const PodColumn column : {PodColumn::Cpu, PodColumn::Memory, PodColumn::CpuLimit, PodColumn::MemoryLimit}) {
        QCOMPARE(model.index(0, static_cast<int>(column)).data().toString(), QStringLiteral("—"));
    }
    QCOMPARE(model.index(0, static_cast<int>(PodColumn::CpuRequested)).data().toString(), QStringLiteral("0m"));
    QVERIFY(model.cell(0, static_cast<int>(PodColumn::Cpu)).bar->used < 0);
}

void TestTableModels::staleRows()
{
    FleetStore store;
    const auto cluster = store.add();
    cluster->upsert(pod(1, "a"));
    cluster->status().connection = Connection::Live;
    cluster->publish();
    PodTableModel model;
    model.setPicture(std::make_shared<Picture>(store.snapshot(), nullptr));
    model.settle();
    const QModelIndex status = model.index(0, static_cast<int>(PodColumn::Status));
    QCOMPARE(status.data(TableModel::StaleRole).toBool(), false);
    QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
    cluster->status().connection = Connection::Stale;
    cluster->publish();
    model.setPicture(std::make_shared<Picture>(store.snapshot(), nullptr));
    QTRY_VERIFY(!model.busy());
    QCOMPARE(changed.count(), 1);
    QCOMPARE(status.data(TableModel::StaleRole).toBool(), true);
    QCOMPARE(status.data(TableModel::StateRole).toInt(), static_cast<int>(State::Unknown));
    QVERIFY(model.cell(0, static_cast<int>(PodColumn::Cpu)).bar->stale);
    QVERIFY(status.data(Qt::AccessibleTextRole).toString().contains(QStringLiteral("old picture")));
}

void TestTableModels::hostileNames()
{
    FleetStore store;
    const auto cluster = store.add();
    cluster->upsert(pod(1, "\x1b[2Jred"));
    cluster->upsert(pod(2, "tab\tnew\nline"));
    cluster->upsert(pod(3, "\xe2\x80\xaegnp.exe"));
    cluster->upsert(pod(4, "bad\xff\xfe"));
    PodDraft long_ = pod(5, "");
    long_.name = std::string(100000, 'x');
    cluster->upsert(long_);
    cluster->publish();
    PodTableModel model;
    model.setPicture(std::make_shared<Picture>(store.snapshot(), nullptr));
    model.settle();
    QCOMPARE(model.rowCount(), 5);
    for (int row = 0; row < 5; ++row) {
        const QString name = model.index(row, static_cast<int>(PodColumn::Name)).data().toString();
        for (const QChar c : name) {
            QVERIFY2(c.unicode() >= 0x20 && c.unicode() != 0x7f && c.unicode() != 0x202e, qPrintable(name.left(40)));
        }
    }
}

void TestTableModels::nodeCells()
{
    FleetStore store;
    const auto cluster = store.add();
    NodeDraft node;
    node.uid = "00000000-0000-4000-8000-000000000001";
    node.name = "n-1";
    node.status = "Ready,SchedulingDisabled";
    node.state = State::Cordoned;
    node.roles = {"control-plane", "etcd"};
    node.version = "v1.36.2";
    node.hasAllocatable = true;
    node.capacity.cpu = node.allocatable.cpu = MilliCpu(4000);
    node.allocatable.memory = Bytes(std::int64_t{8} << 30);
    node.allocatable.pods = Count(110);
    node.taints = {{"dedicated", "gpu", "NoSchedule", kNoTime}, {"old", "", "NoExecute", kNoTime}};
    cluster->upsert(node);
    NodeDraft bare;
    bare.uid = "00000000-0000-4000-8000-000000000002";
    bare.name = "n-2";
    bare.hasAllocatable = true;
    cluster->upsert(bare);
    PodDraft on = pod(3, "a");
    on.node = "n-1";
    on.cpuRequested = MilliCpu(1000);
    on.memoryRequested = Bytes(std::int64_t{6} << 30);
    on.cpuLimit = MilliCpu(6000);
    on.unlimitedMemory = {"main"};
    cluster->upsert(on);
    cluster->setUsage(ResourceKind::NodeMetrics,
        {{"", "n-1", MilliCpu(520), Bytes(std::int64_t{2} << 30), RandomFleet::now()}}, RandomFleet::now());
    cluster->publish();
    NodeTableModel model;
    model.setPicture(std::make_shared<Picture>(store.snapshot(), nullptr));
    model.settle();
    const auto text = [&](int row, NodeColumn column) {
        return model.index(row, static_cast<int>(column)).data().toString();
    };
    const QString thin = QStringLiteral("\u202f");
    QCOMPARE(text(0, NodeColumn::Pods), QStringLiteral("1/110"));
    QCOMPARE(text(0, NodeColumn::Cpu), QStringLiteral("1,000m (25%1%)").arg(thin));
    QCOMPARE(text(0, NodeColumn::Memory), QStringLiteral("6Gi (75%1%)").arg(thin));
    QCOMPARE(text(0, NodeColumn::CpuUsed), QStringLiteral("520m (13%1%)").arg(thin));
    QCOMPARE(text(0, NodeColumn::CpuLimit), QStringLiteral("6,000m (150%1%)").arg(thin));
    QCOMPARE(text(0, NodeColumn::MemoryLimit), QStringLiteral("0+ (0%1%)").arg(thin));
    QCOMPARE(text(0, NodeColumn::Roles), QStringLiteral("control-plane,etcd"));
    QCOMPARE(text(0, NodeColumn::Taints), QStringLiteral("dedicated=gpu:NoSchedule, old:NoExecute"));
    const Bar bar = *model.cell(0, static_cast<int>(NodeColumn::Cpu)).bar;
    QCOMPARE(bar.requested, 0.25);
    QCOMPARE(bar.used, 0.13);
    QCOMPARE(text(1, NodeColumn::Cpu), QStringLiteral("0m"));
    QCOMPARE(text(1, NodeColumn::Pods), QStringLiteral("0/—"));
    QCOMPARE(text(1, NodeColumn::CpuAllocatable), QStringLiteral("—"));
    QVERIFY(model.cell(1, static_cast<int>(NodeColumn::Cpu)).bar->requested < 0);
    QVERIFY(model.headerData(static_cast<int>(NodeColumn::Cpu), Qt::Horizontal, Qt::ToolTipRole)
                .toString()
                .contains(QStringLiteral("allocatable")));
}

void TestTableModels::workloadCells()
{
    FleetStore store;
    const auto cluster = store.add();
    WorkloadDraft deployment;
    deployment.uid = "00000000-0000-4000-8000-000000000001";
    deployment.kind = WorkloadKind::Deployment;
    deployment.kindText = "Deployment";
    deployment.ns = "default";
    deployment.name = "api";
    deployment.desired = Count(3);
    deployment.ready = Count(2);
    deployment.updated = Count(3);
    deployment.available = Count(2);
    deployment.state = State::Warning;
    cluster->upsert(deployment);
    WorkloadDraft set = deployment;
    set.uid = "00000000-0000-4000-8000-000000000002";
    set.kind = WorkloadKind::ReplicaSet;
    set.kindText = "ReplicaSet";
    set.name = "api-1";
    set.controller = {"Deployment", "api", deployment.uid};
    cluster->upsert(set);
    PodDraft of = pod(3, "api-1-x");
    of.controller = {"ReplicaSet", "api-1", set.uid};
    of.cpuRequested = MilliCpu(700);
    cluster->upsert(of);
    cluster->publish();
    WorkloadTableModel model;
    model.setPicture(std::make_shared<Picture>(store.snapshot(), nullptr));
    model.settle();
    QCOMPARE(model.rowCount(), 1);
    const auto text = [&](WorkloadColumn column) { return model.index(0, static_cast<int>(column)).data().toString(); };
    QCOMPARE(text(WorkloadColumn::Kind), QStringLiteral("Deployment"));
    QCOMPARE(text(WorkloadColumn::Ready), QStringLiteral("2/3"));
    QCOMPARE(text(WorkloadColumn::UpToDate), QStringLiteral("3"));
    QCOMPARE(text(WorkloadColumn::Pods), QStringLiteral("1"));
    QCOMPARE(text(WorkloadColumn::CpuRequested), QStringLiteral("700m"));
    QCOMPARE(text(WorkloadColumn::Cpu), QStringLiteral("—"));
    QCOMPARE(text(WorkloadColumn::LastSchedule), QStringLiteral("—"));
    QCOMPARE(text(WorkloadColumn::Status), QStringLiteral("not ready"));
}

void TestTableModels::clockMovesAges()
{
    FleetStore store;
    const auto cluster = store.add();
    PodDraft draft = pod(1, "a");
    draft.created = RandomFleet::now() - std::chrono::seconds(10);
    cluster->upsert(draft);
    cluster->publish();
    PodTableModel model;
    model.setNow(RandomFleet::now());
    model.setPicture(std::make_shared<Picture>(store.snapshot(), nullptr));
    model.settle();
    const QModelIndex age = model.index(0, static_cast<int>(PodColumn::Age));
    QCOMPARE(age.data().toString(), QStringLiteral("10s"));
    QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
    model.setNow(RandomFleet::now() + std::chrono::seconds(5));
    QCOMPARE(age.data().toString(), QStringLiteral("15s"));
    QCOMPARE(changed.count(), 2);
}

void TestTableModels::headers()
{
    for (int kind = 0; kind < 3; ++kind) {
        const auto model = modelOf(kind);
        std::set<QString> ids;
        for (const ColumnInfo &column : model->columns()) {
            QVERIFY(!column.title.isEmpty());
            QVERIFY(!column.tip.isEmpty());
            QVERIFY2(ids.insert(column.id).second, qPrintable(column.id));
            QCOMPARE(&model->columns()[static_cast<std::size_t>(model->columnOf(column.id))], &column);
        }
        const int columns[] = {kNodeColumns, kPodColumns, kWorkloadColumns};
        QCOMPARE(model->columnCount(), columns[kind]);
    }
}

QTEST_GUILESS_MAIN(TestTableModels)
#include "tst_tablemodels.moc"
