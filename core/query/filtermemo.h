// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/stringpool.h"
#include "core/query/bitmap.h"
#include "core/query/digestmatch.h"
#include "core/query/filterexpression.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace sextant::filter {

/// Some pattern of the term fits the text.
inline bool fits(const Term &term, std::string_view text)
{
    return std::any_of(
        term.patterns.begin(), term.patterns.end(), [&](const Pattern &pattern) { return pattern.fits(text); });
}

/// Those of `among` that are asked for and are so.
template <class Ask> std::uint64_t those(std::uint64_t among, const Ask &ask)
{
    std::uint64_t yes = 0;
    eachBit(among, [&](unsigned bit) { yes |= std::uint64_t(ask(bit)) << bit; });
    return yes;
}

/// What was asked once of things that have numbers. One thread.
class Answers {
public:
    /// The answer for a number; `ask` gives it the first time.
    template <class Ask> bool at(std::size_t number, const Ask &ask)
    {
        return at(
            number, [&ask] { return std::optional<bool>(ask()); }, [] { return false; });
    }
    /// The same where there may be nobody to ask: then `ask` says nothing, and each time `other` answers.
    template <class Ask, class Other> bool at(std::size_t number, const Ask &ask, const Other &other)
    {
        if (number >= m_known.size()) {
            m_known.resize(std::max(number + 1, m_known.size() * 2), kNotAsked);
        }
        std::uint8_t &known = m_known[number];
        if (known == kNotAsked) {
            const std::optional<bool> answer = ask();
            known = !answer ? kNobody : *answer ? kYes : kNo;
        }
        return known == kNobody ? other() : known == kYes;
    }
    /// Sixty-four at once: those of `among` whose number's answer is yes; `ask(bit)` gives what is not known yet. All
    /// numbers may be read, whoever is among them.
    template <class Number, class Ask>
    std::uint64_t those(const Number *numbers, std::uint64_t among, const Ask &ask) const
    {
        constexpr int kFew = 12;
        if (std::popcount(among) < kFew) {
            return filter::those(among, ask);
        }
        std::uint64_t yes = 0, unknown = 0;
        for (unsigned bit = 0; bit < 64; ++bit) {
            const auto number = static_cast<std::size_t>(numbers[bit]);
            const unsigned known = number < m_known.size() ? m_known[number] : kNotAsked;
            yes |= std::uint64_t(known & 1U) << bit;
            unknown |= std::uint64_t(known >> 1) << bit;
        }
        return (yes & among & ~unknown) | filter::those(among & unknown, ask);
    }

private:
    static constexpr std::uint8_t kNo = 0, kYes = 1, kNotAsked = 2, kNobody = 3;
    std::vector<std::uint8_t> m_known;
};

/// A text looked for in the names and addresses of pods, by their digests and by what it finds in the names of their
/// controllers, asked once. One thread.
class DigestAnswers {
public:
    explicit DigestAnswers(std::string_view part)
        : m_tail(part)
        , m_address(part)
    {
    }
    struct Told {
        std::uint64_t yes = 0;
        std::uint64_t known = 0; ///< of the others the record has to be read
    };
    /// @param controllers workload slots. @param name gives a controller's, nothing where nobody is in that slot.
    template <class Name>
    Told names(const PodDigest *digests, const std::uint32_t *controllers, std::uint64_t among, const Name &name)
    {
        Told told;
        eachBit(among, [&](unsigned bit) {
            const std::uint32_t controller = controllers[bit];
            if (digests[bit].tail == 0 || controller == kNoSlot) {
                return;
            }
            if (controller >= m_ends.size()) {
                m_ends.resize(std::max<std::size_t>(controller + 1, m_ends.size() * 2), kNotAsked);
            }
            TailMatch::Ends &ends = m_ends[controller];
            if (ends == kNotAsked) {
                const std::optional<std::string_view> text = name(controller);
                ends = text ? m_tail.endsOf(*text) : kNobody;
            }
            told.known |= std::uint64_t(ends != kNobody) << bit;
            told.yes |= std::uint64_t(ends != kNobody && m_tail.fits(digests[bit].tail, ends)) << bit;
        });
        return told;
    }
    Told addresses(const PodDigest *digests, std::uint64_t among) const
    {
        Told told;
        eachBit(among, [&](unsigned bit) {
            told.known |= std::uint64_t(digests[bit].ip != 0) << bit;
            told.yes |= std::uint64_t(digests[bit].ip != 0 && m_address.fits(digests[bit].ip)) << bit;
        });
        return told;
    }

private:
    static constexpr TailMatch::Ends kNotAsked = 0xff, kNobody = 0xfe;
    TailMatch m_tail;
    AddressMatch m_address;
    std::vector<TailMatch::Ends> m_ends; ///< by workload slot
};

/// The answers of one term in one cluster.
struct Memo {
    Answers strings; ///< by StringId
    Answers nodes; ///< by node slot
    Answers workloads; ///< by workload slot
    Answers cluster; ///< its name, at 0
    std::optional<DigestAnswers> digests; ///< of a term that is one text to be found anywhere

    bool string(const Term &term, const StringPool &pool, StringId id)
    {
        return strings.at(static_cast<std::size_t>(id), [&] { return fits(term, pool.view(id)); });
    }
};

} // namespace sextant::filter
