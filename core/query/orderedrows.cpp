// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/orderedrows.h"

#include <numeric>

namespace sextant {

namespace {

constexpr std::uint32_t kRoom = 4096; ///< rows a cluster may grow by at least
constexpr std::uint32_t kStep = 64; ///< numbers of a cluster begin at a multiple of it

std::uint32_t slotsOf(const ClusterSnapshot &cluster, TableKind table)
{
    return table == TableKind::Pods ? cluster.podSlots()
        : table == TableKind::Nodes ? cluster.nodeSlots()
                                    : cluster.workloadSlots();
}

} // namespace

RowNumbers::Cluster RowNumbers::describe(const ClusterSnapshot &cluster)
{
    return {cluster.id(), cluster.name(), cluster.status().orchestrator};
}

RowNumbers::RowNumbers(const Picture &picture, TableKind table)
{
    for (std::uint32_t i = 0; i < picture.clusters(); ++i) {
        const std::uint32_t slots = slotsOf(picture.cluster(i), table);
        m_clusters.push_back(describe(picture.cluster(i)));
        m_begin.push_back(m_begin.back() + (slots + std::max(kRoom, slots / 8) + kStep - 1) / kStep * kStep);
    }
    std::vector<std::uint32_t> order(picture.clusters());
    std::iota(order.begin(), order.end(), 0U);
    std::stable_sort(order.begin(), order.end(),
        [&](std::uint32_t a, std::uint32_t b) { return m_clusters[a].name < m_clusters[b].name; });
    m_rank.resize(order.size());
    for (std::uint32_t rank = 0; rank < order.size(); ++rank) {
        m_rank[order[rank]] = rank;
    }
}

bool RowNumbers::fit(const Picture &picture, TableKind table) const
{
    if (picture.clusters() != m_clusters.size()) {
        return false;
    }
    for (std::uint32_t i = 0; i < m_clusters.size(); ++i) {
        const ClusterSnapshot &cluster = picture.cluster(i);
        if (m_clusters[i] != describe(cluster) || slotsOf(cluster, table) > m_begin[i + 1] - m_begin[i]) {
            return false;
        }
    }
    return true;
}

} // namespace sextant
