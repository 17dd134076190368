// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/map/shownmap.h"
#include "ui/map/maplegend.h"
#include "ui/theme/widgets.h"

#include <QAccessible>
#include <QApplication>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>
#include <QWheelEvent>

#include <memory>
#include <random>
#include <set>

using namespace sextant;
using namespace sextant::ui;
using namespace sextant::test;

class TestMapView : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { Theme::instance().setMode(Theme::Mode::Light); }
    void init() { failOnPaintWarnings(); }
    void cleanup() { Tip::hideTip(); }

    void theWholeFleetAtOnce()
    {
        Shown s;
        QCOMPARE(s.view.content().tiles.size(), 600U);
        QCOMPARE(s.view.level(), layout::Level::Nodes);
        QVERIFY(s.view.geometry().width <= s.view.viewport()->width());
        QVERIFY(s.view.geometry().height <= s.view.viewport()->height());
        const QImage image = s.image();
        QVERIFY(hasColor(image, image.rect(), Theme::instance().cell(State::Ok).rgb()));
        QVERIFY(hasColor(image, image.rect(), stateColor(State::Failed)));
        QVERIFY(hasColor(image, image.rect(), Theme::instance().color(Token::Kubernetes).rgb()));
    }

    void oneFailedPodShowsAtEveryZoom_data()
    {
        QTest::addColumn<int>("nodes");
        QTest::addColumn<int>("podsEach");
        QTest::newRow("5,000 pods") << 100 << 50;
        QTest::newRow("crowded nodes") << 20 << 250;
        QTest::newRow("many nodes") << 1500 << 2;
    }
    void oneFailedPodShowsAtEveryZoom()
    {
        QFETCH(int, nodes);
        QFETCH(int, podsEach);
        const std::string bad = "n-" + std::to_string(nodes / 2);
        Shown s([&](ClusterStore &cluster) {
            for (int n = 0; n < nodes; ++n) {
                const std::string node = "n-" + std::to_string(n);
                cluster.upsert(test::sampleNode(node, "default", 32, 128, wallNow()));
                for (int p = 0; p < podsEach; ++p) {
                    auto pod = test::samplePod("ns", node + "-p" + std::to_string(p), node, 100, 128, wallNow());
                    if (node == bad && p == podsEach / 2) {
                        pod.cpuRequested = MilliCpu(0); // a sliver, too
                        pod.state = State::Failed;
                        pod.status = "CrashLoopBackOff";
                    }
                    cluster.upsert(std::move(pod));
                }
            }
        });
        const auto hit = s.find(bad);
        const auto pod = s.find(bad, bad + "-p" + std::to_string(podsEach / 2));
        QVERIFY(hit.tile >= 0 && pod.item >= 0);
        int tried = 0;
        for (int step = 0; step < 40 && s.view.tileHeight() < 900; ++step) {
            const auto &rect = s.view.geometry().tiles[static_cast<std::size_t>(hit.tile)];
            s.view.horizontalScrollBar()->setValue(rect.x + rect.w / 2 - s.view.viewport()->width() / 2);
            s.view.verticalScrollBar()->setValue(rect.y + rect.h / 2 - s.view.viewport()->height() / 2);
            if (s.view.level() >= layout::Level::Pods) {
                s.view.reveal(s.view.idOf(pod)); // a tile may be bigger than the window
            }
            s.view.settle();
            const QRect where = s.view.rectOf(hit).toAlignedRect();
            QVERIFY2(hasColor(s.image(), where, stateColor(State::Failed)),
                qPrintable(QStringLiteral("not at %1 px").arg(s.view.tileHeight())));
            ++tried;
            const int before = s.view.tileHeight();
            s.view.zoomBy(1.3, s.view.rectOf(hit).center());
            QTRY_VERIFY(s.view.tileHeight() > before);
            waitForZoom(s.view);
        }
        QVERIFY(tried >= 8);
        // And out again as far as it goes.
        s.view.zoomTo(layout::Level::Fleet);
        waitForZoom(s.view);
        s.view.settle();
        const auto &rect = s.view.geometry().tiles[static_cast<std::size_t>(hit.tile)];
        s.view.verticalScrollBar()->setValue(rect.y - 100);
        s.view.settle();
        QVERIFY(hasColor(s.image(), s.view.rectOf(hit).toAlignedRect(), stateColor(State::Failed)));
    }

    void wheelKeepsWhatIsUnderThePointer_data()
    {
        QTest::addColumn<int>("steps");
        QTest::newRow("one step in") << 1;
        QTest::newRow("to pods") << 8;
        QTest::newRow("to containers") << 15;
    }
    void wheelKeepsWhatIsUnderThePointer()
    {
        QFETCH(int, steps);
        Shown s;
        const auto node = s.find("gke-default-0060");
        // A point inside of the cells, so that heads of tiles do not count.
        const QRectF rect = s.view.rectOf(node);
        const QPointF at = rect.center() + QPointF(0.4, rect.height() / 4);
        const int before = s.view.tileHeight();
        for (int i = 0; i < steps; ++i) {
            wheel(s.view, at, 120);
        }
        QTRY_VERIFY(s.view.tileHeight() > before);
        waitForZoom(s.view);
        QCOMPARE_GE(s.view.tileHeight(), static_cast<int>(before * std::pow(1.25, steps) * 0.9));
        QCOMPARE(s.view.hitAt(at).tile, node.tile);
        const auto inside =
            tileInside(s.view.geometry().tiles[static_cast<std::size_t>(node.tile)], s.view.level(), s.view.metrics());
        const double fy = (at.y() + s.view.verticalScrollBar()->value() - inside.y) / inside.h;
        const double then = (rect.height() / 2 + rect.height() / 4 - 2) / (rect.height() - 4);
        QVERIFY2(std::abs(fy - then) < 0.05, qPrintable(QStringLiteral("%1 was %2").arg(fy).arg(then)));
        // And back: all of it is seen again.
        QTest::keyClick(&s.view, Qt::Key_0);
        QTRY_COMPARE(s.view.tileHeight(), before);
    }

    void zoomByNameButtonsAndKeys()
    {
        Shown s;
        QSignalSpy levels(&s.view, &MapView::levelChanged);
        for (const auto level :
            {layout::Level::Fleet, layout::Level::Nodes, layout::Level::Pods, layout::Level::Containers}) {
            s.view.zoomTo(level);
            QTRY_COMPARE(s.view.level(), level);
            waitForZoom(s.view);
        }
        QVERIFY(levels.count() >= 3);
        const int before = s.view.tileHeight();
        QTest::keyClick(&s.view, Qt::Key_Minus);
        QTRY_VERIFY(s.view.tileHeight() < before);
        waitForZoom(s.view);
        const int smaller = s.view.tileHeight();
        QTest::keyClick(&s.view, Qt::Key_Plus);
        QTRY_VERIFY(s.view.tileHeight() > smaller);
        for (int i = 0; i < 60; ++i) {
            s.view.zoomIn();
        }
        waitForZoom(s.view);
        QVERIFY(s.view.tileHeight() <= s.view.metrics().mostTile());
        for (int i = 0; i < 60; ++i) {
            s.view.zoomOut();
        }
        waitForZoom(s.view);
        QVERIFY(s.view.tileHeight() >= 1);
    }

    void clickSelectsThePodUnderThePointer()
    {
        Shown s;
        QSignalSpy selected(&s.view, &MapView::selected);
        const auto node = s.find("gke-default-0050");
        QTest::mouseClick(
            s.view.viewport(), Qt::LeftButton, {}, s.view.rectOf(node).topLeft().toPoint() + QPoint(3, 3));
        QCOMPARE(selected.count(), 1);
        QCOMPARE(selected.takeFirst().at(0).value<AnyId>(), s.view.idOf(node));

        s.view.reveal(s.view.idOf(node));
        s.view.zoomTo(layout::Level::Pods);
        QTRY_COMPARE(s.view.level(), layout::Level::Pods);
        waitForZoom(s.view);
        const auto &tile = s.view.content().tiles[static_cast<std::size_t>(node.tile)];
        QVERIFY(tile.items > 3);
        int clicked = 0;
        for (std::uint32_t i = 0; i < tile.items; ++i) {
            const MapView::Hit pod{node.tile, static_cast<int>(i), -1};
            const QRectF rect = s.view.rectOf(pod);
            if (!QRectF(s.view.viewport()->rect()).contains(rect) || rect.width() < 3 || rect.height() < 3) {
                continue;
            }
            QTest::mouseClick(s.view.viewport(), Qt::LeftButton, {}, rect.center().toPoint());
            QCOMPARE(selected.count(), 1);
            const auto id = selected.takeFirst().at(0).value<AnyId>();
            QCOMPARE(id, AnyId(s.view.content().pod(tile, s.view.content().itemsOf(tile)[i]).id()));
            ++clicked;
        }
        QVERIFY(clicked > 3);
        // The ring of two pixels is there, in ink.
        QVERIFY(hasColor(s.image(), s.image().rect(), Theme::instance().color(Token::Accent).rgb()));
        // On the head of the tile it is the node again.
        QTest::mouseClick(
            s.view.viewport(), Qt::LeftButton, {}, s.view.rectOf(node).topLeft().toPoint() + QPoint(40, 12));
        QCOMPARE(selected.takeFirst().at(0).value<AnyId>(), s.view.idOf(node));
    }

    void aDragPansAndSelectsNothing()
    {
        Shown s;
        s.view.zoomTo(layout::Level::Pods);
        QTRY_COMPARE(s.view.level(), layout::Level::Pods);
        waitForZoom(s.view);
        QSignalSpy selected(&s.view, &MapView::selected);
        const int x = s.view.horizontalScrollBar()->value();
        const int y = s.view.verticalScrollBar()->value();
        QTest::mousePress(s.view.viewport(), Qt::LeftButton, {}, {400, 300});
        QTest::mouseMove(s.view.viewport(), {350, 260});
        QTest::mouseMove(s.view.viewport(), {340, 250});
        QTest::mouseRelease(s.view.viewport(), Qt::LeftButton, {}, {340, 250});
        QCOMPARE(s.view.horizontalScrollBar()->value(), x + 60);
        QCOMPARE(s.view.verticalScrollBar()->value(), y + 50);
        QCOMPARE(selected.count(), 0);
    }

    void hoverTells()
    {
        Shown s;
        const auto node = s.find("gke-default-0050");
        QTest::mouseMove(s.view.viewport(), s.view.rectOf(node).topLeft().toPoint() + QPoint(3, 3));
        QVERIFY(Tip::current() == nullptr); // not at once
        QTRY_VERIFY(Tip::current() != nullptr);
        const QString words = Tip::current()->plainText();
        QVERIFY2(words.contains(QStringLiteral("gke-default-0050")), qPrintable(words));
        QVERIFY2(words.contains(QStringLiteral("Ready · ")), qPrintable(words));
        QVERIFY2(words.contains(QStringLiteral("/ 110")), qPrintable(words));
        QVERIFY2(words.contains(QStringLiteral(" CPU, ")), qPrintable(words));
        // Beside the tile and never over it.
        const QRect tile(s.view.viewport()->mapToGlobal(s.view.rectOf(node).topLeft()).toPoint(),
            s.view.rectOf(node).size().toSize());
        QVERIFY(!Tip::current()->geometry().intersects(tile));

        s.view.zoomTo(layout::Level::Pods);
        QTRY_COMPARE(s.view.level(), layout::Level::Pods);
        waitForZoom(s.view);
        QVERIFY(Tip::current() == nullptr);
        s.view.reveal(s.view.idOf(node));
        const auto &t = s.view.content().tiles[static_cast<std::size_t>(node.tile)];
        const MapView::Hit pod{node.tile, 0, -1};
        QTest::mouseMove(s.view.viewport(), s.view.rectOf(pod).center().toPoint());
        QTRY_VERIFY(Tip::current() != nullptr);
        const PodView view = s.view.content().pod(t, s.view.content().itemsOf(t)[0]);
        QVERIFY(Tip::current()->plainText().contains(shown(view.name())));
        QVERIFY(Tip::current()->plainText().contains(shown(view.ns())));
        QEvent leave(QEvent::Leave);
        QApplication::sendEvent(s.view.viewport(), &leave);
        QVERIFY(Tip::current() == nullptr);
    }

    void keysMoveAndReadersHear()
    {
        Shown s;
        s.view.setFocus(Qt::TabFocusReason);
        QTest::keyClick(&s.view, Qt::Key_Right);
        const auto first = s.view.current();
        QVERIFY(first.tile >= 0);
        QTest::keyClick(&s.view, Qt::Key_Right);
        QCOMPARE(s.view.current().tile, first.tile + 1);
        QTest::keyClick(&s.view, Qt::Key_Down);
        const auto below = s.view.current();
        QVERIFY(below.tile > first.tile + 1);
        QCOMPARE(s.view.geometry().rowOf(static_cast<std::uint32_t>(below.tile)),
            s.view.geometry().rowOf(static_cast<std::uint32_t>(first.tile)) + 1);
        QTest::keyClick(&s.view, Qt::Key_Up);
        QCOMPARE(s.view.current().tile, first.tile + 1);
        // Over captions to the next group, down to the last row and no further.
        std::set<std::uint32_t> groups;
        for (int i = 0; i < 60; ++i) {
            QTest::keyClick(&s.view, Qt::Key_Down);
            groups.insert(s.view.content().tiles[static_cast<std::size_t>(s.view.current().tile)].group);
        }
        QCOMPARE(groups.size(), 4U);

        auto *accessible = QAccessible::queryAccessibleInterface(&s.view);
        QVERIFY(accessible != nullptr);
        QCOMPARE(accessible->role(), QAccessible::Tree);
        const auto &tile = s.view.content().tiles[static_cast<std::size_t>(s.view.current().tile)];
        QVERIFY(accessible->text(QAccessible::Name).contains(shown(tile.name)));
        QVERIFY(accessible->text(QAccessible::Description).contains(QStringLiteral("6900")));

        QSignalSpy selected(&s.view, &MapView::selected);
        QTest::keyClick(&s.view, Qt::Key_Return);
        QCOMPARE(selected.count(), 1);
        QCOMPARE(selected.at(0).at(0).value<AnyId>(), s.view.idOf(s.view.current()));

        s.view.zoomTo(layout::Level::Pods);
        QTRY_COMPARE(s.view.level(), layout::Level::Pods);
        waitForZoom(s.view);
        QTest::keyClick(&s.view, Qt::Key_Right);
        std::set<std::pair<int, int>> items;
        for (int i = 0; i < 12; ++i) {
            QTest::keyClick(&s.view, i % 4 == 3 ? Qt::Key_Up : Qt::Key_Right);
            items.emplace(s.view.current().tile, s.view.current().item);
            QVERIFY(QRectF(s.view.viewport()->rect()).intersects(s.view.rectOf(s.view.current())));
        }
        QVERIFY(items.size() > 6);
        QVERIFY(accessible->text(QAccessible::Name).contains(QStringLiteral("pod ")));
    }

    void selectionFromElsewhereIsShownAndRevealed()
    {
        Shown s;
        QSignalSpy selected(&s.view, &MapView::selected);
        const auto node = s.find("gke-batch-0020");
        const auto &tile = s.view.content().tiles[static_cast<std::size_t>(node.tile)];
        const AnyId pod = s.view.content().pod(tile, s.view.content().itemsOf(tile)[0]).id();
        s.view.setSelection(pod);
        s.view.reveal(pod);
        s.view.settle();
        QCOMPARE(s.view.level(), layout::Level::Pods);
        const QRectF rect = s.view.rectOf({node.tile, 0, -1});
        QVERIFY(s.view.viewport()->rect().contains(rect.toAlignedRect()));
        const QRect ring = rect.toAlignedRect().adjusted(-3, -3, 3, 3);
        QVERIFY(hasColor(s.image(), ring, Theme::instance().color(Token::Accent).rgb()));
        QCOMPARE(selected.count(), 0);
        s.view.reveal(PodId{ClusterId(99), 1, 1}); // gone: nothing happens
    }

    void lensesColourByUse()
    {
        Shown s([](ClusterStore &cluster) {
            cluster.upsert(test::sampleNode("n", "default", 32, 128, wallNow()));
            std::vector<UsageDraft> usage;
            for (int i = 0; i < 3; ++i) {
                const auto pod = test::samplePod("ns", "p" + std::to_string(i), "n", 8000, 128, wallNow());
                cluster.upsert(pod);
                if (i < 2) {
                    usage.push_back({"ns", pod.name, MilliCpu(i == 0 ? 4000 : 9000), Bytes(1), wallNow()});
                }
            }
            cluster.setUsage(ResourceKind::PodMetrics, usage, wallNow());
        });
        s.view.setLens(Lens::Used);
        s.view.settle();
        const QImage image = s.image();
        const auto middle = [&](const char *pod) {
            const QRectF rect = s.view.rectOf(s.find("n", pod));
            return image.pixel(rect.center().toPoint()) & 0xffffffU;
        };
        QCOMPARE(middle("p0"), Theme::instance().ramp(0.5).rgb() & 0xffffffU);
        QCOMPARE(middle("p1"), Theme::instance().color(Token::Over).rgb() & 0xffffffU);
        QCOMPARE(middle("p2"), Theme::instance().color(Token::Surface).rgb() & 0xffffffU); // not known: hollow
        const QRectF over = s.view.rectOf(s.find("n", "p1"));
        QCOMPARE(image.pixel(QPoint(static_cast<int>(over.right()) - 1, static_cast<int>(over.top()))) & 0xffffffU,
            Theme::instance().color(Token::Surface).rgb() & 0xffffffU); // the cut corner
        s.view.setLens(Lens::Requested);
        s.view.settle();
        QCOMPARE(s.image().pixel(s.view.rectOf(s.find("n", "p2")).center().toPoint()) & 0xffffffU,
            Theme::instance().ramp(24000.0 / 31600).rgb() & 0xffffffU);
        s.view.setLens(Lens::Used);
        s.view.settle();
        MapLegend legend;
        legend.show(s.view.content(), *s.view.classes(), s.view.level(), s.view.seen());
        QVERIFY(legend.plainText().contains(QStringLiteral("over its request")));
        QVERIFY(legend.plainText().contains(QStringLiteral("no sample")));
    }

    void theFilterFadesTheRest()
    {
        Shown s([](ClusterStore &cluster) {
            cluster.upsert(test::sampleNode("n", "default", 32, 128, wallNow()));
            cluster.upsert(test::samplePod("ns", "keep-me", "n", 8000, 128, wallNow()));
            cluster.upsert(test::samplePod("ns", "other", "n", 8000, 128, wallNow()));
        });
        s.view.setFilter(QStringLiteral("KEEP"));
        s.view.settle();
        const QImage image = s.image();
        const auto middle = [&](const char *pod) {
            return image.pixel(s.view.rectOf(s.find("n", pod)).center().toPoint()) & 0xffffffU;
        };
        QCOMPARE(middle("keep-me"), Theme::instance().cell(State::Ok).rgb() & 0xffffffU);
        QCOMPARE(middle("other"), Theme::instance().color(Token::Track).rgb() & 0xffffffU);
        QCOMPARE(s.view.content().kept, 1U);
    }

    void agesOfTheFilterMove()
    {
        Shown s([](ClusterStore &cluster) {
            cluster.upsert(test::sampleNode("n", "default", 32, 128, wallNow()));
            cluster.upsert(test::samplePod("ns", "p", "n", 8000, 128, wallNow()));
        });
        const auto created = PodView(s.view.content().picture->cluster(0), 0).created();
        const PicturePtr picture = s.view.content().picture;
        const auto kept = [&](std::chrono::seconds later) {
            s.view.setPicture(picture, created + later);
            s.view.settle();
            return s.view.content().kept;
        };
        kept(std::chrono::seconds(1));
        s.view.setFilter(QStringLiteral("age<1h"));
        QCOMPARE(kept(std::chrono::seconds(2)), 1U);
        const layout::Content *content = &s.view.content();
        kept(std::chrono::seconds(3));
        QCOMPARE(&s.view.content(), content); // not at every second
        QCOMPARE(kept(std::chrono::hours(1)), 0U); // though nothing of the fleet changed
    }

    void stalePicturesAreDimmed()
    {
        Shown s([](ClusterStore &cluster) {
            cluster.upsert(test::sampleNode("n", "default", 32, 128, wallNow()));
            cluster.upsert(test::samplePod("ns", "p", "n", 8000, 128, wallNow()));
        });
        const QPoint at = s.view.rectOf(s.find("n", "p")).center().toPoint();
        QCOMPARE(s.image().pixel(at) & 0xffffffU, Theme::instance().cell(State::Ok).rgb() & 0xffffffU);
        s.truth.clusters[0]->status().connection = Connection::Stale;
        s.publish();
        QCOMPARE(s.image().pixel(at) & 0xffffffU,
            mix(Theme::instance().cell(State::Ok).rgb(), Theme::instance().color(Token::Surface).rgb(), 0.5)
                & 0xffffffU);
    }

    void legendCountsWorstFirst()
    {
        Shown s;
        MapLegend legend;
        legend.show(s.view.content(), *s.view.classes(), s.view.level(), s.view.seen());
        const QString words = legend.plainText();
        QVERIFY2(words.startsWith(QStringLiteral("failed %1, not ready %2").arg(s.truth.failed).arg(s.truth.warning)),
            qPrintable(words));
        QVERIFY(words.contains(QStringLiteral("cordoned %1").arg(s.truth.cordonedNodes)));
        QVERIFY(words.contains(QStringLiteral("silent %1").arg(s.truth.silentNodes)));
        QVERIFY(words.indexOf(QStringLiteral("ready ")) > 0);
    }

    void theUnscheduledAreOneClickAway()
    {
        Shown s;
        QSignalSpy wanted(&s.view, &MapView::unscheduledWanted);
        const auto &head = s.view.geometry().clusters[0].head;
        QTest::mouseClick(s.view.viewport(), Qt::LeftButton, {}, QPoint(head.right() - 30, head.y + 16));
        QCOMPARE(wanted.count(), 1);
        QCOMPARE(wanted.at(0).at(0).value<ClusterId>(), s.truth.clusters[0]->id());
    }

    void anUpdateKeepsEverythingInPlace()
    {
        Shown s;
        s.view.zoomTo(layout::Level::Pods);
        QTRY_COMPARE(s.view.level(), layout::Level::Pods);
        waitForZoom(s.view);
        const auto node = s.find("gke-default-0050");
        s.view.reveal(s.view.idOf(node));
        const QRectF before = s.view.rectOf(node);
        s.truth.clusters[0]->upsert(test::samplePod("playlist", "new", "gke-default-0050", 2000, 1000, s.now));
        s.publish();
        QCOMPARE(s.view.rectOf(s.find("gke-default-0050")), before);
        QVERIFY(s.find("gke-default-0050", "new").item >= 0);
        QCOMPARE(s.view.current().tile, node.tile);
    }

    void bothThemesAndDenseScreens()
    {
        Shown s(test::SampleOptions(), {500, 400});
        Theme::instance().setMode(Theme::Mode::Dark);
        s.view.settle();
        QVERIFY(hasColor(s.image(), s.image().rect(), Theme::color(Token::CellReady, true).rgb()));
        Theme::instance().setMode(Theme::Mode::Light);
        s.view.settle();
        // Painted at twice the density every tile is there too, with the same worst colours.
        auto palette = MapPalette::current(2);
        MapJob job;
        job.content = std::make_shared<const layout::Content>(s.view.content());
        job.metrics.scale = palette.scale;
        const auto arrangement = layout::arrange(*job.content, 2480, 1400, job.metrics);
        job.geometry = std::make_shared<const layout::Geometry>(
            layout::place(*job.content, arrangement, arrangement.baseHeight, job.metrics));
        job.palette = palette;
        job.classes = LensClasses::make(job.content, Lens::State, nullptr, s.now);
        job.area = {0, 0, job.geometry->width, job.geometry->height};
        job.now = s.now;
        const QImage image = paintMap(job);
        for (std::size_t t = 0; t < job.content->tiles.size(); ++t) {
            const auto &rect = job.geometry->tiles[t];
            QCOMPARE(hasColor(image, QRect(rect.x + 4, rect.y + 4, rect.w - 8, rect.h - 8),
                         palette.state[static_cast<std::size_t>(State::Failed)]),
                job.content->tiles[t].failed > 0);
        }
    }

    void theWorstWinsAtEveryHeight()
    {
        std::mt19937 random(17);
        FleetStore store;
        auto cluster = store.add();
        for (int n = 0; n < 60; ++n) {
            const std::string name = "n-" + std::to_string(n);
            cluster->upsert(test::sampleNode(name, "a", n % 3 == 0 ? 64 : 16, 128, wallNow()));
            const int pods = static_cast<int>(random() % 120);
            const int bad = n % 2 == 0 && pods > 0 ? static_cast<int>(random() % static_cast<unsigned>(pods)) : -1;
            for (int p = 0; p < pods; ++p) {
                auto pod = test::samplePod(
                    "ns", name + "-" + std::to_string(p), name, static_cast<int>(random() % 4) * 90, 64, wallNow());
                pod.state = p == bad ? State::Failed : static_cast<State>(random() % (kStates - 1));
                cluster->upsert(std::move(pod));
            }
        }
        cluster->publish();
        MapJob job;
        job.content = std::make_shared<const layout::Content>(layout::collect(test::pictureOf(store), {}));
        job.palette = MapPalette::current(1);
        job.metrics.scale = job.palette.scale;
        job.classes = LensClasses::make(job.content, Lens::State, nullptr, wallNow());
        job.now = wallNow();
        const auto arrangement = layout::arrange(*job.content, 1264, 700, job.metrics);
        for (const int height : {3, 4, 5, 7, 9, 13, 14, 15, 17, 22, 28, 40, 77, 149}) {
            job.geometry =
                std::make_shared<const layout::Geometry>(layout::place(*job.content, arrangement, height, job.metrics));
            job.area = {0, 0, job.geometry->width, job.geometry->height};
            const QImage image = paintMap(job);
            for (std::size_t t = 0; t < job.content->tiles.size(); ++t) {
                const auto &rect = job.geometry->tiles[t];
                const bool seen = hasColor(image, QRect(rect.x, rect.y, rect.w, rect.h),
                    job.palette.state[static_cast<std::size_t>(State::Failed)]);
                QVERIFY2(seen == (job.content->tiles[t].failed > 0),
                    qPrintable(QStringLiteral("tile %1 at %2 px").arg(t).arg(height)));
            }
        }
    }

    void whatChangedPaintedAloneIsTheWholePicture()
    {
        FleetStore store;
        auto cluster = store.add();
        test::setAllLive(cluster->status(), wallNow());
        std::mt19937 random(29);
        const auto pod = [&](int number) {
            const std::string node = "n-" + std::to_string(number % 50);
            auto draft = test::samplePod("ns", "p-" + std::to_string(number), node, 300, 64, wallNow());
            draft.state = static_cast<State>(random() % kStates);
            draft.restarts = random() % 30;
            draft.team = "team-" + std::to_string(random() % 14);
            draft.created = wallNow() - std::chrono::minutes(random() % 100'000);
            draft.resourceVersion = std::to_string(random());
            cluster->upsert(std::move(draft));
        };
        for (int n = 0; n < 50; ++n) {
            cluster->upsert(test::sampleNode("n-" + std::to_string(n), n % 2 == 0 ? "a" : "b", 16, 64, wallNow()));
        }
        for (int p = 0; p < 600; ++p) {
            pod(p);
        }
        cluster->publish();
        MapJob job;
        job.content = std::make_shared<const layout::Content>(layout::collect(test::pictureOf(store), {}));
        job.palette = MapPalette::current(1);
        job.metrics.scale = job.palette.scale;
        job.now = wallNow();
        const auto arrangement = layout::arrange(*job.content, 800, 500, job.metrics);
        int number = 600;
        const auto cases = {std::pair(Lens::State, 5), std::pair(Lens::State, 12), std::pair(Lens::State, 20),
            std::pair(Lens::State, 60), std::pair(Lens::State, 140), std::pair(Lens::Requested, 12),
            std::pair(Lens::Used, 60), std::pair(Lens::Waste, 20), std::pair(Lens::Restarts, 60),
            std::pair(Lens::Age, 20), std::pair(Lens::Owner, 12), std::pair(Lens::Owner, 140)};
        for (const auto &[lens, height] : cases) {
            const auto prepare = [&, shown = lens, px = height] {
                job.geometry =
                    std::make_shared<const layout::Geometry>(layout::place(*job.content, arrangement, px, job.metrics));
                job.area = {0, 0, job.geometry->width, job.geometry->height};
                job.classes = LensClasses::make(job.content, shown, nullptr, job.now, job.classes.get());
            };
            prepare();
            QImage image = paintMap(job);
            for (int step = 0; step < 10; ++step) {
                const MapJob before = job;
                if (lens == Lens::Age) {
                    job.now += std::chrono::minutes(40); // some grow older of whom nothing else is told
                }
                pod(static_cast<int>(random() % 600)); // another state
                pod(number++); // and one more
                auto node = test::sampleNode("n-" + std::to_string(step), step % 2 == 0 ? "a" : "b", 16, 64, wallNow());
                node.resourceVersion = std::to_string(number) + "-" + std::to_string(step);
                node.silent = step % 3 == 0;
                node.state = node.silent ? State::Failed : State::Ok;
                cluster->upsert(std::move(node));
                cluster->publish();
                job.content = std::make_shared<const layout::Content>(
                    layout::collect(test::pictureOf(store), {}, before.content.get()));
                prepare();
                const auto patches = paintChanges(before, job);
                QVERIFY(patches && patches->size() >= 2 && patches->size() < 12);
                applyPatches(image, job.area, *patches);
                QVERIFY2(image == paintMap(job),
                    qPrintable(
                        QStringLiteral("lens %1, %2 px, step %3").arg(static_cast<int>(lens)).arg(height).arg(step)));
            }
            MapJob elsewhere = job;
            elsewhere.area.x += 5;
            QVERIFY(!paintChanges(job, elsewhere));
        }
    }

    void aHiddenMapLetsGoOfTheFleet()
    {
        Shown s;
        s.view.zoomTo(layout::Level::Pods);
        waitForZoom(s.view);
        const int height = s.view.tileHeight();
        s.view.setSelection(s.view.idOf({5, -1, -1}));
        const std::weak_ptr<const Picture> former = s.view.content().picture;
        s.view.hide();
        const PicturePtr now = test::pictureOf(s.store);
        s.view.setPicture(now, s.now);
        QTRY_VERIFY(former.expired());
        QVERIFY(s.view.content().tiles.empty());
        s.view.show();
        QTRY_VERIFY(!s.view.busy());
        QCOMPARE(s.view.content().picture, now);
        QCOMPARE(s.view.tileHeight(), height);
    }

    void emptyAndTiny()
    {
        MapView view;
        view.resize(300, 200);
        view.show();
        view.settle();
        QTest::keyClick(&view, Qt::Key_Right);
        QTest::keyClick(&view, Qt::Key_Plus);
        QTest::mouseClick(view.viewport(), Qt::LeftButton, {}, {20, 20});
        wheel(view, {20, 20}, 120);
        QVERIFY(view.current().tile < 0);
        view.resize(30, 20);
        view.settle();
        Shown s(test::SampleOptions(), {40, 30});
        s.view.settle();
        QCOMPARE(s.view.content().tiles.size(), 600U);
    }
};

QTEST_MAIN(TestMapView)
#include "tst_mapview.moc"
