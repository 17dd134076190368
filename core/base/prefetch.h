// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>

namespace sextant {

/// Asks memory for bytes that are read soon, so that nobody waits for them then.
inline void prefetch(const void *from, std::size_t bytes)
{
    constexpr std::size_t kLine = 64;
    for (std::size_t at = 0; at < bytes; at += kLine) {
        __builtin_prefetch(static_cast<const char *>(from) + at);
    }
    // An effect that counts: without one g++ takes this, and whoever does nothing else, for functions that do nothing,
    // and drops their calls.
    asm volatile("");
}

} // namespace sextant
