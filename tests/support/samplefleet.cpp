// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/samplefleet.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>

namespace sextant::test {
namespace {

constexpr std::int64_t kMi = 1024 * 1024;

/// Small and the same everywhere, unlike the standard library's distributions.
class Random {
public:
    explicit Random(std::uint64_t seed)
        : m_state(seed * 0x9e3779b97f4a7c15U + 1)
    {
    }
    std::uint64_t next()
    {
        m_state += 0x9e3779b97f4a7c15U;
        std::uint64_t z = m_state;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
        return z ^ (z >> 31);
    }
    int below(int bound) { return static_cast<int>(next() % static_cast<std::uint64_t>(std::max(1, bound))); }
    double unit() { return static_cast<double>(next() >> 11) / 9007199254740992.0; }

private:
    std::uint64_t m_state;
};

/// A uid that is a UUID, from what the object is.
std::string uidOf(const std::string &text)
{
    std::uint64_t a = 0xcbf29ce484222325U;
    std::uint64_t b = 0x9e3779b97f4a7c15U;
    for (const unsigned char c : text) {
        a = (a ^ c) * 0x100000001b3U;
        b = (b + c) * 0x2545f4914f6cdd1dU;
    }
    std::array<char, 40> out{};
    std::snprintf(out.data(), out.size(), "%08x-%04x-4%03x-a%03x-%012llx", static_cast<unsigned>(a >> 32),
        static_cast<unsigned>(a >> 16 & 0xffffU), static_cast<unsigned>(a & 0xfffU), static_cast<unsigned>(b >> 52),
        static_cast<unsigned long long>(b & 0xffffffffffffU));
    return out.data();
}

std::string suffix(Random &random, int length)
{
    static constexpr std::string_view kLetters = "bcdfghjklmnpqrstvwxz2456789";
    std::string out;
    for (int i = 0; i < length; ++i) {
        out += kLetters[static_cast<std::size_t>(random.below(static_cast<int>(kLetters.size())))];
    }
    return out;
}

struct PoolShape {
    const char *name;
    const char *type;
    int nodes; ///< of the 600
    int cores;
    int memoryGi;
    double fill; ///< share of allocatable that pods ask for
    std::array<std::int64_t, 4> sizes; ///< millicores, biggest first
};
struct ClusterShape {
    const char *name;
    const char *zone;
    std::vector<PoolShape> pools;
};

const std::vector<ClusterShape> &shapes()
{
    static const std::vector<ClusterShape> all{
        {"gke-eu", "europe-west1",
            {{"default", "n2-standard-32", 120, 32, 128, 0.84, {4000, 2000, 1000, 250}},
                {"memory", "n2-highmem-16", 48, 16, 128, 0.77, {2000, 1000, 500, 100}},
                {"batch", "n2-standard-32", 60, 32, 128, 0.78, {8000, 4000, 4000, 500}},
                {"gpu", "g2-standard-64", 20, 64, 256, 0.55, {12000, 8000, 8000, 500}}}},
        {"gke-us", "us-east1",
            {{"default", "n2-standard-32", 112, 32, 128, 0.76, {4000, 2000, 1000, 250}},
                {"memory", "n2-highmem-16", 40, 16, 128, 0.73, {2000, 1000, 500, 100}},
                {"batch", "n2-standard-32", 48, 32, 128, 0.69, {8000, 4000, 4000, 500}},
                {"gpu", "g2-standard-64", 12, 64, 256, 0.50, {12000, 8000, 8000, 500}}}},
        {"gke-ap", "asia-east1",
            {{"default", "n2-standard-24", 48, 24, 96, 0.51, {4000, 2000, 2000, 500}},
                {"memory", "n2-highmem-16", 48, 16, 128, 0.43, {2000, 2000, 1000, 250}},
                {"edge", "n2-standard-24", 44, 24, 96, 0.33, {2000, 2000, 1000, 250}}}},
    };
    return all;
}

struct Service {
    const char *name;
    const char *ns;
    const char *team;
};
constexpr std::array kServices{
    Service{"audio-delivery", "playback", "delivery"},
    Service{"reco-ranker", "discovery", "ranking"},
    Service{"playlist-service", "playlist", "cantina"},
    Service{"home-feed", "discovery", "ranking"},
    Service{"event-collector", "events", "pipeline"},
    Service{"social-graph", "social", "graph"},
    Service{"similar-artists", "discovery", "ranking"},
    Service{"search-index", "search", "search"},
    Service{"search-frontend", "search", "search"},
    Service{"library-service", "library", "cantina"},
    Service{"mobile-gateway", "edge", "gateway"},
    Service{"fraud-score", "payments", "payments"},
    Service{"royalty-calc", "payments", "payments"},
    Service{"charts-daily", "charts", "pipeline"},
    Service{"taste-vector", "discovery", "ranking"},
    Service{"podcast-ingest", "podcasts", "podcasts"},
    Service{"storage-proxy", "edge", "gateway"},
    Service{"user-profile", "accounts", "accounts"},
    Service{"session-store", "accounts", "accounts"},
    Service{"image-proxy", "edge", "gateway"},
    Service{"device-presence", "playback", "delivery"},
    Service{"album-resolver", "library", "cantina"},
    Service{"track-metadata", "library", "cantina"},
    Service{"ad-decision", "ads", "ads"},
    Service{"skip-model", "discovery", "ranking"},
    Service{"connect-state", "playback", "delivery"},
    Service{"radio-seed", "discovery", "ranking"},
    Service{"follow-service", "social", "graph"},
    Service{"artist-pages", "library", "cantina"},
    Service{"checkout", "payments", "payments"},
};

ConditionDraft condition(std::string type, std::string status, Time since)
{
    ConditionDraft out;
    out.type = std::move(type);
    out.status = std::move(status);
    out.since = since;
    return out;
}

void makeWaiting(PodDraft &pod, const char *status, State state, std::uint32_t restarts, Time now)
{
    pod.status = status;
    pod.state = state;
    pod.ready = 0;
    pod.restarts = restarts;
    auto &container = pod.containers.front();
    container.ready = false;
    container.restarts = restarts;
    if (state == State::Warning) {
        return; // it runs, but its probe fails
    }
    container.state = ContainerState::Waiting;
    container.reason = status;
    if (restarts > 0) {
        pod.lastRestart = now - std::chrono::seconds(401);
        container.hasLast = true;
        container.lastReason = "Error";
        container.lastExitCode = 1;
        container.lastFinished = pod.lastRestart;
        container.message = "back-off 5m0s restarting failed container";
    }
    for (auto &c : pod.conditions) {
        if (c.type == "Ready" || c.type == "ContainersReady") {
            c.status = "False";
        }
    }
}

void makeCompleted(PodDraft &pod, Time now)
{
    pod.phase = "Succeeded";
    pod.status = "Completed";
    pod.state = State::Completed;
    pod.ready = 0;
    pod.counts = false;
    auto &container = pod.containers.front();
    container.state = ContainerState::Terminated;
    container.reason = "Completed";
    container.ready = false;
    container.since = now - std::chrono::minutes(20);
}

void makeUnscheduled(PodDraft &pod)
{
    pod.node.clear();
    pod.ip.clear();
    pod.hostIp.clear();
    pod.phase = "Pending";
    pod.status = "Pending";
    pod.state = State::Pending;
    pod.ready = 0;
    pod.statusMessage = "0/248 nodes are available: 248 Insufficient cpu.";
    pod.containers.front().state = ContainerState::Unknown;
    pod.containers.front().ready = false;
    ConditionDraft c = condition("PodScheduled", "False", pod.created);
    c.reason = "Unschedulable";
    c.message = pod.statusMessage;
    pod.conditions = {c};
}

/// Fills one cluster; keeps the workloads it met so that their figures come out right.
class Filler {
public:
    Filler(ClusterStore &store, const SampleOptions &options, Random &random, SampleTruth &truth)
        : m_store(store)
        , m_options(options)
        , m_random(random)
        , m_truth(truth)
    {
    }

