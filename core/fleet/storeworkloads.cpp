// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fleet/draftrows.h"
#include "core/fleet/store.h"

namespace sextant {

void ClusterStore::countWorkload(std::uint32_t slot, int by)
{
    const WorkloadKind kind = m_workloads.at<WorkloadCell::Kind>(slot);
    if (kind != WorkloadKind::Pod) { // one of those comes in no list
        m_listed[static_cast<std::size_t>(resourceOf(kind))] += static_cast<std::size_t>(by);
    }
}

std::uint32_t ClusterStore::topmost(std::uint32_t slot) const
{
    // A chain of owners is two or three long; more is a loop that somebody made.
    for (int steps = 0; steps < 8; ++steps) {
        const auto above = m_workloads.at<WorkloadCell::ControllerSlot>(slot);
        if (above == kNoSlot || !m_workloads.occupied(above)) {
            break;
        }
        slot = above;
    }
    return slot;
}

void ClusterStore::joinPodsOf(std::uint32_t workloadSlot)
{
    const Uid uid = m_workloads.at<WorkloadCell::Uid>(workloadSlot);
    for (const auto pod : m_podOwners.of(uid)) {
        joinPod(pod);
    }
    for (const auto child : m_workloadOwners.of(uid)) {
        if (child != workloadSlot && m_workloads.at<WorkloadCell::ControllerSlot>(child) == workloadSlot) {
            joinPodsOf(child);
        }
    }
}

void ClusterStore::joinWorkload(std::uint32_t slot)
{
    auto controller = kNoSlot;
    if (const Uid owner = m_workloadOwners.ownerOf(slot); owner != Uid{}) {
        const auto it = m_workloadIndex.find(owner);
        controller = it == m_workloadIndex.end() || it->second == slot ? kNoSlot : it->second;
        // Never close a loop: the chain above must end.
        for (auto above = controller; above != kNoSlot; above = m_workloads.at<WorkloadCell::ControllerSlot>(above)) {
            if (above == slot) {
                controller = kNoSlot;
                break;
            }
        }
    }
    m_workloads.set<WorkloadCell::ControllerSlot>(slot, controller);
    const auto team = fieldIn<WorkloadDraft, &WorkloadDraft::team, std::string_view>(
        m_workloads.at<WorkloadCell::Record>(slot), *m_strings);
    m_workloads.set<WorkloadCell::Team>(
        slot, team.empty() ? teamOfNamespace(m_workloads.at<WorkloadCell::Namespace>(slot)) : m_strings->intern(team));
    m_workloads.touch(slot, m_generation);
    m_dirty = true;
}

std::uint32_t ClusterStore::upsert(WorkloadDraft draft)
{
    indexRestored();
    const Uid uid = packUid(draft.uid);
    const auto kind = resourceOf(draft.kind);
    const auto it = m_workloadIndex.find(uid);
    const bool fresh = it == m_workloadIndex.end();
    if (!fresh) {
        const auto old = fieldIn<WorkloadDraft, &WorkloadDraft::resourceVersion, std::string>(
            m_workloads.at<WorkloadCell::Record>(it->second), *m_strings);
        if (!draft.resourceVersion.empty() && old == draft.resourceVersion) {
            if (draft.kind != WorkloadKind::Pod) {
                markSeen(kind, it->second);
            }
            return it->second;
        }
    }
    const auto slot = fresh ? m_workloads.add(m_generation) : it->second;
    if (fresh) {
        m_workloadIndex.emplace(uid, slot);
        m_workloads.set<WorkloadCell::ControllerSlot>(slot, kNoSlot);
    } else {
        countWorkload(slot, -1);
    }
    const Uid owner = draft.controller.uid.empty() ? Uid{} : packUid(draft.controller.uid);
    const bool moved = owner != m_workloadOwners.ownerOf(slot);
    const bool bare = draft.kind == WorkloadKind::Pod;
    setDraft(m_workloads, slot, std::move(draft), *m_strings, m_record);
    countWorkload(slot, 1);
    m_workloadOwners.set(slot, owner);
    joinWorkload(slot);
    if (fresh) {
        // What was waiting for it: workloads below it, then the pods of all of them.
        for (const auto child : m_workloadOwners.of(uid)) {
            joinWorkload(child);
        }
    }
    if (fresh || moved) {
        joinPodsOf(slot);
    }
    if (!bare) {
        markSeen(kind, slot);
    }
    return slot;
}

void ClusterStore::removeWorkload(std::uint32_t slot)
{
    indexRestored();
    const Uid uid = m_workloads.at<WorkloadCell::Uid>(slot);
    countWorkload(slot, -1);
    m_workloadOwners.set(slot, Uid{});
    m_workloadIndex.erase(uid);
    m_workloads.remove(slot, m_generation);
    for (const auto child : m_workloadOwners.of(uid)) {
        joinWorkload(child);
        joinPodsOf(child);
    }
    for (const auto pod : m_podOwners.of(uid)) {
        joinPod(pod);
    }
    m_dirty = true;
}

} // namespace sextant
