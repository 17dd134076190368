// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/simulator/helios.h"
#include "core/simulator/store.h"

#include <atomic>

namespace sextant::simulator {

/// How a simulated cluster is peopled and moves. All of it follows from `seed`.
struct ClusterOptions {
    std::string name = "sim-1"; ///< also the kubeconfig context
    int nodes = 50;
    int pods = 1000; ///< roughly: what the generated workloads add up to
    int namespaces = 20;
    std::string version = "v1.36.2"; ///< "v1.20.2" serves what 1.20 served (see Server)
    std::string region = "europe-west1";
    double churn = 1; ///< 1: the demo's pace; 0: nothing changes by itself
    bool managedFields = false; ///< true: objects as big as real ones (for benchmarks)
};

struct Options {
    std::uint64_t seed = 1;
    std::vector<ClusterOptions> clusters;
    std::vector<HeliosOptions> helios;
    std::optional<MigrationOptions> migration; ///< from one of `helios` to all `clusters`
    double daySeconds = 120; ///< how long a day of load lasts; processes are compressed, clocks are not
    bool tls = false; ///< self-made CA, server certificate for localhost and 127.0.0.1, bearer tokens
    int port = 0; ///< first port, one a cluster; 0: any free one
    int threads = 96; ///< connections a server may hold at once, each cluster
    bool usageGoesOn = false; ///< what pods and nodes use moves with the clock also while the worlds are paused
    std::size_t logLength = 20'000; ///< watch history kept for each resource
    std::chrono::seconds warmUp{3600}; ///< lived before the first request, ending now; fills history()
    std::chrono::milliseconds bookmarkEvery{60'000};
    Time startAt =
        kNoTime; ///< when the warm-up ends; kNoTime: when start() is called. Given, two runs are alike to the byte
};

/// What a test does to a server. Atomic, so that a running server takes it at once.
struct Faults {
    std::atomic<int> latencyMs{0}; ///< before every answer
    std::atomic<std::int64_t> bytesPerSecond{0}; ///< 0: as fast as it goes
    std::atomic<std::int64_t> cutAfterBytes{0}; ///< >0: list bodies are cut there, connection closed
    std::atomic<int> chunkBytes{0}; ///< >0: bodies in pieces of so many bytes
    std::atomic<int> answer429{0}; ///< so many next requests are refused: text/plain, Retry-After: 1
    std::atomic<int> answer503{0};
    std::atomic<bool> htmlErrors{false}; ///< 502 with an HTML page, as a proxy does
    std::atomic<bool> unauthorized{false}; ///< 401 for every token
    std::atomic<bool> metricsDown{false}; ///< 503 text for metrics.k8s.io, which stays in discovery
    std::atomic<bool> metricsAbsent{false}; ///< not in discovery, 404 text
    std::atomic<bool> watchListOff{false}; ///< sendInitialEvents is 422
    std::atomic<bool> silentWatches{false}; ///< accepted, then not a byte
    std::atomic<bool> jsonOnly{false}; ///< never protobuf
    std::atomic<int> watchSeconds{0}; ///< >0: every watch ends cleanly after so long
    std::atomic<bool> down{false}; ///< connections are closed without an answer
};

/// One object as the simulation knows it, for comparison with what a client made of it.
struct TruthPod {
    std::string ns, name, uid, node, status, ready;
    std::uint64_t resourceVersion = 0;
    int restarts = 0;
    std::int64_t cpuRequestedMillicores = 0;
    std::int64_t memoryRequestedBytes = 0;
};
struct TruthNode {
    std::string name, uid, status;
    std::uint64_t resourceVersion = 0;
    int pods = 0;
    std::int64_t cpuRequestedMillicores = 0;
    std::int64_t memoryRequestedBytes = 0;
};
struct Truth {
    std::vector<TruthPod> pods; ///< sorted by namespace, name
    std::vector<TruthNode> nodes; ///< sorted by name
};

/// Totals of one scope at one simulated moment of the warm-up, for the demo's charts.
struct HistorySample {
    Time at = kNoTime;
    std::string ns; ///< empty: not a namespace
    std::string pool; ///< empty: not a pool; both empty: the cluster
    std::int64_t cpuAllocatable = 0, cpuRequested = 0, cpuLimit = 0, cpuUsed = 0; ///< millicores
    std::int64_t memoryAllocatable = 0, memoryRequested = 0, memoryLimit = 0, memoryUsed = 0; ///< bytes
    std::int64_t pods = 0, podsAllocatable = 0;
};

class HeliosWorld;

/// Simulated fleets, their API servers and Helios masters on loopback.
/// Threads: one for the worlds, a pool for each server; the functions from any thread.
class Simulator {
public:
    explicit Simulator(Options options);
    ~Simulator(); ///< stops and joins

