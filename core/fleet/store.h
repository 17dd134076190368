// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/fleet/draft.h"
#include "core/fleet/keptrows.h"
#include "core/fleet/ownership.h"
#include "core/fleet/slottable.h"
#include "core/fleet/snapshot.h"
#include "core/fleet/status.h"

#include <array>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace sextant {

/// The model of one cluster and its only writer: the feed's thread. Joins what belongs together (pod to node,
/// controller chain, team) whatever order it arrives in, and publishes immutable snapshots. Threads: everything but
/// current() on the feed's thread; current() from any thread (a lock held for the copy of a pointer).
class ClusterStore {
public:
    ClusterStore(ClusterId id, std::shared_ptr<StringPool> strings);
    ~ClusterStore();
    ClusterStore(const ClusterStore &) = delete;
    ClusterStore &operator=(const ClusterStore &) = delete;

    ClusterId id() const { return m_id; }

    // Objects, keyed by uid; the newest wins.
    void upsert(const PodDraft &pod);
    void upsert(NodeDraft node);
    std::uint32_t upsert(WorkloadDraft workload); ///< its slot
    void upsert(NamespaceDraft ns);
    /// False if no such object is held.
    bool remove(ResourceKind kind, std::string_view uid);

    // A whole list: rows of that kind that are not upserted between begin and end are dropped at the end, by uid;
    // abandon keeps everything (the list broke off). `ns`: only rows of that namespace are part of the list.
    void beginReplace(ResourceKind kind, const std::string &ns = {});
    void endReplace(ResourceKind kind, const std::string &ns = {});
    void abandonReplace(ResourceKind kind, const std::string &ns = {});
    /// Drops every row of a kind (another cluster answers under the same address).
    void clear(ResourceKind kind);

    /// One sample of a round, of a node (kind NodeMetrics) or a pod (PodMetrics). It finds its row by name; one that
    /// names nothing here, or a pod that has ended, is left out. Pods show theirs from the end of the round on: all of
    /// them change in it, and are copied once.
    void addUsage(ResourceKind kind, const UsageDraft &sample, Time now);
    /// The end of a round: what had no sample keeps its last one for `keep` and is unknown after that.
    void endUsage(ResourceKind kind, Time now, std::chrono::seconds keep = std::chrono::seconds(120));
    /// A whole round.
    void setUsage(ResourceKind kind, const std::vector<UsageDraft> &samples, Time now);
    /// Usage is no longer to be had: every used figure is unknown from now on.
    void clearUsage(ResourceKind kind);

    /// The words of this cluster's snapshots by their numbers.
    StringPool &strings() { return *m_strings; }
    /// What stands in for pods that are not read yet; null: nothing any more.
    void setSketch(PodSketchPtr sketch);

    // What an earlier run kept, put into an empty store before its feed starts: namespaces are upserted as ever, then
    // come nodes, workloads and pods, then the rest. Until a kind's list has ended its rows stand and readers see it as
    // Stale; what the list did not bring is dropped then.
    void restore(const KeptNode &node);
    std::uint32_t restore(const KeptWorkload &workload); ///< its slot; no controller is found yet
    void joinRestored(); ///< the workloads, once all are there, which is before the first pod
    void restore(const KeptPod &pod);
    void restored(KeptPicture picture);
    /// Finds its pods by uid, name and owner from now on. What is written finds them, too, but then that waits for it:
    /// call it once the picture is published.
    void indexRestored();
    /// It was not whole: all rows go.
    void forgetRows();

    /// How the cluster is reached; edit and publish. Of a kept picture nothing is said here: see ClusterStatus::kept.
    ClusterStatus &status()
    {
        m_statusDirty = true;
        return m_status;
    }
    const ClusterStatus &status() const { return m_status; }

    /// Makes what was written so far visible. Cheap when nothing changed; call at most some ten times a second.
    void publish();
    /// The last publication; never null.
    ClusterSnapshotPtr current() const;
    /// Called after each publication that changed something, on the feed's thread; must not block. Set before the feed
    /// starts.
    void onPublished(std::function<void()> callback) { m_published = std::move(callback); }

    std::size_t count(ResourceKind kind) const;

private:
    using Index = std::unordered_map<Uid, std::uint32_t, UidHash>;
    struct Replace {
        ResourceKind kind = ResourceKind::Pods;
        StringId ns = StringId::Empty; ///< Empty: the whole cluster
        std::vector<bool> seen; ///< by slot
        bool kept = false; ///< not a list: seen since a kept picture was put in
    };

