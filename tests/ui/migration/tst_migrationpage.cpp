// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/samplefleet.h"
#include "tests/ui/migration/sampleprogress.h"
#include "ui/charts/timechart.h"
#include "ui/details/detailspanel.h"
#include "ui/pages/hostlist.h"
#include "ui/pages/migrationboard.h"
#include "ui/pages/migrationcard.h"
#include "ui/pages/migrationpage.h"
#include "ui/pages/migrationstrip.h"
#include "ui/pages/overviewpage.h"
#include "ui/pages/ownerlist.h"
#include "ui/pages/tablestrip.h"
#include "ui/pages/unmatchedlist.h"
#include "ui/shell/mainwindow.h"

#include <QClipboard>
#include <QDateTime>
#include <QHelpEvent>
#include <QJsonArray>
#include <QJsonDocument>
#include <QLabel>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest>

using namespace sextant;
using namespace sextant::ui;
using migration::Stage;

namespace {

QString textsOf(const QWidget &widget)
{
    QString text;
    for (const QLabel *label : widget.findChildren<QLabel *>()) {
        text += label->isVisibleTo(&widget) ? label->text() + u'\n' : QString();
    }
    for (const ElidedLabel *label : widget.findChildren<ElidedLabel *>()) {
        text += label->isVisibleTo(&widget) ? label->text() + u'\n' : QString();
    }
    return text;
}

int pixelsOf(const QImage &image, const QColor &color)
{
    int count = 0;
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x) {
            count += image.pixelColor(x, y) == color ? 1 : 0;
        }
    }
    return count;
}

} // namespace

/// The migration view, its card on the Overview and the details of a service.
class TestMigrationPage : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup();
    void sharesSayWhatTheyAreTakenOver();
    void boardShowsStagesLongestFirst();
    void cardsAreDrawnInBothColours();
    void keysWalkTheBoard();
    void aClickOpensTheService();
    void filterNarrowsTheLists();
    void scopeNarrowsAndSaysWhatItDoesNot();
    void ownersNarrowToThem();
    void unmatchedGivesTheRule();
    void hostsSayWhatKeepsThem();
    void burnUpBeginsWithWhatIsHeld();
    void emptySaysWhatItIs();
    void loadingPartialAndStale();
    void twoThousandServicesPaintWhatIsSeen();
    void newLooksKeepPlaceAndChoice();
    void overviewAnswersHowFar();
    void whatIsFilteredIsSaved();

private:
    void give(); ///< m_progress is what everybody sees from now on
    bool showPage(QSize size = {1120, 700});
    StageColumn *column(Stage stage) const { return m_page->board()->column(stage); }

    std::unique_ptr<Engine> m_engine;
    test::SampleTruth m_truth;
    std::unique_ptr<FleetModel> m_fleet;
    migration::Progress m_progress;
    std::unique_ptr<MigrationPage> m_page;
    std::unique_ptr<MainWindow> m_window;
};

void TestMigrationPage::init()
{
    Theme::instance().setMode(Theme::Mode::Light);
    m_engine = std::make_unique<Engine>(EngineOptions{});
    m_truth = test::fillSampleFleet(m_engine->store(), {.nodes = 30, .pods = 300});
    m_fleet = std::make_unique<FleetModel>(*m_engine);
    m_progress = test::sampleProgress(170, wallNow());
}

void TestMigrationPage::cleanup()
{
    m_window.reset();
    m_page.reset();
    m_fleet.reset();
    m_engine.reset();
}

void TestMigrationPage::give()
{
    auto kept = std::make_shared<const migration::Progress>(m_progress);
    m_fleet->setJudge([kept](const Picture &, Time) { return kept; });
    m_fleet->refreshNow();
}

bool TestMigrationPage::showPage(QSize size)
{
    give();
    m_page = std::make_unique<MigrationPage>(*m_fleet);
    m_page->resize(size);
    m_page->show();
    const bool exposed = QTest::qWaitForWindowExposed(m_page.get());
    m_page->activateWindow();
    m_page->settle();
    return exposed;
}

