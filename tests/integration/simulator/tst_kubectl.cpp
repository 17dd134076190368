// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulator/simulator.h"

#include <QFile>
#include <QProcess>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

using namespace sextant::simulator;

/// The kubectl people use, against the simulated servers: named by SEXTANT_KUBECTL, skipped without it.
class TestKubectl : public QObject {
    Q_OBJECT

    QString m_program;
    QTemporaryDir m_home;

    QProcessEnvironment environment() const
    {
        auto out = QProcessEnvironment::systemEnvironment();
        out.insert("HOME", m_home.path());
        out.insert("KUBECONFIG", m_home.filePath("kubeconfig"));
        return out;
    }
    QString run(const QStringList &arguments, int expected = 0) const
    {
        QProcess process;
        process.setProcessEnvironment(environment());
        process.start(m_program, arguments);
        if (!process.waitForFinished(60'000) || process.exitCode() != expected) {
            return "kubectl failed: " + QString::fromUtf8(process.readAllStandardError());
        }
        return QString::fromUtf8(expected == 0 ? process.readAllStandardOutput() : process.readAllStandardError());
    }
    static QStringList lines(const QString &text) { return text.split(u'\n', Qt::SkipEmptyParts); }
    static QStringList words(const QString &line)
    {
        static const QRegularExpression gap("\\s{2,}|\\s*$");
        return line.split(gap, Qt::SkipEmptyParts);
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_program = qEnvironmentVariable("SEXTANT_KUBECTL");
        if (m_program.isEmpty() || !QFile::exists(m_program)) {
            QSKIP("SEXTANT_KUBECTL names no kubectl: its commands were not tried against the simulator");
        }
    }

    void kubectl_data()
    {
        QTest::addColumn<QString>("version");
        QTest::newRow("1.36") << "v1.36.2";
        QTest::newRow("1.20") << "v1.20.2";
    }
    void kubectl()
    {
        QFETCH(QString, version);
        Options options;
        options.warmUp = std::chrono::seconds(600);
        options.tls = true;
        options.clusters.push_back({});
        options.clusters[0].nodes = 20;
        options.clusters[0].pods = 700;
        options.clusters[0].version = version.toStdString();
        Simulator simulator(options);
        simulator.pause(true);
        QVERIFY(simulator.start());
        simulator.step(60);
        QVERIFY(simulator.writeKubeconfig(m_home.filePath("kubeconfig").toStdString()));
        const auto truth = simulator.truth(0);

        const auto pods = lines(run({"get", "pods", "-A", "-o", "wide", "--no-headers"}));
        QCOMPARE(pods.size(), int(truth.pods.size()));
        std::map<QString, const TruthPod *> byName;
        for (const auto &pod : truth.pods) {
            byName[QString::fromStdString(pod.ns + '/' + pod.name)] = &pod;
        }
        for (const auto &line : pods) {
            const auto cells = words(line);
            const auto it = byName.find(cells[0] + u'/' + cells[1]);
            QVERIFY2(it != byName.end(), qPrintable(line));
            QCOMPARE(cells[2], QString::fromStdString(it->second->ready));
            QCOMPARE(cells[3], QString::fromStdString(it->second->status));
            QCOMPARE(cells[4].section(u' ', 0, 0).toInt(), it->second->restarts);
            QCOMPARE(cells[7], it->second->node.empty() ? QString("<none>") : QString::fromStdString(it->second->node));
        }
        const auto nodes = lines(run({"get", "nodes", "-o", "wide", "--no-headers"}));
        QCOMPARE(nodes.size(), int(truth.nodes.size()));
        for (const auto &line : nodes) {
            const auto cells = words(line);
            const auto it = std::find_if(truth.nodes.begin(), truth.nodes.end(),
                [&](const TruthNode &node) { return QString::fromStdString(node.name) == cells[0]; });
            QVERIFY2(it != truth.nodes.end(), qPrintable(line));
            QCOMPARE(cells[1], QString::fromStdString(it->status));
        }
        QVERIFY(run({"get", "nodes,pods", "-A", "-o", "wide"}).contains("CONTAINER-RUNTIME"));

        const auto first = truth.pods.front();
        const auto yaml = run(
            {"get", "pod", QString::fromStdString(first.name), "-n", QString::fromStdString(first.ns), "-o", "yaml"});
        QVERIFY(yaml.startsWith("apiVersion: v1\nkind: Pod\n"));
        QVERIFY(yaml.contains("uid: " + QString::fromStdString(first.uid)));

        QVERIFY(lines(run({"top", "nodes", "--no-headers"})).size() >= int(truth.nodes.size()) - 2);
        const auto top = lines(run({"top", "pods", "-A", "--no-headers"}));
        QVERIFY2(top.size() > int(truth.pods.size()) / 2, qPrintable(QString::number(top.size())));
        const auto described = run({"describe", "node", QString::fromStdString(truth.nodes.front().name)});
        QVERIFY2(described.contains("Allocated resources:"), qPrintable(described));
        const auto held = QRegularExpression("Non-terminated Pods:\\s*\\((\\d+) in total\\)").match(described);
        QCOMPARE(held.captured(1).toInt(), truth.nodes.front().pods);
        QVERIFY(!run({"get", "events", "-A"}).startsWith("kubectl failed"));
        QVERIFY(run({"get", "deployments,replicasets,statefulsets,daemonsets,jobs,cronjobs", "-A"})
                    .contains("deployment.apps/"));
        QVERIFY(run({"get", "secrets", "-A"}, 1).contains("is forbidden"));
        QVERIFY(
            run({"--context", "sim-1-viewer", "get", "nodes"}, 1)
                .contains(
                    R"(nodes is forbidden: User "viewer" cannot list resource "nodes" in API group "" at the cluster scope)"));
        QVERIFY(!run({"--context", "sim-1-certificate", "get", "nodes"}).startsWith("kubectl failed"));

        // A watch shows what happens.
        QProcess watch;
        watch.setProcessEnvironment(environment());
        watch.start(m_program, {"get", "pods", "-A", "-w", "--no-headers"});
        QByteArray seen;
        const auto grown = [&](int count) {
            seen += watch.readAllStandardOutput();
            return seen.count('\n') >= count;
        };
        QTRY_VERIFY_WITH_TIMEOUT(grown(int(truth.pods.size())), 30'000);
        simulator.step(60);
        QTRY_VERIFY_WITH_TIMEOUT(grown(int(truth.pods.size()) + 5), 30'000);
        watch.terminate();
        watch.waitForFinished();
    }
};

QTEST_GUILESS_MAIN(TestKubectl)
#include "tst_kubectl.moc"
