// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/units.h"
#include "core/fleet/state.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/// What a feed has read of one object, in the one vocabulary of both orchestrators; on its way into a ClusterStore.
namespace sextant {

using Labels = std::vector<std::pair<std::string, std::string>>; ///< sorted by key

struct ConditionDraft {
    std::string type;
    std::string status; ///< "True", "False" or "Unknown"
    std::string reason;
    std::string message;
    Time since = kNoTime; ///< lastTransitionTime
};

enum class ContainerKind : std::uint8_t { Regular, Init, Sidecar, Ephemeral };
enum class ContainerState : std::uint8_t { Waiting, Running, Terminated, Unknown };

struct ContainerDraft {
    ContainerKind kind = ContainerKind::Regular;
    ContainerState state = ContainerState::Unknown; ///< Unknown: no status reported yet
    bool ready = false;
    std::string name;
    std::string image;
    std::string reason; ///< of waiting or terminated
    std::string message;
    Time since = kNoTime; ///< startedAt while running, finishedAt when terminated
    int exitCode = 0; ///< when terminated
    std::uint32_t restarts = 0;
    bool hasLast = false; ///< lastState.terminated is there
    std::string lastReason;
    int lastExitCode = 0;
    int lastSignal = 0;
    Time lastFinished = kNoTime;
    // As specified, not effective; unknown = not set.
    MilliCpu cpuRequest, cpuLimit;
    Bytes memoryRequest, memoryLimit;
};

/// The controller of an object (ownerReferences with controller: true).
struct OwnerDraft {
    std::string kind; ///< empty: none
    std::string name;
    std::string uid;
};

struct PodDraft {
    std::string uid, ns, name, resourceVersion;
    Time created = kNoTime;
    Time deleted = kNoTime; ///< deletionTimestamp; lies in the future by the grace period
    std::string node; ///< empty: not scheduled
    std::string nominatedNode;
    std::string ip;
    std::string hostIp;
    std::string phase; ///< Pending, Running, Succeeded, Failed, Unknown
    std::string qos;
    std::string status; ///< kubectl's STATUS
    State state = State::Unknown; ///< the common class of that status
    std::uint16_t ready = 0; ///< READY a/b
    bool readyKnown = true; ///< false: nobody can tell (a task on a Helios host that is down)
    bool restartsKnown = true; ///< false: nobody counts them (Helios)
    std::uint16_t containersTotal = 0;
    std::uint32_t restarts = 0; ///< RESTARTS, without the age
    Time lastRestart = kNoTime;
    std::string readinessGates; ///< "1/2", empty for none
    std::string priorityClass;
    std::string serviceAccount;
    bool counts = true; ///< charges its node: phase neither Succeeded nor Failed
    // Effective, status-aware, rounded up for each pod. Requests: 0 when none is set (Kubernetes), unknown when the job
    // declares none (Helios). Limits: unknown when none is set.
    MilliCpu cpuRequested{0}, cpuLimit;
    Bytes memoryRequested{0}, memoryLimit;
    std::vector<std::string> unlimitedCpu; ///< names of containers without a CPU limit
    std::vector<std::string> unlimitedMemory;
    OwnerDraft controller;
    std::string team; ///< of the configured owner labels; empty: none (the namespace's may stand in)
    std::string version; ///< of a bare pod, as WorkloadDraft::version
    Labels labels; ///< of a bare pod, as WorkloadDraft::labels
    std::string statusMessage; ///< status.message, else what its scheduler or kubelet says about why it waits
    std::vector<ConditionDraft> conditions;
    std::vector<ContainerDraft> containers; ///< init containers first, in order
};

struct TaintDraft {
    std::string key, value, effect;
    Time added = kNoTime;
};

/// A resource map of a node. Unknown: the key is missing.
struct ResourcesDraft {
    MilliCpu cpu;
    Bytes memory;
    Count pods;
    Bytes ephemeralStorage;
    std::vector<std::pair<std::string, std::int64_t>> extended; ///< "nvidia.com/gpu" -> 8; sorted by name
};

struct NodeDraft {
    std::string uid, name, resourceVersion;
    Time created = kNoTime;
    std::string status; ///< kubectl's STATUS: "Ready,SchedulingDisabled"
    State state = State::Unknown;
    bool silent = false; ///< Ready is Unknown: its kubelet no longer reports
    bool cordoned = false;
    std::vector<std::string> roles; ///< sorted; empty: none
    std::string version;
    std::string internalIp, externalIp, osImage, kernel, runtime, architecture;
    std::string pool, zone, region, instanceType, team; ///< from labels; empty: none
    ResourcesDraft capacity;
    ResourcesDraft allocatable; ///< no map at all: capacity stands in (hasAllocatable false)
    bool hasAllocatable = false;
    std::vector<ConditionDraft> conditions;
    std::vector<TaintDraft> taints;
    Labels labels;
    // What a Helios host says of itself; not comparable with usage that is measured. Unknown elsewhere.
    std::optional<double> loadAverage; ///< of one minute
    Bytes memoryInUse; ///< total less free, so caches count
    Time reported = kNoTime; ///< last report, by the agent's clock
};

/// The rolling update of a Helios deployment group, as its master tells it. Source: helios.md, 2.15 and 2.16.
struct RolloutDraft {
    /// A host that is up and matches the group's selectors. The master leaves out those that are down.
    struct Host {
        std::string name;
        std::string job; ///< full id of what the group has deployed there; empty: nothing
        std::string state; ///< the master's word; empty: not reported
        bool updated = false; ///< the wanted job, RUNNING
        bool failed = false; ///< the master's error is about it
    };
    std::string status; ///< "IDLE", "ROLLING_OUT", "ACTIVE", "FAILED", or another word of the master
    std::string error; ///< the master's own words; empty: none
    std::string reason; ///< "MANUAL" or "HOSTS_CHANGED"; empty: not said
    std::string job; ///< full id of the wanted job; empty: never rolled out
    std::string selectors; ///< "role=shop zone in (a,b)"
    Count parallelism; ///< hosts a batch
    Count timeoutSeconds; ///< for each step
    bool overlap = false;
    bool migrate = false;
    std::vector<Host> hosts; ///< in the master's order
    std::vector<std::string> hostsDown; ///< matching hosts that are down, sorted
};

struct WorkloadDraft {
    WorkloadKind kind = WorkloadKind::Other;
    std::string kindText; ///< "Deployment"
    std::string uid, ns, name, resourceVersion;
    Time created = kNoTime;
    // Unknown where the kind has no such figure. Ready/updated/available: 0 when the server omits them.
    Count desired, current, ready, updated, available;
    std::string status; ///< what a person reads: "Complete", "Suspended", "Progressing", "Rollout stuck: ..."; empty:
                        ///< nothing to say
    State state = State::Unknown;
    bool paused = false;
    std::string schedule, timeZone; ///< CronJob
    Time lastSchedule = kNoTime; ///< CronJob
    Time started = kNoTime, finished = kNoTime; ///< Job
    std::string completions; ///< Job: "3/5", "1/1 of 2"
    std::string nodeSelector; ///< DaemonSet: "a=b,c=d"
    std::string containers, images, selector; ///< kubectl's wide columns
    std::string revision; ///< deployment.kubernetes.io/revision
    std::string version; ///< of what runs: label app.kubernetes.io/version, a Helios job's version; empty: not said
    std::string jobName; ///< of a Helios job or of what a deployment group rolls out: the name without version and hash
    std::vector<std::string> registrations; ///< services a Helios job registers as: "playlist/http"; sorted
    Labels labels; ///< those that DecodeOptions::keptLabels names, and of a Helios job its labels and metadata
    std::shared_ptr<const RolloutDraft> rollout; ///< of a deployment group; null: none
    OwnerDraft controller; ///< ReplicaSet -> Deployment, Job -> CronJob
    std::string team;
    std::vector<ConditionDraft> conditions;
};

struct NamespaceDraft {
    std::string uid, name, resourceVersion, status, team;
    Time created = kNoTime;
    Labels labels;
};

/// One sample of metrics.k8s.io. CPU rounded up to millicores.
struct UsageDraft {
    std::string ns; ///< empty for a node
    std::string name;
    MilliCpu cpu;
    Bytes memory;
    Time sampledAt = kNoTime;
};

} // namespace sextant
