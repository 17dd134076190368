// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kubernetes/discovery.h"

#include "core/base/format.h"
#include "core/kubernetes/decoder.h"
#include "core/kubernetes/serverurl.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

namespace sextant::kubernetes {
namespace {

constexpr const char *kAggregated =
    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
    "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json";

const std::vector<KindInfo> &kinds()
{
    using enum ResourceKind;
    static const std::vector<KindInfo> table{
        {Nodes, "Node", "nodes", false, {"/api/v1"}},
        {Pods, "Pod", "pods", true, {"/api/v1"}},
        {Namespaces, "Namespace", "namespaces", false, {"/api/v1"}},
        {Deployments, "Deployment", "deployments", true, {"/apis/apps/v1"}},
        {ReplicaSets, "ReplicaSet", "replicasets", true, {"/apis/apps/v1"}},
        {StatefulSets, "StatefulSet", "statefulsets", true, {"/apis/apps/v1"}},
        {DaemonSets, "DaemonSet", "daemonsets", true, {"/apis/apps/v1"}},
        {Jobs, "Job", "jobs", true, {"/apis/batch/v1"}},
        {CronJobs, "CronJob", "cronjobs", true, {"/apis/batch/v1", "/apis/batch/v1beta1"}},
        {ReplicationControllers, "ReplicationController", "replicationcontrollers", true, {"/api/v1"}},
        {NodeMetrics, "NodeMetrics", "nodes", false, {"/apis/metrics.k8s.io/v1beta1"}},
        {PodMetrics, "PodMetrics", "pods", true, {"/apis/metrics.k8s.io/v1beta1"}},
    };
    return table;
}

std::string textOf(const nlohmann::json &object, const char *key)
{
    if (!object.is_object()) {
        return {};
    }
    const auto at = object.find(key);
    return at != object.end() && at->is_string() ? at->get<std::string>() : std::string();
}

const nlohmann::json &listOf(const nlohmann::json &object, const char *key)
{
    static const nlohmann::json none = nlohmann::json::array();
    if (!object.is_object()) {
        return none;
    }
    const auto at = object.find(key);
    return at != object.end() && at->is_array() ? *at : none;
}

Error unreadable(const char *what)
{
    return Error{.code = ErrorCode::Decode, .message = std::string("the server's ") + what + " cannot be read"};
}

bool listable(const nlohmann::json &resource)
{
    const nlohmann::json &verbs = listOf(resource, "verbs");
    return std::any_of(verbs.begin(), verbs.end(), [](const nlohmann::json &verb) { return verb == "list"; });
}

} // namespace

std::string Endpoint::path(const std::string &ns) const
{
    return ns.empty() || !namespaced ? base + "/" + resource
                                     : base + "/namespaces/" + percentEncoded(ns) + "/" + resource;
}

const KindInfo &kindInfo(ResourceKind kind) { return kinds()[static_cast<std::size_t>(kind)]; }

Served assumedServed()
{
    Served out;
    for (const KindInfo &info : kinds()) {
        out.endpoints[static_cast<std::size_t>(info.kind)] =
            Endpoint{info.bases.front(), info.resource, info.namespaced};
    }
    return out;
}

Result<std::vector<FoundResource>> parseAggregatedDiscovery(std::string_view json, bool core)
{
    const nlohmann::json document = nlohmann::json::parse(json, nullptr, false);
    if (!document.is_object()) {
        return unreadable("list of API groups");
    }
    std::vector<FoundResource> out;
    for (const nlohmann::json &group : listOf(document, "items")) {
        const std::string name =
            group.is_object() && group.contains("metadata") ? textOf(group["metadata"], "name") : std::string();
        for (const nlohmann::json &version : listOf(group, "versions")) {
            const std::string base =
                core ? "/api/" + textOf(version, "version") : "/apis/" + name + "/" + textOf(version, "version");
            if (textOf(version, "freshness") == "Stale") { // its own server is down: there, and failing by itself
                for (const KindInfo &info : kinds()) {
                    if (std::any_of(
                            info.bases.begin(), info.bases.end(), [&](const char *one) { return base == one; })) {
                        out.push_back({base, info.resource});
                    }
                }
            }
            for (const nlohmann::json &resource : listOf(version, "resources")) {
                if (listable(resource)) {
                    out.push_back({base, textOf(resource, "resource")});
                }
            }
        }
    }
    return out;
}

Result<std::vector<FoundResource>> parseResourceList(std::string_view json, const std::string &base)
{
    const nlohmann::json document = nlohmann::json::parse(json, nullptr, false);
    if (!document.is_object()) {
        return unreadable("list of resources");
    }
    std::vector<FoundResource> out;
    for (const nlohmann::json &resource : listOf(document, "resources")) {
        if (listable(resource)) {
            out.push_back({base, textOf(resource, "name")});
        }
    }
    return out;
}

Served choose(const std::vector<FoundResource> &found)
{
    Served out;
    for (const KindInfo &info : kinds()) {
        for (const char *base : info.bases) {
            auto &endpoint = out.endpoints[static_cast<std::size_t>(info.kind)];
            const bool there = std::any_of(found.begin(), found.end(),
                [&](const FoundResource &one) { return one.base == base && one.resource == info.resource; });
            if (there && !endpoint) {
                endpoint = Endpoint{base, info.resource, info.namespaced};
            }
        }
    }
    return out;
}

void Discovery::run(Done done)
{
    cancel();
    m_done = std::move(done);
    m_found.clear();
    m_error.reset();
    m_hidden = false;
    ask("/api", true);
    ask("/apis", false);
}

void Discovery::cancel()
{
    for (const Session::Key key : m_keys) {
        m_session.cancel(key);
    }
    m_keys.clear();
    m_open = 0;
}

void Discovery::ask(const std::string &path, bool core)
{
    ++m_open;
    m_keys.push_back(m_session.start({.path = path, .accept = kAggregated}, {.done = [this, core](Answer &&answer) {
        answered(std::move(answer), [this, core](const Answer &good) {
            if (good.contentType.find("as=APIGroupDiscoveryList") != std::string::npos) {
                if (auto found = parseAggregatedDiscovery(good.body, core)) {
                    m_found.insert(m_found.end(), found->begin(), found->end());
                } else {
                    m_error = found.error();
                }
                return;
            }
            // The plain form: only the groups and versions that are of use, one request each.
            std::set<std::string> wanted;
            for (const KindInfo &info : kinds()) {
                for (const std::string base : info.bases) {
                    if ((base.rfind("/api/", 0) == 0) == core
                        && (core || good.body.find("\"" + base.substr(6) + "\"") != std::string::npos)) {
                        wanted.insert(base);
                    }
                }
            }
            for (const std::string &base : wanted) {
                askPlain(base);
            }
        });
    }}));
}

void Discovery::askPlain(const std::string &base)
{
    ++m_open;
    m_keys.push_back(m_session.start({.path = base}, {.done = [this, base](Answer &&answer) {
        // A group whose own server is down (metrics) must not take the others along: it is there, and fails by itself.
        if (!answer.error && (answer.status == 404 || answer.status >= 500)) {
            if (answer.status >= 500) {
                for (const KindInfo &info : kinds()) {
                    if (std::any_of(
                            info.bases.begin(), info.bases.end(), [&](const char *one) { return base == one; })) {
                        m_found.push_back({base, info.resource});
                    }
                }
            }
            finishOne();
            return;
        }
        answered(std::move(answer), [this, base](const Answer &good) {
            if (auto found = parseResourceList(good.body, base)) {
                m_found.insert(m_found.end(), found->begin(), found->end());
            } else {
                m_error = found.error();
            }
        });
    }}));
}

void Discovery::answered(Answer &&answer, const std::function<void(const Answer &)> &use)
{
    if (answer.ok()) {
        use(answer);
    } else if (!answer.error && (answer.status == 403 || answer.status == 404 || answer.status == 406)) {
        m_hidden = true;
    } else if (answer.error) {
        m_error = *answer.error;
    } else {
        const ApiStatus status = decodeStatus(answer.status, answer.contentType, answer.body);
        m_error = Error{.code = answer.status == 401 ? ErrorCode::Unauthorized
                : answer.status == 429               ? ErrorCode::TooManyRequests
                                                     : ErrorCode::Server,
            .message = "the server answered " + std::to_string(answer.status) + ": " + sanitized(status.message),
            .httpStatus = answer.status,
            .retryAfter = answer.retryAfter};
    }
    finishOne();
}

void Discovery::finishOne()
{
    if (--m_open > 0) {
        return;
    }
    m_keys.clear();
    const Done done = std::move(m_done);
    if (m_error) {
        done(*m_error);
    } else if (m_hidden) {
        done(assumedServed());
    } else {
        done(choose(m_found));
    }
}

std::string uidOf(std::string_view json)
{
    const nlohmann::json document = nlohmann::json::parse(json, nullptr, false);
    if (!document.is_object() || !document.contains("metadata")) {
        return {};
    }
    return textOf(document["metadata"], "uid");
}

std::string gitVersionOf(std::string_view json)
{
    const nlohmann::json document = nlohmann::json::parse(json, nullptr, false);
    return sanitized(textOf(document, "gitVersion").substr(0, 100));
}

} // namespace sextant::kubernetes
