// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/engine.h"
#include "core/kubernetes/kubeconfig.h"
#include "core/kubernetes/kubernetesfeed.h"
#include "tests/live/livecluster.h"

#include <QElapsedTimer>
#include <QFile>
#include <QMap>
#include <QTest>

#include <set>

using namespace sextant;
using nlohmann::json;

namespace {

constexpr const char *kPolicy = "apiVersion: audit.k8s.io/v1\nkind: Policy\nomitStages: [RequestReceived]\n"
                                "rules:\n- level: None\n  userGroups: [\"system:apiserver\"]\n- level: Metadata\n";

/// What one reader has asked of the server, as the server tells it.
struct Asked {
    QMap<QString, int> lists, watches; ///< by resource
    QMap<QString, int> gone; ///< watches answered with 410
    std::set<QString> verbs, resources;
};

Asked askedBy(const LiveCluster &cluster, const QString &user)
{
    Asked out;
    QFile file(cluster.file("audit.log"));
    if (!file.open(QIODevice::ReadOnly)) {
        return out;
    }
    std::set<std::string> seen;
    while (!file.atEnd()) {
        const QByteArray line = file.readLine();
        const json event = json::parse(line.constBegin(), line.constEnd(), nullptr, false);
        if (!event.is_object() || event.value("userAgent", "").rfind("sextant/", 0) != 0
            || QString::fromStdString(event["user"].value("username", "")) != user
            || !seen.insert(event["auditID"].get<std::string>()).second) { // a watch stands there at its begin and end
            continue;
        }
        const QString verb = QString::fromStdString(event["verb"].get<std::string>());
        out.verbs.insert(verb);
        if (!event.contains("objectRef")) {
            continue;
        }
        const QString resource = QString::fromStdString(event["objectRef"].value("resource", ""));
        out.resources.insert(resource);
        if (event["objectRef"].value("apiGroup", "") == "metrics.k8s.io") {
            continue;
        }
        if (verb == "list") {
            ++out.lists[resource];
        } else if (verb == "watch") {
            ++out.watches[resource];
            if (event.contains("responseStatus") && event["responseStatus"].value("code", 0) == 410) {
                ++out.gone[resource];
            }
        }
    }
    return out;
}

const QStringList kWatched = {"nodes", "namespaces", "pods", "deployments", "replicasets", "statefulsets", "daemonsets",
    "jobs", "cronjobs", "replicationcontrollers"};

} // namespace

/// A change on a real server reaches the fleet by watch, at once; and what that costs the server, by its audit log.
class TestLiveWatch : public QObject {
    Q_OBJECT

    LiveCluster m_cluster{{.version = "1.36", .controllers = true, .apiFlags = {}, .auditPolicy = kPolicy}};
    std::unique_ptr<Engine> m_engine;

    ClusterSnapshotPtr picture() const { return m_engine->store().snapshot().clusters().at(0); }

    static std::set<std::string> ours(const ClusterSnapshot &cluster)
    {
        std::set<std::string> out;
        for (const PodView pod : cluster.pods()) {
            out.insert("pod " + pod.uid() + ' ' + std::string(pod.resourceVersion()));
        }
        for (const NodeView node : cluster.nodes()) {
            out.insert("node " + node.draft().uid + ' ' + node.draft().resourceVersion);
        }
        for (const WorkloadView workload : cluster.workloads()) {
            if (workload.kind() == WorkloadKind::Deployment || workload.kind() == WorkloadKind::ReplicaSet) {
                out.insert("workload " + workload.draft().uid + ' ' + workload.draft().resourceVersion);
            }
        }
        return out;
    }
    std::set<std::string> theirs() const
    {
        std::set<std::string> out;
        const Api api = m_cluster.api();
        const auto add = [&](const char *path, const std::string &word) {
            const json list = api.get(path).json();
            for (const json &item : list.value("items", json::array())) {
                out.insert(word + item["metadata"]["uid"].get<std::string>() + ' '
                    + item["metadata"]["resourceVersion"].get<std::string>());
            }
        };
        add("/api/v1/pods", "pod ");
        add("/api/v1/nodes", "node ");
        add("/apis/apps/v1/deployments", "workload ");
        add("/apis/apps/v1/replicasets", "workload ");
        return out;
    }
    bool same() const { return ours(*picture()) == theirs(); }

