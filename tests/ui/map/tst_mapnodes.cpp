// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/map/shownmap.h"
#include "ui/map/maplegend.h"
#include "ui/theme/widgets.h"

#include <QTest>

using namespace sextant;
using namespace sextant::ui;
using namespace sextant::test;

/// What nodes say of themselves on the map, apart from their pods.
class TestMapNodes : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { Theme::instance().setMode(Theme::Mode::Light); }
    void init() { failOnPaintWarnings(); }
    void cleanup() { Tip::hideTip(); }

    void silentAndCordonedNodesAreToldApart()
    {
        Shown s([](ClusterStore &cluster) {
            for (const char *name : {"a-well", "b-silent", "c-cordoned"}) {
                auto node = test::sampleNode(name, "default", 32, 128, wallNow());
                if (node.name == "b-silent") {
                    node.silent = true;
                    node.state = State::Failed;
                    node.status = "NotReady";
                } else if (node.name == "c-cordoned") {
                    node.cordoned = true;
                    node.state = State::Cordoned;
                }
                cluster.upsert(node);
                cluster.upsert(test::samplePod("ns", std::string("p-") + name, name, 12000, 128, wallNow()));
            }
        });
        const QImage image = s.image();
        const auto around = [&](const char *name) {
            return s.view.rectOf(s.find(name)).toAlignedRect().adjusted(-2, -2, 2, 2);
        };
        QVERIFY(!hasColor(image, around("a-well"), stateColor(State::Failed)));
        QVERIFY(hasColor(image, around("b-silent"), stateColor(State::Failed))); // dashed border
        QVERIFY(!hasColor(image, around("b-silent"), Theme::instance().cell(State::Ok).rgb())); // hollow cells
        QVERIFY(hasColor(image, around("b-silent"), Theme::instance().color(Token::BorderStrong).rgb()));
        const QRgb hatch = Theme::instance().color(Token::TextSecondary).rgb();
        QVERIFY(hasColor(image, around("c-cordoned").adjusted(5, 5, -5, -30), hatch));
        QVERIFY(!hasColor(image, around("a-well"), hatch));
    }

    void nodesThatTalkButAreNotWellShowIt_data()
    {
        QTest::addColumn<int>("stateNumber");
        QTest::addColumn<int>("level");
        QTest::addColumn<int>("border"); // pixels, the outermost of two around the tile
        QTest::newRow("ready") << int(State::Ok) << int(layout::Level::Nodes) << 0;
        QTest::newRow("under pressure") << int(State::Warning) << int(layout::Level::Nodes) << 1;
        QTest::newRow("not ready") << int(State::Failed) << int(layout::Level::Nodes) << 2;
        QTest::newRow("ready, near") << int(State::Ok) << int(layout::Level::Pods) << 0;
        QTest::newRow("under pressure, near") << int(State::Warning) << int(layout::Level::Pods) << 1;
        QTest::newRow("not ready, near") << int(State::Failed) << int(layout::Level::Pods) << 2;
    }
    void nodesThatTalkButAreNotWellShowIt()
    {
        QFETCH(int, stateNumber);
        QFETCH(int, level);
        QFETCH(int, border);
        const auto state = static_cast<State>(stateNumber);
        Shown s([state](ClusterStore &cluster) {
            auto node = test::sampleNode("n", "default", 32, 128, wallNow());
            node.state = state;
            node.status = state == State::Failed ? "NotReady" : "Ready";
            if (state == State::Warning) {
                node.conditions.push_back({"DiskPressure", "True", "KubeletHasDiskPressure", {}, wallNow()});
            }
            cluster.upsert(node);
            cluster.upsert(test::samplePod("ns", "p", "n", 4000, 128, wallNow()));
        });
        s.view.zoomTo(static_cast<layout::Level>(level));
        s.view.settle();
        const QImage image = s.image();
        const QRect tile = s.view.rectOf(s.find("n")).toAlignedRect();
        const auto is = [&](int x, int y) {
            return (image.pixel(x, y) & 0xffffffU) == (stateColor(state) & 0xffffffU);
        };
        int thick = 0;
        for (int x = tile.x() - 1; x <= tile.x() + 2; ++x) {
            bool whole = true; // unlike that of a silent one
            for (int y = tile.y(); y <= tile.bottom(); ++y) {
                whole = whole && is(x, y);
            }
            thick += whole ? 1 : 0;
        }
        QCOMPARE(thick, border);
        // And its shape: a square, or a triangle that has no corners above.
        if (static_cast<layout::Level>(level) == layout::Level::Nodes && border > 0) {
            const QRect corner(tile.right() - 11, tile.y() + 4, 8, 8);
            QVERIFY(is(corner.center().x(), corner.bottom()));
            QCOMPARE(is(corner.left(), corner.top()), state == State::Failed);
            QCOMPARE(is(corner.right(), corner.top()), state == State::Failed);
        }
        MapLegend legend;
        legend.show(s.view.content(), *s.view.classes(), s.view.level(), s.view.seen());
        QCOMPARE(legend.plainText().contains(QStringLiteral("node not ready 1")), state == State::Failed);
        QCOMPARE(legend.plainText().contains(QStringLiteral("under pressure 1")), state == State::Warning);
        QCOMPARE(s.view.describe(s.find("n")).contains(QStringLiteral("Ready, DiskPressure")), state == State::Warning);
        QCOMPARE(s.view.describe(s.find("n")).contains(QStringLiteral("NotReady")), state == State::Failed);
    }

    void whatNodesSayFadesAndIsCountedWithTheirPods_data()
    {
        QTest::addColumn<int>("level");
        QTest::newRow("fleet") << int(layout::Level::Fleet);
        QTest::newRow("nodes") << int(layout::Level::Nodes);
        QTest::newRow("pods") << int(layout::Level::Pods);
    }
    void whatNodesSayFadesAndIsCountedWithTheirPods()
    {
        QFETCH(int, level);
        Shown s(
            [](ClusterStore &cluster) {
                for (const char *name : {"cordoned", "pressed", "silent", "unready", "well"}) {
                    auto node = test::sampleNode(name, "default", 32, 128, wallNow());
                    node.cordoned = node.name == "cordoned";
                    node.silent = node.name == "silent";
                    node.state = node.cordoned         ? State::Cordoned
                        : node.name == "pressed"       ? State::Warning
                        : node.name.starts_with("wel") ? State::Ok
                                                       : State::Failed;
                    cluster.upsert(node);
                    cluster.upsert(test::samplePod("ns", std::string("p-") + name, name, 12000, 128, wallNow()));
                }
            },
            {2000, 1200});
        const auto legend = [&] {
            MapLegend all;
            all.show(s.view.content(), *s.view.classes(), s.view.level(), s.view.seen());
            return all.plainText();
        };
        s.view.zoomTo(static_cast<layout::Level>(level));
        s.view.settle();
        const auto marked = [&](const char *name) {
            const QRect around = s.view.rectOf(s.find(name)).toAlignedRect().adjusted(-2, -2, 2, 2);
            const QImage image = s.image();
            const QRgb hatch = Theme::instance().color(Token::TextSecondary).rgb();
            // From near, words are of the colour of the hatch.
            return hasColor(image, around, stateColor(State::Failed))
                || hasColor(image, around, stateColor(State::Warning))
                || (s.view.level() < layout::Level::Pods
                        ? hasColor(image, around, hatch)
                        : hasColor(image, around.adjusted(0, 0, 3 - around.width(), 0), hatch));
        };
        const auto names = {"cordoned", "pressed", "silent", "unready"};
        for (const char *name : names) {
            QVERIFY2(marked(name), name);
        }
        for (const char *word : {"silent 1", "node not ready 1", "under pressure 1", "cordoned 1"}) {
            QVERIFY2(legend().contains(QString::fromLatin1(word)), word);
        }
        s.view.setFilter(QStringLiteral("p-well"));
        s.view.settle();
        for (const char *name : names) {
            QVERIFY2(!marked(name), name);
        }
        for (const char *word : {"silent", "node not ready", "under pressure", "cordoned"}) {
            QVERIFY2(!legend().contains(QString::fromLatin1(word)), word);
        }
        s.view.setFilter(QStringLiteral("p-silent"));
        s.view.settle();
        QVERIFY(marked("silent") && !marked("cordoned"));
        QVERIFY(legend().contains(QStringLiteral("silent 1")) && !legend().contains(QStringLiteral("cordoned")));
    }

    void nodesThatNobodyMayListAreHollowNames()
    {
        Shown s([](ClusterStore &cluster) {
            cluster.status().of(ResourceKind::Nodes).sync = Sync::Forbidden;
            for (int i = 0; i < 9; ++i) {
                cluster.upsert(
                    test::samplePod("ns", "p" + std::to_string(i), "n-" + std::to_string(i % 3), 500, 128, wallNow()));
            }
        });
        QCOMPARE(s.view.content().tiles.size(), 3U);
        QVERIFY(s.view.describe(s.find("n-1")).contains(QStringLiteral("not listed")));
        QCOMPARE(s.view.idOf(s.find("n-1")), AnyId());
        MapLegend legend;
        legend.show(s.view.content(), *s.view.classes(), s.view.level(), s.view.seen());
        QVERIFY(legend.plainText().contains(QStringLiteral("nodes not readable")));
        s.view.zoomTo(layout::Level::Pods);
        waitForZoom(s.view);
        s.view.settle();
    }
};

QTEST_MAIN(TestMapNodes)
#include "tst_mapnodes.moc"
