// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/slabs.h"

#include <malloc.h>

namespace bench {

/// Bytes that this process has in use now: of the C library's heaps, and of the model's slabs with what is free in
/// them.
inline double allocatedBytes()
{
    const auto heap = mallinfo2();
    return static_cast<double>(heap.uordblks + heap.hblkhd + sextant::Slabs::ofModel().use().held);
}

} // namespace bench
