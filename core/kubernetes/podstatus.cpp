// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kubernetes/podstatus.h"

#include <algorithm>
#include <limits>
#include <unordered_map>
#include <unordered_set>

namespace sextant::kubernetes {

namespace {

const wire::Condition *conditionNamed(const wire::Pod &pod, std::string_view type)
{
    const auto found = std::find_if(pod.conditions.begin(), pod.conditions.end(),
        [type](const wire::Condition &condition) { return condition.type == type; });
    return found == pod.conditions.end() ? nullptr : &*found;
}

using Names = std::unordered_set<std::string_view>;

Names sidecarsOf(const wire::Pod &pod)
{
    Names names;
    for (const auto &container : pod.initContainers) {
        if (container.alwaysRestart) {
            names.insert(container.name);
        }
    }
    return names;
}

/// RESTARTS as it adds up, with the newest end of a former run. kNoTime is the smallest time.
struct Restarts {
    std::int64_t count = 0;
    Time last = kNoTime;

    void add(const wire::ContainerStatus &status)
    {
        count += std::max(status.restarts, 0);
        if (status.last.terminated) {
            last = std::max(last, status.last.finished);
        }
    }
};

std::string wordOfEnd(const wire::ContainerState &state)
{
    if (!state.reason.empty()) {
        return std::string(state.reason);
    }
    return state.signal != 0 ? "Signal:" + std::to_string(state.signal) : "ExitCode:" + std::to_string(state.exitCode);
}

/// The walk over init containers: true when one of them still holds the pod up.
bool walkInit(const wire::Pod &pod, PodStatus &out, Restarts &all, Restarts &sidecars)
{
    const Names names = sidecarsOf(pod);
    for (std::size_t i = 0; i < pod.initStatuses.size(); ++i) {
        const auto &status = pod.initStatuses[i];
        const auto &state = status.state;
        const bool sidecar = names.contains(status.name);
        all.add(status);
        if (sidecar) {
            sidecars.add(status);
        }
        if (state.terminated && state.exitCode == 0) {
            continue;
        }
        if (sidecar && status.started.value_or(false)) {
            out.ready += status.ready ? 1 : 0;
            continue;
        }
        if (state.terminated) {
            out.text = "Init:" + wordOfEnd(state);
        } else if (state.waiting && !state.reason.empty() && state.reason != "PodInitializing") {
            out.text = "Init:" + std::string(state.reason);
        } else {
            out.text = "Init:" + std::to_string(i) + "/" + std::to_string(pod.initContainers.size());
        }
        out.message = state.message;
        return true;
    }
    return false;
}

/// The walk over regular containers, last to first, so that the first has the last word.
void walkContainers(const wire::Pod &pod, PodStatus &out, Restarts &restarts)
{
    bool running = false;
    std::string error, errorMessage;
    for (auto status = pod.containerStatuses.rbegin(); status != pod.containerStatuses.rend(); ++status) {
        const auto &state = status->state;
        restarts.add(*status);
        if (state.waiting && !state.reason.empty()) {
            out.text = state.reason;
            out.message = state.message;
        } else if (state.terminated) {
            out.text = wordOfEnd(state);
            out.message = state.message;
            if (state.exitCode != 0) {
                error = out.text;
                errorMessage = out.message;
            }
        } else if (status->ready && state.running) {
            running = true;
            ++out.ready;
        }
    }
    if (out.text != "Completed") {
        return;
    }
    const auto ready = std::any_of(pod.conditions.begin(), pod.conditions.end(),
        [](const wire::Condition &condition) { return condition.type == "Ready" && condition.status == "True"; });
    if (running && ready) {
        out.text = "Running";
        out.message.clear();
    } else if (!error.empty()) {
        out.text = error;
        out.message = errorMessage;
    } else if (running) {
        out.text = "NotReady";
    }
}

std::string gatesOf(const wire::Pod &pod)
{
    if (pod.readinessGates.empty()) {
        return {};
    }
    std::unordered_map<std::string_view, bool> isTrue; // the first condition of a type counts
    for (const auto &condition : pod.conditions) {
        isTrue.emplace(condition.type, condition.status == "True");
    }
    const auto open = std::count_if(pod.readinessGates.begin(), pod.readinessGates.end(), [&](std::string_view gate) {
        const auto found = isTrue.find(gate);
        return found != isTrue.end() && found->second;
    });
    return std::to_string(open) + "/" + std::to_string(pod.readinessGates.size());
}

} // namespace

PodStatus podStatusOf(const wire::Pod &pod)
{
    PodStatus out;
    out.text = pod.reason.empty() ? pod.phase : pod.reason;
    const bool gated = std::any_of(pod.conditions.begin(), pod.conditions.end(), [](const wire::Condition &condition) {
        return condition.type == "PodScheduled" && condition.reason == "SchedulingGated";
    });
    if (gated) {
        out.text = "SchedulingGated";
    }
    const auto sidecarCount = std::count_if(pod.initContainers.begin(), pod.initContainers.end(),
        [](const wire::Container &container) { return container.alwaysRestart; });
    out.total = std::uint32_t(pod.containers.size()) + std::uint32_t(sidecarCount);

    Restarts all, later;
    const bool initializing = walkInit(pod, out, all, later);
    const auto *initialized = conditionNamed(pod, "Initialized");
    if (!initializing || (initialized && initialized->status == "True")) {
        walkContainers(pod, out, later);
        all = later;
    }
    out.restarts = std::uint32_t(std::min<std::int64_t>(all.count, std::numeric_limits<std::uint32_t>::max()));
    out.lastRestart = all.last;
    out.readinessGates = gatesOf(pod);

    const bool ended = pod.phase == "Succeeded" || pod.phase == "Failed";
    if (pod.meta.deleting && pod.reason == "NodeLost") {
        out.text = "Unknown";
    } else if (pod.meta.deleting && !ended) {
        out.text = "Terminating";
    }
    const auto *scheduled = conditionNamed(pod, "PodScheduled");
    if (!pod.message.empty()) {
        out.message = pod.message;
    } else if (scheduled && scheduled->status == "False" && !scheduled->message.empty()) {
        out.message = scheduled->message;
    }
    const auto *ready = conditionNamed(pod, "Ready");
    out.state = podStateOf({out.text, pod.phase, out.ready == out.total, ready && ready->status != "True"});
    return out;
}

State podStateOf(const PodStateFacts &facts)
{
    const auto &status = facts.status;
    if (status == "Terminating") {
        return State::Terminating;
    }
    if (status == "Unknown" || status == "NodeLost" || status.empty()) {
        return State::Unknown;
    }
    if (facts.phase == "Failed") {
        return State::Failed;
    }
    if (facts.phase == "Succeeded") {
        return State::Completed;
    }
    if (status == "Running") {
        return facts.allReady && !facts.readyConditionFails ? State::Ok : State::Warning;
    }
    if (status == "NotReady" || status == "Completed") {
        return State::Warning;
    }
    // An init container that is being created is as much a beginning as the pod's own.
    const bool init = status.substr(0, 5) == "Init:";
    const auto word = init ? status.substr(5) : status;
    const bool counted = init && !word.empty() && word[0] >= '0' && word[0] <= '9';
    if (counted || word == "ContainerCreating" || word == "PodInitializing" || status == "Pending"
        || status == "SchedulingGated") {
        return State::Pending;
    }
    return facts.allReady ? State::Ok : State::Failed;
}

} // namespace sextant::kubernetes
