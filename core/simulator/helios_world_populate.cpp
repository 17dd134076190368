// SPDX-License-Identifier: GPL-3.0-or-later
// The cluster as it stands when the world begins.
#include "core/simulator/helios_world_impl.h"
#include "core/simulator/world_catalog.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <numeric>

namespace sextant::simulator {

namespace {

constexpr int kTasksWithHistory = 5000; // a bigger cluster's agents keep none
constexpr int kRunsToFlapPlanted = 12; // more than an agent needs to call it flapping

std::vector<std::string> wordsOf(const std::string &list)
{
    std::vector<std::string> out{""};
    for (const char c : list) {
        if (c == ',') {
            out.emplace_back();
        } else {
            out.back() += c;
        }
    }
    return out;
}

std::int64_t msOf(Time time) { return std::chrono::milliseconds(time.time_since_epoch()).count(); }

} // namespace

Time HeliosWorld::Impl::past(double least, double most)
{
    return now - seconds(std::int64_t(least * std::pow(most / least, random.fraction())));
}

void HeliosWorld::Impl::populate(Time start, std::vector<HeliosService> services)
{
    now = start;
    for (int i = 0; i < std::max(options.masters, 1); ++i) {
        state.masters.push_back("helios-master-" + std::to_string(i + 1) + '.' + options.domain);
    }
    if (services.empty() && options.services > 0) {
        services = madeUp();
    }
    keepsHistory = std::accumulate(services.begin(), services.end(), 0, [](int sum, const HeliosService &s) {
        return sum + s.instances;
    }) <= kTasksWithHistory;
    makeHosts(services);
    for (const auto &service : services) {
        plantService(service);
    }
    if (options.odd) {
        makeOdd();
    }
}

std::vector<HeliosService> HeliosWorld::Impl::madeUp()
{
    const int count = std::max(options.services, 1);
    const auto names = products(32);
    std::vector<double> weights;
    for (int i = 0; i < count; ++i) {
        weights.push_back(1 / std::pow(1 - random.fraction() * 0.99, 0.7));
    }
    const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
    std::vector<HeliosService> out;
    for (int i = 0; i < count; ++i) {
        const auto &product = names[std::size_t(i) % names.size()];
        const auto round = std::size_t(i) / names.size();
        const auto &suffixes = heliosSuffixes();
        HeliosService one;
        one.name = product.name + '-' + suffixes[(round + std::size_t(i)) % suffixes.size()];
        if (round >= suffixes.size()) {
            one.name += '-' + std::to_string(round / suffixes.size() + 1);
        }
        one.product = product.name;
        one.team = product.team;
        one.version = "2." + std::to_string(random.range(3, 60)) + ".0";
        one.instances = std::clamp(
            int(std::lround(weights[std::size_t(i)] / sum * options.tasks)), options.tasks > 0 ? 1 : 0, options.hosts);
        one.group = i < options.groups;
        if (!random.chance(0.3)) {
            one.cpuShares = random.pick(std::vector<std::int64_t>{128, 256, 512, 512, 1024, 2048});
        }
        if (!random.chance(0.25)) {
            one.memory = niceBytes(double(256LL << 20) * (1 + 15 * random.fraction()), 8LL << 30);
        }
        out.push_back(std::move(one));
    }
    if (count >= 12) { // and what does not work
        out[std::size_t(count) - 1].conduct = HeliosConduct::Flapping;
        out[std::size_t(count) - 2].conduct = HeliosConduct::Exits;
        out[std::size_t(count) - 3].conduct = HeliosConduct::ImageMissing;
        out[std::size_t(count) - 3].instances = std::min(out[std::size_t(count) - 3].instances, 2);
    }
    return out;
}

HeliosHost &HeliosWorld::Impl::addHost(const std::string &name)
{
    auto &host = state.hosts[name];
    host.name = name;
    host.machine.hostname = name.substr(0, name.find('.'));
    host.machine.kernel = random.chance(0.7) ? "4.15.0-112-generic" : "3.19.0-69-generic";
    host.machine.cpus = random.pick(std::vector<int>{8, 16, 16, 32, 32});
    host.machine.loadAvg = 0;
    host.machine.memoryTotal = host.machine.cpus * 4LL * 1024 * 1024 * 1024 - random.range(40, 300) * 1024 * 1024;
    host.machine.docker = random.chance(0.8) ? "17.05.0-ce" : "1.12.6";
    host.busy = 0.2 + 0.6 * random.fraction();
    host.nextPort = int(random.range(20'000, 32'000));
    host.process.pid = int(random.range(900, 30'000));
    host.process.startedMs = msOf(past(3600, 86400.0 * 120)) + random.range(0, 999);
    host.process.version = random.chance(0.85) ? options.version : "0.9.168";
    host.environment = {{"SITE", "eu"}};
    report(host, now - seconds((now.time_since_epoch().count() + host.process.pid) % 60));
    return host;
}

void HeliosWorld::Impl::makeHosts(const std::vector<HeliosService> &services)
{
    const auto zones = wordsOf(options.zones);
    std::vector<std::string> roles;
    for (const auto &service : services) {
        if (service.group) { // a group's hosts are its own, as far as they go
            roles.insert(roles.end(), std::size_t(std::max(service.instances, 1)), service.name);
        }
    }
    for (int i = 0; i < options.hosts; ++i) {
        std::array<char, 16> number{};
        std::snprintf(number.data(), number.size(), "%04d", i + 1);
        const auto &zone = zones[std::size_t(i) % zones.size()];
        auto &host = addHost(zone + (zone.empty() ? "" : "-") + "helios-" + number.data() + '.' + options.domain);
        host.labels = {{"zone", zone}, {"pool", random.chance(0.12) ? "canary" : "main"},
            {"role", std::size_t(i) < roles.size() ? roles[std::size_t(i)] : "general"},
            {"machine", random.chance(0.4) ? "virtual" : "bare-metal"}};
        host.up = !(options.churn > 0 && options.hosts >= 20 && random.chance(0.015));
    }
}

HeliosJob HeliosWorld::Impl::jobOf(const HeliosService &service)
{
    HeliosJob job;
    job.name = service.name;
    job.version = service.version;
    job.image = "registry.example.com/" + service.product + '/' + service.name + ':' + service.version;
    job.created = past(86400, 86400.0 * 200);
    job.creatingUser = random.chance(0.5) ? "deploy-bot" : "amelia";
    job.env = {{"SERVICE_NAME", service.name}, {"LOG_LEVEL", "info"}};
    const auto hash = hashOf(service.name);
    if (hash % 8 == 0) { // as real fleets have them, for a client that must not show them
        job.env["DB_PASSWORD"] = "sim-secret-" + random.hex(12);
        job.token = "sim-secret-" + random.hex(12);
    }
    job.ports = {{"http", {{}, 8080, {}, "tcp"}}, {"admin", {{}, 8081, {}, "tcp"}}};
    job.registration = {{service.name + "/http", {{"http", {}}}}};
    if (hash % 3 == 0) {
        job.healthCheck = HeliosHealthCheck{"http", "/ping", "admin", {}};
    } else if (hash % 3 == 1) {
        job.healthCheck = HeliosHealthCheck{"tcp", {}, "http", {}};
    }
    if (hash % 5 == 0) {
        job.command = {"serve", "--port", "8080"};
        job.gracePeriod = 20;
    }
    if (service.cpuShares || service.memory) {
        job.resources = HeliosResources{service.memory, {}, service.cpuShares, {}};
    }
    job.metadata = service.metadata;
    job.metadata["GIT_COMMIT"] = random.hex(40);
    if (!service.team.empty()) {
        job.metadata["owner"] = service.team;
    }
    job.conduct = service.conduct;
    return job;
}

void HeliosWorld::Impl::plantService(const HeliosService &service)
{
    const auto made = jobOf(service);
    if (hashOf(service.name) % 6 == 0) { // the version before is still there, deployed nowhere
        auto older = made;
        older.version = "1.0.0";
        older.image = older.image.substr(0, older.image.rfind(':')) + ":1.0.0";
        older.created -= seconds(86400 * 30);
        addJob(std::move(older));
    }
    const auto what = job(addJob(made));
    if (!what) {
        return; // such a job stands already
    }
    const auto since = std::max(what->created, now - seconds(86400 * 20));
    if (service.group) {
        auto &group = state.groups[service.name];
        group.name = service.name;
        group.selectors = {{"role", "EQUALS", {service.name}}};
        if (state.groups.size() % 3 == 0) {
            group.selectors.push_back({"zone", "IN", wordsOf(options.zones)});
        }
        group.job = what;
        group.options = {300, 2, false, false, "", false};
        group.reason = state.groups.size() % 4 == 0 ? "HOSTS_CHANGED" : "MANUAL";
        group.state = "DONE";
        findMembers(group);
        for (const auto &name : group.hosts) {
            if (service.instances > 0) {
                plant(state.hosts[name], what, service.name, since);
            }
        }
        return;
    }
    std::vector<HeliosHost *> hosts;
    for (auto &[name, host] : state.hosts) {
        hosts.push_back(&host);
    }
    for (std::size_t i = hosts.size(); i > 1; --i) {
        std::swap(hosts[i - 1], hosts[random.bits() % i]);
    }
    for (std::size_t i = 0; i < hosts.size() && i < std::size_t(std::max(service.instances, 0)); ++i) {
        plant(*hosts[i], what, {}, since);
    }
}

void HeliosWorld::Impl::plant(HeliosHost &host, const HeliosJobPtr &job, const std::string &group, Time since)
{
    if (!deploy(host, job, "START", group) || job->conduct == HeliosConduct::Clashes) {
        return;
    }
    auto &task = host.statuses[job->id()];
    task.job = job;
    allocate(host, task);
    task.started = since;
    const auto tell = [&](const char *taskState, std::int64_t atMs) {
        task.state = taskState;
        if (keepsHistory) {
            remember(host, task, atMs);
        }
    };
    auto at = msOf(since) + random.range(0, 999);
    tell("PULLING_IMAGE", at);
    const auto soon = [&](seconds most) { task.due = now + seconds(random.range(1, most.count())); };
    if (job->conduct == HeliosConduct::ImageMissing || job->conduct == HeliosConduct::PullFails) {
        const bool missing = job->conduct == HeliosConduct::ImageMissing;
        task.throttled = missing ? "IMAGE_MISSING" : "IMAGE_PULL_FAILED";
        task.containerError = (missing ? "Image not found: " : "Failed pulling image ") + job->image;
        task.tries = kRunsToFlapPlanted;
        task.started = kNoTime;
        tell("FAILED", msOf(now) - random.range(1000, 20'000));
        soon(seconds(missing ? 120 : 30));
    } else {
        tell("CREATING", at += random.range(2000, 9000));
        if (job->conduct == HeliosConduct::Fails) {
            task.tries = kRunsToFlapPlanted;
            task.throttled = "FLAPPING";
            task.started = kNoTime;
            task.containerError = "Cannot create container: no such device: /dev/encoder0";
            tell("FAILED", msOf(now) - random.range(1000, 20'000));
            soon(seconds(30));
        } else {
            task.containerId = random.hex(64);
            tell("STARTING", at += random.range(300, 1500));
            if (job->healthCheck || job->conduct == HeliosConduct::NeverHealthy) {
                tell("HEALTHCHECKING", at += random.range(300, 1500));
            }
            if (job->conduct != HeliosConduct::NeverHealthy) {
                if (job->conduct == HeliosConduct::Flapping) {
                    task.throttled = "FLAPPING";
                    task.tries = kRunsToFlapPlanted;
                    task.started = now - seconds(1);
                    at = msOf(now) - random.range(1000, 2000);
                    soon(seconds(5));
                } else if (job->conduct == HeliosConduct::Exits) {
                    soon(seconds(600));
                }
                tell("RUNNING", at + random.range(500, 3000));
            }
        }
    }
    host.dueAny = now;
}

} // namespace sextant::simulator
