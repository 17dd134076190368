// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/migration/stages.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

/// What is kept of the migration from run to run, and the file it is kept in.
namespace sextant::migration {

/// Whether a service declares a resource on a side.
enum class Declares : std::uint8_t {
    Unseen, ///< it was never seen with instances there
    No,
    Yes
};

struct Remembered {
    Standing standing;
    Time firstSeen = kNoTime;
    std::string owner;
    std::vector<int> clusters; ///< numbers of Memory::clusters where it has or had workloads; sorted
    Declares heliosCpu = Declares::Unseen, heliosMemory = Declares::Unseen;
    Declares kubernetesCpu = Declares::Unseen, kubernetesMemory = Declares::Unseen;
};

/// A cluster that was once seen whole.
struct RememberedCluster {
    std::string name, uid; ///< either tells it again
    Time last = kNoTime; ///< when it was last seen whole
};

struct Memory {
    std::string rules; ///< which rules named the services; other ones may have named them differently
    std::map<int, RememberedCluster> clusters;
    std::map<std::string, Remembered, std::less<>> services;
    std::vector<BurnPoint> burnUp; ///< oldest first

    /// The number under which a cluster is remembered: by its uid, else by its name; 0: it is not.
    int find(const ClusterStatus &cluster) const;
    /// Remembers it, or takes over what its name or uid is now.
    int take(const ClusterStatus &cluster, Time now);
    /// Forgets clusters that were not seen for `after`, and that services were there.
    void forgetClusters(Time now, std::chrono::hours after);

    /// Adds what is seen now when a count changed or `every` has passed, and thins out the older half at kMostPoints.
    /// A clock that went back changes the last point instead. True: something changed.
    bool note(BurnPoint point, std::chrono::seconds every);
    static constexpr std::size_t kMostPoints = 2000;
};

/// JSON, version 1. Services and points are bounded when read: a file with more is Error::Decode.
std::string memoryText(const Memory &memory);
/// All of it or an Error (Decode): never a part.
Result<Memory> readMemory(std::string_view text);
/// Tells rules apart.
std::string digestOf(const RulesConfig &rules);

} // namespace sextant::migration
