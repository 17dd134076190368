// SPDX-License-Identifier: GPL-3.0-or-later
// Hosts and tasks; jobs and groups are in workloadrows.cpp.
#include "core/helios/rows.h"

#include "core/base/format.h"
#include "core/helios/decoder.h"
#include "core/helios/fingerprint.h"
#include "core/helios/mask.h"
#include "core/helios/rowlabels.h"

#include <algorithm>

namespace sextant::helios {

namespace {

constexpr std::string_view kNotThrottled = "NO";
constexpr std::size_t kLongestError = 1000;

bool throttled(const Task &task) { return !task.throttled.empty() && task.throttled != kNotThrottled; }
bool imageFails(const Task &task) { return task.throttled == "IMAGE_MISSING" || task.throttled == "IMAGE_PULL_FAILED"; }
bool starts(const Task &task)
{
    return task.state == "PULLING_IMAGE" || task.state == "CREATING" || task.state == "STARTING"
        || task.state == "HEALTHCHECKING";
}
/// Deployed with goal STOP and stopped, or never started: it stays deployed and runs nothing.
bool parked(const Task &task)
{
    return task.deployed && task.goal == "STOP" && (task.state == "STOPPED" || !task.reported);
}

std::string statusOf(const Task &task, bool hostSpeaks)
{
    if (!task.reported) {
        return "PENDING";
    }
    const std::string state = task.state.empty() ? "UNKNOWN" : task.state;
    if (!hostSpeaks) {
        return "Unknown (last " + state + ")";
    }
    return throttled(task) ? state + " (" + task.throttled + ")" : state;
}

std::string phaseOf(const Task &task, bool hostSpeaks)
{
    if (parked(task)) {
        return "Succeeded"; // on a host that is down, too: it counts nowhere
    }
    if (!hostSpeaks) {
        return "Unknown";
    }
    if (!task.reported || starts(task)) {
        return "Pending";
    }
    if (task.state == "RUNNING" || task.state == "STOPPING") {
        return "Running";
    }
    // It is started again and again for ever; what ended is waiting for its next start.
    return task.state == "EXITED" || task.state == "FAILED" || task.state == "STOPPED" ? "Pending" : "Unknown";
}

/// Why it is not well, in words; empty when there is nothing to say.
std::string messageOf(const Task &task, bool hostSpeaks, Time reported)
{
    if (!hostSpeaks) {
        const std::string since = reported == kNoTime ? std::string() : " since " + formatTime(reported);
        return "its host has not reported" + since + "; this is what was known last";
    }
    if (!task.reported) {
        return task.goal == "STOP" ? "deployed to be stopped: it was never started"
                                   : "deployed; the agent has not acted yet, or cannot allocate its ports";
    }
    if (!task.deployed) {
        return "is being undeployed";
    }
    std::string out;
    const auto say = [&out](const std::string &words) { out += (out.empty() ? "" : "; ") + words; };
    if (task.throttled == "FLAPPING") {
        say("restarts often, its last runs were short");
    } else if (task.throttled == "IMAGE_MISSING") {
        say("its image was not found");
    } else if (task.throttled == "IMAGE_PULL_FAILED") {
        say("its image could not be pulled");
    } else if (throttled(task)) {
        say("throttled: " + task.throttled);
    }
    if (task.state == "HEALTHCHECKING") {
        say("its first health check has not passed yet");
    } else if (task.state == "EXITED") {
        say("its container ended; it is started again");
    } else if (task.state == "FAILED") {
        say("it could not be started; it is tried again");
    }
    if (!task.goal.empty() && !task.agentGoal.empty() && task.goal != task.agentGoal) {
        say("wanted is " + task.goal + ", the agent still acts on " + task.agentGoal);
    }
    if (task.state != "RUNNING" && !task.error.empty()) {
        say(bounded(task.error, kLongestError));
    }
    return out;
}

ContainerDraft containerOf(const Task &task, bool hostSpeaks)
{
    ContainerDraft out;
    out.name = task.job ? task.job->name : task.jobId.substr(0, task.jobId.find(':'));
    out.message = bounded(task.error, kLongestError);
    if (hostSpeaks && task.reported) {
        // Nothing is "terminated": that would claim an exit code, which Helios does not tell.
        out.state =
            task.state == "RUNNING" || task.state == "STOPPING" ? ContainerState::Running : ContainerState::Waiting;
        out.reason = throttled(task) ? task.throttled : task.state == "RUNNING" ? std::string() : task.state;
        out.ready = taskReady(task, hostSpeaks);
    }
    if (task.job) {
        out.image = task.job->image;
        out.cpuRequest = task.job->cpu;
        out.memoryRequest = task.job->memory;
        out.memoryLimit = task.job->memory;
    }
    return out;
}

std::string versionOf(const PodDraft &row)
{
    Fingerprint print;
    print << row.status << row.state << row.ready << row.readyKnown << row.counts << row.phase << row.statusMessage
          << row.team << row.controller.uid << row.cpuRequested.value << row.memoryRequested.value;
    for (const ContainerDraft &container : row.containers) {
        print << container.image << container.state << container.reason << container.message;
    }
    return print.text();
}

std::string versionOf(const NodeDraft &row)
{
    Fingerprint print;
    print << row.status << row.version << row.osImage << row.kernel << row.runtime << row.architecture
          << row.capacity.cpu.value << row.capacity.memory.value << row.loadAverage.value_or(-1)
          << row.memoryInUse.value << row.reported.time_since_epoch().count();
    for (const auto &[key, value] : row.labels) {
        print << key << value;
    }
    return print.text();
}

} // namespace

std::string nodeUid(std::string_view host) { return "host/" + std::string(host); }
std::string taskUid(std::string_view host, std::string_view jobId)
{
    return std::string(host) + '/' + std::string(jobId);
}
std::string jobUid(std::string_view jobId) { return "job/" + std::string(jobId); }
std::string groupUid(std::string_view group) { return "group/" + std::string(group); }

std::pair<std::string, std::string> partsOfTaskUid(std::string_view uid)
{
    const auto slash = uid.find('/'); // neither a host nor a job holds one
    if (slash == std::string_view::npos || slash == 0 || slash + 1 == uid.size()) {
        return {};
    }
    return {std::string(uid.substr(0, slash)), std::string(uid.substr(slash + 1))};
}

std::string firstLabel(
    const Labels &labels, const std::vector<std::string> &wanted, std::initializer_list<std::string_view> otherwise)
{
    const auto value = [&](std::string_view key) -> std::string_view {
        const auto at = std::lower_bound(
            labels.begin(), labels.end(), key, [](const auto &label, std::string_view k) { return label.first < k; });
        return at != labels.end() && at->first == key ? std::string_view(at->second) : std::string_view();
    };
    for (const std::string &key : wanted) {
        if (const auto found = value(key); !found.empty()) {
            return std::string(found);
        }
    }
    if (wanted.empty()) {
        for (const std::string_view key : otherwise) {
            if (const auto found = value(key); !found.empty()) {
                return std::string(found);
            }
        }
    }
    return {};
}

NodeDraft nodeRow(const std::string &host, Standing standing, const HostStatus *last, const RowOptions &options)
{
    NodeDraft row;
    row.uid = nodeUid(host);
    row.name = host;
    row.hasAllocatable = true; // Helios has no such notion: all of it is unknown, and capacity does not stand in
    row.silent = true;
    switch (standing) {
    case Standing::NotRegistered:
        row.status = "Not registered";
        break;
    case Standing::Unreadable:
        row.status = "Unreadable";
        break;
    case Standing::Read:
        row.status = last == nullptr || last->status.empty() ? "Unknown" : last->status;
        row.silent = last == nullptr || !last->up();
        row.state = row.status == "UP" ? State::Ok : row.status == "DOWN" ? State::Failed : State::Unknown;
        break;
    }
    if (last != nullptr && standing != Standing::NotRegistered) {
        const HostInfo &info = last->info;
        row.version = last->agentVersion;
        row.osImage = info.osName;
        row.kernel = info.osVersion;
        row.architecture = info.architecture;
        row.runtime = info.dockerVersion.empty() ? std::string() : "docker://" + info.dockerVersion;
        row.capacity.cpu = info.cpus;
        row.capacity.memory = info.memory;
        row.loadAverage = info.load;
        if (info.memory.known() && info.memoryFree.known() && info.memoryFree <= info.memory) {
            row.memoryInUse = Bytes(info.memory.value - info.memoryFree.value);
        }
        row.reported = last->reported;
        row.labels = last->labels;
        for (auto &[key, value] : row.labels) {
            value = looksSecret(key) && !value.empty() ? std::string(kMasked) : maskedText(value);
        }
        row.pool = firstLabel(row.labels, options.poolLabels, {"pool", "role"});
        row.team = firstLabel(row.labels, options.teamLabels, {"owner", "team"});
        row.zone = firstLabel(row.labels, {}, {"zone"});
        row.region = firstLabel(row.labels, {}, {"region"});
    }
    row.resourceVersion = versionOf(row);
    return row;
}

bool taskReady(const Task &task, bool hostSpeaks)
{
    return hostSpeaks && task.reported && task.state == "RUNNING" && !throttled(task);
}

State taskState(const Task &task, bool hostSpeaks)
{
    if (!hostSpeaks) {
        return State::Unknown;
    }
    if (!task.reported) {
        return task.goal == "STOP" ? State::Completed : State::Pending;
    }
    if (!task.deployed) {
        return State::Terminating;
    }
    if (task.goal == "STOP") {
        return task.state == "STOPPED" ? State::Completed : State::Terminating;
    }
    if (task.state == "RUNNING") {
        return throttled(task) ? State::Warning : State::Ok;
    }
    if (task.state == "FAILED" || imageFails(task)) {
        return State::Failed;
    }
    if (starts(task)) {
        return throttled(task) ? State::Warning : State::Pending;
    }
    if (task.state == "EXITED") {
        return throttled(task) ? State::Failed : State::Warning;
    }
    if (task.state == "STOPPING") {
        return State::Terminating;
    }
    return task.state == "STOPPED" ? State::Warning : State::Unknown;
}

PodDraft taskRow(const std::string &host, const Task &task, bool hostSpeaks, Time reported, const RowOptions &options)
{
    PodDraft row;
    row.uid = taskUid(host, task.jobId);
    row.name = task.jobId;
    row.node = host;
    row.status = statusOf(task, hostSpeaks);
    row.state = taskState(task, hostSpeaks);
    row.phase = phaseOf(task, hostSpeaks);
    row.statusMessage = messageOf(task, hostSpeaks, reported);
    row.containersTotal = 1;
    row.ready = taskReady(task, hostSpeaks) ? 1 : 0;
    row.readyKnown = hostSpeaks;
    row.restartsKnown = false;
    row.counts = !parked(task);
    row.cpuRequested = MilliCpu();
    row.memoryRequested = Bytes();
    row.containers.push_back(containerOf(task, hostSpeaks));
    if (task.job) {
        row.cpuRequested = task.job->cpu;
        row.memoryRequested = task.job->memory;
        row.memoryLimit = task.job->memory;
        if (!row.memoryLimit.known()) { // Docker limits nothing then; of CPU Helios never limits anything
            row.unlimitedMemory.push_back(row.containers.front().name);
        }
        row.team = firstLabel(task.job->labels, options.teamLabels, {"owner", "team"});
    }
    if (task.group.empty()) {
        row.controller = {"HeliosJob", task.jobId, jobUid(task.jobId)};
    } else {
        row.controller = {"DeploymentGroup", task.group, groupUid(task.group)};
    }
    row.resourceVersion = versionOf(row);
    return row;
}

} // namespace sextant::helios
