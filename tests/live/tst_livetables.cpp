// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/live/comparison.h"
#include "tests/live/oddobjects.h"

#include <QElapsedTimer>
#include <QTest>

using nlohmann::json;

/// The program's exports beside the tables of a real Kubernetes 1.36 and what kubectl computes: a filled fleet, living
/// workloads, and every odd state the rules name.
class TestLiveTables : public QObject {
    Q_OBJECT

    LiveCluster m_cluster{{.version = "1.36", .controllers = true}};
    json m_pods, m_nodes, m_workloads, m_podTable, m_nodeTable;

    static void verify(const Compared &compared, int atLeast)
    {
        for (const QString &line : compared.differences) {
            qWarning("%s", qPrintable(line));
        }
        qInfo("%d rows compared, %d differences", compared.rows, int(compared.differences.size()));
        QVERIFY2(compared.differences.isEmpty(), qPrintable(compared.differences.value(0)));
        QVERIFY2(compared.rows >= atLeast, qPrintable(QString("only %1 rows").arg(compared.rows)));
    }

    json workload(const char *kind, const char *name, int replicas) const
    {
        json out = {{"apiVersion", "apps/v1"}, {"kind", kind}, {"metadata", {{"name", name}}},
            {"spec",
                {{"selector", {{"matchLabels", {{"app", name}}}}},
                    {"template",
                        {{"metadata", {{"labels", {{"app", name}}}}},
                            {"spec",
                                {{"containers",
                                    json::array({{{"name", "main"}, {"image", "i"},
                                        {"resources", {{"requests", {{"cpu", "100m"}, {"memory", "64Mi"}}}}}}})}}}}}}}};
        if (replicas >= 0) {
            out["spec"]["replicas"] = replicas;
        }
        return out;
    }

    /// Pods the kubelet has still to start.
    qsizetype pending(const Api &api) const
    {
        const json pods = api.get("/api/v1/pods?fieldSelector=status.phase%3DPending").json();
        return pods.contains("items") ? qsizetype(pods["items"].size()) : -1;
    }

private Q_SLOTS:
    void initTestCase()
    {
        if (const QString problem = LiveCluster::problem("1.36"); !problem.isEmpty()) {
            QSKIP(qPrintable(problem));
        }
        QElapsedTimer timer;
        timer.start();
        QCOMPARE(m_cluster.start(), QString());
        const bool small = qEnvironmentVariable("SEXTANT_LIVE_SIZE") == "small";
        QCOMPARE(m_cluster.fill(small ? 100 : 200, small ? 1000 : 5000), QString());
        qInfo("filled after %lld s", timer.elapsed() / 1000);
        const Api api = m_cluster.api();

        // Living workloads, until all of it runs; then the kubelets rest, so that two readers see the same.
        const std::string apps = "/apis/apps/v1/namespaces/team-a/";
        QVERIFY(api.create(apps + "deployments", workload("Deployment", "web", 7)).ok());
        QVERIFY(api.create(apps + "statefulsets", workload("StatefulSet", "store", 3)).ok());
        json agents = workload("DaemonSet", "agent", -1);
        agents["spec"]["template"]["spec"]["nodeSelector"] = {{"node-role.kubernetes.io/infra", ""}};
        agents["spec"]["template"]["spec"]["tolerations"] = json::array({{{"operator", "Exists"}}});
        QVERIFY(api.create(apps + "daemonsets", agents).ok());
        json job = {{"apiVersion", "batch/v1"}, {"kind", "Job"}, {"metadata", {{"name", "once"}}},
            {"spec", {{"parallelism", 2}, {"completions", 4}, {"template", agents["spec"]["template"]}}}};
        job["spec"]["template"]["spec"]["restartPolicy"] = "Never";
        job["spec"]["template"]["metadata"]["labels"] = {{"app", "once"}};
        QVERIFY(api.create("/apis/batch/v1/namespaces/team-a/jobs", job).ok());
        json nightly = {{"apiVersion", "batch/v1"}, {"kind", "CronJob"}, {"metadata", {{"name", "nightly"}}},
            {"spec", {{"schedule", "0 3 1 1 *"}, {"jobTemplate", {{"spec", job["spec"]}}}}}};
        QVERIFY(api.create("/apis/batch/v1/namespaces/team-a/cronjobs", nightly).ok());
        QCOMPARE(m_cluster.startKubelet(), QString());
        QVERIFY(waitUntil([&] { return pending(api) == 0; }, 240));
        QVERIFY(waitUntil(
            [&] {
                const json web = api.get(apps + "deployments/web").json(),
                           store = api.get(apps + "statefulsets/store").json();
                return web["status"].value("availableReplicas", 0) == 7
                    && store["status"].value("readyReplicas", 0) == 3;
            },
            120));
        m_cluster.stopKubelet();

        const std::string refused = makeOddObjects(api, true);
        QVERIFY2(refused.empty(), refused.c_str());
        QCOMPARE(m_cluster.startMetrics(), QString());
        const std::string metrics = "/apis/metrics.k8s.io/v1beta1/";
        QVERIFY(waitUntil([&] { return api.get(metrics + "namespaces/odd/pods/well").ok(); }, 120));
        qInfo("all stands after %lld s", timer.elapsed() / 1000);

        // The server's tables before and after ours are the same: then all three speak of one moment.
        const auto rows = [](const json &table) {
            std::string out;
            for (const json &row : table["rows"]) {
                out += row["object"]["metadata"]["resourceVersion"].get<std::string>() + ' ';
            }
            return out;
        };
        bool still = false;
        for (int i = 0; i < 10 && !still; ++i) {
            m_podTable = api.table("/api/v1/pods");
            m_nodeTable = api.table("/api/v1/nodes");
            QString why;
            m_pods = exported(m_cluster, "pods", why);
            m_nodes = exported(m_cluster, "nodes", why);
            m_workloads = exported(m_cluster, "workloads", why);
            QVERIFY2(why.isEmpty(), qPrintable(why));
            still = rows(api.table("/api/v1/pods")) == rows(m_podTable)
                && rows(api.table("/api/v1/nodes")) == rows(m_nodeTable);
        }
        QVERIFY2(still, "the fleet did not come to rest");
    }

