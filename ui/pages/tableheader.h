// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHeaderView>

namespace sextant::ui {

class TableModel;

/// The head of a table: captions in kubectl's capitals, the sorted one with its direction and an accent rule, and the
/// progress of a list under way as a line at its foot.
class TableHeader final : public QHeaderView {
    Q_OBJECT
public:
    explicit TableHeader(QWidget *parent = nullptr);
    void setTable(const TableModel *model) { m_model = model; }
    /// 0..1; below 0: nothing is under way.
    void setProgress(double share);
    double progress() const { return m_progress; }
    /// Left edge of the first column's text and whatever else starts at the view's edge.
    static int edgePadding();
    static int cellPadding();

protected:
    void paintSection(QPainter *painter, const QRect &rect, int logical) const override;
    void paintEvent(QPaintEvent *event) override;
    bool viewportEvent(QEvent *event) override;
    QSize sizeHint() const override;

private:
    void setHovered(int section);
    const TableModel *m_model = nullptr;
    double m_progress = -1;
    int m_hovered = -1;
};

} // namespace sextant::ui
