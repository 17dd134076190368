// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/theme.h"

#include <QPaintDevice>
#include <QPainterPath>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace sextant::ui {

namespace {

/// Restores the painter and sets up a 12 × 12 box.
class Box {
public:
    Box(QPainter &painter, const QRectF &box)
        : m_painter(painter)
    {
        painter.save();
        painter.setRenderHint(QPainter::Antialiasing);
        painter.translate(box.topLeft());
        painter.scale(box.width() / 12, box.height() / 12);
    }
    ~Box() { m_painter.restore(); }
    Box(const Box &) = delete;
    Box &operator=(const Box &) = delete;

private:
    QPainter &m_painter;
};

QPen stroke(const QColor &color, double width)
{
    return QPen(color, width, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin);
}

QPointF onCircle(QPointF centre, double radius, double turn)
{
    const double angle = 2 * std::numbers::pi * turn;
    return {centre.x() + radius * std::sin(angle), centre.y() - radius * std::cos(angle)};
}

double snap(double value, double ratio) { return std::round(value * ratio) / ratio; }

/// A bar of which nothing is known: a dashed outline.
void paintUnknownBar(QPainter &painter, const QRectF &box, bool dark)
{
    QPen pen(Theme::color(Token::BorderStrong, dark), 1);
    pen.setDashPattern({3, 2.5});
    painter.setPen(pen);
    painter.setBrush(Qt::NoBrush);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 2, 2);
}

/// 45 degrees, 2 px on and 2 px off, on surface: what is moving.
void paintMoving(QPainter &painter, const QRectF &area, bool dark)
{
    painter.save();
    painter.setClipRect(area, Qt::IntersectClip);
    painter.fillRect(area, Theme::color(Token::Surface, dark));
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(Theme::color(Token::Kubernetes, dark), 2, Qt::SolidLine, Qt::FlatCap));
    const double period = 4 * std::numbers::sqrt2;
    const double height = area.height() + 4;
    // The pattern hangs on the painter's origin, so that parts beside each other go on in step.
    const double first = std::floor((area.left() - height) / period) * period;
    for (double x = first; x < area.right() + height; x += period) {
        painter.drawLine(QPointF(x, area.bottom() + 2), QPointF(x + height, area.bottom() + 2 - height));
    }
    painter.restore();
}

} // namespace

void paintState(QPainter &painter, State state, const QRectF &box, bool dark)
{
    const Box scaled(painter, box);
    const QColor color = Theme::color(stateToken(state), dark);
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    const QPointF centre(6, 6);
    switch (state) {
    case State::Ok:
        painter.drawEllipse(centre, 4.2, 4.2);
        break;
    case State::Failed:
        painter.drawRect(QRectF(1.8, 1.8, 8.4, 8.4));
        break;
    case State::Warning: {
        QPainterPath triangle;
        triangle.moveTo(6, 1.2);
        triangle.lineTo(11.2, 10.4);
        triangle.lineTo(0.8, 10.4);
        triangle.closeSubpath();
        painter.drawPath(triangle);
        break;
    }
    case State::Pending:
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(color, 1.8, Qt::SolidLine, Qt::FlatCap));
        for (int i = 0; i < 6; ++i) {
            painter.drawArc(QRectF(1.9, 1.9, 8.2, 8.2), (i * 60 + 10) * 16, 40 * 16);
        }
        break;
    case State::Unknown:
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(color, 1.3));
        painter.drawEllipse(centre, 4.2, 4.2);
        painter.setBrush(color);
        painter.setPen(Qt::NoPen);
        painter.drawPie(QRectF(1.8, 1.8, 8.4, 8.4), 90 * 16, 180 * 16);
        break;
    case State::Completed: {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(color, 1.9, Qt::SolidLine, Qt::FlatCap, Qt::MiterJoin));
        QPainterPath tick;
        tick.moveTo(2, 6.4);
        tick.lineTo(4.8, 9.1);
        tick.lineTo(10, 3.2);
        painter.drawPath(tick);
        break;
    }
    case State::Terminating:
        painter.setPen(QPen(color, 1.9, Qt::SolidLine, Qt::FlatCap));
        painter.drawLine(QPointF(2.4, 2.4), QPointF(9.6, 9.6));
        painter.drawLine(QPointF(9.6, 2.4), QPointF(2.4, 9.6));
        break;
    case State::Cordoned:
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(color, 1.5));
        painter.drawEllipse(centre, 4.1, 4.1);
        painter.drawLine(QPointF(8.8, 3.2), QPointF(3.2, 8.8));
        break;
    }
}

