// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulator/migration_script.h"

#include "core/simulator/migration_service.h"

#include <algorithm>

namespace sextant::simulator {

namespace {

using std::chrono::seconds;

/// A stage is one when it has held for so long; since then is since its first second.
constexpr seconds kHolds{60};

/// Of a job's full id.
std::string versionOf(const std::string &job)
{
    const auto first = job.find(':');
    const auto second = job.find(':', first + 1);
    return job.substr(first + 1, second - first - 1);
}

} // namespace

MigrationScript::~MigrationScript() = default;

void MigrationScript::takeStock()
{
    m_stock.clear();
    auto &state = m_helios.state();
    const std::lock_guard lock(state.mutex);
    for (const auto &[id, job] : state.jobs) {
        m_stock[job->name].job = true;
    }
    for (const auto &[name, host] : state.hosts) {
        for (const auto &[id, deployment] : host.jobs) {
            const auto task = host.statuses.find(id);
            const bool healthy = host.up && task != host.statuses.end() && task->second.state == "RUNNING"
                && task->second.throttled == "NO" && task->second.goal == "START" && deployment.goal == "START";
            m_stock[deployment.job->name].placed.push_back({name, id, deployment.goal == "START", healthy});
        }
    }
}

void MigrationScript::begin(Time now)
{
    const std::lock_guard lock(m_mutex);
    m_now = m_began = now;
    m_nextAt = now + seconds(5);
    takeStock();
    for (auto &service : m_services) {
        look(service);
        service.stage = service.candidate.empty() ? "not-started" : service.candidate;
        service.candidate.clear();
        service.since = kNoTime;
        service.stageBefore = service.stage;
        service.movedBefore = service.stage == "migrated" || service.stage == "retired";
        service.movingBefore = service.stage == "in-parallel";
        if (service.phase == Service::Phase::Parallel) {
            service.due = now + seconds(m_random.range(40, 240));
        }
    }
}

void MigrationScript::setRunning(bool running)
{
    const std::lock_guard lock(m_mutex);
    m_running = running;
}

void MigrationScript::look(Service &service)
{
    const auto stock = m_stock.find(service.name);
    service.heliosWanted = service.heliosHealthy = 0;
    const bool job = stock != m_stock.end() && stock->second.job;
    if (stock != m_stock.end()) {
        for (const auto &one : stock->second.placed) {
            service.heliosWanted += one.wanted ? 1 : 0;
            service.heliosHealthy += one.healthy ? 1 : 0;
        }
    }
    service.kubernetes = service.deployed ? m_targets[service.target].world->instances(service.ns, service.deployment)
                                          : World::Instances{};
    const bool onHelios = service.heliosHealthy > 0;
    const bool onKubernetes = service.kubernetes.healthy > 0;
    std::string raw = service.stage;
    if (onHelios && onKubernetes) {
        raw = "in-parallel";
    } else if (onKubernetes) {
        raw = job ? "migrated" : "retired";
    } else if (onHelios) {
        raw = service.stage.empty() || service.stage == "not-started" ? "not-started" : "rolled-back";
    } else if (raw == "migrated" || raw == "retired") {
        raw = job ? "migrated" : "retired";
    }
    if (raw == service.stage) {
        service.candidate.clear();
    } else if (raw != service.candidate) {
        service.candidate = raw;
        service.candidateSince = m_now;
    } else if (m_now - service.candidateSince >= kHolds) {
        service.stage = raw;
        service.since = service.candidateSince;
        service.candidate.clear();
    }
}

std::string MigrationScript::currentVersion(const Service &service) const
{
    const auto stock = m_stock.find(service.name);
    std::map<std::string, int> counts;
    if (stock != m_stock.end()) {
        for (const auto &one : stock->second.placed) {
            ++counts[versionOf(one.job)];
        }
    }
    const auto most = std::max_element(
        counts.begin(), counts.end(), [](const auto &a, const auto &b) { return a.second < b.second; });
    return most == counts.end() ? service.version : most->first;
}

void MigrationScript::drainOne(Service &service)
{
    const auto stock = m_stock.find(service.name);
    if (stock == m_stock.end() || stock->second.placed.empty()) {
        service.phase = Service::Phase::Drained;
        service.due = service.retires ? m_now + seconds(m_random.range(180, 600)) : kNoTime;
        return;
    }
    const auto &one = stock->second.placed.front();
    m_helios.undeploy(one.host, one.job);
    service.due = m_now + seconds(m_random.range(3, 9));
}

void MigrationScript::remove(Service &service)
{
    m_helios.removeGroup(service.name);
    std::vector<std::string> jobs;
    {
        auto &state = m_helios.state();
        const std::lock_guard lock(state.mutex);
        for (const auto &[id, job] : state.jobs) {
            if (job->name == service.name) {
                jobs.push_back(id);
            }
        }
    }
    for (const auto &job : jobs) {
        m_helios.removeJob(job);
    }
    service.phase = Service::Phase::Gone;
    service.due = kNoTime;
}

void MigrationScript::act(Service &service)
{
    using Phase = Service::Phase;
    if (service.due == kNoTime || service.due > m_now) {
        return;
    }
    auto &world = *m_targets[service.target].world;
    switch (service.phase) {
    case Phase::Waiting: {
        m_helios.hold(service.name);
        auto planned = service.planned();
        planned.version = currentVersion(service);
        if (service.fate == Service::Fate::OtherVersion) {
            planned.version = nextVersion(planned.version);
        }
        service.deployed = world.add(planned) || world.scale(service.ns, service.deployment, service.replicas);
        service.phase = Phase::Parallel;
        service.due = m_now + seconds(m_random.range(170, 330));
        break;
    }
    case Phase::Parallel:
        if (service.fate == Service::Fate::Stalls) {
            service.due = kNoTime;
        } else if (service.fate == Service::Fate::RollsBack) {
            world.scale(service.ns, service.deployment, 0);
            service.phase = Phase::RolledBack;
            service.due = kNoTime;
        } else if (service.kubernetes.healthy * 2 < service.kubernetes.wanted || service.kubernetes.healthy == 0) {
            service.due = m_now + seconds(15); // not before it is well there
        } else {
            service.phase = Phase::Draining;
        }
        break;
    case Phase::Draining:
        drainOne(service);
        break;
    case Phase::Drained:
        remove(service);
        break;
    case Phase::RolledBack:
    case Phase::Gone:
        service.due = kNoTime;
        break;
    }
}

void MigrationScript::step(Time now)
{
    const std::lock_guard lock(m_mutex);
    m_now = now;
    if (m_running && now >= m_nextAt) {
        while (m_next < m_services.size() && m_services[m_next].phase != Service::Phase::Waiting) {
            ++m_next;
        }
        if (m_next < m_services.size()) {
            auto &service = m_services[m_next++];
            service.due = now;
            const auto pace = double(m_options.pace.count());
            const bool waveEnds = m_next < m_services.size() && m_services[m_next].wave != service.wave;
            // A wave goes a little faster than the pace, and a pause follows it.
            m_nextAt = now
                + seconds(
                    std::max<std::int64_t>(1, std::int64_t(pace * (waveEnds ? 3 : 0.55 + 0.5 * m_random.fraction()))));
        }
    }
    for (auto &service : m_services) {
        act(service);
    }
    takeStock(); // of what it is now, after what was done
    for (auto &service : m_services) {
        look(service);
    }
}

std::vector<MigrationTruth> MigrationScript::truth() const
{
    const std::lock_guard lock(m_mutex);
    std::vector<MigrationTruth> out;
    for (const auto &service : m_services) {
        MigrationTruth one;
        one.service = service.name;
        one.stage = service.stage;
        one.since = service.since;
        one.owner = service.team;
        one.heliosInstances = service.heliosWanted;
        one.heliosHealthy = service.heliosHealthy;
        one.kubernetesInstances = service.kubernetes.wanted;
        one.kubernetesHealthy = service.kubernetes.healthy;
        if (service.deployed) {
            one.cluster = m_targets[service.target].name;
            one.ns = service.ns;
            one.deployment = service.deployment;
        }
        one.heliosJob = service.name;
        out.push_back(std::move(one));
    }
    std::sort(
        out.begin(), out.end(), [](const MigrationTruth &a, const MigrationTruth &b) { return a.service < b.service; });
    return out;
}

} // namespace sextant::simulator
