// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/capacity/accounting.h"
#include "core/fleet/store.h"

#include <memory>
#include <random>
#include <vector>

namespace bench {

/// Seven clusters of Deployments with nodes of some 30 pods, put straight into their stores: names, namespaces, owners,
/// nodes and addresses as varied as real ones. The same for the same size. One thread.
class BigFleet {
public:
    static constexpr int kClusters = 7;
    explicit BigFleet(int pods);
    /// Changes that many pods at random, then publishes: of ten, seven change their state, one or two go, one or two
    /// come.
    void change(int pods);
    /// A round of samples of every pod.
    void measure();
    /// A picture of what is published, reusing the sums of the last one.
    sextant::PicturePtr picture();
    sextant::FleetStore &store() { return m_store; }
    static sextant::Time now() { return sextant::Time(std::chrono::seconds(1'900'000'000)); }

private:
    struct Cluster {
        std::shared_ptr<sextant::ClusterStore> store;
        std::vector<std::uint32_t> pods; ///< numbers of those that are there
        std::uint32_t next = 0; ///< number of the next pod that comes
        int nodes = 0;
    };
    void fill(Cluster &cluster, int index, int pods);
    sextant::PodDraft pod(const Cluster &cluster, int index, std::uint32_t number, std::uint32_t version) const;

    sextant::FleetStore m_store;
    std::vector<Cluster> m_clusters;
    std::mt19937_64 m_random{5};
    std::uint32_t m_version = 1;
    sextant::PicturePtr m_picture;
};

} // namespace bench
