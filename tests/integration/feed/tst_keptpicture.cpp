// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/engine.h"
#include "core/history/recorder.h"
#include "core/simulator/simulator.h"

#include <QDir>
#include <QTemporaryDir>
#include <QtTest>

#include <set>

using namespace sextant;
using namespace std::chrono_literals;

/// The program ends and starts again: what it shows before its cluster has answered, and after.
class KeptPictureTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void theLastPictureComesBackThenTheLiveOne();
    void whereNobodyAnswersItStays();
    void anotherClusterUnderTheSameAddressGetsNothing();
    void heliosComesBack();
    void nothingIsMadeOfAnOldPicture();
    void commandsAndTheDemoKeepNothing();
    void removedIsForgotten();

private:
    EngineOptions options(bool keep = true) const
    {
        EngineOptions out;
        out.config.clustersFile = m_dir->path().toStdString() + "/clusters.yaml";
        out.migrationFile = m_dir->path().toStdString() + "/migration.json";
        out.pictureFolder = keep ? folder() : std::string();
        return out;
    }
    std::string folder() const { return m_dir->path().toStdString() + "/pictures"; }
    qsizetype files() const { return QDir(QString::fromStdString(folder())).entryList(QDir::Files).size(); }
    Sources sources() const { return {.kubeconfig = m_dir->path().toStdString() + "/config", .contexts = {"sim-1"}}; }
    /// One run that sees everything and ends.
    std::set<std::string> lookOnce(const Sources &what);
    static std::set<std::string> podsOf(Engine &engine);
    static ClusterStatus statusOf(Engine &engine) { return engine.store().snapshot().clusters().front()->status(); }
    std::set<std::string> truth() const
    {
        std::set<std::string> uids;
        for (const simulator::TruthPod &pod : m_simulator->truth(0).pods) {
            uids.insert(pod.uid);
        }
        return uids;
    }

    std::unique_ptr<simulator::Simulator> m_simulator;
    std::unique_ptr<QTemporaryDir> m_dir;
};

void KeptPictureTest::init()
{
    simulator::Options worlds;
    worlds.warmUp = 60s;
    simulator::ClusterOptions one;
    one.name = "sim-1";
    one.nodes = 8;
    one.pods = 60;
    one.namespaces = 4;
    one.churn = 0;
    worlds.clusters.push_back(one);
    simulator::HeliosOptions helios;
    helios.name = "helios-1";
    helios.hosts = 6;
    helios.churn = 0;
    worlds.helios.push_back(helios);
    m_simulator = std::make_unique<simulator::Simulator>(worlds);
    const Result<void> started = m_simulator->start();
    QVERIFY2(started.ok(), started ? "" : started.error().text().c_str());
    m_dir = std::make_unique<QTemporaryDir>();
    QVERIFY(m_simulator->writeKubeconfig(m_dir->path().toStdString() + "/config").ok());
}

std::set<std::string> KeptPictureTest::podsOf(Engine &engine)
{
    std::set<std::string> uids;
    const Snapshot snapshot = engine.store().snapshot();
    for (const PodView pod : snapshot.clusters().front()->pods()) {
        uids.insert(pod.uid());
    }
    return uids;
}

std::set<std::string> KeptPictureTest::lookOnce(const Sources &what)
{
    Engine engine(options());
    if (!engine.open(what) || !engine.waitSettled(20s)) {
        return {};
    }
    return podsOf(engine);
}

