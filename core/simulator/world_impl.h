// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/simulator/load.h"
#include "core/simulator/objects_workload.h"
#include "core/simulator/world.h"
#include "core/simulator/world_random.h"

#include <queue>

#include <bitset>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <unordered_map>

namespace sextant::simulator {

using std::chrono::seconds;

/// Places in the world's vectors.
using Id = std::uint32_t;
inline constexpr Id kNobody = ~Id(0);

enum class Kind : std::uint8_t { None, ReplicaSet, StatefulSet, DaemonSet, Job };
struct OwnerRef {
    Kind kind = Kind::None;
    Id id = kNobody;
};

/// How far a pod has come.
enum class Stage : std::uint8_t {
    Unscheduled, ///< waits for a node
    Bound, ///< has one; its kubelet has not seen it
    Creating, ///< images are pulled
    Init, ///< init containers run
    InitBackOff, ///< one of them failed and waits
    Stuck, ///< waits for what does not come: an image, a ConfigMap
    Running,
    Crashed, ///< a container has just ended
    BackOff, ///< and waits to be started again
    Finished,
};

struct PodSim {
    std::shared_ptr<const PodObject> object; ///< null: the place is free
    OwnerRef owner;
    Id node = kNobody;
    Id ns = 0;
    std::uint32_t epoch = 0; ///< timers of another epoch are stale
    int ordinal = 0;
    std::uint64_t hash = 0;
    Time runningSince = kNoTime;
    std::int64_t chargedCpu = 0, chargedMemory = 0;
    Time toldUnschedulable = kNoTime;
    int crashes = 0; ///< in a row
    Stage stage = Stage::Unscheduled;
    Trouble trouble = Trouble::None;
    std::uint8_t initDone = 0;
    std::uint8_t ipSlot = 0; ///< of its node's addresses; 0: none
    bool charged = false; ///< counts on its node
    bool ready = false; ///< condition Ready
    bool deleting = false;
};

struct Totals {
    std::int64_t cpu = 0, memory = 0, cpuLimit = 0, memoryLimit = 0;
    std::int64_t pods = 0;
};

struct NodeSim {
    std::shared_ptr<const NodeObject> object; ///< null: gone
    Id pool = 0;
    std::int64_t cpu = 0, memory = 0, gpus = 0; ///< charged
    std::set<Id> pods; ///< all that name it, finished ones too
    int counted = 0;
    std::bitset<256> addresses;
    bool silent = false; ///< its kubelet does not speak
    bool unknown = false; ///< and the control plane has noticed
    bool broken = false; ///< Ready=False: the kubelet speaks but runs nothing
    std::uint32_t epoch = 0;
};

struct ReplicaSetSim {
    std::shared_ptr<const ReplicaSetObject> object;
    Id deployment = kNobody;
    Id ns = 0;
    std::vector<Id> pods; ///< active ones: neither finished nor being deleted
    int revision = 1;
};

struct DeploymentSim {
    std::shared_ptr<const DeploymentObject> object;
    PodPlan plan; ///< of the newest revision, without pod-template-hash
    Id ns = 0;
    std::vector<Id> sets; ///< oldest first; the last is the current one
    int revision = 1;
    int base = 1; ///< replicas at the middle of the day
    double shift = 0;
    bool autoscaled = false;
    bool rolling = false;
    Time rolledAt = kNoTime;
};

struct StatefulSetSim {
    std::shared_ptr<const StatefulSetObject> object;
    PodPlan plan;
    Id ns = 0;
    std::vector<TemplatePtr> templates; ///< by ordinal
    std::vector<Id> pods; ///< by ordinal
};

struct DaemonSetSim {
    std::shared_ptr<const DaemonSetObject> object;
    Id ns = 0;
    std::map<Id, Id> pods; ///< by node
};

struct JobSim {
    std::shared_ptr<const JobObject> object; ///< null: gone
    Id ns = 0;
    Id cron = kNobody;
    std::vector<Id> active;
    std::vector<Id> finished;
};

struct CronJobSim {
    std::shared_ptr<const CronJobObject> object;
    Id ns = 0;
    int everyMinutes = 5;
    std::deque<Id> jobs; ///< oldest first
};

struct NamespaceSim {
    std::string name, team;
    Totals totals;
    OwnerPtr owner;
};

struct PoolSim {
    std::string name;
    std::shared_ptr<const NodeModel> model;
    Totals totals;
    std::int64_t cpu = 0, memory = 0, slots = 0; ///< allocatable
    int made = 0; ///< nodes ever
    bool tainted = false;
};

enum class What : std::uint8_t {
    PodSeen,
    PodInit,
    PodInitFailed,
    PodStart,
    PodReady,
    PodCrash,
    PodBackOff,
    PodRestart,
    PodFinish,
    PodGone,
    PodRetryImage,
    PodSchedule,
    NodeNoticed,
    NodeEvict,
    NodeReturn,
    NodeReplace,
    RollBack,
    Deadline,
};
struct Timer {
    Time at;
    std::uint64_t order;
    What what;
    Id id;
    std::uint32_t epoch;
    bool operator>(const Timer &other) const { return std::tie(at, order) > std::tie(other.at, other.order); }
};

// Texts and counts that a pod's state is shown with.
void recount(PodObject &pod);
std::string unreadyMessage(const PodObject &pod);
std::string initText(const PodObject &pod, int done);
std::string backOffText(const PodObject &pod, const std::string &container, seconds wait);
seconds backOffOf(int crashes);

struct World::Impl {
    Impl(const ClusterOptions &o, std::uint64_t seed, double daySeconds, Store &s);

