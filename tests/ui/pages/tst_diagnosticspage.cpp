// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/samplefleet.h"
#include "ui/bridge/application.h"
#include "ui/bridge/fleetmodel.h"
#include "ui/pages/diagnosticspage.h"
#include "ui/pages/figuretable.h"
#include "ui/pages/rowlist.h"

#include <QClipboard>
#include <QFile>
#include <QTemporaryDir>
#include <QTimer>
#include <QtTest>

using namespace sextant;
using namespace sextant::ui;
using namespace std::chrono_literals;

namespace {

constexpr int kState = 1, kVersion = 2, kRequests = 6, kRefused = 7, kReceived = 10,
              kObjects = 13; // columns of the clusters
constexpr int kKindState = 1, kKindRead = 2, kNextTry = 9, kProblem = 10; // of the kinds

int pixelsOf(const QWidget &widget, const QColor &color)
{
    const QImage image = const_cast<QWidget &>(widget).grab().toImage();
    int count = 0;
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x) {
            count += image.pixelColor(x, y) == color ? 1 : 0;
        }
    }
    return count;
}

QString cell(const FigureTable *table, std::size_t row, int column)
{
    return table->rows().at(row).cells.at(static_cast<std::size_t>(column)).text;
}

} // namespace

/// What the page says of the fleet and of the program, and that it says it while it is seen.
class TestDiagnosticsPage : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        Theme::instance().setMode(Theme::Mode::Light);
        m_engine = std::make_unique<Engine>(EngineOptions{});
        m_fleet = std::make_unique<FleetModel>(*m_engine);
    }
    void cleanup()
    {
        m_fleet.reset();
        m_engine.reset();
    }

    void clustersAndKinds()
    {
        const auto truth = fill();
        const auto page = shownPage();
        QCOMPARE(page->clusters()->rows().size(), std::size_t(2));
        QCOMPARE(cell(page->clusters(), 0, 0), QStringLiteral("gke-eu"));
        QCOMPARE(cell(page->clusters(), 0, kState), QStringLiteral("live"));
        QCOMPARE(cell(page->clusters(), 0, kRequests), QStringLiteral("1,204"));
        QCOMPARE(cell(page->clusters(), 0, kRefused), QStringLiteral("7"));
        QCOMPARE(cell(page->clusters(), 0, kReceived), QStringLiteral("18Mi"));
        QCOMPARE(cell(page->clusters(), 0, kObjects),
            QString::number(diagnose(m_fleet->picture()->cluster(0), nullptr).objects));
        QVERIFY(page->summary().contains(QStringLiteral("requests")));
        QVERIFY(!page->figure(QStringLiteral("memory")).contains(QStringLiteral("—")));
        QCOMPARE(cell(page->kinds(), 0, 0), QStringLiteral("nodes"));
        QCOMPARE(cell(page->kinds(), 0, kKindState), QStringLiteral("live"));
        QVERIFY(page->problemText().isEmpty());

        // The other one is chosen by the keyboard.
        truth.clusters[1]->status().of(ResourceKind::Nodes).read = 4321;
        truth.clusters[1]->publish();
        m_fleet->refreshNow();
        page->settle();
        page->focusContent();
        QTest::keyClick(page->clusters()->list(), Qt::Key_Down);
        QCOMPARE(cell(page->kinds(), 0, kKindRead), QStringLiteral("4,321"));
    }

    void partialAndStale()
    {
        const auto truth = fill();
        ClusterStatus &status = truth.clusters[0]->status();
        ResourceStatus &pods = status.of(ResourceKind::Pods);
        pods.sync = Sync::Forbidden;
        pods.error = Error{ErrorCode::Forbidden, "may not list pods", "gke-eu", "Ask for the rule of view"};
        pods.nextTry = m_fleet->now() + 45s;
        truth.clusters[0]->publish();
        truth.clusters[1]->status().connection = Connection::Stale;
        truth.clusters[1]->publish();
        const auto page = shownPage();
        QCOMPARE(cell(page->clusters(), 0, kState), QStringLiteral("partial"));
        QCOMPARE(cell(page->clusters(), 1, kState), QStringLiteral("stale"));
        QVERIFY(page->clusters()->rows()[1].stale);
        QCOMPARE(cell(page->kinds(), 1, kKindState), QStringLiteral("forbidden"));
        QCOMPARE(cell(page->kinds(), 1, kKindRead), QStringLiteral("—")); // never 0
        QVERIFY(cell(page->kinds(), 1, kNextTry).startsWith(QStringLiteral("in 4")));
        QVERIFY(cell(page->kinds(), 1, kProblem).contains(QStringLiteral("Ask for the rule of view")));
        QVERIFY(page->problemText().contains(QStringLiteral("Ask for the rule of view")));
        // Its triangle is drawn, in either theme.
        QTRY_VERIFY(pixelsOf(*page->kinds(), Theme::color(Token::Warning, false)) > 10);
        Theme::instance().setMode(Theme::Mode::Dark);
        QVERIFY(pixelsOf(*page->kinds(), Theme::color(Token::Warning, true)) > 10);
        QCOMPARE(pixelsOf(*page->kinds(), Theme::color(Token::Warning, false)), 0);
    }

    void loadingSaysOfHowMany()
    {
        const auto cluster = m_engine->store().add();
        cluster->status().name = "slow";
        cluster->status().connection = Connection::Live;
        ResourceStatus &nodes = cluster->status().of(ResourceKind::Nodes);
        nodes.sync = Sync::Loading;
        nodes.read = 1124;
        nodes.expected = 2740;
        cluster->publish();
        const auto page = shownPage();
        QCOMPARE(cell(page->clusters(), 0, kState), QStringLiteral("loading"));
        QCOMPARE(cell(page->clusters(), 0, kVersion), QStringLiteral("—"));
        QCOMPARE(cell(page->kinds(), 0, kKindState), QStringLiteral("loading, 41\u202f%"));
        QCOMPARE(cell(page->kinds(), 0, kKindRead), QStringLiteral("1,124 of 2,740"));
        QCOMPARE(cell(page->kinds(), 1, kKindState), QStringLiteral("not asked yet"));
    }

    void scopeNarrows()
    {
        const auto truth = fill();
        const auto page = shownPage();
        Scope scope;
        scope.cluster = truth.clusters[1]->id();
        m_fleet->setScope(scope);
        QCOMPARE(page->clusters()->rows().size(), std::size_t(1));
        QCOMPARE(cell(page->clusters(), 0, 0), QStringLiteral("gke-us"));
    }

    void hiddenCostsNothing()
    {
        const auto truth = fill();
        const auto page = shownPage();
        truth.clusters[0]->status().requests = 9999;
        truth.clusters[0]->publish();
        m_fleet->refreshNow();
        page->hide();
        Q_EMIT m_fleet->tick();
        QCOMPARE(cell(page->clusters(), 0, kRequests), QStringLiteral("1,204"));
        page->show();
        QCOMPARE(cell(page->clusters(), 0, kRequests), QStringLiteral("9,999"));
        truth.clusters[0]->status().requests = 10000;
        truth.clusters[0]->publish();
        m_fleet->refreshNow();
        Q_EMIT m_fleet->tick();
        QCOMPARE(cell(page->clusters(), 0, kRequests), QStringLiteral("10,000"));
    }

    void copiedAndSaved()
    {
        fill();
        const auto page = shownPage();
        QTest::mouseClick(page->findChild<QPushButton *>(), Qt::LeftButton);
        const QString copied = QGuiApplication::clipboard()->text();
        QVERIFY(copied.contains(QStringLiteral("gke-eu (Kubernetes")));
        QVERIFY(copied.contains(QStringLiteral("1,204 requests")));
        const QTemporaryDir folder;
        const QString file = folder.filePath(QStringLiteral("d.txt"));
        QVERIFY(page->save(file));
        QFile saved(file);
        QVERIFY(saved.open(QIODevice::ReadOnly));
        QVERIFY(saved.readAll().contains("1,204 requests"));
        const auto refused = page->save(QStringLiteral("/nowhere/d.txt"));
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::Io);
    }

    void narrowLeavesOutWhatMattersLeast()
    {
        fill();
        const auto page = shownPage();
        page->resize(2300, 900);
        QVERIFY(page->clusters()->columnShown(kVersion));
        page->resize(700, 900);
        QTRY_VERIFY(!page->clusters()->columnShown(kVersion));
        for (const int column : {0, kState, kRequests, kReceived, kObjects}) {
            QVERIFY(page->clusters()->columnShown(column));
        }
    }

    void stallsAreMeasured()
    {
        auto *application = static_cast<Application *>(QCoreApplication::instance());
        Application::Clock::time_point now = Application::Clock::now() + 1h; // nothing of before is left
        application->setClock([&now] { return now; });
        const auto restore = qScopeGuard([application] { application->setClock({}); });
        const auto inLoop = [&](const std::function<void()> &what) {
            QEventLoop loop;
            QTimer::singleShot(0, this, [&] {
                what();
                loop.quit();
            });
            loop.exec();
        };
        QCOMPARE(*Application::longestStall(), 0ms);
        inLoop([&now] { now += 120ms; });
        QCOMPARE(*Application::longestStall(), 120ms);
        inLoop([&now] { now += 70ms; });
        QCOMPARE(*Application::longestStall(), 120ms);
        now += 61s; // a minute ago
        QCOMPARE(*Application::longestStall(), 0ms);
        // A loop inside an event (a menu) is as long as what happens in it, not as long as it is open.
        inLoop([&] {
            now += 2s;
            inLoop([&now] { now += 30ms; });
            now += 2s;
        });
        QCOMPARE(*Application::longestStall(), 30ms);
    }

private:
    test::SampleTruth fill()
    {
        auto truth = test::fillSampleFleet(m_engine->store(), {.clusters = 2, .nodes = 12, .pods = 100});
        truth.clusters[0]->status().requests = 1204;
        truth.clusters[0]->status().bytes = 18 << 20;
        truth.clusters[0]->status().throttled = 7;
        truth.clusters[0]->publish();
        return truth;
    }
    std::unique_ptr<DiagnosticsPage> shownPage()
    {
        auto page = std::make_unique<DiagnosticsPage>(*m_fleet);
        m_fleet->refreshNow();
        page->resize(1120, 800);
        page->show();
        return QTest::qWaitForWindowExposed(page.get()) ? std::move(page) : nullptr;
    }
    std::unique_ptr<Engine> m_engine;
    std::unique_ptr<FleetModel> m_fleet;
};

int main(int argc, char **argv)
{
    Application application(argc, argv); // the program's own, which measures stalls
    TestDiagnosticsPage test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_diagnosticspage.moc"