    /// Until `done` holds of the picture; the milliseconds it took, or -1 after that many.
    qint64 reached(const std::function<bool(const ClusterSnapshot &)> &done, int within) const
    {
        QElapsedTimer timer;
        timer.start();
        while (!done(*picture())) {
            if (timer.elapsed() > within) {
                return -1;
            }
            QTest::qWait(5);
        }
        return timer.elapsed();
    }
    static int podsOf(const ClusterSnapshot &cluster, const std::string &workload)
    {
        int n = 0;
        for (const PodView pod : cluster.pods()) {
            n += pod.workloadName() == workload && pod.deleted() == kNoTime ? 1 : 0;
        }
        return n;
    }
    bool rolledOut(const std::string &name, int replicas) const
    {
        const json web = m_cluster.api().get("/apis/apps/v1/namespaces/team-a/deployments/" + name).json();
        const json status = web.value("status", json::object());
        return web["metadata"].value("generation", 0) == status.value("observedGeneration", -1)
            && status.value("updatedReplicas", 0) == replicas && status.value("availableReplicas", 0) == replicas
            && status.value("replicas", 0) == replicas && status.value("terminatingReplicas", 0) == 0;
    }
    QString makeDeployment()
    {
        const json made = {{"metadata", {{"name", "web"}}},
            {"spec",
                {{"replicas", 3}, {"selector", {{"matchLabels", {{"app", "web"}}}}},
                    {"template",
                        {{"metadata", {{"labels", {{"app", "web"}}}}},
                            {"spec", {{"containers", json::array({{{"name", "main"}, {"image", "i:1"}}})}}}}}}}};
        const ApiAnswer answer = m_cluster.api().create("/apis/apps/v1/namespaces/team-a/deployments", made);
        return answer.ok() ? QString() : QString::fromStdString(answer.text());
    }

private Q_SLOTS:
    void initTestCase()
    {
        if (const QString problem = LiveCluster::problem("1.36"); !problem.isEmpty()) {
            QSKIP(qPrintable(problem));
        }
        QCOMPARE(m_cluster.start(), QString());
        QCOMPARE(m_cluster.fill(30, 300), QString());
        QCOMPARE(makeDeployment(), QString());
        QCOMPARE(m_cluster.startKubelet(), QString());
        QVERIFY(waitUntil([this] { return rolledOut("web", 3); }, 120));
        Config config;
        config.discover = false;
        m_engine = std::make_unique<Engine>(EngineOptions{config, false, nullptr});
        Sources sources;
        sources.kubeconfig = m_cluster.kubeconfig().toStdString();
        sources.contexts = {"admin"};
        QVERIFY(m_engine->open(sources));
        QVERIFY(m_engine->waitSettled(std::chrono::seconds(60)));
        QCOMPARE(picture()->status().connection, Connection::Live);
        QVERIFY(waitUntil([this] { return same(); }, 20));
    }

