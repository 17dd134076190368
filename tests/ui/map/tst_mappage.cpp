// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/query.h"
#include "tests/support/samplefleet.h"
#include "ui/bridge/fleetmodel.h"
#include "ui/map/maplegend.h"
#include "ui/map/mapview.h"
#include "ui/map/minimap.h"
#include "ui/pages/labelpicker.h"
#include "ui/pages/mapcontrols.h"
#include "ui/pages/mappage.h"
#include "ui/pages/tablestrip.h"
#include "ui/theme/widgets.h"

#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QFileDialog>
#include <QLineEdit>
#include <QListWidget>
#include <QPointer>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

using namespace sextant;
using namespace sextant::ui;

namespace {

struct Window {
    Window()
        : engine(EngineOptions{})
        , fleet(engine)
    {
        page.reset(new MapPage(fleet, nullptr));
        page->resize(1280, 760);
        page->show();
    }
    void show()
    {
        fleet.refreshNow();
        page->settle();
    }
    QString strip() const
    {
        const auto *widget = page->findChild<TableStrip *>();
        return widget->isVisible() ? widget->plainText() : QString();
    }

    Engine engine;
    FleetModel fleet;
    std::unique_ptr<MapPage> page;
};

} // namespace

class TestMapPage : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        QCoreApplication::setOrganizationName(QStringLiteral("sextant-test"));
        QCoreApplication::setApplicationName(QStringLiteral("tst_mappage"));
        Theme::instance().setMode(Theme::Mode::Light);
    }
    void init() { QSettings().clear(); }
    void cleanupTestCase() { QSettings().clear(); }

    void emptySaysWhatToDo()
    {
        Window w;
        w.show();
        QCOMPARE(w.page->state().kind(), StatePanel::Kind::Empty);
        QVERIFY(w.page->state().isVisible());
        QVERIFY(w.page->state().plainText().contains(QStringLiteral("No cluster")));
        QVERIFY(!w.page->legend().isVisible());
    }

    void loadingCountsAndThenDrawsWhatHasCome()
    {
        Window w;
        auto cluster = w.engine.store().add();
        auto &status = cluster->status();
        status.name = "gke-us";
        status.connection = Connection::Live;
        status.of(ResourceKind::Nodes).sync = Sync::Loading;
        status.of(ResourceKind::Pods).sync = Sync::Loading;
        status.of(ResourceKind::Pods).read = 0;
        status.of(ResourceKind::Pods).expected = 2740;
        cluster->publish();
        w.show();
        QCOMPARE(w.page->state().kind(), StatePanel::Kind::Loading);
        QVERIFY2(w.page->state().plainText().contains(QStringLiteral("of about 2,740")),
            qPrintable(w.page->state().plainText()));
        for (int i = 0; i < 10; ++i) {
            cluster->upsert(test::sampleNode("n-" + std::to_string(i), "default", 32, 128, wallNow()));
        }
        cluster->status().of(ResourceKind::Nodes).sync = Sync::Live;
        cluster->status().of(ResourceKind::Pods).read = 1124;
        cluster->publish();
        w.show();
        QVERIFY(!w.page->state().isVisible());
        QCOMPARE(w.page->view().content().tiles.size(), 10U);
        QVERIFY2(w.strip().contains(QStringLiteral("1,124 of about 2,740 pods")), qPrintable(w.strip()));
        QVERIFY2(w.page->summary().contains(QLatin1Char('+')), qPrintable(w.page->summary()));
        // The line of progress above the map.
        const QImage image = w.page->grab().toImage();
        const int y = w.page->view().mapTo(w.page.get(), QPoint(0, 0)).y() - 1;
        QCOMPARE(image.pixel(2, y) & 0xffffffU, Theme::instance().color(Token::Accent).rgb() & 0xffffffU);
        QCOMPARE(
            image.pixel(image.width() - 3, y) & 0xffffffU, Theme::instance().color(Token::Track).rgb() & 0xffffffU);
    }

    void forbiddenNodesAreNamedWithTheRule()
    {
        Window w;
        auto cluster = w.engine.store().add();
        test::setAllLive(cluster->status(), wallNow());
        cluster->status().name = "gke-ap";
        cluster->status().of(ResourceKind::Nodes).sync = Sync::Forbidden;
        cluster->upsert(test::samplePod("ns", "p", "n-1", 500, 128, wallNow()));
        cluster->publish();
        w.show();
        QCOMPARE(w.page->view().content().tiles.size(), 1U);
        QVERIFY2(w.strip().contains(QStringLiteral("may not list nodes")), qPrintable(w.strip()));
        auto *copy = w.page->findChild<TableStrip *>()->copyButton();
        QVERIFY(copy->isVisible());
        QTest::mouseClick(copy, Qt::LeftButton);
        QVERIFY(QApplication::clipboard()->text().contains(QStringLiteral("resources: [nodes]")));

        cluster->clear(ResourceKind::Pods);
        cluster->status().of(ResourceKind::Pods).sync = Sync::Forbidden;
        cluster->publish();
        w.show();
        QCOMPARE(w.page->state().kind(), StatePanel::Kind::Partial);
        QVERIFY(w.page->state().plainText().contains(QStringLiteral("resources: [pods]")));
    }

    void staleStaysAndSaysSo()
    {
        Window w;
        auto cluster = w.engine.store().add();
        test::setAllLive(cluster->status(), wallNow());
        cluster->status().name = "gke-eu";
        cluster->upsert(test::sampleNode("n", "default", 32, 128, wallNow()));
        cluster->publish();
        w.show();
        QVERIFY(w.strip().isEmpty());
        cluster->status().connection = Connection::Stale;
        cluster->status().heard = wallNow() - std::chrono::minutes(4);
        cluster->publish();
        w.show();
        QCOMPARE(w.page->view().content().tiles.size(), 1U);
        QVERIFY2(w.strip().contains(QStringLiteral("gke-eu")), qPrintable(w.strip()));
    }

    void scopeFilterSelectionAndSummary()
    {
        Window w;
        test::SampleOptions options;
        const auto truth = test::fillSampleFleet(w.engine.store(), options);
        w.show();
        QCOMPARE(w.page->summary(), QStringLiteral("600 nodes · 6,900 pods"));
        Scope scope;
        scope.cluster = truth.clusters[0]->id();
        scope.pool = "gpu";
        w.fleet.setScope(scope);
        w.page->settle();
        QCOMPARE(w.page->view().content().tiles.size(), 20U);
        scope.pool = "nowhere";
        w.fleet.setScope(scope);
        w.page->settle();
        QCOMPARE(w.page->state().kind(), StatePanel::Kind::Empty);
        QVERIFY(w.page->state().plainText().contains(QStringLiteral("600 nodes")));
        for (QPushButton *button : w.page->state().findChildren<QPushButton *>()) {
            if (button->isVisible()) {
                QTest::mouseClick(button, Qt::LeftButton);
                break;
            }
        }
        QVERIFY(w.fleet.scope().whole());
        w.page->settle();
        QCOMPARE(w.page->view().content().tiles.size(), 600U);

        w.fleet.setFilter(QStringLiteral("audio-delivery"));
        w.page->settle();
        QVERIFY2(w.page->summary().contains(QStringLiteral(" of 6,900 pods")), qPrintable(w.page->summary()));
        w.fleet.setFilter({});
        w.page->settle();

        // A click selects for all; a selection made elsewhere is brought into view.
        auto &view = w.page->view();
        const QRectF rect = view.rectOf({5, -1, -1});
        QTest::mouseClick(view.viewport(), Qt::LeftButton, {}, rect.topLeft().toPoint() + QPoint(3, 3));
        QCOMPARE(w.fleet.selection(), view.idOf({5, -1, -1}));
        const auto &tile = view.content().tiles[300];
        const AnyId pod = view.content().pod(tile, view.content().itemsOf(tile)[0]).id();
        w.fleet.select(pod);
        QCOMPARE(view.level(), layout::Level::Nodes); // not by itself
        w.page->focusContent();
        QCOMPARE(view.level(), layout::Level::Pods);
        const QRectF shownRect = view.rectOf({300, 0, -1});
        QVERIFY(view.viewport()->rect().contains(shownRect.toAlignedRect()));
    }

    void controlsDoWhatTheySay()
    {
        Window w;
        test::fillSampleFleet(w.engine.store());
        w.show();
        auto &view = w.page->view();
        const auto segments = w.page->findChildren<Segments *>();
        QCOMPARE(segments.size(), 2);
        segments[0]->setCurrent(1);
        QCOMPARE(view.sizeBy(), layout::SizeBy::Memory);
        segments[1]->setCurrent(2);
        QCOMPARE(view.lens(), Lens::Used);
        QTRY_VERIFY(w.page->legend().plainText().contains(QStringLiteral("used of requested")));
        auto *group = w.page->findChild<QComboBox *>(QStringLiteral("mapGroup"));
        QTest::keyClick(group, Qt::Key_Down);
        QCOMPARE(view.grouping(), layout::Grouping(layout::Grouping::Zone));
        w.page->settle();
        QVERIFY(view.content().groups.size() > 6);
        const int before = view.tileHeight();
        QTest::mouseClick(w.page->findChild<QWidget *>(QStringLiteral("zoomIn")), Qt::LeftButton);
        QTRY_VERIFY(view.tileHeight() > before && !view.zooming());
        QTest::mouseClick(w.page->findChild<QWidget *>(QStringLiteral("zoomFit")), Qt::LeftButton);
        QTRY_COMPARE(view.tileHeight(), before);
        // In a narrow window choices fold, and still say what is chosen.
        w.page->resize(800, 600);
        QTRY_VERIFY(!segments[0]->isVisible());
        QVERIFY(!segments[1]->isVisible());
        for (const QComboBox *box : w.page->findChildren<QComboBox *>()) {
            QVERIFY(box->objectName() == QLatin1String("mapGroup") || box->isVisible());
        }
        w.page->resize(1700, 760);
        QTRY_VERIFY(segments[0]->isVisible() && segments[1]->isVisible());
    }

    void whatIsChosenIsKeptForTheNextRun()
    {
        {
            Window w;
            test::fillSampleFleet(w.engine.store());
            w.show();
            const auto segments = w.page->findChildren<Segments *>();
            segments[0]->setCurrent(1);
            segments[1]->setCurrent(static_cast<int>(Lens::Owner));
            w.page->findChild<QComboBox *>(QStringLiteral("mapGroup"))->setCurrentIndex(3);
        }
        Window again;
        QCOMPARE(again.page->view().sizeBy(), layout::SizeBy::Memory);
        QCOMPARE(again.page->view().lens(), Lens::Owner);
        QCOMPARE(again.page->view().grouping(), layout::Grouping(layout::Grouping::Owner));
        // A picture that is asked for in another way changes nothing of it.
        again.page->choose({layout::SizeBy::Equal, Lens::Age, layout::Grouping(layout::Grouping::Label, "rack"), {}});
        QCOMPARE(again.page->view().lens(), Lens::Age);
        QCOMPARE(again.page->view().grouping(), layout::Grouping(layout::Grouping::Label, "rack"));
        Window third;
        QCOMPARE(third.page->view().lens(), Lens::Owner);
        QSettings().setValue(QStringLiteral("map/colour"), QStringLiteral("no such lens"));
        QSettings().setValue(QStringLiteral("map/group"), QStringLiteral("label:"));
        Window fourth;
        QCOMPARE(fourth.page->view().lens(), Lens::State);
        QCOMPARE(fourth.page->view().grouping(), layout::Grouping(layout::Grouping::Pool));
    }

    void anyLabelOfTheNodesGroups()
    {
        Window w;
        auto cluster = w.engine.store().add();
        test::setAllLive(cluster->status(), wallNow());
        cluster->status().name = "gke-eu";
        for (int i = 0; i < 6; ++i) {
            NodeDraft node = test::sampleNode("n-" + std::to_string(i), "default", 32, 128, wallNow());
            node.labels.push_back({"example.com/rack", i % 2 == 0 ? "left" : "right"});
            if (i < 3) {
                node.labels.push_back({"example.com/rare", "yes"});
            }
            std::sort(node.labels.begin(), node.labels.end());
            cluster->upsert(node);
        }
        cluster->publish();
        w.show();
        const auto labels = nodeLabels(*w.fleet.picture());
        QCOMPARE(labels.size(), 4U);
        QCOMPARE(labels.back().key, std::string("example.com/rare"));
        QCOMPARE(labels.back().nodes, 3U);

        auto *group = w.page->findChild<QComboBox *>(QStringLiteral("mapGroup"));
        group->setCurrentIndex(group->count() - 1);
        QCOMPARE(w.page->view().grouping(), layout::Grouping(layout::Grouping::Pool)); // until one is chosen
        QCOMPARE(group->currentIndex(), 0);
        QPointer<LabelPicker> picker = w.page->findChild<LabelPicker *>();
        QVERIFY(picker != nullptr && picker->isVisible());
        auto *list = picker->findChild<QListWidget *>();
        auto *edit = picker->findChild<QLineEdit *>();
        QTRY_COMPARE(list->count(), 4);
        QTest::keyClicks(edit, QStringLiteral("nothing like it"));
        QTest::keyClick(edit, Qt::Key_Return);
        QVERIFY(picker->isVisible()); // there is nothing to take
        edit->clear();
        QTest::keyClicks(edit, QStringLiteral("RACK"));
        QCOMPARE(list->count(), 1);
        QVERIFY(list->item(0)->text().contains(QStringLiteral("6 nodes")));
        QTest::keyClick(edit, Qt::Key_Return);
        QCOMPARE(w.page->view().grouping(), layout::Grouping(layout::Grouping::Label, "example.com/rack"));
        QVERIFY(group->currentText().contains(QStringLiteral("example.com/rack")));
        QTRY_VERIFY(picker == nullptr);
        w.page->settle();
        QCOMPARE(w.page->view().content().groups.size(), 2U);
        QCOMPARE(w.page->view().content().groups[0].name, std::string("left"));
        Window again;
        QCOMPARE(again.page->view().grouping(), layout::Grouping(layout::Grouping::Label, "example.com/rack"));
    }

    void theLegendLightsUpAndEscapeShowsAll()
    {
        Window w;
        test::fillSampleFleet(w.engine.store());
        w.show();
        auto &view = w.page->view();
        auto *legend = w.page->findChild<MapLegend *>();
        const QPoint at = legend->rectOf(QStringLiteral("failed")).center().toPoint();
        QTest::mouseClick(legend, Qt::LeftButton, {}, at);
        QCOMPARE(view.seen(), ClassMask(1) << static_cast<int>(State::Failed));
        w.page->settle();
        const QImage image = view.viewport()->grab().toImage();
        const QRgb ready = Theme::instance().cell(State::Ok).rgb() & 0xffffffU;
        const QRect tile = view.rectOf({3, -1, -1}).toAlignedRect().adjusted(2, 2, -2, -2);
        for (int y = tile.top(); y <= tile.bottom(); ++y) {
            for (int x = tile.left(); x <= tile.right(); ++x) {
                QVERIFY((image.pixel(x, y) & 0xffffffU) != ready);
            }
        }
        QTest::keyClick(&view, Qt::Key_Escape);
        QCOMPARE(view.seen(), kAllClasses);
        // Another lens lights up all of its own.
        QTest::mouseClick(legend, Qt::LeftButton, {}, at);
        w.page->findChildren<Segments *>()[1]->setCurrent(static_cast<int>(Lens::Age));
        QCOMPARE(view.seen(), kAllClasses);
        QTRY_VERIFY(legend->plainText().startsWith(QStringLiteral("age < 10 min")));
    }

    void theMinimapStandsInTheCornerOrInTheDetails()
    {
        Window w;
        test::fillSampleFleet(w.engine.store());
        w.show();
        auto &view = w.page->view();
        const MiniMap &corner = w.page->corner();
        QVERIFY(!corner.isVisible()); // the whole map is seen
        view.zoomTo(layout::Level::Pods);
        w.page->settle();
        QVERIFY(corner.isVisible());
        const QRect seen(view.viewport()->mapTo(w.page.get(), QPoint(0, 0)), view.viewport()->size());
        QVERIFY(seen.contains(corner.geometry()));
        QVERIFY(corner.geometry().right() > seen.right() - 40 && corner.geometry().bottom() > seen.bottom() - 40);

        // Details that stand open take it.
        QWidget details;
        auto *section = qobject_cast<MiniMapSection *>(w.page->companion());
        QVERIFY(section != nullptr);
        section->setParent(&details);
        details.resize(312, 400);
        w.fleet.select(view.idOf({4, -1, -1}));
        w.page->setDetailsShown(true);
        details.show();
        section->show();
        QVERIFY(!corner.isVisible());
        QVERIFY(section->map().isVisible());
        const auto &tile = view.content().tiles[4];
        QCOMPARE(section->note(), QStringLiteral("node 5 of %1").arg(view.content().groups[tile.group].tiles));
        w.page->setDetailsShown(false);
        QVERIFY(corner.isVisible());
        view.fit();
        w.page->settle();
        QTRY_VERIFY(!corner.isVisible());
        section->setParent(nullptr);
        delete section;
    }

    void aHiddenPageLetsGoOfTheFleet()
    {
        Window w;
        auto cluster = w.engine.store().add();
        cluster->status().connection = Connection::Live;
        cluster->status().of(ResourceKind::Nodes).sync = Sync::Live;
        cluster->status().of(ResourceKind::Pods).sync = Sync::Live;
        cluster->upsert(test::sampleNode("n-1", "default", 32, 128, wallNow()));
        cluster->publish();
        w.show();
        const std::weak_ptr<const Picture> former = w.page->view().content().picture;
        w.page->hide();
        cluster->upsert(test::sampleNode("n-2", "default", 32, 128, wallNow()));
        cluster->publish();
        w.fleet.refreshNow();
        QTRY_VERIFY(former.expired()); // else a whole fleet stays in memory for as long as the map is not looked at
        w.page->show();
        w.page->settle();
        QCOMPARE(w.page->view().content().tiles.size(), 2U);
    }

    void tShowsTheSameInRows()
    {
        Window w;
        test::fillSampleFleet(w.engine.store());
        w.show();
        QSignalSpy wanted(w.page.get(), &Page::viewWanted);
        QTest::keyClick(&w.page->view(), Qt::Key_T);
        QCOMPARE(wanted.takeFirst().at(0).toString(), QStringLiteral("nodes"));
        w.page->view().zoomTo(layout::Level::Pods);
        w.page->settle();
        QTest::keyClick(&w.page->view(), Qt::Key_T);
        QCOMPARE(wanted.takeFirst().at(0).toString(), QStringLiteral("pods"));
    }

    void theUnscheduledOpenInTheTable()
    {
        Window w;
        const auto truth = test::fillSampleFleet(w.engine.store());
        PodDraft gated = test::samplePod("shop", "gated", "", 10, 10, wallNow());
        gated.state = State::Pending;
        gated.status = "SchedulingGated";
        truth.clusters[0]->upsert(gated);
        truth.clusters[0]->publish();
        w.show();
        QSignalSpy wanted(w.page.get(), &Page::viewWanted);
        const auto &head = w.page->view().geometry().clusters[0].head;
        QTest::mouseClick(w.page->view().viewport(), Qt::LeftButton, {}, QPoint(head.right() - 30, head.y + 16));
        QCOMPARE(wanted.count(), 1);
        QCOMPARE(wanted.at(0).at(0).toString(), QStringLiteral("pods"));
        QCOMPARE(w.fleet.scope().cluster, truth.clusters[0]->id());
        TableQuery query; // what is counted is what opens
        query.filter = *Filter::parse(w.fleet.filter().toStdString());
        query.scope = w.fleet.scope();
        query.now = wallNow();
        QCOMPARE(answer(w.fleet.picture(), query, nullptr)->rows().rows.size(),
            w.page->view().content().clusters[0].unscheduled);
    }

    void whatNothingHereHasIsTold()
    {
        Window w;
        test::fillSampleFleet(w.engine.store());
        w.show();
        QVERIFY(w.strip().isEmpty());
        w.fleet.setFilter(QStringLiteral("stage:migrated"));
        QVERIFY2(w.strip().contains(QStringLiteral("have no stage")), qPrintable(w.strip()));
        w.fleet.setFilter(QStringLiteral("restarts>1")); // of pods, though not of nodes
        QVERIFY(w.strip().isEmpty());
    }

    void thePictureIsSavedAsItStands()
    {
        Window w;
        test::fillSampleFleet(w.engine.store());
        w.show();
        const QTemporaryDir folder;
        const QString png = folder.filePath(QStringLiteral("fleet.png"));
        // As a user: the dialogue of Ctrl+E, a name, Enter.
        const auto saveAs = [&w](const QString &file) {
            w.page->exportView();
            const auto dialogs = w.page->findChildren<QFileDialog *>();
            const auto open = std::find_if(
                dialogs.begin(), dialogs.end(), [](const QFileDialog *dialog) { return dialog->isVisible(); });
            QVERIFY(open != dialogs.end());
            auto *name = (*open)->findChild<QLineEdit *>();
            name->setText(file);
            QTest::keyClick(name, Qt::Key_Return);
        };
        saveAs(folder.filePath(QStringLiteral("fleet"))); // the kind gives the ending
        QTRY_VERIFY(QFile::exists(png));
        QVERIFY(Tip::current() == nullptr);
        QCOMPARE(QImage(png), w.page->grab().toImage().convertToFormat(QImage(png).format()));
        const QString svg = folder.filePath(QStringLiteral("fleet.SVG"));
        QVERIFY(w.page->save(svg));
        QFile drawing(svg);
        QVERIFY(drawing.open(QIODevice::ReadOnly));
        const QByteArray text = drawing.readAll();
        QVERIFY(text.contains("ready</text>")); // its legend
        QVERIFY(text.contains(
            QByteArray("font-family=\"").append(Theme::instance().font(TextRole::Caption).family().toUtf8())));
        const auto unnamed = w.page->save(folder.filePath(QStringLiteral("fleet.gif")));
        QVERIFY(!unnamed);
        QVERIFY(unnamed.error().text().find(".png") != std::string::npos);
        // What cannot be saved is told, and why.
        saveAs(QStringLiteral("/nowhere/fleet"));
        QTRY_VERIFY(Tip::current() != nullptr);
        QVERIFY2(Tip::current()->plainText().contains(QStringLiteral("/nowhere/fleet.png")),
            qPrintable(Tip::current()->plainText()));
    }

    /// Writes pictures where SEXTANT_SHOTS names a folder; otherwise it only draws them.
    void pictures()
    {
        const QString folder = qEnvironmentVariable("SEXTANT_SHOTS");
        for (const auto mode : {Theme::Mode::Light, Theme::Mode::Dark}) {
            Theme::instance().setMode(mode);
            for (const QSize size : {QSize(1120, 690), QSize(2400, 1330)}) {
                Window w;
                test::fillSampleFleet(w.engine.store());
                w.page->resize(size);
                w.show();
                const auto save = [&](const char *what) {
                    const QPixmap picture = w.page->grab();
                    QCOMPARE(picture.size(), size);
                    if (!folder.isEmpty()) {
                        const QString name =
                            QStringLiteral("%1/map-%2-%3-%4.png")
                                .arg(folder, QString::fromUtf8(what),
                                    mode == Theme::Mode::Dark ? QStringLiteral("dark") : QStringLiteral("light"))
                                .arg(size.width());
                        QVERIFY(picture.save(name));
                    }
                };
                save("fleet");
                w.page->findChildren<Segments *>()[1]->setCurrent(2);
                w.page->settle();
                save("used");
                w.page->findChildren<Segments *>()[1]->setCurrent(0);
                const auto &view = w.page->view();
                w.fleet.select(view.idOf({100, -1, -1}));
                w.page->view().reveal(w.fleet.selection());
                w.page->view().zoomTo(layout::Level::Pods);
                QTRY_VERIFY(!view.zooming());
                w.page->view().reveal(w.fleet.selection());
                w.page->settle();
                save("pods");
            }
        }
        Theme::instance().setMode(Theme::Mode::Light);
    }
};

QTEST_MAIN(TestMapPage)
#include "tst_mappage.moc"
