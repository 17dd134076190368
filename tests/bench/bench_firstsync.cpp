// SPDX-License-Identifier: GPL-3.0-or-later
// How long the first sync of a big cluster takes beside curl for the same bytes, and what memory it needs.
// usage: bench_firstsync [--nodes N] [--pods N]       simulated clusters of both generations, each served by a process
//                                                     of its own at 100 MB/s a connection, as real servers do
//        bench_firstsync --kubeconfig FILE --context NAME                          a real one
//        ... --rounds N                     so often in turn with curl; a real server six times
//        ... --stall SECONDS                the store stands still for so long once the first pods are in
#include "core/base/format.h"
#include "core/engine/engine.h"
#include "core/kubernetes/kubeconfig.h"
#include "core/kubernetes/podtable.h"
#include "tests/bench/benchserver.h"
#include "tests/bench/figures.h"

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

using namespace sextant;
using Clock = std::chrono::steady_clock;

namespace {

constexpr std::int64_t kPace = 100'000'000;

struct Options {
    int nodes = bench::quick() ? 200 : 5000, pods = bench::quick() ? 5000 : 150'000, stall = 0;
    int rounds = 0; ///< 0: as many as the server's temper asks for
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

/// One sync in its turn with curl.
struct Round {
    double curlTable = 0, curlList = 0; ///< seconds
    double rows = 0, picture = 0, model = 0; ///< seconds
    double cpu = 0; ///< seconds
    double resident = 0, peak = 0; ///< MB, of the process
    double atStall = 0, afterStall = 0; ///< MB
    std::string read; ///< what there was
};

/// @return false: it could not be opened, or did not come to an end
bool sync(Round &round, const Options &options, const Sources &sources)
{
    bool stalled =
        false; // this and the resident memory beside it are written on the feed's thread before the sync ends
    Seen seen;
    const double used = bench::cpuSeconds();
    Clock::time_point start;
    Engine engine(EngineOptions{});
    engine.store().onChanged([&] {
        const Snapshot snapshot = engine.store().snapshot();
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
            round.atStall = bench::residentMb();
            std::this_thread::sleep_for(std::chrono::seconds(options.stall));
            round.afterStall = bench::residentMb();
        }
    });
    start = Clock::now();
    if (const auto opened = engine.open(sources); !opened) {
        std::fprintf(stderr, "%s\n", opened.error().text().c_str());
        return false;
    }
    while (seen.model == 0 && seconds(start) < 300) {
        engine.waitSettled(std::chrono::milliseconds(20));
    }
    round.cpu = bench::cpuSeconds() - used;
    round.peak = bench::peakMb();
    std::this_thread::sleep_for(std::chrono::seconds(2));
    round.resident = bench::residentMb();
    round.rows = seen.rows;
    round.picture = seen.picture;
    round.model = seen.model;
    const ClusterSnapshotPtr cluster = engine.store().snapshot().clusters().front();
    round.read = std::to_string(cluster->nodes().size()) + ", " + std::to_string(cluster->pods().size()) + " of a "
        + cluster->status().version;
    return round.model > 0;
}

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
    Sources sources;
    sources.kubeconfig = kubeconfig;
    sources.contexts = {server->context};
    table(); // warms the server up

    // A server takes now this long, now half as much again for the same list: they take turns. Who is first does so,
    // too: a real server collects its garbage about once a round, on all processors for some seconds, and with the same
    // order would do so in the same one's time whenever it has done so once.
    const double before = bench::residentMb();
    std::vector<Round> rounds(static_cast<std::size_t>(std::max(1, options.rounds)));
    for (std::size_t i = 0; i < rounds.size(); ++i) {
        Round &round = rounds[i];
        const auto curlsTurn = [&] {
            round.curlTable = table();
            round.curlList = list();
        };
        if (i % 2 == 0) {
            curlsTurn();
        }
        if (!sync(round, options, sources)) {
            return 1;
        }
        if (i % 2 != 0) {
            curlsTurn();
        }
    }
    const auto all = [&rounds](double Round::*figure) {
        std::vector<double> values;
        std::transform(rounds.begin(), rounds.end(), std::back_inserter(values),
            [figure](const Round &round) { return round.*figure; });
        std::sort(values.begin(), values.end());
        return values;
    };
    const auto median = [&all](double Round::*figure) {
        const auto values = all(figure);
        return (values[(values.size() - 1) / 2] + values[values.size() / 2]) / 2;
    };
    const auto times = [&](double Round::*figure) {
        const auto values = all(figure);
        return bench::text("%.2f s", median(figure))
            + (values.size() > 1 ? bench::text(" (%.2f", values.front()) + bench::text("-%.2f)", values.back()) : "");
    };

    bench::printHead(title);
    bench::print("nodes, pods read", rounds.front().read);
    if (rounds.size() > 1) {
        bench::print("rounds, each with curl's downloads before or after it; medians (least-most)",
            std::to_string(rounds.size()));
    }
    bench::print("curl: the pods as a Table", times(&Round::curlTable));
    bench::print("first rows on the map after", median(&Round::rows), "%.2f s", bench::atMost(1), times(&Round::rows));
    bench::print("first whole picture, times curl", median(&Round::picture) / median(&Round::curlTable), "%.2f",
        bench::atMost(1.5), times(&Round::picture));
    bench::print("curl: the pods as protobuf", times(&Round::curlList));
    bench::print("whole model, times curl", median(&Round::model) / median(&Round::curlList), "%.2f",
        bench::atMost(1.1), times(&Round::model));
    bench::print("processor time for it", times(&Round::cpu));
    const Round &first = rounds.front(); // of the others the memory begins with what was left
    if (options.stall > 0) {
        bench::print("resident when the store stood still, and at the end of that",
            bench::text("%.0f MB", first.atStall) + ", " + bench::text("%.0f MB", first.afterStall));
    }
    bench::print(
        "resident before; after", bench::text("%.0f MB", before) + "; " + bench::text("%.0f MB", first.resident));
    bench::print("peak, times resident after", first.peak / first.resident, "%.2f", bench::atMost(1.3),
        bench::text("%.0f MB", first.peak));
    return 0;
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
        } else if (word == "--rounds") {
            options.rounds = std::max(1, std::stoi(next()));
        } else if (word == "--kubeconfig") {
            options.kubeconfig = next();
        } else if (word == "--context") {
            options.context = next();
        }
    }
    if (!options.kubeconfig.empty()) {
        options.rounds = options.rounds > 0 ? options.rounds : 6;
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
