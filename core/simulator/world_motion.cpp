// SPDX-License-Identifier: GPL-3.0-or-later
// What happens by itself: load that scales, rollouts, failures, the clock's jobs. Rates grow with the cluster.
#include "core/simulator/world_impl.h"

#include <algorithm>
#include <cmath>

namespace sextant::simulator {

namespace {

constexpr std::int64_t kHeartbeat = 300; // seconds between two status reports of a kubelet
constexpr std::int64_t kScaling = 15; // seconds between two looks of an autoscaler

} // namespace

void World::Impl::move()
{
    const auto second = now.time_since_epoch().count();
    const double pace = options.churn;
    const double size = double(std::max(options.pods, 100)) / 2500;
    const auto often = [&](double everySeconds, double scale) {
        // A rate above one a second happens several times in it.
        const double expected = pace * scale / everySeconds;
        return int(expected) + (random.chance(expected - std::floor(expected)) ? 1 : 0);
    };

    for (auto id = Id(second % kHeartbeat); id < nodes.size(); id += Id(kHeartbeat)) {
        heartbeat(id);
    }

    for (auto id = Id(second % kScaling); id < deployments.size(); id += Id(kScaling)) {
        auto &sim = deployments[id];
        if (!sim.autoscaled || sim.rolling) {
            continue;
        }
        const double swing = std::min(0.45, 0.2 * pace) * load.day(now, sim.shift);
        const int wanted = std::max(1, int(std::lround(sim.base * (1 + swing))));
        // As a real one: a tolerance, and not everything at once.
        if (std::abs(wanted - sim.object->replicas) * 10 > sim.object->replicas) {
            const int most = std::max(1, sim.object->replicas / 4);
            scaleDeployment(id, sim.object->replicas + std::clamp(wanted - sim.object->replicas, -most, most));
        }
    }

    if (second % 60 == 0) {
        for (Id id = 0; id < cronJobs.size(); ++id) {
            auto &sim = cronJobs[id];
            if (second / 60 % sim.everyMinutes != 0 || sim.object->suspended || !sim.object->active.empty()) {
                continue;
            }
            const auto job = addJob(id, now);
            auto object = std::make_shared<CronJobObject>(*sim.object);
            object->lastScheduled = now;
            sim.object = object;
            reconcileJob(job);
            updateCron(id);
            event(*cronJobs[id].object, "CronJob", "batch/v1",
                {"SuccessfulCreate", "Created job " + jobs[job].object->name, false, "cronjob-controller"});
        }
    }

    for (int n = often(110, size); n > 0 && !deployments.empty(); --n) {
        const auto id = Id(random.bits() % deployments.size());
        const auto &sim = deployments[id];
        if (sim.rolling || sim.plan.trouble != Trouble::None || sim.object->replicas == 0
            || sim.object->replicas > std::max(12, options.pods / 40) || namespaces[sim.ns].name == "kube-system") {
            continue;
        }
        const bool bad = random.chance(0.1);
        rollOutDeployment(id, !bad ? Trouble::None : random.chance(0.5) ? Trouble::Unready : Trouble::Crash);
        if (bad) {
            after(seconds(random.range(150, 420)), What::RollBack, id, std::uint32_t(deployments[id].revision));
        }
    }

    const double machines = double(nodes.size()) / 200;
    for (int n = often(240, machines); n > 0; --n) {
        const auto id = Id(random.bits() % nodes.size());
        if (nodes[id].object && !nodes[id].silent && !nodes[id].broken && !nodes[id].object->unschedulable) {
            silence(id);
            after(seconds(random.range(70, 330)), What::NodeReturn, id, nodes[id].epoch);
        }
    }
    for (int n = often(900, machines); n > 0; --n) {
        const auto id = Id(random.bits() % nodes.size());
        if (nodes[id].object && !nodes[id].silent && !nodes[id].broken) {
            breakNode(id);
            after(seconds(random.range(60, 240)), What::NodeReturn, id, nodes[id].epoch);
        }
    }
    for (int n = often(75, machines); n > 0; --n) {
        const auto id = Id(random.bits() % nodes.size());
        if (nodes[id].object && !nodes[id].silent) {
            // About three in a hundred stay cordoned.
            if (nodes[id].object->unschedulable) {
                cordon(id, false);
            } else if (random.chance(0.031)) {
                cordon(id, true);
            }
        }
    }

    for (int n = often(40, size); n > 0; --n) {
        const auto id = Id(random.bits() % pods.size());
        auto &sim = pods[id];
        if (!sim.object || sim.stage != Stage::Running || sim.deleting || sim.owner.kind == Kind::Job
            || sim.owner.kind == Kind::None || sim.object->resizedCpu != 0 || nodes[sim.node].silent) {
            continue;
        }
        if (sim.trouble == Trouble::None && sim.ready) {
            sim.trouble = random.chance(0.35) ? Trouble::Oom : Trouble::Crash;
            sim.crashes = 0;
            turn(sim, Stage::Running);
            crash(id);
        }
    }
    // Probes fail for a while, and pass again.
    for (int n = often(60, size); n > 0; --n) {
        const auto id = Id(random.bits() % pods.size());
        auto &sim = pods[id];
        if (!sim.object || sim.stage != Stage::Running || sim.deleting || sim.owner.kind != Kind::ReplicaSet
            || nodes[sim.node].silent || sim.object->plan->trouble != Trouble::None) {
            continue;
        }
        if (sim.trouble == Trouble::None && sim.ready && random.chance(0.3)) {
            sim.trouble = Trouble::Unready;
            turn(sim, Stage::Running);
            becomeReady(id);
            unready.push_back(id);
        }
    }
    if (!unready.empty() && random.chance(std::min(1.0, pace * double(unready.size()) / 150))) {
        const auto at = random.bits() % unready.size();
        const auto id = unready[at];
        unready.erase(unready.begin() + std::ptrdiff_t(at));
        auto &sim = pods[id];
        if (sim.object && sim.trouble == Trouble::Unready && sim.object->plan->trouble == Trouble::None
            && sim.stage == Stage::Running && !sim.deleting) {
            sim.trouble = Trouble::None;
            turn(sim, Stage::Running);
            after(seconds(1), What::PodReady, id, sim.epoch);
        }
    }
}

} // namespace sextant::simulator
