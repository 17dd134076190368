// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/diagnostics/diagnostics.h"

#include "core/base/format.h"
#include "core/base/logfile.h"
#include "core/diagnostics/process.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace sextant {

namespace {

std::string seconds(std::chrono::milliseconds duration)
{
    return fmt::format("{:.{}f}\u202fs", static_cast<double>(duration.count()) / 1000, duration.count() < 9950 ? 1 : 0);
}

std::string loadingWords(const ResourceStatus &status)
{
    const auto share = status.expected ? percentOf(static_cast<std::int64_t>(status.read),
                           static_cast<std::int64_t>(std::max(*status.expected, status.read)))
                                       : std::nullopt;
    return share ? fmt::format("loading, {:.0f}\u202f%", std::min(*share, 99.0)) : "loading";
}

std::string_view wordOf(const ClusterStatus &cluster, ResourceKind kind)
{
    const bool helios = cluster.orchestrator == Orchestrator::Helios;
    return helios && kind == ResourceKind::Nodes ? "hosts"
        : helios && kind == ResourceKind::Pods   ? "tasks"
                                                 : resourceWord(kind);
}

KindDiagnosis kindOf(const ClusterStatus &cluster, ResourceKind kind)
{
    KindDiagnosis out;
    out.kind = kind;
    out.word = wordOf(cluster, kind);
    out.status = cluster.of(kind);
    switch (out.status.sync) {
    case Sync::Waiting:
        out.state = State::Pending;
        out.sync = "not asked yet";
        break;
    case Sync::Loading:
        out.state = State::Pending;
        out.sync = loadingWords(out.status);
        break;
    case Sync::Live:
        out.state = out.status.namespaces.empty() && out.status.unreadable.empty() ? State::Ok : State::Warning;
        out.sync = out.state == State::Ok ? "live" : "live, in part";
        break;
    case Sync::Stale:
        out.state = State::Unknown;
        out.sync = out.status.renewing ? "stale, " + loadingWords(out.status) : "stale";
        break;
    case Sync::Forbidden:
        out.state = State::Warning;
        out.sync = "forbidden";
        break;
    case Sync::Absent:
        // Without metrics every usage is unknown; a kind that an old server lacks leaves nothing out.
        out.state =
            kind == ResourceKind::NodeMetrics || kind == ResourceKind::PodMetrics ? State::Warning : State::Terminating;
        out.sync = "not served";
        break;
    case Sync::Failed:
        out.state = State::Failed;
        out.sync = "failed";
        break;
    }
    const auto add = [&out](const std::string &words) { out.problem += (out.problem.empty() ? "" : "; ") + words; };
    const auto listed = [](const std::vector<std::string> &names) {
        constexpr std::size_t kNamed = 10;
        std::string text;
        for (std::size_t i = 0; i < std::min(names.size(), kNamed); ++i) {
            text += (i == 0 ? "" : ", ") + names[i];
        }
        return names.size() > kNamed ? text + fmt::format(" and {} more", names.size() - kNamed) : text;
    };
    if (out.status.error) {
        add(out.status.error->text());
    }
    if (!out.status.namespaces.empty()) {
        add("read only in " + listed(out.status.namespaces));
    }
    if (!out.status.unreadable.empty()) {
        add("its master cannot read " + listed(out.status.unreadable));
    }
    return out;
}

void judgeConnection(ClusterDiagnosis &out)
{
    switch (out.status.connection) {
    case Connection::Failed:
        out.state = State::Failed;
        out.connection = "failed";
        return;
    case Connection::Stale:
        out.state = State::Unknown;
        out.connection = out.status.renewing() ? "stale, loading" : "stale";
        return;
    case Connection::Connecting:
        out.state = State::Pending;
        out.connection = "connecting";
        return;
    case Connection::Live:
        break;
    }
    if (!out.status.settled()) {
        out.state = State::Pending;
        out.connection = "loading";
    } else if (out.status.partial()) {
        out.state = State::Warning;
        out.connection = "partial";
    } else {
        out.state = State::Ok;
        out.connection = "live";
    }
}

void addMasters(ClusterDiagnosis &out)
{
    for (const std::string &master : out.status.masters) {
        const bool asked = master == out.status.server;
        out.masters.push_back(master
            + (!asked                                           ? ", not asked"
                    : out.status.connection == Connection::Live ? ", answers"
                                                                : ", does not answer"));
    }
}

} // namespace

