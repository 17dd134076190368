// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/query/randomfleet.h"

namespace sextant::test {

namespace {

const std::vector<std::string> kNames{"api", "Api", "zeta", "été", "data-1", "data-10", "data-2", "名前", "x\xff",
    "-rf", "a b", "\x1b[31mred", "playlist-service-long-name-0001", "playlist-service-long-name-0002"};
const std::vector<std::string> kSpaces{"default", "kube-system", "Shop", "ab", "ключ"};
const std::vector<std::string> kNodes{"", "n-1", "n-2", "n-10", "gone"};
const std::vector<std::string> kStatuses{
    "Running", "CrashLoopBackOff", "Pending", "Completed", "Init:0/2", "Terminating", ""};
const std::vector<std::string> kTeams{"", "cantina", "Blue", "ops"};
const std::vector<std::string> kIps{"", "10.0.0.9", "10.0.0.10", "9.255.0.1", "fd00::1", "2001:db8::a", "not an ip"};
const std::vector<std::string> kVersions{"", "v1.9.0", "v1.10.2", "v1.36.0-gke.100", "nightly", "v1.9"};
const std::vector<State> kStatesToPick{State::Ok, State::Completed, State::Terminating, State::Cordoned, State::Pending,
    State::Unknown, State::Warning, State::Failed};

} // namespace

RandomFleet::RandomFleet(std::uint64_t seed, int clusters)
    : m_random(seed)
{
    const std::vector<std::string> names{"gke-us", "gke-eu", "helios-lon", "Alpha"};
    for (int i = 0; i < clusters; ++i) {
        m_clusters.push_back(m_store.add());
        ClusterStatus &status = m_clusters.back()->status();
        status.name = names[static_cast<std::size_t>(i) % names.size()];
        status.orchestrator = i == 2 ? Orchestrator::Helios : Orchestrator::Kubernetes;
        status.connection = Connection::Live;
        for (ResourceStatus &resource : status.resources) {
            resource.sync = Sync::Live;
        }
        m_clusters.back()->publish();
        m_known.emplace_back();
    }
}

PodDraft RandomFleet::pod(const std::string &uid, bool helios)
{
    PodDraft pod;
    pod.uid = uid;
    pod.ns = pick(kSpaces);
    pod.name = pick(kNames) + (chance(70) ? "-" + std::to_string(below(1000)) : std::string());
    pod.created = chance(5) ? kNoTime : now() - std::chrono::seconds(below(5) * 1000 + below(3));
    pod.node = pick(kNodes);
    pod.ip = pick(kIps);
    pod.status = pick(kStatuses);
    pod.state = pick(kStatesToPick);
    pod.phase = chance(70) ? "Running" : chance(50) ? "Pending" : "Succeeded";
    pod.counts = pod.phase != "Succeeded";
    pod.qos = chance(50) ? "Burstable" : "";
    pod.containersTotal = static_cast<std::uint16_t>(below(4));
    pod.ready = static_cast<std::uint16_t>(below(pod.containersTotal + 1));
    pod.restarts = static_cast<std::uint32_t>(below(4));
    pod.lastRestart = pod.restarts > 0 ? now() - std::chrono::seconds(below(9000)) : kNoTime;
    pod.cpuRequested = MilliCpu(below(4) * 250);
    pod.memoryRequested = Bytes(std::int64_t{below(4)} << 28);
    if (chance(50)) {
        pod.cpuLimit = MilliCpu(below(4) * 500);
    } else {
        pod.unlimitedCpu = {"main"};
    }
    if (chance(50)) {
        pod.memoryLimit = Bytes(std::int64_t{below(4)} << 29);
    }
    pod.team = pick(kTeams);
    pod.priorityClass = chance(50) ? "high" : "";
    pod.serviceAccount = chance(50) ? "default" : "robot";
    pod.nominatedNode = chance(10) ? "n-2" : "";
    pod.readinessGates = chance(10) ? "1/2" : "";
    if (helios) {
        pod.ns.clear();
        pod.created = kNoTime;
        pod.readyKnown = chance(70);
        pod.restartsKnown = false;
        pod.cpuRequested = chance(50) ? pod.cpuRequested : MilliCpu();
        pod.memoryRequested = pod.memoryLimit = chance(50) ? pod.memoryRequested : Bytes();
        pod.cpuLimit = MilliCpu();
        pod.unlimitedCpu.clear();
    }
    return pod;
}

NodeDraft RandomFleet::node(const std::string &uid, bool helios)
{
    NodeDraft node;
    node.uid = uid;
    node.name = "n-" + std::to_string(below(30));
    node.created = chance(10) ? kNoTime : now() - std::chrono::seconds(below(100000));
    node.status = chance(80) ? "Ready" : "NotReady,SchedulingDisabled";
    node.state = node.status == "Ready" ? State::Ok : State::Failed;
    node.silent = node.name == kNodes[2];
    if (chance(40)) {
        node.roles =
            chance(50) ? std::vector<std::string>{"control-plane", "etcd"} : std::vector<std::string>{"worker"};
    }
    node.version = pick(kVersions);
    node.internalIp = pick(kIps);
    node.externalIp = pick(kIps);
    node.pool = chance(70) ? (chance(50) ? "default" : "Big") : "";
    node.zone = chance(70) ? "eu-1" : "";
    node.team = pick(kTeams);
    node.hasAllocatable = true;
    if (chance(90)) {
        node.capacity.cpu = node.allocatable.cpu = MilliCpu(4000 * (1 + below(4)));
        node.capacity.memory = node.allocatable.memory = Bytes(std::int64_t{1 + below(4)} << 33);
        node.capacity.pods = node.allocatable.pods = Count(110);
    }
    node.taints.resize(static_cast<std::size_t>(below(3)));
    node.osImage = chance(50) ? "Debian 12" : "COS";
    node.kernel = "6.1." + std::to_string(below(20));
    node.architecture = "amd64";
    if (helios) {
        node.allocatable = {};
        node.hasAllocatable = false;
        node.status = chance(80) ? "UP" : "DOWN";
        node.silent = node.silent || node.status == "DOWN";
        node.loadAverage = chance(70) ? std::optional(below(40) / 8.0) : std::nullopt;
        node.memoryInUse = chance(70) ? Bytes(std::int64_t{below(9)} << 30) : Bytes();
    }
    return node;
}

WorkloadDraft RandomFleet::workload(const std::string &uid, const std::vector<std::string> &others)
{
    WorkloadDraft workload;
    workload.uid = uid;
    workload.ns = pick(kSpaces);
    workload.name = pick(kNames);
    workload.kind = chance(50) ? WorkloadKind::Deployment : WorkloadKind::CronJob;
    workload.kindText = std::string(workloadKindWord(workload.kind));
    workload.created = chance(10) ? kNoTime : now() - std::chrono::seconds(below(4) * 4000);
    if (workload.kind == WorkloadKind::Deployment) {
        workload.desired = Count(below(4));
        workload.ready = Count(below(4));
        workload.updated = Count(below(4));
        workload.available = Count(below(4));
        workload.images = "registry/" + pick(kNames);
    } else {
        workload.schedule = "*/5 * * * *";
        workload.lastSchedule = chance(50) ? now() - std::chrono::seconds(below(1000)) : kNoTime;
    }
    workload.status = pick(kStatuses);
    workload.state = pick(kStatesToPick);
    workload.team = pick(kTeams);
    if (!others.empty() && chance(20)) {
        workload.controller = {"Deployment", "above", pick(others)};
    }
    return workload;
}

void RandomFleet::step(int actions)
{
    for (int i = 0; i < actions; ++i) {
        const auto c = static_cast<std::size_t>(below(static_cast<int>(m_clusters.size())));
        ClusterStore &cluster = *m_clusters[c];
        const bool helios = cluster.status().orchestrator == Orchestrator::Helios;
        Known &known = m_known[c];
        const auto uid = [&](std::vector<std::string> &uids) {
            if (uids.empty() || chance(60)) {
                uids.push_back("00000000-0000-4000-8000-" + std::to_string(100'000'000'000 + ++m_uids));
                return uids.back();
            }
            return pick(uids);
        };
        const auto drop = [&](std::vector<std::string> &uids, ResourceKind kind) {
            if (!uids.empty()) {
                const auto at = static_cast<std::size_t>(below(static_cast<int>(uids.size())));
                cluster.remove(kind, uids[at]);
                uids.erase(uids.begin() + static_cast<std::ptrdiff_t>(at));
            }
        };
        switch (below(14)) {
        case 0:
        case 1:
            drop(known.pods, ResourceKind::Pods);
            break;
        case 2:
            drop(known.nodes, ResourceKind::Nodes);
            break;
        case 3:
            drop(known.workloads, ResourceKind::Deployments);
            break;
        case 4:
        case 5:
            cluster.upsert(node(uid(known.nodes), helios));
            break;
        case 6:
        case 7:
            cluster.upsert(workload(uid(known.workloads), known.workloads));
            break;
        case 8: {
            if (helios) {
                break; // measures no task
            }
            std::vector<UsageDraft> samples;
            for (const PodView pod : cluster.current()->pods()) {
                if (chance(60)) {
                    samples.push_back({std::string(pod.ns()), std::string(pod.name()), MilliCpu(below(900)),
                        Bytes(std::int64_t{below(900)} << 20), now()});
                }
            }
            cluster.setUsage(ResourceKind::PodMetrics, samples, now());
            break;
        }
        default:
            cluster.upsert(pod(uid(known.pods), helios));
        }
    }
    for (const auto &cluster : m_clusters) {
        cluster->publish();
    }
}

PicturePtr RandomFleet::picture()
{
    m_picture = std::make_shared<Picture>(m_store.snapshot(), m_picture.get());
    return m_picture;
}

} // namespace sextant::test
