// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/map/mappainter.h"

#include "core/base/prefetch.h"
#include "core/base/twothreads.h"
#include "ui/map/pixelcanvas.h"

#include <QPainter>

#include <bit>
#include <cmath>

namespace sextant::ui {
namespace {

using layout::Cell;
using layout::Item;
using layout::Level;
using layout::Rect;
using layout::Tile;

/// At least `least` in both directions, growing to where `within` has room.
Rect atLeast(Rect rect, int least, const Rect &within)
{
    if (rect.w < least) {
        rect.w = std::min(least, within.w);
        rect.x = std::min(rect.x, within.right() - rect.w);
    }
    if (rect.h < least) {
        rect.h = std::min(least, within.h);
        rect.y = std::min(rect.y, within.bottom() - rect.h);
    }
    return rect;
}

class MapPainter {
public:
    MapPainter(const MapJob &job, QImage &image, const std::stop_token &stop)
        : m_job(job)
        , m_stop(stop)
        , m_content(*job.content)
        , m_geometry(*job.geometry)
        , m_palette(job.palette)
        , m_canvas(image, job.area.x, job.area.y)
        , m_level(job.metrics.level(m_geometry.tileHeight))
        , m_classes(*job.classes)
        , m_colors(m_classes.lens(), job.palette)
        , m_byState(m_classes.lens() == Lens::State)
        , m_ground(job.area.y)
    {
        for (const auto &cluster : m_content.clusters) {
            m_stale.push_back(staleCluster(m_content.picture->cluster(cluster.index)));
            m_anyStale = m_anyStale || m_stale.back();
        }
    }

    void paintCells()
    {
        // The border of a node that is not well lies around its tile.
        const Rect reached = inset(m_job.area, -m_palette.px(1));
        m_geometry.forTiles(reached, [this](std::uint32_t tile) {
            if (m_stop.stop_requested()) {
                return;
            }
            fetchAfter(tile);
            groundTo(m_geometry.tiles[tile].bottom() + m_palette.px(1));
            m_seen = seenIn(m_content.tiles[tile], m_job.seen);
            switch (m_level) {
            case Level::Fleet:
                paintFleetTile(tile);
                break;
            case Level::Nodes:
                paintNodeTile(tile);
                break;
            case Level::Pods:
            case Level::Containers:
                paintPodsTile(tile);
                break;
            }
        });
        groundTo(m_job.area.bottom());
    }

    void paintText(QPainter &painter)
    {
        for (std::size_t i = 0; i < m_geometry.clusters.size(); ++i) {
            if (m_geometry.clusters[i].head.intersects(m_job.area)) {
                paintClusterHead(painter, m_job, i);
            }
        }
        for (std::size_t i = 0; i < m_geometry.captions.size(); ++i) {
            if (m_geometry.captions[i].intersects(m_job.area)) {
                paintCaption(painter, m_job, i);
            }
        }
        if (m_level < Level::Pods) {
            return;
        }
        m_geometry.forTiles(m_job.area, [&](std::uint32_t index) {
            const Tile &tile = m_content.tiles[index];
            const Rect inside = tileInside(m_geometry.tiles[index], m_level, m_job.metrics);
            cellsOf(tile, m_level, m_cells);
            paintTileText(painter, m_job, index, inside, m_cells);
        });
    }

private:
    QRgb faded(QRgb color, const Tile &tile) const
    {
        if (!m_anyStale) {
            return color;
        }
        return m_stale[tile.cluster] ? mix(color, m_palette.surface, 0.5) : color;
    }
    /// Whether what a node says of itself is to be seen; else it fades to track, as pods do.
    bool nodeSeen(const Tile &tile) const { return tile.kept && m_seen == kAllClasses; }
    QRgb ofNode(QRgb color, const Tile &tile) const { return nodeSeen(tile) ? faded(color, tile) : m_palette.track; }
    QRgb frameOf(const Tile &tile, QRgb plain) const
    {
        return tile.cordoned && nodeSeen(tile) ? m_palette.textSecondary : plain;
    }
    std::span<const Item> itemsOf(const Tile &tile) const { return m_content.itemsOf(tile); }
    /// What lies under the tiles, down to there: just before they are painted, while it is near.
    void groundTo(int bottom)
    {
        if (bottom > m_ground) {
            m_canvas.fill({m_job.area.x, m_ground, m_job.area.w, bottom - m_ground}, m_palette.bg);
            m_ground = bottom;
        }
    }
    /// The tiles that follow are what is painted next, and their pods lie anywhere in memory.
    void fetchAfter(std::uint32_t index) const
    {
        if (m_level == Level::Nodes && index + 2 < m_content.tiles.size()) {
            prefetch(m_content.tiles[index + 2].pods.get(), sizeof(layout::TilePods));
            const layout::TilePods &next = *m_content.tiles[index + 1].pods;
            prefetch(next.items.data(), next.items.size() * sizeof(Item));
            prefetch(next.places.data(), next.places.size() / 2 * sizeof(layout::Place));
        }
    }
    /// How a tile is drawn as one: by its own class, else by the worst of those in it that are to be seen; of states by
    /// those that are well, as long as there are any: the others have a mark.
    LensLook tileLook(std::uint32_t index) const
    {
        const ClassMask seen = m_classes.seenOf(index, m_job.seen);
        if (!m_content.tiles[index].kept || seen == 0) {
            return {LensLook::Kind::Plain, m_palette.track, m_palette.track, m_palette.track};
        }
        if (m_byState) {
            constexpr ClassMask kWell = (1U << static_cast<int>(State::Cordoned)) - 1;
            return m_colors[mostStriking(Lens::State, (seen & kWell) != 0 ? seen & kWell : seen)];
        }
        const std::uint8_t own = m_classes.ofTile(index);
        return m_colors[(seen >> own & 1) != 0 ? own : mostStriking(m_classes.lens(), seen)];
    }

