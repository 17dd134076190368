// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/layout/mapcontent.h"

#include <algorithm>

namespace sextant::layout {
namespace {

bool digit(char c) { return c >= '0' && c <= '9'; }

const Cluster *clusterOf(const Content &content, ClusterId id)
{
    const auto it = std::find_if(
        content.clusters.begin(), content.clusters.end(), [id](const Cluster &cluster) { return cluster.id == id; });
    return it == content.clusters.end() ? nullptr : &*it;
}

int tileOfSlot(const Cluster &cluster, std::uint32_t slot)
{
    const auto &tiles = *cluster.tileOfNode;
    return slot < tiles.size() && tiles[slot] != kNoSlot ? static_cast<int>(cluster.firstTile + tiles[slot]) : -1;
}

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

void NodeCounts::add(const Tile &tile)
{
    silent += tile.silent ? 1U : 0U;
    notReady += tile.notReady() ? 1U : 0U;
    underPressure += tile.underPressure() ? 1U : 0U;
    cordoned += tile.cordoned ? 1U : 0U;
}

void NodeCounts::add(const NodeCounts &more)
{
    silent += more.silent;
    notReady += more.notReady;
    underPressure += more.underPressure;
    cordoned += more.cordoned;
}

int Content::tileOf(const NodeId &id) const
{
    const Cluster *cluster = clusterOf(*this, id.cluster);
    return cluster != nullptr && picture->snapshot().find(id) ? tileOfSlot(*cluster, id.slot) : -1;
}

int Content::tileOf(const PodId &id) const
{
    const Cluster *cluster = clusterOf(*this, id.cluster);
    const auto pod = cluster == nullptr ? std::nullopt : picture->snapshot().find(id);
    if (!pod || !pod->scheduled()) {
        return -1;
    }
    if (pod->nodeSlot() != kNoSlot) {
        return tileOfSlot(*cluster, pod->nodeSlot());
    }
    // Nodes that are not known stand in a group of their own, the last one.
    for (std::uint32_t i = cluster->firstTile + cluster->tiles; i > cluster->firstTile; --i) {
        const Tile &tile = tiles[i - 1];
        if (!groups[tile.group].orphans) {
            break;
        }
        if (!tile.gone && tile.name == pod->node()) {
            return static_cast<int>(i - 1);
        }
    }
    return -1;
}

} // namespace sextant::layout
