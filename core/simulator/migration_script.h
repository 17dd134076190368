// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/simulator/helios_world.h"
#include "core/simulator/simulator.h"
#include "core/simulator/world.h"
#include "core/simulator/world_random.h"

#include <mutex>

namespace sextant::simulator {

/// Moves services from a Helios cluster to Kubernetes ones and knows where each stands.
/// A service's move: its Deployment appears and becomes healthy; both run for a while; Helios is drained host by host;
/// the job is left undeployed, and of some removed later. One service rolls back, one stalls while it runs on both.
/// Threads: every function from any thread; step() and the worlds' steps from one.
class MigrationScript {
public:
    /// A Kubernetes cluster it moves to.
    struct Target {
        std::string name;
        int namespaces = 0;
        World *world = nullptr;
    };
    /// Helios has about as many tasks at the beginning as its options say. The worlds outlive the script.
    MigrationScript(
        const MigrationOptions &options, std::uint64_t seed, HeliosWorld &helios, std::vector<Target> targets);
    ~MigrationScript();

    // What the worlds are peopled with.
    std::vector<HeliosService> onHelios() const;
    std::vector<PlannedDeployment> onKubernetes(std::size_t target) const;

    /// The worlds stand as they do at the beginning.
    void begin(Time now);
    /// One second, after the worlds have lived it: does what is due, then looks where everything stands.
    void step(Time now);
    void setRunning(bool running);

    std::vector<MigrationTruth> truth() const;
    MigrationMatching matching() const;
    std::vector<MigrationSample> history() const;
    std::vector<MigrationPast> past() const;

private:
    struct Service;
    void look(Service &service);
    void act(Service &service);
    void drainOne(Service &service);
    void remove(Service &service);
    std::string currentVersion(const Service &service) const;
    /// A deployment of one of a service's jobs.
    struct Placed {
        std::string host, job;
        bool wanted = false, healthy = false;
    };
    void takeStock();
    /// When those that had moved at the start began and ended to move, in the order of m_services.
    std::vector<std::pair<Time, Time>> movesBefore() const;

    mutable std::mutex m_mutex;
    MigrationOptions m_options;
    Random m_random;
    HeliosWorld &m_helios;
    std::vector<Target> m_targets;
    std::vector<Service> m_services; ///< in the order in which they move
    std::size_t m_next = 0; ///< the next to move
    Time m_now = kNoTime, m_began = kNoTime;
    Time m_nextAt = kNoTime;
    bool m_running = true;
    /// Of this second, by job name: what Helios has.
    struct Stock {
        bool job = false;
        std::vector<Placed> placed;
    };
    std::map<std::string, Stock> m_stock;
};

} // namespace sextant::simulator
