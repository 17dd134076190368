// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/migration/migration.h"
#include "ui/charts/timechart.h"

namespace sextant::ui {

/// What a burn-up shows of the steps that were seen: what has moved and what is left as areas, the scope as steps. No
/// forecast.
/// @param now ends the axis and holds the last step until then.
TimeChart::Data burnUpData(const std::vector<migration::BurnPoint> &points, Time now);

} // namespace sextant::ui
