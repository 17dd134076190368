// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <variant>

namespace sextant {

/// A cluster of this run of the program; never reused.
enum class ClusterId : std::uint32_t { None = 0 };

/// The identity of one object for as long as it lives: `slot` is its place in its cluster's columns, `birth` tells a
/// new object from an older one in the same place. Never a row number of a table.
template <class Tag> struct ObjectId {
    ClusterId cluster = ClusterId::None;
    std::uint32_t slot = 0;
    std::uint32_t birth = 0;

    bool valid() const { return cluster != ClusterId::None; }
    auto operator<=>(const ObjectId &) const = default;
};
struct PodTag;
struct NodeTag;
struct WorkloadTag;
struct NamespaceTag;
using PodId = ObjectId<PodTag>;
using NodeId = ObjectId<NodeTag>;
using WorkloadId = ObjectId<WorkloadTag>;
using NamespaceId = ObjectId<NamespaceTag>;

/// Whatever is selected; monostate: nothing.
using AnyId = std::variant<std::monostate, ClusterId, NodeId, PodId, WorkloadId, NamespaceId>;

inline constexpr std::uint32_t kNoSlot = 0xffffffff;

} // namespace sextant

template <class Tag> struct std::hash<sextant::ObjectId<Tag>> {
    std::size_t operator()(const sextant::ObjectId<Tag> &id) const noexcept
    {
        return (static_cast<std::size_t>(id.cluster) << 48 ^ static_cast<std::size_t>(id.slot)) * 0x9e3779b97f4a7c15U
            ^ id.birth;
    }
};
