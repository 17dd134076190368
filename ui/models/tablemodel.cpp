// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/tablemodel.h"

#include "ui/models/celltext.h"

#include <QtConcurrentRun>

#include <algorithm>

namespace sextant::ui {

namespace {

class Stamp {
public:
    Stamp &add(std::uint64_t value)
    {
        m_value = (m_value ^ value) * 0x9e3779b97f4a7c15U;
        m_value ^= m_value >> 29;
        return *this;
    }
    Stamp &add(const ResourceSums &sums)
    {
        return add(static_cast<std::uint64_t>(sums.requested))
            .add(static_cast<std::uint64_t>(sums.limit))
            .add(static_cast<std::uint64_t>(sums.used))
            .add(static_cast<std::uint64_t>(sums.allocatable))
            .add(static_cast<std::uint64_t>(sums.undeclared));
    }
    Stamp &add(const Sums &sums) { return add(sums.cpu).add(sums.memory).add(static_cast<std::uint64_t>(sums.pods)); }
    std::uint64_t value() const { return m_value; }

private:
    std::uint64_t m_value = 0;
};

void identify(ShownRows &rows, const RowRef &ref)
{
    const ClusterSnapshot &cluster = rows.picture->cluster(ref.cluster);
    Stamp stamp;
    stamp.add(isStale(cluster.status(), rows.query.table) ? 1 : 0);
    std::uint32_t birth = 0;
    switch (rows.query.table) {
    case TableKind::Pods: {
        const PodView pod(cluster, ref.slot);
        birth = pod.id().birth;
        stamp.add(pod.revision()).add(static_cast<std::uint64_t>(pod.usageSampledAt().time_since_epoch().count()));
        stamp.add(static_cast<std::uint64_t>(pod.cpuUsed().value))
            .add(static_cast<std::uint64_t>(pod.memoryUsed().value));
        // Of the node as well: a pod of a silent one is unknown.
        stamp.add(static_cast<std::uint64_t>(pod.state()));
        break;
    }
    case TableKind::Nodes: {
        const NodeView node(cluster, ref.slot);
        birth = node.id().birth;
        stamp.add(node.revision()).add(static_cast<std::uint64_t>(node.usageSampledAt().time_since_epoch().count()));
        stamp.add(static_cast<std::uint64_t>(node.cpuUsed().value))
            .add(static_cast<std::uint64_t>(node.memoryUsed().value));
        stamp.add(rows.picture->accounting(ref.cluster).byNode[ref.slot]);
        break;
    }
    case TableKind::Workloads: {
        const WorkloadView workload(cluster, ref.slot);
        birth = workload.id().birth;
        stamp.add(workload.revision()).add(rows.picture->accounting(ref.cluster).byWorkload[ref.slot]);
        break;
    }
    }
    rows.ids.push_back({cluster.id(), ref.slot, birth});
    rows.stamps.push_back(stamp.value());
}

} // namespace

TableModel::TableModel(TableKind kind, std::vector<ColumnInfo> columns, int sortColumn, QObject *parent)
    : QAbstractTableModel(parent)
    , m_kind(kind)
    , m_columns(std::move(columns))
    , m_picture(std::make_shared<Picture>())
    , m_now(wallNow())
{
    m_wanted.table = kind;
    m_wanted.column = sortColumn;
    auto empty = std::make_shared<ShownRows>();
    empty->picture = m_picture;
    empty->query = m_wanted;
    m_shown = std::move(empty);
    connect(&m_watcher, &QFutureWatcherBase::finished, this, &TableModel::finished);
    m_pause.setSingleShot(true);
    connect(&m_pause, &QTimer::timeout, this, [this] {
        if (m_dirty) {
            refresh();
        }
    });
}

TableModel::~TableModel()
{
    m_stop.request_stop();
    m_watcher.waitForFinished();
}

int TableModel::columnOf(const QString &id) const
{
    const auto it =
        std::find_if(m_columns.begin(), m_columns.end(), [&](const ColumnInfo &column) { return column.id == id; });
    return it == m_columns.end() ? -1 : static_cast<int>(it - m_columns.begin());
}

void TableModel::setPicture(PicturePtr picture)
{
    if (!picture || picture == m_picture) {
        return;
    }
    m_picture = std::move(picture);
    refresh();
}

void TableModel::setScope(const Scope &scope)
{
    if (m_wanted.scope != scope) {
        m_wanted.scope = scope;
        requestChanged();
    }
}

void TableModel::setFilter(const QString &filter)
{
    const auto parsed = Filter::parse(filter.toStdString());
    if (parsed && m_wanted.filter != *parsed) {
        m_wanted.filter = *parsed;
        requestChanged();
    }
}

void TableModel::sort(int column, Qt::SortOrder order)
{
    const bool descending = order == Qt::DescendingOrder;
    if (column < 0 || column >= columnCount() || (column == m_wanted.column && descending == m_wanted.descending)) {
        return;
    }
    m_wanted.column = column;
    m_wanted.descending = descending;
    requestChanged();
    Q_EMIT sortChanged();
}

void TableModel::setNow(Time now)
{
    if (m_now == now) {
        return;
    }
    m_now = now;
    if (m_active && rowCount() > 0) {
        for (const int column : clockColumns()) {
            Q_EMIT dataChanged(index(0, column), index(rowCount() - 1, column), {Qt::DisplayRole});
        }
    }
}

void TableModel::setActive(bool active)
{
    m_active = active;
    if (active && m_dirty && !m_running) {
        m_pause.stop();
        start();
    }
}

void TableModel::requestChanged()
{
    ++m_request;
    m_stop.request_stop();
    m_pause.stop();
    refresh();
}

void TableModel::refresh()
{
    m_dirty = true;
    if (m_active && !m_running && !m_pause.isActive()) {
        start();
    }
}

void TableModel::start()
{
    m_dirty = false;
    m_running = true;
    m_since.start();
    m_stop = {};
    m_watcher.setFuture(
        QtConcurrent::run([picture = m_picture, query = m_wanted, before = m_shown, request = m_request,
                              stop = m_stop.get_token()] { return work(picture, query, before, request, stop); }));
}

TableModel::Job TableModel::work(const PicturePtr &picture, const TableQuery &query, const ShownRowsPtr &before,
    std::uint64_t request, const std::stop_token &stop)
{
    Job job;
    job.request = request;
    auto result = runQuery(*picture, query, stop);
    if (!result) {
        return job;
    }
    auto rows = std::make_shared<ShownRows>();
    rows->picture = picture;
    rows->query = query;
    rows->result = std::move(*result);
    rows->ids.reserve(rows->result.rows.size());
    rows->stamps.reserve(rows->result.rows.size());
    for (const RowRef &ref : rows->result.rows) {
        identify(*rows, ref);
    }
    job.plan = planChange(*before, *rows);
    job.rows = std::move(rows);
    return job;
}

void TableModel::finished()
{
    // settle() may have overtaken the job and let go of it.
    if (!m_running || m_watcher.future().resultCount() == 0) {
        return;
    }
    m_running = false;
    const Job job = m_watcher.result();
    m_watcher.setFuture({});
    if (job.rows && job.request == m_request) {
        // A small fleet needs no pause: its jobs are done within a few milliseconds.
        constexpr qint64 kShort = 20;
        if (m_since.elapsed() > kShort) {
            m_pause.start(static_cast<int>(2 * m_since.elapsed()));
        }
        apply(job);
    } else {
        m_dirty = true;
    }
    if (m_dirty) {
        refresh();
    }
}

void TableModel::settle()
{
    m_stop.request_stop();
    m_watcher.waitForFinished();
    m_watcher.setFuture({});
    m_running = false;
    m_dirty = false;
    m_pause.stop();
    apply(work(m_picture, m_wanted, m_shown, m_request, {}));
}

void TableModel::apply(const Job &job)
{
    Q_EMIT aboutToApply();
    const TablePlan &plan = job.plan;
    if (plan.reset) {
        beginResetModel();
        m_shown = job.rows;
        endResetModel();
        Q_EMIT applied();
        return;
    }
    if (plan.removed.empty() && !plan.reordered && plan.inserted.empty()) {
        m_shown = job.rows;
        announceChanges(plan);
        Q_EMIT applied();
        return;
    }
    // Steps between the two: rows that go first leave under the old picture, the rest then stands under the new one.
    auto step = std::make_shared<ShownRows>(*m_shown);
    m_shown = step;
    for (const auto &[first, last] : plan.removed) {
        beginRemoveRows({}, first, last);
        const auto cut = [f = first, l = last](auto &items) { items.erase(items.begin() + f, items.begin() + l + 1); };
        cut(step->result.rows);
        cut(step->ids);
        cut(step->stamps);
        endRemoveRows();
    }
    const auto take = [&](const std::vector<int> &rows) {
        step->picture = job.rows->picture;
        for (std::size_t i = 0; i < rows.size(); ++i) {
            step->result.rows[i] = job.rows->result.rows[static_cast<std::size_t>(rows[i])];
            step->ids[i] = job.rows->ids[static_cast<std::size_t>(rows[i])];
            step->stamps[i] = job.rows->stamps[static_cast<std::size_t>(rows[i])];
        }
    };
    if (plan.reordered) {
        Q_EMIT layoutAboutToBeChanged({}, QAbstractItemModel::VerticalSortHint);
        std::vector<int> sorted = plan.staying;
        std::sort(sorted.begin(), sorted.end());
        take(sorted);
        QModelIndexList from = persistentIndexList();
        QModelIndexList to;
        to.reserve(from.size());
        for (const QModelIndex &old : from) {
            const int place = plan.staying[static_cast<std::size_t>(old.row())];
            const auto row = std::lower_bound(sorted.begin(), sorted.end(), place) - sorted.begin();
            to.append(index(static_cast<int>(row), old.column()));
        }
        changePersistentIndexList(from, to);
        Q_EMIT layoutChanged({}, QAbstractItemModel::VerticalSortHint);
    } else {
        take(plan.staying);
    }
    for (const auto &[first, last] : plan.inserted) {
        beginInsertRows({}, first, last);
        const auto paste = [f = first, l = last](auto &items, const auto &of) {
            items.insert(items.begin() + f, of.begin() + f, of.begin() + l + 1);
        };
        paste(step->result.rows, job.rows->result.rows);
        paste(step->ids, job.rows->ids);
        paste(step->stamps, job.rows->stamps);
        endInsertRows();
    }
    m_shown = job.rows;
    announceChanges(plan);
    Q_EMIT applied();
}

void TableModel::announceChanges(const TablePlan &plan)
{
    for (const auto &[first, last] : plan.changed) {
        Q_EMIT dataChanged(index(first, 0), index(last, columnCount() - 1));
    }
}

AnyId TableModel::idAt(int row) const
{
    if (row < 0 || row >= rowCount()) {
        return {};
    }
    return anyIdOf(m_kind, m_shown->ids[static_cast<std::size_t>(row)]);
}

int TableModel::rowOf(const AnyId &id) const
{
    RowId wanted;
    const auto as = [&](const auto *of) {
        if (of != nullptr) {
            wanted = {of->cluster, of->slot, of->birth};
        }
    };
    switch (m_kind) {
    case TableKind::Pods:
        as(std::get_if<PodId>(&id));
        break;
    case TableKind::Nodes:
        as(std::get_if<NodeId>(&id));
        break;
    case TableKind::Workloads:
        as(std::get_if<WorkloadId>(&id));
        break;
    }
    if (wanted.cluster == ClusterId::None) {
        return -1;
    }
    const auto it = std::find(m_shown->ids.begin(), m_shown->ids.end(), wanted);
    return it == m_shown->ids.end() ? -1 : static_cast<int>(it - m_shown->ids.begin());
}

const ClusterSnapshot &TableModel::clusterAt(int row) const { return m_shown->picture->cluster(refAt(row).cluster); }

bool TableModel::stale(int row) const { return isStale(clusterAt(row).status(), m_kind); }

bool TableModel::isHelios(int row) const { return clusterAt(row).status().orchestrator == Orchestrator::Helios; }

Cell TableModel::cell(int row, int column) const
{
    Cell cell = cellOf(row, column);
    if (stale(row)) {
        if (cell.state) {
            cell.state = State::Unknown;
        }
        if (cell.bar) {
            cell.bar->stale = true;
        }
    }
    return cell;
}

QString TableModel::tip(int row, int column) const { return tipOf(row, column); }

int TableModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_shown->result.rows.size());
}

int TableModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_columns.size());
}

QVariant TableModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) {
        return {};
    }
    const int row = index.row();
    const int column = index.column();
    switch (role) {
    case Qt::DisplayRole:
    case WholeRole:
        return cell(row, column).whole();
    case NoteRole:
        return cell(row, column).note;
    case StateRole: {
        const auto state = cell(row, column).state;
        return state ? QVariant(static_cast<int>(*state)) : QVariant();
    }
    case StaleRole:
        return stale(row);
    case Qt::TextAlignmentRole:
        return QVariant::fromValue(Qt::Alignment(
            (m_columns[static_cast<std::size_t>(column)].right() ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter));
    case Qt::ToolTipRole:
        return tip(row, column);
    case Qt::AccessibleTextRole: {
        const Cell of = cell(row, column);
        QString text = of.whole();
        if (of.state) {
            const std::string_view word = stateWord(*of.state);
            text += QStringLiteral(", ") + QString::fromLatin1(word.data(), static_cast<qsizetype>(word.size()));
        }
        return stale(row) ? QVariant(text + QStringLiteral(", ") + tr("old picture")) : QVariant(text);
    }
    default:
        return {};
    }
}

QVariant TableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= columnCount()) {
        return {};
    }
    const ColumnInfo &column = m_columns[static_cast<std::size_t>(section)];
    switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
        return column.titleNote.isEmpty() ? column.title : QString(column.title + QLatin1Char(' ') + column.titleNote);
    case Qt::ToolTipRole:
        return column.tip;
    case Qt::TextAlignmentRole:
        return QVariant::fromValue(Qt::Alignment((column.right() ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter));
    default:
        return {};
    }
}

} // namespace sextant::ui