    void scale()
    {
        const auto output = m_cluster.kubectl({"-n", "team-a", "scale", "deployment/web", "--replicas=9"});
        QVERIFY2(output.exitCode == 0, output.err.constData());
        const qint64 wanted = reached(
            [](const ClusterSnapshot &cluster) {
                for (const WorkloadView workload : cluster.workloads()) {
                    if (workload.name() == "web" && workload.kind() == WorkloadKind::Deployment) {
                        return workload.draft().desired.value == 9;
                    }
                }
                return false;
            },
            2000);
        QVERIFY2(wanted >= 0, "the Deployment's new size did not come within two seconds");
        const qint64 pods = reached([](const ClusterSnapshot &cluster) { return podsOf(cluster, "web") == 9; }, 10'000);
        QVERIFY(pods >= 0);
        QVERIFY(waitUntil([this] { return rolledOut("web", 9); }, 60));
        const qint64 all = reached([this](const ClusterSnapshot &) { return same(); }, 2000);
        QVERIFY2(all >= 0, "the end of the scaling did not come within two seconds");
        qInfo("scale: size after %lld ms, its pods %lld ms later, all of it %lld ms after the server had it", wanted,
            pods, all);
    }

    void rollout()
    {
        const auto output = m_cluster.kubectl({"-n", "team-a", "set", "image", "deployment/web", "main=i:2"});
        QVERIFY2(output.exitCode == 0, output.err.constData());
        QVERIFY(waitUntil([this] { return rolledOut("web", 9); }, 120));
        const qint64 all = reached([this](const ClusterSnapshot &) { return same(); }, 2000);
        QVERIFY2(all >= 0, "the end of the rollout did not come within two seconds");
        qInfo("rollout: %lld ms after the server had it", all);
        QCOMPARE(podsOf(*picture(), "web"), 9);
        for (const PodView pod : picture()->pods()) {
            if (pod.workloadName() == "web") {
                QCOMPARE(pod.containers().at(0).image, std::string_view("i:2"));
            }
        }
    }

    void deletedNode()
    {
        const std::size_t before = picture()->nodes().size();
        const auto output = m_cluster.kubectl({"delete", "node", "gke-n-00007"});
        QVERIFY2(output.exitCode == 0, output.err.constData());
        const qint64 gone =
            reached([before](const ClusterSnapshot &cluster) { return cluster.nodes().size() == before - 1; }, 2000);
        QVERIFY2(gone >= 0, "the node did not go within two seconds");
        qInfo("deleted node: %lld ms after kubectl", gone);
    }

    void oneListThenWatches()
    {
        QVERIFY(waitUntil([this] { return askedBy(m_cluster, "admin").watches.size() == kWatched.size(); }, 30));
        const Asked asked = askedBy(m_cluster, "admin");
        for (const QString &resource : kWatched) {
            QCOMPARE(asked.lists.value(resource), 1);
            QCOMPARE(asked.watches.value(resource), 1);
        }
        QCOMPARE(asked.lists.size(), kWatched.size());
    }

    void onlyReads()
    {
        for (const QString &verb : askedBy(m_cluster, "admin").verbs) {
            QVERIFY2(verb == "get" || verb == "list" || verb == "watch", qPrintable(verb));
        }
        QVERIFY(askedBy(m_cluster, "admin").resources.count("secrets") == 0);
    }

    /// Watches that end well, again and again, cost no list and lose nothing.
    void cleanEnds()
    {
        const auto kubeconfig =
            kubernetes::Kubeconfig::find(m_cluster.kubeconfig().toStdString(), kubernetes::Environment::ofProcess());
        QVERIFY(kubeconfig);
        auto connection = kubeconfig->connection("cert", kubernetes::Environment::ofProcess());
        QVERIFY(connection);
        FleetStore fleet;
        const auto store = fleet.add();
        net::Client client;
        kubernetes::FeedOptions options;
        options.watchFor = std::chrono::seconds(3);
        bool faltered = false;
        const auto feed = kubernetes::makeKubernetesFeed(std::move(*connection), options, client, store);
        feed->start();
        const auto pods = [&] { return store->current()->status().of(ResourceKind::Pods); };
        QVERIFY(waitUntil([&] { return store->current()->status().settled(); }, 60));
        QVERIFY(waitUntil(
            [&] {
                faltered =
                    faltered || pods().sync != Sync::Live || store->current()->status().connection != Connection::Live;
                return pods().watches >= 5;
            },
            90));
        QVERIFY2(!faltered, "an ordinary end was shown as a trouble");
        QVERIFY(m_cluster.kubectl({"-n", "team-a", "scale", "deployment/web", "--replicas=5"}).exitCode == 0);
        QVERIFY(waitUntil([this] { return rolledOut("web", 5); }, 60));
        QVERIFY(waitUntil([&] { return ours(*store->current()) == theirs(); }, 2));
        const Asked asked = askedBy(m_cluster, "cert-admin");
        for (const QString &resource : kWatched) {
            QCOMPARE(asked.lists.value(resource), 1);
            QVERIFY2(asked.watches.value(resource) >= 3, qPrintable(resource));
        }
    }

    void restartWithItsData()
    {
        const std::size_t pods = picture()->pods().size(), nodes = picture()->nodes().size();
        QVERIFY(m_cluster.killApiServer());
        QVERIFY(waitUntil([this] { return picture()->status().connection == Connection::Stale; }, 30));
        // What was seen last stands, with its age and the reason.
        const Time heard = picture()->status().heard;
        QVERIFY(heard != kNoTime);
        QVERIFY(picture()->status().error.has_value());
        QVERIFY(waitUntil([&] { return wallNow() - heard >= std::chrono::seconds(3); }, 10));
        QCOMPARE(picture()->status().heard, heard);
        QCOMPARE(picture()->status().connection, Connection::Stale);
        QCOMPARE(picture()->pods().size(), pods);
        QCOMPARE(picture()->nodes().size(), nodes);
        QCOMPARE(picture()->status().of(ResourceKind::Pods).sync, Sync::Stale);
        qInfo("stale: %s", picture()->status().error->text().c_str());

        QCOMPARE(m_cluster.startApiServer(), QString());
        QElapsedTimer timer;
        timer.start();
        QVERIFY(waitUntil([this] { return picture()->status().connection == Connection::Live; }, 60));
        qInfo("live again %lld ms after the server answered", timer.elapsed());
        QVERIFY(m_cluster.kubectl({"-n", "team-a", "scale", "deployment/web", "--replicas=8"}).exitCode == 0);
        QVERIFY(waitUntil([this] { return rolledOut("web", 8); }, 120));
        QVERIFY2(waitUntil([this] { return same(); }, 60), "the picture is not the server's");
        const Asked asked = askedBy(m_cluster, "admin");
        for (const QString &resource : kWatched) {
            // One more where the restarted server had no history for the watch: 410.
            QVERIFY2(asked.lists.value(resource) <= 1 + std::max(1, asked.gone.value(resource)), qPrintable(resource));
        }
        qInfo("pods: %d lists, %d watches, of them %d answered with 410", asked.lists.value("pods"),
            asked.watches.value("pods"), asked.gone.value("pods"));
        onlyReads();
    }

    void restartWithoutItsData()
    {
        const std::string uid = picture()->status().uid;
        m_cluster.stopKubelet();
        m_cluster.stop();
        QVERIFY(waitUntil([this] { return picture()->status().connection == Connection::Stale; }, 30));
        QVERIFY(picture()->pods().size() > 0);
        QVERIFY(m_cluster.forget());
        QCOMPARE(m_cluster.start(), QString());
        QCOMPARE(m_cluster.fill(5, 40), QString());
        QElapsedTimer timer;
        timer.start();
        QVERIFY2(waitUntil([this] { return picture()->status().connection == Connection::Live && same(); }, 240),
            "the picture is not that of the new cluster");
        qInfo("the new cluster's picture stood %lld ms after it was filled", timer.elapsed());
        QVERIFY(picture()->status().uid != uid);
        QCOMPARE(picture()->nodes().size(), std::size_t(5));
    }
};

QTEST_GUILESS_MAIN(TestLiveWatch)
#include "tst_livewatch.moc"
