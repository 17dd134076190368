// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/query/query.h"

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace sextant::ui {

/// The identity of a row, whatever its kind.
struct RowId {
    ClusterId cluster = ClusterId::None;
    std::uint32_t slot = 0;
    std::uint32_t birth = 0;
    bool operator==(const RowId &) const = default;
};

/// The rows of a table at one moment, immutable: made by a job, shown by the model.
struct ShownRows {
    PicturePtr picture;
    TableQuery query;
    TableRows result;
    std::vector<RowId> ids; ///< by row
    std::vector<std::uint64_t> stamps; ///< by row; differs when what the row says (but its ages) differs
};
/// A row's identity in the words of the model of the fleet.
AnyId anyIdOf(TableKind table, const RowId &id);
using ShownRowsPtr = std::shared_ptr<const ShownRows>;

/// First and last row of a run.
using RowRange = std::pair<int, int>;

/// How to get from one set of rows to the next: first what goes, then the new order of what stays, then what comes,
/// then what says something else. Or all at once where that is cheaper.
struct TablePlan {
    bool reset = false;
    std::vector<RowRange> removed; ///< rows of before, last run first
    bool reordered = false;
    /// What stays, in the order of before, as rows of after.
    std::vector<int> staying;
    std::vector<RowRange> inserted; ///< rows of after, first run first
    std::vector<RowRange> changed; ///< rows of after
};

/// More runs than this cost more than starting over.
inline constexpr int kManyRuns = 20;

/// A pure function; any thread.
TablePlan planChange(const ShownRows &before, const ShownRows &after);

} // namespace sextant::ui
