// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/engine.h"
#include "core/simulator/simulator.h"

#include <QTemporaryDir>
#include <QtTest>

#include <fstream>
#include <future>

using namespace sextant;
using namespace std::chrono_literals;

namespace {

/// Small clusters that stand still until somebody moves them.
simulator::Options smallWorlds(int clusters)
{
    simulator::Options options;
    options.warmUp = std::chrono::seconds(60);
    for (int i = 0; i < clusters; ++i) {
        simulator::ClusterOptions one;
        one.name = "sim-" + std::to_string(i + 1);
        one.nodes = 8;
        one.pods = 60;
        one.namespaces = 4;
        one.churn = 0;
        options.clusters.push_back(one);
    }
    return options;
}

} // namespace

/// The engine on simulated API servers, through real kubeconfigs.
class EngineTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void emptyIsNoError();
    void opensTheCurrentContext();
    void namedReplacesConfiguration();
    void wrongNamesOpenNothing();
    void brokenConfigurationStands();
    void oneServerCountsOnce();
    void demo();
    void pictureEqualsTruth();
    void cleanEndsKeepThePlace();
    void pluginRunsAgainAfterARefusal();
    void keepsWhatTheWindowAdds();
    void readsObjects();
    void endsAtOnce();

private:
    std::string path(const std::string &name) const { return m_dir->path().toStdString() + "/" + name; }
    /// The picture of the only cluster, which is the first simulated one, is its truth.
    bool equalsTruth(Engine &engine) const;
    EngineOptions options() const
    {
        EngineOptions out;
        out.config.clustersFile = path("clusters.yaml");
        return out;
    }
    std::unique_ptr<simulator::Simulator> m_simulator;
    std::unique_ptr<QTemporaryDir> m_dir;
};

void EngineTest::initTestCase()
{
    simulator::Options worlds = smallWorlds(2);
    worlds.tls = true;
    m_simulator = std::make_unique<simulator::Simulator>(worlds);
    const Result<void> started = m_simulator->start();
    QVERIFY2(started.ok(), started ? "" : started.error().text().c_str());
}

void EngineTest::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
    const Result<void> written = m_simulator->writeKubeconfig(path("config"));
    QVERIFY(written.ok());
    qputenv("KUBECONFIG", QByteArray::fromStdString(path("config")));
    qputenv("HOME", m_dir->path().toLocal8Bit());
}

void EngineTest::cleanup()
{
    for (std::size_t i = 0; i < 2; ++i) {
        m_simulator->faults(i).down = false;
    }
}

void EngineTest::emptyIsNoError()
{
    qputenv("KUBECONFIG", QByteArray::fromStdString(path("gone")));
    Engine engine(options());
    const auto opened = engine.open({});
    QVERIFY(opened.ok());
    QVERIFY(opened->empty());
    QVERIFY(engine.waitSettled(0ms));
    QVERIFY(engine.availableContexts()->empty());
}

void EngineTest::opensTheCurrentContext()
{
    Engine engine(options());
    const auto opened = engine.open({});
    QVERIFY2(opened.ok(), opened ? "" : opened.error().text().c_str());
    QCOMPARE(opened->size(), std::size_t(1));
    QVERIFY(engine.waitSettled(20s));
    const Snapshot snapshot = engine.store().snapshot();
    const ClusterSnapshot &cluster = *snapshot.clusters().front();
    QCOMPARE(cluster.status().connection, Connection::Live);
    QCOMPARE(cluster.status().context, std::string("sim-1"));
    QCOMPARE(cluster.nodes().size(), std::size_t(8));
    QVERIFY(cluster.pods().size() > 20);
    QCOMPARE(cluster.status().of(ResourceKind::NodeMetrics).sync, Sync::Live);
    QVERIFY(!cluster.status().uid.empty());
    QVERIFY(!cluster.status().demo);
    // The others are offered.
    const auto contexts = engine.availableContexts();
    QVERIFY(contexts.ok());
    QVERIFY(contexts->size() >= 2);
    int openContexts = 0;
    for (const ContextInfo &one : *contexts) {
        openContexts += one.opened ? 1 : 0;
        QCOMPARE(one.opened, one.name == "sim-1");
        QVERIFY(one.problem.empty());
    }
    QCOMPARE(openContexts, 1);
}

