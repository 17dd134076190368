// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fleet/snapshot.h"

#include "core/fleet/podrecord.h"

#include <fmt/format.h>

namespace sextant {

namespace {

constexpr std::uint8_t kCounts = 1, kCpuUnlimited = 2, kMemoryUnlimited = 4, kReadyUnknown = 8, kRestartsUnknown = 16;

template <class Id, class View> std::optional<View> findIn(const ClusterSnapshot &cluster, const Id &id)
{
    const auto &columns = View::columns(cluster);
    if (id.cluster != cluster.id() || !columns.occupied(id.slot) || columns.birth(id.slot) != id.birth) {
        return std::nullopt;
    }
    return View(cluster, id.slot);
}

} // namespace

// The columns of a pod, by the names of PodCell.
#define POD(cell) m_cluster->m_pods.at<PodCell::cell>(m_slot)
#define RECORD (*POD(Record))

PodId PodView::id() const { return {m_cluster->id(), m_slot, m_cluster->m_pods.birth(m_slot)}; }
std::uint64_t PodView::revision() const { return m_cluster->m_pods.revision(m_slot); }
std::string_view PodView::name() const { return RECORD.view(RECORD.name); }
std::string_view PodView::ns() const { return m_cluster->strings().view(POD(Namespace)); }

std::string PodView::uid() const
{
    const Uid uid = POD(Uid);
    if (uid.high == 0) {
        return std::string(RECORD.view(RECORD.uid));
    }
    return fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", uid.high >> 32, uid.high >> 16 & 0xffff,
        uid.high & 0xffff, uid.low >> 48, uid.low & 0xffffffffffffU);
}

std::string_view PodView::resourceVersion() const { return RECORD.view(RECORD.resourceVersion); }
Time PodView::created() const { return unpackTime(POD(Created)); }
Time PodView::deleted() const { return unpackTime(POD(Deleted)); }
std::string_view PodView::node() const { return m_cluster->strings().view(POD(Node)); }
std::uint32_t PodView::nodeSlot() const { return POD(NodeSlot); }
std::string_view PodView::nominatedNode() const { return m_cluster->strings().view(RECORD.nominatedNode); }
std::string_view PodView::ip() const { return RECORD.view(RECORD.ip); }
std::string_view PodView::hostIp() const { return m_cluster->strings().view(RECORD.hostIp); }
std::string_view PodView::phase() const { return m_cluster->strings().view(POD(Phase)); }
std::string_view PodView::qos() const { return m_cluster->strings().view(POD(Qos)); }
std::string_view PodView::status() const { return m_cluster->strings().view(POD(Status)); }

State PodView::state() const
{
    const State own = POD(State);
    if (own == State::Ok || own == State::Warning) {
        const auto node = m_cluster->nodeBySlot(nodeSlot());
        if (node && node->draft().silent) {
            return State::Unknown;
        }
    }
    return own;
}

int PodView::ready() const { return POD(Ready); }
bool PodView::readyKnown() const { return (POD(Flags) & kReadyUnknown) == 0; }
bool PodView::restartsKnown() const { return (POD(Flags) & kRestartsUnknown) == 0; }
int PodView::containersTotal() const { return POD(Total); }
std::uint32_t PodView::restarts() const { return POD(Restarts); }
Time PodView::lastRestart() const { return unpackTime(POD(LastRestart)); }
std::string_view PodView::readinessGates() const { return RECORD.view(RECORD.readinessGates); }
std::string_view PodView::priorityClass() const { return m_cluster->strings().view(RECORD.priorityClass); }
std::string_view PodView::serviceAccount() const { return m_cluster->strings().view(RECORD.serviceAccount); }
bool PodView::counts() const { return (POD(Flags) & kCounts) != 0; }
MilliCpu PodView::cpuRequested() const { return MilliCpu(POD(CpuRequested)); }
MilliCpu PodView::cpuLimit() const { return MilliCpu(POD(CpuLimit)); }
MilliCpu PodView::cpuUsed() const { return MilliCpu(POD(CpuUsed)); }
Bytes PodView::memoryRequested() const { return Bytes(POD(MemoryRequested)); }
Bytes PodView::memoryLimit() const { return Bytes(POD(MemoryLimit)); }
Bytes PodView::memoryUsed() const { return Bytes(POD(MemoryUsed)); }
Time PodView::usageSampledAt() const { return unpackTime(POD(UsageTime)); }
bool PodView::cpuUnlimited() const { return (POD(Flags) & kCpuUnlimited) != 0; }
bool PodView::memoryUnlimited() const { return (POD(Flags) & kMemoryUnlimited) != 0; }

