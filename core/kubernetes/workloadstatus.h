// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/fleet/draft.h"
#include "core/kubernetes/wire.h"

#include <string>

namespace sextant::kubernetes {

/// Fills in what a workload's counts and conditions say: the figures, `status`, `state`, `completions`, times.
/// The words follow `kubectl rollout status`; a Job's are the server's. Classes: a failed or stuck one is Failed, one
/// that is being rolled out Pending, one with fewer ready than wanted Warning, a finished Job Completed, the rest Ok.
/// Pure; any thread.
void describeWorkload(const wire::Workload &workload, WorkloadDraft &draft);

/// "a=b,c in (d,e),!f", sorted; empty for no selector.
std::string selectorText(const wire::Selector &selector);
/// "a=b,c=d", sorted.
std::string labelText(const wire::TextMap &labels);

} // namespace sextant::kubernetes
