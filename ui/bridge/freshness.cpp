// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bridge/freshness.h"

#include "core/base/format.h"
#include "ui/theme/theme.h"

#include <QCoreApplication>
#include <QDateTime>

#include <algorithm>

namespace sextant::ui {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(sextant::ui::Freshness)
};

QString text(const std::string &utf8) { return shown(utf8); }

QString ageText(Time since, Time now)
{
    if (since == kNoTime) {
        return QString::fromUtf8(kUnknownText);
    }
    const auto seconds = std::max<std::int64_t>((now - since).count(), 0);
    if (seconds < 60) {
        return QString::number(seconds) + QChar(0x202f) + QLatin1Char('s');
    }
    return text(formatAge(since, now));
}

QString clockText(Time at)
{
    return QDateTime::fromSecsSinceEpoch(at.time_since_epoch().count()).toString(QStringLiteral("HH:mm:ss"));
}

/// A time of day, with its day where that is not today's.
QString dayText(Time at, Time now)
{
    const QDateTime then = QDateTime::fromSecsSinceEpoch(at.time_since_epoch().count());
    const bool today = QDateTime::fromSecsSinceEpoch(now.time_since_epoch().count()).date() == then.date();
    return then.toString(today ? QStringLiteral("HH:mm") : QStringLiteral("yyyy-MM-dd HH:mm"));
}

QString percentText(double share)
{
    return QString::number(std::min(static_cast<int>(share * 100), 99)) + QChar(0x202f) + QLatin1Char('%');
}

/// Rounds further apart than this are further apart than they are meant to be.
constexpr std::chrono::seconds kSlow{15};

/// "0.8 s", "10 s", "2m10s"
QString durationText(std::chrono::milliseconds duration)
{
    if (duration < std::chrono::seconds(60)) {
        const double seconds = static_cast<double>(duration.count()) / 1000;
        return QString::number(seconds, 'f', seconds < 9.95 && duration.count() % 1000 != 0 ? 1 : 0) + QChar(0x202f)
            + QLatin1Char('s');
    }
    return text(formatDuration(std::chrono::duration_cast<std::chrono::seconds>(duration)));
}

/// What is done about a kept picture: "connecting", "loading, 41 %", or why it is not.
QString renewal(const ClusterStatus &status)
{
    if (status.error) {
        return problemWord(*status.error);
    }
    const double share = loadedShare(status);
    if (share >= 0) {
        return Words::tr("loading, %1").arg(percentText(share));
    }
    return status.renewing() ? Words::tr("loading") : Words::tr("connecting");
}

QString kindLine(ResourceKind kind, const ResourceStatus &status, Orchestrator orchestrator)
{
    QString line = kindWord(kind, orchestrator) + QLatin1Char(' ');
    switch (status.sync) {
    case Sync::Forbidden:
        return line + Words::tr("forbidden");
    case Sync::Absent:
        return line + Words::tr("not installed");
    case Sync::Failed:
        return line + (status.error ? problemWord(*status.error) : Words::tr("failed"));
    case Sync::Stale:
        return line + Words::tr("stale");
    case Sync::Waiting:
    case Sync::Loading:
        line += text(formatCount(static_cast<std::int64_t>(status.read)));
        if (status.expected) {
            line += QLatin1Char(' ')
                + Words::tr("of about %1").arg(text(formatCount(static_cast<std::int64_t>(*status.expected))));
        }
        return line;
    case Sync::Live:
        return line + Words::tr("live");
    }
    return line;
}

} // namespace

QString problemWord(const Error &error)
{
    switch (error.code) {
    case ErrorCode::Unreachable:
        return Words::tr("unreachable");
    case ErrorCode::Tls:
        return Words::tr("TLS refused");
    case ErrorCode::Timeout:
        return Words::tr("no answer");
    case ErrorCode::Unauthorized:
    case ErrorCode::Credential:
        return Words::tr("not logged in");
    case ErrorCode::Forbidden:
        return Words::tr("forbidden");
    case ErrorCode::Config:
        return Words::tr("wrong configuration");
    case ErrorCode::TooManyRequests:
        return Words::tr("asked to wait");
    default:
        return Words::tr("failed");
    }
}

