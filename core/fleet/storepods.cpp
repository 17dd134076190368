// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/siphash.h"
#include "core/fleet/podrecord.h"
#include "core/fleet/store.h"

namespace sextant {

namespace {

std::uint64_t nameHash(StringId ns, std::string_view name)
{
    return sipHash(name) + static_cast<std::uint64_t>(ns) * 0x9e3779b97f4a7c15U;
}

} // namespace

std::uint32_t ClusterStore::findPod(Uid uid)
{
    indexRestored();
    return m_podByUid.find(hashOf(uid), [&](std::uint32_t slot) { return m_pods.at<PodCell::Uid>(slot) == uid; });
}

std::uint32_t ClusterStore::findPod(std::string_view ns, std::string_view name)
{
    indexRestored();
    const auto nsId = m_strings->find(ns);
    return m_podByName.find(nameHash(nsId, name), [&](std::uint32_t slot) {
        return m_pods.at<PodCell::Namespace>(slot) == nsId
            && PodRecord::nameIn(m_pods.at<PodCell::Record>(slot)) == name;
    });
}

std::uint64_t ClusterStore::podNameHash(std::uint32_t slot) const
{
    return nameHash(m_pods.at<PodCell::Namespace>(slot), PodRecord::nameIn(m_pods.at<PodCell::Record>(slot)));
}

void ClusterStore::joinPod(std::uint32_t slot)
{
    const Uid owner = m_podOwners.ownerOf(slot);
    const auto it = m_workloadIndex.find(owner == Uid{} ? m_pods.at<PodCell::Uid>(slot) : owner);
    const auto controller = it == m_workloadIndex.end() ? kNoSlot : it->second;
    const auto workload = controller == kNoSlot ? kNoSlot : topmost(controller);
    if (m_pods.at<PodCell::ControllerSlot>(slot) != controller || m_pods.at<PodCell::WorkloadSlot>(slot) != workload) {
        m_pods.set<PodCell::ControllerSlot>(slot, controller);
        m_pods.set<PodCell::WorkloadSlot>(slot, workload);
        m_pods.touch(slot, m_generation);
        m_dirty = true;
    }
}

void ClusterStore::upsert(const PodDraft &draft)
{
    const Uid uid = packUid(draft.uid);
    auto slot = findPod(uid);
    const bool fresh = slot == kNoSlot;
    if (!fresh && !draft.resourceVersion.empty()
        && PodRecord(m_pods.at<PodCell::Record>(slot), 0).isVersion(draft.resourceVersion)) {
        markSeen(ResourceKind::Pods, slot);
        return;
    }
    const auto ns = m_strings->intern(draft.ns);
    const auto uidOfEntry = [this](std::uint32_t entry) { return hashOf(m_pods.at<PodCell::Uid>(entry)); };
    const auto nameOfEntry = [this](std::uint32_t entry) { return podNameHash(entry); };
    bool named = false; // in m_podByName
    if (fresh) {
        slot = m_pods.add(m_generation);
        if (slot == m_podUsage.slots()) {
            m_podUsage.grow();
        } else {
            m_podUsage.set(slot, {}, {}, 0);
        }
        m_pods.set<PodCell::Uid>(slot, uid);
        m_podByUid.insert(hashOf(uid), slot, uidOfEntry);
        m_pods.set<PodCell::ControllerSlot>(slot, kNoSlot);
        m_pods.set<PodCell::WorkloadSlot>(slot, kNoSlot);
    } else {
        m_pods.touch(slot, m_generation);
        named = m_pods.at<PodCell::Namespace>(slot) == ns
            && PodRecord::nameIn(m_pods.at<PodCell::Record>(slot)) == draft.name;
        if (!named) {
            m_podByName.erase(podNameHash(slot), slot, nameOfEntry);
        }
    }
    PodRecord::pack(draft, *m_strings, m_record);
    m_pods.set<PodCell::Record>(slot, m_record);
    m_pods.set<PodCell::Digest>(slot, PodDigest::of(draft.name, draft.controller.name, draft.ip));
    m_pods.set<PodCell::Namespace>(slot, ns);
    if (!named) {
        m_podByName.insert(podNameHash(slot), slot, nameOfEntry);
    }
    const auto node = m_strings->intern(draft.node);
    const auto nodeSlot = m_nodeByName.find(node);
    m_pods.set<PodCell::Node>(slot, node);
    m_pods.set<PodCell::NodeSlot>(
        slot, nodeSlot == m_nodeByName.end() || draft.node.empty() ? kNoSlot : nodeSlot->second);
    m_pods.set<PodCell::Status>(slot, m_strings->intern(draft.status));
    m_pods.set<PodCell::State>(slot, draft.state);
    m_pods.set<PodCell::Ready>(slot, draft.ready);
    m_pods.set<PodCell::Total>(slot, draft.containersTotal);
    m_pods.set<PodCell::Restarts>(slot, draft.restarts);
    m_pods.set<PodCell::Created>(slot, packTime(draft.created));
    m_pods.set<PodCell::Flags>(slot,
        static_cast<std::uint8_t>((draft.counts ? PodCounts : 0) | (draft.unlimitedCpu.empty() ? 0 : PodCpuUnlimited)
            | (draft.unlimitedMemory.empty() ? 0 : PodMemoryUnlimited) | (draft.readyKnown ? 0 : PodReadyUnknown)
            | (draft.restartsKnown ? 0 : PodRestartsUnknown)));
    m_pods.set<PodCell::CpuRequested>(slot, PackedCpu::of(draft.cpuRequested));
    m_pods.set<PodCell::CpuLimit>(slot, PackedCpu::of(draft.cpuLimit));
    m_pods.set<PodCell::MemoryRequested>(slot, PackedMemory::of(draft.memoryRequested));
    m_pods.set<PodCell::MemoryLimit>(slot, PackedMemory::of(draft.memoryLimit));
    m_pods.set<PodCell::Team>(slot, draft.team.empty() ? teamOfNamespace(ns) : m_strings->intern(draft.team));
    const Uid owner = draft.controller.uid.empty() ? Uid{} : packUid(draft.controller.uid);
    const bool moved = fresh || m_podOwners.ownerOf(slot) != owner;
    m_podOwners.set(slot, owner);
    if (!draft.counts && m_podUsage.sampledAt(slot) != 0) {
        m_podUsage.set(slot, {}, {}, 0); // it has ended: nothing is measured of it
    }
    m_dirty = true;
    if (draft.controller.kind.empty()) {
        upsertBarePod(draft);
    } else if (const auto bare = m_workloadIndex.find(uid); bare != m_workloadIndex.end()) {
        removeWorkload(bare->second); // a controller has adopted it
    }
    if (moved || owner == Uid{}) {
        joinPod(slot);
    }
    markSeen(ResourceKind::Pods, slot);
}

void ClusterStore::upsertBarePod(const PodDraft &pod)
{
    WorkloadDraft workload;
    workload.kind = WorkloadKind::Pod;
    workload.kindText = "Pod";
    workload.uid = pod.uid;
    workload.ns = pod.ns;
    workload.name = pod.name;
    workload.resourceVersion = pod.resourceVersion;
    workload.created = pod.created;
    workload.desired = Count(1);
    workload.current = Count(1);
    workload.ready = Count(pod.containersTotal > 0 && pod.ready == pod.containersTotal ? 1 : 0);
    workload.status = pod.status;
    workload.state = pod.state;
    workload.team = pod.team;
    workload.version = pod.version;
    workload.labels = pod.labels;
    for (const ContainerDraft &container : pod.containers) {
        if (container.kind == ContainerKind::Regular) {
            workload.containers += (workload.containers.empty() ? "" : ",") + container.name;
            workload.images += (workload.images.empty() ? "" : ",") + container.image;
        }
    }
    upsert(std::move(workload));
}

void ClusterStore::removePod(std::uint32_t slot)
{
    indexRestored();
    const Uid uid = m_pods.at<PodCell::Uid>(slot);
    m_podOwners.set(slot, Uid{});
    if (const auto bare = m_workloadIndex.find(uid); bare != m_workloadIndex.end()) {
        removeWorkload(bare->second);
    }
    m_podByUid.erase(hashOf(uid), slot, [this](std::uint32_t entry) { return hashOf(m_pods.at<PodCell::Uid>(entry)); });
    m_podByName.erase(podNameHash(slot), slot, [this](std::uint32_t entry) { return podNameHash(entry); });
    m_pods.remove(slot, m_generation);
    if (!m_sampling.empty()) {
        m_sampling.push_back({.slot = slot}); // whoever takes the slot has not been measured yet
    }
    m_dirty = true;
}

void ClusterStore::placePods()
{
    m_nodesMoved = false;
    std::vector<std::uint32_t> nodeOf(m_strings->size(), kNoSlot); // by the number of the node's name
    for (const auto &[name, slot] : m_nodeByName) {
        nodeOf[static_cast<std::size_t>(name)] = slot;
    }
    nodeOf[static_cast<std::size_t>(StringId::Empty)] = kNoSlot;
    for (std::uint32_t pod = 0; pod < m_pods.slots(); ++pod) {
        if (!m_pods.occupied(pod)) {
            continue;
        }
        const auto node = nodeOf[static_cast<std::size_t>(m_pods.at<PodCell::Node>(pod))];
        if (m_pods.at<PodCell::NodeSlot>(pod) != node) {
            m_pods.set<PodCell::NodeSlot>(pod, node);
            m_pods.touch(pod, m_generation);
        }
    }
}

} // namespace sextant
