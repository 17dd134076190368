// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

/// The memory that was freed and that the C library keeps.
namespace sextant::heap {

/// Gives whole pages that hold nothing any more back to the system, of all threads' heaps. What a big list leaves
/// behind is a quarter of the model; nothing else gives it back. Takes some ten milliseconds where much lies about, and
/// holds back whoever allocates from the same heap meanwhile: not for every change. Any thread; elsewhere than with
/// glibc it does nothing.
void giveBack();

} // namespace sextant::heap
