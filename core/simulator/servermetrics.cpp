// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulator/encode.h"
#include "core/simulator/server.h"
#include "core/simulator/serverbody.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <nlohmann/json.hpp>

namespace sextant::simulator {

using nlohmann::ordered_json;
constexpr const char *kProtobuf = "application/vnd.kubernetes.protobuf";

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

/// CPU and memory as the quantities that metrics-server writes.
std::pair<std::string, std::string> amountTexts(const Usage::Container &container)
{
    return {container.nanoCores == 0 ? "0" : std::to_string(container.nanoCores) + 'n',
        container.bytes == 0 ? "0" : std::to_string(container.bytes / 1024) + "Ki"};
}

ordered_json amounts(const Usage::Container &container)
{
    const auto [cpu, memory] = amountTexts(container);
    return {{"cpu", cpu}, {"memory", memory}};
}

/// One NodeMetrics or PodMetrics as a message.
void writeMessage(const Usage &usage, bool ofNode, Time now, std::string &out)
{
    ProtoWriter proto(out);
    const auto quantities = [&proto](int field, const Usage::Container &container) {
        const auto [cpu, memory] = amountTexts(container);
        proto.quantities(field, {{"cpu", cpu}, {"memory", memory}});
    };
    proto.message(1, [&] {
        proto.text(1, usage.name);
        proto.text(2, "");
        proto.text(3, usage.ns);
        proto.text(4, "");
        proto.text(5, "");
        proto.text(6, "");
        proto.number(7, 0);
        proto.time(8, now);
        proto.map(11, usage.labels);
    });
    proto.time(2, usage.sampledAt);
    proto.message(3, [&] { proto.number(1, std::llround(usage.windowSeconds * 1e9)); });
    if (ofNode) {
        quantities(4, usage.containers.empty() ? Usage::Container{} : usage.containers.front());
        return;
    }
    for (const auto &container : usage.containers) {
        proto.message(4, [&] {
            proto.text(1, container.name);
            quantities(2, container);
        });
    }
}

/// A whole list as protobuf; its length stands before it, so it is made at once.
std::string metricsMessage(const std::vector<Usage> &found, const ResourceInfo &info, Time now)
{
    std::string list;
    ProtoWriter proto(list);
    proto.message(1, [&] { proto.raw(wire::listMeta({}, {}, -1)); });
    for (const Usage &usage : found) {
        proto.message(2, [&] { writeMessage(usage, info.stored == Resource::Nodes, now, list); });
    }
    return wire::envelope(info.apiVersion(), info.kind + "List", list);
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
    const bool protobuf = x.wanted.format == Wanted::Format::Protobuf;
    if (!x.target.name.empty()) {
        if (found->empty()) {
            refuse(x,
                {404, "NotFound",
                    x.info->name + ".metrics.k8s.io \"" + (x.target.ns.empty() ? "" : x.target.ns + '/') + x.target.name
                        + "\" not found",
                    x.target.name, "metrics.k8s.io", x.info->name, {}, 0, {}});
            return;
        }
        if (protobuf) {
            std::string one;
            writeMessage(found->front(), info.stored == Resource::Nodes, now, one);
            x.response.status = 200;
            sendText(
                x.request, x.response, kProtobuf, wire::envelope(info.apiVersion(), info.kind, one), m_faults, x.link);
        } else {
            json(x, metricsJson(found->front(), info, true, now));
        }
        return;
    }
    x.response.status = 200;
    if (protobuf) {
        sendText(x.request, x.response, kProtobuf, metricsMessage(*found, info, now), m_faults, x.link);
        return;
    }
    const auto frame =
        R"({"kind":")" + info.kind + R"(List","apiVersion":"metrics.k8s.io/v1beta1","metadata":{},"items":["@"]})";
    sendBody(x.request, x.response, "application/json",
        std::make_unique<JsonListBody>(
            frame, found->size(),
            [found, &info, now](std::size_t i) { return metricsJson((*found)[i], info, false, now); }, x.pretty),
        m_faults, x.link);
}

} // namespace sextant::simulator
