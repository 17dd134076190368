// SPDX-License-Identifier: GPL-3.0-or-later
// What each path answers.
#include "core/simulator/helios_routes.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <regex>

namespace sextant::simulator {

namespace {

/// "name:version:hash" in its parts; more than three: not one.
std::vector<std::string> partsOf(const std::string &id)
{
    std::vector<std::string> out{""};
    for (const char c : id) {
        if (c == ':') {
            out.emplace_back();
        } else {
            out.back() += c;
        }
    }
    return out;
}

bool fullId(const std::vector<std::string> &parts) { return parts.size() == 3 && parts[2].size() == 40; }

/// A full host status takes so many reads.
std::int64_t readsOf(const HeliosHost &host) { return 8 + 2 * std::int64_t(host.jobs.size()); }

std::optional<std::regex> patternOf(const std::string &text)
{
    try {
        return std::regex(text, std::regex::ECMAScript);
    } catch (const std::regex_error &) {
        return {};
    }
}

} // namespace

const std::vector<HeliosMaster::Route> &HeliosMaster::routes()
{
    using M = HeliosMaster;
    constexpr const char *kGet = "OPTIONS,HEAD,GET";
    constexpr const char *kOnlyGet = "HEAD,GET,OPTIONS";
    constexpr const char *kJson = "application/json";
    static const std::vector<Route> all{
        {{"version"}, "GET", "", kGet, kOnlyGet, "text/plain", false, false, &M::getVersion},
        {{"version", "check"}, "GET", "", kGet, kOnlyGet, kJson, false, false, &M::getVersionCheck},
        {{"masters"}, "GET", "", kGet, kOnlyGet, kJson, true, false, &M::getMasters},
        {{"hosts"}, "GET", "", kGet, kOnlyGet, kJson, true, false, &M::getHosts},
        {{"hosts", "statuses"}, "POST", "", "OPTIONS,POST", "POST,OPTIONS", kJson, true, false, &M::postHostStatuses},
        {{"hosts", "*"}, "", "PUT,DELETE", "OPTIONS,DELETE,PUT", "DELETE,OPTIONS,PUT"},
        {{"hosts", "*", "status"}, "GET", "", kGet, kOnlyGet, kJson, true, false, &M::getHostStatus},
        {{"hosts", "*", "jobs", "*"}, "GET", "PUT,PATCH,DELETE", "OPTIONS,HEAD,DELETE,GET,PUT,PATCH",
            "HEAD,DELETE,GET,OPTIONS,PUT,PATCH", kJson, true, false, &M::getHostJob},
        {{"jobs"}, "GET", "POST", "OPTIONS,HEAD,POST,GET", "HEAD,POST,GET,OPTIONS", kJson, true, false, &M::getJobs},
        {{"jobs", "statuses"}, "POST", "", "OPTIONS,POST", "POST,OPTIONS", kJson, true, false, &M::postJobStatuses},
        {{"jobs", "*"}, "GET", "DELETE", "OPTIONS,HEAD,DELETE,GET", "HEAD,DELETE,GET,OPTIONS", kJson, true, false,
            &M::getJob},
        {{"jobs", "*", "status"}, "GET", "", kGet, kOnlyGet, kJson, true, false, &M::getJobStatus},
        {{"history", "jobs", "*"}, "GET", "", kGet, kOnlyGet, kJson, true, false, &M::getHistory},
        {{"deployment-group"}, "GET", "POST", "OPTIONS,HEAD,POST,GET", "HEAD,POST,GET,OPTIONS", kJson, true, true,
            &M::getGroups},
        {{"deployment-group", "*"}, "GET", "DELETE", "OPTIONS,HEAD,DELETE,GET", "HEAD,DELETE,GET,OPTIONS", kJson, true,
            true, &M::getGroup},
        {{"deployment-group", "*", "status"}, "GET", "", kGet, kOnlyGet, kJson, true, true, &M::getGroupStatus},
        {{"deployment-group", "*", "rolling-update"}, "", "POST", "OPTIONS,POST", "POST,OPTIONS", kJson, true, true},
        {{"deployment-group", "*", "stop"}, "", "POST", "OPTIONS,POST", "POST,OPTIONS", kJson, true, true},
    };
    return all;
}

std::optional<std::vector<std::string>> HeliosMaster::bulk(Exchange &x, bool jobs)
{
    const auto refused = [&](const std::string &message) {
        plain(x, 400, nlohmann::json{{"message", message}}.dump());
        return std::nullopt;
    };
    const auto &body = x.request.body;
    const auto json = nlohmann::json::parse(body, nullptr, false);
    if (body.find_first_not_of(" \t\r\n") == std::string::npos || json.is_null()) {
        raw(x, 422, "", "application/json", R"({"errors":[]})"); // the real one's reason is empty too
        return {};
    }
    if (json.is_discarded()) {
        return refused("Unexpected end-of-input within/between ARRAY entries\n at [Source: "
                       "org.eclipse.jetty.server.HttpConnection$Input@7d7cd1f7; line: 1, column: "
            + std::to_string(2 * body.size() + 1) + ']');
    }
    if (!json.is_array()) {
        return refused(std::string("Can not deserialize instance of java.util.ArrayList out of ")
            + (json.is_object() ? "START_OBJECT" : "VALUE_STRING") + " token");
    }
    std::vector<std::string> out;
    for (const auto &item : json) {
        if (!item.is_string() && !item.is_number()) {
            return refused("Can not deserialize instance of java.lang.String out of "
                           "START_OBJECT token");
        }
        auto text = item.is_string() ? item.get<std::string>() : item.dump();
        if (jobs) {
            const auto parts = partsOf(text);
            if (parts.size() > 3) {
                return refused("Instantiation of [simple type, class com.spotify.helios.common.descriptors.JobId] "
                               "value failed: Invalid Job id: "
                    + text);
            }
            if (!fullId(parts)) {
                plain(x, 400, "Invalid id " + text);
                return {};
            }
        }
        if (std::find(out.begin(), out.end(), text) == out.end()) {
            out.push_back(std::move(text));
        }
    }
    return out;
}

std::optional<std::string> HeliosMaster::jobId(Exchange &x, const std::string &text, bool words)
{
    const auto parts = partsOf(text);
    if (parts.size() > 3) {
        x.response.status = 404;
        return {};
    }
    if (!fullId(parts)) {
        plain(x, 400, words ? "Invalid id" : "", false);
        return {};
    }
    return text;
}

bool HeliosMaster::wantsHost(const Exchange &x, const HeliosHost &host) const
{
    if (!since(8, 472) || !x.request.has_param("status")) {
        return true;
    }
    return x.request.get_param_value("status") == (host.up ? "UP" : "DOWN");
}

void HeliosMaster::getVersion(Exchange &x) { ok(x, '"' + m_world.options().version + '"', "text/plain"); }

void HeliosMaster::getVersionCheck(Exchange &x)
{
    std::string status = "MISSING";
    if (x.request.has_param("client")) {
        const auto client = HeliosVersion::parse(x.request.get_param_value("client"));
        if (!client) {
            failed(x);
            return;
        }
        status = *client == m_version          ? "EQUAL"
            : client->major != m_version.major ? "INCOMPATIBLE"
            : client->minor <= m_version.minor ? "COMPATIBLE"
                                               : "MAYBE";
    }
    const nlohmann::json body{{"status", status}, {"recommendedVersion", m_world.options().version},
        {"serverVersion",
            {{"snapshot", m_version.snapshot}, {"major", m_version.major}, {"minor", m_version.minor},
                {"patch", m_version.patch}}}};
    ok(x, body.dump());
}

void HeliosMaster::getMasters(Exchange &x)
{
    auto &state = m_world.state();
    std::vector<std::string> names;
    {
        const std::lock_guard lock(state.mutex);
        names = state.masters;
    }
    charge(x, 1 + std::int64_t(names.size()));
    ok(x, writer()->json.names(std::move(names), false));
}

void HeliosMaster::getHosts(Exchange &x)
{
    auto &state = m_world.state();
    const bool filters = since(8, 814);
    std::optional<std::regex> pattern;
    std::vector<HeliosSelector> selectors;
    if (filters && x.request.has_param("namePattern")) {
        pattern = patternOf(x.request.get_param_value("namePattern"));
        if (!pattern) {
            failed(x);
            return;
        }
    }
    const auto count = filters ? x.request.get_param_value_count("selector") : 0;
    for (std::size_t i = 0; i < count; ++i) {
        const auto text = x.request.get_param_value("selector", i);
        auto selector = parseSelector(text);
        if (!selector) {
            plain(x, 400, "Invalid host selector: " + text);
            return;
        }
        selectors.push_back(std::move(*selector));
    }
    const bool fullStatus = count > 0 && !since(9, 109);
    std::vector<std::string> names;
    std::int64_t reads = 1;
    bool unreadable = false;
    {
        const std::lock_guard lock(state.mutex);
        for (const auto &[name, host] : state.hosts) {
            if (pattern && !std::regex_search(name, *pattern)) {
                continue;
            }
            reads += count == 0 ? 0 : fullStatus ? readsOf(host) : 2;
            unreadable = unreadable || (fullStatus && (host.poisoned || !host.registered));
            if (std::all_of(selectors.begin(), selectors.end(),
                    [&host = host](const HeliosSelector &s) { return s.matches(host.labels); })) {
                names.push_back(name);
            }
        }
    }
    charge(x, reads);
    if (unreadable) {
        failed(x);
        return;
    }
    std::sort(names.begin(), names.end(), naturallyLess);
    ok(x, writer()->json.names(std::move(names), count > 0));
}

void HeliosMaster::postHostStatuses(Exchange &x)
{
    const auto wanted = bulk(x, false);
    if (!wanted) {
        return;
    }
    auto &state = m_world.state();
    const auto out = writer();
    std::map<std::string, std::string> statuses;
    std::int64_t reads = 0;
    bool unreadable = false;
    {
        const std::lock_guard lock(state.mutex);
        for (const auto &name : *wanted) {
            const auto it = state.hosts.find(name);
            if (it == state.hosts.end() || !it->second.registered) {
                continue; // left out without a word
            }
            reads += readsOf(it->second);
            unreadable = unreadable || it->second.poisoned;
            if (wantsHost(x, it->second)) {
                statuses[name] = out->json.hostStatus(it->second);
            }
        }
    }
    charge(x, reads);
    if (unreadable) {
        failed(x);
        return;
    }
    std::string body = "{";
    for (const auto *entry : out->json.shuffled(statuses)) {
        body += (body.size() > 1 ? "," : "") + nlohmann::json(entry->first).dump() + ':' + entry->second;
    }
    ok(x, body + '}');
}

void HeliosMaster::getHostStatus(Exchange &x)
{
    auto &state = m_world.state();
    std::string body;
    std::int64_t reads = 2;
    bool unreadable = false;
    {
        const std::lock_guard lock(state.mutex);
        const auto it = state.hosts.find(x.path[1]);
        if (it != state.hosts.end() && it->second.registered) {
            reads = readsOf(it->second);
            unreadable = it->second.poisoned;
            if (wantsHost(x, it->second)) {
                body = writer()->json.hostStatus(it->second);
            }
        }
    }
    charge(x, reads);
    if (unreadable) {
        failed(x);
    } else if (body.empty()) {
        x.response.status = 404;
    } else {
        ok(x, std::move(body));
    }
}

void HeliosMaster::getHostJob(Exchange &x)
{
    const auto id = jobId(x, x.path[3], false);
    if (!id) {
        return;
    }
    auto &state = m_world.state();
    std::string body;
    {
        const std::lock_guard lock(state.mutex);
        const auto host = state.hosts.find(x.path[1]);
        if (host != state.hosts.end()) {
            const auto it = host->second.jobs.find(*id);
            body = it == host->second.jobs.end() ? std::string() : writer()->json.deployment(it->second);
        }
    }
    charge(x, 2);
    if (body.empty()) {
        x.response.status = 404;
    } else {
        ok(x, std::move(body));
    }
}

void HeliosMaster::getJobs(Exchange &x)
{
    auto &state = m_world.state();
    const auto part = x.request.get_param_value("q");
    std::optional<std::regex> pattern;
    if (since(9, 109) && x.request.has_param("hostPattern")) {
        pattern = patternOf(x.request.get_param_value("hostPattern"));
        if (!pattern) {
            failed(x);
            return;
        }
    }
    const auto out = writer();
    std::string body = "{";
    std::int64_t reads = 1;
    bool unreadable = false;
    {
        const std::lock_guard lock(state.mutex);
        std::vector<std::string> deployed;
        for (const auto &[name, host] : state.hosts) {
            if (pattern && host.registered && std::regex_search(name, *pattern)) {
                reads += readsOf(host);
                unreadable = unreadable || host.poisoned;
                for (const auto &[id, deployment] : host.jobs) {
                    deployed.push_back(id);
                }
            }
        }
        std::sort(deployed.begin(), deployed.end());
        for (const auto *entry : out->json.shuffled(state.jobs)) {
            const auto &id = entry->first;
            if (id.find(part) == std::string::npos
                || (pattern && !std::binary_search(deployed.begin(), deployed.end(), id))) {
                continue;
            }
            body += (body.size() > 1 ? "," : "") + nlohmann::json(id).dump() + ':' + out->json.job(*entry->second);
        }
        reads += std::int64_t(state.jobs.size());
    }
    charge(x, reads);
    if (unreadable) {
        failed(x);
        return;
    }
    ok(x, body + '}');
}

void HeliosMaster::postJobStatuses(Exchange &x)
{
    const auto wanted = bulk(x, true);
    if (!wanted) {
        return;
    }
    auto &state = m_world.state();
    const auto out = writer();
    std::string body = "{";
    std::int64_t reads = 0;
    bool unreadable = false;
    {
        const std::lock_guard lock(state.mutex);
        for (const auto &id : *wanted) {
            const auto it = state.jobs.find(id);
            if (it == state.jobs.end()) {
                continue;
            }
            reads += 2 + 2 * std::int64_t(state.hosts.size());
            const auto status = out->json.jobStatus(state, *it->second);
            unreadable = unreadable || !status;
            body += (body.size() > 1 ? "," : "") + nlohmann::json(id).dump() + ':' + status.value_or("");
        }
    }
    charge(x, reads);
    if (unreadable) {
        failed(x);
        return;
    }
    ok(x, body + '}');
}

void HeliosMaster::getJob(Exchange &x)
{
    const auto id = jobId(x, x.path[1], true);
    if (!id) {
        return;
    }
    auto &state = m_world.state();
    std::string body;
    {
        const std::lock_guard lock(state.mutex);
        const auto it = state.jobs.find(*id);
        body = it == state.jobs.end() ? std::string() : writer()->json.job(*it->second);
    }
    charge(x, 1);
    if (body.empty()) {
        x.response.status = 404;
    } else {
        ok(x, std::move(body));
    }
}

void HeliosMaster::getJobStatus(Exchange &x)
{
    const auto id = jobId(x, x.path[1], true);
    if (!id) {
        return;
    }
    auto &state = m_world.state();
    bool known = false;
    std::optional<std::string> body;
    std::int64_t reads = 1;
    {
        const std::lock_guard lock(state.mutex);
        const auto it = state.jobs.find(*id);
        if (it != state.jobs.end()) {
            known = true;
            reads = 2 + 2 * std::int64_t(state.hosts.size());
            body = writer()->json.jobStatus(state, *it->second);
        }
    }
    charge(x, reads);
    if (!known) {
        x.response.status = 404;
    } else if (!body) {
        failed(x);
    } else {
        ok(x, std::move(*body));
    }
}

void HeliosMaster::getHistory(Exchange &x)
{
    const auto id = jobId(x, x.path[2], true);
    if (!id) {
        return;
    }
    auto &state = m_world.state();
    std::string body;
    {
        const std::lock_guard lock(state.mutex);
        const auto it = state.jobs.find(*id);
        body = writer()->json.history(state, it == state.jobs.end() ? nullptr : it->second.get(), *id);
    }
    charge(x, 2 + std::int64_t(std::count(body.begin(), body.end(), '{')) / 8);
    ok(x, std::move(body));
}

void HeliosMaster::getGroups(Exchange &x)
{
    auto &state = m_world.state();
    std::vector<std::string> names;
    {
        const std::lock_guard lock(state.mutex);
        for (const auto &[name, group] : state.groups) {
            names.push_back(name);
        }
    }
    charge(x, 1 + std::int64_t(names.size()));
    ok(x, writer()->json.names(std::move(names), true));
}

void HeliosMaster::getGroup(Exchange &x)
{
    auto &state = m_world.state();
    std::string body;
    {
        const std::lock_guard lock(state.mutex);
        const auto it = state.groups.find(x.path[1]);
        body = it == state.groups.end() ? std::string() : writer()->json.group(it->second);
    }
    charge(x, 2);
    body.empty() ? plain(x, 404, "") : ok(x, std::move(body));
}

void HeliosMaster::getGroupStatus(Exchange &x)
{
    auto &state = m_world.state();
    std::string body;
    std::int64_t reads = 5;
    bool unreadable = false;
    {
        const std::lock_guard lock(state.mutex);
        const auto it = state.groups.find(x.path[1]);
        if (it != state.groups.end()) {
            for (const auto &name : it->second.hosts) {
                const auto host = state.hosts.find(name);
                reads += host == state.hosts.end() ? 1 : readsOf(host->second);
                unreadable = unreadable || (host != state.hosts.end() && host->second.poisoned);
            }
            body = writer()->json.groupStatus(state, it->second);
        }
    }
    charge(x, reads);
    if (unreadable) {
        failed(x);
    } else {
        body.empty() ? plain(x, 404, "") : ok(x, std::move(body));
    }
}

} // namespace sextant::simulator
