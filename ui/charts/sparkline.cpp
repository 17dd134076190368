// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/sparkline.h"

#include <QPainterPath>

#include <algorithm>
#include <cmath>
#include <utility>

namespace sextant::ui {

void paintSparkline(QPainter &painter, const std::vector<double> &values, const QRectF &box, const QColor &color)
{
    double low = INFINITY, high = -INFINITY;
    for (const double value : values) {
        if (!std::isnan(value)) {
            low = std::min(low, value);
            high = std::max(high, value);
        }
    }
    if (values.size() < 2 || !(high >= low)) {
        return;
    }
    // A tenth of the largest value at least, so that noise does not look like an alp.
    const double spread = std::max({high - low, std::fabs(high) * 0.1, 1e-9});
    const double middle = (high + low) / 2;
    const QRectF area = box.adjusted(1, 2, -4, -2);
    const auto point = [&](std::size_t i) {
        return QPointF(area.left() + area.width() * static_cast<double>(i) / static_cast<double>(values.size() - 1),
            area.center().y() - (values[i] - middle) / spread * area.height());
    };
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    QPen pen(color, 1.25);
    painter.setPen(pen);
    painter.setBrush(Qt::NoBrush);
    QPainterPath path;
    bool open = false;
    QPointF last;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (std::isnan(values[i])) {
            open = false;
            continue;
        }
        last = point(i);
        open ? path.lineTo(last) : path.moveTo(last);
        open = true;
    }
    painter.drawPath(path);
    painter.setBrush(color);
    painter.setPen(Qt::NoPen);
    painter.drawEllipse(last, 2.5, 2.5);
    painter.restore();
}

Sparkline::Sparkline(QWidget *parent)
    : QWidget(parent)
{
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void Sparkline::setValues(std::vector<double> values)
{
    const auto same = [](double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); };
    if (std::equal(values.begin(), values.end(), m_values.begin(), m_values.end(), same)) {
        return;
    }
    m_values = std::move(values);
    update();
}

void Sparkline::setStale(bool stale)
{
    if (std::exchange(m_stale, stale) != stale) {
        update();
    }
}

QSize Sparkline::sizeHint() const { return {Theme::instance().px(120), Theme::instance().px(28)}; }

void Sparkline::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setOpacity(m_stale ? 0.5 : 1);
    paintSparkline(painter, m_values, rect(), Theme::instance().color(Token::Used));
}

} // namespace sextant::ui
