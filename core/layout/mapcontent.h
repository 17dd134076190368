// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/capacity/accounting.h"
#include "core/layout/grouping.h"
#include "core/layout/places.h"

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

/// The map of the fleet without a screen: what stands on it, where, and what lies under a point. Pure functions; any
/// thread.
namespace sextant::layout {

/// What a tile's width and a cell's area stand for. Equal: every tile alike, a cell is one of the pods that fit.
enum class SizeBy : std::uint8_t { Cpu, Memory, Equal };

struct ContentOptions {
    Scope scope;
    Grouping grouping;
    SizeBy size = SizeBy::Cpu;
    /// What the filter keeps; unset: everything. A node that matches keeps all its pods.
    std::function<bool(const PodView &)> keepsPod;
    std::function<bool(const NodeView &)> keepsNode;
};

/// A pod in its tile.
struct Item {
    std::uint32_t slot = kNoSlot; ///< in its cluster; kNoSlot: of a sketch, which names no pod
    float share = 0; ///< of the tile's area; 0: asks for nothing or charges nothing, drawn as a sliver
    State state = State::Unknown;
    bool declared = true; ///< false: nobody knows what it asks for (Helios); `share` is an equal part, to be marked so
    bool inScope = true; ///< of another namespace or team than the scope: drawn as taken ground
    bool kept = true; ///< by the filter

    bool named() const { return slot != kNoSlot; } ///< there is a pod to be asked
};

/// What stands in a tile, and what it adds to the sums. Immutable; contents share it while nothing of it changes.
struct TilePods {
    std::string name; ///< of the node
    std::vector<Item> items; ///< from the bottom of the tile, row by row
    std::vector<Place> places; ///< of the items at Level::Nodes, then of the items at Level::Pods and above
    std::array<std::uint32_t, kStates> states{}; ///< of pods in scope
    std::uint32_t kept = 0; ///< of those, by the filter
    std::uint32_t undeclaredCells = 0; ///< of those whose cell is an equal part
    // Of its node, millicores or bytes; unknown where it does not tell.
    std::int64_t capacity = Count::kUnknown, whole = Count::kUnknown;
    std::int64_t requested = 0;
};

/// A node with its pods, or what is known of a node by its pods alone (nodeSlot kNoSlot).
struct Tile {
    std::uint32_t cluster = 0; ///< in Content::clusters
    std::uint32_t group = 0; ///< in Content::groups
    std::uint32_t nodeSlot = kNoSlot;
    std::string_view name; ///< lives as long as `pods`
    float units = 1; ///< width in tile heights
    bool gone = false; ///< its node is: an empty place that is kept for another one, so that nothing moves
    bool sized = true; ///< false: what it can hold is not known, cells are equal
    bool silent = false;
    bool cordoned = false;
    bool kept = true; ///< the filter keeps it or a pod of it
    bool ofCapacity = false; ///< `requested` and the cells are of capacity
    State state = State::Unknown; ///< of the node
    std::uint32_t failed = 0; ///< pods in scope
    std::uint32_t items = 0;
    // Of allocatable, of Helios of capacity (CPU, or memory where that is the size); below 0: unknown.
    float requested = -1;
    float used = -1; ///< measured; never known of Helios
    std::int64_t measured = Count::kUnknown; ///< the same in millicores or bytes; moves while nothing else does
    float load = -1; ///< of a Helios host that is up: its load average by its CPUs, may be above 1; below 0: unknown
    float filled = 0; ///< what its cells take of it together, may be above 1
    std::uint32_t undeclared = 0; ///< pods that count and do not declare it: `requested` is a lower bound
    std::shared_ptr<const TilePods> pods; ///< never null

