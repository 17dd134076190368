// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/fleet/ids.h"
#include "core/query/query.h"

#include <cstdint>
#include <utility>
#include <vector>

namespace sextant::ui {

/// The identity of the object in a row of an answer.
AnyId idOf(const TableAnswer &answer, std::size_t row);
/// Differs when what the row says (but its ages) differs.
std::uint64_t stampOf(const TableAnswer &answer, std::size_t row);

/// Finds the rows of objects; a few by looking through the list, many by an index made once. The answer must outlive
/// it.
class RowFinder {
public:
    explicit RowFinder(const TableAnswer &answer)
        : m_answer(answer)
    {
    }
    int find(const AnyId &id); ///< -1: not among the rows

private:
    const TableAnswer &m_answer;
    int m_asked = 0;
    std::vector<int> m_rows; ///< by number of row
};

/// First and last row of a run.
using RowRange = std::pair<int, int>;

/// How a table gets from one answer to the next.
struct TablePlan {
    enum class Way {
        Same, ///< the rows stand; some may say something else
        Moved, ///< rows came, went or changed places
        Reset, ///< from nothing or to nothing
    } way = Way::Same;
    std::vector<RowRange> changed; ///< of Same, in order
};
/// More runs than this are told as one.
inline constexpr std::size_t kManyRuns = 500;

/// A pure function; any thread.
/// @param after made of `before` by answer()
TablePlan planChange(const TableAnswer &before, const TableAnswer &after);

} // namespace sextant::ui
