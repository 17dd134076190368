// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/tableplan.h"

#include "ui/models/celltext.h"

#include <algorithm>

namespace sextant::ui {

namespace {

class Stamp {
public:
    Stamp &add(std::uint64_t value)
    {
        m_value = (m_value ^ value) * 0x9e3779b97f4a7c15U;
        m_value ^= m_value >> 29;
        return *this;
    }
    Stamp &add(const ResourceSums &sums)
    {
        return add(static_cast<std::uint64_t>(sums.requested))
            .add(static_cast<std::uint64_t>(sums.limit))
            .add(static_cast<std::uint64_t>(sums.used))
            .add(static_cast<std::uint64_t>(sums.allocatable))
            .add(static_cast<std::uint64_t>(sums.undeclared));
    }
    Stamp &add(const Sums &sums) { return add(sums.cpu).add(sums.memory).add(static_cast<std::uint64_t>(sums.pods)); }
    /// Of what is sampled.
    template <class View> Stamp &addUsage(const View &view)
    {
        return add(static_cast<std::uint64_t>(view.usageSampledAt().time_since_epoch().count()))
            .add(static_cast<std::uint64_t>(view.cpuUsed().value))
            .add(static_cast<std::uint64_t>(view.memoryUsed().value));
    }
    std::uint64_t value() const { return m_value; }

private:
    std::uint64_t m_value = 0;
};

/// Calls `with` with the view of that row.
template <class With> auto atRow(const TableAnswer &answer, std::size_t row, const With &with)
{
    const RowRef ref = answer.rows().rows[row];
    const ClusterSnapshot &cluster = answer.picture().cluster(ref.cluster);
    switch (answer.query().table) {
    case TableKind::Pods:
        return with(PodView(cluster, ref.slot), ref);
    case TableKind::Nodes:
        return with(NodeView(cluster, ref.slot), ref);
    case TableKind::Workloads:
        break;
    }
    return with(WorkloadView(cluster, ref.slot), ref);
}

/// What holds for all rows of a cluster alike: that they are an old picture.
bool sameFreshness(const TableAnswer &before, const TableAnswer &after)
{
    for (std::size_t i = 0; i < after.picture().clusters() && i < before.picture().clusters(); ++i) {
        const auto stale = [&](const TableAnswer &answer) {
            return isStale(answer.picture().cluster(i).status(), answer.query().table);
        };
        if (stale(before) != stale(after)) {
            return false;
        }
    }
    return true;
}

} // namespace

AnyId idOf(const TableAnswer &answer, std::size_t row)
{
    return atRow(answer, row, [](const auto &view, RowRef) { return AnyId(view.id()); });
}

std::uint64_t stampOf(const TableAnswer &answer, std::size_t row)
{
    return atRow(answer, row, [&](const auto &view, RowRef ref) {
        using View = std::decay_t<decltype(view)>;
        Stamp stamp;
        stamp.add(isStale(view.cluster().status(), answer.query().table) ? 1 : 0).add(view.revision());
        if constexpr (!std::is_same_v<View, WorkloadView>) {
            stamp.addUsage(view);
        }
        const ClusterAccounting &sums = answer.picture().accounting(ref.cluster);
        if constexpr (std::is_same_v<View, PodView>) {
            stamp.add(static_cast<std::uint64_t>(view.state())); // of its node as well: with a silent one it is unknown
        } else if constexpr (std::is_same_v<View, NodeView>) {
            stamp.add(sums.byNode[view]);
        } else {
            stamp.add(sums.byWorkload[ref.slot]);
        }
        return stamp.value();
    });
}

int RowFinder::find(const AnyId &id)
{
    const OrderedRows &rows = m_answer.rows().rows;
    if (rows.empty()) {
        return -1;
    }
    const Picture &picture = m_answer.picture();
    const auto numberOf = [&](const auto *wanted) {
        constexpr std::uint32_t kNone = 0xffffffff;
        if (wanted == nullptr) {
            return kNone;
        }
        for (std::uint32_t i = 0; i < picture.clusters(); ++i) {
            if (picture.cluster(i).id() == wanted->cluster) {
                return picture.cluster(i).find(*wanted) ? rows.numbering()->number({i, wanted->slot}) : kNone;
            }
        }
        return kNone;
    };
    const TableKind table = m_answer.query().table;
    const std::uint32_t number = table == TableKind::Pods ? numberOf(std::get_if<PodId>(&id))
        : table == TableKind::Nodes                       ? numberOf(std::get_if<NodeId>(&id))
                                                          : numberOf(std::get_if<WorkloadId>(&id));
    const NumberList &list = *rows.numbers();
    if (number >= rows.numbering()->end()) {
        return -1;
    }
    constexpr int kFew = 16;
    if (++m_asked <= kFew) {
        const auto it = std::find(list.begin(), list.end(), number);
        return it == list.end() ? -1 : static_cast<int>(it - list.begin());
    }
    if (m_rows.empty()) {
        m_rows.resize(rows.numbering()->end(), -1);
        for (std::size_t row = 0; row < list.size(); ++row) {
            m_rows[list[row]] = static_cast<int>(row);
        }
    }
    return m_rows[number];
}

TablePlan planChange(const TableAnswer &before, const TableAnswer &after)
{
    TablePlan plan;
    const OrderedRows &old = before.rows().rows;
    const OrderedRows &now = after.rows().rows;
    if (!now.sameAs(old)) {
        plan.way = old.empty() || now.empty() ? TablePlan::Way::Reset : TablePlan::Way::Moved;
        return plan;
    }
    if (now.empty()) {
        return plan;
    }
    plan.changed = sameFreshness(before, after) ? after.changedRows()
                                                : std::vector<RowRange>{{0, static_cast<int>(now.size()) - 1}};
    if (plan.changed.size() > kManyRuns) {
        plan.changed = {{plan.changed.front().first, plan.changed.back().second}};
    }
    return plan;
}

} // namespace sextant::ui
