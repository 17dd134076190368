// SPDX-License-Identifier: GPL-3.0-or-later
// What the program itself takes, with its window open under X on a simulated cluster of 5,000 nodes and 150,000 pods in
// a process of its own: memory on every view and at most, processor while nothing changes, memory while much does.
// Nothing of it is built for this: it is started as a user starts it, and looked at from outside.
// usage: bench_program [--nodes N] [--pods N] [--minutes M] [--churn PACE] [--view NAME]... [--program FILE]
//        [--kubeconfig FILE --context NAME]    a real cluster, which is not made to change
#include "tests/bench/benchserver.h"
#include "tests/bench/figures.h"
#include "tests/bench/screen.h"
#include "tests/bench/threads.h"

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <optional>
#include <sstream>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <vector>

namespace {

struct Options {
    int nodes = bench::quick() ? 300 : 5'000, pods = bench::quick() ? 9'000 : 150'000;
    int minutes = bench::quick() ? 1 : 5;
    double churn = 1;
    std::string program = SEXTANT_PROGRAM;
    std::string kubeconfig, context;
    std::vector<std::string> views;
};

/// What it needs at least with all pods read: less than that, and it still waits for them.
double leastMb(const Options &options) { return 50 + options.pods * 300 / 1e6; }

/// The program with its window open, and what it takes.
class Running {
public:
    Running(const Options &options, const std::string &view, const std::string &display)
        : m_home("/tmp/sextant-bench-home-" + std::to_string(getpid()))
    {
        std::filesystem::remove_all(m_home);
        std::filesystem::create_directories(m_home + "/config/sextant");
        std::ofstream(m_home + "/config/sextant/window.ini") << "[General]\nview=" << view << "\ntheme=light\n";
        m_process = fork();
        if (m_process == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            const auto set = [this](const char *name, const std::string &place) {
                setenv(name, (m_home + place).c_str(), 1);
            };
            set("XDG_CONFIG_HOME", "/config");
            set("XDG_STATE_HOME", "/state");
            set("XDG_CACHE_HOME", "/cache");
            set("XDG_DATA_HOME", "/data");
            setenv("DISPLAY", display.c_str(), 1);
            setenv("QT_QPA_PLATFORM", "xcb", 1);
            std::vector<std::string> words{options.program, "--kubeconfig", options.kubeconfig};
            if (!options.context.empty()) {
                words.insert(words.end(), {"--context", options.context});
            }
            std::vector<char *> arguments;
            for (std::string &word : words) {
                arguments.push_back(word.data());
            }
            arguments.push_back(nullptr);
            execv(arguments[0], arguments.data());
            _exit(127);
        }
    }
    ~Running()
    {
        kill(m_process, SIGTERM);
        waitpid(m_process, nullptr, 0);
        std::filesystem::remove_all(m_home);
    }
    Running(const Running &) = delete;
    Running &operator=(const Running &) = delete;

