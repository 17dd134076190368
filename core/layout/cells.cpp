// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/layout/cells.h"

#include <algorithm>
#include <cmath>

namespace sextant::layout {
namespace {

/// How far the cells of a row are from the wanted shape; 0 is perfect.
double strain(std::span<const float> shares, std::size_t from, std::size_t to, double sum, const FillOptions &options)
{
    double strain = 0;
    for (std::size_t i = from; i < to; ++i) {
        // Width (share / sum of the tile's width) by height (sum of the tile's height).
        const double shape = shares[i] / (sum * sum) * options.aspect;
        strain += std::abs(std::log(shape / options.cellAspect));
    }
    return strain / static_cast<double>(to - from);
}

} // namespace

void fillTile(std::span<const float> shares, const FillOptions &options, std::vector<Cell> &out)
{
    out.clear();
    out.reserve(shares.size());
    double height = 0; // filled so far
    const auto row = [&](std::size_t from, std::size_t to, double sum, double rowHeight) {
        double x = 0;
        for (std::size_t i = from; i < to; ++i) {
            const double width = sum > 0 ? shares[i] / sum : 1.0 / static_cast<double>(to - from);
            out.push_back({static_cast<std::uint32_t>(i), static_cast<float>(x), static_cast<float>(height),
                static_cast<float>(width), static_cast<float>(rowHeight)});
            x += width;
        }
        height += rowHeight;
    };

    std::size_t at = 0;
    while (at < shares.size() && shares[at] > 0) {
        std::size_t end = at + 1;
        double sum = shares[at];
        double best = strain(shares, at, end, sum, options);
        while (end < shares.size() && shares[end] > 0) {
            const double wider = sum + shares[end];
            const double next = strain(shares, at, end + 1, wider, options);
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
    while (at < shares.size()) {
        const std::size_t end = std::min(shares.size(), at + perRow);
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

double topOf(std::span<const Cell> cells)
{
    float top = 1;
    for (const Cell &cell : cells) {
        top = std::min(top, cell.y);
    }
    return static_cast<double>(top);
}

int cellAt(std::span<const Cell> cells, double x, double y)
{
    const auto it = std::find_if(cells.begin(), cells.end(), [x, y](const Cell &cell) {
        return x >= static_cast<double>(cell.x) && x < static_cast<double>(cell.x + cell.w)
            && y >= static_cast<double>(cell.y) && y < static_cast<double>(cell.y + cell.h);
    });
    return it == cells.end() ? -1 : static_cast<int>(it - cells.begin());
}

} // namespace sextant::layout
