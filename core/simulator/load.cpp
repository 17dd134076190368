// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulator/load.h"

#include "core/simulator/world_random.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace sextant::simulator {

Time Load::windowEnd(Time now)
{
    const auto seconds = now.time_since_epoch().count();
    return Time(std::chrono::seconds(seconds - (seconds % kWindow + kWindow) % kWindow));
}

double Load::day(Time at, double shift) const
{
    const double days = double(at.time_since_epoch().count()) / m_daySeconds - shift;
    return std::sin(2 * std::numbers::pi * (days - std::floor(days)));
}

std::int64_t Load::nanoCores(
    std::uint64_t hash, std::int64_t requestMillis, std::int64_t limitMillis, Time window) const
{
    const auto base = mixed(hash ^ m_seed);
    const auto noise = mixed(base ^ std::uint64_t(window.time_since_epoch().count()));
    // Most use about half of what they asked for; one in twenty more than all of it.
    double share = 0.28 + 0.5 * fractionOf(base);
    if (base % 20 == 0) {
        share += 0.6;
    }
    const double swing = 1 + 0.3 * day(window, 0.12 * fractionOf(mixed(base)));
    const double use = share * swing * (0.93 + 0.14 * fractionOf(noise));
    const double millis = requestMillis > 0 ? double(requestMillis) : 30 + 90 * fractionOf(mixed(base + 1));
    auto nanos = std::int64_t(millis * use * 1e6);
    if (limitMillis > 0) {
        nanos = std::min(nanos, limitMillis * 1'000'000);
    }
    return std::max<std::int64_t>(nanos, 200'000);
}

std::int64_t Load::bytes(std::uint64_t hash, std::int64_t request, std::int64_t limit, Time window) const
{
    const auto base = mixed(hash ^ m_seed ^ 0x5EED);
    const auto noise = mixed(base ^ std::uint64_t(window.time_since_epoch().count()));
    const double share = 0.42 + 0.44 * fractionOf(base);
    const double swing = 1 + 0.06 * day(window, 0.2 * fractionOf(mixed(base)));
    const double asked = request > 0 ? double(request) : (48 + 200 * fractionOf(mixed(base + 1))) * 1048576;
    auto out = std::int64_t(asked * share * swing * (0.985 + 0.03 * fractionOf(noise)));
    if (limit > 0) {
        out = std::min(out, limit);
    }
    return out / 4096 * 4096;
}

} // namespace sextant::simulator
