// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/engine.h"
#include "tests/live/livecluster.h"
#include "ui/bridge/fleetmodel.h"
#include "ui/models/podtablemodel.h"
#include "ui/pages/tablepanel.h"
#include "ui/pages/tableview.h"
#include "ui/shell/bars.h"
#include "ui/shell/mainwindow.h"
#include "ui/theme/theme.h"

#include <QElapsedTimer>
#include <QTest>

#include <set>

using namespace sextant;
using namespace sextant::ui;
using nlohmann::json;

/// The window as it is opened, on a real server: what changes there stands in the table at once, and a server that goes
/// away leaves its last picture, paler and with its age.
class TestLiveWindow : public QObject {
    Q_OBJECT

    LiveCluster m_cluster{{.version = "1.36", .controllers = true, .apiFlags = {}, .auditPolicy = {}}};
    std::unique_ptr<Engine> m_engine;
    std::unique_ptr<FleetModel> m_fleet;
    std::unique_ptr<MainWindow> m_window;
    TablePanel *m_pods = nullptr;

    int rowsNamed(const QString &start) const
    {
        int rows = 0;
        const QAbstractItemModel &model = m_pods->model();
        for (int row = 0; row < model.rowCount(); ++row) {
            for (int column = 0; column < model.columnCount(); ++column) {
                if (model.index(row, column).data().toString().startsWith(start)) {
                    ++rows;
                    break;
                }
            }
        }
        return rows;
    }
    int served() const
    {
        const json pods = m_cluster.api().get("/api/v1/namespaces/team-a/pods?labelSelector=app%3Dweb").json();
        int live = 0;
        for (const json &pod : pods.value("items", json::array())) {
            live += pod["status"].value("phase", "") == "Running" && !pod["metadata"].contains("deletionTimestamp");
        }
        return live;
    }
    /// The strongest contrast of any pixel of the rows with their ground.
    int contrast() const
    {
        // The ring of the keyboard's row is ink too, and never pales.
        m_pods->view().clearFocus();
        QWidget *rows = m_pods->view().viewport();
        const QImage image = rows->grab().toImage().convertToFormat(QImage::Format_RGB32);
        // The middle of the name column alone: text, no coloured glyphs or bars.
        const int ground = qGray(image.pixel(image.width() / 2, image.height() - 2));
        std::vector<int> far;
        for (int y = 0; y < image.height(); ++y) {
            for (int x = 0; x < image.width(); ++x) {
                const QRgb pixel = image.pixel(x, y);
                const bool grey =
                    std::abs(qRed(pixel) - qGreen(pixel)) < 40 && std::abs(qGreen(pixel) - qBlue(pixel)) < 40;
                if (grey) {
                    far.push_back(std::abs(qGray(pixel) - ground));
                }
            }
        }
        std::sort(far.begin(), far.end());
        return far.empty() ? 0 : far[far.size() - std::min<std::size_t>(far.size(), 200)];
    }

private Q_SLOTS:
    void initTestCase()
    {
        if (const QString problem = LiveCluster::problem("1.36"); !problem.isEmpty()) {
            QSKIP(qPrintable(problem));
        }
        Theme::instance(); // before any window, as the program does
        QCOMPARE(m_cluster.start(), QString());
        QCOMPARE(m_cluster.fill(30, 300), QString());
        const json web = {{"metadata", {{"name", "web"}}},
            {"spec",
                {{"replicas", 3}, {"selector", {{"matchLabels", {{"app", "web"}}}}},
                    {"template",
                        {{"metadata", {{"labels", {{"app", "web"}}}}},
                            {"spec", {{"containers", json::array({{{"name", "main"}, {"image", "i"}}})}}}}}}}};
        QVERIFY(m_cluster.api().create("/apis/apps/v1/namespaces/team-a/deployments", web).ok());
        QCOMPARE(m_cluster.startKubelet(), QString());
        QVERIFY(waitUntil([this] { return served() == 3; }, 120));

        Config config;
        config.discover = false;
        m_engine = std::make_unique<Engine>(EngineOptions{config, false, nullptr});
        m_fleet = std::make_unique<FleetModel>(*m_engine);
        m_window = std::make_unique<MainWindow>(*m_fleet, WindowOptions{makePage, false});
        m_window->resize(1440, 900);
        m_window->show();
        Sources sources;
        sources.kubeconfig = m_cluster.kubeconfig().toStdString();
        sources.contexts = {"admin"};
        const auto opened = m_engine->open(sources);
        QVERIFY(opened);
        m_window->opened({});
        m_window->showView("pods");
        QVERIFY(m_window->page("pods") != nullptr);
        m_pods = m_window->page("pods")->findChild<TablePanel *>();
        QVERIFY(m_pods != nullptr);
        QVERIFY(waitUntil([this] { return m_pods->model().rowCount() == 303; }, 60));
    }
    void cleanupTestCase()
    {
        m_window.reset();
        m_fleet.reset();
        m_engine.reset();
    }

