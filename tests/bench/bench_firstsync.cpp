// SPDX-License-Identifier: GPL-3.0-or-later
// How long the first sync of a big cluster takes beside curl for the same bytes, and what memory it needs.
// usage: bench_firstsync [--nodes N] [--pods N]                         a simulated cluster, served by a process of its
// own
//        bench_firstsync --kubeconfig FILE --context NAME [--curl URL TOKEN]    a real one
//        ... --stall SECONDS                the store stands still for so long once the first pods are in
#include "core/base/format.h"
#include "core/capacity/accounting.h"
#include "core/engine/engine.h"
#include "tests/bench/benchserver.h"

#include <cstdio>
#include <fstream>
#include <optional>
#include <string>
#include <sys/resource.h>
#include <thread>
#include <unistd.h>

using namespace sextant;
using Clock = std::chrono::steady_clock;

namespace {

double seconds(Clock::time_point since) { return std::chrono::duration<double>(Clock::now() - since).count(); }

/// Resident memory now, in MB.
double resident()
{
    std::ifstream statm("/proc/self/statm");
    long pages = 0, inMemory = 0;
    statm >> pages >> inMemory;
    return static_cast<double>(inMemory * sysconf(_SC_PAGESIZE)) / 1e6;
}

double peak()
{
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1e3;
}

} // namespace

int main(int argc, char **argv)
{
    int nodes = 5000, pods = 150'000, stall = 0;
    std::string kubeconfig, context, url, token;
    for (int i = 1; i < argc; ++i) {
        const std::string word = argv[i];
        const auto next = [&] { return i + 1 < argc ? std::string(argv[++i]) : std::string(); };
        if (word == "--nodes") {
            nodes = std::stoi(next());
        } else if (word == "--pods") {
            pods = std::stoi(next());
        } else if (word == "--stall") {
            stall = std::stoi(next());
        } else if (word == "--kubeconfig") {
            kubeconfig = next();
        } else if (word == "--context") {
            context = next();
        } else if (word == "--curl") {
            url = next();
            token = next();
        }
    }
    std::optional<BenchServer> server;
    if (kubeconfig.empty()) {
        server.emplace(nodes, pods, 0);
        if (!server->ready()) {
            return 1;
        }
        kubeconfig = server->kubeconfig();
        url = server->url();
    }
    double curl = 0;
    if (!url.empty()) {
        for (int run = 0; run < 2; ++run) { // the first warms the server up
            const auto start = Clock::now();
            const std::string command = "curl -sk -o /dev/null -H 'Accept: application/vnd.kubernetes.protobuf' "
                + (token.empty() ? std::string() : "-H 'Authorization: Bearer " + token + "' ") + "'" + url
                + "/api/v1/pods?resourceVersion=0'";
            if (std::system(command.c_str()) != 0) {
                std::fprintf(stderr, "curl failed\n");
            }
            curl = seconds(start);
        }
    }

    double atStall = 0, afterStall = 0; // resident, written on the feed's thread before the sync ends
    bool stalled = false;
    Engine engine(EngineOptions{});
    Sources sources;
    sources.kubeconfig = kubeconfig;
    if (!context.empty()) {
        sources.contexts = {context};
    }
    engine.store().onChanged([&] {
        const Snapshot snapshot = engine.store().snapshot();
        if (stall > 0 && !stalled && !snapshot.clusters().empty() && snapshot.clusters().front()->pods().size() > 0) {
            stalled = true;
            atStall = resident();
            std::this_thread::sleep_for(std::chrono::seconds(stall));
            afterStall = resident();
        }
    });
    const double before = resident();
    const auto start = Clock::now();
    if (const auto opened = engine.open(sources); !opened) {
        std::fprintf(stderr, "%s\n", opened.error().text().c_str());
        return 1;
    }
    double first = 0, all = 0;
    std::size_t held = 0;
    while (all == 0 && seconds(start) < 300) {
        engine.waitSettled(std::chrono::milliseconds(20));
        const Snapshot snapshot = engine.store().snapshot();
        if (snapshot.clusters().empty()) {
            continue;
        }
        const ClusterSnapshot &cluster = *snapshot.clusters().front();
        held = cluster.pods().size();
        first = first == 0 && held > 0 ? seconds(start) : first;
        all = cluster.status().settled() ? seconds(start) : 0;
    }
    const auto summing = Clock::now();
    const Picture picture(engine.store().snapshot(), nullptr);
    const double sums = seconds(summing) * 1000;
    const double whole = peak();
    usleep(2'000'000);
    std::printf("| figure | value |\n| --- | --- |\n");
    std::printf(
        "| nodes, pods held | %zu, %zu |\n", picture.clusters() == 0 ? 0 : picture.cluster(0).nodes().size(), held);
    std::printf("| curl, the pods as protobuf | %.2f s |\n", curl);
    std::printf("| first pods in the model | %.2f s |\n", first);
    std::printf("| model complete | %.2f s (%.2f × curl) |\n", all, curl > 0 ? all / curl : 0);
    if (stall > 0) {
        std::printf("| resident when the store stood still, after %d s of it | %.0f MB, %.0f MB |\n", stall, atStall,
            afterStall);
    }
    std::printf("| summing all of it | %.1f ms |\n", sums);
    std::printf("| resident before, after; peak | %.0f MB, %.0f MB; %.0f MB |\n", before, resident(), whole);
    return all > 0 ? 0 : 1;
}
