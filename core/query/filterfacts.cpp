// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/filterfacts.h"

#include "core/query/textmatch.h"

#include <fmt/format.h>

namespace sextant::filter {

namespace {

template <class... Text> bool anyFits(const Term &term, const Text &...texts) { return (fits(term, texts) || ...); }

template <class Texts> bool someFits(const Term &term, const Texts &texts)
{
    return std::any_of(
        texts.begin(), texts.end(), [&](const auto &text) { return fits(term, std::string_view(text)); });
}

std::string taintText(const TaintView &taint)
{
    return fmt::format("{}{}{}:{}", taint.key, taint.value.empty() ? "" : "=", taint.value, taint.effect);
}

bool clusterFits(const Term &term, const ClusterSnapshot &cluster, Memo &memo)
{
    return memo.cluster.at(0, [&] { return fits(term, std::string_view(cluster.name())); });
}

Number of(std::int64_t value, std::int64_t whole = Count::kUnknown) { return {value, whole}; }

int orchestratorOf(const ClusterSnapshot &cluster) { return static_cast<int>(cluster.status().orchestrator); }

/// The job of a deployment group.
bool ofGroup(const Term &term, const WorkloadView &workload)
{
    return workload.kind() == WorkloadKind::DeploymentGroup && fits(term, workload.rolloutJob());
}

} // namespace

bool nodeText(const Term &term, const NodeView &node)
{
    switch (term.key) {
    case Key::Pool:
        return fits(term, node.pool());
    case Key::Zone:
        return fits(term, node.zone());
    case Key::Type:
        return fits(term, node.instanceType());
    case Key::Role: {
        const auto roles = node.roles();
        return roles.empty() ? fits(term, std::string_view()) : someFits(term, roles);
    }
    case Key::Taint: {
        const auto taints = node.taints();
        return taints.empty() ? fits(term, std::string_view())
                              : std::any_of(taints.begin(), taints.end(),
                                  [&](const TaintView &taint) { return fits(term, taintText(taint)); });
    }
    default:
        return false;
    }
}

const Term &anyTextOf(Key key)
{
    static const auto terms = [] {
        std::vector<Term> all(kKeys);
        for (int i = 0; i < kKeys; ++i) {
            all[static_cast<std::size_t>(i)].key = static_cast<Key>(i);
            all[static_cast<std::size_t>(i)].patterns = {{Pattern::Way::Some, {}}};
        }
        return all;
    }();
    return terms[static_cast<std::size_t>(key)];
}

bool fits(const Term &term, const NodeView &node, Memo &memo)
{
    switch (term.key) {
    case Key::Text:
        return clusterFits(term, node.cluster(), memo)
            || anyFits(term, node.name(), node.status(), node.version(), node.pool(), node.zone(), node.instanceType(),
                node.internalIp(), node.externalIp(), node.team())
            || someFits(term, node.roles());
    case Key::Name:
    case Key::Node:
        return fits(term, node.name());
    case Key::Status:
        return fits(term, node.status());
    case Key::Cluster:
        return clusterFits(term, node.cluster(), memo);
    case Key::Owner:
        return fits(term, node.team());
    case Key::Version:
        return fits(term, node.version());
    case Key::Ip:
        return anyFits(term, node.internalIp(), node.externalIp());
    default:
        return nodeText(term, node);
    }
}

bool fits(const Term &term, const WorkloadView &workload, Memo &memo)
{
    switch (term.key) {
    case Key::Text:
        return clusterFits(term, workload.cluster(), memo)
            || anyFits(term, workload.name(), workload.ns(), workload.kindText(), workload.status(), workload.team(),
                workload.images())
            || ofGroup(term, workload) || someFits(term, workload.registrations());
    case Key::Name:
    case Key::Workload:
        return fits(term, workload.name());
    case Key::Namespace:
        return fits(term, workload.ns());
    case Key::Status:
        return fits(term, workload.status());
    case Key::Cluster:
        return clusterFits(term, workload.cluster(), memo);
    case Key::Owner:
        return fits(term, workload.team());
    case Key::Kind:
        return fits(term, workload.kindText());
    case Key::Image:
        return fits(term, workload.images());
    case Key::Version:
        return fits(term, workload.version());
    default:
        return false;
    }
}

bool fits(const Term &term, const ServiceFacts &service, Memo &)
{
    const auto some = [&](std::span<const std::string> texts) {
        return texts.empty() ? fits(term, std::string_view()) : someFits(term, texts);
    };
    switch (term.key) {
    case Key::Text:
        return anyFits(term, service.name, service.owner);
    case Key::Name:
        return fits(term, service.name);
    case Key::Owner:
        return fits(term, service.owner);
    case Key::Stage:
        return fits(term, service.stage);
    case Key::Cluster:
        return some(service.clusters);
    case Key::Version:
        return some(service.versions);
    default:
        return false;
    }
}

bool labelFits(const Term &term, const NodeView &node, Memo &)
{
    const LabelViews labels = node.labels();
    return std::any_of(labels.begin(), labels.end(), [&](const auto &label) {
        for (std::size_t i = 0; i < term.labels.size(); ++i) {
            if (term.labels[i].fits(label.first) && term.patterns[i].fits(label.second)) {
                return true;
            }
        }
        return false;
    });
}

int choiceAt(Key key, const NodeView &node)
{
    switch (key) {
    case Key::State:
        return static_cast<int>(node.state());
    case Key::Ready:
        return node.state() == State::Unknown                              ? -1
            : node.state() == State::Ok || node.state() == State::Cordoned ? 1
                                                                           : 0;
    default:
        return orchestratorOf(node.cluster());
    }
}

int choiceAt(Key key, const WorkloadView &workload)
{
    switch (key) {
    case Key::State:
        return static_cast<int>(workload.state());
    case Key::Ready: {
        const Count desired = workload.desired(), ready = workload.ready();
        return !desired.known() || !ready.known() ? -1 : ready >= desired ? 1 : 0;
    }
    default:
        return orchestratorOf(workload.cluster());
    }
}

Number ageOf(Time created, Time now) { return {created == kNoTime ? Count::kUnknown : (now - created).count()}; }

Number numberAt(Key key, const NodeView &node, const ClusterAccounting *all, Time now)
{
    const Sums sums = all != nullptr ? all->byNode[node] : Sums();
    switch (key) {
    case Key::Age:
        return ageOf(node.created(), now);
    case Key::Pods:
        return of(sums.pods, node.podsAllocatable().value);
    case Key::Cpu:
        return of(node.cpuUsed().value, node.cpuWhole().value);
    case Key::CpuRequested:
        return of(sums.cpu.requested, node.cpuWhole().value);
    case Key::CpuLimit:
        return of(sums.cpu.limit, node.cpuWhole().value);
    case Key::CpuAllocatable:
        return of(node.cpuAllocatable().value);
    case Key::Memory:
        return of(node.memoryUsed().value, node.memoryWhole().value);
    case Key::MemoryRequested:
        return of(sums.memory.requested, node.memoryWhole().value);
    case Key::MemoryLimit:
        return of(sums.memory.limit, node.memoryWhole().value);
    case Key::MemoryAllocatable:
        return of(node.memoryAllocatable().value);
    default:
        return {};
    }
}

Number numberAt(Key key, const WorkloadView &workload, const ClusterAccounting *all, Time now)
{
    const Sums sums = all != nullptr ? all->byWorkload[workload.slot()] : Sums();
    switch (key) {
    case Key::Age:
        return ageOf(workload.created(), now);
    case Key::Pods:
        return of(sums.pods);
    case Key::Cpu:
        return of(sums.cpu.used, sums.cpu.requested);
    case Key::CpuRequested:
        return of(sums.cpu.requested);
    case Key::CpuLimit:
        return of(sums.cpu.limit);
    case Key::Memory:
        return of(sums.memory.used, sums.memory.requested);
    case Key::MemoryRequested:
        return of(sums.memory.requested);
    case Key::MemoryLimit:
        return of(sums.memory.limit);
    default:
        return {};
    }
}

} // namespace sextant::filter
