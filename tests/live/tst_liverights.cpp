// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/engine.h"
#include "tests/live/comparison.h"

#include <QFile>
#include <QTest>

using namespace sextant;
using nlohmann::json;

/// Users who may read little or nothing of a real server: what they may is shown, what they may not is named.
class TestLiveRights : public QObject {
    Q_OBJECT

    LiveCluster m_cluster{{.version = "1.36", .controllers = true, .apiFlags = {}, .auditPolicy = {}}};

    Output program(const QStringList &arguments) const { return sextantProgram(m_cluster, arguments); }
    static json rows(const Output &output)
    {
        return json::parse(output.out.constBegin(), output.out.constEnd(), nullptr, false);
    }
    QString bind(const char *ns, const char *user) const
    {
        const auto output = m_cluster.kubectl(
            {"create", "rolebinding", QString(user), "-n", ns, "--clusterrole=view", QString("--user=") + user});
        const Api api = m_cluster.api(std::string(user) + "-token");
        const std::string pods = std::string("/api/v1/namespaces/") + ns + "/pods";
        // The role is put together by a controller, and both must have reached the server's authorizer.
        const bool allowed = output.exitCode == 0 && waitUntil([&] { return api.get(pods).ok(); }, 60);
        return allowed ? QString() : QString("no rights in %1: ").arg(QString(ns)) + QString::fromUtf8(output.err);
    }

private Q_SLOTS:
    void initTestCase()
    {
        if (const QString problem = LiveCluster::problem("1.36"); !problem.isEmpty()) {
            QSKIP(qPrintable(problem));
        }
        QCOMPARE(m_cluster.start(), QString());
        QCOMPARE(m_cluster.fill(20, 200), QString());
        const json web = {{"metadata", {{"name", "web"}}},
            {"spec",
                {{"replicas", 3}, {"selector", {{"matchLabels", {{"app", "web"}}}}},
                    {"template",
                        {{"metadata", {{"labels", {{"app", "web"}}}}},
                            {"spec", {{"containers", json::array({{{"name", "main"}, {"image", "i"}}})}}}}}}}};
        QVERIFY(m_cluster.api().create("/apis/apps/v1/namespaces/team-a/deployments", web).ok());
        // Until the scheduler has placed all that waits; nobody plays the kubelets, so nothing moves from then on.
        QVERIFY(waitUntil(
            [this] {
                const json free = m_cluster.api().get("/api/v1/pods?fieldSelector=spec.nodeName%3D").json();
                const json own = m_cluster.api().get("/api/v1/namespaces/team-a/pods?labelSelector=app%3Dweb").json();
                return free.contains("items") && free["items"].empty() && own["items"].size() == 3;
            },
            60));
    }

    /// Reached, but nothing of it may be read: that is partial, not unreachable, and each kind is named.
    void noRightsAtAll_data()
    {
        QTest::addColumn<QString>("kind");
        QTest::newRow("pods") << "pods";
        QTest::newRow("nodes") << "nodes";
        QTest::newRow("workloads") << "workloads";
    }
    void noRightsAtAll()
    {
        QFETCH(QString, kind);
        const auto output = program({"export", kind, "--format", "json", "--context", "viewer"});
        QCOMPARE(output.exitCode, 3);
        QCOMPARE(rows(output).dump(), std::string("[]"));
        for (const char *words : {"viewer: nodes may not be listed", "viewer: pods may not be listed",
                 "viewer: namespaces may not be listed", "viewer: deployments may not be listed",
                 "viewer: replicasets may not be listed", "viewer: jobs may not be listed",
                 "nodes is forbidden: User \"viewer\" cannot list resource \"nodes\" in API group \"\" at the cluster "
                 "scope",
                 "pods is forbidden: User \"viewer\" cannot list resource \"pods\""}) {
            QVERIFY2(output.err.contains(words), (QByteArray(words) + " is not in:\n" + output.err).constData());
        }
    }

    void oneNamespace()
    {
        QCOMPARE(bind("team-a", "team-a"), QString());
        const auto output = program({"export", "pods", "--format", "json", "--context", "team-a"});
        QCOMPARE(output.exitCode, 3);
        const Compared compared = comparePods(m_cluster.api().table("/api/v1/namespaces/team-a/pods"), rows(output));
        QVERIFY2(compared.differences.isEmpty(), qPrintable(compared.differences.value(0)));
        QVERIFY(compared.rows >= 5);
        for (const char *words :
            {"team-a: nodes may not be listed", "nodes is forbidden: User \"team-a\" cannot list resource \"nodes\"",
                "team-a: pods are read of these namespaces only: team-a",
                "team-a: deployments are read of these namespaces only: team-a"}) {
            QVERIFY2(output.err.contains(words), (QByteArray(words) + " is not in:\n" + output.err).constData());
        }
        QVERIFY2(!output.err.contains("pods may not be listed"), output.err.constData());

        const auto nodes = program({"export", "nodes", "--format", "json", "--context", "team-a"});
        QCOMPARE(nodes.exitCode, 3);
        QCOMPARE(rows(nodes).dump(), std::string("[]"));
        const auto workloads = program({"export", "workloads", "--format", "json", "--context", "team-a"});
        QCOMPARE(workloads.exitCode, 3);
        int found = 0;
        for (const json &row : rows(workloads)) {
            QCOMPARE(row["namespace"].get<std::string>(), std::string("team-a"));
            found += row["kind"] == "Deployment" && row["name"] == "web" && row["desired"] == 3 ? 1 : 0;
        }
        QCOMPARE(found, 1);
    }

