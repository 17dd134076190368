// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/units.h"

#include <cstdint>

namespace sextant::simulator {

/// How much work there is: follows a day of any length, with noise, the same whenever it is asked for one moment.
class Load {
public:
    static constexpr std::int64_t kWindow = 15; ///< seconds between two samples

    Load(double daySeconds, std::uint64_t seed)
        : m_daySeconds(daySeconds > 1 ? daySeconds : 1)
        , m_seed(seed)
    {
    }

    /// The end of the last full window at `now`.
    static Time windowEnd(Time now);
    /// Between -1 (night) and 1 (the evening's peak). @param shift a part of a day by which it comes later.
    double day(Time at, double shift) const;
    /// Use of one pod in the window that ends at `window`; `hash` tells the pods apart.
    std::int64_t nanoCores(std::uint64_t hash, std::int64_t requestMillis, std::int64_t limitMillis, Time window) const;
    std::int64_t bytes(std::uint64_t hash, std::int64_t request, std::int64_t limit, Time window) const;
    /// What the machine itself takes beside its pods.
    static constexpr std::int64_t kNodeNanoCores = 180'000'000;
    static constexpr std::int64_t kNodeBytes = 1'300'000'000;
    static std::int64_t withOverhead(std::int64_t podSum) { return podSum + podSum / 25; }

private:
    double m_daySeconds;
    std::uint64_t m_seed;
};

} // namespace sextant::simulator
