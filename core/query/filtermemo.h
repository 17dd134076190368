// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/stringpool.h"
#include "core/query/bitmap.h"
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
        constexpr int kFew = 12;
        if (std::popcount(among) < kFew) {
            return sextant::those(among, ask);
        }
        std::uint64_t yes = 0, unknown = 0;
        for (unsigned bit = 0; bit < 64; ++bit) {
            const auto number = static_cast<std::size_t>(numbers[bit]);
            const unsigned known = number < m_known.size() ? m_known[number] : kNotAsked;
            yes |= std::uint64_t(known & 1U) << bit;
            unknown |= std::uint64_t(known >> 1) << bit;
        }
        return (yes & among & ~unknown) | sextant::those(among & unknown, ask);
    }

private:
    static constexpr std::uint8_t kNo = 0, kYes = 1, kNotAsked = 2, kNobody = 3;
    std::vector<std::uint8_t> m_known;
};

/// A text looked for in the names and addresses of pods and in the names of what runs them: by the pods' digests, and
/// by what it finds in the names of workloads, each asked once. One thread.
class DigestAnswers {
public:
    explicit DigestAnswers(std::string_view part)
        : m_tail(part)
        , m_address(part)
    {
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
        told.known = those(known, [digests](unsigned bit) { return digests[bit].tail != 0; });
        told.yes = m_tail.fitting(digests, ends.data(), told.known);
        return told;
    }
    /// Names of the workloads themselves.
    template <class Name> Told workloads(const std::uint32_t *slots, std::uint64_t among, const Name &name)
    {
        const auto [ends, known] = endsOf(slots, among, name);
        return {those(known, [&ends = ends](unsigned bit) { return (ends[bit] & TailMatch::kWithin) != 0; }), known};
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
    /// Makes room for so many slots; then ask() may be called for different ones from several threads.
    void prepare(std::size_t slots) { m_ends.resize(std::max(slots, m_ends.size()), kNotAsked); }
    template <class Name> void ask(std::uint32_t slot, const Name &name)
    {
        const std::optional<std::string_view> text = name(slot);
        m_ends[slot] = text ? m_tail.endsOf(*text) : kNobody;
    }

private:
    static constexpr TailMatch::Ends kNotAsked = 0xff, kNobody = 0xfe;
    struct Found {
        std::array<TailMatch::Ends, 64> of{};
        std::uint64_t known = 0; ///< those of `among` that somebody spoke for
    };
    template <class Name> Found endsOf(const std::uint32_t *slots, std::uint64_t among, const Name &name)
    {
        Found found;
        eachBit(among, [&](unsigned bit) {
            const std::uint32_t slot = slots[bit];
            if (slot == kNoSlot) {
                return;
            }
            if (slot >= m_ends.size()) {
                prepare(std::max<std::size_t>(slot + 1, m_ends.size() * 2));
            }
            if (m_ends[slot] == kNotAsked) {
                ask(slot, name);
            }
            found.of[bit] = m_ends[slot];
            found.known |= std::uint64_t(m_ends[slot] != kNobody) << bit;
        });
        return found;
    }

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
