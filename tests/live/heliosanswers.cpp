// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/live/heliosanswers.h"

#include <algorithm>
#include <set>

using nlohmann::json;

namespace {

json objectOr(const json &parent, const std::string &key)
{
    return parent.is_object() && parent.contains(key) && parent[key].is_object() ? parent[key] : json::object();
}

std::string textOr(const json &parent, const std::string &key)
{
    return parent.is_object() && parent.contains(key) && parent[key].is_string() ? parent[key].get<std::string>()
                                                                                 : std::string();
}

/// A figure that is only one above zero.
json positive(const json &parent, const std::string &key, std::int64_t times = 1, std::int64_t per = 1)
{
    if (!parent.is_object() || !parent.contains(key) || !parent[key].is_number() || parent[key] <= 0) {
        return nullptr;
    }
    return (parent[key].get<std::int64_t>() * times + per - 1) / per;
}

/// A job deployed on a host, reported by it, or both.
struct HeliosTask {
    std::string host, id;
    json deployment, status, job;
    bool down = false;

    std::string goal() const { return textOr(deployment, "goal"); }
    std::string state() const { return textOr(status, "state"); }
    std::string throttled() const { return textOr(status, "throttled"); }
    std::string group() const { return textOr(deployment, "deploymentGroupName"); }
    bool throttles() const { return !throttled().empty() && throttled() != "NO"; }
    /// On purpose, or never started: it holds nothing.
    bool parked() const { return goal() == "STOP" && (state() == "STOPPED" || state().empty()); }
    bool ready() const { return !down && state() == "RUNNING" && !throttles(); }
    std::string word() const
    {
        return state().empty() ? "PENDING"
            : down             ? "Unknown (last " + state() + ")"
            : throttles()      ? state() + " (" + throttled() + ")"
                               : state();
    }
};

std::vector<HeliosTask> tasksOf(const HeliosAnswers &answers)
{
    std::vector<HeliosTask> out;
    for (const auto &[host, status] : answers.statuses.items()) {
        const json deployed = objectOr(status, "jobs"), reported = objectOr(status, "statuses");
        std::set<std::string> ids;
        for (const auto &item : deployed.items()) {
            ids.insert(item.key());
        }
        for (const auto &item : reported.items()) {
            ids.insert(item.key());
        }
        for (const std::string &id : ids) {
            HeliosTask task{host, id, objectOr(deployed, id), objectOr(reported, id), objectOr(answers.jobs, id),
                status["status"] == "DOWN"};
            if (task.job.empty()) {
                task.job = objectOr(task.status, "job");
            }
            out.push_back(std::move(task));
        }
    }
    return out;
}

/// Sums what tasks declare: unknown where there are tasks and none declares it.
json summed(const std::vector<const HeliosTask *> &tasks, const char *resource, std::int64_t times, std::int64_t per)
{
    json sum = tasks.empty() ? json(0) : json(nullptr);
    for (const HeliosTask *task : tasks) {
        const json own = positive(objectOr(task->job, "resources"), resource, times, per);
        if (!own.is_null()) {
            sum = (sum.is_null() ? 0 : sum.get<std::int64_t>()) + own.get<std::int64_t>();
        }
    }
    return sum;
}

} // namespace

HeliosAnswers askMaster(const Api &api)
{
    HeliosAnswers out;
    const auto ask = [&](const std::string &path, const json *body = nullptr) {
        const ApiAnswer answer = body ? api.create(path, *body) : api.get(path);
        if (!answer.ok()) {
            out.problem += path + ": " + answer.text() + '\n';
        }
        return answer.ok() ? answer.json() : json();
    };
    out.hosts = ask("/hosts");
    if (out.hosts.is_array()) {
        std::sort(out.hosts.begin(), out.hosts.end());
        out.statuses = ask("/hosts/statuses", &out.hosts);
    }
    out.jobs = ask("/jobs");
    for (const json &name : ask("/deployment-group")) {
        out.groups[name.get<std::string>()] = ask("/deployment-group/" + name.get<std::string>() + "/status");
    }
    return out;
}

json expectedPods(const HeliosAnswers &answers, const std::string &cluster)
{
    json rows = json::array();
    for (const HeliosTask &task : tasksOf(answers)) {
        const json resources = objectOr(task.job, "resources");
        const json memory = positive(resources, "memory");
        rows.push_back({{"cluster", cluster}, {"namespace", ""}, {"name", task.id}, {"node", task.host},
            {"ready", task.down ? json(nullptr) : json(task.ready() ? "1/1" : "0/1")}, {"status", task.word()},
            {"restarts", nullptr}, {"created", nullptr}, {"ip", nullptr}, {"qos", nullptr},
            {"owner_kind", task.group().empty() ? "Job" : "DeploymentGroup"},
            {"owner_name", task.group().empty() ? task.id : task.group()},
            {"cpu_requested_millicores", positive(resources, "cpuShares", 1000, 1024)},
            {"cpu_limit_millicores", nullptr}, {"cpu_used_millicores", nullptr}, {"memory_requested_bytes", memory},
            {"memory_limit_bytes", memory}, {"memory_used_bytes", nullptr}});
    }
    return rows;
}

