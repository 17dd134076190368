// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/samplefleet.h"
#include "ui/bridge/fleetmodel.h"

#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTest>

#include <atomic>
#include <thread>

using namespace sextant;
using namespace sextant::ui;

class TestFleetModel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void picturesComeByThemselvesAndCoalesce()
    {
        Engine engine{EngineOptions{}};
        FleetModel fleet(engine);
        QVERIFY(fleet.picture() != nullptr);
        QCOMPARE(fleet.picture()->clusters(), std::size_t(0));
        QSignalSpy spy(&fleet, &FleetModel::pictureChanged);
        const test::SampleTruth truth = test::fillSampleFleet(engine.store(), {.nodes = 20, .pods = 200});
        QTRY_COMPARE(fleet.picture()->clusters(), std::size_t(3));
        const auto nodes = [&] {
            int sum = 0;
            for (std::size_t i = 0; i < fleet.picture()->clusters(); ++i) {
                sum += fleet.picture()->accounting(i).cluster.nodes;
            }
            return sum;
        };
        QTRY_COMPARE(nodes(), truth.nodes);
        // A storm of publications is a handful of pictures.
        spy.clear();
        ClusterStore &store = *truth.clusters.front();
        for (int i = 0; i < 300; ++i) {
            PodDraft pod = test::samplePod("storm", "pod-" + std::to_string(i), "", 100, 64, wallNow());
            store.upsert(std::move(pod));
            store.publish();
        }
        QTRY_COMPARE(fleet.picture()->cluster(0).generation(), store.current()->generation());
        QVERIFY2(spy.count() < 50, qPrintable(QString::number(spy.count())));
    }

    void scopeSelectionAndFilterTellOnce()
    {
        Engine engine{EngineOptions{}};
        test::fillSampleFleet(engine.store(), {.nodes = 9, .pods = 40});
        FleetModel fleet(engine);
        fleet.refreshNow();
        QSignalSpy scope(&fleet, &FleetModel::scopeChanged);
        QSignalSpy selection(&fleet, &FleetModel::selectionChanged);
        QSignalSpy filter(&fleet, &FleetModel::filterChanged);
        Scope to;
        to.cluster = fleet.picture()->cluster(0).id();
        fleet.setScope(to);
        fleet.setScope(to);
        QCOMPARE(scope.count(), 1);
        fleet.select(to.cluster);
        fleet.select(to.cluster);
        QCOMPARE(selection.count(), 1);
        fleet.setFilter(QStringLiteral("play"));
        fleet.setFilter(QStringLiteral("play"));
        QCOMPARE(filter.count(), 1);
        // What is gone is neither scope nor selection.
        engine.store().remove(to.cluster);
        fleet.refreshNow();
        QVERIFY(fleet.scope().whole());
        QVERIFY(std::holds_alternative<std::monostate>(fleet.selection()));
    }

    void theMigrationIsJudgedBesideThePicture()
    {
        Engine engine{EngineOptions{}};
        FleetModel fleet(engine);
        QVERIFY(fleet.migration() != nullptr);
        QVERIFY(!fleet.migration()->applies);
        QSignalSpy changed(&fleet, &FleetModel::migrationChanged);
        auto looks = std::make_shared<std::atomic<int>>(0);
        fleet.setJudge([looks](const Picture &picture, Time) {
            auto progress = std::make_shared<migration::Progress>();
            progress->applies = true;
            progress->hostsEmpty = static_cast<int>(picture.clusters());
            ++*looks;
            return progress;
        });
        // It comes by itself, also when nothing in the fleet changes.
        QTRY_VERIFY(fleet.migration()->applies);
        QVERIFY(!changed.isEmpty());
        // A storm of changes does not make it look as often.
        const test::SampleTruth truth = test::fillSampleFleet(engine.store(), {.nodes = 9, .pods = 40});
        ClusterStore &store = *truth.clusters.front();
        QSignalSpy pictures(&fleet, &FleetModel::pictureChanged);
        const int before = looks->load();
        for (int i = 0; pictures.count() < 6; ++i) {
            store.upsert(test::samplePod("storm", "pod-" + std::to_string(i), "", 100, 64, wallNow()));
            store.publish();
            QTest::qWait(1);
        }
        QVERIFY2(looks->load() - before < pictures.count(), qPrintable(QString::number(looks->load() - before)));
        // At once when it is asked for.
        const int asked = looks->load();
        fleet.refreshNow();
        QVERIFY(looks->load() > asked);
        QCOMPARE(fleet.migration()->hostsEmpty, 3);
    }

    void aServiceIsChosenInPlaceOfAnObject()
    {
        Engine engine{EngineOptions{}};
        test::fillSampleFleet(engine.store(), {.nodes = 9, .pods = 40});
        FleetModel fleet(engine);
        fleet.refreshNow();
        QVERIFY(!fleet.somethingSelected());
        QSignalSpy selection(&fleet, &FleetModel::selectionChanged);
        fleet.select(fleet.picture()->cluster(0).id());
        fleet.selectService("playlist");
        fleet.selectService("playlist");
        QCOMPARE(selection.count(), 2);
        QCOMPARE(fleet.service(), std::string("playlist"));
        QVERIFY(std::holds_alternative<std::monostate>(fleet.selection()));
        QVERIFY(fleet.somethingSelected());
        fleet.select({});
        QVERIFY(!fleet.somethingSelected());
        QCOMPARE(selection.count(), 3);
    }

    void kubectlCommandsAreQuoted()
    {
        Engine engine{EngineOptions{}};
        auto cluster = engine.store().add();
        cluster->status().name = "x";
        cluster->status().context = "my context; rm -rf ~";
        cluster->upsert(test::samplePod("ns", "it's $(here)", "", 1, 1, wallNow()));
        cluster->publish();
        FleetModel fleet(engine);
        fleet.refreshNow();
        const PodView pod = *fleet.picture()->cluster(0).pods().begin();
        QCOMPARE(fleet.kubectlCommand(pod.id()),
            QStringLiteral("kubectl --context 'my context; rm -rf ~' -n ns get pod 'it'\\''s $(here)' -o yaml"));
        QCOMPARE(fleet.kubectlCommand({}), QString());
        const ObjectRef ref = fleet.refOf(pod.id());
        QCOMPARE(ref.kind, std::string("Pod"));
        QCOMPARE(ref.name, std::string("it's $(here)"));
        QVERIFY(fleet.refOf(PodId{pod.id().cluster, pod.id().slot, pod.id().birth + 1}).kind.empty());
    }

    void answersComeOnTheGuiThreadAndNotToTheDead()
    {
        Engine engine{EngineOptions{}};
        test::fillSampleFleet(engine.store(), {.nodes = 9, .pods = 40});
        FleetModel fleet(engine);
        fleet.refreshNow();
        const PodView pod = *fleet.picture()->cluster(0).pods().begin();
        QObject context;
        bool answered = false;
        QThread *thread = nullptr;
        // No feed stands behind a fleet written by hand, so the answer is an error.
        fleet.readEvents(pod.id(), &context, [&](Result<std::vector<EventRow>> answer) {
            answered = !answer.ok();
            thread = QThread::currentThread();
        });
        QVERIFY(!answered); // never inside the call
        QTRY_VERIFY(answered);
        QCOMPARE(thread, QThread::currentThread());

        bool late = false;
        bool marker = false;
        {
            QObject gone;
            fleet.readObject(pod.id(), &gone, [&](const Result<std::string> &) { late = true; });
        }
        fleet.readObject(pod.id(), &context, [&](const Result<std::string> &) { marker = true; });
        QTRY_VERIFY(marker);
        QVERIFY(!late);
    }

    void endsWhileTheStoreIsBusy()
    {
        Engine engine{EngineOptions{}};
        const test::SampleTruth truth = test::fillSampleFleet(engine.store(), {.nodes = 9, .pods = 40});
        ClusterStore &store = *truth.clusters.front();
        std::jthread writer([&store](const std::stop_token &stop) {
            for (int i = 0; !stop.stop_requested(); ++i) {
                store.upsert(test::samplePod("busy", "pod-" + std::to_string(i % 50), "", i, 1, wallNow()));
                store.publish();
                std::this_thread::yield();
            }
        });
        for (int i = 0; i < 5; ++i) {
            FleetModel fleet(engine);
            QSignalSpy spy(&fleet, &FleetModel::pictureChanged);
            QTRY_VERIFY(spy.count() > 0);
        }
    }
};

QTEST_GUILESS_MAIN(TestFleetModel)
#include "tst_fleetmodel.moc"
