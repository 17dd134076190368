// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/capacity/accounting.h"
#include "core/fleet/store.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

/// A made-up fleet for tests: written through the stores' own writer functions, the same for the same options.
namespace sextant::test {

struct SampleOptions {
    int clusters = 3; ///< 1 to 3: gke-eu, gke-us, gke-ap; further ones repeat them as "gke-eu-2"
    int nodes = 600; ///< over all clusters
    int pods = 6900; ///< over all clusters, the unscheduled ones included
    bool usage = true; ///< samples of metrics for nodes and running pods
    bool trouble = true; ///< failing pods, silent and cordoned nodes; without it everything is ready
    std::uint64_t seed = 1;
    Time now = wallNow(); ///< ages count back from here
};

/// What the filler put in, to hold figures against.
struct SampleTruth {
    int nodes = 0;
    int pods = 0;
    int unscheduled = 0;
    int failed = 0; ///< pods
    int warning = 0;
    int pending = 0; ///< placed and starting; the unscheduled are apart
    int completed = 0;
    int silentNodes = 0;
    int cordonedNodes = 0;
    std::vector<std::shared_ptr<ClusterStore>> clusters; ///< to change things later on
};

/// Adds clusters to `store`, fills and publishes them. Call it on the one thread that writes.
SampleTruth fillSampleFleet(FleetStore &store, const SampleOptions &options = {});

/// A node that is ready: 110 pods, its capacity a little above what is allocatable.
NodeDraft sampleNode(const std::string &name, const std::string &pool, int cores, int memoryGi, Time now);
/// A pod that runs and is ready, with one container, no controller.
PodDraft samplePod(const std::string &ns, const std::string &name, const std::string &node, std::int64_t cpuMillis,
    std::int64_t memoryMi, Time now);
/// Marks every kind of the cluster as read and watched.
void setAllLive(ClusterStatus &status, Time now);

/// A picture of the store as it stands.
PicturePtr pictureOf(const FleetStore &store);

} // namespace sextant::test
