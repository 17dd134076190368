// SPDX-License-Identifier: GPL-3.0-or-later
// Machines: how they come, fall silent, return and go.
#include "core/simulator/world_impl.h"

#include <algorithm>
#include <array>

namespace sextant::simulator {

namespace {

struct NodeCheck {
    const char *type;
    const char *good;
    const char *reason;
    const char *message;
};
constexpr NodeCheck kChecks[] = {
    {"MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"},
    {"DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"},
    {"PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"},
    {"Ready", "True", "KubeletReady", "kubelet is posting ready status"},
};

constexpr const char *kUnreachable = "node.kubernetes.io/unreachable";
constexpr const char *kNotReady = "node.kubernetes.io/not-ready";
constexpr const char *kUnschedulable = "node.kubernetes.io/unschedulable";

void taint(NodeObject &node, const char *key, const char *effect, Time added)
{
    node.taints.push_back({key, "", effect, added});
}

void untaint(NodeObject &node, const char *key)
{
    std::erase_if(node.taints, [key](const TaintSpec &t) { return t.key == key; });
}

std::string shownOf(const NodeObject &node, bool ready)
{
    return std::string(ready ? "Ready" : "NotReady") + (node.unschedulable ? ",SchedulingDisabled" : "");
}

} // namespace

Id World::Impl::addNode(Id pool, Time created)
{
    static constexpr std::array<const char *, 3> kZones{"-b", "-c", "-d"};
    auto &poolSim = pools[pool];
    const auto id = Id(nodes.size());
    const int number = ++poolSim.made;
    auto &sim = nodes.emplace_back();
    sim.pool = pool;

    auto object = std::make_shared<NodeObject>();
    auto digits = std::to_string(number);
    digits.insert(0, digits.size() < 4 ? 4 - digits.size() : 0, '0');
    const auto prefix = options.name.substr(0, options.name.find('-'));
    stamp(*object, {}, prefix + '-' + poolSim.name + '-' + digits, created);
    const auto zone = options.region + kZones[std::size_t(number) % kZones.size()];
    auto labels = std::make_shared<Labels>(Labels{
        {"beta.kubernetes.io/arch", "amd64"},
        {"beta.kubernetes.io/os", "linux"},
        {"cloud.google.com/gke-nodepool", poolSim.name},
        {"failure-domain.beta.kubernetes.io/region", options.region},
        {"failure-domain.beta.kubernetes.io/zone", zone},
        {"kubernetes.io/arch", "amd64"},
        {"kubernetes.io/hostname", object->name},
        {"kubernetes.io/os", "linux"},
        {"node.kubernetes.io/instance-type", poolSim.model->instanceType},
        {"topology.kubernetes.io/region", options.region},
        {"topology.kubernetes.io/zone", zone},
    });
    if (poolSim.model->gpus > 0) {
        (*labels)["cloud.google.com/gke-accelerator"] = "nvidia-tesla-t4";
    }
    object->labelMap = labels;
    static const auto annotations = std::make_shared<Labels>(Labels{
        {"node.alpha.kubernetes.io/ttl", "0"}, {"volumes.kubernetes.io/controller-managed-attach-detach", "true"}});
    object->annotationMap = annotations;
    object->managed = managedNode;
    object->model = poolSim.model;
    object->ip = (10U << 24) + (id / 250 << 8) + id % 250 + 2;
    object->externalIp = random.chance(0.3) ? (34U << 24) + std::uint32_t(random.range(1, 0xFFFFFE)) : 0;
    object->podCidr = (10U << 24) + (64U << 16) + (id << 8);
    object->machineId = random.hex(32);
    for (const auto &check : kChecks) {
        object->conditions.push_back({check.type, check.good, std::min(created + seconds(20), now),
            std::max(created, now - seconds(random.range(5, 290))), check.reason, check.message});
    }
    if (poolSim.tainted) {
        object->taints.push_back({poolSim.model->gpus > 0 ? "nvidia.com/gpu" : "dedicated",
            poolSim.model->gpus > 0 ? "present" : poolSim.name, "NoSchedule", kNoTime});
    }
    nodeByName[object->name] = id;
    poolSim.cpu += poolSim.model->allocatableCpu;
    poolSim.memory += poolSim.model->allocatableMemory;
    poolSim.slots += poolSim.model->pods;
    for (Id set = 0; set < daemonSets.size(); ++set) {
        dirtyOwners.insert({Kind::DaemonSet, set});
    }
    commitNode(id, std::move(object));
    return id;
}

void World::Impl::commitNode(Id id, std::shared_ptr<NodeObject> object)
{
    nodes[id].object = object;
    store.put(Resource::Nodes, std::move(object));
}

void World::Impl::heartbeat(Id id)
{
    auto &sim = nodes[id];
    if (!sim.object || sim.silent) {
        return;
    }
    auto object = editNode(id);
    for (auto &condition : object->conditions) {
        condition.other = now;
    }
    commitNode(id, std::move(object));
}

void World::Impl::silence(Id id)
{
    auto &sim = nodes[id];
    if (!sim.object || sim.silent) {
        return;
    }
    sim.silent = true;
    ++sim.epoch;
    after(seconds(40), What::NodeNoticed, id, sim.epoch);
}

void World::Impl::noticeSilence(Id id)
{
    auto &sim = nodes[id];
    sim.unknown = true;
    sim.broken = false;
    auto object = editNode(id);
    for (auto &condition : object->conditions) {
        const auto heard = condition.other;
        setCondition(object->conditions, condition.type, "Unknown", "NodeStatusUnknown",
            "Kubelet stopped posting node status.", now);
        condition.other = heard;
    }
    untaint(*object, kNotReady);
    taint(*object, kUnreachable, "NoSchedule", now);
    taint(*object, kUnreachable, "NoExecute", now);
    object->shown = shownOf(*object, false);
    commitNode(id, std::move(object));
    event(*sim.object, "Node", "v1",
        {"NodeNotReady", "Node " + sim.object->name + " status is now: NodeNotReady", false, "node-controller"});
    // Nobody can ask the kubelet; the pods keep their phase and lose their readiness.
    for (const auto pod : sim.pods) {
        auto &podSim = pods[pod];
        if (podSim.stage == Stage::Finished || !podSim.ready) {
            continue;
        }
        auto podObject = edit(pod);
        setCondition(podObject->conditions, "Ready", "False", "", {}, now);
        podSim.ready = false;
        commit(pod, std::move(podObject));
    }
    after(seconds(90), What::NodeEvict, id, sim.epoch);
}

void World::Impl::evict(Id id)
{
    const auto here = nodes[id].pods;
    for (const auto pod : here) {
        if (pods[pod].owner.kind != Kind::DaemonSet && pods[pod].stage != Stage::Finished) {
            deletePod(pod, "DeletionByTaintManager");
        }
    }
}

void World::Impl::bringBack(Id id)
{
    auto &sim = nodes[id];
    if (!sim.object || (!sim.silent && !sim.broken)) {
        return;
    }
    const bool noticed = sim.unknown;
    sim.silent = sim.unknown = sim.broken = false;
    ++sim.epoch;
    auto object = editNode(id);
    for (const auto &check : kChecks) {
        setCondition(object->conditions, check.type, check.good, check.reason, check.message, now);
    }
    for (auto &condition : object->conditions) {
        condition.other = now;
    }
    untaint(*object, kUnreachable);
    untaint(*object, kNotReady);
    object->shown = shownOf(*object, true);
    commitNode(id, std::move(object));
    event(*sim.object, "Node", "v1", {"NodeReady", "Node " + sim.object->name + " status is now: NodeReady"},
        sim.object->name);
    if (!noticed) {
        return;
    }
    const auto here = sim.pods;
    for (const auto pod : here) {
        auto &podSim = pods[pod];
        if (podSim.deleting) {
            after(seconds(random.range(1, 4)), What::PodGone, pod, podSim.epoch);
        } else if (podSim.stage == Stage::Running && !podSim.ready) {
            auto podObject = edit(pod);
            const auto &statuses = podObject->containers;
            if (std::all_of(statuses.begin(), statuses.end(), [](const ContainerStatus &s) { return s.ready; })) {
                setReadiness(podSim, *podObject, true);
                commit(pod, std::move(podObject));
            }
        }
    }
}

void World::Impl::breakNode(Id id)
{
    auto &sim = nodes[id];
    if (!sim.object || sim.silent || sim.broken) {
        return;
    }
    sim.broken = true;
    auto object = editNode(id);
    setCondition(object->conditions, "Ready", "False", "KubeletNotReady",
        "container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady", now);
    for (auto &condition : object->conditions) {
        condition.other = now;
    }
    taint(*object, kNotReady, "NoSchedule", now);
    object->shown = shownOf(*object, false);
    commitNode(id, std::move(object));
}

void World::Impl::cordon(Id id, bool on)
{
    auto &sim = nodes[id];
    if (!sim.object || sim.object->unschedulable == on) {
        return;
    }
    auto object = editNode(id);
    object->unschedulable = on;
    if (on) {
        taint(*object, kUnschedulable, "NoSchedule", now);
    } else {
        untaint(*object, kUnschedulable);
    }
    object->shown = shownOf(*object, !sim.unknown && !sim.broken);
    commitNode(id, std::move(object));
    event(*sim.object, "Node", "v1",
        {on ? "NodeNotSchedulable" : "NodeSchedulable",
            "Node " + sim.object->name + " status is now: " + (on ? "NodeNotSchedulable" : "NodeSchedulable")},
        sim.object->name);
}

void World::Impl::removeNode(Id id)
{
    auto &sim = nodes[id];
    auto last = editNode(id);
    const auto name = sim.object->name;
    // The pods' garbage collector follows the node at once here; their controllers make new ones.
    const auto here = sim.pods;
    for (const auto pod : here) {
        erasePod(pod);
    }
    store.remove(Resource::Nodes, {}, name, last);
    nodeByName.erase(name);
    auto &pool = pools[sim.pool];
    pool.cpu -= pool.model->allocatableCpu;
    pool.memory -= pool.model->allocatableMemory;
    pool.slots -= pool.model->pods;
    event(*last, "Node", "v1",
        {"RemovingNode", "Node " + name + " event: Removing Node " + name + " from Controller", false,
            "node-controller"});
    sim.object.reset();
    ++sim.epoch;
    for (Id set = 0; set < daemonSets.size(); ++set) {
        dirtyOwners.insert({Kind::DaemonSet, set});
    }
    if (options.churn > 0) {
        after(seconds(45), What::NodeReplace, id, sim.epoch);
    }
}

} // namespace sextant::simulator
