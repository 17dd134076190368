// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/helios/heliosfeed.h"
#include "tests/support/scriptedserver.h"

#include <QtTest>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

/// A Helios master that knows what a test has put into it; answers as masters do where the feed asks.
class ScriptedMaster {
public:
    using Json = nlohmann::json;
    using Reply = ScriptedServer::Reply;

    ScriptedMaster()
    {
        m_server.answer("/hosts", [this](const httplib::Request &request) {
            note(request);
            const std::lock_guard lock(m_mutex);
            std::vector<std::string> names = m_listedOnly;
            for (const auto &[name, host] : m_hosts) {
                names.push_back(name);
            }
            std::reverse(names.begin(), names.end()); // masters do not sort
            return say(Json(names));
        });
        m_server.answer("/jobs", [this](const httplib::Request &) {
            const std::lock_guard lock(m_mutex);
            return say(m_jobs);
        });
        m_server.answer("POST /hosts/statuses", [this](const httplib::Request &request) { return statuses(request); });
        m_server.answer("/deployment-group", [this](const httplib::Request &) {
            const std::lock_guard lock(m_mutex);
            std::vector<std::string> names;
            for (const auto &[name, group] : m_groups) {
                names.push_back(name);
            }
            return say(Json(names));
        });
    }

    ScriptedServer &server() { return m_server; }
    std::string url() const { return m_server.url(); }

    static std::string jobId(const std::string &name, const std::string &version = "1")
    {
        return name + ":" + version + ":" + std::string(40, 'a');
    }
    /// A job, listed.
    void job(const std::string &name, const std::string &version = "1")
    {
        const std::lock_guard lock(m_mutex);
        m_jobs[jobId(name, version)] = jobOf(jobId(name, version));
    }
    void host(const std::string &name, const std::string &status = "UP", Json labels = Json::object())
    {
        const std::lock_guard lock(m_mutex);
        Json &host = m_hosts[name];
        if (host.is_null()) {
            host = {{"jobs", Json::object()}, {"statuses", Json::object()}, {"environment", {{"SITE", "hunter2"}}},
                {"hostInfo", {{"cpus", 4}, {"memoryTotalBytes", 1000}, {"memoryFreeBytes", 400}, {"loadAvg", 0.5}}},
                {"agentInfo", {{"startTime", 1795351110000}, {"uptime", 60000}, {"version", "0.9.2"}}}};
        }
        host["status"] = status;
        host["labels"] = std::move(labels);
    }
    /// Listed, but without a status.
    void halfRegistered(const std::string &name)
    {
        const std::lock_guard lock(m_mutex);
        m_listedOnly.push_back(name);
    }
    /// @param state empty: no status. @param goal empty: not deployed (any more).
    void task(const std::string &host, const std::string &id, const std::string &goal, const std::string &state,
        const std::string &throttled = "NO", const std::string &group = {})
    {
        const std::lock_guard lock(m_mutex);
        Json &of = m_hosts[host];
        of["jobs"].erase(id);
        of["statuses"].erase(id);
        if (!goal.empty()) {
            of["jobs"][id] = {{"goal", goal}, {"deployerUser", nullptr}, {"jobId", id}};
            if (!group.empty()) {
                of["jobs"][id]["deploymentGroupName"] = group;
            }
        }
        if (!state.empty()) {
            of["statuses"][id] = {{"job", jobOf(id)}, {"goal", goal.empty() ? "UNDEPLOY" : goal}, {"state", state},
                {"throttled", throttled}, {"containerId", nullptr}, {"containerError", ""}, {"ports", Json::object()},
                {"env", {{"PASSWORD", "hunter2"}}}};
        }
    }
    void forget(const std::string &host)
    {
        const std::lock_guard lock(m_mutex);
        m_hosts.erase(host);
    }
    void poison(const std::string &host, bool poisoned = true)
    {
        const std::lock_guard lock(m_mutex);
        if (poisoned) {
            m_poisoned.insert(host);
        } else {
            m_poisoned.erase(host);
        }
    }
    void group(const std::string &name, const std::string &job, const std::string &status, const Json &hosts,
        const std::string &error = {})
    {
        Json definition{{"name", name}, {"jobId", job},
            {"hostSelectors", Json::array({{{"label", "role"}, {"operator", "EQUALS"}, {"operand", name}}})},
            {"rolloutOptions", {{"timeout", 300}, {"parallelism", 2}, {"token", "hunter2"}}}};
        {
            const std::lock_guard lock(m_mutex);
            m_groups[name] = definition;
        }
        m_server.always("/deployment-group/" + name, say(definition));
        m_server.always("/deployment-group/" + name + "/status",
            say({{"deploymentGroup", definition}, {"status", status}, {"error", error}, {"hostStatuses", hosts}}));
    }

    Json statusOf(const std::string &host) const
    {
        const std::lock_guard lock(m_mutex);
        return m_hosts.at(host);
    }

