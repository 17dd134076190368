// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/stringpool.h"
#include "core/base/units.h"
#include "core/fleet/columns.h"
#include "core/fleet/draft.h"
#include "core/fleet/ids.h"
#include "core/fleet/sketch.h"
#include "core/fleet/state.h"
#include "core/fleet/status.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sextant {

class ClusterSnapshot;
class PodRecord;

/// A condition as kept: words interned, the message in its record.
struct ConditionView {
    std::string_view type, status, reason, message;
    Time since = kNoTime;
};

struct ContainerView {
    ContainerKind kind = ContainerKind::Regular;
    ContainerState state = ContainerState::Unknown;
    bool ready = false;
    std::string_view name, image, reason, message;
    Time since = kNoTime;
    int exitCode = 0;
    std::uint32_t restarts = 0;
    bool hasLast = false;
    std::string_view lastReason;
    int lastExitCode = 0;
    int lastSignal = 0;
    Time lastFinished = kNoTime;
    MilliCpu cpuRequest, cpuLimit;
    Bytes memoryRequest, memoryLimit;
};

/// One pod of a snapshot. Valid as long as the snapshot, as are the texts it gives out; cheap to copy. What tables sort
/// and sums add up is a column read; of the rest a packed record is read (some ten nanoseconds).
class PodView {
public:
    static const PodColumns::View &columns(const ClusterSnapshot &cluster);
    static const PodUsage::View &usage(const ClusterSnapshot &cluster);
    PodView(const ClusterSnapshot &cluster, std::uint32_t slot)
        : m_cluster(&cluster)
        , m_slot(slot)
    {
    }
    const ClusterSnapshot &cluster() const { return *m_cluster; }
    std::uint32_t slot() const { return m_slot; }
    PodId id() const;
    std::uint64_t revision() const; ///< the generation in which anything of it but its usage last changed
    std::string_view name() const;
    std::string_view ns() const;
    std::string uid() const;
    std::string resourceVersion() const;
    Time created() const;
    Time deleted() const;
    std::string_view node() const; ///< empty: not scheduled
    std::uint32_t nodeSlot() const; ///< kNoSlot: not scheduled or the node is not known
    std::string_view nominatedNode() const;
    std::string_view ip() const;
    std::string_view hostIp() const;
    std::string_view phase() const;
    std::string_view qos() const;
    std::string_view status() const;
    /// The class of its own status; Unknown when its node has fallen silent and it claims to run.
    State state() const;
    int ready() const;
    bool readyKnown() const; ///< false: ready() means nothing
    bool restartsKnown() const; ///< false: restarts() means nothing
    int containersTotal() const;
    std::uint32_t restarts() const;
    Time lastRestart() const;
    std::string_view readinessGates() const;
    std::string_view priorityClass() const;
    std::string_view serviceAccount() const;
    bool counts() const;
    bool scheduled() const { return !node().empty(); }
    MilliCpu cpuRequested() const, cpuLimit() const, cpuUsed() const;
    Bytes memoryRequested() const, memoryLimit() const, memoryUsed() const;
    Time usageSampledAt() const;
    bool cpuUnlimited() const; ///< at least one container has no CPU limit
    bool memoryUnlimited() const;
    std::vector<std::string_view> unlimitedCpu() const;
    std::vector<std::string_view> unlimitedMemory() const;
    std::uint32_t controllerSlot() const; ///< the direct controller in workloads(); kNoSlot: none or not known
    std::uint32_t workloadSlot() const; ///< the topmost controller that is known; kNoSlot: none known
    std::string_view workloadKind() const; ///< of the topmost known, else the direct owner's words; empty: none
    std::string_view workloadName() const;
    std::string_view team() const; ///< its own, its workload's, its namespace's; empty: none
    std::string_view statusMessage() const;
    std::vector<ConditionView> conditions() const;
    std::vector<ContainerView> containers() const;

private:
    PodRecord record() const;

    const ClusterSnapshot *m_cluster;
    std::uint32_t m_slot;
};

