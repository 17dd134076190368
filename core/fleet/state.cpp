// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fleet/state.h"

#include <array>

namespace sextant {

namespace {
constexpr std::array<std::string_view, 12> kKinds{"Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob",
    "ReplicaSet", "ReplicationController", "Pod", "Node", "DeploymentGroup", "HeliosJob", ""};
}

std::string_view stateWord(State state)
{
    switch (state) {
    case State::Ok:
        return "ready";
    case State::Completed:
        return "completed";
    case State::Terminating:
        return "terminating";
    case State::Cordoned:
        return "cordoned";
    case State::Pending:
        return "starting";
    case State::Unknown:
        return "unknown";
    case State::Warning:
        return "not ready";
    case State::Failed:
        return "failed";
    }
    return "unknown";
}

std::string_view workloadKindWord(WorkloadKind kind) { return kKinds[static_cast<std::size_t>(kind)]; }

WorkloadKind workloadKindOf(std::string_view kind)
{
    for (std::size_t i = 0; i + 1 < kKinds.size(); ++i) {
        if (kKinds[i] == kind) {
            return static_cast<WorkloadKind>(i);
        }
    }
    return WorkloadKind::Other;
}

} // namespace sextant
