// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/layout/collector.h"

#include <algorithm>
#include <map>

namespace sextant::layout {
namespace {

/// Of everything but owners, which pods have a say in.
std::string_view groupName(const NodeView &node, const Grouping &grouping)
{
    switch (grouping.kind) {
    case Grouping::Pool:
        return node.pool();
    case Grouping::Zone:
        return node.zone();
    case Grouping::InstanceType:
        return node.instanceType();
    case Grouping::Label: {
        const auto labels = node.labels();
        const auto it = std::lower_bound(labels.begin(), labels.end(), grouping.key,
            [](const auto &label, const std::string &key) { return label.first < key; });
        return it != labels.end() && it->first == grouping.key ? it->second : std::string_view();
    }
    case Grouping::Owner:
        return node.team();
    case Grouping::Cluster:
        break;
    }
    return {};
}

/// The owner whose pods request the most of a node; empty: nobody owns what is on it.
std::string_view mostOf(const ClusterSnapshot &snapshot, std::span<const std::uint32_t> pods, bool memory)
{
    std::vector<std::pair<std::string_view, double>> owners; // few: a node holds pods of a handful
    for (const std::uint32_t slot : pods) {
        const PodView pod(snapshot, slot);
        if (!pod.counts() || pod.team().empty()) {
            continue;
        }
        const auto it =
            std::find_if(owners.begin(), owners.end(), [&](const auto &o) { return o.first == pod.team(); });
        auto &owner = it == owners.end() ? owners.emplace_back(pod.team(), 0.0) : *it;
        const std::int64_t asked = memory ? pod.memoryRequested().value : pod.cpuRequested().value;
        owner.second += asked == Count::kUnknown ? 0.0 : static_cast<double>(asked);
    }
    const auto best = std::max_element(owners.begin(), owners.end(),
        [](const auto &a, const auto &b) { return a.second != b.second ? a.second < b.second : a.first > b.first; });
    return best == owners.end() ? std::string_view() : best->first;
}

/// Groups by name, those without one last.
bool groupLess(std::string_view a, std::string_view b)
{
    return a.empty() || b.empty() ? b.empty() && !a.empty() : naturalLess(a, b);
}

class Planner {
public:
    Planner(const ClusterSnapshot &snapshot, const ClusterAccounting &accounting, const ContentOptions &options,
        const TileMaker &maker, const ClusterBefore &before)
        : m_snapshot(snapshot)
        , m_accounting(accounting)
        , m_options(options)
        , m_maker(maker)
        , m_before(before)
    {
    }

    ClusterPlan make(bool everything)
    {
        m_plan.dirty.assign(m_snapshot.nodeSlots(), everything || !m_before);
        m_plan.measured.assign(m_snapshot.nodeSlots(), false);
        if (m_before) {
            findChanges();
        }
        if (m_before && !tooMuch()) {
            keepOrder();
        } else {
            m_plan.moved = true;
            for (const NodeView node : m_snapshot.nodes()) {
                if (m_options.scope.contains(node)) {
                    arrive(node.slot(), groupOf(node, nullptr));
                }
            }
        }
        settleArrivals();
        return std::move(m_plan);
    }

private:
    enum class Fate : std::uint8_t { Same, Changed, Born };
    struct Arrival {
        std::string_view group;
        std::string_view name;
        std::uint32_t slot;
    };

