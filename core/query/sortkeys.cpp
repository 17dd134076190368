// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/sortkeys.h"

#include <arpa/inet.h>
#include <array>
#include <cmath>

namespace sextant {

namespace {

constexpr std::int64_t kMillion = 1'000'000;

SortKey textKey(std::string_view text) { return text.empty() ? SortKey{} : SortKey{0, text}; }
template <class Tag> SortKey numberKey(Amount<Tag> amount) { return {amount.value, {}}; }
SortKey stateKey(State state, std::string_view words) { return {severity(state), words}; }

/// Youngest first.
SortKey ageKey(Time since)
{
    return since == kNoTime ? SortKey{} : SortKey{-static_cast<std::int64_t>(since.time_since_epoch().count()), {}};
}

/// Parts of a million, by integers as far as they reach.
SortKey shareKey(std::int64_t part, std::int64_t whole)
{
    if (part == Count::kUnknown || whole == Count::kUnknown || whole <= 0) {
        return {};
    }
    return {static_cast<std::int64_t>(
                static_cast<double>(part) * static_cast<double>(kMillion) / static_cast<double>(whole)),
        {}};
}

/// IPv4 by its number, IPv6 after it, whatever else last of the known.
SortKey ipKey(std::string_view ip)
{
    if (ip.empty()) {
        return {};
    }
    in_addr v4{};
    if (ip.size() < INET_ADDRSTRLEN && inet_pton(AF_INET, std::string(ip).c_str(), &v4) == 1) {
        return {static_cast<std::int64_t>(ntohl(v4.s_addr)), {}};
    }
    return {std::int64_t{1} << (ip.find(':') != std::string_view::npos ? 40 : 41), ip};
}

/// "v1.9.0" before "v1.10.0": the first three numbers, then the text.
SortKey versionKey(std::string_view version)
{
    if (version.empty()) {
        return {};
    }
    std::array<std::int64_t, 3> parts{};
    std::size_t part = 0;
    bool inNumber = false;
    for (const char c : version) {
        if (c >= '0' && c <= '9') {
            inNumber = true;
            parts[part] = std::min<std::int64_t>(parts[part] * 10 + (c - '0'), kMillion - 1);
        } else if (inNumber) {
            if (c != '.' || ++part == parts.size()) {
                break;
            }
            inNumber = false;
        }
    }
    return {(parts[0] * kMillion + parts[1]) * kMillion + parts[2], version};
}

} // namespace

SortKey SortKeys::of(const PodView &pod, PodColumn column) const
{
    switch (column) {
    case PodColumn::Cluster:
    case PodColumn::Namespace:
        return textKey(column == PodColumn::Cluster ? std::string_view(pod.cluster().name()) : pod.ns());
    case PodColumn::Name:
        return textKey(pod.name());
    case PodColumn::Ready:
        return pod.readyKnown() ? shareKey(pod.ready(), pod.containersTotal()) : SortKey{};
    case PodColumn::Status:
        return stateKey(pod.state(), pod.status());
    case PodColumn::Restarts:
        return pod.restartsKnown() ? SortKey{static_cast<std::int64_t>(pod.restarts()), {}} : SortKey{};
    case PodColumn::Age:
        return ageKey(pod.created());
    case PodColumn::Cpu:
        return numberKey(pod.cpuUsed());
    case PodColumn::Memory:
        return numberKey(pod.memoryUsed());
    case PodColumn::CpuRequested:
        return numberKey(pod.cpuRequested());
    case PodColumn::MemoryRequested:
        return numberKey(pod.memoryRequested());
    case PodColumn::CpuLimit:
        return numberKey(pod.cpuLimit());
    case PodColumn::MemoryLimit:
        return numberKey(pod.memoryLimit());
    case PodColumn::Node:
        return textKey(pod.node());
    case PodColumn::Qos:
        return textKey(pod.qos());
    case PodColumn::Ip:
        return ipKey(pod.ip());
    case PodColumn::Owner:
        return textKey(pod.workloadName());
    case PodColumn::Team:
        return textKey(pod.team());
    case PodColumn::NominatedNode:
        return textKey(pod.nominatedNode());
    case PodColumn::ReadinessGates:
        return textKey(pod.readinessGates());
    case PodColumn::Priority:
        return textKey(pod.priorityClass());
    case PodColumn::ServiceAccount:
        return textKey(pod.serviceAccount());
    }
    return {};
}

SortKey SortKeys::of(const NodeView &node, const Sums &sums, NodeColumn column)
{
    switch (column) {
    case NodeColumn::Cluster:
        return textKey(node.cluster().name());
    case NodeColumn::Name:
        return textKey(node.name());
    case NodeColumn::Status:
        return stateKey(node.state(), node.status());
    case NodeColumn::Roles: {
        const auto roles = node.roles();
        if (roles.size() < 2) {
            return roles.empty() ? SortKey{} : textKey(roles.front());
        }
        std::string &text = m_texts.emplace_back();
        for (const std::string_view role : roles) {
            text += text.empty() ? "" : ",";
            text += role;
        }
        return textKey(text);
    }
    case NodeColumn::Age:
        return ageKey(node.created());
    case NodeColumn::Version:
        return versionKey(node.version());
    case NodeColumn::Pods:
        return {sums.pods, {}};
    case NodeColumn::Cpu:
        return shareKey(sums.cpu.requested, node.cpuWhole().value);
    case NodeColumn::Memory:
        return shareKey(sums.memory.requested, node.memoryWhole().value);
    case NodeColumn::CpuUsed:
        return numberKey(node.cpuUsed());
    case NodeColumn::MemoryUsed:
        return numberKey(node.memoryUsed());
    case NodeColumn::CpuLimit:
        return {sums.cpu.limit, {}};
    case NodeColumn::MemoryLimit:
        return {sums.memory.limit, {}};
    case NodeColumn::CpuAllocatable:
        return numberKey(node.cpuAllocatable());
    case NodeColumn::MemoryAllocatable:
        return numberKey(node.memoryAllocatable());
    case NodeColumn::Pool:
        return textKey(node.pool());
    case NodeColumn::Zone:
        return textKey(node.zone());
    case NodeColumn::InstanceType:
        return textKey(node.instanceType());
    case NodeColumn::InternalIp:
        return ipKey(node.internalIp());
    case NodeColumn::ExternalIp:
        return ipKey(node.externalIp());
    case NodeColumn::Taints:
        return {static_cast<std::int64_t>(node.taints().size()), {}};
    case NodeColumn::Team:
        return textKey(node.team());
    case NodeColumn::OsImage:
        return textKey(node.osImage());
    case NodeColumn::Kernel:
        return versionKey(node.kernel());
    case NodeColumn::Runtime:
        return textKey(node.runtime());
    case NodeColumn::Architecture:
        return textKey(node.architecture());
    case NodeColumn::Load: { // of a host that is down it is no figure of now
        const auto load = node.loadAverage();
        return load && !node.silent() ? SortKey{std::llround(*load * 100), {}} : SortKey{};
    }
    case NodeColumn::MemoryInUse:
        return node.silent() ? SortKey{} : numberKey(node.memoryInUse());
    }
    return {};
}

SortKey SortKeys::of(const WorkloadView &workload, const Sums &sums, WorkloadColumn column) const
{
    switch (column) {
    case WorkloadColumn::Cluster:
        return textKey(workload.cluster().name());
    case WorkloadColumn::Namespace:
        return textKey(workload.ns());
    case WorkloadColumn::Kind:
        return textKey(workload.kindText());
    case WorkloadColumn::Name:
        return textKey(workload.name());
    case WorkloadColumn::Ready:
        // Nothing wanted and nothing there is as complete as it gets.
        return workload.desired() == Count(0) ? SortKey{kMillion, {}}
                                              : shareKey(workload.ready().value, workload.desired().value);
    case WorkloadColumn::UpToDate:
        return numberKey(workload.updated());
    case WorkloadColumn::Available:
        return numberKey(workload.available());
    case WorkloadColumn::Age:
        return ageKey(workload.created());
    case WorkloadColumn::Status:
        return stateKey(workload.state(), workload.status());
    case WorkloadColumn::Pods:
        return {sums.pods, {}};
    case WorkloadColumn::Cpu:
        return {sums.cpu.used, {}};
    case WorkloadColumn::Memory:
        return {sums.memory.used, {}};
    case WorkloadColumn::CpuRequested:
        return {sums.cpu.requested, {}};
    case WorkloadColumn::MemoryRequested:
        return {sums.memory.requested, {}};
    case WorkloadColumn::Team:
        return textKey(workload.team());
    case WorkloadColumn::Images:
        return textKey(workload.images());
    case WorkloadColumn::Schedule:
        return textKey(workload.schedule());
    case WorkloadColumn::Completions:
        return textKey(workload.completions());
    case WorkloadColumn::LastSchedule:
        return ageKey(workload.lastSchedule());
    case WorkloadColumn::Revision:
        return versionKey(workload.revisionText());
    case WorkloadColumn::Containers:
        return textKey(workload.containers());
    case WorkloadColumn::Selector:
        return textKey(workload.selector());
    case WorkloadColumn::NodeSelector:
        return textKey(workload.nodeSelector());
    }
    return {};
}

} // namespace sextant
