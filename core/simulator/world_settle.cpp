// SPDX-License-Identifier: GPL-3.0-or-later
// Pods that have already lived when the world begins: their state now, with times in the past.
#include "core/simulator/world_impl.h"

#include <algorithm>

namespace sextant::simulator {

bool World::Impl::plantOn(Id id, Id node, Time created)
{
    std::string why;
    if (node == kNobody) {
        node = placeFor(pods[id], &why);
    }
    if (node == kNobody) {
        auto object = edit(id);
        setCondition(object->conditions, "PodScheduled", "False", "Unschedulable", why, created);
        commit(id, std::move(object));
        pods[id].toldUnschedulable = now;
        podEvent(pods[id], {"FailedScheduling", why, true, "default-scheduler"});
        after(seconds(random.range(8, 15)), What::PodSchedule, id, pods[id].epoch);
        return false;
    }
    auto &sim = pods[id];
    sim.node = node;
    nodes[node].pods.insert(id);
    charge(sim, 1);
    settle(id, std::max(created, std::min(nodes[node].object->created + seconds(60), now - seconds(40))));
    return true;
}

void World::Impl::settle(Id id, Time created)
{
    auto &sim = pods[id];
    auto object = edit(id);
    auto &pod = *object;
    const auto &plan = *pod.plan;
    auto &node = nodes[sim.node];
    const auto earliest = now - seconds(40);
    created = std::min(created, earliest);
    const auto seenAt = created + seconds(1);
    const auto runAt = created + seconds(random.range(4, 14));
    const auto readyAt = runAt + seconds(random.range(2, 12));
    pod.created = created;
    pod.node = node.object->name;
    pod.hostIp = node.object->ip;
    pod.started = seenAt;
    if (plan.daemon) {
        pod.pin = pod.node;
    }
    const bool begins = sim.trouble != Trouble::ImagePull && sim.trouble != Trouble::Config;
    const bool initialized = sim.trouble != Trouble::InitStuck && sim.trouble != Trouble::InitCrash;
    setCondition(pod.conditions, "PodScheduled", "True", "", {}, created);
    if (!old) {
        setCondition(pod.conditions, "PodReadyToStartContainers", begins ? "True" : "False", "", {}, seenAt);
    }
    if (initialized) {
        setCondition(pod.conditions, "Initialized", "True", "", {}, seenAt);
    }
    pod.init.assign(plan.init.size(), {});
    pod.containers.assign(plan.containers.size(), {});
    const bool still = options.churn <= 0;
    const auto later = [&](seconds delay, What what) {
        if (!still) {
            after(delay, what, id, sim.epoch);
        }
    };
    if (begins && !plan.hostNetwork) {
        int slot = 2;
        while (slot < 255 && node.addresses[std::size_t(slot)]) {
            ++slot;
        }
        node.addresses.set(std::size_t(slot));
        sim.ipSlot = std::uint8_t(slot);
        pod.podIp = node.object->podCidr + std::uint32_t(slot);
    } else if (plan.hostNetwork) {
        pod.podIp = pod.hostIp;
    }

    // The init containers, as far as they came.
    for (std::size_t i = 0; i < pod.init.size(); ++i) {
        auto &status = pod.init[i];
        status.started = 0;
        if (!initialized && i > 0) {
            status.state = ContainerState::waiting("PodInitializing");
            continue;
        }
        status.id = containerNumber();
        if (sim.trouble == Trouble::InitStuck || plan.init[i].sidecar) {
            status.state = ContainerState::running(seenAt + seconds(1), status.id);
            status.started = 1;
            status.ready = plan.init[i].sidecar;
        } else if (sim.trouble == Trouble::InitCrash) {
            status.last = ContainerState::terminated("Error", 1, now - seconds(36), now - seconds(31), status.id);
            status.restarts = int(random.range(4, 30));
            sim.crashes = 6;
            status.state =
                ContainerState::waiting("CrashLoopBackOff", backOffText(pod, plan.init[i].name, backOffOf(5)));
            pod.lastRestart = status.last.finished;
        } else {
            status.state = ContainerState::terminated("Completed", 0, seenAt, seenAt + seconds(2), status.id);
            status.ready = true;
        }
    }
    if (!initialized) {
        std::string names;
        for (const auto &container : plan.init) {
            names += (names.empty() ? "" : " ") + container.name;
        }
        setCondition(pod.conditions, "Initialized", "False", "ContainersNotInitialized",
            "containers with incomplete status: [" + names + ']', seenAt);
        for (auto &status : pod.containers) {
            status.state = ContainerState::waiting("PodInitializing");
            status.started = 0;
        }
        const bool stuck = sim.trouble == Trouble::InitStuck;
        pod.shown = stuck ? initText(pod, 0) : "Init:CrashLoopBackOff";
        turn(sim, stuck ? Stage::Init : Stage::InitBackOff);
        if (!stuck) {
            later(seconds(random.range(5, 250)), What::PodRestart);
        }
    } else if (!begins) {
        for (auto &status : pod.containers) {
            status.state = ContainerState::waiting("ContainerCreating");
            status.started = 0;
        }
        const auto &first = plan.containers.front();
        const bool image = sim.trouble == Trouble::ImagePull;
        pod.shown = image ? "ImagePullBackOff" : "CreateContainerConfigError";
        pod.containers.front().state = image
            ? ContainerState::waiting("ImagePullBackOff", "Back-off pulling image \"" + first.image + '"')
            : ContainerState::waiting(
                "CreateContainerConfigError", "configmap \"" + first.name + "-settings\" not found");
        sim.crashes = 5;
        turn(sim, Stage::Stuck);
        if (image) {
            later(seconds(random.range(5, 250)), What::PodRetryImage);
        }
    } else {
        pod.phase = "Running";
        pod.shown = "Running";
        sim.runningSince = runAt;
        turn(sim, Stage::Running);
        for (std::size_t i = 0; i < pod.containers.size(); ++i) {
            auto &status = pod.containers[i];
            status.id = containerNumber();
            status.state = ContainerState::running(runAt, status.id);
            status.started = 1;
            status.ready = !(i == 0 && sim.trouble == Trouble::Unready);
        }
        auto &first = pod.containers.front();
        auto lastReady = readyAt;
        if (sim.trouble == Trouble::Crash || sim.trouble == Trouble::Oom) {
            const bool memory = sim.trouble == Trouble::Oom;
            const auto ended = std::max(runAt + seconds(3), now - seconds(random.range(3, 280)));
            const auto began = std::max(runAt, ended - seconds(random.range(5, 55)));
            const auto age = (now - created).count();
            first.restarts = int(std::clamp<std::int64_t>(age / 330 + 3, 4, random.range(12, 48)));
            first.last =
                ContainerState::terminated(memory ? "OOMKilled" : "Error", memory ? 137 : 1, began, ended, first.id);
            first.state = ContainerState::waiting(
                "CrashLoopBackOff", backOffText(pod, plan.containers.front().name, backOffOf(5)));
            first.ready = false;
            first.started = 0;
            sim.crashes = 6;
            sim.runningSince = kNoTime;
            pod.lastRestart = ended;
            pod.shown = "CrashLoopBackOff";
            lastReady = ended;
            turn(sim, Stage::BackOff);
            later(std::max(seconds(1), ended + seconds(300) - now), What::PodRestart);
        } else if (now - created > seconds(3600) && plan.trouble == Trouble::None && random.chance(0.1)) {
            // It has been restarted some time ago.
            const auto ended = past(30, double((now - readyAt).count()));
            first.restarts = int(random.range(1, 4));
            const bool memory = random.chance(0.4);
            first.last = ContainerState::terminated(memory ? "OOMKilled" : "Error", memory ? 137 : 1,
                std::max(runAt, ended - seconds(random.range(600, 40000))), ended, containerNumber());
            first.state = ContainerState::running(ended + seconds(2), first.id);
            pod.lastRestart = ended;
            lastReady = ended + seconds(6);
            sim.runningSince = ended + seconds(2);
        }
        const bool ready =
            std::all_of(pod.containers.begin(), pod.containers.end(), [](const auto &s) { return s.ready; });
        const auto message = ready ? std::string() : unreadyMessage(pod);
        for (const char *type : {"Ready", "ContainersReady"}) {
            setCondition(pod.conditions, type, ready ? "True" : "False", ready ? "" : "ContainersNotReady", message,
                std::min(lastReady, now));
        }
        sim.ready = ready;
    }
    if (findCondition(pod.conditions, "Ready") == nullptr) {
        for (const char *type : {"Ready", "ContainersReady"}) {
            setCondition(pod.conditions, type, "False", "ContainersNotReady", unreadyMessage(pod), seenAt);
        }
    }
    recount(pod);
    commit(id, std::move(object));
    if (sim.trouble == Trouble::Crash || sim.trouble == Trouble::Oom) {
        podEvent(sim, {"BackOff", "Back-off restarting failed container " + plan.containers.front().name, true});
    }
}

void World::Impl::plantLeftovers()
{
    const auto total = std::max(1, options.pods / 900);
    std::vector<Id> candidates;
    for (Id set = 0; set < sets.size(); ++set) {
        if (sets[set].pods.size() > 1 && sets[set].object->plan->trouble == Trouble::None) {
            candidates.push_back(set);
        }
    }
    for (int i = 0; i < total && !candidates.empty(); ++i) {
        const auto set = random.pick(candidates);
        const auto reference =
            std::make_shared<Owner>(Owner{"apps/v1", "ReplicaSet", sets[set].object->name, sets[set].object->uid});
        const auto id = newPod(sets[set].object->plan, sets[set].ns, freePodName(sets[set].ns, sets[set].object->name),
            {Kind::ReplicaSet, set}, reference, now);
        const auto created = std::max(past(3600, 86400 * 2), sets[set].object->created + seconds(5));
        if (!plantOn(id, kNobody, created)) {
            erasePod(id);
            continue;
        }
        auto &sim = pods[id];
        if (sim.stage != Stage::Running || sim.runningSince == kNoTime) {
            continue;
        }
        auto object = edit(id);
        if (i % 3 == 0) { // a finalizer nobody takes away
            object->finalizer = "music.example.com/drain";
            object->grace = object->plan->grace;
            object->deleted = past(120, 5000);
            object->deleted = std::max(object->deleted, object->created + seconds(35));
            object->generation = old ? 0 : 2;
            sim.deleting = true;
            commit(id, std::move(object));
            turn(sim, sim.stage);
        } else {
            const bool disk = random.chance(0.4);
            object->phase = "Failed";
            object->reason = "Evicted";
            object->message = disk
                ? "The node was low on resource: ephemeral-storage. Threshold quantity: 4939730288, available: "
                  "3918204Ki. "
                : "The node was low on resource: memory. Threshold quantity: 100Mi, available: 61788Ki. ";
            object->shown = "Evicted";
            object->containers.clear();
            object->init.clear();
            object->podIp = 0;
            object->conditions.clear();
            if (!old) {
                setCondition(object->conditions, "DisruptionTarget", "True", "TerminationByKubelet", object->message,
                    object->created + seconds(60));
            }
            recount(*object);
            sim.ready = false;
            sim.runningSince = kNoTime;
            charge(sim, -1);
            turn(sim, Stage::Finished);
            commit(id, std::move(object));
        }
    }
}

} // namespace sextant::simulator
