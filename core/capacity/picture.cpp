// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/capacity/accounting.h"

namespace sextant {

namespace detail {
Sums scopedSums(const ClusterSnapshot &cluster, const Scope &scope);
}

namespace {

std::optional<Sums> namespaceSums(
    const ClusterSnapshot &cluster, const ClusterAccounting &accounting, const std::string &name)
{
    for (const NamespaceView ns : cluster.namespaces()) {
        if (ns.draft().name == name) {
            return accounting.byNamespace[ns.slot()];
        }
    }
    return std::nullopt;
}

} // namespace

Picture::Picture() = default;

Picture::Picture(Snapshot snapshot, const Picture *before)
    : m_snapshot(std::move(snapshot))
{
    m_accounting.reserve(m_snapshot.clusters().size());
    for (const auto &cluster : m_snapshot.clusters()) {
        std::shared_ptr<const ClusterAccounting> accounting;
        for (std::size_t i = 0; before != nullptr && i < before->clusters(); ++i) {
            const ClusterSnapshot &old = before->cluster(i);
            if (old.id() != cluster->id()) {
                continue;
            }
            accounting = old.dataGeneration() == cluster->dataGeneration()
                ? before->m_accounting[i]
                : std::make_shared<const ClusterAccounting>(account(*cluster, old, *before->m_accounting[i]));
        }
        m_accounting.push_back(
            accounting ? std::move(accounting) : std::make_shared<const ClusterAccounting>(account(*cluster)));
    }
}

const ClusterAccounting *Picture::accounting(ClusterId id) const
{
    for (std::size_t i = 0; i < clusters(); ++i) {
        if (cluster(i).id() == id) {
            return m_accounting[i].get();
        }
    }
    return nullptr;
}

Sums Picture::sums(const Scope &scope) const
{
    Sums sums;
    for (std::size_t i = 0; i < clusters(); ++i) {
        if (scope.cluster != ClusterId::None && cluster(i).id() != scope.cluster) {
            continue;
        }
        if (!scope.ns.empty() && cluster(i).status().orchestrator == Orchestrator::Helios) {
            continue;
        }
        const ClusterAccounting &own = *m_accounting[i];
        if (scope.pool.empty() && scope.team.empty()) {
            if (scope.ns.empty()) {
                sums.add(own.cluster);
                continue;
            }
            if (auto part = namespaceSums(cluster(i), own, scope.ns)) {
                // Allocatable stays the cluster's: a namespace has none of its own.
                part->takeNodes(own.cluster);
                sums.add(*part);
                continue;
            }
        }
        sums.add(detail::scopedSums(cluster(i), scope));
    }
    return sums;
}

std::optional<Sums> Picture::of(const NodeId &id) const
{
    const auto *sums = accounting(id.cluster);
    const auto node = m_snapshot.find(id);
    return sums != nullptr && node ? std::optional(sums->byNode[*node]) : std::nullopt;
}

std::optional<Sums> Picture::of(const WorkloadId &id) const
{
    const auto *sums = accounting(id.cluster);
    return sums != nullptr && m_snapshot.find(id) ? std::optional(sums->byWorkload[id.slot]) : std::nullopt;
}

std::uint64_t Picture::changes() const
{
    std::uint64_t sum = 0;
    for (const auto &cluster : m_snapshot.clusters()) {
        sum += cluster->status().changes;
    }
    return sum;
}

} // namespace sextant
