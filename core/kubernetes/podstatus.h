// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/fleet/state.h"
#include "core/kubernetes/wire.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace sextant::kubernetes {

/// A pod's row as kubectl prints it, by the rules of 1.36 for every server.
struct PodStatus {
    std::string text; ///< STATUS
    State state = State::Unknown;
    std::uint32_t ready = 0; ///< READY a/b
    std::uint32_t total = 0;
    std::uint32_t restarts = 0; ///< RESTARTS without the age
    Time lastRestart = kNoTime; ///< the age behind RESTARTS counts from here
    std::string readinessGates; ///< "1/2"; empty: none
    std::string message; ///< why it is so, in its scheduler's or kubelet's words; may be empty
};

/// Pure; any thread. Source: the API server's own table printer, 1.36.
PodStatus podStatusOf(const wire::Pod &pod);

/// What podStateOf() looks at.
struct PodStateFacts {
    std::string_view status; ///< STATUS
    std::string_view phase;
    bool allReady = false; ///< READY a/b with a = b
    bool readyConditionFails = false; ///< the Ready condition is there and not True
};

/// The common class of a pod's STATUS. First that holds:
/// "Terminating" is Terminating; "Unknown" and "NodeLost" are Unknown; phase Failed is Failed; phase Succeeded is
/// Completed; "Running" is Ok, or Warning while a container or the Ready condition is not; "NotReady" and "Completed"
/// (ended well, but of a pod that goes on) are Warning; "Pending", "ContainerCreating", "PodInitializing",
/// "SchedulingGated", "Init:i/n" and "Init:ContainerCreating" are Pending; any other word (a waiting or terminated
/// reason) is Failed, unless all containers are ready, in which case the word is only a remark.
State podStateOf(const PodStateFacts &facts);

} // namespace sextant::kubernetes
