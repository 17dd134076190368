// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/map/mappainter.h"

#include "ui/map/pixelcanvas.h"

#include <QPainter>

#include <cmath>

namespace sextant::ui {
namespace {

using layout::Cell;
using layout::Item;
using layout::Level;
using layout::Rect;
using layout::Tile;

Rect inset(const Rect &rect, int by)
{
    return {rect.x + by, rect.y + by, std::max(0, rect.w - 2 * by), std::max(0, rect.h - 2 * by)};
}

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
    MapPainter(const MapJob &job, QImage &image)
        : m_job(job)
        , m_content(*job.content)
        , m_geometry(*job.geometry)
        , m_palette(job.palette)
        , m_canvas(image, job.area.x, job.area.y)
        , m_level(job.metrics.level(m_geometry.tileHeight))
    {
        for (const auto &cluster : m_content.clusters) {
            m_stale.push_back(staleCluster(m_content.picture->cluster(cluster.index)));
        }
    }

    void paintCells()
    {
        m_geometry.forTiles(m_job.area, [this](std::uint32_t tile) {
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
            cellsOf(m_content, tile, inside, m_level, m_job.metrics, m_cells);
            paintTileText(painter, m_job, index, inside, m_cells);
        });
    }

private:
    QRgb faded(QRgb color, const Tile &tile) const
    {
        return m_stale[tile.cluster] ? mix(color, m_palette.surface, 0.5) : color;
    }
    std::span<const Item> itemsOf(const Tile &tile) const { return m_content.itemsOf(tile); }
    double usedOfRequested(const Tile &tile) const
    {
        return tile.used < 0 || tile.requested <= 0 ? -1 : static_cast<double>(tile.used / tile.requested);
    }

    QRgb tileColor(const Tile &tile) const
    {
        if (!tile.kept) {
            return m_palette.track;
        }
        switch (m_job.lens) {
        case Lens::State:
            return m_palette.cell[static_cast<std::size_t>(State::Ok)];
        case Lens::Requested:
            return tile.requested < 0 ? m_palette.track : m_palette.rampOf(static_cast<double>(tile.requested));
        case Lens::Used: {
            const double share = tile.ofCapacity ? static_cast<double>(tile.load) : usedOfRequested(tile);
            return share < 0 ? m_palette.track : m_palette.rampOf(share);
        }
        }
        return m_palette.track;
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
            m_canvas.frame(rect, line, tile.cordoned ? m_palette.textSecondary : m_palette.tileBorder);
            inside = inset(rect, line);
        }
        double share = static_cast<double>(tile.requested);
        if (m_content.options.size == layout::SizeBy::Equal || share < 0) {
            share = 0;
            for (const Item &item : itemsOf(tile)) {
                share += static_cast<double>(item.share);
            }
        }
        const int level = std::clamp(static_cast<int>(std::lround(share * inside.h)), tile.items > 0 ? 1 : 0, inside.h);
        const Rect fill{inside.x, inside.bottom() - level, inside.w, level};
        if (tile.silent && m_job.lens != Lens::Requested) {
            m_canvas.hatch(fill, line, m_palette.px(3), faded(m_palette.borderStrong, tile));
        } else {
            m_canvas.fill(fill, faded(tileColor(tile), tile));
        }
        if (m_job.lens != Lens::State) {
            return;
        }
        State worst = tile.worst;
        if (tile.kept && severity(tile.state) > severity(worst)) {
            worst = tile.state; // a silent node is as bad as a failed pod
        }
        if (tile.silent) {
            const int dash = tiny ? rect.w + rect.h : m_palette.px(3);
            m_canvas.dashedFrame(
                rect, std::max(1, m_palette.px(1)), dash, m_palette.px(2), markColor(State::Failed, tile));
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
        return faded(m_palette.state[static_cast<std::size_t>(state)], tile);
    }

    void paintNodeTile(std::uint32_t index)
    {
        const Tile &tile = m_content.tiles[index];
        const Rect &rect = m_geometry.tiles[index];
        const Rect inside = tileInside(rect, m_level, m_job.metrics);
        const int line = m_palette.px(1);
        m_canvas.fill(rect, m_palette.surface);
        m_canvas.frame(rect, line, tile.cordoned ? m_palette.textSecondary : m_palette.tileBorder);
        cellsOf(m_content, tile, inside, m_level, m_job.metrics, m_cells);
        if (tile.cordoned) {
            hatchFree(inside, m_cells, tile);
        }
        paintCellsWorstLast(tile, inside);
        if (tile.silent) {
            silentBorder(rect, tile);
        }
    }

