// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/units.h"

#include <string>

namespace sextant::simulator {

/// A duration as kubectl prints it: "95s", "4m5s", "142m", "5h12m", "31h", "3d4h", "412d", "3y45d"; "<invalid>" below
/// -1.
std::string durationText(std::int64_t seconds);
/// From `since` to `now`; "<unknown>" without a time.
std::string ageText(Time since, Time now);

} // namespace sextant::simulator
