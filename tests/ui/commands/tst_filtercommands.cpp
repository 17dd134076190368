// SPDX-License-Identifier: GPL-3.0-or-later
#include <QFile>
#include <QImage>
#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>

#include <nlohmann/json.hpp>

namespace {

struct Run {
    int code = -1;
    QByteArray out, err;
};

} // namespace

/// `--filter` of the commands, on the demo fleet.
class TestFilterCommands : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void narrowsRows();
    void narrowsServices();
    void wrongPointsAtTheColumn();
    void whatItDoesNotApplyTo();
    void narrowsAPicture();

private:
    Run sextant(const QStringList &arguments) const
    {
        QProcess process;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        for (const char *name : {"XDG_CONFIG_HOME", "XDG_STATE_HOME", "HOME"}) {
            environment.insert(QString::fromLatin1(name), m_dir.path());
        }
        process.setProcessEnvironment(environment);
        process.start(QStringLiteral(SEXTANT_PROGRAM), arguments);
        process.waitForFinished(120'000);
        return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1, process.readAllStandardOutput(),
            process.readAllStandardError()};
    }
    nlohmann::json rows(const QString &kind, const QString &filter) const
    {
        const Run run = sextant({QStringLiteral("export"), kind, QStringLiteral("--demo"), QStringLiteral("--format"),
            QStringLiteral("json"), QStringLiteral("--filter"), filter});
        return nlohmann::json::parse(run.out.toStdString(), nullptr, false);
    }
    QTemporaryDir m_dir;
};

void TestFilterCommands::narrowsRows()
{
    const nlohmann::json some = rows(QStringLiteral("pods"), QStringLiteral("cpu.req>=500m !ns:kube-system"));
    QVERIFY(some.is_array() && !some.empty());
    for (const auto &row : some) {
        QVERIFY(row["cpu_requested_millicores"].get<int>() >= 500);
        QVERIFY(row["namespace"].get<std::string>().find("kube-system") == std::string::npos);
    }
    QVERIFY(some.size() < rows(QStringLiteral("pods"), QString()).size());
    QVERIFY(rows(QStringLiteral("nodes"), QStringLiteral("name=nosuchnode")).empty());
}

void TestFilterCommands::narrowsServices()
{
    const nlohmann::json some = rows(QStringLiteral("migration"), QStringLiteral("stage=migrated"));
    QVERIFY(some.is_array() && !some.empty());
    for (const auto &row : some) {
        QCOMPARE(row["stage"].get<std::string>(), std::string("migrated"));
    }
}

void TestFilterCommands::wrongPointsAtTheColumn()
{
    const Run run = sextant({QStringLiteral("export"), QStringLiteral("pods"), QStringLiteral("--demo"),
        QStringLiteral("--filter"), QStringLiteral("é ns:shop cpu>x")});
    QCOMPARE(run.code, 2);
    QVERIFY(run.out.isEmpty());
    QVERIFY2(run.err.contains("\n  é ns:shop cpu>x\n                ^\n"), run.err.constData());
    QVERIFY2(run.err.contains("expected cores or millicores"), run.err.constData());
    QCOMPARE(
        sextant({QStringLiteral("render"), QStringLiteral("map"), QStringLiteral("--demo"), QStringLiteral("--output"),
                    m_dir.filePath(QStringLiteral("x.png")), QStringLiteral("--filter"), QStringLiteral("(")})
            .code,
        2);
    QVERIFY(!QFile::exists(m_dir.filePath(QStringLiteral("x.png"))));
}

void TestFilterCommands::whatItDoesNotApplyTo()
{
    const Run capacity = sextant({QStringLiteral("export"), QStringLiteral("capacity"), QStringLiteral("--demo"),
        QStringLiteral("--filter"), QStringLiteral("api")});
    QCOMPARE(capacity.code, 2);
    QVERIFY2(capacity.err.contains("--filter does not apply to capacity"), capacity.err.constData());
    const Run nodes = sextant({QStringLiteral("export"), QStringLiteral("nodes"), QStringLiteral("--demo"),
        QStringLiteral("--filter"), QStringLiteral("restarts>5")});
    QVERIFY2(nodes.err.contains("Nodes have no restarts"), nodes.err.constData());
    QCOMPARE(nodes.out.count('\n'), 1); // the header
}

void TestFilterCommands::narrowsAPicture()
{
    const auto picture = [&](const char *name, const QString &filter) {
        const QString file = m_dir.filePath(QString::fromLatin1(name));
        const Run run = sextant(
            {QStringLiteral("render"), QStringLiteral("pods"), QStringLiteral("--demo"), QStringLiteral("--size"),
                QStringLiteral("1024x700"), QStringLiteral("--output"), file, QStringLiteral("--filter"), filter});
        return run.code == 0 || run.code == 3 ? QImage(file) : QImage();
    };
    const QImage all = picture("all.png", QString());
    const QImage none = picture("none.png", QStringLiteral("name=nosuchpod"));
    QVERIFY(!all.isNull() && !none.isNull());
    QVERIFY(all != none);
}

QTEST_GUILESS_MAIN(TestFilterCommands)
#include "tst_filtercommands.moc"
