// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>

#include <vector>

class QCheckBox;

namespace sextant::ui {

class TableView;

/// A panel that opens over a table and says which of its columns are shown; each box works at once, Esc closes.
class ColumnChooser final : public QFrame {
    Q_OBJECT
public:
    explicit ColumnChooser(TableView &view, QWidget *parent = nullptr);
    /// Opens with its lower (or, in the upper half of the screen, upper) left corner there.
    void open(const QPoint &globalPlace);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void toggle(int column, bool shown);
    void showState();
    TableView &m_view;
    std::vector<QCheckBox *> m_boxes; ///< by column
};

} // namespace sextant::ui
