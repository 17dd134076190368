// SPDX-License-Identifier: GPL-3.0-or-later
// How long the first sync of a big cluster takes beside curl for the same bytes, and what memory it needs.
// usage: bench_firstsync [--nodes N] [--pods N]                         a simulated cluster, served by a process of its
// own
//        bench_firstsync --kubeconfig FILE --context NAME [--curl URL TOKEN]    a real one
#include "core/base/format.h"
#include "core/capacity/accounting.h"
#include "core/engine/engine.h"
#include "core/simulator/simulator.h"

#include <cstdio>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string>
#include <sys/resource.h>
#include <sys/wait.h>
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

/// The simulator in a child process, so that its memory is not counted here. Writes its kubeconfig and lives until
/// killed.
pid_t serve(int nodes, int pods, const std::string &kubeconfig)
{
    const pid_t child = fork();
    if (child != 0) {
        return child;
    }
    simulator::Options options;
    options.warmUp = std::chrono::seconds(0);
    simulator::ClusterOptions cluster;
    cluster.name = "bench";
    cluster.nodes = nodes;
    cluster.pods = pods;
    cluster.namespaces = 300;
    cluster.churn = 0;
    cluster.managedFields = true;
    options.clusters.push_back(cluster);
    simulator::Simulator simulator(options);
    if (!simulator.start() || !simulator.writeKubeconfig(kubeconfig + ".tmp")) {
        _exit(1);
    }
    std::rename((kubeconfig + ".tmp").c_str(), kubeconfig.c_str());
    pause();
    _exit(0);
}

} // namespace

int main(int argc, char **argv)
{
    int nodes = 5000, pods = 150'000;
    std::string kubeconfig, context, url, token;
    for (int i = 1; i < argc; ++i) {
        const std::string word = argv[i];
        const auto next = [&] { return i + 1 < argc ? std::string(argv[++i]) : std::string(); };
        if (word == "--nodes") {
            nodes = std::stoi(next());
        } else if (word == "--pods") {
            pods = std::stoi(next());
        } else if (word == "--kubeconfig") {
            kubeconfig = next();
        } else if (word == "--context") {
            context = next();
        } else if (word == "--curl") {
            url = next();
            token = next();
        }
    }
    pid_t child = 0;
    if (kubeconfig.empty()) {
        kubeconfig = "/tmp/sextant-bench-" + std::to_string(getpid());
        child = serve(nodes, pods, kubeconfig);
        while (access(kubeconfig.c_str(), R_OK) != 0) {
            int status = 0;
            if (waitpid(child, &status, WNOHANG) == child) {
                std::fprintf(stderr, "the simulator did not start\n");
                return 1;
            }
            usleep(100'000);
        }
        std::ifstream file(kubeconfig);
        std::stringstream text;
        text << file.rdbuf();
        const std::string words = text.str();
        const auto at = words.find("http://");
        url = words.substr(at, words.find_first_of("\"'\n ,}", at) - at);
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

    Engine engine(EngineOptions{});
    Sources sources;
    sources.kubeconfig = kubeconfig;
    if (!context.empty()) {
        sources.contexts = {context};
    }
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
    std::printf("| summing all of it | %.1f ms |\n", sums);
    std::printf("| resident before, after; peak | %.0f MB, %.0f MB; %.0f MB |\n", before, resident(), whole);
    if (child > 0) {
        kill(child, SIGKILL);
        waitpid(child, nullptr, 0);
        unlink(kubeconfig.c_str());
    }
    return all > 0 ? 0 : 1;
}
