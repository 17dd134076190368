// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulator/discovery.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>

namespace sextant::simulator {

using nlohmann::ordered_json;

namespace {

using Source = ResourceInfo::Source;
constexpr std::string_view kMetricsGroup = "metrics.k8s.io";

std::pair<int, int> numbers(std::string_view gitVersion)
{
    int major = 1;
    int minor = 36;
    const auto *end = gitVersion.data() + gitVersion.size();
    const auto *at = gitVersion.data() + (gitVersion.starts_with('v') ? 1 : 0);
    const auto first = std::from_chars(at, end, major);
    if (first.ec == std::errc() && first.ptr != end) {
        std::from_chars(first.ptr + 1, end, minor);
    }
    return {major, minor};
}

std::vector<ResourceInfo> offered(bool old)
{
    const std::vector<std::string> all{"all"};
    std::vector<ResourceInfo> out{
        {"", "v1", "events", "event", "Event", true, {"ev"}, {}, Source::Stored, Resource::Events},
        {"", "v1", "namespaces", "namespace", "Namespace", false, {"ns"}, {}, Source::Stored, Resource::Namespaces},
        {"", "v1", "nodes", "node", "Node", false, {"no"}, {}, Source::Stored, Resource::Nodes},
        {"", "v1", "pods", "pod", "Pod", true, {"po"}, all, Source::Stored, Resource::Pods},
        {"", "v1", "replicationcontrollers", "replicationcontroller", "ReplicationController", true, {"rc"}, all,
            Source::Empty, {}},
        {"", "v1", "secrets", "secret", "Secret", true, {}, {}, Source::Secret, {}},
        {"", "v1", "services", "service", "Service", true, {"svc"}, all, Source::Empty, {}},
        {"apps", "v1", "daemonsets", "daemonset", "DaemonSet", true, {"ds"}, all, Source::Stored, Resource::DaemonSets},
        {"apps", "v1", "deployments", "deployment", "Deployment", true, {"deploy"}, all, Source::Stored,
            Resource::Deployments},
        {"apps", "v1", "replicasets", "replicaset", "ReplicaSet", true, {"rs"}, all, Source::Stored,
            Resource::ReplicaSets},
        {"apps", "v1", "statefulsets", "statefulset", "StatefulSet", true, {"sts"}, all, Source::Stored,
            Resource::StatefulSets},
        {"batch", "v1", "jobs", "job", "Job", true, {}, all, Source::Stored, Resource::Jobs},
        {"batch", old ? "v1beta1" : "v1", "cronjobs", "cronjob", "CronJob", true, {"cj"}, all, Source::Stored,
            Resource::CronJobs},
        {std::string(kMetricsGroup), "v1beta1", "nodes", "", "NodeMetrics", false, {}, {}, Source::Metrics,
            Resource::Nodes},
        {std::string(kMetricsGroup), "v1beta1", "pods", "", "PodMetrics", true, {}, {}, Source::Metrics,
            Resource::Pods},
    };
    return out;
}

ordered_json verbs(const ResourceInfo &info)
{
    if (info.source == Source::Metrics) {
        return {"get", "list"};
    }
    return {"create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"};
}

struct GroupVersion {
    std::string group, version;
    bool operator==(const GroupVersion &) const = default;
};

/// In the order of the table, versions of one group together, the preferred one first.
std::vector<GroupVersion> groupVersions(const std::vector<ResourceInfo> &resources)
{
    std::vector<GroupVersion> out;
    for (const auto &info : resources) {
        GroupVersion one{info.group, info.version};
        if (std::find(out.begin(), out.end(), one) == out.end()) {
            out.push_back(std::move(one));
        }
    }
    return out;
}

ordered_json groupJson(const std::string &group, const std::vector<GroupVersion> &all)
{
    ordered_json out{{"name", group}, {"versions", ordered_json::array()}};
    for (const auto &one : all) {
        if (one.group == group) {
            out["versions"].push_back({{"groupVersion", group + '/' + one.version}, {"version", one.version}});
        }
    }
    out["preferredVersion"] = out["versions"][0];
    return out;
}

} // namespace

Discovery::Discovery(std::string gitVersion)
    : m_gitVersion(std::move(gitVersion))
    , m_old(numbers(m_gitVersion) < std::pair(1, 21))
    , m_resources(offered(m_old))
{
}

const ResourceInfo *Discovery::find(std::string_view group, std::string_view version, std::string_view resource) const
{
    const auto it = std::find_if(m_resources.begin(), m_resources.end(), [&](const ResourceInfo &info) {
        return info.group == group && info.version == version && info.name == resource;
    });
    return it == m_resources.end() ? nullptr : &*it;
}

bool Discovery::hasGroup(std::string_view group, std::string_view version, bool metrics) const
{
    return (metrics || group != kMetricsGroup)
        && std::any_of(m_resources.begin(), m_resources.end(),
            [&](const ResourceInfo &info) { return info.group == group && info.version == version; });
}

std::string Discovery::versions() const
{
    return ordered_json{{"kind", "APIVersions"}, {"versions", {"v1"}},
        {"serverAddressByClientCIDRs", {{{"clientCIDR", "0.0.0.0/0"}, {"serverAddress", "127.0.0.1"}}}}}
        .dump();
}

std::string Discovery::groups(bool metrics) const
{
    ordered_json out{{"kind", "APIGroupList"}, {"apiVersion", "v1"}, {"groups", ordered_json::array()}};
    const auto all = groupVersions(m_resources);
    std::string last;
    for (const auto &one : all) {
        if (!one.group.empty() && one.group != last && (metrics || one.group != kMetricsGroup)) {
            out["groups"].push_back(groupJson(one.group, all));
            last = one.group;
        }
    }
    return out.dump();
}

std::string Discovery::group(std::string_view group) const
{
    const auto all = groupVersions(m_resources);
    if (group.empty() || std::none_of(all.begin(), all.end(), [&](const auto &one) { return one.group == group; })) {
        return {};
    }
    ordered_json out{{"kind", "APIGroup"}, {"apiVersion", "v1"}};
    out.update(groupJson(std::string(group), all));
    return out.dump();
}

std::string Discovery::resources(std::string_view group, std::string_view version) const
{
    ordered_json list = ordered_json::array();
    std::string groupVersion;
    for (const auto &info : m_resources) {
        if (info.group != group || info.version != version) {
            continue;
        }
        groupVersion = info.apiVersion();
        ordered_json one{{"name", info.name}, {"singularName", info.singular}, {"namespaced", info.namespaced},
            {"kind", info.kind}, {"verbs", verbs(info)}};
        if (!info.shortNames.empty()) {
            one["shortNames"] = info.shortNames;
        }
        if (!info.categories.empty()) {
            one["categories"] = info.categories;
        }
        list.push_back(std::move(one));
    }
    if (list.empty()) {
        return {};
    }
    return ordered_json{
        {"kind", "APIResourceList"}, {"apiVersion", "v1"}, {"groupVersion", groupVersion}, {"resources", list}}
        .dump();
}

std::string Discovery::aggregated(bool core, std::string_view form, bool metrics, bool stale) const
{
    ordered_json out{{"kind", "APIGroupDiscoveryList"}, {"apiVersion", "apidiscovery.k8s.io/" + std::string(form)},
        {"metadata", ordered_json::object()}, {"items", ordered_json::array()}};
    for (const auto &[group, version] : groupVersions(m_resources)) {
        if (group.empty() != core || (group == kMetricsGroup && !metrics)) {
            continue;
        }
        auto &items = out["items"];
        if (items.empty() || (!core && items.back()["metadata"]["name"] != group)) {
            ordered_json metadata{{"creationTimestamp", nullptr}};
            if (!core) {
                metadata["name"] = group;
            }
            items.push_back({{"metadata", metadata}, {"versions", ordered_json::array()}});
        }
        ordered_json resources = ordered_json::array();
        for (const auto &info : m_resources) {
            if (info.group != group || info.version != version) {
                continue;
            }
            ordered_json one{{"resource", info.name},
                {"responseKind", {{"group", group}, {"version", version}, {"kind", info.kind}}},
                {"scope", info.namespaced ? "Namespaced" : "Cluster"}, {"singularResource", info.singular},
                {"verbs", verbs(info)}};
            if (!info.shortNames.empty()) {
                one["shortNames"] = info.shortNames;
            }
            if (!info.categories.empty()) {
                one["categories"] = info.categories;
            }
            resources.push_back(std::move(one));
        }
        items.back()["versions"].push_back({{"version", version}, {"resources", std::move(resources)},
            {"freshness", stale && group == kMetricsGroup ? "Stale" : "Current"}});
    }
    return out.dump();
}

std::string Discovery::version() const
{
    const auto [major, minor] = numbers(m_gitVersion);
    ordered_json out{{"major", std::to_string(major)}, {"minor", std::to_string(minor)}};
    if (!m_old) {
        out["emulationMajor"] = std::to_string(major);
        out["emulationMinor"] = std::to_string(minor);
        out["minCompatibilityMajor"] = std::to_string(major);
        out["minCompatibilityMinor"] = std::to_string(minor - 1);
    }
    out.update(ordered_json{{"gitVersion", m_gitVersion}, {"gitCommit", "0000000000000000000000000000000000000000"},
        {"gitTreeState", "clean"}, {"buildDate", "2026-01-01T00:00:00Z"}, {"goVersion", "go1.25.0"}, {"compiler", "gc"},
        {"platform", "linux/amd64"}});
    return out.dump();
}

} // namespace sextant::simulator
