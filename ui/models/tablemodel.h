// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/fleet/ids.h"
#include "ui/models/cell.h"
#include "ui/models/tableplan.h"

#include <QAbstractTableModel>
#include <QFutureWatcher>
#include <QTimer>

#include <algorithm>
#include <chrono>
#include <stop_token>
#include <vector>

namespace sextant::ui {

/// Objects of a picture as a flat table. Selecting and sorting run in a job on the immutable picture; the model takes
/// the result as a whole, so that identity, selection and persistent indexes survive. Rows are places of the current
/// order, never identity. GUI thread only.
class TableModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Role {
        NoteRole = Qt::UserRole, ///< the secondary part of the text
        StateRole, ///< int(State); invalid where the cell has none
        StaleRole, ///< the row is an old picture
        WholeRole, ///< text and note, as copied
    };

    ~TableModel() override;

    TableKind kind() const { return m_kind; }
    const std::vector<ColumnInfo> &columns() const { return m_columns; }
    int columnOf(const QString &id) const; ///< -1: none

    /// What to show; the table follows when its job is done. New pictures are taken in turn with pauses, so that
    /// following a fleet takes some two hundredths of a core and a row still changes within a second; what the user
    /// asks for is done at once. Setting what is already so does nothing.
    void setPicture(PicturePtr picture);
    void setScope(const Scope &scope);
    /// A text that is no filter (see core/query/filter.h) changes nothing.
    void setFilter(const QString &filter);
    void sort(int column, Qt::SortOrder order = Qt::AscendingOrder) override;
    /// The clock of the ages.
    void setNow(Time now);
    /// A table nobody sees does no work; it catches up when it is seen again. What it holds goes after a while.
    void setActive(bool active);
    bool active() const { return m_active; }
    /// Lets go of all rows and of their picture until it is active again; `aboutToApply` comes, `applied` does not.
    void release();
    /// Brings the table up to date at once, on this thread.
    void settle();

    int sortColumn() const { return m_wanted.column; }
    Qt::SortOrder sortOrder() const { return m_wanted.descending ? Qt::DescendingOrder : Qt::AscendingOrder; }
    const Filter &filter() const { return m_wanted.filter; }
    const Scope &scope() const { return m_wanted.scope; }
    /// The picture the rows are of; never null.
    const PicturePtr &picture() const { return m_shown->picturePtr(); }
    /// The rows as they stand, with their counts and sums.
    const TableRows &rows() const { return m_shown->rows(); }
    /// The same with all that belongs to it, for a job: immutable.
    const TableAnswerPtr &shownAnswer() const { return m_shown; }
    bool busy() const { return m_running || m_dirty; }

    AnyId idAt(int row) const;
    int rowOf(const AnyId &id) const; ///< -1: not in the table
    /// Differs when what the row says (but its ages) differs.
    std::uint64_t stampAt(int row) const { return stampOf(*m_shown, at(row)); }
    Cell cell(int row, int column) const;
    QString tip(int row, int column) const;
    bool stale(int row) const;
    bool isHelios(int row) const; ///< the row's cluster is one of Helios
    /// Plain name of the object of a row, as read: for the clipboard.
    virtual QString nameAt(int row) const = 0;

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

Q_SIGNALS:
    /// Around whatever a new result does to the rows: views keep their place by it.
    void aboutToApply();
    void applied();
    void sortChanged();

protected:
    TableModel(TableKind kind, std::vector<ColumnInfo> columns, int sortColumn, QObject *parent);

    const ClusterSnapshot &clusterAt(int row) const;
    RowRef refAt(int row) const { return m_shown->rows().rows[at(row)]; }
    Time now() const { return m_now; }
    virtual Cell cellOf(int row, int column) const = 0;
    virtual QString tipOf(int row, int column) const = 0;
    /// The columns whose texts move with the clock.
    virtual std::vector<int> clockColumns() const = 0;

private:
    struct Job {
        TableAnswerPtr before, answer; ///< answer null: stopped
        TablePlan plan;
        std::uint64_t request = 0;
        std::chrono::microseconds spent{0}; ///< processor time
    };
    static Job work(const PicturePtr &picture, const TableQuery &query, const TableAnswerPtr &before,
        std::uint64_t request, const std::stop_token &stop);
    void requestChanged();
    void refresh();
    void start();
    void finished();
    void apply(const Job &job);
    void move(const TableAnswerPtr &to);
    void pause(std::chrono::microseconds spent);
    TableAnswerPtr nothing() const;
    /// Rows on their way in or out stand at the end, without an object of their own.
    std::size_t at(int row) const { return std::min(static_cast<std::size_t>(row), m_shown->rows().rows.size() - 1); }

    TableKind m_kind;
    std::vector<ColumnInfo> m_columns;
    TableQuery m_wanted;
    PicturePtr m_picture; ///< newest
    TableAnswerPtr m_shown;
    int m_rowCount = 0; ///< as views know it
    std::uint64_t m_request = 0; ///< grows with scope, filter and sort: older results are dropped
    Time m_now;
    bool m_active = true;
    bool m_dirty = false; ///< what is shown, or being worked on, is not the newest
    bool m_running = false; ///< a job's result has not been taken yet
    std::stop_source m_stop;
    QTimer m_pause; ///< running: pictures wait
    QTimer m_release; ///< running: nobody sees the table
    QFutureWatcher<Job> m_watcher;
};

} // namespace sextant::ui