    void fillLook(const Rect &rect, const LensLook &look, const Tile &tile)
    {
        if (look.kind == LensLook::Kind::Hollow) {
            hollow(rect, tile);
            return;
        }
        if (look.kind == LensLook::Kind::Moving) {
            m_canvas.fill(rect, m_palette.surface);
            m_canvas.hatch(rect, m_palette.px(2), m_palette.px(4), faded(look.cell, tile));
            return;
        }
        m_canvas.fill(rect, faded(look.cell, tile));
        if (look.kind == LensLook::Kind::Over) {
            const int side = std::min({m_palette.px(8), rect.w / 2, rect.h / 2});
            m_canvas.cutCorner(rect, side, m_palette.surface);
        } else if (look.kind == LensLook::Kind::Dotted && std::min(rect.w, rect.h) >= m_palette.px(8)) {
            cutShape(State::Pending, rect);
        }
    }

    /// One fill level; the worst state shows as a mark, and takes the whole tile where a mark would not be seen.
    void paintFleetTile(std::uint32_t index)
    {
        const Tile &tile = m_content.tiles[index];
        const Rect &rect = m_geometry.tiles[index];
        const int line = m_palette.px(1);
        const bool tiny = rect.w < m_palette.px(6) || rect.h < m_palette.px(6);
        Rect inside = rect;
        m_canvas.fill(rect, m_palette.surface);
        if (!tiny) {
            m_canvas.frame(rect, line, frameOf(tile, m_palette.tileBorder));
            inside = inset(rect, line);
        }
        double share = static_cast<double>(tile.requested);
        if (m_content.options.size == layout::SizeBy::Equal || share < 0) {
            share = static_cast<double>(tile.filled);
        }
        const int level = std::clamp(static_cast<int>(std::lround(share * inside.h)), tile.items > 0 ? 1 : 0, inside.h);
        const Rect fill{inside.x, inside.bottom() - level, inside.w, level};
        if (tile.silent && nodeSeen(tile) && (m_byState || m_classes.lens() == Lens::Used)) {
            m_canvas.hatch(fill, line, m_palette.px(3), faded(m_palette.borderStrong, tile));
        } else {
            fillLook(fill, tileLook(index), tile);
        }
        if (tile.silent) {
            const int dash = tiny ? rect.w + rect.h : m_palette.px(3);
            m_canvas.dashedFrame(rect, line, dash, m_palette.px(2), markColor(State::Failed, tile));
        } else if (tile.notReady() || tile.underPressure()) {
            m_canvas.frame(rect, line, markColor(tile.state, tile));
        }
        if (!m_byState) {
            return;
        }
        const ClassMask seen = m_classes.seenOf(index, m_job.seen);
        auto worst = seen == 0 ? State::Ok : static_cast<State>(mostStriking(Lens::State, seen));
        if (nodeSeen(tile) && severity(tile.state) > severity(worst)) {
            worst = tile.state; // a silent node is as bad as a failed pod
        }
        if (severity(worst) < severity(State::Pending) || worst == State::Unknown) {
            return;
        }
        if (tiny) {
            m_canvas.fill(rect, markColor(worst, tile));
        } else {
            const int side = std::min({m_palette.px(3), inside.w, inside.h});
            m_canvas.fill({inside.x, inside.bottom() - side, side, side}, markColor(worst, tile));
        }
    }