    void silentBorder(const Rect &rect, const Tile &tile)
    {
        const int line = m_palette.px(1);
        m_canvas.dashedFrame(
            inset(rect, -line), m_palette.px(2), m_palette.px(4), m_palette.px(2), markColor(State::Failed, tile));
    }

    /// What pods leave free of a node that takes none.
    void hatchFree(const Rect &inside, const std::vector<Cell> &cells, const Tile &tile)
    {
        const double top = cells.empty() ? 1.0 : static_cast<double>(cells.back().y);
        const Rect free{inside.x, inside.y, inside.w, static_cast<int>(top * inside.h) - m_palette.px(1)};
        m_canvas.hatch(free, m_palette.px(1), m_palette.px(4), faded(m_palette.textSecondary, tile));
    }

    /// Where several cells share a pixel, the worst is painted last and stays.
    void paintCellsWorstLast(const Tile &tile, const Rect &inside)
    {
        const auto items = itemsOf(tile);
        const bool byState = m_job.lens == Lens::State;
        std::array<int, kStates> waiting{};
        for (const Cell &cell : m_cells) {
            const Item &item = items[cell.item];
            if (byState && severity(item.state) >= severity(State::Pending) && item.inScope && item.kept) {
                ++waiting[static_cast<std::size_t>(item.state)];
            } else {
                paintCell(tile, item, cellRect(inside, cell, m_job.metrics));
            }
        }
        for (int state = severity(State::Pending); state < kStates; ++state) {
            if (waiting[static_cast<std::size_t>(state)] == 0) {
                continue;
            }
            for (const Cell &cell : m_cells) {
                const Item &item = items[cell.item];
                if (severity(item.state) == state && item.inScope && item.kept) {
                    paintCell(tile, item, atLeast(cellRect(inside, cell, m_job.metrics), m_palette.px(2), inside));
                }
            }
        }
    }

