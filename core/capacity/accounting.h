// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/capacity/sharedtable.h"
#include "core/capacity/sums.h"
#include "core/capacity/tally.h"
#include "core/fleet/snapshot.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace sextant {

/// What is summed over some part of a cluster, and the pods in it.
struct AccountPart {
    PodTally tally;
    std::vector<std::uint32_t> pods; ///< slots, ascending
    std::uint64_t round = 0; ///< SharedTable
};

/// Such parts by the slots of what they belong to.
class AccountParts {
public:
    std::size_t size() const { return m_parts.size(); }
    /// Of a slot without anything in it: sums over nothing.
    Sums operator[](std::size_t slot) const
    {
        const AccountPart *part = m_parts.find(slot);
        return part != nullptr ? filled(*part) : m_nothing;
    }
    /// The slots of its pods, ascending.
    std::span<const std::uint32_t> pods(std::size_t slot) const
    {
        const AccountPart *part = m_parts.find(slot);
        return part != nullptr ? std::span(part->pods) : std::span<const std::uint32_t>();
    }
    /// Calls `see(slot, sums)` for each slot with something in it.
    template <class See> void each(See see) const
    {
        m_parts.each([&](std::size_t slot, const AccountPart &part) { see(slot, filled(part)); });
    }

private:
    friend class Accountant;
    Sums filled(const AccountPart &part) const
    {
        Sums sums = m_nothing;
        part.tally.fill(sums);
        return sums;
    }
    SharedTable<AccountPart> m_parts;
    Sums m_nothing;
};

/// The same of nodes, whose sums say of the node itself what it has and what it uses.
class NodeParts {
public:
    std::size_t size() const { return m_parts.size(); }
    /// @param node of the snapshot that was accounted
    Sums operator[](const NodeView &node) const
    {
        Sums sums = m_parts[node.slot()];
        addNode(sums, node);
        useNodeSample(sums, node);
        return sums;
    }
    /// The slots of the pods on it, ascending.
    std::span<const std::uint32_t> pods(std::size_t slot) const { return m_parts.pods(slot); }

private:
    friend class Accountant;
    AccountParts m_parts;
};

/// Everything that is summed over one cluster's snapshot. A pure function of the snapshot; accounts made from one
/// another share what did not change between their snapshots.
class ClusterAccounting {
public:
    Sums cluster; ///< used: of the nodes where they are sampled, else of the pods
    NodeParts byNode; ///< nodes = 1
    AccountParts byWorkload; ///< by slot of the topmost workload; limit and used over the pods that count
    AccountParts byNamespace; ///< by namespace slot, of namespaces that are known as objects; without their pods
    AccountParts byTeam; ///< of pods, by the StringId of their owner's name (Empty: none is said); without their pods
    std::size_t workloads = 0; ///< topmost ones: what tables and roll-ups show
    std::vector<std::uint32_t> unscheduled; ///< pod slots without a node that still wait, ascending

private:
    friend class Accountant;
    PodTally m_tally; ///< of the whole cluster
    Sums m_nodes; ///< what is said of its nodes
};
ClusterAccounting account(const ClusterSnapshot &cluster);
/// The same, from the account of an older snapshot of that cluster: costs in proportion to what changed.
ClusterAccounting account(
    const ClusterSnapshot &cluster, const ClusterSnapshot &before, const ClusterAccounting &accounting);

/// What every view narrows to. Empty members do not narrow.
struct Scope {
    ClusterId cluster = ClusterId::None;
    std::string ns;
    std::string pool; ///< of nodes; pods by the node they are on
    std::string team;
    auto operator<=>(const Scope &) const = default;
    bool whole() const { return cluster == ClusterId::None && ns.empty() && pool.empty() && team.empty(); }
    bool contains(const PodView &pod) const;
    /// Teams do not narrow nodes, nor do namespaces, but that a Helios host is in none: Helios has no namespaces.
    bool contains(const NodeView &node) const;
    bool contains(const WorkloadView &workload) const; ///< pools do not narrow workloads
};

/// A snapshot and its sums: what views, reports and commands draw from. Immutable, shared.
class Picture {
public:
    Picture();
    /// Sums what changed since `before`.
    Picture(Snapshot snapshot, const Picture *before);

    const Snapshot &snapshot() const { return m_snapshot; }
    const ClusterAccounting &accounting(std::size_t clusterIndex) const { return *m_accounting[clusterIndex]; }
    const ClusterAccounting *accounting(ClusterId id) const;
    std::size_t clusters() const { return m_snapshot.clusters().size(); }
    const ClusterSnapshot &cluster(std::size_t clusterIndex) const { return *m_snapshot.clusters()[clusterIndex]; }
    /// Sums over a scope. Under a namespace or team, capacity and allocatable stay the cluster's (label them so), and
    /// `used` is of the pods. Under a namespace Helios adds nothing.
    Sums sums(const Scope &scope) const;
    std::optional<Sums> of(const NodeId &id) const;
    std::optional<Sums> of(const WorkloadId &id) const;
    std::uint64_t changes() const; ///< sum of the clusters' change counters

private:
    Snapshot m_snapshot;
    std::vector<std::shared_ptr<const ClusterAccounting>> m_accounting;
};
using PicturePtr = std::shared_ptr<const Picture>;

} // namespace sextant