    const ClusterOptions options;
    Store &store;
    Random random;
    Load load;
    const bool old; ///< 1.20
    mutable std::mutex mutex;
    Time now = kNoTime;

    std::vector<PodSim> pods;
    std::vector<Id> freePods;
    std::vector<NodeSim> nodes;
    std::map<std::string, Id> nodeByName;
    std::vector<PoolSim> pools;
    std::vector<NamespaceSim> namespaces;
    std::vector<DeploymentSim> deployments;
    std::map<std::pair<std::string, std::string>, Id> deploymentByName;
    std::vector<ReplicaSetSim> sets;
    std::vector<StatefulSetSim> statefulSets;
    std::vector<DaemonSetSim> daemonSets;
    std::vector<JobSim> jobs;
    std::vector<Id> freeJobs;
    std::vector<CronJobSim> cronJobs;
    Totals totals;

    std::priority_queue<Timer, std::vector<Timer>, std::greater<>> timers;
    std::uint64_t timerOrder = 0;
    std::set<std::pair<Kind, Id>> dirtyOwners;
    std::set<Id> dirtyDeployments;
    std::vector<Id> toSchedule;
    std::vector<Id> unready; ///< sound pods whose probe fails for a while
    std::size_t nextNode = 0; ///< where the scheduler begins to look
    ManagedFieldsPtr managedPod, managedNode, managedOther;

    struct EventKey {
        std::string ns, name;
    };
    std::deque<std::pair<Time, EventKey>> eventExpiry;
    std::map<std::pair<std::string, std::string_view>, std::shared_ptr<const EventObject>> repeated; ///< by uid, reason
    std::uint64_t eventNumber = 0;

    // world.cpp
    void live(Time t); ///< one second
    void fire(const Timer &timer);
    void after(seconds delay, What what, Id id, std::uint32_t epoch);
    /// Gives a new object its name, uid and times.
    void stamp(MetaObject &object, const std::string &ns, const std::string &name, Time created);
    struct EventText {
        const char *reason;
        std::string message;
        bool warning = false;
        const char *component = "kubelet";
    };
    void event(
        const MetaObject &about, const char *kind, const char *version, EventText text, const std::string &host = {});
    void podEvent(const PodSim &pod, EventText text);
    void expireEvents();