void TestMigrationPage::sharesSayWhatTheyAreTakenOver()
{
    m_progress.byServices = {91, 23, 148, 148, 148};
    m_progress.byInstances = {2041, 300, 3322, 148, 148};
    m_progress.byCpu = {1'930'000, 200'000, 3'560'000, 62, 148};
    m_progress.byMemory = {0, 0, 0, 0, 148};
    QVERIFY(showPage());
    const QString text = textsOf(*m_page->strip());
    for (const char *words : {"61\u202f%", "91 of 148", "23 moving · 34 on Helios alone", "2,041 of 3,322", "54\u202f%",
             "1,930 of 3,560 cores", "62 of 148 services declare it on both sides",
             "no service declares it on both sides"}) {
        QVERIFY2(text.contains(QString::fromUtf8(words)), qPrintable(QString::fromUtf8(words) + u'\n' + text));
    }
    // What nobody declares is unknown, never 0 %.
    QVERIFY(text.contains(u'—') && !text.contains(QStringLiteral("0\u202f%")));
    const auto bars = m_page->strip()->findChildren<MovedBarWidget *>();
    QCOMPARE(bars.size(), 4);
    QCOMPARE(bars[0]->bar().moved, 91.0 / 148);
    QCOMPARE(bars[0]->bar().moving, 23.0 / 148);
    QVERIFY(bars[3]->bar().moved < 0);
    QVERIFY(!textsOf(*m_page).contains(QStringLiteral("month ago"))); // what is not built is not shown
}

void TestMigrationPage::boardShowsStagesLongestFirst()
{
    QVERIFY(showPage());
    for (int i = 0; i < migration::kStages; ++i) {
        const auto stage = static_cast<Stage>(i);
        const auto &services = column(stage)->services();
        QCOMPARE(static_cast<int>(services.size()), m_progress.count(stage));
        QVERIFY(column(stage)->list()->accessibleName().contains(QString::number(services.size())));
        for (std::size_t k = 0; k < services.size(); ++k) {
            QCOMPARE(services[k]->stage, stage);
            // Unknown first: it has been there for longer than anybody knows.
            QVERIFY(k == 0 || services[k - 1]->since == kNoTime
                || (services[k]->since != kNoTime && services[k - 1]->since <= services[k]->since));
        }
    }
    const auto &rows = column(Stage::NotStarted)->list()->rows();
    QVERIFY2(rows.front().text.contains(u'—'), qPrintable(rows.front().text));
    QVERIFY2(rows.back().text.contains(QRegularExpression(QStringLiteral("\\d+[dh]"))), qPrintable(rows.back().text));
    // The rest is below, said and a click away.
    StageColumn *migrated = column(Stage::Migrated);
    QVERIFY(migrated->moreText().contains(QString::number(migrated->list()->below())));
    const int below = migrated->list()->below();
    QVERIFY(below > 0);
    QTest::mouseClick(migrated->findChild<QPushButton *>(), Qt::LeftButton);
    QVERIFY(migrated->list()->below() < below);
    // A tip has both versions and what is unknown.
    const auto *service = column(Stage::InParallel)->services().front();
    QHelpEvent help(
        QEvent::ToolTip, QPoint(20, 10), column(Stage::InParallel)->list()->viewport()->mapToGlobal(QPoint(20, 10)));
    QCoreApplication::sendEvent(column(Stage::InParallel)->list()->viewport(), &help);
    QVERIFY(Tip::current() != nullptr);
    const QString tip = Tip::current()->plainText();
    QVERIFY2(tip.contains(QString::fromStdString(service->helios.versions[0]))
            && tip.contains(QString::fromStdString(service->kubernetes.versions[0])),
        qPrintable(tip));
    Tip::hideTip();
}

void TestMigrationPage::cardsAreDrawnInBothColours()
{
    QVERIFY(showPage());
    for (const bool dark : {false, true}) {
        Theme::instance().setMode(dark ? Theme::Mode::Dark : Theme::Mode::Light);
        const auto violet = [&](Stage stage) {
            return pixelsOf(column(stage)->list()->grab().toImage(), Theme::color(Token::Helios, dark));
        };
        const auto blue = [&](Stage stage) {
            return pixelsOf(column(stage)->list()->grab().toImage(), Theme::color(Token::Kubernetes, dark));
        };
        QVERIFY(violet(Stage::NotStarted) > 300);
        QCOMPARE(blue(Stage::NotStarted), 0);
        QVERIFY(violet(Stage::InParallel) > 100 && blue(Stage::InParallel) > 50);
        QVERIFY(blue(Stage::Migrated) > 300);
        QCOMPARE(violet(Stage::Migrated), 0);
    }
}

void TestMigrationPage::keysWalkTheBoard()
{
    QVERIFY(showPage());
    QSignalSpy wanted(m_page.get(), &Page::viewWanted);
    m_page->focusContent();
    RowList *first = column(Stage::NotStarted)->list();
    QVERIFY(first->hasFocus());
    QVERIFY(m_fleet->service().empty()); // a place to start from, not a choice
    QTest::keyClick(first, Qt::Key_Down);
    QCOMPARE(m_fleet->service(), column(Stage::NotStarted)->services()[1]->name);
    QTest::keyClick(first, Qt::Key_Right);
    RowList *second = column(Stage::InParallel)->list();
    QVERIFY(second->hasFocus());
    QCOMPARE(m_fleet->service(), column(Stage::InParallel)->services()[1]->name);
    QCOMPARE(second->chosenKey().toStdString(), m_fleet->service());
    QTest::keyClick(second, Qt::Key_Return);
    QCOMPARE(wanted.size(), 1);
    QCOMPARE(wanted.last().first().toString(), QStringLiteral("details"));
    QTest::keyClick(second, Qt::Key_Left);
    QVERIFY(first->hasFocus());
    QTest::keyClick(first, Qt::Key_Left); // nothing further left
    QVERIFY(first->hasFocus());
}

void TestMigrationPage::aClickOpensTheService()
{
    // A service whose workload is really there.
    m_fleet->refreshNow();
    const PicturePtr picture = m_fleet->picture();
    const ClusterSnapshot &cluster = picture->cluster(0);
    std::optional<WorkloadView> workload;
    for (const WorkloadView one : cluster.workloads()) {
        if (one.topmost()) {
            workload = one;
            break;
        }
    }
    QVERIFY(workload);
    for (migration::Service &service : m_progress.services) {
        if (service.stage == Stage::RolledBack) {
            service.kubernetes.exists = true;
            service.kubernetes.workloads = {workload->id()};
            service.kubernetes.versions = {"2.7.1"};
            service.matchedBy = "pair (sextant.yaml:12)";
            service.owner = "marble";
        }
    }
    give();
    WindowOptions options;
    options.persist = false;
    m_window = std::make_unique<MainWindow>(*m_fleet, options);
    m_window->opened({});
    m_window->resize(1440, 900);
    m_window->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
    QTest::keyClick(m_window.get(), Qt::Key_7);
    QCOMPARE(m_window->currentView(), QStringLiteral("migration"));
    auto *page = static_cast<MigrationPage *>(m_window->page(QStringLiteral("migration")));
    page->settle();
    StageColumn *back = page->board()->column(Stage::RolledBack);
    const std::string name = back->services()[0]->name;
    QTest::mouseClick(back->list()->viewport(), Qt::LeftButton, {}, QPoint(40, 12));
    QCOMPARE(m_fleet->service(), name);
    QVERIFY(m_window->detailsOpen());
    const ui::Sheet &sheet = m_window->details()->sheet();
    QCOMPARE(sheet.name.toStdString(), name);
    QVERIFY(sheet.status.startsWith(QStringLiteral("rolled back")));
    QVERIFY(!sheet.cause.isEmpty());
    QString words;
    const DetailRow *link = nullptr;
    for (const DetailSection &section : sheet.sections) {
        words += section.title + u'\n';
        for (const DetailRow &row : section.rows) {
            words += row.label + u' ' + row.value + u'\n';
            link = std::holds_alternative<WorkloadId>(row.link) ? &row : link;
        }
    }
    for (const char *word : {"On Helios", "On Kubernetes", "2.7.1", "pair (sextant.yaml:12)", "marble", "First seen"}) {
        QVERIFY2(words.contains(QString::fromLatin1(word)), qPrintable(words));
    }
    QVERIFY(link != nullptr);
    // Its workload is a click away.
    bool clicked = false;
    for (auto *button : m_window->details()->findChildren<QAbstractButton *>()) {
        if (!clicked && button->isVisible() && button->accessibleName().startsWith(link->label)) {
            QTest::mouseClick(button, Qt::LeftButton);
            clicked = true;
        }
    }
    QVERIFY(clicked);
    QVERIFY(m_fleet->selection() == AnyId(workload->id()));
    QVERIFY(m_fleet->service().empty());
    // A service that left the migration says so instead of showing another.
    m_fleet->selectService(name);
    std::erase_if(m_progress.services, [&](const auto &service) { return service.name == name; });
    give();
    QCOMPARE(m_window->details()->sheet().name.toStdString(), name);
    QVERIFY(m_window->details()->sheet().status.contains(QStringLiteral("gone")));
}

void TestMigrationPage::filterNarrowsTheLists()
{
    QVERIFY(showPage());
    QCOMPARE(m_page->summary(), QStringLiteral("170 services"));
    QCOMPARE(m_page->filterTables(), static_cast<FilterTables>(FilterTable::Services));
    const QString shares = textsOf(*m_page->strip());
    m_fleet->setFilter(QStringLiteral("AUDIO"));
    std::size_t shownServices = 0;
    for (int i = 0; i < migration::kStages; ++i) {
        for (const auto *service : column(static_cast<Stage>(i))->services()) {
            QVERIFY(service->name.find("audio") != std::string::npos);
            ++shownServices;
        }
    }
    QCOMPARE(shownServices, std::size_t(10));
    QCOMPARE(m_page->summary(), QStringLiteral("10 of 170 services"));
    QCOMPARE(textsOf(*m_page->strip()), shares); // the shares are the scope's
    m_fleet->setFilter(QStringLiteral("marble push")); // owner and name
    QVERIFY(m_page->summary().startsWith(QStringLiteral("2 of 170"))
        || m_page->summary().startsWith(QStringLiteral("1 of 170")));
    m_fleet->setFilter(QStringLiteral("no such service"));
    auto *panel = m_page->board()->parentWidget()->findChild<StatePanel *>();
    QVERIFY(panel->isVisible());
    QVERIFY(panel->plainText().contains(QStringLiteral("No service matches the filter")));
    QTest::mouseClick(panel->findChild<QPushButton *>(), Qt::LeftButton);
    QVERIFY(m_fleet->filter().isEmpty());
    QVERIFY(m_page->board()->isVisible());
}

void TestMigrationPage::scopeNarrowsAndSaysWhatItDoesNot()
{
    QVERIFY(showPage());
    Scope scope;
    scope.team = "marble";
    m_fleet->setScope(scope);
    std::size_t of = 0;
    for (const auto &service : m_progress.services) {
        of += service.owner == "marble" ? 1 : 0;
    }
    QVERIFY(of > 5);
    QCOMPARE(m_page->summary(), QStringLiteral("%1 services").arg(of));
    QVERIFY(textsOf(*m_page->strip()).contains(QStringLiteral("of %1\n").arg(of)));
    QCOMPARE(m_page->owners()->owners().size(), std::size_t(1));
    QVERIFY(textsOf(*m_page).contains(QStringLiteral("whole fleet · since"))); // the burn-up is not narrowed
    for (migration::Service &service : m_progress.services) {
        const std::size_t at = service.kubernetes.clusters.front() == "gke-us" ? 1 : 0;
        service.kubernetes.workloads = {WorkloadId{m_fleet->picture()->cluster(at).id(), 0, 1}};
    }
    give();
    scope = {};
    scope.cluster = m_fleet->picture()->cluster(1).id(); // gke-us
    m_fleet->setScope(scope);
    QVERIFY(!column(Stage::Migrated)->services().empty());
    for (const auto *service : column(Stage::Migrated)->services()) {
        QCOMPARE(service->kubernetes.clusters.front(), std::string("gke-us"));
    }
    scope = {};
    scope.pool = "default";
    m_fleet->setScope(scope);
    QCOMPARE(m_page->summary(), QStringLiteral("170 services"));
    QVERIFY(m_page->notes()->plainText().contains(QStringLiteral("narrows nothing here")));
    scope = {};
    scope.team = "nobody";
    m_fleet->setScope(scope);
    auto *panel = m_page->board()->parentWidget()->findChild<StatePanel *>();
    QVERIFY(panel->isVisible() && panel->plainText().contains(QStringLiteral("170 services exist elsewhere")));
    QTest::mouseClick(panel->findChild<QPushButton *>(), Qt::LeftButton);
    QVERIFY(m_fleet->scope().whole());
}

void TestMigrationPage::ownersNarrowToThem()
{
    QVERIFY(showPage());
    OwnerList *owners = m_page->owners();
    QCOMPARE(owners->owners().size(), m_progress.owners.size());
    const auto &first = m_progress.owners.front();
    QVERIFY(owners->rows().front().text.contains(QStringLiteral("%1 / %2").arg(first.moved).arg(first.services)));
    const QImage image = owners->grab().toImage();
    QVERIFY(pixelsOf(image, Theme::color(Token::Kubernetes, false)) > 200);
    QVERIFY(pixelsOf(image, Theme::color(Token::Helios, false)) > 200);
    QVERIFY(pixelsOf(image, Theme::color(Token::Warning, false)) > 10); // somebody rolled back
    QTest::mouseClick(owners->viewport(), Qt::LeftButton, {}, QPoint(40, 10));
    QCOMPARE(m_fleet->scope().team, first.owner);
}

void TestMigrationPage::unmatchedGivesTheRule()
{
    QVERIFY(showPage());
    UnmatchedList *list = m_page->unmatched();
    QVERIFY(list->isVisible());
    const migration::Guess &best = m_progress.unmatched[0].guesses[0];
    // The best guess of all is chosen to begin with.
    QCOMPARE(list->ruleText().toStdString(), best.rule);
    QTest::mouseClick(list->copyButton(), Qt::LeftButton);
    QCOMPARE(QGuiApplication::clipboard()->text().toStdString(), best.rule + '\n');
    // Another guess by key.
    list->list()->takeKeyboard();
    QTest::keyClick(list->list(), Qt::Key_Down);
    const migration::Guess &second = m_progress.unmatched[0].guesses[1];
    QCOMPARE(list->ruleText().toStdString(), second.rule);
    QTest::mouseClick(list->copyButton(), Qt::LeftButton);
    QCOMPARE(QGuiApplication::clipboard()->text().toStdString(), second.rule + '\n');
    // A new look keeps the choice.
    give();
    m_page->settle();
    QCOMPARE(list->ruleText().toStdString(), second.rule);
    // What only Kubernetes has stands apart and is no service.
    QString rows;
    for (const auto &row : list->list()->rows()) {
        rows += row.text + u'\n';
    }
    QVERIFY2(rows.contains(QStringLiteral("On Helios only, 5")), qPrintable(rows));
    QVERIFY2(rows.contains(QStringLiteral("On Kubernetes only, 4, counted nowhere")), qPrintable(rows));
    m_progress.unmatched.clear();
    give();
    m_page->settle();
    QVERIFY(textsOf(*m_page).contains(QStringLiteral("Nothing is unmatched here")));
}

void TestMigrationPage::hostsSayWhatKeepsThem()
{
    // A Helios cluster of one host with a task of a service that stays and one of a service that has moved.
    const auto cluster = m_engine->store().add();
    test::setAllLive(cluster->status(), wallNow());
    cluster->status().name = "helios-lon";
    cluster->status().orchestrator = Orchestrator::Helios;
    cluster->status().connection = Connection::Live;
    cluster->upsert(test::sampleNode("lon3-helios-a40", "", 8, 16, wallNow()));
    for (const char *name : {"staying-job", "moved-job"}) {
        WorkloadDraft job;
        job.kind = WorkloadKind::HeliosJob;
        job.kindText = "Job";
        job.uid = std::string("uid-") + name;
        job.name = name;
        cluster->upsert(job);
        PodDraft task = test::samplePod("", std::string(name) + ":1:abc", "lon3-helios-a40", 100, 100, wallNow());
        task.controller = {"Job", name, job.uid};
        cluster->upsert(task);
    }
    cluster->publish();
    m_fleet->refreshNow();
    const std::size_t last = m_fleet->picture()->clusters() - 1;
    const ClusterSnapshot &helios = m_fleet->picture()->cluster(last);
    for (const WorkloadView job : helios.workloads()) {
        migration::Service &service = m_progress.services[job.name() == "moved-job" ? 0 : 1];
        service.stage = job.name() == "moved-job" ? Stage::Migrated : Stage::NotStarted;
        service.helios.workloads = {job.id()};
    }
    for (auto &host : m_progress.hosts) {
        host.node = (*helios.nodes().begin()).id();
    }
    QVERIFY(showPage());
    m_page->leftSegments()->setCurrent(1);
    QVERIFY(m_page->hosts()->isVisible());
    QVERIFY(textsOf(*m_page).contains(QStringLiteral("6 of 40 would be empty")));
    const auto &rows = m_page->hosts()->rows();
    QVERIFY(rows.front().text.contains(QStringLiteral("none stays")));
    QVERIFY(rows.back().text.contains(QStringLiteral("tasks stay")));
    QHelpEvent help(
        QEvent::ToolTip, QPoint(20, 6 * 23 + 8), m_page->hosts()->viewport()->mapToGlobal(QPoint(20, 6 * 23 + 8)));
    QCoreApplication::sendEvent(m_page->hosts()->viewport(), &help);
    QVERIFY(Tip::current() != nullptr);
    const QString tip = Tip::current()->plainText();
    QVERIFY2(tip.contains(QString::fromStdString(m_progress.services[1].name)), qPrintable(tip));
    QVERIFY2(!tip.contains(QString::fromStdString(m_progress.services[0].name)), qPrintable(tip));
    Tip::hideTip();
    QTest::mouseClick(m_page->hosts()->viewport(), Qt::LeftButton, {}, QPoint(40, 8));
    QVERIFY(m_fleet->selection() == AnyId(m_progress.hosts[0].node));
    // Hosts have no owner: they are the cluster's whatever the owner, and another cluster has none.
    Scope scope;
    scope.cluster = m_fleet->picture()->cluster(0).id();
    m_fleet->setScope(scope);
    QVERIFY(textsOf(*m_page).contains(QStringLiteral("No Helios host here")));
}

void TestMigrationPage::burnUpBeginsWithWhatIsHeld()
{
    const Time now = wallNow();
    m_fleet->setClock([now] { return now; });
    m_progress.burnUp = {
        {now - std::chrono::minutes(40), 170, 20, 3, true}, {now - std::chrono::minutes(2), 170, 25, 3, false}};
    QVERIFY(showPage());
    const auto &data = m_page->burnUp()->data();
    QCOMPARE(data.from, data.times.front());
    QVERIFY(data.simulatedUntil > 0);
    const QDateTime first = QDateTime::fromMSecsSinceEpoch(data.from);
    const QString text = textsOf(*m_page);
    QVERIFY2(text.contains(first.toString(QStringLiteral("HH:mm")))
            || text.contains(first.toString(QStringLiteral("d MMM"))),
        qPrintable(text));
    QVERIFY(m_page->burnUp()->texts().contains(QStringLiteral("145 still on Helios")));
    m_progress.burnUp.clear();
    give();
    m_page->settle();
    QCOMPARE(m_page->burnUp()->texts(), QStringList{QStringLiteral("nothing was seen yet")});
}

void TestMigrationPage::emptySaysWhatItIs()
{
    m_progress = {};
    QVERIFY(showPage());
    QVERIFY(m_page->state()->isVisible());
    QCOMPARE(m_page->state()->kind(), StatePanel::Kind::Empty);
    const QString text = m_page->state()->plainText();
    for (const char *words : {"No Helios cluster and no listed service", "--helios", "from Helios to Kubernetes"}) {
        QVERIFY2(text.contains(QString::fromLatin1(words)), qPrintable(text));
    }
    QCOMPARE(m_page->summary(), QString());
    QSignalSpy wanted(m_page.get(), &Page::viewWanted);
    QTest::mouseClick(m_page->state()->findChild<QPushButton *>(), Qt::LeftButton);
    QCOMPARE(wanted.last().first().toString(), QStringLiteral("add-cluster"));
}

void TestMigrationPage::loadingPartialAndStale()
{
    const auto whole = m_progress;
    m_progress = {};
    const auto slow = m_engine->store().add();
    slow->status().name = "helios-lon";
    slow->status().orchestrator = Orchestrator::Helios;
    slow->status().of(ResourceKind::Pods).sync = Sync::Loading;
    slow->status().of(ResourceKind::Pods).read = 1124;
    slow->publish();
    QVERIFY(showPage());
    QCOMPARE(m_page->state()->kind(), StatePanel::Kind::Loading);
    m_progress = whole;
    m_progress.missing = {"gke-ap: pods may not be listed, so what runs there is not judged"};
    for (auto &service : m_progress.services) {
        service.stale = service.stage == Stage::NotStarted;
    }
    give();
    m_page->settle();
    QVERIFY(!m_page->state()->isVisible());
    QVERIFY(m_page->notes()->isVisible());
    QVERIFY(m_page->notes()->plainText().contains(QStringLiteral("gke-ap: pods may not be listed")));
    // What is old is dimmed and says so.
    const auto bars = m_page->strip()->findChildren<MovedBarWidget *>();
    QVERIFY(bars[0]->bar().stale);
    QVERIFY(column(Stage::NotStarted)->list()->rows().front().text.contains(QStringLiteral("old")));
    QVERIFY(!column(Stage::Migrated)->list()->rows().front().text.contains(QStringLiteral("old")));
    QCOMPARE(pixelsOf(column(Stage::NotStarted)->list()->grab().toImage(), Theme::color(Token::Helios, false)), 0);
}

void TestMigrationPage::twoThousandServicesPaintWhatIsSeen()
{
    m_progress = test::sampleProgress(2000, wallNow());
    QVERIFY(showPage());
    QCoreApplication::processEvents();
    const auto painted = [&] {
        quint64 sum = 0;
        for (int i = 0; i < migration::kStages; ++i) {
            sum += column(static_cast<Stage>(i))->list()->rowsPainted();
        }
        return sum;
    };
    int seen = 0;
    for (int i = 0; i < migration::kStages; ++i) {
        RowList *list = column(static_cast<Stage>(i))->list();
        seen += static_cast<int>(list->rows().size()) - list->below() + 1;
    }
    const quint64 before = painted();
    m_page->board()->grab();
    QVERIFY2(painted() - before <= static_cast<quint64>(seen), qPrintable(QString::number(painted() - before)));
    // A look that changes nothing costs what is seen (some may have come by themselves), not what there is.
    const quint64 still = painted();
    give();
    QCoreApplication::processEvents();
    QVERIFY(painted() - still <= 10 * static_cast<quint64>(seen));
    // Scrolling through one column paints that column alone.
    const quint64 others = painted() - column(Stage::Migrated)->list()->rowsPainted();
    QScrollBar *bar = column(Stage::Migrated)->list()->verticalScrollBar();
    for (int i = 0; i < 20; ++i) {
        bar->setValue(bar->value() + 300);
        QCoreApplication::processEvents();
    }
    QVERIFY(bar->value() > 1000);
    QVERIFY(painted() - column(Stage::Migrated)->list()->rowsPainted() - others <= 10 * static_cast<quint64>(seen));
}

void TestMigrationPage::newLooksKeepPlaceAndChoice()
{
    QVERIFY(showPage());
    RowList *list = column(Stage::Migrated)->list();
    QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, QPoint(30, 60));
    const std::string chosen = m_fleet->service();
    list->verticalScrollBar()->setValue(50);
    // One of that stage goes on to the next.
    for (auto &service : m_progress.services) {
        if (service.name == column(Stage::Migrated)->services()[5]->name) {
            service.stage = Stage::Retired;
        }
    }
    give();
    QCOMPARE(m_fleet->service(), chosen);
    QCOMPARE(list->chosenKey().toStdString(), chosen);
    QCOMPARE(list->verticalScrollBar()->value(), 50);
    QCOMPARE(static_cast<int>(column(Stage::Retired)->services().size()), m_progress.count(Stage::Retired) + 1);
}

