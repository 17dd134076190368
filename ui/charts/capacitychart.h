// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/recorder.h"
#include "ui/charts/timechart.h"

namespace sextant::ui {

enum class ChartResource { Cpu, Memory, Pods };

/// What a capacity chart shows of a series of samples: requested and used as areas, allocatable and limit as lines.
/// Memory is drawn in Gi or Ti, CPU in cores.
/// @param now the newest point: what stands at this moment; its time ends the axis.
/// @param span how far back the axis reaches, seconds.
TimeChart::Data capacityData(
    const std::vector<Sample> &samples, const Sample &now, ChartResource resource, qint64 span);

} // namespace sextant::ui
