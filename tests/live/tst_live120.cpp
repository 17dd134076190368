// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/live/comparison.h"
#include "tests/live/oddobjects.h"

#include <QTest>

using nlohmann::json;

/// The exports beside the tables of the oldest server, Kubernetes 1.20. Our rules are today's for every server; where
/// its own are older its words differ, in the few ways that stand here and no others.
class TestLive120 : public QObject {
    Q_OBJECT

    LiveCluster m_cluster{{.version = "1.20", .controllers = true, .apiFlags = {}, .auditPolicy = {}}};
    json m_pods, m_nodes, m_podTable, m_nodeTable;

    static void verify(const Compared &compared, int atLeast)
    {
        for (const QString &line : compared.differences) {
            qWarning("%s", qPrintable(line));
        }
        qInfo("%d rows compared, %d differences", compared.rows, int(compared.differences.size()));
        QVERIFY2(compared.differences.isEmpty(), qPrintable(compared.differences.value(0)));
        QVERIFY2(compared.rows >= atLeast, qPrintable(QString("only %1 rows").arg(compared.rows)));
    }

private Q_SLOTS:
    void initTestCase()
    {
        if (const QString problem = LiveCluster::problem("1.20"); !problem.isEmpty()) {
            QSKIP(qPrintable(problem));
        }
        QCOMPARE(m_cluster.start(), QString());
        QCOMPARE(m_cluster.fill(100, 2000), QString());
        const Api api = m_cluster.api();
        QCOMPARE(m_cluster.startKubelet(), QString());
        QVERIFY(waitUntil(
            [&] {
                const json pending = api.get("/api/v1/pods?fieldSelector=status.phase%3DPending").json();
                return pending.contains("items") && pending["items"].empty();
            },
            240));
        m_cluster.stopKubelet();
        const std::string refused = makeOddObjects(api, false);
        QVERIFY2(refused.empty(), refused.c_str());
        QCOMPARE(m_cluster.startMetrics(), QString());
        QVERIFY(waitUntil([&] { return api.get("/apis/metrics.k8s.io/v1beta1/namespaces/odd/pods/well").ok(); }, 120));
        m_podTable = api.table("/api/v1/pods");
        m_nodeTable = api.table("/api/v1/nodes");
        QString why;
        m_pods = exported(m_cluster, "pods", why);
        m_nodes = exported(m_cluster, "nodes", why);
        QVERIFY2(why.isEmpty(), qPrintable(why));
    }

    void pods()
    {
        // What an old server says otherwise: it prints Terminating in every phase, knows no containers besides
        // ordinary ones, does not look past an unfinished init container, and forgets an error behind a "Completed".
        const QMap<QString, QStringList> known{
            {"odd/leaving-done Status", {"Terminating", "Completed"}},
            {"odd/leaving-failed Status", {"Terminating", "Error"}},
            {"odd/done-and-failed Status", {"Completed", "Error"}},
            {"odd/init-although-initialized Status", {"Init:0/2", "CrashLoopBackOff"}},
            {"odd/init-although-initialized Restarts", {"1", "4"}},
            {"odd/init-failed-although-initialized Ready", {"0/1", "1/1"}},
            {"odd/init-failed-although-initialized Restarts", {"1", "4"}},
        };
        QStringList met;
        const auto listed = [&](const QString &place, const QString &column, const QString &theirs,
                                const QString &mine) {
            const QString key = place + ' ' + column;
            if (known.value(key) != QStringList{theirs, mine}) {
                return false;
            }
            met << key;
            return true;
        };
        verify(comparePods(m_podTable, m_pods, listed), 2000);
        met.sort();
        QCOMPARE(met, QStringList(known.keys()));
    }

    void nodes() { verify(compareNodes(m_nodeTable, m_nodes), int(oddNodes().size()) + 100); }

    void podsOfNodes()
    {
        const auto description = m_cluster.kubectl({"describe", "nodes"});
        QVERIFY2(description.exitCode == 0, description.err.constData());
        verify(compareDescription(description.out, m_pods, m_nodes), 500);
    }

    void usage()
    {
        const auto nodes = m_cluster.kubectl({"top", "nodes", "--no-headers"});
        QVERIFY2(nodes.exitCode == 0, nodes.err.constData());
        verify(compareTop(nodes.out, m_nodes, false), 100);
        const auto pods = m_cluster.kubectl({"top", "pods", "-A", "--no-headers"});
        QVERIFY2(pods.exitCode == 0, pods.err.constData());
        verify(compareTop(pods.out, m_pods, true), 500);
    }

    /// CronJobs stand in a group of their own there: everything is found, nothing is missing.
    void everyKindIsRead()
    {
        const json nightly = {{"apiVersion", "batch/v1beta1"}, {"kind", "CronJob"}, {"metadata", {{"name", "nightly"}}},
            {"spec",
                {{"schedule", "0 3 1 1 *"},
                    {"jobTemplate",
                        {{"spec",
                            {{"template",
                                {{"spec",
                                    {{"restartPolicy", "Never"},
                                        {"containers", json::array({{{"name", "main"}, {"image", "i"}}})}}}}}}}}}}}};
        const ApiAnswer made = m_cluster.api().create("/apis/batch/v1beta1/namespaces/team-a/cronjobs", nightly);
        QVERIFY2(made.ok(), made.text().c_str());
        const auto output =
            sextantProgram(m_cluster, {"export", "workloads", "--format", "json", "--context", "admin"});
        QVERIFY2(output.exitCode == 0, output.err.constData());
        QCOMPARE(QString::fromUtf8(output.err), QString());
        QVERIFY2(output.out.contains("\"nightly\""), output.out.left(400).constData());
    }
};

QTEST_GUILESS_MAIN(TestLive120)
#include "tst_live120.moc"
