// SPDX-License-Identifier: GPL-3.0-or-later
// What polling a big Helios cluster at the default pace takes: of time, of bytes, of memory, and of the master.
// usage: bench_helios [--hosts N] [--tasks N] [--rounds N]               a simulated master, in a process of its own
//        bench_helios --helios URL [--process NAME=PID]... [--rounds N]  a real one; tests/bench/helios makes it
#include "core/base/format.h"
#include "core/capacity/accounting.h"
#include "core/helios/heliosfeed.h"
#include "core/simulator/simulator.h"
#include "tests/bench/figures.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <optional>
#include <string>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace sextant;
using Clock = std::chrono::steady_clock;

namespace {

double seconds(Clock::time_point since) { return std::chrono::duration<double>(Clock::now() - since).count(); }

/// Processor time that a process has used so far, in seconds; nothing when it is gone.
std::optional<double> processorTime(pid_t process)
{
    std::ifstream stat("/proc/" + std::to_string(process) + "/stat");
    std::string text;
    std::getline(stat, text);
    const auto end = text.rfind(')');
    long long user = 0, system = 0;
    if (end == std::string::npos
        || std::sscanf(text.c_str() + end + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lld %lld", &user, &system)
            != 2) {
        return std::nullopt;
    }
    return static_cast<double>(user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

/// A process that is watched: how much of a core it used over a span.
struct Watched {
    std::string name;
    pid_t process = 0;
    double before = 0, rest = 0, polled = 0;

    void begin() { before = processorTime(process).value_or(0); }
    double share(double span) const { return (processorTime(process).value_or(before) - before) / span; }
};

/// A simulated master in a child process, so that neither its memory nor its work is counted here. @return its URL.
std::string serve(int hosts, int tasks, pid_t &child)
{
    int ends[2];
    if (pipe(ends) != 0) {
        return {};
    }
    child = fork();
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        simulator::Options options;
        options.warmUp = std::chrono::seconds(0);
        simulator::HeliosOptions cluster;
        cluster.hosts = hosts;
        cluster.tasks = tasks;
        cluster.services = 500;
        cluster.groups = 40;
        cluster.churn = 0;
        options.helios.push_back(cluster);
        simulator::Simulator simulator(options);
        if (!simulator.start()) {
            _exit(1);
        }
        const std::string url = simulator.heliosEndpoints().at(0).urls.at(0);
        if (write(ends[1], url.data(), url.size()) < 0) {
            _exit(1);
        }
        close(ends[1]);
        pause();
        _exit(0);
    }
    close(ends[1]);
    std::string url;
    char piece[256];
    for (ssize_t got = 0; (got = read(ends[0], piece, sizeof piece)) > 0;) {
        url.append(piece, static_cast<std::size_t>(got));
    }
    close(ends[0]);
    return url;
}

std::uint64_t unpackedBytes(const ClusterStatus &status)
{
    std::uint64_t bytes = 0;
    for (const ResourceStatus &resource : status.resources) {
        bytes += resource.bytes;
    }
    return bytes;
}

} // namespace

int main(int argc, char **argv)
{
    int hosts = bench::quick() ? 200 : 2000, tasks = bench::quick() ? 3000 : 30'000, rounds = bench::quick() ? 1 : 5;
    std::string url;
    std::vector<Watched> watched;
    for (int i = 1; i < argc; ++i) {
        const std::string word = argv[i];
        const auto next = [&] { return i + 1 < argc ? std::string(argv[++i]) : std::string(); };
        if (word == "--hosts") {
            hosts = std::stoi(next());
        } else if (word == "--tasks") {
            tasks = std::stoi(next());
        } else if (word == "--rounds") {
            rounds = std::max(1, std::stoi(next()));
        } else if (word == "--helios") {
            url = next();
        } else if (word == "--process") {
            const std::string pair = next();
            const auto equals = pair.find('=');
            if (equals != std::string::npos) {
                watched.push_back({pair.substr(0, equals), std::stoi(pair.substr(equals + 1))});
            }
        }
    }
    pid_t child = 0;
    if (url.empty()) {
        url = serve(hosts, tasks, child);
        watched.push_back({"simulated master", child});
    }
    auto masters = helios::parseMasters(url);
    if (!masters) {
        std::fprintf(stderr, "%s\n", masters.error().text().c_str());
        return 1;
    }

    for (Watched &one : watched) {
        one.begin();
    }
    auto start = Clock::now();
    usleep(bench::quick() ? 2'000'000 : 20'000'000);
    for (Watched &one : watched) {
        one.rest = one.share(seconds(start));
    }

    FleetStore fleet;
    const auto store = fleet.add();
    net::Client client;
    const double memoryBefore = bench::residentMb();
    start = Clock::now();
    const auto feed = helios::makeHeliosFeed(*masters, {}, client, store);
    feed->start();
    double first = 0, all = 0;
    while (all == 0 && seconds(start) < 300) {
        usleep(20'000);
        const auto cluster = store->current();
        first = first == 0 && cluster->pods().size() > 0 ? seconds(start) : first;
        all = cluster->status().settled() ? seconds(start) : 0;
    }
    if (all == 0) {
        std::fprintf(stderr, "no whole picture within five minutes\n");
        return 1;
    }

    // Whole rounds, from the start of one to the start of another.
    const auto begun = [&] { return store->current()->status().of(ResourceKind::Pods).lists; };
    std::uint32_t seen = begun();
    while (begun() == seen) {
        usleep(20'000);
    }
    seen = begun();
    const ClusterStatus before = store->current()->status();
    for (Watched &one : watched) {
        one.begin();
    }
    const double ownBefore = processorTime(getpid()).value_or(0);
    start = Clock::now();
    std::vector<double> durations;
    std::uint64_t unpacked = 0, inRound = 0;
    while (static_cast<int>(durations.size()) < rounds && seconds(start) < 900) {
        usleep(20'000);
        const ClusterStatus now = store->current()->status();
        if (now.of(ResourceKind::Pods).lists == seen) {
            inRound = unpackedBytes(now);
            continue;
        }
        seen = now.of(ResourceKind::Pods).lists;
        unpacked += inRound;
        durations.push_back(std::chrono::duration<double>(now.round).count());
    }
    const double span = seconds(start);
    const double own = (processorTime(getpid()).value_or(0) - ownBefore) / span;
    for (Watched &one : watched) {
        one.polled = one.share(span);
    }
    const auto cluster = store->current();
    const ClusterStatus status = cluster->status();
    const auto summing = Clock::now();
    const Picture picture(fleet.snapshot(), nullptr);
    const double sums = seconds(summing) * 1000;
    std::sort(durations.begin(), durations.end());
    const auto made = static_cast<double>(std::max<std::size_t>(1, durations.size()));

    bench::printHead(child > 0 ? "Polling a simulated Helios cluster" : "Polling a real Helios cluster");
    const auto counted = [](double number) { return formatCount(static_cast<std::int64_t>(number)); };
    bench::print("hosts, tasks held",
        counted(static_cast<double>(cluster->nodes().size())) + ", "
            + counted(static_cast<double>(cluster->pods().size())));
    bench::print(
        "first tasks in the model; model complete", bench::text("%.1f s; ", first) + bench::text("%.1f s", all));
    bench::print("a round: median, longest of " + counted(static_cast<double>(durations.size())),
        durations.empty()
            ? std::string("none ended")
            : bench::text("%.1f s, ", durations[durations.size() / 2]) + bench::text("%.1f s", durations.back()));
    bench::print("from the start of a round to the next", bench::text("%.1f s", span / made));
    bench::print("requests a round", counted(static_cast<double>(status.requests - before.requests) / made));
    bench::print("bytes a round on the wire; unpacked",
        bench::text("%.2f MB; ", static_cast<double>(status.bytes - before.bytes) / made / 1e6)
            + bench::text("%.1f MB", static_cast<double>(unpacked) / made / 1e6));
    bench::print("resident before, after; at most",
        bench::text("%.0f MB, ", memoryBefore) + bench::text("%.0f MB; ", bench::residentMb())
            + bench::text("%.0f MB", bench::peakMb()));
    bench::print("summing all of it", bench::text("%.1f ms", sums));
    bench::print("own processor time", bench::text("%.1f %% of a core", own * 100));
    for (const Watched &one : watched) {
        bench::print(one.name + ": at rest, polled; resident",
            bench::text("%.0f %%, ", one.rest * 100) + bench::text("%.0f %% of a core; ", one.polled * 100)
                + bench::text("%.0f MB", bench::residentMb(one.process)));
    }
    if (child > 0) {
        kill(child, SIGKILL);
        waitpid(child, nullptr, 0);
    }
    return static_cast<int>(durations.size()) >= rounds ? 0 : 1;
}
