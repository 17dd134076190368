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

QString kindLine(ResourceKind kind, const ResourceStatus &status)
{
    const std::string_view word = resourceWord(kind);
    QString line = QString::fromLatin1(word.data(), static_cast<qsizetype>(word.size())) + QLatin1Char(' ');
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
        if (resource.sync == Sync::Loading && !resource.expected) {
            continue; // how much it will be is not known: the others say
        }
        if (resource.sync == Sync::Loading || resource.sync == Sync::Live) {
            const std::uint64_t all = std::max(resource.expected.value_or(resource.read), resource.read);
            read += std::min(resource.read, all);
            expected += all;
        }
    }
    const bool said = std::any_of(status.resources.begin(), status.resources.end(),
        [](const ResourceStatus &r) { return r.sync == Sync::Loading && r.expected.has_value(); });
    return said && expected > 0 ? static_cast<double>(read) / static_cast<double>(expected) : -1;
}

int kindsRead(const ClusterStatus &status)
{
    return static_cast<int>(std::count_if(status.resources.begin(), status.resources.end(),
        [](const ResourceStatus &r) { return r.sync == Sync::Live || r.sync == Sync::Stale; }));
}

int kindsAsked(const ClusterStatus &status)
{
    return static_cast<int>(std::count_if(status.resources.begin(), status.resources.end(),
        [](const ResourceStatus &r) { return r.sync != Sync::Waiting; }));
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
        break;
    case Connection::Connecting:
    case Connection::Live:
        if (status.connection == Connection::Connecting || !status.settled()) {
            fresh.kind = Freshness::Kind::Loading;
            fresh.state = State::Pending;
            const double share = loadedShare(status);
            if (share >= 0) {
                const QString percent =
                    QString::number(std::min(static_cast<int>(share * 100), 99)) + QChar(0x202f) + QLatin1Char('%');
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
            fresh.strip = Words::tr("partial: %1 of %2 kinds").arg(kindsRead(status)).arg(kindsAsked(status));
        } else {
            fresh.kind = Freshness::Kind::Live;
            fresh.state = State::Ok;
            fresh.note = ageText(status.heard, now);
        }
        break;
    }
    if (!status.version.empty()) {
        lines << Words::tr("Kubernetes %1").arg(text(status.version));
    }
    if (status.insecure) {
        lines << Words::tr("its certificate is not verified");
    }
    for (int i = 0; i < kResourceKinds; ++i) {
        const auto kind = static_cast<ResourceKind>(i);
        const ResourceStatus &resource = status.of(kind);
        if (resource.sync != Sync::Live && resource.sync != Sync::Waiting) {
            lines << kindLine(kind, resource);
        }
    }
    if (status.error) {
        lines << text(status.error->text());
    }
    lines.removeAll(QString());
    fresh.tip = lines.join(QLatin1Char('\n'));
    return fresh;
}

} // namespace sextant::ui
