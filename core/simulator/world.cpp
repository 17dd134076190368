// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulator/world.h"

namespace sextant::simulator {

struct World::Impl {
    Time now = kNoTime;
};

World::World(const ClusterOptions &, std::uint64_t, double, Store &)
    : m_impl(std::make_unique<Impl>())
{
}
World::~World() = default;
void World::populate(Time start) { m_impl->now = start; }
void World::step(Time now) { m_impl->now = now; }
Time World::now() const { return m_impl->now; }
Truth World::truth() const { return {}; }
std::vector<Usage> World::nodeUsage(Time) const { return {}; }
std::vector<Usage> World::podUsage(Time, const std::string &) const { return {}; }
void World::sampleHistory(Time, std::vector<HistorySample> &) const { }
bool World::scale(const std::string &, const std::string &, int) { return false; }
bool World::rollOut(const std::string &, const std::string &) { return false; }
bool World::failNode(const std::string &) { return false; }
bool World::deleteNode(const std::string &) { return false; }
std::vector<std::string> World::nodeNames() const { return {}; }

} // namespace sextant::simulator
