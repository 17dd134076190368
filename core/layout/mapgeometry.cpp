// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/layout/mapgeometry.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>

namespace sextant::layout {
namespace {

/// Fewer tiles in a row, and a spare row would be more space than a node that comes is worth.
constexpr std::uint32_t kFewInRow = 4;

/// Where the rows of a group break, in a column of the base width.
template <class Use>
void breakRows(
    const Content &content, const Group &group, const Metrics &metrics, int baseHeight, int columnWidth, Use use)
{
    const int gap = metrics.gap(baseHeight);
    std::uint32_t from = group.firstTile;
    int x = 0;
    for (std::uint32_t t = group.firstTile; t < group.firstTile + group.tiles; ++t) {
        const int width = metrics.tileWidth(content.tiles[t].units, baseHeight);
        if (t > from && x + width > columnWidth) {
            use(from, t);
            from = t;
            x = 0;
        }
        x += width + gap;
    }
    if (from < group.firstTile + group.tiles) {
        use(from, group.firstTile + group.tiles);
    }
}

/// How many rows a group takes, and whether its last one has no room for another node.
std::uint32_t rowsOf(
    const Content &content, const Group &group, const Metrics &metrics, int baseHeight, int columnWidth, bool &full)
{
    const int gap = metrics.gap(baseHeight);
    if (group.units > 0) {
        const int width = metrics.tileWidth(group.units, baseHeight);
        const auto each = static_cast<std::uint32_t>(std::max(1, (columnWidth + gap) / (width + gap)));
        full = group.tiles % each == 0 && each >= kFewInRow;
        return (group.tiles + each - 1) / each;
    }
    std::uint32_t rows = 0;
    std::uint32_t last = group.firstTile;
    breakRows(content, group, metrics, baseHeight, columnWidth, [&](std::uint32_t from, std::uint32_t) {
        last = from;
        ++rows;
    });
    int x = 0;
    int widest = 0;
    const std::uint32_t end = group.firstTile + group.tiles;
    for (std::uint32_t t = last; t < end; ++t) {
        const int width = metrics.tileWidth(content.tiles[t].units, baseHeight);
        widest = std::max(widest, width);
        x += width + gap;
    }
    full = x + widest > columnWidth && end - last >= kFewInRow;
    return rows;
}

/// Rows that are kept for a group: where a node that comes would move all below it, one more.
std::uint32_t roomFor(const Content &content, const Group &group, const Metrics &metrics, int baseHeight, int width)
{
    bool full = false;
    const std::uint32_t rows = rowsOf(content, group, metrics, baseHeight, width, full);
    return rows + (full ? 1 : 0);
}

int clusterHeight(
    const Content &content, const Cluster &cluster, const Metrics &metrics, int baseHeight, int columnWidth)
{
    int height = metrics.clusterHead();
    const int gap = metrics.gap(baseHeight);
    for (std::uint32_t g = cluster.firstGroup; g < cluster.firstGroup + cluster.groups; ++g) {
        const auto rows = static_cast<int>(roomFor(content, content.groups[g], metrics, baseHeight, columnWidth));
        height +=
            metrics.caption() + rows * (baseHeight + gap) - gap + (g > cluster.firstGroup ? metrics.groupGap() : 0);
    }
    return height;
}

/// Columns of one try: `bands` bands, clusters spread over them in order, widths after what they hold.
std::vector<Arrangement::Column> columnsFor(const Content &content, int bands, int width, const Metrics &metrics)
{
    const int count = static_cast<int>(content.clusters.size());
    std::vector<Arrangement::Column> columns;
    int at = 0;
    for (int band = 0; band < bands; ++band) {
        const int here = count / bands + (band < count % bands ? 1 : 0);
        std::vector<double> weights;
        double sum = 0;
        for (int i = at; i < at + here; ++i) {
            const Cluster &cluster = content.clusters[static_cast<std::size_t>(i)];
            double weight = 1;
            for (std::uint32_t g = cluster.firstGroup; g < cluster.firstGroup + cluster.groups; ++g) {
                const Group &group = content.groups[g];
                weight += 0.14 * group.tiles; // their gaps
                if (group.units > 0) {
                    weight += static_cast<double>(group.units) * group.tiles;
                    continue;
                }
                for (std::uint32_t t = group.firstTile; t < group.firstTile + group.tiles; ++t) {
                    weight += static_cast<double>(content.tiles[t].units);
                }
            }
            weights.push_back(weight);
            sum += weight;
        }
        int left = width - 2 * metrics.margin() - (here - 1) * metrics.clusterGap();
        // Those that would be too narrow take the least width, the others share what is left.
        std::vector<int> widths(weights.size(), 0);
        for (bool again = true; again;) {
            again = false;
            for (std::size_t i = 0; i < weights.size(); ++i) {
                if (widths[i] == 0 && weights[i] / sum * left < metrics.leastColumn()) {
                    widths[i] = std::min(metrics.leastColumn(), std::max(1, left));
                    left -= widths[i];
                    sum -= weights[i];
                    again = true;
                }
            }
        }
        for (std::size_t i = 0; i < weights.size(); ++i) {
            if (widths[i] == 0) {
                widths[i] = std::max(metrics.leastTile(), static_cast<int>(weights[i] / sum * left));
            }
            columns.push_back({content.clusters[static_cast<std::size_t>(at) + i].id, band, widths[i]});
        }
        at += here;
    }
    return columns;
}

int totalHeight(
    const Content &content, const std::vector<Arrangement::Column> &columns, const Metrics &metrics, int base)
{
    int total = 2 * metrics.margin();
    int band = 0;
    int highest = 0;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        if (columns[i].band != band) {
            total += highest + metrics.bandGap();
            highest = 0;
            band = columns[i].band;
        }
        highest = std::max(highest, clusterHeight(content, content.clusters[i], metrics, base, columns[i].width));
    }
    return total + highest;
}

} // namespace