json expectedNodes(const HeliosAnswers &answers, const std::string &cluster)
{
    const auto tasks = tasksOf(answers);
    json rows = json::array();
    for (const json &name : answers.hosts) {
        const std::string host = name.get<std::string>();
        const json status = objectOr(answers.statuses, host);
        std::vector<const HeliosTask *> own;
        for (const HeliosTask &task : tasks) {
            if (task.host == host && !task.parked()) {
                own.push_back(&task);
            }
        }
        const json info = objectOr(status, "hostInfo"), agent = objectOr(status, "agentInfo");
        const json total = positive(info, "memoryTotalBytes");
        // Live figures of a host that is down are no longer known.
        const bool up = status.value("status", "") == "UP";
        const bool load = up && info.contains("loadAvg") && info["loadAvg"] >= 0;
        const json memory = summed(own, "memory", 1, 1);
        rows.push_back({{"cluster", cluster}, {"name", host}, {"status", status.value("status", "Not registered")},
            {"roles", ""}, {"version", agent.contains("version") ? agent["version"] : json(nullptr)},
            {"created", nullptr}, {"pods", own.size()}, {"pods_allocatable", nullptr},
            {"cpu_capacity_millicores", positive(info, "cpus", 1000)}, {"cpu_allocatable_millicores", nullptr},
            {"cpu_requested_millicores", summed(own, "cpuShares", 1000, 1024)}, {"cpu_limit_millicores", nullptr},
            {"cpu_used_millicores", nullptr}, {"memory_capacity_bytes", total}, {"memory_allocatable_bytes", nullptr},
            {"memory_requested_bytes", memory}, {"memory_limit_bytes", memory}, {"memory_used_bytes", nullptr},
            {"load_average", load ? info["loadAvg"] : json(nullptr)},
            {"memory_in_use_with_caches_bytes",
                total.is_null() || !up
                    ? json(nullptr)
                    : json(total.get<std::int64_t>() - info["memoryFreeBytes"].get<std::int64_t>())}});
    }
    return rows;
}

json expectedWorkloads(const HeliosAnswers &answers, const std::string &cluster)
{
    const auto tasks = tasksOf(answers);
    json rows = json::array();
    for (const auto &item : answers.groups.items()) {
        const std::string wanted = textOr(objectOr(item.value(), "deploymentGroup"), "jobId");
        int desired = 0, ready = 0, updated = 0;
        std::vector<const HeliosTask *> own;
        for (const HeliosTask &task : tasks) {
            if (task.group() == item.key()) {
                const bool start = task.goal() == "START";
                desired += start ? 1 : 0;
                ready += start && task.ready() ? 1 : 0;
                updated += start && task.id == wanted ? 1 : 0;
                if (!task.parked()) {
                    own.push_back(&task);
                }
            }
        }
        rows.push_back({{"cluster", cluster}, {"namespace", ""}, {"kind", "DeploymentGroup"}, {"name", item.key()},
            {"desired", desired}, {"ready", ready}, {"updated", updated}, {"available", nullptr},
            {"cpu_requested_millicores", summed(own, "cpuShares", 1000, 1024)}, {"cpu_used_millicores", nullptr},
            {"memory_requested_bytes", summed(own, "memory", 1, 1)}, {"memory_used_bytes", nullptr}});
    }
    // Those that are still stopping somewhere after they were removed, too.
    std::set<std::string> jobs;
    for (const auto &item : answers.jobs.items()) {
        jobs.insert(item.key());
    }
    for (const HeliosTask &task : tasks) {
        jobs.insert(task.id);
    }
    for (const std::string &id : jobs) {
        int desired = 0, ready = 0;
        std::set<std::string> groups;
        std::vector<const HeliosTask *> own;
        for (const HeliosTask &task : tasks) {
            if (task.id != id) {
                continue;
            }
            if (!task.deployment.empty()) {
                groups.insert(task.group());
            }
            desired += task.goal() == "START" ? 1 : 0;
            ready += task.goal() == "START" && task.ready() ? 1 : 0;
            if (task.group().empty() && !task.parked()) {
                own.push_back(&task);
            }
        }
        if (groups.size() == 1 && !groups.begin()->empty()) {
            continue; // one group deploys all of it, and stands for it
        }
        rows.push_back({{"cluster", cluster}, {"namespace", ""}, {"kind", "Job"}, {"name", id}, {"desired", desired},
            {"ready", ready}, {"updated", nullptr}, {"available", nullptr},
            {"cpu_requested_millicores", summed(own, "cpuShares", 1000, 1024)}, {"cpu_used_millicores", nullptr},
            {"memory_requested_bytes", summed(own, "memory", 1, 1)}, {"memory_used_bytes", nullptr}});
    }
    return rows;
}

Compared compareRows(const json &expected, const json &exported)
{
    Compared out;
    if (!exported.is_array()) {
        out.differences << "nothing was exported";
        return out;
    }
    const auto place = [](const json &row) {
        std::string key;
        for (const char *part : {"cluster", "namespace", "kind", "name", "node"}) {
            key += row.contains(part) && row[part].is_string() ? row[part].get<std::string>() + ' ' : std::string();
        }
        return key;
    };
    std::map<std::string, const json *> ours;
    for (const json &row : exported) {
        if (!ours.emplace(place(row), &row).second) {
            out.differences << QString::fromStdString(place(row) + ": exported twice");
        }
    }
    for (const json &row : expected) {
        const auto at = ours.find(place(row));
        if (at == ours.end()) {
            out.differences << QString::fromStdString(place(row) + ": only the master has it");
            continue;
        }
        ++out.rows;
        for (const auto &[column, value] : row.items()) {
            const json mine = at->second->value(column, json("no such column"));
            if (mine != value) {
                out.differences << QString::fromStdString(
                    place(row) + ": " + column + ": expected " + value.dump() + ", exported " + mine.dump());
            }
        }
        ours.erase(at);
    }
    for (const auto &left : ours) {
        out.differences << QString::fromStdString(left.first + ": only exported");
    }
    return out;
}
