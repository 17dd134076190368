// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/capacity/accounting.h"
#include "core/history/sampleline.h"

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace sextant {

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
        SampleLine samples;
        Time since = kNoTime;
    };
    // With the lock held.
    SeriesKey keptAs(const SeriesKey &key) const;
    void meet(const Picture &picture);
    void partWays();

    mutable std::mutex m_mutex;
    std::map<SeriesKey, Line> m_lines;
    /// The cluster whose lines are the whole fleet's, too, as there never was another; None: there was; nothing: there
    /// is none yet.
    std::optional<ClusterId> m_alone;
    Time m_last = kNoTime;
};

} // namespace sextant
