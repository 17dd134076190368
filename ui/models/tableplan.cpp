// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/tableplan.h"

#include <algorithm>
#include <map>

namespace sextant::ui {

namespace {

constexpr int kGone = -1;

/// Finds rows by identity, through one array of slots for each cluster.
class RowFinder {
public:
    explicit RowFinder(const std::vector<RowId> &ids)
        : m_ids(ids)
    {
        for (std::size_t row = 0; row < ids.size(); ++row) {
            std::vector<int> &rows = m_rows[ids[row].cluster];
            if (ids[row].slot >= rows.size()) {
                rows.resize(std::max<std::size_t>(ids[row].slot + 1, rows.size() * 2), kGone);
            }
            rows[ids[row].slot] = static_cast<int>(row);
        }
    }
    int find(const RowId &id) const
    {
        const auto it = m_rows.find(id.cluster);
        if (it == m_rows.end() || id.slot >= it->second.size()) {
            return kGone;
        }
        const int row = it->second[id.slot];
        return row != kGone && m_ids[static_cast<std::size_t>(row)] == id ? row : kGone;
    }

private:
    const std::vector<RowId> &m_ids;
    std::map<ClusterId, std::vector<int>> m_rows;
};

void addToRuns(std::vector<RowRange> &runs, int row)
{
    if (!runs.empty() && runs.back().second == row - 1) {
        runs.back().second = row;
    } else {
        runs.emplace_back(row, row);
    }
}

} // namespace

AnyId anyIdOf(TableKind table, const RowId &id)
{
    switch (table) {
    case TableKind::Pods:
        return PodId{id.cluster, id.slot, id.birth};
    case TableKind::Nodes:
        return NodeId{id.cluster, id.slot, id.birth};
    case TableKind::Workloads:
        break;
    }
    return WorkloadId{id.cluster, id.slot, id.birth};
}

TablePlan planChange(const ShownRows &before, const ShownRows &after)
{
    TablePlan plan;
    const RowFinder now(after.ids);
    std::vector<bool> known(after.ids.size(), false);
    std::vector<int> changed;
    for (std::size_t row = 0; row < before.ids.size(); ++row) {
        const int place = now.find(before.ids[row]);
        if (place == kGone) {
            addToRuns(plan.removed, static_cast<int>(row));
            continue;
        }
        plan.reordered = plan.reordered || (!plan.staying.empty() && plan.staying.back() > place);
        plan.staying.push_back(place);
        known[static_cast<std::size_t>(place)] = true;
        if (before.stamps[row] != after.stamps[static_cast<std::size_t>(place)]) {
            changed.push_back(place);
        }
    }
    for (std::size_t row = 0; row < known.size(); ++row) {
        if (!known[row]) {
            addToRuns(plan.inserted, static_cast<int>(row));
        }
    }
    std::reverse(plan.removed.begin(), plan.removed.end());
    if (plan.removed.size() + plan.inserted.size() > static_cast<std::size_t>(kManyRuns)) {
        plan = {};
        plan.reset = true;
        return plan;
    }
    std::sort(changed.begin(), changed.end());
    for (const int row : changed) {
        addToRuns(plan.changed, row);
    }
    if (plan.changed.size() > static_cast<std::size_t>(kManyRuns)) {
        plan.changed = {{plan.changed.front().first, plan.changed.back().second}};
    }
    return plan;
}

} // namespace sextant::ui
