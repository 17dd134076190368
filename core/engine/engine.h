// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/config/config.h"
#include "core/fleet/feed.h"
#include "core/fleet/ids.h"
#include "core/fleet/store.h"
#include "core/migration/migration.h"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace sextant {

namespace simulator {
struct HistorySample;
struct Options;
class Simulator;
} // namespace simulator

/// What the command line names. Anything of it replaces the configuration and discovery.
struct Sources {
    bool demo = false; ///< --demo
    std::string kubeconfig; ///< --kubeconfig FILE
    std::vector<std::string> contexts; ///< --context, repeatable
    std::vector<std::string> helios; ///< --helios, repeatable: each is one cluster; see helios::parseMasters
    std::vector<std::string>
        namespaces; ///< --namespace, repeatable; narrows nothing, replaces nothing: see rules of access
    /// Something is named that replaces discovery.
    bool named() const { return demo || !kubeconfig.empty() || !contexts.empty() || !helios.empty(); }
};

/// A context of a kubeconfig, offered for adding.
struct ContextInfo {
    std::string name;
    std::string cluster; ///< the kubeconfig's name for it
    std::string server; ///< URL without credentials; empty when it cannot be resolved
    std::string user; ///< the kubeconfig's name for it
    std::string ns; ///< default namespace
    std::string kubeconfig; ///< file the context stands in
    bool current = false;
    bool opened = false; ///< already among the clusters
    std::string problem; ///< why it could not be opened; empty: nothing known
};

/// A cluster that is not shown because another of the fleet is the same (one kube-system UID).
struct DuplicateCluster {
    std::string name;
    std::string context;
    ClusterId same = ClusterId::None;
};

struct EngineOptions {
    Config config;
    /// The window: addCluster and removeCluster are written to config.clustersFile, and the migration is followed in
    /// its file. Without it (commands) that file is read and never written.
    bool persist = false;
    /// The demo's fleet; null: simulator::demoOptions().
    std::shared_ptr<const simulator::Options> demo;
    /// Where the migration of real fleets is kept; empty: defaultMigrationFile().
    std::string migrationFile;
    /// Where last pictures of clusters are kept and found again (the window); empty: none are read or written.
    /// Pictures of simulated clusters never are.
    std::string pictureFolder;
};

/// $XDG_STATE_HOME/sextant/migration.json, else ~/.local/state/sextant/migration.json; empty without a home.
std::string defaultMigrationFile();

/// The running program without a face: the fleet, the feeds that fill it and, for the demo, the simulated clusters.
/// Threads: every function from any thread. open() with the demo or with kept pictures takes a moment: call it from a
/// job, not from the thread that paints. The destructor cancels everything under way and returns at once, but for the
/// pictures it keeps.
class Engine {
public:
    explicit Engine(EngineOptions options);
    ~Engine();
    Engine(const Engine &) = delete;
    Engine &operator=(const Engine &) = delete;

    /// Opens what is named, else what is configured, else the kubeconfig's current context; nothing to be found is an
    /// empty list and no error. A configured cluster that cannot be resolved stands in the fleet as Failed, with the
    /// reason. Errors: a kubeconfig, a context or masters that `sources` names are missing or wrong; the demo cannot
    /// start; the configuration's rules of the migration do not compile.
    Result<std::vector<ClusterId>> open(const Sources &sources);
    /// Opens one more, of either orchestrator. Errors as for a named context or named masters.
    Result<ClusterId> addCluster(const ClusterConfig &cluster);
    /// Opens the demo's clusters beside what there is.
    Result<std::vector<ClusterId>> addDemo();
    /// Takes a cluster out of the fleet, and the picture kept of it away; the cluster itself is not touched.
    void removeCluster(ClusterId id);

    FleetStore &store() { return *m_store; }
    const Config &config() const { return m_options.config; }
    /// Some cluster is simulated.
    bool demo() const;
    /// Contexts of `kubeconfig` (empty: as kubectl finds it). Errors: it cannot be read.
    Result<std::vector<ContextInfo>> availableContexts(const std::string &kubeconfig = {}) const;
    std::vector<DuplicateCluster> duplicates() const;
    /// Why the last addition or removal could not be kept for the next start; nothing: it was, or nothing was to be
    /// kept.
    std::optional<Error> keepProblem() const;

    /// As Feed; `done` comes at once with NotFound when there is no such cluster. `done` runs on the feed's thread.
    void readObject(ClusterId id, ObjectRef object, std::function<void(Result<std::string>)> done);
    void readEvents(ClusterId id, ObjectRef object, std::function<void(Result<std::vector<EventRow>>)> done);
    /// Tries again now whatever waits or was refused; None: in every cluster.
    void retry(ClusterId id = ClusterId::None);
    /// Ends a credential plug-in that is running (a browser login nobody waits for); the cluster says so.
    void cancelLogin(ClusterId id);

    /// How far the migration is: takes a look at `picture` and returns what follows. A picture with simulated clusters
    /// in it is followed apart, is kept nowhere, and begins with the simulated past. Before open(): what does not
    /// apply.
    migration::ProgressPtr migration(const Picture &picture, Time now);
    /// Why the past of the migration could not be read or kept.
    std::optional<Error> migrationProblem() const;

    /// Waits until every cluster is as whole as it gets: settled or failed, and first metrics read where they exist.
    /// False: the time ran out or `stop` was asked for.
    bool waitSettled(std::chrono::milliseconds timeout, const std::stop_token &stop = {}) const;

    /// The simulated past of a demo cluster, oldest first; empty for any other. See simulator.h.
    std::vector<simulator::HistorySample> demoHistory(ClusterId id) const;
    /// The embedded simulator; null without the demo. For tests and the demo's scenarios.
    simulator::Simulator *simulator();

private:
    struct Impl;
    EngineOptions m_options;
    std::unique_ptr<FleetStore> m_store;
    std::unique_ptr<Impl> m_impl; ///< after the store: feeds end first
};

} // namespace sextant