    void findChanges()
    {
        const auto &old = NodeView::columns(*m_before.snapshot);
        const auto &now = NodeView::columns(m_snapshot);
        m_fate.assign(now.slots(), Fate::Same);
        for (std::uint32_t slot = 0; slot < now.slots(); ++slot) {
            const auto chunk = slot / NodeColumns::kRows;
            if (slot % NodeColumns::kRows == 0 && chunk < old.chunks().size()
                && old.chunks()[chunk] == now.chunks()[chunk]) {
                // Slots beyond the old ones are free in a chunk that is shared.
                slot += NodeColumns::kRows - 1;
                continue;
            }
            const bool was = old.occupied(slot);
            const bool is = now.occupied(slot);
            if (!was || !is || old.birth(slot) != now.birth(slot)) {
                m_fate[slot] = is ? Fate::Born : Fate::Same;
                m_changed.push_back(slot);
            } else if (old.revision(slot) != now.revision(slot)) {
                m_fate[slot] = Fate::Changed;
                m_plan.dirty[slot] = true;
                m_changed.push_back(slot);
            } else {
                m_plan.measured[slot] = old.at<NodeCell::CpuUsed>(slot) != now.at<NodeCell::CpuUsed>(slot)
                    || old.at<NodeCell::MemoryUsed>(slot) != now.at<NodeCell::MemoryUsed>(slot);
            }
        }
        const bool sketches = m_snapshot.sketch() != nullptr || m_before.snapshot->sketch() != nullptr;
        if (sketches) {
            if (m_snapshot.sketch() != m_before.snapshot->sketch()) {
                m_plan.dirty.assign(m_plan.dirty.size(), true);
            }
            return;
        }
        const auto mark = [&](std::uint32_t node) {
            if (node < m_plan.dirty.size()) {
                m_plan.dirty[node] = true;
            }
        };
        const Delta delta = podDelta(*m_before.snapshot, m_snapshot);
        for (const auto *slots : {&delta.changed, &delta.removed}) {
            for (const std::uint32_t slot : *slots) {
                mark(PodView(*m_before.snapshot, slot).nodeSlot());
            }
        }
        for (const auto *slots : {&delta.changed, &delta.added}) {
            for (const std::uint32_t slot : *slots) {
                mark(PodView(m_snapshot, slot).nodeSlot());
            }
        }
    }

    /// So many come or go that it is another cluster, or it is being read for the first time.
    bool tooMuch() const
    {
        const Sync sync = m_before.snapshot->status().of(ResourceKind::Nodes).sync;
        if (sync == Sync::Loading) {
            return true;
        }
        std::size_t moves = 0;
        for (const std::uint32_t slot : m_changed) {
            const bool here = m_before.tileOf(slot) != nullptr;
            const bool stays = slot < m_fate.size() && m_fate[slot] == Fate::Changed;
            moves += stays ? 0U : here || (slot < m_fate.size() && m_fate[slot] == Fate::Born) ? 1U : 0U;
        }
        const auto &groups = m_before.content->groups;
        std::size_t gone = 0;
        for (std::uint32_t g = 0; g < m_before.cluster->groups; ++g) {
            const Group &group = groups[m_before.cluster->firstGroup + g];
            gone += group.tiles - group.nodes;
        }
        // And so many empty places that the map no longer looks like the cluster.
        return moves > std::max<std::size_t>(4, m_before.cluster->tiles / 20)
            || gone > 16 + m_before.cluster->tiles / 4;
    }

    std::string_view groupOf(const NodeView &node, const Group *old) const
    {
        const std::string_view name = groupName(node, m_options.grouping);
        if (!name.empty() || m_options.grouping.kind != Grouping::Owner) {
            return name;
        }
        if (old != nullptr) {
            return old->name; // as it was when the map was laid out
        }
        return mostOf(m_snapshot, m_accounting.byNode.pods(node.slot()), m_options.size == SizeBy::Memory);
    }

    void keepOrder()
    {
        const Cluster &cluster = *m_before.cluster;
        const auto &now = NodeView::columns(m_snapshot);
        for (std::uint32_t g = cluster.firstGroup; g < cluster.firstGroup + cluster.groups; ++g) {
            const Group &group = m_before.content->groups[g];
            if (group.orphans) {
                continue;
            }
            ClusterPlan::GroupPlan plan;
            plan.name = group.name;
            plan.old = &group;
            plan.places.reserve(group.tiles);
            for (std::uint32_t t = group.firstTile; t < group.firstTile + group.tiles; ++t) {
                const Tile &tile = m_before.content->tiles[t];
                std::uint32_t slot = tile.nodeSlot;
                if (slot != kNoSlot) {
                    if (!now.occupied(slot) || m_fate[slot] == Fate::Born) {
                        slot = kNoSlot;
                    } else if (m_fate[slot] == Fate::Changed) {
                        slot = stays(slot, group, tile) ? slot : kNoSlot;
                    }
                    if (slot != kNoSlot) {
                        plan.changed = plan.changed || m_plan.dirty[slot] || m_plan.measured[slot];
                    } else {
                        plan.changed = true;
                        m_plan.moved = true;
                    }
                }
                plan.places.push_back({slot, &tile, {}});
            }
            m_plan.groups.push_back(std::move(plan));
        }
        for (const std::uint32_t slot : m_changed) {
            if (slot >= m_fate.size() || !now.occupied(slot)) {
                continue;
            }
            const NodeView node(m_snapshot, slot);
            const bool fresh = m_fate[slot] == Fate::Born || m_before.tileOf(slot) == nullptr;
            if (fresh && m_options.scope.contains(node)) {
                arrive(slot, groupOf(node, nullptr));
            }
        }
    }

