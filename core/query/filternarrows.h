// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/query/filter.h"

namespace sextant {

/// Whatever matches `now` matches `before` as well, as far as their texts tell: a filter that goes on being typed.
/// False where it takes more than that to know.
bool narrows(const Filter &now, const Filter &before);
/// What matches depends on when it is asked.
bool askedOfTime(const Filter &filter);

} // namespace sextant
