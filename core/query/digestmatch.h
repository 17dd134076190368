// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/fleet/poddigest.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// Texts looked for in what pods' digests stand for, as they would be in the names and addresses themselves.
namespace sextant::filter {

/// A text looked for in names that are a controller's, a dash and a tail, by the tail and by what is asked of the
/// controller's name once: for many pods of few controllers. Immutable.
class TailMatch {
public:
    /// @param part not empty, folded.
    explicit TailMatch(std::string_view part);

    /// What a controller's name adds: kWithin where the text lies in it, else a bit for each end it can go on from.
    /// Below 128.
    using Ends = std::uint8_t;
    static constexpr Ends kWithin = 0x40;
    Ends endsOf(std::string_view controller) const;
    /// Of sixty-four those of `among` that fit, a bit each.
    std::uint64_t fitting(const PodDigest *digests, const Ends *ends, std::uint64_t among) const;

private:
    /// One way to lie over the dash and the tail.
    struct Placed {
        std::uint32_t mask = 0, letters = 0; ///< of the tail
        std::size_t before = 0; ///< how much of the text lies in the controller's name
    };
    bool fits(std::uint32_t tail, Ends ends) const;

    std::string m_part;
    std::array<Placed, PodDigest::kTail + 1> m_places;
    std::size_t m_placed = 0;
};

/// A text looked for in IPv4 addresses. Immutable.
class AddressMatch {
public:
    /// @param part not empty, folded.
    explicit AddressMatch(std::string_view part);
    /// Whether it can fit any.
    bool possible() const { return m_begins != 0; }
    bool fits(std::uint32_t ip) const
    {
        const unsigned misses =
            m_misses[0][ip >> 24] | m_misses[1][ip >> 16 & 255U] | m_misses[2][ip >> 8 & 255U] | m_misses[3][ip & 255U];
        return (m_begins & ~misses) != 0;
    }

private:
    static constexpr std::size_t kBytes = 4;
    unsigned m_begins = 0; ///< bits: the bytes in which the text's first number may lie; none: it fits no address
    /// By the place and the value of a byte: in which of them it may not, for what the text says about this one.
    std::array<std::array<std::uint8_t, 256>, kBytes> m_misses{};
};

} // namespace sextant::filter
