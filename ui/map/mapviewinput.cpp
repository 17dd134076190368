// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/map/mapview.h"
#include "ui/theme/widgets.h"

#include <QApplication>
#include <QGestureEvent>
#include <QMouseEvent>
#include <QNativeGestureEvent>
#include <QScrollBar>
#include <QWheelEvent>

#include <cmath>

namespace sextant::ui {

void MapView::setHover(const Hit &hit)
{
    if (hit == m_hover) {
        return;
    }
    m_hover = hit;
    Tip::hideTip();
    if (hit.tile >= 0) {
        m_tipTimer.start();
    } else {
        m_tipTimer.stop();
    }
    viewport()->setCursor(
        hit.clusterHead >= 0 && m_content->clusters[static_cast<std::size_t>(hit.clusterHead)].unscheduled > 0
            ? Qt::PointingHandCursor
            : Qt::ArrowCursor);
    viewport()->update();
}

bool MapView::viewportEvent(QEvent *event)
{
    if (event->type() == QEvent::Leave) {
        setHover({});
    } else if (event->type() == QEvent::Gesture) {
        auto *gestures = static_cast<QGestureEvent *>(event);
        if (auto *pinch = static_cast<QPinchGesture *>(gestures->gesture(Qt::PinchGesture))) {
            if (pinch->changeFlags().testFlag(QPinchGesture::ScaleFactorChanged)) {
                const QPointF at = viewport()->mapFromGlobal(pinch->centerPoint().toPoint());
                m_zoom.stop();
                setTileHeight(static_cast<int>(std::lround(m_geometry->tileHeight * pinch->scaleFactor())), at);
            }
            return true;
        }
    } else if (event->type() == QEvent::NativeGesture) {
        auto *gesture = static_cast<QNativeGestureEvent *>(event);
        if (gesture->gestureType() == Qt::ZoomNativeGesture) {
            m_zoom.stop();
            setTileHeight(
                static_cast<int>(std::lround(m_geometry->tileHeight * (1 + gesture->value()))), gesture->position());
            return true;
        }
    }
    return QAbstractScrollArea::viewportEvent(event);
}

bool MapView::event(QEvent *event)
{
    if (event->type() == QEvent::Hide || event->type() == QEvent::WindowDeactivate) {
        setHover({});
    }
    return QAbstractScrollArea::event(event);
}

void MapView::mousePressEvent(QMouseEvent *event)
{
    Tip::hideTip();
    m_tipTimer.stop();
    m_keyboard = false;
    if (event->button() == Qt::LeftButton || event->button() == Qt::MiddleButton) {
        m_pressed = true;
        m_dragging = false;
        m_pressAt = event->position();
        m_pressOffset = offset();
    }
}

void MapView::mouseMoveEvent(QMouseEvent *event)
{
    if (!m_pressed) {
        setHover(hitAt(event->position()));
        return;
    }
    const QPointF moved = event->position() - m_pressAt;
    if (!m_dragging && moved.manhattanLength() >= QApplication::startDragDistance()) {
        m_dragging = true;
        m_zoom.stop();
        viewport()->setCursor(Qt::ClosedHandCursor);
    }
    if (m_dragging) {
        const QPointF to = m_pressOffset - moved * ratio();
        scrollTo(to.x(), to.y());
    }
}

void MapView::mouseReleaseEvent(QMouseEvent *event)
{
    const bool click = m_pressed && !m_dragging && event->button() == Qt::LeftButton;
    m_pressed = false;
    if (m_dragging) {
        m_dragging = false;
        viewport()->setCursor(Qt::ArrowCursor);
    }
    if (!click) {
        return;
    }
    const Hit hit = hitAt(event->position());
    if (hit.somewhere()) {
        m_current = hit;
        activate(hit);
    }
}

void MapView::mouseDoubleClickEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton) {
        return;
    }
    m_pressed = false;
    const auto next = level() >= layout::Level::Pods ? layout::Level::Containers
        : level() == layout::Level::Nodes            ? layout::Level::Pods
                                                     : layout::Level::Nodes;
    const double to = std::max(m_geometry->tileHeight * 1.5, static_cast<double>(metrics().heightOf(next)));
    animateTo(to, event->position());
}

void MapView::wheelEvent(QWheelEvent *event)
{
    const QPoint delta = event->angleDelta();
    if (event->modifiers().testFlag(Qt::ShiftModifier) || std::abs(delta.x()) > std::abs(delta.y())) {
        // Sideways, or with Shift up and down too: a pan.
        const int by = delta.x() != 0 ? delta.x() : delta.y();
        horizontalScrollBar()->setValue(horizontalScrollBar()->value() - static_cast<int>(by * ratio()));
        event->accept();
        return;
    }
    if (delta.y() != 0) {
        Tip::hideTip();
        zoomBy(std::pow(1.25, delta.y() / 120.0), event->position());
    }
    event->accept();
}

} // namespace sextant::ui
