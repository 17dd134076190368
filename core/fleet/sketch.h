// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/stringpool.h"
#include "core/fleet/state.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace sextant {

/// Where the pods of a cluster are and how they are, before the pods themselves have been read: what a Table list
/// says in a tenth of the bytes. It names no pod. Part of a snapshot until the pods are complete; immutable.
struct PodSketch {
    struct Row {
        StringId node = StringId::Empty; ///< Empty: not scheduled
        State state = State::Unknown; ///< by the server's own STATUS
    };
    std::vector<Row> rows;
    bool complete = false; ///< the list it is made of has ended
};
using PodSketchPtr = std::shared_ptr<const PodSketch>;

} // namespace sextant
