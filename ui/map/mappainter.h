// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/layout/cells.h"
#include "core/layout/mapgeometry.h"
#include "ui/map/lenscolors.h"

#include <QImage>
#include <QString>

#include <memory>
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
/// An opaque image of `area`, one pixel of it for one of the map.
QImage paintMap(const MapJob &job);

/// Where pods may stand in a tile.
layout::Rect tileInside(const layout::Rect &tile, layout::Level level, const layout::Metrics &metrics);
/// The pods of a tile as they are drawn at this height.
void cellsOf(const layout::Content &content, const layout::Tile &tile, const layout::Rect &inside, layout::Level level,
    const layout::Metrics &metrics, std::vector<layout::Cell> &cells);
/// A cell in the map's pixels; never empty.
layout::Rect cellRect(const layout::Rect &inside, const layout::Cell &cell, const layout::Metrics &metrics);
/// Names and numbers on heads and cells; `painter` paints in the map's pixels.
void paintClusterHead(QPainter &painter, const MapJob &job, std::size_t cluster);
void paintCaption(QPainter &painter, const MapJob &job, std::size_t group);
void paintTileText(QPainter &painter, const MapJob &job, std::size_t tile, const layout::Rect &inside,
    const std::vector<layout::Cell> &cells);

/// The cluster's picture is no longer kept up to date.
bool staleCluster(const ClusterSnapshot &cluster);
/// "120 × 32 cores", "120 × 128Gi", "120 nodes", "44 hosts".
QString groupText(const layout::Content &content, const layout::Group &group);
QRectF toRectF(const layout::Rect &rect);

} // namespace sextant::ui
