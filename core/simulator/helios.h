// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/units.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// What a simulated Helios cluster is made of and what a test may ask of it. See simulator.h.
namespace sextant::simulator {

/// How a simulated Helios cluster is peopled and moves. All of it follows from the seed.
struct HeliosOptions {
    std::string name = "helios-1";
    int masters = 1; ///< servers on one state
    int hosts = 20;
    int tasks = 100; ///< roughly: what the deployments add up to
    int services = 24; ///< names of jobs; each has one job that is deployed, a few an older one that is not
    int groups = 6; ///< deployment groups, each with a service of its own; the others are deployed by hand
    /// "0.9.282", "0.9.2", or older: "0.8.400" has the old shape of a group's status, "0.8.390" no groups, "0.8.300"
    /// no labels either, and ignores every query parameter.
    std::string version = "0.9.282";
    std::string domain = "helios.example.net"; ///< of the hosts' names
    std::string zones = "lon3,lon6"; ///< label `zone` of the hosts, in turn
    bool odd = false; ///< adds the odd hosts, jobs, tasks and groups that a client must stand
    double churn = 1; ///< 1: the demo's pace; 0: nothing changes by itself
    std::chrono::milliseconds idle{30'000}; ///< an idle connection is closed after so long
};

/// What a test does to the masters of one cluster. Atomic, so that running servers take it at once.
struct HeliosFaults {
    std::atomic<int> readMicroseconds{0}; ///< each ZooKeeper read of an answer takes so long
    std::atomic<bool> zooKeeperAway{false}; ///< what needs ZooKeeper hangs, then is 500
    std::atomic<int> awayMs{64'000}; ///< so long
    std::atomic<int> answer500{0}; ///< so many next reads are 500 for no reason, as races make them
    std::atomic<bool> proxyError{false}; ///< 502 with an HTML page: a proxy that has no live master
    std::atomic<bool> unauthorized{false}; ///< 401 without a body: a proxy that wants to know who asks
    std::atomic<bool> cutBodies{false}; ///< answers of 200 end in the middle, the connection with them
    std::atomic<bool> garbled{false}; ///< answers of 200 are no JSON
};

/// One host, task or group as the simulation knows it, for comparison with what a client made of it.
struct HeliosTruthHost {
    std::string name;
    std::string status; ///< "UP" or "DOWN"
    std::optional<int> cpus; ///< none: not reported
    std::optional<std::int64_t> memoryTotal, memoryFree; ///< bytes
    std::optional<double> load; ///< none: not reported or unavailable
    std::string version; ///< the agent's
    std::string zone;
    Time reportedAt = kNoTime; ///< of the agent's last report
    int deployed = 0; ///< deployments, goal STOP too
    int tasks = 0; ///< deployments and reported tasks together
};
struct HeliosTruthTask {
    std::string host, job; ///< job: the full id
    std::string goal; ///< of the deployment; "UNDEPLOY" where it is gone and the task still reported
    std::string state; ///< empty: no status there yet
    std::string throttled; ///< "NO" and so on; empty without a status
    std::string group; ///< empty: by hand
    std::optional<std::int64_t> cpuShares, memory; ///< none: not declared, for which Docker also says 0; bytes
};
struct HeliosTruthGroup {
    std::string name;
    std::string status; ///< "IDLE", "ROLLING_OUT", "ACTIVE", "FAILED"
    std::string error;
    std::string job; ///< the full id; empty: none yet
    std::vector<std::string> hosts; ///< that match, down ones too; sorted
};
struct HeliosTruth {
    std::vector<HeliosTruthHost> hosts; ///< sorted by name; half-registered and unreadable ones are not in it
    std::vector<std::string> halfRegistered; ///< listed and without a status; sorted
    std::vector<std::string> unreadable; ///< of which any answer is 500; sorted
    std::vector<HeliosTruthTask> tasks; ///< sorted by host, job; only of `hosts`
    std::vector<HeliosTruthGroup> groups; ///< sorted by name
    std::vector<std::string> jobs; ///< the full ids of all, deployed or not; sorted
};

/// A fleet that moves from a Helios cluster to the Kubernetes ones, service by service.
struct MigrationOptions {
    std::size_t helios = 0; ///< place in Options::helios; its jobs are the services
    int services = 170; ///< in all
    double moved = 0.6; ///< part of them that has moved when the world begins
    std::chrono::seconds pace{60}; ///< a service begins to move this often, by and large
    bool running = true; ///< false: stays as it is at the start until startMigration()
};

/// Where one service of the migration truly stands.
struct MigrationTruth {
    std::string service;
    std::string stage; ///< "not-started", "in-parallel", "migrated", "retired", "rolled-back"
    Time since = kNoTime; ///< the second it entered the stage; kNoTime: stood there at the beginning
    std::string owner;
    int heliosInstances = 0; ///< deployments with goal START
    int heliosHealthy = 0; ///< RUNNING, not throttled, on a host that is UP
    int kubernetesInstances = 0; ///< pods of its Deployment that neither ended nor are being deleted
    int kubernetesHealthy = 0; ///< of them ready, on a node that speaks
    std::string cluster; ///< of its Deployment; empty: none yet
    std::string ns, deployment; ///< its Deployment's; empty: none yet
    std::string heliosJob; ///< its job's name on Helios
};

/// How a configuration would match this fleet's services, where their names differ or a job is gone.
struct MigrationMatching {
    std::string labelKey; ///< a label of Deployments and of a job's metadata that names the service
    struct Pair {
        std::string service, heliosJob;
        std::string kubernetes; ///< "cluster/namespace/name"
    };
    std::vector<Pair> pairs; ///< that only an explicit pair matches
    std::vector<std::string> services; ///< all, for those whose job is gone; sorted
};

/// One step of the migration before the start, for the demo's burn-up.
struct MigrationSample {
    Time at = kNoTime;
    int services = 0, moved = 0, moving = 0;
};

/// Since when a service is said to have been in the stage in which it stood at the start.
struct MigrationPast {
    std::string service;
    std::string stage; ///< key, as in MigrationTruth
    Time since = kNoTime;
};

} // namespace sextant::simulator