void paintMark(QPainter &painter, Orchestrator orchestrator, const QRectF &box, bool dark)
{
    const Box scaled(painter, box);
    const QColor color = Theme::color(orchestrator == Orchestrator::Helios ? Token::Helios : Token::Kubernetes, dark);
    if (orchestrator == Orchestrator::Kubernetes) {
        QPolygonF heptagon;
        for (int i = 0; i < 7; ++i) {
            heptagon << onCircle({6, 6.15}, 5.1, i / 7.0);
        }
        painter.setBrush(Qt::NoBrush);
        painter.setPen(stroke(color, 1.3));
        painter.drawPolygon(heptagon);
        painter.setPen(Qt::NoPen);
        painter.setBrush(color);
        painter.drawEllipse(QPointF(6, 6.15), 1.75, 1.75);
        return;
    }
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    painter.drawPie(QRectF(2.9, 4.7, 6.2, 6.2), 0, 180 * 16);
    painter.setPen(stroke(color, 1.2));
    painter.drawLine(QPointF(0.8, 10), QPointF(11.2, 10));
    for (const double turn : {-0.2, -0.1, 0.0, 0.1, 0.2}) {
        painter.drawLine(onCircle({6, 7.8}, 4.6, turn), onCircle({6, 7.8}, 6.3, turn));
    }
}

void paintBar(QPainter &painter, const Bar &bar, const QRectF &box, bool dark)
{
    const auto color = [dark](Token token) { return Theme::color(token, dark); };
    const double ratio = painter.device() != nullptr ? painter.device()->devicePixelRatioF() : 1;
    painter.save();
    // Over a light ground half strength is the same as half transparent, and text is never drawn here.
    if (bar.stale) {
        painter.setOpacity(painter.opacity() * 0.5);
    }
    const bool unknown = bar.requested < 0 && bar.used < 0;
    if (unknown) {
        paintUnknownBar(painter, box, dark);
        painter.restore();
        return;
    }
    painter.setPen(Qt::NoPen);
    QPainterPath clip;
    clip.addRoundedRect(box, std::min(2.0, box.height() / 4), std::min(2.0, box.height() / 4));
    painter.setRenderHint(QPainter::Antialiasing);
    painter.save();
    painter.setClipPath(clip, Qt::IntersectClip);
    painter.setRenderHint(QPainter::Antialiasing, false);
    const auto part = [&](double share) {
        const double width = snap(std::clamp(share, 0.0, 1.0) * box.width(), ratio);
        return share > 0 ? std::max(width, 1 / ratio) : 0.0;
    };
    painter.fillRect(box, color(Token::Track));
    const double requested = std::max(bar.requested, 0.0);
    painter.fillRect(QRectF(box.left(), box.top(), part(requested), box.height()),
        color(bar.cell ? Token::RequestedCell : Token::Requested));
    if (bar.used > 0) {
        const double thick = std::max(2.0, snap(box.height() / 3, ratio));
        const double top = snap(box.top() + (box.height() - thick) / 2, ratio);
        const double end = part(bar.used);
        painter.fillRect(QRectF(box.left(), top, end, thick), color(Token::Used));
        if (bar.requested >= 0 && bar.used > bar.requested) {
            const double from = part(requested);
            painter.fillRect(QRectF(box.left() + from, top, end - from, thick), color(Token::Over));
        }
    }
    painter.restore();
    if (bar.limit > 0 && bar.limit <= 1) {
        QPen pen(color(Token::Limit), 1);
        pen.setDashPattern({2, 2.5});
        painter.setPen(pen);
        const double x = std::min(box.left() + part(bar.limit), box.right() - 1) + 0.5;
        painter.drawLine(QPointF(x, box.top() - 1), QPointF(x, box.bottom() + 1));
    }
    painter.restore();
}

void paintMovedBar(QPainter &painter, const MovedBar &bar, const QRectF &box, bool dark)
{
    const double ratio = painter.device() != nullptr ? painter.device()->devicePixelRatioF() : 1;
    painter.save();
    if (bar.stale) {
        painter.setOpacity(painter.opacity() * 0.5);
    }
    if (bar.moved < 0) {
        paintUnknownBar(painter, box, dark);
        painter.restore();
        return;
    }
    painter.setRenderHint(QPainter::Antialiasing, false);
    double sum = 0;
    double x = box.left();
    for (const int part : {0, 1, 2}) {
        const double share = part == 0 ? bar.moved : part == 1 ? bar.moving : bar.left;
        if (!(share > 0)) {
            continue;
        }
        sum = std::min(1.0, sum + share);
        // One service of thousands is still seen; a pixel of surface parts its neighbour.
        const double end = std::max(x + 2, box.left() + snap(sum * box.width(), ratio));
        const QRectF area(x, box.top(), std::max(1.0, end - x - (sum < 1 ? 1 : 0)), box.height());
        if (part == 1) {
            paintMoving(painter, area, dark);
        } else {
            painter.fillRect(area, Theme::color(part == 0 ? Token::Kubernetes : Token::Helios, dark));
        }
        x = end;
    }
    if (sum <= 0) {
        painter.fillRect(box, Theme::color(Token::Track, dark));
    }
    painter.restore();
}

} // namespace sextant::ui
