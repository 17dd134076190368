// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulator/servershape.h"

#include <nlohmann/json.hpp>

namespace sextant::simulator {

using nlohmann::ordered_json;
using Shape = Wanted::Shape;

namespace {

std::string typed(std::string_view kind, std::string_view apiVersion, std::string_view rest)
{
    std::string out = R"({"kind":")";
    out.append(kind).append(R"(","apiVersion":")").append(apiVersion).append("\"");
    if (rest.size() > 2) {
        out += ',';
    }
    return out.append(rest.substr(1));
}

std::string dumped(const ordered_json &json)
{
    return json.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

/// A row of a pod that has ended says so; no other row has conditions.
std::string rowConditions(const Object &object)
{
    const auto phase = object.field("status.phase");
    if (phase != "Succeeded" && phase != "Failed") {
        return {};
    }
    return R"(,"conditions":[{"type":"Completed","status":"True","reason":")" + phase + R"(","message":")"
        + (phase == "Failed" ? "The pod failed." : "The pod has completed successfully.") + R"("}])";
}

ordered_json columnDefinitions(const ResourceInfo &info)
{
    ordered_json out = ordered_json::array();
    if (info.source != ResourceInfo::Source::Stored) {
        out.push_back({{"name", "Name"}, {"type", "string"}, {"format", "name"}, {"description", ""}, {"priority", 0}});
        return out;
    }
    for (const auto &column : tableColumns(info.stored)) {
        out.push_back({{"name", column.name}, {"type", column.type}, {"format", column.format}, {"description", ""},
            {"priority", column.priority}});
    }
    return out;
}

} // namespace

Shaper::Shaper(const ResourceInfo &info, Wanted wanted, Time now)
    : m_info(&info)
    , m_wanted(std::move(wanted))
    , m_now(now)
{
}

std::string Shaper::apiVersion() const
{
    return m_wanted.shape == Shape::Full ? m_info->apiVersion() : "meta.k8s.io/" + m_wanted.metaVersion;
}

std::string Shaper::kind() const { return m_wanted.shape == Shape::Full ? m_info->kind : "PartialObjectMetadata"; }

std::string Shaper::listKind() const { return kind() + "List"; }

void Shaper::message(const Object &object, std::string &out) const
{
    if (m_wanted.shape == Shape::Full) {
        object.writeProtobuf(out);
        return;
    }
    object.writeMetadataProtobuf(out);
}

std::string Shaper::envelope(const Object &object) const
{
    std::string raw;
    message(object, raw);
    return wire::envelope(apiVersion(), kind(), raw);
}

std::string Shaper::partial(const Object &object) const
{
    std::string metadata;
    object.writeMetadataJson(metadata);
    return typed("PartialObjectMetadata", "meta.k8s.io/" + m_wanted.metaVersion, metadata);
}

std::string Shaper::full(const Object &object) const
{
    std::string body;
    object.writeJson(body);
    return typed(m_info->kind, m_info->apiVersion(), body);
}

std::string Shaper::bookmark(std::uint64_t version, bool initialEnd, bool old) const
{
    constexpr auto kEnd = "k8s.io/initial-events-end";
    const auto text = std::to_string(version);
    if (m_wanted.format == Wanted::Format::Protobuf) {
        std::string metadata;
        wire::appendField(metadata, 6, text);
        if (initialEnd) {
            std::string entry;
            wire::appendField(entry, 1, kEnd);
            wire::appendField(entry, 2, "true");
            wire::appendField(metadata, 12, entry);
        }
        std::string raw;
        wire::appendField(raw, 1, metadata);
        return wire::envelope(apiVersion(), kind(), raw);
    }
    ordered_json metadata{{"resourceVersion", text}};
    if (old) {
        metadata["creationTimestamp"] = nullptr;
    }
    if (initialEnd) {
        metadata["annotations"] = {{kEnd, "true"}};
    }
    if (m_wanted.shape == Shape::Table) {
        return tableHead(dumped(metadata), false) + R"("rows":[]})";
    }
    return typed(kind(), apiVersion(), R"({"metadata":)" + dumped(metadata) + '}');
}

std::string Shaper::tableHead(const std::string &meta, bool columns) const
{
    return R"({"kind":"Table","apiVersion":"meta.k8s.io/)" + m_wanted.metaVersion + R"(","metadata":)" + meta
        + R"(,"columnDefinitions":)" + (columns ? dumped(columnDefinitions(*m_info)) : "null") + ',';
}

std::string Shaper::listFrame(const std::string &version, const std::string &token, std::int64_t remaining) const
{
    ordered_json meta{{"resourceVersion", version}};
    if (!token.empty()) {
        meta["continue"] = token;
    }
    if (remaining >= 0) {
        meta["remainingItemCount"] = remaining;
    }
    if (m_wanted.shape == Shape::Table) {
        return tableHead(dumped(meta), true) + R"("rows":["@"]})";
    }
    return typed(listKind(), apiVersion(), R"({"metadata":)" + dumped(meta) + R"(,"items":["@"]})");
}

std::string Shaper::listItem(const Object &object, bool withObject, bool full) const
{
    if (m_wanted.shape == Shape::Metadata) {
        return partial(object);
    }
    if (m_wanted.shape == Shape::Table) {
        return R"({"cells":)" + object.tableCells(m_now).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)
            + rowConditions(object) + R"(,"object":)"
            + (!withObject ? "null"
                    : full ? this->full(object)
                           : partial(object))
            + '}';
    }
    std::string out;
    object.writeJson(out);
    return out;
}

std::string Shaper::whole(const Object &object, bool withObject, bool full, bool columns) const
{
    if (m_wanted.shape == Shape::Metadata) {
        return partial(object);
    }
    if (m_wanted.shape == Shape::Table) {
        return tableHead(R"({"resourceVersion":")" + std::to_string(object.resourceVersion) + "\"}", columns)
            + R"("rows":[)" + listItem(object, withObject, full) + "]}";
    }
    return this->full(object);
}

} // namespace sextant::simulator
