// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/layout/tilemaker.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace sextant::layout {
namespace {

/// A cell of a pod of which nobody knows what it asks for: an equal part of what the others leave free, within these
/// parts of the tile.
constexpr double kLeastUndeclared = 1.0 / 110, kMostUndeclared = 1.0 / 24;

/// Of a host that is up and tells.
float loadOf(const NodeView &node)
{
    const MilliCpu cpus = node.cpuCapacity();
    const auto load = node.loadAverage();
    return load && !node.silent() && cpus.known() && cpus.value > 0
        ? static_cast<float>(*load * 1000 / static_cast<double>(cpus.value))
        : -1;
}

/// Of the cells of a tile: small ones at Level::Nodes, and wide ones, where they carry words.
PlaceShape shapeOf(const Tile &tile, bool words, std::uint32_t equal)
{
    PlaceShape shape;
    shape.aspect = static_cast<double>(tile.units) * (words ? 1.6 : 1.0);
    shape.cellAspect = words ? 3 : 1;
    shape.leastRow = words ? 0.045 : 0.06;
    shape.equal = equal;
    return shape;
}

float partOf(std::int64_t part, std::int64_t whole)
{
    return static_cast<float>(static_cast<double>(part) / static_cast<double>(whole));
}

} // namespace

std::int64_t capacityOf(const NodeView &node, bool memory)
{
    const std::int64_t whole = memory ? node.memoryCapacity().value : node.cpuCapacity().value;
    return whole != Count::kUnknown ? whole : memory ? node.memoryAllocatable().value : node.cpuAllocatable().value;
}

TileMaker::TileMaker(
    const ClusterSnapshot &snapshot, const ContentOptions &options, double reference, const ClusterSnapshot *before)
    : m_snapshot(snapshot)
    , m_options(options)
    , m_reference(reference)
    , m_before(before)
    , m_memory(options.size == SizeBy::Memory)
{
}

float TileMaker::unitsOf(std::uint32_t slot) const
{
    const std::int64_t capacity = capacityOf(NodeView(m_snapshot, slot), m_memory);
    return m_options.size == SizeBy::Equal || capacity == Count::kUnknown || capacity <= 0 || m_reference <= 0
        ? 1
        : static_cast<float>(std::clamp(static_cast<double>(capacity) / m_reference, 0.35, 4.0));
}

Tile TileMaker::ofNode(std::uint32_t slot, const Sums &sums, const Pods &pods, const Tile *old) const
{
    const NodeView node(m_snapshot, slot);
    const ResourceSums &resource = m_memory ? sums.memory : sums.cpu;
    auto body = std::make_shared<TilePods>();
    body->name = node.name();
    body->capacity = capacityOf(node, m_memory);
    body->whole = m_memory ? node.memoryWhole().value : node.cpuWhole().value;
    body->requested = pods.sketched ? Count::kUnknown : resource.requested;

    Tile tile;
    tile.nodeSlot = slot;
    tile.units = unitsOf(slot);
    tile.state = node.state();
    tile.silent = node.silent();
    tile.cordoned = node.cordoned();
    const bool known = body->whole > 0;
    tile.sized = m_options.size == SizeBy::Equal || known;
    tile.ofCapacity = node.wholeIsCapacity();
    tile.load = loadOf(node);
    tile.undeclared = pods.sketched ? 0 : static_cast<std::uint32_t>(resource.undeclared);
    if (known && body->requested != Count::kUnknown) {
        tile.requested = partOf(body->requested, body->whole);
    }
    measure(tile, *body);
    const bool keepAll = !m_options.keepsPod || (m_options.keepsNode && m_options.keepsNode(node));
    Sizes sizes;
    sizes.whole = tile.sized && m_options.size != SizeBy::Equal && !pods.sketched ? body->whole : 0;
    sizes.places =
        node.podsAllocatable().known() ? std::clamp<std::int64_t>(node.podsAllocatable().value, 1, 4096) : 110;
    fill(tile, *body, pods, sizes, keepAll, old);
    tile.name = body->name;
    tile.pods = std::move(body);
    return tile;
}

