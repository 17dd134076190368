// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/format.h"
#include "core/capacity/accounting.h"
#include "core/fleet/status.h"
#include "core/query/columns.h"
#include "ui/models/cell.h"

#include <QString>

/// Figures of core as texts of cells.
namespace sextant::ui {

QString cpuText(MilliCpu cpu); ///< "1,574m"
QString memoryText(Bytes bytes); ///< "2,864Mi"
QString bytesText(Bytes bytes); ///< "118Gi"
QString countText(std::int64_t count);
QString ageText(Time since, Time now); ///< "—" without a time
QString agoText(Time since, Time now); ///< "(6m41s ago)"; empty without a time
QString percentText(std::int64_t part, std::int64_t whole);
/// kubectl's word for a known nothing.
QString orNone(std::string_view text);
/// A sum of requests; + where some declare none, so that it is a lower bound.
QString requestText(const QString &text, const ResourceSums &sums);
QString loadText(std::optional<double> load); ///< "3.42"
/// Local date and time with zone, for tips; empty without a time.
QString momentText(Time time);

/// used inside requested, the whole a little more than what is requested; so that using more than that shows.
Bar barOfRequest(std::int64_t used, std::int64_t requested, std::int64_t limit);
/// used inside requested inside allocatable.
Bar barOfAllocatable(std::int64_t used, std::int64_t requested, std::int64_t limit, std::int64_t allocatable);

/// A Helios cluster is among them.
bool hasHelios(const Picture &picture);
/// What is shown of that kind in that cluster is an old picture.
bool isStale(const ClusterStatus &status, TableKind table);
/// The kinds of an orchestrator that a table is made of: pods; nodes; all kinds of workloads.
std::vector<ResourceKind> kindsOf(TableKind table, Orchestrator orchestrator);

} // namespace sextant::ui
