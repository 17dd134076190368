// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/fleet/store.h"

#include <memory>
#include <string>

/// A made-up Helios cluster for tests: rows as a feed writes them, with a little of everything.
namespace sextant::test {

/// A host that is up: 16 CPUs, 64Gi, load 4.25, 24Gi in use with its caches.
NodeDraft heliosHost(const std::string &name, const std::string &zone, Time now);
/// A task that runs, deployed by hand; `cpu` in millicores and `memoryMi` below 0: not declared.
PodDraft heliosTask(const std::string &job, const std::string &host, std::int64_t cpu, std::int64_t memoryMi);

/// Adds "helios-lon", all read, and publishes it. Of its 8 hosts
///   h1 … h4 are up (h4 tells nothing of itself), h5 and h6 (zone lon3) are down and were heard 41 and 40 minutes
///   before `now`, h7 cannot be read, h8 is listed and knows nothing of itself.
/// Of its 11 tasks
///   playlist:1.0:… (group playlist, 500m, 1Gi) runs on h1, h2 and h3, and ran on h5 and h6;
///   search:7:… (group search, memory 2Gi alone) is FLAPPING on h1 and h2;
///   legacy:3:… (by hand, declares nothing) runs on h1, waits (PENDING) on h2, and is parked (STOP) on h3;
///   royalty:2:… (group royalty, 250m, 512Mi; its rolling update failed) could not pull its image on h3.
std::shared_ptr<ClusterStore> addHeliosCluster(FleetStore &store, Time now);

} // namespace sextant::test