    bool notReady() const { return state == State::Failed && !silent; } ///< and says so itself
    /// Ready, but short of something, or without its network.
    bool underPressure() const { return state == State::Warning && !silent; }
};

/// Nodes that something is to be said of; a cordoned one may be another as well.
struct NodeCounts {
    std::uint32_t silent = 0, notReady = 0, underPressure = 0, cordoned = 0;
    void add(const Tile &tile);
    void add(const NodeCounts &more);
};

struct Group {
    std::uint32_t cluster = 0;
    std::string name; ///< empty: none (no such label, or not grouped)
    bool orphans = false; ///< of pods whose nodes are not known
    std::uint32_t firstTile = 0;
    std::uint32_t tiles = 0;
    std::uint32_t nodes = 0; ///< tiles with a node, known or not; 0: they are all gone
    float units = 0; ///< width of every tile, where all are alike; else 0
    std::int64_t each = Count::kUnknown; ///< capacity of every node, where all are alike: millicores or bytes
    std::int64_t capacity = 0; ///< of all, as far as known
    std::int64_t allocatable = Count::kUnknown; ///< of Helios its capacity: see Cluster::ofCapacity
    std::int64_t requested = 0; ///< unknown: nothing of it is declared
    std::int64_t used = Count::kUnknown;
    std::uint32_t undeclared = 0;
    std::array<std::uint32_t, kStates> states{}; ///< placed pods in scope
    std::uint32_t kept = 0; ///< of those, by the filter
    std::uint32_t undeclaredCells = 0; ///< of `kept`
    NodeCounts marked; ///< that the filter keeps
    bool unsized = false, loads = false;
};

struct Cluster {
    ClusterId id = ClusterId::None;
    std::uint32_t index = 0; ///< in the picture
    std::uint32_t firstGroup = 0;
    std::uint32_t groups = 0;
    std::uint32_t firstTile = 0;
    std::uint32_t tiles = 0;
    std::uint32_t nodes = 0; ///< tiles that are known nodes
    std::uint32_t pods = 0; ///< in scope, the unscheduled included
    std::uint32_t unscheduled = 0; ///< in scope
    std::uint32_t kept = 0; ///< of `pods`, by the filter
    /// Of its tiles, millicores or bytes: what their bars are drawn against; of Helios the capacity (ofCapacity).
    std::int64_t allocatable = Count::kUnknown;
    std::int64_t requested = 0; ///< unknown: nothing of it is declared
    std::int64_t used = Count::kUnknown;
    std::uint32_t undeclared = 0; ///< pods that count and do not declare it: `requested` is a lower bound
    bool ofCapacity = false;
    /// Its pods are not read yet: its items are rows of a sketch, equal in size and without a name.
    bool sketched = false;
    /// By node slot: the tile, counted from firstTile; kNoSlot: none. Never null.
    std::shared_ptr<const std::vector<std::uint32_t>> tileOfNode;
    /// Slots of pods whose node is named but not known, sorted. Never null.
    std::shared_ptr<const std::vector<std::uint32_t>> orphans;
};

/// What the map shows of a picture. Laid out anew: clusters as they were added, groups and nodes by name (numbers in
/// names by value), pods in a node biggest first. Carried on from a content before, everything stays where it is: who
/// comes takes a free place or stands at the end of its group, who goes leaves a place free.
struct Content {
    PicturePtr picture; ///< what slots point into
    ContentOptions options; ///< without the functions
    bool filtered = false; ///< there were functions
    double reference = 0; ///< capacity of a node as wide as high; 0: there is none
    std::vector<Cluster> clusters;
    std::vector<Group> groups;
    std::vector<Tile> tiles;
    std::array<std::uint32_t, kStates> states{}; ///< placed pods in scope, by state, as drawn
    NodeCounts marked; ///< that the filter keeps
    std::uint32_t pods = 0; ///< in scope, the unscheduled included
    std::uint32_t kept = 0; ///< of those, by the filter
    bool unsized = false; ///< some tile cannot be sized
    /// Placed pods in scope that the filter keeps and whose cells are equal parts, since they declare nothing.
    std::uint32_t undeclared = 0;
    bool loads = false; ///< some tile knows its load, none of whose pods is measured

    const ClusterSnapshot &snapshot(const Tile &tile) const { return picture->cluster(clusters[tile.cluster].index); }
    /// The pods of a tile; a hit names them by their index in it.
    std::span<const Item> itemsOf(const Tile &tile) const { return tile.pods->items; }
    /// Only of an item that is named().
    PodView pod(const Tile &tile, const Item &item) const { return {snapshot(tile), item.slot}; }
    /// The tile of a node, or of the node a pod is on; -1: not on the map.
    int tileOf(const NodeId &id) const;
    int tileOf(const PodId &id) const;
};

/// @param before carried on where it was made with the same options and its clusters have not changed beyond
/// recognition (a twentieth of the nodes): unchanged tiles are shared with it and nothing moves. Null: laid out anew.
/// @param stop ends early with what there is so far, which is worth nothing
Content collect(
    PicturePtr picture, const ContentOptions &options, const Content *before = nullptr, std::stop_token stop = {});

/// "node-9" before "node-10"; ties by bytes.
bool naturalLess(std::string_view a, std::string_view b);

} // namespace sextant::layout
