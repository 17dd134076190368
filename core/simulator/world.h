// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/units.h"
#include "core/simulator/simulator.h"
#include "core/simulator/store.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace sextant::simulator {

/// A Deployment that somebody asks for, beside those that the world makes up.
struct PlannedDeployment {
    std::string ns, name; ///< the namespace must be one of the world's
    std::string version; ///< the image's tag
    int replicas = 1;
    std::int64_t cpuMillicores = 0, memoryBytes = 0; ///< requested; 0: not declared
    std::map<std::string, std::string> labels; ///< beside those that every Deployment has
};

/// One Kubernetes cluster that lives: a scheduler, kubelets, the workload controllers and a load that follows the day.
/// All it does follows from the options, the seed and the times it is stepped with. Everything it changes goes into the
/// Store, in the order of happening.
/// Threads: every function from any thread; one mutex of its own serialises them, so truth() waits for a step under
/// way.
class World {
public:
    /// @param daySeconds how long a day of load lasts. @param store must outlive the world.
    World(const ClusterOptions &options, std::uint64_t seed, double daySeconds, Store &store);
    ~World();
    World(const World &) = delete;
    World &operator=(const World &) = delete;

    /// Peoples the cluster as it stood at `start`; no time in it is later. Once, before the first step.
    /// @param planned are among its Deployments; their pods count in ClusterOptions::pods.
    void populate(Time start, const std::vector<PlannedDeployment> &planned = {});
    /// Lives on until `now`, second by second; costs what changes, not what stands. A time not after the last one does
    /// nothing.
    void step(Time now);
    /// The moment the world has lived to.
    Time now() const;

    /// What a client should make of the cluster at this moment.
    Truth truth() const;
    /// Usage as metrics-server would answer at `now`: the last full window of 15 s, the same for the whole window;
    /// sorted by name. What was not sampled (silent nodes, new pods, a failed scrape) is absent.
    std::vector<Usage> nodeUsage(Time now) const;
    /// Sorted by namespace, name. An empty `ns` means all.
    std::vector<Usage> podUsage(Time now, const std::string &ns = {}) const;
    /// Appends one sample for the cluster, each pool and each namespace as they stand, with the usage of `now`.
    void sampleHistory(Time now, std::vector<HistorySample> &out) const;

    /// The names of the namespaces that a cluster of so many gets, without those of the system.
    static std::vector<std::string> productNamespaces(int namespaces);
    /// What there is of one Deployment.
    struct Instances {
        int wanted = 0; ///< pods that neither ended nor are being deleted
        int healthy = 0; ///< of them ready, on a node that speaks
    };
    Instances instances(const std::string &ns, const std::string &deployment) const;

    // What tests and the demo's script do to it. All take effect in the steps that follow, as with a real cluster;
    // false when there is no such object.
    bool add(const PlannedDeployment &planned); ///< false also when it stands already
    bool scale(const std::string &ns, const std::string &deployment, int replicas);
    bool rollOut(const std::string &ns, const std::string &deployment);
    bool failNode(const std::string &node); ///< its kubelet falls silent until the world lets it return
    bool deleteNode(const std::string &node);
    /// The names of all nodes, sorted.
    std::vector<std::string> nodeNames() const;

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

/// Where a simulated cluster's resource versions begin: just below a power of ten, so that they gain a digit.
inline constexpr std::uint64_t kFirstVersion = 999'990'000;

} // namespace sextant::simulator
