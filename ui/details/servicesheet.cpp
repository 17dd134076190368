// SPDX-License-Identifier: GPL-3.0-or-later
// What is said about a service of the migration.
#include "core/base/format.h"
#include "ui/details/sheet.h"
#include "ui/details/sheetparts.h"

#include <QDateTime>

namespace sextant::ui {

using namespace parts;

namespace {

QString stageText(migration::Stage stage) { return shown(migration::stageWord(stage)); }

DetailSection sideSection(const Picture &picture, const QString &key, const QString &title, const migration::Side &side)
{
    DetailSection section;
    section.key = key;
    section.title = title;
    section.note = side.instances == side.healthy
        ? Words::tr("%1 healthy").arg(count(side.healthy))
        : Words::tr("%1 of %2 healthy").arg(count(side.healthy), count(side.instances));
    if (!side.exists) {
        section.note.clear();
        DetailRow row;
        row.kind = DetailRow::Kind::Note;
        row.value = side.seen ? Words::tr("Nothing of it is there.") : Words::tr("It could not be looked at.");
        section.rows.push_back(std::move(row));
        return section;
    }
    for (const WorkloadId &id : side.workloads) {
        const auto workload = picture.snapshot().find(id);
        if (!workload) {
            continue;
        }
        const QString place = workload->ns().empty()
            ? shown(workload->cluster().name())
            : shown(workload->cluster().name()) + QStringLiteral(" › ") + shown(workload->ns());
        section.rows.push_back(
            line(workload->state(), shown(workload->name()), shown(workload->kindText()), place, id));
    }
    QStringList versions;
    for (const std::string &version : side.versions) {
        versions << shown(version);
    }
    section.rows.push_back(fact(Words::tr("Version"),
        versions.isEmpty() ? QString::fromUtf8(kUnknownText) : versions.join(QStringLiteral(", "))));
    const auto declared = [](std::int64_t amount, const QString &words) {
        return amount == Count::kUnknown ? words : Words::tr("%1 declared").arg(words);
    };
    section.rows.push_back(fact(Words::tr("CPU"), declared(side.cpuRequested, cores(side.cpuRequested))));
    section.rows.push_back(fact(Words::tr("Memory"), declared(side.memoryRequested, bytes(side.memoryRequested))));
    return section;
}

} // namespace

Sheet serviceSheet(const Picture &picture, const migration::Service &service, Time now)
{
    using migration::Stage;
    Sheet sheet;
    sheet.there = true;
    sheet.path = service.owner.empty() ? Words::tr("Service") : Words::tr("Service of %1").arg(shown(service.owner));
    sheet.name = shown(service.name);
    sheet.status = service.since == kNoTime
        ? stageText(service.stage)
        : Words::tr("%1 for %2").arg(stageText(service.stage), age(service.since, now));
    sheet.stale = service.stale;
    if (service.stage == Stage::RolledBack) {
        sheet.state = State::Warning;
        sheet.cause = Words::tr("It was on Kubernetes and is healthy on Helios alone again.");
    } else if (service.stale) {
        sheet.state = State::Unknown;
        sheet.cause = Words::tr("A cluster it is on is not current: this is the last that was seen of it.");
        sheet.causeState = State::Unknown;
    } else if (service.stage == Stage::NotStarted && service.kubernetes.instances > 0) {
        sheet.state = State::Warning;
        sheet.cause = Words::tr("%1 instances are wanted on Kubernetes and none of them is healthy yet.")
                          .arg(count(service.kubernetes.instances));
    }
    sheet.sections.push_back(sideSection(picture, QStringLiteral("helios"), Words::tr("On Helios"), service.helios));
    sheet.sections.push_back(
        sideSection(picture, QStringLiteral("kubernetes"), Words::tr("On Kubernetes"), service.kubernetes));
    DetailSection facts;
    facts.key = QStringLiteral("facts");
    facts.title = Words::tr("Migration");
    facts.rows.push_back(fact(Words::tr("Stage"), stageText(service.stage)));
    const auto at = [](Time time) {
        return QDateTime::fromSecsSinceEpoch(time.time_since_epoch().count())
            .toString(QStringLiteral("d MMM yyyy, HH:mm:ss"));
    };
    if (service.since != kNoTime) {
        facts.rows.push_back(fact(Words::tr("Since"), at(service.since)));
    } else {
        DetailRow row = fact(Words::tr("Since"), QString::fromUtf8(kUnknownText));
        row.tip = Words::tr("It stood there already when it was first seen.");
        facts.rows.push_back(std::move(row));
    }
    if (service.seen) {
        facts.rows.push_back(fact(
            Words::tr("Last look"), Words::tr("%1; counts when a second one agrees").arg(stageText(*service.seen))));
    }
    if (service.firstSeen != kNoTime) {
        facts.rows.push_back(fact(Words::tr("First seen"), at(service.firstSeen)));
    }
    facts.rows.push_back(fact(Words::tr("Owner"), str(service.owner)));
    facts.rows.push_back(fact(Words::tr("Matched by"),
        service.matchedBy.empty() ? Words::tr("nothing: one side only") : shown(service.matchedBy)));
    sheet.sections.push_back(std::move(facts));
    sheet.jumpText = Words::tr("Show in &Migration");
    sheet.jumpView = QStringLiteral("migration");
    return sheet;
}

} // namespace sextant::ui
