// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <simdjson.h>
#include <string_view>

/// Reading JSON that came from outside: a member of another type than expected counts as absent.
namespace sextant::json {

using Element = simdjson::dom::element;

/// Parses a JSON text with `parser`; views are valid until its next use. Invalid UTF-8 is read as U+FFFD.
/// ErrorCode::Decode with the parser's reason.
Result<Element> parseJson(simdjson::dom::parser &parser, std::string_view text);

/// "" for anything but a string.
std::string_view textOf(Element element);

/// Calls `member(key, value)` for each member; nothing for anything but an object.
template <class Member> void eachMember(Element element, Member member)
{
    simdjson::dom::object object;
    if (element.get(object) == simdjson::SUCCESS) {
        for (const auto field : object) {
            member(field.key, field.value);
        }
    }
}

/// Calls `item(value)` for each item; nothing for anything but an array.
template <class Item> void eachItem(Element element, Item item)
{
    simdjson::dom::array array;
    if (element.get(array) == simdjson::SUCCESS) {
        for (const auto value : array) {
            item(value);
        }
    }
}

} // namespace sextant::json
