// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/capacity/accounting.h"

#include <algorithm>
#include <atomic>
#include <iterator>

namespace sextant {

namespace {

std::uint64_t nextRound()
{
    static std::atomic<std::uint64_t> rounds{0};
    return ++rounds;
}

/// Keeps slots ascending; those of a first account come in that order.
void insert(std::vector<std::uint32_t> &slots, std::uint32_t slot)
{
    slots.insert(
        slots.empty() || slots.back() < slot ? slots.end() : std::lower_bound(slots.begin(), slots.end(), slot), slot);
}

void erase(std::vector<std::uint32_t> &slots, std::uint32_t slot)
{
    const auto at = std::lower_bound(slots.begin(), slots.end(), slot);
    if (at != slots.end() && *at == slot) {
        slots.erase(at);
    }
}

bool waits(const PodView &pod) { return !pod.scheduled() && pod.counts(); }

std::size_t topmostIn(const WorkloadColumns::View &workloads, std::size_t chunk)
{
    std::size_t count = 0;
    const auto first = static_cast<std::uint32_t>(chunk * WorkloadColumns::kRows);
    for (auto slot = first; slot < std::min(first + WorkloadColumns::kRows, workloads.slots()); ++slot) {
        count += workloads.occupied(slot) && workloads.at<WorkloadCell::ControllerSlot>(slot) == kNoSlot ? 1 : 0;
    }
    return count;
}

std::size_t namespaceOf(const PodView &pod)
{
    return static_cast<std::size_t>(PodView::columns(pod.cluster()).at<PodCell::Namespace>(pod.slot()));
}

std::uint32_t teamOf(const PodView &pod)
{
    return static_cast<std::uint32_t>(PodView::columns(pod.cluster()).at<PodCell::Team>(pod.slot()));
}

} // namespace

/// Brings one account up to a snapshot, row by row.
class Accountant {
public:
    Accountant(ClusterAccounting accounting, const ClusterSnapshot &cluster)
        : m_out(std::move(accounting))
        , m_cluster(cluster)
        , m_nothing(sumsOfNothing(cluster))
    {
        m_nodes.resize(cluster.nodeSlots());
        m_workloads.resize(cluster.workloadSlots());
        m_inNamespaces.resize(cluster.namespaceSlots());
        m_ofTeams.resize(cluster.strings().size());
        for (Group *group : {&m_nodes, &m_workloads, &m_inNamespaces, &m_ofTeams}) {
            group->parts.m_nothing = m_nothing;
        }
        for (const NamespaceView ns : cluster.namespaces()) {
            const auto id = static_cast<std::size_t>(cluster.strings().find(ns.draft().name));
            if (id >= m_namespaces.size()) {
                m_namespaces.resize(id + 1, kNoSlot);
            }
            m_namespaces[id] = ns.slot();
        }
    }

    /// Row `old` becomes row `now`; null: there was none, or there is none any more.
    void replace(const PodView *old, const PodView *now)
    {
        PodTally was, is; // read once, put into each that it belongs to
        if (old != nullptr) {
            was.add(*old, old->state());
        }
        if (now != nullptr) {
            is.add(*now, now->state());
        }
        const auto each = [&](Group &group, std::uint32_t from, std::uint32_t to) {
            if (AccountPart *part = old != nullptr ? group.edit(from) : nullptr) {
                part->tally -= was;
                if (group.keepsPods && from != to) {
                    erase(part->pods, old->slot());
                }
            }
            if (AccountPart *part = now != nullptr ? group.edit(to) : nullptr) {
                part->tally += is;
                if (group.keepsPods && from != to) {
                    insert(part->pods, now->slot());
                }
            }
        };
        const auto slot = [](const PodView *pod, auto of) { return pod != nullptr ? of(*pod) : kNoSlot; };
        const auto node = [](const PodView &pod) { return pod.nodeSlot(); };
        const auto workload = [](const PodView &pod) { return pod.workloadSlot(); };
        const auto ns = [this](const PodView &pod) { return namespaceSlot(pod); };
        each(m_workloads, slot(old, workload), slot(now, workload));
        each(m_inNamespaces, slot(old, ns), slot(now, ns));
        each(m_ofTeams, slot(old, teamOf), slot(now, teamOf));
        m_out.m_tally -= was;
        m_out.m_tally += is;
        was.forgetUsage(); // nodes are measured themselves
        is.forgetUsage();
        each(m_nodes, slot(old, node), slot(now, node));
        const bool waited = old != nullptr && waits(*old), waiting = now != nullptr && waits(*now);
        if (waited && !waiting) {
            erase(m_out.unscheduled, old->slot());
        } else if (waiting && !waited) {
            insert(m_out.unscheduled, now->slot());
        }
    }
    /// Of these pods nothing but the usage changed: their rows and their states are the same in both snapshots.
    void usageChanged(const ClusterSnapshot &before, const std::vector<std::uint32_t> &slots)
    {
        PodTally::UsageChange all;
        for (const auto slot : slots) {
            const PodView now(m_cluster, slot);
            const PodTally::UsageChange change(PodView(before, slot), now);
            m_workloads.gather(now.workloadSlot(), change);
            m_inNamespaces.gather(namespaceSlot(now), change);
            m_ofTeams.gather(teamOf(now), change);
            all += change;
        }
        for (Group *group : {&m_workloads, &m_inNamespaces, &m_ofTeams}) {
            group->settle();
        }
        m_out.m_tally.apply(all);
    }
    /// Something of a node changed, or one came or went.
    void nodesChanged() { m_nodesChanged = true; }

