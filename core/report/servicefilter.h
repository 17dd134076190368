// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/migration/migration.h"
#include "core/query/filterrun.h"

namespace sextant::report {

/// A filter keeps a service: the same answer in the window, in an export and on the board.
bool keeps(FilterRun &filter, const migration::Service &service);

} // namespace sextant::report
