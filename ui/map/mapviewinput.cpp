// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/map/mapview.h"
#include "ui/theme/widgets.h"

#include <QAccessible>
#include <QApplication>
#include <QGestureEvent>
#include <QKeyEvent>
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
    if (hit.tile >= 0) {
        m_current = hit;
        activate(hit);
    } else if (hit.clusterHead >= 0) {
        const auto &cluster = m_content->clusters[static_cast<std::size_t>(hit.clusterHead)];
        if (cluster.unscheduled > 0) {
            Q_EMIT unscheduledWanted(cluster.id);
        } else {
            Q_EMIT selected(cluster.id);
        }
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

void MapView::keyPressEvent(QKeyEvent *event)
{
    const bool pan = event->modifiers().testFlag(Qt::ControlModifier);
    const auto direction = [&](int dx, int dy) {
        if (pan) {
            scrollTo(offset().x() + dx * screenSize().width() / 8, offset().y() + dy * screenSize().height() / 8);
        } else {
            moveCurrent(dx, dy);
        }
    };
    switch (event->key()) {
    case Qt::Key_Left:
        direction(-1, 0);
        break;
    case Qt::Key_Right:
        direction(1, 0);
        break;
    case Qt::Key_Up:
        direction(0, -1);
        break;
    case Qt::Key_Down:
        direction(0, 1);
        break;
    case Qt::Key_PageUp:
        scrollTo(offset().x(), offset().y() - screenSize().height() * 0.9);
        break;
    case Qt::Key_PageDown:
        scrollTo(offset().x(), offset().y() + screenSize().height() * 0.9);
        break;
    case Qt::Key_Plus:
    case Qt::Key_Equal:
    case Qt::Key_Minus: {
        const QRectF rect = rectOf({m_current.tile, -1, -1});
        const QPointF at = QRectF(viewport()->rect()).intersects(rect) && m_keyboard
            ? rect.center()
            : QRectF(viewport()->rect()).center();
        zoomBy(event->key() == Qt::Key_Minus ? 1 / 1.5 : 1.5, at);
        break;
    }
    case Qt::Key_Home:
        fit();
        break;
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Space:
        if (m_current.tile < 0) {
            event->ignore();
            return;
        }
        activate(m_current);
        break;
    default:
        QAbstractScrollArea::keyPressEvent(event);
        return;
    }
    event->accept();
}

void MapView::moveCurrent(int dx, int dy)
{
    if (m_content->tiles.empty()) {
        return;
    }
    m_keyboard = true;
    if (m_current.tile < 0) {
        // Begins at what is selected, else at the first one that is seen.
        Hit first = m_selectedHit;
        if (first.tile < 0) {
            const auto place = m_geometry->placeOf(offset().x(), offset().y());
            first.tile = place.tile;
        }
        setCurrent(first);
        return;
    }
    const bool pods = level() >= layout::Level::Pods;
    const auto &tile = m_content->tiles[static_cast<std::size_t>(m_current.tile)];
    if (pods && tile.items > 0) {
        // To the nearest pod on that side within the node, else over to the next node.
        std::vector<layout::Cell> cells;
        cellsOf(tile, level(), cells);
        if (m_current.item < 0) {
            setCurrent({m_current.tile, 0, -1});
            return;
        }
        const auto &from = cells[static_cast<std::size_t>(m_current.item)];
        const auto middleX = [](const layout::Cell &c) { return c.x + c.w / 2; };
        const auto middleY = [](const layout::Cell &c) { return c.y + c.h / 2; };
        double best = 1e9;
        int found = -1;
        for (std::size_t i = 0; i < cells.size(); ++i) {
            const double alongX = static_cast<double>(middleX(cells[i]) - middleX(from));
            const double alongY = static_cast<double>(middleY(cells[i]) - middleY(from));
            const double along = alongX * dx + alongY * dy;
            const double across = std::abs(dx != 0 ? alongY : alongX);
            if (along <= 1e-6 || (dx != 0 && cells[i].y != from.y)) {
                continue;
            }
            if (along + 2 * across < best) {
                best = along + 2 * across;
                found = static_cast<int>(i);
            }
        }
        if (found >= 0) {
            setCurrent({m_current.tile, found, -1});
            return;
        }
    }
    int next = -1;
    if (dx != 0) {
        next = m_current.tile + dx;
        while (next >= 0 && static_cast<std::size_t>(next) < m_content->tiles.size()
            && m_content->tiles[static_cast<std::size_t>(next)].gone) {
            next += dx;
        }
    } else {
        const auto &rect = m_geometry->tiles[static_cast<std::size_t>(m_current.tile)];
        const double x = rect.x + rect.w / 2.0;
        // Far enough to leave this row for the next of the column, over captions too.
        for (int step = 1; step <= 4 && (next < 0 || next == m_current.tile); ++step) {
            const double y = dy > 0 ? rect.bottom() + metrics().px(12) * step : rect.y - metrics().px(12) * step;
            next = m_geometry->placeOf(x, y).tile;
        }
    }
    if (next >= 0 && static_cast<std::size_t>(next) < m_content->tiles.size() && next != m_current.tile) {
        const auto &to = m_content->tiles[static_cast<std::size_t>(next)];
        setCurrent({next, pods && to.items > 0 ? 0 : -1, -1});
    }
}

void MapView::setCurrent(const Hit &hit)
{
    m_current = hit;
    ensureVisible(hit);
    announce();
    viewport()->update();
}

void MapView::ensureVisible(const Hit &hit)
{
    QRectF rect = rectOf(hit);
    rect = rect.isEmpty() ? rectOf({hit.tile, -1, -1}) : rect;
    const QRectF seen(viewport()->rect());
    const double margin = 8;
    double dx = 0;
    double dy = 0;
    if (rect.right() + margin > seen.right()) {
        dx = rect.right() + margin - seen.right();
    }
    if (rect.left() - margin - dx < 0) {
        dx = rect.left() - margin;
    }
    if (rect.bottom() + margin > seen.bottom()) {
        dy = rect.bottom() + margin - seen.bottom();
    }
    if (rect.top() - margin - dy < 0) {
        dy = rect.top() - margin;
    }
    if (dx != 0 || dy != 0) {
        scrollTo(offset().x() + dx * ratio(), offset().y() + dy * ratio());
    }
}

void MapView::activate(const Hit &hit)
{
    const AnyId id = idOf(hit);
    if (id.index() != 0) {
        setSelection(id);
        Q_EMIT selected(id);
    }
    announce();
}

void MapView::announce()
{
    setAccessibleDescription(describe(m_current));
    QAccessibleEvent name(this, QAccessible::NameChanged);
    QAccessible::updateAccessibility(&name);
    QAccessibleEvent description(this, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&description);
}

void MapView::focusInEvent(QFocusEvent *event)
{
    QAbstractScrollArea::focusInEvent(event);
    if (event->reason() == Qt::TabFocusReason || event->reason() == Qt::BacktabFocusReason
        || event->reason() == Qt::ShortcutFocusReason) {
        m_keyboard = true;
        if (m_current.tile < 0) {
            moveCurrent(0, 0);
        }
    }
    viewport()->update();
}

void MapView::focusOutEvent(QFocusEvent *event)
{
    QAbstractScrollArea::focusOutEvent(event);
    viewport()->update();
}

} // namespace sextant::ui
