// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/layout/mapcontent.h"
#include "core/layout/tilemaker.h"

namespace sextant::layout {

/// How the tiles of one cluster stand: groups in order, tiles in order, each with the tile that it carries on.
struct ClusterPlan {
    struct Place {
        std::uint32_t slot = kNoSlot; ///< of the node; kNoSlot: it is gone, or not known
        const Tile *old = nullptr;
        std::string_view name; ///< of a node that is not known
    };
    struct GroupPlan {
        std::string_view name;
        bool orphans = false;
        const Group *old = nullptr;
        bool changed = false; ///< somebody came, went or is another
        std::vector<Place> places;
    };
    std::vector<GroupPlan> groups;
    std::vector<bool> dirty; ///< by node slot: its tile is to be made
    std::vector<bool>
        measured; ///< the same: it uses more or less than before, and nothing else is known to have changed
    bool moved = false; ///< some tile is not where it was
};

/// The content of one cluster before, as far as it can be carried on.
struct ClusterBefore {
    const Content *content = nullptr; ///< null: nothing
    const Cluster *cluster = nullptr;
    const ClusterSnapshot *snapshot = nullptr;

    explicit operator bool() const { return content != nullptr; }
    const Tile *tileOf(std::uint32_t nodeSlot) const
    {
        const auto &tiles = *cluster->tileOfNode;
        return nodeSlot < tiles.size() && tiles[nodeSlot] != kNoSlot
            ? &content->tiles[cluster->firstTile + tiles[nodeSlot]]
            : nullptr;
    }
};

/// What the pods of a cluster are taken from: accounting's order of read pods, or the rows of a sketch.
class PodSource {
public:
    PodSource(const ClusterSnapshot &snapshot, const ClusterAccounting &accounting, const ContentOptions &options);

    bool sketched() const { return m_sketched; }
    TileMaker::Pods ofNode(std::uint32_t slot) const;
    /// Of nodes that are not known: name and pods, in the order of the names.
    struct Orphan {
        std::string_view name;
        std::vector<std::uint32_t> slots;
        std::vector<State> rows;
    };
    /// @param slots of scheduled pods whose node is not known
    std::vector<Orphan> orphans(const std::vector<std::uint32_t> &slots) const;
    /// Rows without a node that still wait.
    std::uint32_t waiting() const { return m_waiting; }

private:
    void readSketch();

    const ClusterSnapshot &m_snapshot;
    const ClusterAccounting &m_accounting;
    bool m_sketched;
    std::vector<State> m_rows; ///< by node
    std::vector<std::uint32_t> m_start; ///< by node slot
    std::vector<Orphan> m_orphans;
    std::uint32_t m_waiting = 0;
};

/// Plans one cluster: what stays, who comes and where, who has gone, which tiles are to be made.
/// @param everything all tiles are to be made (a filter may answer anew)
ClusterPlan planCluster(const ClusterSnapshot &snapshot, const ClusterAccounting &accounting,
    const ContentOptions &options, const TileMaker &maker, const ClusterBefore &before, bool everything);
/// Slots of scheduled pods whose node is not known, sorted; carried on by what changed.
std::shared_ptr<const std::vector<std::uint32_t>> orphansOf(
    const ClusterSnapshot &snapshot, const ClusterBefore &before);

} // namespace sextant::layout