double loadedShare(const ClusterStatus &status)
{
    std::uint64_t read = 0;
    std::uint64_t expected = 0;
    for (const ResourceStatus &resource : status.resources) {
        const bool loading = resource.sync == Sync::Loading || resource.renewing;
        if (loading && !resource.expected) {
            continue; // how much it will be is not known: the others say
        }
        if (loading || resource.sync == Sync::Live) {
            const std::uint64_t all = std::max(resource.expected.value_or(resource.read), resource.read);
            read += std::min(resource.read, all);
            expected += all;
        }
    }
    const bool said = std::any_of(status.resources.begin(), status.resources.end(),
        [](const ResourceStatus &r) { return (r.sync == Sync::Loading || r.renewing) && r.expected.has_value(); });
    return said && expected > 0 ? static_cast<double>(read) / static_cast<double>(expected) : -1;
}

QString kindWord(ResourceKind kind, Orchestrator orchestrator)
{
    if (orchestrator == Orchestrator::Helios && kind == ResourceKind::Nodes) {
        return Words::tr("hosts");
    }
    if (orchestrator == Orchestrator::Helios && kind == ResourceKind::Pods) {
        return Words::tr("tasks");
    }
    const std::string_view word = resourceWord(kind);
    return QString::fromLatin1(word.data(), static_cast<qsizetype>(word.size()));
}

QString versionText(const ClusterStatus &status)
{
    if (status.version.empty()) {
        return {};
    }
    return (status.orchestrator == Orchestrator::Helios ? Words::tr("Helios %1") : Words::tr("Kubernetes %1"))
        .arg(text(status.version));
}

QStringList pollingLines(const ClusterStatus &status)
{
    QStringList lines;
    if (status.orchestrator != Orchestrator::Helios) {
        return lines;
    }
    if (status.pace.count() > 0) {
        const QString last = status.round.count() > 0
            ? Words::tr(", the last round took %1").arg(durationText(status.round))
            : QString();
        lines << (status.pace > kSlow
                ? Words::tr("polling is slowed to every %1 to spare its masters%2").arg(durationText(status.pace), last)
                : Words::tr("polled every %1%2").arg(durationText(status.pace), last));
    }
    if (status.masters.size() > 1) {
        const auto at = std::find(status.masters.begin(), status.masters.end(), status.server);
        lines << (at == status.masters.begin() || at == status.masters.end()
                ? Words::tr("%1 masters, tried in turn").arg(status.masters.size())
                : Words::tr("master %1 of %2 answers: those before it did not")
                      .arg(at - status.masters.begin() + 1)
                      .arg(status.masters.size()));
    }
    return lines;
}

QString unreadableText(const ClusterStatus &status)
{
    constexpr std::size_t kNamed = 3;
    QStringList parts;
    for (int i = 0; i < kResourceKinds; ++i) {
        const auto kind = static_cast<ResourceKind>(i);
        const std::vector<std::string> &names = status.of(kind).unreadable;
        if (names.empty() || !applies(status.orchestrator, kind)) {
            continue;
        }
        QStringList some;
        for (std::size_t n = 0; n < std::min(names.size(), kNamed); ++n) {
            some << shownName(names[n], status.orchestrator);
        }
        QString part = kindWord(kind, status.orchestrator) + QLatin1Char(' ') + some.join(QStringLiteral(", "));
        if (names.size() > kNamed) {
            part += QLatin1Char(' ') + Words::tr("and %1 more").arg(names.size() - kNamed);
        }
        parts << part;
    }
    return parts.join(QStringLiteral("; "));
}

int kindsRead(const ClusterStatus &status)
{
    int read = 0;
    for (int i = 0; i < kResourceKinds; ++i) {
        const auto kind = static_cast<ResourceKind>(i);
        const Sync sync = status.of(kind).sync;
        read += applies(status.orchestrator, kind) && (sync == Sync::Live || sync == Sync::Stale) ? 1 : 0;
    }
    return read;
}

int kindsAsked(const ClusterStatus &status)
{
    int asked = 0;
    for (int i = 0; i < kResourceKinds; ++i) {
        const auto kind = static_cast<ResourceKind>(i);
        asked += applies(status.orchestrator, kind) && status.of(kind).sync != Sync::Waiting ? 1 : 0;
    }
    return asked;
}

bool sumsOpen(const ClusterStatus &status)
{
    return status.connection == Connection::Failed || (status.connection == Connection::Connecting)
        || !status.settled();
}