    void addNode(const PoolShape &pool, const std::string &zone, int number, bool silent, bool cordoned)
    {
        std::array<char, 64> name{};
        std::snprintf(name.data(), name.size(), "gke-%s-%04d", pool.name, number);
        NodeDraft node = sampleNode(name.data(), pool.name, pool.cores, pool.memoryGi, m_options.now);
        node.uid = uidOf(m_store.status().name + "/node/" + node.name);
        node.zone = zone + "-" + static_cast<char>('b' + number % 3);
        node.region = zone;
        node.instanceType = pool.type;
        node.created = m_options.now - std::chrono::hours(24 * (20 + m_random.below(90)));
        for (auto &c : node.conditions) {
            c.since = node.created;
        }
        if (silent) {
            node.status = "NotReady";
            node.state = State::Failed;
            node.silent = true;
            node.conditions.front() = condition("Ready", "Unknown", m_options.now - std::chrono::seconds(228));
            node.conditions.front().reason = "NodeStatusUnknown";
            node.conditions.front().message = "Kubelet stopped posting node status.";
            ++m_truth.silentNodes;
        } else if (cordoned) {
            node.status = "Ready,SchedulingDisabled";
            node.state = State::Cordoned;
            node.cordoned = true;
            ++m_truth.cordonedNodes;
        }
        ++m_truth.nodes;
        m_nodes.push_back({node, &pool});
        m_store.upsert(node);
    }

