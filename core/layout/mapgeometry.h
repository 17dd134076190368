// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/layout/mapcontent.h"

#include <string>
#include <vector>

namespace sextant::layout {

/// Whole pixels, of whatever the caller paints in.
struct Rect {
    int x = 0, y = 0, w = 0, h = 0;
    int right() const { return x + w; }
    int bottom() const { return y + h; }
    bool contains(int px, int py) const { return px >= x && py >= y && px < right() && py < bottom(); }
    bool intersects(const Rect &o) const { return x < o.right() && o.x < right() && y < o.bottom() && o.y < bottom(); }
    bool operator==(const Rect &) const = default;
};

/// What is drawn of a node at a height of its tile.
enum class Level : std::uint8_t { Fleet, Nodes, Pods, Containers };

/// The sizes that do not grow with the zoom. For a screen of another density, scaled().
struct Metrics {
    double scale = 1;
    int px(double logical) const;
    int margin() const { return px(16); }
    int clusterGap() const { return px(20); }
    int bandGap() const { return px(16); }
    int clusterHead() const { return px(48); }
    int caption() const { return px(20); }
    int groupGap() const { return px(8); }
    int leastColumn() const { return px(220); }
    int mostBase() const { return px(48); } ///< a tile is no higher before anybody zooms
    int leastTile() const { return px(4); }
    int mostTile() const { return px(2400); }
    int tileHead() const { return px(28); } ///< from Level::Pods on

    Level level(int tileHeight) const;
    /// A height of that level, to go there by name.
    int heightOf(Level level) const;
    /// Between two tiles: 4 at the usual height, less for tiny ones, more where they are read.
    int gap(int tileHeight) const;
    int tileWidth(float units, int tileHeight) const;
};

/// How clusters share the window and where rows break. Made for a window and kept while nodes come and go and while
/// somebody zooms, so that everything stays where it was.
struct Arrangement {
    struct Column {
        ClusterId cluster = ClusterId::None;
        int band = 0; ///< clusters that do not fit side by side go below
        int width = 0; ///< at the base height
    };
    /// Rows a group has room for, one more than it fills where a node that comes would find none.
    struct Reserved {
        ClusterId cluster = ClusterId::None;
        std::string group;
        bool orphans = false;
        std::uint32_t rows = 0;
    };
    int baseHeight = 0; ///< of a tile, when the whole map fits the window (or as near as it comes)
    std::vector<Column> columns;
    std::vector<Reserved> reserved; ///< in the order of Content::groups
    std::uint32_t tiles = 0; ///< it was made for

    /// Whether it still serves: the same clusters, and not many more or fewer nodes.
    bool serves(const Content &content) const;
};
Arrangement arrange(const Content &content, int width, int height, const Metrics &metrics);

/// Where everything is at one zoom.
class Geometry {
public:
    struct Row {
        int y = 0;
        std::uint32_t firstTile = 0;
        std::uint32_t tiles = 0;
    };
    struct PlacedCluster {
        Rect rect;
        Rect head;
        std::uint32_t firstRow = 0; ///< rows of all its groups, downwards
        std::uint32_t rows = 0;
    };
    struct Place {
        int tile = -1;
        double fx = 0, fy = 0; ///< in parts of the tile; outside 0..1 beside it
    };

    int tileHeight = 0;
    int gap = 0;
    int width = 0, height = 0; ///< of all, margins included
    std::vector<Rect> tiles; ///< by Content::tiles; without a width: gone
    std::vector<Rect> captions; ///< by Content::groups
    std::vector<PlacedCluster> clusters; ///< by Content::clusters
    std::vector<Row> rows;

    /// The tile at a point; -1: none.
    int tileAt(int x, int y) const;
    /// The group whose caption is at a point, the cluster whose head is; -1: none.
    int clusterHeadAt(int x, int y) const;
    /// The tile nearest to a point, and where the point is seen from it.
    Place placeOf(double x, double y) const;
    /// Where such a place is now.
    void pointOf(const Place &place, double &x, double &y) const;
    /// Calls `use(tile)` for every tile that reaches into `area`, row by row.
    template <class Use> void forTiles(const Rect &area, Use use) const
    {
        for (const PlacedCluster &cluster : clusters) {
            if (!cluster.rect.intersects(area)) {
                continue;
            }
            for (std::uint32_t r = firstRow(cluster, area.y - tileHeight + 1);
                 r < cluster.firstRow + cluster.rows && rows[r].y < area.bottom(); ++r) {
                for (std::uint32_t t = rows[r].firstTile; t < rows[r].firstTile + rows[r].tiles; ++t) {
                    if (tiles[t].w > 0 && tiles[t].intersects(area)) {
                        use(t);
                    }
                }
            }
        }
    }
    /// The row a tile stands in.
    std::uint32_t rowOf(std::uint32_t tile) const;

private:
    /// The first row of the cluster at `y` or below.
    std::uint32_t firstRow(const PlacedCluster &cluster, int y) const;
};
Geometry place(const Content &content, const Arrangement &arrangement, int tileHeight, const Metrics &metrics);

} // namespace sextant::layout
