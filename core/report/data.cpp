// SPDX-License-Identifier: GPL-3.0-or-later
// The report for machines: JSON with everything, CSV with the sums of every part.
#include "core/base/format.h"
#include "core/report/export.h"
#include "core/report/report.h"

#include <nlohmann/json.hpp>

namespace sextant::report {

namespace {

using Json = nlohmann::ordered_json;

Json number(std::int64_t value) { return value == Count::kUnknown ? Json(nullptr) : Json(value); }
Json time(Time value) { return value == kNoTime ? Json(nullptr) : Json(formatTime(value)); }

Json resource(const ResourceSums &sums)
{
    return {{"capacity", number(sums.capacity)}, {"allocatable", number(sums.allocatable)},
        {"requested", number(sums.requested)},
        {"requested_of_allocatable", number(sums.allocatable == Count::kUnknown ? Count::kUnknown : sums.charged)},
        {"limit", number(sums.limit)}, {"used", number(sums.used)}, {"pods_without_request", sums.undeclared},
        {"pods_without_limit", sums.unlimited}, {"unsampled", sums.unsampled}};
}

Json figures(const Figures &part)
{
    Json states = Json::object();
    for (int i = 0; i < kStates; ++i) {
        states[std::string(stateWord(static_cast<State>(i)))] = part.sums.podStates[static_cast<std::size_t>(i)];
    }
    Json orchestrator = nullptr; // of parts that may lie across both
    if (!part.cluster.empty()) {
        orchestrator = part.helios() ? "helios" : "kubernetes";
    }
    const Json load = part.sums.loadHundredths == Count::kUnknown
        ? Json(nullptr)
        : Json(static_cast<double>(part.sums.loadHundredths) / 100);
    return {{"kind", part.kind}, {"cluster", part.cluster}, {"name", part.name}, {"orchestrator", orchestrator},
        {"stale", part.stale}, {"complete", part.complete}, {"allocatable_is_of_cluster", part.allocatableOfCluster},
        {"nodes", part.sums.nodes}, {"nodes_ready", part.sums.nodesReady}, {"pods", part.sums.pods},
        {"pods_total", part.sums.podsTotal}, {"pods_ready", part.sums.podsReady},
        {"pods_allocatable", number(part.sums.podsAllocatable)}, {"unscheduled", part.sums.unscheduled},
        {"pod_states", states}, {"cpu_millicores", resource(part.sums.cpu)},
        {"memory_bytes", resource(part.sums.memory)}, {"load_average", load},
        {"memory_in_use_with_caches_bytes", number(part.sums.memoryInUse)}};
}

Json all(const std::vector<Figures> &parts)
{
    Json out = Json::array();
    for (const Figures &part : parts) {
        out.push_back(figures(part));
    }
    return out;
}

Json share(const migration::Share &share)
{
    return {{"moved", share.moved}, {"in_parallel", share.moving}, {"total", share.total}, {"covered", share.covered},
        {"services", share.services}};
}

Json side(const migration::Side &side)
{
    const auto count = [&](int value) { return side.seen ? Json(value) : Json(nullptr); };
    return {{"instances", count(side.instances)}, {"healthy", count(side.healthy)},
        {"cpu_requested_millicores", number(side.cpuRequested)},
        {"memory_requested_bytes", number(side.memoryRequested)}, {"versions", side.versions},
        {"clusters", side.clusters}};
}

Json migrationOf(const MigrationPart &part)
{
    const migration::Progress &progress = part.progress;
    Json out{{"summary", part.summary}};
    Json stages = Json::object();
    for (int i = 0; i < migration::kStages; ++i) {
        stages[std::string(migration::stageKey(static_cast<migration::Stage>(i)))] =
            progress.stages[static_cast<std::size_t>(i)];
    }
    out["stages"] = std::move(stages);
    out["shares"] = {{"services", share(progress.byServices)}, {"instances", share(progress.byInstances)},
        {"cpu_millicores", share(progress.byCpu)}, {"memory_bytes", share(progress.byMemory)}};
    Json services = Json::array();
    for (const migration::Service &service : progress.services) {
        services.push_back(
            {{"service", service.name}, {"stage", migration::stageKey(service.stage)}, {"since", time(service.since)},
                {"first_seen", time(service.firstSeen)}, {"owner", service.owner}, {"matched_by", service.matchedBy},
                {"stale", service.stale}, {"helios", side(service.helios)}, {"kubernetes", side(service.kubernetes)}});
    }
    out["services"] = std::move(services);
    Json owners = Json::array();
    for (const migration::OwnerProgress &owner : progress.owners) {
        owners.push_back({{"owner", owner.owner}, {"services", owner.services}, {"moved", owner.moved},
            {"in_parallel", owner.moving}, {"rolled_back", owner.rolledBack}});
    }
    out["owners"] = std::move(owners);
    Json burnUp = Json::array();
    for (const migration::BurnPoint &point : part.burnUp) {
        burnUp.push_back({{"at", time(point.at)}, {"services", point.services}, {"moved", point.moved},
            {"in_parallel", point.moving}, {"simulated", point.simulated}});
    }
    out["burn_up"] = std::move(burnUp);
    if (part.whole) {
        Json unmatched = Json::array();
        for (const migration::Unmatched &one : progress.unmatched) {
            Json guesses = Json::array();
            for (const migration::Guess &guess : one.guesses) {
                guesses.push_back({{"name", guess.name}, {"likeness", guess.likeness}, {"rule", guess.rule}});
            }
            unmatched.push_back({{"only_on", one.helios ? "helios" : "kubernetes"}, {"name", one.name},
                {"cluster", one.cluster}, {"namespace", one.ns}, {"owner", one.owner}, {"instances", one.instances},
                {"guesses", std::move(guesses)}});
        }
        out["unmatched"] = std::move(unmatched);
        Json hosts = Json::array();
        for (const migration::HostLeft &host : progress.hosts) {
            hosts.push_back(
                {{"cluster", host.cluster}, {"name", host.name}, {"tasks", host.tasks}, {"staying", host.staying}});
        }
        out["hosts"] = std::move(hosts);
        out["hosts_that_would_be_empty"] = progress.hostsEmpty;
        out["excluded"] = progress.excluded;
    }
    return out;
}

/// Rows of the migration: the figures that only they have stand in the last columns.
void migrationRows(std::string &out, const MigrationPart &part, const std::string &made)
{
    const auto row = [&](const char *kind, const std::string &scope, const char *resource, const char *unit,
                         const migration::Share &share) {
        out += std::string(kind) + ",," + csvField(scope) + ',' + resource + ',' + unit + ",,,,,,,," + made;
        for (const std::int64_t value :
            {share.moved, share.moving, share.total, std::int64_t{share.covered}, std::int64_t{share.services}}) {
            out += ',' + std::to_string(value);
        }
        out += '\n';
    };
    const migration::Progress &progress = part.progress;
    row("migration", "", "services", "services", progress.byServices);
    row("migration", "", "instances", "instances", progress.byInstances);
    row("migration", "", "cpu", "millicores", progress.byCpu);
    row("migration", "", "memory", "bytes", progress.byMemory);
    for (int i = 0; i < migration::kStages; ++i) {
        const auto stage = static_cast<migration::Stage>(i);
        const int n = progress.count(stage);
        row("migration_stage", std::string(migration::stageKey(stage)), "services", "services",
            {migration::moved(stage) ? n : 0, stage == migration::Stage::InParallel ? n : 0, n, n, n});
    }
    for (const migration::OwnerProgress &owner : progress.owners) {
        row("migration_owner", owner.owner, "services", "services",
            {owner.moved, owner.moving, owner.services, owner.services, owner.services});
    }
}

} // namespace

std::string renderJson(const Report &report)
{
    Json out{{"title", report.title}, {"scope", report.scope}, {"period", report.period}, {"made", time(report.made)},
        {"program", std::string("sextant ") + SEXTANT_VERSION}, {"demo", report.demo}, {"summary", report.summary},
        {"total", figures(report.total)}, {"clusters", all(report.clusters)}, {"pools", all(report.pools)},
        {"namespaces", all(report.namespaces)}, {"teams", all(report.teams)}};
    Json lines = Json::array();
    for (const Attention &line : report.attention) {
        lines.push_back({{"severity", line.problem ? "problem" : "warning"}, {"name", line.name}, {"place", line.place},
            {"cause", line.cause}, {"objects", line.size}, {"since", time(line.since)}});
    }
    out["attention"] = std::move(lines);
    Json fill = Json::array();
    for (const Distribution &distribution : report.distributions) {
        fill.push_back({{"title", distribution.title}, {"of", distribution.ofCapacity ? "capacity" : "allocatable"},
            {"bucket_percent", 5}, {"requested", distribution.requested}, {"used", distribution.used},
            {"nodes", distribution.nodes}, {"unsampled", distribution.unsampled},
            {"undeclared", distribution.undeclared}});
    }
    out["distributions"] = std::move(fill);
    Json series = Json::array();
    if (!report.charts.empty()) {
        for (const Sample &sample : report.charts.front().samples) {
            series.push_back({{"at", time(sample.at)}, {"simulated", sample.simulated},
                {"cpu_capacity_millicores", number(sample.cpuCapacity)},
                {"cpu_allocatable_millicores", number(sample.cpuAllocatable)},
                {"cpu_requested_millicores", number(sample.cpuRequested)},
                {"cpu_limit_millicores", number(sample.cpuLimit)}, {"cpu_used_millicores", number(sample.cpuUsed)},
                {"memory_capacity_bytes", number(sample.memoryCapacity)},
                {"memory_allocatable_bytes", number(sample.memoryAllocatable)},
                {"memory_requested_bytes", number(sample.memoryRequested)},
                {"memory_limit_bytes", number(sample.memoryLimit)}, {"memory_used_bytes", number(sample.memoryUsed)},
                {"pods", number(sample.pods)}});
        }
    }
    out["history"] = std::move(series);
    out["migration"] = report.migration ? migrationOf(*report.migration) : Json(nullptr);
    out["missing"] = report.missing;
    out["sources"] = report.sources;
    out["definitions"] = report.definitions;
    return out.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

std::string renderCsv(const Report &report)
{
    std::string out =
        "scope_kind,cluster,scope,resource,unit,nodes,pods,capacity,allocatable,requested,limit,used,made,"
        "moved,in_parallel,total,covered,services\n";
    const auto value = [](std::int64_t v) { return v == Count::kUnknown ? std::string() : std::to_string(v); };
    const auto rows = [&](const Figures &part) {
        for (const bool cpu : {true, false}) {
            const ResourceSums &sums = cpu ? part.sums.cpu : part.sums.memory;
            out += csvField(part.kind) + ',' + csvField(part.cluster) + ',' + csvField(part.name) + ','
                + (cpu ? "cpu,millicores," : "memory,bytes,") + std::to_string(part.sums.nodes) + ','
                + std::to_string(part.sums.pods) + ',' + value(sums.capacity) + ',' + value(sums.allocatable) + ','
                + value(sums.requested) + ',' + value(sums.limit) + ',' + value(sums.used) + ','
                + formatTime(report.made) + ",,,,,\n";
        }
    };
    rows(report.total);
    for (const auto *parts : {&report.clusters, &report.pools, &report.namespaces, &report.teams}) {
        for (const Figures &part : *parts) {
            rows(part);
        }
    }
    if (report.migration) {
        migrationRows(out, *report.migration, formatTime(report.made));
    }
    return out;
}

} // namespace sextant::report
