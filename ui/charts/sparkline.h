// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme.h"

#include <QWidget>

#include <vector>

namespace sextant::ui {

/// A line without axes, its last point dotted; gaps stay open. NaN: unknown.
void paintSparkline(QPainter &painter, const std::vector<double> &values, const QRectF &box, const QColor &color);

class Sparkline : public QWidget {
    Q_OBJECT
public:
    explicit Sparkline(QWidget *parent = nullptr);
    void setValues(std::vector<double> values);
    void setStale(bool stale);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    std::vector<double> m_values;
    bool m_stale = false;
};

} // namespace sextant::ui