bool sumsOpen(const Picture &picture)
{
    for (std::size_t i = 0; i < picture.clusters(); ++i) {
        if (sumsOpen(picture.cluster(i).status())) {
            return true;
        }
    }
    return false;
}

namespace {
bool has(const Picture &picture, const Scope &scope, Orchestrator orchestrator)
{
    const auto &clusters = picture.snapshot().clusters();
    return std::any_of(clusters.begin(), clusters.end(), [&](const auto &cluster) {
        return (scope.cluster == ClusterId::None || scope.cluster == cluster->id())
            && cluster->status().orchestrator == orchestrator;
    });
}
} // namespace

bool heliosIn(const Picture &picture, const Scope &scope) { return has(picture, scope, Orchestrator::Helios); }
bool kubernetesIn(const Picture &picture, const Scope &scope) { return has(picture, scope, Orchestrator::Kubernetes); }

QString countText(std::int64_t count, bool open)
{
    return text(formatCount(count)) + (open ? QStringLiteral("+") : QString());
}

Freshness freshnessOf(const ClusterStatus &status, Time now)
{
    Freshness fresh;
    QStringList lines{text(status.server)};
    switch (status.connection) {
    case Connection::Failed:
        fresh.kind = Freshness::Kind::Failed;
        fresh.state = State::Failed;
        fresh.note = status.error ? problemWord(*status.error) : Words::tr("failed");
        fresh.strip = status.error ? text(status.error->message) : Words::tr("cannot be reached");
        break;
    case Connection::Stale:
        fresh.kind = Freshness::Kind::Stale;
        fresh.state = State::Unknown;
        fresh.note = ageText(status.heard, now);
        fresh.strip = status.heard == kNoTime
            ? Words::tr("shows an old picture")
            : Words::tr("shows %1, %2 ago").arg(clockText(status.heard), text(formatAge(status.heard, now)));
        if (status.kept != kNoTime) {
            fresh.strip = Words::tr("picture of %1, %2 ago; %3")
                              .arg(dayText(status.kept, now), text(formatAge(status.kept, now)), renewal(status));
        }
        break;
    case Connection::Connecting:
    case Connection::Live:
        if (status.connection == Connection::Connecting || !status.settled()) {
            fresh.kind = Freshness::Kind::Loading;
            fresh.state = State::Pending;
            const double share = loadedShare(status);
            if (share >= 0) {
                const QString percent = percentText(share);
                fresh.note = percent;
                fresh.strip = Words::tr("loading, %1").arg(percent);
            } else {
                const bool connecting = status.connection == Connection::Connecting;
                fresh.note = connecting ? Words::tr("connecting") : Words::tr("loading");
                fresh.strip = fresh.note;
            }
        } else if (status.partial()) {
            fresh.kind = Freshness::Kind::Partial;
            fresh.state = State::Warning;
            fresh.note = Words::tr("partial");
            const QString unreadable = unreadableText(status);
            fresh.strip = kindsRead(status) == kindsAsked(status) && !unreadable.isEmpty()
                ? Words::tr("partial: its master cannot read %1").arg(unreadable)
                : Words::tr("partial: %1 of %2 kinds").arg(kindsRead(status)).arg(kindsAsked(status));
        } else {
            fresh.kind = Freshness::Kind::Live;
            fresh.state = State::Ok;
            fresh.note = ageText(status.heard, now);
        }
        break;
    }
    lines << versionText(status) << pollingLines(status);
    if (status.insecure) {
        lines << Words::tr("its certificate is not verified");
    }
    for (int i = 0; i < kResourceKinds; ++i) {
        const auto kind = static_cast<ResourceKind>(i);
        const ResourceStatus &resource = status.of(kind);
        if (resource.sync != Sync::Live && resource.sync != Sync::Waiting && applies(status.orchestrator, kind)) {
            lines << kindLine(kind, resource, status.orchestrator);
        }
    }
    if (const QString unreadable = unreadableText(status); !unreadable.isEmpty()) {
        lines << Words::tr("its master cannot read %1").arg(unreadable);
    }
    if (status.error) {
        lines << text(status.error->text());
    }
    lines.removeAll(QString());
    fresh.tip = lines.join(QLatin1Char('\n'));
    return fresh;
}

} // namespace sextant::ui