class NodeView {
public:
    static const NodeColumns::View &columns(const ClusterSnapshot &cluster);
    NodeView(const ClusterSnapshot &cluster, std::uint32_t slot)
        : m_cluster(&cluster)
        , m_slot(slot)
    {
    }
    const ClusterSnapshot &cluster() const { return *m_cluster; }
    std::uint32_t slot() const { return m_slot; }
    NodeId id() const;
    std::uint64_t revision() const;
    const NodeDraft &draft() const; ///< everything that was read of it
    std::string_view name() const { return draft().name; }
    State state() const { return draft().state; }
    std::string_view pool() const { return draft().pool; }
    std::string_view zone() const { return draft().zone; }
    /// Denominators: allocatable, where the node has no such map capacity; unknown when its key is missing.
    MilliCpu cpuAllocatable() const;
    Bytes memoryAllocatable() const;
    /// What its bars and its size are drawn against: allocatable, where the orchestrator has no such notion (Helios)
    /// the capacity. Say which: wholeIsCapacity().
    MilliCpu cpuWhole() const;
    Bytes memoryWhole() const;
    bool wholeIsCapacity() const;
    Count podsAllocatable() const;
    MilliCpu cpuUsed() const;
    Bytes memoryUsed() const;
    Time usageSampledAt() const;

private:
    const ClusterSnapshot *m_cluster;
    std::uint32_t m_slot;
};

class WorkloadView {
public:
    static const WorkloadColumns::View &columns(const ClusterSnapshot &cluster);
    WorkloadView(const ClusterSnapshot &cluster, std::uint32_t slot)
        : m_cluster(&cluster)
        , m_slot(slot)
    {
    }
    const ClusterSnapshot &cluster() const { return *m_cluster; }
    std::uint32_t slot() const { return m_slot; }
    WorkloadId id() const;
    std::uint64_t revision() const;
    const WorkloadDraft &draft() const;
    WorkloadKind kind() const { return draft().kind; }
    std::string_view name() const { return draft().name; }
    std::string_view ns() const { return draft().ns; }
    State state() const { return draft().state; }
    std::uint32_t controllerSlot() const; ///< kNoSlot: topmost
    /// Topmost: what tables and roll-ups show (a ReplicaSet of a known Deployment is not).
    bool topmost() const { return controllerSlot() == kNoSlot; }
    std::string_view team() const; ///< its own, else its namespace's

private:
    const ClusterSnapshot *m_cluster;
    std::uint32_t m_slot;
};

class NamespaceView {
public:
    static const NamespaceColumns::View &columns(const ClusterSnapshot &cluster);
    NamespaceView(const ClusterSnapshot &cluster, std::uint32_t slot)
        : m_cluster(&cluster)
        , m_slot(slot)
    {
    }
    NamespaceId id() const;
    std::uint32_t slot() const { return m_slot; }
    const NamespaceDraft &draft() const;

private:
    const ClusterSnapshot *m_cluster;
    std::uint32_t m_slot;
};

/// Walks the occupied slots of one kind: `for (PodView pod : cluster.pods())`. Order: by slot, which means nothing.
template <class View> class ViewRange {
public:
    class iterator {
    public:
        iterator(const ClusterSnapshot *cluster, std::uint32_t slot)
            : m_cluster(cluster)
            , m_slot(slot)
        {
        }
        View operator*() const { return View(*m_cluster, m_slot); }
        iterator &operator++();
        bool operator==(const iterator &other) const { return m_slot == other.m_slot; }

    private:
        const ClusterSnapshot *m_cluster;
        std::uint32_t m_slot;
    };
    explicit ViewRange(const ClusterSnapshot &cluster)
        : m_cluster(&cluster)
    {
    }
    iterator begin() const;
    iterator end() const;
    std::size_t size() const; ///< occupied
    bool empty() const { return size() == 0; }

private:
    const ClusterSnapshot *m_cluster;
};

/// One cluster at one moment; immutable and shared. Structure is shared with the snapshots before and after it.
/// Threads: any; no locks.
class ClusterSnapshot {
public:
    ClusterId id() const { return m_id; }
    std::uint64_t generation() const { return m_generation; } ///< grows with every publication of this cluster
    /// Grows only when a row changed: two snapshots with the same one differ in their status at most.
    std::uint64_t dataGeneration() const { return m_dataGeneration; }
    const ClusterStatus &status() const { return *m_status; }
    const std::string &name() const { return m_status->name; }
    const StringPool &strings() const { return *m_strings; }

