// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/samplefleet.h"
#include "ui/bridge/fleetmodel.h"
#include "ui/charts/timechart.h"
#include "ui/pages/attentionlist.h"
#include "ui/pages/capacitypage.h"
#include "ui/pages/clustercard.h"
#include "ui/pages/overviewpage.h"
#include "ui/pages/reportspage.h"
#include "ui/theme/widgets.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest>

#include <algorithm>

using namespace sextant;
using namespace sextant::ui;

namespace {

bool has(const QImage &image, const QColor &color)
{
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x) {
            if (image.pixelColor(x, y) == color) {
                return true;
            }
        }
    }
    return false;
}

QString textsOf(const QWidget &widget)
{
    QString text;
    for (const QLabel *label : widget.findChildren<QLabel *>()) {
        if (label->isVisibleTo(&widget)) {
            text += label->text() + u'\n';
        }
    }
    for (const ElidedLabel *label : widget.findChildren<ElidedLabel *>()) {
        if (label->isVisibleTo(&widget)) {
            text += label->text() + u'\n';
        }
    }
    return text;
}

} // namespace

/// Overview, capacity and reports in their states: loading, whole, partial, stale, empty.
class TestPages : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup();
    void overviewAnswersFirst();
    void overviewLoading();
    void overviewPartialAndStale();
    void overviewWell();
    void hiddenOverviewRests();
    void attentionOpensItsObject();
    void attentionFollowsAfterARoundOfSamples();
    void capacityShowsAndNarrows();
    void capacityIsSaved();
    void capacityEmptyAndLoading();
    void reportIsPreviewedAndSaved();

