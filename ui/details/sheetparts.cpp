// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/details/sheetparts.h"

#include "core/base/format.h"

#include <QDateTime>

#include <algorithm>

namespace sextant::ui::parts {

namespace {

constexpr std::size_t kMostRows = 60;

} // namespace

bool staleCluster(const ClusterSnapshot &cluster)
{
    return cluster.status().connection == Connection::Stale || cluster.status().connection == Connection::Failed;
}

QString str(std::string_view text) { return text.empty() ? QString::fromUtf8(kUnknownText) : shown(text); }
QString age(Time since, Time now)
{
    return since == kNoTime ? QString::fromUtf8(kUnknownText) : shown(formatAge(since, now));
}
QString ago(Time since, Time now)
{
    return since == kNoTime ? Words::tr("at an unknown time") : Words::tr("%1 ago").arg(age(since, now));
}
QString count(std::int64_t n) { return n == Count::kUnknown ? QString::fromUtf8(kUnknownText) : shown(formatCount(n)); }
QString restarts(std::uint32_t n) { return n == 1 ? Words::tr("1 restart") : Words::tr("%1 restarts").arg(count(n)); }
QString cores(std::int64_t millicores) { return shown(formatCpu(MilliCpu(millicores))); }
QString bytes(std::int64_t n) { return shown(formatBytes(Bytes(n))); }
QString percent(std::int64_t part, std::int64_t whole) { return shown(formatPercent(part, whole)); }

double share(std::int64_t part, std::int64_t whole)
{
    if (part == Count::kUnknown || whole == Count::kUnknown || whole <= 0) {
        return -1;
    }
    return static_cast<double>(part) / static_cast<double>(whole);
}

DetailRow fact(const QString &label, const QString &value, const AnyId &link)
{
    DetailRow row;
    row.label = label;
    row.value = value;
    row.tip = value;
    row.link = link;
    return row;
}

DetailRow line(
    std::optional<State> glyph, const QString &label, const QString &value, const QString &right, const AnyId &link)
{
    DetailRow row;
    row.kind = DetailRow::Kind::Line;
    row.glyph = glyph;
    row.label = label;
    row.value = value;
    row.right = right;
    row.link = link;
    row.tip = value.isEmpty() ? label : QString(label + QLatin1Char('\n') + value);
    return row;
}

DetailRow scopeMeter(const QString &label, const ResourceSums &sums, bool memory, bool stale)
{
    DetailRow row;
    row.kind = DetailRow::Kind::Meter;
    row.label = label;
    row.memory = memory;
    const auto amount = [memory](std::int64_t n) { return memory ? bytes(n) : shown(formatCores(MilliCpu(n))); };
    row.bar.requested = share(sums.charged, sums.allocatable);
    row.bar.used = share(sums.used, sums.allocatable);
    row.bar.stale = stale;
    row.strong = percent(sums.charged, sums.allocatable);
    row.rest = QStringLiteral(" / ") + percent(sums.used, sums.allocatable);
    const QString unit = memory ? QString() : Words::tr(" cores");
    if (sums.allocatable == Count::kUnknown) {
        row.caption = Words::tr("%1%2 requested, %3 used").arg(amount(sums.requested), unit, amount(sums.used));
    } else {
        row.caption = Words::tr("%1 requested, %2 used of %3%4")
                          .arg(amount(sums.requested), amount(sums.used), amount(sums.allocatable), unit);
    }
    row.tip = row.caption;
    return row;
}

DetailSection charts(const Recorder *history, const SeriesKey &key, Time now)
{
    DetailSection section;
    section.key = QStringLiteral("charts");
    if (history == nullptr) {
        return section;
    }
    section.title = Words::tr("Used");
    const std::vector<Sample> samples = history->series(key);
    const Time since = history->followedSince(key);
    section.note = Words::tr("last hour");
    if (since != kNoTime && now - since < Recorder::kKeep) {
        section.note =
            Words::tr("since %1")
                .arg(QDateTime::fromSecsSinceEpoch(since.time_since_epoch().count()).toString(QStringLiteral("HH:mm")));
    }
    for (const bool memory : {false, true}) {
        DetailRow row;
        row.kind = DetailRow::Kind::Chart;
        row.label = memory ? Words::tr("Memory") : Words::tr("CPU");
        row.memory = memory;
        row.samples = samples;
        if (!samples.empty()) {
            const Sample &last = samples.back();
            row.right = memory ? bytes(last.memoryUsed) : cores(last.cpuUsed);
        } else {
            row.right = QString::fromUtf8(kUnknownText);
        }
        section.rows.push_back(std::move(row));
    }
    return section;
}

std::vector<ConditionView> views(const std::vector<ConditionDraft> &drafts)
{
    std::vector<ConditionView> all;
    all.reserve(drafts.size());
    for (const ConditionDraft &draft : drafts) {
        all.push_back({draft.type, draft.status, draft.reason, draft.message, draft.since});
    }
    return all;
}

DetailSection conditions(const std::vector<ConditionView> &all, Time now)
{
    DetailSection section;
    section.key = QStringLiteral("conditions");
    section.title = Words::tr("Conditions");
    section.note = QString::number(all.size());
    for (const ConditionView &one : all) {
        const State state = conditionState(one.type, one.status, one.reason);
        QString value;
        if (one.status != "True") {
            value = shown(one.status);
        }
        if (state != State::Ok && !one.reason.empty()) {
            value += (value.isEmpty() ? QString() : QStringLiteral(" · ")) + shown(one.reason);
        }
        DetailRow row = line(state, shown(one.type), value, age(one.since, now));
        row.tip = QStringList{QString(shown(one.type) + QLatin1Char(' ') + shown(one.status)), shown(one.reason),
            shown(one.message)}
                      .join(QLatin1Char('\n'))
                      .trimmed();
        section.rows.push_back(std::move(row));
        if (state != State::Ok && state != State::Completed && !one.message.empty()) {
            DetailRow note;
            note.kind = DetailRow::Kind::Note;
            note.value = shown(one.message).left(600);
            section.rows.push_back(std::move(note));
        }
    }
    return section;
}

DetailSection labels(const Labels &labels)
{
    DetailSection section;
    section.key = QStringLiteral("labels");
    section.title = Words::tr("Labels");
    section.note = QString::number(labels.size());
    for (std::size_t i = 0; i < std::min(labels.size(), kMostRows); ++i) {
        DetailRow row = fact(shown(labels[i].first), shown(labels[i].second));
        row.tip = row.label + QLatin1Char('=') + row.value;
        section.rows.push_back(std::move(row));
    }
    return section;
}

DetailSection podList(const ClusterSnapshot &cluster, std::span<const std::uint32_t> pods)
{
    DetailSection section;
    section.key = QStringLiteral("pods");
    section.title = Words::tr("Pods");
    const auto all = pods.size();
    section.note = count(static_cast<std::int64_t>(all));
    std::vector<std::uint32_t> slots(pods.begin(), pods.end());
    const auto before = [&](std::uint32_t a, std::uint32_t b) {
        const PodView x(cluster, a);
        const PodView y(cluster, b);
        const int s = severity(x.state());
        const int t = severity(y.state());
        return s != t ? s > t : x.name() < y.name();
    };
    const std::size_t kept = std::min(all, kMostRows);
    std::partial_sort(slots.begin(), slots.begin() + static_cast<std::ptrdiff_t>(kept), slots.end(), before);
    slots.resize(kept);
    for (const std::uint32_t slot : slots) {
        const PodView pod(cluster, slot);
        DetailRow row = line(pod.state(), shown(pod.name()), {}, shown(pod.status()), pod.id());
        row.tip =
            QString(shown(pod.ns()) + QLatin1Char('/') + shown(pod.name()) + QLatin1Char('\n') + shown(pod.status()));
        section.rows.push_back(std::move(row));
    }
    if (all > kept) {
        DetailRow rest;
        rest.kind = DetailRow::Kind::Note;
        rest.value = Words::tr("and %1 more that are better off").arg(count(static_cast<std::int64_t>(all - kept)));
        section.rows.push_back(std::move(rest));
    }
    return section;
}

} // namespace sextant::ui::parts
