// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kubernetes/decoder.h"

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

/// Kubernetes objects for tests, written as JSON and encoded as protobuf by a table of field numbers of its own.
namespace objects {

using Json = nlohmann::json;

/// `object` as a message of `type` ("Pod", "Node", ...), the way an API server writes it; members the table does not
/// know are left out.
std::string protobuf(const std::string &type, const Json &object);
/// In its envelope: "k8s\0", type, raw, and the two empty fields that end it.
std::string envelope(const std::string &kind, const std::string &raw);
std::string protobufList(const std::string &type, const std::vector<Json> &items, const Json &metadata);
std::string jsonList(const std::string &type, const std::vector<Json> &items, const Json &metadata);
std::string protobufFrame(const std::string &event, const std::string &kind, const std::string &raw);
std::string jsonLine(const std::string &event, const std::string &kind, Json object);

/// Every field of a draft as text, so that two can be compared and a difference read.
std::string dump(const sextant::kubernetes::Item &item);

/// The draft of one object, the same from JSON and from protobuf; a difference between the two is a failed test and
/// an empty item.
sextant::kubernetes::Item decodeBoth(sextant::ResourceKind kind, const std::string &type, Json object,
    const sextant::kubernetes::DecodeOptions &options = {});

} // namespace objects
