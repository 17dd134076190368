// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/capacity/accounting.h"
#include "core/query/columns.h"
#include "core/query/filter.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <vector>

namespace sextant {

/// One object of a picture: the place of its cluster in it and its slot there. Means nothing without that picture.
struct RowRef {
    std::uint32_t cluster = 0;
    std::uint32_t slot = 0;
    bool operator==(const RowRef &) const = default;
};

/// As what a filter sees a table.
constexpr FilterTable filterTableOf(TableKind kind)
{
    return kind == TableKind::Pods ? FilterTable::Pods
        : kind == TableKind::Nodes ? FilterTable::Nodes
                                   : FilterTable::Workloads;
}

/// What a table shows and in which order.
struct TableQuery {
    TableKind table = TableKind::Pods;
    Scope scope;
    Filter filter;
    int column = 0; ///< PodColumn, NodeColumn or WorkloadColumn, by `table`
    bool descending = false;
    Time now = kNoTime; ///< what ages are reckoned from; kNoTime: the machine's clock
};

struct TableRows {
    std::vector<RowRef> rows; ///< what the filter leaves, in order
    std::size_t total = 0; ///< what is in scope
    /// Over the rows: of pods those that count (requests, limits), of nodes with their capacity, of workloads their
    /// pods.
    ResourceSums cpu, memory;
};

/// Selects and sorts. Unknown values stand last in both directions; equal ones by cluster, namespace, name (and kind),
/// always ascending. A pure function of the picture; nothing when `stop` was asked for. Any thread.
std::optional<TableRows> runQuery(const Picture &picture, const TableQuery &query, const std::stop_token &stop = {});

} // namespace sextant
