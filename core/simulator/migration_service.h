// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/simulator/migration_script.h"

namespace sextant::simulator {

/// A label of Deployments, and of a job's metadata, that names the service.
inline constexpr const char *kServiceLabel = "example.com/service";

struct MigrationScript::Service {
    enum class Phase : std::uint8_t { Waiting, Parallel, Draining, Drained, RolledBack, Gone } phase = Phase::Waiting;
    enum class Fate : std::uint8_t { Moves, OtherVersion, RollsBack, Stalls } fate = Fate::Moves;
    enum class Naming : std::uint8_t { Equal, Labelled, Paired } naming = Naming::Equal;

    std::string name; ///< of its job on Helios too
    std::string product, team, version;
    std::string ns, deployment;
    std::size_t target = 0;
    int wave = 0;
    int instances = 1; ///< on Helios
    int replicas = 1; ///< on Kubernetes
    std::optional<std::int64_t> cpuShares, memory; ///< as its job declares
    std::int64_t cpuMillicores = 0, memoryBytes = 0; ///< as its Deployment does; 0: not
    HeliosConduct conduct = HeliosConduct::Sound;
    bool group = false;
    bool retires = false; ///< its job is removed some time after the move
    bool deployed = false; ///< its Deployment exists
    std::string stageBefore; ///< at the start
    bool movedBefore = false, movingBefore = false; ///< when the world began

    Time due = kNoTime;
    std::string stage, candidate;
    Time since = kNoTime, candidateSince = kNoTime;
    int heliosWanted = 0, heliosHealthy = 0;
    World::Instances kubernetes;

    PlannedDeployment planned() const
    {
        PlannedDeployment out{ns, deployment, version, replicas, cpuMillicores, memoryBytes, {}};
        if (naming == Naming::Labelled) {
            out.labels[kServiceLabel] = name;
        }
        return out;
    }
};

} // namespace sextant::simulator