int Metrics::px(double logical) const { return std::max(1, static_cast<int>(std::lround(logical * scale))); }

Level Metrics::level(int tileHeight) const
{
    return tileHeight < px(14)  ? Level::Fleet
        : tileHeight <= px(150) ? Level::Nodes
        : tileHeight < px(640)  ? Level::Pods
                                : Level::Containers;
}

int Metrics::heightOf(Level level) const
{
    switch (level) {
    case Level::Fleet:
        return px(10);
    case Level::Nodes:
        return px(40);
    case Level::Pods:
        return px(217);
    case Level::Containers:
        return px(800);
    }
    return px(28);
}

int Metrics::gap(int tileHeight) const
{
    const double h = tileHeight / scale;
    const double gap = h <= 28 ? std::clamp(h / 7, 1.0, 4.0) : 4 + 8 * std::clamp((h - 28) / (150 - 28), 0.0, 1.0);
    return px(gap);
}

int Metrics::tileWidth(float units, int tileHeight) const
{
    // Words are wide: where pods have names, tiles are wider than high.
    const double h = tileHeight / scale;
    const double stretch = 1 + 0.4 * std::clamp((h - 48) / (150 - 48), 0.0, 1.0);
    return std::max(2, static_cast<int>(std::lround(static_cast<double>(units) * tileHeight * stretch)));
}

bool Arrangement::serves(const Content &content) const
{
    if (columns.size() != content.clusters.size() || baseHeight <= 0) {
        return false;
    }
    for (std::size_t i = 0; i < columns.size(); ++i) {
        if (columns[i].cluster != content.clusters[i].id) {
            return false;
        }
    }
    const auto now = static_cast<std::int64_t>(content.tiles.size());
    const auto then = static_cast<std::int64_t>(tiles);
    return std::abs(now - then) <= std::max<std::int64_t>(4, then / 20);
}

