// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/base/units.h"
#include "core/fleet/state.h"

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace sextant {

/// The kinds a cluster is asked for, each of which can be there, loading, refused or absent on its own.
enum class ResourceKind : std::uint8_t {
    Nodes,
    Pods,
    Namespaces,
    Deployments,
    ReplicaSets,
    StatefulSets,
    DaemonSets,
    Jobs,
    CronJobs,
    ReplicationControllers,
    NodeMetrics,
    PodMetrics,
    DeploymentGroups ///< of Helios
};
inline constexpr int kResourceKinds = 13;
/// "nodes", "pods", ..., "node metrics", "pod metrics", "deployment groups".
std::string_view resourceWord(ResourceKind kind);
/// Whether an orchestrator has such a kind at all. Helios has nodes (hosts), pods (tasks), jobs and deployment groups.
bool applies(Orchestrator orchestrator, ResourceKind kind);
/// Its objects stand among the workloads.
bool isWorkload(ResourceKind kind);
/// The list in which workloads of that kind come; Pods for one that comes in none.
ResourceKind resourceOf(WorkloadKind kind);

enum class Sync : std::uint8_t {
    Waiting, ///< not asked yet
    Loading, ///< the first list is under way
    Live, ///< complete, and a watch (or a poll) keeps it so
    Stale, ///< was complete; the connection is lost, the last picture stands
    Forbidden, ///< 403: `error` has the server's words
    Absent, ///< the server does not have it (metrics-server not installed)
    Failed, ///< never came; `error` says why
};

/// What was asked and what came, since the start.
struct Traffic {
    std::uint64_t requests = 0;
    std::uint64_t throttled = 0; ///< of them, those that were answered 429
    std::uint64_t wire = 0; ///< body bytes as they came; of an answer under way that is packed, 0 until it has ended
    std::uint64_t unpacked = 0; ///< body bytes as they were read
};

struct ResourceStatus {
    Sync sync = Sync::Waiting;
    std::uint64_t read = 0; ///< objects read by the list under way, or held
    std::optional<std::uint64_t>
        expected; ///< how many the list will have, where the server said so or the last one had
    std::uint64_t bytes = 0; ///< body bytes of the list under way or the last
    Time heard = kNoTime; ///< last byte, bookmark or answer
    Time since = kNoTime; ///< when `sync` began
    std::optional<Error> error; ///< of Stale, Forbidden, Failed
    std::vector<std::string> namespaces; ///< empty: the whole cluster; else only these could be read
    std::uint32_t lists = 0; ///< lists made since the start
    std::uint32_t watches = 0; ///< watches opened since the start
    Traffic traffic; ///< of its lists, watches and samples, and of what stands in for them
    std::optional<Time> nextTry; ///< when it is tried again
    /// Objects that the server names and cannot read itself (a Helios host that poisons bulk calls); sorted.
    std::vector<std::string> unreadable;
    bool renewing = false; ///< of Stale: a kept picture stands, and the list that takes its place is under way
};

enum class Connection : std::uint8_t {
    Connecting, ///< nothing has answered yet
    Live, ///< what is shown is current
    Stale, ///< it answered once; now it does not, the last picture stands
    Failed, ///< it never answered, or refuses us (credentials, TLS)
};

/// How a cluster is reached and what was got from it. A value; part of every snapshot.
struct ClusterStatus {
    std::string name; ///< the configured name, else the context
    std::string context; ///< kubeconfig context; empty for others
    std::string server; ///< URL without credentials; of Helios the master that answers now
    std::vector<std::string> masters; ///< of Helios: all that are tried in turn, URLs without credentials
    std::string version; ///< "v1.36.2"
    std::string uid; ///< of kube-system: tells one cluster under two names
    Orchestrator orchestrator = Orchestrator::Kubernetes;
    Connection connection = Connection::Connecting;
    bool demo = false; ///< simulated, and marked so everywhere
    bool insecure = false; ///< its certificate is not verified
    std::optional<Error> error; ///< of Stale and Failed
    Time heard = kNoTime; ///< last sign of life; of a kept picture when it was current
    /// Some kinds are a picture that an earlier run kept, of this time: they are Stale until their lists end, and the
    /// cluster as a whole is while they may come. kNoTime: all is of this run.
    Time kept = kNoTime;
    std::chrono::milliseconds latency{0}; ///< of the last small request
    std::chrono::milliseconds round{0}; ///< of Helios: how long the last whole round of polling took; 0: none ended yet
    std::chrono::milliseconds pace{0}; ///< of Helios: how long it waits between rounds now
    std::chrono::seconds skew{0}; ///< server's clock minus ours
    std::uint64_t requests = 0; ///< made so far
    std::uint64_t bytes = 0; ///< received so far, on the wire
    std::uint64_t unpacked = 0; ///< and what that was when it was unpacked
    std::uint64_t throttled = 0; ///< requests that were answered 429
    std::uint64_t changes = 0; ///< objects added, changed or removed by watches so far
    std::vector<std::string> namespaces; ///< where only some can be read: these
    std::array<ResourceStatus, kResourceKinds> resources{};

    const ResourceStatus &of(ResourceKind kind) const { return resources[static_cast<std::size_t>(kind)]; }
    ResourceStatus &of(ResourceKind kind) { return resources[static_cast<std::size_t>(kind)]; }
    /// Nodes, pods and workloads have all either come or been refused: the picture is as whole as it will get.
    bool settled() const;
    /// Something of it is forbidden, absent or failed.
    bool partial() const;
    /// Lists are under way that take the place of a kept picture.
    bool renewing() const;
};

} // namespace sextant
