// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/widgets.h"

#include <QWidget>

#include <optional>
#include <vector>

namespace sextant::ui {

class RowList;

/// A small table of words (left) and figures (right) under a head, in columns as wide as what stands in them; the last
/// one takes what is left. It is as high as its rows. Where it is too narrow, the columns that matter least are left
/// out, and the row's tip has them.
class FigureTable : public QWidget {
    Q_OBJECT
public:
    struct Column {
        QString title;
        bool figure = false; ///< right-aligned
        int rank = 0; ///< the highest are left out first; 0: never
    };
    struct Cell {
        QString text;
        std::optional<State> state; ///< its glyph before the text
        std::optional<Orchestrator> mark; ///< the same of an orchestrator
        bool strong = false;
    };
    struct Row {
        QString key;
        std::vector<Cell> cells; ///< one a column
        bool stale = false; ///< in the secondary colour
    };

    FigureTable(std::vector<Column> columns, const QString &name, QWidget *parent = nullptr);
    void setRows(std::vector<Row> rows);
    const std::vector<Row> &rows() const { return m_rows; }
    RowList *list() const { return m_list; }
    /// Whether a column has room at this width.
    bool columnShown(int column) const;
    QSize sizeHint() const override;

Q_SIGNALS:
    void chosen(const QString &key);

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    struct Place {
        int left = 0, width = -1; ///< below 0: left out
    };
    void measure();
    void arrange();
    void paintRow(QPainter &painter, const QRect &box, int row) const;
    std::vector<Column> m_columns;
    std::vector<Row> m_rows;
    std::vector<int> m_wanted; ///< widths; they only grow, so that nothing jumps as figures change
    std::vector<Place> m_places;
    RowList *m_list;
};

} // namespace sextant::ui
