// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/migrationwords.h"

#include "core/base/format.h"
#include "core/report/export.h"
#include "ui/bridge/fleetmodel.h"

#include <QCoreApplication>

#include <algorithm>

namespace sextant::ui::moving {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(sextant::ui::Migration)
};

QString q(const std::string &ours) { return QString::fromStdString(ours); }

} // namespace

QString text(std::string_view utf8) { return shown(utf8); }
QString count(std::int64_t n) { return q(formatCount(n)); }
QString instances(const migration::Side &side)
{
    return side.seen ? count(side.instances) : QString::fromUtf8(kUnknownText);
}

QString stageText(migration::Stage stage)
{
    const std::string_view word = migration::stageWord(stage);
    return QString::fromLatin1(word.data(), static_cast<qsizetype>(word.size()));
}

void paintStage(QPainter &painter, migration::Stage stage, const QRectF &box)
{
    const Theme &theme = Theme::instance();
    const QColor kubernetes = theme.color(Token::Kubernetes), helios = theme.color(Token::Helios);
    const double side = std::round(box.width() * 2 / 3);
    const QRectF square(std::round(box.center().x() - side / 2), std::round(box.center().y() - side / 2), side, side);
    switch (stage) {
    case migration::Stage::NotStarted:
        painter.fillRect(square, helios);
        break;
    case migration::Stage::InParallel: {
        const double half = std::floor(side / 2);
        painter.fillRect(QRectF(square.topLeft(), QSizeF(half, side)), helios);
        painter.fillRect(QRectF(square.right() - half + 1, square.top(), half, side), kubernetes);
        break;
    }
    case migration::Stage::Migrated:
        painter.fillRect(square, kubernetes);
        break;
    case migration::Stage::Retired:
        paintState(painter, State::Completed, box, theme.dark());
        break;
    case migration::Stage::RolledBack:
        paintState(painter, State::Warning, box, theme.dark());
        break;
    }
}

QString percent(const migration::Share &share)
{
    return share.covered == 0 ? QString::fromUtf8(kUnknownText) : q(formatPercent(share.moved, share.total));
}

MovedBar barOf(const migration::Share &share, bool stale)
{
    MovedBar bar;
    bar.stale = stale;
    if (share.covered > 0 && share.total > 0) {
        const auto whole = static_cast<double>(share.total);
        bar.moved = static_cast<double>(share.moved) / whole;
        bar.moving = static_cast<double>(share.moving) / whole;
        bar.left = std::max(0.0, 1 - bar.moved - bar.moving);
    }
    return bar;
}

QString age(const migration::Service &service, Time now)
{
    return service.since == kNoTime ? QString::fromUtf8(kUnknownText) : q(formatAge(service.since, now));
}

QString versions(const migration::Side &side)
{
    QStringList all;
    for (const std::string &version : side.versions) {
        all << text(version);
    }
    return all.isEmpty() ? QString::fromUtf8(kUnknownText) : all.join(QStringLiteral(", "));
}

Tip::Content tip(const migration::Service &service, Time now)
{
    Tip::Content content;
    content.title = text(service.name);
    if (service.stage == migration::Stage::RolledBack) {
        content.state = State::Warning;
    }
    content.subtitle = service.since != kNoTime
        ? Words::tr("%1 for %2").arg(stageText(service.stage), age(service, now))
        : service.firstSeen != kNoTime ? Words::tr("%1; stood there when first seen, %2 ago")
                                             .arg(stageText(service.stage), q(formatAge(service.firstSeen, now)))
                                       : stageText(service.stage);
    const auto side = [&](const QString &name, const migration::Side &one) {
        const QString instances = !one.seen ? Words::tr("could not be looked at")
            : !one.exists                   ? Words::tr("not there")
            : one.healthy == one.instances  ? Words::tr("%1 healthy").arg(count(one.instances))
                                            : Words::tr("%1, %2 healthy").arg(count(one.instances), count(one.healthy));
        content.rows.push_back({name, instances, std::nullopt});
        if (one.exists) {
            content.rows.push_back({Words::tr("version"), versions(one), std::nullopt});
        }
    };
    side(Words::tr("Helios"), service.helios);
    side(Words::tr("Kubernetes"), service.kubernetes);
    content.rows.push_back({Words::tr("Owner"),
        service.owner.empty() ? QString::fromUtf8(kUnknownText) : text(service.owner), std::nullopt});
    if (service.seen) {
        content.rows.push_back({{},
            Words::tr("The last look shows it %1; that counts when a second one agrees.").arg(stageText(*service.seen)),
            State::Pending});
    }
    if (service.stale) {
        content.rows.push_back(
            {{}, Words::tr("A cluster of it is not current: this is the last that was seen."), State::Unknown});
    }
    return content;
}

migration::ProgressPtr scoped(const FleetModel &fleet)
{
    const Scope &scope = fleet.scope();
    if (scope.cluster == ClusterId::None && scope.team.empty() && scope.ns.empty()) {
        return fleet.migration();
    }
    const Picture &picture = *fleet.picture();
    return std::make_shared<migration::Progress>(migration::narrowed(*fleet.migration(),
        [&](const migration::Service &service) { return report::contains(scope, service, picture); }));
}

} // namespace sextant::ui::moving
