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
    const NodeDraft &d = node.draft();
    switch (column) {
    case NodeColumn::Cluster:
        return textKey(node.cluster().name());
    case NodeColumn::Name:
        return textKey(d.name);
    case NodeColumn::Status:
        return stateKey(d.state, d.status);
    case NodeColumn::Roles: {
        if (d.roles.size() < 2) {
            return d.roles.empty() ? SortKey{} : textKey(d.roles.front());
        }
        std::string &text = m_texts.emplace_back();
        for (const std::string &role : d.roles) {
            text += text.empty() ? role : "," + role;
        }
        return textKey(text);
    }
    case NodeColumn::Age:
        return ageKey(d.created);
    case NodeColumn::Version:
        return versionKey(d.version);
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
        return textKey(d.pool);
    case NodeColumn::Zone:
        return textKey(d.zone);
    case NodeColumn::InstanceType:
        return textKey(d.instanceType);
    case NodeColumn::InternalIp:
        return ipKey(d.internalIp);
    case NodeColumn::ExternalIp:
        return ipKey(d.externalIp);
    case NodeColumn::Taints:
        return {static_cast<std::int64_t>(d.taints.size()), {}};
    case NodeColumn::Team:
        return textKey(d.team);
    case NodeColumn::OsImage:
        return textKey(d.osImage);
    case NodeColumn::Kernel:
        return versionKey(d.kernel);
    case NodeColumn::Runtime:
        return textKey(d.runtime);
    case NodeColumn::Architecture:
        return textKey(d.architecture);
    case NodeColumn::Load: // of a host that is down it is no figure of now
        return d.loadAverage && !d.silent ? SortKey{std::llround(*d.loadAverage * 100), {}} : SortKey{};
    case NodeColumn::MemoryInUse:
        return d.silent ? SortKey{} : numberKey(d.memoryInUse);
    }
    return {};
}

SortKey SortKeys::of(const WorkloadView &workload, const Sums &sums, WorkloadColumn column) const
{
    const WorkloadDraft &d = workload.draft();
    switch (column) {
    case WorkloadColumn::Cluster:
        return textKey(workload.cluster().name());
    case WorkloadColumn::Namespace:
        return textKey(d.ns);
    case WorkloadColumn::Kind:
        return textKey(d.kindText);
    case WorkloadColumn::Name:
        return textKey(d.name);
    case WorkloadColumn::Ready:
        // Nothing wanted and nothing there is as complete as it gets.
        return d.desired == Count(0) ? SortKey{kMillion, {}} : shareKey(d.ready.value, d.desired.value);
    case WorkloadColumn::UpToDate:
        return numberKey(d.updated);
    case WorkloadColumn::Available:
        return numberKey(d.available);
    case WorkloadColumn::Age:
        return ageKey(d.created);
    case WorkloadColumn::Status:
        return stateKey(d.state, d.status);
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
        return textKey(d.images);
    case WorkloadColumn::Schedule:
        return textKey(d.schedule);
    case WorkloadColumn::Completions:
        return textKey(d.completions);
    case WorkloadColumn::LastSchedule:
        return ageKey(d.lastSchedule);
    case WorkloadColumn::Revision:
        return versionKey(d.revision);
    case WorkloadColumn::Containers:
        return textKey(d.containers);
    case WorkloadColumn::Selector:
        return textKey(d.selector);
    case WorkloadColumn::NodeSelector:
        return textKey(d.nodeSelector);
    }
    return {};
}

} // namespace sextant
