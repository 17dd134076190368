// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/layout/cells.h"

#include <algorithm>
#include <cmath>

namespace sextant::layout {
namespace {

/// How far the cells of a row are from the wanted shape; 0 is perfect.
double strain(std::span<const Item> items, std::size_t from, std::size_t to, double sum, const FillOptions &options)
{
    double strain = 0;
    for (std::size_t i = from; i < to; ++i) {
        // Width (share / sum of the tile's width) by height (sum of the tile's height).
        const double shape = items[i].share / (sum * sum) * options.aspect;
        strain += std::abs(std::log(shape / options.cellAspect));
    }
    return strain / static_cast<double>(to - from);
}

} // namespace

void fillTile(std::span<const Item> items, const FillOptions &options, std::vector<Cell> &out)
{
    out.clear();
    out.reserve(items.size());
    double height = 0; // filled so far
    const auto row = [&](std::size_t from, std::size_t to, double sum, double rowHeight) {
        double x = 0;
        for (std::size_t i = from; i < to; ++i) {
            const double width = sum > 0 ? items[i].share / sum : 1.0 / static_cast<double>(to - from);
            out.push_back({static_cast<std::uint32_t>(i), static_cast<float>(x), static_cast<float>(height),
                static_cast<float>(width), static_cast<float>(rowHeight)});
            x += width;
        }
        height += rowHeight;
    };

    std::size_t at = 0;
    while (at < items.size() && items[at].share > 0) {
        std::size_t end = at + 1;
        double sum = items[at].share;
        double best = strain(items, at, end, sum, options);
        while (end < items.size() && items[end].share > 0) {
            const double wider = sum + items[end].share;
            const double next = strain(items, at, end + 1, wider, options);
            if (next > best && sum >= options.leastRow) {
                break;
            }
            best = next;
            sum = wider;
            ++end;
        }
        row(at, end, sum, std::max(sum, options.leastRow));
        at = end;
    }
    // Slivers: as many in a row as keep the wanted shape, spread over the whole width.
    const auto perRow = static_cast<std::size_t>(
        std::clamp(options.aspect / (options.leastRow * std::max(1.0, options.cellAspect)), 4.0, 24.0));
    while (at < items.size()) {
        const std::size_t end = std::min(items.size(), at + perRow);
        row(at, end, 0, options.leastRow);
        at = end;
    }
    // The rows were stacked upwards from 0; turn them over, and shrink what does not fit.
    const double scale = height > 1 ? 1 / height : 1;
    for (Cell &cell : out) {
        cell.h = static_cast<float>(cell.h * scale);
        cell.y = static_cast<float>(1 - cell.y * scale - cell.h);
    }
}

int cellAt(std::span<const Cell> cells, double x, double y)
{
    // Rows lie one after the other, the lowest first: find the row, then walk along it.
    const auto first = std::partition_point(cells.begin(), cells.end(), [y](const Cell &cell) { return cell.y > y; });
    for (auto it = first; it != cells.end() && it->y == first->y; ++it) {
        if (x >= it->x && x < it->x + it->w && y >= it->y && y < it->y + it->h) {
            return static_cast<int>(it - cells.begin());
        }
    }
    return -1;
}

} // namespace sextant::layout
