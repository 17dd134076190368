// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/map/mappainter.h"

#include <optional>
#include <vector>

namespace sextant::ui {

/// A part of the map that looks otherwise than it did.
struct MapPatch {
    layout::Rect area;
    QImage image; ///< of `area`
};

/// What of `job` has to be painted over an image of `before`: the tiles whose pods changed, heads and captions whose
/// figures did. Any thread.
/// @return nothing where it is not worth it, or cannot be told tile by tile: another zoom, place, lens or theme; levels
/// with words; more than a quarter of the tiles
std::optional<std::vector<MapPatch>> paintChanges(
    const MapJob &before, const MapJob &job, const std::stop_token &stop = {});
/// Copies patches into an image of `area`.
void applyPatches(QImage &image, const layout::Rect &area, const std::vector<MapPatch> &patches);

} // namespace sextant::ui
