// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fleet/snapshot.h"

#include "core/fleet/podrecord.h"

#include <algorithm>

namespace sextant {

namespace {

template <class Id, class View> std::optional<View> findIn(const ClusterSnapshot &cluster, const Id &id)
{
    const auto &columns = View::columns(cluster);
    if (id.cluster != cluster.id() || !columns.occupied(id.slot) || columns.birth(id.slot) != id.birth) {
        return std::nullopt;
    }
    return View(cluster, id.slot);
}

} // namespace

NamespaceId NamespaceView::id() const { return {m_cluster->id(), m_slot, m_cluster->m_namespaces.birth(m_slot)}; }
const NamespaceDraft &NamespaceView::draft() const { return *m_cluster->m_namespaces.at<NamespaceCell::Draft>(m_slot); }

std::optional<PodView> ClusterSnapshot::find(const PodId &id) const { return findIn<PodId, PodView>(*this, id); }
std::optional<NodeView> ClusterSnapshot::find(const NodeId &id) const { return findIn<NodeId, NodeView>(*this, id); }
std::optional<WorkloadView> ClusterSnapshot::find(const WorkloadId &id) const
{
    return findIn<WorkloadId, WorkloadView>(*this, id);
}
std::optional<NamespaceView> ClusterSnapshot::find(const NamespaceId &id) const
{
    return findIn<NamespaceId, NamespaceView>(*this, id);
}

std::optional<NodeView> ClusterSnapshot::nodeBySlot(std::uint32_t slot) const
{
    return m_nodes.occupied(slot) ? std::optional(NodeView(*this, slot)) : std::nullopt;
}

std::optional<WorkloadView> ClusterSnapshot::workloadBySlot(std::uint32_t slot) const
{
    return m_workloads.occupied(slot) ? std::optional(WorkloadView(*this, slot)) : std::nullopt;
}

const ClusterSnapshot *Snapshot::cluster(ClusterId id) const
{
    for (const auto &cluster : m_clusters) {
        if (cluster->id() == id) {
            return cluster.get();
        }
    }
    return nullptr;
}

std::optional<PodView> Snapshot::find(const PodId &id) const
{
    const auto *c = cluster(id.cluster);
    return c != nullptr ? c->find(id) : std::nullopt;
}
std::optional<NodeView> Snapshot::find(const NodeId &id) const
{
    const auto *c = cluster(id.cluster);
    return c != nullptr ? c->find(id) : std::nullopt;
}
std::optional<WorkloadView> Snapshot::find(const WorkloadId &id) const
{
    const auto *c = cluster(id.cluster);
    return c != nullptr ? c->find(id) : std::nullopt;
}
std::optional<NamespaceView> Snapshot::find(const NamespaceId &id) const
{
    const auto *c = cluster(id.cluster);
    return c != nullptr ? c->find(id) : std::nullopt;
}

bool Snapshot::sameAs(const Snapshot &other) const { return m_clusters == other.m_clusters; }

Delta podDelta(const ClusterSnapshot &before, const ClusterSnapshot &after)
{
    constexpr auto kRows = PodColumns::kRows;
    static_assert(PodUsage::kRows % kRows == 0);
    const auto shared = [](const auto &a, const auto &b, std::uint32_t slot, std::uint32_t rows) {
        const auto chunk = slot / rows;
        return chunk < a.chunks().size() && chunk < b.chunks().size() && a.chunks()[chunk] == b.chunks()[chunk];
    };
    Delta delta;
    const auto &old = PodView::columns(before);
    const auto &now = PodView::columns(after);
    const auto &oldUsage = PodView::usage(before);
    const auto &usage = PodView::usage(after);
    const auto slots = std::max(old.slots(), now.slots());
    for (std::uint32_t first = 0; first < slots; first += kRows) {
        const auto end = std::min(first + kRows, slots);
        const bool same = shared(old, now, first, kRows);
        const bool sameUsage = shared(oldUsage, usage, first, PodUsage::kRows);
        if (same && sameUsage) {
            continue;
        }
        for (auto slot = first; slot < end; ++slot) {
            const bool was = old.occupied(slot);
            const bool is = now.occupied(slot);
            const bool stayed = was && is && old.birth(slot) == now.birth(slot);
            if (was && !stayed) {
                delta.removed.push_back(slot);
            }
            if (is && !stayed) {
                delta.added.push_back(slot);
            }
            if (stayed && old.revision(slot) != now.revision(slot)) {
                delta.changed.push_back(slot);
            } else if (stayed && !sameUsage
                && (oldUsage.cpu(slot) != usage.cpu(slot) || oldUsage.memory(slot) != usage.memory(slot))) {
                delta.usage.push_back(slot);
            }
        }
    }
    return delta;
}

} // namespace sextant
