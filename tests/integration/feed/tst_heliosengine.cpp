// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/files.h"
#include "core/engine/demohistory.h"
#include "core/engine/engine.h"
#include "core/report/export.h"
#include "core/report/report.h"
#include "core/simulator/helios_world.h"
#include "core/simulator/simulator.h"

#include <QTemporaryDir>
#include <QtTest>

#include <fstream>
#include <set>

using namespace sextant;
using namespace std::chrono_literals;

namespace {

simulator::HeliosOptions still(const std::string &name, int masters, bool odd)
{
    simulator::HeliosOptions options;
    options.name = name;
    options.masters = masters;
    options.hosts = 12;
    options.tasks = 40;
    options.services = 10;
    options.groups = 3;
    options.odd = odd;
    options.churn = 0;
    return options;
}

std::string joined(const std::vector<std::string> &urls)
{
    std::string out;
    for (const auto &url : urls) {
        out += (out.empty() ? "" : ",") + url;
    }
    return out;
}

} // namespace

/// The engine on simulated Helios masters.
class HeliosEngineTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init();
    void opensMasters();
    void theSameMastersCountOnce();
    void wrongMastersOpenNothing_data();
    void wrongMastersOpenNothing();
    void brokenConfigurationStands();
    void whatCannotBeReadIsNamed();
    void keepsWhatTheWindowAdds();
    void wrongRulesOpenNothing();
    void commandsReadTheMigrationAndTheWindowKeepsIt();
    void demoHasBoth();

private:
    std::string path(const std::string &name) const { return m_dir->path().toStdString() + "/" + name; }
    EngineOptions options() const
    {
        EngineOptions out;
        out.config.clustersFile = path("clusters.yaml");
        out.config.heliosEvery = 1s;
        out.migrationFile = path("migration.json");
        return out;
    }
    std::string masters(std::size_t cluster) const { return joined(m_simulator->heliosEndpoints()[cluster].urls); }
    static Sources helios(std::vector<std::string> masters)
    {
        Sources sources;
        sources.helios = std::move(masters);
        return sources;
    }
    std::unique_ptr<simulator::Simulator> m_simulator;
    std::unique_ptr<QTemporaryDir> m_dir;
};

void HeliosEngineTest::initTestCase()
{
    simulator::Options worlds;
    worlds.warmUp = 60s;
    worlds.helios = {still("lon", 2, false), still("odd", 1, true)};
    m_simulator = std::make_unique<simulator::Simulator>(worlds);
    const Result<void> started = m_simulator->start();
    QVERIFY2(started.ok(), started ? "" : started.error().text().c_str());
}

void HeliosEngineTest::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
    qputenv("KUBECONFIG", QByteArray::fromStdString(path("gone")));
    qputenv("HOME", m_dir->path().toLocal8Bit());
}

void HeliosEngineTest::opensMasters()
{
    Engine engine(options());
    const auto opened = engine.open(helios({masters(0)}));
    QVERIFY2(opened.ok(), opened ? "" : opened.error().text().c_str());
    QCOMPARE(opened->size(), std::size_t(1));
    // Whose it is stands there before anybody has answered.
    QCOMPARE(engine.store().snapshot().clusters().front()->status().orchestrator, Orchestrator::Helios);
    QVERIFY(engine.waitSettled(30s)); // though there are no metrics to wait for
    const Picture picture(engine.store().snapshot(), nullptr);
    const ClusterSnapshot &cluster = picture.cluster(0);
    const simulator::HeliosTruth truth = m_simulator->heliosTruth(0);
    QCOMPARE(cluster.nodes().size(), truth.hosts.size());
    QCOMPARE(cluster.pods().size(), truth.tasks.size());
    std::int64_t cpu = 0, memory = 0;
    int undeclared = 0;
    for (const auto &task : truth.tasks) {
        cpu += task.cpuShares ? (*task.cpuShares * 1000 + 1023) / 1024 : 0;
        memory += task.memory.value_or(0);
        undeclared += task.memory ? 0 : 1;
    }
    QCOMPARE(picture.sums({}).cpu.requested, cpu);
    QCOMPARE(picture.sums({}).memory.requested, memory);
    QCOMPARE(picture.sums({}).memory.undeclared, undeclared);
    QCOMPARE(picture.sums({}).cpu.used, Count::kUnknown);
    QVERIFY(cluster.status().settled() && !cluster.status().partial());
    QVERIFY(report::missingParts(picture, {}, wallNow()).empty());
    QCOMPARE(m_simulator->heliosWritesRefused(0), std::uint64_t(0));
}

