// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/fleet/draft.h"
#include "core/kubernetes/jsonitems.h"

#include <string_view>

/// Samples of metrics.k8s.io straight into their drafts: a round brings one for every pod of the cluster, and of each
/// little is wanted. Nothing else of them is looked at.
namespace sextant::kubernetes {

/// One NodeMetrics or PodMetrics. The containers of a pod are summed exactly and rounded up once; a resource that one
/// of them does not tell, or tells in a text that is no quantity, is unknown. The last of two equal names counts.
/// Throws protozero::exception on bytes that are no protobuf. Any thread.
UsageDraft usageOf(std::string_view protobuf, bool ofPod);
UsageDraft usageOf(json::Element object, bool ofPod);

} // namespace sextant::kubernetes