    QRgb markColor(State state, const Tile &tile) const
    {
        return ofNode(m_palette.state[static_cast<std::size_t>(state)], tile);
    }

    void paintNodeTile(std::uint32_t index)
    {
        const Tile &tile = m_content.tiles[index];
        const Rect &rect = m_geometry.tiles[index];
        const Rect inside = tileInside(rect, m_level, m_job.metrics);
        const int line = m_palette.px(1);
        m_canvas.fill(rect, m_palette.surface);
        m_canvas.frame(rect, line, frameOf(tile, m_palette.tileBorder));
        if (tile.cordoned) {
            hatchFree(inside, tile);
        }
        paintCellsWorstLast(index, inside);
        paintBorder(rect, tile);
        paintCorner(inside, tile);
    }

    /// Around a node that is not well, and as wide as it is bad: dashed where it is silent.
    void paintBorder(const Rect &rect, const Tile &tile)
    {
        const int line = m_palette.px(1);
        const Rect around = inset(rect, -line);
        if (tile.silent) {
            m_canvas.dashedFrame(
                around, m_palette.px(2), m_palette.px(4), m_palette.px(2), markColor(State::Failed, tile));
        } else if (tile.notReady()) {
            m_canvas.frame(around, m_palette.px(2), markColor(tile.state, tile));
        } else if (tile.underPressure()) {
            m_canvas.frame(rect, line, markColor(tile.state, tile));
        }
    }

    /// The shape of its state, where pods leave the corner free.
    void paintCorner(const Rect &inside, const Tile &tile)
    {
        const int side = m_palette.px(8);
        const int pad = m_palette.px(2);
        if ((!tile.notReady() && !tile.underPressure()) || inside.w < 3 * side
            || freeOf(inside, tile).h < side + 2 * pad) {
            return;
        }
        const Rect shape{inside.right() - side - pad, inside.y + pad, side, side};
        m_canvas.fill(inset(shape, -pad), m_palette.surface); // a cordoned one is hatched there
        if (tile.notReady()) {
            m_canvas.fill(shape, markColor(tile.state, tile));
        } else {
            m_canvas.triangle(shape, markColor(tile.state, tile));
        }
    }

    Rect freeOf(const Rect &inside, const Tile &tile) const
    {
        int top = layout::kWholePlace;
        for (const layout::Place &place : placesOf(tile, m_level)) {
            top = std::min<int>(top, place.y);
        }
        const int height = static_cast<int>(static_cast<double>(top) / layout::kWholePlace * inside.h);
        return {inside.x, inside.y, inside.w, height - m_palette.px(1)};
    }

    /// What pods leave free of a node that takes none.
    void hatchFree(const Rect &inside, const Tile &tile)
    {
        m_canvas.hatch(freeOf(inside, tile), m_palette.px(1), m_palette.px(4), ofNode(m_palette.textSecondary, tile));
    }

