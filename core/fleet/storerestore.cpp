// SPDX-License-Identifier: GPL-3.0-or-later
// What an earlier run kept of a cluster: put into the store, shown as old, and dropped as the new lists end.
#include "core/fleet/store.h"

#include "core/fleet/draftrecord.h"
#include "core/fleet/keptrows.h"
#include "core/fleet/podrecord.h"

#include <algorithm>

namespace sextant {

KeptNode keptNode(const NodeView &node)
{
    const auto &columns = NodeView::columns(node.cluster());
    const auto slot = node.slot();
    KeptNode kept;
    kept.uid = columns.at<NodeCell::Uid>(slot);
    kept.name = columns.at<NodeCell::Name>(slot);
    kept.pool = columns.at<NodeCell::Pool>(slot);
    kept.zone = columns.at<NodeCell::Zone>(slot);
    kept.state = columns.at<NodeCell::State>(slot);
    kept.flags = columns.at<NodeCell::Flags>(slot);
    kept.cpuCapacity = columns.at<NodeCell::CpuCapacity>(slot);
    kept.cpuAllocatable = columns.at<NodeCell::CpuAllocatable>(slot);
    kept.memoryCapacity = columns.at<NodeCell::MemoryCapacity>(slot);
    kept.memoryAllocatable = columns.at<NodeCell::MemoryAllocatable>(slot);
    kept.podsAllocatable = columns.at<NodeCell::PodsAllocatable>(slot);
    kept.cpuUsed = columns.at<NodeCell::CpuUsed>(slot);
    kept.memoryUsed = columns.at<NodeCell::MemoryUsed>(slot);
    kept.usageTime = columns.at<NodeCell::UsageTime>(slot);
    kept.record = columns.at<NodeCell::Record>(slot);
    return kept;
}

KeptWorkload keptWorkload(const WorkloadView &workload)
{
    const auto &columns = WorkloadView::columns(workload.cluster());
    const auto slot = workload.slot();
    KeptWorkload kept;
    kept.uid = columns.at<WorkloadCell::Uid>(slot);
    kept.ns = columns.at<WorkloadCell::Namespace>(slot);
    kept.kindText = columns.at<WorkloadCell::KindText>(slot);
    kept.kind = columns.at<WorkloadCell::Kind>(slot);
    kept.state = columns.at<WorkloadCell::State>(slot);
    kept.record = columns.at<WorkloadCell::Record>(slot);
    const auto owner =
        fieldIn<WorkloadDraft, &WorkloadDraft::controller, OwnerDraft>(kept.record, workload.cluster().strings());
    kept.owner = owner.uid.empty() ? Uid{} : packUid(owner.uid);
    return kept;
}

KeptPod keptPod(const PodView &pod)
{
    const auto &columns = PodView::columns(pod.cluster());
    const auto &usage = PodView::usage(pod.cluster());
    const auto slot = pod.slot();
    KeptPod kept;
    kept.uid = columns.at<PodCell::Uid>(slot);
    kept.ns = columns.at<PodCell::Namespace>(slot);
    kept.node = columns.at<PodCell::Node>(slot);
    kept.status = columns.at<PodCell::Status>(slot);
    kept.team = columns.at<PodCell::Team>(slot);
    kept.state = columns.at<PodCell::State>(slot);
    kept.flags = columns.at<PodCell::Flags>(slot);
    kept.ready = columns.at<PodCell::Ready>(slot);
    kept.total = columns.at<PodCell::Total>(slot);
    kept.restarts = columns.at<PodCell::Restarts>(slot);
    kept.created = columns.at<PodCell::Created>(slot);
    kept.cpuRequested = columns.at<PodCell::CpuRequested>(slot);
    kept.cpuLimit = columns.at<PodCell::CpuLimit>(slot);
    kept.memoryRequested = columns.at<PodCell::MemoryRequested>(slot);
    kept.memoryLimit = columns.at<PodCell::MemoryLimit>(slot);
    kept.cpuUsed = usage.at<PodUsageCell::Cpu>(slot);
    kept.memoryUsed = usage.at<PodUsageCell::Memory>(slot);
    kept.usageTime = usage.at<PodUsageCell::Time>(slot);
    kept.controller = columns.at<PodCell::ControllerSlot>(slot);
    kept.record = columns.at<PodCell::Record>(slot);
    kept.owned = PodRecord(kept.record, kept.created).ownerKind != StringId::Empty;
    return kept;
}

void ClusterStore::restore(const KeptNode &node)
{
    const Uid uid = node.uid.high != 0
        ? node.uid
        : packUid(fieldIn<NodeDraft, &NodeDraft::uid, std::string>(node.record, *m_strings));
    if (m_nodeIndex.contains(uid)) {
        return;
    }
    const auto slot = m_nodes.add(m_generation);
    m_nodeIndex.emplace(uid, slot);
    m_nodeByName[node.name] = slot;
    auto row = m_nodes.row(slot);
    row.set<NodeCell::Record>(node.record);
    row.set<NodeCell::Uid>(uid);
    row.set<NodeCell::Name>(node.name);
    row.set<NodeCell::State>(node.state);
    row.set<NodeCell::Flags>(node.flags);
    row.set<NodeCell::Pool>(node.pool);
    row.set<NodeCell::Zone>(node.zone);
    row.set<NodeCell::CpuCapacity>(node.cpuCapacity);
    row.set<NodeCell::CpuAllocatable>(node.cpuAllocatable);
    row.set<NodeCell::MemoryCapacity>(node.memoryCapacity);
    row.set<NodeCell::MemoryAllocatable>(node.memoryAllocatable);
    row.set<NodeCell::PodsAllocatable>(node.podsAllocatable);
    row.set<NodeCell::CpuUsed>(node.usageTime != 0 ? node.cpuUsed : Count::kUnknown);
    row.set<NodeCell::MemoryUsed>(node.usageTime != 0 ? node.memoryUsed : Count::kUnknown);
    row.set<NodeCell::UsageTime>(node.usageTime);
    m_nodesMoved = true;
    m_dirty = true;
}

std::uint32_t ClusterStore::restore(const KeptWorkload &workload)
{
    const Uid uid = workload.uid.high != 0
        ? workload.uid
        : packUid(fieldIn<WorkloadDraft, &WorkloadDraft::uid, std::string>(workload.record, *m_strings));
    if (const auto twice = m_workloadIndex.find(uid); twice != m_workloadIndex.end()) {
        return twice->second;
    }
    const auto slot = m_workloads.add(m_generation);
    m_workloadIndex.emplace(uid, slot);
    auto row = m_workloads.row(slot);
    row.set<WorkloadCell::Record>(workload.record);
    row.set<WorkloadCell::Uid>(uid);
    row.set<WorkloadCell::Namespace>(workload.ns);
    row.set<WorkloadCell::KindText>(workload.kindText);
    row.set<WorkloadCell::Kind>(workload.kind);
    row.set<WorkloadCell::State>(workload.state);
    row.set<WorkloadCell::ControllerSlot>(kNoSlot);
    countWorkload(slot, 1);
    m_workloadOwners.set(slot, workload.owner);
    m_dirty = true;
    return slot;
}

void ClusterStore::joinRestored()
{
    for (std::uint32_t slot = 0; slot < m_workloads.slots(); ++slot) {
        if (m_workloads.occupied(slot)) {
            joinWorkload(slot);
        }
    }
}

void ClusterStore::restore(const KeptPod &pod)
{
    const Uid uid = pod.uid.high != 0 ? pod.uid : packUid(PodRecord(pod.record, pod.created).uid);
    const auto slot = m_pods.add(m_generation);
    if (slot == m_podUsage.slots()) {
        m_podUsage.grow();
    }
    if (pod.usageTime != 0) {
        setPodUsage(slot, MilliCpu(pod.cpuUsed), Bytes(pod.memoryUsed), pod.usageTime);
    } else {
        setPodUsage(slot, {}, {}, 0);
    }
    auto row = m_pods.row(slot);
    row.set<PodCell::Uid>(uid);
    row.set<PodCell::Record>(pod.record);
    row.set<PodCell::Namespace>(pod.ns);
    row.set<PodCell::Node>(pod.node);
    row.set<PodCell::NodeSlot>(kNoSlot); // found when it is published
    row.set<PodCell::Status>(pod.status);
    row.set<PodCell::State>(pod.state);
    row.set<PodCell::Flags>(pod.flags);
    row.set<PodCell::Ready>(pod.ready);
    row.set<PodCell::Total>(pod.total);
    row.set<PodCell::Restarts>(pod.restarts);
    row.set<PodCell::Created>(pod.created);
    row.set<PodCell::CpuRequested>(pod.cpuRequested);
    row.set<PodCell::CpuLimit>(pod.cpuLimit);
    row.set<PodCell::MemoryRequested>(pod.memoryRequested);
    row.set<PodCell::MemoryLimit>(pod.memoryLimit);
    row.set<PodCell::Team>(pod.team);
    row.set<PodCell::ControllerSlot>(pod.controller);
    row.set<PodCell::WorkloadSlot>(pod.controller == kNoSlot ? kNoSlot : topmost(pod.controller));
    m_nodesMoved = true;
    m_unindexed = true;
    m_dirty = true;
}

void ClusterStore::indexRestored()
{
    if (!m_unindexed) {
        return;
    }
    m_unindexed = false;
    m_podByUid.reserve(m_pods.size());
    m_podByName.reserve(m_pods.size());
    m_podOwners.reserve(m_pods.slots());
    for (std::uint32_t slot = 0; slot < m_pods.slots(); ++slot) {
        if (!m_pods.occupied(slot)) {
            continue;
        }
        const Uid uid = m_pods.at<PodCell::Uid>(slot);
        const auto same = [&](std::uint32_t entry) { return m_pods.at<PodCell::Uid>(entry) == uid; };
        if (m_podByUid.find(hashOf(uid), same) == kNoSlot) { // one pod twice: the second goes with the first list
            m_podByUid.insert(
                hashOf(uid), slot, [this](std::uint32_t entry) { return hashOf(m_pods.at<PodCell::Uid>(entry)); });
            m_podByName.insert(podNameHash(slot), slot, [this](std::uint32_t entry) { return podNameHash(entry); });
        }
        const auto controller = m_pods.at<PodCell::ControllerSlot>(slot);
        if (controller != kNoSlot) {
            const bool bare = m_workloads.at<WorkloadCell::Kind>(controller) == WorkloadKind::Pod;
            m_podOwners.set(slot, bare ? Uid{} : m_workloads.at<WorkloadCell::Uid>(controller));
        }
    }
}

void ClusterStore::restored(KeptPicture picture)
{
    for (int i = 0; i < kResourceKinds; ++i) {
        const auto which = static_cast<ResourceKind>(i);
        auto &kind = picture.of(which);
        if (!applies(picture.orchestrator, which) || kind.sync == Sync::Loading) {
            kind.sync = Sync::Waiting;
        } else if (kind.sync == Sync::Live) {
            kind.sync = Sync::Stale;
        }
        if (kind.sync == Sync::Stale) {
            Replace replace;
            replace.kind = which;
            replace.kept = true;
            m_replaces.push_back(std::move(replace));
        }
    }
    ClusterStatus &now = status();
    now.uid = picture.uid;
    now.version = picture.version;
    now.namespaces = picture.namespaces;
    m_kept = std::make_unique<KeptPicture>(std::move(picture));
}

void ClusterStore::forgetRows()
{
    for (int i = 0; i < kResourceKinds; ++i) {
        clear(static_cast<ResourceKind>(i));
    }
}

/// Kinds of which there is news: what the new list did not bring is gone, and the old picture of them over.
void ClusterStore::endKept()
{
    for (int i = 0; m_kept && i < kResourceKinds; ++i) {
        const auto kind = static_cast<ResourceKind>(i);
        const Sync now = m_status.of(kind).sync;
        const bool measured = kind == ResourceKind::NodeMetrics || kind == ResourceKind::PodMetrics;
        if (now == Sync::Live || now == Sync::Forbidden || now == Sync::Absent
            || (measured && now != Sync::Waiting && now != Sync::Loading)) {
            endKept(kind);
        }
    }
}

void ClusterStore::endKept(ResourceKind kind)
{
    if (!m_kept || m_kept->of(kind).sync == Sync::Waiting) {
        return;
    }
    m_kept->of(kind).sync = Sync::Waiting;
    const auto replace = std::find_if(
        m_replaces.begin(), m_replaces.end(), [kind](const Replace &one) { return one.kept && one.kind == kind; });
    if (replace != m_replaces.end()) {
        const Replace done = std::move(*replace);
        m_replaces.erase(replace);
        dropUnseen(done);
    }
    const auto &kinds = m_kept->kinds;
    if (std::all_of(kinds.begin(), kinds.end(), [](const auto &one) { return one.sync == Sync::Waiting; })) {
        m_kept.reset();
    }
    m_statusDirty = true;
}

/// The status as readers see it: what stands for a kept picture is stale, whatever its feed is at.
ClusterStatus ClusterStore::shownStatus() const
{
    ClusterStatus shown = m_status;
    if (!m_kept) {
        return shown;
    }
    bool coming = m_status.connection != Connection::Live;
    for (int i = 0; i < kResourceKinds; ++i) {
        const auto kind = static_cast<ResourceKind>(i);
        const KeptPicture::Kind &kept = m_kept->of(kind);
        if (kept.sync == Sync::Waiting) {
            continue;
        }
        ResourceStatus &of = shown.of(kind);
        coming = coming || of.sync != Sync::Failed;
        of.renewing = of.sync == Sync::Loading;
        of.sync = kept.sync;
        of.namespaces = kept.namespaces;
        of.unreadable = kept.unreadable;
        if (kept.sync == Sync::Stale) {
            of.heard = m_kept->at;
            const auto rows = count(kind);
            of.read = of.renewing ? of.read : rows;
            of.expected = of.expected.value_or(std::max<std::uint64_t>(rows, of.read));
        }
    }
    shown.kept = m_kept->at;
    if (coming) {
        shown.connection = Connection::Stale;
        shown.heard = m_kept->at;
    }
    return shown;
}

} // namespace sextant
