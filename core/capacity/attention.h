// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/capacity/accounting.h"

#include <string>
#include <vector>

namespace sextant {

/// One thing that needs a person, with its cause in words.
struct Attention {
    bool problem = true; ///< square; else a warning, triangle
    AnyId object; ///< what a click selects
    ClusterId cluster = ClusterId::None;
    std::string name; ///< "playlist-service", "gke-default-0042", "3 nodes in pool default"
    std::string place; ///< the cluster's name, with the namespace where there is one
    std::string cause; ///< "CrashLoopBackOff: exit 137, OOMKilled"
    std::string extent; ///< "9 pods", "1 node", "rev 77"
    int size = 1; ///< how many objects are behind it
    Time since = kNoTime; ///< kNoTime: not known
    Time asOf = kNoTime; ///< of a cluster that is not current: when it was so; kNoTime: it is so now
};

/// What needs attention within a scope, worst first: silent and not ready nodes, pods nobody can place (in the
/// scheduler's words), crash loops, images that do not come, pods that run but are not ready, rollouts that are stuck,
/// pressure on nodes. Of Helios: hosts that are down, or that the master cannot read, gathered by zone or pool; tasks
/// that restart often, whose image does not come, that failed or still wait for their agent; deployment groups whose
/// rolling update failed, in the master's words. Pods are gathered by their workload and cause. A cluster that is not
/// current is judged as of when it was heard. A pure function of the picture.
std::vector<Attention> attention(const Picture &picture, const Scope &scope, Time now);
/// Whether attention() says the same of both but for the time that has passed: nothing but usage was measured, or
/// somebody was heard. Costs a look at the structure they share, not at the pods.
bool sameAttention(const Picture &before, const Picture &now);

} // namespace sextant