Tile TileMaker::measuredAnew(const Tile &old) const
{
    Tile tile = old;
    measure(tile, *old.pods);
    return tile;
}

void TileMaker::measure(Tile &tile, const TilePods &body) const
{
    const NodeView node(m_snapshot, tile.nodeSlot);
    tile.measured = m_memory ? node.memoryUsed().value : node.cpuUsed().value;
    const bool known = tile.measured != Count::kUnknown && body.whole != Count::kUnknown && body.whole > 0;
    tile.used = known ? partOf(tile.measured, body.whole) : -1;
}

Tile TileMaker::ofName(std::string_view name, const Pods &pods, const Tile *old) const
{
    auto body = std::make_shared<TilePods>();
    body->name = name;
    Tile tile;
    tile.sized = false;
    fill(tile, *body, pods, {}, !m_options.keepsPod, old);
    tile.name = body->name;
    tile.pods = std::move(body);
    return tile;
}

Tile TileMaker::empty(const Tile &old)
{
    static const auto nothing = std::make_shared<const TilePods>();
    Tile tile;
    tile.units = old.units;
    tile.gone = true;
    tile.kept = false;
    tile.pods = nothing;
    return tile;
}

void TileMaker::fill(
    Tile &tile, TilePods &body, const Pods &pods, const Sizes &sizes, bool keepAll, const Tile *old) const
{
    tile.kept = keepAll;
    if (pods.sketched) {
        for (const State state : pods.rows) {
            Item item;
            item.state = state;
            item.share = static_cast<float>(1.0 / static_cast<double>(sizes.places));
            body.items.push_back(item);
        }
    } else {
        addPods(tile, body, pods, sizes, keepAll, old);
    }
    for (const Item &item : body.items) {
        tile.filled += item.share;
        if (!item.inScope) {
            continue;
        }
        ++body.states[static_cast<std::size_t>(item.state)];
        tile.failed += item.state == State::Failed ? 1U : 0U;
        if (item.kept) {
            ++body.kept;
            body.undeclaredCells += item.declared ? 0U : 1U;
            tile.kept = true;
        }
    }
    tile.items = static_cast<std::uint32_t>(body.items.size());
    settle(tile, body, sizes, old);
}

void TileMaker::addPods(
    Tile &, TilePods &body, const Pods &pods, const Sizes &sizes, bool keepAll, const Tile *old) const
{
    body.items.reserve(pods.slots.size());
    double declared = 0; // parts of the tile
    std::uint32_t undeclared = 0;
    for (const std::uint32_t slot : pods.slots) {
        const PodView pod(m_snapshot, slot);
        Item item;
        item.slot = slot;
        item.state = pod.state();
        item.inScope = m_options.scope.whole() || m_options.scope.contains(pod);
        item.kept = keepAll || m_options.keepsPod(pod);
        if (sizes.whole <= 0) {
            item.share = static_cast<float>(1.0 / static_cast<double>(sizes.places));
        } else if (pod.counts()) {
            const std::int64_t asked = m_memory ? pod.memoryRequested().value : pod.cpuRequested().value;
            item.declared = asked != Count::kUnknown;
            if (item.declared) {
                item.share = partOf(std::max<std::int64_t>(0, asked), sizes.whole);
                declared += static_cast<double>(item.share);
            } else {
                ++undeclared;
            }
        }
        body.items.push_back(item);
    }
    if (undeclared == 0) {
        return;
    }
    // The part that it was before, as long as there is one: else each that comes would change all others.
    auto each = static_cast<float>(std::clamp((1 - declared) / undeclared, kLeastUndeclared, kMostUndeclared));
    if (old != nullptr) {
        const auto same = std::find_if(old->pods->items.begin(), old->pods->items.end(),
            [](const Item &item) { return item.named() && !item.declared; });
        each = same == old->pods->items.end() ? each : same->share;
    }
    for (Item &item : body.items) {
        item.share = item.declared ? item.share : each;
    }
}