    /// Whether a changed node belongs where it is; if not, it arrives elsewhere.
    bool stays(std::uint32_t slot, const Group &group, const Tile &tile)
    {
        const NodeView node(m_snapshot, slot);
        if (!m_options.scope.contains(node)) {
            return false;
        }
        const std::string_view name = groupOf(node, &group);
        if (name == group.name && m_maker.unitsOf(slot) == tile.units) {
            return true;
        }
        arrive(slot, name);
        return false;
    }

    void arrive(std::uint32_t slot, std::string_view group)
    {
        m_plan.dirty[slot] = true;
        m_arrivals.push_back({group, NodeView(m_snapshot, slot).name(), slot});
    }

    void settleArrivals()
    {
        std::sort(m_arrivals.begin(), m_arrivals.end(), [](const Arrival &a, const Arrival &b) {
            if (a.group != b.group) {
                return groupLess(a.group, b.group);
            }
            return naturalLess(a.name, b.name);
        });
        ClusterPlan::GroupPlan *group = nullptr;
        std::size_t hole = 0;
        const std::size_t known = m_plan.groups.size();
        for (const Arrival &arrival : m_arrivals) {
            m_plan.moved = true;
            if (group == nullptr || group->name != arrival.group) {
                const auto end = m_plan.groups.begin() + static_cast<std::ptrdiff_t>(known);
                const auto it = std::find_if(
                    m_plan.groups.begin(), end, [&](const auto &plan) { return plan.name == arrival.group; });
                if (it == end) {
                    m_plan.groups.push_back({arrival.group, false, nullptr, true, {}});
                }
                group = it == end ? &m_plan.groups.back() : &*it;
                group->changed = true;
                hole = 0;
            }
            // A place that another of its width has left, else the end.
            const float units = m_maker.unitsOf(arrival.slot);
            auto &places = group->places;
            while (hole < places.size()
                && !(places[hole].slot == kNoSlot && places[hole].old != nullptr && places[hole].old->units == units)) {
                ++hole;
            }
            const Tile *old = m_before ? sameNode(arrival.slot) : nullptr;
            if (hole < places.size()) {
                places[hole] = {arrival.slot, old, {}};
            } else {
                places.push_back({arrival.slot, old, {}});
            }
        }
    }

    /// The tile of a node that changes its place.
    const Tile *sameNode(std::uint32_t slot) const
    {
        return slot < m_fate.size() && m_fate[slot] != Fate::Born ? m_before.tileOf(slot) : nullptr;
    }

