// SPDX-License-Identifier: GPL-3.0-or-later
// Helios in the views: marks, cards, map, capacity, and how a cluster is added.
#include "tests/support/samplefleet.h"
#include "tests/ui/helios/rollingcluster.h"
#include "ui/bridge/fleetmodel.h"
#include "ui/map/maplegend.h"
#include "ui/map/mapview.h"
#include "ui/pages/attentionlist.h"
#include "ui/pages/capacitypage.h"
#include "ui/pages/clustercard.h"
#include "ui/pages/overviewpage.h"
#include "ui/shell/clusterdialog.h"
#include "ui/shell/mainwindow.h"
#include "ui/theme/widgets.h"

#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QtTest>

using namespace sextant;
using namespace sextant::ui;

namespace {

int countOf(const QImage &image, const QColor &color, QRect where = {})
{
    int count = 0;
    const QRect area = where.isNull() ? image.rect() : where.intersected(image.rect());
    for (int y = area.top(); y <= area.bottom(); ++y) {
        for (int x = area.left(); x <= area.right(); ++x) {
            count += image.pixelColor(x, y).rgb() == color.rgb() ? 1 : 0;
        }
    }
    return count;
}

QString textsOf(const QWidget &widget)
{
    QString text;
    for (const QLabel *label : widget.findChildren<QLabel *>()) {
        text += label->isVisibleTo(&widget) ? label->text() + u'\n' : QString();
    }
    for (const ElidedLabel *label : widget.findChildren<ElidedLabel *>()) {
        text += label->isVisibleTo(&widget) ? label->text() + u'\n' : QString();
    }
    for (const MeterRow *row : widget.findChildren<MeterRow *>()) {
        text += row->isVisibleTo(&widget) ? row->value() + u' ' + row->caption() + u'\n' : QString();
    }
    return text;
}

/// A map in a window.
struct Shown {
    explicit Shown(const std::function<void(ClusterStore &)> &change = {})
        : now(wallNow())
        , cluster(test::addRollingCluster(store, 6, now))
    {
        if (change) {
            change(*cluster);
            cluster->publish();
        }
        view.resize(900, 600);
        view.show();
        view.setPicture(test::pictureOf(store), now);
        view.settle();
    }
    MapView::Hit host(const std::string &name) const
    {
        const auto &tiles = view.content().tiles;
        for (std::size_t i = 0; i < tiles.size(); ++i) {
            if (tiles[i].name == name) {
                return {static_cast<int>(i), -1, -1};
            }
        }
        return {};
    }
    QImage image() { return view.viewport()->grab().toImage(); }

    FleetStore store;
    Time now;
    std::shared_ptr<ClusterStore> cluster;
    MapView view;
};

} // namespace

