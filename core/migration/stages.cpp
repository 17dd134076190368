// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/migration/stages.h"

#include <array>

namespace sextant::migration {

namespace {

constexpr std::array<std::string_view, kStages> kWords{
    "not started", "in parallel", "migrated", "retired", "rolled back"};
constexpr std::array<std::string_view, kStages> kKeys{
    "not-started", "in-parallel", "migrated", "retired", "rolled-back"};

} // namespace

std::string_view stageWord(Stage stage) { return kWords[static_cast<std::size_t>(stage)]; }

std::string_view stageKey(Stage stage) { return kKeys[static_cast<std::size_t>(stage)]; }

std::optional<Stage> stageOfKey(std::string_view key)
{
    for (std::size_t i = 0; i < kKeys.size(); ++i) {
        if (kKeys[i] == key) {
            return static_cast<Stage>(i);
        }
    }
    return std::nullopt;
}

Place placeOf(const Sight &sight, std::optional<Stage> before)
{
    const Stage moved = sight.job ? Stage::Migrated : Stage::Retired;
    if (sight.helios > 0 && sight.kubernetes > 0) {
        return Stage::InParallel;
    }
    if (sight.helios > 0) {
        return before.value_or(Stage::NotStarted) == Stage::NotStarted ? Stage::NotStarted : Stage::RolledBack;
    }
    if (sight.kubernetes > 0) {
        return moved;
    }
    // Nothing is well anywhere: that moves nobody.
    if (before && migration::moved(*before)) {
        return moved;
    }
    if (!sight.job && !sight.workload && !sight.listed) {
        return std::nullopt;
    }
    return before.value_or(Stage::NotStarted);
}

void Standing::set(const Sight &sight)
{
    const Place seen = placeOf(sight, place);
    if (seen != place) {
        since = kNoTime;
    }
    place = seen;
    waiting = false;
}

bool Standing::look(const Sight &sight, Time now, std::chrono::seconds apart)
{
    const Place seen = placeOf(sight, place);
    if (seen == place) {
        waiting = false;
        return false;
    }
    if (!waiting || seen != next || now < nextSince) {
        waiting = true;
        next = seen;
        nextSince = now;
    }
    if (now - nextSince < apart) {
        return false;
    }
    place = next;
    since = nextSince;
    waiting = false;
    return true;
}

} // namespace sextant::migration
