// SPDX-License-Identifier: GPL-3.0-or-later
// What the model of a cluster costs: memory of a pod, writing, publishing and summing, from 10,000 to 1,000,000 pods.
// usage: bench_model [--pods N]... (default 10000, 150000, 1000000; the last in seven clusters)
#include "core/capacity/accounting.h"
#include "core/fleet/store.h"
#include "tests/bench/allocated.h"
#include "tests/bench/figures.h"

#include <cstring>
#include <malloc.h>
#include <random>
#include <string>
#include <vector>

using namespace sextant;

namespace {

const Time kNow = Time(std::chrono::seconds(1'790'000'000));

std::string uid(int kind, int number)
{
    char text[40];
    std::snprintf(text, sizeof text, "%08x-%04x-4%03x-8%03x-%08x%04x", number * 2'654'435'761U + kind, kind,
        number & 0xfff, number % 4093, number * 40'503U, number & 0xffff);
    return text;
}

std::string hashWord(unsigned number, int length)
{
    static const char *letters = "bcdfghjklmnpqrstvwxz2456789";
    std::string word;
    for (number = number * 2'654'435'761U + 977; length > 0; --length, number = number * 69'069U + 1) {
        word += letters[(number >> 16) % 27];
    }
    return word;
}

NodeDraft node(int number)
{
    NodeDraft draft;
    draft.uid = uid(1, number);
    draft.name = "gke-eu-pool-" + std::to_string(number % 12) + "-" + hashWord(number, 8);
    draft.resourceVersion = std::to_string(1'000'000 + number);
    draft.created = kNow - std::chrono::seconds(number);
    draft.status = "Ready";
    draft.pool = "pool-" + std::to_string(number % 12);
    draft.capacity.cpu = draft.allocatable.cpu = MilliCpu(64'000);
    draft.capacity.memory = draft.allocatable.memory = Bytes(256LL << 30);
    draft.state = State::Ok;
    return draft;
}

/// A pod of a web service as a cluster has them: two containers, four conditions, a ReplicaSet, a team.
PodDraft pod(int number, const std::string &nodeName, int version)
{
    const int owner = number / 25;
    PodDraft draft;
    draft.uid = uid(2, number);
    draft.ns = "squad-" + std::to_string(owner % 300);
    const std::string service = draft.ns + "-web-" + std::to_string(owner / 300);
    draft.controller = {"ReplicaSet", service + '-' + hashWord(owner, 10), uid(3, owner)};
    draft.name = draft.controller.name + '-' + hashWord(number, 5);
    draft.resourceVersion = std::to_string(91'000'000 + 7LL * number + version);
    draft.created = kNow - std::chrono::seconds(number % 900'000);
    draft.node = nodeName;
    draft.ip = "10." + std::to_string(number >> 16) + '.' + std::to_string(number >> 8 & 255) + '.'
        + std::to_string(number & 255);
    draft.hostIp = "10.200." + std::to_string(number % 5000 >> 8) + '.' + std::to_string(number % 5000 & 255);
    draft.phase = draft.status = "Running";
    draft.qos = "Burstable";
    draft.state = State::Ok;
    draft.ready = draft.containersTotal = 2;
    draft.restarts = version + (number % 50 == 0 ? 1 : 0);
    draft.serviceAccount = draft.ns;
    draft.team = "team-" + std::to_string(owner % 80);
    draft.cpuRequested = MilliCpu(100 + 50 * (owner % 20));
    draft.memoryRequested = draft.memoryLimit = Bytes((256LL + 64 * (owner % 30)) << 20);
    draft.unlimitedCpu = {"web", "proxy"};
    for (const char *type : {"PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled"}) {
        draft.conditions.push_back({type, "True", "", "", draft.created + std::chrono::seconds(number % 9)});
    }
    for (const char *name : {"web", "proxy"}) {
        ContainerDraft container;
        container.name = name;
        container.image = "registry.example.net/" + service + '/' + name + ":1." + std::to_string(owner % 40);
        container.state = ContainerState::Running;
        container.ready = true;
        container.since = draft.created + std::chrono::seconds(3);
        container.restarts = static_cast<std::uint32_t>(version);
        container.cpuRequest = MilliCpu(50);
        container.memoryRequest = container.memoryLimit = Bytes(128LL << 20);
        draft.containers.push_back(container);
    }
    return draft;
}

WorkloadDraft replicaSet(int owner)
{
    WorkloadDraft draft;
    draft.kind = WorkloadKind::ReplicaSet;
    draft.kindText = "ReplicaSet";
    draft.uid = uid(3, owner);
    draft.ns = "squad-" + std::to_string(owner % 300);
    draft.name = draft.ns + "-web-" + std::to_string(owner / 300) + '-' + hashWord(owner, 10);
    return draft;
}

/// A fleet of so many pods in so many clusters.
struct Fleet {
    FleetStore store;
    std::vector<std::shared_ptr<ClusterStore>> clusters;
    std::vector<std::vector<std::string>> nodeNames;
    int pods = 0;

    Fleet(int podsInAll, int clusterCount)
        : pods(podsInAll / clusterCount)
    {
        for (int c = 0; c < clusterCount; ++c) {
            clusters.push_back(store.add());
            auto &names = nodeNames.emplace_back();
            for (int i = 0; i < pods / 30; ++i) {
                NodeDraft draft = node(i);
                names.push_back(draft.name);
                clusters.back()->upsert(std::move(draft));
            }
            for (int i = 0; i <= pods / 25; ++i) {
                clusters.back()->upsert(replicaSet(i));
            }
        }
    }
    const std::string &nodeOf(std::size_t cluster, int number) const
    {
        return nodeNames[cluster][static_cast<std::size_t>(number) * 7 % nodeNames[cluster].size()];
    }
    PodDraft draft(std::size_t cluster, int number, int version) const
    {
        return pod(number, nodeOf(cluster, number), version);
    }
};

void measure(int pods, int clusters)
{
    char title[96];
    std::snprintf(
        title, sizeof title, "the model of %d pods in %d cluster%s", pods, clusters, clusters == 1 ? "" : "s");
    bench::printHead(title);
    Fleet fleet(pods, clusters);
    malloc_trim(0);
    const double heapBefore = bench::allocatedBytes(), residentBefore = bench::residentMb();
    double writing = 0;
    const std::size_t kBatch = 1000;
    for (std::size_t c = 0; c < fleet.clusters.size(); ++c) {
        for (int first = 0; first < fleet.pods; first += kBatch) {
            std::vector<PodDraft> drafts;
            for (int i = first; i < std::min<int>(first + kBatch, fleet.pods); ++i) {
                drafts.push_back(fleet.draft(c, i, 0));
            }
            const double began = bench::cpuSeconds();
            for (PodDraft &draft : drafts) {
                fleet.clusters[c]->upsert(std::move(draft));
            }
            writing += bench::cpuSeconds() - began;
        }
        fleet.clusters[c]->publish();
    }
    malloc_trim(0);
    const double count = static_cast<double>(fleet.pods) * clusters;
    bench::print(
        "bytes a pod, all columns", (bench::allocatedBytes() - heapBefore) / count, "%.0f", bench::atMost(400));
    const double resident = (bench::residentMb() - residentBefore) * 1e6 / count;
    bench::print("the same, resident", resident, "%.0f", bench::atMost(800));
    bench::print("writing a pod", bench::text("%.2f µs", writing / count * 1e6));

    auto picture = std::make_shared<const Picture>(fleet.store.snapshot(), nullptr);
    double began = bench::cpuSeconds();
    picture = std::make_shared<const Picture>(fleet.store.snapshot(), nullptr);
    bench::print("summing all of it", bench::text("%.1f ms", (bench::cpuSeconds() - began) * 1e3));
    std::mt19937 random(1);
    int version = 0;
    for (const int changes : {20, 100, 200}) {
        double write = 0, publish = 0, sum = 0;
        const int rounds = 20;
        for (int round = 0; round < rounds; ++round) {
            ++version;
            std::vector<PodDraft> drafts;
            const std::size_t c = random() % fleet.clusters.size();
            for (int i = 0; i < changes; ++i) {
                drafts.push_back(fleet.draft(c, static_cast<int>(random() % fleet.pods), version));
            }
            began = bench::cpuSeconds();
            for (PodDraft &draft : drafts) {
                fleet.clusters[c]->upsert(std::move(draft));
            }
            write += bench::cpuSeconds() - began;
            began = bench::cpuSeconds();
            fleet.clusters[c]->publish();
            publish += bench::cpuSeconds() - began;
            began = bench::cpuSeconds();
            picture = std::make_shared<const Picture>(fleet.store.snapshot(), picture.get());
            sum += bench::cpuSeconds() - began;
        }
        const std::string of = std::to_string(changes) + " pods changed: ";
        bench::print(of + "writing, with the copies it takes", bench::text("%.2f ms", write / rounds * 1e3));
        bench::print(of + "publishing", bench::text("%.2f ms", publish / rounds * 1e3));
        bench::print(of + "sums", bench::text("%.2f ms", sum / rounds * 1e3));
    }
    std::vector<UsageDraft> samples;
    for (const PodView view : fleet.clusters[0]->current()->pods()) {
        samples.push_back(
            {std::string(view.ns()), std::string(view.name()), MilliCpu(7 + view.slot() % 90), Bytes(1 << 20), kNow});
    }
    began = bench::cpuSeconds();
    fleet.clusters[0]->setUsage(ResourceKind::PodMetrics, samples, kNow);
    fleet.clusters[0]->publish();
    const double use = (bench::cpuSeconds() - began) / static_cast<double>(samples.size());
    bench::print("a sample of usage", bench::text("%.2f µs", use * 1e6));
    began = bench::cpuSeconds();
    picture = std::make_shared<const Picture>(fleet.store.snapshot(), picture.get());
    bench::print(
        "sums after a round of samples of one cluster", bench::text("%.2f ms", (bench::cpuSeconds() - began) * 1e3));
}

} // namespace

int main(int argc, char **argv)
{
    std::vector<int> sizes;
    for (int i = 1; i + 1 < argc; i += 2) {
        if (std::strcmp(argv[i], "--pods") == 0) {
            sizes.push_back(std::stoi(argv[i + 1]));
        }
    }
    if (sizes.empty()) {
        sizes = bench::quick() ? std::vector{10'000} : std::vector{10'000, 150'000, 1'000'000};
    }
    for (const int pods : sizes) {
        measure(pods, pods >= 1'000'000 ? 7 : 1);
    }
    return 0;
}
