// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/fleet/snapshot.h"

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

namespace sextant {

/// What grew over the last minute, from counters that are looked at about once a second. Not thread-safe.
class MinuteLog {
public:
    using Clock = std::chrono::steady_clock;
    static constexpr std::chrono::seconds kSpan{60};

    /// @param pictures how many were shown so far. @param processorSeconds of the process, so far.
    /// @param now not before the last one.
    void sample(const Snapshot &snapshot, std::uint64_t pictures, double processorSeconds, Clock::time_point now);

    struct Traffic {
        double bytesPerSecond = 0; ///< on the wire
        double changesPerSecond = 0; ///< objects added, changed or removed by watches
    };
    /// Over the last minute, or since the cluster came or was connected anew; nothing before two samples.
    std::optional<Traffic> traffic(ClusterId id) const;
    /// Processor time as a share of one core: 1 is a whole one.
    std::optional<double> processorShare() const;
    std::optional<double> picturesPerSecond() const;
    /// What the figures are taken over, at most kSpan.
    std::chrono::seconds span() const;

private:
    struct Counted {
        ClusterId id = ClusterId::None;
        std::uint64_t bytes = 0, changes = 0;
    };
    struct Sample {
        Clock::time_point at;
        std::uint64_t pictures = 0;
        double processor = 0;
        std::vector<Counted> clusters;
        const Counted *of(ClusterId id) const;
    };
    std::deque<Sample> m_samples; ///< oldest first
};

} // namespace sextant
