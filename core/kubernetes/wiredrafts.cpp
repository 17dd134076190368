// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kubernetes/wiredrafts.h"

#include "core/kubernetes/nodestatus.h"
#include "core/kubernetes/podstatus.h"
#include "core/kubernetes/quantity.h"
#include "core/kubernetes/requests.h"
#include "core/kubernetes/workloadstatus.h"

#include <algorithm>
#include <limits>
#include <unordered_map>

namespace sextant::kubernetes {

namespace {

std::string firstLabel(const wire::TextMap &labels, const std::vector<std::string> &names)
{
    for (const auto &name : names) {
        const auto value = wire::find(labels, name);
        if (value && !value->empty()) {
            return std::string(*value);
        }
    }
    return {};
}

std::string firstLabel(const wire::TextMap &labels, std::string_view name, std::string_view formerName)
{
    const auto value = wire::find(labels, name);
    return std::string(value ? *value : wire::find(labels, formerName).value_or(std::string_view()));
}

Labels labelsOf(const wire::TextMap &map)
{
    Labels labels(map.begin(), map.end());
    std::stable_sort(labels.begin(), labels.end(), [](const auto &a, const auto &b) { return a.first < b.first; });
    return labels;
}

/// Of the migration's rules: the labels they name, and what version of the program runs.
template <class Draft> void keepLabels(const wire::TextMap &labels, const DecodeOptions &options, Draft &draft)
{
    draft.version = wire::find(labels, "app.kubernetes.io/version").value_or(std::string_view());
    for (const auto &key : options.keptLabels) {
        if (const auto value = wire::find(labels, key)) {
            draft.labels.emplace_back(key, *value);
        }
    }
    std::sort(draft.labels.begin(), draft.labels.end());
    draft.labels.erase(std::unique(draft.labels.begin(), draft.labels.end()), draft.labels.end());
}

OwnerDraft ownerOf(const wire::Meta &meta)
{
    return {std::string(meta.ownerKind), std::string(meta.ownerName), std::string(meta.ownerUid)};
}

std::vector<ConditionDraft> conditionsOf(const std::vector<wire::Condition> &conditions)
{
    std::vector<ConditionDraft> out;
    out.reserve(conditions.size());
    for (const auto &condition : conditions) {
        out.push_back({std::string(condition.type), std::string(condition.status), std::string(condition.reason),
            std::string(condition.message), condition.since});
    }
    return out;
}

template <class Draft> void identify(const wire::Meta &meta, Draft &draft)
{
    draft.uid = meta.uid;
    draft.name = meta.name;
    draft.resourceVersion = meta.resourceVersion;
    draft.created = meta.created;
}

template <class Figure>
Figure figureIn(const wire::ResourceList &list, std::string_view name, std::int64_t (Quantity::*rounded)() const)
{
    const auto text = wire::find(list, name);
    const auto quantity = text ? parseQuantity(*text) : Result<Quantity>(Error{});
    return quantity ? Figure((quantity.value().*rounded)()) : Figure();
}

ContainerDraft containerOf(const wire::Container &container, ContainerKind kind, const wire::ContainerStatus *status)
{
    ContainerDraft draft;
    draft.kind = kind;
    draft.name = container.name;
    draft.image = container.image;
    draft.cpuRequest = figureIn<MilliCpu>(container.resources.requests, "cpu", &Quantity::milli);
    draft.cpuLimit = figureIn<MilliCpu>(container.resources.limits, "cpu", &Quantity::milli);
    draft.memoryRequest = figureIn<Bytes>(container.resources.requests, "memory", &Quantity::whole);
    draft.memoryLimit = figureIn<Bytes>(container.resources.limits, "memory", &Quantity::whole);
    if (!status) {
        return draft;
    }
    const auto &state = status->state;
    draft.state = state.terminated ? ContainerState::Terminated
        : state.running            ? ContainerState::Running
                                   : ContainerState::Waiting; // none of the three means waiting
    draft.ready = status->ready;
    draft.reason = state.reason;
    draft.message = state.message;
    draft.since = state.terminated ? state.finished : state.running ? state.started : kNoTime;
    draft.exitCode = state.exitCode;
    draft.restarts = std::uint32_t(std::max(status->restarts, 0));
    if (status->last.terminated) {
        draft.hasLast = true;
        draft.lastReason = status->last.reason;
        draft.lastExitCode = status->last.exitCode;
        draft.lastSignal = status->last.signal;
        draft.lastFinished = status->last.finished;
    }
    return draft;
}

void addContainers(std::vector<ContainerDraft> &out, const std::vector<wire::Container> &containers,
    const std::vector<wire::ContainerStatus> &statuses, ContainerKind kind)
{
    std::unordered_map<std::string_view, const wire::ContainerStatus *> byName;
    for (const auto &status : statuses) {
        byName[status.name] = &status;
    }
    for (const auto &container : containers) {
        const auto found = byName.find(container.name);
        const bool sidecar = kind == ContainerKind::Init && container.alwaysRestart;
        out.push_back(containerOf(
            container, sidecar ? ContainerKind::Sidecar : kind, found == byName.end() ? nullptr : found->second));
    }
}

std::uint16_t smallCount(std::uint32_t value)
{
    return std::uint16_t(std::min<std::uint32_t>(value, std::numeric_limits<std::uint16_t>::max()));
}

} // namespace

DecodeOptions withDefaults(DecodeOptions options)
{
    if (options.poolLabels.empty()) {
        options.poolLabels = {"cloud.google.com/gke-nodepool", "eks.amazonaws.com/nodegroup",
            "alpha.eksctl.io/nodegroup-name", "kubernetes.azure.com/agentpool", "agentpool", "karpenter.sh/nodepool",
            "karpenter.sh/provisioner-name", "kops.k8s.io/instancegroup"};
    }
    if (options.teamLabels.empty()) {
        options.teamLabels = {"owner", "team", "app.kubernetes.io/part-of"};
    }
    return options;
}

PodDraft draftOf(const wire::Pod &pod, const DecodeOptions &options)
{
    PodDraft draft;
    identify(pod.meta, draft);
    draft.ns = pod.meta.ns;
    draft.deleted = pod.meta.deleted;
    draft.node = pod.nodeName;
    draft.nominatedNode = pod.nominatedNode;
    draft.ip = pod.firstPodIp.empty() ? pod.podIp : pod.firstPodIp;
    draft.hostIp = pod.hostIp;
    draft.phase = pod.phase;
    draft.qos = pod.qos;
    draft.priorityClass = pod.priorityClass;
    draft.serviceAccount = pod.serviceAccount;
    draft.counts = pod.phase != "Succeeded" && pod.phase != "Failed";
    draft.controller = ownerOf(pod.meta);
    draft.team = firstLabel(pod.meta.labels, options.teamLabels);
    if (draft.controller.kind.empty()) { // it stands among the workloads as itself
        keepLabels(pod.meta.labels, options, draft);
    }
    draft.conditions = conditionsOf(pod.conditions);

    auto status = podStatusOf(pod);
    draft.status = std::move(status.text);
    draft.state = status.state;
    draft.ready = smallCount(status.ready);
    draft.containersTotal = smallCount(status.total);
    draft.restarts = status.restarts;
    draft.lastRestart = status.lastRestart;
    draft.readinessGates = std::move(status.readinessGates);
    draft.statusMessage = std::move(status.message);

    auto cpu = podCpuOf(pod);
    draft.cpuRequested = cpu.requested;
    draft.cpuLimit = cpu.limit;
    draft.unlimitedCpu = std::move(cpu.unlimited);
    auto memory = podMemoryOf(pod);
    draft.memoryRequested = memory.requested;
    draft.memoryLimit = memory.limit;
    draft.unlimitedMemory = std::move(memory.unlimited);

    draft.containers.reserve(pod.initContainers.size() + pod.containers.size() + pod.ephemeralContainers.size());
    addContainers(draft.containers, pod.initContainers, pod.initStatuses, ContainerKind::Init);
    addContainers(draft.containers, pod.containers, pod.containerStatuses, ContainerKind::Regular);
    addContainers(draft.containers, pod.ephemeralContainers, pod.ephemeralStatuses, ContainerKind::Ephemeral);
    return draft;
}

NodeDraft draftOf(const wire::Node &node, const DecodeOptions &options)
{
    NodeDraft draft;
    identify(node.meta, draft);
    auto status = nodeStatusOf(node);
    draft.status = std::move(status.text);
    draft.state = status.state;
    draft.silent = status.silent;
    draft.cordoned = node.unschedulable;
    draft.roles = rolesOf(node);
    draft.version = node.kubelet;
    draft.internalIp = [&] { // the first of a type counts
        const auto found = std::find_if(node.addresses.begin(), node.addresses.end(),
            [](const auto &address) { return address.first == "InternalIP"; });
        return std::string(found == node.addresses.end() ? std::string_view() : found->second);
    }();
    const auto external = std::find_if(node.addresses.begin(), node.addresses.end(),
        [](const auto &address) { return address.first == "ExternalIP"; });
    if (external != node.addresses.end()) {
        draft.externalIp = external->second;
    }
    draft.osImage = node.osImage;
    draft.kernel = node.kernel;
    draft.runtime = node.runtime;
    draft.architecture = node.architecture;
    const auto &labels = node.meta.labels;
    draft.pool = firstLabel(labels, options.poolLabels);
    draft.zone = firstLabel(labels, "topology.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/zone");
    draft.region = firstLabel(labels, "topology.kubernetes.io/region", "failure-domain.beta.kubernetes.io/region");
    draft.instanceType = firstLabel(labels, "node.kubernetes.io/instance-type", "beta.kubernetes.io/instance-type");
    draft.team = firstLabel(labels, options.teamLabels);
    draft.labels = labelsOf(labels);
    draft.capacity = nodeResourcesOf(node.capacity);
    draft.hasAllocatable = !node.allocatable.empty();
    draft.allocatable = draft.hasAllocatable ? nodeResourcesOf(node.allocatable) : draft.capacity;
    draft.conditions = conditionsOf(node.conditions);
    for (const auto &taint : node.taints) {
        draft.taints.push_back(
            {std::string(taint.key), std::string(taint.value), std::string(taint.effect), taint.added});
    }
    return draft;
}

NamespaceDraft draftOf(const wire::Namespace &object, const DecodeOptions &options)
{
    NamespaceDraft draft;
    identify(object.meta, draft);
    draft.status = object.phase;
    draft.team = firstLabel(object.meta.labels, options.teamLabels);
    draft.labels = labelsOf(object.meta.labels);
    return draft;
}

WorkloadDraft draftOf(const wire::Workload &workload, WorkloadKind kind, const DecodeOptions &options)
{
    WorkloadDraft draft;
    identify(workload.meta, draft);
    draft.ns = workload.meta.ns;
    draft.kind = kind;
    switch (kind) {
    case WorkloadKind::Deployment:
        draft.kindText = "Deployment";
        break;
    case WorkloadKind::StatefulSet:
        draft.kindText = "StatefulSet";
        break;
    case WorkloadKind::DaemonSet:
        draft.kindText = "DaemonSet";
        break;
    case WorkloadKind::ReplicaSet:
        draft.kindText = "ReplicaSet";
        break;
    case WorkloadKind::ReplicationController:
        draft.kindText = "ReplicationController";
        break;
    case WorkloadKind::Job:
        draft.kindText = "Job";
        break;
    case WorkloadKind::CronJob:
        draft.kindText = "CronJob";
        break;
    default:
        break;
    }
    draft.controller = ownerOf(workload.meta);
    draft.team = firstLabel(workload.meta.labels, options.teamLabels);
    keepLabels(workload.meta.labels, options, draft);
    draft.revision = workload.meta.revision;
    draft.selector = selectorText(workload.selector);
    if (kind == WorkloadKind::DaemonSet) {
        draft.nodeSelector = labelText(workload.nodeSelector);
    }
    for (const auto &container : workload.containers) {
        draft.containers += draft.containers.empty() ? "" : ",";
        draft.containers += container.name;
        draft.images += draft.images.empty() ? "" : ",";
        draft.images += container.image;
    }
    draft.conditions = conditionsOf(workload.conditions);
    describeWorkload(workload, draft);
    return draft;
}

ApiStatus apiStatusOf(const wire::Status &status)
{
    ApiStatus out;
    out.code = status.code;
    out.reason = status.reason;
    out.message = status.message;
    out.continueToken = status.continueToken;
    if (status.retryAfterSeconds > 0) {
        out.retryAfterSeconds = std::uint32_t(status.retryAfterSeconds);
    }
    return out;
}

} // namespace sextant::kubernetes
