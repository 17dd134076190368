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
    bool fits(std::uint32_t ip) const
    {
        // Where its first number ends, the others must begin in the bytes behind.
        std::uint32_t places = 0;
        for (unsigned byte = 0; byte < 4; ++byte) {
            places |= std::uint32_t(m_fits[ip >> (24 - 8 * byte) & 255U]) << (8 * byte);
        }
        std::uint32_t all = places;
        for (unsigned number = 1; number < m_numbers; ++number) {
            all &= places >> (9 * number);
        }
        return (all & m_begins) != 0;
    }

private:
    std::array<std::uint8_t, 256> m_fits{}; ///< by the value of a byte: which numbers of the text may stand for it
    unsigned m_numbers = 0;
    std::uint32_t m_begins = 0; ///< the places of the first; 0: it fits no address
};

} // namespace sextant::filter
