// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/capacity/sums.h"

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

void addNode(Sums &sums, const NodeView &node)
{
    ++sums.nodes;
    ++sums.nodeStates[static_cast<std::size_t>(node.state())];
    const std::string_view status = node.status();
    sums.nodesReady += status.starts_with("Ready") || status == "UP" ? 1 : 0;
    addKnown(sums.cpu.capacity, node.cpuCapacity().value);
    addKnown(sums.memory.capacity, node.memoryCapacity().value);
    addKnown(sums.cpu.allocatable, node.cpuAllocatable().value);
    addKnown(sums.memory.allocatable, node.memoryAllocatable().value);
    addKnown(sums.podsAllocatable, node.podsAllocatable().value);
    if (!node.silent()) { // what a host that is down said last is no figure of now
        addKnown(sums.memoryInUse, node.memoryInUse().value);
        if (const auto load = node.loadAverage()) {
            addKnown(sums.loadHundredths, std::llround(*load * 100));
        }
    }
}

Sums sumsOfNothing(const ClusterSnapshot &cluster)
{
    Sums sums;
    if (cluster.status().orchestrator == Orchestrator::Helios) {
        sums.cpu.limit = Count::kUnknown; // there is none to be summed
    }
    return sums;
}

void useNodeSample(Sums &sums, const NodeView &node)
{
    sums.cpu.used = node.cpuUsed().value;
    sums.memory.used = node.memoryUsed().value;
    const bool expected = !node.silent() && node.cluster().status().orchestrator == Orchestrator::Kubernetes;
    sums.cpu.unsampled = expected && !node.cpuUsed().known() ? 1 : 0;
    sums.memory.unsampled = expected && !node.memoryUsed().known() ? 1 : 0;
}

void Sums::takeNodes(const Sums &from)
{
    cpu.capacity = from.cpu.capacity;
    cpu.allocatable = from.cpu.allocatable;
    memory.capacity = from.memory.capacity;
    memory.allocatable = from.memory.allocatable;
    podsAllocatable = from.podsAllocatable;
    nodes = from.nodes;
    nodesReady = from.nodesReady;
    nodeStates = from.nodeStates;
    loadHundredths = from.loadHundredths;
    memoryInUse = from.memoryInUse;
}

void Sums::takeNodeSamples(const Sums &from)
{
    for (const auto resource : {&Sums::cpu, &Sums::memory}) {
        if ((from.*resource).used != Count::kUnknown) {
            (this->*resource).used = (from.*resource).used;
            (this->*resource).unsampled = (from.*resource).unsampled;
        }
    }
}

} // namespace sextant
