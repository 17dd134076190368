// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/layout/cells.h"
#include "core/layout/mapgeometry.h"
#include "ui/map/lenscolors.h"

#include <QImage>
#include <QString>

#include <algorithm>
#include <memory>
#include <span>
#include <stop_token>
#include <vector>

class QPainter;

/// Paints the map from immutable things only, so that it can be done beside the GUI thread.
namespace sextant::ui {

using GeometryPtr = std::shared_ptr<const layout::Geometry>;

struct MapJob {
    ContentPtr content;
    GeometryPtr geometry;
    layout::Metrics metrics;
    MapPalette palette;
    LensClassesPtr classes; ///< of `content`; never null
    ClassMask seen = kAllClasses; ///< the other classes fade
    layout::Rect area; ///< what of the map is painted
    Time now = kNoTime;
};
/// An opaque image of `area`, one pixel of it for one of the map; null when it was stopped.
QImage paintMap(const MapJob &job, const std::stop_token &stop = {});

/// Smaller by that much on every side; never below nothing.
inline layout::Rect inset(const layout::Rect &rect, int by)
{
    return {rect.x + by, rect.y + by, std::max(0, rect.w - 2 * by), std::max(0, rect.h - 2 * by)};
}
/// Where pods may stand in a tile.
layout::Rect tileInside(const layout::Rect &tile, layout::Level level, const layout::Metrics &metrics);
/// The places of a tile's pods at this level, by Content::itemsOf.
std::span<const layout::Place> placesOf(const layout::Tile &tile, layout::Level level);
/// The same as cells.
void cellsOf(const layout::Tile &tile, layout::Level level, std::vector<layout::Cell> &cells);
/// A place in the map's pixels; never empty.
inline layout::Rect placeRect(const layout::Rect &inside, const layout::Place &place, int gap)
{
    constexpr unsigned kWhole = layout::kWholePlace;
    const auto w = static_cast<unsigned>(inside.w + gap);
    const auto h = static_cast<unsigned>(inside.h + gap);
    const auto at = [](unsigned edge, unsigned size) { return static_cast<int>((edge * size + kWhole / 2) / kWhole); };
    const unsigned px = place.x;
    const unsigned py = place.y;
    const int x0 = std::min(at(px, w), inside.w - 1);
    const int y0 = std::min(at(py, h), inside.h - 1);
    const int x1 = at(px + place.w, w) - gap;
    const int y1 = at(py + place.h, h) - gap;
    return {inside.x + x0, inside.y + y0, std::max(1, x1 - x0), std::max(1, y1 - y0)};
}
layout::Rect cellRect(const layout::Rect &inside, const layout::Cell &cell, const layout::Metrics &metrics);
/// Names and numbers on heads and cells; `painter` paints in the map's pixels.
void paintClusterHead(QPainter &painter, const MapJob &job, std::size_t cluster);
void paintCaption(QPainter &painter, const MapJob &job, std::size_t group);
void paintTileText(QPainter &painter, const MapJob &job, std::size_t tile, const layout::Rect &inside,
    const std::vector<layout::Cell> &cells);

/// The cluster's picture is no longer kept up to date.
bool staleCluster(const ClusterSnapshot &cluster);
/// What a node that is ready is short of, or that it is without its network.
bool pressing(const ConditionView &condition);
/// kubectl's word, and what presses: "Ready, DiskPressure".
QString nodeStatusText(const NodeView &node);
/// "120 × 32 cores", "120 × 128Gi", "120 nodes", "44 hosts".
QString groupText(const layout::Content &content, const layout::Group &group);
/// "cluster gke-eu, 248 nodes, 3,420 pods, 17 unscheduled".
QString clusterText(const layout::Content &content, const layout::Cluster &cluster);
/// What gathers its nodes: "default", "no pool", "all nodes", "by node name".
QString captionText(const layout::Content &content, const layout::Group &group);
QRectF toRectF(const layout::Rect &rect);

} // namespace sextant::ui
