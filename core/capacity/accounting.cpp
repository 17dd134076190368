// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/capacity/accounting.h"

#include <cmath>

namespace sextant {

namespace {

void addKnown(std::int64_t &sum, std::int64_t value)
{
    Count total(sum); // what a server says may be anything: the sum stops at the end of the range
    sum = total.add(Count(value)).value;
}

void addRequest(ResourceSums &sums, std::int64_t value, bool charged)
{
    addDeclared(sums.requested, value);
    if (value == Count::kUnknown) {
        ++sums.undeclared;
    } else if (charged) {
        addKnown(sums.charged, value);
    }
}

/// A limit that is not set adds nothing on Kubernetes; on Helios nobody knows it.
void addLimit(std::int64_t &sum, std::int64_t value, bool kubernetes)
{
    addDeclared(sum, value == Count::kUnknown && kubernetes ? 0 : value);
}

/// Sums of a part of a cluster, before anything is added.
Sums emptySums(const ClusterSnapshot &cluster)
{
    Sums sums;
    if (cluster.status().orchestrator == Orchestrator::Helios) {
        sums.cpu.limit = Count::kUnknown; // there is none to be summed
    }
    return sums;
}

/// Groups pod slots by a key in 0..keys: counting sort.
void group(const std::vector<std::uint32_t> &keyOfPod, std::uint32_t keys, std::vector<std::uint32_t> &start,
    std::vector<std::uint32_t> &pods)
{
    start.assign(keys + 1, 0);
    for (const auto key : keyOfPod) {
        if (key < keys) {
            ++start[key + 1];
        }
    }
    for (std::uint32_t i = 0; i < keys; ++i) {
        start[i + 1] += start[i];
    }
    pods.resize(start[keys]);
    auto next = start;
    for (std::uint32_t slot = 0; slot < keyOfPod.size(); ++slot) {
        if (keyOfPod[slot] < keys) {
            pods[next[keyOfPod[slot]]++] = slot;
        }
    }
}

void addNode(Sums &sums, const NodeView &node)
{
    const NodeDraft &draft = node.draft();
    ++sums.nodes;
    ++sums.nodeStates[static_cast<std::size_t>(draft.state)];
    sums.nodesReady += draft.status.rfind("Ready", 0) == 0 || draft.status == "UP" ? 1 : 0;
    addKnown(sums.cpu.capacity, draft.capacity.cpu.value);
    addKnown(sums.memory.capacity, draft.capacity.memory.value);
    addKnown(sums.cpu.allocatable, node.cpuAllocatable().value);
    addKnown(sums.memory.allocatable, node.memoryAllocatable().value);
    addKnown(sums.podsAllocatable, node.podsAllocatable().value);
    if (!draft.silent) { // what a host that is down said last is no figure of now
        addKnown(sums.memoryInUse, draft.memoryInUse.value);
        if (draft.loadAverage) {
            addKnown(sums.loadHundredths, std::llround(*draft.loadAverage * 100));
        }
    }
}

/// `used` of a node's own sums is what was sampled of the node itself.
void useNodeSample(Sums &sums, const NodeView &node)
{
    sums.cpu.used = node.cpuUsed().value;
    sums.memory.used = node.memoryUsed().value;
    const bool expected = !node.draft().silent && node.cluster().status().orchestrator == Orchestrator::Kubernetes;
    sums.cpu.unsampled = expected && !node.cpuUsed().known() ? 1 : 0;
    sums.memory.unsampled = expected && !node.memoryUsed().known() ? 1 : 0;
}

} // namespace

void addDeclared(std::int64_t &sum, std::int64_t value)
{
    if (value == Count::kUnknown) {
        sum = sum == 0 ? Count::kUnknown : sum;
    } else if (sum != Count::kUnknown) {
        addKnown(sum, value);
    } else if (value != 0) {
        sum = value;
    }
}

void addPod(Sums &sums, const PodView &pod, State state)
{
    ++sums.podsTotal;
    ++sums.podStates[static_cast<std::size_t>(state)];
    sums.podsReady += state == State::Ok ? 1 : 0;
    if (!pod.counts()) {
        return;
    }
    const bool kubernetes = pod.cluster().status().orchestrator == Orchestrator::Kubernetes;
    ++sums.pods;
    sums.unscheduled += pod.scheduled() ? 0 : 1;
    addRequest(sums.cpu, pod.cpuRequested().value, kubernetes);
    addLimit(sums.cpu.limit, pod.cpuLimit().value, kubernetes);
    sums.cpu.unlimited += pod.cpuUnlimited() ? 1 : 0;
    addRequest(sums.memory, pod.memoryRequested().value, kubernetes);
    addLimit(sums.memory.limit, pod.memoryLimit().value, kubernetes);
    sums.memory.unlimited += pod.memoryUnlimited() ? 1 : 0;
    addKnown(sums.cpu.used, pod.cpuUsed().value);
    addKnown(sums.memory.used, pod.memoryUsed().value);
    if (kubernetes && (state == State::Ok || state == State::Warning)) { // Helios measures no task
        sums.cpu.unsampled += pod.cpuUsed().known() ? 0 : 1;
        sums.memory.unsampled += pod.memoryUsed().known() ? 0 : 1;
    }
}

void ResourceSums::add(const ResourceSums &other)
{
    addKnown(capacity, other.capacity);
    addKnown(allocatable, other.allocatable);
    addDeclared(requested, other.requested);
    addKnown(charged, other.charged);
    addDeclared(limit, other.limit);
    addKnown(used, other.used);
    undeclared += other.undeclared;
    unlimited += other.unlimited;
    unsampled += other.unsampled;
}

void Sums::add(const Sums &other)
{
    cpu.add(other.cpu);
    memory.add(other.memory);
    pods += other.pods;
    addKnown(podsAllocatable, other.podsAllocatable);
    nodes += other.nodes;
    nodesReady += other.nodesReady;
    for (std::size_t i = 0; i < podStates.size(); ++i) {
        podStates[i] += other.podStates[i];
        nodeStates[i] += other.nodeStates[i];
    }
    podsTotal += other.podsTotal;
    podsReady += other.podsReady;
    unscheduled += other.unscheduled;
    addKnown(loadHundredths, other.loadHundredths);
    addKnown(memoryInUse, other.memoryInUse);
}

ClusterAccounting account(const ClusterSnapshot &cluster)
{
    ClusterAccounting out;
    out.cluster = emptySums(cluster);
    out.byNode.resize(cluster.nodeSlots(), out.cluster);
    out.byWorkload.resize(cluster.workloadSlots(), out.cluster);
    out.byNamespace.resize(cluster.namespaceSlots());

    std::vector<std::uint32_t> namespaceOf; // by StringId of the namespace's name
    for (const NamespaceView ns : cluster.namespaces()) {
        const auto id = static_cast<std::size_t>(cluster.strings().find(ns.draft().name));
        if (id >= namespaceOf.size()) {
            namespaceOf.resize(id + 1, kNoSlot);
        }
        namespaceOf[id] = ns.slot();
    }

    std::vector<std::uint32_t> nodeOf(cluster.podSlots(), kNoSlot);
    std::vector<std::uint32_t> workloadOf(cluster.podSlots(), kNoSlot);
    const auto &columns = PodView::columns(cluster);
    for (const PodView pod : cluster.pods()) {
        const State state = pod.state();
        addPod(out.cluster, pod, state);
        if (const auto node = pod.nodeSlot(); node < out.byNode.size()) {
            addPod(out.byNode[node], pod, state);
            nodeOf[pod.slot()] = node;
        } else if (!pod.scheduled() && pod.counts()) {
            out.unscheduled.push_back(pod.slot());
        }
        if (const auto workload = pod.workloadSlot(); workload < out.byWorkload.size()) {
            addPod(out.byWorkload[workload], pod, state);
            workloadOf[pod.slot()] = workload;
        }
        const auto ns = static_cast<std::size_t>(columns.at<PodCell::Namespace>(pod.slot()));
        if (ns < namespaceOf.size() && namespaceOf[ns] != kNoSlot) {
            addPod(out.byNamespace[namespaceOf[ns]], pod, state);
        }
    }

    Sums nodes;
    for (const NodeView node : cluster.nodes()) {
        Sums &own = out.byNode[node.slot()];
        addNode(own, node);
        useNodeSample(own, node);
        Sums part;
        addNode(part, node);
        useNodeSample(part, node);
        nodes.add(part);
    }
    out.cluster.cpu.capacity = nodes.cpu.capacity;
    out.cluster.memory.capacity = nodes.memory.capacity;
    out.cluster.cpu.allocatable = nodes.cpu.allocatable;
    out.cluster.memory.allocatable = nodes.memory.allocatable;
    out.cluster.podsAllocatable = nodes.podsAllocatable;
    out.cluster.nodes = nodes.nodes;
    out.cluster.nodesReady = nodes.nodesReady;
    out.cluster.nodeStates = nodes.nodeStates;
    out.cluster.loadHundredths = nodes.loadHundredths;
    out.cluster.memoryInUse = nodes.memoryInUse;
    if (nodes.cpu.used != Count::kUnknown) {
        // Nodes measure more than their pods (system daemons), and nothing twice.
        out.cluster.cpu.used = nodes.cpu.used;
        out.cluster.cpu.unsampled = nodes.cpu.unsampled;
    }
    if (nodes.memory.used != Count::kUnknown) {
        out.cluster.memory.used = nodes.memory.used;
        out.cluster.memory.unsampled = nodes.memory.unsampled;
    }

    group(nodeOf, cluster.nodeSlots(), out.nodeStart, out.podsOfNode);
    group(workloadOf, cluster.workloadSlots(), out.workloadStart, out.podsOfWorkload);
    return out;
}

bool Scope::contains(const PodView &pod) const
{
    if (cluster != ClusterId::None && pod.cluster().id() != cluster) {
        return false;
    }
    if (!ns.empty() && pod.ns() != ns) {
        return false;
    }
    if (!team.empty() && pod.team() != team) {
        return false;
    }
    if (!pool.empty()) {
        const auto node = pod.cluster().nodeBySlot(pod.nodeSlot());
        return node && node->pool() == pool;
    }
    return true;
}

bool Scope::contains(const NodeView &node) const
{
    return (cluster == ClusterId::None || node.cluster().id() == cluster) && (pool.empty() || node.pool() == pool)
        && (ns.empty() || node.cluster().status().orchestrator == Orchestrator::Kubernetes);
}

bool Scope::contains(const WorkloadView &workload) const
{
    return (cluster == ClusterId::None || workload.cluster().id() == cluster) && (ns.empty() || workload.ns() == ns)
        && (team.empty() || workload.team() == team);
}

namespace detail {

/// Sums of a part of one cluster, pod by pod (Picture::sums).
Sums scopedSums(const ClusterSnapshot &cluster, const Scope &scope)
{
    Sums sums = emptySums(cluster);
    for (const PodView pod : cluster.pods()) {
        if (scope.contains(pod)) {
            addPod(sums, pod, pod.state());
        }
    }
    Sums nodes;
    for (const NodeView node : cluster.nodes()) {
        if (scope.contains(node)) {
            Sums part;
            addNode(part, node);
            useNodeSample(part, node);
            nodes.add(part);
        }
    }
    sums.nodes = nodes.nodes;
    sums.nodesReady = nodes.nodesReady;
    sums.nodeStates = nodes.nodeStates;
    sums.loadHundredths = nodes.loadHundredths;
    sums.memoryInUse = nodes.memoryInUse;
    sums.podsAllocatable = nodes.podsAllocatable;
    sums.cpu.capacity = nodes.cpu.capacity;
    sums.cpu.allocatable = nodes.cpu.allocatable;
    sums.memory.capacity = nodes.memory.capacity;
    sums.memory.allocatable = nodes.memory.allocatable;
    if (scope.ns.empty() && scope.team.empty()) {
        if (nodes.cpu.used != Count::kUnknown) {
            sums.cpu.used = nodes.cpu.used;
            sums.cpu.unsampled = nodes.cpu.unsampled;
        }
        if (nodes.memory.used != Count::kUnknown) {
            sums.memory.used = nodes.memory.used;
            sums.memory.unsampled = nodes.memory.unsampled;
        }
    }
    return sums;
}

} // namespace detail

} // namespace sextant
