// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands.h"
#include "app/headless.h"
#include "core/config/config.h"
#include "core/engine/demohistory.h"
#include "ui/bridge/fleetmodel.h"
#include "ui/shell/mainwindow.h"
#include "ui/theme/theme.h"

#include <QApplication>
#include <QIcon>

#include <thread>

namespace sextant::app {

int runWindow(const Options &options, int argc, char **argv)
{
    auto config = readConfig(options);
    if (!config) {
        say(config.error().text());
        return UsageError;
    }
    QApplication application(argc, argv);
    QApplication::setApplicationName(QStringLiteral("sextant"));
    QApplication::setApplicationDisplayName(QStringLiteral("Sextant"));
    QApplication::setApplicationVersion(QStringLiteral(SEXTANT_VERSION));
    QApplication::setDesktopFileName(QStringLiteral("sextant"));
    QApplication::setWindowIcon(QIcon(ui::logoName()));
    ui::Theme::instance();

    Engine engine(EngineOptions{.config = std::move(*config), .persist = !options.sources.named()});
    ui::FleetModel fleet(engine);
    ui::WindowOptions shell;
    shell.pages = ui::makePage;
    ui::MainWindow window(fleet, shell);
    window.setOpening(true);
    window.show();

    // Opening may start the demo or read many files: not on the thread that paints.
    const std::jthread opening([&] {
        auto opened = engine.open(options.sources);
        if (opened) {
            prefillDemo(engine, fleet.history());
        }
        QMetaObject::invokeMethod(
            &window,
            [&window, opened = std::move(opened)] {
                window.opened(opened ? std::optional<Error>() : std::optional(opened.error()));
            },
            Qt::QueuedConnection);
    });
    return QApplication::exec();
}

} // namespace sextant::app