/// The biggest first, and what looks alike by name.
void TileMaker::sortForLayout(std::vector<Item> &items) const
{
    std::sort(items.begin(), items.end(), [&](const Item &a, const Item &b) {
        if (a.share != b.share) {
            return a.share > b.share;
        }
        const PodView x(m_snapshot, a.slot);
        const PodView y(m_snapshot, b.slot);
        if (const int order = x.name().compare(y.name()); order != 0) {
            return order < 0;
        }
        return x.ns() != y.ns() ? x.ns() < y.ns() : a.slot < b.slot;
    });
}

void TileMaker::settle(Tile &tile, TilePods &body, const Sizes &sizes, const Tile *old) const
{
    const std::size_t count = body.items.size();
    const std::uint32_t equal = sizes.whole <= 0 ? static_cast<std::uint32_t>(sizes.places) : 0;
    body.places.resize(2 * count);
    if (!body.items.empty() && !body.items.front().named()) {
        // Rows of a sketch are only ever added: each keeps its place in a grid.
        const std::vector<float> shares(count);
        placeAnew(shares, shapeOf(tile, false, equal), std::span(body.places).first(count));
        placeAnew(shares, shapeOf(tile, true, equal), std::span(body.places).last(count));
        return;
    }
    std::size_t stayed = 0;
    if (old != nullptr && m_before != nullptr && old->units == tile.units && !old->pods->items.empty()) {
        const auto &were = old->pods->items;
        const auto &births = PodView::columns(*m_before);
        const auto &now = PodView::columns(m_snapshot);
        std::vector<std::pair<std::uint32_t, std::uint32_t>> bySlot; // slot, index
        bySlot.reserve(were.size());
        for (std::uint32_t i = 0; i < were.size(); ++i) {
            if (were[i].named()) {
                bySlot.emplace_back(were[i].slot, i);
            }
        }
        std::sort(bySlot.begin(), bySlot.end());
        for (std::size_t i = 0; i < count; ++i) {
            const Item &item = body.items[i];
            const auto it = std::lower_bound(bySlot.begin(), bySlot.end(), std::pair(item.slot, 0U));
            if (it == bySlot.end() || it->first != item.slot || births.birth(item.slot) != now.birth(item.slot)
                || were[it->second].share != item.share) {
                continue; // new, or grown: it looks for a place
            }
            body.places[i] = old->pods->places[it->second];
            body.places[count + i] = old->pods->places[were.size() + it->second];
            ++stayed;
        }
    }
    const std::span places(body.places);
    std::vector<float> shares(count);
    const auto readShares = [&] {
        std::transform(
            body.items.begin(), body.items.end(), shares.begin(), [](const Item &item) { return item.share; });
    };
    readShares();
    // Where most are new there is nothing to hold on to.
    const PlaceShape small = shapeOf(tile, false, equal);
    const PlaceShape wide = shapeOf(tile, true, equal);
    if (2 * stayed < count || !placeNewcomers(shares, small, places.first(count))
        || !placeNewcomers(shares, wide, places.last(count))) {
        sortForLayout(body.items);
        readShares();
        placeAnew(shares, small, places.first(count));
        placeAnew(shares, wide, places.last(count));
    }
    // In the order they stand in.
    std::vector<std::uint32_t> order(count);
    std::iota(order.begin(), order.end(), 0U);
    std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
        const Place &p = body.places[a];
        const Place &q = body.places[b];
        return p.y != q.y ? p.y > q.y : p.x != q.x ? p.x < q.x : a < b;
    });
    std::vector<Item> items;
    std::vector<Place> standing;
    items.reserve(count);
    standing.reserve(2 * count);
    for (const std::uint32_t i : order) {
        items.push_back(body.items[i]);
    }
    for (const std::size_t from : {std::size_t(0), count}) {
        for (const std::uint32_t i : order) {
            standing.push_back(body.places[from + i]);
        }
    }
    body.items = std::move(items);
    body.places = std::move(standing);
}

} // namespace sextant::layout
