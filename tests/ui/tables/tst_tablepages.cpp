// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/samplefleet.h"
#include "ui/bridge/fleetmodel.h"
#include "ui/models/tablemodel.h"
#include "ui/pages/nodespage.h"
#include "ui/pages/podspage.h"
#include "ui/pages/tablepanel.h"
#include "ui/pages/tableview.h"
#include "ui/pages/workloadspage.h"
#include "ui/theme/widgets.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QMenu>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QTest>

using namespace sextant;
using namespace sextant::ui;

namespace {

struct Stage {
    Engine engine{EngineOptions{}};
    test::SampleTruth truth = test::fillSampleFleet(engine.store(), {.nodes = 30, .pods = 300});
    FleetModel fleet{engine};

    Stage() { fleet.refreshNow(); }
};

/// On screen and up to date.
void open(TablePage &page)
{
    page.resize(1200, 600);
    page.show();
    page.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&page));
    page.settle();
}

} // namespace

class TestTablePages : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void cleanup() { QSettings().clear(); }
    void factories();
    void followsScopeFilterAndPicture();
    void selectionIsShared();
    void hiddenPageWaits();
    void asksForViews();
    void relatedObjects();
    void clearsFilterFromTheEmptyPage();
    void sameFiguresAsThePicture();
};

void TestTablePages::initTestCase()
{
    QCoreApplication::setOrganizationName(QStringLiteral("sextant-test"));
    QCoreApplication::setApplicationName(QStringLiteral("tst_tablepages"));
    QSettings().clear();
    Theme::instance().setMode(Theme::Mode::Light); // before the first widget, as main() does
}

void TestTablePages::factories()
{
    Stage stage;
    for (Page *made : {makePodsPage(stage.fleet, nullptr), makeNodesPage(stage.fleet, nullptr),
             makeWorkloadsPage(stage.fleet, nullptr)}) {
        const std::unique_ptr<Page> page(made);
        QVERIFY(page->filterTables() != 0);
        page->settle();
        QVERIFY(!page->summary().isEmpty());
    }
}

void TestTablePages::followsScopeFilterAndPicture()
{
    Stage stage;
    PodsPage page(stage.fleet);
    open(page);
    QCOMPARE(page.summary(), QStringLiteral("300 pods"));
    QSignalSpy changed(&page, &Page::summaryChanged);
    Scope scope;
    scope.cluster = stage.fleet.picture()->cluster(0).id();
    stage.fleet.setScope(scope);
    QTRY_COMPARE(page.summary(), QStringLiteral("%1 pods").arg(stage.fleet.picture()->cluster(0).pods().size()));
    stage.fleet.setScope({});
    stage.fleet.setFilter(QStringLiteral("gke-us"));
    QTRY_COMPARE(page.summary(), QStringLiteral("%1 of 300 pods").arg(stage.fleet.picture()->cluster(1).pods().size()));
    stage.fleet.setFilter({});
    stage.truth.clusters[0]->upsert(test::samplePod("default", "one-more", "", 100, 64, wallNow()));
    stage.truth.clusters[0]->publish();
    QTRY_COMPARE(page.summary(), QStringLiteral("301 pods"));
    QVERIFY(changed.count() >= 3);
}

void TestTablePages::selectionIsShared()
{
    Stage stage;
    NodesPage page(stage.fleet);
    open(page);
    TableView &view = page.panel().view();
    const QPoint third = view.visualRect(page.panel().model().index(2, 1)).center();
    QTest::mouseClick(view.viewport(), Qt::LeftButton, {}, third);
    QCOMPARE(stage.fleet.selection(), page.panel().model().idAt(2));
    stage.fleet.select(page.panel().model().idAt(5));
    QCOMPARE(view.currentIndex().row(), 5);
    // Something this table does not have: nothing is chosen here.
    stage.fleet.select(stage.fleet.picture()->cluster(0).id());
    QVERIFY(!view.selectionModel()->hasSelection());
}

void TestTablePages::hiddenPageWaits()
{
    Stage stage;
    PodsPage page(stage.fleet);
    open(page);
    page.hide();
    QSignalSpy applied(&page.panel().model(), &TableModel::applied);
    stage.fleet.setFilter(QStringLiteral("gke-eu"));
    QCoreApplication::processEvents();
    QCOMPARE(applied.count(), 0);
    page.show();
    QTRY_VERIFY(applied.count() > 0);
    QTRY_VERIFY(page.summary().contains(QStringLiteral(" of ")));
}

