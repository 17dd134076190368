// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/textmatch.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace sextant {

namespace {

constexpr std::array<char, 256> foldTable()
{
    std::array<char, 256> table{};
    for (int i = 0; i < 256; ++i) {
        table[static_cast<std::size_t>(i)] = static_cast<char>(i >= 'A' && i <= 'Z' ? i + ('a' - 'A') : i);
    }
    return table;
}
constexpr auto kFold = foldTable();

char fold(char c) { return kFold[static_cast<unsigned char>(c)]; }

bool beginsFolded(const char *text, std::string_view needle)
{
    std::size_t i = 0;
    while (i < needle.size() && fold(text[i]) == needle[i]) {
        ++i;
    }
    return i == needle.size();
}

#ifdef __SSE2__
__m128i bytesAt(const char *text) { return _mm_loadu_si128(reinterpret_cast<const __m128i *>(text)); }

/// Eight to fifteen bytes, without touching others; zeros after them.
__m128i shortText(std::string_view text)
{
    std::uint64_t low = 0, high = 0;
    std::memcpy(&low, text.data(), sizeof low);
    std::memcpy(&high, text.data() + text.size() - sizeof high, sizeof high);
    high = text.size() == sizeof high ? 0 : high >> (8 * (2 * sizeof high - text.size()));
    return _mm_set_epi64x(static_cast<long long>(high), static_cast<long long>(low));
}

/// Finds a byte in either case.
struct Byte {
    explicit Byte(char folded)
        : lower(_mm_set1_epi8(folded))
        , upper(_mm_set1_epi8(static_cast<char>(folded >= 'a' && folded <= 'z' ? folded - ('a' - 'A') : folded)))
    {
    }
    unsigned in(__m128i bytes) const
    {
        return static_cast<unsigned>(
            _mm_movemask_epi8(_mm_or_si128(_mm_cmpeq_epi8(bytes, lower), _mm_cmpeq_epi8(bytes, upper))));
    }
    __m128i lower, upper;
};
#endif

} // namespace

bool containsFolded(std::string_view text, std::string_view needle)
{
    if (needle.size() > text.size()) {
        return false;
    }
    if (needle.empty()) {
        return true;
    }
    const std::size_t last = text.size() - needle.size(); // the last place it may begin at
#ifdef __SSE2__
    // Sixteen places at a time, by their first and their last byte: what is left is compared whole.
    const Byte front(needle.front()), back(needle.back());
    const auto beginsAt = [&](std::size_t at, unsigned places) {
        for (; places != 0; places &= places - 1) {
            if (beginsFolded(text.data() + at + std::countr_zero(places), needle)) {
                return true;
            }
        }
        return false;
    };
    constexpr std::size_t kPlaces = 16;
    const char *ends = text.data() + needle.size() - 1;
    if (last + 1 >= kPlaces) {
        for (std::size_t at = 0; at + kPlaces <= last + 1; at += kPlaces) {
            if (beginsAt(at, front.in(bytesAt(text.data() + at)) & back.in(bytesAt(ends + at)))) {
                return true;
            }
        }
        const std::size_t at = last + 1 - kPlaces; // some of them a second time
        return (last + 1) % kPlaces != 0
            && beginsAt(at, front.in(bytesAt(text.data() + at)) & back.in(bytesAt(ends + at)));
    }
    const unsigned places = (2U << last) - 1;
    if (text.size() >= kPlaces) {
        const auto shift = kPlaces - 1 - last;
        return beginsAt(0,
            front.in(bytesAt(text.data())) & back.in(bytesAt(text.data() + text.size() - kPlaces)) >> shift & places);
    }
    if (text.size() >= sizeof(std::uint64_t)) {
        const __m128i bytes = shortText(text);
        return beginsAt(0, front.in(bytes)&back.in(bytes) >> (needle.size() - 1) & places);
    }
#endif
    for (std::size_t at = 0; at <= last; ++at) {
        if (fold(text[at]) == needle.front() && beginsFolded(text.data() + at, needle)) {
            return true;
        }
    }
    return false;
}

bool equalsFolded(std::string_view text, std::string_view other)
{
    return text.size() == other.size()
        && std::equal(text.begin(), text.end(), other.begin(), [](char a, char b) { return fold(a) == b; });
}

bool globFolded(std::string_view text, std::string_view pattern)
{
    std::size_t at = 0, in = 0;
    std::size_t star = std::string_view::npos, from = 0; // the last `*`, and where what follows it was tried
    while (at < text.size()) {
        if (in < pattern.size() && pattern[in] == '*') {
            star = in++;
            from = at;
        } else if (in < pattern.size() && fold(text[at]) == pattern[in]) {
            ++at;
            ++in;
        } else if (star != std::string_view::npos) {
            in = star + 1;
            at = ++from;
        } else {
            return false;
        }
    }
    return pattern.find_first_not_of('*', in) == std::string_view::npos;
}

std::string folded(std::string_view text)
{
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), fold);
    return out;
}

} // namespace sextant
