// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/layout/places.h"

#include "core/layout/cells.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace sextant::layout {
namespace {

constexpr double kWhole = kWholePlace;
constexpr double kSqueeze = 0.25; ///< of its due, at least, or the tile is laid out anew
constexpr double kNewRow = 0.7; ///< what a new row costs against a hole of the wrong shape
constexpr double kWorstShape = 2.1; ///< the logarithm: eight times too wide or too high

int edge(double part) { return static_cast<int>(std::lround(std::clamp(part, 0.0, 1.0) * kWhole)); }

/// Of a grid of equal cells.
struct Grid {
    int columns = 1, rows = 1;
};

Grid gridOf(const PlaceShape &shape, std::size_t count)
{
    const double cells = static_cast<double>(std::max<std::size_t>(1, std::max<std::size_t>(shape.equal, count)));
    Grid grid;
    grid.columns = std::max(1, static_cast<int>(std::lround(std::sqrt(cells * shape.aspect / shape.cellAspect))));
    grid.columns = std::min(grid.columns, static_cast<int>(cells));
    grid.rows = static_cast<int>(std::ceil(cells / grid.columns));
    return grid;
}

Place cellOf(const Grid &grid, int column, int row)
{
    const int x0 = edge(static_cast<double>(column) / grid.columns);
    const int x1 = edge(static_cast<double>(column + 1) / grid.columns);
    const int y0 = edge(1 - static_cast<double>(row + 1) / grid.rows);
    const int y1 = edge(1 - static_cast<double>(row) / grid.rows);
    return {static_cast<std::uint16_t>(x0), static_cast<std::uint16_t>(y0), static_cast<std::uint16_t>(x1 - x0),
        static_cast<std::uint16_t>(y1 - y0)};
}

bool newcomersInGrid(const Grid &grid, std::span<Place> places)
{
    std::vector<bool> taken(static_cast<std::size_t>(grid.columns) * static_cast<std::size_t>(grid.rows));
    for (const Place &place : places) {
        if (place.w == 0) {
            continue;
        }
        const int column = static_cast<int>(std::lround(place.x / kWhole * grid.columns));
        const int row = grid.rows - 1 - static_cast<int>(std::lround(place.y / kWhole * grid.rows));
        if (column >= grid.columns || row < 0 || row >= grid.rows || cellOf(grid, column, row) != place) {
            return false; // another grid
        }
        taken[static_cast<std::size_t>(row) * static_cast<std::size_t>(grid.columns)
            + static_cast<std::size_t>(column)] = true;
    }
    std::size_t at = 0;
    for (Place &place : places) {
        if (place.w != 0) {
            continue;
        }
        while (at < taken.size() && taken[at]) {
            ++at;
        }
        if (at == taken.size()) {
            return false;
        }
        place = cellOf(grid, static_cast<int>(at % static_cast<std::size_t>(grid.columns)),
            static_cast<int>(at / static_cast<std::size_t>(grid.columns)));
        taken[at] = true;
    }
    return true;
}

/// Free ground: between two cells of a row, or a strip that is no row yet.
struct Hole {
    int x = 0, y = 0, w = 0, h = 0;
    bool strip = false;
};

/// The holes of a tile, the lowest first.
std::vector<Hole> holesOf(std::span<const Place> places)
{
    std::vector<std::uint32_t> order;
    for (std::uint32_t i = 0; i < places.size(); ++i) {
        if (places[i].w != 0) {
            order.push_back(i);
        }
    }
    std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
        return places[a].y != places[b].y ? places[a].y > places[b].y : places[a].x < places[b].x;
    });
    std::vector<Hole> holes;
    int bottom = kWholePlace; // of what lies above the rows so far
    for (std::size_t i = 0; i < order.size();) {
        const Place &first = places[order[i]];
        if (first.y + first.h < bottom) {
            holes.push_back({0, first.y + first.h, kWholePlace, bottom - first.y - first.h, true});
        }
        int x = 0;
        for (; i < order.size() && places[order[i]].y == first.y; ++i) {
            const Place &place = places[order[i]];
            if (place.x > x) {
                holes.push_back({x, first.y, place.x - x, first.h, false});
            }
            x = place.x + place.w;
        }
        if (x < kWholePlace) {
            holes.push_back({x, first.y, kWholePlace - x, first.h, false});
        }
        bottom = first.y;
    }
    if (bottom > 0) {
        holes.push_back({0, 0, kWholePlace, bottom, true});
    }
    return holes;
}

double slivers(const PlaceShape &shape)
{
    return std::clamp(shape.aspect / (shape.leastRow * std::max(1.0, shape.cellAspect)), 4.0, 24.0);
}

class Finder {
public:
    Finder(const PlaceShape &shape, std::span<Place> places)
        : m_shape(shape)
        , m_places(places)
        , m_least(shape.leastRow / std::floor(slivers(shape)))
    {
    }

