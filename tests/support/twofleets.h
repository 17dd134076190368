// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/capacity/accounting.h"
#include "core/fleet/store.h"

#include <functional>
#include <map>
#include <memory>
#include <string>

/// A Helios cluster and Kubernetes ones of a few objects, built by hand, for tests of the migration.
namespace sextant::test {

/// How many instances of something, and how they are.
struct Instances {
    int ok = 0;
    int bad = 0; ///< wanted, not well
    std::int64_t cpu = Count::kUnknown; ///< each, millicores
    std::int64_t memory = Count::kUnknown; ///< each, bytes
};

class TwoFleets {
public:
    TwoFleets();

    /// The cluster of that name; made on first use. Kubernetes' names begin with anything but "helios".
    ClusterStore &cluster(const std::string &name);
    /// Puts a job "name:version:hash" and its tasks in the place of what there was of it. `group`: its tasks belong to
    /// that deployment group, which is made.
    void job(const std::string &name, Instances instances, const std::string &group = {},
        const std::string &version = "1", const std::string &cluster = "helios-lon");
    void dropJob(const std::string &name, const std::string &cluster = "helios-lon");
    /// Edits a workload that is there, by its name.
    void edit(const std::string &cluster, const std::string &name, const std::function<void(WorkloadDraft &)> &change);
    /// Puts a workload and its pods in the place of what there was of it.
    void workload(const std::string &cluster, const std::string &ns, const std::string &name, Instances instances,
        WorkloadKind kind = WorkloadKind::Deployment);
    void dropWorkload(const std::string &cluster, const std::string &ns, const std::string &name);
    /// What the next pictures show of a cluster's connection.
    void connection(const std::string &cluster, Connection connection);
    Picture picture();

private:
    void pods(ClusterStore &store, const WorkloadDraft &owner, const std::string &prefix, Instances instances);
    void dropPods(ClusterStore &store, const std::string &uid);

    FleetStore m_store;
    std::map<std::string, std::shared_ptr<ClusterStore>> m_clusters;
    std::map<std::string, int> m_podCounts; ///< by owner's uid
    std::map<std::string, WorkloadDraft> m_drafts; ///< by cluster/name
    int m_versions = 0;
};

} // namespace sextant::test
