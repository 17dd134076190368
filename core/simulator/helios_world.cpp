// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulator/helios_world.h"

#include "core/simulator/helios_world_impl.h"

#include <algorithm>

namespace sextant::simulator {

HeliosWorld::Impl::Impl(const HeliosOptions &o, std::uint64_t seed, double daySeconds)
    : options(o)
    , random(mixed(seed ^ hashOf(o.name)))
    , load(daySeconds, mixed(seed))
{
}

void HeliosWorld::Impl::live(Time t)
{
    now = t;
    for (auto &[name, host] : state.hosts) {
        if (host.up && host.registered && !host.silent) {
            if ((now.time_since_epoch().count() + host.process.pid) % 60 == 0) {
                report(host, now);
            }
            if (host.dueAny <= now) {
                act(host);
            }
        }
    }
    for (auto &[name, group] : state.groups) {
        if (group.state == "ROLLING_OUT") {
            rollOn(group);
        }
    }
    if (options.churn > 0) {
        churn();
    }
}

HeliosHost *HeliosWorld::Impl::host(const std::string &name)
{
    const auto it = state.hosts.find(name);
    return it == state.hosts.end() ? nullptr : &it->second;
}

HeliosJobPtr HeliosWorld::Impl::job(const std::string &id) const
{
    const auto it = state.jobs.find(id);
    return it == state.jobs.end() ? nullptr : it->second;
}

std::string HeliosWorld::Impl::addJob(HeliosJob job)
{
    const auto stem = job.name + ':' + job.version + ':';
    const auto same = state.jobs.lower_bound(stem);
    if (same != state.jobs.end() && same->first.starts_with(stem)) {
        return {}; // a name and a version stand once
    }
    job.hash = jobHash(job);
    auto id = job.id();
    state.jobs[id] = std::make_shared<const HeliosJob>(std::move(job));
    return id;
}

bool HeliosWorld::Impl::deploy(
    HeliosHost &host, const HeliosJobPtr &job, const std::string &goal, const std::string &group)
{
    if (!job || !host.registered || host.jobs.contains(job->id())) {
        return false;
    }
    HeliosDeployment deployment{job, goal, {}, {}, {}, ++order};
    if (group.empty()) {
        deployment.deployerUser = order % 3 == 0 ? "amelia" : "deploy-bot";
    } else {
        deployment.group = group;
        deployment.deployerMaster = state.masters.empty() ? std::string("helios-master") : state.masters.front();
    }
    host.jobs.emplace(job->id(), std::move(deployment));
    host.dueAny = now;
    return true;
}

bool HeliosWorld::Impl::undeploy(HeliosHost &host, const std::string &job)
{
    host.dueAny = now;
    return host.jobs.erase(job) > 0;
}

HeliosWorld::HeliosWorld(const HeliosOptions &options, std::uint64_t seed, double daySeconds)
    : m_impl(std::make_unique<Impl>(options, seed, daySeconds))
{
}

HeliosWorld::~HeliosWorld() = default;

void HeliosWorld::populate(Time start, std::vector<HeliosService> services)
{
    const std::lock_guard lock(m_impl->state.mutex);
    m_impl->populate(start, std::move(services));
}

void HeliosWorld::step(Time now)
{
    const std::lock_guard lock(m_impl->state.mutex);
    while (m_impl->now < now) {
        m_impl->live(m_impl->now + seconds(1));
    }
}

Time HeliosWorld::now() const
{
    const std::lock_guard lock(m_impl->state.mutex);
    return m_impl->now;
}

const HeliosOptions &HeliosWorld::options() const { return m_impl->options; }

HeliosState &HeliosWorld::state() { return m_impl->state; }

HeliosTruth HeliosWorld::truth() const
{
    const std::lock_guard lock(m_impl->state.mutex);
    const auto &state = m_impl->state;
    HeliosTruth out;
    for (const auto &[name, host] : state.hosts) {
        if (!host.registered) {
            out.halfRegistered.push_back(name);
            continue;
        }
        if (host.poisoned) {
            out.unreadable.push_back(name);
            continue;
        }
        HeliosTruthHost one;
        one.name = name;
        one.status = host.up ? "UP" : "DOWN";
        if (const auto &info = host.info) {
            one.cpus = info->cpus > 0 ? std::optional(info->cpus) : std::nullopt;
            if (info->memoryTotal > 0) {
                one.memoryTotal = info->memoryTotal;
                one.memoryFree = info->memoryFree;
            }
            one.load = info->loadAvg < 0 ? std::nullopt : std::optional(info->loadAvg);
        }
        if (host.agent) {
            one.version = host.agent->version.value_or("");
            one.reportedAt = Time(
                std::chrono::floor<seconds>(std::chrono::milliseconds(host.agent->startedMs + host.agent->uptimeMs)));
        }
        const auto zone = host.labels.find("zone");
        one.zone = zone == host.labels.end() ? std::string() : zone->second;
        one.deployed = int(host.jobs.size());
        std::map<std::string, HeliosTruthTask> tasks;
        const auto declared = [](HeliosTruthTask &task, const HeliosJob &job) {
            const auto set = [](const auto &amount) { return amount.value_or(0) > 0 ? amount : std::nullopt; };
            if (job.resources) {
                task.cpuShares = set(job.resources->cpuShares);
                task.memory = set(job.resources->memory);
            }
        };
        for (const auto &[id, deployment] : host.jobs) {
            auto &task = tasks[id];
            task = {name, id, deployment.goal, {}, {}, deployment.group.value_or(""), {}, {}};
            declared(task, *deployment.job);
        }
        for (const auto &[id, status] : host.statuses) {
            if (status.unreadable) {
                continue;
            }
            const auto [it, gone] = tasks.try_emplace(id);
            if (gone) {
                it->second = {name, id, "UNDEPLOY", {}, {}, {}, {}, {}};
                declared(it->second, *status.job);
            }
            it->second.state = status.state;
            it->second.throttled = status.throttled;
        }
        one.tasks = int(tasks.size());
        for (auto &[id, task] : tasks) {
            out.tasks.push_back(std::move(task));
        }
        out.hosts.push_back(std::move(one));
    }
    for (const auto &[name, group] : state.groups) {
        const auto *const status = group.state.empty() ? "IDLE"
            : group.state == "DONE"                    ? "ACTIVE"
                                                       : group.state.c_str();
        auto hosts = group.hosts;
        std::sort(hosts.begin(), hosts.end());
        out.groups.push_back(
            {name, status, group.error.value_or(""), group.job ? group.job->id() : std::string(), std::move(hosts)});
    }
    for (const auto &[id, job] : state.jobs) {
        out.jobs.push_back(id);
    }
    return out;
}

std::string HeliosWorld::createJob(HeliosJob job)
{
    const std::lock_guard lock(m_impl->state.mutex);
    if (job.created == kNoTime) {
        job.created = m_impl->now;
    }
    return m_impl->addJob(std::move(job));
}

bool HeliosWorld::removeJob(const std::string &job)
{
    const std::lock_guard lock(m_impl->state.mutex);
    auto &state = m_impl->state;
    for (const auto &[name, host] : state.hosts) {
        if (host.jobs.contains(job)) {
            return false;
        }
    }
    for (auto it = state.history.lower_bound({job, {}}); it != state.history.end() && it->first.first == job;) {
        it = state.history.erase(it);
    }
    return state.jobs.erase(job) > 0;
}

bool HeliosWorld::deploy(const std::string &host, const std::string &job, const std::string &goal)
{
    const std::lock_guard lock(m_impl->state.mutex);
    auto *const h = m_impl->host(host);
    return h && m_impl->deploy(*h, m_impl->job(job), goal, {});
}

bool HeliosWorld::undeploy(const std::string &host, const std::string &job)
{
    const std::lock_guard lock(m_impl->state.mutex);
    auto *const h = m_impl->host(host);
    return h && m_impl->undeploy(*h, job);
}

bool HeliosWorld::setGoal(const std::string &host, const std::string &job, const std::string &goal)
{
    const std::lock_guard lock(m_impl->state.mutex);
    auto *const h = m_impl->host(host);
    const auto it = h ? h->jobs.find(job) : decltype(h->jobs.find(job)){};
    if (!h || it == h->jobs.end()) {
        return false;
    }
    it->second.goal = goal;
    h->dueAny = m_impl->now;
    return true;
}

bool HeliosWorld::createGroup(const std::string &group, const std::vector<std::string> &selectors)
{
    const std::lock_guard lock(m_impl->state.mutex);
    HeliosGroup made;
    made.name = group;
    for (const auto &text : selectors) {
        auto selector = parseSelector(text);
        if (!selector) {
            return false;
        }
        made.selectors.push_back(std::move(*selector));
    }
    m_impl->findMembers(made);
    return m_impl->state.groups.emplace(group, std::move(made)).second;
}

bool HeliosWorld::removeGroup(const std::string &group)
{
    const std::lock_guard lock(m_impl->state.mutex);
    return m_impl->state.groups.erase(group) > 0;
}

bool HeliosWorld::rollingUpdate(const std::string &group, const std::string &job, const HeliosRolloutOptions &options)
{
    const std::lock_guard lock(m_impl->state.mutex);
    const auto it = m_impl->state.groups.find(group);
    const auto what = m_impl->job(job);
    return it != m_impl->state.groups.end() && what && m_impl->startRollout(it->second, what, options, "MANUAL");
}

bool HeliosWorld::stopRollout(const std::string &group)
{
    const std::lock_guard lock(m_impl->state.mutex);
    const auto it = m_impl->state.groups.find(group);
    if (it == m_impl->state.groups.end()) {
        return false;
    }
    m_impl->endRollout(it->second, "Stopped by user");
    return true;
}

bool HeliosWorld::hostDown(const std::string &host)
{
    const std::lock_guard lock(m_impl->state.mutex);
    auto *const h = m_impl->host(host);
    if (h) {
        h->up = false;
    }
    return h != nullptr;
}

bool HeliosWorld::hostUp(const std::string &host)
{
    const std::lock_guard lock(m_impl->state.mutex);
    auto *const h = m_impl->host(host);
    if (h && !h->up) {
        h->up = true;
        h->dueAny = m_impl->now;
        h->process.startedMs = std::chrono::milliseconds(m_impl->now.time_since_epoch()).count();
        m_impl->report(*h, m_impl->now);
    }
    return h != nullptr;
}

bool HeliosWorld::poison(const std::string &host, bool on)
{
    const std::lock_guard lock(m_impl->state.mutex);
    auto *const h = m_impl->host(host);
    if (h) {
        h->poisoned = on;
    }
    return h != nullptr;
}

void HeliosWorld::hold(const std::string &jobName)
{
    const std::lock_guard lock(m_impl->state.mutex);
    m_impl->held.insert(jobName);
}

} // namespace sextant::simulator
