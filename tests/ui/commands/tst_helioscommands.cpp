// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulator/helios_world.h"
#include "core/simulator/simulator.h"
#include "program.h"

#include <QFile>
#include <QtTest>

#include <nlohmann/json.hpp>

using namespace sextant;
using Run = Program::Run;

/// The commands on Helios masters: what they write, what they say, how they leave.
class TestHeliosCommands : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init();
    void whatIsReadWholeIsDone();
    void whatCannotBeReadIsThree();
    void nobodyThereIsFour();
    void wrongWordsAreTwo_data();
    void wrongWordsAreTwo();
    void checkNamesTheMasters();
    void aDeadMasterIsNoFailure();
    void theMigrationIsWritten();

private:
    QString url(std::size_t master) const
    {
        return QString::fromStdString(m_simulator->heliosEndpoints()[0].urls[master]);
    }
    QString masters() const { return url(0) + QLatin1Char(',') + url(1); }
    std::unique_ptr<simulator::Simulator> m_simulator;
    Program sextant;
};

void TestHeliosCommands::initTestCase()
{
    simulator::Options worlds;
    worlds.warmUp = std::chrono::seconds(60);
    simulator::HeliosOptions helios;
    helios.masters = 2;
    helios.churn = 0;
    worlds.helios = {helios};
    m_simulator = std::make_unique<simulator::Simulator>(worlds);
    QVERIFY(m_simulator->start().ok());
    m_simulator->pause(true);
}

void TestHeliosCommands::init()
{
    m_simulator->reviveMaster(0, 0);
    m_simulator->reviveMaster(0, 1);
}

void TestHeliosCommands::whatIsReadWholeIsDone()
{
    const Run run = sextant({QStringLiteral("export"), QStringLiteral("pods"), QStringLiteral("--format"),
        QStringLiteral("json"), QStringLiteral("--helios"), masters()});
    QVERIFY2(run.code == 0, run.err.constData()); // no metrics are no loss here
    const auto rows = nlohmann::json::parse(run.out.toStdString());
    const auto truth = m_simulator->heliosTruth(0);
    QCOMPARE(rows.size(), truth.tasks.size());
    for (const auto &row : rows) {
        QVERIFY(row["restarts"].is_null() && row["cpu_used_millicores"].is_null());
    }
}

void TestHeliosCommands::whatCannotBeReadIsThree()
{
    const std::string host = m_simulator->heliosTruth(0).hosts.front().name;
    QVERIFY(m_simulator->heliosWorld(0)->poison(host, true));
    const Run run = sextant({QStringLiteral("export"), QStringLiteral("nodes"), QStringLiteral("--helios"), masters()});
    QVERIFY(m_simulator->heliosWorld(0)->poison(host, false));
    QVERIFY2(run.code == 3, run.err.constData());
    QVERIFY2(run.err.contains(host.c_str()), run.err.constData());
}

void TestHeliosCommands::nobodyThereIsFour()
{
    m_simulator->killMaster(0, 0);
    m_simulator->killMaster(0, 1);
    const Run run = sextant({QStringLiteral("export"), QStringLiteral("nodes"), QStringLiteral("--timeout"),
        QStringLiteral("10s"), QStringLiteral("--helios"), masters()});
    QVERIFY2(run.code == 4, run.err.constData());
    QVERIFY(run.out.isEmpty());
    QVERIFY(!run.err.isEmpty());
}

void TestHeliosCommands::wrongWordsAreTwo_data()
{
    QTest::addColumn<QString>("masters");
    QTest::newRow("scheme") << "ftp://master:5801";
    QTest::newRow("credentials") << "http://me:secret-word@master:5801";
    QTest::newRow("nothing") << "";
}

void TestHeliosCommands::wrongWordsAreTwo()
{
    QFETCH(QString, masters);
    const Run run = sextant({QStringLiteral("export"), QStringLiteral("nodes"), QStringLiteral("--helios"), masters});
    QVERIFY2(run.code == 2, run.err.constData());
    QVERIFY(!run.err.contains("secret-word"));
}

void TestHeliosCommands::checkNamesTheMasters()
{
    const Run run = sextant({QStringLiteral("check"), QStringLiteral("--helios"), masters()});
    QVERIFY2(run.code == 0, run.err.constData());
    QVERIFY2(run.out.contains(url(0).toUtf8()) && run.out.contains(url(1).toUtf8())
            && run.out.contains("deployment groups") && !run.out.contains("metrics"),
        run.out.constData());
}

void TestHeliosCommands::aDeadMasterIsNoFailure()
{
    m_simulator->killMaster(0, 0);
    const Run run = sextant({QStringLiteral("check"), QStringLiteral("--helios"), masters()});
    QVERIFY2(run.code == 0, (run.out + run.err).constData());
    QVERIFY2(run.out.contains(url(1).toUtf8() + "   answers"), run.out.constData());
}

void TestHeliosCommands::theMigrationIsWritten()
{
    const Run run = sextant({QStringLiteral("export"), QStringLiteral("migration"), QStringLiteral("--format"),
        QStringLiteral("json"), QStringLiteral("--helios"), masters()});
    QVERIFY2(run.code == 0, run.err.constData());
    const auto rows = nlohmann::json::parse(run.out.toStdString());
    QVERIFY(!rows.empty());
    QCOMPARE(rows[0]["stage"], "not-started");
    // A command follows nothing: the window's file is not its to write.
    QVERIFY(!QFile::exists(sextant.file("sextant/migration.json")));
}

QTEST_GUILESS_MAIN(TestHeliosCommands)
#include "tst_helioscommands.moc"
