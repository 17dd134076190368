// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulator/serverrequest.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>

namespace sextant::simulator {

namespace {

std::vector<std::string> split(std::string_view text, char at)
{
    std::vector<std::string> out;
    std::size_t begin = 0;
    while (begin <= text.size()) {
        const auto end = std::min(text.find(at, begin), text.size());
        auto part = text.substr(begin, end - begin);
        while (part.starts_with(' ')) {
            part.remove_prefix(1);
        }
        while (part.ends_with(' ')) {
            part.remove_suffix(1);
        }
        out.emplace_back(part);
        begin = end + 1;
    }
    return out;
}

struct MediaRange {
    std::string type;
    std::map<std::string, std::string> parameters;
    double quality = 1;
};

/// The ranges of an Accept header, best first.
std::vector<MediaRange> ranges(const std::string &accept)
{
    std::vector<MediaRange> out;
    for (const auto &text : split(accept, ',')) {
        const auto parts = split(text, ';');
        MediaRange one;
        one.type = parts[0];
        for (std::size_t i = 1; i < parts.size(); ++i) {
            const auto equals = parts[i].find('=');
            if (equals != std::string::npos) {
                one.parameters[parts[i].substr(0, equals)] = parts[i].substr(equals + 1);
            }
        }
        if (const auto q = one.parameters.find("q"); q != one.parameters.end()) {
            // Three decimals at most: no need for a float parser that knows locales.
            const auto &digits = q->second;
            one.quality = digits.starts_with('1') ? 1 : 0;
            for (std::size_t i = 2; i < std::min<std::size_t>(digits.size(), 5); ++i) {
                constexpr std::array kPlace{0.1, 0.01, 0.001};
                one.quality += (digits[i] - '0') * kPlace[i - 2];
            }
        }
        if (!one.type.empty()) {
            out.push_back(std::move(one));
        }
    }
    std::stable_sort(out.begin(), out.end(), [](const auto &a, const auto &b) { return a.quality > b.quality; });
    return out;
}

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

std::string base64Url(std::string_view in)
{
    std::string out;
    for (std::size_t i = 0; i < in.size(); i += 3) {
        std::uint32_t bits = 0;
        const auto n = std::min<std::size_t>(3, in.size() - i);
        for (std::size_t k = 0; k < 3; ++k) {
            bits = bits << 8 | (k < n ? std::uint8_t(in[i + k]) : 0U);
        }
        for (std::size_t k = 0; k <= n; ++k) {
            out += kAlphabet[bits >> (18 - 6 * k) & 63];
        }
    }
    return out;
}

std::optional<std::string> fromBase64Url(std::string_view in)
{
    std::string out;
    std::uint32_t bits = 0;
    int have = 0;
    for (const char c : in) {
        const auto at = kAlphabet.find(c);
        if (at == std::string_view::npos) {
            return std::nullopt;
        }
        bits = bits << 6 | std::uint32_t(at);
        have += 6;
        if (have >= 8) {
            have -= 8;
            out += char(bits >> have & 0xff);
        }
    }
    return out;
}

template <class T> bool parseNumber(const std::string &text, T &out)
{
    const auto *end = text.data() + text.size();
    const auto done = std::from_chars(text.data(), end, out);
    return done.ec == std::errc() && done.ptr == end;
}

/// Percent signs and pluses undone; a broken escape stands for itself.
std::string unescaped(std::string_view in)
{
    std::string out;
    for (std::size_t i = 0; i < in.size(); ++i) {
        unsigned byte = 0;
        if (in[i] == '%' && i + 2 < in.size()) {
            const auto *end = in.data() + i + 3;
            if (std::from_chars(in.data() + i + 1, end, byte, 16).ptr == end) {
                out += char(byte);
                i += 2;
                continue;
            }
        }
        out += in[i] == '+' ? ' ' : in[i];
    }
    return out;
}

wire::Status badRequest(std::string message) { return {400, "BadRequest", std::move(message), {}, {}, {}, {}, 0, {}}; }

wire::Status invalid(const std::string &field, const std::string &reason, const std::string &message)
{
    return {422, "Invalid", R"(ListOptions.meta.k8s.io "" is invalid: )" + field + ": " + message, {}, "meta.k8s.io",
        "ListOptions", {{reason, message, field}}, 0, {}};
}

} // namespace

std::optional<Target> Target::parse(const std::string &path)
{
    auto parts = split(path, '/');
    parts.erase(parts.begin()); // before the first slash
    if (!parts.empty() && parts.back().empty()) {
        parts.pop_back();
    }
    Target out;
    std::size_t at = 0;
    if (parts.size() >= 3 && parts[0] == "api") {
        out.version = parts[1];
        at = 2;
    } else if (parts.size() >= 4 && parts[0] == "apis") {
        out.group = parts[1];
        out.version = parts[2];
        at = 3;
    } else {
        return std::nullopt;
    }
    if (parts[at] == "namespaces" && parts.size() - at >= 3) {
        out.ns = parts[at + 1];
        at += 2;
    }
    const auto left = parts.size() - at;
    if (left > 3 || std::any_of(parts.begin(), parts.end(), [](const auto &part) { return part.empty(); })) {
        return std::nullopt;
    }
    out.resource = parts[at];
    if (left > 1) {
        out.name = parts[at + 1];
    }
    if (left > 2) {
        out.subresource = parts[at + 2];
    }
    return out;
}

std::optional<Wanted> Wanted::parse(const std::string &accept, bool protobufOffered)
{
    if (accept.empty()) {
        return Wanted{};
    }
    for (const auto &range : ranges(accept)) {
        Wanted out;
        if (range.type == "application/vnd.kubernetes.protobuf" && protobufOffered) {
            out.format = Format::Protobuf;
        } else if (range.type != "application/json" && range.type != "*/*" && range.type != "application/*") {
            continue;
        }
        const auto as = range.parameters.find("as");
        if (as == range.parameters.end()) {
            return out;
        }
        const auto group = range.parameters.find("g");
        const auto version = range.parameters.find("v");
        if (group == range.parameters.end() || group->second != "meta.k8s.io" || version == range.parameters.end()
            || (version->second != "v1" && version->second != "v1beta1")) {
            continue;
        }
        out.metaVersion = version->second;
        if (as->second == "Table" && out.format == Format::Json) {
            out.shape = Shape::Table;
            return out;
        }
        if (as->second == "PartialObjectMetadata" || as->second == "PartialObjectMetadataList") {
            out.shape = Shape::Metadata;
            return out;
        }
    }
    return std::nullopt;
}

std::string wantedDiscovery(const std::string &accept)
{
    for (const auto &range : ranges(accept)) {
        const auto has = [&](const char *key, std::string_view value) {
            const auto it = range.parameters.find(key);
            return it != range.parameters.end() && it->second == value;
        };
        if (range.type != "application/json") {
            continue;
        }
        if (!range.parameters.contains("as")) {
            return {};
        }
        if (has("g", "apidiscovery.k8s.io") && has("as", "APIGroupDiscoveryList")
            && (has("v", "v2") || has("v", "v2beta1"))) {
            return range.parameters.at("v");
        }
    }
    return {};
}

Query::Query(const std::string &target)
{
    const auto mark = target.find('?');
    if (mark == std::string::npos) {
        return;
    }
    for (const auto &part : split(std::string_view(target).substr(mark + 1), '&')) {
        const auto equals = std::min(part.find('='), part.size());
        if (!part.empty()) {
            m_values[unescaped(std::string_view(part).substr(0, equals))] =
                unescaped(std::string_view(part).substr(std::min(equals + 1, part.size())));
        }
    }
}

std::string Query::value(const std::string &key) const
{
    const auto it = m_values.find(key);
    return it == m_values.end() ? std::string() : it->second;
}

bool Query::flag(const std::string &key) const
{
    const auto text = value(key);
    return text == "1" || text == "true" || text == "True" || text == "t" || text == "T";
}

std::variant<ListOptions, wire::Status> ListOptions::parse(
    const Query &query, const ResourceInfo &info, bool old, bool watchList)
{
    ListOptions out;
    const auto text = [&](const char *key) { return query.value(key); };
    out.watch = query.flag("watch");
    out.bookmarks = query.flag("allowWatchBookmarks");
    out.version = text("resourceVersion");
    out.match = text("resourceVersionMatch");
    if (const auto value = text("limit"); !value.empty() && !parseNumber(value, out.limit)) {
        return badRequest("strconv.ParseInt: parsing \"" + value + "\": invalid syntax");
    }
    if (const auto value = text("timeoutSeconds"); !value.empty() && !parseNumber(value, out.timeoutSeconds)) {
        return badRequest("strconv.ParseInt: parsing \"" + value + "\": invalid syntax");
    }
    if (!out.version.empty() && !parseNumber(out.version, out.number)) {
        return badRequest("resourceVersion: Invalid value: \"" + out.version + "\": strconv.ParseUint: parsing \""
            + out.version + "\": invalid syntax");
    }

    std::string error;
    const auto labels = LabelSelector::parse(text("labelSelector"), error);
    if (!labels) {
        return badRequest(error);
    }
    const auto fields = FieldSelector::parse(text("fieldSelector"), error);
    if (!fields) {
        return badRequest(error);
    }
    out.labels = *labels;
    out.fields = *fields;
    if (info.source == ResourceInfo::Source::Stored) {
        if (const auto path = fields->unsupported(info.stored); !path.empty()) {
            return badRequest("Unable to find \"" + info.apiVersion() + ", Resource=" + info.name
                + "\" that match label selector \"" + text("labelSelector") + "\", field selector \""
                + text("fieldSelector") + "\": field label not supported: " + path);
        }
    }

    constexpr auto kForbidden = "FieldValueForbidden";
    const auto initial = text("sendInitialEvents");
    if (!initial.empty() && !old) {
        out.initialEvents = query.flag("sendInitialEvents");
        if (!out.watch) {
            return invalid("sendInitialEvents", kForbidden, "Forbidden: sendInitialEvents is forbidden for list");
        }
        if (!watchList) {
            return invalid("sendInitialEvents", kForbidden,
                "Forbidden: sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled");
        }
        if (out.match != "NotOlderThan") {
            return invalid("resourceVersionMatch", kForbidden,
                "Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
        }
    } else if (out.watch && !out.match.empty()) {
        return invalid("resourceVersionMatch", kForbidden,
            old ? "Forbidden: resourceVersionMatch is forbidden for watch"
                : "Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided");
    }
    const auto token = text("continue");
    if (!out.match.empty() && !out.watch) {
        if (!token.empty()) {
            return invalid(
                "resourceVersionMatch", kForbidden, "Forbidden: resourceVersionMatch is forbidden with continue");
        }
        if (out.version.empty()) {
            return invalid("resourceVersionMatch", kForbidden,
                "Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided");
        }
        if (out.match != "Exact" && out.match != "NotOlderThan") {
            return invalid("resourceVersionMatch", "FieldValueNotSupported",
                "Unsupported value: \"" + out.match + R"(": supported values: "Exact", "NotOlderThan", "")");
        }
        if (out.match == "Exact" && out.version == "0") {
            return invalid("resourceVersionMatch", kForbidden,
                R"(Forbidden: resourceVersionMatch "exact" is forbidden for resourceVersion "0")");
        }
    }
    if (!token.empty() && !out.watch) {
        if (!out.version.empty() && out.version != "0") {
            return badRequest("specifying resource version is not allowed when using continue");
        }
        const auto decoded = fromBase64Url(token);
        const auto json = nlohmann::json::parse(decoded.value_or(""), nullptr, false);
        if (!json.is_object() || json.value("v", nlohmann::json()) != "meta.k8s.io/v1" || !json.contains("rv")
            || !json["rv"].is_number_unsigned() || json["rv"] == 0U || !json.contains("start")
            || !json["start"].is_string()) {
            return badRequest("continue key is not valid: illegal base64 data or an unknown encoding");
        }
        out.tokenVersion = json["rv"].get<std::uint64_t>();
        out.startAfter = json["start"].get<std::string>();
        if (!out.startAfter.empty() && out.startAfter.back() == '\0') {
            out.startAfter.pop_back();
        }
    }
    return out;
}

std::string continueToken(std::uint64_t version, const std::string &key)
{
    std::string start = key;
    start += '\0';
    return base64Url(nlohmann::ordered_json{{"v", "meta.k8s.io/v1"}, {"rv", version}, {"start", start}}.dump());
}

std::string keyOf(const Object &object) { return object.ns.empty() ? object.name : object.ns + '/' + object.name; }

} // namespace sextant::simulator
