// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/tablemodel.h"

#include "core/query/filternarrows.h"
#include "ui/models/celltext.h"

#include <QtConcurrentRun>

#include <ctime>
#include <utility>

namespace sextant::ui {

namespace {

/// A table that is seen again so soon stands as it was left.
constexpr int kReleaseMs = 10'000;

using Clock = std::chrono::microseconds;

/// Processor time of this thread so far.
Clock threadTime()
{
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return std::chrono::duration_cast<Clock>(
        std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec));
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
    m_wanted.now = m_now;
    m_shown = nothing();
    connect(&m_watcher, &QFutureWatcherBase::finished, this, &TableModel::finished);
    m_pause.setSingleShot(true);
    connect(&m_pause, &QTimer::timeout, this, [this] {
        if (m_dirty) {
            refresh();
        }
    });
    m_release.setSingleShot(true);
    m_release.setInterval(kReleaseMs);
    connect(&m_release, &QTimer::timeout, this, &TableModel::release);
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
    m_wanted.now = now;
    if (askedOfTime(m_wanted.filter)) {
        refresh();
    }
}

void TableModel::setActive(bool active)
{
    m_active = active;
    if (!active) {
        m_release.start();
        return;
    }
    m_release.stop();
    if (m_dirty && !m_running) {
        m_pause.stop();
        start();
    }
}

void TableModel::release()
{
    m_dirty = true;
    if (m_rowCount == 0) {
        m_shown = nothing();
        return;
    }
    Q_EMIT aboutToApply();
    beginResetModel();
    m_shown = nothing();
    m_rowCount = 0;
    endResetModel();
}

TableAnswerPtr TableModel::nothing() const { return answer(std::make_shared<const Picture>(), m_wanted, nullptr); }

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
    m_stop = {};
    m_watcher.setFuture(
        QtConcurrent::run([picture = m_picture, query = m_wanted, before = m_shown, request = m_request,
                              stop = m_stop.get_token()] { return work(picture, query, before, request, stop); }));
}

TableModel::Job TableModel::work(const PicturePtr &picture, const TableQuery &query, const TableAnswerPtr &before,
    std::uint64_t request, const std::stop_token &stop)
{
    const Clock began = threadTime();
    Job job;
    job.request = request;
    job.before = before;
    job.answer = answer(picture, query, before, stop);
    if (job.answer) {
        job.plan = planChange(*before, *job.answer);
    }
    job.spent = threadTime() - began;
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
    if (job.answer && job.request == m_request && job.before == m_shown) {
        const Clock began = threadTime();
        apply(job);
        pause(job.spent + threadTime() - began);
    } else {
        m_dirty = true;
    }
    if (m_dirty) {
        refresh();
    }
}

void TableModel::pause(std::chrono::microseconds spent)
{
    using namespace std::chrono_literals;
    // A hundredth or two of a core; but a row changes within a second where that takes less than a tenth.
    const auto wanted = std::min<Clock>(60 * spent, std::max<Clock>(800ms, 10 * spent));
    m_pause.start(std::chrono::duration_cast<std::chrono::milliseconds>(wanted));
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
    switch (job.plan.way) {
    case TablePlan::Way::Same:
        m_shown = job.answer;
        for (const auto &[first, last] : job.plan.changed) {
            Q_EMIT dataChanged(index(first, 0), index(last, columnCount() - 1));
        }
        break;
    case TablePlan::Way::Moved:
        move(job.answer);
        break;
    case TablePlan::Way::Reset:
        beginResetModel();
        m_shown = job.answer;
        m_rowCount = static_cast<int>(m_shown->rows().rows.size());
        endResetModel();
        break;
    }
    Q_EMIT applied();
}

void TableModel::move(const TableAnswerPtr &to)
{
    // Rows come and go at the end, where that costs nothing however many there are; in between they change places.
    const int before = m_rowCount;
    const int after = static_cast<int>(to->rows().rows.size());
    if (after > before) {
        beginInsertRows({}, before, after - 1);
        m_rowCount = after;
        endInsertRows();
    }
    Q_EMIT layoutAboutToBeChanged({}, QAbstractItemModel::VerticalSortHint);
    const QModelIndexList from = persistentIndexList();
    const TableAnswerPtr old = std::exchange(m_shown, to);
    QModelIndexList places;
    places.reserve(from.size());
    RowFinder finder(*to);
    int row = -1;
    int place = -1;
    for (const QModelIndex &index : from) {
        if (index.row() != row) { // those of one row often follow one another
            row = index.row();
            place = row < before ? finder.find(idOf(*old, static_cast<std::size_t>(row))) : -1;
        }
        places.append(place < 0 ? QModelIndex() : this->index(place, index.column()));
    }
    changePersistentIndexList(from, places);
    Q_EMIT layoutChanged({}, QAbstractItemModel::VerticalSortHint);
    if (after < before) {
        beginRemoveRows({}, after, before - 1);
        m_rowCount = after;
        endRemoveRows();
    }
}

AnyId TableModel::idAt(int row) const { return row < 0 || row >= rowCount() ? AnyId() : idOf(*m_shown, at(row)); }

int TableModel::rowOf(const AnyId &id) const { return RowFinder(*m_shown).find(id); }

const ClusterSnapshot &TableModel::clusterAt(int row) const { return picture()->cluster(refAt(row).cluster); }

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

int TableModel::rowCount(const QModelIndex &parent) const { return parent.isValid() ? 0 : m_rowCount; }

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
