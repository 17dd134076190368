// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/stringpool.h"
#include "core/base/units.h"
#include "core/fleet/columns.h"
#include "core/fleet/draft.h"
#include "core/fleet/ids.h"
#include "core/fleet/podusage.h"
#include "core/fleet/sketch.h"
#include "core/fleet/state.h"
#include "core/fleet/status.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sextant {

class ClusterSnapshot;
class PodRecord;

/// A condition as kept: words interned, the message in its record.
struct ConditionView {
    std::string_view type, status, reason, message;
    Time since = kNoTime;
};

struct TaintView {
    std::string_view key, value, effect;
    Time added = kNoTime;
};

using LabelViews = std::vector<std::pair<std::string_view, std::string_view>>; ///< sorted by key

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
    template <std::size_t Cell> decltype(auto) cell() const;
    template <std::size_t Cell> MilliCpu cpu() const;
    template <std::size_t Cell> Bytes memory() const;
    MilliCpu wideCpu(std::size_t cell) const; ///< from the record
    Bytes wideMemory(std::size_t cell) const;

    const ClusterSnapshot *m_cluster;
    std::uint32_t m_slot;
};

/// One node of a snapshot. Valid as long as the snapshot, as are the texts it gives out; cheap to copy. What maps and
/// sums ask for is a column read; of the rest the packed record is read up to what is sought (some ten nanoseconds).
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
    std::uint64_t revision() const; ///< the generation in which anything of it but its usage last changed
    /// Everything that was read of it, unpacked: for whoever looks at one node (some microseconds), not for all of
    /// them.
    NodeDraft draft() const;
    std::string uid() const;
    std::string_view name() const;
    std::string_view status() const;
    State state() const;
    bool silent() const;
    bool cordoned() const;
    std::string_view pool() const;
    std::string_view zone() const;
    std::string_view region() const;
    std::string_view instanceType() const;
    std::string_view team() const;
    std::string_view version() const;
    std::string_view internalIp() const;
    std::string_view externalIp() const;
    std::string_view osImage() const;
    std::string_view kernel() const;
    std::string_view runtime() const;
    std::string_view architecture() const;
    Time created() const;
    std::vector<std::string_view> roles() const;
    std::vector<TaintView> taints() const;
    std::vector<ConditionView> conditions() const;
    LabelViews labels() const;
    std::optional<double> loadAverage() const;
    Bytes memoryInUse() const;
    Time reported() const;
    MilliCpu cpuCapacity() const;
    Bytes memoryCapacity() const;
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
    template <auto Field, class Out> Out field() const;

    const ClusterSnapshot *m_cluster;
    std::uint32_t m_slot;
};

/// One workload of a snapshot; as NodeView.
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
    std::uint64_t revision() const; ///< the generation in which anything of it or of what it belongs to last changed
    /// Everything that was read of it, unpacked: for whoever looks at one workload, not for all of them.
    WorkloadDraft draft() const;
    std::string uid() const;
    WorkloadKind kind() const;
    std::string_view kindText() const;
    std::string_view name() const;
    std::string_view ns() const;
    State state() const;
    std::string_view status() const;
    Time created() const;
    Count desired() const;
    Count ready() const;
    Count updated() const;
    Count available() const;
    std::string_view version() const;
    std::string_view images() const;
    std::string_view containers() const;
    std::string_view jobName() const;
    std::vector<std::string_view> registrations() const;
    Labels labels() const;
    std::string_view schedule() const;
    Time lastSchedule() const;
    std::string_view completions() const;
    std::string_view revisionText() const; ///< deployment.kubernetes.io/revision
    std::string_view selector() const;
    std::string_view nodeSelector() const;
    std::vector<ConditionView> conditions() const;
    std::shared_ptr<const RolloutDraft> rollout() const; ///< of a deployment group, unpacked; null: none
    std::string_view rolloutStatus() const; ///< of that; empty: none
    std::string_view rolloutJob() const;
    std::uint32_t controllerSlot() const; ///< kNoSlot: topmost
    /// Topmost: what tables and roll-ups show (a ReplicaSet of a known Deployment is not).
    bool topmost() const { return controllerSlot() == kNoSlot; }
    std::string_view team() const; ///< its own, else its namespace's

private:
    template <auto Field, class Out> Out field() const;

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

// What is summed of every pod, inline.
template <std::size_t Cell> decltype(auto) PodView::cell() const { return m_cluster->m_pods.at<Cell>(m_slot); }
template <std::size_t Cell> MilliCpu PodView::cpu() const
{
    const auto packed = cell<Cell>();
    return packed == PackedCpu::kWide ? wideCpu(Cell) : PackedCpu::value(packed);
}
template <std::size_t Cell> Bytes PodView::memory() const
{
    const auto packed = cell<Cell>();
    return packed == PackedMemory::kWide ? wideMemory(Cell) : PackedMemory::value(packed);
}
inline bool PodView::counts() const { return (cell<PodCell::Flags>() & PodCounts) != 0; }
inline bool PodView::cpuUnlimited() const { return (cell<PodCell::Flags>() & PodCpuUnlimited) != 0; }
inline bool PodView::memoryUnlimited() const { return (cell<PodCell::Flags>() & PodMemoryUnlimited) != 0; }
inline MilliCpu PodView::cpuRequested() const { return cpu<PodCell::CpuRequested>(); }
inline MilliCpu PodView::cpuLimit() const { return cpu<PodCell::CpuLimit>(); }
inline Bytes PodView::memoryRequested() const { return memory<PodCell::MemoryRequested>(); }
inline Bytes PodView::memoryLimit() const { return memory<PodCell::MemoryLimit>(); }
inline MilliCpu PodView::cpuUsed() const { return m_cluster->m_podUsage.cpu(m_slot); }
inline Bytes PodView::memoryUsed() const { return m_cluster->m_podUsage.memory(m_slot); }
inline Time PodView::usageSampledAt() const { return unpackTime(m_cluster->m_podUsage.sampledAt(m_slot)); }

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
