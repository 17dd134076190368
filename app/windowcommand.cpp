// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands.h"
#include "app/headless.h"
#include "app/startwatch.h"
#include "core/config/config.h"
#include "core/engine/demohistory.h"
#include "core/lastpicture/shelf.h"
#include "ui/bridge/application.h"
#include "ui/bridge/fleetmodel.h"
#include "ui/shell/mainwindow.h"
#include "ui/theme/theme.h"

#include <QIcon>

#include <future>
#include <thread>

namespace sextant::app {

int runWindow(const Options &options, int argc, char **argv)
{
    auto config = readConfig(options);
    if (!config) {
        say(config.error().text());
        return UsageError;
    }
    ui::Application application(argc, argv);
    QApplication::setApplicationName(QStringLiteral("sextant"));
    QApplication::setApplicationDisplayName(QStringLiteral("Sextant"));
    QApplication::setApplicationVersion(QStringLiteral(SEXTANT_VERSION));
    QApplication::setDesktopFileName(QStringLiteral("sextant"));
    QApplication::setWindowIcon(QIcon(ui::logoName()));

    const std::string pictures = lastpicture::defaultFolder();
    const bool keep = config->keepLastPicture;
    Engine engine(EngineOptions{.config = std::move(*config),
        .persist = !options.sources.named(),
        .pictureFolder = keep ? pictures : std::string()});
    // Opening may start the demo or read many files: not on the thread that paints, and while that makes the window.
    auto opened = std::async(std::launch::async, [&] {
        if (!keep && !pictures.empty()) {
            lastpicture::Shelf(pictures).clear();
        }
        return engine.open(options.sources);
    });
    ui::Theme::instance();
    ui::FleetModel fleet(engine);
    ui::WindowOptions shell;
    shell.pages = ui::makePage;
    ui::MainWindow window(fleet, shell);
    window.setOpening(true);
    const StartWatch watch(window, fleet);
    window.show();

    const std::jthread waiting([&] {
        auto result = opened.get();
        if (result) {
            prefillDemo(engine, fleet.history());
        }
        QMetaObject::invokeMethod(
            &window,
            [&window, result = std::move(result)] {
                window.opened(result ? std::optional<Error>() : std::optional(result.error()));
            },
            Qt::QueuedConnection);
    });
    return QApplication::exec();
}

} // namespace sextant::app
