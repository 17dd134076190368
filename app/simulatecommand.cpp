// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands.h"
#include "app/headless.h"
#include "core/simulator/simulator.h"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <fmt/format.h>

namespace sextant::app {

int runSimulate(const Options &options)
{
    // Taken by sigwait below, so that no handler has to run beside the servers' threads.
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);

    simulator::Options fleet;
    fleet.seed = options.seed;
    fleet.tls = options.tls;
    fleet.port = options.port;
    for (int i = 0; i < options.clusters; ++i) {
        simulator::ClusterOptions cluster;
        cluster.name = fmt::format("sim-{}", i + 1);
        cluster.nodes = options.nodes;
        cluster.pods = options.pods;
        cluster.namespaces = options.namespaces;
        cluster.churn = options.churn;
        cluster.version = options.kubeVersion;
        cluster.managedFields = options.managedFields;
        fleet.clusters.push_back(cluster);
    }
    if (options.heliosHosts > 0) {
        simulator::HeliosOptions helios;
        helios.hosts = options.heliosHosts;
        helios.masters = options.heliosMasters;
        helios.tasks = options.heliosHosts * 6;
        helios.services = std::max(8, options.heliosHosts / 2);
        helios.groups = std::max(2, options.heliosHosts / 12);
        helios.churn = options.churn;
        fleet.helios.push_back(std::move(helios));
    }
    if (options.migrate) {
        fleet.migration = simulator::MigrationOptions();
        fleet.migration->services = std::clamp(options.heliosHosts, 8, 170);
    }
    simulator::Simulator simulator(fleet);
    if (const auto started = simulator.start(); !started) {
        say(started.error().text());
        return Failed;
    }
    for (std::size_t i = 0; i < fleet.clusters.size(); ++i) {
        simulator.faults(i).bytesPerSecond = std::int64_t(options.pace) * 1'000'000;
    }
    if (options.writeKubeconfig.empty()) {
        std::fputs(simulator.kubeconfig().c_str(), stdout);
        std::fflush(stdout);
    } else if (const auto written = simulator.writeKubeconfig(options.writeKubeconfig); !written) {
        say(written.error().text());
        return Failed;
    }
    for (const auto &endpoint : simulator.endpoints()) {
        say(fmt::format("{} serves at {}", endpoint.name, endpoint.url));
    }
    for (const auto &endpoint : simulator.heliosEndpoints()) {
        std::string urls;
        for (const auto &url : endpoint.urls) {
            urls += (urls.empty() ? "" : ",") + url;
        }
        say(fmt::format("{} (Helios) serves at {}", endpoint.name, urls));
    }
    say("Ctrl+C ends it");
    int received = 0;
    sigwait(&signals, &received);
    simulator.stop();
    return Done;
}

} // namespace sextant::app