    ViewRange<PodView> pods() const { return ViewRange<PodView>(*this); }
    ViewRange<NodeView> nodes() const { return ViewRange<NodeView>(*this); }
    ViewRange<WorkloadView> workloads() const { return ViewRange<WorkloadView>(*this); }
    ViewRange<NamespaceView> namespaces() const { return ViewRange<NamespaceView>(*this); }
    /// One past the last slot in use: sizes a vector indexed by slot.
    std::uint32_t podSlots() const { return m_pods.slots(); }
    std::uint32_t nodeSlots() const { return m_nodes.slots(); }
    std::uint32_t workloadSlots() const { return m_workloads.slots(); }
    std::uint32_t namespaceSlots() const { return m_namespaces.slots(); }

    /// The object of that identity, or nothing when it is gone (or another was born in its slot).
    std::optional<PodView> find(const PodId &id) const;
    std::optional<NodeView> find(const NodeId &id) const;
    std::optional<WorkloadView> find(const WorkloadId &id) const;
    std::optional<NamespaceView> find(const NamespaceId &id) const;
    std::optional<NodeView> nodeBySlot(std::uint32_t slot) const;
    std::optional<WorkloadView> workloadBySlot(std::uint32_t slot) const;
    /// Where the pods are while they are still being read for the first time; null: the pods themselves say it.
    const PodSketch *sketch() const { return m_sketch.get(); }

private:
    friend class ClusterStore;
    friend class PodView;
    friend class NodeView;
    friend class WorkloadView;
    friend class NamespaceView;
    template <class View> friend class ViewRange;

    ClusterId m_id = ClusterId::None;
    std::uint64_t m_generation = 0;
    std::uint64_t m_dataGeneration = 0;
    std::shared_ptr<const ClusterStatus> m_status;
    std::shared_ptr<const StringPool> m_strings;
    PodColumns::View m_pods;
    PodUsage::View m_podUsage;
    NodeColumns::View m_nodes;
    WorkloadColumns::View m_workloads;
    NamespaceColumns::View m_namespaces;
    PodSketchPtr m_sketch;
};
using ClusterSnapshotPtr = std::shared_ptr<const ClusterSnapshot>;

/// All clusters at one moment, in the order they were added.
class Snapshot {
public:
    Snapshot() = default;
    explicit Snapshot(std::vector<ClusterSnapshotPtr> clusters)
        : m_clusters(std::move(clusters))
    {
    }
    const std::vector<ClusterSnapshotPtr> &clusters() const { return m_clusters; }
    const ClusterSnapshot *cluster(ClusterId id) const;
    std::optional<PodView> find(const PodId &id) const;
    std::optional<NodeView> find(const NodeId &id) const;
    std::optional<WorkloadView> find(const WorkloadId &id) const;
    std::optional<NamespaceView> find(const NamespaceId &id) const;
    /// The same clusters at the same generations: nothing changed in between.
    bool sameAs(const Snapshot &other) const;

private:
    std::vector<ClusterSnapshotPtr> m_clusters;
};

/// What changed between two snapshots of one cluster, found by the structure they do not share.
struct Delta {
    std::vector<std::uint32_t> added, changed, removed; ///< slots; removed are of the older snapshot
    std::vector<std::uint32_t> usage; ///< only the usage moved
    bool empty() const { return added.empty() && changed.empty() && removed.empty() && usage.empty(); }
};
Delta podDelta(const ClusterSnapshot &before, const ClusterSnapshot &after);

inline const PodColumns::View &PodView::columns(const ClusterSnapshot &cluster) { return cluster.m_pods; }
inline const PodUsage::View &PodView::usage(const ClusterSnapshot &cluster) { return cluster.m_podUsage; }
inline const NodeColumns::View &NodeView::columns(const ClusterSnapshot &cluster) { return cluster.m_nodes; }
inline const WorkloadColumns::View &WorkloadView::columns(const ClusterSnapshot &cluster)
{
    return cluster.m_workloads;
}
inline const NamespaceColumns::View &NamespaceView::columns(const ClusterSnapshot &cluster)
{
    return cluster.m_namespaces;
}

template <class View> typename ViewRange<View>::iterator &ViewRange<View>::iterator::operator++()
{
    m_slot = View::columns(*m_cluster).nextOccupied(m_slot + 1);
    return *this;
}
template <class View> typename ViewRange<View>::iterator ViewRange<View>::begin() const
{
    return iterator(m_cluster, View::columns(*m_cluster).nextOccupied(0));
}
template <class View> typename ViewRange<View>::iterator ViewRange<View>::end() const
{
    return iterator(m_cluster, View::columns(*m_cluster).slots());
}
template <class View> std::size_t ViewRange<View>::size() const { return View::columns(*m_cluster).size(); }

} // namespace sextant
