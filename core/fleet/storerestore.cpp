// SPDX-License-Identifier: GPL-3.0-or-later
// What an earlier run kept of a cluster: put into the store, shown as old, and dropped as the new lists end.
#include "core/fleet/store.h"

#include "core/fleet/draftrecord.h"
#include "core/fleet/keptrows.h"
#include "core/fleet/podrecord.h"

#include <algorithm>

namespace sextant {

namespace {

/// Takes the cells that a kept row lists out of columns, or puts them into a row of them.
template <class Kept, class View> void take(Kept &kept, const View &columns, std::uint32_t slot)
{
    Kept::cells([&](auto cell, auto member) { kept.*member = columns.template at<cell>(slot); });
}
template <class Kept, class Row> void put(const Kept &kept, Row &row)
{
    Kept::cells([&](auto cell, auto member) { row.template set<cell>(kept.*member); });
}

} // namespace

KeptNode keptNode(const NodeView &node)
{
    const auto &columns = NodeView::columns(node.cluster());
    KeptNode kept;
    take(kept, columns, node.slot());
    kept.uid = columns.at<NodeCell::Uid>(node.slot());
    kept.record = columns.at<NodeCell::Record>(node.slot());
    return kept;
}

KeptWorkload keptWorkload(const WorkloadView &workload)
{
    const auto &columns = WorkloadView::columns(workload.cluster());
    KeptWorkload kept;
    take(kept, columns, workload.slot());
    kept.uid = columns.at<WorkloadCell::Uid>(workload.slot());
    kept.record = columns.at<WorkloadCell::Record>(workload.slot());
    const auto owner =
        fieldIn<WorkloadDraft, &WorkloadDraft::controller, OwnerDraft>(kept.record, workload.cluster().strings());
    kept.owner = owner.uid.empty() ? Uid{} : packUid(owner.uid);
    return kept;
}

KeptPod keptPod(const PodView &pod)
{
    const auto &columns = PodView::columns(pod.cluster());
    const auto slot = pod.slot();
    KeptPod kept;
    take(kept, columns, slot);
    kept.cpuUsed = pod.cpuUsed().value;
    kept.memoryUsed = pod.memoryUsed().value;
    kept.usageTime = PodView::usage(pod.cluster()).sampledAt(slot);
    kept.uid = columns.at<PodCell::Uid>(slot);
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
    put(node, row);
    row.set<NodeCell::Uid>(uid);
    row.set<NodeCell::Record>(node.record);
    if (node.usageTime == 0) {
        row.set<NodeCell::CpuUsed>(Count::kUnknown);
        row.set<NodeCell::MemoryUsed>(Count::kUnknown);
    }
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
    put(workload, row);
    row.set<WorkloadCell::Uid>(uid);
    row.set<WorkloadCell::Record>(workload.record);
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
        m_podUsage.set(slot, MilliCpu(pod.cpuUsed), Bytes(pod.memoryUsed), pod.usageTime);
    } else {
        m_podUsage.set(slot, {}, {}, 0);
    }
    auto row = m_pods.row(slot);
    put(pod, row);
    row.set<PodCell::Uid>(uid);
    row.set<PodCell::Record>(pod.record);
    row.set<PodCell::Digest>(PodRecord::digestIn(pod.record));
    row.set<PodCell::NodeSlot>(kNoSlot); // found when it is published
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
