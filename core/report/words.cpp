// SPDX-License-Identifier: GPL-3.0-or-later
// What a report says in words and in its key figures.
#include "core/base/format.h"
#include "core/report/parts.h"

#include <fmt/format.h>

namespace sextant::report {

namespace {

/// "62 of 170 tasks declare it".
std::string declaring(const ResourceSums &sums, int pods)
{
    return fmt::format("{} of {} tasks declare it", formatCount(pods - sums.undeclared), formatCount(pods));
}

std::string sharesOf(const ResourceSums &sums)
{
    const std::int64_t whole = sums.allocatable;
    const auto requested = percentOf(sums.charged, whole);
    const auto used = percentOf(sums.used, whole);
    if (!requested && !used) {
        return "of unknown size";
    }
    return fmt::format("{} requested and {} used", requested ? formatPercent(sums.charged, whole) : "unknown",
        used ? formatPercent(sums.used, whole) : "unknown");
}

/// "31 % of the CPU capacity is requested (62 of 170 tasks declare it)".
std::string heliosShareOf(const ResourceSums &sums, int pods, const char *what)
{
    return fmt::format("{} of the {} capacity ({})",
        percentOf(sums.requested, sums.capacity) ? formatPercent(sums.requested, sums.capacity) : "an unknown share",
        what, declaring(sums, pods));
}

} // namespace

std::optional<Sums> sumsOf(const Report &report, Orchestrator orchestrator)
{
    std::optional<Sums> sums;
    for (const Figures &figures : report.clusters) {
        if (figures.orchestrator == orchestrator) {
            if (!sums) {
                sums = figures.sums; // not from nothing: a sum of unknowns is no sum over nothing
            } else {
                sums->add(figures.sums);
            }
        }
    }
    return sums;
}

std::string listed(const std::vector<std::string> &names)
{
    constexpr std::size_t kMost = 20;
    std::string out;
    for (std::size_t i = 0; i < std::min(kMost, names.size()); ++i) {
        out += (i == 0 ? "" : ", ") + names[i];
    }
    return names.size() > kMost ? out + fmt::format(" and {} more", names.size() - kMost) : out;
}

std::string summaryOf(const Report &report, bool clusterSizes, bool lowerBounds)
{
    const Sums &sums = report.total.sums;
    std::string text;
    if (sums.nodes == 0 && sums.podsTotal == 0) {
        return "Nothing was read of this scope: see what is missing.";
    }
    const auto helios = sumsOf(report, Orchestrator::Helios);
    if (sumsOf(report, Orchestrator::Kubernetes) || !helios) {
        const char *whole = clusterSizes ? "of what its clusters can allocate " : "";
        const std::string what = report.scope == "Whole fleet" ? "the fleet" : report.scope;
        text += fmt::format("By CPU, {}{}{} is {}; by memory, {}. ", whole, what, helios ? " on Kubernetes" : "",
            sharesOf(sums.cpu), sharesOf(sums.memory));
    }
    if (helios && helios->nodes > 0) {
        text += fmt::format("On Helios, tasks request at least {} and {}. ",
            heliosShareOf(helios->cpu, helios->pods, "CPU"), heliosShareOf(helios->memory, helios->pods, "memory"));
    }
    text += fmt::format("{} of {} nodes are ready, and {} of {} pods that should run are; ",
        formatCount(sums.nodesReady), formatCount(sums.nodes), formatCount(sums.podsReady), formatCount(sums.pods));
    text += sums.unscheduled == 0 ? std::string("none waits for a node. ")
                                  : fmt::format("{} wait for a node. ", formatCount(sums.unscheduled));
    if (report.attention.empty()) {
        text += "Nothing needs attention.";
    } else {
        const Attention &worst = report.attention.front();
        const auto lines = report.attention.size();
        text += fmt::format("{} {} attention, first of all {} ({}): {}.", formatCount(static_cast<std::int64_t>(lines)),
            lines == 1 ? "thing needs" : "things need", worst.name, worst.place, worst.cause);
    }
    if (lowerBounds) {
        text += " The figures are lower bounds: something is missing, as said below.";
    }
    return text;
}

std::string sourceOf(const ClusterSnapshot &cluster, Time now)
{
    const ClusterStatus &status = cluster.status();
    const bool helios = status.orchestrator == Orchestrator::Helios;
    std::string text = fmt::format("{}: {} {} at {}, heard {}", cluster.name(), helios ? "Helios" : "Kubernetes",
        status.version.empty() ? "of unknown version" : status.version,
        status.server.empty() ? "an address nobody found" : status.server,
        status.heard == kNoTime ? "never" : formatTime(status.heard) + ", " + formatAge(status.heard, now) + " before");
    if (helios && status.masters.size() > 1) {
        text += "; masters tried in turn: " + listed(status.masters);
    }
    if (helios && status.round.count() > 0) {
        text += fmt::format("; polled: a round took {}, so its rows are up to that far apart",
            status.round.count() < 1000 ? fmt::format("{} ms", status.round.count())
                                        : fmt::format("{:.1f} s", static_cast<double>(status.round.count()) / 1000));
    }
    return text + (status.demo ? ", simulated (DEMO)" : "");
}

void addKeyFigures(Report &report)
{
    const Sums &sums = report.total.sums;
    const bool helios = sumsOf(report, Orchestrator::Helios).has_value();
    const bool onlyHelios = helios && !sumsOf(report, Orchestrator::Kubernetes);
    const auto requested = [&](const ResourceSums &r, const std::string &of) {
        const std::string more = onlyHelios ? " of capacity, " + declaring(r, sums.pods)
            : helios                        ? " allocatable on Kubernetes"
                                            : "";
        return KeyFigure{{}, formatPercent(r.requestedOfWhole(), r.whole()), of + more};
    };
    const std::string used = onlyHelios     ? "Helios measures no task"
        : report.total.allocatableOfCluster ? "of the clusters' allocatable"
                                            : "of allocatable";
    KeyFigure cpu = requested(sums.cpu,
        fmt::format("{} of {} cores", formatCores(MilliCpu(sums.cpu.requestedOfWhole())),
            formatCores(MilliCpu(sums.cpu.whole()))));
    KeyFigure memory = requested(sums.memory,
        fmt::format(
            "{} of {}", formatBytes(Bytes(sums.memory.requestedOfWhole())), formatBytes(Bytes(sums.memory.whole()))));
    cpu.label = "CPU requested";
    memory.label = "Memory requested";
    report.figures = {cpu, {"CPU used", formatPercent(sums.cpu.used, sums.cpu.allocatable), used}, memory,
        {"Memory used", formatPercent(sums.memory.used, sums.memory.allocatable), used}};
}

void addDefinitions(Report &report)
{
    report.definitions = {
        "Requested: declared. What the scheduler charges for each pod (init containers, sidecars, overhead, pod-level "
        "resources and a resize under way included), rounded up for each pod, summed over the pods that are neither "
        "Succeeded nor Failed.",
        "Used: measured by metrics.k8s.io. Of the nodes where they are sampled, of the pods under a namespace or "
        "owner. "
        "CPU is a mean over the sampling window, memory the working set.",
        "Allocatable: what the nodes offer to pods (capacity less what is reserved); capacity where a node does not "
        "say.",
        "Limit: declared. A sum over the pods that have one; pods with an unlimited container are counted beside it.",
        "Percentages are of allocatable. “—” means unknown, never zero. A sum followed by + is a lower bound.",
    };
    if (!sumsOf(report, Orchestrator::Helios)) {
        return;
    }
    const std::initializer_list<const char *> helios{
        "Helios, requested: CPU from a job's cpuShares (1,024 are a core: a weight, not a reservation), memory from "
        "its "
        "resources.memory, which is its limit, too. A job that declares none asks for an unknown amount; how many "
        "tasks "
        "declare it stands beside the sum.",
        "Helios, size: it has no allocatable. Percentages marked † are of the hosts' capacity, and in sums of both "
        "orchestrators percentages are of Kubernetes alone.",
        "Helios, load: the load averages of one minute, summed over the hosts that are up and tell. Memory in use: "
        "total less free of the same hosts, caches included. Neither compares with what Kubernetes measures as used, "
        "and nothing is measured of single tasks.",
    };
    report.definitions.insert(report.definitions.end(), helios.begin(), helios.end());
}

std::string Distribution::caption() const
{
    std::string text = fmt::format("Bars requested{}, share of the {}; {} {}", ofCapacity ? "" : ", line used",
        ofCapacity ? "host's capacity" : "node's allocatable", formatCount(nodes), ofCapacity ? "hosts" : "nodes");
    if (!ofCapacity) {
        text += fmt::format(", {} without a usage sample", formatCount(unsampled));
    }
    return undeclared == 0
        ? text
        : text + fmt::format(", {} of them without a task that declares it", formatCount(undeclared));
}

} // namespace sextant::report
