// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/simulator/helios_master.h"

namespace sextant::simulator {

/// One path of the interface and what may be done to it.
struct HeliosMaster::Route {
    std::vector<std::string> path; ///< "*": any one segment
    std::string read; ///< the method that reads; empty: none does
    std::string writes; ///< those that would change something
    const char *options = ""; ///< what OPTIONS answers in Allow
    const char *allow = ""; ///< and what a 405 does
    const char *type = "application/json";
    bool zooKeeper = true; ///< needs it
    bool groups = false; ///< came with deployment groups
    void (HeliosMaster::*answer)(Exchange &) = nullptr;
};

} // namespace sextant::simulator
