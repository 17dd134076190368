// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/fleet/snapshot.h"

#include <array>
#include <cstdint>

namespace sextant {

/// Sums of one resource (CPU in millicores or memory in bytes).
/// capacity, allocatable: over nodes; unknown when no node tells. requested, limit: over the pods that count, each
/// rounded up by itself, 0 over nothing; requested is unknown when there are such pods and none of them declares it
/// (jobs of Helios). limit likewise for Helios, whose CPU has no limit at all: that sum is unknown even over nothing.
/// used: unknown when nothing was sampled.
struct ResourceSums {
    std::int64_t capacity = Count::kUnknown;
    std::int64_t allocatable = Count::kUnknown;
    std::int64_t requested = 0;
    /// The part of `requested` that stands against `allocatable`: of the orchestrators that have such a notion, so not
    /// of Helios. The numerator of every percentage of allocatable.
    std::int64_t charged = 0;
    std::int64_t limit = 0;
    std::int64_t used = Count::kUnknown;
    int undeclared = 0; ///< pods that count and do not declare it: `requested` is a lower bound
    int unlimited = 0; ///< pods that count and have a container without this limit
    int unsampled =
        0; ///< what should have a sample (a ready node, a running pod) and has none: `used` is a lower bound

    void add(const ResourceSums &other);
    /// What a bar, a chart or a percentage is drawn against: allocatable, and where there is no such notion (only
    /// Helios in it) the capacity. Say which: wholeIsCapacity().
    std::int64_t whole() const { return wholeIsCapacity() ? capacity : allocatable; }
    /// The part of `requested` that compares with whole(): `charged`, and without allocatable all of it.
    std::int64_t requestedOfWhole() const { return allocatable == Count::kUnknown ? requested : charged; }
    bool wholeIsCapacity() const { return allocatable == Count::kUnknown && capacity != Count::kUnknown; }
};

struct Sums {
    ResourceSums cpu, memory;
    int pods = 0; ///< that count (neither Succeeded nor Failed)
    std::int64_t podsAllocatable = Count::kUnknown;
    int nodes = 0;
    int nodesReady = 0;
    std::array<int, kStates> podStates{}; ///< all pods, by State
    std::array<int, kStates> nodeStates{};
    int podsTotal = 0; ///< all pods, finished ones included
    int podsReady = 0; ///< State::Ok
    int unscheduled = 0; ///< waiting without a node
    // Of Helios hosts that are up and tell: load as such (hundredths, one minute) and memory with its caches.
    std::int64_t loadHundredths = Count::kUnknown;
    std::int64_t memoryInUse = Count::kUnknown;

    void add(const Sums &other);
    /// Everything but what is used of them, from sums of nodes.
    void takeNodes(const Sums &from);
    /// What is used, where nodes were sampled: they measure more than their pods (system daemons), and nothing twice.
    void takeNodeSamples(const Sums &from);
};
/// Sums of a part of a cluster, before anything is added.
Sums sumsOfNothing(const ClusterSnapshot &cluster);
/// Adds to a sum of requests or limits, which starts at 0: what is known; unknown while nothing but unknowns came.
void addDeclared(std::int64_t &sum, std::int64_t value);
/// Adds one pod as every sum of pods counts it; `state` is pod.state(), which callers have at hand.
void addPod(Sums &sums, const PodView &pod, State state);
/// Adds one node: what it has, its state, and what it says of itself; not what is used of it.
void addNode(Sums &sums, const NodeView &node);
/// `used` of a node's own sums is what was sampled of the node itself.
void useNodeSample(Sums &sums, const NodeView &node);

} // namespace sextant
