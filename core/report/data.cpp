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
    out["missing"] = report.missing;
    out["sources"] = report.sources;
    out["definitions"] = report.definitions;
    return out.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

std::string renderCsv(const Report &report)
{
    std::string out =
        "scope_kind,cluster,scope,resource,unit,nodes,pods,capacity,allocatable,requested,limit,used,made\n";
    const auto value = [](std::int64_t v) { return v == Count::kUnknown ? std::string() : std::to_string(v); };
    const auto rows = [&](const Figures &part) {
        for (const bool cpu : {true, false}) {
            const ResourceSums &sums = cpu ? part.sums.cpu : part.sums.memory;
            out += csvField(part.kind) + ',' + csvField(part.cluster) + ',' + csvField(part.name) + ','
                + (cpu ? "cpu,millicores," : "memory,bytes,") + std::to_string(part.sums.nodes) + ','
                + std::to_string(part.sums.pods) + ',' + value(sums.capacity) + ',' + value(sums.allocatable) + ','
                + value(sums.requested) + ',' + value(sums.limit) + ',' + value(sums.used) + ','
                + formatTime(report.made) + '\n';
        }
    };
    rows(report.total);
    for (const auto *parts : {&report.clusters, &report.pools, &report.namespaces, &report.teams}) {
        for (const Figures &part : *parts) {
            rows(part);
        }
    }
    return out;
}

} // namespace sextant::report
