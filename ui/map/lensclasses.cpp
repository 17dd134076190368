// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/map/lensclasses.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <unordered_map>

namespace sextant::ui {

using layout::Content;
using layout::Item;
using layout::Tile;

namespace {

constexpr std::chrono::hours kRecent{1};
/// Ages move although nothing else does.
constexpr std::chrono::seconds kFresh{30};

std::uint8_t rampClass(double share)
{
    return share < 0 ? LensClasses::kUnknown
        : share > 1  ? LensClasses::kOver
                     : static_cast<std::uint8_t>(LensClasses::kFirstStep + std::lround(share * 10));
}

/// -1 uses twice what it requested or more, 0 all of it, 1 nothing.
std::uint8_t wasteClass(double waste)
{
    return std::isnan(waste)
        ? LensClasses::kUnknown
        : static_cast<std::uint8_t>(LensClasses::kFirstStep + std::lround((std::clamp(waste, -1.0, 1.0) + 1) * 4));
}

std::uint8_t restartClass(const PodView &pod, Time now)
{
    if (!pod.restartsKnown()) {
        return LensClasses::kUnknown;
    }
    const std::uint32_t n = pod.restarts();
    const int step = n == 0 ? 0 : n < 3 ? 1 : n < 10 ? 2 : n < 50 ? 3 : 4;
    const Time last = step > 0 ? pod.lastRestart() : kNoTime; // is read from the record
    const bool recent = last != kNoTime && now != kNoTime && last >= now - kRecent;
    return static_cast<std::uint8_t>(
        LensClasses::kNoRestart + step + (recent ? static_cast<int>(LensClasses::kRecentRestarts) : 0));
}

std::uint8_t ageClass(const PodView &pod, Time now)
{
    using namespace std::chrono;
    const Time created = pod.created();
    if (created == kNoTime || now == kNoTime) {
        return LensClasses::kUnknown;
    }
    const seconds age = now - created;
    const int step = age < minutes(10) ? 6
        : age < hours(1)               ? 5
        : age < hours(6)               ? 4
        : age < days(1)                ? 3
        : age < days(7)                ? 2
        : age < days(30)               ? 1
                                       : 0;
    return static_cast<std::uint8_t>(LensClasses::kOlder + step);
}

std::uint8_t stageClass(migration::Stage stage)
{
    switch (stage) {
    case migration::Stage::NotStarted:
        return LensClasses::kNotStarted;
    case migration::Stage::InParallel:
        return LensClasses::kInParallel;
    case migration::Stage::Migrated:
        return LensClasses::kMigrated;
    case migration::Stage::Retired:
        return LensClasses::kRetired;
    case migration::Stage::RolledBack:
        return LensClasses::kRolledBack;
    }
    return LensClasses::kUnknown;
}

bool lookedFor(const Item &item) { return item.inScope && item.kept; }

} // namespace

class LensClasses::Maker {
public:
    Maker(LensClasses &out, const Content &content, const LensClasses *before)
        : m_out(out)
        , m_content(content)
        , m_before(before)
    {
    }

    void run()
    {
        switch (m_out.m_lens) {
        case Lens::State:
            m_out.m_by = By::State;
            m_out.m_firstLoud = static_cast<std::uint8_t>(State::Pending);
            break;
        case Lens::Requested:
            m_out.m_by = By::Tile;
            m_out.m_firstLoud = kOver;
            tiles([](const Tile &tile) { return rampClass(static_cast<double>(tile.requested)); });
            break;
        case Lens::Used:
            m_out.m_firstLoud = kOver;
            items([this](const Tile &tile, const Item &item) { return rampClass(usedShare(m_content, tile, item)); });
            tiles([](const Tile &tile) {
                return rampClass(tile.ofCapacity               ? static_cast<double>(tile.load)
                        : tile.used < 0 || tile.requested <= 0 ? -1
                                                               : static_cast<double>(tile.used / tile.requested));
            });
            break;
        case Lens::Waste:
            m_out.m_firstLoud = kMost;
            items([this](const Tile &tile, const Item &item) { return wasteClass(wasteShare(m_content, tile, item)); });
            tiles([](const Tile &tile) {
                return wasteClass(tile.ofCapacity || tile.used < 0 || tile.requested <= 0
                        ? std::numeric_limits<double>::quiet_NaN()
                        : 1 - static_cast<double>(tile.used / tile.requested));
            });
            break;
        case Lens::Restarts:
            m_out.m_firstLoud = kLoopRestarts - 1;
            items([this](const Tile &tile, const Item &item) {
                return known(item) ? restartClass(m_content.pod(tile, item), m_out.m_now) : kUnknown;
            });
            mostStriking();
            break;
        case Lens::Age:
            m_out.m_firstLoud = kNewest - 1;
            items([this](const Tile &tile, const Item &item) {
                return known(item) ? ageClass(m_content.pod(tile, item), m_out.m_now) : kUnknown;
            });
            mostStriking();
            break;
        case Lens::Owner:
            m_out.m_firstLoud = kMost;
            owners();
            break;
        case Lens::Stage:
            m_out.m_firstLoud = kInParallel;
            stages();
            mostStriking();
            break;
        }
        count();
    }

private:
    static bool known(const Item &item) { return item.slot != kNoSlot; }

