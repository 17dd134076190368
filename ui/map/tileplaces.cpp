// SPDX-License-Identifier: GPL-3.0-or-later
// Where pods stand in a tile, in pixels.
#include "ui/map/mappainter.h"

#include <cmath>

namespace sextant::ui {

using layout::Cell;
using layout::Level;
using layout::Rect;
using layout::Tile;

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

std::span<const layout::Place> placesOf(const Tile &tile, Level level)
{
    const std::span<const layout::Place> both(tile.pods->places);
    return level >= Level::Pods ? both.last(both.size() / 2) : both.first(both.size() / 2);
}

void cellsOf(const Tile &tile, Level level, std::vector<Cell> &cells)
{
    constexpr float kWhole = layout::kWholePlace;
    cells.clear();
    for (const layout::Place &place : placesOf(tile, level)) {
        cells.push_back({static_cast<std::uint32_t>(cells.size()), static_cast<float>(place.x) / kWhole,
            static_cast<float>(place.y) / kWhole, static_cast<float>(place.w) / kWhole,
            static_cast<float>(place.h) / kWhole});
    }
}

Rect cellRect(const Rect &inside, const Cell &cell, const layout::Metrics &metrics)
{
    const auto part = [](float value) {
        return static_cast<std::uint16_t>(std::lround(static_cast<double>(value) * layout::kWholePlace));
    };
    return placeRect(inside, {part(cell.x), part(cell.y), part(cell.w), part(cell.h)}, metrics.px(1));
}

} // namespace sextant::ui
