// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/layout/collector.h"

#include "core/base/prefetch.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace sextant::layout {
namespace {

/// A tile as wide as high is a node of this much. A power of two near the median, so that single nodes that come and go
/// do not change every width.
double referenceCapacity(std::vector<std::int64_t> capacities)
{
    if (capacities.empty()) {
        return 0;
    }
    const auto middle = capacities.begin() + static_cast<std::ptrdiff_t>(capacities.size() / 2);
    std::nth_element(capacities.begin(), middle, capacities.end());
    return std::exp2(std::round(std::log2(static_cast<double>(std::max<std::int64_t>(1, *middle)))));
}

void addKnown(std::int64_t &sum, std::int64_t value)
{
    if (value != Count::kUnknown) {
        sum = Count(sum).add(Count(value)).value;
    }
}

template <std::size_t N> void addAll(std::array<std::uint32_t, N> &sums, const std::array<std::uint32_t, N> &more)
{
    for (std::size_t i = 0; i < N; ++i) {
        sums[i] += more[i];
    }
}

std::uint32_t podsOf(const std::array<std::uint32_t, kStates> &states)
{
    std::uint32_t sum = 0;
    for (const std::uint32_t count : states) {
        sum += count;
    }
    return sum;
}

class Collector {
public:
    Collector(Content &content, const ContentOptions &options, const Content *before, std::stop_token stop)
        : m_content(content)
        , m_options(options)
        , m_stop(std::move(stop))
    {
        const bool same = before != nullptr && before->picture && before->options.scope == options.scope
            && before->options.grouping == options.grouping && before->options.size == options.size;
        m_before = same ? before : nullptr;
    }

    void run()
    {
        m_content.reference = m_before != nullptr && m_before->reference > 0 ? m_before->reference : reference();
        for (std::uint32_t i = 0; i < m_content.picture->clusters() && !m_stop.stop_requested(); ++i) {
            const ClusterSnapshot &cluster = m_content.picture->cluster(i);
            if (inScope(cluster)) {
                addCluster(cluster, i);
            }
        }
        for (const Group &group : m_content.groups) {
            addAll(m_content.states, group.states);
            m_content.marked.add(group.marked);
            m_content.undeclared += group.undeclaredCells;
            m_content.unsized = m_content.unsized || group.unsized;
            m_content.loads = m_content.loads || group.loads;
        }
        for (const Cluster &cluster : m_content.clusters) {
            m_content.pods += cluster.pods;
            m_content.kept += cluster.kept;
        }
    }

private:
    bool inScope(const ClusterSnapshot &cluster) const
    {
        return m_options.scope.cluster == ClusterId::None || m_options.scope.cluster == cluster.id();
    }

    double reference() const
    {
        std::vector<std::int64_t> known;
        for (std::size_t i = 0; i < m_content.picture->clusters() && m_options.size != SizeBy::Equal; ++i) {
            const ClusterSnapshot &cluster = m_content.picture->cluster(i);
            for (const NodeView node : cluster.nodes()) {
                const std::int64_t capacity = capacityOf(node, m_options.size == SizeBy::Memory);
                if (inScope(cluster) && m_options.scope.contains(node) && capacity != Count::kUnknown && capacity > 0) {
                    known.push_back(capacity);
                }
            }
        }
        return referenceCapacity(std::move(known));
    }

    ClusterBefore beforeOf(ClusterId id) const
    {
        ClusterBefore before;
        if (m_before == nullptr) {
            return before;
        }
        for (const Cluster &cluster : m_before->clusters) {
            if (cluster.id == id) {
                before = {m_before, &cluster, &m_before->picture->cluster(cluster.index)};
            }
        }
        return before;
    }

