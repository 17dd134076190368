// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/fleet/state.h"

#include <QString>
#include <QWidget>

#include <optional>
#include <vector>

namespace sextant::ui {

/// Names with a bar each (used inside requested, on one common scale), a value and a share; the largest first.
class HolderList : public QWidget {
    Q_OBJECT
public:
    struct Row {
        QString name;
        std::optional<Orchestrator> mark; ///< before the name, where both are among the rows
        double requested = 0; ///< of one unit for all rows
        double used = -1; ///< below 0: unknown
        QString value; ///< "2,052"
        QString share; ///< "58 %": used of requested
        QString tip;
    };
    explicit HolderList(QWidget *parent = nullptr);
    /// Rows that do not fit are summed up in words ("and 12 more").
    void setRows(std::vector<Row> rows);
    void setEmptyText(const QString &text);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;
    const std::vector<Row> &rows() const { return m_rows; }

Q_SIGNALS:
    void activated(const QString &name); ///< a click on a row

protected:
    void paintEvent(QPaintEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;
    bool event(QEvent *event) override;

private:
    int rowAt(int y) const;
    int fitting() const;
    std::vector<Row> m_rows;
    QString m_empty;
    int m_hover = -1;
};

} // namespace sextant::ui
