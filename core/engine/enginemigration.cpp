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

/// The simulated fleet with its past and its odd names, which a real one's rules know nothing of.
void Engine::Impl::startDemoTracker()
{
    const simulator::MigrationMatching matching = simulator->migrationMatching();
    migration::RulesConfig config = options.config.migration;
    for (const auto &pair : matching.pairs) {
        migration::RuleConfig rule;
        rule.kind = migration::RuleConfig::Kind::Pair;
        rule.service = pair.service;
        rule.helios = pair.heliosJob;
        rule.kubernetes = pair.kubernetes;
        rule.where = "the demo";
        config.match.push_back(std::move(rule));
    }
    if (!matching.labelKey.empty()) {
        migration::RuleConfig rule;
        rule.kind = migration::RuleConfig::Kind::Label;
        rule.label = matching.labelKey;
        rule.where = "the demo";
        config.match.push_back(std::move(rule));
    }
    config.services.insert(config.services.end(), matching.services.begin(), matching.services.end());
    Result<migration::Rules> rules = migration::Rules::compile(std::move(config));
    if (!rules) {
        spdlog::warn("the demo's services are matched by equal names alone: {}", rules.error().text());
    }
    auto made = std::make_shared<migration::Tracker>(rules ? std::move(*rules) : migration::Rules());
    std::vector<migration::BurnPoint> past;
    for (const simulator::MigrationSample &sample : simulator->migrationHistory()) {
        migration::BurnPoint point;
        point.at = sample.at;
        point.services = sample.services;
        point.moved = sample.moved;
        point.moving = sample.moving;
        point.simulated = true;
        past.push_back(point);
    }
    std::map<std::string, std::pair<migration::Stage, Time>> entered;
    for (const simulator::MigrationPast &one : simulator->migrationPast()) {
        if (const auto stage = migration::stageOfKey(one.stage)) {
            entered[one.service] = {*stage, one.since};
        }
    }
    made->prefill(std::move(past), std::move(entered));
    const std::lock_guard lock(mutex);
    demoTracker = std::move(made);
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
