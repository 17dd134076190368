// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/digestmatch.h"

#include "core/base/bits.h"
#include "core/query/textmatch.h"

#include <algorithm>
#include <vector>

namespace sextant::filter {

TailMatch::TailMatch(std::string_view part)
    : m_part(part)
{
    // By how much of the dash and the tail lies before the text's end.
    for (std::size_t covered = 1; covered <= PodDigest::kTail + 1; ++covered) {
        const std::size_t in = std::min(covered, part.size());
        Placed place;
        place.before = part.size() - in;
        bool can = true;
        for (std::size_t i = 0; i < in && can; ++i) {
            const char c = part[place.before + i];
            const std::size_t at = covered - in + i; // 0: the dash
            if (at == 0) {
                can = c == '-';
            } else {
                const auto letter = PodDigest::letter(c);
                can = letter != 0;
                place.mask |= ((1U << PodDigest::kLetterBits) - 1) << PodDigest::shift(at - 1);
                place.letters |= letter << PodDigest::shift(at - 1);
            }
        }
        if (can) {
            m_places[m_placed++] = place;
        }
    }
}

bool TailMatch::fits(std::uint32_t tail, Ends ends) const
{
    return (ends & kWithin) != 0
        || std::any_of(m_places.begin(), m_places.begin() + m_placed, [&, at = 0U](const Placed &place) mutable {
               const bool can = place.before == 0 || (ends >> at & 1U) != 0;
               ++at;
               return can && (tail & place.mask) == place.letters;
           });
}

std::uint64_t TailMatch::fitting(const PodDigest *digests, const Ends *ends, std::uint64_t among) const
{
    constexpr unsigned kAll = 64;
    if (areFew(among)) {
        return those(among, [&](unsigned bit) { return fits(digests[bit].tail, ends[bit]); });
    }
    // Without a branch, so that the compiler takes several in one step.
    std::array<std::uint32_t, kAll> tails, may, hits;
    for (unsigned i = 0; i < kAll; ++i) {
        tails[i] = digests[i].tail;
        may[i] = ends[i];
        hits[i] = ends[i] & kWithin;
    }
    for (std::size_t at = 0; at < m_placed; ++at) {
        const std::uint32_t mask = m_places[at].mask, letters = m_places[at].letters, end = 1U << at,
                            always = m_places[at].before == 0 ? end : 0;
        for (unsigned i = 0; i < kAll; ++i) {
            const std::uint32_t same = (tails[i] & mask) == letters ? ~0U : 0U;
            hits[i] |= same & (may[i] | always) & end;
        }
    }
    return ofSixtyFour(among, [&hits](unsigned i) { return hits[i] != 0; });
}

TailMatch::Ends TailMatch::endsOf(std::string_view controller) const
{
    if (containsFolded(controller, m_part)) {
        return kWithin;
    }
    unsigned ends = 0;
    for (std::size_t i = 0; i < m_placed; ++i) {
        const std::size_t before = m_places[i].before;
        if (before != 0 && before <= controller.size()
            && equalsFolded(
                controller.substr(controller.size() - before), std::string_view(m_part).substr(0, before))) {
            ends |= 1U << i;
        }
    }
    return static_cast<Ends>(ends);
}

AddressMatch::AddressMatch(std::string_view part)
{
    std::vector<std::string_view> numbers;
    for (std::size_t begin = 0; begin <= part.size();) {
        const std::size_t end = std::min(part.find('.', begin), part.size());
        numbers.push_back(part.substr(begin, end - begin));
        begin = end + 1;
    }
    if (numbers.size() > kBytes || part.find_first_not_of("0123456789.") != std::string_view::npos) {
        return;
    }
    for (std::size_t begin = 0; begin + numbers.size() <= kBytes; ++begin) {
        m_begins |= 1U << begin;
    }
    const auto last = numbers.size() - 1;
    for (unsigned value = 0; value < m_misses[0].size(); ++value) {
        const std::string text = std::to_string(value);
        for (std::size_t i = 0; i < numbers.size(); ++i) {
            // The first may be the end of a byte's number and the last its beginning; a single one may be in the midst.
            const std::string_view number = numbers[i];
            const auto at = i == 0 && last != 0 && number.size() <= text.size() ? text.size() - number.size() : 0;
            const bool fits = last == 0 ? text.find(number) != std::string::npos
                : i == 0 || i == last   ? text.compare(at, number.size(), number) == 0
                                        : text == number;
            for (std::size_t byte = i; !fits && byte < kBytes; ++byte) {
                m_misses[byte][value] |= static_cast<std::uint8_t>(1U << (byte - i));
            }
        }
    }
}

} // namespace sextant::filter
