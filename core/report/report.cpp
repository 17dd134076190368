// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/report.h"

#include "core/base/format.h"
#include "core/report/parts.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>

namespace sextant::report {

namespace {

std::string clock(Time time)
{
    const std::string text = formatTime(time);
    return text.empty() ? std::string() : text.substr(0, 10) + ' ' + text.substr(11, 5);
}

/// What Helios calls the things it cannot read.
std::string_view unreadableWord(ResourceKind kind, std::size_t n)
{
    switch (kind) {
    case ResourceKind::Jobs:
        return n == 1 ? "job" : "jobs";
    case ResourceKind::DeploymentGroups:
        return n == 1 ? "deployment group" : "deployment groups";
    default:
        return n == 1 ? "host" : "hosts";
    }
}

bool heard(const ClusterStatus &status) { return status.connection == Connection::Live; }

Figures figuresOf(
    const Picture &picture, const ClusterSnapshot &cluster, const Scope &scope, std::string kind, std::string name)
{
    Figures figures;
    figures.kind = std::move(kind);
    figures.cluster = cluster.name();
    figures.name = std::move(name);
    figures.orchestrator = cluster.status().orchestrator;
    figures.sums = picture.sums(scope);
    figures.allocatableOfCluster = !scope.ns.empty() || !scope.team.empty();
    figures.stale = !heard(cluster.status());
    figures.complete = cluster.status().settled() && !cluster.status().partial();
    return figures;
}

void addParts(const Picture &picture, const ReportOptions &options, Report &report)
{
    for (std::size_t i = 0; i < picture.clusters(); ++i) {
        const ClusterSnapshot &cluster = picture.cluster(i);
        const bool helios = cluster.status().orchestrator == Orchestrator::Helios;
        if ((options.scope.cluster != ClusterId::None && options.scope.cluster != cluster.id())
            || (helios && !options.scope.ns.empty())) { // it has no namespaces
            continue;
        }
        Scope own = options.scope;
        own.cluster = cluster.id();
        report.clusters.push_back(figuresOf(picture, cluster, own, "cluster", cluster.name()));
        if (options.pools) {
            std::map<std::string, bool> pools;
            for (const NodeView node : cluster.nodes()) {
                if (!node.pool().empty() && options.scope.contains(node)) {
                    pools.emplace(node.pool(), true);
                }
            }
            for (const auto &[pool, unused] : pools) {
                Scope part = own;
                part.pool = pool;
                report.pools.push_back(figuresOf(picture, cluster, part, "pool", pool));
            }
        }
        if (options.namespaces) {
            for (const NamespaceView ns : cluster.namespaces()) {
                if (options.scope.ns.empty() || options.scope.ns == ns.draft().name) {
                    Scope part = own;
                    part.ns = ns.draft().name;
                    report.namespaces.push_back(figuresOf(picture, cluster, part, "namespace", ns.draft().name));
                }
            }
        }
    }
    if (options.teams) {
        std::map<std::string, Sums> teams;
        for (const auto &cluster : picture.snapshot().clusters()) {
            for (const PodView pod : cluster->pods()) {
                if (!pod.team().empty() && options.scope.contains(pod)) {
                    teams.try_emplace(std::string(pod.team()));
                }
            }
        }
        for (auto &[team, sums] : teams) {
            Scope part = options.scope;
            part.team = team;
            Figures figures;
            figures.kind = "team";
            figures.name = team;
            figures.sums = picture.sums(part);
            figures.allocatableOfCluster = true;
            report.teams.push_back(std::move(figures));
        }
    }
    const auto byCpu = [](const Figures &a, const Figures &b) { return a.sums.cpu.requested > b.sums.cpu.requested; };
    std::stable_sort(report.pools.begin(), report.pools.end(), byCpu);
    std::stable_sort(report.namespaces.begin(), report.namespaces.end(), byCpu);
    std::stable_sort(report.teams.begin(), report.teams.end(), byCpu);
}

Distribution distributionOf(const Picture &picture, const Scope &scope, bool cpu, Orchestrator orchestrator)
{
    Distribution out;
    out.ofCapacity = orchestrator == Orchestrator::Helios;
    out.title = std::string(out.ofCapacity ? "Helios hosts" : "Nodes") + (cpu ? " by CPU" : " by memory");
    const auto bucket = [](std::int64_t part, std::int64_t whole) {
        return static_cast<std::size_t>(std::clamp<std::int64_t>(part * 20 / whole, 0, 19));
    };
    for (std::size_t i = 0; i < picture.clusters(); ++i) {
        const ClusterSnapshot &cluster = picture.cluster(i);
        if (cluster.status().orchestrator != orchestrator) {
            continue;
        }
        for (const NodeView node : cluster.nodes()) {
            const auto whole = cpu ? node.cpuWhole().value : node.memoryWhole().value;
            if (!scope.contains(node) || whole == Count::kUnknown || whole <= 0) {
                continue;
            }
            const Sums own = picture.accounting(i).byNode[node];
            const ResourceSums &sums = cpu ? own.cpu : own.memory;
            ++out.nodes;
            if (sums.requested == Count::kUnknown) {
                ++out.undeclared;
            } else {
                ++out.requested[bucket(sums.requested, whole)];
            }
            if (sums.used == Count::kUnknown) {
                ++out.unsampled;
            } else {
                ++out.used[bucket(sums.used, whole)];
            }
        }
    }
    return out;
}

void addCharts(const Recorder *history, const ReportOptions &options, Report &report)
{
    if (history == nullptr) {
        return;
    }
    auto samples = history->series(options.scope);
    if (options.period.count() > 0) {
        std::erase_if(samples, [&](const Sample &sample) { return sample.at < options.now - options.period; });
    }
    if (samples.size() < 2) {
        return;
    }
    const bool simulated = std::any_of(samples.begin(), samples.end(), [](const Sample &s) { return s.simulated; });
    Chart cpu;
    cpu.title = "CPU, cores";
    cpu.unit = "cores";
    cpu.scale = 1000;
    cpu.samples = samples;
    cpu.simulated = simulated;
    cpu.ofCapacity = std::none_of(samples.begin(), samples.end(),
        [](const Sample &s) { return s.cpuAllocatable != Count::kUnknown || s.memoryAllocatable != Count::kUnknown; });
    Chart memory = cpu;
    const Sample &newest = samples.back();
    const bool large = (cpu.ofCapacity ? newest.memoryCapacity : newest.memoryAllocatable) >= 10'000LL << 30;
    memory.title = large ? "Memory, Ti" : "Memory, Gi";
    memory.unit = large ? "Ti" : "Gi";
    memory.scale = 1024.0 * 1024 * 1024 * (large ? 1024 : 1);
    memory.cpu = false;
    report.charts = {cpu, memory};
    report.period = clock(samples.front().at) + " to " + clock(samples.back().at) + " UTC";
}

/// Hosts that are down: what is said of them and their tasks is the last known. Not missing, but not of now.
void addSilentHosts(const Picture &picture, const ReportOptions &options, Report &report)
{
    for (std::size_t i = 0; i < picture.clusters(); ++i) {
        const ClusterSnapshot &cluster = picture.cluster(i);
        if (cluster.status().orchestrator != Orchestrator::Helios) {
            continue;
        }
        int hosts = 0, tasks = 0;
        for (const NodeView host : cluster.nodes()) {
            if (host.status() == "DOWN" && options.scope.contains(host)) {
                ++hosts;
                tasks += picture.accounting(i).byNode[host].podsTotal;
            }
        }
        if (hosts > 0) {
            report.missing.push_back(fmt::format("{}: {} {} DOWN; their {} tasks are shown as last known, and their "
                                                 "load and memory in use are in no sum",
                cluster.name(), formatCount(hosts), hosts == 1 ? "host is" : "hosts are", formatCount(tasks)));
        }
    }
}

} // namespace

std::string scopeText(const Picture &picture, const Scope &scope)
{
    if (scope.whole()) {
        return "Whole fleet";
    }
    std::string text;
    const auto add = [&text](const std::string &part) { text += (text.empty() ? "" : " › ") + part; };
    if (scope.cluster != ClusterId::None) {
        const auto *cluster = picture.snapshot().cluster(scope.cluster);
        add(cluster != nullptr ? cluster->name() : "removed cluster");
    }
    if (!scope.pool.empty()) {
        add("pool " + scope.pool);
    }
    if (!scope.ns.empty()) {
        add("namespace " + scope.ns);
    }
    if (!scope.team.empty()) {
        add("owner " + scope.team);
    }
    return text;
}

std::vector<std::string> missingParts(const Picture &picture, const Scope &scope, Time now)
{
    std::vector<std::string> out;
    for (const auto &cluster : picture.snapshot().clusters()) {
        if (scope.cluster != ClusterId::None && scope.cluster != cluster->id()) {
            continue;
        }
        const ClusterStatus &status = cluster->status();
        const std::string reason = status.error ? ": " + status.error->text() : std::string();
        if (status.connection == Connection::Failed || status.connection == Connection::Connecting) {
            out.push_back(cluster->name() + ": nothing could be read" + reason);
            continue;
        }
        if (status.connection == Connection::Stale) {
            out.push_back(fmt::format("{}: not heard for {}{}; its figures are of {}", cluster->name(),
                formatAge(status.heard, now), reason, formatTime(status.heard)));
        }
        for (int i = 0; i < kResourceKinds; ++i) {
            const auto kind = static_cast<ResourceKind>(i);
            if (!applies(status.orchestrator, kind)) {
                continue;
            }
            const ResourceStatus &resource = status.of(kind);
            if (!applies(status.orchestrator, kind)) {
                continue;
            }
            const bool metrics = kind == ResourceKind::NodeMetrics || kind == ResourceKind::PodMetrics;
            const std::string name = cluster->name() + ": " + std::string(resourceWord(kind)) + " ";
            const std::string words = resource.error ? ": " + resource.error->text() : std::string();
            if (resource.sync == Sync::Forbidden) {
                out.push_back(name + "may not be listed" + words);
            } else if (resource.sync == Sync::Failed) {
                out.push_back(name + "could not be read" + words);
            } else if (resource.sync == Sync::Loading || resource.sync == Sync::Waiting) {
                out.push_back(name + "are not read to the end yet");
            } else if (resource.sync == Sync::Absent && metrics) {
                out.push_back(name + "are not served (no metrics-server): usage is unknown");
            }
            if (!resource.namespaces.empty()) {
                out.push_back(name + "are read of these namespaces only: " + listed(resource.namespaces));
            }
            if (const auto n = resource.unreadable.size(); n > 0) {
                out.push_back(fmt::format("{}: the master cannot read {} {}, whose figures are missing: {}",
                    cluster->name(), formatCount(static_cast<std::int64_t>(n)), unreadableWord(kind, n),
                    listed(resource.unreadable)));
            }
        }
    }
    return out;
}

Result<Report> buildReport(const Picture &picture, const Recorder *history, const ReportOptions &options)
{
    if (options.period.count() > 0) {
        const auto samples = history == nullptr ? std::vector<Sample>() : history->series(options.scope);
        const auto held = samples.empty() ? std::chrono::seconds(0) : options.now - samples.front().at;
        if (options.period > held + Recorder::kEvery) {
            return Error{ErrorCode::Usage,
                fmt::format("{} were asked for, but only {} of history are held", formatDuration(options.period),
                    formatDuration(held)),
                "--period",
                "History is kept in memory for the last hour of a running program; leave --period out for an instant"};
        }
    }
    Report report;
    report.title = "Fleet utilization";
    report.scope = scopeText(picture, options.scope);
    report.made = options.now;
    report.period = "instant of " + clock(options.now) + " UTC; no history is kept, distributions stand in for it";
    for (const auto &cluster : picture.snapshot().clusters()) {
        report.demo = report.demo || cluster->status().demo;
    }
    report.total.kind = "fleet";
    report.total.name = report.scope;
    report.total.sums = picture.sums(options.scope);
    report.total.allocatableOfCluster = !options.scope.ns.empty() || !options.scope.team.empty();
    addParts(picture, options, report);
    if (options.attention) {
        report.attention = attention(picture, options.scope, options.now);
    }
    if (options.distribution) {
        for (const Orchestrator orchestrator : {Orchestrator::Kubernetes, Orchestrator::Helios}) {
            for (const bool cpu : {true, false}) {
                Distribution part = distributionOf(picture, options.scope, cpu, orchestrator);
                // Without any cluster the pair of Kubernetes stands there, empty.
                if (part.nodes > 0 || (!part.ofCapacity && !sumsOf(report, Orchestrator::Helios))) {
                    report.distributions.push_back(std::move(part));
                }
            }
        }
    }
    addCharts(history, options, report);
    report.missing = missingParts(picture, options.scope, options.now);
    const bool lowerBounds = !report.missing.empty();
    addSilentHosts(picture, options, report);
    for (const auto &cluster : picture.snapshot().clusters()) {
        if (options.scope.cluster != ClusterId::None && options.scope.cluster != cluster->id()) {
            continue;
        }
        report.sources.push_back(sourceOf(*cluster, options.now));
    }
    addKeyFigures(report);
    addDefinitions(report);
    addMigration(report, picture, options);
    makeTables(report, options);
    report.summary = summaryOf(report, report.total.allocatableOfCluster, lowerBounds);
    return report;
}

std::string render(const Report &report, ReportFormat format)
{
    switch (format) {
    case ReportFormat::Html:
        return renderHtml(report);
    case ReportFormat::Markdown:
        return renderMarkdown(report);
    case ReportFormat::Csv:
        return renderCsv(report);
    case ReportFormat::Json:
        break;
    }
    return renderJson(report);
}

} // namespace sextant::report
