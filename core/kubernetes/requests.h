// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/units.h"
#include "core/kubernetes/wire.h"

#include <string>
#include <string_view>
#include <vector>

namespace sextant::kubernetes {

/// What one pod charges and may use of one resource, summed exactly and rounded up once.
template <class Figure> struct PodResource {
    Figure requested{0}; ///< 0: none set; unknown: a quantity could not be read
    Figure limit; ///< unknown: none set at all
    std::vector<std::string> unlimited; ///< regular containers and sidecars without a limit that counts
};

/// The effective request and limit: init containers against the sum of the others, sidecars in both, a pod-level figure
/// in place of the containers', overhead on top; during a resize the highest of what is wanted, admitted and in force,
/// or without the wanted where the resize is infeasible. Pure; any thread.
/// Source: Kubernetes' resource helpers, 1.36, with which the scheduler charges a node.
PodResource<MilliCpu> podCpuOf(const wire::Pod &pod);
PodResource<Bytes> podMemoryOf(const wire::Pod &pod);

} // namespace sextant::kubernetes
