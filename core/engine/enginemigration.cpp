// SPDX-License-Identifier: GPL-3.0-or-later
// Who follows the migration, and where that is kept.
#include "core/engine/engineimpl.h"

#include <algorithm>
#include <cstdlib>
#include <spdlog/spdlog.h>

namespace sextant {

std::string defaultMigrationFile()
{
    if (const char *state = std::getenv("XDG_STATE_HOME"); state != nullptr && *state == '/') {
        return std::string(state) + "/sextant/migration.json";
    }
    const char *home = std::getenv("HOME");
    return home != nullptr && *home == '/' ? std::string(home) + "/.local/state/sextant/migration.json" : std::string();
}

/// Once, before anything is opened: rules that do not compile open nothing.
Result<void> Engine::Impl::startTracker()
{
    Result<migration::Rules> rules = migration::Rules::compile(options.config.migration);
    if (!rules) {
        return rules.error();
    }
    const std::lock_guard lock(mutex);
    if (!tracker) {
        migration::TrackerOptions how;
        how.file = options.migrationFile.empty() ? defaultMigrationFile() : options.migrationFile;
        how.write = options.persist;
        tracker = std::make_shared<migration::Tracker>(std::move(*rules), std::move(how));
    }
    return {};
}

migration::ProgressPtr Engine::migration(const Picture &picture, Time now)
{
    const auto &clusters = picture.snapshot().clusters();
    const bool simulated =
        std::any_of(clusters.begin(), clusters.end(), [](const auto &cluster) { return cluster->status().demo; });
    std::shared_ptr<migration::Tracker> tracker;
    {
        const std::lock_guard lock(m_impl->mutex);
        tracker = simulated && m_impl->demoTracker ? m_impl->demoTracker : m_impl->tracker;
    }
    return tracker ? tracker->look(picture, now) : std::make_shared<const migration::Progress>();
}

std::optional<Error> Engine::migrationProblem() const
{
    std::shared_ptr<migration::Tracker> tracker;
    {
        const std::lock_guard lock(m_impl->mutex);
        tracker = m_impl->tracker;
    }
    return tracker ? tracker->problem() : std::nullopt;
}

} // namespace sextant
