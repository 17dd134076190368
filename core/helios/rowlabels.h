// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/fleet/draft.h"

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace sextant::helios {

/// The value of the first of `wanted` (where that is empty, of `otherwise`) that is there and not empty.
/// @param labels sorted by key.
std::string firstLabel(
    const Labels &labels, const std::vector<std::string> &wanted, std::initializer_list<std::string_view> otherwise);

} // namespace sextant::helios