    /// Where several cells share a pixel, the worst is painted last and stays.
    void paintCellsWorstLast(std::uint32_t index, const Rect &inside)
    {
        const Tile &tile = m_content.tiles[index];
        const auto items = itemsOf(tile);
        const auto places = placesOf(tile, m_level);
        const int gap = m_palette.px(1);
        const auto loud = [&](const Item &item, std::uint8_t cls) {
            return cls >= m_classes.firstLoud() && isSeen(item, cls, m_seen);
        };
        // Where cells are too small for shapes, a plain one is its colour: most of what a whole fleet is.
        const bool small = m_byState && !tile.ofCapacity && inside.h < m_palette.px(48) && m_canvas.holds(inside);
        std::uint32_t waiting = 0;
        for (std::uint32_t i = 0; i < items.size(); ++i) {
            const std::uint8_t cls = m_byState ? static_cast<std::uint8_t>(items[i].state) : m_classes.ofItem(index, i);
            if (loud(items[i], cls)) {
                waiting |= 1U << cls;
            } else if (small && m_colors[cls].kind == LensLook::Kind::Plain && isSeen(items[i], cls, m_seen)) {
                m_canvas.fillInside(placeRect(inside, places[i], gap), faded(m_colors[cls].cell, tile));
            } else {
                paintCell(tile, items[i], cls, placeRect(inside, places[i], gap));
            }
        }
        for (; waiting != 0; waiting &= waiting - 1) {
            for (std::uint32_t i = 0; i < items.size(); ++i) {
                const std::uint8_t cls = m_classes.ofItem(index, i);
                if (cls == std::countr_zero(waiting) && loud(items[i], cls)) {
                    const Rect rect = atLeast(placeRect(inside, places[i], gap), m_palette.px(2), inside);
                    paintCell(tile, items[i], cls, rect);
                }
            }
        }
    }

    void paintCell(const Tile &tile, const Item &item, std::uint8_t cls, const Rect &rect)
    {
        if (!isSeen(item, cls, m_seen)) {
            m_canvas.fill(rect, m_palette.track);
            return;
        }
        const LensLook &look = m_colors[cls];
        const bool calm = severity(item.state) < severity(State::Pending);
        if (m_byState && !item.declared && calm && std::min(rect.w, rect.h) >= m_palette.px(4)) {
            // What it asks for is not known: its size is no figure.
            const QRgb color = faded(look.cell, tile);
            m_canvas.fill(rect, mix(color, m_palette.surface, 0.35));
            m_canvas.frame(rect, m_palette.px(1), color);
            return;
        }
        fillLook(rect, look, tile);
        if (m_byState && item.state != State::Unknown && std::min(rect.w, rect.h) >= m_palette.px(8)) {
            cutShape(item.state, rect);
        }
    }

    void hollow(const Rect &rect, const Tile &tile)
    {
        m_canvas.fill(rect, m_palette.surface);
        m_canvas.frame(rect, std::min({m_palette.px(1), rect.w, rect.h}), faded(m_palette.borderStrong, tile));
    }

    /// The shape of a state's glyph, for those who do not see its colour.
    void cutShape(State state, const Rect &rect)
    {
        const int side = std::min(m_palette.px(8), std::max(m_palette.px(3), std::min(rect.w, rect.h) / 3));
        const Rect shape{rect.x + (rect.w - side) / 2, rect.y + (rect.h - side) / 2, side, side};
        if (state == State::Failed) {
            m_canvas.fill(shape, m_palette.surface);
        } else if (state == State::Warning) {
            m_canvas.triangle(shape, m_palette.surface);
        } else if (state == State::Pending) {
            m_canvas.disc(shape, m_palette.surface);
        }
    }

    /// A node as a card, pods as tinted fields with their state at the left.
    void paintPodsTile(std::uint32_t index)
    {
        const Tile &tile = m_content.tiles[index];
        const Rect &rect = m_geometry.tiles[index];
        const Rect inside = tileInside(rect, m_level, m_job.metrics);
        m_canvas.fill(rect, m_palette.surface);
        m_canvas.frame(rect, m_palette.px(1), frameOf(tile, m_palette.border));
        m_canvas.fill(inside, m_palette.bg);
        if (tile.cordoned) {
            hatchFree(inside, tile);
        }
        const auto items = itemsOf(tile);
        const auto places = placesOf(tile, m_level);
        for (std::uint32_t i = 0; i < items.size(); ++i) {
            paintField(tile, items[i], m_classes.ofItem(index, i), placeRect(inside, places[i], m_job.metrics.px(1)));
        }
        paintBorder(rect, tile);
    }