    void fillNodes(int pods)
    {
        int placed = 0;
        for (auto &[node, pool] : m_nodes) {
            if (placed >= pods) {
                break;
            }
            placed += fillNode(node, *pool, std::max(1, pods - placed));
        }
        // What is still owed comes as small pods, one a node in turn.
        for (std::size_t i = 0; placed < pods && !m_nodes.empty(); ++i, ++placed) {
            addPod(m_nodes[i % m_nodes.size()].first, 50 + 50 * m_random.below(3));
        }
    }

    void addUnscheduled(int count)
    {
        for (int i = 0; i < count; ++i) {
            PodDraft pod = make({}, 8000);
            makeUnscheduled(pod);
            ++m_truth.unscheduled;
            ++m_truth.pods;
            m_store.upsert(std::move(pod));
        }
    }

    void finish()
    {
        writeWorkloads();
        if (m_options.usage) {
            std::vector<UsageDraft> nodes;
            for (const auto &[node, pool] : m_nodes) {
                if (!node.silent) {
                    nodes.push_back(
                        {{}, node.name, m_usedOf[node.name].cpu, m_usedOf[node.name].memory, m_options.now});
                }
            }
            m_store.setUsage(ResourceKind::NodeMetrics, nodes, m_options.now);
            m_store.setUsage(ResourceKind::PodMetrics, m_usage, m_options.now);
        }
        setAllLive(m_store.status(), m_options.now);
        m_store.publish();
    }

private:
    struct Owned {
        const Service *service = nullptr;
        int desired = 0;
        int ready = 0;
        std::int64_t cpu = 0;
    };

    int fillNode(const NodeDraft &node, const PoolShape &pool, int most)
    {
        const double target = static_cast<double>(node.allocatable.cpu.value)
            * std::min(0.97, pool.fill * (0.75 + 0.45 * m_random.unit()));
        // Big ones and small ones in turn, until the next would go over.
        static constexpr std::array<std::size_t, 8> kTurn{0, 0, 1, 1, 1, 2, 2, 3};
        double asked = 0;
        int count = 0;
        int tooBig = 0;
        for (std::size_t step = 0; count < most && tooBig < 4; ++step) {
            const std::int64_t size = pool.sizes[kTurn[step % kTurn.size()]];
            if (asked + static_cast<double>(size) > target) {
                ++tooBig;
                continue;
            }
            addPod(node, size);
            asked += static_cast<double>(size);
            ++count;
        }
        if (count < most && m_random.below(3) != 0) {
            addPod(node, 0);
            ++count;
        }
        return count;
    }

