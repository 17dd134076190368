// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fleet/store.h"

#include <algorithm>

namespace sextant {

namespace {

/// Interned before anything else, so that their numbers take one byte of a record.
constexpr std::string_view kCommonWords[] = {"Pod", "Node", "ReplicaSet", "StatefulSet", "DaemonSet", "Job",
    "ReplicationController", "Running", "Pending", "Succeeded", "Failed", "Completed", "Terminating",
    "ContainerCreating", "CrashLoopBackOff", "ImagePullBackOff", "ErrImagePull", "Error", "OOMKilled", "Evicted",
    "Guaranteed", "Burstable", "BestEffort", "default", "Ready", "Initialized", "ContainersReady", "PodScheduled",
    "PodReadyToStartContainers", "DisruptionTarget", "PodCompleted", "ContainersNotReady", "Unschedulable",
    "system-node-critical", "system-cluster-critical"};

} // namespace

std::span<const std::string_view> FleetStore::commonWords() { return kCommonWords; }

FleetStore::FleetStore()
    : m_strings(std::make_shared<StringPool>())
{
    for (const auto word : kCommonWords) {
        m_strings->intern(word);
    }
}

std::shared_ptr<ClusterStore> FleetStore::add(const std::function<void(ClusterStore &)> &prepare)
{
    std::shared_ptr<ClusterStore> cluster;
    {
        const std::lock_guard lock(m_mutex);
        cluster = std::make_shared<ClusterStore>(ClusterId(++m_last), m_strings);
    }
    if (prepare) {
        prepare(*cluster);
    }
    cluster->onPublished([this] {
        std::shared_ptr<std::function<void()>> call;
        {
            const std::lock_guard lock(m_mutex);
            call = m_changed;
        }
        if (call) {
            (*call)();
        }
    });
    std::shared_ptr<std::function<void()>> changed;
    {
        const std::lock_guard lock(m_mutex);
        m_clusters.push_back(cluster);
        changed = m_changed;
    }
    if (changed) {
        (*changed)();
    }
    return cluster;
}

void FleetStore::remove(ClusterId id)
{
    std::shared_ptr<std::function<void()>> changed;
    {
        const std::lock_guard lock(m_mutex);
        std::erase_if(m_clusters, [id](const auto &cluster) { return cluster->id() == id; });
        changed = m_changed;
    }
    if (changed) {
        (*changed)();
    }
}

Snapshot FleetStore::snapshot() const
{
    std::vector<ClusterSnapshotPtr> clusters;
    const std::lock_guard lock(m_mutex);
    clusters.reserve(m_clusters.size());
    for (const auto &cluster : m_clusters) {
        clusters.push_back(cluster->current());
    }
    return Snapshot(std::move(clusters));
}

void FleetStore::onChanged(std::function<void()> callback)
{
    const std::lock_guard lock(m_mutex);
    m_changed = callback ? std::make_shared<std::function<void()>>(std::move(callback)) : nullptr;
}

} // namespace sextant
