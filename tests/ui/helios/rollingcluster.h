// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/heliosfleet.h"

#include <string>
#include <vector>

namespace sextant::test {

/// The same host once its agent is gone: DOWN, with what it said last.
void makeDown(NodeDraft &host, Time lastReport);
/// "name:version:hash" with a hash of forty digits.
std::string sampleJobId(const std::string &name, const std::string &version);
/// A group whose roll-out of `jobId` has reached `updated` of its hosts.
WorkloadDraft sampleGroup(
    const std::string &name, const std::string &jobId, const std::vector<std::string> &hosts, int updated);

/// Adds a cluster "helios-lon" in the middle of a roll-out: hosts web-01.. as heliosHost() makes them, the last of them
/// DOWN; on each a task of cartapi:2.7.1 (500m, 512Mi) of the group shop, which is rolling out, and one of ledger:3,
/// deployed by hand, whose job declares nothing. Published.
std::shared_ptr<ClusterStore> addRollingCluster(FleetStore &store, int hosts, Time now);

} // namespace sextant::test
