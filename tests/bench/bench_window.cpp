// SPDX-License-Identifier: GPL-3.0-or-later
// Whether the window stays responsive on a big fleet: how long its event loop is held while the first sync runs, while
// the fleet changes, and by what a user does.
// usage: bench_window [--nodes N] [--pods N] [--churn PACE] [--seconds S]
#include "core/base/format.h"
#include "core/engine/engine.h"
#include "tests/bench/benchserver.h"
#include "tests/bench/figures.h"
#include "tests/bench/stallmeter.h"
#include "ui/bridge/fleetmodel.h"
#include "ui/map/mapview.h"
#include "ui/shell/mainwindow.h"
#include "ui/shell/scopebar.h"
#include "ui/shell/searchfield.h"
#include "ui/shell/topbar.h"
#include "ui/theme/theme.h"

#include <QEventLoop>
#include <QLineEdit>
#include <QMenu>
#include <QTest>
#include <QWheelEvent>

#include <cstdio>

using namespace sextant;
using namespace sextant::ui;

namespace {

/// Lets the program run for so long; unlike QTest::qWait() it does not sleep between events.
void live(int milliseconds)
{
    QEventLoop loop;
    QTimer::singleShot(milliseconds, &loop, &QEventLoop::quit);
    loop.exec();
}

/// Sends what a wheel would, without waiting for what becomes of it.
void wheel(QWidget *on, int steps, Qt::KeyboardModifiers keys = {})
{
    const QPointF middle = on->rect().center();
    QWheelEvent event(
        middle, on->mapToGlobal(middle), {}, QPoint(0, 120 * steps), Qt::NoButton, keys, Qt::NoScrollPhase, false);
    QApplication::sendEvent(on, &event);
}

void type(StallMeter &meter, QWidget *into, const char *text)
{
    into->setFocus();
    for (const char *key = text; *key != 0; ++key) {
        QTest::keyClick(into, *key);
        live(120);
    }
    live(1500);
    meter.print(into->inherits("sextant::ui::SearchField") ? "jump: typing" : "filter: typing");
    meter.begin();
    QTest::keyClick(into, Qt::Key_Escape);
    live(1000);
}

} // namespace

int main(int argc, char **argv)
{
    int nodes = bench::quick() ? 300 : 5000, pods = bench::quick() ? 9000 : 150'000, seconds = bench::quick() ? 1 : 6;
    double churn = 1;
    for (int i = 1; i + 1 < argc; i += 2) {
        const QByteArray word = argv[i];
        if (word == "--nodes") {
            nodes = std::stoi(argv[i + 1]);
        } else if (word == "--pods") {
            pods = std::stoi(argv[i + 1]);
        } else if (word == "--churn") {
            churn = std::stod(argv[i + 1]);
        } else if (word == "--seconds") {
            seconds = std::stoi(argv[i + 1]);
        }
    }
    const BenchServer server(nodes, pods, churn);
    if (!server.ready()) {
        return 1;
    }
    qputenv("QT_QPA_PLATFORM", "offscreen");
    StallMeter meter(argc, argv);
    Theme::instance(); // before any window, as the program does

    Config config;
    config.discover = false;
    Engine engine(EngineOptions{config, false, nullptr});
    FleetModel fleet(engine);
    MainWindow window(fleet, WindowOptions{makePage, false});
    window.resize(1920, 1080);
    window.show();
    live(500);

    std::printf("\n### The window on a big fleet: how long its event loop is held\n\n");
    StallMeter::printHead();
    meter.begin();
    Sources sources;
    sources.kubeconfig = server.kubeconfig();
    if (const auto opened = engine.open(sources); !opened) {
        std::fprintf(stderr, "%s\n", opened.error().text().c_str());
        return 1;
    }
    window.opened({});
    const auto settled = [&] {
        const Picture &picture = *fleet.picture();
        return picture.clusters() == 1 && picture.cluster(0).status().settled();
    };
    while (!settled()) {
        live(20);
    }
    meter.print("first sync, overview shown");
    live(3000);

    const std::uint64_t before = fleet.picture()->changes();
    server.stir();
    for (const QString &view : MainWindow::views()) {
        const std::string name = view.toStdString();
        meter.begin();
        window.showView(view);
        live(1500);
        meter.print("to " + name);
        meter.begin();
        live(seconds * 1000);
        meter.print(name + ", the fleet changes");
    }

    auto *filter = window.scopeBar()->findChild<QLineEdit *>();
    for (const char *view : {"pods", "map"}) {
        window.showView(QString::fromLatin1(view));
        live(1500);
        meter.begin();
        type(meter, filter, "check");
        meter.print("filter: cleared");
    }
    window.showView(QStringLiteral("pods"));
    live(1500);
    meter.begin();
    type(meter, window.topBar()->search(), "check");

    window.showView(QStringLiteral("map"));
    live(1500);
    auto *map = window.page(QStringLiteral("map"))->findChild<MapView *>();
    meter.begin();
    for (int i = 0; i < 12; ++i) {
        wheel(map->viewport(), 1, Qt::ControlModifier);
        live(120);
    }
    live(1000);
    meter.print("map: zooming in");
    meter.begin();
    for (int i = 0; i < 20; ++i) {
        wheel(map->viewport(), i < 10 ? -1 : 1);
        live(60);
    }
    meter.print("map: scrolling");
    meter.begin();
    map->fit();
    live(1000);
    meter.print("map: fit");
    for (int i = 0; i < 300; ++i) {
        QTest::mouseMove(map->viewport(), QPoint(200 + 5 * i, 200 + 2 * i));
        live(5);
    }
    meter.print("map: the mouse moves over it");

    meter.begin();
    window.scopeBar()->menu();
    live(500);
    meter.print("the scope's menu");
    for (const char *view : {"overview", "map", "pods", "capacity"}) {
        window.showView(QString::fromLatin1(view));
        live(1000);
        meter.begin();
        const Picture &picture = *fleet.picture();
        Scope scope;
        scope.pool = NodeView(picture.cluster(0), (*picture.cluster(0).nodes().begin()).slot()).pool();
        fleet.setScope(scope);
        live(2500);
        meter.print(std::string(view) + ", scope of a pool");
        meter.begin();
        fleet.setScope({});
        live(1500);
        meter.print(std::string(view) + ", back to the fleet");
    }
    std::printf("\n%zu nodes, %zu pods; %s changes; peak %.0f MB resident\n",
        fleet.picture()->cluster(0).nodes().size(), fleet.picture()->cluster(0).pods().size(),
        formatCount(static_cast<std::int64_t>(fleet.picture()->changes() - before)).c_str(), bench::peakMb());
    std::fflush(stdout);
    _exit(0); // what stands is not worth taking down
}