void EngineTest::namedReplacesConfiguration()
{
    EngineOptions with = options();
    with.config.clusters.push_back({.context = "sim-1"});
    Engine engine(with);
    const auto opened = engine.open({.contexts = {"sim-2"}});
    QVERIFY(opened.ok());
    QCOMPARE(opened->size(), std::size_t(1));
    QVERIFY(engine.waitSettled(20s));
    QCOMPARE(engine.store().snapshot().clusters().front()->status().name, std::string("sim-2"));
}

void EngineTest::wrongNamesOpenNothing()
{
    Engine engine(options());
    QVERIFY(!engine.open({.contexts = {"sim-1", "gone"}}));
    QVERIFY(!engine.open({.kubeconfig = path("gone")}));
    QVERIFY(engine.store().snapshot().clusters().empty());
}

void EngineTest::brokenConfigurationStands()
{
    EngineOptions with = options();
    with.config.clusters = {{.name = "broken", .context = "gone"}, {.name = "good", .context = "sim-1"},
        {.name = "shut", .context = "sim-2", .open = false}};
    Engine engine(with);
    const auto opened = engine.open({});
    QVERIFY(opened.ok());
    QCOMPARE(opened->size(), std::size_t(2));
    QVERIFY(engine.waitSettled(20s));
    const Snapshot snapshot = engine.store().snapshot();
    QCOMPARE(snapshot.clusters()[0]->status().connection, Connection::Failed);
    QVERIFY(snapshot.clusters()[0]->status().error->text().find("no context named \"gone\"") != std::string::npos);
    QCOMPARE(snapshot.clusters()[1]->status().name, std::string("good"));
    QCOMPARE(snapshot.clusters()[1]->status().connection, Connection::Live);
}

