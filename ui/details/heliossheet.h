// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/details/sheet.h"

/// What the panel says about hosts, tasks, jobs and deployment groups of Helios. Pure functions of the picture.
namespace sextant::ui {

Sheet hostSheet(const Picture &picture, const NodeView &host, Time now);
Sheet taskSheet(const PodView &task, Time now);
/// Of a job or a deployment group.
Sheet heliosWorkloadSheet(const WorkloadView &workload, Time now);

/// What is declared of the capacity, and what hosts say of their load and memory.
std::vector<DetailRow> heliosMeters(const Sums &sums, bool stale);

} // namespace sextant::ui