    void markSeen(ResourceKind kind, std::uint32_t slot);
    static bool isList(const Replace &replace, ResourceKind kind, StringId ns);
    bool inList(ResourceKind kind, std::uint32_t slot, StringId ns) const;
    void dropUnseen(const Replace &replace);
    void removePod(std::uint32_t slot);
    void removeNode(std::uint32_t slot);
    void removeWorkload(std::uint32_t slot);
    void removeNamespace(std::uint32_t slot);
    void upsertBarePod(const PodDraft &pod);
    std::uint32_t findPod(Uid uid);
    std::uint32_t findPod(std::string_view ns, std::string_view name);
    std::uint32_t podOfSample(std::string_view ns, std::string_view name);
    void takeSamples();
    void setNodeUsage(std::uint32_t slot, MilliCpu cpu, Bytes memory, PackedTime at);
    std::uint64_t podNameHash(std::uint32_t slot) const;
    void placePods(); ///< finds the node of every pod, after nodes came or went
    void countWorkload(std::uint32_t slot, int by); ///< in m_listed
    std::uint32_t topmost(std::uint32_t workloadSlot) const;
    void joinPod(std::uint32_t podSlot); ///< controller and topmost workload of a pod
    void joinPodsOf(std::uint32_t workloadSlot); ///< of all pods below a workload
    void joinWorkload(std::uint32_t workloadSlot);
    StringId teamOfNamespace(StringId ns) const;
    void endKept();
    void endKept(ResourceKind kind);
    ClusterStatus shownStatus() const;

    ClusterId m_id;
    std::shared_ptr<StringPool> m_strings;
    ClusterStatus m_status;
    bool m_statusDirty = true;
    bool m_dirty = true;
    bool m_nodesMoved = false; ///< pods have not found their nodes again yet
    bool m_unindexed = false; ///< pods stand in no index yet
    std::uint32_t m_generation = 1; ///< of what is being written
    std::uint64_t m_dataGeneration = 1;

    PodColumns m_pods;
    PodUsage m_podUsage;
    NodeColumns m_nodes;
    WorkloadColumns m_workloads;
    NamespaceColumns m_namespaces;
    SlotTable m_podByUid, m_podByName; ///< by name: as samples of usage name them
    Index m_nodeIndex, m_workloadIndex, m_namespaceIndex;
    std::unordered_map<StringId, std::uint32_t> m_nodeByName;
    std::unordered_map<StringId, std::uint32_t> m_namespaceByName;
    Ownership m_podOwners, m_workloadOwners;
    /// Pods in the order of the last round of samples, which the next one mostly has as well.
    std::vector<std::uint32_t> m_sampled;
    std::size_t m_sampledAt = 0; ///< where the round under way stands in it
    /// What the round under way is to write; of a pod that has gone since its sample came: another entry, at 0.
    struct PodSample {
        MilliCpu cpu;
        Bytes memory;
        std::uint32_t slot = 0;
        PackedTime at = 0;
    };
    std::vector<PodSample> m_sampling;
    std::string m_record; ///< a row being packed
    std::array<std::size_t, kResourceKinds> m_listed{}; ///< workloads, by the list they come in
    std::vector<Replace> m_replaces;
    PodSketchPtr m_sketch;
    std::unique_ptr<KeptPicture> m_kept; ///< of the kinds that are not Waiting; null: all is of this run

    mutable std::mutex m_currentMutex;
    ClusterSnapshotPtr m_current;
    std::function<void()> m_published;
};

/// The clusters of this run. Threads: any.
class FleetStore {
public:
    FleetStore();
    /// What the pool of every fleet begins with, in this order: words that nearly every pod says.
    static std::span<const std::string_view> commonWords();
    /// A new cluster at the end of the order. @param prepare puts in what is known before anybody sees it; takes as
    /// long as it likes.
    std::shared_ptr<ClusterStore> add(const std::function<void(ClusterStore &)> &prepare = {});
    void remove(ClusterId id);
    Snapshot snapshot() const;
    /// Called when any cluster published or the set of clusters changed; from any thread, must not block.
    void onChanged(std::function<void()> callback);

private:
    mutable std::mutex m_mutex;
    std::shared_ptr<StringPool> m_strings;
    std::vector<std::shared_ptr<ClusterStore>> m_clusters;
    std::uint32_t m_last = 0;
    std::shared_ptr<std::function<void()>> m_changed;
};

} // namespace sextant
