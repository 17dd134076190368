// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/map/mappatches.h"

#include <algorithm>
#include <cstring>

namespace sextant::ui {
namespace {

using layout::Group;
using layout::Rect;
using layout::Tile;

bool samePlaces(const layout::Geometry &a, const layout::Geometry &b)
{
    return a.tileHeight == b.tileHeight && a.gap == b.gap && a.tiles == b.tiles && a.captions == b.captions
        && std::equal(a.clusters.begin(), a.clusters.end(), b.clusters.begin(), b.clusters.end(),
            [](const auto &x, const auto &y) { return x.rect == y.rect && x.head == y.head; });
}

bool sameLook(const Tile &a, const Tile &b)
{
    return a.pods == b.pods && a.gone == b.gone && a.kept == b.kept && a.state == b.state && a.silent == b.silent
        && a.cordoned == b.cordoned && a.requested == b.requested && a.used == b.used && a.undeclared == b.undeclared;
}

/// A tile of the same pods has them in the same classes. Of states the pods say it themselves.
bool sameClasses(const LensClasses &a, const LensClasses &b, std::uint32_t tile, std::uint32_t items)
{
    if (a.lens() == Lens::State) {
        return true;
    }
    bool same = a.ofTile(tile) == b.ofTile(tile) && a.maskOf(tile) == b.maskOf(tile);
    for (std::uint32_t i = 0; i < items && same; ++i) {
        same = a.ofItem(tile, i) == b.ofItem(tile, i);
    }
    return same;
}

bool sameWords(const Group &a, const Group &b)
{
    return a.name == b.name && a.nodes == b.nodes && a.each == b.each && a.capacity == b.capacity
        && a.allocatable == b.allocatable && a.requested == b.requested && a.undeclared == b.undeclared;
}

/// Everything but the content is the same, and the content stands in the same places.
bool comparable(const MapJob &before, const MapJob &job)
{
    const auto &was = *before.content;
    const auto &is = *job.content;
    if (before.area != job.area || before.seen != job.seen || before.palette != job.palette
        || before.metrics.scale != job.metrics.scale || before.classes->lens() != job.classes->lens()
        || was.tiles.size() != is.tiles.size() || was.groups.size() != is.groups.size()
        || was.clusters.size() != is.clusters.size()
        || job.metrics.level(job.geometry->tileHeight) >= layout::Level::Pods
        || !samePlaces(*before.geometry, *job.geometry)) {
        return false;
    }
    for (std::size_t c = 0; c < is.clusters.size(); ++c) {
        if (was.clusters[c].id != is.clusters[c].id
            || staleCluster(was.picture->cluster(was.clusters[c].index))
                != staleCluster(is.picture->cluster(is.clusters[c].index))) {
            return false;
        }
    }
    return true;
}

} // namespace

std::optional<std::vector<MapPatch>> paintChanges(const MapJob &before, const MapJob &job, const std::stop_token &stop)
{
    if (!comparable(before, job)) {
        return std::nullopt;
    }
    const auto &was = *before.content;
    const auto &is = *job.content;
    std::vector<Rect> areas;
    std::size_t seen = 0;
    // The border of a node that is not well lies around its tile.
    const int around = job.palette.px(1);
    job.geometry->forTiles(job.area, [&](std::uint32_t t) {
        ++seen;
        if (!sameLook(was.tiles[t], is.tiles[t]) || !sameClasses(*before.classes, *job.classes, t, is.tiles[t].items)) {
            const Rect &tile = job.geometry->tiles[t];
            areas.push_back({tile.x - around, tile.y - around, tile.w + 2 * around, tile.h + 2 * around});
        }
    });
    if (areas.size() > seen / 4) {
        return std::nullopt;
    }
    for (std::size_t c = 0; c < is.clusters.size(); ++c) {
        if (&was.picture->cluster(was.clusters[c].index) != &is.picture->cluster(is.clusters[c].index)) {
            areas.push_back(job.geometry->clusters[c].head);
        }
    }
    for (std::size_t g = 0; g < is.groups.size(); ++g) {
        if (!sameWords(was.groups[g], is.groups[g])) {
            areas.push_back(job.geometry->captions[g]);
        }
    }
    std::vector<MapPatch> patches;
    for (const Rect &area : areas) {
        const int x0 = std::max(area.x, job.area.x);
        const int y0 = std::max(area.y, job.area.y);
        MapJob part = job;
        part.area = {
            x0, y0, std::min(area.right(), job.area.right()) - x0, std::min(area.bottom(), job.area.bottom()) - y0};
        if (part.area.w <= 0 || part.area.h <= 0) {
            continue;
        }
        QImage image = paintMap(part, stop);
        if (image.isNull()) {
            break; // stopped
        }
        patches.push_back({part.area, std::move(image)});
    }
    return patches;
}

void applyPatches(QImage &image, const Rect &area, const std::vector<MapPatch> &patches)
{
    for (const MapPatch &patch : patches) {
        for (int y = 0; y < patch.area.h; ++y) {
            std::memcpy(
                image.scanLine(patch.area.y - area.y + y) + 4 * static_cast<std::ptrdiff_t>(patch.area.x - area.x),
                patch.image.constScanLine(y), 4 * static_cast<std::size_t>(patch.area.w));
        }
    }
}

} // namespace sextant::ui