ClusterDiagnosis diagnose(const ClusterSnapshot &cluster, const MinuteLog *log)
{
    ClusterDiagnosis out;
    out.id = cluster.id();
    out.status = cluster.status();
    judgeConnection(out);
    out.objects = cluster.nodes().size() + cluster.pods().size() + cluster.namespaces().size();
    for (const WorkloadView workload : cluster.workloads()) { // without the rows that stand for pods of nobody
        out.objects += workload.kind() == WorkloadKind::Pod || workload.kind() == WorkloadKind::Node ? 0 : 1;
    }
    for (int i = 0; i < kResourceKinds; ++i) {
        const auto kind = static_cast<ResourceKind>(i);
        if (applies(out.status.orchestrator, kind)) {
            out.kinds.push_back(kindOf(out.status, kind));
            out.lists += out.status.of(kind).lists;
            out.watches += out.status.of(kind).watches;
        }
    }
    if (log != nullptr) {
        out.traffic = log->traffic(out.id);
    }
    if (out.status.orchestrator == Orchestrator::Helios) {
        if (out.status.pace.count() > 0) {
            out.polling = "every " + seconds(out.status.pace);
        }
        if (out.status.round.count() > 0) {
            out.polling += (out.polling.empty() ? "" : ", ") + ("the last round took " + seconds(out.status.round));
        }
        addMasters(out);
    }
    return out;
}

Diagnostics diagnose(const Snapshot &snapshot, const MinuteLog *log, Time now, ClusterId cluster,
    std::optional<std::chrono::milliseconds> stall)
{
    Diagnostics out;
    out.at = now;
    out.program.resident = process::residentBytes();
    out.program.peak = std::max(out.program.resident, process::peakBytes()); // the kernel is late with it
    if (log != nullptr) {
        out.program.processorShare = log->processorShare();
        out.program.picturesPerSecond = log->picturesPerSecond();
    }
    out.program.longestStall = stall;
    out.program.logFile = log::file();
    std::vector<const StringPool *> pools;
    for (const ClusterSnapshotPtr &one : snapshot.clusters()) {
        if (std::find(pools.begin(), pools.end(), &one->strings()) == pools.end()) {
            pools.push_back(&one->strings());
            out.program.strings += one->strings().size();
            out.program.stringBytes += one->strings().bytes();
        }
        if (cluster == ClusterId::None || one->id() == cluster) {
            out.clusters.push_back(diagnose(*one, log));
        }
    }
    return out;
}

std::string formatRate(std::optional<double> bytesPerSecond)
{
    return bytesPerSecond ? formatBytes(Bytes(std::llround(*bytesPerSecond))) + "/s" : kUnknownText;
}

std::string formatPerSecond(std::optional<double> number)
{
    if (!number) {
        return kUnknownText;
    }
    return (*number < 9.95 ? fmt::format("{:.1f}", *number) : formatCount(std::llround(*number))) + "\u202f/s";
}

std::string formatShareOfCore(std::optional<double> share)
{
    return share ? fmt::format("{:.1f}\u202f% of a core", *share * 100) : kUnknownText;
}

std::string formatAnswerTime(std::chrono::milliseconds latency)
{
    return latency.count() > 0 ? formatCount(latency.count()) + "\u202fms" : kUnknownText;
}

std::string formatSkew(const ClusterStatus &status)
{
    return status.heard == kNoTime ? kUnknownText : fmt::format("{:+d}\u202fs", status.skew.count());
}

std::string formatRead(const ResourceStatus &status)
{
    if (status.sync == Sync::Waiting || status.sync == Sync::Absent || status.sync == Sync::Forbidden) {
        return kUnknownText;
    }
    std::string text = formatCount(static_cast<std::int64_t>(status.read));
    if (status.sync == Sync::Loading && status.expected) {
        text += " of " + formatCount(static_cast<std::int64_t>(*status.expected));
    }
    return text;
}

std::string formatLoaded(const ClusterSnapshot &cluster)
{
    const auto kind = [&](ResourceKind which, std::size_t held) {
        const ResourceStatus &status = cluster.status().of(which);
        const bool loading = status.sync == Sync::Loading;
        const bool total = loading && status.expected.value_or(0) >= std::max<std::uint64_t>(1, status.read);
        return fmt::format("{}{} {}", total ? formatRead(status) : formatCount(static_cast<std::int64_t>(held)),
            loading && !total ? "+" : "", wordOf(cluster.status(), which));
    };
    return fmt::format("{}: {}, {}", sanitized(cluster.name()), kind(ResourceKind::Nodes, cluster.nodes().size()),
        kind(ResourceKind::Pods, cluster.pods().size()));
}

std::string formatHeard(Time heard, Time now)
{
    return heard == kNoTime ? kUnknownText : formatAge(std::min(heard, now), now);
}

} // namespace sextant