    PodDraft make(const std::string &node, std::int64_t cpu)
    {
        const Service &service = kServices[static_cast<std::size_t>(m_random.below(kServices.size()))];
        const std::string set = std::string(service.name) + "-" + std::to_string(cpu);
        Owned &owned = m_owned[set];
        owned.service = &service;
        owned.cpu = cpu;
        ++owned.desired;
        const std::string hash = uidOf(set).substr(0, 8);
        PodDraft pod = samplePod(service.ns, std::string(service.name) + "-" + hash + "-" + suffix(m_random, 5), node,
            cpu, cpu == 0 ? 0 : cpu * (2 + m_random.below(2)), m_options.now);
        pod.uid = uidOf(m_store.status().name + "/pod/" + pod.name + std::to_string(m_truth.pods));
        pod.created = m_options.now - std::chrono::minutes(5 + m_random.below(60 * 24 * 15));
        pod.containers.front().name = service.name;
        pod.containers.front().image =
            std::string("registry.example/") + service.name + ":4.18." + std::to_string(cpu % 7);
        pod.controller = {"ReplicaSet", set + "-" + hash, uidOf(m_store.status().name + "/rs/" + set)};
        pod.team = service.team;
        return pod;
    }

    void addPod(const NodeDraft &node, std::int64_t cpu)
    {
        PodDraft pod = make(node.name, cpu);
        ++m_truth.pods;
        const int dice = m_options.trouble && !node.silent ? m_random.below(6900) : 6899;
        if (dice < 15) {
            makeWaiting(pod, "CrashLoopBackOff", State::Failed, 22, m_options.now);
            ++m_truth.failed;
        } else if (dice < 40) {
            makeWaiting(pod, "Running", State::Warning, 1, m_options.now);
            ++m_truth.warning;
        } else if (dice < 59) {
            makeWaiting(pod, "ContainerCreating", State::Pending, 0, m_options.now);
            pod.phase = "Pending";
            ++m_truth.pending;
        } else if (dice < 84) {
            makeCompleted(pod, m_options.now);
            ++m_truth.completed;
        } else {
            ++m_owned[pod.controller.name.substr(0, pod.controller.name.rfind('-'))].ready;
        }
        if (pod.phase == "Running" && !node.silent) {
            const double share = m_random.below(9) == 0 ? 1.0 + 0.4 * m_random.unit() : 0.12 + 0.8 * m_random.unit();
            UsageDraft used{pod.ns, pod.name, MilliCpu(static_cast<std::int64_t>(static_cast<double>(cpu) * share) + 3),
                Bytes(static_cast<std::int64_t>(
                          static_cast<double>(pod.memoryRequested.value) * (0.4 + 0.5 * m_random.unit()))
                    + 20 * kMi),
                m_options.now};
            m_usedOf[node.name].cpu.add(used.cpu);
            m_usedOf[node.name].memory.add(used.memory);
            m_usage.push_back(std::move(used));
        }
        m_store.upsert(std::move(pod));
    }

    void writeWorkloads()
    {
        std::map<std::string, NamespaceDraft> namespaces;
        for (const auto &[set, owned] : m_owned) {
            const std::string cluster = m_store.status().name;
            WorkloadDraft deployment;
            deployment.kind = WorkloadKind::Deployment;
            deployment.kindText = "Deployment";
            deployment.uid = uidOf(cluster + "/deployment/" + set);
            deployment.ns = owned.service->ns;
            deployment.name = set;
            deployment.created = m_options.now - std::chrono::hours(24 * 120);
            deployment.desired = Count(owned.desired);
            deployment.current = Count(owned.desired);
            deployment.updated = Count(owned.desired);
            deployment.ready = Count(owned.ready);
            deployment.available = Count(owned.ready);
            deployment.state = owned.ready == owned.desired ? State::Ok : State::Warning;
            deployment.containers = owned.service->name;
            deployment.images = std::string("registry.example/") + owned.service->name + ":4.18.2";
            deployment.selector = std::string("app=") + set;
            deployment.revision = "7";
            deployment.team = owned.service->team;
            WorkloadDraft rs = deployment;
            rs.kind = WorkloadKind::ReplicaSet;
            rs.kindText = "ReplicaSet";
            rs.uid = uidOf(cluster + "/rs/" + set);
            rs.name = set + "-" + uidOf(set).substr(0, 8);
            rs.controller = {"Deployment", deployment.name, deployment.uid};
            NamespaceDraft &ns = namespaces[deployment.ns];
            ns.name = deployment.ns;
            ns.uid = uidOf(cluster + "/ns/" + ns.name);
            ns.status = "Active";
            ns.created = m_options.now - std::chrono::hours(24 * 400);
            m_store.upsert(std::move(deployment));
            m_store.upsert(std::move(rs));
        }
        for (auto &[name, ns] : namespaces) {
            m_store.upsert(ns);
        }
    }

