// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fleet/status.h"

#include <algorithm>

namespace sextant {

std::string_view resourceWord(ResourceKind kind)
{
    static constexpr std::array<std::string_view, kResourceKinds> words{"nodes", "pods", "namespaces", "deployments",
        "replicasets", "statefulsets", "daemonsets", "jobs", "cronjobs", "replicationcontrollers", "node metrics",
        "pod metrics", "deployment groups"};
    return words[static_cast<std::size_t>(kind)];
}

bool applies(Orchestrator orchestrator, ResourceKind kind)
{
    if (orchestrator == Orchestrator::Kubernetes) {
        return kind != ResourceKind::DeploymentGroups;
    }
    return kind == ResourceKind::Nodes || kind == ResourceKind::Pods || kind == ResourceKind::Jobs
        || kind == ResourceKind::DeploymentGroups;
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

bool ClusterStatus::settled() const
{
    if (connection == Connection::Failed) {
        return true;
    }
    for (int i = 0; i < kResourceKinds; ++i) {
        const auto kind = static_cast<ResourceKind>(i);
        if (!applies(orchestrator, kind) || kind == ResourceKind::NodeMetrics || kind == ResourceKind::PodMetrics) {
            continue;
        }
        const Sync sync = of(kind).sync;
        if (sync == Sync::Waiting || sync == Sync::Loading) {
            return false;
        }
    }
    return true;
}

bool ClusterStatus::renewing() const
{
    return std::any_of(resources.begin(), resources.end(), [](const ResourceStatus &kind) { return kind.renewing; });
}

bool ClusterStatus::partial() const
{
    for (int i = 0; i < kResourceKinds; ++i) {
        const auto kind = static_cast<ResourceKind>(i);
        const ResourceStatus &resource = of(kind);
        if (!applies(orchestrator, kind)) {
            continue;
        }
        if (resource.sync == Sync::Forbidden || resource.sync == Sync::Failed || !resource.namespaces.empty()
            || !resource.unreadable.empty()) {
            return true;
        }
    }
    // Metrics that are not installed leave every "used" unknown; a workload kind an old server lacks leaves nothing
    // out. Helios never has any.
    return orchestrator == Orchestrator::Kubernetes
        && (of(ResourceKind::NodeMetrics).sync == Sync::Absent || of(ResourceKind::PodMetrics).sync == Sync::Absent);
}

} // namespace sextant