    double resident() const { return bench::residentMb(m_process); }
    double peak() const { return status("VmHWM:"); }
    /// Processor time so far, in seconds; below 0 when it is gone.
    double processor() const
    {
        std::ifstream stat("/proc/" + std::to_string(m_process) + "/stat");
        std::string text;
        std::getline(stat, text);
        const auto end = text.rfind(')');
        long long user = 0, system = 0;
        if (end == std::string::npos
            || std::sscanf(
                   text.c_str() + end + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lld %lld", &user, &system)
                != 2) {
            return -1;
        }
        return static_cast<double>(user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
    }
    std::map<std::string, double> threads() const { return bench::threadSeconds(std::to_string(m_process)); }
    /// Waits until all is read: it is as big as that makes it, and has used less than a twentieth of a core for some
    /// seconds. False: it ended before, or three minutes have gone by.
    bool settle() const
    {
        constexpr int kQuiet = 6, kMost = 180;
        int quiet = 0;
        double last = processor();
        for (int second = 0; second < kMost; ++second) {
            usleep(1'000'000);
            const double now = processor();
            if (now < 0) {
                return false;
            }
            // While it waits for the server's first bytes it is quiet, too, but small.
            quiet = now - last < 0.05 && resident() > m_least ? quiet + 1 : 0;
            last = now;
            if (quiet == kQuiet) {
                return true;
            }
        }
        return false;
    }
    void expect(double leastMb) { m_least = leastMb; }

private:
    double status(const char *name) const
    {
        std::ifstream file("/proc/" + std::to_string(m_process) + "/status");
        std::string word;
        for (double kilobytes = 0; file >> word;) {
            if (word == name && file >> kilobytes) {
                return kilobytes * 1024 / 1e6;
            }
        }
        return 0;
    }
    std::string m_home;
    pid_t m_process = 0;
    double m_least = 0;
};

bool read(Options &options, int argc, char **argv)
{
    for (int i = 1; i + 1 < argc; i += 2) {
        const std::string word = argv[i], value = argv[i + 1];
        if (word == "--nodes") {
            options.nodes = std::stoi(value);
        } else if (word == "--pods") {
            options.pods = std::stoi(value);
        } else if (word == "--minutes") {
            options.minutes = std::stoi(value);
        } else if (word == "--churn") {
            options.churn = std::stod(value);
        } else if (word == "--program") {
            options.program = value;
        } else if (word == "--kubeconfig") {
            options.kubeconfig = value;
        } else if (word == "--context") {
            options.context = value;
        } else if (word == "--view") {
            options.views.push_back(value);
        } else {
            return false;
        }
    }
    return true;
}

/// Memory on every view, and at most while all is read.
bool memory(const Options &options, const Screen &screen)
{
    double most = 0, peak = 0;
    std::string worst, worstPeak;
    std::ostringstream each;
    for (const std::string &view : options.views) {
        Running program(options, view, screen.display());
        program.expect(leastMb(options));
        if (!program.settle()) {
            std::fprintf(stderr, "%s: the program ended, or did not come to rest\n", view.c_str());
            return false;
        }
        each << (each.str().empty() ? "" : ", ") << view << bench::text(" %.0f", program.resident())
             << bench::text(" (%.0f)", program.peak());
        if (program.resident() > most) {
            most = program.resident();
            worst = view;
        }
        if (program.peak() > peak) {
            peak = program.peak();
            worstPeak = view;
        }
    }
    bench::print("resident, MB (at most, MB), opened on", each.str());
    bench::print("the most of them, all pods live", most, "%.0f MB", bench::atMost(150), worst);
    bench::print("at most, during the first list", peak, "%.0f MB", bench::atMost(195), worstPeak);
    return true;
}

/// Processor while nothing changes, then memory while much does.
bool overTime(const Options &options, const Screen &screen, const BenchServer *server)
{
    Running program(options, "overview", screen.display());
    program.expect(leastMb(options));
    if (!program.settle()) {
        std::fprintf(stderr, "the program ended, or did not come to rest\n");
        return false;
    }
    const int span = bench::quick() ? 10 : 125; // two rounds of metrics of so many pods
    usleep(static_cast<useconds_t>(span) * 250'000); // what is done once after the reading: its picture is kept
    const double before = program.processor();
    const auto threads = program.threads();
    usleep(static_cast<useconds_t>(span) * 1'000'000);
    bench::print("nothing changes but what pods use, window open, for " + std::to_string(span) + " s",
        (program.processor() - before) / span * 100, "%.2f %% of a core", bench::atMost(1),
        bench::threadShares(threads, program.threads(), span));
    if (server == nullptr) {
        return true;
    }
    server->stir();
    std::vector<double> resident;
    std::ostringstream each;
    const double busy = program.processor();
    for (int minute = 0; minute < options.minutes; ++minute) {
        usleep(60'000'000);
        resident.push_back(program.resident());
        each << (minute == 0 ? "" : ", ") << bench::text("%.1f", resident.back());
    }
    bench::print("resident after each minute of change, MB",
        each.str() + bench::text("; %.1f %% of a core", (program.processor() - busy) / options.minutes / 60 * 100));
    if (resident.size() > 1) {
        // The first minute fills what is kept of an hour at its finest; from then on nothing may be added.
        bench::print("the last minute beside the first", resident.back() / resident.front(), "%.3f times the memory",
            bench::atMost(1.03));
    }
    return true;
}

} // namespace

int main(int argc, char **argv)
{
    Options options;
    if (!read(options, argc, argv)) {
        std::fprintf(stderr, "see the head of bench_program.cpp\n");
        return 2;
    }
    if (options.views.empty()) {
        options.views = bench::quick() ? std::vector<std::string>{"overview", "pods"}
                                       : std::vector<std::string>{"overview", "map", "nodes", "pods", "workloads",
                                           "capacity", "migration", "reports", "diagnostics"};
    }
    std::optional<BenchServer> server;
    if (options.kubeconfig.empty()) {
        server.emplace(options.nodes, options.pods, options.churn);
        if (!server->ready()) {
            return 1;
        }
        options.kubeconfig = server->kubeconfig();
    }
    const Screen screen(1920, 1080);
    if (!screen.ready()) {
        std::fprintf(stderr, "Xvfb is needed: apt-get install xvfb\n");
        return 1;
    }
    bench::printHead("The program with its window open under X, "
        + (server ? std::to_string(options.nodes) + " nodes, " + std::to_string(options.pods) + " pods, simulated"
                  : std::string("a real cluster")));
    return memory(options, screen) && overTime(options, screen, server ? &*server : nullptr) ? 0 : 1;
}
