// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <limits>

namespace sextant {

/// A whole number of one unit, or unknown. Unknown is never 0: it is shown as "—", empty in CSV and null in JSON.
template <class Tag> struct Amount {
    static constexpr std::int64_t kUnknown = std::numeric_limits<std::int64_t>::min();
    std::int64_t value = kUnknown;

    constexpr Amount() = default;
    constexpr explicit Amount(std::int64_t v)
        : value(v)
    {
    }
    constexpr bool known() const { return value != kUnknown; }
    constexpr std::int64_t orZero() const { return known() ? value : 0; }
    constexpr auto operator<=>(const Amount &) const = default;

    /// Adds `other` if it is known; unknown + known is known. Saturates at the ends of the range.
    constexpr Amount &add(Amount other)
    {
        if (!other.known()) {
            return *this;
        }
        std::int64_t sum = 0;
        if (__builtin_add_overflow(orZero(), other.value, &sum)) {
            sum = other.value > 0 ? std::numeric_limits<std::int64_t>::max() : kUnknown + 1;
        }
        value = sum;
        return *this;
    }
};

struct MilliCpuTag;
struct BytesTag;
struct CountTag;
using MilliCpu = Amount<MilliCpuTag>; ///< thousandths of a core
using Bytes = Amount<BytesTag>;
using Count = Amount<CountTag>;

/// A point in time, whole seconds since 1970 UTC. kNoTime: not set (never 1970).
using Time = std::chrono::sys_seconds;
constexpr Time kNoTime = Time::min();

/// Now, in whole seconds, by the machine's clock.
inline Time wallNow() { return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()); }

} // namespace sextant
