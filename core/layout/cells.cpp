// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/layout/cells.h"

#include <algorithm>
#include <cmath>

namespace sextant::layout {
namespace {

/// How far the cells of a row are from the wanted shape, found in the logarithm of a row's length for any row.
class Strain {
public:
    /// @param shares falling; those of 0 are left out
    void read(std::span<const float> shares, const FillOptions &options)
    {
        m_logs.clear();
        m_sums.assign(1, 0.0);
        for (const float share : shares) {
            if (share <= 0) {
                break;
            }
            m_logs.push_back(std::log(static_cast<double>(share) * options.aspect / options.cellAspect));
            m_sums.push_back(m_sums.back() + m_logs.back());
        }
    }
    /// Of the cells from..to in a row whose shares are `sum` together; 0 is perfect.
    double of(std::size_t from, std::size_t to, double sum) const
    {
        // Width is share / sum of the tile's width, height sum of its height: the shape is share / sum².
        const double middle = 2 * std::log(sum);
        const auto begin = m_logs.begin();
        const auto split = static_cast<std::size_t>(
            std::partition_point(begin + static_cast<std::ptrdiff_t>(from), begin + static_cast<std::ptrdiff_t>(to),
                [middle](double shape) { return shape > middle; })
            - begin);
        const double wider = m_sums[split] - m_sums[from] - middle * static_cast<double>(split - from);
        const double higher = middle * static_cast<double>(to - split) - (m_sums[to] - m_sums[split]);
        return (wider + higher) / static_cast<double>(to - from);
    }

private:
    std::vector<double> m_logs, m_sums; ///< and what those before each add up to
};

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

    static thread_local Strain strain;
    strain.read(shares, options);
    std::size_t at = 0;
    while (at < shares.size() && shares[at] > 0) {
        std::size_t end = at + 1;
        double sum = shares[at];
        double best = strain.of(at, end, sum);
        while (end < shares.size() && shares[end] > 0) {
            const double wider = sum + shares[end];
            const double next = strain.of(at, end + 1, wider);
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
