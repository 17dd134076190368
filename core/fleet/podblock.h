// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/bits.h"
#include "core/base/prefetch.h"
#include "core/fleet/snapshot.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace sextant {

/// The nodes of a cluster that are not heard of, found once: usually none. Immutable.
class SilentNodes {
public:
    explicit SilentNodes(const ClusterSnapshot &cluster)
    {
        const auto &nodes = NodeView::columns(cluster);
        for (std::uint32_t slot = nodes.nextOccupied(0); slot < nodes.slots(); slot = nodes.nextOccupied(slot + 1)) {
            if ((nodes.at<NodeCell::Flags>(slot) & NodeSilent) != 0) {
                m_silent.resize(nodes.slots());
                m_silent[slot] = true;
            }
        }
    }
    bool none() const { return m_silent.empty(); }
    bool operator[](std::uint32_t slot) const { return slot < m_silent.size() && m_silent[slot]; }

private:
    std::vector<bool> m_silent; ///< by slot; none where no node is silent
};

/// Sixty-four pods of a cluster whose cells lie side by side: a chunk of its columns. Which of them is said in bits.
/// Valid as long as the snapshot; cheap to copy.
class PodBlock {
public:
    static constexpr std::uint32_t kPods = 64;
    static_assert(PodColumns::kRows == kPods);

    /// @param first the slot of the first; a multiple of kPods below podSlots()
    PodBlock(const ClusterSnapshot &cluster, std::uint32_t first)
        : m_cluster(&cluster)
        , m_first(first)
    {
    }
    const ClusterSnapshot &cluster() const { return *m_cluster; }
    PodView at(unsigned bit) const { return {*m_cluster, m_first + bit}; }
    /// The cells of a column, by bit; not of Blocks.
    template <std::size_t Cell> const auto *cells() const
    {
        return &PodView::columns(*m_cluster).template at<Cell>(m_first);
    }
    /// What is measured of them (PodUsageCell), by bit, packed.
    template <std::size_t Cell> const auto *usage() const
    {
        static_assert(PodUsage::kRows % kPods == 0);
        return PodView::usage(*m_cluster).template cells<Cell>(m_first);
    }
    /// Asks memory for columns of the sixty-four behind these, where there are any: for who goes through all. What is
    /// measured of them is said by `Usage`.
    template <std::size_t... Cells, std::size_t... Usage>
    void prefetchNext(std::index_sequence<Cells...>, std::index_sequence<Usage...>) const
    {
        if (m_first + kPods < m_cluster->podSlots()) {
            const PodBlock next(*m_cluster, m_first + kPods);
            const auto fetch = [](const auto *cells) { prefetch(cells, kPods * sizeof(*cells)); };
            (fetch(next.cells<Cells>()), ...);
            (fetch(next.usage<Usage>()), ...);
        }
    }
    std::string_view record(unsigned bit) const
    {
        return PodView::columns(*m_cluster).at<PodCell::Record>(m_first + bit);
    }
    /// Where somebody is.
    std::uint64_t occupied() const
    {
        const auto &columns = PodView::columns(*m_cluster);
        return ofSixtyFour(~std::uint64_t(0), [&](unsigned bit) { return columns.birth(m_first + bit) != 0; });
    }
    /// PodView::state() of each.
    std::array<State, kPods> states(const SilentNodes &silent) const
    {
        std::array<State, kPods> states;
        std::copy_n(cells<PodCell::State>(), kPods, states.begin());
        if (!silent.none()) {
            for (unsigned bit = 0; bit < kPods; ++bit) {
                states[bit] = state(bit, silent);
            }
        }
        return states;
    }
    /// PodView::state(). @param silent those of this cluster
    State state(unsigned bit, const SilentNodes &silent) const
    {
        const State own = cells<PodCell::State>()[bit];
        return !silent.none() && (own == State::Ok || own == State::Warning) && silent[cells<PodCell::NodeSlot>()[bit]]
            ? State::Unknown
            : own;
    }

private:
    const ClusterSnapshot *m_cluster;
    std::uint32_t m_first;
};

} // namespace sextant