std::vector<std::string_view> PodView::unlimitedCpu() const
{
    std::vector<std::string_view> names;
    for (const auto &container : RECORD.containers) {
        if (container.cpuUnlimited) {
            names.push_back(m_cluster->strings().view(container.name));
        }
    }
    return names;
}

std::vector<std::string_view> PodView::unlimitedMemory() const
{
    std::vector<std::string_view> names;
    for (const auto &container : RECORD.containers) {
        if (container.memoryUnlimited) {
            names.push_back(m_cluster->strings().view(container.name));
        }
    }
    return names;
}

std::uint32_t PodView::controllerSlot() const { return POD(ControllerSlot); }
std::uint32_t PodView::workloadSlot() const { return POD(WorkloadSlot); }

std::string_view PodView::workloadKind() const
{
    const auto workload = m_cluster->workloadBySlot(workloadSlot());
    return workload ? std::string_view(workload->draft().kindText) : m_cluster->strings().view(RECORD.ownerKind);
}

std::string_view PodView::workloadName() const
{
    const auto workload = m_cluster->workloadBySlot(workloadSlot());
    return workload ? workload->name() : RECORD.view(RECORD.ownerName);
}

std::string_view PodView::team() const { return m_cluster->strings().view(POD(Team)); }
std::string_view PodView::statusMessage() const { return RECORD.view(RECORD.statusMessage); }

std::vector<ConditionView> PodView::conditions() const
{
    const PodRecord &record = RECORD;
    const StringPool &strings = m_cluster->strings();
    std::vector<ConditionView> out;
    out.reserve(record.conditions.size());
    for (const auto &row : record.conditions) {
        out.push_back({strings.view(row.type), strings.view(row.status), strings.view(row.reason),
            record.view(row.message), unpackTime(row.since)});
    }
    return out;
}

std::vector<ContainerView> PodView::containers() const
{
    const PodRecord &record = RECORD;
    const StringPool &strings = m_cluster->strings();
    std::vector<ContainerView> out;
    out.reserve(record.containers.size());
    for (const auto &row : record.containers) {
        ContainerView view;
        view.kind = row.kind;
        view.state = row.state;
        view.ready = row.ready;
        view.name = strings.view(row.name);
        view.image = strings.view(row.image);
        view.reason = strings.view(row.reason);
        view.message = record.view(row.message);
        view.since = unpackTime(row.since);
        view.exitCode = row.exitCode;
        view.restarts = row.restarts;
        view.hasLast = row.hasLast;
        view.lastReason = strings.view(row.lastReason);
        view.lastExitCode = row.lastExitCode;
        view.lastSignal = row.lastSignal;
        view.lastFinished = unpackTime(row.lastFinished);
        view.cpuRequest = MilliCpu(row.cpuRequest);
        view.cpuLimit = MilliCpu(row.cpuLimit);
        view.memoryRequest = Bytes(row.memoryRequest);
        view.memoryLimit = Bytes(row.memoryLimit);
        out.push_back(view);
    }
    return out;
}

#undef RECORD
#undef POD

NodeId NodeView::id() const { return {m_cluster->id(), m_slot, m_cluster->m_nodes.birth(m_slot)}; }
std::uint64_t NodeView::revision() const { return m_cluster->m_nodes.revision(m_slot); }
const NodeDraft &NodeView::draft() const { return *m_cluster->m_nodes.at<NodeCell::Draft>(m_slot); }
MilliCpu NodeView::cpuAllocatable() const { return draft().allocatable.cpu; }
Bytes NodeView::memoryAllocatable() const { return draft().allocatable.memory; }
Count NodeView::podsAllocatable() const { return draft().allocatable.pods; }
bool NodeView::wholeIsCapacity() const { return m_cluster->status().orchestrator == Orchestrator::Helios; }
MilliCpu NodeView::cpuWhole() const { return wholeIsCapacity() ? draft().capacity.cpu : draft().allocatable.cpu; }
Bytes NodeView::memoryWhole() const { return wholeIsCapacity() ? draft().capacity.memory : draft().allocatable.memory; }
MilliCpu NodeView::cpuUsed() const { return MilliCpu(m_cluster->m_nodes.at<NodeCell::CpuUsed>(m_slot)); }
Bytes NodeView::memoryUsed() const { return Bytes(m_cluster->m_nodes.at<NodeCell::MemoryUsed>(m_slot)); }
Time NodeView::usageSampledAt() const { return unpackTime(m_cluster->m_nodes.at<NodeCell::UsageTime>(m_slot)); }