private:
    template <class P> std::unique_ptr<P> shownPage()
    {
        auto page = std::make_unique<P>(*m_fleet);
        page->resize(1120, 800);
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

void TestPages::init()
{
    Theme::instance().setMode(Theme::Mode::Light);
    m_engine = std::make_unique<Engine>(EngineOptions{});
    m_fleet = std::make_unique<FleetModel>(*m_engine);
}

void TestPages::cleanup()
{
    m_fleet.reset();
    m_engine.reset();
}

void TestPages::overviewAnswersFirst()
{
    const auto truth = test::fillSampleFleet(m_engine->store(), {.nodes = 60, .pods = 600});
    const auto page = shownPage<OverviewPage>();
    const QString text = textsOf(*page);
    QVERIFY2(text.contains(QStringLiteral("problem")), qPrintable(text));
    QCOMPARE(page->clusterCards().size(), std::size_t(3));
    QVERIFY(!page->attentionList()->lines().empty());
    QVERIFY(text.contains(QStringLiteral("nodes ready")));
    const QImage image = page->grab().toImage();
    const Theme &theme = Theme::instance();
    QVERIFY(has(image, theme.color(Token::Requested)));
    QVERIFY(has(image, theme.color(Token::Failed)));
    QVERIFY(has(image, theme.color(Token::CellReady)));
    Theme::instance().setMode(Theme::Mode::Dark);
    const QImage dark = page->grab().toImage();
    QVERIFY(has(dark, Theme::color(Token::Requested, true)));
    QVERIFY(has(dark, Theme::color(Token::Surface, true)));
    QCOMPARE(truth.nodes, 60);
}

void TestPages::overviewLoading()
{
    const auto cluster = m_engine->store().add();
    cluster->status().name = "slow";
    cluster->status().connection = Connection::Live;
    ResourceStatus &pods = cluster->status().of(ResourceKind::Pods);
    pods.sync = Sync::Loading;
    pods.read = 1124;
    pods.expected = 2740;
    for (int i = 0; i < 5; ++i) {
        cluster->upsert(test::samplePod("ns", "p" + std::to_string(i), "n", 10, 10, wallNow()));
    }
    cluster->publish();
    const auto page = shownPage<OverviewPage>();
    const QString text = textsOf(*page);
    QVERIFY2(text.contains(QStringLiteral("5+")), qPrintable(text)); // a sum that is still growing
    QVERIFY(text.contains(QStringLiteral("—")));
}

void TestPages::overviewPartialAndStale()
{
    const auto truth = test::fillSampleFleet(m_engine->store(), {.clusters = 2, .nodes = 12, .pods = 100});
    ClusterStatus &status = truth.clusters[0]->status();
    status.of(ResourceKind::Nodes).sync = Sync::Forbidden;
    status.of(ResourceKind::Nodes).error = Error{ErrorCode::Forbidden, "nodes is forbidden", {}, {}};
    truth.clusters[0]->clear(ResourceKind::Nodes);
    truth.clusters[0]->publish();
    truth.clusters[1]->status().connection = Connection::Stale;
    truth.clusters[1]->status().heard = wallNow() - std::chrono::seconds(252);
    truth.clusters[1]->publish();
    const auto page = shownPage<OverviewPage>();
    const QString text = textsOf(*page);
    QVERIFY2(text.contains(QStringLiteral("not known")), qPrintable(text));
    QString captions;
    for (const MeterRow *meter : page->findChildren<MeterRow *>()) {
        captions += meter->caption() + u'\n';
    }
    QVERIFY2(captions.contains(QStringLiteral("allocatable is not known")), qPrintable(captions));
    QVERIFY2(text.contains(QStringLiteral("4m1")), qPrintable(text)); // its age
}

void TestPages::overviewWell()
{
    test::fillSampleFleet(m_engine->store(), {.clusters = 1, .nodes = 6, .pods = 40, .trouble = false});
    const auto page = shownPage<OverviewPage>();
    QVERIFY(page->attentionList()->lines().empty());
    QVERIFY(page->attentionState()->isVisible());
    QVERIFY(page->attentionState()->plainText().contains(QStringLiteral("Nothing needs attention")));
    QVERIFY(textsOf(*page).contains(QStringLiteral("All well")));
}

void TestPages::hiddenOverviewRests()
{
    const auto cluster = test::fillSampleFleet(m_engine->store(), {.clusters = 1}).clusters.at(0);
    const auto page = shownPage<OverviewPage>();
    const QString before = textsOf(*page->clusterCards().at(0));
    page->hide();
    cluster->status().connection = Connection::Stale;
    cluster->status().heard = wallNow() - std::chrono::minutes(7);
    cluster->publish();
    m_fleet->refreshNow();
    Q_EMIT m_fleet->tick();
    QCOMPARE(textsOf(*page->clusterCards().at(0)), before);
    page->show();
    QVERIFY2(textsOf(*page->clusterCards().at(0)) != before, qPrintable(before));
}

void TestPages::attentionFollowsAfterARoundOfSamples()
{
    const auto cluster =
        test::fillSampleFleet(m_engine->store(), {.clusters = 1, .nodes = 5, .pods = 30, .trouble = false})
            .clusters.at(0);
    const auto page = shownPage<OverviewPage>();
    const Time now = wallNow();
    m_fleet->setClock([now] { return now; });
    const PodView first = *m_fleet->picture()->cluster(0).pods().begin();
    const std::string ns(first.ns()), name(first.name());
    PodDraft broken = test::samplePod("shop", "broken", std::string(first.node()), 10, 10, now - std::chrono::hours(1));
    cluster->setUsage(ResourceKind::PodMetrics, {{ns, name, MilliCpu(123), Bytes(1), now}}, now);
    cluster->publish();
    m_fleet->refreshNow();
    broken.state = State::Failed;
    broken.status = "CrashLoopBackOff";
    cluster->upsert(broken);
    cluster->publish();
    m_fleet->refreshNow();
    const auto listed = [&] {
        const auto &lines = page->attentionList()->lines();
        return std::any_of(
            lines.begin(), lines.end(), [](const Attention &line) { return line.name.find("broken") == 0; });
    };
    QTRY_VERIFY(listed());
    cluster->setUsage(ResourceKind::PodMetrics, {{ns, name, MilliCpu(456), Bytes(1), now}}, now);
    cluster->remove(ResourceKind::Pods, broken.uid);
    cluster->publish();
    m_fleet->refreshNow();
    QTRY_VERIFY(!listed());
}

void TestPages::attentionOpensItsObject()
{
    test::fillSampleFleet(m_engine->store(), {.nodes = 60, .pods = 600});
    const auto page = shownPage<OverviewPage>();
    QSignalSpy wanted(page.get(), &Page::viewWanted);
    AttentionList *list = page->attentionList();
    const AnyId second = list->lines()[1].object;
    QTest::mouseClick(list, Qt::LeftButton, {}, QPoint(120, Theme::instance().px(34) + 10));
    QCOMPARE(wanted.size(), 1);
    QVERIFY(m_fleet->selection() == second);
    QTest::keyClick(list, Qt::Key_Home);
    QTest::keyClick(list, Qt::Key_Return);
    QCOMPARE(wanted.size(), 2);
    QVERIFY(m_fleet->selection() == list->lines()[0].object);
}

void TestPages::capacityShowsAndNarrows()
{
    test::fillSampleFleet(m_engine->store(), {.nodes = 60, .pods = 600});
    const auto page = shownPage<CapacityPage>();
    QVERIFY(!page->state()->isVisible());
    const auto newest = [&](Token token) {
        for (const auto &line : page->cpuChart()->data().lines) {
            if (line.color == token) {
                return line.values.back();
            }
        }
        return std::nan("");
    };
    const Sums all = m_fleet->picture()->sums({});
    QCOMPARE(newest(Token::Requested), static_cast<double>(all.cpu.requested) / 1000);
    QCOMPARE(newest(Token::Allocatable), static_cast<double>(all.cpu.allocatable) / 1000);
    QCOMPARE(newest(Token::Used), static_cast<double>(all.cpu.used) / 1000);
    const QStringList texts = page->cpuChart()->texts();
    for (const char *word : {"allocatable", "requested", "used", "limit"}) {
        QVERIFY2(texts.contains(QString::fromLatin1(word)), word);
    }
    Scope scope;
    scope.cluster = m_fleet->picture()->cluster(1).id();
    m_fleet->setScope(scope);
    QCOMPARE(newest(Token::Requested), static_cast<double>(m_fleet->picture()->sums(scope).cpu.requested) / 1000);
    const QImage image = page->grab().toImage();
    QVERIFY(has(image, Theme::instance().color(Token::Requested)));
}

void TestPages::capacityIsSaved()
{
    test::fillSampleFleet(m_engine->store(), {.nodes = 60, .pods = 600});
    const auto page = shownPage<CapacityPage>();
    const QTemporaryDir folder;
    const auto saved = [&](const char *name) {
        const QString path = folder.filePath(QLatin1String(name));
        QFile file(page->save(path) ? path : QString());
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    };
    QVERIFY(saved("capacity.csv").contains("gke-eu"));
    QVERIFY(saved("capacity.JSON").startsWith('['));
    QVERIFY(saved("capacity.svg").contains("<svg"));
    QVERIFY(!saved("capacity.png").isEmpty());
    for (const char *file : {"/nowhere/capacity.csv", "/nowhere/capacity.png"}) {
        const auto refused = page->save(QLatin1String(file));
        QVERIFY2(!refused && refused.error().text().find(file) != std::string::npos, file);
    }
}

void TestPages::capacityEmptyAndLoading()
{
    const auto cluster = m_engine->store().add();
    cluster->status().name = "slow";
    cluster->publish();
    const auto page = shownPage<CapacityPage>();
    QVERIFY(page->state()->isVisible());
    QCOMPARE(page->state()->kind(), StatePanel::Kind::Loading);
    test::setAllLive(cluster->status(), wallNow());
    cluster->status().connection = Connection::Live;
    cluster->upsert(test::samplePod("ns", "p", "", 10, 10, wallNow()));
    cluster->publish();
    m_fleet->refreshNow();
    page->settle();
    QVERIFY(!page->state()->isVisible());
    m_fleet->setScope({ClusterId::None, "nowhere", {}, {}});
    QCOMPARE(page->state()->kind(), StatePanel::Kind::Empty);
    QVERIFY(page->state()->plainText().contains(QStringLiteral("nowhere")));
}

void TestPages::reportIsPreviewedAndSaved()
{
    test::fillSampleFleet(m_engine->store(), {.nodes = 30, .pods = 200});
    const auto page = shownPage<ReportsPage>();
    QVERIFY(page->previewPages() >= 1);
    const QTemporaryDir folder;
    for (const char *ending : {"pdf", "html", "md", "csv", "json"}) {
        const QString file = folder.filePath(QStringLiteral("r.") + QLatin1String(ending));
        QVERIFY(page->save(file));
        QFile saved(file);
        QVERIFY(saved.open(QIODevice::ReadOnly));
        QVERIFY2(saved.size() > 200, ending);
    }
    const auto refused = page->save(QStringLiteral("/nowhere/r.html"));
    QVERIFY(!refused);
    m_fleet->setScope({ClusterId::None, "nowhere", {}, {}});
    page->settle();
    QVERIFY(page->state()->isVisible());
}

QTEST_MAIN(TestPages)
#include "tst_pages.moc"
