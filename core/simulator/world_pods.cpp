// SPDX-License-Identifier: GPL-3.0-or-later
// What the kubelets do, and where pods come from and go to.
#include "core/simulator/world_impl.h"

#include <algorithm>

namespace sextant::simulator {

std::string unreadyMessage(const PodObject &pod)
{
    std::string names;
    for (std::size_t i = 0; i < pod.containers.size(); ++i) {
        if (!pod.containers[i].ready) {
            names += (names.empty() ? "" : " ") + pod.plan->containers[i].name;
        }
    }
    return "containers with unready status: [" + names + ']';
}

// Readiness and restarts as they stand in the statuses.
void recount(PodObject &pod)
{
    pod.shownReady = 0;
    int inits = 0, rest = 0;
    for (std::size_t i = 0; i < pod.init.size(); ++i) {
        const bool sidecar = pod.plan->init[i].sidecar;
        pod.shownReady += sidecar && pod.init[i].ready ? 1 : 0;
        inits += pod.init[i].restarts;
        rest += sidecar ? pod.init[i].restarts : 0;
    }
    for (const auto &container : pod.containers) {
        pod.shownReady += container.ready && container.state.kind == ContainerState::Running ? 1 : 0;
        rest += container.restarts;
    }
    const auto *initialized = findCondition(pod.conditions, "Initialized");
    const bool initializing =
        !pod.init.empty() && (initialized == nullptr || std::string_view(initialized->status) != "True");
    pod.shownRestarts = initializing ? inits : rest;
}

std::string initText(const PodObject &pod, int done)
{
    return "Init:" + std::to_string(done) + '/' + std::to_string(pod.plan->init.size());
}

std::string backOffText(const PodObject &pod, const std::string &container, seconds wait)
{
    const auto length = wait.count() >= 60
        ? std::to_string(wait.count() / 60) + 'm' + std::to_string(wait.count() % 60) + 's'
        : std::to_string(wait.count()) + 's';
    return "back-off " + length + " restarting failed container=" + container + " pod=" + pod.name + '_' + pod.ns + '('
        + pod.uid + ')';
}

seconds backOffOf(int crashes) { return seconds(std::min(300, 10 << std::clamp(crashes, 0, 5))); }

namespace {

void terminate(ContainerStatus &status, const char *reason, int exitCode, Time at)
{
    status.state = ContainerState::terminated(
        reason, exitCode, status.state.kind == ContainerState::Running ? status.state.started : at, at, status.id);
    status.ready = false;
    status.started = 0;
}

} // namespace

void World::Impl::markDirty(const PodSim &pod)
{
    if (pod.owner.kind != Kind::None) {
        dirtyOwners.insert({pod.owner.kind, pod.owner.id});
    }
}

void World::Impl::setReadiness(PodSim &sim, PodObject &object, bool ready) const
{
    const auto message = ready ? std::string() : unreadyMessage(object);
    for (const char *type : {"Ready", "ContainersReady"}) {
        setCondition(
            object.conditions, type, ready ? "True" : "False", ready ? "" : "ContainersNotReady", message, now);
    }
    sim.ready = ready;
}

Id World::Impl::newPod(
    TemplatePtr plan, Id ns, std::string name, OwnerRef owner, const OwnerPtr &reference, Time created)
{
    Id id = Id(pods.size());
    if (freePods.empty()) {
        pods.emplace_back();
    } else {
        id = freePods.back();
        freePods.pop_back();
    }
    auto &sim = pods[id];
    const auto epoch = sim.epoch + 1;
    sim = PodSim();
    sim.epoch = epoch;
    sim.owner = owner;
    sim.ns = ns;
    sim.hash = random.bits();
    sim.trouble = plan->trouble;

    auto object = std::make_shared<PodObject>();
    stamp(*object, namespaces[ns].name, name, created);
    object->labelMap = plan->labels;
    object->annotationMap = plan->annotations;
    object->owner = reference;
    object->generated = reference != nullptr;
    object->generation = old ? 0 : 1;
    object->managed = managedPod;
    object->plan = std::move(plan);
    sim.object = std::move(object);
    return id;
}

std::string World::Impl::freePodName(Id ns, const std::string &base)
{
    auto name = base + '-' + random.suffix(5);
    while (store.get(Resource::Pods, namespaces[ns].name, name)) {
        name = base + '-' + random.suffix(5);
    }
    return name;
}

void World::Impl::commit(Id id, std::shared_ptr<PodObject> object)
{
    pods[id].object = object;
    store.put(Resource::Pods, std::move(object));
    markDirty(pods[id]);
}

void World::Impl::charge(PodSim &pod, int sign)
{
    if ((sign > 0) == pod.charged || pod.node == kNobody) {
        return;
    }
    pod.charged = sign > 0;
    const auto &plan = *pod.object->plan;
    if (sign > 0) {
        pod.chargedCpu = pod.object->chargedCpu();
        pod.chargedMemory = plan.memory;
    }
    auto &node = nodes[pod.node];
    node.cpu += sign * pod.chargedCpu;
    node.memory += sign * pod.chargedMemory;
    node.gpus += sign * plan.gpus;
    node.counted += sign;
    for (auto *sums : {&totals, &namespaces[pod.ns].totals, &pools[node.pool].totals}) {
        sums->cpu += sign * pod.chargedCpu;
        sums->memory += sign * pod.chargedMemory;
        sums->cpuLimit += sign * plan.cpuLimit;
        sums->memoryLimit += sign * plan.memoryLimit;
        sums->pods += sign;
    }
}

void World::Impl::bind(Id id, Id node)
{
    auto &sim = pods[id];
    auto object = edit(id);
    sim.node = node;
    object->node = nodes[node].object->name;
    setCondition(object->conditions, "PodScheduled", "True", "", {}, now);
    nodes[node].pods.insert(id);
    turn(sim, Stage::Bound);
    commit(id, std::move(object));
    charge(sim, 1);
    after(seconds(1), What::PodSeen, id, sim.epoch);
    podEvent(sim,
        {"Scheduled", "Successfully assigned " + sim.object->ns + '/' + sim.object->name + " to " + sim.object->node,
            false, "default-scheduler"});
}

void World::Impl::seen(Id id)
{
    auto &sim = pods[id];
    auto object = edit(id);
    const auto &plan = *object->plan;
    object->hostIp = nodes[sim.node].object->ip;
    object->started = now;
    const bool inits = !plan.init.empty();
    object->init.assign(plan.init.size(), {});
    object->containers.assign(plan.containers.size(), {});
    for (auto *list : {&object->init, &object->containers}) {
        for (auto &status : *list) {
            status.state = ContainerState::waiting(inits ? "PodInitializing" : "ContainerCreating");
            status.started = 0;
        }
    }
    if (!old) {
        setCondition(object->conditions, "PodReadyToStartContainers", "False", "", {}, now);
    }
    if (inits) {
        std::string names;
        for (const auto &container : plan.init) {
            names += (names.empty() ? "" : " ") + container.name;
        }
        setCondition(object->conditions, "Initialized", "False", "ContainersNotInitialized",
            "containers with incomplete status: [" + names + ']', now);
    } else {
        setCondition(object->conditions, "Initialized", "True", "", {}, now);
    }
    setReadiness(sim, *object, false);
    object->shown = inits ? initText(*object, 0) : "ContainerCreating";
    recount(*object);
    turn(sim, Stage::Creating);
    if (sim.trouble == Trouble::ImagePull) {
        after(seconds(2), What::PodRetryImage, id, sim.epoch);
    } else if (sim.trouble == Trouble::Config) {
        after(seconds(2), What::PodRetryImage, id, sim.epoch);
    } else {
        after(seconds(random.range(1, 4)), inits ? What::PodInit : What::PodStart, id, sim.epoch);
    }
    commit(id, std::move(object));
    podEvent(sim, {"Pulling", "Pulling image \"" + sim.object->plan->containers.front().image + '"'});
}

void World::Impl::retryImage(Id id)
{
    auto &sim = pods[id];
    auto object = edit(id);
    const auto &spec = object->plan->containers.front();
    auto &status = object->containers.front();
    const std::string_view reason = status.state.reason;
    turn(sim, Stage::Stuck);
    if (sim.trouble == Trouble::Config) {
        object->shown = "CreateContainerConfigError";
        status.state =
            ContainerState::waiting("CreateContainerConfigError", "configmap \"" + spec.name + "-settings\" not found");
        commit(id, std::move(object));
        podEvent(sim, {"Failed", "Error: configmap \"" + spec.name + "-settings\" not found", true});
        return;
    }
    if (sim.trouble != Trouble::ImagePull) { // it was pushed meanwhile
        turn(sim, Stage::Creating);
        after(seconds(1), What::PodStart, id, sim.epoch);
        return;
    }
    if (reason == "ErrImagePull") {
        object->shown = "ImagePullBackOff";
        status.state = ContainerState::waiting("ImagePullBackOff", "Back-off pulling image \"" + spec.image + '"');
        after(backOffOf(sim.crashes++), What::PodRetryImage, id, sim.epoch);
        commit(id, std::move(object));
        podEvent(sim, {"BackOff", "Back-off pulling image \"" + spec.image + '"'});
    } else {
        object->shown = "ErrImagePull";
        status.state = ContainerState::waiting("ErrImagePull",
            "failed to pull and unpack image \"" + spec.image + "\": failed to resolve reference: not found");
        after(seconds(2), What::PodRetryImage, id, sim.epoch);
        commit(id, std::move(object));
        podEvent(sim, {"Failed", "Failed to pull image \"" + spec.image + "\": not found", true});
    }
}

void World::Impl::initStep(Id id)
{
    auto &sim = pods[id];
    auto object = edit(id);
    const auto count = object->init.size();
    if (sim.initDone < count && object->init[sim.initDone].state.kind == ContainerState::Running) {
        auto &done = object->init[sim.initDone++];
        terminate(done, "Completed", 0, now);
        done.ready = true;
    }
    while (sim.initDone < count) {
        auto &next = object->init[sim.initDone];
        next.id = containerNumber();
        next.state = ContainerState::running(now, next.id);
        next.started = 1;
        if (!object->plan->init[sim.initDone].sidecar) {
            break;
        }
        next.ready = true;
        ++sim.initDone;
    }
    if (!old) {
        setCondition(object->conditions, "PodReadyToStartContainers", "True", "", {}, now);
    }
    if (sim.initDone == count) {
        setCondition(object->conditions, "Initialized", "True", "", {}, now);
        object->shown = "PodInitializing";
        turn(sim, Stage::Creating);
        after(seconds(random.range(1, 3)), What::PodStart, id, sim.epoch);
    } else {
        object->shown = initText(*object, sim.initDone);
        turn(sim, Stage::Init);
        if (sim.trouble == Trouble::InitCrash) {
            after(seconds(random.range(2, 6)), What::PodInitFailed, id, sim.epoch);
        } else if (sim.trouble != Trouble::InitStuck) {
            after(seconds(random.range(2, 5)), What::PodInit, id, sim.epoch);
        }
    }
    recount(*object);
    commit(id, std::move(object));
}

void World::Impl::initFailed(Id id)
{
    auto &sim = pods[id];
    auto object = edit(id);
    terminate(object->init[sim.initDone], "Error", 1, now);
    object->shown = "Init:Error";
    turn(sim, Stage::InitBackOff);
    after(seconds(2), What::PodBackOff, id, sim.epoch);
    commit(id, std::move(object));
}

void World::Impl::start(Id id)
{
    auto &sim = pods[id];
    auto object = edit(id);
    const auto &plan = *object->plan;
    auto &node = nodes[sim.node];
    if (plan.hostNetwork) {
        object->podIp = object->hostIp;
    } else if (object->podIp == 0) {
        int slot = 2;
        while (slot < 255 && node.addresses[std::size_t(slot)]) {
            ++slot;
        }
        node.addresses.set(std::size_t(slot));
        sim.ipSlot = std::uint8_t(slot);
        object->podIp = node.object->podCidr + std::uint32_t(slot);
    }
    object->phase = "Running";
    object->shown = "Running";
    bool all = true;
    for (std::size_t i = 0; i < object->containers.size(); ++i) {
        auto &status = object->containers[i];
        status.id = containerNumber();
        status.state = ContainerState::running(now, status.id);
        status.started = 1;
        status.ready = !plan.containers[i].readiness && !(i == 0 && sim.trouble == Trouble::Unready);
        all = all && status.ready;
    }
    if (!old) {
        setCondition(object->conditions, "PodReadyToStartContainers", "True", "", {}, now);
    }
    setReadiness(sim, *object, all);
    recount(*object);
    sim.runningSince = now;
    turn(sim, Stage::Running);
    if (sim.owner.kind == Kind::Job) {
        after(seconds(random.range(8, 50)), What::PodFinish, id, sim.epoch);
    } else if (sim.trouble == Trouble::Crash || sim.trouble == Trouble::Oom) {
        after(seconds(random.range(3, 12)), What::PodCrash, id, sim.epoch);
    } else if (!all) {
        after(seconds(random.range(2, 6)), What::PodReady, id, sim.epoch);
    }
    commit(id, std::move(object));
    const auto &first = sim.object->plan->containers.front();
    podEvent(sim, {"Created", "Created container: " + first.name});
    podEvent(sim, {"Started", "Started container " + first.name});
}

void World::Impl::becomeReady(Id id)
{
    auto &sim = pods[id];
    auto object = edit(id);
    bool all = true;
    for (std::size_t i = 0; i < object->containers.size(); ++i) {
        auto &status = object->containers[i];
        status.ready = !(i == 0 && sim.trouble == Trouble::Unready);
        all = all && status.ready;
    }
    setReadiness(sim, *object, all);
    recount(*object);
    commit(id, std::move(object));
    if (!all) {
        podEvent(sim, {"Unhealthy", "Readiness probe failed: HTTP probe failed with statuscode: 503", true});
    }
}

void World::Impl::crash(Id id)
{
    auto &sim = pods[id];
    auto object = edit(id);
    const bool memory = sim.trouble == Trouble::Oom;
    auto &status = object->containers.front();
    terminate(status, memory ? "OOMKilled" : "Error", memory ? 137 : 1, now);
    object->shown = memory ? "OOMKilled" : "Error";
    setReadiness(sim, *object, false);
    recount(*object);
    sim.runningSince = kNoTime;
    turn(sim, Stage::Crashed);
    after(seconds(2), What::PodBackOff, id, sim.epoch);
    commit(id, std::move(object));
}

void World::Impl::backOff(Id id)
{
    auto &sim = pods[id];
    auto object = edit(id);
    const bool init = sim.stage == Stage::InitBackOff;
    auto &status = init ? object->init[sim.initDone] : object->containers.front();
    const auto &name = init ? object->plan->init[sim.initDone].name : object->plan->containers.front().name;
    const auto wait = backOffOf(sim.crashes++);
    const auto message = backOffText(*object, name, wait);
    status.last = std::move(status.state);
    status.state = ContainerState::waiting("CrashLoopBackOff", message);
    object->lastRestart = status.last.finished;
    object->shown = init ? "Init:CrashLoopBackOff" : "CrashLoopBackOff";
    recount(*object);
    turn(sim, init ? Stage::InitBackOff : Stage::BackOff);
    after(wait, What::PodRestart, id, sim.epoch);
    commit(id, std::move(object));
    podEvent(sim,
        {"BackOff",
            "Back-off restarting failed container " + name + " in pod " + sim.object->name + '_' + sim.object->ns + '('
                + sim.object->uid + ')',
            true});
}

void World::Impl::restart(Id id)
{
    auto &sim = pods[id];
    auto object = edit(id);
    // What is wrong with one pod passes; what is wrong with a revision stays.
    if (object->plan->trouble == Trouble::None && sim.trouble != Trouble::None && random.chance(0.3)) {
        sim.trouble = Trouble::None;
        sim.crashes = 0;
    }
    const bool init = sim.stage == Stage::InitBackOff;
    auto &status = init ? object->init[sim.initDone] : object->containers.front();
    ++status.restarts;
    status.id = containerNumber();
    status.state = ContainerState::running(now, status.id);
    status.started = 1;
    if (init) {
        object->shown = initText(*object, sim.initDone);
        turn(sim, Stage::Init);
        after(seconds(random.range(2, 6)), sim.trouble == Trouble::InitCrash ? What::PodInitFailed : What::PodInit, id,
            sim.epoch);
    } else {
        object->shown = "Running";
        sim.runningSince = now;
        turn(sim, Stage::Running);
        const bool again = sim.trouble == Trouble::Crash || sim.trouble == Trouble::Oom;
        after(seconds(again ? random.range(4, 20) : random.range(2, 5)), again ? What::PodCrash : What::PodReady, id,
            sim.epoch);
    }
    recount(*object);
    commit(id, std::move(object));
}

void World::Impl::finish(Id id, bool success)
{
    auto &sim = pods[id];
    auto object = edit(id);
    object->phase = success ? "Succeeded" : "Failed";
    object->shown = success ? "Completed" : "Error";
    for (auto &status : object->containers) {
        terminate(status, success ? "Completed" : "Error", success ? 0 : 1, now);
    }
    const char *reason = success ? "PodCompleted" : "PodFailed";
    if (success) {
        setCondition(object->conditions, "Initialized", "True", reason, {}, now);
    }
    for (const char *type : {"Ready", "ContainersReady"}) {
        setCondition(object->conditions, type, "False", reason, {}, now);
    }
    if (!old) {
        setCondition(object->conditions, "PodReadyToStartContainers", "False", "", {}, now);
    }
    sim.ready = false;
    recount(*object);
    charge(sim, -1);
    sim.runningSince = kNoTime;
    turn(sim, Stage::Finished);
    leaveOwner(id);
    if (sim.owner.kind == Kind::Job) {
        jobs[sim.owner.id].finished.push_back(id);
    }
    commit(id, std::move(object));
}

void World::Impl::leaveOwner(Id id)
{
    const auto &owner = pods[id].owner;
    const auto drop = [id](
                          std::vector<Id> &list) { list.erase(std::remove(list.begin(), list.end(), id), list.end()); };
    if (owner.kind == Kind::ReplicaSet) {
        drop(sets[owner.id].pods);
    } else if (owner.kind == Kind::Job) {
        drop(jobs[owner.id].active);
    }
}

void World::Impl::deletePod(Id id, const char *why)
{
    auto &sim = pods[id];
    if (sim.deleting) {
        return;
    }
    leaveOwner(id);
    if (sim.stage == Stage::Unscheduled || sim.stage == Stage::Finished) {
        erasePod(id);
        return;
    }
    sim.deleting = true;
    auto object = edit(id);
    object->grace = object->plan->grace;
    object->deleted = now + seconds(object->grace);
    if (!old) {
        ++object->generation;
    }
    if (why != nullptr && !old) {
        setCondition(
            object->conditions, "DisruptionTarget", "True", why, "Taint manager: deleting due to NoExecute taint", now);
    }
    turn(sim, sim.stage);
    after(seconds(random.range(2, 7)), What::PodGone, id, sim.epoch);
    commit(id, std::move(object));
    podEvent(sim, {"Killing", "Stopping container " + sim.object->plan->containers.front().name});
}

void World::Impl::erasePod(Id id)
{
    auto &sim = pods[id];
    charge(sim, -1);
    if (sim.node != kNobody) {
        nodes[sim.node].pods.erase(id);
        if (sim.ipSlot != 0) {
            nodes[sim.node].addresses.reset(sim.ipSlot);
        }
    }
    leaveOwner(id);
    if (sim.owner.kind == Kind::StatefulSet) {
        auto &list = statefulSets[sim.owner.id].pods;
        if (std::size_t(sim.ordinal) < list.size() && list[std::size_t(sim.ordinal)] == id) {
            list[std::size_t(sim.ordinal)] = kNobody;
        }
    } else if (sim.owner.kind == Kind::DaemonSet) {
        std::erase_if(daemonSets[sim.owner.id].pods, [id](const auto &entry) { return entry.second == id; });
    } else if (sim.owner.kind == Kind::Job) {
        std::erase(jobs[sim.owner.id].finished, id);
    }
    markDirty(sim);
    const auto object = sim.object;
    store.remove(Resource::Pods, object->ns, object->name, edit(id));
    for (const char *reason : {"BackOff", "Unhealthy", "FailedScheduling", "Failed"}) {
        repeated.erase({object->uid, reason});
    }
    sim.object.reset();
    ++sim.epoch;
    freePods.push_back(id);
}

} // namespace sextant::simulator
