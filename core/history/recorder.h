// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/capacity/accounting.h"

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

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

/// Whose history: a scope, or one node, workload or team from when it was chosen.
using SeriesKey = std::variant<Scope, NodeId, WorkloadId>;

/// Keeps the last hour in memory, one sample each ten seconds: fleet, clusters, namespaces and pools always, a node, a
/// workload or a team from when follow() was called. What nobody has is not made up: a cluster that is not live gives
/// no sample, which charts show as a gap. Threads: any; short lock.
class Recorder {
public:
    static constexpr std::chrono::seconds kEvery{10};
    static constexpr std::chrono::seconds kKeep{3600};

    /// Takes a sample of everything followed if kEvery has passed since the last.
    void record(const Picture &picture, Time now);
    /// Starts to keep a node, a workload or a team (a Scope with a team).
    void follow(const SeriesKey &key, Time now);
    /// Oldest first.
    std::vector<Sample> series(const SeriesKey &key) const;
    /// When follow() was called for it; kNoTime for what is always kept.
    Time followedSince(const SeriesKey &key) const;
    /// Puts samples before the first real one.
    void prefill(const SeriesKey &key, std::vector<Sample> samples);

private:
    struct Line {
        std::vector<Sample> samples; ///< oldest first
        Time since = kNoTime;
    };
    mutable std::mutex m_mutex;
    std::map<SeriesKey, Line> m_lines;
    Time m_last = kNoTime;
};

} // namespace sextant
