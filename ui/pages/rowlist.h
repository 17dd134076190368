// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/widgets.h"

#include <QListView>

#include <functional>
#include <vector>

namespace sextant::ui {

/// Painted rows of one height that scroll inside their place; keyboard, hover, tips and names for readers come with
/// it, and only what is seen is painted. A row is known by its key, so that the chosen one and the place survive new
/// rows.
class RowList : public QListView {
    Q_OBJECT
public:
    struct Row {
        QString key;
        QString text; ///< all it says, for readers and for typing its beginning
        bool head = false; ///< a caption between rows: never chosen
    };
    struct Look {
        bool chosen = false, hovered = false, ringed = false;
    };
    using Painter = std::function<void(QPainter &painter, const QRect &box, int row, const Look &look)>;

    /// @param rowHeight in logical pixels at 96 dpi.
    explicit RowList(int rowHeight, QWidget *parent = nullptr);

    void setPainter(Painter painter) { m_painter = std::move(painter); }
    void setTips(std::function<Tip::Content(int row)> tips) { m_tips = std::move(tips); }
    void setRows(std::vector<Row> rows);
    const std::vector<Row> &rows() const;
    int currentRow() const { return currentIndex().row(); }
    /// Marks a row without telling; an unknown key marks none.
    void choose(const QString &key);
    const QString &chosenKey() const { return m_chosen; }
    /// Puts the keyboard on the current row, the chosen one or the first that is seen.
    void takeKeyboard();
    /// Makes a row the current one, as a key would.
    void goTo(int row);
    /// Rows that lie below what is seen.
    int below() const;
    /// How often a row was painted so far.
    quint64 rowsPainted() const { return m_rowsPainted; }
    QRect rectOf(int row) const;

Q_SIGNALS:
    void chosen(int row); ///< by a click or an arrow key
    void opened(int row); ///< by Enter or a double click
    void sideways(int step); ///< left or right arrow
    void seenChanged(); ///< what lies below is another number

protected:
    void paintEvent(QPaintEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    bool viewportEvent(QEvent *event) override;
    void currentChanged(const QModelIndex &current, const QModelIndex &previous) override;

private:
    class Model;
    class Delegate;
    void setHovered(int row);
    void told(int row);
    Model *m_model;
    int m_rowHeight;
    Painter m_painter;
    std::function<Tip::Content(int row)> m_tips;
    QString m_chosen;
    int m_hovered = -1;
    bool m_keyboard = false;
    bool m_quiet = false; ///< the current row moves because the rows do
    quint64 m_rowsPainted = 0;
};

} // namespace sextant::ui
