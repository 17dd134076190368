// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/stringpool.h"
#include "core/query/filterexpression.h"

#include <algorithm>
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

private:
    static constexpr std::uint8_t kNo = 0, kYes = 1, kNotAsked = 2, kNobody = 3;
    std::vector<std::uint8_t> m_known;
};

/// The answers of one term in one cluster.
struct Memo {
    Answers strings; ///< by StringId
    Answers nodes; ///< by node slot
    Answers workloads; ///< by workload slot
    Answers cluster; ///< its name, at 0

    bool string(const Term &term, const StringPool &pool, StringId id)
    {
        return strings.at(static_cast<std::size_t>(id), [&] { return fits(term, pool.view(id)); });
    }
};

} // namespace sextant::filter
