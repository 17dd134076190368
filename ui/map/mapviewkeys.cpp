// SPDX-License-Identifier: GPL-3.0-or-later
// The keyboard on the map: where it stands, and where it goes.
#include "ui/map/mapaccessible.h"
#include "ui/map/mapview.h"

#include <QKeyEvent>

#include <cmath>

namespace sextant::ui {

namespace {

/// How far it is from one to the other in a direction: along it, and twice what is across. Below 0: not that way.
double reach(const QRectF &from, const QRectF &to, int dx, int dy)
{
    const QPointF way = to.center() - from.center();
    const double along = way.x() * dx + way.y() * dy;
    // Cells of one row lie at one height: sideways never changes the row.
    const bool level = std::abs(to.top() - from.top()) < 0.5;
    if (along < 0.5 || (dx != 0 && !level)) {
        return -1;
    }
    return along + 2 * std::abs(dx != 0 ? way.y() : way.x());
}

} // namespace

void MapView::keyPressEvent(QKeyEvent *event)
{
    const bool control = event->modifiers().testFlag(Qt::ControlModifier);
    const auto direction = [&](int dx, int dy) {
        if (control) {
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
    case Qt::Key_PageDown:
        movePage(event->key() == Qt::Key_PageUp ? -1 : 1);
        break;
    case Qt::Key_Home:
    case Qt::Key_End:
        moveToEnd(event->key() == Qt::Key_End, control);
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
    case Qt::Key_0:
        fit();
        break;
    case Qt::Key_N:
        moveToNext(event->modifiers().testFlag(Qt::ShiftModifier) ? -1 : 1);
        break;
    case Qt::Key_T:
        Q_EMIT listWanted();
        break;
    case Qt::Key_Escape:
        if (m_detailsOpen || !goUp()) {
            event->ignore();
            return;
        }
        break;
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Space:
        if (!m_current.somewhere()) {
            event->ignore();
            return;
        }
        if (activate(m_current) && event->key() != Qt::Key_Space) {
            event->ignore(); // the window opens the details of what is selected
            return;
        }
        break;
    default:
        QAbstractScrollArea::keyPressEvent(event);
        return;
    }
    event->accept();
}

/// Begins at what is selected, else at the first one that is seen. True: it stood somewhere already.
bool MapView::beginAtKeyboard()
{
    m_keyboard = true;
    if (m_current.somewhere()) {
        return true;
    }
    Hit first = m_selectedHit;
    if (!first.somewhere()) {
        first.tile = m_geometry->placeOf(offset().x(), offset().y()).tile;
    }
    moveTo(first);
    return false;
}

/// The item of a tile nearest to a place in the viewport; -1: it has none, or none are drawn at this level.
int MapView::nearestItem(int tile, const QRectF &to) const
{
    if (level() < layout::Level::Pods) {
        return -1;
    }
    int best = -1;
    double distance = 0;
    const auto items = m_content->itemsOf(m_content->tiles[static_cast<std::size_t>(tile)]).size();
    for (int i = 0; i < static_cast<int>(items); ++i) {
        const QPointF way = rectOf({tile, i, -1}).center() - to.center();
        const double d = way.x() * way.x() + way.y() * way.y();
        if (best < 0 || d < distance) {
            best = i;
            distance = d;
        }
    }
    return best;
}

/// The tile on that side: within the row, over to the cluster beside it, else the row's next or the one before.
int MapView::tileBeside(int tile, int dx, int dy) const
{
    const auto &rect = m_geometry->tiles[static_cast<std::size_t>(tile)];
    const int count = static_cast<int>(m_content->tiles.size());
    int next = -1;
    if (dx != 0) {
        next = tile + dx;
        while (next >= 0 && next < count && m_content->tiles[static_cast<std::size_t>(next)].gone) {
            next += dx;
        }
        const bool same = next >= 0 && next < count
            && m_geometry->rowOf(static_cast<std::uint32_t>(next))
                == m_geometry->rowOf(static_cast<std::uint32_t>(tile));
        if (!same) {
            const double y = rect.y + rect.h / 2.0;
            const double x = dx > 0 ? rect.right() + 1 : rect.x - 1;
            for (const auto &cluster : m_geometry->clusters) {
                const bool beside = cluster.rect.y <= y && y < cluster.rect.bottom()
                    && (dx > 0 ? cluster.rect.x > x : cluster.rect.right() < x);
                if (beside) {
                    const int there = m_geometry->placeOf(dx > 0 ? cluster.rect.x : cluster.rect.right(), y).tile;
                    next = there >= 0 ? there : next;
                    if (dx > 0) {
                        break; // the nearest; to the left the last one is
                    }
                }
            }
        }
    } else {
        // Far enough to leave this row for the next of the column, over captions and heads too.
        const double x = rect.x + rect.w / 2.0;
        for (int step = 1; step <= 4 && (next < 0 || next == tile); ++step) {
            const double y = dy > 0 ? rect.bottom() + metrics().px(12) * step : rect.y - metrics().px(12) * step;
            next = m_geometry->placeOf(x, y).tile;
        }
    }
    return next >= 0 && next < count && next != tile ? next : -1;
}

int MapView::firstTileOf(int cluster) const
{
    const layout::Cluster &of = m_content->clusters[static_cast<std::size_t>(cluster)];
    const auto first = m_content->tiles.begin() + of.firstTile;
    const auto last = first + of.tiles;
    const auto it = std::find_if(first, last, [](const layout::Tile &tile) { return !tile.gone; });
    return it == last ? -1 : static_cast<int>(it - m_content->tiles.begin());
}

/// Where the keyboard stands; on a cluster's head: the first of the cluster.
int MapView::currentTile() const
{
    return m_current.tile >= 0 || m_current.clusterHead < 0 ? m_current.tile : firstTileOf(m_current.clusterHead);
}

/// From a cluster's head to another or down to its nodes. False: it stands on none.
bool MapView::moveOverHeads(int dx, int dy)
{
    if (m_current.tile >= 0) {
        return false;
    }
    const int clusters = static_cast<int>(m_content->clusters.size());
    if (dy > 0) {
        if (const int tile = currentTile(); tile >= 0) {
            moveTo({tile, nearestItem(tile, currentRect()), -1});
        }
    } else if (const int next = m_current.clusterHead + (dx != 0 ? dx : -1); next >= 0 && next < clusters) {
        moveTo({-1, -1, next});
    }
    return true;
}

void MapView::moveCurrent(int dx, int dy)
{
    if (m_content->tiles.empty() || !beginAtKeyboard() || moveOverHeads(dx, dy)) {
        return;
    }
    const QRectF from = currentRect();
    const auto items = m_content->itemsOf(m_content->tiles[static_cast<std::size_t>(m_current.tile)]).size();
    if (level() >= layout::Level::Pods && items > 0) {
        // To the nearest pod on that side within the node, else over to the next node.
        if (m_current.item < 0) {
            moveTo({m_current.tile, 0, -1});
            return;
        }
        double best = -1;
        int found = -1;
        for (int i = 0; i < static_cast<int>(items); ++i) {
            const double way = i == m_current.item ? -1 : reach(from, rectOf({m_current.tile, i, -1}), dx, dy);
            if (way >= 0 && (best < 0 || way < best)) {
                best = way;
                found = i;
            }
        }
        if (found >= 0) {
            moveTo({m_current.tile, found, -1});
            return;
        }
    }
    // Up and down the head of a cluster is met before the nodes beyond it.
    const auto clusterOf = [this](int tile) {
        return static_cast<int>(m_content->tiles[static_cast<std::size_t>(tile)].cluster);
    };
    const int next = tileBeside(m_current.tile, dx, dy);
    if (dy < 0 && (next < 0 || clusterOf(next) != clusterOf(m_current.tile))) {
        moveTo({-1, -1, clusterOf(m_current.tile)});
    } else if (dy > 0 && next >= 0 && clusterOf(next) != clusterOf(m_current.tile)) {
        moveTo({-1, -1, clusterOf(next)});
    } else if (next >= 0) {
        moveTo({next, nearestItem(next, from), -1});
    }
}

/// By as many rows as are seen.
void MapView::movePage(int direction)
{
    if (m_content->tiles.empty() || !beginAtKeyboard()) {
        return;
    }
    const int stands = currentTile();
    if (stands < 0) {
        return;
    }
    const auto &rect = m_geometry->tiles[static_cast<std::size_t>(stands)];
    const double page = std::max(screenSize().height() * 0.9, m_geometry->tileHeight + m_geometry->gap + 1.0);
    const int next = m_geometry->placeOf(rect.x + rect.w / 2.0, rect.y + rect.h / 2.0 + direction * page).tile;
    const QRectF from = currentRect().translated(0, direction * page / ratio());
    scrollTo(offset().x(), offset().y() + direction * page);
    if (next >= 0) {
        moveTo({next, nearestItem(next, from), -1});
    }
}

/// To the first or the last of the row; `whole`: of the map.
void MapView::moveToEnd(bool last, bool whole)
{
    if (m_content->tiles.empty()) {
        return;
    }
    m_keyboard = true;
    int tile = last ? static_cast<int>(m_content->tiles.size()) - 1 : 0;
    if (const int stands = currentTile(); !whole && stands >= 0) {
        const auto &row = m_geometry->rows[m_geometry->rowOf(static_cast<std::uint32_t>(stands))];
        tile = static_cast<int>(last ? row.firstTile + row.tiles - 1 : row.firstTile);
    }
    while (tile >= 0 && tile < static_cast<int>(m_content->tiles.size())
        && m_content->tiles[static_cast<std::size_t>(tile)].gone) {
        tile += last ? -1 : 1; // a place that is free
    }
    if (tile < 0 || tile >= static_cast<int>(m_content->tiles.size())) {
        return;
    }
    moveTo({tile, -1, -1});
}

/// Whether somebody who goes from one to the next stops here: at what the filter or the legend lights up, else at what
/// is not well.
bool MapView::stopsAt(int tile, int item) const
{
    const layout::Tile &node = m_content->tiles[static_cast<std::size_t>(tile)];
    const bool chosen = m_seen != kAllClasses;
    const bool filtered = !m_filter.empty();
    if (item < 0) {
        return chosen ? node.kept && (marksOf(node) & m_seen) != 0
                      : !filtered && !node.gone && (node.silent || severity(node.state) >= severity(State::Warning));
    }
    const layout::Item &pod = m_content->itemsOf(node)[static_cast<std::size_t>(item)];
    if (chosen) {
        return m_classes->of(*m_content)
            && isSeen(
                pod, m_classes->ofItem(static_cast<std::uint32_t>(tile), static_cast<std::uint32_t>(item)), m_seen);
    }
    if (!pod.inScope || !pod.kept) {
        return false;
    }
    return filtered || (severity(pod.state) >= severity(State::Pending) && pod.state != State::Unknown);
}

void MapView::moveToNext(int direction)
{
    const int tiles = static_cast<int>(m_content->tiles.size());
    if (tiles == 0) {
        return;
    }
    m_keyboard = true;
    const auto itemsOf = [this](int tile) {
        return static_cast<int>(m_content->itemsOf(m_content->tiles[static_cast<std::size_t>(tile)]).size());
    };
    // A node comes before its pods; once around and back to where it stands.
    int tile = std::max(0, currentTile());
    int item = m_current.tile < 0 ? -2 : m_current.item;
    for (int steps = 0; steps <= tiles; ++steps) {
        for (item += direction; item >= -1 && item < itemsOf(tile); item += direction) {
            if (stopsAt(tile, item)) {
                const bool small = level() == layout::Level::Fleet;
                if (!small || tile != m_current.tile) {
                    moveTo({tile, small ? -1 : item, -1});
                    return;
                }
            }
        }
        tile = (tile + direction + tiles) % tiles;
        item = direction > 0 ? -2 : itemsOf(tile);
    }
}

/// One step back: from what is lit up to all, from a pod to its node, from near to the whole map. False: nowhere to go.
bool MapView::goUp()
{
    if (m_seen != kAllClasses) {
        setSeen(kAllClasses);
        return true;
    }
    if (m_keyboard && m_current.item >= 0) {
        moveTo({m_current.tile, -1, -1});
        return true;
    }
    if (!m_fitted) {
        fit();
        return true;
    }
    return false;
}

QRectF MapView::currentRect() const
{
    const QRectF rect = rectOf(m_current);
    return rect.isEmpty() ? rectOf({m_current.tile, -1, -1}) : rect;
}

void MapView::moveTo(const Hit &hit)
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

bool MapView::activate(const Hit &hit)
{
    const AnyId id = idOf(hit);
    const auto *cluster = std::get_if<ClusterId>(&id);
    const bool waiting =
        cluster != nullptr && m_content->clusters[static_cast<std::size_t>(hit.clusterHead)].unscheduled > 0;
    if (waiting) {
        Q_EMIT unscheduledWanted(*cluster);
    } else if (id.index() != 0) {
        setSelection(id);
        Q_EMIT selected(id);
    }
    announce();
    return !waiting;
}

void MapView::announce()
{
    setAccessibleDescription(describe(m_current));
    announceCurrent(*this);
}

void MapView::focusInEvent(QFocusEvent *event)
{
    QAbstractScrollArea::focusInEvent(event);
    if (event->reason() == Qt::TabFocusReason || event->reason() == Qt::BacktabFocusReason
        || event->reason() == Qt::ShortcutFocusReason) {
        m_keyboard = true;
        if (!m_current.somewhere() && !m_content->tiles.empty()) {
            beginAtKeyboard();
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
