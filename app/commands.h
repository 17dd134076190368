// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/options.h"

/// The commands of the program; each returns its exit code.
namespace sextant::app {

int runExport(const Options &options);
int runReport(const Options &options, int argc, char **argv);
int runRender(const Options &options, int argc, char **argv);
int runCheck(const Options &options);
int runSimulate(const Options &options);
int runWindow(const Options &options, int argc, char **argv);

} // namespace sextant::app