void TestTablePages::asksForViews()
{
    Stage stage;
    PodsPage page(stage.fleet);
    open(page);
    QSignalSpy wanted(&page, &Page::viewWanted);
    page.focusContent();
    QTRY_VERIFY(page.panel().view().hasFocus());
    QTest::keyClick(&page.panel().view(), Qt::Key_Down);
    QTest::keyClick(&page.panel().view(), Qt::Key_Return);
    QCOMPARE(wanted.count(), 1);
    QCOMPARE(wanted[0][0].toString(), QStringLiteral("details"));
    QCOMPARE(stage.fleet.selection(), page.panel().model().idAt(1));
    const std::unique_ptr<QMenu> menu(page.panel().menuFor(page.panel().model().index(4, 2)));
    menu->findChild<QAction *>(QStringLiteral("showOnMap"))->trigger();
    QCOMPARE(wanted[1][0].toString(), QStringLiteral("map"));
    QCOMPARE(stage.fleet.selection(), page.panel().model().idAt(4));
    menu->findChild<QAction *>(QStringLiteral("copyCommand"))->trigger();
    const QString command = QGuiApplication::clipboard()->text();
    QVERIFY2(command.startsWith(QStringLiteral("kubectl")), qPrintable(command));
    QVERIFY(command.contains(page.panel().model().nameAt(4)));
}

void TestTablePages::relatedObjects()
{
    Stage stage;
    NodesPage page(stage.fleet);
    open(page);
    QSignalSpy wanted(&page, &Page::viewWanted);
    const std::unique_ptr<QMenu> menu(page.panel().menuFor(page.panel().model().index(0, 1)));
    menu->findChild<QAction *>(QStringLiteral("showRelated"))->trigger();
    QCOMPARE(wanted[0][0].toString(), QStringLiteral("pods"));
    QCOMPARE(stage.fleet.filter(), QStringLiteral("node=") + page.panel().model().nameAt(0));

    PodsPage pods(stage.fleet);
    open(pods);
    QSignalSpy back(&pods, &Page::viewWanted);
    QVERIFY(pods.panel().model().rowCount() > 0);
    const std::unique_ptr<QMenu> podMenu(pods.panel().menuFor(pods.panel().model().index(0, 1)));
    podMenu->findChild<QAction *>(QStringLiteral("showRelated"))->trigger();
    QCOMPARE(back[0][0].toString(), QStringLiteral("nodes"));
    QVERIFY(std::holds_alternative<NodeId>(stage.fleet.selection()));
}

void TestTablePages::clearsFilterFromTheEmptyPage()
{
    Stage stage;
    PodsPage page(stage.fleet);
    open(page);
    stage.fleet.setFilter(QStringLiteral("nosuchpod"));
    QTRY_VERIFY(page.panel().blank().isVisible());
    for (QPushButton *button : page.panel().blank().findChildren<QPushButton *>()) {
        if (button->isVisible()) {
            QTest::mouseClick(button, Qt::LeftButton);
            break;
        }
    }
    QCOMPARE(stage.fleet.filter(), QString());
    QTRY_VERIFY(page.panel().showsRows());
}

void TestTablePages::sameFiguresAsThePicture()
{
    Stage stage;
    NodesPage nodes(stage.fleet);
    open(nodes);
    PodsPage pods(stage.fleet);
    open(pods);
    const Sums sums = stage.fleet.picture()->sums({});
    QCOMPARE(nodes.panel().model().rows().cpu.allocatable, sums.cpu.allocatable);
    QCOMPARE(nodes.panel().model().rows().memory.capacity, sums.memory.capacity);
    QCOMPARE(nodes.panel().model().rows().cpu.used, sums.cpu.used);
    // Of the pods, those without a node included.
    QCOMPARE(pods.panel().model().rows().cpu.requested, sums.cpu.requested);
    QCOMPARE(pods.panel().model().rows().memory.requested, sums.memory.requested);
    QCOMPARE(pods.panel().model().rows().memory.limit, sums.memory.limit);
    QVERIFY(nodes.panel().model().rows().cpu.requested < sums.cpu.requested);
}

QTEST_MAIN(TestTablePages)
#include "tst_tablepages.moc"
