// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/fleet/snapshot.h"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sextant {

/// Sums of one resource (CPU in millicores or memory in bytes).
/// capacity, allocatable: over nodes; unknown when no node tells. requested, limit: over the pods that count, each
/// rounded up by itself, 0 over nothing; requested is unknown when there are such pods and none of them declares it
/// (jobs of Helios). limit likewise for Helios, whose CPU has no limit at all: that sum is unknown even over nothing.
/// used: unknown when nothing was sampled.
struct ResourceSums {
    std::int64_t capacity = Count::kUnknown;
    std::int64_t allocatable = Count::kUnknown;
    std::int64_t requested = 0;
    /// The part of `requested` that stands against `allocatable`: of the orchestrators that have such a notion, so not
    /// of Helios. The numerator of every percentage of allocatable.
    std::int64_t charged = 0;
    std::int64_t limit = 0;
    std::int64_t used = Count::kUnknown;
    int undeclared = 0; ///< pods that count and do not declare it: `requested` is a lower bound
    int unlimited = 0; ///< pods that count and have a container without this limit
    int unsampled =
        0; ///< what should have a sample (a ready node, a running pod) and has none: `used` is a lower bound

    void add(const ResourceSums &other);
    /// What a bar, a chart or a percentage is drawn against: allocatable, and where there is no such notion (only
    /// Helios in it) the capacity. Say which: wholeIsCapacity().
    std::int64_t whole() const { return wholeIsCapacity() ? capacity : allocatable; }
    /// The part of `requested` that compares with whole(): `charged`, and without allocatable all of it.
    std::int64_t requestedOfWhole() const { return allocatable == Count::kUnknown ? requested : charged; }
    bool wholeIsCapacity() const { return allocatable == Count::kUnknown && capacity != Count::kUnknown; }
};

struct Sums {
    ResourceSums cpu, memory;
    int pods = 0; ///< that count (neither Succeeded nor Failed)
    std::int64_t podsAllocatable = Count::kUnknown;
    int nodes = 0;
    int nodesReady = 0;
    std::array<int, kStates> podStates{}; ///< all pods, by State
    std::array<int, kStates> nodeStates{};
    int podsTotal = 0; ///< all pods, finished ones included
    int podsReady = 0; ///< State::Ok
    int unscheduled = 0; ///< waiting without a node
    // Of Helios hosts that are up and tell: load as such (hundredths, one minute) and memory with its caches.
    std::int64_t loadHundredths = Count::kUnknown;
    std::int64_t memoryInUse = Count::kUnknown;

    void add(const Sums &other);
};
/// Adds to a sum of requests or limits, which starts at 0: what is known; unknown while nothing but unknowns came.
void addDeclared(std::int64_t &sum, std::int64_t value);
/// Adds one pod as every sum of pods counts it; `state` is pod.state(), which callers have at hand.
void addPod(Sums &sums, const PodView &pod, State state);

/// Everything that is summed over one cluster's snapshot, made in one pass. A pure function of the snapshot.
struct ClusterAccounting {
    Sums cluster; ///< used: of the nodes where they are sampled, else of the pods
    std::vector<Sums> byNode; ///< by node slot; nodes = 1
    std::vector<Sums>
        byWorkload; ///< by workload slot; filled for topmost ones; limit and used over the pods that count
    std::vector<Sums> byNamespace; ///< by namespace slot, of namespaces that are known as objects
    std::vector<std::uint32_t> podsOfNode; ///< pod slots grouped by node slot: [nodeStart[n], nodeStart[n + 1])
    std::vector<std::uint32_t> nodeStart; ///< nodeSlots() + 1 entries
    std::vector<std::uint32_t> podsOfWorkload; ///< likewise by topmost workload slot
    std::vector<std::uint32_t> workloadStart;
    std::vector<std::uint32_t> unscheduled; ///< pod slots without a node that still wait
};
ClusterAccounting account(const ClusterSnapshot &cluster);

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
    /// Sums what changed since `before` (accounting of clusters at the same generation is shared).
    Picture(Snapshot snapshot, const Picture *before);

    const Snapshot &snapshot() const { return m_snapshot; }
    const ClusterAccounting &accounting(std::size_t clusterIndex) const { return *m_accounting[clusterIndex]; }
    const ClusterAccounting *accounting(ClusterId id) const;
    std::size_t clusters() const { return m_snapshot.clusters().size(); }
    const ClusterSnapshot &cluster(std::size_t clusterIndex) const { return *m_snapshot.clusters()[clusterIndex]; }
    /// Sums over a scope. Under a namespace or team, capacity and allocatable stay the cluster's (label them so), and
    /// `used` is of the pods. Under a namespace Helios adds nothing.
    Sums sums(const Scope &scope) const;
    const Sums *of(const NodeId &id) const;
    const Sums *of(const WorkloadId &id) const;
    std::uint64_t changes() const; ///< sum of the clusters' change counters

private:
    Snapshot m_snapshot;
    std::vector<std::shared_ptr<const ClusterAccounting>> m_accounting;
};
using PicturePtr = std::shared_ptr<const Picture>;

} // namespace sextant