class TestHeliosViews : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { QStandardPaths::setTestModeEnabled(true); }
    void init()
    {
        QTest::failOnWarning(QRegularExpression(QStringLiteral("^(?!This plugin does not support)")));
        Theme::instance().setMode(Theme::Mode::Light);
        m_engine = std::make_unique<Engine>(EngineOptions{});
        m_fleet = std::make_unique<FleetModel>(*m_engine);
    }
    void cleanup()
    {
        m_fleet.reset();
        m_engine.reset();
        Theme::instance().setMode(Theme::Mode::Light);
    }

    void marksDifferInShapeAndColour()
    {
        for (const bool dark : {false, true}) {
            const auto drawn = [dark](Orchestrator orchestrator) {
                QImage image(48, 48, QImage::Format_RGB32);
                image.fill(Theme::color(Token::Surface, dark));
                QPainter painter(&image);
                paintMark(painter, orchestrator, QRectF(0, 0, 48, 48), dark);
                painter.end();
                return image;
            };
            const QColor violet = Theme::color(Token::Helios, dark), blue = Theme::color(Token::Kubernetes, dark);
            const QImage helios = drawn(Orchestrator::Helios), kubernetes = drawn(Orchestrator::Kubernetes);
            QVERIFY(countOf(helios, violet) > 200 && countOf(helios, blue) == 0);
            QVERIFY(countOf(kubernetes, blue) > 200 && countOf(kubernetes, violet) == 0);
            // A half sun: filled above its horizon, nothing below; a heptagon has a dot in its middle.
            QCOMPARE(helios.pixelColor(24, 26), violet);
            QCOMPARE(countOf(helios, violet, QRect(0, 44, 48, 4)), 0);
            QCOMPARE(kubernetes.pixelColor(24, 24), blue);
            QVERIFY(kubernetes.pixelColor(24, 14) != blue);
        }
    }

    void overviewHasACardOfHelios()
    {
        test::fillSampleFleet(m_engine->store(), {.clusters = 1, .nodes = 10, .pods = 60});
        test::addRollingCluster(m_engine->store(), 5, wallNow());
        const auto page = shownPage<OverviewPage>();
        QCOMPARE(page->clusterCards().size(), std::size_t(2));
        const ClusterCard &card = *page->clusterCards().back();
        const QString text = textsOf(card);
        QVERIFY2(text.contains(QStringLiteral("Hosts")) && text.contains(QStringLiteral("Tasks")), qPrintable(text));
        QVERIFY(text.contains(QStringLiteral("4 / 5 up")));
        QVERIFY2(text.contains(QStringLiteral("Helios 0.9.282 · 2 masters")), qPrintable(text));
        QVERIFY(text.contains(QStringLiteral("declared as shares, of 80 cores")));
        QVERIFY2(text.contains(QStringLiteral("17 on 80 cores")), qPrintable(text));
        QVERIFY(text.contains(QStringLiteral("with caches")));
        QVERIFY(!text.contains(QStringLiteral("Used 15m")));
        QVERIFY(countOf(page->grab().toImage(), Theme::instance().color(Token::Helios)) > 20);
        // What Kubernetes can allocate is not made larger or fuller by Helios.
        Scope scope;
        scope.cluster = m_fleet->picture()->cluster(0).id();
        const Sums kubernetes = m_fleet->picture()->sums(scope), both = m_fleet->picture()->sums({});
        QCOMPARE(both.cpu.charged, kubernetes.cpu.requested);
        QCOMPARE(both.cpu.allocatable, kubernetes.cpu.allocatable);
        QVERIFY(textsOf(*page).contains(QStringLiteral("Kubernetes only")));
    }

    void overviewOfHeliosAloneSpeaksItsWords()
    {
        const auto cluster = test::addRollingCluster(m_engine->store(), 5, wallNow());
        const auto page = shownPage<OverviewPage>();
        const QString text = textsOf(*page);
        QVERIFY2(text.contains(QStringLiteral("4 / 5 hosts up")), qPrintable(text));
        QVERIFY(text.contains(QStringLiteral("of CPU capacity declared")));
        QVERIFY(text.contains(QStringLiteral("use is not measured")));
        QVERIFY(!text.contains(QStringLiteral("allocatable")));
        QVERIFY(!page->attentionList()->lines().empty()); // the host that is down
        // Stale: the picture stays, with its age.
        cluster->status().connection = Connection::Stale;
        cluster->status().heard = wallNow() - std::chrono::seconds(252);
        cluster->publish();
        m_fleet->refreshNow();
        page->settle();
        QVERIFY2(textsOf(*page).contains(QStringLiteral("4m12s")), qPrintable(textsOf(*page)));
    }

    void mapShowsAHostThatIsDownAsSilent()
    {
        Shown shown;
        const auto &content = shown.view.content();
        QCOMPARE(content.marked.silent, 1U);
        const QImage image = shown.image();
        const QColor failed = Theme::instance().state(State::Failed);
        const QRect down = shown.view.rectOf(shown.host("web-06")).toAlignedRect().adjusted(-3, -3, 3, 3);
        QVERIFY(countOf(image, failed, down) > 10);
        QCOMPARE(countOf(image, failed, shown.view.rectOf(shown.host("web-02")).toAlignedRect()), 0);
        QVERIFY(countOf(image, Theme::instance().color(Token::Helios)) > 100); // the rule above the column
        QVERIFY2(shown.view.describe(shown.host("web-06")).startsWith(QStringLiteral("host web-06, DOWN")),
            qPrintable(shown.view.describe(shown.host("web-06"))));
    }

    void mapColoursTasksByTheirHostsLoad()
    {
        Shown shown([](ClusterStore &store) {
            NodeDraft busy = test::heliosHost("web-01", "lon3", wallNow());
            busy.loadAverage = 14.4; // 90 %
            store.upsert(busy);
        });
        shown.view.setLens(Lens::Used);
        shown.view.settle();
        const QImage image = shown.image();
        const auto rect = [&](const char *name) { return shown.view.rectOf(shown.host(name)).toAlignedRect(); };
        QVERIFY(countOf(image, Theme::instance().ramp(0.9), rect("web-01")) > 3);
        QVERIFY(countOf(image, Theme::instance().ramp(0.3), rect("web-02")) > 3); // 27 %, rounded to its step
        QCOMPARE(countOf(image, Theme::instance().ramp(0.9), rect("web-02")), 0);
        MapLegend legend;
        legend.show(shown.view.content(), *shown.view.classes(), layout::Level::Nodes, kAllClasses);
        QVERIFY(legend.plainText().contains(QStringLiteral("Helios measures hosts, not tasks")));
        shown.view.setLens(Lens::State);
        shown.view.settle();
        legend.show(shown.view.content(), *shown.view.classes(), layout::Level::Nodes, kAllClasses);
        QVERIFY2(legend.plainText().contains(QStringLiteral("declares nothing")), qPrintable(legend.plainText()));
        QVERIFY(legend.plainText().contains(QStringLiteral("down 1")));
    }

    void capacityOfHeliosInventsNothing()
    {
        test::fillSampleFleet(m_engine->store(), {.clusters = 1, .nodes = 10, .pods = 60});
        const auto cluster = test::addRollingCluster(m_engine->store(), 5, wallNow());
        const auto page = shownPage<CapacityPage>();
        QString text = textsOf(*page);
        QVERIFY2(text.contains(QStringLiteral("5 without allocatable left out")), qPrintable(text));
        QVERIFY(text.contains(QStringLiteral("10 nodes, CPU")));
        QVERIFY(text.contains(QStringLiteral("Kubernetes only")));
        QVERIFY(text.contains(QStringLiteral("declared on Helios")));
        Scope scope;
        scope.cluster = cluster->id();
        m_fleet->setScope(scope);
        page->settle();
        text = textsOf(*page);
        QVERIFY2(text.contains(QStringLiteral("Hosts by fill")), qPrintable(text));
        QVERIFY(text.contains(QStringLiteral("capacity")));
        QVERIFY(!text.contains(QStringLiteral("allocatable")));
        QVERIFY(!text.contains(QStringLiteral("no metrics")));
        QCOMPARE(page->summary(), QStringLiteral("5 hosts · 10 tasks"));
    }

    void dialogTakesMasters()
    {
        ClusterDialog dialog(*m_fleet);
        dialog.show();
        QVERIFY(QTest::qWaitForWindowExposed(&dialog));
        QTRY_VERIFY(!dialog.busy());
        auto *which = dialog.findChild<Segments *>(QStringLiteral("whichKind"));
        which->setFocus();
        QTest::keyClick(which, Qt::Key_Right);
        auto *masters = dialog.findChild<QLineEdit *>(QStringLiteral("masters"));
        QVERIFY(masters->isVisible());
        QPushButton *open = nullptr;
        for (QPushButton *button : dialog.findChildren<QPushButton *>()) {
            open = button->text() == QStringLiteral("&Open Cluster") ? button : open;
        }
        QVERIFY(open != nullptr && !open->isEnabled()); // nothing is typed yet
        // A wrong one is answered in place, in words, and nothing is opened.
        QSignalSpy opened(&dialog, &ClusterDialog::opened);
        QTest::keyClicks(masters, QStringLiteral("ftp://m1"));
        QTest::mouseClick(open, Qt::LeftButton);
        QTRY_VERIFY(!dialog.busy());
        QVERIFY2(dialog.message().contains(QStringLiteral("ftp")), qPrintable(dialog.message()));
        QCOMPARE(opened.count(), 0);
        QVERIFY(dialog.isVisible());
        // Typing anew takes the answer away.
        masters->selectAll();
        QTest::keyClicks(masters, QStringLiteral("http://127.0.0.1:9,http://127.0.0.1:10"));
        QVERIFY(dialog.message().isEmpty());
        QTest::keyClicks(dialog.findChild<QLineEdit *>(QStringLiteral("name")), QStringLiteral("helios-test"));
        QTest::keyClick(masters, Qt::Key_Return);
        QTRY_COMPARE(opened.count(), 1);
        const auto id = opened.constFirst().constFirst().value<ClusterId>();
        QTRY_VERIFY(m_fleet->picture()->snapshot().cluster(id) != nullptr);
        const ClusterStatus &status = m_fleet->picture()->snapshot().cluster(id)->status();
        QCOMPARE(status.name, std::string("helios-test"));
        QCOMPARE(status.orchestrator, Orchestrator::Helios);
    }

private:
    template <class P> std::unique_ptr<P> shownPage()
    {
        auto page = std::make_unique<P>(*m_fleet);
        page->resize(1280, 800);
        page->show();
        if (!QTest::qWaitForWindowExposed(page.get())) {
            return nullptr;
        }
        m_fleet->refreshNow();
        page->settle();
        return page;
    }
    std::unique_ptr<Engine> m_engine;
    std::unique_ptr<FleetModel> m_fleet;
};

QTEST_MAIN(TestHeliosViews)
#include "tst_heliosviews.moc"