    /// Room for a class of each item.
    void byItem()
    {
        m_out.m_by = By::Item;
        m_out.m_first.reserve(m_content.tiles.size());
        std::uint32_t first = 0;
        for (const Tile &tile : m_content.tiles) {
            m_out.m_first.push_back(first);
            first += static_cast<std::uint32_t>(m_content.itemsOf(tile).size());
        }
        m_out.m_items.resize(first);
    }
    template <class Of> void items(Of of)
    {
        byItem();
        forItems([&](const Tile &tile, std::uint32_t, const Item &item, std::uint32_t i) {
            m_out.m_items[i] = of(tile, item);
        });
    }
    template <class Of> void tiles(Of of)
    {
        m_out.m_tiles.reserve(m_content.tiles.size());
        for (const Tile &tile : m_content.tiles) {
            m_out.m_tiles.push_back(of(tile));
        }
    }
    /// Calls use(tile, its index, item, place in m_items).
    template <class Use> void forItems(Use use)
    {
        std::uint32_t i = 0;
        for (std::uint32_t t = 0; t < m_content.tiles.size(); ++t) {
            for (const Item &item : m_content.itemsOf(m_content.tiles[t])) {
                use(m_content.tiles[t], t, item, i++);
            }
        }
    }
    void mostStriking()
    {
        m_out.m_tiles.assign(m_content.tiles.size(), kUnknown);
        forItems([&](const Tile &, std::uint32_t t, const Item &item, std::uint32_t i) {
            if (lookedFor(item)) {
                m_out.m_tiles[t] = std::max(m_out.m_tiles[t], m_out.m_items[i]);
            }
        });
    }