    struct Used {
        MilliCpu cpu{0};
        Bytes memory{0};
    };
    ClusterStore &m_store;
    const SampleOptions &m_options;
    Random &m_random;
    SampleTruth &m_truth;
    std::vector<std::pair<NodeDraft, const PoolShape *>> m_nodes;
    std::map<std::string, Owned> m_owned;
    std::map<std::string, Used> m_usedOf;
    std::vector<UsageDraft> m_usage;
};

/// Splits `whole` after `parts` so that nothing is lost to rounding.
std::vector<int> split(int whole, const std::vector<int> &parts)
{
    std::int64_t sum = 0;
    for (const int part : parts) {
        sum += part;
    }
    std::vector<int> out;
    std::int64_t given = 0;
    std::int64_t seen = 0;
    for (const int part : parts) {
        seen += part;
        const std::int64_t upTo = sum == 0 ? 0 : (static_cast<std::int64_t>(whole) * seen + sum / 2) / sum;
        out.push_back(static_cast<int>(upTo - given));
        given = upTo;
    }
    return out;
}

} // namespace

NodeDraft sampleNode(const std::string &name, const std::string &pool, int cores, int memoryGi, Time now)
{
    NodeDraft node;
    node.uid = uidOf("node/" + name);
    node.name = name;
    node.created = now - std::chrono::hours(24 * 70);
    node.status = "Ready";
    node.state = State::Ok;
    node.version = "v1.33.4";
    node.internalIp = "10.0." + std::to_string(name.size()) + "." + std::to_string(cores);
    node.osImage = "Container-Optimized OS";
    node.kernel = "6.6.72";
    node.runtime = "containerd://2.0.4";
    node.architecture = "amd64";
    node.pool = pool;
    node.zone = "europe-west1-b";
    node.region = "europe-west1";
    node.instanceType = "n2-standard-" + std::to_string(cores);
    node.capacity.cpu = MilliCpu(cores * 1000);
    node.capacity.memory = Bytes(static_cast<std::int64_t>(memoryGi) * 1024 * kMi);
    node.capacity.pods = Count(110);
    node.allocatable.cpu = MilliCpu(cores * 1000 - 400);
    node.allocatable.memory = Bytes(static_cast<std::int64_t>(memoryGi) * 1024 * kMi * 92 / 100);
    node.allocatable.pods = Count(110);
    node.hasAllocatable = true;
    node.conditions = {condition("Ready", "True", node.created), condition("MemoryPressure", "False", node.created),
        condition("DiskPressure", "False", node.created), condition("PIDPressure", "False", node.created)};
    node.labels = {{"cloud.google.com/gke-nodepool", pool}, {"kubernetes.io/hostname", name}};
    return node;
}

PodDraft samplePod(const std::string &ns, const std::string &name, const std::string &node, std::int64_t cpuMillis,
    std::int64_t memoryMi, Time now)
{
    PodDraft pod;
    pod.uid = uidOf("pod/" + ns + "/" + name);
    pod.ns = ns;
    pod.name = name;
    pod.created = now - std::chrono::hours(50);
    pod.node = node;
    pod.ip = "10.4.0.17";
    pod.hostIp = "10.0.0.4";
    pod.phase = "Running";
    pod.qos = cpuMillis == 0 ? "BestEffort" : "Burstable";
    pod.status = "Running";
    pod.state = State::Ok;
    pod.ready = 1;
    pod.containersTotal = 1;
    pod.serviceAccount = "default";
    pod.cpuRequested = MilliCpu(cpuMillis);
    pod.memoryRequested = Bytes(memoryMi * kMi);
    ContainerDraft container;
    container.name = "app";
    container.image = "registry.example/app:1";
    container.state = ContainerState::Running;
    container.ready = true;
    container.since = pod.created + std::chrono::seconds(4);
    if (cpuMillis > 0) {
        pod.memoryLimit = Bytes(memoryMi * kMi * 2);
        container.cpuRequest = pod.cpuRequested;
        container.memoryRequest = pod.memoryRequested;
        container.memoryLimit = pod.memoryLimit;
    } else {
        pod.unlimitedMemory = {container.name};
    }
    pod.unlimitedCpu = {container.name};
    pod.containers = {container};
    pod.conditions = {condition("Initialized", "True", pod.created), condition("Ready", "True", pod.created),
        condition("ContainersReady", "True", pod.created), condition("PodScheduled", "True", pod.created)};
    return pod;
}

void setAllLive(ClusterStatus &status, Time now)
{
    status.connection = Connection::Live;
    status.heard = now;
    status.latency = std::chrono::milliseconds(40);
    for (int i = 0; i < kResourceKinds; ++i) {
        const auto kind = static_cast<ResourceKind>(i);
        if (!applies(status.orchestrator, kind)) {
            continue; // nobody asks for it: it waits for ever
        }
        auto &resource = status.of(kind);
        resource.sync = Sync::Live;
        resource.heard = now;
        resource.since = now - std::chrono::hours(1);
        resource.lists = 1;
        resource.watches = 1;
    }
}

SampleTruth fillSampleFleet(FleetStore &store, const SampleOptions &options)
{
    SampleTruth truth;
    Random random(options.seed);
    const int clusters = std::max(1, options.clusters);
    std::vector<int> weights;
    for (int i = 0; i < clusters; ++i) {
        static constexpr std::array kWeights{248, 212, 140};
        weights.push_back(kWeights[static_cast<std::size_t>(i) % kWeights.size()]);
    }
    const auto nodes = split(options.nodes, weights);
    std::vector<int> podWeights;
    for (int i = 0; i < clusters; ++i) {
        static constexpr std::array kWeights{3351, 2777, 791};
        podWeights.push_back(kWeights[static_cast<std::size_t>(i) % kWeights.size()]);
    }
    const auto pods = split(options.pods, podWeights);
    for (int i = 0; i < clusters; ++i) {
        const auto at = static_cast<std::size_t>(i);
        const ClusterShape &shape = shapes()[at % shapes().size()];
        auto cluster = store.add();
        auto &status = cluster->status();
        status.name = shape.name;
        if (at >= shapes().size()) {
            status.name += "-" + std::to_string(at / shapes().size() + 1);
        }
        status.context = status.name;
        status.server = "https://" + status.name + ".example:6443";
        status.version = "v1.33.4";
        status.uid = uidOf(status.name);
        Filler filler(*cluster, options, random, truth);
        std::vector<int> poolWeights;
        for (const auto &pool : shape.pools) {
            poolWeights.push_back(pool.nodes);
        }
        const auto perPool = split(nodes[at], poolWeights);
        for (std::size_t p = 0; p < shape.pools.size(); ++p) {
            for (int n = 0; n < perPool[p]; ++n) {
                const bool silent = options.trouble && p == 0 && n == 36 % std::max(1, perPool[p]);
                const bool cordoned = options.trouble && !silent
                    && ((i == 1 && p == 0 && n >= 10 && n < 14) || (i == 0 && p == 2 && n < 2));
                filler.addNode(shape.pools[p], shape.zone, n + 1, silent, cordoned);
            }
        }
        const int waiting = options.trouble ? std::min(pods[at] / 20, i == 0 ? 14 : i == 1 ? 3 : 0) : 0;
        filler.fillNodes(pods[at] - waiting);
        filler.addUnscheduled(waiting);
        filler.finish();
        truth.clusters.push_back(std::move(cluster));
    }
    return truth;
}

PicturePtr pictureOf(const FleetStore &store) { return std::make_shared<const Picture>(store.snapshot(), nullptr); }

} // namespace sextant::test
