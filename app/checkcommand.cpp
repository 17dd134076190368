// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands.h"
#include "app/headless.h"
#include "core/base/format.h"
#include "core/diagnostics/diagnostics.h"

#include <cstdio>
#include <fmt/format.h>

namespace sextant::app {

namespace {

std::string unreadable(const ResourceStatus &resource)
{
    std::string names;
    for (const auto &name : resource.unreadable) {
        names += (names.empty() ? "; the master cannot read " : ", ") + name;
    }
    return names;
}

/// The masters of a Helios cluster, and which of them answers.
void printMasters(const ClusterStatus &status)
{
    for (const std::string &master : status.masters) {
        std::printf("  master      %s%s\n", sanitized(master).c_str(),
            master != status.server                      ? "   not asked: another one answers"
                : status.connection == Connection::Live  ? "   answers"
                : status.connection == Connection::Stale ? "   no longer answers"
                                                         : "");
    }
}

std::string line(const ClusterSnapshot &cluster, ResourceKind kind, bool &good)
{
    const ResourceStatus &resource = cluster.status().of(kind);
    const std::string words = resource.error ? ": " + resource.error->text() : std::string();
    std::string namespaces;
    for (const auto &ns : resource.namespaces) {
        namespaces += (namespaces.empty() ? " in " : ", ") + ns;
    }
    switch (resource.sync) {
    case Sync::Live:
        good = good && resource.namespaces.empty() && resource.unreadable.empty();
        return fmt::format(
            "ok, {} read{}{}", formatCount(static_cast<std::int64_t>(resource.read)), namespaces, unreadable(resource));
    case Sync::Stale:
        good = false;
        return "stale" + words;
    case Sync::Forbidden:
        good = false;
        return "forbidden" + words;
    case Sync::Absent:
        if (kind == ResourceKind::DeploymentGroups) {
            return "not served: this master is too old to know them";
        }
        good = good && kind != ResourceKind::NodeMetrics && kind != ResourceKind::PodMetrics;
        return kind == ResourceKind::NodeMetrics || kind == ResourceKind::PodMetrics
            ? "not served: no metrics-server, usage is unknown"
            : "not served";
    case Sync::Failed:
        good = false;
        return "failed" + words;
    case Sync::Loading:
    case Sync::Waiting:
        good = false;
        return "not read in time" + words;
    }
    return {};
}

} // namespace

int runCheck(const Options &options)
{
    const auto config = readConfig(options);
    if (!config) {
        say(config.error().text());
        return UsageError;
    }
    std::printf(
        "configuration: %s\n", config->file.empty() ? "none (none is needed)" : sanitized(config->file).c_str());
    const auto run = Headless::open(options);
    if (!run) {
        return Headless::lastExitCode();
    }
    bool good = true;
    for (const auto &cluster : run->picture().snapshot().clusters()) {
        const ClusterStatus &status = cluster->status();
        std::printf("\n%s\n  server      %s%s\n", sanitized(status.name).c_str(),
            status.server.empty() ? "none found" : sanitized(status.server).c_str(),
            status.insecure ? "   CERTIFICATE NOT VERIFIED (insecure-skip-tls-verify)" : "");
        if (status.connection == Connection::Failed || status.connection == Connection::Connecting) {
            good = false;
            for (const std::string &master : status.masters) {
                std::printf("  master      %s\n", sanitized(master).c_str());
            }
            std::printf("  connection  failed: %s\n",
                status.error ? sanitized(status.error->text()).c_str() : "no answer in time");
            continue;
        }
        if (status.orchestrator == Orchestrator::Helios) {
            printMasters(status);
        }
        std::printf("  version     %s\n  answers in  %lld ms, clock %+lld s\n", sanitized(status.version).c_str(),
            static_cast<long long>(status.latency.count()), static_cast<long long>(status.skew.count()));
        if (status.round.count() > 0) {
            std::printf("  a round     %lld ms\n", static_cast<long long>(status.round.count()));
        }
        const ClusterDiagnosis asked = diagnose(*cluster, nullptr);
        std::printf("  asked       %s requests, %s lists, %s watches; %s on the wire\n",
            formatCount(static_cast<std::int64_t>(status.requests)).c_str(),
            formatCount(static_cast<std::int64_t>(asked.lists)).c_str(),
            formatCount(static_cast<std::int64_t>(asked.watches)).c_str(),
            formatBytes(Bytes(static_cast<std::int64_t>(status.bytes))).c_str());
        for (int i = 0; i < kResourceKinds; ++i) {
            const auto kind = static_cast<ResourceKind>(i);
            if (!applies(status.orchestrator, kind)) {
                continue;
            }
            std::printf(
                "  %-22s %s\n", std::string(resourceWord(kind)).c_str(), sanitized(line(*cluster, kind, good)).c_str());
        }
    }
    return good ? Done : Partial;
}

} // namespace sextant::app
