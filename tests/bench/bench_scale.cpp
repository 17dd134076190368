// SPDX-License-Identifier: GPL-3.0-or-later
// Whether time and memory grow with the fleet and no faster: from 10,000 pods to a million in seven clusters, read by
// the whole engine from simulated API servers in a process of their own. One size after the other, each in a fresh
// process; a size for which there is not memory enough is left out, and said.
// usage: bench_scale [--pods N]...    other sizes
#include "core/base/format.h"
#include "core/base/log.h"
#include "core/capacity/accounting.h"
#include "core/engine/engine.h"
#include "tests/bench/benchserver.h"
#include "tests/bench/figures.h"

#include <chrono>
#include <cstring>
#include <optional>
#include <set>
#include <thread>
#include <vector>

using namespace sextant;
using Clock = std::chrono::steady_clock;

namespace {

constexpr int kPodsOfCluster = 150'000, kPodsOfNode = 30;
constexpr double kSimulatorBytes = 3'300, kOwnBytes = 1'500; ///< a pod, at most; to know what will fit

struct Taken {
    int pods = 0, clusters = 0;
    double seconds = 0, cpu = 0, before = 0, resident = 0, peak = 0; ///< s, s, MB
};

double availableMb()
{
    std::ifstream file("/proc/meminfo");
    std::string word;
    for (double kilobytes = 0; file >> word;) {
        if (word == "MemAvailable:" && file >> kilobytes) {
            return kilobytes * 1024 / 1e6;
        }
    }
    return 0;
}

/// Reads all contexts of a kubeconfig and prints what it took; the work of the child.
int measure(const std::string &kubeconfig)
{
    (void)log::start("off", {}, false); // stdout is for the figures
    Engine engine(EngineOptions{});
    Sources sources;
    sources.kubeconfig = kubeconfig;
    const auto contexts = engine.availableContexts(kubeconfig);
    if (!contexts) {
        std::fprintf(stderr, "%s\n", contexts.error().text().c_str());
        return 1;
    }
    std::set<std::string> servers; // some contexts are other users of the same
    for (const ContextInfo &context : *contexts) {
        if (servers.insert(context.server).second) {
            sources.contexts.push_back(context.name);
        }
    }
    const double before = bench::residentMb(), cpu = bench::cpuSeconds();
    const auto start = Clock::now();
    if (const auto opened = engine.open(sources); !opened) {
        std::fprintf(stderr, "%s\n", opened.error().text().c_str());
        return 1;
    }
    const auto whole = [&] {
        const Snapshot snapshot = engine.store().snapshot();
        return snapshot.clusters().size() == sources.contexts.size()
            && std::all_of(snapshot.clusters().begin(), snapshot.clusters().end(), [](const auto &cluster) {
                   return cluster->status().settled() && cluster->status().connection == Connection::Live;
               });
    };
    while (!whole()) {
        if (Clock::now() - start > std::chrono::minutes(10)) {
            std::fprintf(stderr, "not complete after ten minutes\n");
            return 1;
        }
        engine.waitSettled(std::chrono::milliseconds(20));
    }
    const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
    const double used = bench::cpuSeconds() - cpu;
    std::this_thread::sleep_for(std::chrono::seconds(3)); // what the lists needed is given back
    int held = 0;
    const Snapshot snapshot = engine.store().snapshot();
    for (const auto &cluster : snapshot.clusters()) {
        held += static_cast<int>(cluster->pods().size());
    }
    std::printf("%d %f %f %f %f %f\n", held, seconds, used, before, bench::residentMb(), bench::peakMb());
    std::fflush(stdout);
    _exit(0); // what stands is not worth taking down
}

std::optional<Taken> take(int pods)
{
    Taken taken;
    taken.clusters = (pods + kPodsOfCluster - 1) / kPodsOfCluster;
    const int each = pods / taken.clusters;
    const BenchServer server(std::max(1, each / kPodsOfNode), each, 0, taken.clusters);
    if (!server.ready()) {
        return std::nullopt;
    }
    const std::string command = "/proc/" + std::to_string(getpid()) + "/exe --measure " + server.kubeconfig();
    FILE *child = popen(command.c_str(), "r");
    if (child == nullptr) {
        return std::nullopt;
    }
    const int got = std::fscanf(child, "%d %lf %lf %lf %lf %lf", &taken.pods, &taken.seconds, &taken.cpu, &taken.before,
        &taken.resident, &taken.peak);
    return pclose(child) == 0 && got == 6 ? std::optional(taken) : std::nullopt;
}

std::string count(int number) { return formatCount(number); }

} // namespace

int main(int argc, char **argv)
{
    if (argc == 3 && std::strcmp(argv[1], "--measure") == 0) {
        return measure(argv[2]);
    }
    std::vector<int> sizes =
        bench::quick() ? std::vector{2'000, 10'000, 40'000} : std::vector{10'000, 50'000, 150'000, 500'000, 1'000'000};
    for (int i = 1; i + 1 < argc; i += 2) {
        if (std::strcmp(argv[i], "--pods") == 0) {
            sizes.erase(sizes.begin(), i == 1 ? sizes.end() : sizes.begin());
            sizes.push_back(std::stoi(argv[i + 1]));
        }
    }
    bench::printHead(
        "From " + count(sizes.front()) + " to " + count(sizes.back()) + " pods: the whole engine, without a window");
    std::vector<Taken> all;
    for (const int pods : sizes) {
        const double needed = pods * (kSimulatorBytes + kOwnBytes) / 1e6 + 500;
        if (availableMb() < needed) {
            bench::print(count(pods) + " pods",
                "not taken: " + bench::text("%.0f MB", needed) + " of memory are needed, "
                    + bench::text("%.0f MB", availableMb()) + " are free");
            continue;
        }
        const auto taken = take(pods);
        if (!taken) {
            std::fprintf(stderr, "%d pods could not be read\n", pods);
            return 1;
        }
        bench::print(count(taken->pods) + " pods in " + count(taken->clusters)
                + (taken->clusters == 1 ? " cluster" : " clusters"),
            bench::text("%.1f s until complete", taken->seconds) + bench::text(", %.1f s of processor", taken->cpu)
                + bench::text("; %.0f MB resident", taken->resident) + bench::text(", %.0f MB at most", taken->peak));
        all.push_back(*taken);
    }
    if (all.size() < 2) {
        return 0;
    }
    const Taken &small = all.front(), &big = all.back();
    bench::print("memory of one more pod, " + count(small.pods) + " to " + count(big.pods),
        (big.resident - small.resident) * 1e6 / (big.pods - small.pods), "%.0f bytes resident", bench::atMost(800));
    if (all.size() < 3) {
        return 0;
    }
    // The last step beside the first: what one more pod costs at either end.
    const Taken &second = all[1], &before = all[all.size() - 2];
    const auto ratio = [&](double Taken::*figure) {
        return (big.*figure - before.*figure) / (big.pods - before.pods)
            / ((second.*figure - small.*figure) / (second.pods - small.pods));
    };
    bench::print("one more pod at the big end beside the small end", ratio(&Taken::resident), "%.2f times the memory",
        bench::atMost(1.25));
    bench::print("the same in processor time", ratio(&Taken::cpu), "%.2f times the time", bench::atMost(1.25));
    return 0;
}
