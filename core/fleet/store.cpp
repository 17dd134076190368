// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fleet/store.h"

#include "core/fleet/draftrows.h"

#include <algorithm>

namespace sextant {

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

void ClusterStore::upsert(NodeDraft draft)
{
    const Uid uid = packUid(draft.uid);
    const auto name = m_strings->intern(draft.name);
    auto it = m_nodeIndex.find(uid);
    if (it != m_nodeIndex.end()) {
        const auto old = fieldIn<NodeDraft, &NodeDraft::resourceVersion, std::string>(
            m_nodes.at<NodeCell::Record>(it->second), *m_strings);
        if (!draft.resourceVersion.empty() && old == draft.resourceVersion) {
            markSeen(ResourceKind::Nodes, it->second);
            return;
        }
    }
    if (it != m_nodeIndex.end() && m_nodes.at<NodeCell::Name>(it->second) != name) {
        removeNode(it->second); // pods go by the name: under another one it is another node
        it = m_nodeIndex.end();
    }
    const bool fresh = it == m_nodeIndex.end();
    const auto slot = fresh ? m_nodes.add(m_generation) : it->second;
    if (fresh) {
        m_nodeIndex.emplace(uid, slot);
        m_nodes.set<NodeCell::CpuUsed>(slot, Count::kUnknown);
        m_nodes.set<NodeCell::MemoryUsed>(slot, Count::kUnknown);
    }
    m_nodes.touch(slot, m_generation);
    setDraft(m_nodes, slot, std::move(draft), *m_strings, m_record);
    if (fresh) {
        m_nodeByName[name] = slot;
        m_nodesMoved = true;
    }
    m_dirty = true;
    markSeen(ResourceKind::Nodes, slot);
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
            if (m_workloads.occupied(workload) && m_workloads.at<WorkloadCell::Namespace>(workload) == name) {
                joinWorkload(workload);
            }
        }
    }
    markSeen(ResourceKind::Namespaces, slot);
}

void ClusterStore::removeNode(std::uint32_t slot)
{
    const auto name = m_nodes.at<NodeCell::Name>(slot);
    m_nodeIndex.erase(m_nodes.at<NodeCell::Uid>(slot));
    // A machine replaced under the same name may already be here with another uid.
    std::uint32_t successor = kNoSlot;
    for (std::uint32_t other = 0; other < m_nodes.slots(); ++other) {
        if (other != slot && m_nodes.occupied(other) && m_nodes.at<NodeCell::Name>(other) == name) {
            successor = other;
        }
    }
    if (successor == kNoSlot) {
        m_nodeByName.erase(name);
    } else {
        m_nodeByName[name] = successor;
    }
    m_nodesMoved = true;
    m_nodes.remove(slot, m_generation);
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
    if (kind == ResourceKind::Pods) {
        const auto slot = findPod(packUid(uid));
        if (slot != kNoSlot) {
            removePod(slot);
        }
        return slot != kNoSlot;
    }
    const Index *index = kind == ResourceKind::Nodes ? &m_nodeIndex
        : kind == ResourceKind::Namespaces           ? &m_namespaceIndex
        : isWorkload(kind)                           ? &m_workloadIndex
                                                     : nullptr;
    if (index == nullptr) {
        return false;
    }
    const auto it = index->find(packUid(uid));
    if (it == index->end()) {
        return false;
    }
    const auto slot = it->second;
    if (index == &m_nodeIndex) {
        removeNode(slot);
    } else if (index == &m_namespaceIndex) {
        removeNamespace(slot);
    } else {
        removeWorkload(slot);
    }
    return true;
}

bool ClusterStore::isList(const Replace &replace, ResourceKind kind, StringId ns)
{
    return !replace.kept && replace.kind == kind && replace.ns == ns;
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
    std::erase_if(m_replaces, [&](const Replace &replace) { return isList(replace, kind, key); });
}

void ClusterStore::endReplace(ResourceKind kind, const std::string &ns)
{
    const auto key = m_strings->intern(ns);
    const auto it = std::find_if(
        m_replaces.begin(), m_replaces.end(), [&](const Replace &replace) { return isList(replace, kind, key); });
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
    const WorkloadKind own = m_workloads.at<WorkloadCell::Kind>(slot);
    return own != WorkloadKind::Pod && resourceOf(own) == kind
        && (ns == StringId::Empty || m_workloads.at<WorkloadCell::Namespace>(slot) == ns);
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
    endKept(kind);
    Replace nothingSeen;
    nothingSeen.kind = kind;
    dropUnseen(nothingSeen);
}

void ClusterStore::setSketch(PodSketchPtr sketch)
{
    m_dirty = m_dirty || sketch != m_sketch;
    m_sketch = std::move(sketch);
}

void ClusterStore::publish()
{
    if (!m_dirty && !m_statusDirty) {
        return;
    }
    endKept();
    if (m_nodesMoved) {
        placePods();
    }
    auto snapshot = std::make_shared<ClusterSnapshot>();
    snapshot->m_id = m_id;
    snapshot->m_generation = m_generation;
    if (m_dirty) {
        m_dataGeneration = m_generation;
    }
    snapshot->m_dataGeneration = m_dataGeneration;
    snapshot->m_status = std::make_shared<const ClusterStatus>(shownStatus());
    snapshot->m_strings = m_strings;
    snapshot->m_pods = m_pods.publish();
    snapshot->m_podUsage = m_podUsage.publish();
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
    return isWorkload(kind) ? m_listed[static_cast<std::size_t>(kind)] : 0;
}

} // namespace sextant
