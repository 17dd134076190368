// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "core/kubernetes/wire.h"

#include <deque>
#include <string>

/// Kubernetes' JSON objects into wire structs. A member of another type than the API's counts as absent; of members
/// with one name the last counts. Views point into the parsed document or into `texts`.
namespace sextant::kubernetes::json {

using sextant::json::eachItem;
using sextant::json::eachMember;
using sextant::json::Element;
using sextant::json::textOf;
/// Holds what the document itself has no text for: quantities written as numbers.
using Texts = std::deque<std::string>;

void read(Element object, wire::Pod &pod, Texts &texts);
void read(Element object, wire::Node &node, Texts &texts);
void read(Element object, wire::Namespace &item);
void read(Element object, wire::Workload &workload, bool cronJob);
void read(Element object, wire::ListMeta &meta);
void read(Element object, wire::Status &status);
void readMeta(Element object, wire::Meta &meta);

Time timeOf(Element element);
/// A quantity as written; one that is a number is written into `texts`.
std::string_view quantityOf(Element element, Texts &texts);

} // namespace sextant::kubernetes::json