    /// The teams with the most pods in scope take the ten colours; who has one keeps it while it is among the first
    /// twelve, so that colours do not change hands with every pod.
    void owners()
    {
        // Words are interned per cluster: equal ones have one address.
        std::vector<std::unordered_map<const char *, std::uint32_t>> numbers(m_content.clusters.size());
        std::map<std::string_view, std::uint32_t> byName;
        std::vector<std::string_view> names{std::string_view()};
        std::vector<std::uint32_t> pods{0};
        byItem();
        std::vector<std::uint32_t> ofItem(m_out.m_items.size(), 0);
        forItems([&](const Tile &tile, std::uint32_t, const Item &item, std::uint32_t i) {
            const std::string_view team = Maker::known(item) ? m_content.pod(tile, item).team() : std::string_view();
            if (team.empty()) {
                return;
            }
            const auto [at, isNew] = numbers[tile.cluster].try_emplace(team.data(), 0);
            if (isNew) {
                const auto [named, first] = byName.try_emplace(team, static_cast<std::uint32_t>(names.size()));
                if (first) {
                    names.push_back(team);
                    pods.push_back(0);
                }
                at->second = named->second;
            }
            ofItem[i] = at->second;
            pods[at->second] += item.inScope ? 1U : 0U;
        });
        std::vector<std::uint32_t> order(names.size() - 1);
        std::iota(order.begin(), order.end(), 1);
        std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
            return pods[a] != pods[b] ? pods[a] > pods[b] : names[a] < names[b];
        });
        while (!order.empty() && pods[order.back()] == 0) {
            order.pop_back();
        }
        if (order.empty() && m_before != nullptr) {
            m_out.m_owners = m_before->m_owners; // a map that is hidden forgets its pods, not their colours
        }
        std::vector<std::uint8_t> classes{kUnknown};
        classes.resize(names.size(), kOtherOwner);
        std::array<bool, kOwners> taken{};
        std::size_t colours = 0;
        if (m_before != nullptr && m_before->m_lens == Lens::Owner) {
            for (std::size_t rank = 0; rank < std::min(order.size(), kOwners + 2); ++rank) {
                for (std::size_t c = 0; c < kOwners && colours < kOwners; ++c) {
                    if (!taken[c] && m_before->m_owners[c] == names[order[rank]]) {
                        give(order[rank], c, names, classes, taken);
                        ++colours;
                    }
                }
            }
        }
        for (std::size_t rank = 0; rank < order.size() && colours < kOwners; ++rank) {
            if (classes[order[rank]] == kOtherOwner) {
                const auto free =
                    static_cast<std::size_t>(std::find(taken.begin(), taken.end(), false) - taken.begin());
                give(order[rank], free, names, classes, taken);
                ++colours;
            }
        }
        std::transform(ofItem.begin(), ofItem.end(), m_out.m_items.begin(),
            [&classes](std::uint32_t owner) { return classes[owner]; });
        mostHeld();
    }

    void give(std::uint32_t owner, std::size_t colour, const std::vector<std::string_view> &names,
        std::vector<std::uint8_t> &classes, std::array<bool, kOwners> &taken)
    {
        taken[colour] = true;
        classes[owner] = static_cast<std::uint8_t>(kFirstOwner + colour);
        m_out.m_owners[colour] = names[owner];
    }

    void mostHeld()
    {
        std::vector<std::array<float, kMost>> held(m_content.tiles.size());
        forItems([&](const Tile &, std::uint32_t t, const Item &item, std::uint32_t i) {
            held[t][m_out.m_items[i]] += lookedFor(item) ? item.share + 1e-6F : 0;
        });
        for (const auto &shares : held) {
            m_out.m_tiles.push_back(
                static_cast<std::uint8_t>(std::max_element(shares.begin(), shares.end()) - shares.begin()));
        }
    }

    void stages()
    {
        std::vector<std::vector<std::uint8_t>> byWorkload(m_content.clusters.size());
        for (std::size_t c = 0; c < m_content.clusters.size(); ++c) {
            byWorkload[c].assign(m_content.picture->cluster(m_content.clusters[c].index).workloadSlots(), kUnknown);
        }
        const auto mark = [&](const migration::Side &side, std::uint8_t cls) {
            for (const WorkloadId &id : side.workloads) {
                for (std::size_t c = 0; c < m_content.clusters.size(); ++c) {
                    // Another may have been born in its slot since.
                    if (m_content.clusters[c].id == id.cluster && m_content.picture->snapshot().find(id)) {
                        byWorkload[c][id.slot] = std::max(byWorkload[c][id.slot], cls);
                    }
                }
            }
        };
        if (m_out.m_progress) {
            for (const migration::Service &service : m_out.m_progress->services) {
                mark(service.helios, stageClass(service.stage));
                mark(service.kubernetes, stageClass(service.stage));
            }
        }
        items([&](const Tile &tile, const Item &item) {
            const std::uint32_t slot = known(item) ? m_content.pod(tile, item).workloadSlot() : kNoSlot;
            const auto &stages = byWorkload[tile.cluster];
            return slot < stages.size() ? stages[slot] : kUnknown;
        });
    }

    /// What is said of each tile's items, and of all. States are the items' own: where these are the same as before,
    /// so is what was said of them.
    void count()
    {
        const std::size_t tiles = m_content.tiles.size();
        m_out.m_masks.assign(tiles, 0);
        const bool carriesOn = m_out.m_by == By::State && m_before != nullptr && m_before->m_by == By::State
            && m_before->m_masks.size() == tiles;
        if (carriesOn) {
            m_out.m_counts = m_before->m_counts;
        }
        std::uint32_t first = 0;
        for (std::size_t t = 0; t < tiles; ++t) {
            const Tile &tile = m_content.tiles[t];
            const Tile *old = carriesOn ? &m_before->m_content->tiles[t] : nullptr;
            if (old != nullptr && old->pods == tile.pods) {
                m_out.m_masks[t] = m_before->m_masks[t];
                continue;
            }
            if (old != nullptr) {
                for (const Item &item : old->pods->items) {
                    m_out.m_counts[static_cast<std::size_t>(item.state)] -= lookedFor(item) ? 1 : 0;
                }
            }
            for (const Item &item : tile.pods->items) {
                const std::uint8_t cls = m_out.m_by == By::Item ? m_out.m_items[first++]
                    : m_out.m_by == By::Tile                    ? m_out.m_tiles[t]
                                                                : static_cast<std::uint8_t>(item.state);
                const auto one = lookedFor(item) ? 1U : 0U;
                m_out.m_counts[cls] += one;
                m_out.m_masks[t] |= one << cls;
                m_out.m_masks[t] |= one != 0 && !item.declared ? kUndeclaredPods : 0;
            }
        }
    }

    LensClasses &m_out;
    const Content &m_content;
    const LensClasses *m_before;
};