    /// A second namespace cannot be discovered; who names it sees it.
    void namedNamespace()
    {
        QCOMPARE(bind("svc-003", "team-a"), QString());
        const auto output =
            program({"export", "pods", "--format", "json", "--context", "team-a", "--namespace", "svc-003"});
        QCOMPARE(output.exitCode, 3);
        json both = m_cluster.api().table("/api/v1/namespaces/team-a/pods");
        const json second = m_cluster.api().table("/api/v1/namespaces/svc-003/pods");
        for (const json &row : second["rows"]) {
            both["rows"].push_back(row);
        }
        const Compared compared = comparePods(both, rows(output));
        QVERIFY2(compared.differences.isEmpty(), qPrintable(compared.differences.value(0)));
    }

    /// Rights that come while one looks are found when it is tried again, rights that go take the rows with them.
    void rightsComeAndGo()
    {
        Config config;
        config.discover = false;
        Engine engine(EngineOptions{config, false, nullptr});
        Sources sources;
        sources.kubeconfig = m_cluster.kubeconfig().toStdString();
        sources.contexts = {"viewer"};
        sources.namespaces = {"svc-001"};
        QVERIFY(engine.open(sources));
        QVERIFY(engine.waitSettled(std::chrono::seconds(30)));
        const auto picture = [&] { return engine.store().snapshot().clusters().at(0); };
        const auto pods = [&] { return picture()->status().of(ResourceKind::Pods); };
        QCOMPARE(pods().sync, Sync::Forbidden);
        QVERIFY(pods().error.has_value());
        QVERIFY(pods().nextTry.has_value());
        QCOMPARE(picture()->status().connection, Connection::Live); // the server answers, it only says no
        QCOMPARE(picture()->pods().size(), std::size_t(0));
        QCOMPARE(bind("svc-001", "viewer"), QString());
        const json served = m_cluster.api().get("/api/v1/namespaces/svc-001/pods").json();
        QVERIFY(waitUntil(
            [&] {
                if (pods().sync == Sync::Forbidden) {
                    engine.retry();
                }
                return pods().sync == Sync::Live;
            },
            30));
        QCOMPARE(picture()->pods().size(), served["items"].size());
        QCOMPARE(pods().namespaces, std::vector<std::string>{"svc-001"});
    }

    void clientCertificate()
    {
        const auto output = program({"export", "pods", "--format", "json", "--context", "cert"});
        QCOMPARE(output.exitCode, 3); // no metrics-server here, which is said
        QVERIFY2(output.err.contains("no metrics-server"), output.err.constData());
        QVERIFY2(!output.err.contains("may not be listed"), output.err.constData());
        const Compared compared = comparePods(m_cluster.api().table("/api/v1/pods"), rows(output));
        QVERIFY2(compared.differences.isEmpty(), qPrintable(compared.differences.value(0)));
        QCOMPARE(compared.rows, 203);
    }

    /// Two contexts of one server are one cluster and counted once.
    void twoContextsOneCluster()
    {
        const auto output = program({"export", "pods", "--format", "json", "--context", "admin", "--context", "cert"});
        QCOMPARE(output.exitCode, 3);
        const Compared compared = comparePods(m_cluster.api().table("/api/v1/pods"), rows(output));
        QVERIFY2(compared.differences.isEmpty(), qPrintable(compared.differences.value(0)));
        QCOMPARE(rows(output).size(), std::size_t(203));
    }

    void wrongToken()
    {
        QFile good(m_cluster.kubeconfig());
        QVERIFY(good.open(QIODevice::ReadOnly));
        QByteArray text = good.readAll();
        text.replace("{token: admin-token}", "{token: mistaken-secret-words}");
        QFile bad(m_cluster.file("bad"));
        QVERIFY(bad.open(QIODevice::WriteOnly));
        QVERIFY(bad.write(text) > 0);
        bad.close();
        const auto output = runProgram(qEnvironmentVariable("SEXTANT_PROGRAM", SEXTANT_PROGRAM),
            {"export", "pods", "--context", "admin", "--kubeconfig", m_cluster.file("bad"), "--log-file",
                m_cluster.file("sextant.log"), "--log-level", "trace", "--timeout", "20s"});
        QCOMPARE(output.exitCode, 4);
        QVERIFY2(output.err.contains("401"), output.err.constData());
        QFile log(m_cluster.file("sextant.log"));
        QVERIFY(log.open(QIODevice::ReadOnly));
        const QByteArray logged = log.readAll();
        QVERIFY(!logged.isEmpty());
        QVERIFY(!logged.contains("mistaken-secret"));
        QVERIFY(!output.err.contains("mistaken-secret"));
    }

    void nobodyThere()
    {
        m_cluster.stop();
        const auto output = program({"export", "pods", "--context", "admin", "--timeout", "20s"});
        QCOMPARE(output.exitCode, 4);
        QVERIFY2(output.err.contains("nothing could be read"), output.err.constData());
    }
};

QTEST_GUILESS_MAIN(TestLiveRights)
#include "tst_liverights.moc"
