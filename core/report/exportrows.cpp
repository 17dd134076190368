// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "core/report/export.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>
#include <set>
#include <tuple>

namespace sextant::report {

namespace {

using RowSink = std::function<void(std::span<const Cell>)>;
using Keep = std::function<bool(const AnyId &)>;

std::string joined(const std::set<std::string_view> &names)
{
    std::string out;
    for (const auto name : names) {
        out += (out.empty() ? "" : ",") + std::string(name);
    }
    return out;
}

/// Containers of a pod that lack a CPU or a memory limit.
std::set<std::string_view> unlimitedOf(const PodView &pod)
{
    std::set<std::string_view> names;
    for (const auto name : pod.unlimitedCpu()) {
        names.insert(name);
    }
    for (const auto name : pod.unlimitedMemory()) {
        names.insert(name);
    }
    return names;
}

bool ofHelios(const ClusterSnapshot &cluster) { return cluster.status().orchestrator == Orchestrator::Helios; }

/// As the contract names kinds: a Helios job is a Job, as its cluster says whose.
std::string_view exportedKind(std::string_view kind)
{
    return kind == workloadKindWord(WorkloadKind::HeliosJob) ? workloadKindWord(WorkloadKind::Job) : kind;
}

/// What Helios has no word for is unknown there; elsewhere an empty text is a known nothing.
Cell textUnlessHelios(const ClusterSnapshot &cluster, std::string_view text)
{
    return text.empty() && ofHelios(cluster) ? Cell{} : Cell::of(text);
}

/// Clusters by name; the contract sorts by it.
std::vector<std::size_t> clusterOrder(const Picture &picture, const Scope &scope)
{
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < picture.clusters(); ++i) {
        if (scope.cluster == ClusterId::None || picture.cluster(i).id() == scope.cluster) {
            order.push_back(i);
        }
    }
    std::stable_sort(order.begin(), order.end(),
        [&](std::size_t a, std::size_t b) { return picture.cluster(a).name() < picture.cluster(b).name(); });
    return order;
}

void podRows(const Picture &picture, const Scope &scope, const RowSink &row, const Keep &keep)
{
    for (const auto i : clusterOrder(picture, scope)) {
        const ClusterSnapshot &cluster = picture.cluster(i);
        std::vector<std::uint32_t> slots;
        for (const PodView pod : cluster.pods()) {
            if (scope.contains(pod) && (!keep || keep(pod.id()))) {
                slots.push_back(pod.slot());
            }
        }
        std::sort(slots.begin(), slots.end(), [&](std::uint32_t a, std::uint32_t b) {
            const PodView x(cluster, a), y(cluster, b);
            return std::tuple(x.ns(), x.name(), x.node()) < std::tuple(y.ns(), y.name(), y.node());
        });
        for (const auto slot : slots) {
            const PodView pod(cluster, slot);
            // A bare pod stands among the workloads as itself; it has no owner.
            const auto workload = cluster.workloadBySlot(pod.workloadSlot());
            const bool bare = workload && workload->kind() == WorkloadKind::Pod;
            const std::string ready = std::to_string(pod.ready()) + '/' + std::to_string(pod.containersTotal());
            const std::string created = formatTime(pod.created());
            const std::string uid = pod.uid();
            const std::string unlimited = joined(unlimitedOf(pod));
            const Cell cells[] = {Cell::of(cluster.name()), Cell::of(pod.ns()), Cell::of(pod.name()),
                pod.readyKnown() ? Cell::of(ready) : Cell{}, Cell::of(pod.status()),
                pod.restartsKnown() ? Cell::of(static_cast<std::int64_t>(pod.restarts())) : Cell{},
                textUnlessHelios(cluster, created), Cell::of(pod.node()), textUnlessHelios(cluster, pod.ip()),
                Cell::of(bare ? std::string_view() : exportedKind(pod.workloadKind())),
                Cell::of(bare ? std::string_view() : pod.workloadName()), textUnlessHelios(cluster, pod.qos()),
                Cell::of(pod.cpuRequested()), Cell::of(pod.cpuLimit()), Cell::of(pod.cpuUsed()),
                Cell::of(pod.memoryRequested()), Cell::of(pod.memoryLimit()), Cell::of(pod.memoryUsed()),
                Cell::of(pod.phase()), Cell::of(uid), Cell::of(unlimited)};
            row(cells);
        }
    }
}

void nodeRows(const Picture &picture, const Scope &scope, const RowSink &row, const Keep &keep)
{
    for (const auto i : clusterOrder(picture, scope)) {
        const ClusterSnapshot &cluster = picture.cluster(i);
        const ClusterAccounting &accounting = picture.accounting(i);
        std::vector<std::uint32_t> slots;
        for (const NodeView node : cluster.nodes()) {
            if (scope.contains(node) && (!keep || keep(node.id()))) {
                slots.push_back(node.slot());
            }
        }
        std::sort(slots.begin(), slots.end(), [&](std::uint32_t a, std::uint32_t b) {
            return NodeView(cluster, a).name() < NodeView(cluster, b).name();
        });
        for (const auto slot : slots) {
            const NodeView node(cluster, slot);
            const NodeDraft draft = node.draft();
            const Sums sums = accounting.byNode[node];
            std::string roles;
            for (const auto &role : draft.roles) {
                roles += (roles.empty() ? "" : ",") + role;
            }
            std::int64_t unlimited = 0;
            for (const auto onIt : accounting.byNode.pods(slot)) {
                const PodView pod(cluster, onIt);
                if (pod.counts() && (pod.cpuUnlimited() || pod.memoryUnlimited())) {
                    unlimited += static_cast<std::int64_t>(unlimitedOf(pod).size());
                }
            }
            const std::string created = formatTime(draft.created);
            const bool tells = !draft.silent; // what a host that is down said last is no figure of now
            const std::string load = tells && draft.loadAverage && std::isfinite(*draft.loadAverage)
                ? fmt::format("{}", *draft.loadAverage)
                : std::string();
            const Cell cells[] = {Cell::of(cluster.name()), Cell::of(draft.name), Cell::of(draft.status),
                Cell::of(roles), textUnlessHelios(cluster, draft.version), textUnlessHelios(cluster, created),
                Cell::of(std::int64_t{sums.pods}), Cell::of(node.podsAllocatable()), Cell::of(draft.capacity.cpu),
                Cell::of(node.cpuAllocatable()), Cell::of(sums.cpu.requested), Cell::of(sums.cpu.limit),
                Cell::of(node.cpuUsed()), Cell::of(draft.capacity.memory), Cell::of(node.memoryAllocatable()),
                Cell::of(sums.memory.requested), Cell::of(sums.memory.limit), Cell::of(node.memoryUsed()),
                Cell::of(unlimited), load.empty() ? Cell{} : Cell{Cell::Type::Real, 0, load},
                tells ? Cell::of(draft.memoryInUse) : Cell{}};
            row(cells);
        }
    }
}

void workloadRows(const Picture &picture, const Scope &scope, const RowSink &row, const Keep &keep)
{
    for (const auto i : clusterOrder(picture, scope)) {
        const ClusterSnapshot &cluster = picture.cluster(i);
        const ClusterAccounting &accounting = picture.accounting(i);
        std::vector<std::uint32_t> slots;
        for (const WorkloadView workload : cluster.workloads()) {
            if (workload.topmost() && scope.contains(workload) && (!keep || keep(workload.id()))) {
                slots.push_back(workload.slot());
            }
        }
        std::sort(slots.begin(), slots.end(), [&](std::uint32_t a, std::uint32_t b) {
            const WorkloadView x(cluster, a), y(cluster, b);
            return std::tuple(x.ns(), x.name(), exportedKind(x.kindText()))
                < std::tuple(y.ns(), y.name(), exportedKind(y.kindText()));
        });
        for (const auto slot : slots) {
            const WorkloadView workload(cluster, slot);
            const WorkloadDraft draft = workload.draft();
            const Sums sums = accounting.byWorkload[slot];
            const std::string created = formatTime(draft.created);
            const Cell cells[] = {Cell::of(cluster.name()), Cell::of(draft.ns), Cell::of(exportedKind(draft.kindText)),
                Cell::of(draft.name), Cell::of(draft.desired), Cell::of(draft.ready), Cell::of(draft.updated),
                Cell::of(draft.available), textUnlessHelios(cluster, created), Cell::of(workload.team()),
                Cell::of(sums.cpu.requested), Cell::of(sums.cpu.used), Cell::of(sums.memory.requested),
                Cell::of(sums.memory.used)};
            row(cells);
        }
    }
}

/// The newest sample within a scope; kNoTime without one.
Time sampledAt(const Picture &picture, const Scope &scope)
{
    Time newest = kNoTime;
    for (std::size_t i = 0; i < picture.clusters(); ++i) {
        const ClusterSnapshot &cluster = picture.cluster(i);
        if (scope.cluster != ClusterId::None && scope.cluster != cluster.id()) {
            continue;
        }
        for (const NodeView node : cluster.nodes()) {
            if (node.cpuUsed().known() && scope.contains(node)) {
                newest = std::max(newest, node.usageSampledAt());
            }
        }
        for (const PodView pod : cluster.pods()) {
            if (pod.cpuUsed().known() && pod.usageSampledAt() > newest && scope.contains(pod)) {
                newest = pod.usageSampledAt();
            }
        }
    }
    return newest;
}

void capacityRows(const Picture &picture, const Scope &scope, const RowSink &row)
{
    const auto emit = [&](std::string_view kind, const std::string &name, const Sums &sums, Time sampled) {
        const std::string at = formatTime(sampled);
        const Cell when = at.empty() ? Cell{} : Cell::of(at);
        const auto resource = [&](std::string_view word, std::string_view unit, const ResourceSums &r) {
            const Cell cells[] = {Cell::of(kind), Cell::of(name), Cell::of(word), Cell::of(unit), Cell::of(r.capacity),
                Cell::of(r.allocatable), Cell::of(r.requested), Cell::of(r.limit), Cell::of(r.used), when};
            row(cells);
        };
        resource("cpu", "millicores", sums.cpu);
        resource("memory", "bytes", sums.memory);
        const Cell pods[] = {Cell::of(kind), Cell::of(name), Cell::of("pods"), Cell::of("pods"), Cell{},
            Cell::of(sums.podsAllocatable), Cell::of(std::int64_t{sums.pods}), Cell{},
            Cell::of(std::int64_t{sums.pods}), Cell{}};
        row(pods);
    };
    if (scope.cluster == ClusterId::None) {
        emit("fleet", "", picture.sums(scope), sampledAt(picture, scope));
    }
    for (const auto i : clusterOrder(picture, scope)) {
        const ClusterSnapshot &cluster = picture.cluster(i);
        Scope own = scope;
        own.cluster = cluster.id();
        emit("cluster", cluster.name(), picture.sums(own), sampledAt(picture, own));
        std::set<std::string> pools, namespaces;
        for (const NodeView node : cluster.nodes()) {
            if (scope.pool.empty() || node.pool() == scope.pool) {
                pools.insert(std::string(node.pool()));
            }
        }
        for (const NamespaceView ns : cluster.namespaces()) {
            if (scope.ns.empty() || ns.draft().name == scope.ns) {
                namespaces.insert(ns.draft().name);
            }
        }
        for (const auto &pool : pools) {
            if (!pool.empty()) {
                Scope part = own;
                part.pool = pool;
                emit("pool", cluster.name() + '/' + pool, picture.sums(part), sampledAt(picture, part));
            }
        }
        for (const auto &ns : namespaces) {
            Scope part = own;
            part.ns = ns;
            emit("namespace", cluster.name() + '/' + ns, picture.sums(part), sampledAt(picture, part));
        }
    }
}

void migrationRows(const Picture &picture, const Scope &scope, const migration::Progress &progress, const RowSink &row)
{
    for (const migration::Service &service : progress.services) {
        if (!contains(scope, service, picture)) {
            continue;
        }
        const std::string since = formatTime(service.since);
        const migration::Side &helios = service.helios, &kubernetes = service.kubernetes;
        const auto count = [](const migration::Side &side, int value) {
            return side.seen ? Cell::of(std::int64_t{value}) : Cell{};
        };
        const Cell cells[] = {Cell::of(service.name), Cell::of(migration::stageKey(service.stage)),
            since.empty() ? Cell{} : Cell::of(since), Cell::of(service.owner), count(helios, helios.instances),
            count(helios, helios.healthy), count(kubernetes, kubernetes.instances),
            count(kubernetes, kubernetes.healthy), Cell::of(helios.cpuRequested), Cell::of(kubernetes.cpuRequested),
            Cell::of(helios.memoryRequested), Cell::of(kubernetes.memoryRequested), Cell::of(service.matchedBy)};
        row(cells);
    }
}

} // namespace

