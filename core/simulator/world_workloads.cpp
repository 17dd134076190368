// SPDX-License-Identifier: GPL-3.0-or-later
// What the controllers do: they compare what is wanted with what is there, and make or delete pods.
#include "core/simulator/world_impl.h"

#include <algorithm>

namespace sextant::simulator {

namespace {

constexpr std::size_t kOldSets = 10;

int revisionOf(const std::string &image)
{
    const auto at = image.rfind('.');
    return at == std::string::npos ? 0 : std::atoi(image.c_str() + at + 1);
}

std::shared_ptr<const Labels> withLabel(const Labels &labels, const char *key, std::string value)
{
    auto out = std::make_shared<Labels>(labels);
    (*out)[key] = std::move(value);
    return out;
}

std::shared_ptr<const Labels> revisionNotes(int revision, int desired)
{
    return std::make_shared<Labels>(Labels{
        {"deployment.kubernetes.io/revision", std::to_string(revision)},
        {"deployment.kubernetes.io/desired-replicas", std::to_string(desired)},
        {"deployment.kubernetes.io/max-replicas", std::to_string(desired + (desired + 3) / 4)},
    });
}

} // namespace

void World::Impl::reconcile()
{
    // Sets first, since Deployments look at them; each round may make the other's work.
    for (int round = 0; round < 4 && (!dirtyOwners.empty() || !dirtyDeployments.empty()); ++round) {
        const auto owners = std::exchange(dirtyOwners, {});
        for (const auto &[kind, id] : owners) {
            switch (kind) {
            case Kind::ReplicaSet:
                reconcileSet(id);
                break;
            case Kind::StatefulSet:
                reconcileStatefulSet(id);
                break;
            case Kind::DaemonSet:
                reconcileDaemonSet(id);
                break;
            case Kind::Job:
                reconcileJob(id);
                break;
            case Kind::None:
                break;
            }
        }
        for (const auto id : std::exchange(dirtyDeployments, {})) {
            reconcileDeployment(id);
        }
    }
}

Id World::Impl::addSet(Id deployment, const PodPlan &plan, int replicas, int revision, Time created)
{
    auto &owner = deployments[deployment];
    const auto id = Id(sets.size());
    auto &sim = sets.emplace_back();
    sim.deployment = deployment;
    sim.ns = owner.ns;
    sim.revision = revision;
    auto object = std::make_shared<ReplicaSetObject>();
    const auto hash = random.suffix(9);
    PodPlan own = plan;
    own.labels = withLabel(*plan.labels, "pod-template-hash", hash);
    object->plan = std::make_shared<PodTemplate>(std::move(own));
    stamp(*object, namespaces[owner.ns].name, owner.object->name + '-' + hash, created);
    object->selector = withLabel(*owner.object->selector, "pod-template-hash", hash);
    object->labelMap = object->plan->labels;
    object->annotationMap = revisionNotes(revision, owner.object->replicas);
    object->owner = std::make_shared<Owner>(Owner{"apps/v1", "Deployment", owner.object->name, owner.object->uid});
    object->generation = object->observed = 1;
    object->replicas = replicas;
    sim.object = object;
    store.put(Resource::ReplicaSets, object);
    owner.sets.push_back(id);
    dirtyOwners.insert({Kind::ReplicaSet, id});
    return id;
}

void World::Impl::setReplicas(Id set, int replicas)
{
    auto &sim = sets[set];
    if (sim.object->replicas == replicas) {
        return;
    }
    auto object = std::make_shared<ReplicaSetObject>(*sim.object);
    const auto &deployment = *deployments[sim.deployment].object;
    const bool up = replicas > object->replicas;
    const auto text = std::string(up ? "Scaled up" : "Scaled down") + " replica set " + object->name + " from "
        + std::to_string(object->replicas) + " to " + std::to_string(replicas);
    object->replicas = replicas;
    object->observed = ++object->generation;
    object->annotationMap = revisionNotes(sim.revision, deployment.replicas);
    sim.object = object;
    store.put(Resource::ReplicaSets, object);
    dirtyOwners.insert({Kind::ReplicaSet, set});
    event(deployment, "Deployment", "apps/v1", {"ScalingReplicaSet", text, false, "deployment-controller"});
}

void World::Impl::reconcileSet(Id id)
{
    const auto wanted = sets[id].object->replicas;
    if (int(sets[id].pods.size()) > wanted) {
        // Those go first that do least: without a node, not ready, young.
        auto order = sets[id].pods;
        std::stable_sort(order.begin(), order.end(), [this](Id a, Id b) {
            const auto rank = [this](Id p) {
                return std::tuple(
                    pods[p].node != kNobody, pods[p].ready, -pods[p].object->created.time_since_epoch().count());
            };
            return rank(a) < rank(b);
        });
        order.resize(order.size() - std::size_t(wanted));
        for (const auto pod : order) {
            event(*sets[id].object, "ReplicaSet", "apps/v1",
                {"SuccessfulDelete", "Deleted pod: " + pods[pod].object->name, false, "replicaset-controller"});
            deletePod(pod, nullptr);
        }
    }
    if (int(sets[id].pods.size()) < wanted) {
        const auto reference =
            std::make_shared<Owner>(Owner{"apps/v1", "ReplicaSet", sets[id].object->name, sets[id].object->uid});
        while (int(sets[id].pods.size()) < wanted) {
            auto name = freePodName(sets[id].ns, sets[id].object->name);
            const auto pod =
                newPod(sets[id].object->plan, sets[id].ns, std::move(name), {Kind::ReplicaSet, id}, reference, now);
            sets[id].pods.push_back(pod);
            commit(pod, edit(pod));
            toSchedule.push_back(pod);
            event(*sets[id].object, "ReplicaSet", "apps/v1",
                {"SuccessfulCreate", "Created pod: " + pods[pod].object->name, false, "replicaset-controller"});
        }
    }
    auto &sim = sets[id];
    const int current = int(sim.pods.size());
    const int ready = int(std::count_if(sim.pods.begin(), sim.pods.end(), [this](Id p) { return pods[p].ready; }));
    if (current != sim.object->current || ready != sim.object->ready) {
        auto object = std::make_shared<ReplicaSetObject>(*sim.object);
        object->current = current;
        object->ready = object->available = ready;
        sim.object = object;
        store.put(Resource::ReplicaSets, object);
    }
    dirtyDeployments.insert(sim.deployment);
}

void World::Impl::reconcileDeployment(Id id)
{
    const int desired = deployments[id].object->replicas;
    const auto list = deployments[id].sets;
    const auto newest = list.back();
    const int surge = (desired + 3) / 4;
    const int unavailable = surge == 0 ? 1 : desired / 4;
    const auto spec = [this](Id set) { return sets[set].object->replicas; };
    int total = 0, available = 0;
    for (const auto set : list) {
        total += spec(set);
        available += sets[set].object->available;
    }
    const bool olderLeft = total != spec(newest);
    if (!olderLeft || spec(newest) > desired) {
        setReplicas(newest, desired);
    } else if (const int room = std::min(desired + surge - total, desired - spec(newest)); room > 0) {
        setReplicas(newest, spec(newest) + room);
        total += room;
    }
    if (olderLeft) {
        const int least = desired - unavailable;
        const int newMissing = spec(newest) - sets[newest].object->available;
        int most = total - least - newMissing;
        // What is not ready anyway costs nothing.
        for (const auto set : list) {
            if (set == newest || most <= 0) {
                continue;
            }
            const int idle = std::min(most, spec(set) - sets[set].object->available);
            if (idle > 0) {
                most -= idle;
                setReplicas(set, spec(set) - idle);
            }
        }
        int spare = std::min(most, available - least);
        for (const auto set : list) {
            if (set == newest || spare <= 0) {
                continue;
            }
            const int less = std::min(spare, spec(set));
            spare -= less;
            setReplicas(set, spec(set) - less);
        }
    }

    auto &sim = deployments[id];
    auto object = std::make_shared<DeploymentObject>(*sim.object);
    int wanted = 0;
    object->current = object->ready = object->available = 0;
    for (const auto set : sim.sets) {
        const auto &counts = *sets[set].object;
        wanted += counts.replicas;
        object->current += counts.current;
        object->ready += counts.ready;
        object->available += counts.available;
    }
    object->updated = sets[newest].object->current;
    object->unavailable = std::max(0, wanted - object->available);
    object->observed = object->generation;
    const bool enough = object->available >= desired - unavailable;
    setCondition(object->conditions, "Available", enough ? "True" : "False",
        enough ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
        enough ? "Deployment has minimum availability." : "Deployment does not have minimum availability.", now);
    if (sim.rolling) {
        const auto &name = sets[newest].object->name;
        if (object->updated == desired && object->current == desired && object->available == desired) {
            sim.rolling = false;
            setCondition(object->conditions, "Progressing", "True", "NewReplicaSetAvailable",
                "ReplicaSet \"" + name + "\" has successfully progressed.", now);
        } else if (now - sim.rolledAt > seconds(600)) {
            setCondition(object->conditions, "Progressing", "False", "ProgressDeadlineExceeded",
                "ReplicaSet \"" + name + "\" has timed out progressing.", now);
        } else {
            setCondition(object->conditions, "Progressing", "True", "ReplicaSetUpdated",
                "ReplicaSet \"" + name + "\" is progressing.", now);
        }
    }
    const auto &before = *sim.object;
    const auto key = [](const DeploymentObject &d) {
        return std::tuple(d.current, d.updated, d.ready, d.available, d.unavailable, d.observed);
    };
    bool changed = key(before) != key(*object) || before.conditions.size() != object->conditions.size();
    for (std::size_t i = 0; !changed && i < before.conditions.size(); ++i) {
        changed = before.conditions[i].message != object->conditions[i].message
            || std::string_view(before.conditions[i].reason) != object->conditions[i].reason;
    }
    if (changed) {
        sim.object = object;
        store.put(Resource::Deployments, object);
    }
    if (!sim.rolling) {
        trimHistory(id);
    }
}

void World::Impl::trimHistory(Id deployment)
{
    auto &list = deployments[deployment].sets;
    while (list.size() > kOldSets + 1) {
        const auto set = list.front();
        const auto &object = sets[set].object;
        if (object->replicas != 0 || object->current != 0) {
            return;
        }
        store.remove(Resource::ReplicaSets, object->ns, object->name, std::make_shared<ReplicaSetObject>(*object));
        dirtyOwners.erase({Kind::ReplicaSet, set});
        list.erase(list.begin());
    }
}

void World::Impl::scaleDeployment(Id id, int replicas)
{
    auto &sim = deployments[id];
    if (sim.object->replicas == replicas) {
        return;
    }
    auto object = std::make_shared<DeploymentObject>(*sim.object);
    object->replicas = replicas;
    ++object->generation;
    sim.object = object;
    store.put(Resource::Deployments, object);
    dirtyDeployments.insert(id);
}

void World::Impl::rollOutDeployment(Id id, Trouble trouble)
{
    auto plan = deployments[id].plan;
    for (auto &container : plan.containers) {
        const auto at = container.image.rfind('.');
        if (at != std::string::npos) {
            container.image = container.image.substr(0, at + 1) + std::to_string(revisionOf(container.image) + 1);
            const auto name = container.image.substr(0, container.image.rfind(':'));
            container.imageId = name + "@sha256:" + random.hex(64);
        }
    }
    plan.trouble = trouble;
    auto &sim = deployments[id];
    sim.plan = plan;
    sim.rolling = true;
    sim.rolledAt = now;
    ++sim.revision;
    auto object = std::make_shared<DeploymentObject>(*sim.object);
    ++object->generation;
    object->plan = std::make_shared<PodTemplate>(plan);
    object->annotationMap = withLabel(object->annotationMap ? *object->annotationMap : Labels(),
        "deployment.kubernetes.io/revision", std::to_string(sim.revision));
    sim.object = object;
    store.put(Resource::Deployments, object);
    addSet(id, plan, 0, sim.revision, now);
    dirtyDeployments.insert(id);
    after(seconds(605), What::Deadline, id, std::uint32_t(sim.revision));
}

TemplatePtr World::Impl::statefulTemplate(StatefulSetSim &sim, int ordinal)
{
    while (int(sim.templates.size()) <= ordinal) {
        const auto number = std::to_string(sim.templates.size());
        const auto name = sim.object->name + '-' + number;
        PodPlan plan = sim.plan;
        auto labels = std::make_shared<Labels>(*plan.labels);
        (*labels)["controller-revision-hash"] = sim.object->revision;
        (*labels)["statefulset.kubernetes.io/pod-name"] = name;
        if (!old) {
            (*labels)["apps.kubernetes.io/pod-index"] = number;
        }
        plan.labels = labels;
        plan.hostname = name;
        plan.subdomain = sim.object->service;
        plan.claim = "data-" + name;
        sim.templates.push_back(std::make_shared<PodTemplate>(std::move(plan)));
    }
    return sim.templates[std::size_t(ordinal)];
}

void World::Impl::reconcileStatefulSet(Id id)
{
    auto &sim = statefulSets[id];
    sim.pods.resize(std::size_t(sim.object->replicas), kNobody);
    for (int ordinal = 0; ordinal < sim.object->replicas; ++ordinal) {
        auto &place = sim.pods[std::size_t(ordinal)];
        if (place == kNobody) {
            const auto reference =
                std::make_shared<Owner>(Owner{"apps/v1", "StatefulSet", sim.object->name, sim.object->uid});
            place = newPod(statefulTemplate(sim, ordinal), sim.ns, sim.object->name + '-' + std::to_string(ordinal),
                {Kind::StatefulSet, id}, reference, now);
            pods[place].ordinal = ordinal;
            commit(place, edit(place));
            toSchedule.push_back(place);
            event(*sim.object, "StatefulSet", "apps/v1",
                {"SuccessfulCreate",
                    "create Pod " + pods[place].object->name + " in StatefulSet " + sim.object->name + " successful",
                    false, "statefulset-controller"});
            break; // one after the other
        }
        if (!pods[place].ready) {
            break;
        }
    }
    int current = 0, ready = 0;
    for (const auto pod : sim.pods) {
        if (pod != kNobody && !pods[pod].deleting) {
            ++current;
            ready += pods[pod].ready ? 1 : 0;
        }
    }
    if (current != sim.object->current || ready != sim.object->ready) {
        auto object = std::make_shared<StatefulSetObject>(*sim.object);
        object->current = object->updated = current;
        object->ready = object->available = ready;
        sim.object = object;
        store.put(Resource::StatefulSets, object);
    }
}

void World::Impl::reconcileDaemonSet(Id id)
{
    auto &sim = daemonSets[id];
    int desired = 0, current = 0, ready = 0;
    for (Id node = 0; node < nodes.size(); ++node) {
        if (!nodes[node].object) {
            continue;
        }
        ++desired;
        auto it = sim.pods.find(node);
        if (it == sim.pods.end()) {
            const auto reference =
                std::make_shared<Owner>(Owner{"apps/v1", "DaemonSet", sim.object->name, sim.object->uid});
            const auto pod = newPod(
                sim.object->plan, sim.ns, freePodName(sim.ns, sim.object->name), {Kind::DaemonSet, id}, reference, now);
            it = sim.pods.emplace(node, pod).first;
            // Bound in the step's scheduling; the affinity names the node from the start, as its controller writes it.
            pods[pod].node = node;
            auto object = edit(pod);
            object->pin = nodes[node].object->name;
            commit(pod, std::move(object));
            toSchedule.push_back(pod);
        }
        const auto &pod = pods[it->second];
        if (!pod.deleting && pod.charged) {
            ++current;
            ready += pod.ready ? 1 : 0;
        }
    }
    if (desired != sim.object->desired || current != sim.object->current || ready != sim.object->ready) {
        auto object = std::make_shared<DaemonSetObject>(*sim.object);
        object->desired = desired;
        object->current = current;
        object->ready = object->available = ready;
        sim.object = object;
        store.put(Resource::DaemonSets, object);
    }
}

Id World::Impl::addJob(Id cron, Time at)
{
    const auto minute = at.time_since_epoch().count() / (old ? 1 : 60);
    const auto &parent = *cronJobs[cron].object;
    Id id = Id(jobs.size());
    if (freeJobs.empty()) {
        jobs.emplace_back();
    } else {
        id = freeJobs.back();
        freeJobs.pop_back();
    }
    auto &sim = jobs[id];
    sim = JobSim();
    sim.ns = cronJobs[cron].ns;
    sim.cron = cron;
    auto object = std::make_shared<JobObject>();
    stamp(*object, parent.ns, parent.name + '-' + std::to_string(minute), at);
    PodPlan plan = *parent.plan;
    auto labels = std::make_shared<Labels>(*plan.labels);
    auto selector = std::make_shared<Labels>();
    if (!old) {
        (*labels)["batch.kubernetes.io/controller-uid"] = (*selector)["batch.kubernetes.io/controller-uid"] =
            object->uid;
        (*labels)["batch.kubernetes.io/job-name"] = object->name;
    } else {
        (*selector)["controller-uid"] = object->uid;
    }
    (*labels)["controller-uid"] = object->uid;
    (*labels)["job-name"] = object->name;
    plan.labels = labels;
    object->plan = std::make_shared<PodTemplate>(std::move(plan));
    object->labelMap = labels;
    object->selector = selector;
    object->owner =
        std::make_shared<Owner>(Owner{old ? "batch/v1beta1" : "batch/v1", "CronJob", parent.name, parent.uid});
    object->generation = 1;
    object->parallelism = parent.parallelism;
    object->completions = parent.completions;
    object->started = at;
    sim.object = object;
    cronJobs[cron].jobs.push_back(id);
    return id;
}

void World::Impl::updateCron(Id id)
{
    auto &sim = cronJobs[id];
    auto object = std::make_shared<CronJobObject>(*sim.object);
    object->active.clear();
    for (const auto job : sim.jobs) {
        const auto &child = *jobs[job].object;
        if (child.ended == kNoTime) {
            object->active.push_back({child.name, child.uid, child.resourceVersion});
        }
        if (child.completed != kNoTime) {
            object->lastSucceeded =
                object->lastSucceeded == kNoTime ? child.completed : std::max(object->lastSucceeded, child.completed);
        }
    }
    sim.object = object;
    store.put(Resource::CronJobs, object);
}

void World::Impl::removeJob(Id id)
{
    auto &sim = jobs[id];
    const auto own = sim.finished;
    for (const auto pod : own) {
        erasePod(pod);
    }
    const auto &object = sim.object;
    store.remove(Resource::Jobs, object->ns, object->name, std::make_shared<JobObject>(*object));
    std::erase(cronJobs[sim.cron].jobs, id);
    sim.object.reset();
    dirtyOwners.erase({Kind::Job, id});
    freeJobs.push_back(id);
}

void World::Impl::reconcileJob(Id id)
{
    if (!jobs[id].object) {
        return;
    }
    auto object = std::make_shared<JobObject>(*jobs[id].object);
    int succeeded = 0, failed = 0;
    for (const auto pod : jobs[id].finished) {
        ++(pods[pod].object->phase[0] == 'S' ? succeeded : failed);
    }
    const bool over = object->ended != kNoTime;
    if (!over) {
        const int wanted =
            failed > object->backoffLimit ? 0 : std::min(object->parallelism, object->completions - succeeded);
        const auto reference = std::make_shared<Owner>(Owner{"batch/v1", "Job", object->name, object->uid});
        while (int(jobs[id].active.size()) < wanted) {
            const auto pod = newPod(
                object->plan, jobs[id].ns, freePodName(jobs[id].ns, object->name), {Kind::Job, id}, reference, now);
            jobs[id].active.push_back(pod);
            commit(pod, edit(pod));
            toSchedule.push_back(pod);
            event(*object, "Job", "batch/v1",
                {"SuccessfulCreate", "Created pod: " + pods[pod].object->name, false, "job-controller"});
        }
    }
    auto &sim = jobs[id];
    object->active = int(sim.active.size());
    object->readyPods =
        int(std::count_if(sim.active.begin(), sim.active.end(), [this](Id p) { return pods[p].ready; }));
    object->succeeded = std::max(object->succeeded, succeeded);
    object->failed = std::max(object->failed, failed);
    bool ends = false;
    if (!over && object->succeeded >= object->completions) {
        object->completed = object->ended = now;
        ends = true;
        if (!old) {
            object->conditions.push_back({"SuccessCriteriaMet", "True", now, now, "CompletionsReached",
                "Reached expected number of succeeded pods"});
        }
        object->conditions.push_back({"Complete", "True", now, now, old ? "" : "CompletionsReached",
            old ? "" : "Reached expected number of succeeded pods"});
        event(*object, "Job", "batch/v1", {"Completed", "Job completed", false, "job-controller"});
    } else if (!over && object->failed > object->backoffLimit && object->active == 0) {
        object->ended = now;
        ends = true;
        object->conditions.push_back(
            {"Failed", "True", now, now, "BackoffLimitExceeded", "Job has reached the specified backoff limit"});
        event(*object, "Job", "batch/v1",
            {"BackoffLimitExceeded", "Job has reached the specified backoff limit", true, "job-controller"});
    }
    const auto key = [](const JobObject &j) { return std::tuple(j.active, j.readyPods, j.succeeded, j.failed); };
    if (ends || sim.object->resourceVersion == 0 || key(*object) != key(*sim.object)) {
        sim.object = object;
        store.put(Resource::Jobs, object);
    }
    if (ends) {
        const auto cron = sim.cron;
        updateCron(cron);
        // Three good ones and a failed one are kept.
        int good = 0, bad = 0;
        const auto list = cronJobs[cron].jobs;
        for (auto it = list.rbegin(); it != list.rend(); ++it) {
            const auto &job = *jobs[*it].object;
            if (job.ended != kNoTime
                && ++(job.completed != kNoTime ? good : bad) > (job.completed != kNoTime ? 3 : 1)) {
                removeJob(*it);
            }
        }
    }
}

} // namespace sextant::simulator
