// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fleet/status.h"

namespace sextant {

std::string_view resourceWord(ResourceKind kind)
{
    static constexpr std::array<std::string_view, kResourceKinds> words{"nodes", "pods", "namespaces", "deployments",
        "replicasets", "statefulsets", "daemonsets", "jobs", "cronjobs", "replicationcontrollers", "node metrics",
        "pod metrics"};
    return words[static_cast<std::size_t>(kind)];
}

bool ClusterStatus::settled() const
{
    if (connection == Connection::Failed) {
        return true;
    }
    for (int i = 0; i <= static_cast<int>(ResourceKind::ReplicationControllers); ++i) {
        const Sync sync = resources[static_cast<std::size_t>(i)].sync;
        if (sync == Sync::Waiting || sync == Sync::Loading) {
            return false;
        }
    }
    return true;
}

bool ClusterStatus::partial() const
{
    for (const ResourceStatus &resource : resources) {
        if (resource.sync == Sync::Forbidden || resource.sync == Sync::Failed || !resource.namespaces.empty()) {
            return true;
        }
    }
    // Metrics that are not installed leave every "used" unknown; a workload kind an old server lacks leaves nothing
    // out.
    return of(ResourceKind::NodeMetrics).sync == Sync::Absent || of(ResourceKind::PodMetrics).sync == Sync::Absent;
}

} // namespace sextant