void EngineTest::oneServerCountsOnce()
{
    EngineOptions with = options();
    with.config.clusters = {{.name = "one", .context = "sim-1"}, {.name = "other", .context = "sim-2"},
        {.name = "again", .context = "sim-1"}};
    Engine engine(with);
    QVERIFY(engine.open({}).ok());
    QTRY_COMPARE_WITH_TIMEOUT(engine.store().snapshot().clusters().size(), std::size_t(2), 20'000);
    QVERIFY(engine.waitSettled(20s));
    const Snapshot snapshot = engine.store().snapshot();
    QCOMPARE(snapshot.clusters()[0]->status().name, std::string("one")); // the first keeps it, whoever was faster
    QCOMPARE(snapshot.clusters()[1]->status().name, std::string("other"));
    QCOMPARE(engine.duplicates().size(), std::size_t(1));
    QCOMPARE(engine.duplicates()[0].name, std::string("again"));
    QCOMPARE(engine.duplicates()[0].same, snapshot.clusters()[0]->id());
}

void EngineTest::demo()
{
    EngineOptions with = options();
    with.demo = std::make_shared<const simulator::Options>(smallWorlds(2));
    Engine engine(with);
    const auto opened = engine.open({.demo = true});
    QVERIFY2(opened.ok(), opened ? "" : opened.error().text().c_str());
    QCOMPARE(opened->size(), std::size_t(2));
    QVERIFY(engine.demo());
    QVERIFY(engine.waitSettled(30s));
    const Snapshot snapshot = engine.store().snapshot();
    QCOMPARE(snapshot.clusters().size(), std::size_t(2));
    for (const auto &cluster : snapshot.clusters()) {
        QVERIFY(cluster->status().demo);
        QVERIFY(!engine.demoHistory(cluster->id()).empty());
        QCOMPARE(cluster->status().of(ResourceKind::PodMetrics).sync, Sync::Live);
    }
    QCOMPARE(engine.addDemo()->size(), std::size_t(2)); // nothing twice
    QCOMPARE(engine.store().snapshot().clusters().size(), std::size_t(2));
    engine.removeCluster(opened->front());
    QCOMPARE(engine.store().snapshot().clusters().size(), std::size_t(1));
}

bool EngineTest::equalsTruth(Engine &engine) const
{
    const simulator::Truth truth = m_simulator->truth(0);
    const Snapshot snapshot = engine.store().snapshot();
    const ClusterSnapshot &cluster = *snapshot.clusters().front();
    std::map<std::string, PodView> pods;
    for (const PodView pod : cluster.pods()) {
        pods.emplace(pod.uid(), pod);
    }
    if (pods.size() != truth.pods.size() || cluster.nodes().size() != truth.nodes.size()) {
        return false;
    }
    for (const simulator::TruthPod &pod : truth.pods) {
        const auto at = pods.find(pod.uid);
        if (at == pods.end() || at->second.resourceVersion() != std::to_string(pod.resourceVersion)
            || at->second.status() != pod.status || at->second.node() != pod.node
            || at->second.cpuRequested().value != pod.cpuRequestedMillicores
            || at->second.memoryRequested().value != pod.memoryRequestedBytes) {
            return false;
        }
    }
    return true;
}

void EngineTest::pictureEqualsTruth()
{
    Engine engine(options());
    QVERIFY(engine.open({.contexts = {"sim-1"}}).ok());
    QVERIFY(engine.waitSettled(20s));
    const auto equal = [&] { return equalsTruth(engine); };
    QTRY_VERIFY_WITH_TIMEOUT(equal(), 10'000);
    m_simulator->step(60); // a minute of life at once
    QTRY_VERIFY_WITH_TIMEOUT(equal(), 10'000);
    m_simulator->restartServer(0, false); // every version is 410 now
    m_simulator->step(30);
    QTRY_VERIFY_WITH_TIMEOUT(equal(), 30'000);
    const auto status = engine.store().snapshot().clusters().front()->status();
    QVERIFY(status.of(ResourceKind::Pods).lists <= 3);
}

void EngineTest::cleanEndsKeepThePlace()
{
    m_simulator->faults(0).watchSeconds = 1;
    m_simulator->faults(0).chunkBytes = 7;
    Engine engine(options());
    QVERIFY(engine.open({.contexts = {"sim-1"}}).ok());
    QVERIFY(engine.waitSettled(20s));
    const auto pods = [&] { return engine.store().snapshot().clusters().front()->status().of(ResourceKind::Pods); };
    while (pods().watches < 3) { // life goes on while watches end and begin
        m_simulator->step(1);
        QTest::qWait(50);
    }
    QTRY_VERIFY_WITH_TIMEOUT(equalsTruth(engine), 10'000);
    QCOMPARE(pods().lists, 1U);
    m_simulator->faults(0).watchSeconds = 0;
    m_simulator->faults(0).chunkBytes = 0;
}

void EngineTest::pluginRunsAgainAfterARefusal()
{
    const std::string token = m_simulator->endpoints().front().token;
    const std::string credential =
        R"({"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":")";
    {
        std::ofstream script(path("login"));
        script << "#!/bin/sh\necho run >> " << path("runs") << "\nif [ $(wc -l < " << path("runs")
               << ") -lt 2 ]; then t=stale; else t=" << token << "; fi\nprintf '" << credential << "%s\"}}' $t\n";
    }
    QFile::setPermissions(
        QString::fromStdString(path("login")), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    {
        const auto endpoint = m_simulator->endpoints().front();
        std::ofstream(path("ca.crt")) << endpoint.caPem;
        std::ofstream(path("exec"))
            << "clusters: [{name: k, cluster: {server: \"" << endpoint.url
            << "\", certificate-authority: ca.crt}}]\n"
               "users: [{name: u, user: {exec: {command: ./login, interactiveMode: Never, apiVersion: "
               "client.authentication.k8s.io/v1}}}]\n"
               "contexts: [{name: c, context: {cluster: k, user: u}}]\ncurrent-context: c\n";
    }
    Engine engine(options());
    const auto opened = engine.open({.kubeconfig = path("exec")});
    QVERIFY2(opened.ok(), opened ? "" : opened.error().text().c_str());
    QVERIFY(engine.waitSettled(20s));
    const auto cluster = engine.store().snapshot().clusters().front();
    QVERIFY2(cluster->status().connection == Connection::Live,
        cluster->status().error ? cluster->status().error->text().c_str() : "");
    QCOMPARE(cluster->nodes().size(), std::size_t(8));
    QFile runs(QString::fromStdString(path("runs")));
    QVERIFY(runs.open(QFile::ReadOnly));
    QCOMPARE(runs.readAll(), QByteArray("run\nrun\n")); // once for all that waited, once for all that were refused
}

void EngineTest::keepsWhatTheWindowAdds()
{
    EngineOptions with = options();
    with.persist = true;
    {
        Engine engine(with);
        QCOMPARE(engine.open({})->size(), std::size_t(1)); // discovered: sim-1
        QVERIFY(engine.addCluster({.context = "sim-2"}).ok());
        QVERIFY(!engine.addCluster({.context = "gone"}));
        QVERIFY(!engine.keepProblem());
        QCOMPARE(engine.store().snapshot().clusters().size(), std::size_t(2));
    }
    Result<Config> kept = loadConfig(path("none.yaml"));
    std::ofstream(path("none.yaml")) << "";
    kept = loadConfig(path("none.yaml"));
    QVERIFY(kept.ok());
    QCOMPARE(kept->clusters.size(), std::size_t(2));
    QCOMPARE(kept->clusters[0].context, std::string("sim-1")); // what was only discovered is named now
    QCOMPARE(kept->clusters[1].context, std::string("sim-2"));
    with.config = *kept;
    {
        Engine engine(with);
        const auto opened = engine.open({});
        QCOMPARE(opened->size(), std::size_t(2));
        engine.removeCluster(opened->front());
    }
    kept = loadConfig(path("none.yaml"));
    QCOMPARE(kept->clusters.size(), std::size_t(1));
    QCOMPARE(kept->clusters[0].context, std::string("sim-2"));
    // Of the person's own file nothing is taken away.
    std::ofstream(path("none.yaml")) << "clusters: [{name: mine, context: sim-1}]\n";
    with.config = *loadConfig(path("none.yaml"));
    {
        Engine engine(with);
        const auto opened = engine.open({});
        QCOMPARE(opened->size(), std::size_t(2));
        engine.removeCluster(opened->front());
    }
    kept = loadConfig(path("none.yaml"));
    QCOMPARE(kept->clusters.size(), std::size_t(2));
    QVERIFY(!kept->clusters[0].open);
}

void EngineTest::readsObjects()
{
    Engine engine(options());
    const ClusterId id = engine.open({})->front();
    QVERIFY(engine.waitSettled(20s));
    const Snapshot snapshot = engine.store().snapshot();
    const PodView pod = *snapshot.clusters().front()->pods().begin();
    const ObjectRef ref{"Pod", std::string(pod.ns()), std::string(pod.name()), pod.uid()};
    const auto read = [&](const ObjectRef &object) {
        std::promise<Result<std::string>> promise;
        auto future = promise.get_future();
        engine.readObject(id, object, [&promise](Result<std::string> result) { promise.set_value(std::move(result)); });
        return future.get();
    };
    const Result<std::string> yaml = read(ref);
    QVERIFY2(yaml.ok(), yaml ? "" : yaml.error().text().c_str());
    QVERIFY(yaml->find("name: " + ref.name) != std::string::npos);
    const auto before = m_simulator->requests(0);
    QCOMPARE(read({"Secret", "default", "x", ""}).error().code, ErrorCode::Forbidden);
    QCOMPARE(read({"Toaster", "default", "x", ""}).error().code, ErrorCode::NotFound);
    Q_UNUSED(before);
    for (const std::string &request : m_simulator->requestLog(0)) {
        QVERIFY(request.find("secret") == std::string::npos);
        QVERIFY(request.rfind("GET ", 0) == 0);
    }
    QCOMPARE(read({"Pod", "default", "no-such-pod", ""}).error().code, ErrorCode::NotFound);
    std::promise<Result<std::vector<EventRow>>> events;
    engine.readEvents(
        id, ref, [&events](Result<std::vector<EventRow>> result) { events.set_value(std::move(result)); });
    QVERIFY(events.get_future().get().ok());
    std::promise<ErrorCode> gone;
    engine.readObject(ClusterId(77), ref, [&gone](Result<std::string> result) { gone.set_value(result.error().code); });
    QCOMPARE(gone.get_future().get(), ErrorCode::NotFound);
}

void EngineTest::endsAtOnce()
{
    // Whatever is under way: the connections, the first lists, a server that answers nothing.
    for (int i = 0; i < 3; ++i) {
        m_simulator->faults(0).latencyMs = i == 2 ? 2000 : 0;
        Engine engine(options());
        QVERIFY(engine.open({.contexts = {"sim-1", "sim-2"}}).ok());
        std::promise<void> answered;
        engine.readObject(engine.store().snapshot().clusters().front()->id(), {"Pod", "a", "b", ""},
            [](const Result<std::string> &) {});
    }
    m_simulator->faults(0).latencyMs = 0;
}

QTEST_GUILESS_MAIN(EngineTest)
#include "tst_engine.moc"
