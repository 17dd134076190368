// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kubernetes/wire.h"

#include <deque>
#include <simdjson.h>
#include <string>

/// Kubernetes' JSON objects into wire structs. A member of another type than the API's counts as absent; of members
/// with one name the last counts. Views point into the parsed document or into `texts`.
namespace sextant::kubernetes::json {

using Element = simdjson::dom::element;
/// Holds what the document itself has no text for: quantities written as numbers.
using Texts = std::deque<std::string>;

void read(Element object, wire::Pod &pod, Texts &texts);
void read(Element object, wire::Node &node, Texts &texts);
void read(Element object, wire::Namespace &item);
void read(Element object, wire::Workload &workload, bool cronJob);
void read(Element object, wire::Usage &usage, bool ofPod, Texts &texts);
void read(Element object, wire::ListMeta &meta);
void read(Element object, wire::Status &status);
void readMeta(Element object, wire::Meta &meta);

/// "" for anything but a string.
std::string_view textOf(Element element);
Time timeOf(Element element);

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

} // namespace sextant::kubernetes::json
