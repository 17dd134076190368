// SPDX-License-Identifier: GPL-3.0-or-later
// Workloads that stand when the world begins, with their pods, earlier revisions and finished jobs.
#include "core/simulator/world_impl.h"

#include <algorithm>

namespace sextant::simulator {

void World::Impl::makeResizes()
{
    // One deployment's pods still have more than their spec asks for; that is what they are charged.
    if (old || options.pods < 200) {
        return;
    }
    for (const auto &set : sets) {
        const auto &plan = *set.object->plan;
        if (set.pods.size() < 2 || !plan.init.empty() || plan.podCpu > 0 || plan.trouble != Trouble::None
            || plan.containers.front().cpuRequest < 200 || plan.containers.front().cpuLimit > 0 || plan.gpus > 0) {
            continue;
        }
        for (const auto id : set.pods) {
            auto &sim = pods[id];
            const auto extra = plan.containers.front().cpuRequest;
            if (sim.stage != Stage::Running || !sim.ready
                || nodes[sim.node].cpu + extra > nodes[sim.node].object->model->allocatableCpu) {
                continue;
            }
            charge(sim, -1);
            auto object = edit(id);
            object->resizedCpu = extra * 2;
            object->generation = 2;
            setCondition(
                object->conditions, "PodResizeInProgress", "True", "", {}, std::max(object->created, past(20, 400)));
            commit(id, std::move(object));
            charge(sim, 1);
        }
        return;
    }
}

void World::Impl::plantDeployment(const Draft &draft)
{
    const auto id = Id(deployments.size());
    auto &sim = deployments.emplace_back();
    sim.ns = draft.ns;
    sim.plan = draft.plan;
    sim.base = draft.replicas;
    sim.shift = 0.2 * random.fraction();
    sim.revision = int(random.range(2, 420));
    sim.autoscaled = draft.replicas >= 4 && draft.plan.trouble == Trouble::None && draft.trouble == Trouble::None
        && random.chance(0.09);
    auto object = std::make_shared<DeploymentObject>();
    stamp(*object, namespaces[draft.ns].name, draft.name, past(86400.0 * 40, 86400.0 * 500));
    object->plan = std::make_shared<PodTemplate>(draft.plan);
    object->selector = std::make_shared<Labels>(Labels{{"app", draft.name}});
    object->labelMap = draft.plan.labels;
    object->replicas = draft.replicas;
    object->generation = object->observed = sim.revision + int(random.range(0, 30));
    sim.object = object;
    deploymentByName[{object->ns, object->name}] = id;

    // Earlier revisions, kept at 0; then the one that runs, or two of them when a rollout is stuck.
    const int history = int(random.range(0, 3));
    const auto current = draft.trouble == Trouble::None ? past(600, 86400 * 25) : past(700, 9000);
    const bool stuck = draft.trouble != Trouble::None;
    auto plan = draft.plan;
    const auto withMinor = [&](int back) {
        auto older = draft.plan;
        for (auto &container : older.containers) {
            const auto at = container.image.rfind(':');
            container.image =
                container.image.substr(0, at) + ":2." + std::to_string(sim.revision % 60 + 3 - back) + ".0";
        }
        return older;
    };
    const auto step = (current - object->created) / (history + 2);
    for (int i = history; i > 0; --i) {
        addSet(id, withMinor(i), 0, std::max(1, sim.revision - i - (stuck ? 1 : 0)), current - i * step);
    }
    const int desired = draft.replicas;
    const int fresh = stuck ? (desired + 3) / 4 + desired / 4 : desired;
    if (stuck) {
        const auto before = addSet(id, plan, desired - desired / 4, sim.revision - 1, current - step / 2);
        plantPods(before, desired - desired / 4);
        plan = withMinor(0);
        plan.trouble = draft.trouble;
        deployments[id].plan = plan;
        object->plan = std::make_shared<PodTemplate>(plan);
        deployments[id].rolling = true;
        deployments[id].rolledAt = current;
        if (options.churn > 0) {
            after(seconds(random.range(3700, 5200)), What::RollBack, id, std::uint32_t(sim.revision));
        }
    }
    const auto newest = addSet(id, plan, fresh, sim.revision, current);
    if (!stuck) {
        setCondition(object->conditions, "Progressing", "True", "NewReplicaSetAvailable",
            "ReplicaSet \"" + sets[newest].object->name + "\" has successfully progressed.", current + seconds(55));
    } else {
        const bool late = now - current > seconds(600);
        setCondition(object->conditions, "Progressing", late ? "False" : "True",
            late ? "ProgressDeadlineExceeded" : "ReplicaSetUpdated",
            "ReplicaSet \"" + sets[newest].object->name
                + (late ? "\" has timed out progressing." : "\" is progressing."),
            late ? current + seconds(600) : current);
    }
    if (draft.plan.trouble == Trouble::None) {
        setCondition(object->conditions, "Available", "True", "MinimumReplicasAvailable",
            "Deployment has minimum availability.", current + seconds(30));
    }
    object->annotationMap = std::make_shared<Labels>(
        Labels{{"deployment.kubernetes.io/revision", std::to_string(deployments[id].revision)}});
    store.put(Resource::Deployments, object);
    plantPods(newest, fresh);
}

void World::Impl::plantPods(Id set, int count)
{
    const auto reference =
        std::make_shared<Owner>(Owner{"apps/v1", "ReplicaSet", sets[set].object->name, sets[set].object->uid});
    const auto born = sets[set].object->created;
    for (int i = 0; i < count; ++i) {
        const auto created = random.chance(0.7) ? born + seconds(random.range(1, 25))
                                                : std::max(born, past(60, double((now - born).count()) + 61));
        const auto id = newPod(sets[set].object->plan, sets[set].ns, freePodName(sets[set].ns, sets[set].object->name),
            {Kind::ReplicaSet, set}, reference, std::min(created, now));
        sets[set].pods.push_back(id);
        plantOn(id, kNobody, std::min(created, now));
    }
}

void World::Impl::plantStatefulSet(const Draft &draft)
{
    const auto id = Id(statefulSets.size());
    auto &sim = statefulSets.emplace_back();
    sim.ns = draft.ns;
    sim.plan = draft.plan;
    auto object = std::make_shared<StatefulSetObject>();
    stamp(*object, namespaces[draft.ns].name, draft.name, past(86400.0 * 10, 86400.0 * 300));
    object->service = draft.name;
    object->revision = draft.name + '-' + random.suffix(9);
    object->plan = std::make_shared<PodTemplate>(draft.plan);
    object->selector = std::make_shared<Labels>(Labels{{"app", draft.name}});
    object->labelMap = draft.plan.labels;
    object->generation = object->observed = 1;
    object->replicas = draft.replicas;
    sim.object = object;
    store.put(Resource::StatefulSets, object);
    const auto reference = std::make_shared<Owner>(Owner{"apps/v1", "StatefulSet", object->name, object->uid});
    for (int i = 0; i < draft.replicas; ++i) {
        const auto pod = newPod(statefulTemplate(sim, i), draft.ns, draft.name + '-' + std::to_string(i),
            {Kind::StatefulSet, id}, reference, object->created);
        pods[pod].ordinal = i;
        sim.pods.push_back(pod);
        plantOn(pod, kNobody, object->created + seconds(20 * i + 5));
    }
}

void World::Impl::plantCronJob(const Draft &draft)
{
    const auto id = Id(cronJobs.size());
    auto &sim = cronJobs.emplace_back();
    static const std::vector<int> periods{1, 2, 3, 5, 5, 10, 15};
    sim.ns = draft.ns;
    sim.everyMinutes = random.pick(periods);
    auto object = std::make_shared<CronJobObject>();
    stamp(*object, namespaces[draft.ns].name, draft.name, past(86400.0 * 10, 86400.0 * 300));
    object->plan = std::make_shared<PodTemplate>(draft.plan);
    object->selector = std::make_shared<Labels>();
    object->labelMap = draft.plan.labels;
    object->generation = old ? 0 : 1;
    object->schedule =
        sim.everyMinutes == 1 ? std::string("* * * * *") : "*/" + std::to_string(sim.everyMinutes) + " * * * *";
    object->parallelism = object->completions = draft.completions;
    sim.object = object;
    const auto period = seconds(60 * sim.everyMinutes);
    const auto since = now.time_since_epoch();
    const Time latest(since - since % period);
    for (int back = 3; back > 0; --back) {
        const auto at = latest - back * period;
        const auto job = addJob(id, at);
        auto done = std::make_shared<JobObject>(*jobs[job].object);
        const auto ended = std::min(at + seconds(random.range(12, 50)), now);
        done->succeeded = done->completions;
        done->completed = done->ended = ended;
        if (!old) {
            done->conditions.push_back({"SuccessCriteriaMet", "True", ended, ended, "CompletionsReached",
                "Reached expected number of succeeded pods"});
        }
        done->conditions.push_back({"Complete", "True", ended, ended, old ? "" : "CompletionsReached",
            old ? "" : "Reached expected number of succeeded pods"});
        jobs[job].object = done;
        store.put(Resource::Jobs, done);
        const auto reference = std::make_shared<Owner>(Owner{"batch/v1", "Job", done->name, done->uid});
        for (int i = 0; i < done->completions; ++i) {
            const auto pod =
                newPod(done->plan, draft.ns, freePodName(draft.ns, done->name), {Kind::Job, job}, reference, at);
            if (!plantOn(pod, kNobody, at)) {
                erasePod(pod);
                continue;
            }
            auto finished = edit(pod);
            for (auto &status : finished->containers) {
                status.state = ContainerState::terminated(
                    "Completed", 0, std::min(finished->containers.front().state.started, ended), ended, status.id);
                status.ready = false;
                status.started = 0;
                status.last = {};
                status.restarts = 0;
            }
            finished->lastRestart = kNoTime;
            finished->phase = "Succeeded";
            finished->shown = "Completed";
            for (const char *type : {"Ready", "ContainersReady"}) {
                setCondition(finished->conditions, type, "False", "PodCompleted", {}, ended);
            }
            recount(*finished);
            charge(pods[pod], -1);
            pods[pod].ready = false;
            pods[pod].runningSince = kNoTime;
            turn(pods[pod], Stage::Finished);
            jobs[job].finished.push_back(pod);
            commit(pod, std::move(finished));
        }
        object->lastScheduled = at;
        object->lastSucceeded = ended;
    }
    store.put(Resource::CronJobs, object);
}

} // namespace sextant::simulator
