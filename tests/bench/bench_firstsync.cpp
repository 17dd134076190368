// SPDX-License-Identifier: GPL-3.0-or-later
// How long the first sync of a big cluster takes beside curl for the same bytes, and what memory it needs.
// usage: bench_firstsync [--nodes N] [--pods N]       simulated clusters of both generations, each served by a process
//                                                     of its own at 100 MB/s a connection, as real servers do
//        bench_firstsync --kubeconfig FILE --context NAME                          a real one
//        ... --stall SECONDS                the store stands still for so long once the first pods are in
#include "core/base/format.h"
#include "core/engine/engine.h"
#include "core/kubernetes/kubeconfig.h"
#include "core/kubernetes/podtable.h"
#include "tests/bench/benchserver.h"
#include "tests/bench/figures.h"

#include <cstdio>
#include <optional>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace sextant;
using Clock = std::chrono::steady_clock;

namespace {

constexpr std::int64_t kPace = 100'000'000;

struct Options {
    int nodes = bench::quick() ? 200 : 5000, pods = bench::quick() ? 5000 : 150'000, stall = 0;
    std::string kubeconfig, context;
};

double seconds(Clock::time_point since) { return std::chrono::duration<double>(Clock::now() - since).count(); }

/// Seconds that curl takes to throw away what a list sends.
double curl(const kubernetes::Connection &server, const std::string &accept, const std::string &query)
{
    // By way of a file that only we can read, so that the token shows in no list of processes.
    char file[] = "/tmp/sextant-curl-XXXXXX";
    const int opened = mkstemp(file);
    std::FILE *config = opened < 0 ? nullptr : fdopen(opened, "w");
    if (!config) {
        return 0;
    }
    std::fprintf(config, "url = \"%s/api/v1/pods%s\"\nheader = \"Accept: %s\"\n", server.server.c_str(), query.c_str(),
        accept.c_str());
    if (!server.credentials.token.empty()) {
        std::fprintf(config, "header = \"Authorization: Bearer %s\"\n", server.credentials.token.c_str());
    }
    std::fclose(config);
    const auto start = Clock::now();
    const int ended = std::system(("curl -sfk -o /dev/null -K " + std::string(file)).c_str());
    const double took = seconds(start);
    unlink(file);
    if (ended != 0) {
        std::fprintf(stderr, "curl failed\n");
    }
    return ended == 0 ? took : 0;
}

/// When what could be seen, in seconds since the cluster was opened; 0: not yet. Written on the feed's thread.
struct Seen {
    std::atomic<double> rows = 0, picture = 0, model = 0;
};

int measure(const std::string &title, const Options &options, const std::string &kubeconfig)
{
    const auto environment = kubernetes::Environment::ofProcess();
    const auto file = kubernetes::Kubeconfig::find(kubeconfig, environment);
    const auto server =
        file ? file->connection(options.context, environment) : Result<kubernetes::Connection>(file.error());
    if (!server) {
        std::fprintf(stderr, "%s\n", server.error().text().c_str());
        return 1;
    }
    const auto table = [&] { return curl(*server, kubernetes::kTableAccept, kubernetes::kPodTableQuery); };
    const auto list = [&] { return curl(*server, "application/vnd.kubernetes.protobuf", "?resourceVersion=0"); };
    table(); // warms the server up
    double curlTable = table(), curlList = list();

    double atStall = 0, afterStall = 0; // resident, written on the feed's thread before the sync ends
    bool stalled = false;
    Seen seen;
    const double before = bench::residentMb(), used = bench::cpuSeconds();
    Clock::time_point start;
    std::optional<Engine> engine(EngineOptions{});
    engine->store().onChanged([&] {
        const Snapshot snapshot = engine->store().snapshot();
        if (snapshot.clusters().empty()) {
            return;
        }
        const ClusterSnapshot &cluster = *snapshot.clusters().front();
        const bool live = cluster.status().of(ResourceKind::Pods).sync == Sync::Live;
        const auto note = [&](std::atomic<double> &when, bool now) {
            if (now && when == 0) {
                when = seconds(start);
            }
        };
        note(seen.rows, cluster.pods().size() > 0 || (cluster.sketch() && !cluster.sketch()->rows.empty()));
        note(seen.picture,
            cluster.status().of(ResourceKind::Nodes).sync == Sync::Live
                && (live || (cluster.sketch() && cluster.sketch()->complete)));
        note(seen.model, live && cluster.status().settled());
        if (options.stall > 0 && !stalled && cluster.pods().size() > 0) {
            stalled = true;
            atStall = bench::residentMb();
            std::this_thread::sleep_for(std::chrono::seconds(options.stall));
            afterStall = bench::residentMb();
        }
    });
    Sources sources;
    sources.kubeconfig = kubeconfig;
    sources.contexts = {server->context};
    start = Clock::now();
    if (const auto opened = engine->open(sources); !opened) {
        std::fprintf(stderr, "%s\n", opened.error().text().c_str());
        return 1;
    }
    while (seen.model == 0 && seconds(start) < 300) {
        engine->waitSettled(std::chrono::milliseconds(20));
    }
    const double cpu = bench::cpuSeconds() - used, peak = bench::peakMb();
    std::this_thread::sleep_for(std::chrono::seconds(2));
    const double resident = bench::residentMb();
    const ClusterSnapshotPtr cluster = engine->store().snapshot().clusters().front();
    // What else the machine does counts for both alike: the download before and the one after.
    curlTable = (curlTable + table()) / 2;
    curlList = (curlList + list()) / 2;

    bench::printHead(title);
    bench::print("nodes, pods read",
        std::to_string(cluster->nodes().size()) + ", " + std::to_string(cluster->pods().size()) + " of a "
            + cluster->status().version);
    bench::print("curl: the pods as a Table", bench::text("%.2f s", curlTable));
    bench::print("first rows on the map after", seen.rows, "%.2f s", bench::atMost(1));
    bench::print("first whole picture, times curl", seen.picture / curlTable, "%.2f", bench::atMost(1.5),
        bench::text("%.2f s", seen.picture));
    bench::print("curl: the pods as protobuf", bench::text("%.2f s", curlList));
    bench::print("whole model, times curl", seen.model / curlList, "%.2f", bench::atMost(1.1),
        bench::text("%.2f s", seen.model));
    bench::print("processor time for it", bench::text("%.2f s", cpu));
    if (options.stall > 0) {
        bench::print("resident when the store stood still, and at the end of that",
            bench::text("%.0f MB", atStall) + ", " + bench::text("%.0f MB", afterStall));
    }
    bench::print("resident before; after", bench::text("%.0f MB", before) + "; " + bench::text("%.0f MB", resident));
    bench::print(
        "peak, times resident after", peak / resident, "%.2f", bench::atMost(1.3), bench::text("%.0f MB", peak));
    return seen.model > 0 ? 0 : 1;
}

int simulated(const Options &options, const std::string &version)
{
    BenchServer::serveAs(version, kPace);
    const BenchServer server(options.nodes, options.pods, 0);
    return server.ready() ? measure("First sync, simulated, 100 MB/s a connection", options, server.kubeconfig()) : 1;
}

} // namespace

int main(int argc, char **argv)
{
    Options options;
    for (int i = 1; i < argc; ++i) {
        const std::string word = argv[i];
        const auto next = [&] { return i + 1 < argc ? std::string(argv[++i]) : std::string(); };
        if (word == "--nodes") {
            options.nodes = std::stoi(next());
        } else if (word == "--pods") {
            options.pods = std::stoi(next());
        } else if (word == "--stall") {
            options.stall = std::stoi(next());
        } else if (word == "--kubeconfig") {
            options.kubeconfig = next();
        } else if (word == "--context") {
            options.context = next();
        }
    }
    if (!options.kubeconfig.empty()) {
        return measure("First sync, a real server", options, options.kubeconfig);
    }
    int failed = 0;
    for (const char *const version : {"v1.20.2", "v1.36.2"}) { // each in a process of its own, whose memory is measured
        const pid_t child = fork();
        if (child == 0) {
            std::exit(simulated(options, version));
        }
        int status = 0;
        waitpid(child, &status, 0);
        failed += WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : 1;
    }
    return failed;
}