    void scaleReachesTheTable()
    {
        QCOMPARE(rowsNamed("web-"), 3);
        const auto output = m_cluster.kubectl({"-n", "team-a", "scale", "deployment/web", "--replicas=12"});
        QVERIFY2(output.exitCode == 0, output.err.constData());
        QVERIFY(waitUntil([this] { return served() == 12; }, 60));
        QElapsedTimer timer;
        timer.start();
        QVERIFY2(waitUntil([this] { return rowsNamed("web-") == 12; }, 2), "not in the table within two seconds");
        qInfo("%lld ms after the server had all twelve", timer.elapsed());
    }

    void deletedNodeLeavesTheTable()
    {
        m_window->showView("nodes");
        auto *nodes = m_window->page("nodes")->findChild<TablePanel *>();
        QVERIFY(nodes != nullptr);
        QVERIFY(waitUntil([&] { return nodes->model().rowCount() == 30; }, 10));
        QVERIFY(m_cluster.kubectl({"delete", "node", "gke-n-00011"}).exitCode == 0);
        QVERIFY2(waitUntil([&] { return nodes->model().rowCount() == 29; }, 2), "not within two seconds");
        m_window->showView("pods");
    }

    void lostServerIsShownAsOld()
    {
        QVERIFY(waitUntil([this] { return m_pods->isVisible() && m_pods->model().rowCount() == 312; }, 10));
        const int before = contrast();
        QVERIFY(m_window->strip()->text().isEmpty() || !m_window->strip()->text().contains("ago"));
        QVERIFY(m_cluster.killApiServer());
        QVERIFY(waitUntil([this] { return m_window->strip()->text().contains("ago"); }, 30));
        qInfo("%s", qPrintable(m_window->strip()->text()));
        QVERIFY(m_window->strip()->isVisible());
        QCOMPARE(m_pods->model().rowCount(), 312); // the last picture stands
        QVERIFY(waitUntil([this] { return m_pods->model().index(0, 0).data(TableModel::StaleRole).toBool(); }, 10));
        const int after = contrast();
        QVERIFY2(after < before - 20, qPrintable(QString("text as strong as before: %1, %2").arg(before).arg(after)));
        // Its age grows.
        const QString text = m_window->strip()->text();
        QVERIFY(waitUntil([&] { return m_window->strip()->text() != text; }, 10));
        QVERIFY(!m_window->statusBarWidget()->live().isEmpty());
        qInfo("%s", qPrintable(m_window->statusBarWidget()->live()));
    }

    void returnedServerIsLiveAgain()
    {
        QCOMPARE(m_cluster.startApiServer(), QString());
        QVERIFY(waitUntil([this] { return !m_window->strip()->text().contains("ago"); }, 60));
        QVERIFY(waitUntil([this] { return !m_pods->model().index(0, 0).data(TableModel::StaleRole).toBool(); }, 10));
        QVERIFY(m_cluster.kubectl({"-n", "team-a", "scale", "deployment/web", "--replicas=6"}).exitCode == 0);
        QVERIFY(waitUntil([this] { return served() == 6; }, 120));
        QVERIFY(waitUntil([this] { return rowsNamed("web-") == 6; }, 10));
    }
};

QTEST_MAIN(TestLiveWindow)
#include "tst_livewindow.moc"
