// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/fleet/ids.h"
#include "ui/pages/tablecolumns.h"

#include <QElapsedTimer>
#include <QTableView>

#include <cstdint>
#include <utility>
#include <vector>

namespace sextant::ui {

class TableDelegate;
class TableHeader;
class TableModel;

/// A table of the window: rows of 24, selection by row, which like the place one looks at stays with its objects
/// whatever the rows do. Keys: arrows, j and k, Home and End, Enter for details, letters to jump to a name, Ctrl+C.
class TableView final : public QTableView {
    Q_OBJECT
public:
    /// `name`: of the settings. The model is not owned.
    TableView(TableModel &model, const QString &name, QWidget *parent = nullptr);
    ~TableView() override;

    TableModel &table() const { return m_model; }
    TableHeader &head() const { return *m_head; }
    TableColumns &columns() { return m_columns; }
    /// Columns on screen, in their order.
    std::vector<int> shownColumns() const;
    /// Shows these, in this order, and keeps it so.
    void chooseColumns(const std::vector<int> &columns);
    void resetColumns();
    void setFleet(const TableColumns::Fleet &fleet);
    bool oneCluster() const { return m_fleet.oneCluster; }

    AnyId currentId() const;
    /// Makes an object current and selected if it is in the table; any other clears both. Emits nothing.
    void setCurrentId(const AnyId &id);

    /// Takes the keyboard, on the current row or the first, whether or not it had it before.
    void takeKeyboard();

    int hoveredRow() const { return m_hovered; }
    bool isFirstColumn(int logical) const;
    bool isLastColumn(int logical) const;
    bool ringsRow(int row) const;

    /// The selected rows with a head line, tabs between; what would break a line is a blank.
    QString selectedText() const;
    void copySelection() const;
    void keyboardSearch(const QString &search) override;

Q_SIGNALS:
    void currentIdChanged(const sextant::AnyId &id); ///< by the user
    void detailsWanted(const sextant::AnyId &id);
    void columnsChanged();
    void chooserWanted(const QPoint &globalPlace);

protected:
    void resizeEvent(QResizeEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    bool viewportEvent(QEvent *event) override;
    QModelIndex moveCursor(CursorAction action, Qt::KeyboardModifiers modifiers) override;
    void currentChanged(const QModelIndex &current, const QModelIndex &previous) override;
    void dataChanged(const QModelIndex &first, const QModelIndex &last, const QList<int> &roles) override;
    void paintEvent(QPaintEvent *event) override;

private:
    struct Place {
        std::vector<AnyId> anchors; ///< what is at the top, and what follows should it go
        int offset = 0; ///< of its top edge from the view's
        AnyId current;
        std::vector<AnyId> selected; ///< only needed after a reset
        bool reset = false;
    };
    /// A row as it stands on the screen.
    struct Seen {
        int y = 0;
        AnyId id;
        std::uint64_t stamp = 0;
        bool operator==(const Seen &) const = default;
    };
    void applyColumns();
    void stretchNames();
    void keepPlace();
    void restorePlace();
    void restoreSelection();
    std::vector<Seen> seen() const;
    void repaintRows(const std::vector<Seen> &before, const std::vector<Seen> &after);
    /// First and last row on the screen; first > last: none.
    std::pair<int, int> rowsSeen() const;
    void startOnRow();
    void sortBy(int logical);
    void setHovered(int row);
    void moved();
    void resized(int logical, int width);

    TableModel &m_model;
    TableColumns m_columns;
    TableHeader *m_head;
    TableDelegate *m_delegate;
    Place m_place;
    std::vector<Seen> m_seen; ///< before the rows changed
    int m_hoveredAt = -1; ///< y of the row under the mouse then
    QString m_typed;
    QElapsedTimer m_typedAt;
    int m_hovered = -1;
    int m_nameColumn = -1;
    bool m_applying = false; ///< what happens to the selection is not the user's doing
    bool m_arranging = false; ///< sections move and grow by our own hand
    TableColumns::Fleet m_fleet;
    bool m_keyboard = false; ///< focus came, or the last move was made, by keyboard
};

} // namespace sextant::ui