    bool find(double share, Place &out) const
    {
        const double area = std::max(share, m_least);
        const std::vector<Hole> holes = holesOf(m_places);
        Place best;
        double cost = 1e9;
        const double high = std::clamp(std::sqrt(area * m_shape.aspect / m_shape.cellAspect), m_shape.leastRow, 1.0);
        for (const Hole &hole : holes) {
            if (hole.strip) {
                const double h = std::max(high, area);
                if (cost > kNewRow && hole.h >= edge(h) - 1) {
                    cost = kNewRow;
                    const int height = std::min(edge(h), hole.h);
                    best = placed(0, hole.y + hole.h - height, std::min(edge(area / h), kWholePlace), height);
                }
                continue;
            }
            const double h = hole.h / kWhole;
            const int w = std::max(1, edge(area / h));
            const double bad = std::abs(std::log(area / h * m_shape.aspect / h / m_shape.cellAspect));
            if (w > hole.w + kSlack || bad > kWorstShape) {
                continue;
            }
            const double waste = static_cast<double>(hole.w - w) / hole.w;
            const double here = waste < 0.02 ? 0.1 * bad : 0.3 * bad + 0.5 * waste;
            if (here < cost) {
                cost = here;
                // What is left over must still be a place: else it goes along.
                best = placed(hole.x, hole.y, hole.w - w <= kSlack ? hole.w : w, hole.h);
            }
        }
        if (best.w != 0) {
            out = best;
            return true;
        }
        return squeeze(holes, area, out);
    }

private:
    static constexpr int kSlack = 200; ///< a third of a percent: shares are rounded, and so are edges

    static Place placed(int x, int y, int w, int h)
    {
        return {static_cast<std::uint16_t>(x), static_cast<std::uint16_t>(y), static_cast<std::uint16_t>(w),
            static_cast<std::uint16_t>(h)};
    }

    /// No hole is big enough or has the right shape: the biggest one.
    bool squeeze(const std::vector<Hole> &holes, double area, Place &out) const
    {
        const auto size = [](const Hole &hole) { return hole.w / kWhole * (hole.h / kWhole); };
        const auto biggest = std::max_element(
            holes.begin(), holes.end(), [&](const Hole &a, const Hole &b) { return size(a) < size(b); });
        if (biggest == holes.end() || size(*biggest) < area * kSqueeze) {
            return false;
        }
        if (biggest->strip) {
            const int h = std::clamp(edge(area), 1, biggest->h);
            out = placed(0, biggest->y + biggest->h - h, kWholePlace, h);
        } else {
            const int w = std::clamp(edge(area / (biggest->h / kWhole)), 1, biggest->w);
            out = placed(biggest->x, biggest->y, w, biggest->h);
        }
        return true;
    }

    const PlaceShape &m_shape;
    std::span<Place> m_places;
    double m_least;
};

} // namespace

void placeAnew(std::span<const float> shares, const PlaceShape &shape, std::span<Place> places)
{
    if (shape.equal > 0) {
        std::fill(places.begin(), places.end(), Place{});
        newcomersInGrid(gridOf(shape, places.size()), places);
        return;
    }
    static thread_local std::vector<Cell> cells;
    fillTile(shares, {shape.aspect, shape.cellAspect, shape.leastRow}, cells);
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const Cell &cell = cells[i];
        const int x0 = edge(static_cast<double>(cell.x));
        const int y0 = edge(static_cast<double>(cell.y));
        const int x1 = std::max(x0 + 1, edge(static_cast<double>(cell.x + cell.w)));
        const int y1 = std::max(y0 + 1, edge(static_cast<double>(cell.y + cell.h)));
        places[i] = {static_cast<std::uint16_t>(std::min(x0, kWholePlace - 1)),
            static_cast<std::uint16_t>(std::min(y0, kWholePlace - 1)), static_cast<std::uint16_t>(x1 - x0),
            static_cast<std::uint16_t>(y1 - y0)};
    }
}

bool placeNewcomers(std::span<const float> shares, const PlaceShape &shape, std::span<Place> places)
{
    if (shape.equal > 0) {
        return newcomersInGrid(gridOf(shape, places.size()), places);
    }
    std::vector<std::uint32_t> newcomers;
    for (std::uint32_t i = 0; i < places.size(); ++i) {
        if (places[i].w == 0) {
            newcomers.push_back(i);
        }
    }
    std::stable_sort(
        newcomers.begin(), newcomers.end(), [&](std::uint32_t a, std::uint32_t b) { return shares[a] > shares[b]; });
    const Finder finder(shape, places);
    return std::all_of(newcomers.begin(), newcomers.end(),
        [&](std::uint32_t i) { return finder.find(static_cast<double>(shares[i]), places[i]); });
}

} // namespace sextant::layout
