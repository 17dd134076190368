// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/layout/mapcontent.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace sextant::layout {
namespace {

bool digit(char c) { return c >= '0' && c <= '9'; }

/// Of everything but owners, which pods have a say in.
std::string_view groupName(const NodeDraft &node, const Grouping &grouping)
{
    switch (grouping.kind) {
    case Grouping::Pool:
        return node.pool;
    case Grouping::Zone:
        return node.zone;
    case Grouping::InstanceType:
        return node.instanceType;
    case Grouping::Label: {
        const auto it = std::lower_bound(node.labels.begin(), node.labels.end(), grouping.key,
            [](const auto &label, const std::string &key) { return label.first < key; });
        return it != node.labels.end() && it->first == grouping.key ? std::string_view(it->second) : std::string_view();
    }
    case Grouping::Owner:
        return node.team;
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

bool byMemory(const ContentOptions &options) { return options.size == SizeBy::Memory; }

std::int64_t capacityOf(const NodeView &node, bool memory)
{
    const auto &draft = node.draft();
    const std::int64_t whole = memory ? draft.capacity.memory.value : draft.capacity.cpu.value;
    return whole != Count::kUnknown ? whole : memory ? node.memoryAllocatable().value : node.cpuAllocatable().value;
}

std::int64_t wholeOf(const NodeView &node, bool memory)
{
    return memory ? node.memoryWhole().value : node.cpuWhole().value;
}

/// Of a host that is up and tells.
float loadOf(const NodeView &node)
{
    const NodeDraft &draft = node.draft();
    const MilliCpu cpus = draft.capacity.cpu;
    return draft.loadAverage && !draft.silent && cpus.known() && cpus.value > 0
        ? static_cast<float>(*draft.loadAverage * 1000 / static_cast<double>(cpus.value))
        : -1;
}

/// A tile as wide as high is a node of this much. A power of two near the median, so that single nodes that come and go
/// do not change every width.
double referenceCapacity(std::vector<std::int64_t> capacities)
{
    if (capacities.empty()) {
        return 1;
    }
    const auto middle = capacities.begin() + static_cast<std::ptrdiff_t>(capacities.size() / 2);
    std::nth_element(capacities.begin(), middle, capacities.end());
    return std::exp2(std::round(std::log2(static_cast<double>(std::max<std::int64_t>(1, *middle)))));
}

/// A cell of a pod of which nobody knows what it asks for: an equal part of what the others leave free, within these
/// parts of the tile.
constexpr double kLeastUndeclared = 1.0 / 110, kMostUndeclared = 1.0 / 24;

void addKnown(std::int64_t &sum, std::int64_t value)
{
    if (value != Count::kUnknown) {
        sum = Count(sum).add(Count(value)).value;
    }
}

class Collector {
public:
    Collector(Content &content, const ContentOptions &options)
        : m_content(content)
        , m_options(options)
        , m_memory(byMemory(options))
    {
    }

    void run()
    {
        for (std::uint32_t i = 0; i < m_content.picture->clusters(); ++i) {
            const ClusterSnapshot &cluster = m_content.picture->cluster(i);
            if (m_options.scope.cluster == ClusterId::None || m_options.scope.cluster == cluster.id()) {
                addCluster(cluster, i);
            }
        }
        sizeTiles();
    }

private:
    struct Entry {
        std::string_view group;
        std::string_view name;
        std::uint32_t slot;
    };

    void addCluster(const ClusterSnapshot &snapshot, std::uint32_t index)
    {
        Cluster cluster;
        cluster.id = snapshot.id();
        cluster.index = index;
        cluster.firstGroup = static_cast<std::uint32_t>(m_content.groups.size());
        cluster.firstTile = static_cast<std::uint32_t>(m_content.tiles.size());
        cluster.ofCapacity = snapshot.status().orchestrator == Orchestrator::Helios;
        m_cluster = static_cast<std::uint32_t>(m_content.clusters.size());

        const ClusterAccounting &accounting = m_content.picture->accounting(index);
        std::vector<Entry> entries;
        for (const NodeView node : snapshot.nodes()) {
            if (m_options.scope.contains(node)) {
                entries.push_back({groupOf(snapshot, accounting, node), node.name(), node.slot()});
            }
        }
        std::sort(entries.begin(), entries.end(), [](const Entry &a, const Entry &b) {
            if (a.group != b.group) {
                return a.group.empty() || b.group.empty() ? b.group.empty() : naturalLess(a.group, b.group);
            }
            return naturalLess(a.name, b.name);
        });
        for (const Entry &entry : entries) {
            if (m_content.groups.size() == cluster.firstGroup || m_content.groups.back().name != entry.group) {
                beginGroup(entry.group);
            }
            addNode(snapshot, accounting, NodeView(snapshot, entry.slot), cluster);
        }
        cluster.nodes = static_cast<std::uint32_t>(entries.size());
        addOrphans(snapshot, cluster);
        for (const std::uint32_t slot : accounting.unscheduled) {
            const PodView pod(snapshot, slot);
            if (m_options.scope.contains(pod)) {
                ++cluster.unscheduled;
                ++cluster.pods;
                ++m_content.pods;
                m_content.kept += !m_options.keepsPod || m_options.keepsPod(pod) ? 1U : 0U;
            }
        }
        cluster.groups = static_cast<std::uint32_t>(m_content.groups.size()) - cluster.firstGroup;
        cluster.tiles = static_cast<std::uint32_t>(m_content.tiles.size()) - cluster.firstTile;
        m_content.clusters.push_back(cluster);
    }

    std::string_view groupOf(
        const ClusterSnapshot &snapshot, const ClusterAccounting &accounting, const NodeView &node) const
    {
        const std::string_view name = groupName(node.draft(), m_options.grouping);
        if (!name.empty() || m_options.grouping.kind != Grouping::Owner) {
            return name;
        }
        return mostOf(snapshot, accounting.byNode.pods(node.slot()), m_memory);
    }

    void beginGroup(std::string_view name)
    {
        Group group;
        group.cluster = m_cluster;
        group.name = name;
        group.firstTile = static_cast<std::uint32_t>(m_content.tiles.size());
        m_content.groups.push_back(std::move(group));
    }

    void addNode(
        const ClusterSnapshot &snapshot, const ClusterAccounting &accounting, const NodeView &node, Cluster &cluster)
    {
        Group &group = m_content.groups.back();
        const NodeDraft &draft = node.draft();
        const std::int64_t whole = wholeOf(node, m_memory);
        const std::int64_t capacity = capacityOf(node, m_memory);
        const Sums &sums = accounting.byNode[node.slot()];
        const ResourceSums &resource = m_memory ? sums.memory : sums.cpu;

        Tile tile;
        tile.cluster = m_cluster;
        tile.group = static_cast<std::uint32_t>(m_content.groups.size() - 1);
        tile.nodeSlot = node.slot();
        tile.name = draft.name;
        tile.state = draft.state;
        tile.silent = draft.silent;
        tile.cordoned = draft.cordoned;
        tile.sized = m_options.size == SizeBy::Equal || (whole != Count::kUnknown && whole > 0);
        tile.ofCapacity = cluster.ofCapacity;
        tile.load = loadOf(node);
        tile.undeclared = static_cast<std::uint32_t>(resource.undeclared);
        m_content.loads = m_content.loads || tile.load >= 0;
        if (whole != Count::kUnknown && whole > 0) {
            if (resource.requested != Count::kUnknown) {
                tile.requested =
                    static_cast<float>(static_cast<double>(resource.requested) / static_cast<double>(whole));
            }
            const std::int64_t used = m_memory ? node.memoryUsed().value : node.cpuUsed().value;
            if (used != Count::kUnknown) {
                tile.used = static_cast<float>(static_cast<double>(used) / static_cast<double>(whole));
            }
        }
        m_content.silent += draft.silent ? 1U : 0U;
        m_content.cordoned += draft.cordoned ? 1U : 0U;
        m_content.unsized = m_content.unsized || !tile.sized;

        if (group.tiles == 0) {
            group.each = capacity;
        } else if (group.each != capacity) {
            group.each = Count::kUnknown;
        }
        addKnown(group.allocatable, whole);
        addDeclared(group.requested, resource.requested);
        addKnown(group.capacity, capacity);
        addKnown(cluster.allocatable, whole);
        addDeclared(cluster.requested, resource.requested);
        cluster.undeclared += tile.undeclared;
        addKnown(cluster.used, m_memory ? node.memoryUsed().value : node.cpuUsed().value);

        const std::int64_t places = node.podsAllocatable().known() ? node.podsAllocatable().value : 110;
        const auto pods = accounting.byNode.pods(node.slot());
        const bool keepAll = !m_options.keepsPod || (m_options.keepsNode && m_options.keepsNode(node));
        tile.kept = keepAll;
        m_capacities.push_back(capacity);
        const std::int64_t sizes = tile.sized && m_options.size != SizeBy::Equal ? whole : 0;
        addTile(std::move(tile), snapshot, pods.data(), static_cast<std::uint32_t>(pods.size()), sizes, places, keepAll,
            cluster);
    }

    void addTile(Tile tile, const ClusterSnapshot &snapshot, const std::uint32_t *slots, std::uint32_t count,
        std::int64_t whole, std::int64_t places, bool keepAll, Cluster &cluster)
    {
        tile.firstItem = static_cast<std::uint32_t>(m_content.items.size());
        tile.items = count;
        double declared = 0; // parts of the tile
        std::uint32_t undeclared = 0;
        for (std::uint32_t i = 0; i < count; ++i) {
            const PodView pod(snapshot, slots[i]);
            Item item;
            item.slot = slots[i];
            item.state = pod.state();
            item.inScope = m_options.scope.whole() || m_options.scope.contains(pod);
            item.kept = keepAll || m_options.keepsPod(pod);
            if (whole <= 0) {
                item.share = static_cast<float>(1.0 / static_cast<double>(std::max<std::int64_t>(1, places)));
            } else if (pod.counts()) {
                const std::int64_t asked = m_memory ? pod.memoryRequested().value : pod.cpuRequested().value;
                item.declared = asked != Count::kUnknown;
                if (item.declared) {
                    item.share = static_cast<float>(
                        static_cast<double>(std::max<std::int64_t>(0, asked)) / static_cast<double>(whole));
                    declared += static_cast<double>(item.share);
                } else {
                    ++undeclared;
                    m_content.undeclared += item.inScope ? 1U : 0U;
                }
            }
            if (item.inScope) {
                ++m_content.states[static_cast<std::size_t>(item.state)];
                ++m_content.pods;
                ++cluster.pods;
                tile.failed += item.state == State::Failed ? 1U : 0U;
                if (item.kept) {
                    ++m_content.kept;
                    tile.kept = true;
                    tile.worst = std::max(tile.worst, item.state);
                }
            }
            m_content.items.push_back(item);
        }
        if (undeclared > 0) {
            const double each = std::clamp((1 - declared) / undeclared, kLeastUndeclared, kMostUndeclared);
            for (std::size_t i = tile.firstItem; i < m_content.items.size(); ++i) {
                if (!m_content.items[i].declared) {
                    m_content.items[i].share = static_cast<float>(each);
                }
            }
        }
        std::sort(m_content.items.begin() + tile.firstItem, m_content.items.end(), [&](const Item &a, const Item &b) {
            if (a.share != b.share) {
                return a.share > b.share;
            }
            const PodView x(snapshot, a.slot);
            const PodView y(snapshot, b.slot);
            if (const int order = x.name().compare(y.name()); order != 0) {
                return order < 0;
            }
            return x.ns() != y.ns() ? x.ns() < y.ns() : a.slot < b.slot;
        });
        ++m_content.groups.back().tiles;
        ++m_content.groups.back().nodes;
        m_content.tiles.push_back(std::move(tile));
    }

    /// Pods whose node is named but not known, gathered by that name.
    void addOrphans(const ClusterSnapshot &snapshot, Cluster &cluster)
    {
        if (!m_options.scope.pool.empty()) {
            return; // which pool an unknown node belongs to is unknown as well
        }
        const auto later = [](std::string_view a, std::string_view b) { return naturalLess(a, b); };
        std::map<std::string_view, std::vector<std::uint32_t>, decltype(later)> byName(later);
        for (const PodView pod : snapshot.pods()) {
            if (pod.nodeSlot() == kNoSlot && pod.scheduled()) {
                byName[pod.node()].push_back(pod.slot());
            }
        }
        if (byName.empty()) {
            return;
        }
        beginGroup("");
        for (const auto &[name, slots] : byName) {
            Tile tile;
            tile.cluster = m_cluster;
            tile.group = static_cast<std::uint32_t>(m_content.groups.size() - 1);
            tile.name = name;
            tile.sized = false;
            m_content.unsized = true;
            tile.kept = !m_options.keepsPod;
            m_capacities.push_back(Count::kUnknown);
            addTile(std::move(tile), snapshot, slots.data(), static_cast<std::uint32_t>(slots.size()), 0, 110,
                !m_options.keepsPod, cluster);
        }
    }

    void sizeTiles()
    {
        if (m_options.size == SizeBy::Equal) {
            return;
        }
        std::vector<std::int64_t> known;
        std::copy_if(m_capacities.begin(), m_capacities.end(), std::back_inserter(known),
            [](std::int64_t c) { return c != Count::kUnknown && c > 0; });
        const double reference = referenceCapacity(std::move(known));
        for (std::size_t i = 0; i < m_capacities.size(); ++i) {
            if (m_capacities[i] != Count::kUnknown && m_capacities[i] > 0) {
                m_content.tiles[i].units =
                    static_cast<float>(std::clamp(static_cast<double>(m_capacities[i]) / reference, 0.35, 4.0));
            }
        }
    }

    Content &m_content;
    const ContentOptions &m_options;
    const bool m_memory;
    std::uint32_t m_cluster = 0;
    std::vector<std::int64_t> m_capacities; ///< by tile
};

} // namespace

bool naturalLess(std::string_view a, std::string_view b)
{
    std::size_t i = 0;
    std::size_t j = 0;
    while (i < a.size() && j < b.size()) {
        if (digit(a[i]) && digit(b[j])) {
            while (i < a.size() && a[i] == '0') {
                ++i;
            }
            while (j < b.size() && b[j] == '0') {
                ++j;
            }
            const std::size_t fromA = i;
            const std::size_t fromB = j;
            while (i < a.size() && digit(a[i])) {
                ++i;
            }
            while (j < b.size() && digit(b[j])) {
                ++j;
            }
            if (i - fromA != j - fromB) {
                return i - fromA < j - fromB;
            }
            if (const int order = a.substr(fromA, i - fromA).compare(b.substr(fromB, j - fromB)); order != 0) {
                return order < 0;
            }
        } else if (a[i] != b[j]) {
            return static_cast<unsigned char>(a[i]) < static_cast<unsigned char>(b[j]);
        } else {
            ++i;
            ++j;
        }
    }
    const bool restA = i < a.size();
    const bool restB = j < b.size();
    return restA == restB ? a < b : restB;
}

int Content::tileOf(const NodeId &id) const
{
    for (const Cluster &cluster : clusters) {
        if (cluster.id != id.cluster || !picture->snapshot().find(id)) {
            continue;
        }
        for (std::uint32_t i = cluster.firstTile; i < cluster.firstTile + cluster.tiles; ++i) {
            if (tiles[i].nodeSlot == id.slot) {
                return static_cast<int>(i);
            }
        }
    }
    return -1;
}

int Content::tileOf(const PodId &id) const
{
    const auto pod = picture->snapshot().find(id);
    if (!pod || !pod->scheduled()) {
        return -1;
    }
    for (const Cluster &cluster : clusters) {
        if (cluster.id != id.cluster) {
            continue;
        }
        for (std::uint32_t i = cluster.firstTile; i < cluster.firstTile + cluster.tiles; ++i) {
            const Tile &tile = tiles[i];
            if (pod->nodeSlot() != kNoSlot ? tile.nodeSlot == pod->nodeSlot()
                                           : tile.nodeSlot == kNoSlot && tile.name == pod->node()) {
                return static_cast<int>(i);
            }
        }
    }
    return -1;
}

Content collect(PicturePtr picture, const ContentOptions &options)
{
    Content content;
    content.picture = std::move(picture);
    content.options.scope = options.scope;
    content.options.grouping = options.grouping;
    content.options.size = options.size;
    if (content.picture) {
        Collector(content, options).run();
    }
    return content;
}

} // namespace sextant::layout
