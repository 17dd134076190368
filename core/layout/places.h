// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace sextant::layout {

/// A pod's place in its tile, in 65,535ths of the tile's inside from its upper left corner. It does not depend on the
/// zoom, so that nothing moves against its neighbours while somebody zooms. No width: not placed yet.
struct Place {
    std::uint16_t x = 0, y = 0, w = 0, h = 0;
    bool operator==(const Place &) const = default;
};
inline constexpr int kWholePlace = 65535;

/// How the cells of a tile are shaped.
struct PlaceShape {
    double aspect = 1; ///< width of the inside by its height
    double cellAspect = 1; ///< the wanted width of a cell by its height
    double leastRow = 0.05; ///< height of a row of slivers, as part of the inside; no row is lower
    /// How many equal cells the tile holds; 0: a cell's area is its share.
    std::uint32_t equal = 0;
};

/// Lays a tile out anew: from the bottom, in rows as wide as the tile, in the order of `shares` (biggest first; parts
/// of the tile; 0 is a sliver, of the least size, and comes last). What would be more than the tile is scaled down.
void placeAnew(std::span<const float> shares, const PlaceShape &shape, std::span<Place> places);

/// Finds places for those that have none and moves nobody else. A newcomer takes the hole that fits it best (what one
/// of its size left behind, as a rule), else it opens a row in the lowest free strip, else it takes what room there is
/// down to a quarter of its due.
/// @param shares of all, also of those that have a place
/// @return false: there is no room; `places` is then worth nothing, lay the tile out anew
bool placeNewcomers(std::span<const float> shares, const PlaceShape &shape, std::span<Place> places);

} // namespace sextant::layout
