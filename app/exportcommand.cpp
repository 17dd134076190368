// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands.h"
#include "app/headless.h"
#include "app/output.h"

namespace sextant::app {

int runExport(const Options &options)
{
    const auto run = Headless::open(options);
    if (!run) {
        return Headless::lastExitCode();
    }
    auto output = Output::open(options.output);
    if (!output) {
        say(output.error().text());
        return Failed;
    }
    migration::ProgressPtr progress;
    if (options.kind == report::ExportKind::Migration) {
        progress = run->engine().migration(run->picture(), wallNow());
        if (!progress->applies) {
            say("there is no Helios cluster, and the configuration lists no services: nothing migrates");
        }
        for (const std::string &line : progress->missing) {
            say(line);
        }
    }
    report::writeExport(
        options.kind, options.format, run->picture(), run->scope(),
        [&](std::string_view text) { return output->write(text); }, nullptr, progress.get());
    if (const auto written = output->finish(); !written) {
        say(written.error().text());
        return Failed;
    }
    return run->exitCode();
}

} // namespace sextant::app
