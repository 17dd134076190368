// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/recorder.h"

namespace sextant {

class Engine;

/// Puts the simulated past of the demo's clusters into a recorder, marked as simulated: clusters, their namespaces and
/// pools, and the fleet when all of it is simulated. Does nothing for real clusters. Any thread.
void prefillDemo(Engine &engine, Recorder &recorder);

} // namespace sextant