void HeliosEngineTest::theSameMastersCountOnce()
{
    Engine engine(options());
    const auto urls = m_simulator->heliosEndpoints()[0].urls;
    const auto opened = engine.open(helios({joined(urls), urls.back(), masters(1)}));
    QVERIFY(opened.ok());
    QCOMPARE(engine.store().snapshot().clusters().size(), std::size_t(2));
    QCOMPARE(engine.duplicates().size(), std::size_t(1));
    QVERIFY(engine.duplicates().front().same == opened->front());
}

void HeliosEngineTest::wrongMastersOpenNothing_data()
{
    QTest::addColumn<QString>("text");
    for (const char *text : {"ftp://master:5801", "http://", "http://me:pw@master:5801", "domain://a,http://b:5801"}) {
        QTest::addRow("%s", text) << QString::fromLatin1(text);
    }
}

void HeliosEngineTest::wrongMastersOpenNothing()
{
    QFETCH(QString, text);
    Engine engine(options());
    const auto opened = engine.open(helios({masters(0), text.toStdString()}));
    QVERIFY(!opened);
    QCOMPARE(opened.error().code, ErrorCode::Usage);
    QVERIFY(opened.error().text().find("pw@") == std::string::npos);
    QVERIFY(engine.store().snapshot().clusters().empty());
}

void HeliosEngineTest::brokenConfigurationStands()
{
    std::ofstream(path("empty")) << "\n";
    std::ofstream(path("two-lines")) << "secret-one\nsecret-two\n";
    EngineOptions broken = options();
    broken.config.clusters = {
        {.name = "scheme", .helios = "gopher://m"},
        {.name = "no-ca", .helios = "https://m:5801", .caFile = path("gone.pem")},
        {.name = "no-key", .helios = "https://m:5801", .certificateFile = path("empty")},
        {.name = "no-token", .helios = "https://m:5801", .tokenFile = path("empty")},
        {.name = "odd-token", .helios = "https://m:5801", .tokenFile = path("two-lines")},
        {.name = "good", .helios = masters(0)},
    };
    Engine engine(std::move(broken));
    QVERIFY(engine.open({}).ok());
    QVERIFY(engine.waitSettled(30s));
    const Snapshot snapshot = engine.store().snapshot();
    QCOMPARE(snapshot.clusters().size(), std::size_t(6));
    const char *says[] = {"gopher", "gone.pem", "certificate", "is empty", "more than one line"};
    for (std::size_t i = 0; i < 5; ++i) {
        const ClusterStatus &status = snapshot.clusters()[i]->status();
        QCOMPARE(status.connection, Connection::Failed);
        QCOMPARE(status.orchestrator, Orchestrator::Helios);
        QVERIFY2(status.error->text().find(says[i]) != std::string::npos, status.error->text().c_str());
        QVERIFY(status.error->text().find("secret-") == std::string::npos);
    }
    QCOMPARE(snapshot.clusters()[5]->name(), std::string("good"));
    QCOMPARE(snapshot.clusters()[5]->status().connection, Connection::Live);
}

