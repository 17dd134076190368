// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/capacity/accounting.h"
#include "core/engine/engine.h"
#include "core/query/filter.h"
#include "core/report/export.h"
#include "core/report/report.h"

#include <chrono>
#include <string>
#include <vector>

namespace sextant::app {

/// What the program's exit code says; part of the contract with scripts.
enum ExitCode {
    Done = 0,
    Failed = 1, ///< any failure that is not one of these
    UsageError = 2,
    Partial = 3, ///< done, but something was forbidden, missing or had no metrics (named on stderr)
    Unreachable = 4, ///< nothing could be reached
};

enum class Command { Window, Export, Report, Render, Check, Simulate };

/// The command line, read and checked.
struct Options {
    Command command = Command::Window;
    Sources sources;
    std::string configFile;
    std::chrono::seconds timeout{60};
    std::string logLevel;
    std::string logFile; ///< empty: the default place; "-": none
    // narrowing, for export, report and render
    std::string cluster, scopeNamespace, pool, owner;
    Filter filter; ///< for export and render
    FilterTables filterTables = 0; ///< what it is asked of
    std::string output; ///< empty: stdout
    // export
    report::ExportKind kind = report::ExportKind::Pods;
    report::ExportFormat format = report::ExportFormat::Csv;
    // report
    std::string reportFormat; ///< html, pdf, md, csv, json
    std::chrono::seconds period{0};
    // render
    std::string view;
    std::string mapColor, mapGroup, mapSize, mapZoom; ///< empty: as it comes
    int width = 1440, height = 900;
    bool dark = false;
    bool svg = false;
    double scale = 1;
    // simulate
    int clusters = 1, nodes = 50, pods = 1000, namespaces = 20, port = 0;
    int heliosHosts = 0, heliosMasters = 1; ///< no hosts: no Helios cluster
    bool migrate = false;
    unsigned long long seed = 1;
    double churn = 1;
    int pace = 0; ///< MB/s on each connection; 0: as fast as it goes
    bool tls = false, managedFields = false;
    std::string kubeVersion = "v1.36.2";
    std::string writeKubeconfig;
};

struct Parsed {
    Options options;
    bool proceed = false; ///< false: help, version or a mistake; leave with exitCode
    int exitCode = Done;
};
/// Reads the command line; words about mistakes go to stderr, help and version to stdout.
Parsed parseCommandLine(int argc, char **argv);

} // namespace sextant::app