    void paintCell(const Tile &tile, const Item &item, const Rect &rect)
    {
        if (!item.inScope || !item.kept) {
            m_canvas.fill(rect, m_palette.track);
            return;
        }
        if (m_job.lens == Lens::Requested) {
            const double share = static_cast<double>(tile.requested);
            share < 0 ? hollow(rect, tile) : m_canvas.fill(rect, faded(m_palette.rampOf(share), tile));
            return;
        }
        if (m_job.lens == Lens::Used) {
            const double share = usedShare(m_content, tile, item);
            if (share < 0) {
                hollow(rect, tile);
                return;
            }
            m_canvas.fill(rect, faded(m_palette.rampOf(share), tile));
            if (share > 1) {
                const int side = std::min({m_palette.px(8), rect.w / 2, rect.h / 2});
                m_canvas.cutCorner(rect, side, m_palette.surface);
            }
            return;
        }
        if (item.state == State::Unknown) {
            hollow(rect, tile);
            return;
        }
        const QRgb color = faded(m_palette.cell[static_cast<std::size_t>(item.state)], tile);
        const bool calm = severity(item.state) < severity(State::Pending);
        if (!item.declared && calm && std::min(rect.w, rect.h) >= m_palette.px(4)) {
            // What it asks for is not known: its size is no figure.
            m_canvas.fill(rect, mix(color, m_palette.surface, 0.35));
            m_canvas.frame(rect, m_palette.px(1), color);
            return;
        }
        m_canvas.fill(rect, color);
        if (std::min(rect.w, rect.h) >= m_palette.px(8)) {
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
        m_canvas.frame(rect, m_palette.px(1), tile.cordoned ? m_palette.textSecondary : m_palette.border);
        m_canvas.fill(inside, m_palette.bg);
        cellsOf(m_content, tile, inside, m_level, m_job.metrics, m_cells);
        if (tile.cordoned) {
            hatchFree(inside, m_cells, tile);
        }
        const auto items = itemsOf(tile);
        for (const Cell &cell : m_cells) {
            paintField(tile, items[cell.item], cellRect(inside, cell, m_job.metrics));
        }
        if (tile.silent) {
            silentBorder(rect, tile);
        }
    }

    void paintField(const Tile &tile, const Item &item, const Rect &rect)
    {
        if (!rect.intersects(m_job.area)) {
            return;
        }
        if (!item.inScope || !item.kept) {
            m_canvas.fill(rect, m_palette.track);
            return;
        }
        const double used = usedShare(m_content, tile, item);
        QRgb bar = markColor(item.state, tile);
        QRgb ground = m_palette.tint[static_cast<std::size_t>(item.state)];
        if (m_job.lens != Lens::State) {
            const double share = m_job.lens == Lens::Used ? used : static_cast<double>(tile.requested);
            bar = share < 0 ? m_palette.borderStrong : m_palette.rampOf(share);
            ground = share < 0 ? m_palette.surface : mix(bar, m_palette.surface, 0.16);
            bar = faded(bar, tile);
        }
        ground = faded(ground, tile);
        m_canvas.fill(rect, ground);
        m_canvas.fill({rect.x, rect.y, std::min(m_palette.px(3), rect.w), rect.h}, bar);
        if (m_job.lens == Lens::Used && used > 1) {
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
    const layout::Content &m_content;
    const layout::Geometry &m_geometry;
    const MapPalette &m_palette;
    PixelCanvas m_canvas;
    Level m_level;
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

double usedShare(const layout::Content &content, const Tile &tile, const Item &item)
{
    if (tile.ofCapacity) {
        return static_cast<double>(tile.load);
    }
    const PodView pod = content.pod(tile, item);
    const bool memory = content.options.size == layout::SizeBy::Memory;
    const std::int64_t used = memory ? pod.memoryUsed().value : pod.cpuUsed().value;
    const std::int64_t requested = memory ? pod.memoryRequested().value : pod.cpuRequested().value;
    if (used == Count::kUnknown || requested == Count::kUnknown || requested <= 0) {
        return -1;
    }
    return static_cast<double>(used) / static_cast<double>(requested);
}

Rect tileInside(const Rect &tile, Level level, const layout::Metrics &metrics)
{
    switch (level) {
    case Level::Fleet:
        return tile;
    case Level::Nodes:
        return inset(tile, 2 * metrics.px(1));
    case Level::Pods:
    case Level::Containers:
        break;
    }
    const int pad = metrics.px(6);
    const int head = metrics.tileHead();
    return {tile.x + pad, tile.y + head, std::max(1, tile.w - 2 * pad), std::max(1, tile.h - head - pad)};
}

void cellsOf(const layout::Content &content, const Tile &tile, const Rect &inside, Level level,
    const layout::Metrics &metrics, std::vector<Cell> &cells)
{
    layout::FillOptions options;
    options.aspect = static_cast<double>(std::max(1, inside.w)) / std::max(1, inside.h);
    const bool words = level >= Level::Pods;
    options.cellAspect = words ? 3 : 1;
    options.leastRow =
        std::min(0.2, static_cast<double>(metrics.px(words ? 7 : 2) + metrics.px(1)) / std::max(1, inside.h));
    layout::fillTile(content.itemsOf(tile), options, cells);
}

Rect cellRect(const Rect &inside, const Cell &cell, const layout::Metrics &metrics)
{
    const int gap = metrics.px(1);
    const double w = inside.w + gap;
    const double h = inside.h + gap;
    const int x0 = static_cast<int>(std::lround(static_cast<double>(cell.x) * w));
    const int x1 = static_cast<int>(std::lround(static_cast<double>(cell.x + cell.w) * w)) - gap;
    const int y0 = static_cast<int>(std::lround(static_cast<double>(cell.y) * h));
    const int y1 = static_cast<int>(std::lround(static_cast<double>(cell.y + cell.h) * h)) - gap;
    Rect rect{inside.x + x0, inside.y + y0, std::max(1, x1 - x0), std::max(1, y1 - y0)};
    rect.x = std::min(rect.x, inside.right() - 1);
    rect.y = std::min(rect.y, inside.bottom() - 1);
    return rect;
}

QImage paintMap(const MapJob &job)
{
    QImage image(std::max(1, job.area.w), std::max(1, job.area.h), QImage::Format_RGB32);
    image.fill(job.palette.bg);
    MapPainter map(job, image);
    map.paintCells();
    QPainter painter(&image);
    painter.setRenderHint(QPainter::TextAntialiasing);
    painter.translate(-job.area.x, -job.area.y);
    map.paintText(painter);
    return image;
}

} // namespace sextant::ui