    void addCluster(const ClusterSnapshot &snapshot, std::uint32_t index)
    {
        const ClusterBefore before = beforeOf(snapshot.id());
        const bool filtered = m_content.filtered || (before && before.content->filtered);
        if (before && !filtered && before.snapshot->dataGeneration() == snapshot.dataGeneration()
            && before.snapshot->sketch() == snapshot.sketch()
            && before.snapshot->status().orchestrator == snapshot.status().orchestrator) {
            copyCluster(before, index);
            return;
        }
        Cluster cluster;
        cluster.id = snapshot.id();
        cluster.index = index;
        cluster.firstGroup = static_cast<std::uint32_t>(m_content.groups.size());
        cluster.firstTile = static_cast<std::uint32_t>(m_content.tiles.size());
        cluster.ofCapacity = snapshot.status().orchestrator == Orchestrator::Helios;
        m_cluster = static_cast<std::uint32_t>(m_content.clusters.size());

        const ClusterAccounting &accounting = m_content.picture->accounting(index);
        const TileMaker maker(snapshot, m_options, m_content.reference, before.snapshot);
        const PodSource source(snapshot, accounting, m_options);
        cluster.sketched = source.sketched();
        ClusterPlan plan = planCluster(snapshot, accounting, m_options, maker, before, filtered);
        auto tileOf = std::make_shared<std::vector<std::uint32_t>>(snapshot.nodeSlots(), kNoSlot);
        for (const auto &group : plan.groups) {
            beginGroup(group);
            for (std::size_t at = 0; at < group.places.size() && !m_stop.stop_requested(); ++at) {
                const auto &place = group.places[at];
                if (at + kAhead < group.places.size() && group.places[at + kAhead].old != nullptr) {
                    fetchPods(*group.places[at + kAhead].old);
                }
                if (place.slot == kNoSlot) {
                    addTile(place.old->gone ? *place.old : TileMaker::empty(*place.old));
                    continue;
                }
                (*tileOf)[place.slot] = static_cast<std::uint32_t>(m_content.tiles.size()) - cluster.firstTile;
                ++cluster.nodes;
                if (place.old != nullptr && !plan.dirty[place.slot]) {
                    addTile(plan.measured[place.slot] ? maker.measuredAnew(*place.old) : *place.old);
                } else {
                    const Sums sums = accounting.byNode[NodeView(snapshot, place.slot)];
                    addTile(maker.ofNode(place.slot, sums, source.ofNode(place.slot), place.old));
                }
            }
            endGroup(group.changed ? nullptr : group.old);
        }
        cluster.tileOfNode = std::move(tileOf);
        cluster.orphans = orphansOf(snapshot, before);
        addOrphans(source.orphans(*cluster.orphans), maker, before);
        addWaiting(snapshot, accounting, source, cluster);
        finish(cluster);
    }

    void copyCluster(const ClusterBefore &before, std::uint32_t index)
    {
        const Cluster &old = *before.cluster;
        Cluster cluster = old;
        cluster.index = index;
        cluster.firstGroup = static_cast<std::uint32_t>(m_content.groups.size());
        cluster.firstTile = static_cast<std::uint32_t>(m_content.tiles.size());
        m_cluster = static_cast<std::uint32_t>(m_content.clusters.size());
        const auto tiles = before.content->tiles.begin() + old.firstTile;
        m_content.tiles.insert(m_content.tiles.end(), tiles, tiles + old.tiles);
        for (std::uint32_t g = 0; g < old.groups; ++g) {
            Group group = before.content->groups[old.firstGroup + g];
            group.cluster = m_cluster;
            group.firstTile = group.firstTile - old.firstTile + cluster.firstTile;
            m_content.groups.push_back(std::move(group));
        }
        if (m_cluster != static_cast<std::uint32_t>(before.cluster - before.content->clusters.data())
            || cluster.firstGroup != old.firstGroup) {
            for (std::uint32_t t = cluster.firstTile; t < cluster.firstTile + cluster.tiles; ++t) {
                Tile &tile = m_content.tiles[t];
                tile.cluster = m_cluster;
                tile.group = tile.group - old.firstGroup + cluster.firstGroup;
            }
        }
        m_content.clusters.push_back(std::move(cluster));
    }

    void beginGroup(const ClusterPlan::GroupPlan &plan)
    {
        Group group;
        group.cluster = m_cluster;
        group.name = plan.name;
        group.orphans = plan.orphans;
        group.firstTile = static_cast<std::uint32_t>(m_content.tiles.size());
        m_content.groups.push_back(std::move(group));
    }

    void addTile(Tile tile)
    {
        tile.cluster = m_cluster;
        tile.group = static_cast<std::uint32_t>(m_content.groups.size() - 1);
        m_content.tiles.push_back(std::move(tile));
    }

    /// Pods of tiles lie anywhere in memory.
    static void fetchPods(const Tile &tile) { prefetch(tile.pods.get(), sizeof(TilePods)); }

    /// @param same the group before, when it holds the same tiles; null: it is summed
    void endGroup(const Group *same)
    {
        Group &group = m_content.groups.back();
        group.tiles = static_cast<std::uint32_t>(m_content.tiles.size()) - group.firstTile;
        if (same != nullptr) {
            const std::uint32_t first = group.firstTile;
            group = *same;
            group.cluster = m_cluster;
            group.firstTile = first;
            return;
        }
        for (std::uint32_t t = group.firstTile; t < group.firstTile + group.tiles; ++t) {
            const Tile &tile = m_content.tiles[t];
            if (t + kAhead < group.firstTile + group.tiles) {
                fetchPods(m_content.tiles[t + kAhead]);
            }
            group.units = t == group.firstTile || group.units == tile.units ? tile.units : 0;
            if (tile.gone) {
                continue;
            }
            const TilePods &pods = *tile.pods;
            group.each = group.nodes == 0 || group.each == pods.capacity ? pods.capacity : Count::kUnknown;
            ++group.nodes;
            addKnown(group.capacity, pods.capacity);
            addKnown(group.allocatable, pods.whole);
            if (tile.nodeSlot != kNoSlot) {
                addDeclared(group.requested, pods.requested);
            }
            addKnown(group.used, tile.measured);
            group.undeclared += tile.undeclared;
            addAll(group.states, pods.states);
            group.kept += pods.kept;
            group.undeclaredCells += pods.undeclaredCells;
            if (tile.kept) {
                group.marked.add(tile);
            }
            group.unsized = group.unsized || !tile.sized;
            group.loads = group.loads || tile.load >= 0;
        }
    }

