// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/query/query.h"
#include "ui/pages/tablefoot.h"
#include "ui/theme/theme.h"

#include <QString>

#include <optional>
#include <vector>

namespace sextant::ui {

/// Something about the picture that is not as it should be, in words: one entry of the strip above a table.
struct TableNote {
    State state = State::Unknown;
    QString subject; ///< the cluster
    QString text;
    QString rule; ///< of RBAC to ask for; empty: none
    QString detail; ///< the server's or the network's own words
    bool everywhere = false; ///< true of the whole cluster: the window says it for all views
    bool operator==(const TableNote &) const = default;
};

/// What stands in place of the rows.
struct TableBlank {
    enum class Kind { Loading, Empty, Partial } kind = Kind::Empty;
    enum class Action { None, ClearFilter, ShowCluster, ShowFleet, Retry };
    QString title, text, note, rule;
    double share = -1;
    QString primary, secondary;
    Action primaryAction = Action::None, secondaryAction = Action::None;
};

/// The state of a table: whole (no note), loading, partial, stale, and why it is empty.
struct TableState {
    std::vector<TableNote> notes;
    double progress = -1; ///< of the lists under way, 0..1; 0 where nobody knows; below 0: none is
    bool more = false; ///< sums are lower bounds: they end in "+"
    std::optional<TableBlank> blank;
};

/// What a table must say besides its rows. A pure function of the picture.
TableState tableState(const Picture &picture, const TableQuery &query, const TableRows &rows, Time now);

/// "182 of 6,919 pods", or "6,919 pods" when nothing is filtered; in Helios' words where nothing else is in scope.
QString tableSummary(const Picture &picture, const TableQuery &query, const TableRows &rows, bool more);
/// "Sum of 182: CPU 260 requested, 129 used  Mem 746Gi requested, 491Gi used". Shares of nodes are of allocatable,
/// which Helios has not; where there is nothing but Helios: "CPU 41+ declared of 96 capacity, use not measured".
std::vector<TextRun> tableSums(const Picture &picture, const TableQuery &query, const TableRows &rows, bool more);

} // namespace sextant::ui
