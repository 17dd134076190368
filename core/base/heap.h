// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

/// The memory that was freed and that the C library keeps.
namespace sextant::heap {

/// For a program that is to stay small rather than to allocate on many cores at once: two heaps for all threads instead
/// of eight for each core, and what is big in memory of its own that goes back to the system the moment it is freed. Of
/// a window on a big fleet that is an eighth. Call it before there are threads.
void staySmall();

/// Gives whole pages that hold nothing any more back to the system, of all threads' heaps and of the model's (Slabs).
/// What a big list leaves behind is a quarter of the model; nothing else gives it back. Takes some ten milliseconds
/// where much lies about, and holds back whoever allocates from the same heap meanwhile: not for every change. Any
/// thread; elsewhere than with glibc the heaps are left as they are.
void giveBack();

} // namespace sextant::heap
