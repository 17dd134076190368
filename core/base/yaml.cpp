// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/yaml.h"

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>

namespace sextant {

namespace {

using Json = nlohmann::json;

/// Deeper than any object of either API; bounds the recursion on what came from outside.
constexpr int kDeepest = 200;

/// Refuses a document that is nested too deep before it is built.
class DepthGuard {
public:
    bool operator()(int depth, Json::parse_event_t /*event*/, Json & /*parsed*/)
    {
        m_tooDeep = m_tooDeep || depth > kDeepest;
        return !m_tooDeep;
    }
    bool tooDeep() const { return m_tooDeep; }

private:
    bool m_tooDeep = false;
};

/// Words and shapes that YAML would read as something else than text.
bool readsAsOther(const std::string &text)
{
    std::string lower = text;
    std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return char(std::tolower(c)); });
    for (const char *word : {"", "~", "null", "true", "false", "yes", "no", "on", "off", "y", "n", ".inf", "-.inf",
             "+.inf", ".nan", "<<", "="}) {
        if (lower == word) {
            return true;
        }
    }
    // What begins as a number does (also dates, hexadecimal, sexagesimal) and holds nothing a number could not.
    const char first = lower[0];
    const bool numeric =
        std::isdigit(static_cast<unsigned char>(first)) != 0 || first == '+' || first == '-' || first == '.';
    return numeric && lower.find_first_not_of("0123456789abcdefox+-._:tz ") == std::string::npos;
}

bool plainIsSafe(const std::string &text)
{
    if (readsAsOther(text) || std::string_view("-?:,[]{}#&*!|>'\"%@` ").find(text[0]) != std::string_view::npos
        || text.back() == ' ' || text.back() == ':') {
        return false;
    }
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        if (c < 0x20 || c == 0x7F || (c == ':' && text[i + 1] == ' ') || (c == '#' && text[i - 1] == ' ')) {
            return false;
        }
    }
    return true;
}

/// A literal block can hold the text as it is: lines of printable text, the first not indented.
bool blockIsSafe(const std::string &text)
{
    if (text.find('\n') == std::string::npos || text[0] == ' ' || text[0] == '\n') {
        return false;
    }
    return std::all_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte >= 0x20 ? byte != 0x7F : c == '\n' || c == '\t';
    });
}

void writeScalar(const Json &value, std::string &out, int indent)
{
    if (!value.is_string()) {
        out += value.dump(-1, ' ', false, Json::error_handler_t::replace);
        return;
    }
    const auto &text = value.get_ref<const std::string &>();
    if (!text.empty() && blockIsSafe(text)) {
        const bool ends = text.back() == '\n';
        const bool keeps = ends && text.size() > 1 && text[text.size() - 2] == '\n';
        out += ends ? (keeps ? "|+" : "|") : "|-";
        std::size_t at = 0;
        while (at < text.size()) {
            const auto end = std::min(text.find('\n', at), text.size());
            out += '\n';
            if (end > at) {
                out.append(std::size_t(indent), ' ');
                out.append(text, at, end - at);
            }
            at = end + 1;
        }
        return;
    }
    // JSON's quoting is YAML's double quoting.
    out += !text.empty() && plainIsSafe(text) ? text : value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

bool isBlock(const Json &value) { return value.is_structured() && !value.empty(); }

void writeBlock(const Json &value, std::string &out, int indent, bool atDash)
{
    bool first = atDash;
    const auto begin = [&] {
        if (!first) {
            out.append(std::size_t(indent), ' ');
        }
        first = false;
    };
    if (value.is_object()) {
        for (const auto &[key, member] : value.items()) {
            begin();
            out +=
                !key.empty() && plainIsSafe(key) ? key : Json(key).dump(-1, ' ', false, Json::error_handler_t::replace);
            out += ':';
            if (isBlock(member)) {
                out += '\n';
                writeBlock(member, out, member.is_array() ? indent : indent + 2, false);
            } else {
                out += ' ';
                writeScalar(member, out, indent + 2);
                out += '\n';
            }
        }
        return;
    }
    for (const auto &item : value) {
        begin();
        out += "- ";
        if (isBlock(item)) {
            writeBlock(item, out, indent + 2, true);
        } else {
            writeScalar(item, out, indent + 2);
            out += '\n';
        }
    }
}

} // namespace

Result<std::string> yamlOf(std::string_view json, const std::function<Result<void>(nlohmann::json &)> &edit)
{
    try {
        DepthGuard guard;
        Json object = Json::parse(json.begin(), json.end(),
            [&guard](int depth, Json::parse_event_t event, Json &parsed) { return guard(depth, event, parsed); });
        if (guard.tooDeep()) {
            return Error{ErrorCode::Decode, "the object is nested too deep to be shown", {}, {}};
        }
        if (!object.is_object()) {
            return Error{ErrorCode::Decode, "the answer is no JSON object", {}, {}};
        }
        if (const Result<void> edited = edit(object); !edited) {
            return edited.error();
        }
        std::string out;
        writeBlock(object, out, 0, false);
        return out.empty() ? std::string("{}\n") : out;
    } catch (const Json::parse_error &error) {
        // Its own words quote what was read last, which may be a secret.
        return Error{ErrorCode::Decode, "not valid JSON at byte " + std::to_string(error.byte), {}, {}};
    } catch (const Json::exception &) {
        return Error{ErrorCode::Decode, "not valid JSON", {}, {}};
    }
}

} // namespace sextant
