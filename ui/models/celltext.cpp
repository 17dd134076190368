// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/celltext.h"

#include <QDateTime>
#include <QLocale>

#include <algorithm>

namespace sextant::ui {

namespace {

/// Share of a pod's bar that stands for all it asked for.
constexpr double kRequestShare = 0.86;

QString ours(const std::string &text) { return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size())); }

double share(std::int64_t part, std::int64_t whole)
{
    return part == Count::kUnknown || whole == Count::kUnknown || whole <= 0
        ? -1
        : static_cast<double>(part) / static_cast<double>(whole);
}

} // namespace

QString cpuText(MilliCpu cpu) { return ours(formatMilliCpu(cpu)); }
QString memoryText(Bytes bytes) { return ours(formatMebibytes(bytes)); }
QString bytesText(Bytes bytes) { return ours(formatBytes(bytes)); }
QString countText(std::int64_t count) { return ours(formatCount(count)); }
QString ageText(Time since, Time now)
{
    return since == kNoTime ? countText(Count::kUnknown) : ours(formatAge(since, now));
}
QString agoText(Time since, Time now)
{
    return since == kNoTime ? QString() : QLatin1Char('(') + ageText(since, now) + QLatin1String(" ago)");
}
QString percentText(std::int64_t part, std::int64_t whole) { return ours(formatPercent(part, whole)); }
QString orNone(std::string_view text) { return text.empty() ? QStringLiteral("<none>") : shown(text); }

QString requestText(const QString &text, const ResourceSums &sums)
{
    return sums.undeclared > 0 && sums.requested != Count::kUnknown ? QString(text + QLatin1Char('+')) : text;
}
QString loadText(std::optional<double> load)
{
    return load ? QLocale::c().toString(*load, 'f', 2) : countText(Count::kUnknown);
}

QString momentText(Time time)
{
    if (time == kNoTime) {
        return {};
    }
    const QDateTime moment = QDateTime::fromSecsSinceEpoch(time.time_since_epoch().count());
    return QLocale().toString(moment, QStringLiteral("yyyy-MM-dd HH:mm:ss t"));
}

Bar barOfRequest(std::int64_t used, std::int64_t requested, std::int64_t limit)
{
    Bar bar;
    bar.cell = true;
    if (requested == Count::kUnknown) {
        return bar;
    }
    bar.requested = requested > 0 ? kRequestShare : 0;
    const double usedShare = share(used, requested);
    bar.used = usedShare < 0 ? -1 : usedShare * kRequestShare;
    const double limitShare = share(limit, requested);
    bar.limit = limitShare < 0 ? -1 : limitShare * kRequestShare;
    return bar;
}

Bar barOfAllocatable(std::int64_t used, std::int64_t requested, std::int64_t limit, std::int64_t allocatable)
{
    Bar bar;
    bar.cell = true;
    bar.requested = share(requested, allocatable);
    bar.used = share(used, allocatable);
    bar.limit = limit > 0 ? share(limit, allocatable) : -1;
    return bar;
}

std::vector<ResourceKind> kindsOf(TableKind table, Orchestrator orchestrator)
{
    switch (table) {
    case TableKind::Pods:
        return {ResourceKind::Pods};
    case TableKind::Nodes:
        return {ResourceKind::Nodes};
    case TableKind::Workloads:
        break;
    }
    std::vector<ResourceKind> kinds{ResourceKind::Deployments, ResourceKind::StatefulSets, ResourceKind::DaemonSets,
        ResourceKind::Jobs, ResourceKind::CronJobs, ResourceKind::ReplicaSets, ResourceKind::ReplicationControllers,
        ResourceKind::DeploymentGroups};
    std::erase_if(kinds, [orchestrator](ResourceKind kind) { return !applies(orchestrator, kind); });
    return kinds;
}

bool hasHelios(const Picture &picture)
{
    const auto &clusters = picture.snapshot().clusters();
    return std::any_of(clusters.begin(), clusters.end(),
        [](const auto &cluster) { return cluster->status().orchestrator == Orchestrator::Helios; });
}

bool isStale(const ClusterStatus &status, TableKind table)
{
    if (status.connection == Connection::Stale) {
        return true;
    }
    // Workloads are many kinds: one that has fallen behind makes the row's word doubtful, so all are marked.
    const std::vector<ResourceKind> kinds = kindsOf(table, status.orchestrator);
    return std::any_of(
        kinds.begin(), kinds.end(), [&](ResourceKind kind) { return status.of(kind).sync == Sync::Stale; });
}

} // namespace sextant::ui