    /// @param before null: there was none
    void countWorkloads(const ClusterSnapshot *before)
    {
        static const WorkloadColumns::View none;
        const auto &old = before != nullptr ? WorkloadView::columns(*before) : none;
        const auto &now = WorkloadView::columns(m_cluster);
        for (std::size_t i = 0; i < std::max(old.chunks().size(), now.chunks().size()); ++i) {
            if (i < old.chunks().size() && i < now.chunks().size() && old.chunks()[i] == now.chunks()[i]) {
                continue;
            }
            m_out.workloads -= i < old.chunks().size() ? topmostIn(old, i) : 0;
            m_out.workloads += i < now.chunks().size() ? topmostIn(now, i) : 0;
        }
    }

    ClusterAccounting finish()
    {
        for (Group *group : {&m_nodes, &m_workloads, &m_inNamespaces, &m_ofTeams}) {
            group->finish();
        }
        if (m_nodesChanged) {
            m_out.m_nodes = Sums();
            for (const NodeView node : m_cluster.nodes()) {
                Sums part;
                addNode(part, node);
                useNodeSample(part, node);
                m_out.m_nodes.add(part);
            }
        }
        m_out.cluster = m_nothing;
        m_out.m_tally.fill(m_out.cluster);
        m_out.cluster.takeNodes(m_out.m_nodes);
        m_out.cluster.takeNodeSamples(m_out.m_nodes);
        return std::move(m_out);
    }

private:
    /// One of the tables, and which of its slots were touched.
    struct Group {
        AccountParts &parts;
        const bool keepsPods;
        const std::uint64_t round;
        std::vector<std::uint32_t> edited;

        void resize(std::size_t slots) { parts.m_parts.resize(slots); }
        AccountPart *edit(std::uint32_t slot)
        {
            if (slot >= parts.size()) {
                return nullptr;
            }
            const AccountPart *part = parts.m_parts.find(slot);
            if (part == nullptr || part->round != round) {
                edited.push_back(slot);
            }
            return &parts.m_parts.edit(slot, round);
        }
        /// Changes of usage, one after the other of one slot taken at once; settle() takes the last.
        void gather(std::uint32_t slot, const PodTally::UsageChange &change)
        {
            if (slot != gathering) {
                settle();
                gathering = slot;
            }
            gathered += change;
        }
        void settle()
        {
            if (AccountPart *part = edit(gathering)) {
                part->tally.apply(gathered);
            }
            gathering = kNoSlot;
            gathered = {};
        }

        /// Keeps no more than there is.
        void finish()
        {
            for (const auto slot : edited) {
                AccountPart &part = parts.m_parts.edit(slot, round);
                if (part.pods.capacity() > part.pods.size() + part.pods.size() / 4 + 8) {
                    part.pods.shrink_to_fit();
                }
                if (part.tally.empty()) {
                    parts.m_parts.drop(slot, round);
                }
            }
        }

        std::uint32_t gathering = kNoSlot;
        PodTally::UsageChange gathered;
    };

    std::uint32_t namespaceSlot(const PodView &pod) const
    {
        const auto id = namespaceOf(pod);
        return id < m_namespaces.size() ? m_namespaces[id] : kNoSlot;
    }

