// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/engine.h"
#include "core/helios/heliosfeed.h"
#include "core/kubernetes/kubeconfig.h"
#include "core/kubernetes/kubernetesfeed.h"
#include "core/lastpicture/keeper.h"
#include "core/net/client.h"
#include "core/simulator/simulator.h"

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

/// What the engine holds: which clusters are open (engineopen.cpp) and what is done with them (engine.cpp).
namespace sextant {

struct Engine::Impl {
    struct Entry {
        ClusterId id = ClusterId::None;
        ClusterConfig config;
        std::string name, context;
        std::string server; ///< of Kubernetes: its URL, without credentials
        std::shared_ptr<ClusterStore> store;
        std::unique_ptr<Feed> feed; ///< null: it could not even be tried
        std::string uid; ///< of kube-system, once known
        int demo = -1; ///< index in the simulator: of its Kubernetes clusters, or of its Helios ones
        bool discovered = false;
        std::vector<std::string> masters; ///< of Helios: URLs, or "domain://NAME"
        bool helios() const { return !config.helios.empty(); }
    };

    Impl(EngineOptions &engineOptions, FleetStore &fleet)
        : options(engineOptions)
        , store(fleet)
        , window(engineOptions.config.windowClusters)
        , keeper(engineOptions.pictureFolder.empty()
                  ? nullptr
                  : std::make_unique<lastpicture::Keeper>(engineOptions.pictureFolder))
        , janitor([this](const std::stop_token &stop) { clean(stop); })
    {
    }

    ~Impl()
    {
        janitor.request_stop();
        janitor.join();
        std::vector<Entry> gone;
        {
            const std::lock_guard lock(mutex);
            gone.swap(entries);
        }
    }

    std::string uniqueName(const std::string &wanted) const;
    kubernetes::FeedOptions feedOptions(ClusterId id);
    ClusterId openFeed(kubernetes::Connection connection, const ClusterConfig &config, int demoIndex, bool discovered);
    ClusterId openHelios(helios::Masters masters, const ClusterConfig &config, int demoIndex);
    ClusterId openFailed(const ClusterConfig &config, const Error &error, bool discovered);
    ClusterId openConfigured(const ClusterConfig &config); ///< Failed where it cannot be resolved
    ClusterId start(
        Entry entry, const std::string &name, const std::function<std::unique_ptr<Feed>(Entry &)> &makeFeed);
    Result<kubernetes::Connection> resolve(const ClusterConfig &config) const;
    Result<helios::Masters> resolveHelios(const ClusterConfig &config) const;
    /// Another open cluster has one of these masters; it is noted as a duplicate.
    std::optional<ClusterId> sameMasters(const helios::Masters &masters, const ClusterConfig &config);
    /// Brings what was kept of a cluster into its store; takes a moment.
    void bringPicture(const Entry &entry, ClusterStore &fresh) const;
    void keepPicture(const Entry &entry); ///< from now on
    std::optional<lastpicture::About> pictureOf(const Entry &entry) const; ///< nothing: none is kept of it
    void keepOpened(const ClusterConfig &config);
    Result<void> startTracker();
    void startDemoTracker();
    bool claim(ClusterId id, const std::string &uid);
    void clean(const std::stop_token &stop);
    void giveMemoryBack();
    void take(ClusterId id, bool forget);
    void keep();

    EngineOptions &options;
    FleetStore &store;
    const kubernetes::Environment environment = kubernetes::Environment::ofProcess();
    const std::shared_ptr<kubernetes::ListTurns> turns = std::make_shared<kubernetes::ListTurns>();
    net::Client client; ///< before the feeds: they end first
    std::unique_ptr<simulator::Simulator> simulator;
    mutable std::mutex mutex;
    mutable std::condition_variable_any settled;
    std::vector<Entry> entries; ///< in the order of the fleet
    std::vector<DuplicateCluster> duplicates;
    std::vector<std::string> namespaces; ///< of the command line
    std::vector<ClusterConfig> window; ///< what clusters.yaml is to hold
    std::optional<Error> keepProblem;
    std::shared_ptr<migration::Tracker> tracker; ///< of real fleets; null before open()
    std::shared_ptr<migration::Tracker> demoTracker; ///< of what is simulated; null without it
    bool named = false; ///< the command line chose the clusters: nothing of it is kept
    std::deque<ClusterId> doomed;
    std::condition_variable_any doom;
    std::unique_ptr<lastpicture::Keeper> keeper; ///< null: no pictures are kept
    std::mutex demoMutex; ///< one simulator, however many ask at once
    /// What was read when memory was given back last; the janitor's own.
    struct Read {
        std::uint64_t lists = 0, changes = 0;
        std::chrono::steady_clock::time_point at{};
    } read;
    std::jthread janitor; ///< ends feeds that cannot end themselves, and gives freed memory back
};

} // namespace sextant
