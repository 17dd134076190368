// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/simulator/helios.h"
#include "core/simulator/helios_state.h"

#include <memory>
#include <string>
#include <vector>

namespace sextant::simulator {

/// A service as a cluster is peopled with: one job, deployed on so many hosts.
struct HeliosService {
    std::string name, product, team;
    std::string version = "2.14.0";
    int instances = 1; ///< 0: a job that is deployed nowhere
    bool group = false; ///< a deployment group rolled it out; else by hand
    std::optional<std::int64_t> cpuShares, memory; ///< none: not declared
    HeliosTexts metadata; ///< beside what every job has
    HeliosConduct conduct = HeliosConduct::Sound;
};

/// One Helios cluster that lives: agents that act on what is deployed, groups that roll out, a load that follows the
/// day. All it does follows from the options, the seed and the times it is stepped with.
/// Threads: every function from any thread; the state's mutex serialises them.
class HeliosWorld {
public:
    HeliosWorld(const HeliosOptions &options, std::uint64_t seed, double daySeconds);
    ~HeliosWorld();
    HeliosWorld(const HeliosWorld &) = delete;
    HeliosWorld &operator=(const HeliosWorld &) = delete;

    /// Peoples the cluster as it stood at `start`; no time in it is later. Once, before the first step.
    /// @param services what lives there; none: what the options make up.
    void populate(Time start, std::vector<HeliosService> services = {});
    /// Lives on until `now`, second by second.
    void step(Time now);
    Time now() const;

    const HeliosOptions &options() const;
    HeliosState &state(); ///< lock its mutex before looking
    HeliosTruth truth() const;

    // What tests and the migration's script do to it, as a user would. False, or an empty text, when there is no such
    // object or a master would refuse it.
    /// Creates a job with the hash that Helios gives it. @return its full id.
    std::string createJob(HeliosJob job);
    bool removeJob(const std::string &job); ///< only one that is deployed nowhere
    bool deploy(const std::string &host, const std::string &job, const std::string &goal = "START");
    bool undeploy(const std::string &host, const std::string &job);
    bool setGoal(const std::string &host, const std::string &job, const std::string &goal); ///< "START", "STOP"
    /// @param selectors as a user writes them: "role=edge", "zone in (a,b)".
    bool createGroup(const std::string &group, const std::vector<std::string> &selectors);
    bool removeGroup(const std::string &group);
    /// Brings a job onto every host of the group that is UP, batch by batch. An image that is missing makes it fail
    /// (HeliosJob::conduct).
    bool rollingUpdate(const std::string &group, const std::string &job, const HeliosRolloutOptions &options = {});
    bool stopRollout(const std::string &group);
    bool hostDown(const std::string &host); ///< its agent falls silent; what it last said stays
    bool hostUp(const std::string &host);
    bool poison(const std::string &host, bool on); ///< its hostInfo cannot be read: every answer with it is 500
    /// What happens by itself leaves the jobs of this name alone from now on.
    void hold(const std::string &jobName);

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

/// The version that follows "2.31.0".
std::string nextVersion(const std::string &version);

} // namespace sextant::simulator
