// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/report.h"

#include "core/base/format.h"

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
        if (options.scope.cluster != ClusterId::None && options.scope.cluster != cluster.id()) {
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

Distribution distributionOf(const Picture &picture, const Scope &scope, bool cpu)
{
    Distribution out;
    out.title = cpu ? "Nodes by CPU" : "Nodes by memory";
    const auto bucket = [](std::int64_t part, std::int64_t whole) {
        return static_cast<std::size_t>(std::clamp<std::int64_t>(part * 20 / whole, 0, 19));
    };
    for (std::size_t i = 0; i < picture.clusters(); ++i) {
        const ClusterSnapshot &cluster = picture.cluster(i);
        for (const NodeView node : cluster.nodes()) {
            const auto whole = cpu ? node.cpuAllocatable().value : node.memoryAllocatable().value;
            if (!scope.contains(node) || whole == Count::kUnknown || whole <= 0) {
                continue;
            }
            const ResourceSums &sums =
                cpu ? picture.accounting(i).byNode[node.slot()].cpu : picture.accounting(i).byNode[node.slot()].memory;
            ++out.nodes;
            ++out.requested[bucket(sums.requested, whole)];
            if (sums.used == Count::kUnknown) {
                ++out.unsampled;
            } else {
                ++out.used[bucket(sums.used, whole)];
            }
        }
    }
    return out;
}

std::string sharesOf(const ResourceSums &sums)
{
    const auto requested = percentOf(sums.requested, sums.allocatable);
    const auto used = percentOf(sums.used, sums.allocatable);
    if (!requested && !used) {
        return "of unknown size";
    }
    return fmt::format("{} requested and {} used",
        requested ? formatPercent(sums.requested, sums.allocatable) : "unknown",
        used ? formatPercent(sums.used, sums.allocatable) : "unknown");
}

std::string summaryOf(const Report &report, bool clusterSizes)
{
    const Sums &sums = report.total.sums;
    std::string text;
    if (sums.nodes == 0 && sums.podsTotal == 0) {
        return "Nothing was read of this scope: see what is missing.";
    }
    const char *whole = clusterSizes ? "of what its clusters can allocate " : "";
    text += fmt::format("By CPU, {}{} is {}; by memory, {}. ", whole,
        report.scope == "Whole fleet" ? "the fleet" : report.scope, sharesOf(sums.cpu), sharesOf(sums.memory));
    text += fmt::format("{} of {} nodes are ready, and {} of {} pods that should run are; ",
        formatCount(sums.nodesReady), formatCount(sums.nodes), formatCount(sums.podsReady), formatCount(sums.pods));
    text += sums.unscheduled == 0 ? std::string("none waits for a node. ")
                                  : fmt::format("{} wait for a node. ", formatCount(sums.unscheduled));
    if (report.attention.empty()) {
        text += "Nothing needs attention.";
    } else {
        const Attention &worst = report.attention.front();
        const auto lines = report.attention.size();
        text += fmt::format("{} {} attention, first of all {} ({}): {}.", formatCount(static_cast<std::int64_t>(lines)),
            lines == 1 ? "thing needs" : "things need", worst.name, worst.place, worst.cause);
    }
    if (!report.missing.empty()) {
        text += " The figures are lower bounds: something is missing, as said below.";
    }
    return text;
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
    Chart memory = cpu;
    const bool large = samples.back().memoryAllocatable >= 10'000LL << 30;
    memory.title = large ? "Memory, Ti" : "Memory, Gi";
    memory.unit = large ? "Ti" : "Gi";
    memory.scale = 1024.0 * 1024 * 1024 * (large ? 1024 : 1);
    memory.cpu = false;
    report.charts = {cpu, memory};
    report.period = clock(samples.front().at) + " to " + clock(samples.back().at) + " UTC";
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
            const ResourceStatus &resource = status.of(kind);
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
                std::string names;
                for (const auto &ns : resource.namespaces) {
                    names += (names.empty() ? "" : ", ") + ns;
                }
                out.push_back(name + "are read of these namespaces only: " + names);
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
        report.distributions = {
            distributionOf(picture, options.scope, true), distributionOf(picture, options.scope, false)};
    }
    addCharts(history, options, report);
    report.missing = missingParts(picture, options.scope, options.now);
    for (const auto &cluster : picture.snapshot().clusters()) {
        if (options.scope.cluster != ClusterId::None && options.scope.cluster != cluster->id()) {
            continue;
        }
        const ClusterStatus &status = cluster->status();
        report.sources.push_back(fmt::format("{}: {} {} at {}, heard {}{}", cluster->name(),
            status.orchestrator == Orchestrator::Kubernetes ? "Kubernetes" : "Helios",
            status.version.empty() ? "of unknown version" : status.version, status.server,
            status.heard == kNoTime ? "never" : formatTime(status.heard), status.demo ? ", simulated (DEMO)" : ""));
    }
    const Sums &sums = report.total.sums;
    const bool ofClusters = report.total.allocatableOfCluster;
    const std::string whole = ofClusters ? "of the clusters' allocatable" : "of allocatable";
    report.figures = {
        {"CPU requested", formatPercent(sums.cpu.requested, sums.cpu.allocatable),
            fmt::format("{} of {} cores", formatCores(MilliCpu(sums.cpu.requested)),
                formatCores(MilliCpu(sums.cpu.allocatable)))},
        {"CPU used", formatPercent(sums.cpu.used, sums.cpu.allocatable), whole},
        {"Memory requested", formatPercent(sums.memory.requested, sums.memory.allocatable),
            fmt::format(
                "{} of {}", formatBytes(Bytes(sums.memory.requested)), formatBytes(Bytes(sums.memory.allocatable)))},
        {"Memory used", formatPercent(sums.memory.used, sums.memory.allocatable), whole},
    };
    report.definitions = {
        "Requested: declared. What the scheduler charges for each pod (init containers, sidecars, overhead, pod-level "
        "resources and a resize under way included), rounded up for each pod, summed over the pods that are neither "
        "Succeeded nor Failed.",
        "Used: measured by metrics.k8s.io. Of the nodes where they are sampled, of the pods under a namespace or "
        "owner. "
        "CPU is a mean over the sampling window, memory the working set.",
        "Allocatable: what the nodes offer to pods (capacity less what is reserved); capacity where a node does not "
        "say.",
        "Limit: declared. A sum over the pods that have one; pods with an unlimited container are counted beside it.",
        "Percentages are of allocatable. “—” means unknown, never zero. A sum followed by + is a lower bound.",
    };
    makeTables(report, options);
    report.summary = summaryOf(report, ofClusters);
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
