// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kubernetes/wire.h"

#include <string_view>

/// Kubernetes' protobuf messages into wire structs. Fields that are not needed (managedFields, volumes, environment,
/// probes, cached images) are skipped by their length. A field with another wire type than the API's is skipped too.
/// All functions throw protozero::exception on bytes that are no protobuf; views point into `bytes`.
namespace sextant::kubernetes::protobuf {

void read(std::string_view bytes, wire::Pod &pod);
void read(std::string_view bytes, wire::Node &node);
void read(std::string_view bytes, wire::Namespace &object);
void read(std::string_view bytes, wire::ListMeta &meta);
void read(std::string_view bytes, wire::Status &status);

/// The objects that run pods differ in their numbers.
enum class Controller { Deployment, ReplicaSet, StatefulSet, DaemonSet, Job, CronJob, ReplicationController };
void read(std::string_view bytes, wire::Workload &workload, Controller kind);

/// Any object's metadata alone: field 1 of each.
wire::Meta metaOf(std::string_view bytes);

} // namespace sextant::kubernetes::protobuf
