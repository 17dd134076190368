// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/capacity/sums.h"

#include <cstdint>

namespace sextant {

/// Sums of a scope at one time. Members as in ResourceSums, but requested: the part that compares with allocatable, and
/// where there is none of that (only Helios) with capacity. Count::kUnknown: unknown.
struct Sample {
    Time at = kNoTime;
    std::int64_t cpuCapacity = Count::kUnknown, cpuAllocatable = Count::kUnknown, cpuRequested = Count::kUnknown,
                 cpuLimit = Count::kUnknown, cpuUsed = Count::kUnknown;
    std::int64_t memoryCapacity = Count::kUnknown, memoryAllocatable = Count::kUnknown,
                 memoryRequested = Count::kUnknown, memoryLimit = Count::kUnknown, memoryUsed = Count::kUnknown;
    std::int64_t pods = Count::kUnknown, podsAllocatable = Count::kUnknown;
    bool simulated = false; ///< made up before the program started (the demo's first hour)
};
Sample sampleOf(const Sums &sums, Time at);

} // namespace sextant
