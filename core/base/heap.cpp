// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/heap.h"

#include "core/base/slabs.h"

#include <cstdlib>
#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace sextant::heap {

void staySmall()
{
#ifdef __GLIBC__
    constexpr int kBig = 256 << 10; // left to itself, glibc takes ever bigger blocks from the heap, which they tear up
    mallopt(M_ARENA_MAX, 2);
    mallopt(M_MMAP_THRESHOLD, kBig);
    mallopt(M_TRIM_THRESHOLD, kBig);
#endif
}

void giveBack()
{
    Slabs::ofModel().giveBack();
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}

} // namespace sextant::heap
