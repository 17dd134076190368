// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/query/orderedrows.h"

namespace sextant {

/// What a pods' table must look at anew between two pictures, as numbers of rows. `gone` are of the older picture; a
/// pod born in the slot of another is in `gone` and `come`.
struct PodChanges {
    NumberList gone, come;
    NumberList changed; ///< anything but the usage, of the pod or of the node and workload it shows
    NumberList usage;
    std::size_t size() const { return gone.size() + come.size() + changed.size() + usage.size(); }
};
/// `numbers` must fit both. A pure function; any thread.
PodChanges podChanges(const Picture &before, const Picture &after, const RowNumbers &numbers);

} // namespace sextant