    /// Pods whose node is named but not known, gathered by that name; each name keeps its place.
    void addOrphans(const std::vector<PodSource::Orphan> &orphans, const TileMaker &maker, const ClusterBefore &before)
    {
        if (!m_options.scope.pool.empty()) {
            return; // which pool an unknown node belongs to is unknown as well
        }
        const Group *old = nullptr;
        for (std::uint32_t g = 0; before && g < before.cluster->groups; ++g) {
            const Group &group = before.content->groups[before.cluster->firstGroup + g];
            old = group.orphans ? &group : old;
        }
        if (orphans.empty()) {
            return;
        }
        std::map<std::string_view, const PodSource::Orphan *> left;
        for (const auto &orphan : orphans) {
            left.emplace(orphan.name, &orphan);
        }
        ClusterPlan::GroupPlan plan;
        plan.orphans = true;
        beginGroup(plan);
        const std::uint32_t first = m_content.groups.back().firstTile;
        const auto make = [&](const PodSource::Orphan &orphan, const Tile *was) {
            TileMaker::Pods pods;
            pods.slots = orphan.slots;
            pods.rows = orphan.rows;
            pods.sketched = !orphan.rows.empty();
            return maker.ofName(orphan.name, pods, was);
        };
        const bool keep =
            old != nullptr && 2 * orphans.size() >= old->tiles && orphans.size() <= old->tiles + old->tiles / 20 + 4;
        for (std::uint32_t t = 0; keep && t < old->tiles; ++t) {
            const Tile &tile = before.content->tiles[old->firstTile + t];
            const auto it = tile.gone ? left.end() : left.find(tile.name);
            if (it == left.end()) {
                addTile(tile.gone ? tile : TileMaker::empty(tile));
            } else {
                addTile(make(*it->second, &tile));
                left.erase(it);
            }
        }
        const std::uint32_t kept = static_cast<std::uint32_t>(m_content.tiles.size());
        std::uint32_t hole = first;
        for (const auto &orphan : orphans) {
            if (!left.contains(orphan.name)) {
                continue;
            }
            while (hole < kept && !m_content.tiles[hole].gone) {
                ++hole;
            }
            addTile(make(orphan, nullptr));
            if (hole < kept) {
                m_content.tiles[hole] = std::move(m_content.tiles.back());
                m_content.tiles.pop_back();
            }
        }
        endGroup(nullptr);
    }

    /// Pods that no node has yet.
    void addWaiting(const ClusterSnapshot &snapshot, const ClusterAccounting &accounting, const PodSource &source,
        Cluster &cluster) const
    {
        if (source.sketched()) {
            cluster.unscheduled = m_options.scope.pool.empty() ? source.waiting() : 0;
            cluster.kept = cluster.unscheduled;
            return;
        }
        for (const std::uint32_t slot : accounting.unscheduled) {
            const PodView pod(snapshot, slot);
            if (m_options.scope.contains(pod)) {
                ++cluster.unscheduled;
                cluster.kept += !m_options.keepsPod || m_options.keepsPod(pod) ? 1U : 0U;
            }
        }
    }

    void finish(Cluster &cluster)
    {
        cluster.groups = static_cast<std::uint32_t>(m_content.groups.size()) - cluster.firstGroup;
        cluster.tiles = static_cast<std::uint32_t>(m_content.tiles.size()) - cluster.firstTile;
        cluster.pods = cluster.unscheduled;
        for (std::uint32_t g = cluster.firstGroup; g < cluster.firstGroup + cluster.groups; ++g) {
            const Group &group = m_content.groups[g];
            cluster.pods += podsOf(group.states);
            cluster.kept += group.kept;
            if (!group.orphans) {
                addKnown(cluster.allocatable, group.allocatable);
                addDeclared(cluster.requested, group.requested);
                addKnown(cluster.used, group.used);
                cluster.undeclared += group.undeclared;
            }
        }
        m_content.clusters.push_back(std::move(cluster));
    }

    static constexpr std::uint32_t kAhead = 8; ///< tiles whose memory is asked for before they are looked at

    Content &m_content;
    const ContentOptions &m_options;
    const Content *m_before = nullptr;
    std::stop_token m_stop;
    std::uint32_t m_cluster = 0;
};

} // namespace

Content collect(PicturePtr picture, const ContentOptions &options, const Content *before, std::stop_token stop)
{
    Content content;
    content.picture = std::move(picture);
    content.options.scope = options.scope;
    content.options.grouping = options.grouping;
    content.options.size = options.size;
    content.filtered = static_cast<bool>(options.keepsPod) || static_cast<bool>(options.keepsNode);
    if (content.picture) {
        if (before != nullptr) {
            content.tiles.reserve(before->tiles.size() + 64);
        }
        Collector(content, options, before, std::move(stop)).run();
    }
    return content;
}

} // namespace sextant::layout
