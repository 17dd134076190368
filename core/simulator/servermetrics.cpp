// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulator/server.h"
#include "core/simulator/serverbody.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <nlohmann/json.hpp>

namespace sextant::simulator {

using nlohmann::ordered_json;

namespace {

std::string rfc3339(Time time)
{
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(time - day);
    std::array<char, 64> out{};
    std::snprintf(out.data(), out.size(), "%04d-%02u-%02uT%02d:%02d:%02dZ", int(date.year()), unsigned(date.month()),
        unsigned(date.day()), int(clock.hours().count()), int(clock.minutes().count()), int(clock.seconds().count()));
    return out.data();
}

/// A Go duration: "15.02s", "1m0.2s".
std::string goDuration(double seconds)
{
    auto milli = std::llround(seconds * 1000);
    std::string out;
    if (milli >= 60'000) {
        out = std::to_string(milli / 60'000) + 'm';
        milli %= 60'000;
    }
    out += std::to_string(milli / 1000);
    if (milli % 1000 != 0) {
        auto fraction = std::to_string(1000 + milli % 1000).substr(1);
        fraction.erase(fraction.find_last_not_of('0') + 1);
        out += '.' + fraction;
    }
    return out + 's';
}

ordered_json amounts(const Usage::Container &container)
{
    return {{"cpu", container.nanoCores == 0 ? "0" : std::to_string(container.nanoCores) + 'n'},
        {"memory", container.bytes == 0 ? "0" : std::to_string(container.bytes / 1024) + "Ki"}};
}

std::string metricsJson(const Usage &usage, const ResourceInfo &info, bool typed, Time now)
{
    ordered_json out = ordered_json::object();
    if (typed) {
        out["kind"] = info.kind;
        out["apiVersion"] = info.apiVersion();
    }
    auto &metadata = out["metadata"];
    metadata["name"] = usage.name;
    if (!usage.ns.empty()) {
        metadata["namespace"] = usage.ns;
    }
    metadata["creationTimestamp"] = rfc3339(now);
    if (!usage.labels.empty()) {
        metadata["labels"] = usage.labels;
    }
    out["timestamp"] = rfc3339(usage.sampledAt);
    out["window"] = goDuration(usage.windowSeconds);
    if (info.stored == Resource::Nodes) {
        out["usage"] = amounts(usage.containers.empty() ? Usage::Container{} : usage.containers.front());
    } else {
        out["containers"] = ordered_json::array();
        for (const auto &container : usage.containers) {
            out["containers"].push_back({{"name", container.name}, {"usage", amounts(container)}});
        }
    }
    return out.dump();
}

} // namespace

void ApiServer::metrics(Exchange &x, const ListOptions &options)
{
    if (x.wanted.format == Wanted::Format::Protobuf) {
        x.wanted = {}; // an aggregated API that answers JSON whatever stands first
    }
    if (options.watch) {
        refuse(x,
            {405, "MethodNotAllowed",
                "watch is not supported on resources of kind \"" + x.target.resource + ".metrics.k8s.io\"", {},
                "metrics.k8s.io", x.target.resource, {}, 0, {}});
        return;
    }
    const auto now = m_setup.now();
    auto found = std::make_shared<std::vector<Usage>>(m_setup.usage(x.info->stored == Resource::Nodes, x.target.ns));
    std::erase_if(*found, [&](const Usage &usage) {
        const bool named = x.target.name.empty() || usage.name == x.target.name;
        return !named || !options.labels.matches(usage.labels)
            || std::any_of(
                options.fields.terms().begin(), options.fields.terms().end(), [&](const FieldSelector::Term &term) {
                    const auto &value = term.path == "metadata.namespace" ? usage.ns : usage.name;
                    return (value == term.value) != term.equal;
                });
    });
    const auto &info = *x.info;
    if (!x.target.name.empty()) {
        if (found->empty()) {
            refuse(x,
                {404, "NotFound",
                    x.info->name + ".metrics.k8s.io \"" + (x.target.ns.empty() ? "" : x.target.ns + '/') + x.target.name
                        + "\" not found",
                    x.target.name, "metrics.k8s.io", x.info->name, {}, 0, {}});
            return;
        }
        json(x, metricsJson(found->front(), info, true, now));
        return;
    }
    x.response.status = 200;
    const auto frame =
        R"({"kind":")" + info.kind + R"(List","apiVersion":"metrics.k8s.io/v1beta1","metadata":{},"items":["@"]})";
    sendBody(x.request, x.response, "application/json",
        std::make_unique<JsonListBody>(
            frame, found->size(),
            [found, &info, now](std::size_t i) { return metricsJson((*found)[i], info, false, now); }, x.pretty),
        m_faults, x.link);
}

} // namespace sextant::simulator
