// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/digestmatch.h"

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
    if (numbers.size() > 4 || part.find_first_not_of("0123456789.") != std::string_view::npos) {
        return;
    }
    m_numbers = static_cast<unsigned>(numbers.size());
    for (unsigned first = 0; first + m_numbers <= 4; ++first) {
        m_begins |= 1U << (8 * first);
    }
    const auto last = m_numbers - 1;
    for (unsigned value = 0; value < 256; ++value) {
        const std::string text = std::to_string(value);
        for (unsigned i = 0; i < m_numbers; ++i) {
            // The first may be the end of a byte's number and the last its beginning; a single one may be in the midst.
            const std::string_view number = numbers[i];
            const auto at = i == 0 && last != 0 && number.size() <= text.size() ? text.size() - number.size() : 0;
            const bool fits = last == 0 ? text.find(number) != std::string::npos
                : i == 0 || i == last   ? text.compare(at, number.size(), number) == 0
                                        : text == number;
            m_fits[value] = static_cast<std::uint8_t>(m_fits[value] | unsigned(fits) << i);
        }
    }
}

} // namespace sextant::filter
