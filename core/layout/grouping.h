// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sextant::layout {

/// What nodes are gathered by, within their cluster. Nodes that have no such thing stand together at the end.
struct Grouping {
    enum Kind : std::uint8_t {
        Pool,
        Zone,
        InstanceType,
        /// Who holds the node: its own owner label, else the owner whose pods request the most of it (equal ones: the
        /// first by name) when the map is laid out. It stays there until the next layout, whoever comes and goes.
        Owner,
        Label, ///< the node's label `key`
        Cluster ///< not at all: all nodes of a cluster are one group
    };
    Kind kind = Pool;
    std::string key; ///< of Label, else empty

    Grouping(Kind of = Pool, std::string label = {}) // NOLINT(google-explicit-constructor): a kind is a grouping
        : kind(of)
        , key(of == Label ? std::move(label) : std::string())
    {
    }
    bool operator==(const Grouping &) const = default;
};

/// For settings and addresses: "pool", "zone", "type", "owner", "cluster", "label:topology.kubernetes.io/rack".
std::string groupingText(const Grouping &grouping);
/// What groupingText() wrote; nothing for any other text, a label without a key, or a key that is longer than one may
/// be (317 bytes) or holds spaces or control characters.
std::optional<Grouping> parseGrouping(std::string_view text);

} // namespace sextant::layout
