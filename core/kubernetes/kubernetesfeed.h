// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/fleet/feed.h"
#include "core/fleet/store.h"
#include "core/kubernetes/connection.h"
#include "core/kubernetes/decoder.h"
#include "core/kubernetes/listturns.h"
#include "core/net/client.h"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>

namespace sextant::kubernetes {

struct FeedOptions {
    std::chrono::milliseconds nodeMetricsEvery{15'000};
    std::optional<std::chrono::milliseconds> podMetricsEvery; ///< not said: see podMetricsPause()
    DecodeOptions decode;
    /// Asked once the uid of kube-system is known, and again when it changes; on the feed's thread. False: another feed
    /// has this cluster already, and this one falls silent for good. Null: always true.
    std::function<bool(const std::string &uid)> claim;
    /// Shared by all feeds: whose big lists are read now. Null: nobody else has any.
    std::shared_ptr<ListTurns> turns;
    // What follows is there for tests; the defaults are the rules.
    std::uint64_t seed = 0; ///< of jitter; 0: random
    std::chrono::milliseconds publishEvery{100};
    std::chrono::milliseconds refusedRetry{60'000}; ///< after a 403, and after a resource was absent
    /// Pods wait no longer to learn from the first nodes whether they are many, and wanted as a Table, too.
    std::chrono::milliseconds nodesFirst{250};
    std::chrono::milliseconds tableFirst{1'500}; ///< a list of many pods waits no longer for their Table to begin
    std::chrono::milliseconds turnFor{20'000}; ///< a big list that takes longer no longer keeps others waiting
    std::chrono::milliseconds watchdog{150'000}; ///< a watch without a byte for so long is given up
    std::chrono::milliseconds listLimit{60'000}; ///< servers cut lists after this long: paged from then on
    std::chrono::seconds watchFor{300}; ///< a watch is asked to last so long, up to twice
    std::chrono::milliseconds veryShort{1'000}; ///< a watch that ends sooner without an event is a failure
    double backoffScale = 1; ///< stretches or shortens every wait
    int pageSize = 500;
};

/// Lists and watches one cluster. What can be read is kept current, what cannot is named, each resource by itself.
/// @param client and `store` outlive the feed.
std::unique_ptr<Feed> makeKubernetesFeed(
    Connection connection, FeedOptions options, net::Client &client, std::shared_ptr<ClusterStore> store);

} // namespace sextant::kubernetes
