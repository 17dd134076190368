// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/textmatch.h"

#include <algorithm>
#include <array>
#include <bit>
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
/// Sixteen bytes, folded. Bytes above 127 are negative here and so no letters.
__m128i folded16(const char *text)
{
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i *>(text));
    const __m128i capital =
        _mm_and_si128(_mm_cmpgt_epi8(bytes, _mm_set1_epi8('A' - 1)), _mm_cmplt_epi8(bytes, _mm_set1_epi8('Z' + 1)));
    return _mm_add_epi8(bytes, _mm_and_si128(capital, _mm_set1_epi8('a' - 'A')));
}
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
    const std::size_t last = text.size() - needle.size();
    std::size_t at = 0;
#ifdef __SSE2__
    // Sixteen places at a time, by their first and their last byte: what is left is compared whole.
    const __m128i front = _mm_set1_epi8(needle.front());
    const __m128i back = _mm_set1_epi8(needle.back());
    for (; at + 15 <= last; at += 16) {
        const __m128i both = _mm_and_si128(_mm_cmpeq_epi8(folded16(text.data() + at), front),
            _mm_cmpeq_epi8(folded16(text.data() + at + needle.size() - 1), back));
        for (auto places = static_cast<unsigned>(_mm_movemask_epi8(both)); places != 0; places &= places - 1) {
            if (beginsFolded(text.data() + at + std::countr_zero(places), needle)) {
                return true;
            }
        }
    }
#endif
    for (; at <= last; ++at) {
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