WorkloadId WorkloadView::id() const { return {m_cluster->id(), m_slot, m_cluster->m_workloads.birth(m_slot)}; }
std::uint64_t WorkloadView::revision() const { return m_cluster->m_workloads.revision(m_slot); }
const WorkloadDraft &WorkloadView::draft() const { return *m_cluster->m_workloads.at<WorkloadCell::Draft>(m_slot); }
std::uint32_t WorkloadView::controllerSlot() const
{
    return m_cluster->m_workloads.at<WorkloadCell::ControllerSlot>(m_slot);
}

std::string_view WorkloadView::team() const
{
    return m_cluster->strings().view(m_cluster->m_workloads.at<WorkloadCell::Team>(m_slot));
}

NamespaceId NamespaceView::id() const { return {m_cluster->id(), m_slot, m_cluster->m_namespaces.birth(m_slot)}; }
const NamespaceDraft &NamespaceView::draft() const { return *m_cluster->m_namespaces.at<NamespaceCell::Draft>(m_slot); }

std::optional<PodView> ClusterSnapshot::find(const PodId &id) const { return findIn<PodId, PodView>(*this, id); }
std::optional<NodeView> ClusterSnapshot::find(const NodeId &id) const { return findIn<NodeId, NodeView>(*this, id); }
std::optional<WorkloadView> ClusterSnapshot::find(const WorkloadId &id) const
{
    return findIn<WorkloadId, WorkloadView>(*this, id);
}
std::optional<NamespaceView> ClusterSnapshot::find(const NamespaceId &id) const
{
    return findIn<NamespaceId, NamespaceView>(*this, id);
}

std::optional<NodeView> ClusterSnapshot::nodeBySlot(std::uint32_t slot) const
{
    return m_nodes.occupied(slot) ? std::optional(NodeView(*this, slot)) : std::nullopt;
}

std::optional<WorkloadView> ClusterSnapshot::workloadBySlot(std::uint32_t slot) const
{
    return m_workloads.occupied(slot) ? std::optional(WorkloadView(*this, slot)) : std::nullopt;
}

const ClusterSnapshot *Snapshot::cluster(ClusterId id) const
{
    for (const auto &cluster : m_clusters) {
        if (cluster->id() == id) {
            return cluster.get();
        }
    }
    return nullptr;
}

std::optional<PodView> Snapshot::find(const PodId &id) const
{
    const auto *c = cluster(id.cluster);
    return c != nullptr ? c->find(id) : std::nullopt;
}
std::optional<NodeView> Snapshot::find(const NodeId &id) const
{
    const auto *c = cluster(id.cluster);
    return c != nullptr ? c->find(id) : std::nullopt;
}
std::optional<WorkloadView> Snapshot::find(const WorkloadId &id) const
{
    const auto *c = cluster(id.cluster);
    return c != nullptr ? c->find(id) : std::nullopt;
}
std::optional<NamespaceView> Snapshot::find(const NamespaceId &id) const
{
    const auto *c = cluster(id.cluster);
    return c != nullptr ? c->find(id) : std::nullopt;
}

bool Snapshot::sameAs(const Snapshot &other) const { return m_clusters == other.m_clusters; }

Delta podDelta(const ClusterSnapshot &before, const ClusterSnapshot &after)
{
    Delta delta;
    const auto &old = PodView::columns(before);
    const auto &now = PodView::columns(after);
    const auto slots = std::max(old.slots(), now.slots());
    for (std::uint32_t slot = 0; slot < slots; ++slot) {
        const auto chunk = slot / PodColumns::kRows;
        if (slot % PodColumns::kRows == 0 && chunk < old.chunks().size() && chunk < now.chunks().size()
            && old.chunks()[chunk] == now.chunks()[chunk] && old.slots() == now.slots()) {
            slot += PodColumns::kRows - 1;
            continue;
        }
        const bool was = old.occupied(slot);
        const bool is = now.occupied(slot);
        const bool same = was && is && old.birth(slot) == now.birth(slot);
        if (was && !same) {
            delta.removed.push_back(slot);
        }
        if (is && !same) {
            delta.added.push_back(slot);
        }
        if (same && old.revision(slot) != now.revision(slot)) {
            delta.changed.push_back(slot);
        } else if (same
            && (old.at<PodCell::CpuUsed>(slot) != now.at<PodCell::CpuUsed>(slot)
                || old.at<PodCell::MemoryUsed>(slot) != now.at<PodCell::MemoryUsed>(slot))) {
            delta.usage.push_back(slot);
        }
    }
    return delta;
}

} // namespace sextant
