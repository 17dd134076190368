// SPDX-License-Identifier: GPL-3.0-or-later
// What a big fleet that changes costs while the window is open: processor time by thread and by view, how long the
// event loop is held, memory, and whether anything is lost. Then the fleet stands still: what idling costs.
// usage: bench_churn [--nodes N] [--pods N] [--churn PACE] [--seconds S a view] [--idle S]
#include "core/base/heap.h"
#include "core/engine/engine.h"
#include "tests/bench/benchserver.h"
#include "tests/bench/figures.h"
#include "tests/bench/stallmeter.h"
#include "tests/bench/threads.h"
#include "ui/bridge/fleetmodel.h"
#include "ui/shell/mainwindow.h"
#include "ui/theme/theme.h"

#include <QEventLoop>

#include <string_view>
#include <unordered_map>

using namespace sextant;
using namespace sextant::ui;

namespace {

void live(int milliseconds)
{
    QEventLoop loop;
    QTimer::singleShot(milliseconds, &loop, &QEventLoop::quit);
    loop.exec();
}

/// Processor time over a stretch of time, as shares of a core.
class Meter {
public:
    double share() const { return (bench::cpuSeconds() - m_cpu) / elapsed(); }
    std::string threads() const { return bench::threadShares(m_threads, bench::threadSeconds("self"), elapsed()); }

private:
    double elapsed() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - m_began).count(); }
    std::chrono::steady_clock::time_point m_began = std::chrono::steady_clock::now();
    double m_cpu = bench::cpuSeconds();
    std::map<std::string, double> m_threads = bench::threadSeconds("self");
};

void tell(
    const char *where, std::string_view uid, std::string_view version, std::string_view status, std::string_view node)
{
    const auto words = [](std::string_view text) { return std::string(text); };
    std::fprintf(stderr, "%s: %s, version %s, %s, on %s\n", where, words(uid).c_str(), words(version).c_str(),
        words(status).c_str(), words(node).c_str());
}

/// How many pods differ from the truth, one way or the other; which, on stderr.
std::size_t wrong(const ClusterSnapshot &cluster, const std::vector<BenchServer::Pod> &truth)
{
    std::unordered_map<std::string, const BenchServer::Pod *> byUid;
    for (const auto &pod : truth) {
        byUid[pod.uid] = &pod;
    }
    std::size_t count = 0;
    for (const PodView pod : cluster.pods()) {
        const auto it = byUid.find(pod.uid());
        if (it == byUid.end() || it->second->resourceVersion != pod.resourceVersion()
            || it->second->status != pod.status() || it->second->node != pod.node()) {
            ++count;
            tell("here", pod.uid(), pod.resourceVersion(), pod.status(), pod.node());
            if (it != byUid.end()) {
                tell("there", it->second->uid, it->second->resourceVersion, it->second->status, it->second->node);
            }
        }
        if (it != byUid.end()) {
            byUid.erase(it);
        }
    }
    for (const auto &[uid, pod] : byUid) {
        tell("there alone", uid, pod->resourceVersion, pod->status, pod->node);
    }
    return count + byUid.size();
}

} // namespace

int main(int argc, char **argv)
{
    heap::staySmall(); // as the program does
    const bool quick = bench::quick();
    int nodes = quick ? 200 : 5000, pods = quick ? 6000 : 150'000, seconds = quick ? 3 : 40,
        idle = quick ? 5 : 125; // two rounds of metrics of so many pods
    double churn = 2; // about a thousand changes a second
    for (int i = 1; i + 1 < argc; i += 2) {
        const std::string_view word = argv[i];
        int *number = word == "--nodes" ? &nodes
            : word == "--pods"          ? &pods
            : word == "--seconds"       ? &seconds
            : word == "--idle"          ? &idle
                                        : nullptr;
        if (number != nullptr) {
            *number = std::stoi(argv[i + 1]);
        } else if (word == "--churn") {
            churn = std::stod(argv[i + 1]);
        }
    }
    const BenchServer server(nodes, pods, churn);
    if (!server.ready()) {
        return 1;
    }
    if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM")) {
        qputenv("QT_QPA_PLATFORM", "offscreen");
    }
    StallMeter meter(argc, argv);
    meter.rest();
    Theme::instance(); // before any window, as the program does
    Config config;
    config.discover = false;
    Engine engine(EngineOptions{config, false, nullptr});
    FleetModel fleet(engine);
    MainWindow window(fleet, WindowOptions{makePage, false});
    window.resize(1920, 1080);
    window.show();
    live(500);
    Sources sources;
    sources.kubeconfig = server.kubeconfig();
    if (const auto opened = engine.open(sources); !opened) {
        std::fprintf(stderr, "%s\n", opened.error().text().c_str());
        return 1;
    }
    window.opened({});
    const auto now = [&]() -> const ClusterSnapshot & { return fleet.picture()->cluster(0); };
    while (fleet.picture()->clusters() != 1 || !now().status().settled()) {
        live(20);
    }
    live(3000);
    const double residentAtFirst = bench::residentMb(), peak = bench::peakMb();

    bench::printHead(std::to_string(now().pods().size()) + " pods that change, the window open");
    bench::print("resident when all is read; most before that",
        bench::text("%.0f", residentAtFirst) + bench::text(" and %.0f MB", peak));
    server.stir();
    live(5000); // what was due while it stood still happens at once
    double inAll = 0;
    std::uint64_t changes = 0;
    const char *const views[] = {"overview", "map", "pods"};
    for (const char *view : views) {
        window.showView(QString::fromLatin1(view));
        live(2000);
        const std::uint64_t before = fleet.picture()->changes();
        const Meter cpu;
        live(seconds * 1000);
        const double share = cpu.share();
        const std::string threads = cpu.threads();
        const auto changed = fleet.picture()->changes() - before;
        inAll += share;
        changes += changed;
        bench::print(std::string(view) + ": processor, of a core", share * 100, "%.1f %%", bench::atMost(10),
            bench::text("%.0f changes a second; ", static_cast<double>(changed) / seconds) + threads);
        meter.begin();
        live(seconds * 250);
        bench::print(std::string(view) + ": the event loop is held, 99th percentile", meter.percentile(0.99), "%.1f ms",
            bench::atMost(8), bench::text("longest %.1f ms", meter.percentile(1)));
        meter.rest();
    }
    bench::print("objects changed in all", std::to_string(changes));
    bench::print("resident", bench::residentMb(), "%.0f MB", bench::atMost(150));

    const auto truth = server.rest();
    live(3000);
    bench::print("pods that differ from the server's truth", static_cast<double>(wrong(now(), truth)), "%.0f",
        bench::atMost(0), "of " + std::to_string(truth.size()));
    for (const char *view : views) {
        window.showView(QString::fromLatin1(view));
        live(2000);
        const Meter cpu;
        live(idle * 1000);
        bench::print(std::string(view) + ", nothing changes: processor, of a core", cpu.share() * 100, "%.2f %%",
            bench::atMost(1), cpu.threads());
    }
    std::fflush(stdout);
    _exit(0); // what stands is not worth taking down
}
