// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/samplefleet.h"
#include "ui/details/detailspanel.h"
#include "ui/shell/bars.h"
#include "ui/shell/clusterdialog.h"
#include "ui/shell/mainwindow.h"
#include "ui/shell/scopebar.h"
#include "ui/shell/sidenav.h"
#include "ui/shell/topbar.h"

#include <QApplication>
#include <QFile>
#include <QLabel>
#include <QListWidget>
#include <QMenu>
#include <QMessageBox>
#include <QPushButton>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <QVBoxLayout>

using namespace sextant;
using namespace sextant::ui;
using namespace std::chrono_literals;

namespace {

/// Stands in for a view: counts what it is asked for.
class StubPage final : public Page {
public:
    StubPage(QString view, FleetModel &fleet, QWidget *parent)
        : Page(parent)
        , m_view(std::move(view))
        , m_fleet(fleet)
    {
        setFocusPolicy(Qt::StrongFocus);
        setObjectName(m_view);
    }
    QString summary() const override
    {
        return m_view == QStringLiteral("pods") ? QStringLiteral("182 of 6,919 pods") : QString();
    }
    FilterTables filterTables() const override
    {
        return m_view == QStringLiteral("capacity") ? FilterTables(0) : FilterTable::Pods | FilterTable::Nodes;
    }
    void exportView() override { ++exports; }
    void settle() override { ++settled; }
    int exports = 0;
    int settled = 0;
    int downs = 0;

protected:
    void keyPressEvent(QKeyEvent *event) override
    {
        if (event->key() == Qt::Key_Down) {
            ++downs;
            return;
        }
        Page::keyPressEvent(event);
    }
    void mousePressEvent(QMouseEvent *) override
    {
        m_fleet.select((*m_fleet.picture()->cluster(0).nodes().begin()).id());
    }

private:
    QString m_view;
    FleetModel &m_fleet;
};

struct Desk {
    explicit Desk(int clusters = 3)
        : engine(EngineOptions{})
        , fleet(engine)
    {
        if (clusters > 0) {
            truth = test::fillSampleFleet(engine.store(), {.clusters = clusters, .nodes = 30, .pods = 300});
        }
        fleet.refreshNow();
        window = std::make_unique<MainWindow>(fleet,
            WindowOptions{[](const QString &view, FleetModel &f, QWidget *parent) -> Page * {
                              return new StubPage(view, f, parent);
                          },
                false});
        window->resize(1440, 900);
        window->show();
        window->opened({});
        QVERIFY(QTest::qWaitForWindowExposed(window.get()));
        window->activateWindow();
    }
    StubPage *stub(const char *view) const { return static_cast<StubPage *>(window->page(QString::fromLatin1(view))); }
    void key(Qt::Key key, Qt::KeyboardModifiers modifiers = {}) const { QTest::keyClick(window.get(), key, modifiers); }

    Engine engine;
    FleetModel fleet;
    test::SampleTruth truth;
    std::unique_ptr<MainWindow> window;
};

} // namespace

