// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/podchanges.h"

namespace sextant {

namespace {

/// What pods show, are sorted, filtered or narrowed by is the same.
bool sameForPods(const NodeView &a, const NodeView &b)
{
    return a.silent() == b.silent() && a.name() == b.name() && a.pool() == b.pool() && a.zone() == b.zone()
        && a.instanceType() == b.instanceType() && a.roles() == b.roles();
}
bool sameForPods(const WorkloadView &a, const WorkloadView &b)
{
    return a.name() == b.name() && a.kindText() == b.kindText() && a.version() == b.version();
}

/// Calls `see(slot)` for the slots whose rows may differ between two snapshots.
template <class Columns, class See> void eachTouched(const Columns &before, const Columns &after, const See &see)
{
    constexpr std::uint32_t kRows = NodeColumns::kRows;
    static_assert(WorkloadColumns::kRows == kRows);
    const auto &old = before.chunks();
    const auto &now = after.chunks();
    const std::uint32_t slots = std::max(before.slots(), after.slots());
    for (std::uint32_t first = 0; first < slots; first += kRows) {
        const std::size_t chunk = first / kRows;
        if (chunk < old.size() && chunk < now.size() && old[chunk] == now[chunk]) {
            continue;
        }
        for (std::uint32_t slot = first; slot < std::min(first + kRows, slots); ++slot) {
            see(slot);
        }
    }
}

/// Slots of what pods refer to and is no longer what it was; empty: none. A workload that came or went has touched its
/// pods itself; a node's slot may be named by pods that are not told when somebody else comes there.
template <class View> std::vector<bool> moved(const ClusterSnapshot &before, const ClusterSnapshot &after)
{
    const auto &old = View::columns(before);
    const auto &now = View::columns(after);
    std::vector<bool> out;
    eachTouched(old, now, [&](std::uint32_t slot) {
        const bool was = old.occupied(slot);
        const bool is = now.occupied(slot);
        const View then(before, slot), here(after, slot);
        const bool differs = was && is
            ? (then.id() != here.id() || then.revision() != here.revision()) && !sameForPods(then, here)
            : was != is && std::is_same_v<View, NodeView>;
        if (differs) {
            out.resize(std::max(old.slots(), now.slots()));
            out[slot] = true;
        }
    });
    return out;
}

bool in(const std::vector<bool> &slots, std::uint32_t slot) { return slot < slots.size() && slots[slot]; }

void addOfCluster(const ClusterSnapshot &before, const ClusterSnapshot &after, std::uint32_t cluster,
    const RowNumbers &numbers, PodChanges &out)
{
    const auto number = [&](std::uint32_t slot) { return numbers.number({cluster, slot}); };
    Delta delta = podDelta(before, after);
    const auto nodes = moved<NodeView>(before, after);
    const auto workloads = moved<WorkloadView>(before, after);
    if (!nodes.empty() || !workloads.empty()) {
        std::vector<std::uint32_t> touched;
        for (const PodView pod : after.pods()) {
            if ((in(nodes, pod.nodeSlot()) || in(workloads, pod.workloadSlot()))
                && PodView::columns(before).occupied(pod.slot()) && PodView(before, pod.slot()).id() == pod.id()) {
                touched.push_back(pod.slot());
            }
        }
        std::vector<std::uint32_t> changed;
        std::set_union(
            delta.changed.begin(), delta.changed.end(), touched.begin(), touched.end(), std::back_inserter(changed));
        std::vector<std::uint32_t> usage;
        std::set_difference(
            delta.usage.begin(), delta.usage.end(), touched.begin(), touched.end(), std::back_inserter(usage));
        delta.changed = std::move(changed);
        delta.usage = std::move(usage);
    }
    for (const auto slot : delta.removed) {
        out.gone.push_back(number(slot));
    }
    for (const auto slot : delta.added) {
        out.come.push_back(number(slot));
    }
    for (const auto slot : delta.usage) {
        out.usage.push_back(number(slot));
    }
    for (const auto slot : delta.changed) {
        const PodView old(before, slot);
        const PodView now(after, slot);
        if (old.name() == now.name() && old.ns() == now.ns()) {
            out.changed.push_back(number(slot));
        } else { // nobody renames a pod, but what a server says may be anything
            out.gone.push_back(number(slot));
            out.come.push_back(number(slot));
        }
    }
}

} // namespace

PodChanges podChanges(const Picture &before, const Picture &after, const RowNumbers &numbers)
{
    PodChanges out;
    for (std::uint32_t i = 0; i < after.clusters(); ++i) {
        if (&before.cluster(i) != &after.cluster(i)
            && before.cluster(i).dataGeneration() != after.cluster(i).dataGeneration()) {
            addOfCluster(before.cluster(i), after.cluster(i), i, numbers, out);
        }
    }
    return out;
}

} // namespace sextant
