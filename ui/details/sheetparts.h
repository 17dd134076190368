// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/details/sheet.h"

#include <QCoreApplication>

#include <span>

/// Pieces that the sheets of all kinds share.
namespace sextant::ui::parts {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(sextant::ui::Details)
};

bool staleCluster(const ClusterSnapshot &cluster); ///< its picture is old
QString str(std::string_view text); ///< shown(), "—" for nothing
QString age(Time since, Time now);
QString ago(Time since, Time now); ///< "6m41s ago"
QString count(std::int64_t n);
QString restarts(std::uint32_t n); ///< "1 restart", "22 restarts"
QString cores(std::int64_t millicores);
QString bytes(std::int64_t n);
QString percent(std::int64_t part, std::int64_t whole);
double share(std::int64_t part, std::int64_t whole); ///< below 0: unknown

DetailRow fact(const QString &label, const QString &value, const AnyId &link = {});
DetailRow line(std::optional<State> glyph, const QString &label, const QString &value, const QString &right = {},
    const AnyId &link = {});
/// Against allocatable: "79 % / 44 %", "24.9 requested, 13.9 used of 31.6 cores".
DetailRow scopeMeter(const QString &label, const ResourceSums &sums, bool memory, bool stale);
DetailSection charts(const Recorder *history, const SeriesKey &key, Time now);
DetailSection conditions(const std::vector<ConditionView> &all, Time now);
std::vector<ConditionView> views(const std::vector<ConditionDraft> &drafts);
DetailSection labels(const Labels &labels);
/// Pods of those slots, worst first, at most 60.
DetailSection podList(const ClusterSnapshot &cluster, std::span<const std::uint32_t> pods);

} // namespace sextant::ui::parts
