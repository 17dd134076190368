// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/tablestate.h"

#include <QWidget>

class QPushButton;

namespace sextant::ui {

/// One line above a table that names what is loading, refused, or an old picture; 32 high, gone when there is nothing.
class TableStrip final : public QWidget {
    Q_OBJECT
public:
    explicit TableStrip(QWidget *parent = nullptr);
    void setNotes(std::vector<TableNote> notes);
    QString plainText() const;
    QPushButton *copyButton() const { return m_copy; }

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    bool event(QEvent *event) override;

private:
    void place();
    std::vector<TableNote> m_notes;
    QPushButton *m_copy;
};

} // namespace sextant::ui
