// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/fleet/draft.h"
#include "core/kubernetes/wire.h"

#include <string>
#include <vector>

namespace sextant::kubernetes {

struct NodeStatus {
    std::string text; ///< kubectl's STATUS: "Ready,SchedulingDisabled"
    State state = State::Unknown;
    bool silent = false; ///< the Ready condition is Unknown or missing: its kubelet does not report
};

/// Failed unless Ready is True; Warning while a pressure or the network condition is anything but False; Cordoned when
/// it takes no pods; else Ok. Pure; any thread. Source: the API server's own table printer, 1.36.
NodeStatus nodeStatusOf(const wire::Node &node);
/// Roles from `node-role.kubernetes.io/ROLE` and `kubernetes.io/role`, sorted, each once.
std::vector<std::string> rolesOf(const wire::Node &node);
/// A node's map of resources. A missing key and a quantity that cannot be read are unknown.
ResourcesDraft nodeResourcesOf(const wire::ResourceList &list);

} // namespace sextant::kubernetes