    /// Peoples the worlds, lives the warm-up and starts to serve. Errors: Io when a port cannot be had.
    Result<void> start();
    void stop();

    struct Endpoint {
        std::string name;
        std::string url; ///< http://127.0.0.1:PORT or https://localhost:PORT
        std::string caPem; ///< empty without TLS
        std::string
            token; ///< admin's; "viewer-token" may only read namespaced things, "team-a-token" only namespace team-a
    };
    std::vector<Endpoint> endpoints() const;
    /// A kubeconfig with a context for each cluster (admin), and CLUSTER-viewer and CLUSTER-team-a. 0600.
    Result<void> writeKubeconfig(const std::string &file) const;
    std::string kubeconfig() const;

    // For tests. `cluster` is the index in Options::clusters; anything out of range does nothing.
    Faults &faults(std::size_t cluster);
    Store &store(std::size_t cluster);
    Truth truth(std::size_t cluster) const; ///< of this moment, after finishing the step under way
    void pause(bool paused); ///< the worlds stand still; servers go on
    void restartServer(
        std::size_t cluster, bool keepHistory); ///< closes all connections; without history: every version 410
    bool scale(std::size_t cluster, const std::string &ns, const std::string &deployment, int replicas);
    bool rollOut(
        std::size_t cluster, const std::string &ns, const std::string &deployment); ///< a new template revision
    bool failNode(std::size_t cluster, const std::string &node); ///< its kubelet falls silent
    bool deleteNode(std::size_t cluster, const std::string &node);
    /// Runs `steps` world steps of one second at once, as fast as it goes (works while paused).
    void step(int steps);
    std::vector<HistorySample> history(std::size_t cluster) const;
    std::uint64_t requests(std::size_t cluster) const; ///< answered so far
    /// "METHOD path?query" of every request so far, the newest last; at most 10,000 kept.
    std::vector<std::string> requestLog(std::size_t cluster) const;

    struct HeliosEndpoint {
        std::string name;
        std::vector<std::string> urls; ///< of its masters: "http://127.0.0.1:PORT"
    };
    std::vector<HeliosEndpoint> heliosEndpoints() const;

    // For tests. `cluster` is the index in Options::helios; anything out of range does nothing.
    HeliosFaults &heliosFaults(std::size_t cluster);
    /// What lives there, and what a test may do to it (helios_world.h); null: no such cluster.
    HeliosWorld *heliosWorld(std::size_t cluster);
    HeliosTruth heliosTruth(std::size_t cluster) const; ///< of this moment, after finishing the step under way
    void killMaster(std::size_t cluster, std::size_t master); ///< connections are closed without an answer
    void reviveMaster(std::size_t cluster, std::size_t master);
    /// Requests that are no reads; all are refused (403 on a path that writes, else 405 or 404) and none does anything.
    std::uint64_t heliosWritesRefused(std::size_t cluster) const;
    std::uint64_t heliosRequests(std::size_t cluster) const; ///< answered so far by all its masters
    /// "MASTER METHOD path?query" of every request so far, the newest last; at most 10,000 kept. MASTER counts from 0.
    std::vector<std::string> heliosRequestLog(std::size_t cluster) const;

    // The migration; all empty where Options::migration is not set.
    std::vector<MigrationTruth> migrationTruth() const; ///< sorted by service
    MigrationMatching migrationMatching() const;
    /// Some weeks up to the start, oldest first: made up, to be shown as simulated.
    std::vector<MigrationSample> migrationHistory() const;
    /// Of services that had moved or were moving at the start: when they are said to have entered that stage, of the
    /// same making.
    std::vector<MigrationPast> migrationPast() const;
    void startMigration(bool running); ///< lets the next services begin to move, or holds them

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

/// The fleet of the demo: three Kubernetes clusters, 600 nodes, about 6,900 pods, and a Helios cluster of 140 hosts and
/// about 800 tasks that moves to them; alive.
Options demoOptions();

} // namespace sextant::simulator