LensClassesPtr LensClasses::make(
    ContentPtr content, Lens lens, const migration::ProgressPtr &progress, Time now, const LensClasses *before)
{
    auto out = std::make_shared<LensClasses>();
    out->m_content = std::move(content);
    out->m_lens = lens;
    out->m_progress = lens == Lens::Stage ? progress : nullptr;
    out->m_now = now;
    Maker(*out, *out->m_content, before).run();
    return out;
}

bool LensClasses::serves(const ContentPtr &content, Lens lens, const migration::ProgressPtr &progress, Time now) const
{
    const bool ages = lens == Lens::Age || lens == Lens::Restarts;
    return content == m_content && lens == m_lens && (lens != Lens::Stage || progress == m_progress)
        && (!ages || now == m_now || (now != kNoTime && m_now != kNoTime && now >= m_now && now - m_now < kFresh));
}

std::uint32_t LensClasses::counted() const { return std::accumulate(m_counts.begin(), m_counts.end(), 0U); }

ClassMask LensClasses::seenOf(std::uint32_t tile, ClassMask seen) const
{
    constexpr ClassMask kClasses = (ClassMask(1) << kMost) - 1;
    const ClassMask all = m_masks[tile];
    const ClassMask some = all & seenIn(m_content->tiles[tile], seen);
    return ((some & kUndeclaredPods) != 0 ? all : some) & kClasses;
}

ClassMask marksOf(const Tile &tile)
{
    return (tile.silent ? kSilentNodes : 0) | (tile.notReady() ? kNotReadyNodes : 0)
        | (tile.underPressure() ? kNodesUnderPressure : 0) | (tile.cordoned ? kCordonedNodes : 0);
}

std::uint8_t mostStriking(Lens lens, ClassMask classes)
{
    const auto most = static_cast<std::uint8_t>(std::bit_width(classes) - 1);
    constexpr auto kOk = static_cast<std::uint8_t>(State::Ok);
    return (classes >> kOk & 1) != 0 && rankOf(lens, most) < rankOf(lens, kOk) ? kOk : most;
}

double usedShare(const Content &content, const Tile &tile, const Item &item)
{
    if (tile.ofCapacity) {
        return static_cast<double>(tile.load);
    }
    if (item.slot == kNoSlot) {
        return -1;
    }
    const PodView pod = content.pod(tile, item);
    const bool memory = content.options.size == layout::SizeBy::Memory;
    const std::int64_t used = memory ? pod.memoryUsed().value : pod.cpuUsed().value;
    const std::int64_t requested = memory ? pod.memoryRequested().value : pod.cpuRequested().value;
    if (used == Count::kUnknown || requested == Count::kUnknown || requested <= 0) {
        return -1;
    }
    return static_cast<double>(used) / static_cast<double>(requested);
}

double wasteShare(const Content &content, const Tile &tile, const Item &item)
{
    const double used = tile.ofCapacity ? -1 : usedShare(content, tile, item);
    return used < 0 ? std::numeric_limits<double>::quiet_NaN() : 1 - used;
}

} // namespace sextant::ui
