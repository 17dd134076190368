// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/capacity/attention.h"

#include <QWidget>

#include <vector>

namespace sextant::ui {

/// What needs attention, a line each: glyph, mark of its orchestrator, object, cause, extent, age. Keyboard: arrows,
/// Home, End, Enter.
class AttentionList : public QWidget {
    Q_OBJECT
public:
    explicit AttentionList(QWidget *parent = nullptr);
    void setLines(std::vector<Attention> lines, const Snapshot &snapshot, Time now);
    const std::vector<Attention> &lines() const { return m_lines; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void activated(const AnyId &object);

protected:
    void paintEvent(QPaintEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    bool event(QEvent *event) override;

private:
    int rowAt(int y) const;
    void setCurrent(int row);
    std::vector<Attention> m_lines;
    std::vector<Orchestrator> m_marks; ///< by line
    Time m_now = kNoTime;
    int m_hover = -1;
    int m_current = -1;
};

} // namespace sextant::ui
