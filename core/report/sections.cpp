// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "core/report/report.h"

#include <algorithm>

namespace sextant::report {

namespace {

using Row = std::vector<ReportTable::Cell>;

double share(std::int64_t part, std::int64_t whole)
{
    const auto percent = percentOf(part, whole);
    return percent ? *percent / 100 : -1;
}

/// A lower bound says so with a +.
std::string bounded(std::string text, bool lower) { return lower && text != kUnknownText ? text + "+" : text; }

/// A sum of requests that not every pod declares is a lower bound.
std::string requestedText(const ResourceSums &sums, std::string text)
{
    return bounded(std::move(text), sums.wholeIsCapacity() && sums.undeclared > 0);
}

/// Capacity that stands for allocatable is marked.
std::string wholeText(const ResourceSums &sums, std::string text) { return sums.wholeIsCapacity() ? text + "†" : text; }
constexpr const char *kDagger =
    " †: capacity of Helios hosts, which have no allocatable; + where not every task declares "
    "what it requests.";

Row resourceRow(Row row, const Figures &figures)
{
    const Sums &sums = figures.sums;
    const auto add = [&row](std::string text) { row.push_back({std::move(text)}); };
    const auto bar = [&row](const ResourceSums &r) {
        row.push_back({"", share(r.requestedOfWhole(), r.whole()), share(r.used, r.whole())});
    };
    const bool lower = !figures.complete;
    add(requestedText(sums.cpu, formatCores(MilliCpu(sums.cpu.requestedOfWhole()))));
    add(wholeText(sums.cpu, bounded(formatCores(MilliCpu(sums.cpu.whole())), lower)));
    bar(sums.cpu);
    add(requestedText(sums.cpu, formatPercent(sums.cpu.requestedOfWhole(), sums.cpu.whole())));
    add(formatPercent(sums.cpu.used, sums.cpu.whole()));
    add(wholeText(sums.memory, bounded(formatBytes(Bytes(sums.memory.whole())), lower)));
    bar(sums.memory);
    add(requestedText(sums.memory, formatPercent(sums.memory.requestedOfWhole(), sums.memory.whole())));
    add(formatPercent(sums.memory.used, sums.memory.whole()));
    return row;
}

std::vector<ReportTable::Column> resourceColumns(std::vector<ReportTable::Column> columns, bool ofCluster)
{
    const std::string allocatable = ofCluster ? "clusters' alloc." : "CPU alloc.";
    for (const ReportTable::Column &column : std::initializer_list<ReportTable::Column>{{"cores req.", true},
             {allocatable, true}, {"CPU used in requested", false, true}, {"req.", true}, {"used", true},
             {ofCluster ? "clusters' mem." : "mem. alloc.", true}, {"memory used in requested", false, true},
             {"req.", true}, {"used", true}}) {
        columns.push_back(column);
    }
    return columns;
}

void clusterTable(Report &report)
{
    ReportTable table;
    table.title = "Clusters";
    table.columns = resourceColumns({{"cluster"}, {"nodes", true}, {"pods", true}}, report.total.allocatableOfCluster);
    for (const Figures &figures : report.clusters) {
        const bool lower = !figures.complete;
        table.rows.push_back(resourceRow(
            {{figures.name + (figures.stale ? " (stale)" : "")}, {bounded(formatCount(figures.sums.nodes), lower)},
                {bounded(formatCount(figures.sums.pods), lower)}},
            figures));
    }
    // Across both orchestrators nothing adds up: the total is of Kubernetes then.
    const auto helios =
        std::count_if(report.clusters.begin(), report.clusters.end(), [](const Figures &f) { return f.helios(); });
    const auto clusters = static_cast<std::ptrdiff_t>(report.clusters.size());
    const bool mixed = helios > 0 && helios < clusters;
    if (clusters - (mixed ? helios : 0) > 1) {
        Figures total = report.total;
        if (mixed) {
            total.sums = {};
        }
        total.complete = true;
        for (const Figures &figures : report.clusters) {
            if (!mixed || !figures.helios()) {
                total.complete = total.complete && figures.complete;
                if (mixed) {
                    total.sums.add(figures.sums);
                }
            }
        }
        table.rows.push_back(
            resourceRow({{mixed ? "Kubernetes" : "fleet"}, {bounded(formatCount(total.sums.nodes), !total.complete)},
                            {bounded(formatCount(total.sums.pods), !total.complete)}},
                total));
        table.lastIsTotal = true;
    }
    table.note = "Bars: used (dark) inside requested inside allocatable. Pods: neither Succeeded nor Failed.";
    table.note += helios > 0 ? kDagger : "";
    report.tables.push_back(std::move(table));
}

/// What Helios says of its hosts and nobody else does.
void heliosTable(Report &report)
{
    ReportTable table;
    table.title = "Helios hosts";
    table.columns = {{"cluster"}, {"up", true}, {"tasks", true}, {"declare CPU", true}, {"declare memory", true},
        {"load", true}, {"of cores", true}, {"in use, with caches", true}, {"of memory", true}};
    for (const Figures &figures : report.clusters) {
        if (!figures.helios()) {
            continue;
        }
        const Sums &sums = figures.sums;
        const auto declaring = [&](const ResourceSums &r) {
            return formatCount(sums.pods - r.undeclared) + " of " + formatCount(sums.pods);
        };
        const bool loaded = sums.loadHundredths != Count::kUnknown;
        table.rows.push_back({{figures.name + (figures.stale ? " (stale)" : "")},
            {formatCount(sums.nodesReady) + " of " + formatCount(sums.nodes)}, {formatCount(sums.pods)},
            {declaring(sums.cpu)}, {declaring(sums.memory)},
            {loaded ? formatCores(MilliCpu(sums.loadHundredths * 10)) : kUnknownText},
            {formatCores(MilliCpu(sums.cpu.capacity))}, {formatBytes(Bytes(sums.memoryInUse))},
            {formatBytes(Bytes(sums.memory.capacity))}});
    }
    if (table.rows.empty()) {
        return;
    }
    table.note = "Load and memory in use are of the hosts that are up and tell; cores and memory of all. They do not "
                 "compare with what Kubernetes measures as used.";
    report.tables.push_back(std::move(table));
}

void poolTable(Report &report)
{
    if (report.pools.empty()) {
        return;
    }
    ReportTable table;
    table.title = "Pools by CPU requested";
    table.columns = {{"pool"}, {"cluster"}, {"nodes", true}, {"cores", true}, {"CPU used in requested", false, true},
        {"req.", true}, {"used", true}, {"free cores", true}, {"free memory", true}};
    bool ofCapacity = false;
    for (const Figures &figures : report.pools) {
        const ResourceSums &cpu = figures.sums.cpu;
        const ResourceSums &memory = figures.sums.memory;
        const auto left = [](const ResourceSums &r) {
            // Of what not every task declares nobody knows what is left.
            const bool known = r.whole() != Count::kUnknown && r.requestedOfWhole() != Count::kUnknown
                && (!r.wholeIsCapacity() || r.undeclared == 0);
            return known ? r.whole() - r.requestedOfWhole() : Count::kUnknown;
        };
        ofCapacity = ofCapacity || cpu.wholeIsCapacity();
        table.rows.push_back({{figures.name}, {figures.cluster}, {formatCount(figures.sums.nodes)},
            {wholeText(cpu, formatCores(MilliCpu(cpu.whole())))},
            {"", share(cpu.requestedOfWhole(), cpu.whole()), share(cpu.used, cpu.whole())},
            {requestedText(cpu, formatPercent(cpu.requestedOfWhole(), cpu.whole()))},
            {formatPercent(cpu.used, cpu.whole())}, {formatCores(MilliCpu(left(cpu)))},
            {formatBytes(Bytes(left(memory)))}});
    }
    table.note = "Free: allocatable less requested, summed over nodes; a single pod cannot span two of them.";
    table.note += ofCapacity ? kDagger : "";
    report.tables.push_back(std::move(table));
}

Row holderRow(Row row, const Figures &figures)
{
    const Sums &sums = figures.sums;
    row.push_back({formatCount(sums.pods)});
    // Used of requested compares Kubernetes with itself: Helios measures none of its tasks.
    row.push_back({bounded(formatCores(MilliCpu(sums.cpu.requested)), sums.cpu.undeclared > 0)});
    row.push_back({formatCores(MilliCpu(sums.cpu.used))});
    row.push_back({formatPercent(sums.cpu.used, sums.cpu.charged)});
    row.push_back({bounded(formatBytes(Bytes(sums.memory.requested)), sums.memory.undeclared > 0)});
    row.push_back({formatBytes(Bytes(sums.memory.used))});
    row.push_back({formatPercent(sums.memory.used, sums.memory.charged)});
    row.push_back({formatCount(sums.cpu.unlimited)});
    return row;
}

void holderTable(
    Report &report, const std::vector<Figures> &parts, const std::string &title, bool withCluster, std::size_t most)
{
    if (parts.empty()) {
        return;
    }
    ReportTable table;
    table.title = title;
    table.columns = {{withCluster ? "namespace" : "owner"}};
    if (withCluster) {
        table.columns.push_back({"cluster"});
    }
    for (const char *name :
        {"pods", "cores req.", "cores used", "of req.", "mem. req.", "mem. used", "of req.", "no CPU limit"}) {
        table.columns.push_back({name, true});
    }
    const auto first = [&](const std::string &name, const std::string &cluster) {
        Row row{{name}};
        if (withCluster) {
            row.push_back({cluster});
        }
        return row;
    };
    for (std::size_t i = 0; i < std::min(most, parts.size()); ++i) {
        table.rows.push_back(holderRow(first(parts[i].name, parts[i].cluster), parts[i]));
    }
    if (parts.size() > most) {
        Figures rest;
        for (std::size_t i = most; i < parts.size(); ++i) {
            rest.sums.add(parts[i].sums);
        }
        table.rows.push_back(
            holderRow(first("other (" + formatCount(static_cast<std::int64_t>(parts.size() - most)) + ")", ""), rest));
        table.lastIsTotal = true;
    }
    table.note = "“Of req.”: used as a share of requested. “No CPU limit”: pods with a container without one.";
    if (std::any_of(
            parts.begin(), parts.end(), [](const Figures &f) { return f.sums.cpu.requested != f.sums.cpu.charged; })) {
        table.note += " Requested includes Helios tasks, + where not every one declares it; used and its share are of "
                      "Kubernetes pods.";
    }
    report.tables.push_back(std::move(table));
}

void attentionTable(Report &report, Time now)
{
    if (report.attention.empty()) {
        return;
    }
    ReportTable table;
    table.title = "Needs attention";
    table.columns = {{"severity"}, {"what"}, {"where"}, {"cause"}, {"extent", true}, {"since", true}};
    constexpr std::size_t kMost = 40;
    for (std::size_t i = 0; i < std::min(kMost, report.attention.size()); ++i) {
        const Attention &line = report.attention[i];
        table.rows.push_back({{line.problem ? "problem" : "warning"}, {line.name}, {line.place}, {line.cause},
            {line.extent}, {line.since == kNoTime ? kUnknownText : formatAge(line.since, now)}});
    }
    if (report.attention.size() > kMost) {
        table.note = "The worst " + formatCount(kMost) + " of "
            + formatCount(static_cast<std::int64_t>(report.attention.size())) + ".";
    }
    report.tables.push_back(std::move(table));
}

} // namespace

void makeTables(Report &report, const ReportOptions &options)
{
    if (options.clusters) {
        clusterTable(report);
        heliosTable(report);
    }
    if (options.pools) {
        poolTable(report);
    }
    if (options.teams) {
        holderTable(report, report.teams, "Owners by CPU requested", false, options.mostNamespaces);
    }
    if (options.namespaces) {
        holderTable(report, report.namespaces, "Namespaces by CPU requested", true, options.mostNamespaces);
    }
    if (options.attention) {
        attentionTable(report, options.now);
    }
}

} // namespace sextant::report
