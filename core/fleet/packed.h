// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/units.h"

#include <chrono>
#include <cstdint>
#include <limits>

/// Figures of pods in 32 bits, of which there are many.
namespace sextant {

/// Seconds since 1970 in 32 bits; 0: not set.
using PackedTime = std::uint32_t;
inline PackedTime packTime(Time time)
{
    const auto seconds = time == kNoTime ? 0 : time.time_since_epoch().count();
    return seconds <= 0 || seconds > 0xffffffffLL ? 0 : static_cast<PackedTime>(seconds);
}
inline Time unpackTime(PackedTime packed) { return packed == 0 ? kNoTime : Time(std::chrono::seconds(packed)); }

/// Millicores in 32 bits, memory in 32 bits of KiB; what does not fit (beyond 2 million cores or 4 TiB, or no whole
/// KiB) is kWide and stands elsewhere: what is declared in the pod's record, what is measured beside it (PodUsage).
struct PackedCpu {
    static constexpr std::int64_t kUnit = 1;
    static constexpr std::int32_t kUnknown = std::numeric_limits<std::int32_t>::min();
    static constexpr std::int32_t kWide = std::numeric_limits<std::int32_t>::max();
    static std::int32_t of(MilliCpu cpu)
    {
        return !cpu.known()                             ? kUnknown
            : cpu.value > kUnknown && cpu.value < kWide ? static_cast<std::int32_t>(cpu.value)
                                                        : kWide;
    }
    static MilliCpu value(std::int32_t packed) { return packed == kUnknown ? MilliCpu() : MilliCpu(packed); }
};
struct PackedMemory {
    static constexpr std::int64_t kUnit = 1024;
    static constexpr std::uint32_t kUnknown = std::numeric_limits<std::uint32_t>::max();
    static constexpr std::uint32_t kWide = kUnknown - 1;
    static std::uint32_t of(Bytes memory)
    {
        return !memory.known() ? kUnknown
            : memory.value >= 0 && memory.value % kUnit == 0 && memory.value / kUnit < kWide
            ? static_cast<std::uint32_t>(memory.value / kUnit)
            : kWide;
    }
    static Bytes value(std::uint32_t packed) { return packed == kUnknown ? Bytes() : Bytes(packed * kUnit); }
};

} // namespace sextant
