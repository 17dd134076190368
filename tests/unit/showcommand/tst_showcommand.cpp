// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/helios/showcommand.h"

#include <QProcess>
#include <QtTest>

using namespace sextant;

/// The command of Helios' own client for what is chosen.
class TestShowCommand : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void commands_data();
    void commands();
    void aShellTakesEachWordAsItIs();
    void nothingWithoutAMaster();
};

namespace {

ClusterStatus cluster()
{
    ClusterStatus status;
    status.orchestrator = Orchestrator::Helios;
    status.server = "http://master-a:5801";
    return status;
}

} // namespace

void TestShowCommand::commands_data()
{
    QTest::addColumn<QString>("kind");
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("uid");
    QTest::addColumn<QString>("command");
    QTest::newRow("cluster") << ""
                             << ""
                             << ""
                             << "helios -z http://master-a:5801 hosts";
    QTest::newRow("host") << "Node"
                          << "h1.lon.example"
                          << "host/h1.lon.example"
                          << "helios -z http://master-a:5801 hosts '^h1\\.lon\\.example$'";
    QTest::newRow("task") << "Pod"
                          << "web:1:abc"
                          << "h1/web:1:abc"
                          << "helios -z http://master-a:5801 status --job web:1:abc --host '^h1$'";
    QTest::newRow("job") << "HeliosJob"
                         << "web:1:abc"
                         << "job/web:1:abc"
                         << "helios -z http://master-a:5801 status --job web:1:abc";
    QTest::newRow("group") << "DeploymentGroup"
                           << "web all"
                           << "group/web all"
                           << "helios -z http://master-a:5801 deployment-group-status 'web all'";
    QTest::newRow("none such") << "Namespace"
                               << "x"
                               << "x"
                               << "";
}

void TestShowCommand::commands()
{
    QFETCH(QString, kind);
    QFETCH(QString, name);
    QFETCH(QString, uid);
    QFETCH(QString, command);
    QCOMPARE(QString::fromStdString(
                 helios::showCommand(cluster(), {kind.toStdString(), {}, name.toStdString(), uid.toStdString()})),
        command);
}

void TestShowCommand::aShellTakesEachWordAsItIs()
{
    for (const std::string name : {"a'b", "$(touch x)", "`x`", "a;b", "a\"b", "a b", "\\", "é", "-rf", "a&b|c>d"}) {
        const std::string command = helios::showCommand(cluster(), {"DeploymentGroup", {}, name, {}});
        QProcess shell;
        shell.start(QStringLiteral("/bin/sh"),
            {QStringLiteral("-c"),
                QStringLiteral("helios() { printf '%s\\n' \"$#\" \"$4\"; }; ") + QString::fromStdString(command)});
        QVERIFY(shell.waitForFinished(10'000));
        QCOMPARE(shell.readAllStandardOutput().toStdString(), "4\n" + name + "\n");
    }
    // What would drive a terminal is made visible.
    const std::string command = helios::showCommand(cluster(), {"DeploymentGroup", {}, "a\x1b[2J\nb", {}});
    QVERIFY(command.find('\x1b') == std::string::npos && command.find('\n') == std::string::npos);
}

void TestShowCommand::nothingWithoutAMaster()
{
    ClusterStatus status = cluster();
    status.server.clear();
    QCOMPARE(helios::showCommand(status, {"Node", {}, "h", "host/h"}), std::string());
    status = cluster();
    status.orchestrator = Orchestrator::Kubernetes;
    QCOMPARE(helios::showCommand(status, {"Node", {}, "h", "host/h"}), std::string());
}

QTEST_APPLESS_MAIN(TestShowCommand)
#include "tst_showcommand.moc"
