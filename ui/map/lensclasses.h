// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/layout/mapcontent.h"
#include "core/migration/migration.h"
#include "ui/map/maplens.h"

#include <array>
#include <memory>
#include <string>
#include <vector>

namespace sextant::ui {

using ContentPtr = std::shared_ptr<const layout::Content>;
class LensClasses;
using LensClassesPtr = std::shared_ptr<const LensClasses>;

/// Classes that are to be seen, one bit each, and above them what is to be seen of whatever class: pods that declare
/// nothing, and nodes by what they say of themselves. The others fade to track.
using ClassMask = std::uint32_t;
inline constexpr ClassMask kAllClasses = ~ClassMask(0);
inline constexpr ClassMask kUndeclaredPods = 1U << 16, kSilentNodes = 1U << 17, kNotReadyNodes = 1U << 18,
                           kNodesUnderPressure = 1U << 19, kCordonedNodes = 1U << 20;
/// What of that its node is.
ClassMask marksOf(const layout::Tile &tile);
/// What is to be seen of a tile's pods: where its node is, all of them.
inline ClassMask seenIn(const layout::Tile &tile, ClassMask seen)
{
    return (marksOf(tile) & seen) != 0 ? kAllClasses : seen;
}
/// @param seen of its tile
inline bool isSeen(const layout::Item &item, std::uint8_t cls, ClassMask seen)
{
    return item.inScope && item.kept && ((seen >> cls & 1) != 0 || (!item.declared && (seen & kUndeclaredPods) != 0));
}

/// Which class of a lens every pod and every tile of a content is in: what one colour of it stands for, as a number
/// that grows with how much it wants to be seen. Made once for a content, by a job (a million pods are a million column
/// reads); painter, legend, minimap and readers only look it up. Immutable; any thread.
class LensClasses {
public:
    static constexpr std::size_t kMost = 16; ///< classes of a lens
    // Of every lens but State: nobody knows, or there is nothing to know of it.
    static constexpr std::uint8_t kUnknown = 0;
    // Requested and Used: 1 to 11 are the steps of the ramp. Waste: 1 to 9, from wants more to gives back.
    static constexpr std::uint8_t kFirstStep = 1, kOver = 12;
    // Restarts: none, 1-2, 3-9, 10-49, 50 and more; the last four once more for those with one in the last hour.
    static constexpr std::uint8_t kNoRestart = 1, kFewRestarts = 2, kLoopRestarts = 5, kRecentRestarts = 4;
    // Age: older than a month up to less than ten minutes.
    static constexpr std::uint8_t kOlder = 1, kNewest = 7;
    // Owner: 1 others, 2 to 11 the ten with the most pods.
    static constexpr std::uint8_t kOtherOwner = 1, kFirstOwner = 2;
    static constexpr std::size_t kOwners = 10;
    // Stage, 0: in no service of the migration.
    static constexpr std::uint8_t kRetired = 1, kMigrated = 2, kNotStarted = 3, kInParallel = 4, kRolledBack = 5;

    /// @param progress of Lens::Stage; null: none is known.
    /// @param before the answer for the content before: owners keep their colours, and states are only counted where
    /// pods are others.
    static LensClassesPtr make(ContentPtr content, Lens lens, const migration::ProgressPtr &progress, Time now,
        const LensClasses *before = nullptr);
    /// Whether it still answers the same question.
    bool of(const layout::Content &content) const { return m_content.get() == &content; }
    bool serves(const ContentPtr &content, Lens lens, const migration::ProgressPtr &progress, Time now) const;

    Lens lens() const { return m_lens; }
    /// @param item in its tile
    std::uint8_t ofItem(std::uint32_t tile, std::uint32_t item) const
    {
        return m_by == By::Item ? m_items[m_first[tile] + item]
            : m_by == By::Tile  ? m_tiles[tile]
                                : static_cast<std::uint8_t>(m_content->itemsOf(m_content->tiles[tile])[item].state);
    }
    /// Of a tile drawn as one: the most striking class of the pods that are kept; of Requested, Used and Waste its own
    /// figure; of Owner who holds most of it. Means nothing for State, where mostStriking says it.
    std::uint8_t ofTile(std::uint32_t tile) const { return m_tiles.empty() ? kUnknown : m_tiles[tile]; }
    /// The classes of its pods in scope that the filter keeps, and kUndeclaredPods.
    ClassMask maskOf(std::uint32_t tile) const { return m_masks[tile]; }
    /// Only the classes of those that are to be seen.
    ClassMask seenOf(std::uint32_t tile, ClassMask seen) const;
    /// Classes from here on are painted over the others where cells share a pixel.
    std::uint8_t firstLoud() const { return m_firstLoud; }
    /// Placed pods in scope that the filter keeps.
    std::uint32_t count(std::uint8_t cls) const { return m_counts[cls]; }
    std::uint32_t counted() const; ///< of all classes
    /// Of Lens::Owner: the names of kFirstOwner and on; empty: that colour is free.
    const std::array<std::string, kOwners> &owners() const { return m_owners; }

private:
    enum class By : std::uint8_t { State, Tile, Item };
    class Maker;
    ContentPtr m_content;
    migration::ProgressPtr m_progress;
    Time m_now = kNoTime;
    Lens m_lens = Lens::State;
    By m_by = By::State;
    std::uint8_t m_firstLoud = 0;
    std::vector<std::uint8_t> m_items; ///< of By::Item: those of a tile from m_first on
    std::vector<std::uint32_t> m_first; ///< by tile
    std::vector<std::uint8_t> m_tiles;
    std::vector<ClassMask> m_masks;
    std::array<std::uint32_t, kMost> m_counts{};
    std::array<std::string, kOwners> m_owners;
};

/// How much a class wants to be seen where only one of several can be. Of states what has ended or is on its way out
/// stands behind what runs, else a job that is done would grey a node of ready pods.
constexpr std::uint8_t rankOf(Lens lens, std::uint8_t cls)
{
    constexpr std::uint8_t kCalm[] = {2, 0, 1}; // Ok, Completed, Terminating
    return lens == Lens::State && cls <= static_cast<std::uint8_t>(State::Terminating) ? kCalm[cls] : cls;
}
/// The first of them by that rank.
/// @param classes one bit each; not 0
std::uint8_t mostStriking(Lens lens, ClassMask classes);

/// Used by requested of a pod, of what the map sizes by; below 0: not known, or nothing requested. Helios measures no
/// tasks: theirs is the load of their host.
double usedShare(const layout::Content &content, const layout::Tile &tile, const layout::Item &item);
/// What is requested and not used, as a part of the request: 1 uses nothing, below 0 uses more than it requested;
/// NaN: not known. Of Helios never known.
double wasteShare(const layout::Content &content, const layout::Tile &tile, const layout::Item &item);

} // namespace sextant::ui
