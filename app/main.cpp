// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands.h"
#include "app/headless.h"
#include "core/base/heap.h"
#include "core/base/log.h"

#include <csignal>
#include <cstdlib>

namespace {

/// $XDG_STATE_HOME/sextant/sextant.log, else ~/.local/state; empty without a home.
std::string defaultLogFile()
{
    if (const char *state = std::getenv("XDG_STATE_HOME"); state != nullptr && *state == '/') {
        return std::string(state) + "/sextant/sextant.log";
    }
    const char *home = std::getenv("HOME");
    return home != nullptr && *home != 0 ? std::string(home) + "/.local/state/sextant/sextant.log" : std::string();
}

} // namespace

int main(int argc, char **argv)
{
    using namespace sextant;
    using namespace sextant::app;
    std::signal(SIGPIPE, SIG_IGN); // a reader that goes away ends the writing, not the program
    const Parsed parsed = parseCommandLine(argc, argv);
    if (!parsed.proceed) {
        return parsed.exitCode;
    }
    const Options &options = parsed.options;
    if (options.command == Command::Window) {
        heap::staySmall();
    }
    const std::string file = options.logFile == "-" ? std::string()
        : options.logFile.empty()                   ? defaultLogFile()
                                                    : options.logFile;
    if (const auto started = log::start(options.logLevel.empty() ? "info" : options.logLevel, file, false); !started) {
        say(started.error().text() + (options.logFile.empty() ? "; going on without a log" : ""));
        if (!options.logFile.empty()) {
            return UsageError;
        }
        (void)log::start("off", {}, false);
    }
    spdlog::info("sextant {} starts", SEXTANT_VERSION);
    switch (options.command) {
    case Command::Export:
        return runExport(options);
    case Command::Report:
        return runReport(options, argc, argv);
    case Command::Render:
        return runRender(options, argc, argv);
    case Command::Check:
        return runCheck(options);
    case Command::Simulate:
        return runSimulate(options);
    case Command::Window:
        break;
    }
    return runWindow(options, argc, argv);
}
