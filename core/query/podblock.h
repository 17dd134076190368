// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/fleet/snapshot.h"
#include "core/query/filtermemo.h"

#include <bit>
#include <cstddef>
#include <cstdint>

namespace sextant {

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
    std::string_view record(unsigned bit) const
    {
        return PodView::columns(*m_cluster).at<PodCell::Record>(m_first + bit);
    }
    /// Where somebody is.
    std::uint64_t occupied() const
    {
        const auto &columns = PodView::columns(*m_cluster);
        std::uint64_t bits = 0;
        for (unsigned bit = 0; bit < kPods; ++bit) {
            bits |= std::uint64_t(columns.birth(m_first + bit) != 0) << bit;
        }
        return bits;
    }
    /// PodView::state(), which goes to each node once. @param silent what was asked before in this cluster
    State state(unsigned bit, filter::Answers &silent) const
    {
        const State own = cells<PodCell::State>()[bit];
        const std::uint32_t node = cells<PodCell::NodeSlot>()[bit];
        return (own == State::Ok || own == State::Warning) && node != kNoSlot
                && silent.at(node, [&] { return at(bit).state() == State::Unknown; })
            ? State::Unknown
            : own;
    }

private:
    const ClusterSnapshot *m_cluster;
    std::uint32_t m_first;
};

} // namespace sextant
