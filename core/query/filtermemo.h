// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/bits.h"
#include "core/fleet/podblock.h"
#include "core/query/digestmatch.h"
#include "core/query/filterexpression.h"

#include <algorithm>
#include <array>
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
        if (areFew(among)) {
            return sextant::those(among, ask);
        }
        std::array<std::uint8_t, 64> answers;
        for (unsigned bit = 0; bit < 64; ++bit) {
            const auto number = static_cast<std::size_t>(numbers[bit]);
            answers[bit] = number < m_known.size() ? m_known[number] : kNotAsked;
        }
        const std::uint64_t unknown = bitOfEach(answers, 1);
        return (bitOfEach(answers, 0) & among & ~unknown) | sextant::those(among & unknown, ask);
    }
    /// The same of several numbers each, all below `end` and none of nobody's: those of which one answers yes.
    /// `ask(number)` gives what is not known yet.
    template <class Number, std::size_t N, class Ask>
    std::uint64_t anyOf(
        const std::array<const Number *, N> &numbers, std::uint64_t among, std::size_t end, const Ask &ask)
    {
        if (m_known.size() < end) {
            m_known.resize(end, kNotAsked);
        }
        const auto askThem = [&](unsigned bit) {
            return std::any_of(numbers.begin(), numbers.end(), [&](const Number *column) {
                return at(static_cast<std::size_t>(column[bit]), [&] { return ask(column[bit]); });
            });
        };
        if (areFew(among)) {
            return sextant::those(among, askThem);
        }
        // All are read before the first is used, so that memory is waited for once.
        std::array<std::array<Number, 64>, N> read;
        for (std::size_t column = 0; column < N; ++column) {
            std::copy_n(numbers[column], 64, read[column].begin());
        }
        std::array<std::uint8_t, 64> answers;
        for (unsigned bit = 0; bit < 64; ++bit) {
            std::uint8_t any = 0;
            for (const auto &column : read) {
                any |= m_known[static_cast<std::size_t>(column[bit])];
            }
            answers[bit] = any;
        }
        const std::uint64_t yes = bitOfEach(answers, 0) & among;
        return yes | sextant::those(bitOfEach(answers, 1) & among & ~yes, askThem);
    }

private:
    static constexpr std::uint8_t kNo = 0, kYes = 1, kNotAsked = 2, kNobody = 3;
    std::vector<std::uint8_t> m_known;
};

/// A text looked for in the names and addresses of pods and in the names of what runs them: by the pods' digests, and
/// by what it finds in the names of workloads, each asked once. One thread.
class DigestAnswers {
public:
    /// @param workloads how many slots of workloads there are.
    DigestAnswers(std::string_view part, std::size_t workloads)
        : m_tail(part)
        , m_address(part)
        , m_ends(workloads + 1, kNotAsked)
    {
        m_ends.back() = kNobody;
    }
    struct Told {
        std::uint64_t yes = 0;
        std::uint64_t known = 0; ///< of the others the text itself has to be read
    };
    // Of all: `slots` are workload slots, `name` gives a workload's, nothing where nobody is in that slot.

    /// Names of pods, by those of their controllers.
    template <class Name>
    Told names(const PodDigest *digests, const std::uint32_t *slots, std::uint64_t among, const Name &name)
    {
        const auto [ends, known] = endsOf(slots, among, name);
        Told told;
        told.known = ofSixtyFour(known, [digests](unsigned bit) { return digests[bit].tail != 0; });
        told.yes = m_tail.fitting(digests, ends.data(), told.known);
        return told;
    }
    /// Names of the workloads themselves.
    template <class Name> Told workloads(const std::uint32_t *slots, std::uint64_t among, const Name &name)
    {
        const auto [ends, known] = endsOf(slots, among, name);
        return {bitOfEach(ends, std::countr_zero(TailMatch::kWithin)) & known, known};
    }
    Told addresses(const PodDigest *digests, std::uint64_t among) const
    {
        Told told;
        told.known = ofSixtyFour(among, [digests](unsigned bit) { return digests[bit].ip != 0; });
        told.yes = !m_address.possible()
            ? 0
            : ofSixtyFour(told.known, [&](unsigned bit) { return m_address.fits(digests[bit].ip); });
        return told;
    }
    /// Asks about a slot before somebody needs to know it. Different ones: from several threads.
    template <class Name> void ask(std::uint32_t slot, const Name &name)
    {
        const std::optional<std::string_view> text = name(slot);
        m_ends[slot] = text ? m_tail.endsOf(*text) : kNobody;
    }

private:
    static constexpr TailMatch::Ends kNotAsked = 0xff, kNobody = 0xfe;
    static constexpr unsigned kSpecial = 7; ///< the bit of these two
    struct Found {
        std::array<TailMatch::Ends, 64> of;
        std::uint64_t known; ///< those of `among` that somebody spoke for
    };
    template <class Name> Found endsOf(const std::uint32_t *slots, std::uint64_t among, const Name &name)
    {
        const std::size_t nobody = m_ends.size() - 1;
        const auto look = [&](unsigned bit) { return m_ends[std::min<std::size_t>(slots[bit], nobody)]; };
        Found found{.of = ofEach<TailMatch::Ends>(among, look), .known = among};
        eachBit(bitOfEach(found.of, kSpecial) & among, [&](unsigned bit) {
            TailMatch::Ends &ends = found.of[bit];
            if (ends == kNotAsked) {
                ask(slots[bit], name);
                ends = m_ends[slots[bit]];
            }
            found.known &= ~(std::uint64_t(ends == kNobody) << bit);
        });
        return found;
    }

    TailMatch m_tail;
    AddressMatch m_address;
    std::vector<TailMatch::Ends> m_ends; ///< by workload slot; behind them what who has none says
};

/// The answers of one term in one cluster.
struct Memo {
    Answers strings; ///< by StringId
    Answers nodes; ///< by node slot
    Answers workloads; ///< by workload slot
    Answers cluster; ///< its name, at 0
    std::optional<SilentNodes> silent; ///< of a term that asks for states
    std::optional<DigestAnswers> digests; ///< of a term that is one text to be found anywhere
};

} // namespace sextant::filter
