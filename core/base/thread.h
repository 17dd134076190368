// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <pthread.h>

namespace sextant {

/// Gives the calling thread a name for profilers and process lists. @param name at most 15 bytes
inline void nameThread(const char *name) { pthread_setname_np(pthread_self(), name); }

} // namespace sextant
