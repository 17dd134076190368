// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/layout/mapcontent.h"

#include <optional>

namespace sextant::layout {

/// Makes tiles of one cluster: what stands in them, how big, and where, so that nobody moves whose tile is carried on.
class TileMaker {
public:
    /// @param before the snapshot that the tiles carried on were made of; null: there are none
    TileMaker(const ClusterSnapshot &snapshot, const ContentOptions &options, double reference,
        const ClusterSnapshot *before);

    struct Pods {
        std::span<const std::uint32_t> slots; ///< read ones
        std::span<const State> rows; ///< of a sketch, in its order
        bool sketched = false; ///< `rows` say it, and sums are not known yet
    };
    /// @param sums of the node. @param old its tile before; null: none
    Tile ofNode(std::uint32_t slot, const Sums &sums, const Pods &pods, const Tile *old) const;
    /// Of a node of which nothing has changed but what it is measured to use: a tile of the same pods.
    Tile measuredAnew(const Tile &old) const;
    /// Of a node that is known by its pods alone.
    Tile ofName(std::string_view name, const Pods &pods, const Tile *old) const;
    /// The place that a node leaves behind.
    static Tile empty(const Tile &old);
    float unitsOf(std::uint32_t slot) const;

private:
    struct Sizes {
        std::int64_t whole = 0; ///< a cell is its pod's part of this; 0: cells are equal
        std::int64_t places = 110; ///< pods that fit
    };
    void measure(Tile &tile, const TilePods &body) const;
    void fill(Tile &tile, TilePods &body, const Pods &pods, const Sizes &sizes, bool keepAll, const Tile *old) const;
    void addPods(Tile &tile, TilePods &body, const Pods &pods, const Sizes &sizes, bool keepAll, const Tile *old) const;
    void sortForLayout(std::vector<Item> &items) const;
    void settle(Tile &tile, TilePods &body, const Sizes &sizes, const Tile *old) const;

    const ClusterSnapshot &m_snapshot;
    const ContentOptions &m_options;
    const double m_reference;
    const ClusterSnapshot *m_before;
    const bool m_memory;
};

/// Of a node, by what the map is sized by; unknown where it does not tell.
std::int64_t capacityOf(const NodeView &node, bool memory);

} // namespace sextant::layout
