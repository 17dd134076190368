// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulator/serverwire.h"

#include <nlohmann/json.hpp>

namespace sextant::simulator::wire {

using nlohmann::ordered_json;

void appendVarint(std::string &out, std::uint64_t value)
{
    while (value >= 0x80) {
        out += char(0x80 | (value & 0x7f));
        value >>= 7;
    }
    out += char(value);
}

std::size_t varintSize(std::uint64_t value)
{
    std::size_t size = 1;
    while (value >= 0x80) {
        value >>= 7;
        ++size;
    }
    return size;
}

void appendField(std::string &out, int field, std::string_view bytes)
{
    appendVarint(out, std::uint64_t(field) << 3 | 2);
    appendVarint(out, bytes.size());
    out += bytes;
}

void appendNumber(std::string &out, int field, std::int64_t value)
{
    appendVarint(out, std::uint64_t(field) << 3);
    appendVarint(out, std::uint64_t(value));
}

std::string envelopeHead(std::string_view apiVersion, std::string_view kind, std::size_t rawSize)
{
    std::string meta;
    appendField(meta, 1, apiVersion);
    appendField(meta, 2, kind);
    std::string out("k8s\0", 4);
    appendField(out, 1, meta);
    appendVarint(out, 2 << 3 | 2);
    appendVarint(out, rawSize);
    return out;
}

std::string_view envelopeTail() { return {"\x1a\x00\x22\x00", 4}; }

std::string envelope(std::string_view apiVersion, std::string_view kind, std::string_view raw)
{
    auto out = envelopeHead(apiVersion, kind, raw.size());
    out += raw;
    out += envelopeTail();
    return out;
}

void appendFrame(std::string &out, std::string_view type, std::string_view object)
{
    std::string event;
    event.reserve(object.size() + 32);
    appendField(event, 1, type);
    std::string extension;
    extension.reserve(object.size() + 8);
    appendField(extension, 1, object);
    appendField(event, 2, extension);
    const auto size = std::uint32_t(event.size());
    for (int shift = 24; shift >= 0; shift -= 8) {
        out += char(size >> shift & 0xff);
    }
    out += event;
}

std::string listMeta(const std::string &version, const std::string &token, std::int64_t remaining)
{
    std::string out;
    appendField(out, 1, {});
    appendField(out, 2, version);
    appendField(out, 3, token);
    if (remaining >= 0) {
        appendNumber(out, 4, remaining);
    }
    return out;
}

std::string withVersionJson(const std::string &json, std::uint64_t from, std::uint64_t to)
{
    const auto old = R"("resourceVersion":")" + std::to_string(from) + '"';
    const auto at = json.find(old);
    auto out = json;
    if (at != std::string::npos) {
        out.replace(at, old.size(), R"("resourceVersion":")" + std::to_string(to) + '"');
    }
    return out;
}

namespace {

bool takeVarint(std::string_view &in, std::uint64_t &value)
{
    value = 0;
    for (int shift = 0; shift < 64 && !in.empty(); shift += 7) {
        const auto byte = std::uint8_t(in.front());
        in.remove_prefix(1);
        value |= std::uint64_t(byte & 0x7f) << shift;
        if (byte < 0x80) {
            return true;
        }
    }
    return false;
}

/// Copies a message, giving each length-delimited field `wanted` through `change`.
template <class F> std::string rewritten(std::string_view in, int wanted, const F &change)
{
    std::string out;
    out.reserve(in.size() + 8);
    while (!in.empty()) {
        const auto begin = in;
        std::uint64_t tag = 0;
        std::uint64_t size = 0;
        if (!takeVarint(in, tag)) {
            break;
        }
        if ((tag & 7) == 0) {
            takeVarint(in, size);
            out += begin.substr(0, begin.size() - in.size());
            continue;
        }
        if ((tag & 7) != 2 || !takeVarint(in, size) || size > in.size()) {
            out += begin;
            break;
        }
        if (int(tag >> 3) == wanted) {
            appendField(out, wanted, change(in.substr(0, size)));
            in.remove_prefix(size);
        } else {
            in.remove_prefix(size);
            out += begin.substr(0, begin.size() - in.size());
        }
    }
    return out;
}

} // namespace

std::string withVersionProtobuf(std::string_view message, std::uint64_t to)
{
    return rewritten(message, 1, [to](std::string_view metadata) {
        return rewritten(metadata, 6, [to](std::string_view) { return std::to_string(to); });
    });
}

std::string quoted(std::string_view text)
{
    return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string pretty(const std::string &json)
{
    const auto document = ordered_json::parse(json, nullptr, false);
    return document.is_discarded() ? json : document.dump(2, ' ', false, ordered_json::error_handler_t::replace);
}

std::string Status::json() const
{
    ordered_json out{{"kind", "Status"}, {"apiVersion", "v1"}, {"metadata", ordered_json::object()},
        {"status", "Failure"}, {"message", message}, {"reason", reason}};
    if (!token.empty()) {
        out["metadata"]["continue"] = token;
    }
    if (!name.empty() || !group.empty() || !kind.empty() || !causes.empty() || retryAfterSeconds > 0) {
        auto &details = out["details"] = ordered_json::object();
        for (const auto &[key, text] : {std::pair{"name", &name}, {"group", &group}, {"kind", &kind}}) {
            if (!text->empty()) {
                details[key] = *text;
            }
        }
        for (const auto &cause : causes) {
            ordered_json one = ordered_json::object();
            for (const auto &[key, text] :
                {std::pair{"reason", &cause.reason}, {"message", &cause.message}, {"field", &cause.field}}) {
                if (!text->empty()) {
                    one[key] = *text;
                }
            }
            details["causes"].push_back(std::move(one));
        }
        if (retryAfterSeconds > 0) {
            details["retryAfterSeconds"] = retryAfterSeconds;
        }
    }
    out["code"] = code;
    return out.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

std::string Status::protobuf() const
{
    std::string raw;
    appendField(raw, 1, listMeta({}, token, -1));
    appendField(raw, 2, "Failure");
    appendField(raw, 3, message);
    appendField(raw, 4, reason);
    if (!name.empty() || !group.empty() || !kind.empty() || !causes.empty() || retryAfterSeconds > 0) {
        std::string details;
        appendField(details, 1, name);
        appendField(details, 2, group);
        appendField(details, 3, kind);
        for (const auto &cause : causes) {
            std::string one;
            appendField(one, 1, cause.reason);
            appendField(one, 2, cause.message);
            appendField(one, 3, cause.field);
            appendField(details, 4, one);
        }
        appendNumber(details, 5, retryAfterSeconds);
        appendField(details, 6, {});
        appendField(raw, 5, details);
    }
    appendNumber(raw, 6, code);
    return envelope("v1", "Status", raw);
}

} // namespace sextant::simulator::wire
