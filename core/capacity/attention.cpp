// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/capacity/attention.h"

#include "core/base/format.h"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <map>
#include <tuple>

namespace sextant {

namespace {

/// A pod that is starting is nobody's business before this.
constexpr std::chrono::seconds kPatience{120};

std::string countOf(int n, const char *one, const char *many)
{
    return fmt::format("{} {}", formatCount(n), n == 1 ? one : many);
}

Time earlier(Time a, Time b) { return a == kNoTime ? b : b == kNoTime ? a : std::min(a, b); }

Time notReadySince(const PodView &pod)
{
    for (const ConditionView &condition : pod.conditions()) {
        if (condition.type == "Ready" && condition.status != "True") {
            return condition.since;
        }
    }
    return pod.created();
}

std::string lastEnd(const PodView &pod)
{
    for (const ContainerView &container : pod.containers()) {
        if (container.hasLast && container.state != ContainerState::Running) {
            const std::string reason =
                container.lastReason.empty() ? std::string() : ", " + std::string(container.lastReason);
            return container.lastSignal != 0 ? fmt::format("signal {}{}", container.lastSignal, reason)
                                             : fmt::format("exit {}{}", container.lastExitCode, reason);
        }
    }
    return {};
}

std::string causeOf(const PodView &pod)
{
    const std::string status(pod.status());
    const auto sentence = [](std::string_view text) {
        while (!text.empty() && (text.back() == '.' || text.back() == ' ')) {
            text.remove_suffix(1);
        }
        return std::string(text);
    };
    if (!pod.scheduled() && !pod.statusMessage().empty()) {
        return sentence(pod.statusMessage());
    }
    if (pod.state() == State::Warning) {
        return fmt::format(
            "runs, but {} of {} containers are not ready", pod.containersTotal() - pod.ready(), pod.containersTotal());
    }
    const std::string end = lastEnd(pod);
    if (!end.empty()) {
        return status + ": " + end;
    }
    return pod.statusMessage().empty() ? status : status + ": " + sentence(pod.statusMessage());
}

void addNodes(const ClusterSnapshot &cluster, const Scope &scope, std::vector<Attention> &out)
{
    for (const NodeView node : cluster.nodes()) {
        const NodeDraft &draft = node.draft();
        if (!scope.contains(node)
            || (draft.state != State::Failed && draft.state != State::Warning && draft.state != State::Unknown)) {
            continue;
        }
        Attention line;
        line.problem = draft.state != State::Warning;
        line.object = node.id();
        line.cluster = cluster.id();
        line.name = draft.name;
        line.place = cluster.name();
        line.extent = "1 node";
        for (const ConditionDraft &condition : draft.conditions) {
            const bool ready = condition.type == "Ready";
            if (condition.status == (ready ? "True" : "False")) {
                continue;
            }
            const std::string words = condition.message.empty() ? condition.reason : condition.message;
            const std::string text =
                (ready ? (draft.silent ? std::string("kubelet silent") : "NotReady") : condition.type)
                + (words.empty() ? std::string() : ": " + words);
            line.cause = line.cause.empty() ? text
                : ready                     ? text + "; " + line.cause
                                            : line.cause + "; " + condition.type;
            line.since = earlier(line.since, condition.since);
        }
        if (line.cause.empty()) {
            line.cause = draft.status;
        }
        out.push_back(std::move(line));
    }
}

void addPods(const ClusterSnapshot &cluster, const Scope &scope, Time now, std::vector<Attention> &out)
{
    // Gathered by workload (else pod) and status: one line for what is one trouble.
    std::map<std::tuple<std::string_view, std::string_view, std::string_view, std::string_view>, std::size_t> lines;
    for (const PodView pod : cluster.pods()) {
        const State state = pod.state();
        const bool waits =
            state == State::Pending && pod.counts() && pod.created() != kNoTime && now - pod.created() > kPatience;
        const bool notReady = state == State::Warning && now - notReadySince(pod) > kPatience;
        if ((state != State::Failed && !waits && !notReady) || !scope.contains(pod)) {
            continue;
        }
        const bool owned = !pod.workloadName().empty();
        const auto key = std::make_tuple(pod.ns(), owned ? pod.workloadKind() : std::string_view("Pod"),
            owned ? pod.workloadName() : pod.name(), pod.status());
        const auto [it, fresh] = lines.emplace(key, out.size());
        if (fresh) {
            Attention line;
            line.problem = state == State::Failed || !pod.scheduled();
            const auto workload = cluster.workloadBySlot(pod.workloadSlot());
            line.object = workload && workload->kind() != WorkloadKind::Pod ? AnyId(workload->id()) : AnyId(pod.id());
            line.cluster = cluster.id();
            line.name = std::string(owned ? pod.workloadName() : pod.name());
            line.place = cluster.name() + " · " + std::string(pod.ns());
            line.cause = causeOf(pod);
            line.size = 0;
            out.push_back(std::move(line));
        }
        Attention &line = out[it->second];
        ++line.size;
        line.since = earlier(line.since, notReadySince(pod));
        line.extent = countOf(line.size, "pod", "pods");
    }
}

void addRollouts(const ClusterSnapshot &cluster, const Scope &scope, std::vector<Attention> &out)
{
    for (const WorkloadView workload : cluster.workloads()) {
        const WorkloadDraft &draft = workload.draft();
        if (!workload.topmost() || draft.kind == WorkloadKind::Pod || draft.state != State::Failed
            || !scope.contains(workload)) {
            continue;
        }
        Attention line;
        line.object = workload.id();
        line.cluster = cluster.id();
        line.name = draft.name;
        line.place = cluster.name() + " · " + draft.ns;
        line.cause = draft.status;
        line.extent = draft.revision.empty() ? draft.kindText : "rev " + draft.revision;
        for (const ConditionDraft &condition : draft.conditions) {
            if (condition.status == "False" || condition.type == "ReplicaFailure" || condition.type == "Failed") {
                line.since = earlier(line.since, condition.since);
            }
        }
        out.push_back(std::move(line));
    }
}

} // namespace

std::vector<Attention> attention(const Picture &picture, const Scope &scope, Time now)
{
    std::vector<Attention> out;
    for (std::size_t i = 0; i < picture.clusters(); ++i) {
        const ClusterSnapshot &cluster = picture.cluster(i);
        if (scope.cluster != ClusterId::None && scope.cluster != cluster.id()) {
            continue;
        }
        if (scope.ns.empty() && scope.team.empty()) {
            addNodes(cluster, scope, out);
        }
        addPods(cluster, scope, now, out);
        addRollouts(cluster, scope, out);
    }
    std::stable_sort(out.begin(), out.end(), [](const Attention &a, const Attention &b) {
        const bool nodeA = std::holds_alternative<NodeId>(a.object), nodeB = std::holds_alternative<NodeId>(b.object);
        return std::tuple(!a.problem, -a.size, !nodeA, a.place, a.name)
            < std::tuple(!b.problem, -b.size, !nodeB, b.place, b.name);
    });
    return out;
}

} // namespace sextant