    void paintField(const Tile &tile, const Item &item, std::uint8_t cls, const Rect &rect)
    {
        if (!rect.intersects(m_job.area)) {
            return;
        }
        if (!isSeen(item, cls, m_seen)) {
            m_canvas.fill(rect, m_palette.track);
            return;
        }
        const double used = usedShare(m_content, tile, item);
        const LensLook &look = m_colors[cls];
        const QRgb ground = faded(look.ground, tile);
        m_canvas.fill(rect, ground);
        const Rect bar{
            rect.x, rect.y, std::min(m_palette.px(look.kind == LensLook::Kind::Moving ? 5 : 3), rect.w), rect.h};
        if (look.kind == LensLook::Kind::Moving) {
            m_canvas.fill(bar, m_palette.surface);
            m_canvas.hatch(bar, m_palette.px(2), m_palette.px(4), faded(look.bar, tile));
        } else {
            m_canvas.fill(bar, faded(look.bar, tile));
        }
        if (look.kind == LensLook::Kind::Over) {
            m_canvas.cutCorner(rect, std::min({m_palette.px(8), rect.w / 2, rect.h / 2}), m_palette.bg);
        }
        // What is used of the request, at the foot.
        const int pad = m_palette.px(5);
        const int thick = m_palette.px(2);
        const Rect foot{rect.x + pad, rect.bottom() - thick - m_palette.px(2), rect.w - 2 * pad, thick};
        // A name in a low cell needs the room.
        const int least = rect.w >= m_palette.px(40) ? 22 : 16;
        if (used < 0 || tile.ofCapacity || rect.h < m_palette.px(least) || foot.w < m_palette.px(8)) {
            return;
        }
        m_canvas.fill(foot, mix(m_palette.text, ground, 0.12));
        const int length = std::clamp(static_cast<int>(std::lround(used * foot.w)), 1, foot.w);
        m_canvas.fill({foot.x, foot.y, length, thick}, faded(used > 1 ? m_palette.over : m_palette.used, tile));
    }

    const MapJob &m_job;
    const std::stop_token &m_stop;
    const layout::Content &m_content;
    const layout::Geometry &m_geometry;
    const MapPalette &m_palette;
    PixelCanvas m_canvas;
    Level m_level;
    const LensClasses &m_classes;
    const LensColors m_colors;
    const bool m_byState;
    ClassMask m_seen = kAllClasses; ///< of the tile that is painted
    int m_ground = 0; ///< where the ground ends
    bool m_anyStale = false;
    std::vector<bool> m_stale; ///< by cluster
    std::vector<Cell> m_cells;
};

} // namespace

QRectF toRectF(const Rect &rect) { return QRectF(rect.x, rect.y, rect.w, rect.h); }

bool staleCluster(const ClusterSnapshot &cluster)
{
    const ClusterStatus &status = cluster.status();
    return status.connection == Connection::Stale || status.of(ResourceKind::Pods).sync == Sync::Stale
        || status.of(ResourceKind::Nodes).sync == Sync::Stale;
}

namespace {

/// On two threads where there is much to paint: some lines after others.
void paintCells(const MapJob &job, QImage &image, const std::stop_token &stop)
{
    constexpr int kMuch = 512 * 512; // pixels
    if (job.area.w * job.area.h < kMuch) {
        MapPainter(job, image, stop).paintCells();
        return;
    }
    uchar *const bits = image.bits();
    const auto paintLines = [&](int from, int to) {
        MapJob part = job;
        part.area.y += from;
        part.area.h = to - from;
        QImage lines(
            bits + from * image.bytesPerLine(), image.width(), to - from, image.bytesPerLine(), image.format());
        MapPainter(part, lines, stop).paintCells();
    };
    constexpr std::size_t kStrips = 6;
    const auto edge = [&](std::size_t strip) {
        return static_cast<int>(strip * static_cast<std::size_t>(job.area.h) / kStrips);
    };
    fromBothEnds(kStrips, [&] { return [&](std::size_t strip) { paintLines(edge(strip), edge(strip + 1)); }; });
}

} // namespace

QImage paintMap(const MapJob &job, const std::stop_token &stop)
{
    QImage image(std::max(1, job.area.w), std::max(1, job.area.h), QImage::Format_RGB32);
    if (job.area.w < 1 || job.area.h < 1) {
        image.fill(job.palette.bg);
        return image;
    }
    paintCells(job, image, stop);
    if (stop.stop_requested()) {
        return {};
    }
    MapPainter map(job, image, stop);
    QPainter painter(&image);
    painter.setRenderHint(QPainter::TextAntialiasing);
    painter.translate(-job.area.x, -job.area.y);
    map.paintText(painter);
    return image;
}

} // namespace sextant::ui
