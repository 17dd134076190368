// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/base/units.h"

#include <string_view>

namespace sextant::kubernetes {

__extension__ typedef __int128 Int128;

/// An exact amount in billionths of its unit, as far as the API itself is exact. Far beyond any cluster it saturates.
class Quantity {
public:
    constexpr Quantity() = default;
    static constexpr Quantity ofNanos(Int128 nanos) { return Quantity(nanos); }

    constexpr Int128 nanos() const { return m_nanos; }
    constexpr bool isZero() const { return m_nanos == 0; }
    /// Adds, saturating.
    Quantity &operator+=(Quantity other);
    constexpr bool operator==(const Quantity &) const = default;
    constexpr bool operator<(const Quantity &other) const { return m_nanos < other.m_nanos; }

    /// Whole units, rounded away from zero, clamped to 64 bits.
    std::int64_t whole() const;
    /// Thousandths, rounded away from zero, clamped to 64 bits.
    std::int64_t milli() const;

private:
    constexpr explicit Quantity(Int128 nanos)
        : m_nanos(nanos)
    {
    }
    Int128 m_nanos = 0;
};

/// Reads a Kubernetes quantity: "250m", "1.5Gi", "1126400m", "129e6", "1E", ".5".
/// @return ErrorCode::Decode for any other text. What is finer than a billionth is rounded away from zero; binary
/// values end at 2^63-1. Source: Kubernetes API reference, "Quantity". Any thread.
Result<Quantity> parseQuantity(std::string_view text);

/// Whole bytes, rounded up; ErrorCode::Decode on a text that is no quantity.
Result<Bytes> parseBytes(std::string_view text);
/// Thousandths of a core, rounded up.
Result<MilliCpu> parseMilliCpu(std::string_view text);
/// A whole number of things (pods, GPUs), rounded up.
Result<Count> parseCount(std::string_view text);

} // namespace sextant::kubernetes