Arrangement arrange(const Content &content, int width, int height, const Metrics &metrics)
{
    Arrangement best;
    best.tiles = static_cast<std::uint32_t>(content.tiles.size());
    const int count = static_cast<int>(content.clusters.size());
    for (int bands = 1; bands <= count; ++bands) {
        const int most = (count + bands - 1) / bands;
        if (bands < count
            && most * metrics.leastColumn() + (most - 1) * metrics.clusterGap() > width - 2 * metrics.margin()) {
            continue; // too narrow side by side
        }
        auto columns = columnsFor(content, bands, width, metrics);
        int low = metrics.leastTile();
        int high = metrics.mostBase();
        while (low < high) { // the highest tiles with which all fits
            const int middle = (low + high + 1) / 2;
            if (totalHeight(content, columns, metrics, middle) <= height) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        // Bands scroll more and compare worse: only for a clear gain.
        if (best.columns.empty() || low > best.baseHeight * 5 / 4) {
            best.baseHeight = low;
            best.columns = std::move(columns);
        }
    }
    if (best.baseHeight == 0) {
        best.baseHeight = metrics.mostBase();
    }
    for (std::size_t c = 0; c < content.clusters.size(); ++c) {
        const Cluster &cluster = content.clusters[c];
        for (std::uint32_t g = cluster.firstGroup; g < cluster.firstGroup + cluster.groups; ++g) {
            const Group &group = content.groups[g];
            best.reserved.push_back({cluster.id, group.name, group.orphans,
                roomFor(content, group, metrics, best.baseHeight, best.columns[c].width)});
        }
    }
    return best;
}

Geometry place(const Content &content, const Arrangement &arrangement, int tileHeight, const Metrics &metrics)
{
    Geometry out;
    out.tileHeight = tileHeight;
    out.gap = metrics.gap(tileHeight);
    out.tiles.resize(content.tiles.size());
    out.captions.resize(content.groups.size());
    out.clusters.resize(content.clusters.size());
    const double zoom = arrangement.baseHeight > 0 ? static_cast<double>(tileHeight) / arrangement.baseHeight : 1;

    int x = metrics.margin();
    int y = metrics.margin();
    int band = 0;
    int bandBottom = y;
    for (std::size_t c = 0; c < content.clusters.size(); ++c) {
        const Cluster &cluster = content.clusters[c];
        const Arrangement::Column column = c < arrangement.columns.size()
            ? arrangement.columns[c]
            : Arrangement::Column{cluster.id, band, metrics.leastColumn()};
        if (column.band != band) {
            band = column.band;
            x = metrics.margin();
            y = bandBottom + metrics.bandGap();
        }
        auto &placed = out.clusters[c];
        placed.firstRow = static_cast<std::uint32_t>(out.rows.size());
        int widest = zoom >= 1 ? column.width : std::max(metrics.leastColumn(), static_cast<int>(column.width * zoom));
        int rowY = y + metrics.clusterHead();
        auto room = arrangement.reserved.begin();
        for (std::uint32_t g = cluster.firstGroup; g < cluster.firstGroup + cluster.groups; ++g) {
            rowY += g > cluster.firstGroup ? metrics.groupGap() : 0;
            out.captions[g] = {x, rowY, 0, metrics.caption()};
            rowY += metrics.caption();
            std::uint32_t rows = 0;
            breakRows(content, content.groups[g], metrics, arrangement.baseHeight, column.width,
                [&](std::uint32_t from, std::uint32_t to) {
                    int tileX = x;
                    float units = -1;
                    int width = 0;
                    for (std::uint32_t t = from; t < to; ++t) {
                        const Tile &tile = content.tiles[t];
                        if (tile.units != units) {
                            units = tile.units;
                            width = metrics.tileWidth(units, tileHeight);
                        }
                        out.tiles[t] = {tileX, rowY, tile.gone ? 0 : width, tileHeight};
                        tileX += width + out.gap;
                    }
                    widest = std::max(widest, tileX - out.gap - x);
                    out.rows.push_back({rowY, from, to - from});
                    rowY += tileHeight + out.gap;
                    ++rows;
                });
            const Group &group = content.groups[g];
            const auto kept =
                std::find_if(room, arrangement.reserved.end(), [&](const Arrangement::Reserved &reserved) {
                    return reserved.cluster == cluster.id && reserved.orphans == group.orphans
                        && reserved.group == group.name;
                });
            if (kept != arrangement.reserved.end()) {
                room = kept + 1;
                rowY += static_cast<int>(std::max(kept->rows, rows) - rows) * (tileHeight + out.gap);
            }
            rowY -= out.gap;
        }
        placed.rows = static_cast<std::uint32_t>(out.rows.size()) - placed.firstRow;
        placed.rect = {x, y, widest, rowY - y};
        placed.head = {x, y, widest, metrics.clusterHead()};
        for (std::uint32_t g = cluster.firstGroup; g < cluster.firstGroup + cluster.groups; ++g) {
            out.captions[g].w = widest;
        }
        bandBottom = std::max(bandBottom, rowY);
        out.width = std::max(out.width, x + widest + metrics.margin());
        x += widest + metrics.clusterGap();
    }
    out.height = bandBottom + metrics.margin();
    return out;
}

std::uint32_t Geometry::firstRow(const PlacedCluster &cluster, int y) const
{
    const auto begin = rows.begin() + cluster.firstRow;
    const auto it = std::partition_point(begin, begin + cluster.rows, [y](const Row &row) { return row.y < y; });
    return static_cast<std::uint32_t>(it - rows.begin());
}

std::uint32_t Geometry::rowOf(std::uint32_t tile) const
{
    const auto it = std::partition_point(
        rows.begin(), rows.end(), [tile](const Row &row) { return row.firstTile + row.tiles <= tile; });
    return static_cast<std::uint32_t>(it - rows.begin());
}

int Geometry::tileAt(int x, int y) const
{
    for (const PlacedCluster &cluster : clusters) {
        if (!cluster.rect.contains(x, y)) {
            continue;
        }
        const std::uint32_t row = firstRow(cluster, y - tileHeight + 1);
        if (row >= cluster.firstRow + cluster.rows || rows[row].y > y) {
            return -1;
        }
        const auto begin = tiles.begin() + rows[row].firstTile;
        const auto it =
            std::partition_point(begin, begin + rows[row].tiles, [x](const Rect &tile) { return tile.right() <= x; });
        return it != begin + rows[row].tiles && it->contains(x, y) ? static_cast<int>(it - tiles.begin()) : -1;
    }
    return -1;
}

int Geometry::clusterHeadAt(int x, int y) const
{
    for (std::size_t i = 0; i < clusters.size(); ++i) {
        if (clusters[i].head.contains(x, y)) {
            return static_cast<int>(i);
        }
    }
    return -1;
}

Geometry::Place Geometry::placeOf(double x, double y) const
{
    Place best;
    double distance = std::numeric_limits<double>::max();
    const auto off = [](double p, int from, int to) { return p < from ? from - p : p > to ? p - to : 0.0; };
    for (const PlacedCluster &cluster : clusters) {
        for (std::uint32_t r = cluster.firstRow; r < cluster.firstRow + cluster.rows; ++r) {
            const double dy = off(y, rows[r].y, rows[r].y + tileHeight);
            if (dy >= distance) {
                continue;
            }
            const auto begin = tiles.begin() + rows[r].firstTile;
            const auto end = begin + rows[r].tiles;
            auto it = std::partition_point(begin, end, [x](const Rect &tile) { return tile.right() <= x; });
            it = it == end ? end - 1 : it;
            const auto consider = [&](std::vector<Rect>::const_iterator tile) {
                const double d = std::hypot(off(x, tile->x, tile->right()), dy);
                if (d < distance) {
                    distance = d;
                    best = {static_cast<int>(tile - tiles.begin()), (x - tile->x) / tile->w, (y - tile->y) / tile->h};
                }
            };
            // Beside it on both sides, past places that are empty.
            const auto here = std::find_if(it, end, [](const Rect &tile) { return tile.w > 0; });
            if (here != end) {
                consider(here);
            }
            const auto before = std::find_if(std::make_reverse_iterator(it), std::make_reverse_iterator(begin),
                [](const Rect &tile) { return tile.w > 0; });
            if (before != std::make_reverse_iterator(begin)) {
                consider(before.base() - 1);
            }
        }
    }
    return best;
}

void Geometry::pointOf(const Place &place, double &x, double &y) const
{
    if (place.tile < 0 || static_cast<std::size_t>(place.tile) >= tiles.size()) {
        return;
    }
    const Rect &tile = tiles[static_cast<std::size_t>(place.tile)];
    x = tile.x + place.fx * tile.w;
    y = tile.y + place.fy * tile.h;
}

} // namespace sextant::layout
