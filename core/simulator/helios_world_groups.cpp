// SPDX-License-Identifier: GPL-3.0-or-later
// Roll-outs, as masters drive them, and what happens by itself.
#include "core/simulator/helios_world_impl.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace sextant::simulator {

std::string nextVersion(const std::string &version)
{
    // The middle of three numbers is the one that grows.
    const auto first = version.find('.');
    const auto second = version.find('.', first + 1);
    if (first == std::string::npos || second == std::string::npos) {
        return version + ".1";
    }
    int minor = 0;
    std::from_chars(version.data() + first + 1, version.data() + second, minor);
    return version.substr(0, first + 1) + std::to_string(minor + 1) + version.substr(second);
}

void HeliosWorld::Impl::findMembers(HeliosGroup &group) const
{
    group.hosts.clear();
    for (const auto &[name, host] : state.hosts) {
        if (host.registered && !group.selectors.empty()
            && std::all_of(group.selectors.begin(), group.selectors.end(),
                [&host = host](const HeliosSelector &s) { return s.matches(host.labels); })) {
            group.hosts.push_back(name);
        }
    }
    std::sort(group.hosts.begin(), group.hosts.end(), naturallyLess);
}

bool HeliosWorld::Impl::startRollout(
    HeliosGroup &group, const HeliosJobPtr &job, const HeliosRolloutOptions &wanted, const char *reason)
{
    findMembers(group);
    const auto none = HeliosRolloutOptions();
    const auto &own = job->rolloutOptions ? *job->rolloutOptions : none;
    const auto choose = [](const auto &first, const auto &second, auto otherwise) {
        return first ? *first : second.value_or(otherwise);
    };
    group.options.timeout = choose(wanted.timeout, own.timeout, std::int64_t(300));
    group.options.parallelism = choose(wanted.parallelism, own.parallelism, 1);
    group.options.migrate = choose(wanted.migrate, own.migrate, false);
    group.options.overlap = choose(wanted.overlap, own.overlap, false);
    group.options.token = choose(wanted.token, own.token, std::string());
    group.options.ignoreFailures = choose(wanted.ignoreFailures, own.ignoreFailures, false);
    group.job = job;
    group.reason = reason;
    group.plan.clear();
    group.step = 0;
    group.stepSince = now;
    group.error.reset();
    group.state = "ROLLING_OUT";
    std::vector<std::string> up;
    for (const auto &name : group.hosts) {
        if (state.hosts[name].up) {
            up.push_back(name);
        }
    }
    using Action = HeliosRolloutStep::Action;
    const auto batch = std::size_t(std::max(*group.options.parallelism, 1));
    for (std::size_t begin = 0; begin < up.size(); begin += batch) {
        const auto end = std::min(begin + batch, up.size());
        const auto each = [&](std::initializer_list<Action> actions) {
            for (auto i = begin; i < end; ++i) {
                for (const auto action : actions) {
                    group.plan.push_back({action, up[i]});
                }
            }
        };
        if (*group.options.overlap) {
            each({Action::DeployNew});
            each({Action::AwaitRunning});
            each({Action::UndeployOld});
        } else {
            each({Action::UndeployOld, Action::DeployNew});
            each({Action::AwaitRunning});
        }
    }
    if (group.plan.empty()) {
        endRollout(group, {});
    }
    return true;
}

void HeliosWorld::Impl::endRollout(HeliosGroup &group, const std::string &error)
{
    group.state = error.empty() ? "DONE" : "FAILED";
    group.error = error.empty() ? std::nullopt : std::optional(error);
    group.plan.clear();
    group.step = 0;
}

std::string HeliosWorld::Impl::whyLate(const HeliosGroup &group, const std::string &host) const
{
    const auto id = group.job->id();
    const auto &statuses = state.hosts.at(host).statuses;
    const auto task = statuses.find(id);
    std::string out = host + ": timed out waiting for job to reach state RUNNING";
    if (task == statuses.end()) {
        return out;
    }
    if (task->second.throttled == "IMAGE_MISSING") {
        return out + " due to missing Docker image (" + group.job->image + ')';
    }
    std::string before;
    if (const auto it = state.history.find({id, host}); it != state.history.end()) {
        for (std::size_t i = 0; i < it->second.size() && i < 10; ++i) { // the oldest ten
            before += (i == 0 ? "" : "->") + it->second[i].task.state;
        }
    }
    out += " (terminal job state " + task->second.state + ", previous states: " + before + ')';
    if (!task->second.containerError.empty()) {
        out += " container error: " + task->second.containerError;
    }
    return out;
}