class TestMainWindow : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        Theme::instance().setMode(Theme::Mode::Light);
    }
    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral("^(?!This plugin does not support)"))); }

    void numbersChooseViews()
    {
        Desk desk;
        const QStringList views = MainWindow::views();
        for (int i = 0; i < views.size(); ++i) {
            desk.key(static_cast<Qt::Key>(Qt::Key_1 + i));
            QCOMPARE(desk.window->currentView(), views[i]);
            QVERIFY(desk.window->page(views[i])->isVisible());
            QVERIFY(desk.window->sideNav()->item(views[i])->current());
        }
    }

    void pagesAreMadeWhenFirstShown()
    {
        Desk desk;
        QVERIFY(desk.window->page(QStringLiteral("overview")) != nullptr);
        QVERIFY(desk.window->page(QStringLiteral("reports")) == nullptr);
        desk.window->showView(QStringLiteral("no such view"));
        QCOMPARE(desk.window->currentView(), QStringLiteral("overview"));
    }

    void mouseChoosesViews()
    {
        Desk desk;
        QTest::mouseClick(desk.window->sideNav()->item(QStringLiteral("nodes")), Qt::LeftButton);
        QCOMPARE(desk.window->currentView(), QStringLiteral("nodes"));
    }

    void historyOfViews()
    {
        Desk desk;
        desk.key(Qt::Key_4);
        desk.key(Qt::Key_2);
        desk.key(Qt::Key_Left, Qt::AltModifier);
        QCOMPARE(desk.window->currentView(), QStringLiteral("pods"));
        desk.key(Qt::Key_Left, Qt::AltModifier);
        QCOMPARE(desk.window->currentView(), QStringLiteral("overview"));
        desk.key(Qt::Key_Left, Qt::AltModifier);
        QCOMPARE(desk.window->currentView(), QStringLiteral("overview"));
        desk.key(Qt::Key_Right, Qt::AltModifier);
        desk.key(Qt::Key_Right, Qt::AltModifier);
        QCOMPARE(desk.window->currentView(), QStringLiteral("map"));
    }

    void tableKeysAndExport()
    {
        Desk desk;
        desk.key(Qt::Key_4);
        desk.key(Qt::Key_J);
        desk.key(Qt::Key_J);
        QCOMPARE(desk.stub("pods")->downs, 2);
        desk.key(Qt::Key_E, Qt::ControlModifier);
        QCOMPARE(desk.stub("pods")->exports, 1);
    }

    void filterByKeyboard()
    {
        Desk desk;
        desk.key(Qt::Key_4);
        desk.key(Qt::Key_Slash);
        QLineEdit *filter = desk.window->scopeBar()->filter();
        QTRY_VERIFY(filter->hasFocus());
        // In the field letters are letters, shortcuts or not.
        QTest::keyClicks(filter, QStringLiteral("jk4"));
        QCOMPARE(filter->text(), QStringLiteral("jk4"));
        QCOMPARE(desk.window->currentView(), QStringLiteral("pods"));
        QTRY_COMPARE(desk.fleet.filter(), QStringLiteral("jk4"));
        QTest::keyClick(filter, Qt::Key_Escape);
        QCOMPARE(desk.fleet.filter(), QString());
        QTest::keyClick(filter, Qt::Key_Escape);
        QVERIFY(!filter->hasFocus());
        desk.key(Qt::Key_6);
        QVERIFY(filter->isHidden()); // nothing to filter there
    }

    void scopeNarrowsByMenuAndPath()
    {
        Desk desk;
        ScopeBar *bar = desk.window->scopeBar();
        QCOMPARE(bar->path(), QStringLiteral("Fleet"));
        bool found = false;
        for (QAction *one : bar->menu()->actions()) {
            if (one->text() == QStringLiteral("gke-eu")) {
                one->trigger();
                found = true;
                break;
            }
        }
        QVERIFY(found);
        QCOMPARE(bar->path(), QStringLiteral("Fleet › gke-eu"));
        QCOMPARE(desk.fleet.scope().cluster, desk.fleet.picture()->cluster(0).id());
        QStringList kinds;
        for (QAction *one : bar->menu()->actions()) {
            if (one->menu() != nullptr) {
                kinds << one->text();
                if (one->text() == QStringLiteral("&Pool")) {
                    one->menu()->actions().constFirst()->trigger();
                    break;
                }
            }
        }
        QVERIFY(kinds.contains(QStringLiteral("&Namespace")));
        QVERIFY(!desk.fleet.scope().pool.empty());
        QVERIFY(bar->path().startsWith(QStringLiteral("Fleet › gke-eu › pool ")));
        desk.key(Qt::Key_Escape); // one up
        QCOMPARE(bar->path(), QStringLiteral("Fleet › gke-eu"));
        desk.key(Qt::Key_Escape);
        QCOMPARE(bar->path(), QStringLiteral("Fleet"));
    }

    void chipsShowFreshness()
    {
        Desk desk;
        const Time now = wallNow();
        auto &clusters = desk.truth.clusters;
        clusters[0]->status().connection = Connection::Live;
        clusters[0]->status().heard = now;
        clusters[1]->status().connection = Connection::Stale;
        clusters[1]->status().heard = now - 252s;
        clusters[2]->status().connection = Connection::Failed;
        clusters[2]->status().error = Error{ErrorCode::Unreachable, "connection refused", "", "", 0, {}};
        for (auto &cluster : clusters) {
            cluster->publish();
        }
        desk.fleet.setClock([now] { return now; });
        desk.fleet.refreshNow();
        TopBar *bar = desk.window->topBar();
        const auto chip = [&](int i) { return bar->chip(clusters[static_cast<std::size_t>(i)]->id()); };
        QCOMPARE(chip(0)->state(), std::optional(State::Ok));
        QCOMPARE(chip(1)->state(), std::optional(State::Unknown));
        QCOMPARE(chip(1)->note(), QStringLiteral("4m12s"));
        QCOMPARE(chip(2)->state(), std::optional(State::Failed));
        QCOMPARE(chip(2)->note(), QStringLiteral("unreachable"));
        Strip *strip = desk.window->strip();
        QVERIFY(strip->isVisible());
        QVERIFY(strip->text().contains(QStringLiteral("4m12s ago")));
        QVERIFY(strip->text().contains(QStringLiteral("connection refused")));
        QCOMPARE(desk.window->statusBarWidget()->live(), QStringLiteral("1 of 3 live"));
        QVERIFY(desk.window->statusBarWidget()->totals().contains(QStringLiteral("nodes")));
        QVERIFY(desk.window->statusBarWidget()->totals().contains(QStringLiteral("+"))); // a sum is open
        // A click on what the strip names shows that cluster.
        QTest::mouseClick(strip, Qt::LeftButton, {}, QPoint(30, 16));
        QCOMPARE(desk.fleet.selection(), AnyId(clusters[2]->id()));
        QVERIFY(desk.window->detailsOpen());
    }

    void aKeptPictureIsMarked()
    {
        Desk desk(2);
        ClusterStore &store = *desk.truth.clusters[0];
        KeptPicture kept;
        const Time now = wallNow();
        desk.fleet.setClock([now] { return now; });
        kept.at = now - 43min;
        for (KeptPicture::Kind &kind : kept.kinds) {
            kind.sync = Sync::Live;
        }
        store.status().connection = Connection::Connecting;
        for (ResourceStatus &kind : store.status().resources) {
            kind.sync = Sync::Waiting;
        }
        store.restored(std::move(kept));
        store.publish();
        desk.fleet.refreshNow();
        const auto pods = store.count(ResourceKind::Pods);
        const auto *chip = desk.window->topBar()->chip(store.id());
        QCOMPARE(chip->state(), std::optional(State::Unknown));
        QCOMPARE(chip->note(), QStringLiteral("43m"));
        Strip *strip = desk.window->strip();
        QVERIFY(strip->isVisible());
        QVERIFY2(strip->text().contains(QStringLiteral("picture of ")), qPrintable(strip->text()));
        QVERIFY(strip->text().contains(QStringLiteral("43m ago; connecting")));
        // The counts at the side are those of the picture, and no lower bounds.
        QVERIFY(pods > 0);
        QVERIFY(!desk.window->sideNav()->item(QStringLiteral("pods"))->count().contains(QLatin1Char('+')));
        // The lists have ended: no mark is left.
        test::setAllLive(store.status(), desk.fleet.now());
        store.status().connection = Connection::Live;
        store.status().heard = desk.fleet.now();
        store.publish();
        desk.fleet.refreshNow();
        QCOMPARE(desk.window->topBar()->chip(store.id())->state(), std::optional(State::Ok));
        QVERIFY(!strip->text().contains(QStringLiteral("picture of")));
    }

    void allLiveNeedsNoStrip()
    {
        Desk desk;
        QVERIFY(!desk.window->strip()->isVisible());
        QCOMPARE(desk.window->statusBarWidget()->live(), QStringLiteral("Live"));
    }

    void manyClustersFoldIntoOneChip()
    {
        Desk desk(7);
        TopBar *bar = desk.window->topBar();
        int shownChips = 0;
        for (const auto &cluster : desk.truth.clusters) {
            shownChips += bar->chip(cluster->id()) != nullptr ? 1 : 0;
        }
        QCOMPARE(shownChips, 4);
        // The worst must be among them.
        desk.truth.clusters.back()->status().connection = Connection::Failed;
        desk.truth.clusters.back()->publish();
        desk.fleet.refreshNow();
        QVERIFY(bar->chip(desk.truth.clusters.back()->id()) != nullptr);
    }

    void chipMenuScopes()
    {
        Desk desk;
        const ClusterId id = desk.truth.clusters[1]->id();
        QTest::mouseClick(desk.window->topBar()->chip(id), Qt::LeftButton);
        auto *menu = desk.window->findChild<QMenu *>(QStringLiteral("clusterMenu"));
        QVERIFY(menu != nullptr);
        menu->actions().constFirst()->trigger();
        QCOMPARE(desk.fleet.scope().cluster, id);
        menu->close();
    }

    void addingAndRemovingACluster()
    {
        Desk desk;
        QTemporaryDir folder;
        QFile file(folder.filePath(QStringLiteral("config")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(
            "apiVersion: v1\nkind: Config\ncurrent-context: near\n"
            "clusters: [{name: c, cluster: {server: 'http://127.0.0.1:9'}}]\n"
            "users: [{name: u, user: {token: t}}]\n"
            "contexts: [{name: near, context: {cluster: c, user: u}}, {name: far, context: {cluster: c, user: u}}]\n");
        file.close();
        ClusterDialog dialog(desk.fleet, desk.window.get());
        dialog.show();
        QTRY_VERIFY(!dialog.busy());
        dialog.readContexts(file.fileName());
        QTRY_VERIFY(!dialog.busy());
        QCOMPARE(dialog.contexts().size(), std::size_t(2));
        auto *search = dialog.findChild<QLineEdit *>();
        search->setText(QStringLiteral("far"));
        QSignalSpy opened(&dialog, &ClusterDialog::opened);
        for (QPushButton *button : dialog.findChildren<QPushButton *>()) {
            if (button->text() == QStringLiteral("&Open Cluster")) {
                QVERIFY(button->isEnabled());
                QTest::mouseClick(button, Qt::LeftButton);
            }
        }
        QTRY_COMPARE(opened.count(), 1);
        const auto id = opened.constFirst().constFirst().value<ClusterId>();
        QTRY_VERIFY(desk.fleet.picture()->snapshot().cluster(id) != nullptr);
        QCOMPARE(desk.fleet.picture()->snapshot().cluster(id)->name(), std::string("far"));

        Q_EMIT desk.window->topBar()->removeWanted(id);
        auto *question = desk.window->findChild<QMessageBox *>(QStringLiteral("removeQuestion"));
        QVERIFY(question != nullptr);
        QCOMPARE(question->textFormat(), Qt::PlainText);
        QVERIFY(desk.fleet.picture()->snapshot().cluster(id) != nullptr);
        for (QAbstractButton *button : question->buttons()) {
            if (question->buttonRole(button) == QMessageBox::DestructiveRole) {
                button->click();
            }
        }
        QTRY_VERIFY(desk.fleet.picture()->snapshot().cluster(id) == nullptr);
    }

    void wrongKubeconfigIsSaidInTheDialog()
    {
        Desk desk;
        ClusterDialog dialog(desk.fleet, desk.window.get());
        dialog.show();
        dialog.readContexts(QStringLiteral("/no/such/<b>file</b>"));
        QTRY_VERIFY(!dialog.busy() && !dialog.message().isEmpty());
        QVERIFY(dialog.message().contains(QStringLiteral("<b>file</b>")));
    }

    void emptyFleetOffersWhatToDo()
    {
        Desk desk(0);
        StatePanel *empty = desk.window->emptyPage();
        QVERIFY(empty->isVisible());
        QCOMPARE(empty->kind(), StatePanel::Kind::Empty);
        QVERIFY(empty->plainText().contains(QStringLiteral("No cluster")));
        QVERIFY(empty->plainText().contains(QStringLiteral("Open the Demo")));
        QCOMPARE(desk.window->statusBarWidget()->totals(), QStringLiteral("no cluster"));
        // A cluster that appears takes its place, without a click.
        test::fillSampleFleet(desk.engine.store(), {.clusters = 1, .nodes = 5, .pods = 20});
        QTRY_VERIFY(!empty->isVisible());
        QVERIFY(desk.window->page(QStringLiteral("overview"))->isVisible());
    }

    void openingAndItsErrorAreSaid()
    {
        Engine engine{EngineOptions{}};
        FleetModel fleet(engine);
        MainWindow window(fleet, WindowOptions{{}, false});
        QCOMPARE(window.emptyPage()->kind(), StatePanel::Kind::Loading);
        window.opened(Error{ErrorCode::Config, "no such context", "work <b>x</b>", "", 0, {}});
        QVERIFY(window.emptyPage()->plainText().contains(QStringLiteral("work <b>x</b>: no such context")));
    }

    void searchJumpsToAPod()
    {
        Desk desk;
        desk.key(Qt::Key_K, Qt::ControlModifier);
        SearchField *search = desk.window->topBar()->search();
        QTRY_VERIFY(search->hasFocus());
        const PodView pod = *desk.fleet.picture()->cluster(1).pods().begin();
        const AnyId id = pod.id();
        QTest::keyClicks(search, shown(pod.name()));
        QTRY_VERIFY(
            search->list()->isVisible() && !search->shownTargets().empty() && search->shownTargets().front().id == id);
        QTest::keyClick(search, Qt::Key_Return);
        QCOMPARE(desk.fleet.selection(), id);
        QCOMPARE(desk.window->currentView(), QStringLiteral("pods"));
        QVERIFY(desk.window->detailsOpen());
        QVERIFY(!search->list()->isVisible());
        QVERIFY(search->text().isEmpty());
    }

    void searchRunsActionsAndEscapes()
    {
        Desk desk;
        SearchField *search = desk.window->topBar()->search();
        desk.key(Qt::Key_K, Qt::ControlModifier);
        QTRY_VERIFY(search->hasFocus());
        QTest::keyClicks(search, QStringLiteral("dark th"));
        QTRY_VERIFY(
            !search->shownTargets().empty() && search->shownTargets().front().key == QStringLiteral("theme-dark"));
        QTest::keyClick(search, Qt::Key_Return);
        QVERIFY(Theme::instance().dark());
        Theme::instance().setMode(Theme::Mode::Light);
        desk.key(Qt::Key_K, Qt::ControlModifier);
        QTRY_VERIFY(search->hasFocus());
        QTest::keyClicks(search, QStringLiteral("zzzz"));
        QTRY_VERIFY(search->shownTargets().empty());
        QTest::keyClick(search, Qt::Key_Escape);
        QVERIFY(!search->hasFocus());
    }

    void themeSwitchRepaintsEverything()
    {
        Desk desk;
        const QImage light = desk.window->grabView(QStringLiteral("overview"), QSize(1280, 800), false);
        const QImage dark = desk.window->grabView(QStringLiteral("overview"), QSize(1280, 800), true);
        QCOMPARE(light.size(), dark.size());
        // A place in each bar.
        for (const QPoint at : {QPoint(700, 20), QPoint(60, 500), QPoint(700, 60), QPoint(400, 790)}) {
            QVERIFY(light.pixelColor(at).lightnessF() > 0.8F);
            QVERIFY2(dark.pixelColor(at).lightnessF() < 0.2F, qPrintable(QString::number(at.x())));
        }
        QVERIFY(desk.stub("overview")->settled > 0);
        Theme::instance().setMode(Theme::Mode::Light);
    }

    void detailsOpenWhenAskedFor()
    {
        Desk desk;
        const AnyId node = (*desk.fleet.picture()->cluster(0).nodes().begin()).id();
        desk.key(Qt::Key_3);
        desk.fleet.select(node); // as a moving current row does
        QVERIFY(!desk.window->detailsOpen());
        desk.key(Qt::Key_Return);
        QVERIFY(desk.window->detailsOpen());
        QVERIFY(desk.window->details()->isVisible());
        desk.key(Qt::Key_Escape);
        QVERIFY(!desk.window->details()->isVisible());
        desk.fleet.select({});
        QTest::mouseClick(desk.stub("nodes"), Qt::LeftButton);
        QVERIFY(desk.window->detailsOpen());
    }

    void widthsDecideTheLayout()
    {
        Desk desk;
        desk.window->resize(1440, 900);
        QTRY_COMPARE(desk.window->sideNav()->width(), Theme::instance().px(160));
        desk.key(Qt::Key_B, Qt::ControlModifier);
        QCOMPARE(desk.window->sideNav()->width(), Theme::instance().px(48));
        desk.key(Qt::Key_B, Qt::ControlModifier);
        desk.window->resize(1024, 700);
        QTRY_COMPARE(desk.window->sideNav()->width(), Theme::instance().px(48));
        QVERIFY(desk.window->topBar()->chip(desk.truth.clusters[0]->id())->compact());
        desk.fleet.select((*desk.fleet.picture()->cluster(0).nodes().begin()).id());
        desk.window->openDetails();
        // Over the view, which keeps its width.
        const int view = desk.window->page(QStringLiteral("overview"))->width();
        QVERIFY(view > 900);
        QTRY_COMPARE(desk.window->details()->geometry().right(), desk.window->width() - 1);
        desk.window->resize(1440, 900);
        QTRY_VERIFY(desk.window->page(QStringLiteral("overview"))->width() < 1440 - 160 - 270);
    }

    void countsStandInTheNavigation()
    {
        Desk desk;
        QCOMPARE(desk.window->sideNav()->item(QStringLiteral("nodes"))->count(), QString::number(desk.truth.nodes));
        QCOMPARE(desk.window->sideNav()->item(QStringLiteral("pods"))->count(), QString::number(desk.truth.pods));
        QTRY_VERIFY(!desk.window->sideNav()->item(QStringLiteral("overview"))->count().isEmpty());
    }

    void summaryStandsBesideTheFilter()
    {
        Desk desk;
        desk.key(Qt::Key_4);
        bool found = false;
        for (const QLabel *label : desk.window->scopeBar()->findChildren<QLabel *>()) {
            found = found || (label->isVisible() && label->text() == QStringLiteral("182 of 6,919 pods"));
        }
        QVERIFY(found);
    }

    void hostileNamesDoNotBreakTheBars()
    {
        Desk desk;
        desk.truth.clusters[0]->status().name = std::string(253, 'x');
        desk.truth.clusters[1]->status().name = "<h1>&amp;\xe2\x80\xaegnp";
        for (auto &cluster : desk.truth.clusters) {
            cluster->publish();
        }
        desk.fleet.refreshNow();
        Scope scope;
        scope.cluster = desk.truth.clusters[0]->id();
        desk.fleet.setScope(scope);
        QVERIFY(desk.window->topBar()->chip(desk.truth.clusters[0]->id())->width() < 320);
        QVERIFY(!desk.window->topBar()->chip(desk.truth.clusters[1]->id())->text().contains(QChar(0x202e)));
        QVERIFY(desk.window->minimumSizeHint().width() <= 1024);
        scope.cluster = desk.truth.clusters[1]->id();
        desk.fleet.setScope(scope);
        QVERIFY(desk.window->scopeBar()->path().contains(QStringLiteral("<h1>")));
    }

    void stateIsKept()
    {
        // What an earlier run has left must not matter.
        QFile::remove(QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation)
            + QStringLiteral("/sextant/window.ini"));
        Engine engine{EngineOptions{}};
        FleetModel fleet(engine);
        const auto make = [](const QString &view, FleetModel &f, QWidget *parent) -> Page * {
            return new StubPage(view, f, parent);
        };
        {
            MainWindow window(fleet, WindowOptions{make, true});
            window.resize(1440, 900);
            window.show();
            window.showView(QStringLiteral("map"));
            window.action(QStringLiteral("theme-dark"))->trigger();
            window.action(QStringLiteral("fold"))->trigger();
            window.close();
        }
        Theme::instance().setMode(Theme::Mode::Light);
        MainWindow window(fleet, WindowOptions{make, true});
        QCOMPARE(window.currentView(), QStringLiteral("map"));
        QVERIFY(Theme::instance().dark());
        QVERIFY(window.sideNav()->folded());
        Theme::instance().setMode(Theme::Mode::Light);
    }

    void sheetsOpenAndClose()
    {
        Desk desk;
        desk.key(Qt::Key_Question);
        auto *sheet = desk.window->findChild<QDialog *>(QStringLiteral("shortcutSheet"));
        QVERIFY(sheet != nullptr);
        QTest::keyClick(sheet, Qt::Key_Escape);
        QTRY_VERIFY(desk.window->findChild<QDialog *>(QStringLiteral("shortcutSheet")) == nullptr);
        desk.window->action(QStringLiteral("about"))->trigger();
        auto *about = desk.window->findChild<QDialog *>(QStringLiteral("aboutDialog"));
        QVERIFY(about != nullptr);
        about->close();
    }

    void everyControlHasAName()
    {
        Desk desk;
        for (const QAbstractButton *button : desk.window->findChildren<QAbstractButton *>()) {
            // Qt's own icon in a field only decorates and takes no focus.
            if (button->isVisible() && !button->inherits("QLineEditIconButton")) {
                QVERIFY2(!button->accessibleName().isEmpty() || !button->text().isEmpty(),
                    button->metaObject()->className());
            }
        }
    }
};

QTEST_MAIN(TestMainWindow)
#include "tst_mainwindow.moc"