void KeptPictureTest::theLastPictureComesBackThenTheLiveOne()
{
    const auto before = lookOnce(sources());
    QVERIFY(!before.empty());
    QCOMPARE(files(), qsizetype(1));
    m_simulator->faults(0).latencyMs = 300;
    m_simulator->step(3600); // an hour passes: pods come and go
    Engine engine(options());
    QVERIFY(engine.open(sources()).ok());
    QCOMPARE(podsOf(engine), before); // at once
    const ClusterStatus first = statusOf(engine);
    QVERIFY(first.kept != kNoTime);
    QCOMPARE(first.connection, Connection::Stale);
    QCOMPARE(first.heard, first.kept);
    // Until the list has ended nothing of it is missing.
    std::size_t least = before.size();
    while (statusOf(engine).kept != kNoTime) {
        least = std::min(least, podsOf(engine).size());
        QTest::qWait(5);
    }
    QVERIFY(least >= std::min(before.size(), truth().size()));
    QTRY_COMPARE_WITH_TIMEOUT(podsOf(engine), truth(), 10'000);
    QCOMPARE(statusOf(engine).connection, Connection::Live);
    QVERIFY(engine.waitSettled(10s));
}

void KeptPictureTest::whereNobodyAnswersItStays()
{
    const auto before = lookOnce(sources());
    m_simulator->faults(0).down = true;
    {
        Engine engine(options());
        QVERIFY(engine.open(sources()).ok());
        QTRY_VERIFY_WITH_TIMEOUT(statusOf(engine).error.has_value(), 20'000);
        QCOMPARE(podsOf(engine), before);
        QCOMPARE(statusOf(engine).connection, Connection::Stale);
        QVERIFY(statusOf(engine).kept != kNoTime);
    }
    // Nor is it kept anew with a younger time.
    Engine engine(options());
    QVERIFY(engine.open(sources()).ok());
    const Time kept = statusOf(engine).kept;
    QVERIFY(kept != kNoTime);
    m_simulator->faults(0).down = false;
    engine.retry();
    QTRY_COMPARE_WITH_TIMEOUT(statusOf(engine).kept, kNoTime, 20'000);
    QCOMPARE(podsOf(engine), truth());
}

void KeptPictureTest::anotherClusterUnderTheSameAddressGetsNothing()
{
    lookOnce(sources());
    const std::string url = m_simulator->endpoints().front().url;
    simulator::Options other;
    other.seed = 2;
    other.warmUp = 60s;
    other.port = std::stoi(url.substr(url.rfind(':') + 1));
    other.clusters.push_back({.name = "other", .nodes = 3, .pods = 20, .namespaces = 2, .churn = 0});
    m_simulator.reset();
    m_simulator = std::make_unique<simulator::Simulator>(other);
    const Result<void> started = m_simulator->start();
    QVERIFY2(started.ok(), started ? "" : started.error().text().c_str());
    Engine engine(options());
    QVERIFY(engine.open(sources()).ok());
    QVERIFY(statusOf(engine).kept != kNoTime);
    QTRY_COMPARE_WITH_TIMEOUT(statusOf(engine).kept, kNoTime, 20'000);
    QTRY_COMPARE_WITH_TIMEOUT(podsOf(engine), truth(), 20'000);
}

void KeptPictureTest::heliosComesBack()
{
    const Sources helios{.helios = {m_simulator->heliosEndpoints().front().urls.front()}};
    const auto before = lookOnce(helios);
    QVERIFY(!before.empty());
    Engine engine(options());
    QVERIFY(engine.open(helios).ok());
    QCOMPARE(podsOf(engine), before);
    QVERIFY(statusOf(engine).kept != kNoTime);
    // Tasks find their jobs although their uids are no UUIDs.
    const Snapshot snapshot = engine.store().snapshot();
    for (const PodView task : snapshot.clusters().front()->pods()) {
        QVERIFY2(task.workloadSlot() != kNoSlot, std::string(task.name()).c_str());
    }
    QTRY_COMPARE_WITH_TIMEOUT(statusOf(engine).kept, kNoTime, 20'000);
    QCOMPARE(podsOf(engine), before);
}

void KeptPictureTest::nothingIsMadeOfAnOldPicture()
{
    lookOnce(sources());
    m_simulator->faults(0).down = true;
    Engine engine(options());
    QVERIFY(engine.open(sources()).ok());
    const Picture old(engine.store().snapshot(), nullptr);
    QVERIFY(old.sums({}).pods > 0);
    Recorder recorder;
    const Time now = wallNow();
    recorder.record(old, now);
    Scope scope;
    scope.cluster = old.cluster(0).id();
    QVERIFY(recorder.series(Scope{}).empty());
    QVERIFY(recorder.series(scope).empty());
    for (int minute = 0; minute < 4; ++minute) {
        const migration::ProgressPtr progress = engine.migration(old, now + minute * 60s);
        QVERIFY(progress->burnUp.empty());
        for (const migration::Service &service : progress->services) {
            QVERIFY(service.stale);
        }
    }
}

void KeptPictureTest::commandsAndTheDemoKeepNothing()
{
    {
        Engine engine(options(false));
        QVERIFY(engine.open(sources()).ok());
        QVERIFY(engine.waitSettled(20s));
    }
    QVERIFY(!QDir(QString::fromStdString(folder())).exists());
    {
        simulator::Options demo;
        demo.warmUp = 10s;
        demo.clusters.push_back({.name = "demo", .nodes = 2, .pods = 4, .namespaces = 1, .churn = 0});
        EngineOptions own = options();
        own.demo = std::make_shared<const simulator::Options>(demo);
        Engine engine(own);
        QVERIFY(engine.open({.demo = true}).ok());
        QVERIFY(engine.waitSettled(20s));
    }
    QCOMPARE(files(), qsizetype(0));
}

void KeptPictureTest::removedIsForgotten()
{
    lookOnce(sources());
    QCOMPARE(files(), qsizetype(1));
    {
        Engine engine(options());
        const auto opened = engine.open(sources());
        QVERIFY(opened.ok());
        engine.removeCluster(opened->front());
    }
    QCOMPARE(files(), qsizetype(0));
}

QTEST_GUILESS_MAIN(KeptPictureTest)
#include "tst_keptpicture.moc"