    // world_populate.cpp
    void populate(Time start, const std::vector<PlannedDeployment> &planned);
    void makePools();
    void makeNamespaces();
    void makeDaemonSets();
    void makeWorkloads(const std::vector<PlannedDeployment> &planned);
    void makeBadNodes();
    void makeResizes();
    struct Draft {
        enum What { Deployment, StatefulSet, CronJob };
        What what = Deployment;
        Id ns = 0;
        std::string name;
        int replicas = 1;
        int completions = 1;
        PodPlan plan;
        Trouble trouble = Trouble::None; ///< of the newest revision
        bool sized = false; ///< its requests are what they are
    };
    std::optional<Draft> draftOf(const PlannedDeployment &planned);
    bool addDeployment(const PlannedDeployment &planned);
    Draft draftFor(Draft::What what, Id ns, const std::string &name, int replicas);
    std::vector<Draft> draftWorkloads(int budget, std::set<std::pair<Id, std::string>> used);
    void draftTroubles(std::vector<Draft> &drafts);
    void fitToPools(std::vector<Draft> &drafts);
    void plantDeployment(const Draft &draft);
    void plantStatefulSet(const Draft &draft);
    void plantCronJob(const Draft &draft);
    void plantPods(Id set, int count);
    bool plantOn(Id pod, Id node, Time created); ///< kNobody: the scheduler's choice; false: it found none
    void plantLeftovers();
    Time past(double least, double most); ///< so many seconds ago, the nearer the likelier

    // world_pods.cpp: what a kubelet does
    Id newPod(TemplatePtr plan, Id ns, std::string name, OwnerRef owner, const OwnerPtr &reference, Time created);
    /// Base, a dash and five characters, as the name of no pod that stands: an API server refuses a name that is taken,
    /// and its client draws again.
    std::string freePodName(Id ns, const std::string &base);
    std::shared_ptr<PodObject> edit(Id id) const { return std::make_shared<PodObject>(*pods[id].object); }
    void commit(Id id, std::shared_ptr<PodObject> object);
    void bind(Id id, Id node);
    void charge(PodSim &pod, int sign);
    void settle(Id id, Time created); ///< lets a planted pod have lived since
    void seen(Id id);
    void initStep(Id id);
    void initFailed(Id id);
    void start(Id id);
    void becomeReady(Id id);
    void crash(Id id);
    void backOff(Id id);
    void restart(Id id);
    void finish(Id id, bool success);
    void retryImage(Id id);
    void deletePod(Id id, const char *why);
    void erasePod(Id id);
    void setReadiness(PodSim &sim, PodObject &object, bool ready) const;
    void markDirty(const PodSim &pod);
    void leaveOwner(Id id);
    std::uint64_t containerNumber() { return random.bits() | 1; }
    void turn(PodSim &pod, Stage stage)
    {
        pod.stage = stage;
        ++pod.epoch;
    }

    // world_scheduler.cpp
    Id placeFor(const PodSim &pod, std::string *why);
    void schedule();
    void scheduleOne(Id id);

    // world_workloads.cpp: what the controllers do
    void reconcile();
    void reconcileSet(Id id);
    void reconcileDeployment(Id id);
    void reconcileStatefulSet(Id id);
    void reconcileDaemonSet(Id id);
    void reconcileJob(Id id);
    Id addSet(Id deployment, const PodPlan &plan, int replicas, int revision, Time created);
    void setReplicas(Id set, int replicas);
    void scaleDeployment(Id id, int replicas);
    void rollOutDeployment(Id id, Trouble trouble);
    void trimHistory(Id deployment);
    Id addJob(Id cron, Time at);
    void removeJob(Id id);
    TemplatePtr statefulTemplate(StatefulSetSim &sim, int ordinal);
    void updateCron(Id id);

    // world_nodes.cpp
    Id addNode(Id pool, Time created);
    std::shared_ptr<NodeObject> editNode(Id id) const { return std::make_shared<NodeObject>(*nodes[id].object); }
    void commitNode(Id id, std::shared_ptr<NodeObject> object);
    void silence(Id id);
    void noticeSilence(Id id);
    void evict(Id id);
    void bringBack(Id id);
    void removeNode(Id id);
    void cordon(Id id, bool on);
    void heartbeat(Id id);
    void breakNode(Id id);

    // world_motion.cpp
    void move();

    // world_usage.cpp
    struct PodUse {
        std::int64_t nanoCores = 0, bytes = 0;
    };
    PodUse useOf(const PodSim &pod, Time window) const;
    bool sampled(const PodSim &pod, Time window) const;
    Id failedScrape(Time window) const;
};

} // namespace sextant::simulator
