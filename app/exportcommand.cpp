// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands.h"
#include "app/headless.h"
#include "app/output.h"
#include "core/query/filterrun.h"
#include "core/report/servicefilter.h"

namespace sextant::app {

namespace {

bool keeps(FilterRun &filter, const Snapshot &snapshot, const AnyId &id)
{
    const auto fits = [&](const auto &found) { return found && filter.matches(*found); };
    if (const auto *pod = std::get_if<PodId>(&id)) {
        return fits(snapshot.find(*pod));
    }
    if (const auto *node = std::get_if<NodeId>(&id)) {
        return fits(snapshot.find(*node));
    }
    const auto *workload = std::get_if<WorkloadId>(&id);
    return workload != nullptr && fits(snapshot.find(*workload));
}

} // namespace

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
    sayInapplicable(options);
    FilterRun filter(options.filter, run->picture(), wallNow());
    std::function<bool(const AnyId &)> keep;
    if (!options.filter.empty()) {
        keep = [&](const AnyId &id) { return keeps(filter, run->picture().snapshot(), id); };
        if (progress) {
            progress = std::make_shared<migration::Progress>(migration::narrowed(
                *progress, [&](const migration::Service &service) { return report::keeps(filter, service); }));
        }
    }
    report::writeExport(
        options.kind, options.format, run->picture(), run->scope(),
        [&](std::string_view text) { return output->write(text); }, keep, progress.get());
    if (const auto written = output->finish(); !written) {
        say(written.error().text());
        return Failed;
    }
    return run->exitCode();
}

} // namespace sextant::app
