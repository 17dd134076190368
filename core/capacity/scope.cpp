// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/capacity/accounting.h"

namespace sextant {

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
    Sums sums = sumsOfNothing(cluster);
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
    sums.takeNodes(nodes);
    if (scope.ns.empty() && scope.team.empty()) {
        sums.takeNodeSamples(nodes);
    }
    return sums;
}

} // namespace detail

} // namespace sextant
