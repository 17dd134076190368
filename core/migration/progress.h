// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/migration/matching.h"
#include "core/migration/memory.h"

/// From what was found and what is remembered to the figures of Progress. Pure; any thread.
namespace sextant::migration {

/// Whether a service declares CPU and memory on both sides; `remembered` may be null.
void judgeDeclared(Service &service, const Remembered *remembered);
/// Counts stages, shares and owners of `progress.services`.
void sumUp(Progress &progress);
/// Hosts of Helios and what keeps them; none that could never be read, of which nobody can tell. `matched.serviceOf`
/// points into `progress.services`.
void listHosts(Progress &progress, const Picture &picture, const Matched &matched);

} // namespace sextant::migration
