// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace sextant::layout {

/// A pod's place in its tile: parts of the tile's inside, from its upper left corner.
struct Cell {
    std::uint32_t item = 0; ///< in the span it was made of
    float x = 0, y = 0, w = 0, h = 0;
};

struct FillOptions {
    double aspect = 1; ///< width of the inside by its height
    double cellAspect = 1; ///< the wanted width of a cell by its height
    double leastRow = 0.05; ///< height of a row of slivers, as part of the inside; no row is lower
};

/// Fills a tile from the bottom, in the order of `shares` (biggest first), in rows as wide as the tile: a cell's area
/// is its share. Slivers come last, in rows of the least height. What would be more than the tile is scaled down to it.
void fillTile(std::span<const float> shares, const FillOptions &options, std::vector<Cell> &out);

/// Where the cells end upwards: above it everything is free. 1: there are none.
double topOf(std::span<const Cell> cells);

/// The cell at a point given in the same parts; -1: free ground.
int cellAt(std::span<const Cell> cells, double x, double y);

} // namespace sextant::layout
