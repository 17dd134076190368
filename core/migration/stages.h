// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/migration/migration.h"

/// How a service moves from stage to stage. Pure; any thread.
namespace sextant::migration {

/// What one look shows of a service.
struct Sight {
    int helios = 0; ///< healthy instances
    int kubernetes = 0;
    bool job = false; ///< a Helios job of it exists
    bool workload = false; ///< a Kubernetes workload of it exists
    bool listed = false; ///< the configuration lists it
};

/// Where a look places a service; nothing: out of the migration (gone on both sides, and it never moved).
using Place = std::optional<Stage>;
/// @param before its stage; nothing: never seen.
Place placeOf(const Sight &sight, std::optional<Stage> before);

/// The stage of one service and what waits for a second look.
struct Standing {
    Place place; ///< nothing: not placed yet, or out
    Time since = kNoTime; ///< kNoTime: it stood there when first seen
    bool waiting = false; ///< the last look shows `next`, since `nextSince`
    Place next;
    Time nextSince = kNoTime;

    /// The first look, or the first one at a cluster of it: sets the stage at once, without a time.
    void set(const Sight &sight);
    /// A further look: moves on when it agrees with one at least `apart` before and none between them differed.
    /// A clock that went back begins anew. True: the stage changed.
    bool look(const Sight &sight, Time now, std::chrono::seconds apart);
};

} // namespace sextant::migration
