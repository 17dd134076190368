// SPDX-License-Identifier: GPL-3.0-or-later
#include "program.h"

#include <QFile>
#include <QImage>
#include <QtTest>

#include <nlohmann/json.hpp>

using Run = Program::Run;

/// `--filter` of the commands, on the demo fleet.
class TestFilterCommands : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void narrowsRows();
    void narrowsServices();
    void wrongPointsAtTheColumn();
    void whatItDoesNotApplyTo_data();
    void whatItDoesNotApplyTo();
    void narrowsAPicture();

private:
    nlohmann::json rows(const QString &kind, const QString &filter) const
    {
        const Run run = sextant({QStringLiteral("export"), kind, QStringLiteral("--demo"), QStringLiteral("--format"),
            QStringLiteral("json"), QStringLiteral("--filter"), filter});
        return nlohmann::json::parse(run.out.toStdString(), nullptr, false);
    }
    Program sextant;
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
    QVERIFY(rows(QStringLiteral("nodes"), QStringLiteral("restarts>5")).empty()); // they have none
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
                    sextant.file("x.png"), QStringLiteral("--filter"), QStringLiteral("(")})
            .code,
        2);
    QVERIFY(!QFile::exists(sextant.file("x.png")));
}

void TestFilterCommands::whatItDoesNotApplyTo_data()
{
    QTest::addColumn<QString>("command");
    QTest::addColumn<QString>("what");
    QTest::addColumn<QString>("filter");
    QTest::addColumn<QStringList>("says"); // none: not a word
    QTest::addColumn<int>("code");
    const auto row = [](const char *command, const char *what, const char *filter, const QStringList &says,
                         int code = 0) {
        QTest::addRow("%s %s %s", command, what, filter)
            << QString::fromLatin1(command) << QString::fromLatin1(what) << QString::fromLatin1(filter) << says << code;
    };
    row("export", "capacity", "api", {"--filter does not apply to capacity"}, 2);
    row("export", "nodes", "restarts>5", {"Nodes have no restarts: such a condition fits none"});
    row("export", "pods", "restarts>5", {});
    row("render", "diagnostics", "api", {"--filter does not apply to diagnostics"}, 2);
    row("render", "pods", "stage:migrated", {"Pods have no stage: such a condition fits none"});
    row("render", "migration", "stage:migrated", {});
    row("render", "map", "restarts>5", {}); // its pods have them
    row("render", "map", "stage:migrated", {"Pods have no stage", "Nodes have no stage"});
}

void TestFilterCommands::whatItDoesNotApplyTo()
{
    QFETCH(QString, command);
    QFETCH(QString, what);
    QFETCH(QString, filter);
    QFETCH(QStringList, says);
    QFETCH(int, code);
    const Run run = sextant({command, what, QStringLiteral("--demo"), QStringLiteral("--output"),
        sextant.file("what.png"), QStringLiteral("--filter"), filter});
    QVERIFY2(run.code == code, run.err.constData());
    for (const QString &words : says) {
        QVERIFY2(run.err.contains(words.toUtf8()), run.err.constData());
    }
    QCOMPARE(run.err.contains("such a condition fits none"), !says.isEmpty() && code == 0);
}

void TestFilterCommands::narrowsAPicture()
{
    const auto picture = [&](const char *name, const QString &filter) {
        const QString file = sextant.file(name);
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