void HeliosWorld::Impl::rollOn(HeliosGroup &group)
{
    const auto id = group.job->id();
    const auto &step = group.plan[group.step];
    auto &host = state.hosts.at(step.host);
    std::string error;
    bool goes = true;
    switch (step.action) {
    case HeliosRolloutStep::Action::UndeployOld: {
        std::vector<std::string> old;
        for (const auto &[other, deployment] : host.jobs) {
            if (deployment.group == group.name && other != id) {
                old.push_back(other);
            }
        }
        for (const auto &other : old) {
            undeploy(host, other);
        }
        break;
    }
    case HeliosRolloutStep::Action::DeployNew: {
        const auto there = host.jobs.find(id);
        if (there == host.jobs.end()) {
            deploy(host, group.job, "START", group.name);
        } else if (there->second.group != group.name) {
            if (*group.options.migrate) {
                there->second.group = group.name;
                there->second.deployerUser.reset();
            } else {
                error = step.host + ": job already deployed";
            }
        } else {
            there->second.goal = "START";
        }
        break;
    }
    case HeliosRolloutStep::Action::AwaitRunning: {
        const auto task = host.statuses.find(id);
        goes = task != host.statuses.end() && task->second.state == "RUNNING" && task->second.goal == "START";
        if (!host.jobs.contains(id)) {
            error = step.host + ": job unexpectedly undeployed";
        } else if (!goes && now - group.stepSince >= seconds(*group.options.timeout)) {
            error = whyLate(group, step.host);
        }
        break;
    }
    }
    if (!error.empty() && !*group.options.ignoreFailures) {
        endRollout(group, error);
        return;
    }
    if (goes || !error.empty()) {
        group.stepSince = now;
        if (++group.step == group.plan.size()) {
            endRollout(group, {});
        }
    }
}

void HeliosWorld::Impl::newVersion(HeliosGroup &group)
{
    // A group whose last roll-out failed gets one that works; else now and then one whose image is not there.
    auto next = *group.job;
    const bool bad = group.state != "FAILED" && random.chance(0.12);
    next.conduct = bad ? HeliosConduct::ImageMissing : HeliosConduct::Sound;
    next.created = now;
    do {
        const auto version = nextVersion(next.version);
        next.image = next.image.substr(0, next.image.rfind(':')) + ':' + version;
        next.version = version;
    } while (state.jobs.lower_bound(next.name + ':' + next.version + ':') != state.jobs.end()
        && state.jobs.lower_bound(next.name + ':' + next.version + ':')
               ->first.starts_with(next.name + ':' + next.version + ':'));
    const auto name = next.name;
    const auto id = addJob(std::move(next));
    HeliosRolloutOptions wanted;
    wanted.parallelism = std::max(1, int(group.hosts.size()) / 4);
    wanted.timeout = 90;
    wanted.overlap = random.chance(0.3);
    startRollout(group, job(id), wanted, "MANUAL");
    // One version before is kept, older ones go.
    std::vector<std::pair<Time, std::string>> mine;
    for (const auto &[other, one] : state.jobs) {
        if (one->name == name && other != id) {
            mine.emplace_back(one->created, other);
        }
    }
    std::sort(mine.rbegin(), mine.rend());
    for (std::size_t i = 1; i < mine.size(); ++i) {
        const auto &other = mine[i].second;
        if (std::none_of(state.hosts.begin(), state.hosts.end(),
                [&](const auto &entry) { return entry.second.jobs.contains(other); })) {
            state.jobs.erase(other);
            std::erase_if(state.history, [&](const auto &entry) { return entry.first.first == other; });
        }
    }
}

void HeliosWorld::Impl::churn()
{
    const auto often = [&](double everySeconds, double scale) {
        const double expected = options.churn * scale / everySeconds;
        return int(expected) + (random.chance(expected - std::floor(expected)) ? 1 : 0);
    };
    const auto someHost = [&]() -> HeliosHost & {
        auto it = state.hosts.begin();
        std::advance(it, std::ptrdiff_t(random.bits() % state.hosts.size()));
        return it->second;
    };
    const double size = double(state.hosts.size()) / 100;
    for (int n = often(240, size); n > 0 && state.hosts.size() > 2; --n) { // an agent falls silent
        auto &host = someHost();
        if (host.up && host.registered && !host.silent) {
            host.up = false;
        }
    }
    for (auto &[name, host] : state.hosts) { // and comes back
        if (!host.up && host.registered && !host.silent && random.chance(options.churn / 150)) {
            host.up = true;
            host.dueAny = now;
            host.process.startedMs = std::chrono::milliseconds(now.time_since_epoch()).count();
            report(host, now);
        }
    }
    for (int n = often(20, size); n > 0; --n) { // a container ends
        auto &host = someHost();
        if (!host.up || host.silent || host.statuses.empty()) {
            continue;
        }
        auto it = host.statuses.begin();
        std::advance(it, std::ptrdiff_t(random.bits() % host.statuses.size()));
        auto &task = it->second;
        if (task.state == "RUNNING" && task.goal == "START" && task.due == kNoTime && !held.contains(task.job->name)) {
            ended(host, task, "EXITED");
            host.dueAny = now;
        }
    }
    for (int n = often(120, size); n > 0 && !state.groups.empty(); --n) { // a group gets a new version
        auto it = state.groups.begin();
        std::advance(it, std::ptrdiff_t(random.bits() % state.groups.size()));
        auto &group = it->second;
        if (group.job && group.state != "ROLLING_OUT" && group.error != "Stopped by user"
            && !held.contains(group.job->name)) {
            newVersion(group);
        }
    }
    for (int n = often(60, size); n > 0; --n) { // something deployed by hand moves to another host
        auto &from = someHost();
        auto &to = someHost();
        if (!from.up || from.silent || !to.up || to.silent || !to.registered || from.jobs.empty()) {
            continue;
        }
        auto it = from.jobs.begin();
        std::advance(it, std::ptrdiff_t(random.bits() % from.jobs.size()));
        const auto what = it->second.job;
        if (!it->second.group && it->second.goal == "START" && !held.contains(what->name)
            && deploy(to, what, "START", {})) {
            undeploy(from, what->id());
        }
    }
}

} // namespace sextant::simulator
