// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fleet/store.h"

#include "core/fleet/podrecord.h"
#include "core/fleet/uid.h"

#include <algorithm>

namespace sextant {

namespace {

constexpr std::uint8_t kCounts = 1, kCpuUnlimited = 2, kMemoryUnlimited = 4, kReadyUnknown = 8, kRestartsUnknown = 16;

void eraseValue(std::vector<std::uint32_t> &values, std::uint32_t value)
{
    const auto it = std::find(values.begin(), values.end(), value);
    if (it != values.end()) {
        *it = values.back();
        values.pop_back();
    }
}

template <class Map, class Key> void unlink(Map &map, const Key &key, std::uint32_t slot)
{
    const auto it = map.find(key);
    if (it == map.end()) {
        return;
    }
    eraseValue(it->second, slot);
    if (it->second.empty()) {
        map.erase(it);
    }
}

bool isWorkload(ResourceKind kind)
{
    return (kind >= ResourceKind::Deployments && kind <= ResourceKind::ReplicationControllers)
        || kind == ResourceKind::DeploymentGroups;
}

ResourceKind resourceOf(WorkloadKind kind)
{
    switch (kind) {
    case WorkloadKind::Deployment:
        return ResourceKind::Deployments;
    case WorkloadKind::ReplicaSet:
        return ResourceKind::ReplicaSets;
    case WorkloadKind::StatefulSet:
        return ResourceKind::StatefulSets;
    case WorkloadKind::DaemonSet:
        return ResourceKind::DaemonSets;
    case WorkloadKind::Job:
    case WorkloadKind::HeliosJob:
        return ResourceKind::Jobs;
    case WorkloadKind::DeploymentGroup:
        return ResourceKind::DeploymentGroups;
    case WorkloadKind::CronJob:
        return ResourceKind::CronJobs;
    case WorkloadKind::ReplicationController:
        return ResourceKind::ReplicationControllers;
    default:
        return ResourceKind::Pods;
    }
}

} // namespace

ClusterStore::ClusterStore(ClusterId id, std::shared_ptr<StringPool> strings)
    : m_id(id)
    , m_strings(std::move(strings))
{
    publish();
}

ClusterStore::~ClusterStore() = default;

ClusterSnapshotPtr ClusterStore::current() const
{
    const std::lock_guard lock(m_currentMutex);
    return m_current;
}

void ClusterStore::markSeen(ResourceKind kind, std::uint32_t slot)
{
    for (Replace &replace : m_replaces) {
        if (replace.kind == kind) {
            if (replace.seen.size() <= slot) {
                replace.seen.resize(std::max<std::size_t>(slot + 1, replace.seen.size() * 2));
            }
            replace.seen[slot] = true;
        }
    }
}

StringId ClusterStore::teamOfNamespace(StringId ns) const
{
    const auto it = m_namespaceByName.find(ns);
    return it == m_namespaceByName.end() ? StringId::Empty
                                         : m_strings->intern(m_namespaces.at<NamespaceCell::Draft>(it->second)->team);
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

void ClusterStore::joinPod(std::uint32_t slot)
{
    const PodRecord &record = *m_pods.at<PodCell::Record>(slot);
    const Uid owner = record.ownerUid == Uid{} ? m_pods.at<PodCell::Uid>(slot) : record.ownerUid;
    const auto it = m_workloadIndex.find(owner);
    const auto controller = it == m_workloadIndex.end() ? kNoSlot : it->second;
    const auto workload = controller == kNoSlot ? kNoSlot : topmost(controller);
    m_pods.set<PodCell::ControllerSlot>(slot, controller);
    m_pods.set<PodCell::WorkloadSlot>(slot, workload);
    m_pods.touch(slot, m_generation);
    m_dirty = true;
}

void ClusterStore::joinPodsOf(std::uint32_t workloadSlot)
{
    const Uid uid = packUid(m_workloads.at<WorkloadCell::Draft>(workloadSlot)->uid);
    if (const auto pods = m_podsOf.find(uid); pods != m_podsOf.end()) {
        for (const auto pod : pods->second) {
            joinPod(pod);
        }
    }
    if (const auto below = m_workloadsOf.find(uid); below != m_workloadsOf.end()) {
        for (const auto child : below->second) {
            if (child != workloadSlot && m_workloads.at<WorkloadCell::ControllerSlot>(child) == workloadSlot) {
                joinPodsOf(child);
            }
        }
    }
}

void ClusterStore::joinWorkload(std::uint32_t slot)
{
    const auto &draft = *m_workloads.at<WorkloadCell::Draft>(slot);
    auto controller = kNoSlot;
    if (!draft.controller.uid.empty()) {
        const auto it = m_workloadIndex.find(packUid(draft.controller.uid));
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
    m_workloads.set<WorkloadCell::Team>(
        slot, draft.team.empty() ? teamOfNamespace(m_strings->intern(draft.ns)) : m_strings->intern(draft.team));
    m_workloads.touch(slot, m_generation);
    m_dirty = true;
}

void ClusterStore::upsert(PodDraft draft)
{
    const Uid uid = packUid(draft.uid);
    const auto known = m_podIndex.find(uid);
    if (known != m_podIndex.end()) {
        const PodRecord &record = *m_pods.at<PodCell::Record>(known->second);
        if (!draft.resourceVersion.empty() && record.view(record.resourceVersion) == draft.resourceVersion) {
            markSeen(ResourceKind::Pods, known->second);
            return;
        }
    }
    const Uid owner = draft.controller.uid.empty() ? Uid{} : packUid(draft.controller.uid);
    auto record = makePodRecord(draft, uid, owner, *m_strings);
    const auto node = m_strings->intern(draft.node);

    std::uint32_t slot = 0;
    Uid linkedTo;
    if (known == m_podIndex.end()) {
        slot = m_pods.add(m_generation);
        m_podIndex.emplace(uid, slot);
        m_pods.set<PodCell::CpuUsed>(slot, Count::kUnknown);
        m_pods.set<PodCell::MemoryUsed>(slot, Count::kUnknown);
    } else {
        slot = known->second;
        linkedTo = m_pods.at<PodCell::Record>(slot)->ownerUid;
        m_pods.touch(slot, m_generation);
    }
    if (linkedTo != owner || known == m_podIndex.end()) {
        if (linkedTo != Uid{}) {
            unlink(m_podsOf, linkedTo, slot);
        }
        if (owner != Uid{}) {
            m_podsOf[owner].push_back(slot);
        }
    }
    const auto nodeSlot = m_nodeByName.find(node);
    m_pods.set<PodCell::Record>(slot, std::move(record));
    m_pods.set<PodCell::Uid>(slot, uid);
    m_pods.set<PodCell::Namespace>(slot, m_strings->intern(draft.ns));
    m_pods.set<PodCell::Node>(slot, node);
    m_pods.set<PodCell::NodeSlot>(
        slot, nodeSlot == m_nodeByName.end() || draft.node.empty() ? kNoSlot : nodeSlot->second);
    m_pods.set<PodCell::Status>(slot, m_strings->intern(draft.status));
    m_pods.set<PodCell::State>(slot, draft.state);
    m_pods.set<PodCell::Phase>(slot, m_strings->intern(draft.phase));
    m_pods.set<PodCell::Qos>(slot, m_strings->intern(draft.qos));
    m_pods.set<PodCell::Ready>(slot, draft.ready);
    m_pods.set<PodCell::Total>(slot, draft.containersTotal);
    m_pods.set<PodCell::Restarts>(slot, draft.restarts);
    m_pods.set<PodCell::LastRestart>(slot, packTime(draft.lastRestart));
    m_pods.set<PodCell::Created>(slot, packTime(draft.created));
    m_pods.set<PodCell::Deleted>(slot, packTime(draft.deleted));
    m_pods.set<PodCell::Flags>(slot,
        static_cast<std::uint8_t>((draft.counts ? kCounts : 0) | (draft.unlimitedCpu.empty() ? 0 : kCpuUnlimited)
            | (draft.unlimitedMemory.empty() ? 0 : kMemoryUnlimited) | (draft.readyKnown ? 0 : kReadyUnknown)
            | (draft.restartsKnown ? 0 : kRestartsUnknown)));
    m_pods.set<PodCell::CpuRequested>(slot, draft.cpuRequested.value);
    m_pods.set<PodCell::CpuLimit>(slot, draft.cpuLimit.value);
    m_pods.set<PodCell::MemoryRequested>(slot, draft.memoryRequested.value);
    m_pods.set<PodCell::MemoryLimit>(slot, draft.memoryLimit.value);
    m_pods.set<PodCell::Team>(
        slot, draft.team.empty() ? teamOfNamespace(m_strings->intern(draft.ns)) : m_strings->intern(draft.team));
    if (draft.controller.kind.empty()) {
        upsertBarePod(draft);
    }
    joinPod(slot);
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

void ClusterStore::upsert(NodeDraft draft)
{
    const Uid uid = packUid(draft.uid);
    const auto name = m_strings->intern(draft.name);
    auto it = m_nodeIndex.find(uid);
    if (it != m_nodeIndex.end()) {
        const auto &old = *m_nodes.at<NodeCell::Draft>(it->second);
        if (!draft.resourceVersion.empty() && old.resourceVersion == draft.resourceVersion) {
            markSeen(ResourceKind::Nodes, it->second);
            return;
        }
    }
    const bool fresh = it == m_nodeIndex.end();
    const auto slot = fresh ? m_nodes.add(m_generation) : it->second;
    if (fresh) {
        m_nodeIndex.emplace(uid, slot);
        m_nodes.set<NodeCell::CpuUsed>(slot, Count::kUnknown);
        m_nodes.set<NodeCell::MemoryUsed>(slot, Count::kUnknown);
    }
    m_nodes.touch(slot, m_generation);
    m_nodes.set<NodeCell::Draft>(slot, std::make_shared<const NodeDraft>(std::move(draft)));
    if (fresh) {
        m_nodeByName[name] = slot;
        for (std::uint32_t pod = 0; pod < m_pods.slots(); ++pod) {
            if (m_pods.occupied(pod) && m_pods.at<PodCell::Node>(pod) == name && name != StringId::Empty) {
                m_pods.set<PodCell::NodeSlot>(pod, slot);
                m_pods.touch(pod, m_generation);
            }
        }
    }
    m_dirty = true;
    markSeen(ResourceKind::Nodes, slot);
}

void ClusterStore::upsert(WorkloadDraft draft)
{
    const Uid uid = packUid(draft.uid);
    const auto kind = resourceOf(draft.kind);
    const auto it = m_workloadIndex.find(uid);
    const bool fresh = it == m_workloadIndex.end();
    if (!fresh) {
        const auto &old = *m_workloads.at<WorkloadCell::Draft>(it->second);
        if (!draft.resourceVersion.empty() && old.resourceVersion == draft.resourceVersion) {
            if (draft.kind != WorkloadKind::Pod) {
                markSeen(kind, it->second);
            }
            return;
        }
    }
    const auto slot = fresh ? m_workloads.add(m_generation) : it->second;
    std::string oldOwner;
    if (fresh) {
        m_workloadIndex.emplace(uid, slot);
        m_workloads.set<WorkloadCell::ControllerSlot>(slot, kNoSlot);
    } else {
        oldOwner = m_workloads.at<WorkloadCell::Draft>(slot)->controller.uid;
    }
    const std::string owner = draft.controller.uid;
    const bool bare = draft.kind == WorkloadKind::Pod;
    m_workloads.set<WorkloadCell::Draft>(slot, std::make_shared<const WorkloadDraft>(std::move(draft)));
    if (owner != oldOwner) {
        if (!oldOwner.empty()) {
            unlink(m_workloadsOf, packUid(oldOwner), slot);
        }
        if (!owner.empty()) {
            m_workloadsOf[packUid(owner)].push_back(slot);
        }
    }
    joinWorkload(slot);
    if (fresh) {
        // What was waiting for it: workloads below it, then the pods of all of them.
        if (const auto below = m_workloadsOf.find(uid); below != m_workloadsOf.end()) {
            for (const auto child : std::vector<std::uint32_t>(below->second)) {
                joinWorkload(child);
            }
        }
    }
    if (fresh || owner != oldOwner) {
        joinPodsOf(slot);
    }
    if (!bare) {
        markSeen(kind, slot);
    }
}

void ClusterStore::upsert(NamespaceDraft draft)
{
    const Uid uid = packUid(draft.uid);
    const auto name = m_strings->intern(draft.name);
    const auto it = m_namespaceIndex.find(uid);
    const bool fresh = it == m_namespaceIndex.end();
    const auto slot = fresh ? m_namespaces.add(m_generation) : it->second;
    const std::string oldTeam = fresh ? std::string() : m_namespaces.at<NamespaceCell::Draft>(slot)->team;
    const bool teamChanged = draft.team != oldTeam;
    if (fresh) {
        m_namespaceIndex.emplace(uid, slot);
    }
    m_namespaceByName[name] = slot;
    m_namespaces.touch(slot, m_generation);
    m_namespaces.set<NamespaceCell::Draft>(slot, std::make_shared<const NamespaceDraft>(std::move(draft)));
    m_dirty = true;
    if (teamChanged) {
        const auto before = m_strings->intern(oldTeam);
        const auto after = teamOfNamespace(name);
        for (std::uint32_t pod = 0; pod < m_pods.slots(); ++pod) {
            if (m_pods.occupied(pod) && m_pods.at<PodCell::Namespace>(pod) == name
                && m_pods.at<PodCell::Team>(pod) == before) {
                m_pods.set<PodCell::Team>(pod, after);
                m_pods.touch(pod, m_generation);
            }
        }
        for (std::uint32_t workload = 0; workload < m_workloads.slots(); ++workload) {
            if (m_workloads.occupied(workload)
                && m_workloads.at<WorkloadCell::Draft>(workload)->ns == m_strings->view(name)) {
                joinWorkload(workload);
            }
        }
    }
    markSeen(ResourceKind::Namespaces, slot);
}

void ClusterStore::removePod(std::uint32_t slot)
{
    const Uid uid = m_pods.at<PodCell::Uid>(slot);
    const Uid owner = m_pods.at<PodCell::Record>(slot)->ownerUid;
    if (owner != Uid{}) {
        unlink(m_podsOf, owner, slot);
    } else if (const auto bare = m_workloadIndex.find(uid); bare != m_workloadIndex.end()) {
        removeWorkload(bare->second);
    }
    m_podIndex.erase(uid);
    m_pods.remove(slot, m_generation);
    m_dirty = true;
}

void ClusterStore::removeNode(std::uint32_t slot)
{
    const auto &draft = *m_nodes.at<NodeCell::Draft>(slot);
    const auto name = m_strings->intern(draft.name);
    m_nodeIndex.erase(packUid(draft.uid));
    // A machine replaced under the same name may already be here with another uid.
    std::uint32_t successor = kNoSlot;
    for (std::uint32_t other = 0; other < m_nodes.slots(); ++other) {
        if (other != slot && m_nodes.occupied(other) && m_nodes.at<NodeCell::Draft>(other)->name == draft.name) {
            successor = other;
        }
    }
    if (successor == kNoSlot) {
        m_nodeByName.erase(name);
    } else {
        m_nodeByName[name] = successor;
    }
    for (std::uint32_t pod = 0; pod < m_pods.slots(); ++pod) {
        if (m_pods.occupied(pod) && m_pods.at<PodCell::NodeSlot>(pod) == slot) {
            m_pods.set<PodCell::NodeSlot>(pod, successor);
            m_pods.touch(pod, m_generation);
        }
    }
    m_nodes.remove(slot, m_generation);
    m_dirty = true;
}

void ClusterStore::removeWorkload(std::uint32_t slot)
{
    const Uid uid = packUid(m_workloads.at<WorkloadCell::Draft>(slot)->uid);
    const std::string owner = m_workloads.at<WorkloadCell::Draft>(slot)->controller.uid;
    if (!owner.empty()) {
        unlink(m_workloadsOf, packUid(owner), slot);
    }
    m_workloadIndex.erase(uid);
    std::vector<std::uint32_t> children;
    if (const auto below = m_workloadsOf.find(uid); below != m_workloadsOf.end()) {
        children = below->second;
    }
    const auto pods = m_podsOf.find(uid);
    const std::vector<std::uint32_t> orphans = pods == m_podsOf.end() ? std::vector<std::uint32_t>() : pods->second;
    m_workloads.remove(slot, m_generation);
    for (const auto child : children) {
        joinWorkload(child);
        joinPodsOf(child);
    }
    for (const auto pod : orphans) {
        joinPod(pod);
    }
    m_dirty = true;
}

void ClusterStore::removeNamespace(std::uint32_t slot)
{
    const auto &draft = *m_namespaces.at<NamespaceCell::Draft>(slot);
    const auto name = m_strings->intern(draft.name);
    m_namespaceIndex.erase(packUid(draft.uid));
    if (const auto it = m_namespaceByName.find(name); it != m_namespaceByName.end() && it->second == slot) {
        m_namespaceByName.erase(it);
    }
    m_namespaces.remove(slot, m_generation);
    m_dirty = true;
}

bool ClusterStore::remove(ResourceKind kind, std::string_view uid)
{
    Index *index = kind == ResourceKind::Pods ? &m_podIndex
        : kind == ResourceKind::Nodes         ? &m_nodeIndex
        : kind == ResourceKind::Namespaces    ? &m_namespaceIndex
        : isWorkload(kind)                    ? &m_workloadIndex
                                              : nullptr;
    if (index == nullptr) {
        return false;
    }
    const auto it = index->find(packUid(uid));
    if (it == index->end()) {
        return false;
    }
    const auto slot = it->second;
    if (index == &m_podIndex) {
        removePod(slot);
    } else if (index == &m_nodeIndex) {
        removeNode(slot);
    } else if (index == &m_namespaceIndex) {
        removeNamespace(slot);
    } else {
        removeWorkload(slot);
    }
    return true;
}

void ClusterStore::beginReplace(ResourceKind kind, const std::string &ns)
{
    abandonReplace(kind, ns);
    Replace replace;
    replace.kind = kind;
    replace.ns = m_strings->intern(ns);
    m_replaces.push_back(std::move(replace));
}

void ClusterStore::abandonReplace(ResourceKind kind, const std::string &ns)
{
    const auto key = m_strings->intern(ns);
    std::erase_if(m_replaces, [&](const Replace &replace) { return replace.kind == kind && replace.ns == key; });
}

void ClusterStore::endReplace(ResourceKind kind, const std::string &ns)
{
    const auto key = m_strings->intern(ns);
    const auto it = std::find_if(m_replaces.begin(), m_replaces.end(),
        [&](const Replace &replace) { return replace.kind == kind && replace.ns == key; });
    if (it == m_replaces.end()) {
        return;
    }
    const Replace replace = std::move(*it);
    m_replaces.erase(it);
    dropUnseen(replace);
}

bool ClusterStore::inList(ResourceKind kind, std::uint32_t slot, StringId ns) const
{
    if (kind == ResourceKind::Pods) {
        return m_pods.occupied(slot) && (ns == StringId::Empty || m_pods.at<PodCell::Namespace>(slot) == ns);
    }
    if (kind == ResourceKind::Nodes) {
        return m_nodes.occupied(slot);
    }
    if (kind == ResourceKind::Namespaces) {
        return m_namespaces.occupied(slot)
            && (ns == StringId::Empty || m_namespaces.at<NamespaceCell::Draft>(slot)->name == m_strings->view(ns));
    }
    if (!isWorkload(kind) || !m_workloads.occupied(slot)) {
        return false;
    }
    const auto &draft = *m_workloads.at<WorkloadCell::Draft>(slot);
    return draft.kind != WorkloadKind::Pod && resourceOf(draft.kind) == kind
        && (ns == StringId::Empty || draft.ns == m_strings->view(ns));
}

void ClusterStore::dropUnseen(const Replace &replace)
{
    const auto slots = replace.kind == ResourceKind::Pods ? m_pods.slots()
        : replace.kind == ResourceKind::Nodes             ? m_nodes.slots()
        : replace.kind == ResourceKind::Namespaces        ? m_namespaces.slots()
                                                          : m_workloads.slots();
    for (std::uint32_t slot = 0; slot < slots; ++slot) {
        if ((slot < replace.seen.size() && replace.seen[slot]) || !inList(replace.kind, slot, replace.ns)) {
            continue;
        }
        if (replace.kind == ResourceKind::Pods) {
            removePod(slot);
        } else if (replace.kind == ResourceKind::Nodes) {
            removeNode(slot);
        } else if (replace.kind == ResourceKind::Namespaces) {
            removeNamespace(slot);
        } else {
            removeWorkload(slot);
        }
    }
}

void ClusterStore::clear(ResourceKind kind)
{
    Replace nothingSeen;
    nothingSeen.kind = kind;
    dropUnseen(nothingSeen);
}

void ClusterStore::setUsage(
    ResourceKind kind, const std::vector<UsageDraft> &samples, Time now, std::chrono::seconds keep)
{
    if (kind == ResourceKind::NodeMetrics) {
        for (const UsageDraft &sample : samples) {
            const auto it = m_nodeByName.find(m_strings->find(sample.name));
            if (it == m_nodeByName.end()) {
                continue;
            }
            m_nodes.set<NodeCell::CpuUsed>(it->second, sample.cpu.value);
            m_nodes.set<NodeCell::MemoryUsed>(it->second, sample.memory.value);
            m_nodes.set<NodeCell::UsageTime>(it->second, packTime(now));
        }
        for (std::uint32_t slot = 0; slot < m_nodes.slots(); ++slot) {
            if (m_nodes.occupied(slot) && m_nodes.at<NodeCell::CpuUsed>(slot) != Count::kUnknown
                && unpackTime(m_nodes.at<NodeCell::UsageTime>(slot)) < now - keep) {
                m_nodes.set<NodeCell::CpuUsed>(slot, Count::kUnknown);
                m_nodes.set<NodeCell::MemoryUsed>(slot, Count::kUnknown);
            }
        }
        m_dirty = true;
        return;
    }
    // Samples name their pods by namespace and name; an index is made for the round and dropped.
    std::unordered_map<std::string, const UsageDraft *> byName;
    byName.reserve(samples.size());
    for (const UsageDraft &sample : samples) {
        byName.emplace(sample.ns + '/' + sample.name, &sample);
    }
    std::string key;
    for (std::uint32_t slot = 0; slot < m_pods.slots(); ++slot) {
        if (!m_pods.occupied(slot)) {
            continue;
        }
        const PodRecord &record = *m_pods.at<PodCell::Record>(slot);
        key.assign(m_strings->view(m_pods.at<PodCell::Namespace>(slot)));
        key += '/';
        key += record.view(record.name);
        const auto it = byName.find(key);
        const bool runs = (m_pods.at<PodCell::Flags>(slot) & kCounts) != 0;
        if (it != byName.end() && runs) {
            m_pods.set<PodCell::CpuUsed>(slot, it->second->cpu.value);
            m_pods.set<PodCell::MemoryUsed>(slot, it->second->memory.value);
            m_pods.set<PodCell::UsageTime>(slot, packTime(now));
        } else if (m_pods.at<PodCell::CpuUsed>(slot) != Count::kUnknown
            && (!runs || unpackTime(m_pods.at<PodCell::UsageTime>(slot)) < now - keep)) {
            m_pods.set<PodCell::CpuUsed>(slot, Count::kUnknown);
            m_pods.set<PodCell::MemoryUsed>(slot, Count::kUnknown);
        }
    }
    m_dirty = true;
}

void ClusterStore::setSketch(PodSketchPtr sketch)
{
    m_dirty = m_dirty || sketch != m_sketch;
    m_sketch = std::move(sketch);
}

void ClusterStore::clearUsage(ResourceKind kind) { setUsage(kind, {}, Time::max(), std::chrono::seconds(0)); }

void ClusterStore::publish()
{
    if (!m_dirty && !m_statusDirty) {
        return;
    }
    auto snapshot = std::make_shared<ClusterSnapshot>();
    snapshot->m_id = m_id;
    snapshot->m_generation = m_generation;
    if (m_dirty) {
        m_dataGeneration = m_generation;
    }
    snapshot->m_dataGeneration = m_dataGeneration;
    snapshot->m_status = std::make_shared<const ClusterStatus>(m_status);
    snapshot->m_strings = m_strings;
    snapshot->m_pods = m_pods.publish();
    snapshot->m_nodes = m_nodes.publish();
    snapshot->m_workloads = m_workloads.publish();
    snapshot->m_namespaces = m_namespaces.publish();
    snapshot->m_sketch = m_sketch;
    ++m_generation;
    m_dirty = false;
    m_statusDirty = false;
    {
        const std::lock_guard lock(m_currentMutex);
        m_current = std::move(snapshot);
    }
    if (m_published) {
        m_published();
    }
}

std::size_t ClusterStore::count(ResourceKind kind) const
{
    if (kind == ResourceKind::Pods) {
        return m_pods.size();
    }
    if (kind == ResourceKind::Nodes) {
        return m_nodes.size();
    }
    if (kind == ResourceKind::Namespaces) {
        return m_namespaces.size();
    }
    std::size_t n = 0;
    for (std::uint32_t slot = 0; slot < m_workloads.slots(); ++slot) {
        n += inList(kind, slot, StringId::Empty) ? 1 : 0;
    }
    return n;
}

} // namespace sextant
