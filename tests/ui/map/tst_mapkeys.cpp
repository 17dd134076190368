// SPDX-License-Identifier: GPL-3.0-or-later
// The map without a mouse: keys, what readers find, the minimap.
#include "tests/ui/map/shownmap.h"
#include "ui/map/minimap.h"
#include "ui/theme/widgets.h"

#include <QAccessible>
#include <QScrollBar>
#include <QSignalSpy>

#include <set>

using namespace sextant;
using namespace sextant::ui;
using namespace sextant::test;

namespace {

const layout::Tile &tileOf(const MapView &view, int index)
{
    return view.content().tiles[static_cast<std::size_t>(index)];
}

void zoomTo(Shown &s, layout::Level level)
{
    s.view.zoomTo(level);
    s.view.settle();
    QCOMPARE(s.view.level(), level);
}

QAccessibleInterface *childNamed(QAccessibleInterface *parent, const QString &part)
{
    for (int i = 0; i < parent->childCount(); ++i) {
        if (parent->child(i)->text(QAccessible::Name).contains(part)) {
            return parent->child(i);
        }
    }
    return nullptr;
}

} // namespace

class TestMapKeys : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { Theme::instance().setMode(Theme::Mode::Light); }

    void homeEndAndPages()
    {
        Shown s;
        s.view.setFocus(Qt::TabFocusReason);
        const auto rowOf = [&s](int tile) {
            return s.view.geometry().rows[s.view.geometry().rowOf(static_cast<std::uint32_t>(tile))];
        };
        QTest::keyClick(&s.view, Qt::Key_Right);
        QTest::keyClick(&s.view, Qt::Key_End);
        const auto row = rowOf(s.view.current().tile);
        QCOMPARE(s.view.current().tile, static_cast<int>(row.firstTile + row.tiles) - 1);
        QTest::keyClick(&s.view, Qt::Key_Home);
        QCOMPARE(s.view.current().tile, static_cast<int>(row.firstTile));
        QTest::keyClick(&s.view, Qt::Key_End, Qt::ControlModifier);
        QCOMPARE(s.view.current().tile, 599);
        QTest::keyClick(&s.view, Qt::Key_Home, Qt::ControlModifier);
        QCOMPARE(s.view.current().tile, 0);
        // Beyond the end of a row stands the cluster beside it.
        QTest::keyClick(&s.view, Qt::Key_End);
        QTest::keyClick(&s.view, Qt::Key_Right);
        QCOMPARE(tileOf(s.view, s.view.current().tile).cluster, 1U);
        QTest::keyClick(&s.view, Qt::Key_Left);
        QCOMPARE(tileOf(s.view, s.view.current().tile).cluster, 0U);

        zoomTo(s, layout::Level::Pods);
        const int y = s.view.verticalScrollBar()->value();
        const int before = s.view.current().tile;
        QTest::keyClick(&s.view, Qt::Key_PageDown);
        QVERIFY(s.view.verticalScrollBar()->value() > y);
        QVERIFY(s.view.current().tile > before);
        QVERIFY(s.view.current().item >= 0);
        QVERIFY(QRectF(s.view.viewport()->rect()).intersects(s.view.rectOf(s.view.current())));
    }

    void nGoesToTheNextProblemAndToTheNextMatch()
    {
        Shown s([](ClusterStore &cluster) {
            for (int n = 0; n < 40; ++n) {
                const std::string node = "n-" + std::to_string(n);
                cluster.upsert(sampleNode(node, "default", 32, 128, wallNow()));
                for (int p = 0; p < 4; ++p) {
                    auto pod = samplePod("ns", node + "-p" + std::to_string(p), node, 4000, 128, wallNow());
                    if ((n == 7 || n == 30) && p == 2) {
                        pod.state = State::Failed;
                        pod.status = "CrashLoopBackOff";
                    }
                    cluster.upsert(std::move(pod));
                }
            }
        });
        s.view.setFocus(Qt::TabFocusReason);
        const auto name = [&s] {
            const auto hit = s.view.current();
            return hit.item < 0
                ? std::string(tileOf(s.view, hit.tile).name)
                : std::string(
                    s.view.content()
                        .pod(tileOf(s.view, hit.tile),
                            s.view.content().itemsOf(tileOf(s.view, hit.tile))[static_cast<std::size_t>(hit.item)])
                        .name());
        };
        zoomTo(s, layout::Level::Nodes);
        QTest::keyClick(&s.view, Qt::Key_N);
        QCOMPARE(name(), std::string("n-7-p2"));
        QTest::keyClick(&s.view, Qt::Key_N);
        QCOMPARE(name(), std::string("n-30-p2"));
        QTest::keyClick(&s.view, Qt::Key_N); // around
        QCOMPARE(name(), std::string("n-7-p2"));
        QTest::keyClick(&s.view, Qt::Key_N, Qt::ShiftModifier);
        QCOMPARE(name(), std::string("n-30-p2"));
        // From afar the node is meant.
        zoomTo(s, layout::Level::Fleet);
        QTest::keyClick(&s.view, Qt::Key_N);
        QCOMPARE(name(), std::string("n-7"));
        // Under a filter: what it keeps.
        zoomTo(s, layout::Level::Pods);
        s.view.setFilter(QStringLiteral("n-12-p3"));
        s.view.settle();
        QTest::keyClick(&s.view, Qt::Key_N);
        QCOMPARE(name(), std::string("n-12-p3"));
        QVERIFY(QRectF(s.view.viewport()->rect()).intersects(s.view.rectOf(s.view.current())));
        // And where nothing is to be found it stays.
        s.view.setFilter(QStringLiteral("no such pod"));
        s.view.settle();
        QTest::keyClick(&s.view, Qt::Key_N);
        QCOMPARE(name(), std::string("n-12-p3"));
    }

    void escapeGoesUpAndThenIsTheWindows()
    {
        Shown s;
        s.view.setFocus(Qt::TabFocusReason);
        QSignalSpy seen(&s.view, &MapView::seenChanged);
        const auto escape = [&s] {
            QKeyEvent event(QEvent::KeyPress, Qt::Key_Escape, Qt::NoModifier);
            event.ignore();
            QApplication::sendEvent(&s.view, &event);
            return event.isAccepted();
        };
        QVERIFY(!escape()); // all is seen, nothing to go up from
        zoomTo(s, layout::Level::Pods);
        QTest::keyClick(&s.view, Qt::Key_Right);
        QTest::keyClick(&s.view, Qt::Key_Right);
        QVERIFY(s.view.current().item >= 0);
        s.view.setSeen(1);
        s.view.setDetailsOpen(true);
        QVERIFY(!escape()); // they close first
        QCOMPARE(s.view.seen(), ClassMask(1));
        s.view.setDetailsOpen(false);
        QVERIFY(escape());
        QCOMPARE(s.view.seen(), kAllClasses);
        QCOMPARE(seen.count(), 2);
        QVERIFY(escape());
        QCOMPARE(s.view.current().item, -1);
        QVERIFY(escape());
        QVERIFY(s.view.level() < layout::Level::Pods);
        QVERIFY(!escape());
        QSignalSpy list(&s.view, &MapView::listWanted);
        QTest::keyClick(&s.view, Qt::Key_T);
        QCOMPARE(list.count(), 1);
    }

    void headsOfClustersAreReachedAndOpened_data()
    {
        QTest::addColumn<int>("level");
        QTest::newRow("nodes") << int(layout::Level::Nodes);
        QTest::newRow("pods") << int(layout::Level::Pods);
    }
    void headsOfClustersAreReachedAndOpened()
    {
        QFETCH(int, level);
        Shown s;
        s.view.activateWindow();
        s.view.setFocus(Qt::TabFocusReason);
        QTRY_VERIFY(s.view.hasFocus());
        zoomTo(s, static_cast<layout::Level>(level));
        QSignalSpy selected(&s.view, &MapView::selected);
        QSignalSpy wanted(&s.view, &MapView::unscheduledWanted);
        QTest::keyClick(&s.view, Qt::Key_Home, Qt::ControlModifier);
        for (int i = 0; i < 100 && s.view.current().clusterHead < 0; ++i) {
            QTest::keyClick(&s.view, Qt::Key_Up);
        }
        QCOMPARE(s.view.current(), (MapView::Hit{-1, -1, 0}));
        const QString words = s.view.accessibleDescription();
        QVERIFY2(words.startsWith(QStringLiteral("cluster gke-eu, ")) && words.contains(QStringLiteral("unscheduled")),
            qPrintable(words));
        const QRect ring = s.view.rectOf(s.view.current()).toAlignedRect().adjusted(-3, -3, 3, 3);
        QVERIFY(hasColor(s.image(), ring, Theme::instance().color(Token::Accent).rgb()));
        auto *map = QAccessible::queryAccessibleInterface(&s.view);
        QCOMPARE(map->focusChild(), map->child(0));
        QVERIFY(map->child(0)->state().focused);
        // What no node takes is asked for; a head without any selects its cluster.
        QTest::keyClick(&s.view, Qt::Key_Return);
        QCOMPARE(wanted.takeFirst().at(0).value<ClusterId>(), s.truth.clusters[0]->id());
        QCOMPARE(selected.count(), 0);
        QTest::keyClick(&s.view, Qt::Key_Right);
        QCOMPARE(s.view.current().clusterHead, 1);
        QTest::keyClick(&s.view, Qt::Key_Left);
        QTest::keyClick(&s.view, Qt::Key_Down);
        QCOMPARE(s.view.current().clusterHead, -1);
        QCOMPARE(s.view.current().tile, 0);

        map->child(0)->actionInterface()->doAction(QAccessibleActionInterface::pressAction());
        QCOMPARE(wanted.count(), 1);
        QVERIFY(map->child(0)->child(0)->actionInterface()->actionNames().isEmpty()); // a group does nothing
    }

    void aHeadWithoutUnscheduledSelectsItsCluster()
    {
        Shown s([](ClusterStore &cluster) { cluster.upsert(sampleNode("n", "default", 32, 128, wallNow())); });
        QSignalSpy selected(&s.view, &MapView::selected);
        s.view.setFocus(Qt::TabFocusReason);
        QTest::keyClick(&s.view, Qt::Key_Home);
        QTest::keyClick(&s.view, Qt::Key_Up);
        QTest::keyClick(&s.view, Qt::Key_Space);
        const AnyId cluster = s.truth.clusters[0]->id();
        QCOMPARE(selected.takeFirst().at(0).value<AnyId>(), cluster);
        QCOMPARE(s.view.selectedHit(), (MapView::Hit{-1, -1, 0}));
        s.publish();
        QCOMPARE(s.view.current(), (MapView::Hit{-1, -1, 0})); // it stays there
    }

    void placesThatAreFreeAreNoNodes()
    {
        Shown s([](ClusterStore &cluster) {
            for (int n = 0; n < 60; ++n) {
                cluster.upsert(sampleNode("n-" + std::to_string(n), "default", 32, 128, wallNow()));
            }
        });
        s.truth.clusters[0]->remove(ResourceKind::Nodes, sampleNode("n-3", "default", 32, 128, s.now).uid);
        s.publish();
        QCOMPARE(s.view.content().tiles.size(), 60U);
        auto *map = QAccessible::queryAccessibleInterface(&s.view);
        QVERIFY2(map->text(QAccessible::Description).startsWith(QStringLiteral("59 nodes, 0 pods")),
            qPrintable(map->text(QAccessible::Description)));
        zoomTo(s, layout::Level::Pods);
        MiniMapSection section(s.view);
        section.show();
        s.view.setSelection(s.view.idOf(s.find("n-4")));
        section.refresh();
        QCOMPARE(section.note(), QStringLiteral("node 4 of 59"));
    }

    void theRingOfTheKeyboardIsSeen()
    {
        Shown s;
        s.view.activateWindow();
        s.view.setFocus(Qt::TabFocusReason);
        QTRY_VERIFY(s.view.hasFocus());
        QTest::keyClick(&s.view, Qt::Key_Right);
        QTest::keyClick(&s.view, Qt::Key_Right);
        const QRect ring = s.view.rectOf(s.view.current()).toAlignedRect().adjusted(-3, -3, 3, 3);
        QVERIFY(hasColor(s.image(), ring, Theme::instance().color(Token::Accent).rgb()));
    }

    void readersFindClustersGroupsNodesAndPods()
    {
        Shown s;
        auto *map = QAccessible::queryAccessibleInterface(&s.view);
        QVERIFY(map != nullptr);
        QCOMPARE(map->childCount(), 3);
        auto *cluster = map->child(0);
        QVERIFY2(cluster->text(QAccessible::Name).startsWith(QStringLiteral("cluster gke-eu, ")),
            qPrintable(cluster->text(QAccessible::Name)));
        QCOMPARE(cluster->role(), QAccessible::TreeItem);
        QCOMPARE(cluster->parent(), map);
        QCOMPARE(map->indexOfChild(cluster), 0);
        auto *group = cluster->child(1);
        const auto &content = s.view.content();
        QCOMPARE(group->childCount(), static_cast<int>(content.groups[content.clusters[0].firstGroup + 1].tiles));
        QCOMPARE(group->parent(), cluster);
        QCOMPARE(cluster->indexOfChild(group), 1);
        auto *node = group->child(2);
        QVERIFY2(node->text(QAccessible::Name).startsWith(QStringLiteral("node ")),
            qPrintable(node->text(QAccessible::Name)));
        QCOMPARE(node->parent(), group);
        QCOMPARE(group->indexOfChild(node), 2);
        QVERIFY(node->childCount() > 0);
        auto *pod = node->child(0);
        QVERIFY2(
            pod->text(QAccessible::Name).contains(QStringLiteral("Running")), qPrintable(pod->text(QAccessible::Name)));
        QCOMPARE(pod->parent(), node);
        QCOMPARE(pod->childCount(), 0);
        QVERIFY(map->rect().contains(node->rect()));
        QVERIFY(node->rect().contains(pod->rect()));
        QCOMPARE(map->childAt(node->rect().x() + 2, node->rect().y() + 2), node);

        // Pressed, it is selected for all, and the keyboard stands there.
        QSignalSpy selected(&s.view, &MapView::selected);
        node->actionInterface()->doAction(QAccessibleActionInterface::pressAction());
        QCOMPARE(selected.count(), 1);
        QCOMPARE(selected.takeFirst().at(0).value<AnyId>(), s.view.idOf(s.view.current()));
        QVERIFY(node->state().selected);
        QVERIFY(!group->child(3)->state().selected);
        s.view.activateWindow();
        s.view.setFocus(Qt::TabFocusReason);
        QTRY_VERIFY(s.view.hasFocus());
        QCOMPARE(map->focusChild(), node);
    }

    /// A part stands for its object, not for a place: when the picture moves on it is the same one, or invalid.
    void partsFollowTheirObjects()
    {
        Shown s([](ClusterStore &cluster) {
            for (const char *name : {"a", "b", "c"}) {
                cluster.upsert(sampleNode(name, "default", 32, 128, wallNow()));
                cluster.upsert(samplePod("ns", std::string(name) + "-pod", name, 500, 128, wallNow()));
            }
        });
        auto *map = QAccessible::queryAccessibleInterface(&s.view);
        auto *group = map->child(0)->child(0);
        auto *b = childNamed(group, QStringLiteral("node b"));
        QVERIFY(b != nullptr);
        auto *pod = b->child(0);
        s.truth.clusters[0]->remove(ResourceKind::Nodes, sampleNode("a", "default", 32, 128, s.now).uid);
        s.publish();
        QVERIFY(b->isValid());
        QVERIFY(b->text(QAccessible::Name).startsWith(QStringLiteral("node b,")));
        QCOMPARE(childNamed(group, QStringLiteral("node b")), b);
        s.truth.clusters[0]->remove(ResourceKind::Pods, samplePod("ns", "b-pod", "b", 500, 128, s.now).uid);
        s.publish();
        QVERIFY(!pod->isValid());
        QVERIFY(pod->text(QAccessible::Name).isEmpty());
        QVERIFY(pod->state().invalid);
        QCOMPARE(b->childCount(), 0);
    }

    void theMinimapShowsAllAndMoves()
    {
        Shown s;
        MiniMap mini(s.view);
        mini.resize(200, mini.heightForWidth(200));
        mini.show();
        QVERIFY(!mini.needed()); // all is in the window
        QSignalSpy needed(&mini, &MiniMap::neededChanged);
        zoomTo(s, layout::Level::Pods);
        QVERIFY(mini.needed());
        QCOMPARE(needed.count(), 1);
        mini.resize(200, mini.heightForWidth(200));
        QImage image = mini.grab().toImage();
        QVERIFY(hasColor(image, image.rect(), Theme::instance().cell(State::Ok).rgb()));
        QVERIFY(hasColor(image, image.rect(), Theme::instance().cell(State::Failed).rgb()));
        // The frame is of ink, two pixels wide, where the map stands.
        const QRect frame = mini.frame().toRect();
        QCOMPARE(image.pixel(frame.center().x(), std::max(0, frame.top())) & 0xffffffU,
            Theme::instance().color(Token::Accent).rgb() & 0xffffffU);

        // Moving the map moves the frame and draws nothing anew.
        const int drawn = mini.drawn();
        s.view.verticalScrollBar()->setValue(s.view.verticalScrollBar()->maximum());
        mini.grab();
        QCOMPARE(mini.drawn(), drawn);
        QVERIFY(mini.frame().bottom() > mini.height() * 0.9);
        // A click brings what is there into the middle; a drag goes on.
        QTest::mousePress(&mini, Qt::LeftButton, {}, {100, 20});
        QVERIFY(std::abs(mini.frame().center().x() - 100) < 2);
        QVERIFY(std::abs(mini.frame().center().y() - 20) < std::max(2.0, mini.frame().height()));
        const int x = s.view.horizontalScrollBar()->value();
        QTest::mouseMove(&mini, {130, 20});
        QVERIFY(s.view.horizontalScrollBar()->value() > x);
        QTest::mouseRelease(&mini, Qt::LeftButton, {}, {130, 20});
        QTest::mouseMove(&mini, {20, 20});
        QVERIFY(std::abs(mini.frame().center().x() - 130) < 2);
        // The arrows do it, too.
        mini.setFocus(Qt::TabFocusReason);
        const int y = s.view.verticalScrollBar()->value();
        QTest::keyClick(&mini, Qt::Key_Down);
        QVERIFY(s.view.verticalScrollBar()->value() > y);
    }

    void aHiddenMinimapDrawsNothing()
    {
        Shown s;
        MiniMap mini(s.view);
        mini.resize(200, 100);
        zoomTo(s, layout::Level::Pods);
        s.truth.clusters[0]->upsert(samplePod("ns", "new", "gke-default-0050", 500, 128, s.now));
        s.publish();
        QCOMPARE(mini.drawn(), 0);
        mini.show();
        mini.grab();
        QCOMPARE(mini.drawn(), 1);
    }

    void jobsThatAreDoneGreyNothing_data()
    {
        QTest::addColumn<int>("running");
        QTest::newRow("beside pods that run") << 1;
        QTest::newRow("alone") << 0;
    }
    /// On a node that is drawn as one, in the minimap and on the map from afar.
    void jobsThatAreDoneGreyNothing()
    {
        QFETCH(int, running);
        Shown s([running](ClusterStore &cluster) {
            cluster.upsert(sampleNode("n", "default", 32, 128, wallNow()));
            for (int p = 0; p < 4; ++p) {
                auto pod = samplePod("ns", "p" + std::to_string(p), "n", 7000, 128, wallNow());
                pod.state = p < running ? State::Ok : State::Completed;
                cluster.upsert(std::move(pod));
            }
        });
        zoomTo(s, layout::Level::Fleet);
        MiniMap mini(s.view);
        mini.resize(200, 100);
        const QRgb ready = Theme::instance().cell(State::Ok).rgb();
        const QRgb completed = Theme::instance().cell(State::Completed).rgb();
        const QRect inside = s.view.rectOf(s.find("n")).toAlignedRect().adjusted(2, 2, -2, -2);
        for (const QImage &image : {s.image().copy(inside), mini.grab().toImage()}) {
            QCOMPARE(hasColor(image, image.rect(), ready), running > 0);
            QCOMPARE(hasColor(image, image.rect(), completed), running == 0);
        }
    }

    /// Crowded into a few pixels, the one failed pod of a thousand nodes is still there.
    void theWorstStateWinsInTheMinimap()
    {
        Shown s([](ClusterStore &cluster) {
            for (int n = 0; n < 1500; ++n) {
                const std::string node = "n-" + std::to_string(n);
                cluster.upsert(sampleNode(node, "default", 32, 128, wallNow()));
                auto pod = samplePod("ns", node + "-p", node, 500, 128, wallNow());
                if (n == 720) {
                    pod.state = State::Failed;
                    pod.status = "CrashLoopBackOff";
                }
                cluster.upsert(std::move(pod));
            }
        });
        MiniMap mini(s.view);
        mini.resize(24, 14);
        const QImage image = mini.grab().toImage();
        QVERIFY(hasColor(image, image.rect(), Theme::instance().cell(State::Failed).rgb()));
    }
};

QTEST_MAIN(TestMapKeys)
#include "tst_mapkeys.moc"
