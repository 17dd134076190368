// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/query/filter.h"
#include "core/query/orderedrows.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <stop_token>
#include <utility>
#include <vector>

namespace sextant {

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
    OrderedRows rows; ///< what the filter leaves, in order
    std::size_t total = 0; ///< what is in scope
    /// Over the rows: of pods those that count (requests, limits), of nodes with their capacity, of workloads their
    /// pods.
    ResourceSums cpu, memory;
};

/// The answer to a query with what makes the next one cheap: the orders and selections it was made of. Immutable; any
/// thread. Holds some 10 bytes a row, shared with the answers before and after it, and its picture.
class TableAnswer {
public:
    struct Parts;
    explicit TableAnswer(std::unique_ptr<const Parts> parts);
    ~TableAnswer();
    const Picture &picture() const;
    const PicturePtr &picturePtr() const;
    const TableQuery &query() const;
    const TableRows &rows() const;
    /// Where rows may say something else than in the answer this was made of: first and last of each run, in order.
    /// Means nothing when the lists are not the same.
    std::vector<std::pair<int, int>> changedRows() const;
    const Parts &parts() const { return *m_parts; }

private:
    std::unique_ptr<const Parts> m_parts;
};
using TableAnswerPtr = std::shared_ptr<const TableAnswer>;

/// Selects and sorts. Unknown values stand last in both directions; equal ones by cluster, namespace, name (and kind),
/// always ascending. The rows are a pure function of picture and query; `before`, any earlier answer or null, only
/// makes them quick: what did not change between the two is not worked out anew (of pods; of the others only the order
/// by name is kept), nor what a narrower filter cannot bring back, and lists that come out the same are shared. Null
/// when `stop` was asked for. Any thread.
TableAnswerPtr answer(
    const PicturePtr &picture, const TableQuery &query, const TableAnswerPtr &before, const std::stop_token &stop = {});

/// The same without a past.
std::optional<TableRows> runQuery(const Picture &picture, const TableQuery &query, const std::stop_token &stop = {});

} // namespace sextant
