// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/units.h"

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What Sextant reads of an object on the wire, the same for protobuf and JSON. Texts are views into the item's bytes
/// or into the parser's memory: valid until the next item. Unset: empty, nullopt or kNoTime.
namespace sextant::kubernetes::wire {

using TextMap = std::vector<std::pair<std::string_view, std::string_view>>;
/// Resource name -> quantity as written. The last of two equal names counts.
using ResourceList = TextMap;

struct Meta {
    std::string_view name, ns, uid, resourceVersion;
    std::int64_t generation = 0;
    Time created = kNoTime;
    Time deleted = kNoTime;
    bool deleting = false; ///< deletionTimestamp is there
    TextMap labels;
    std::string_view revision; ///< annotation deployment.kubernetes.io/revision
    bool initialEventsEnd = false; ///< annotation k8s.io/initial-events-end is "true"
    std::string_view ownerKind, ownerName, ownerUid; ///< of the owner reference with controller: true
};

struct Condition {
    std::string_view type, status, reason, message;
    Time since = kNoTime;
};

struct Resources {
    ResourceList limits, requests;
};

struct Container {
    std::string_view name, image;
    Resources resources;
    bool alwaysRestart = false; ///< restartPolicy: Always, which makes an init container a sidecar
};

struct ContainerState {
    bool waiting = false, running = false, terminated = false;
    std::string_view reason, message; ///< of waiting or terminated
    Time started = kNoTime;
    Time finished = kNoTime;
    std::int32_t exitCode = 0, signal = 0;
};

struct ContainerStatus {
    std::string_view name;
    ContainerState state, last;
    bool ready = false;
    std::optional<bool> started;
    std::int32_t restarts = 0;
    ResourceList allocated;
    std::optional<Resources> resources;
};

struct Pod {
    Meta meta;
    // spec
    std::vector<Container> containers, initContainers, ephemeralContainers;
    std::string_view nodeName, serviceAccount, priorityClass;
    std::vector<std::string_view> readinessGates;
    ResourceList overhead;
    std::optional<Resources> resources; ///< of the pod as a whole
    // status
    std::string_view phase, reason, message, hostIp, podIp, firstPodIp, qos, nominatedNode;
    std::vector<Condition> conditions;
    std::vector<ContainerStatus> containerStatuses, initStatuses, ephemeralStatuses;
    ResourceList allocated;
    std::optional<Resources> actuated; ///< status.resources
    std::vector<ResourceList> claimResources; ///< status.nodeAllocatableResourceClaimStatuses[].resources
};

struct Taint {
    std::string_view key, value, effect;
    Time added = kNoTime;
};

struct Node {
    Meta meta;
    bool unschedulable = false;
    std::vector<Taint> taints;
    ResourceList capacity, allocatable;
    std::vector<Condition> conditions;
    TextMap addresses; ///< type -> address
    std::string_view kernel, osImage, runtime, kubelet, architecture;
};

struct Namespace {
    Meta meta;
    std::string_view phase;
};

struct Requirement {
    std::string_view key, op;
    std::vector<std::string_view> values;
};

struct Selector {
    TextMap labels;
    std::vector<Requirement> expressions;
};

/// Deployment, ReplicaSet, StatefulSet, DaemonSet, Job, CronJob and ReplicationController in one.
struct Workload {
    Meta meta;
    // spec
    std::optional<std::int32_t> replicas, parallelism, completions;
    Selector selector;
    std::vector<Container> containers;
    TextMap nodeSelector;
    bool paused = false, suspended = false;
    std::string_view strategy; ///< updateStrategy.type
    bool rollingUpdate = false; ///< the updateStrategy has a rollingUpdate block
    std::optional<std::int32_t> partition;
    std::string_view schedule, timeZone;
    // status
    std::int64_t observedGeneration = 0;
    std::int32_t statusReplicas = 0, ready = 0, updated = 0, available = 0;
    std::optional<std::int32_t> jobReady;
    std::int32_t desiredScheduled = 0, currentScheduled = 0, misscheduled = 0;
    std::int32_t active = 0, succeeded = 0, failed = 0;
    std::string_view currentRevision, updateRevision;
    std::vector<Condition> conditions;
    Time started = kNoTime, completed = kNoTime, lastSchedule = kNoTime;
};

struct ListMeta {
    std::string_view resourceVersion, continueToken;
    std::optional<std::int64_t> remaining;
};

struct Status {
    std::string_view reason, message, continueToken;
    std::int32_t code = 0;
    std::int32_t retryAfterSeconds = 0;
};

/// Seconds since 1970 from the wire; what lies outside the years 1 to 9999 is no time.
inline Time timeOf(std::int64_t seconds)
{
    constexpr std::int64_t kFirst = -62135596800; // 0001-01-01, Go's zero time
    constexpr std::int64_t kLast = 253402300799; // 9999-12-31
    return seconds > kFirst && seconds <= kLast ? Time(std::chrono::seconds(seconds)) : kNoTime;
}

/// The value of the last entry of that name, or nothing.
inline std::optional<std::string_view> find(const TextMap &map, std::string_view key)
{
    for (auto entry = map.rbegin(); entry != map.rend(); ++entry) {
        if (entry->first == key) {
            return entry->second;
        }
    }
    return std::nullopt;
}

} // namespace sextant::kubernetes::wire
