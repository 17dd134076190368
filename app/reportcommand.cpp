// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands.h"
#include "app/headless.h"
#include "app/output.h"
#include "core/engine/demohistory.h"
#include "ui/report/pdf.h"

#include <QApplication>

namespace sextant::app {

int runReport(const Options &options, int argc, char **argv)
{
    const auto run = Headless::open(options);
    if (!run) {
        return Headless::lastExitCode();
    }
    Recorder history;
    const Time now = wallNow();
    prefillDemo(run->engine(), history);
    history.record(run->picture(), now);
    report::ReportOptions wanted;
    wanted.scope = run->scope();
    wanted.now = now;
    wanted.period = options.period;
    wanted.migration = run->engine().migration(run->picture(), now);
    const auto made = report::buildReport(run->picture(), &history, wanted);
    if (!made) {
        say(made.error().text());
        return UsageError;
    }
    if (options.reportFormat == "pdf") {
        qputenv("QT_QPA_PLATFORM", "offscreen");
        const QApplication application(argc, argv);
        if (const auto written = ui::writePdf(*made, QString::fromStdString(options.output)); !written) {
            say(written.error().text());
            return Failed;
        }
        return run->exitCode();
    }
    auto output = Output::open(options.output);
    if (!output) {
        say(output.error().text());
        return Failed;
    }
    const auto format = options.reportFormat == "md" ? report::ReportFormat::Markdown
        : options.reportFormat == "csv"              ? report::ReportFormat::Csv
        : options.reportFormat == "json"             ? report::ReportFormat::Json
                                                     : report::ReportFormat::Html;
    output->write(report::render(*made, format));
    if (const auto written = output->finish(); !written) {
        say(written.error().text());
        return Failed;
    }
    return run->exitCode();
}

} // namespace sextant::app
