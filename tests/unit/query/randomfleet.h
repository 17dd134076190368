// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/capacity/accounting.h"
#include "core/fleet/store.h"

#include <memory>
#include <random>
#include <vector>

namespace sextant::test {

/// A small fleet of odd objects that changes at random: names in several scripts, equal keys, empty and unknown fields.
/// The third cluster is of Helios: what it does not know is unknown at random. The same for the same seed. One thread.
class RandomFleet {
public:
    RandomFleet(std::uint64_t seed, int clusters);
    /// Adds, changes, removes and samples some objects, then publishes.
    void step(int actions);
    /// A picture of what is published, reusing the sums of the last one.
    PicturePtr picture();
    FleetStore &store() { return m_store; }
    const std::vector<std::shared_ptr<ClusterStore>> &clusters() const { return m_clusters; }
    static Time now() { return Time(std::chrono::seconds(1'900'000'000)); }
    std::mt19937_64 &random() { return m_random; }

private:
    struct Known {
        std::vector<std::string> pods, nodes, workloads; ///< uids
    };
    int below(int n) { return static_cast<int>(m_random() % static_cast<std::uint64_t>(n)); }
    bool chance(int percent) { return below(100) < percent; }
    template <class T> const T &pick(const std::vector<T> &from)
    {
        return from[static_cast<std::size_t>(below(static_cast<int>(from.size())))];
    }
    PodDraft pod(const std::string &uid, bool helios);
    NodeDraft node(const std::string &uid, bool helios);
    WorkloadDraft workload(const std::string &uid, const std::vector<std::string> &others);

    std::mt19937_64 m_random;
    FleetStore m_store;
    std::vector<std::shared_ptr<ClusterStore>> m_clusters;
    std::vector<Known> m_known;
    std::uint64_t m_uids = 0;
    PicturePtr m_picture;
};

} // namespace sextant::test
