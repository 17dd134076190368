// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

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
inline bool areFew(std::uint64_t among, int few = 12) { return countOf(among) < few; }

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

#ifdef __SSE2__
/// A bit of each of sixty-four bytes: the highest of what `make` gives for sixteen of them.
template <class Make> std::uint64_t highestOfEach(const void *bytes, const Make &make)
{
    std::uint64_t bits = 0;
    for (unsigned at = 0; at < 64; at += 16) {
        const auto *from = reinterpret_cast<const __m128i *>(static_cast<const char *>(bytes) + at);
        bits |= std::uint64_t(static_cast<unsigned>(_mm_movemask_epi8(make(_mm_loadu_si128(from))))) << at;
    }
    return bits;
}
#endif

/// A bit of each of sixty-four bytes. @param bit 0 to 7, the same of all
inline std::uint64_t bitOfEach(const std::uint8_t *bytes, unsigned bit)
{
#ifdef __SSE2__
    const __m128i up = _mm_cvtsi32_si128(static_cast<int>(7 - bit));
    return highestOfEach(bytes, [up](__m128i sixteen) { return _mm_sll_epi16(sixteen, up); });
#else
    std::uint64_t bits = 0;
    for (unsigned at = 0; at < 64; ++at) {
        bits |= std::uint64_t(bytes[at] >> bit & 1U) << at;
    }
    return bits;
#endif
}
inline std::uint64_t bitOfEach(const std::array<std::uint8_t, 64> &bytes, unsigned bit)
{
    return bitOfEach(bytes.data(), bit);
}

/// Which of sixty-four bytes are that one.
template <class Byte> std::uint64_t whichAre(const Byte *bytes, Byte one)
{
    static_assert(sizeof(Byte) == 1);
#ifdef __SSE2__
    const __m128i same = _mm_set1_epi8(static_cast<char>(one));
    return highestOfEach(bytes, [same](__m128i sixteen) { return _mm_cmpeq_epi8(sixteen, same); });
#else
    std::uint64_t bits = 0;
    for (unsigned at = 0; at < 64; ++at) {
        bits |= std::uint64_t(bytes[at] == one) << at;
    }
    return bits;
#endif
}

/// Those of `among` that are asked for and are so, where asking is cheap enough to ask the others as well.
template <class Is> std::uint64_t ofSixtyFour(std::uint64_t among, const Is &is)
{
    return bitOfEach(ofEach<std::uint8_t>(among, is), 0) & among;
}

} // namespace sextant