void TestMigrationPage::overviewAnswersHowFar()
{
    const auto whole = m_progress;
    m_progress = {};
    give();
    OverviewPage page(*m_fleet);
    page.resize(1120, 800);
    page.show();
    QVERIFY(QTest::qWaitForWindowExposed(&page));
    page.settle();
    QVERIFY(!page.migrationAnswer()->isVisible() && !page.migrationCard()->isVisible());
    m_progress = whole;
    give();
    page.settle();
    QVERIFY(page.migrationAnswer()->isVisible() && page.migrationCard()->isVisible());
    const QString answer = textsOf(*page.migrationAnswer());
    QVERIFY2(answer.contains(QStringLiteral("of 170 services")) && answer.contains(QStringLiteral("of declared CPU")),
        qPrintable(answer));
    const QString card = textsOf(*page.migrationCard());
    for (int i = 0; i < migration::kStages; ++i) {
        QVERIFY(card.contains(QString::number(m_progress.count(static_cast<Stage>(i)))));
    }
    QSignalSpy wanted(&page, &Page::viewWanted);
    QTest::mouseClick(page.migrationAnswer(), Qt::LeftButton);
    QCOMPARE(wanted.last().first().toString(), QStringLiteral("migration"));
    QTest::mouseClick(page.migrationCard()->chart()->viewport(), Qt::LeftButton);
    QTest::mouseClick(page.migrationCard(), Qt::LeftButton, {}, QPoint(20, page.migrationCard()->height() - 20));
    QCOMPARE(wanted.size(), 3);
}

void TestMigrationPage::whatIsFilteredIsSaved()
{
    QVERIFY(showPage());
    const QTemporaryDir folder;
    const auto saved = [&](const char *name) {
        const QString file = folder.filePath(QString::fromLatin1(name));
        QFile out(m_page->save(file) && QFile::exists(file) ? file : QString());
        return out.open(QIODevice::ReadOnly) ? out.readAll() : QByteArray();
    };
    QCOMPARE(saved("all.csv").count('\n'), 171);
    m_fleet->setFilter(QStringLiteral("audio"));
    const QByteArray csv = saved("some.csv");
    QCOMPARE(csv.count('\n'), 11);
    QVERIFY(csv.startsWith("service,stage,since,owner,"));
    QCOMPARE(QJsonDocument::fromJson(saved("some.json")).array().size(), 10);
    QVERIFY(saved("chart.svg").contains("in scope"));
    QVERIFY(saved("chart.png").size() > 1000);
    QVERIFY(!m_page->save(QStringLiteral("/nowhere/migration.csv")));
}

QTEST_MAIN(TestMigrationPage)
#include "tst_migrationpage.moc"