    /// Each odd pod is as odd as it should be: the server itself says the word it was made for.
    void oddObjectsAreOdd()
    {
        QMap<QString, QString> words;
        for (const ServerRow &row : serverRows(m_podTable) + serverRows(m_nodeTable)) {
            words.insert(row.place, row.cells.value("Status"));
        }
        for (const OddPod &pod : oddPods()) {
            const QString word = words.value(QString::fromStdString("odd/" + pod.name));
            // A pod that leaves before it was ever placed is marked as failed by the garbage collector, sooner or
            // later.
            if (pod.name == "leaving-pending" && word == "Failed") {
                continue;
            }
            QCOMPARE(word, QString(pod.word));
        }
        for (const OddNode &node : oddNodes()) {
            QCOMPARE(words.value(QString::fromStdString(node.name)), QString(node.word));
        }
    }

    void exitCode()
    {
        const auto output = sextantProgram(m_cluster, {"export", "nodes", "--context", "admin"});
        QCOMPARE(output.exitCode, 0);
        QCOMPARE(QString::fromUtf8(output.err), QString());
    }

    void pods() { verify(comparePods(m_podTable, m_pods), int(oddPods().size()) + 1000); }
    void nodes() { verify(compareNodes(m_nodeTable, m_nodes), int(oddNodes().size()) + 100); }

    void podsOfNodes()
    {
        const auto description = m_cluster.kubectl({"describe", "nodes"});
        QVERIFY2(description.exitCode == 0, description.err.constData());
        // Since 1.36 the scheduler charges a resize of the pod's own level by its status; kubectl has not followed.
        const QMap<QString, QString> charged{
            {"cpu_requested_millicores 1000", "1500"}, {"cpu_limit_millicores 2000", "3000"}};
        int named = 0;
        const auto listed = [&](const QString &place, const QString &what, const QString &theirs, const QString &mine) {
            const bool known = place == "odd/resize-pod-level" && charged.value(what + ' ' + theirs) == mine;
            named += known ? 1 : 0;
            return known;
        };
        verify(compareDescription(description.out, m_pods, m_nodes, listed), 1000);
        QCOMPARE(named, int(charged.size()));
    }

