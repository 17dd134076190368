// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/migration/rules.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The configuration: $XDG_CONFIG_HOME/sextant/sextant.yaml, written by a person and never by the program, and
/// clusters.yaml of the same schema beside it, which the window writes when a cluster is added or removed.
///
///     clusters:
///       - name: prod-eu              # shown; default: the context
///         kubeconfig: ~/.kube/eu     # default: as kubectl finds it; relative to this file
///         context: eu-admin          # default: the current one
///         namespaces: [team-a]       # read these where the whole cluster may not be listed
///         open: true                 # false: known, but not opened
///       - helios: http://m1:5801,http://m2:5801   # masters of one cluster, tried in turn; or domain://example.net
///         name: helios-lon           # default: the first master's host, or the domain
///         ca: ~/.ssl/ca.pem          # of https masters: trust this CA; also certificate, key (PEM files), token-file
///       - demo: true                 # the simulated fleet
///     discover: true                 # open the kubeconfig's current context when no cluster is named
///     namespaces: [team-a, team-b]   # as above, for every cluster
///     intervals: {node-metrics: 15s, pod-metrics: 30s, helios: 10s}   # pod-metrics not said: up to 60s of many pods
///     labels:
///       pool: [example.com/pool]     # of nodes, best first
///       team: [example.com/team]     # of anything, best first
///     migration: ...                 # see core/migration/rules.h
///     keep-last-picture: true        # on disk, shown at the next start until the clusters have answered
///     log-level: info
namespace sextant {

/// One entry of `clusters`.
struct ClusterConfig {
    std::string name; ///< empty: the context's
    std::string kubeconfig; ///< absolute, or empty: found as kubectl finds it
    std::string context; ///< empty: the current one
    std::vector<std::string> namespaces;
    std::string helios; ///< as --helios takes it: masters' URLs with commas, or domain://NAME; empty: Kubernetes
    // Of https masters behind a proxy that asks for it: files with PEM text, a file with a bearer token; absolute.
    std::string caFile, certificateFile, keyFile, tokenFile;
    bool demo = false;
    bool open = true;
    bool operator==(const ClusterConfig &) const = default;
};

struct Config {
    std::vector<ClusterConfig> clusters; ///< of both files; an entry of clusters.yaml replaces one of the same name
    bool discover = true;
    std::vector<std::string> namespaces;
    std::chrono::seconds nodeMetricsEvery{15};
    std::optional<std::chrono::seconds> podMetricsEvery; ///< not said: 30 s, of big clusters up to 60 s
    std::chrono::seconds heliosEvery{10}; ///< the least pause between the starts of two rounds of polling
    std::vector<std::string> poolLabels; ///< empty: the built-in ones
    std::vector<std::string> teamLabels; ///< empty: the built-in ones
    migration::RulesConfig migration;
    bool keepLastPicture = true; ///< see core/lastpicture
    std::string logLevel; ///< empty: not said
    std::string file; ///< what was read; empty: none
    std::string clustersFile; ///< where additions of the window go; empty: nowhere (no home)
    std::vector<ClusterConfig> windowClusters; ///< what clusters.yaml holds
};

/// $XDG_CONFIG_HOME/sextant, else ~/.config/sextant; empty without a home.
std::string configFolder();

/// Reads `file` (--config; must exist), or where it is empty the two files of configFolder(), which may be absent.
/// Errors: Config with "file:line:column" as subject, what was found and what was expected in the message.
Result<Config> loadConfig(const std::string &file = {});
/// Reads one file's text; `file` is for messages and for relative paths.
Result<Config> parseConfig(std::string_view text, const std::string &file);

/// One entry stands for the same cluster as the other: their names (where there are none, their masters or
/// contexts) are the same.
bool sameCluster(const ClusterConfig &a, const ClusterConfig &b);
/// Replaces the window's own list (clusters.yaml, 0600) in one step: the old file stands until the new one is on disk.
Result<void> saveClusters(const std::string &clustersFile, const std::vector<ClusterConfig> &clusters);

} // namespace sextant
