// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands.h"
#include "app/headless.h"
#include "core/engine/demohistory.h"
#include "ui/bridge/fleetmodel.h"
#include "ui/map/mapview.h"
#include "ui/pages/mapcontrols.h"
#include "ui/pages/mappage.h"
#include "ui/shell/mainwindow.h"
#include "ui/theme/theme.h"

#include <QApplication>
#include <QImage>
#include <QPainter>
#include <QStandardPaths>
#include <QSvgGenerator>

namespace sextant::app {

namespace {

void chooseMap(ui::MainWindow &window, const Options &options)
{
    window.showView(QStringLiteral("map"));
    auto *map = qobject_cast<ui::MapPage *>(window.page(QStringLiteral("map")));
    if (map == nullptr) {
        return;
    }
    map->choose(
        {ui::sizeOf(QString::fromStdString(options.mapSize)), ui::lensOf(QString::fromStdString(options.mapColor)),
            layout::parseGrouping(options.mapGroup), ui::levelOf(QString::fromStdString(options.mapZoom))});
}

} // namespace

int runRender(const Options &options, int argc, char **argv)
{
    const auto run = Headless::open(options);
    if (!run) {
        return Headless::lastExitCode();
    }
    sayInapplicable(options);
    // A picture must not depend on a display, nor on how the user left the window.
    qputenv("QT_QPA_PLATFORM", "offscreen");
    qputenv("QT_SCALE_FACTOR", QByteArray::number(options.scale));
    QStandardPaths::setTestModeEnabled(true);
    QApplication application(argc, argv);
    QApplication::setApplicationName(QStringLiteral("sextant-render"));
    // Before any widget: palette and font of what stands already do not follow without an event loop.
    ui::Theme::instance().setMode(options.dark ? ui::Theme::Mode::Dark : ui::Theme::Mode::Light);
    ui::FleetModel fleet(run->engine());
    prefillDemo(run->engine(), fleet.history());
    fleet.refreshNow();
    fleet.setScope(run->scope());
    fleet.setFilter(QString::fromStdString(options.filter.text()));
    ui::WindowOptions shell;
    shell.pages = ui::makePage;
    shell.persist = false;
    ui::MainWindow window(fleet, shell);
    const QSize size(options.width, options.height);
    const QString file = QString::fromStdString(options.output);
    const QString view = QString::fromStdString(options.view);
    if (options.view == "map") {
        chooseMap(window, options);
    }
    bool written = false;
    if (options.svg) {
        QSvgGenerator generator;
        generator.setFileName(file);
        generator.setSize(size);
        generator.setViewBox(QRect(QPoint(0, 0), size));
        generator.setTitle(QStringLiteral("Sextant"));
        QPainter painter;
        if (painter.begin(&generator)) {
            window.renderView(view, size, painter);
            written = painter.end();
        }
    } else {
        written = window.grabView(view, size, options.dark).save(file);
    }
    if (!written) {
        say(options.output + ": cannot be written. Name a .png or .svg in a folder that exists");
        return Failed;
    }
    return run->exitCode();
}

} // namespace sextant::app