    const ClusterSnapshot &m_snapshot;
    const ClusterAccounting &m_accounting;
    const ContentOptions &m_options;
    const TileMaker &m_maker;
    const ClusterBefore &m_before;
    ClusterPlan m_plan;
    std::vector<Fate> m_fate; ///< by slot
    std::vector<std::uint32_t> m_changed; ///< slots of nodes that are not what they were
    std::vector<Arrival> m_arrivals;
};

} // namespace

ClusterPlan planCluster(const ClusterSnapshot &snapshot, const ClusterAccounting &accounting,
    const ContentOptions &options, const TileMaker &maker, const ClusterBefore &before, bool everything)
{
    return Planner(snapshot, accounting, options, maker, before).make(everything);
}

std::shared_ptr<const std::vector<std::uint32_t>> orphansOf(
    const ClusterSnapshot &snapshot, const ClusterBefore &before)
{
    const auto lost = [&](std::uint32_t slot) {
        const PodView pod(snapshot, slot);
        return pod.nodeSlot() == kNoSlot && pod.scheduled();
    };
    std::vector<std::uint32_t> slots;
    if (!before) {
        for (const PodView pod : snapshot.pods()) {
            if (lost(pod.slot())) {
                slots.push_back(pod.slot());
            }
        }
        return std::make_shared<const std::vector<std::uint32_t>>(std::move(slots));
    }
    const Delta delta = podDelta(*before.snapshot, snapshot);
    const auto &old = *before.cluster->orphans;
    std::vector<std::uint32_t> touched;
    for (const auto *part : {&delta.added, &delta.changed, &delta.removed}) {
        touched.insert(touched.end(), part->begin(), part->end());
    }
    std::sort(touched.begin(), touched.end());
    touched.erase(std::unique(touched.begin(), touched.end()), touched.end());
    std::set_difference(old.begin(), old.end(), touched.begin(), touched.end(), std::back_inserter(slots));
    const auto &columns = PodView::columns(snapshot);
    for (const std::uint32_t slot : touched) {
        if (columns.occupied(slot) && lost(slot)) {
            slots.push_back(slot);
        }
    }
    std::sort(slots.begin(), slots.end());
    return slots == old ? before.cluster->orphans
                        : std::make_shared<const std::vector<std::uint32_t>>(std::move(slots));
}

PodSource::PodSource(
    const ClusterSnapshot &snapshot, const ClusterAccounting &accounting, const ContentOptions &options)
    : m_snapshot(snapshot)
    , m_accounting(accounting)
    // Rows name neither namespace nor owner nor anything else that could be narrowed by.
    , m_sketched(
          snapshot.sketch() != nullptr && options.scope.ns.empty() && options.scope.team.empty() && !options.keepsPod)
{
    if (m_sketched) {
        readSketch();
    }
}

void PodSource::readSketch()
{
    const StringPool &strings = m_snapshot.strings();
    std::map<std::string_view, std::uint32_t> nodes;
    for (const NodeView node : m_snapshot.nodes()) {
        nodes.emplace(node.name(), node.slot());
    }
    std::vector<std::uint32_t> slotOf; // by StringId; kUnasked: not looked up yet
    constexpr std::uint32_t kUnasked = kNoSlot - 1;
    const auto slot = [&](StringId id) {
        const auto at = static_cast<std::size_t>(id);
        if (slotOf.size() <= at) {
            slotOf.resize(at + 1, kUnasked);
        }
        if (slotOf[at] == kUnasked) {
            const auto it = nodes.find(strings.view(id));
            slotOf[at] = it == nodes.end() ? kNoSlot : it->second;
        }
        return slotOf[at];
    };
    m_start.assign(m_snapshot.nodeSlots() + 1, 0);
    std::map<std::string_view, std::size_t> lost;
    for (const PodSketch::Row &row : m_snapshot.sketch()->rows) {
        if (row.node == StringId::Empty) {
            m_waiting += row.state == State::Completed || row.state == State::Failed ? 0U : 1U;
        } else if (const std::uint32_t node = slot(row.node); node != kNoSlot) {
            ++m_start[node + 1];
        } else {
            const auto [it, fresh] = lost.emplace(strings.view(row.node), m_orphans.size());
            if (fresh) {
                m_orphans.push_back({it->first, {}, {}});
            }
            m_orphans[it->second].rows.push_back(row.state);
        }
    }
    std::sort(m_orphans.begin(), m_orphans.end(),
        [](const Orphan &a, const Orphan &b) { return naturalLess(a.name, b.name); });
    for (std::size_t i = 1; i < m_start.size(); ++i) {
        m_start[i] += m_start[i - 1];
    }
    m_rows.resize(m_start.back());
    std::vector<std::uint32_t> at = m_start;
    for (const PodSketch::Row &row : m_snapshot.sketch()->rows) {
        if (row.node != StringId::Empty) {
            if (const std::uint32_t node = slot(row.node); node != kNoSlot) {
                m_rows[at[node]++] = row.state;
            }
        }
    }
}

TileMaker::Pods PodSource::ofNode(std::uint32_t slot) const
{
    TileMaker::Pods pods;
    pods.sketched = m_sketched;
    if (m_sketched) {
        pods.rows = std::span(m_rows).subspan(m_start[slot], m_start[slot + 1] - m_start[slot]);
    } else {
        pods.slots = m_accounting.byNode.pods(slot);
    }
    return pods;
}

std::vector<PodSource::Orphan> PodSource::orphans(const std::vector<std::uint32_t> &slots) const
{
    if (m_sketched) {
        return m_orphans;
    }
    const auto later = [](std::string_view a, std::string_view b) { return naturalLess(a, b); };
    std::map<std::string_view, std::vector<std::uint32_t>, decltype(later)> byName(later);
    for (const std::uint32_t slot : slots) {
        byName[PodView(m_snapshot, slot).node()].push_back(slot);
    }
    std::vector<Orphan> out;
    out.reserve(byName.size());
    for (auto &[name, pods] : byName) {
        out.push_back({name, std::move(pods), {}});
    }
    return out;
}

} // namespace sextant::layout