    ClusterAccounting m_out;
    const ClusterSnapshot &m_cluster;
    const Sums m_nothing;
    const std::uint64_t m_round = nextRound();
    std::vector<std::uint32_t> m_namespaces; ///< slots, by the number of their names
    Group m_nodes{m_out.byNode.m_parts, true, m_round, {}, kNoSlot, {}};
    Group m_workloads{m_out.byWorkload, true, m_round, {}, kNoSlot, {}};
    Group m_inNamespaces{m_out.byNamespace, false, m_round, {}, kNoSlot, {}};
    Group m_ofTeams{m_out.byTeam, false, m_round, {}, kNoSlot, {}};
    bool m_nodesChanged = false;
};

ClusterAccounting account(const ClusterSnapshot &cluster)
{
    Accountant accountant({}, cluster);
    for (const PodView pod : cluster.pods()) {
        accountant.replace(nullptr, &pod);
    }
    accountant.nodesChanged();
    accountant.countWorkloads(nullptr);
    return accountant.finish();
}

ClusterAccounting account(
    const ClusterSnapshot &cluster, const ClusterSnapshot &before, const ClusterAccounting &accounting)
{
    const Delta delta = podDelta(before, cluster);
    const auto changes = delta.added.size() + delta.changed.size() + delta.removed.size();
    if (before.id() != cluster.id() || before.status().orchestrator != cluster.status().orchestrator
        || NamespaceView::columns(before).chunks() != NamespaceView::columns(cluster).chunks()
        || changes > cluster.pods().size() / 4) {
        return account(cluster);
    }
    Accountant accountant(accounting, cluster);
    accountant.countWorkloads(&before);
    for (const auto slot : delta.removed) {
        const PodView old(before, slot);
        accountant.replace(&old, nullptr);
    }
    const auto replaced = [&](std::uint32_t slot) {
        const PodView old(before, slot), now(cluster, slot);
        accountant.replace(&old, &now);
    };
    std::for_each(delta.changed.begin(), delta.changed.end(), replaced);
    for (const auto slot : delta.added) {
        const PodView now(cluster, slot);
        accountant.replace(nullptr, &now);
    }
    // Nodes: of one that fell silent or spoke again, pods that did not change themselves are in another state, too.
    std::vector<bool> done;
    const auto &old = NodeView::columns(before);
    const auto &now = NodeView::columns(cluster);
    for (std::uint32_t slot = 0; slot < std::max(old.slots(), now.slots()); ++slot) {
        const auto chunk = slot / NodeColumns::kRows;
        if (chunk < old.chunks().size() && chunk < now.chunks().size() && old.chunks()[chunk] == now.chunks()[chunk]) {
            slot += NodeColumns::kRows - 1;
            continue;
        }
        const bool was = old.occupied(slot), is = now.occupied(slot);
        if (was && is && old.birth(slot) == now.birth(slot) && old.revision(slot) == now.revision(slot)
            && old.at<NodeCell::CpuUsed>(slot) == now.at<NodeCell::CpuUsed>(slot)
            && old.at<NodeCell::MemoryUsed>(slot) == now.at<NodeCell::MemoryUsed>(slot)) {
            continue;
        }
        if (was || is) {
            accountant.nodesChanged();
        }
        if (was && is && NodeView(before, slot).silent() != NodeView(cluster, slot).silent()) {
            if (done.empty()) {
                done.resize(std::max(before.podSlots(), cluster.podSlots()));
                for (const auto *slots : {&delta.added, &delta.changed, &delta.removed}) {
                    for (const auto pod : *slots) {
                        done[pod] = true;
                    }
                }
            }
            for (const auto pod : accounting.byNode.pods(slot)) {
                if (!done[pod]) {
                    replaced(pod);
                    done[pod] = true;
                }
            }
        }
    }
    // Of the rest a round of samples moves nothing but the usage, and that of nearly all.
    if (done.empty()) {
        accountant.usageChanged(before, delta.usage);
    } else {
        std::vector<std::uint32_t> usage;
        std::copy_if(delta.usage.begin(), delta.usage.end(), std::back_inserter(usage),
            [&done](std::uint32_t pod) { return !done[pod]; });
        accountant.usageChanged(before, usage);
    }
    return accountant.finish();
}

} // namespace sextant
