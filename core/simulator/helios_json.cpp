// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulator/helios_json.h"

#include "core/simulator/encode.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

namespace sextant::simulator {

namespace {

std::string decimal(double value) { return nlohmann::json(value).dump(); }

void text(JsonWriter &json, std::string_view key, const std::optional<std::string> &value)
{
    value ? json.key(key).text(*value) : json.key(key).null();
}
template <class T> void number(JsonWriter &json, std::string_view key, const std::optional<T> &value)
{
    value ? json.key(key).number(*value) : json.key(key).null();
}

void texts(JsonWriter &json, std::string_view key, const HeliosTexts &map)
{
    json.object(key);
    for (const auto &[name, value] : map) {
        json.textKey(name).text(value);
    }
    json.close('}');
}

void list(JsonWriter &json, std::string_view key, const std::vector<std::string> &items)
{
    json.array(key);
    for (const auto &item : items) {
        json.text(item);
    }
    json.close(']');
}

void ports(JsonWriter &json, const std::map<std::string, HeliosPort> &map, bool ip)
{
    json.object("ports");
    for (const auto &[name, port] : map) {
        json.textKey(name).open('{');
        if (ip) {
            text(json, "ip", port.ip);
        }
        json.member("internalPort", port.internal);
        number(json, "externalPort", port.external);
        json.member("protocol", port.protocol);
        json.close('}');
    }
    json.close('}');
}

void registration(JsonWriter &json, const HeliosJob &job)
{
    json.object("registration");
    for (const auto &[service, entries] : job.registration) {
        json.textKey(service).open('{').object("ports");
        for (const auto &one : entries) {
            json.textKey(one.port).open('{');
            if (one.tags) {
                list(json, "tags", *one.tags);
            }
            json.close('}');
        }
        json.close('}').close('}');
    }
    json.close('}');
}

/// The type stands in it twice, as the real one's serialiser has it.
void healthCheck(JsonWriter &json, const HeliosHealthCheck &check)
{
    json.object("healthCheck");
    json.member("type", check.type);
    if (check.type == "exec") {
        list(json, "command", check.command);
    } else {
        if (check.type == "http") {
            json.member("path", check.path);
        }
        json.member("port", check.port);
    }
    json.member("type", check.type);
    json.close('}');
}

/// @param nulls unset fields are written as null (in a job) or left out (in a group).
void rolloutOptions(JsonWriter &json, const HeliosRolloutOptions &options, bool nulls, bool ignoreFailures)
{
    json.object("rolloutOptions");
    const auto put = [&](const char *key, const auto &value, const auto &write) {
        if (value) {
            write(json.key(key), *value);
        } else if (nulls) {
            json.key(key).null();
        }
    };
    const auto asNumber = [](JsonWriter &out, std::int64_t value) { out.number(value); };
    const auto asFlag = [](JsonWriter &out, bool value) { out.boolean(value); };
    const auto asText = [](JsonWriter &out, const std::string &value) { out.text(value); };
    put("timeout", options.timeout, asNumber);
    put("parallelism", options.parallelism, asNumber);
    put("migrate", options.migrate, asFlag);
    put("overlap", options.overlap, asFlag);
    put("token", options.token, asText);
    if (ignoreFailures) {
        put("ignoreFailures", options.ignoreFailures, asFlag);
    }
    json.close('}');
}

void hostInfo(JsonWriter &json, const HeliosHost &host, bool dockerHost)
{
    if (!host.info) {
        json.key("hostInfo").null();
        return;
    }
    const auto &info = *host.info;
    json.object("hostInfo");
    json.member("hostname", info.hostname);
    json.member("uname", "Linux " + info.hostname + ' ' + info.kernel + " #1 SMP x86_64 GNU/Linux");
    json.member("architecture", "amd64");
    json.member("osName", "Linux");
    json.member("osVersion", info.kernel);
    json.member("cpus", info.cpus);
    json.key("loadAvg").raw(decimal(info.loadAvg));
    json.member("memoryTotalBytes", info.memoryTotal);
    json.member("memoryFreeBytes", info.memoryFree);
    json.member("swapTotalBytes", info.swapTotal);
    json.member("swapFreeBytes", info.swapFree);
    if (info.docker) {
        json.object("dockerVersion");
        json.member("apiVersion", "1.29");
        json.member("arch", "amd64");
        json.member("gitCommit", "89658be");
        json.member("goVersion", "go1.7.5");
        json.member("kernelVersion", info.kernel);
        json.member("os", "linux");
        json.member("version", *info.docker);
        json.close('}');
    } else {
        json.key("dockerVersion").null();
    }
    if (dockerHost) {
        json.member("dockerHost", "unix:///var/run/docker.sock");
        json.key("dockerCertPath").null();
    }
    json.close('}');
}

void agentInfo(JsonWriter &json, const HeliosHost &host)
{
    if (!host.agent) {
        json.key("agentInfo").null();
        return;
    }
    const auto &agent = *host.agent;
    json.object("agentInfo");
    json.member("name", std::to_string(agent.pid) + '@' + host.machine.hostname);
    json.member("vmName", "OpenJDK 64-Bit Server VM");
    json.member("vmVendor", "Oracle Corporation");
    json.member("vmVersion", "25.252-b09");
    json.member("specName", "Java Virtual Machine Specification");
    json.member("specVendor", "Oracle Corporation");
    json.member("specVersion", "1.8");
    list(json, "inputArguments", {"-Xmx256m", "-Djava.net.preferIPv4Stack=true"});
    json.member("uptime", agent.uptimeMs);
    json.member("startTime", agent.startedMs);
    text(json, "version", agent.version);
    json.close('}');
}

} // namespace

std::optional<HeliosVersion> HeliosVersion::parse(std::string_view text)
{
    HeliosVersion out;
    if (text.ends_with("-SNAPSHOT")) {
        out.snapshot = true;
        text.remove_suffix(9);
    }
    const auto *at = text.data();
    const auto *const end = at + text.size();
    for (int *part : {&out.major, &out.minor, &out.patch}) {
        const auto read = std::from_chars(at, end, *part);
        if (read.ec != std::errc() || *at == '-') {
            return {};
        }
        at = read.ptr;
        if (part != &out.patch) {
            if (at == end || *at != '.') {
                return {};
            }
            ++at;
        }
    }
    return at == end ? std::optional(out) : std::nullopt;
}

std::string HeliosJson::job(const HeliosJob &job)
{
    std::string out;
    JsonWriter json(out);
    json.open('{');
    json.member("id", job.id());
    json.member("image", job.image);
    if (since(8, 463)) {
        text(json, "hostname", job.hostname);
    }
    if (since(8, 547)) {
        job.created == kNoTime
            ? json.key("created").null()
            : json.member("created", std::int64_t(std::chrono::milliseconds(job.created.time_since_epoch()).count()));
    }
    list(json, "command", job.command);
    texts(json, "env", job.env);
    if (since(8, 77)) {
        if (job.resources) {
            json.object("resources");
            number(json, "memory", job.resources->memory);
            number(json, "memorySwap", job.resources->memorySwap);
            number(json, "cpuShares", job.resources->cpuShares);
            text(json, "cpuset", job.resources->cpuset);
            json.close('}');
        } else {
            json.key("resources").null();
        }
    }
    ports(json, job.ports, since(9, 77));
    registration(json, job);
    number(json, "gracePeriod", job.gracePeriod);
    texts(json, "volumes", job.volumes);
    number(json, "expires", job.expires);
    json.member("registrationDomain", job.registrationDomain);
    text(json, "creatingUser", job.creatingUser);
    if (since(8, 136)) {
        json.member("token", job.token);
    }
    if (since(8, 199)) {
        if (job.healthCheck) {
            healthCheck(json, *job.healthCheck);
        } else {
            json.key("healthCheck").null();
        }
    }
    if (since(8, 350)) {
        list(json, "securityOpt", job.securityOpt);
    }
    if (since(8, 357)) {
        text(json, "networkMode", job.networkMode);
    }
    if (since(8, 521)) {
        texts(json, "metadata", job.metadata);
    }
    if (since(8, 764)) {
        list(json, "addCapabilities", job.addCapabilities);
        list(json, "dropCapabilities", job.dropCapabilities);
    }
    if (since(9, 123)) {
        texts(json, "labels", job.labels);
    }
    if (since(8, 846)) {
        number(json, "secondsToWaitBeforeKill", job.secondsToWaitBeforeKill);
    }
    if (since(9, 138)) {
        texts(json, "ramdisks", job.ramdisks);
    }
    if (since(9, 163)) {
        if (job.rolloutOptions) {
            rolloutOptions(json, *job.rolloutOptions, true, true);
        } else {
            json.key("rolloutOptions").null();
        }
    }
    if (since(9, 214)) {
        text(json, "runtime", job.runtime);
    }
    json.close('}');
    return out;
}

std::string HeliosJson::deployment(const HeliosDeployment &deployment)
{
    std::string out;
    JsonWriter json(out);
    json.open('{');
    json.member("goal", deployment.goal);
    text(json, "deployerUser", deployment.deployerUser);
    if (deployment.deployerMaster) {
        json.member("deployerMaster", *deployment.deployerMaster);
    }
    if (deployment.group && since(8, 397)) {
        json.member("deploymentGroupName", *deployment.group);
    }
    json.member("jobId", deployment.job->id());
    json.close('}');
    return out;
}

std::string HeliosJson::task(const HeliosTask &task)
{
    std::string out;
    JsonWriter json(out);
    json.open('{');
    json.key("job").raw(job(*task.job));
    json.member("goal", task.goal);
    json.member("state", task.state);
    text(json, "containerId", task.containerId);
    json.member("throttled", task.throttled);
    ports(json, task.ports, since(9, 77));
    texts(json, "env", task.env);
    if (since(8, 598)) {
        json.member("containerError", task.containerError);
    }
    json.close('}');
    return out;
}

std::string HeliosJson::hostStatus(const HeliosHost &host)
{
    std::string out;
    JsonWriter json(out);
    json.open('{');
    json.object("jobs");
    for (const auto *entry : shuffled(host.jobs)) {
        json.textKey(entry->first).raw(deployment(entry->second));
    }
    json.close('}').object("statuses");
    for (const auto *entry : shuffled(host.statuses)) {
        if (!entry->second.unreadable) {
            json.textKey(entry->first).raw(task(entry->second));
        }
    }
    json.close('}');
    json.member("status", host.up ? "UP" : "DOWN");
    hostInfo(json, host, since(8, 257));
    agentInfo(json, host);
    texts(json, "environment", host.environment);
    if (since(8, 380)) {
        texts(json, "labels", host.labels);
    }
    json.close('}');
    return out;
}

std::optional<std::string> HeliosJson::jobStatus(const HeliosState &state, const HeliosJob &wanted)
{
    const auto id = wanted.id();
    std::string deployments, statuses;
    JsonWriter where(deployments), what(statuses);
    for (const auto *entry : shuffled(state.hosts)) {
        const auto &host = entry->second;
        const auto it = host.jobs.find(id);
        if (it == host.jobs.end()) {
            continue; // one that still stops it has left both maps
        }
        where.textKey(host.name).raw(deployment(it->second));
        if (const auto status = host.statuses.find(id); status != host.statuses.end()) {
            if (status->second.unreadable) {
                return {};
            }
            what.textKey(host.name).raw(task(status->second));
        }
    }
    return "{\"job\":" + job(wanted) + ",\"deployments\":{" + deployments + "},\"taskStatuses\":{" + statuses + "}}";
}

std::string HeliosJson::history(const HeliosState &state, const HeliosJob *job, const std::string &id)
{
    std::vector<const HeliosEvent *> events;
    if (job) {
        for (auto it = state.history.lower_bound({id, {}}); it != state.history.end() && it->first.first == id; ++it) {
            for (const auto &event : it->second) {
                events.push_back(&event);
            }
        }
        std::stable_sort(events.begin(), events.end(), [](const auto *a, const auto *b) { return a->atMs < b->atMs; });
    }
    std::string out;
    JsonWriter json(out);
    json.open('{').array("events");
    for (const auto *event : events) {
        json.open('{');
        json.key("status").raw(task(event->task));
        json.member("timestamp", event->atMs);
        json.member("host", event->host);
        json.close('}');
    }
    json.close(']');
    json.member("status", job ? "OK" : "JOB_ID_NOT_FOUND");
    json.close('}');
    return out;
}

std::string HeliosJson::group(const HeliosGroup &group)
{
    std::string out;
    JsonWriter json(out);
    json.open('{');
    json.member("name", group.name);
    json.array("hostSelectors");
    for (const auto &selector : group.selectors) {
        json.open('{');
        json.member("label", selector.label);
        json.member("operator", selector.op);
        if (selector.op == "IN" || selector.op == "NOT_IN") {
            list(json, "operand", selector.operands);
        } else {
            json.member("operand", selector.operands.empty() ? std::string() : selector.operands.front());
        }
        json.close('}');
    }
    json.close(']');
    if (group.job) {
        rolloutOptions(json, group.options, false, since(9, 121));
        if (since(8, 796) && !group.reason.empty()) {
            json.member("rollingUpdateReason", group.reason);
        }
        json.member("jobId", group.job->id());
    }
    json.close('}');
    return out;
}

std::string HeliosJson::groupStatus(const HeliosState &state, const HeliosGroup &group)
{
    const bool idle = group.state.empty();
    const std::string status = idle ? "IDLE"
        : group.state == "DONE"     ? "ACTIVE"
        : group.state == "FAILED"   ? "FAILED"
                                    : "ROLLING_OUT";
    std::string out;
    JsonWriter json(out);
    json.open('{');
    const bool old = !since(8, 500);
    if (old) {
        json.member("name", group.name);
        json.member("status", status);
        text(json, "jobId", group.job ? std::optional(group.job->id()) : std::nullopt);
    } else {
        json.key("deploymentGroup").raw(this->group(group));
        json.member("status", status);
    }
    idle ? json.member("error", "") : text(json, "error", group.error);
    json.array("hostStatuses");
    for (const auto &name : group.hosts) {
        const auto it = state.hosts.find(name);
        if (it == state.hosts.end() || !it->second.up || !it->second.registered) {
            continue; // a host that is down is not seen here
        }
        const auto &host = it->second;
        std::optional<std::string> job, stage;
        for (const auto *entry : shuffled(host.jobs)) {
            if (entry->second.group == group.name) {
                job = entry->first;
                const auto task = host.statuses.find(entry->first);
                if (task != host.statuses.end() && !task->second.unreadable) {
                    stage = task->second.state;
                }
                break;
            }
        }
        json.open('{');
        json.member("host", name);
        text(json, "jobId", job);
        text(json, "state", stage);
        json.close('}');
    }
    json.close(']');
    if (!old) {
        if (idle) {
            json.key("deploymentGroupStatus").null();
        } else {
            json.object("deploymentGroupStatus");
            json.member("state", group.state);
            text(json, "error", group.error);
            json.close('}');
        }
    }
    json.close('}');
    return out;
}

std::string HeliosJson::names(std::vector<std::string> names, bool sorted)
{
    if (!sorted) {
        for (std::size_t i = names.size(); i > 1; --i) {
            std::swap(names[i - 1], names[m_random.bits() % i]);
        }
    }
    std::string out;
    JsonWriter json(out);
    json.open('[');
    for (const auto &name : names) {
        json.text(name);
    }
    json.close(']');
    return out;
}

} // namespace sextant::simulator