void HeliosEngineTest::whatCannotBeReadIsNamed()
{
    const std::string poisoned = m_simulator->heliosTruth(1).hosts.front().name;
    QVERIFY(m_simulator->heliosWorld(1)->poison(poisoned, true));
    Engine engine(options());
    QVERIFY(engine.open(helios({masters(1)})).ok());
    QVERIFY(engine.waitSettled(30s));
    const auto unreadable = m_simulator->heliosTruth(1).unreadable;
    QVERIFY(!unreadable.empty());
    const auto missing = [&] {
        std::string all;
        for (const auto &line : report::missingParts(Picture(engine.store().snapshot(), nullptr), {}, wallNow())) {
            all += line + '\n';
        }
        return all;
    };
    for (const auto &host : unreadable) {
        QTRY_VERIFY_WITH_TIMEOUT(missing().find(host) != std::string::npos, 20'000);
    }
    QVERIFY(missing().find("metrics") == std::string::npos);
    QVERIFY(engine.store().snapshot().clusters().front()->status().partial());
}

void HeliosEngineTest::keepsWhatTheWindowAdds()
{
    EngineOptions window = options();
    window.persist = true;
    window.config.discover = false;
    {
        Engine engine(window);
        QVERIFY(engine.open({}).ok());
        const auto added = engine.addCluster({.name = "lon", .helios = masters(0)});
        QVERIFY2(added.ok(), added ? "" : added.error().text().c_str());
        QVERIFY(!engine.addCluster({.helios = "nonsense"}));
        QVERIFY(!engine.keepProblem());
    }
    const Result<std::string> text = readSmallFile(path("clusters.yaml"), 65'536);
    QVERIFY(text.ok());
    const auto config = parseConfig(*text, path("clusters.yaml"));
    QVERIFY2(config.ok(), config ? "" : config.error().text().c_str());
    QCOMPARE(config->clusters.size(), std::size_t(1));
    QCOMPARE(config->clusters.front().helios, masters(0));
    window.config.clusters = window.config.windowClusters = config->clusters;
    Engine again(window);
    QVERIFY(again.open({}).ok());
    QVERIFY(again.waitSettled(30s));
    const auto snapshot = again.store().snapshot();
    QCOMPARE(snapshot.clusters().size(), std::size_t(1));
    QCOMPARE(snapshot.clusters().front()->name(), std::string("lon"));
    again.removeCluster(snapshot.clusters().front()->id());
    QVERIFY(again.store().snapshot().clusters().empty());
}

void HeliosEngineTest::wrongRulesOpenNothing()
{
    EngineOptions wrong = options();
    migration::RuleConfig rule;
    rule.kind = migration::RuleConfig::Kind::Pattern;
    rule.heliosPattern.job = "(unclosed";
    rule.kubernetesPattern.workload = ".*";
    rule.where = "sextant.yaml:7";
    wrong.config.migration.match = {rule};
    Engine engine(wrong);
    const auto opened = engine.open(helios({masters(0)}));
    QVERIFY(!opened);
    QCOMPARE(opened.error().code, ErrorCode::Config);
    QVERIFY2(opened.error().text().find("sextant.yaml:7") != std::string::npos, opened.error().text().c_str());
    QVERIFY(engine.store().snapshot().clusters().empty());
}

void HeliosEngineTest::commandsReadTheMigrationAndTheWindowKeepsIt()
{
    const auto look = [&](bool persist) {
        EngineOptions run = options();
        run.persist = persist;
        Engine engine(run);
        QVERIFY(engine.open(helios({masters(0)})).ok());
        QVERIFY(engine.waitSettled(30s));
        const auto progress = engine.migration(Picture(engine.store().snapshot(), nullptr), wallNow());
        QVERIFY(progress->applies);
        QVERIFY(!progress->services.empty());
        QCOMPARE(progress->count(migration::Stage::NotStarted), static_cast<int>(progress->services.size()));
        QVERIFY(!engine.migrationProblem());
    };
    look(false);
    QVERIFY(!QFile::exists(QString::fromStdString(path("migration.json"))));
    look(true);
    QVERIFY(QFile::exists(QString::fromStdString(path("migration.json"))));
}

void HeliosEngineTest::demoHasBoth()
{
    auto demo = std::make_shared<simulator::Options>();
    demo->warmUp = 120s;
    simulator::ClusterOptions kubernetes;
    kubernetes.name = "gke-test";
    kubernetes.nodes = 8;
    kubernetes.pods = 60;
    kubernetes.churn = 0;
    demo->clusters = {kubernetes};
    demo->helios = {still("helios-test", 1, false)};
    EngineOptions run = options();
    run.demo = demo;
    run.persist = true;
    Engine engine(run);
    Sources sources;
    sources.demo = true;
    const auto opened = engine.open(sources);
    QVERIFY2(opened.ok(), opened ? "" : opened.error().text().c_str());
    QCOMPARE(opened->size(), std::size_t(2));
    QCOMPARE(engine.addDemo()->size(), std::size_t(2)); // once is enough
    QCOMPARE(engine.store().snapshot().clusters().size(), std::size_t(2));
    const Snapshot snapshot = engine.store().snapshot();
    for (const auto &cluster : snapshot.clusters()) {
        QVERIFY(cluster->status().demo);
    }
    QVERIFY(engine.waitSettled(30s));
    QCOMPARE(engine.store().snapshot().clusters()[1]->status().connection, Connection::Live);
    QVERIFY(engine.demoHistory((*opened)[1]).empty()); // that of the Kubernetes cluster is not its
    Recorder recorder;
    prefillDemo(engine, recorder);
    QVERIFY(recorder.series(Scope{}).size() > 2);
    QCOMPARE(recorder.series(Scope{}).front().pods, Count::kUnknown); // those of Helios were not counted
    QVERIFY(engine.migration(Picture(engine.store().snapshot(), nullptr), wallNow())->applies);
    engine.removeCluster((*opened)[1]);
    // What is simulated is kept nowhere.
    QVERIFY(!QFile::exists(QString::fromStdString(path("migration.json"))));
    QVERIFY(!QFile::exists(QString::fromStdString(path("clusters.yaml"))));
}

QTEST_GUILESS_MAIN(HeliosEngineTest)
#include "tst_heliosengine.moc"
