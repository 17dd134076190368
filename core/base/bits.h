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

/// How many are set: as std::popcount, which is a call where the oldest processors of a kind are compiled for.
inline int countOf(std::uint64_t bits)
{
    bits -= bits >> 1 & 0x5555555555555555;
    bits = (bits & 0x3333333333333333) + (bits >> 2 & 0x3333333333333333);
    bits = (bits + (bits >> 4)) & 0x0f0f0f0f0f0f0f0f;
    return static_cast<int>(bits * 0x0101010101010101 >> 56);
}

/// So few of sixty-four that asking each of them takes less than a step over all that has no branch.
inline bool areFew(std::uint64_t among)
{
    constexpr int kFew = 12;
    return countOf(among) < kFew;
}

/// What `give(bit)` says of those of `among`; of the others, too, where these are not few, which takes less.
template <class Value, class Give> std::array<Value, 64> ofEach(std::uint64_t among, const Give &give)
{
    std::array<Value, 64> all;
    if (areFew(among)) {
        all.fill(Value{});
        eachBit(among, [&](unsigned bit) { all[bit] = give(bit); });
    } else {
        for (unsigned bit = 0; bit < 64; ++bit) {
            all[bit] = give(bit);
        }
    }
    return all;
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

/// A byte of each bit, 1 or 0: the other way round.
inline std::array<std::uint8_t, 64> bytesOf(std::uint64_t bits)
{
    std::array<std::uint8_t, 64> bytes;
    if constexpr (std::endian::native == std::endian::little) {
        constexpr std::uint64_t kEach = 0x0101010101010101, kOne = 0x8040201008040201, kFull = 0x7f7f7f7f7f7f7f7f;
        for (unsigned at = 0; at < bytes.size(); at += 8) {
            // Eight times the same byte, of each another bit; what is not 0 then reaches the byte's highest.
            const std::uint64_t eight = (((bits >> at & 0xffU) * kEach & kOne) + kFull) >> 7 & kEach;
            std::memcpy(bytes.data() + at, &eight, sizeof(eight));
        }
    } else {
        for (unsigned at = 0; at < bytes.size(); ++at) {
            bytes[at] = static_cast<std::uint8_t>(bits >> at & 1U);
        }
    }
    return bytes;
}

/// Those of `among` that are asked for and are so, where asking is cheap enough to ask the others as well.
template <class Is> std::uint64_t ofSixtyFour(std::uint64_t among, const Is &is)
{
    return bitOfEach(ofEach<std::uint8_t>(among, is), 0) & among;
}

} // namespace sextant
