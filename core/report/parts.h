// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/report/report.h"

#include <optional>
#include <string>
#include <vector>

/// What buildReport is made of; only for core/report.
namespace sextant::report {

/// "a, b, c", at most twenty of them.
std::string listed(const std::vector<std::string> &names);
/// The sums of a report's clusters of one orchestrator; nothing where there is none.
std::optional<Sums> sumsOf(const Report &report, Orchestrator orchestrator);

// words.cpp
std::string summaryOf(const Report &report, bool clusterSizes, bool lowerBounds);
std::string sourceOf(const ClusterSnapshot &cluster, Time now);
void addKeyFigures(Report &report);
void addDefinitions(Report &report);

} // namespace sextant::report
