// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/fleet/feed.h"
#include "core/fleet/store.h"
#include "core/helios/masters.h"

#include <chrono>
#include <memory>

namespace sextant::helios {

struct FeedOptions {
    /// The least pause between the starts of two rounds. A round that takes long, or a master that answers slowly,
    /// makes the pauses longer (helios.md, 2.4 and 5.1 no. 14).
    std::chrono::milliseconds every{10'000};
    std::vector<std::string> poolLabels; ///< of hosts, best first; empty: "pool", "role"
    std::vector<std::string> teamLabels; ///< of a job's labels and metadata, best first; empty: "owner", "team"
    // What follows is there for tests; the defaults are the rules.
    std::uint64_t seed = 0; ///< of jitter; 0: random
    std::chrono::milliseconds publishEvery{100};
    std::chrono::milliseconds readTimeout{90'000}; ///< a master that has lost ZooKeeper answers 500 after 64 to 71 s
    std::chrono::milliseconds chunkAim{1'000}; ///< chunks of hosts are sized to take about so long
    int chunkFirst = 50; ///< hosts in the first chunk
    int inFlight = 2; ///< chunks at once
    double backoffScale = 1; ///< stretches or shortens every wait
    std::vector<std::string> dnsServers; ///< "127.0.0.1:5353"; empty: the system's
};

/// Polls one Helios cluster into its store: hosts, their tasks, jobs and deployment groups, one master a round, the
/// next one when it fails. What a master cannot read is found by halving and named. Reads on demand: hosts, tasks, jobs
/// and groups as YAML with secrets masked; the history of a task or a job as events.
/// @param client and `store` outlive the feed.
std::unique_ptr<Feed> makeHeliosFeed(
    Masters masters, FeedOptions options, net::Client &client, std::shared_ptr<ClusterStore> store);

} // namespace sextant::helios
