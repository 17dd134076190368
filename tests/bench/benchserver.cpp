// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/benchserver.h"

#include "core/simulator/simulator.h"

#include <csignal>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace sextant;

namespace {

/// Line by line what BenchServer::Pod holds, moved to its place when it is whole. A pod under whose name another one
/// came is served no longer, though the world still has it.
void writeTruth(simulator::Simulator &simulator, const std::string &name)
{
    {
        std::ofstream file(name + ".tmp");
        for (const auto &pod : simulator.truth(0).pods) {
            const auto served = simulator.store(0).get(simulator::Resource::Pods, pod.ns, pod.name);
            if (served == nullptr || served->uid != pod.uid) {
                continue;
            }
            file << pod.uid << '\t' << pod.resourceVersion << '\t' << pod.status << '\t' << pod.node << '\n';
        }
    }
    std::rename((name + ".tmp").c_str(), name.c_str());
}

/// What BenchServer::serveAs() set.
struct {
    std::string version = "v1.36.2";
    std::int64_t pace = 0;
} kind;

[[noreturn]] void serve(int nodes, int pods, double churn, int clusters, const std::string &kubeconfig)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGUSR1);
    sigaddset(&signals, SIGUSR2);
    sigprocmask(SIG_BLOCK, &signals, nullptr); // inherited by every thread: sigwait() below gets it
    simulator::Options options;
    options.warmUp = std::chrono::seconds(0);
    options.usageGoesOn = true; // pods that nobody changes work on
    simulator::ClusterOptions cluster;
    cluster.nodes = nodes;
    cluster.pods = pods;
    cluster.namespaces = 300;
    cluster.churn = churn;
    cluster.version = kind.version;
    cluster.managedFields = true;
    for (int i = 0; i < clusters; ++i) {
        cluster.name = i == 0 ? "bench" : "bench-" + std::to_string(i + 1);
        options.clusters.push_back(cluster);
    }
    simulator::Simulator simulator(options);
    if (!simulator.start() || !simulator.writeKubeconfig(kubeconfig + ".tmp")) {
        _exit(1);
    }
    simulator.pause(true);
    for (std::size_t i = 0; i < options.clusters.size(); ++i) {
        simulator.faults(i).bytesPerSecond = kind.pace;
    }
    std::rename((kubeconfig + ".tmp").c_str(), kubeconfig.c_str());
    for (int signal = 0;;) {
        sigwait(&signals, &signal);
        simulator.pause(signal == SIGUSR2);
        if (signal == SIGUSR2) {
            writeTruth(simulator, kubeconfig + ".truth");
        }
    }
}

} // namespace

BenchServer::BenchServer(int nodes, int pods, double churn, int clusters)
    : m_kubeconfig("/tmp/sextant-bench-" + std::to_string(getpid()))
    , m_child(fork())
{
    if (m_child == 0) {
        serve(nodes, pods, churn, clusters, m_kubeconfig);
    }
}

BenchServer::~BenchServer()
{
    kill(m_child, SIGKILL);
    waitpid(m_child, nullptr, 0);
    unlink(m_kubeconfig.c_str());
}

bool BenchServer::ready() const
{
    while (access(m_kubeconfig.c_str(), R_OK) != 0) {
        int status = 0;
        if (waitpid(m_child, &status, WNOHANG) == m_child) {
            std::fprintf(stderr, "the simulator did not start\n");
            return false;
        }
        usleep(100'000);
    }
    return true;
}

void BenchServer::serveAs(const std::string &version, std::int64_t pace) { kind = {version, pace}; }

void BenchServer::stir() const { kill(m_child, SIGUSR1); }

std::vector<BenchServer::Pod> BenchServer::rest() const
{
    const std::string name = m_kubeconfig + ".truth";
    unlink(name.c_str());
    kill(m_child, SIGUSR2);
    while (access(name.c_str(), R_OK) != 0) {
        usleep(20'000);
    }
    std::vector<Pod> pods;
    std::ifstream file(name);
    for (std::string line; std::getline(file, line);) {
        std::stringstream fields(line);
        Pod &pod = pods.emplace_back();
        std::getline(fields, pod.uid, '\t');
        std::getline(fields, pod.resourceVersion, '\t');
        std::getline(fields, pod.status, '\t');
        std::getline(fields, pod.node, '\t');
    }
    unlink(name.c_str());
    return pods;
}

std::string BenchServer::url() const
{
    std::ifstream file(m_kubeconfig);
    std::stringstream text;
    text << file.rdbuf();
    const std::string words = text.str();
    const auto at = words.find("http://");
    return words.substr(at, words.find_first_of("\"'\n ,}", at) - at);
}