bool contains(const Scope &scope, const migration::Service &service, const Picture &picture)
{
    if (!scope.team.empty() && service.owner != scope.team) {
        return false;
    }
    if (scope.cluster == ClusterId::None && scope.ns.empty()) {
        return true;
    }
    const auto fits = [&](const WorkloadId &id) {
        const auto workload = picture.snapshot().find(id);
        return (scope.cluster == ClusterId::None || id.cluster == scope.cluster)
            && (scope.ns.empty() || (workload && workload->ns() == scope.ns));
    };
    const auto any = [&](const migration::Side &side) {
        return std::any_of(side.workloads.begin(), side.workloads.end(), fits);
    };
    return any(service.helios) || any(service.kubernetes);
}

const std::vector<std::string_view> &exportColumns(ExportKind kind)
{
    static const std::vector<std::string_view> pods{"cluster", "namespace", "name", "ready", "status", "restarts",
        "created", "node", "ip", "owner_kind", "owner_name", "qos", "cpu_requested_millicores", "cpu_limit_millicores",
        "cpu_used_millicores", "memory_requested_bytes", "memory_limit_bytes", "memory_used_bytes", "phase", "uid",
        "unlimited_containers"};
    static const std::vector<std::string_view> nodes{"cluster", "name", "status", "roles", "version", "created", "pods",
        "pods_allocatable", "cpu_capacity_millicores", "cpu_allocatable_millicores", "cpu_requested_millicores",
        "cpu_limit_millicores", "cpu_used_millicores", "memory_capacity_bytes", "memory_allocatable_bytes",
        "memory_requested_bytes", "memory_limit_bytes", "memory_used_bytes", "unlimited_containers", "load_average",
        "memory_in_use_with_caches_bytes"};
    static const std::vector<std::string_view> workloads{"cluster", "namespace", "kind", "name", "desired", "ready",
        "updated", "available", "created", "owner", "cpu_requested_millicores", "cpu_used_millicores",
        "memory_requested_bytes", "memory_used_bytes"};
    static const std::vector<std::string_view> capacity{"scope_kind", "scope", "resource", "unit", "capacity",
        "allocatable", "requested", "limit", "used", "sampled_at"};
    static const std::vector<std::string_view> services{"service", "stage", "since", "owner", "helios_instances",
        "helios_healthy", "kubernetes_instances", "kubernetes_healthy", "helios_cpu_requested_millicores",
        "kubernetes_cpu_requested_millicores", "helios_memory_requested_bytes", "kubernetes_memory_requested_bytes",
        "matched_by"};
    switch (kind) {
    case ExportKind::Pods:
        return pods;
    case ExportKind::Nodes:
        return nodes;
    case ExportKind::Workloads:
        return workloads;
    case ExportKind::Migration:
        return services;
    case ExportKind::Capacity:
        break;
    }
    return capacity;
}

void exportRows(ExportKind kind, const Picture &picture, const Scope &scope, const RowSink &row, const Keep &keep,
    const migration::Progress *progress)
{
    switch (kind) {
    case ExportKind::Pods:
        podRows(picture, scope, row, keep);
        break;
    case ExportKind::Nodes:
        nodeRows(picture, scope, row, keep);
        break;
    case ExportKind::Workloads:
        workloadRows(picture, scope, row, keep);
        break;
    case ExportKind::Capacity:
        capacityRows(picture, scope, row);
        break;
    case ExportKind::Migration:
        if (progress != nullptr) {
            migrationRows(picture, scope, *progress, row);
        }
        break;
    }
}

} // namespace sextant::report
