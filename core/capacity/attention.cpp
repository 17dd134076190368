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

/// Without what ends a sentence: it goes on in ours.
std::string sentence(std::string_view text)
{
    while (!text.empty() && (text.back() == '.' || text.back() == ' ')) {
        text.remove_suffix(1);
    }
    return std::string(text);
}

std::string causeOf(const PodView &pod)
{
    const std::string status(pod.status());
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

std::string placeOf(const ClusterSnapshot &cluster, std::string_view ns)
{
    return ns.empty() ? cluster.name() : cluster.name() + " · " + std::string(ns); // Helios has none
}

void addNodes(const ClusterSnapshot &cluster, const Scope &scope, std::vector<Attention> &out)
{
    for (const NodeView node : cluster.nodes()) {
        const State state = node.state();
        if ((state != State::Failed && state != State::Warning && state != State::Unknown) || !scope.contains(node)) {
            continue;
        }
        Attention line;
        line.problem = state != State::Warning;
        line.object = node.id();
        line.cluster = cluster.id();
        line.name = node.name();
        line.place = cluster.name();
        line.extent = "1 node";
        for (const ConditionView &condition : node.conditions()) {
            const bool ready = condition.type == "Ready";
            if (condition.status == (ready ? "True" : "False")) {
                continue;
            }
            const std::string words(condition.message.empty() ? condition.reason : condition.message);
            const std::string type(condition.type);
            const std::string text = (ready ? (node.silent() ? std::string("kubelet silent") : "NotReady") : type)
                + (words.empty() ? std::string() : ": " + words);
            line.cause = line.cause.empty() ? text : ready ? text + "; " + line.cause : line.cause + "; " + type;
            line.since = earlier(line.since, condition.since);
        }
        if (line.cause.empty()) {
            line.cause = node.status();
        }
        out.push_back(std::move(line));
    }
}

/// Slots of the pods that need a look, ascending: those of workloads of which not all are well, and those of none.
std::vector<std::uint32_t> unwell(const ClusterSnapshot &cluster, const ClusterAccounting &accounting)
{
    const auto troubles = [](const Sums &sums) {
        const auto of = [&sums](State state) { return sums.podStates[static_cast<std::size_t>(state)]; };
        return of(State::Failed) + of(State::Pending) + of(State::Warning);
    };
    std::vector<std::uint32_t> slots;
    std::size_t owned = 0;
    for (std::size_t workload = 0; workload < accounting.byWorkload.size(); ++workload) {
        const auto pods = accounting.byWorkload.pods(workload);
        owned += pods.size();
        if (!pods.empty() && troubles(accounting.byWorkload[workload]) > 0) {
            slots.insert(slots.end(), pods.begin(), pods.end());
        }
    }
    if (owned < cluster.pods().size()) {
        for (const PodView pod : cluster.pods()) {
            if (pod.workloadSlot() == kNoSlot) {
                slots.push_back(pod.slot());
            }
        }
    }
    std::sort(slots.begin(), slots.end());
    return slots;
}

void addPods(const ClusterSnapshot &cluster, const ClusterAccounting &accounting, const Scope &scope, Time now,
    std::vector<Attention> &out)
{
    // Gathered by workload (else pod) and status: one line for what is one trouble.
    std::map<std::tuple<std::string_view, std::string_view, std::string_view, std::string_view>, std::size_t> lines;
    for (const auto slot : unwell(cluster, accounting)) {
        const PodView pod(cluster, slot);
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
            line.place = placeOf(cluster, pod.ns());
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
        if (workload.state() != State::Failed || !workload.topmost() || workload.kind() == WorkloadKind::Pod
            || !scope.contains(workload)) {
            continue;
        }
        const WorkloadDraft draft = workload.draft();
        Attention line;
        line.object = workload.id();
        line.cluster = cluster.id();
        line.name = draft.name;
        line.place = placeOf(cluster, draft.ns);
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

/// What is wrong with a task of a host that speaks, as one word to gather by; empty: nothing that needs a person.
std::string_view taskTrouble(const PodView &task)
{
    const State state = task.state();
    const std::string_view status = task.status();
    if (state == State::Unknown || state == State::Terminating || state == State::Completed) {
        return {};
    }
    // "RUNNING (FLAPPING)": why it is held back says more than the state it happens to be in.
    if (const auto bracket = status.find(" ("); bracket != std::string_view::npos && status.back() == ')') {
        return status.substr(bracket + 2, status.size() - bracket - 3);
    }
    if (state == State::Failed || state == State::Warning) {
        return status;
    }
    // Helios does not say since when; within a roll-out it is what happens to every host in turn.
    const auto workload = task.cluster().workloadBySlot(task.workloadSlot());
    const bool rolling = workload && workload->rolloutStatus() == "ROLLING_OUT";
    return state == State::Pending && status == "PENDING" && !rolling ? status : std::string_view();
}

/// A job's "name:version:hash" as people say it; any other name as it is.
std::string withoutHash(std::string_view name)
{
    const auto hash = name.rfind(':');
    return std::string(hash == std::string_view::npos || name.find(':') == hash ? name : name.substr(0, hash));
}

void addTasks(const ClusterSnapshot &cluster, const Scope &scope, std::vector<Attention> &out)
{
    std::map<std::tuple<std::string_view, std::string_view, std::string_view>, std::size_t> lines;
    for (const PodView task : cluster.pods()) {
        const auto host = cluster.nodeBySlot(task.nodeSlot());
        if (!task.counts() || (host && host->silent()) || !scope.contains(task)) {
            continue; // of a host that does not speak its host says it
        }
        const std::string_view trouble = taskTrouble(task);
        if (trouble.empty()) {
            continue;
        }
        const bool owned = !task.workloadName().empty();
        const auto key = std::make_tuple(
            owned ? task.workloadKind() : std::string_view(), owned ? task.workloadName() : task.name(), trouble);
        const auto [it, fresh] = lines.emplace(key, out.size());
        if (fresh) {
            Attention line;
            line.problem = false;
            const auto workload = cluster.workloadBySlot(task.workloadSlot());
            line.object = workload ? AnyId(workload->id()) : AnyId(task.id());
            line.cluster = cluster.id();
            line.name = withoutHash(owned ? task.workloadName() : task.name());
            line.place = cluster.name();
            line.cause = std::string(trouble);
            if (!task.statusMessage().empty()) {
                line.cause += ": " + sentence(task.statusMessage());
            }
            line.size = 0;
            out.push_back(std::move(line));
        }
        Attention &line = out[it->second];
        line.problem = line.problem || task.state() == State::Failed || trouble == "FLAPPING";
        ++line.size;
        line.extent = countOf(line.size, "task", "tasks");
    }
}

void addHosts(const ClusterSnapshot &cluster, const ClusterAccounting &accounting, const Scope &scope, Time now,
    std::vector<Attention> &out)
{
    struct Gathered {
        std::vector<NodeView> hosts;
        int tasks = 0;
        Time first = kNoTime, last = kNoTime; ///< of their last reports
    };
    std::map<std::pair<std::string_view, std::string_view>, Gathered> lines; // by status, and zone or else pool
    for (const NodeView host : cluster.nodes()) {
        if (host.state() == State::Ok || !scope.contains(host)) {
            continue;
        }
        Gathered &one = lines[{host.status(), host.zone().empty() ? host.pool() : host.zone()}];
        one.hosts.push_back(host);
        one.tasks += accounting.byNode[host].podsTotal;
        one.first = earlier(one.first, host.reported());
        one.last = std::max(one.last, host.reported());
    }
    for (auto &[key, gathered] : lines) {
        auto &hosts = gathered.hosts;
        std::sort(hosts.begin(), hosts.end(), [](const NodeView &a, const NodeView &b) { return a.name() < b.name(); });
        const auto &[status, where] = key;
        const int n = static_cast<int>(hosts.size());
        Attention line;
        line.problem = status == "DOWN";
        line.object = hosts.front().id();
        line.cluster = cluster.id();
        line.name = n == 1  ? std::string(hosts.front().name())
            : where.empty() ? countOf(n, "host", "hosts")
                            : countOf(n, "host", "hosts") + " in " + std::string(where);
        line.place = cluster.name();
        line.extent = countOf(n, "host", "hosts");
        line.size = n;
        line.since = status == "DOWN" ? gathered.first : kNoTime;
        const std::string them = n == 1 ? "Host" : "Hosts";
        const std::string tasks = gathered.tasks == 0
            ? std::string()
            : fmt::format("; {} {} {} last seen", n == 1 ? "its" : "their", countOf(gathered.tasks, "task", "tasks"),
                gathered.tasks == 1 ? "was" : "were");
        if (status == "DOWN") {
            line.cause = fmt::format("{} DOWN{}", them, tasks);
            if (!tasks.empty()) {
                line.cause +=
                    gathered.last == kNoTime ? " at a time nobody knows" : ' ' + formatAge(gathered.last, now) + " ago";
            }
        } else if (status == "Unreadable") {
            line.cause = fmt::format("The master cannot read {}; what stands here is what was read last",
                n == 1 ? "this host" : "these hosts");
        } else if (status == "Not registered") {
            line.cause = fmt::format("The master lists {} and knows nothing of {}: registered by halves",
                n == 1 ? "this host" : "these hosts", n == 1 ? "it" : "them");
        } else {
            line.cause = them + ' ' + std::string(status);
        }
        out.push_back(std::move(line));
    }
}

void addGroups(const ClusterSnapshot &cluster, const Scope &scope, std::vector<Attention> &out)
{
    for (const WorkloadView group : cluster.workloads()) {
        if (group.rolloutStatus() != "FAILED" || !scope.contains(group)) {
            continue; // jobs, and groups of which tasks are unwell: their tasks say it
        }
        const auto unpacked = group.rollout();
        const RolloutDraft &rollout = *unpacked;
        const auto failed = std::count_if(
            rollout.hosts.begin(), rollout.hosts.end(), [](const RolloutDraft::Host &host) { return host.failed; });
        Attention line;
        line.problem = rollout.error != "Stopped by user";
        line.object = group.id();
        line.cluster = cluster.id();
        line.name = group.name();
        line.place = cluster.name();
        line.cause = failed == 0 ? std::string("Rolling update FAILED")
                                 : "Rolling update FAILED on " + countOf(static_cast<int>(failed), "host", "hosts");
        if (!rollout.error.empty()) {
            line.cause += ": " + sentence(rollout.error);
        }
        line.extent = "group";
        out.push_back(std::move(line));
    }
}

void addCluster(const ClusterSnapshot &cluster, const ClusterAccounting &accounting, const Scope &scope, Time now,
    std::vector<Attention> &out)
{
    if (cluster.status().orchestrator == Orchestrator::Helios) {
        if (scope.team.empty()) {
            addHosts(cluster, accounting, scope, now, out);
        }
        addTasks(cluster, scope, out);
        addGroups(cluster, scope, out);
        return;
    }
    if (scope.ns.empty() && scope.team.empty()) {
        addNodes(cluster, scope, out);
    }
    addPods(cluster, accounting, scope, now, out);
    addRollouts(cluster, scope, out);
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
        const ClusterStatus &status = cluster.status();
        const bool old = status.connection == Connection::Stale && status.heard != kNoTime;
        const std::size_t before = out.size();
        addCluster(cluster, picture.accounting(i), scope, old ? std::min(status.heard, now) : now, out);
        for (std::size_t line = before; old && line < out.size(); ++line) {
            out[line].asOf = status.heard;
        }
    }
    std::stable_sort(out.begin(), out.end(), [](const Attention &a, const Attention &b) {
        const bool nodeA = std::holds_alternative<NodeId>(a.object), nodeB = std::holds_alternative<NodeId>(b.object);
        return std::tuple(!a.problem, -a.size, !nodeA, a.place, a.name)
            < std::tuple(!b.problem, -b.size, !nodeB, b.place, b.name);
    });
    return out;
}

bool sameAttention(const Picture &before, const Picture &now)
{
    if (before.clusters() != now.clusters()) {
        return false;
    }
    for (std::size_t i = 0; i < now.clusters(); ++i) {
        const ClusterSnapshot &a = before.cluster(i), &b = now.cluster(i);
        if (a.id() != b.id() || a.name() != b.name() || a.status().connection != b.status().connection
            || b.status().connection == Connection::Stale // as of when it was heard
            || PodView::columns(a).chunks() != PodView::columns(b).chunks()
            || WorkloadView::columns(a).chunks() != WorkloadView::columns(b).chunks()) {
            return false;
        }
        // Of nodes the usage lies beside the rest.
        const auto &nodesThen = NodeView::columns(a), &nodesNow = NodeView::columns(b);
        if (nodesThen.slots() != nodesNow.slots()) {
            return false;
        }
        for (std::uint32_t slot = 0; slot < nodesNow.slots(); ++slot) {
            if (nodesThen.birth(slot) != nodesNow.birth(slot) || nodesThen.revision(slot) != nodesNow.revision(slot)) {
                return false;
            }
        }
    }
    return true;
}

} // namespace sextant