    /// A node's figures are the sums over the rows of its pods.
    void sumsOfNodes()
    {
        QMap<QString, qint64> cpu, memory;
        for (const json &pod : m_pods) {
            if (pod["phase"] != "Succeeded" && pod["phase"] != "Failed") {
                const QString node = QString::fromStdString(pod["node"].get<std::string>());
                cpu[node] += pod["cpu_requested_millicores"].get<qint64>();
                memory[node] += pod["memory_requested_bytes"].get<qint64>();
            }
        }
        for (const json &node : m_nodes) {
            const QString name = QString::fromStdString(node["name"].get<std::string>());
            QCOMPARE(node["cpu_requested_millicores"].get<qint64>(), cpu.value(name));
            QCOMPARE(node["memory_requested_bytes"].get<qint64>(), memory.value(name));
        }
    }

    void allocatable()
    {
        const json nodes = m_cluster.api().get("/api/v1/nodes").json();
        QMap<std::string, json> status;
        for (const json &node : nodes["items"]) {
            status[node["metadata"]["name"].get<std::string>()] = node["status"];
        }
        const auto whole = [](const json &map, const char *key, int per) -> json {
            if (!map.is_object() || !map.contains(key)) {
                return nullptr;
            }
            const auto value = thousandths(QString::fromStdString(map[key].get<std::string>()));
            return static_cast<std::int64_t>((*value + per - 1) / per);
        };
        for (const json &node : m_nodes) {
            const json &own = status[node["name"].get<std::string>()];
            const json capacity = own.value("capacity", json()), allocatable = own.value("allocatable", capacity);
            QCOMPARE(node["cpu_capacity_millicores"].dump(), whole(capacity, "cpu", 1).dump());
            QCOMPARE(node["memory_capacity_bytes"].dump(), whole(capacity, "memory", 1000).dump());
            QCOMPARE(node["cpu_allocatable_millicores"].dump(), whole(allocatable, "cpu", 1).dump());
            QCOMPARE(node["memory_allocatable_bytes"].dump(), whole(allocatable, "memory", 1000).dump());
            QCOMPARE(node["pods_allocatable"].dump(), whole(allocatable, "pods", 1000).dump());
        }
    }

    void usage()
    {
        const auto nodes = m_cluster.kubectl({"top", "nodes", "--no-headers"});
        QVERIFY2(nodes.exitCode == 0, nodes.err.constData());
        verify(compareTop(nodes.out, m_nodes, false), 100);
        const auto pods = m_cluster.kubectl({"top", "pods", "-A", "--no-headers"});
        QVERIFY2(pods.exitCode == 0, pods.err.constData());
        verify(compareTop(pods.out, m_pods, true), 700);
    }

    void workloads()
    {
        QMap<QString, json> ours;
        for (const json &row : m_workloads) {
            ours[QString::fromStdString(row["kind"].get<std::string>() + '/' + row["name"].get<std::string>())] = row;
        }
        const Api api = m_cluster.api();
        const auto check = [&](const QString &name, int desired, int ready, int updated, int available) {
            const json row = ours.value(name);
            QVERIFY2(row.is_object(), qPrintable(name));
            QCOMPARE(row["desired"].dump(), std::to_string(desired));
            QCOMPARE(row["ready"].dump(), std::to_string(ready));
            QCOMPARE(row["updated"].dump(), std::to_string(updated));
            QCOMPARE(row["available"].dump(), std::to_string(available));
        };
        check("Deployment/web", 7, 7, 7, 7);
        check("StatefulSet/store", 3, 3, 3, 3);
        const json agent = api.get("/apis/apps/v1/namespaces/team-a/daemonsets/agent").json()["status"];
        check("DaemonSet/agent", agent["desiredNumberScheduled"], agent["numberReady"], agent["updatedNumberScheduled"],
            agent["numberAvailable"]);
        QVERIFY(agent["desiredNumberScheduled"].get<int>() >= 2);
        QVERIFY(ours.contains("Job/once"));
        QVERIFY(ours.contains("CronJob/nightly"));
        int owned = 0;
        for (const json &pod : m_pods) {
            if (pod["name"].get<std::string>().rfind("web-", 0) == 0) {
                QCOMPARE(pod["owner_kind"].get<std::string>(), std::string("Deployment"));
                QCOMPARE(pod["owner_name"].get<std::string>(), std::string("web"));
                ++owned;
            }
        }
        QCOMPARE(owned, 7);
    }
};

QTEST_GUILESS_MAIN(TestLiveTables)
#include "tst_livetables.moc"
