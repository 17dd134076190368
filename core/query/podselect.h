// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/capacity/tally.h"
#include "core/query/bitmap.h"
#include "core/query/filter.h"
#include "core/query/orderedrows.h"

#include <optional>
#include <stop_token>

/// Which pods a table shows, as sets of row numbers. They are gone through in the order of memory, sixty-four at a
/// time. `numbers` must fit the picture. Nothing is given when `stop` was asked for. Any thread.
namespace sextant::rows {

std::optional<Bitmap> podsInScope(
    const Picture &picture, const RowNumbers &numbers, const Scope &scope, const std::stop_token &stop);
/// Those of `among` that the filter keeps; of many, another thread looks at a part. @param now what ages are reckoned
/// from
std::optional<Bitmap> podsKept(const Picture &picture, const RowNumbers &numbers, const Filter &filter, Time now,
    const Bitmap &among, const std::stop_token &stop);
/// Makes the sums of `were` those of `are`, both rows of this picture: by the difference, or anew where that is less.
void carry(PodTally &tally, const Picture &picture, const RowNumbers &numbers, const Bitmap &were, const Bitmap &are);

} // namespace sextant::rows
