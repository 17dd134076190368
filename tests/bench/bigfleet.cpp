// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/bigfleet.h"

#include <algorithm>
#include <fmt/format.h>
#include <string_view>

using namespace sextant;

namespace bench {

namespace {

constexpr int kPodsOfNode = 30, kPodsOfOwner = 12;
constexpr std::string_view kWords[] = {"playlist", "search", "reco", "social", "charts", "royalty", "session", "artist",
    "album", "podcast", "skip", "radio", "library", "image", "fraud", "taste", "checkout", "ledger", "ingest",
    "crawler"};
constexpr std::string_view kParts[] = {"api", "web", "worker", "cache", "indexer", "gateway", "sync", "batch"};
constexpr std::string_view kSafe = "bcdfghjklmnpqrstvwxz2456789"; ///< the letters Kubernetes makes names of

std::uint64_t mixed(std::uint64_t value)
{
    value += 0x9e3779b97f4a7c15U;
    value = (value ^ value >> 30) * 0xbf58476d1ce4e5b9U;
    value = (value ^ value >> 27) * 0x94d049bb133111ebU;
    return value ^ value >> 31;
}

std::string letters(std::uint64_t seed, int count)
{
    std::string text;
    for (std::uint64_t rest = mixed(seed); count > 0; --count, rest /= kSafe.size()) {
        text += kSafe[rest % kSafe.size()];
    }
    return text;
}

std::string uidOf(int kind, int cluster, std::uint32_t number)
{
    const std::uint64_t bits = mixed(std::uint64_t(number) << 8 | std::uint64_t(kind) << 4 | std::uint64_t(cluster));
    return fmt::format("{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}", bits >> 32, bits >> 16 & 0xffff, bits & 0xfff,
        std::uint64_t(cluster), std::uint64_t(number));
}

std::string spaceOf(std::uint32_t owner) { return fmt::format("{}-{}", kWords[owner % 20], owner % 67 % 3); }

std::string ownerName(std::uint32_t owner)
{
    const std::uint64_t bits = mixed(owner);
    return fmt::format("{}-{}-{}", kWords[owner % 20], kParts[bits % 8], owner / 20 % 97);
}

} // namespace

BigFleet::BigFleet(int pods)
{
    static constexpr const char *kNames[] = {
        "gke-eu", "gke-us", "gke-asia", "eks-batch", "prod-lon", "prod-sto", "staging"};
    for (int i = 0; i < kClusters; ++i) {
        Cluster cluster;
        cluster.store = m_store.add();
        ClusterStatus &status = cluster.store->status();
        status.name = kNames[i];
        status.connection = Connection::Live;
        for (ResourceStatus &resource : status.resources) {
            resource.sync = Sync::Live;
        }
        fill(cluster, i, pods / kClusters + (i < pods % kClusters ? 1 : 0));
        m_clusters.push_back(std::move(cluster));
    }
}

void BigFleet::fill(Cluster &cluster, int index, int pods)
{
    cluster.nodes = std::max(1, pods / kPodsOfNode);
    for (int i = 0; i < cluster.nodes; ++i) {
        NodeDraft node;
        node.uid = uidOf(1, index, static_cast<std::uint32_t>(i));
        node.name = fmt::format("node-{}-{:05}", index, i);
        node.status = "Ready";
        node.state = State::Ok;
        node.pool = fmt::format("pool-{}", i % 6);
        node.zone = fmt::format("zone-{}", i % 3);
        node.hasAllocatable = true;
        node.capacity.cpu = node.allocatable.cpu = MilliCpu(32000);
        node.capacity.memory = node.allocatable.memory = Bytes(std::int64_t{128} << 30);
        cluster.store->upsert(std::move(node));
    }
    const int owners = std::max(1, pods / kPodsOfOwner);
    for (int i = 0; i < owners; ++i) {
        const auto owner = static_cast<std::uint32_t>(i);
        WorkloadDraft deployment;
        deployment.kind = WorkloadKind::Deployment;
        deployment.kindText = "Deployment";
        deployment.uid = uidOf(2, index, owner);
        deployment.ns = spaceOf(owner);
        deployment.name = ownerName(owner);
        deployment.team = fmt::format("team-{}", owner % 40);
        WorkloadDraft set = deployment;
        set.kind = WorkloadKind::ReplicaSet;
        set.kindText = "ReplicaSet";
        set.uid = uidOf(3, index, owner);
        set.name += "-" + letters(owner, 9);
        set.controller = {"Deployment", deployment.name, deployment.uid};
        cluster.store->upsert(std::move(deployment));
        cluster.store->upsert(std::move(set));
    }
    for (cluster.next = 0; cluster.next < static_cast<std::uint32_t>(pods); ++cluster.next) {
        cluster.pods.push_back(cluster.next);
        cluster.store->upsert(pod(cluster, index, cluster.next, 0));
    }
    cluster.store->publish();
}

PodDraft BigFleet::pod(const Cluster &cluster, int index, std::uint32_t number, std::uint32_t version) const
{
    const std::uint64_t bits = mixed(std::uint64_t(number) << 4 | std::uint64_t(index));
    const std::uint64_t moved = mixed(bits + version);
    const auto owners = std::max<std::size_t>(1, cluster.pods.size() / kPodsOfOwner);
    const auto owner = static_cast<std::uint32_t>(bits % owners);
    PodDraft pod;
    pod.uid = uidOf(4, index, number);
    pod.resourceVersion = std::to_string(1'000'000 + number * 7ULL + version);
    pod.ns = spaceOf(owner);
    pod.controller = {"ReplicaSet", ownerName(owner) + "-" + letters(owner, 9), uidOf(3, index, owner)};
    pod.name = pod.controller.name + "-" + letters(bits, 5);
    pod.created = now() - std::chrono::seconds(bits % 8'000'000);
    pod.node = fmt::format("node-{}-{:05}", index, bits % static_cast<std::uint64_t>(cluster.nodes));
    pod.ip = fmt::format("10.{}.{}.{}", bits >> 8 & 255, bits >> 16 & 255, bits >> 24 & 255);
    pod.hostIp = fmt::format("172.16.{}.{}", bits >> 32 & 255, bits >> 40 & 255);
    const bool well = moved % 50 != 0;
    pod.status = well ? "Running" : moved % 3 == 0 ? "CrashLoopBackOff" : moved % 3 == 1 ? "Pending" : "Error";
    pod.state = well ? State::Ok : moved % 3 == 1 ? State::Pending : State::Failed;
    pod.phase = well ? "Running" : "Pending";
    pod.qos = "Burstable";
    pod.containersTotal = static_cast<std::uint16_t>(1 + bits % 2);
    pod.ready = well ? pod.containersTotal : std::uint16_t{0};
    pod.restarts = static_cast<std::uint32_t>(moved % 9 == 0 ? moved % 40 : version);
    pod.lastRestart = pod.restarts > 0 ? now() - std::chrono::seconds(moved % 90000) : kNoTime;
    pod.serviceAccount = std::string(kParts[bits % 8]);
    pod.cpuRequested = MilliCpu(static_cast<std::int64_t>(50 * (1 + bits % 40)));
    pod.cpuLimit = bits % 3 == 0 ? MilliCpu(static_cast<std::int64_t>(100 * (1 + bits % 40))) : MilliCpu();
    pod.memoryRequested = Bytes(static_cast<std::int64_t>(1 + bits % 64) << 26);
    pod.memoryLimit = Bytes(static_cast<std::int64_t>(1 + bits % 64) << 27);
    pod.containers.resize(pod.containersTotal);
    for (ContainerDraft &container : pod.containers) {
        container.name = &container == pod.containers.data() ? "main" : "proxy";
        container.image = fmt::format("registry/{}:{}", ownerName(owner), owner % 9);
        container.state = ContainerState::Running;
        container.ready = well;
        container.restarts = pod.restarts;
    }
    for (const char *type : {"PodScheduled", "Initialized", "ContainersReady", "Ready"}) {
        pod.conditions.push_back({type, well ? "True" : "False", {}, {}, pod.created});
    }
    return pod;
}

void BigFleet::change(int pods)
{
    ++m_version;
    for (int i = 0; i < pods; ++i) {
        const int index = static_cast<int>(m_random() % kClusters);
        Cluster &cluster = m_clusters[static_cast<std::size_t>(index)];
        if (cluster.pods.empty()) {
            continue;
        }
        const std::size_t at = m_random() % cluster.pods.size();
        const int what = i % 20;
        if (what < 14) {
            cluster.store->upsert(pod(cluster, index, cluster.pods[at], m_version));
        } else if (what < 17) {
            cluster.store->remove(ResourceKind::Pods, uidOf(4, index, cluster.pods[at]));
            cluster.pods[at] = cluster.pods.back();
            cluster.pods.pop_back();
        } else {
            cluster.pods.push_back(cluster.next);
            cluster.store->upsert(pod(cluster, index, cluster.next++, m_version));
        }
    }
    for (const Cluster &cluster : m_clusters) {
        cluster.store->publish();
    }
}

void BigFleet::measure()
{
    ++m_version;
    for (const Cluster &cluster : m_clusters) {
        std::vector<UsageDraft> samples;
        for (const PodView pod : cluster.store->current()->pods()) {
            const std::uint64_t bits = mixed(pod.slot() + (std::uint64_t(m_version) << 20));
            samples.push_back(
                {std::string(pod.ns()), std::string(pod.name()), MilliCpu(static_cast<std::int64_t>(bits % 900)),
                    Bytes(static_cast<std::int64_t>(bits >> 20 & 0x3fffff) << 10), now()});
        }
        cluster.store->setUsage(ResourceKind::PodMetrics, samples, now());
        cluster.store->publish();
    }
}

PicturePtr BigFleet::picture()
{
    m_picture = std::make_shared<Picture>(m_store.snapshot(), m_picture.get());
    return m_picture;
}

} // namespace bench
