// SPDX-License-Identifier: GPL-3.0-or-later
// What agents do: bring what is deployed to life, and say so.
#include "core/simulator/helios_world_impl.h"

#include <algorithm>
#include <cmath>

namespace sextant::simulator {

namespace {

constexpr std::size_t kEventsKept = 30; // of one job on one host
constexpr int kRunsToFlap = 10; // that together lasted under a minute
constexpr seconds kLasting{60};
constexpr seconds kFlapping{30}, kMissing{120}, kPullFailed{30};

bool is(const HeliosTask &task, std::string_view taskState) { return task.state == taskState; }

} // namespace

void HeliosWorld::Impl::remember(const HeliosHost &host, const HeliosTask &task, std::int64_t atMs)
{
    auto &events = state.history[{task.job->id(), host.name}];
    events.push_back({host.name, atMs, task});
    if (events.size() > kEventsKept) {
        events.pop_front();
    }
}

void HeliosWorld::Impl::write(HeliosHost &host, HeliosTask &task, const char *taskState, seconds next)
{
    task.state = taskState;
    task.due = next.count() > 0 ? now + next : kNoTime;
    remember(
        host, task, std::chrono::milliseconds(now.time_since_epoch()).count() + std::int64_t(random.bits() % 1000));
}

void HeliosWorld::Impl::allocate(HeliosHost &host, HeliosTask &task)
{
    task.ports = task.job->ports;
    task.env = host.environment;
    for (auto &[name, port] : task.ports) {
        if (!port.external) {
            port.external = host.nextPort;
            host.nextPort = host.nextPort >= 32'767 ? 20'000 : host.nextPort + 1;
            port.ip.reset();
        }
        task.env["HELIOS_PORT_" + name] = host.name + ':' + std::to_string(*port.external);
    }
    for (const auto &[key, value] : task.job->env) {
        task.env[key] = value;
    }
}

void HeliosWorld::Impl::begin(HeliosHost &host, const HeliosDeployment &deployment)
{
    if (deployment.goal != "START" || deployment.job->conduct == HeliosConduct::Clashes) {
        return; // nothing is said of what never ran, nor of ports that are taken
    }
    auto &task = host.statuses[deployment.job->id()];
    task = HeliosTask();
    task.job = deployment.job;
    allocate(host, task);
    write(host, task, "PULLING_IMAGE", seconds(random.range(1, 4)));
}

void HeliosWorld::Impl::ended(HeliosHost &host, HeliosTask &task, const char *how)
{
    const bool lasted = task.started != kNoTime && now - task.started >= kLasting;
    task.tries = lasted ? 0 : task.tries + 1;
    task.started = kNoTime;
    const bool flaps = task.tries >= kRunsToFlap;
    if (task.throttled == "NO" || task.throttled == "FLAPPING") {
        task.throttled = flaps ? "FLAPPING" : "NO";
    }
    const auto wait = task.throttled == "IMAGE_MISSING" ? kMissing
        : task.throttled == "IMAGE_PULL_FAILED"         ? kPullFailed
        : flaps                                         ? kFlapping
                                                        : seconds(1);
    write(host, task, how, wait);
}

void HeliosWorld::Impl::goOn(HeliosHost &host, HeliosTask &task)
{
    const auto conduct = task.job->conduct;
    const auto &image = task.job->image;
    if (is(task, "PULLING_IMAGE")) {
        if (conduct == HeliosConduct::ImageMissing) {
            task.throttled = "IMAGE_MISSING";
            task.containerError = "Image not found: " + image;
            ended(host, task, "FAILED");
        } else if (conduct == HeliosConduct::PullFails) {
            task.throttled = "IMAGE_PULL_FAILED";
            task.containerError = "Failed pulling image " + image + ": timed out";
            ended(host, task, "FAILED");
        } else {
            write(host, task, "CREATING", seconds(1));
        }
    } else if (is(task, "CREATING")) {
        if (conduct == HeliosConduct::Fails) {
            task.containerError = "Cannot create container: no such device: /dev/encoder0";
            ended(host, task, "FAILED");
            return;
        }
        task.containerId = random.hex(64);
        task.containerError.clear();
        write(host, task, "STARTING", seconds(1));
    } else if (is(task, "STARTING") || is(task, "HEALTHCHECKING")) {
        if (is(task, "STARTING") && task.job->healthCheck) {
            const bool never = conduct == HeliosConduct::NeverHealthy;
            write(host, task, "HEALTHCHECKING", never ? seconds(0) : seconds(random.range(2, 9)));
            return;
        }
        task.started = now;
        const auto runs = conduct == HeliosConduct::Flapping ? seconds(random.range(2, 5))
            : conduct == HeliosConduct::Exits                ? seconds(random.range(90, 900))
                                                             : seconds(0);
        write(host, task, "RUNNING", runs);
    } else if (is(task, "RUNNING")) {
        ended(host, task, "EXITED");
    } else if (is(task, "EXITED") || is(task, "FAILED")) {
        if (task.throttled != "FLAPPING") {
            task.throttled = "NO";
        }
        allocate(host, task);
        write(host, task, "PULLING_IMAGE", seconds(random.range(1, 2)));
    } else if (is(task, "STOPPING")) {
        write(host, task, "STOPPED", seconds(1));
    } else {
        task.due = kNoTime;
    }
}

void HeliosWorld::Impl::act(HeliosHost &host)
{
    for (const auto &[id, deployment] : host.jobs) {
        if (!host.statuses.contains(id)) {
            begin(host, deployment);
        }
    }
    for (auto it = host.statuses.begin(); it != host.statuses.end();) {
        auto &[id, task] = *it;
        const auto deployed = host.jobs.find(id);
        const bool due = task.due != kNoTime && task.due <= now;
        if (deployed == host.jobs.end() || task.goal == "UNDEPLOY") {
            // Deployed again meanwhile or not: first it goes.
            if (task.goal != "UNDEPLOY") {
                task.goal = "UNDEPLOY";
                task.throttled = "NO";
                write(host, task, "STOPPING", seconds(random.range(1, 4)));
            } else if (due && is(task, "STOPPED")) {
                it = host.statuses.erase(it);
                continue;
            } else if (due) {
                goOn(host, task);
            }
        } else if (deployed->second.goal == "STOP" && task.goal != "STOP") {
            task.goal = "STOP";
            write(host, task, "STOPPING", seconds(random.range(1, 4)));
        } else if (deployed->second.goal == "START" && task.goal != "START") {
            task.goal = "START";
            task.tries = 0;
            allocate(host, task);
            write(host, task, "PULLING_IMAGE", seconds(random.range(1, 2)));
        } else if (due) {
            task.goal == "STOP" && is(task, "STOPPED") ? void(task.due = kNoTime) : goOn(host, task);
        }
        ++it;
    }
    // When to look again.
    host.dueAny = Time::max();
    for (const auto &[id, task] : host.statuses) {
        if (task.due != kNoTime) {
            host.dueAny = std::min(host.dueAny, task.due);
        }
    }
    for (const auto &[id, deployment] : host.jobs) {
        if (!host.statuses.contains(id) && deployment.goal == "START"
            && deployment.job->conduct != HeliosConduct::Clashes) {
            host.dueAny = std::min(host.dueAny, now + seconds(1));
        }
    }
}

void HeliosWorld::Impl::report(HeliosHost &host, Time at)
{
    const auto noise = fractionOf(mixed(hashOf(host.name) ^ std::uint64_t(at.time_since_epoch().count())));
    const double day = load.day(at, 0);
    const double use = std::clamp(host.busy * (0.75 + 0.25 * day) * (0.9 + 0.2 * noise), 0.01, 1.6);
    host.info = host.machine;
    if (host.machine.loadAvg >= 0) {
        host.info->loadAvg = std::round(use * host.machine.cpus * 100) / 100;
    }
    const double taken = std::clamp(0.35 + 0.5 * use, 0.1, 0.97); // caches count as used
    host.info->memoryFree = std::int64_t(double(host.machine.memoryTotal) * (1 - taken));
    host.agent = host.process;
    host.agent->uptimeMs = std::chrono::milliseconds(at.time_since_epoch()).count() - host.process.startedMs;
}

} // namespace sextant::simulator
