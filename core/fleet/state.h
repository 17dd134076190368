// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string_view>

namespace sextant {

/// The common class of what an object is in; decides glyph and colour, never the words.
enum class State : std::uint8_t {
    Ok, ///< ready, running, available
    Completed, ///< ended well
    Terminating, ///< on its way out, or gone
    Cordoned, ///< a node that is well but takes no pods
    Pending, ///< not scheduled, being pulled, starting
    Unknown, ///< nobody has heard of it lately
    Warning, ///< runs, but is not ready
    Failed, ///< crash loop, error, evicted; a node that is not ready or silent
};
inline constexpr int kStates = 8;

/// How bad a state is for "worst first": Ok lowest, Failed highest.
constexpr int severity(State state) { return static_cast<int>(state); }
/// One word for legends and accessibility: "ready", "completed", "terminating", "cordoned", "starting", "unknown",
/// "not ready", "failed".
std::string_view stateWord(State state);

enum class WorkloadKind : std::uint8_t {
    Deployment,
    StatefulSet,
    DaemonSet,
    Job,
    CronJob,
    ReplicaSet,
    ReplicationController,
    Pod,
    Node,
    DeploymentGroup,
    HeliosJob,
    Other
};
/// "Deployment"; Other is "".
std::string_view workloadKindWord(WorkloadKind kind);
WorkloadKind workloadKindOf(std::string_view kind);

enum class Orchestrator : std::uint8_t { Kubernetes, Helios };

} // namespace sextant
