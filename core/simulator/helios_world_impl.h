// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/simulator/helios_world.h"
#include "core/simulator/load.h"
#include "core/simulator/world_random.h"

#include <set>

namespace sextant::simulator {

using std::chrono::seconds;

struct HeliosWorld::Impl {
    Impl(const HeliosOptions &o, std::uint64_t seed, double daySeconds);

    const HeliosOptions options;
    HeliosState state;
    Random random;
    Load load;
    std::set<std::string> held; ///< names of jobs that churn leaves alone
    std::uint64_t order = 0;
    Time &now = state.now;

    // helios_world.cpp
    void live(Time t); ///< one second
    HeliosHost *host(const std::string &name);
    HeliosJobPtr job(const std::string &id) const;
    std::string addJob(HeliosJob job);
    bool deploy(HeliosHost &host, const HeliosJobPtr &job, const std::string &goal, const std::string &group);
    bool undeploy(HeliosHost &host, const std::string &job);

    // helios_world_agents.cpp: what agents do
    void act(HeliosHost &host);
    void write(HeliosHost &host, HeliosTask &task, const char *taskState, seconds next = seconds(0));
    void begin(HeliosHost &host, const HeliosDeployment &deployment);
    void goOn(HeliosHost &host, HeliosTask &task);
    void ended(HeliosHost &host, HeliosTask &task, const char *how);
    void remember(const HeliosHost &host, const HeliosTask &task, std::int64_t atMs);
    void report(HeliosHost &host, Time at); ///< hostInfo and agentInfo, as the agent sees them
    void allocate(HeliosHost &host, HeliosTask &task);

    // helios_world_groups.cpp: what masters do, and what happens by itself
    void findMembers(HeliosGroup &group) const;
    bool startRollout(
        HeliosGroup &group, const HeliosJobPtr &job, const HeliosRolloutOptions &wanted, const char *reason);
    void rollOn(HeliosGroup &group);
    void endRollout(HeliosGroup &group, const std::string &error);
    std::string whyLate(const HeliosGroup &group, const std::string &host) const;
    void churn();
    void newVersion(HeliosGroup &group);

    // helios_world_populate.cpp
    void populate(Time start, std::vector<HeliosService> services);
    std::vector<HeliosService> madeUp();
    void makeHosts(const std::vector<HeliosService> &services);
    HeliosHost &addHost(const std::string &name);
    HeliosJob jobOf(const HeliosService &service);
    void plantService(const HeliosService &service);
    /// A task as it stands after a while.
    void plant(HeliosHost &host, const HeliosJobPtr &job, const std::string &group, Time since);
    Time past(double least, double most);
    bool keepsHistory = true;

    // helios_world_odd.cpp
    void makeOdd();
    HeliosHost &oddHost(const std::string &name);
};

} // namespace sextant::simulator