    static Reply say(const Json &json, int status = 200)
    {
        return {status, json.dump(), ScriptedServer::End::Clean, "application/json", {},
            {{"Helios-Server-Version", "0.9.2"}, {"Helios-Version-Status", "MISSING"},
                {"Date", "Sun, 06 Nov 1994 08:49:37 GMT"}}};
    }
    static Reply broken()
    {
        return say({{"message", "There was an error processing your request. It has been logged (ID 0123)."}}, 500);
    }
    /// The hosts of each bulk read so far.
    std::vector<std::vector<std::string>> chunks() const
    {
        std::vector<std::vector<std::string>> out;
        for (const std::string &body : m_server.asked("POST /hosts/statuses")) {
            out.push_back(Json::parse(body).get<std::vector<std::string>>());
        }
        return out;
    }
    httplib::Headers headers() const
    {
        const std::lock_guard lock(m_mutex);
        return m_headers;
    }

private:
    static Json jobOf(const std::string &id)
    {
        return {{"id", id}, {"image", "reg.example/" + id.substr(0, id.find(':'))}, {"created", 1795351110000},
            {"token", "hunter2"}, {"env", {{"SECRET", "hunter2"}}}, {"metadata", {{"team", "squad"}}},
            {"registration", {{"svc/http", Json::object()}}}, {"resources", {{"memory", 1048576}, {"cpuShares", 512}}}};
    }
    void note(const httplib::Request &request)
    {
        const std::lock_guard lock(m_mutex);
        m_headers = request.headers;
    }
    Reply statuses(const httplib::Request &request)
    {
        const std::lock_guard lock(m_mutex);
        Json out = Json::object();
        for (const std::string name : Json::parse(request.body)) {
            if (m_poisoned.count(name) > 0) {
                return broken();
            }
            if (const auto at = m_hosts.find(name); at != m_hosts.end()) {
                out[name] = at->second;
            }
        }
        return say(out);
    }

    mutable std::mutex m_mutex;
    std::map<std::string, Json> m_hosts;
    std::vector<std::string> m_listedOnly;
    std::set<std::string> m_poisoned;
    std::map<std::string, Json> m_groups;
    Json m_jobs = Json::object();
    httplib::Headers m_headers;
    ScriptedServer m_server; // last: it stops before what it reads goes
};

/// A feed on scripted masters, and what it has made of them.
class FeedRig {
public:
    static sextant::helios::FeedOptions quick()
    {
        sextant::helios::FeedOptions options;
        options.every = std::chrono::milliseconds(30);
        options.publishEvery = std::chrono::milliseconds(5);
        options.backoffScale = 0.02;
        options.seed = 7;
        options.readTimeout = std::chrono::seconds(30);
        return options;
    }
    void start(const std::string &masters, sextant::helios::FeedOptions options = quick())
    {
        m_feed.reset();
        m_store = m_fleet.add();
        auto read = sextant::helios::parseMasters(masters);
        m_feed = sextant::helios::makeHeliosFeed(std::move(*read), std::move(options), m_client, m_store);
        m_feed->start();
    }
    sextant::Feed &feed() { return *m_feed; }
    void end() { m_feed.reset(); }
    /// What was published last; valid until the next call.
    const sextant::ClusterSnapshot &now()
    {
        m_held = m_store->current();
        return *m_held;
    }
    const sextant::ClusterStatus &status() { return now().status(); }
    bool whole()
    {
        const auto &of = status();
        return of.settled() && of.connection == sextant::Connection::Live && of.round.count() > 0;
    }
    std::uint32_t rounds() { return status().of(sextant::ResourceKind::Nodes).lists; }
    /// "name:status" of each host, sorted.
    QStringList hosts()
    {
        QStringList out;
        for (const sextant::NodeView node : now().nodes()) {
            out << QString::fromStdString(std::string(node.name()) + ":" + node.draft().status);
        }
        out.sort();
        return out;
    }
    /// "host/job:status" of each task, sorted; the hash left out.
    QStringList tasks()
    {
        QStringList out;
        for (const sextant::PodView pod : now().pods()) {
            const std::string id(pod.name());
            out << QString::fromStdString(
                std::string(pod.node()) + "/" + id.substr(0, id.rfind(':')) + ":" + std::string(pod.status()));
        }
        out.sort();
        return out;
    }
    std::optional<sextant::WorkloadDraft> workload(const std::string &uid)
    {
        for (const sextant::WorkloadView one : now().workloads()) {
            if (one.draft().uid == uid) {
                return one.draft();
            }
        }
        return std::nullopt;
    }

private:
    sextant::net::Client m_client;
    sextant::FleetStore m_fleet;
    std::shared_ptr<sextant::ClusterStore> m_store;
    sextant::ClusterSnapshotPtr m_held;
    std::unique_ptr<sextant::Feed> m_feed;
};
