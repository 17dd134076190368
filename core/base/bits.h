// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

/// Sixty-four of something at once, a bit each.
namespace sextant {

/// Calls `see(bit)` for each that is set, from the lowest on.
template <class See> void eachBit(std::uint64_t bits, const See &see)
{
    for (; bits != 0; bits &= bits - 1) {
        see(static_cast<unsigned>(std::countr_zero(bits)));
    }
}

/// Those of `among` that are asked for and are so.
template <class Ask> std::uint64_t those(std::uint64_t among, const Ask &ask)
{
    std::uint64_t yes = 0;
    eachBit(among, [&](unsigned bit) { yes |= std::uint64_t(ask(bit)) << bit; });
    return yes;
}

/// So few of sixty-four that asking each of them takes less than a step over all that has no branch.
inline bool areFew(std::uint64_t among)
{
    constexpr int kFew = 12;
    return std::popcount(among) < kFew;
}

/// Calls `see(bit)` for those of `among` and, where they are not few, for the others as well, which takes less.
template <class See> void eachOfSixtyFour(std::uint64_t among, const See &see)
{
    if (areFew(among)) {
        eachBit(among, see);
        return;
    }
    for (unsigned bit = 0; bit < 64; ++bit) {
        see(bit);
    }
}

/// A bit of each of sixty-four bytes. @param bit 0 to 7, the same of all
inline std::uint64_t bitOfEach(const std::array<std::uint8_t, 64> &bytes, unsigned bit)
{
    std::uint64_t bits = 0;
    if constexpr (std::endian::native == std::endian::little) {
        constexpr std::uint64_t kEach = 0x0101010101010101, kGather = 0x0102040810204080;
        for (unsigned at = 0; at < bytes.size(); at += 8) {
            std::uint64_t eight = 0;
            std::memcpy(&eight, bytes.data() + at, sizeof(eight));
            bits |= ((eight >> bit & kEach) * kGather >> 56) << at;
        }
    } else {
        for (unsigned at = 0; at < bytes.size(); ++at) {
            bits |= std::uint64_t(bytes[at] >> bit & 1U) << at;
        }
    }
    return bits;
}

/// Those of `among` that are asked for and are so, where asking is cheap enough to ask the others as well.
template <class Is> std::uint64_t ofSixtyFour(std::uint64_t among, const Is &is)
{
    std::array<std::uint8_t, 64> are{};
    eachOfSixtyFour(among, [&](unsigned bit) { are[bit] = is(bit); });
    return bitOfEach(are, 0) & among;
}

} // namespace sextant
