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

Row resourceRow(Row row, const Figures &figures)
{
    const Sums &sums = figures.sums;
    const auto add = [&row](std::string text) { row.push_back({std::move(text)}); };
    const auto bar = [&row](const ResourceSums &r) {
        row.push_back({"", share(r.requested, r.allocatable), share(r.used, r.allocatable)});
    };
    const bool lower = !figures.complete;
    add(formatCores(MilliCpu(sums.cpu.requested)));
    add(bounded(formatCores(MilliCpu(sums.cpu.allocatable)), lower));
    bar(sums.cpu);
    add(formatPercent(sums.cpu.requested, sums.cpu.allocatable));
    add(formatPercent(sums.cpu.used, sums.cpu.allocatable));
    add(bounded(formatBytes(Bytes(sums.memory.allocatable)), lower));
    bar(sums.memory);
    add(formatPercent(sums.memory.requested, sums.memory.allocatable));
    add(formatPercent(sums.memory.used, sums.memory.allocatable));
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
    if (report.clusters.size() > 1) {
        Figures total = report.total;
        total.complete =
            std::all_of(report.clusters.begin(), report.clusters.end(), [](const Figures &f) { return f.complete; });
        table.rows.push_back(resourceRow({{"fleet"}, {bounded(formatCount(total.sums.nodes), !total.complete)},
                                             {bounded(formatCount(total.sums.pods), !total.complete)}},
            total));
        table.lastIsTotal = true;
    }
    table.note = "Bars: used (dark) inside requested inside allocatable. Pods: neither Succeeded nor Failed.";
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
    for (const Figures &figures : report.pools) {
        const ResourceSums &cpu = figures.sums.cpu;
        const ResourceSums &memory = figures.sums.memory;
        const auto left = [](const ResourceSums &r) {
            return r.allocatable == Count::kUnknown ? Count::kUnknown : r.allocatable - r.requested;
        };
        table.rows.push_back({{figures.name}, {figures.cluster}, {formatCount(figures.sums.nodes)},
            {formatCores(MilliCpu(cpu.allocatable))},
            {"", share(cpu.requested, cpu.allocatable), share(cpu.used, cpu.allocatable)},
            {formatPercent(cpu.requested, cpu.allocatable)}, {formatPercent(cpu.used, cpu.allocatable)},
            {formatCores(MilliCpu(left(cpu)))}, {formatBytes(Bytes(left(memory)))}});
    }
    table.note = "Free: allocatable less requested, summed over nodes; a single pod cannot span two of them.";
    report.tables.push_back(std::move(table));
}

Row holderRow(Row row, const Figures &figures)
{
    const Sums &sums = figures.sums;
    row.push_back({formatCount(sums.pods)});
    row.push_back({formatCores(MilliCpu(sums.cpu.requested))});
    row.push_back({formatCores(MilliCpu(sums.cpu.used))});
    row.push_back({formatPercent(sums.cpu.used, sums.cpu.requested)});
    row.push_back({formatBytes(Bytes(sums.memory.requested))});
    row.push_back({formatBytes(Bytes(sums.memory.used))});
    row.push_back({formatPercent(sums.memory.used, sums.memory.requested)});
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
