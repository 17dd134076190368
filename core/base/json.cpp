// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/json.h"

#include <algorithm>
#include <string>

namespace sextant::json {

std::string_view textOf(Element element)
{
    std::string_view text;
    return element.get(text) == simdjson::SUCCESS ? text : std::string_view();
}

namespace {

/// Length of the valid UTF-8 sequence at the start of `text`; 0 when there is none.
std::size_t sequenceAt(std::string_view text)
{
    const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
    const auto follows = [&](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
    const unsigned first = byte(0);
    if (first < 0x80) {
        return 1;
    }
    if (first >= 0xC2 && first <= 0xDF && follows(1)) {
        return 2;
    }
    if (first >= 0xE0 && first <= 0xEF && follows(1) && follows(2) && (first != 0xE0 || byte(1) >= 0xA0)
        && (first != 0xED || byte(1) < 0xA0)) {
        return 3;
    }
    const bool four = first >= 0xF0 && first <= 0xF4 && follows(1) && follows(2) && follows(3)
        && (first != 0xF0 || byte(1) >= 0x90) && (first != 0xF4 || byte(1) < 0x90);
    return four ? 4 : 0;
}

std::string repaired(std::string_view text)
{
    std::string out;
    out.reserve(text.size() + 16);
    while (!text.empty()) {
        const auto length = sequenceAt(text);
        out += length == 0 ? std::string_view("\xEF\xBF\xBD") : text.substr(0, length);
        text.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return out;
}

} // namespace

Result<Element> parseJson(simdjson::dom::parser &parser, std::string_view text)
{
    Element element;
    auto failure = parser.parse(text.data(), text.size()).get(element);
    if (failure == simdjson::UTF8_ERROR) {
        const auto valid = repaired(text);
        failure = parser.parse(valid.data(), valid.size()).get(element);
    }
    if (failure != simdjson::SUCCESS) {
        return Error{ErrorCode::Decode, std::string("not valid JSON: ") + simdjson::error_message(failure), {}, {}};
    }
    return element;
}

} // namespace sextant::json
