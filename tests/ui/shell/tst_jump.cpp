// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/samplefleet.h"
#include "ui/shell/jump.h"

#include <QTest>

using namespace sextant;
using namespace sextant::ui;

class TestJump : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void scores_data()
    {
        QTest::addColumn<QString>("query");
        QTest::addColumn<QString>("text");
        QTest::addColumn<bool>("loose");
        QTest::addColumn<bool>("fits");
        QTest::newRow("whole") << "nodes"
                               << "Nodes" << false << true;
        QTest::newRow("start") << "no"
                               << "Nodes" << false << true;
        QTest::newRow("middle") << "ode"
                                << "Nodes" << false << true;
        QTest::newRow("letters, strict") << "nds"
                                         << "Nodes" << false << false;
        QTest::newRow("letters, loose") << "nds"
                                        << "Nodes" << true << true;
        QTest::newRow("two words") << "play 42"
                                   << "playlist-service-42" << false << true;
        QTest::newRow("one word missing") << "play 43"
                                          << "playlist-service-42" << false << false;
        QTest::newRow("nothing typed") << ""
                                       << "anything" << false << true;
        QTest::newRow("wrong order") << "sdon"
                                     << "Nodes" << true << false;
        QTest::newRow("longer than the text") << "nodes and more"
                                              << "Nodes" << true << false;
    }
    void scores()
    {
        QFETCH(QString, query);
        QFETCH(QString, text);
        QFETCH(bool, loose);
        QFETCH(bool, fits);
        QCOMPARE(jumpScore(query, text, loose) >= 0, fits);
    }

    void betterAnswersScoreLower()
    {
        QVERIFY(jumpScore(QStringLiteral("pods"), QStringLiteral("pods"), true)
            < jumpScore(QStringLiteral("pods"), QStringLiteral("pods-of-mine"), true));
        QVERIFY(jumpScore(QStringLiteral("map"), QStringLiteral("map-tiles"), true)
            < jumpScore(QStringLiteral("map"), QStringLiteral("the-map"), true));
        QVERIFY(jumpScore(QStringLiteral("map"), QStringLiteral("the-map"), true)
            < jumpScore(QStringLiteral("map"), QStringLiteral("bitmap"), true));
        QVERIFY(jumpScore(QStringLiteral("bit"), QStringLiteral("rabbit"), true)
            < jumpScore(QStringLiteral("rbt"), QStringLiteral("rabbit"), true));
    }

    void everyKindIsFound()
    {
        FleetStore store;
        test::fillSampleFleet(store, {.nodes = 20, .pods = 200});
        const PicturePtr picture = test::pictureOf(store);
        const std::vector<JumpTarget> fixed{
            {JumpTarget::Kind::View, QStringLiteral("Pods"), QStringLiteral("4"), QStringLiteral("pods"), {}, {}, 0}};

        const ClusterSnapshot &cluster = picture->cluster(0);
        const auto search = [&](std::string_view name) {
            return jumpTargets(*picture, fixed, QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size())));
        };
        const auto holds = [](const std::vector<JumpTarget> &all, const AnyId &id) {
            return std::any_of(all.begin(), all.end(), [&](const JumpTarget &t) { return t.id == id; });
        };
        QVERIFY(holds(search(cluster.name()), AnyId(cluster.id())));
        const NodeView node = *cluster.nodes().begin();
        QVERIFY(holds(search(node.name()), AnyId(node.id())));
        const PodView pod = *cluster.pods().begin();
        QVERIFY(holds(search(pod.name()), AnyId(pod.id())));
        const NamespaceView ns = *cluster.namespaces().begin();
        QVERIFY(holds(search(ns.draft().name), AnyId(ns.id())));
        for (const WorkloadView workload : cluster.workloads()) {
            if (workload.topmost()) {
                QVERIFY(holds(search(workload.name()), AnyId(workload.id())));
                break;
            }
        }
        QCOMPARE(search("pods").front().key, QStringLiteral("pods"));
    }

    void eachKindIsBounded()
    {
        FleetStore store;
        test::fillSampleFleet(store, {.nodes = 60, .pods = 600});
        const PicturePtr picture = test::pictureOf(store);
        int pods = 0;
        int nodes = 0;
        for (const JumpTarget &target : jumpTargets(*picture, {}, QStringLiteral("e"), 4)) {
            pods += target.kind == JumpTarget::Kind::Pod ? 1 : 0;
            nodes += target.kind == JumpTarget::Kind::Node ? 1 : 0;
        }
        QVERIFY(pods <= 4);
        QVERIFY(nodes <= 4);
        // Without a word only places of which there are few are offered.
        for (const JumpTarget &target : jumpTargets(*picture, {}, QString())) {
            QCOMPARE(target.kind, JumpTarget::Kind::Cluster);
        }
    }

    void emptyFleet() { QVERIFY(jumpTargets(Picture(), {}, QStringLiteral("x")).empty()); }
};

QTEST_GUILESS_MAIN(TestJump)
#include "tst_jump.moc"
