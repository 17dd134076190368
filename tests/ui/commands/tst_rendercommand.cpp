// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulator/simulator.h"
#include "program.h"

#include <QFile>
#include <QImage>
#include <QtTest>

using Run = Program::Run;

/// What `render` takes for the map, on a fleet that stands still.
class TestRenderCommand : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void optionsOfTheMap_data();
    void optionsOfTheMap();
    void wrongWords_data();
    void wrongWords();
    void ofTheMapAlone();

private:
    Run render(const QString &view, const QStringList &more) const
    {
        return sextant(QStringList{QStringLiteral("render"), view, QStringLiteral("--kubeconfig"),
                           sextant.file("kubeconfig"), QStringLiteral("--size"), QStringLiteral("1024x700"),
                           QStringLiteral("--output"), sextant.file("map.png")}
            + more);
    }
    /// Null, after saying why: there is none.
    QImage picture(const QStringList &more) const
    {
        QFile::remove(sextant.file("map.png"));
        const Run run = render(QStringLiteral("map"), more);
        const QImage image(sextant.file("map.png"));
        if (run.code != 0 || image.isNull()) {
            qWarning("%d: %s", run.code, run.err.constData());
        }
        return image;
    }
    /// Pixels that are not the same.
    static int apart(const QImage &one, const QImage &other)
    {
        int count = 0;
        for (int y = 0; y < one.height(); ++y) {
            for (int x = 0; x < one.width(); ++x) {
                count += one.pixel(x, y) != other.pixel(x, y) ? 1 : 0;
            }
        }
        return count;
    }
    std::unique_ptr<sextant::simulator::Simulator> m_simulator;
    QImage m_default;
    Program sextant;
};

void TestRenderCommand::initTestCase()
{
    sextant::simulator::Options worlds;
    worlds.clusters = {{.name = "still", .nodes = 40, .pods = 600}};
    worlds.warmUp = std::chrono::seconds(60);
    m_simulator = std::make_unique<sextant::simulator::Simulator>(worlds);
    QVERIFY(m_simulator->start().ok());
    m_simulator->pause(true);
    QVERIFY(m_simulator->writeKubeconfig(sextant.file("kubeconfig").toStdString()).ok());
    m_default = picture({});
    QCOMPARE(m_default.size(), QSize(1024, 700));
    QVERIFY(apart(m_default, picture({})) < 1000); // an age, no more: what differs below is what was asked for
}

void TestRenderCommand::optionsOfTheMap_data()
{
    QTest::addColumn<QStringList>("options");
    const auto row = [](const char *option, const char *value) {
        QTest::addRow("%s %s", option, value) << QStringList{QString::fromLatin1(option), QString::fromLatin1(value)};
    };
    for (const char *color : {"requested", "used", "waste", "restarts", "age", "owner", "stage"}) {
        row("--color", color);
    }
    for (const char *group : {"zone", "type", "owner", "cluster", "label:kubernetes.io/arch"}) {
        row("--group", group);
    }
    for (const char *size : {"memory", "equal"}) {
        row("--size-by", size);
    }
    for (const char *zoom : {"nodes", "pods", "containers"}) {
        row("--zoom", zoom);
    }
    row("--filter", "ns:kube-system");
}

void TestRenderCommand::optionsOfTheMap()
{
    QFETCH(QStringList, options);
    const QImage image = picture(options);
    QCOMPARE(image.size(), m_default.size());
    const int differ = apart(m_default, image);
    QVERIFY2(differ > 10'000, qPrintable(QString::number(differ)));
}

void TestRenderCommand::wrongWords_data()
{
    QTest::addColumn<QString>("option");
    QTest::addColumn<QStringList>("names");
    QTest::newRow("color") << "--color" << QStringList{"state", "requested", "used", "waste", "owner", "stage"};
    QTest::newRow("group") << "--group" << QStringList{"pool", "zone", "type", "owner", "cluster", "label:KEY"};
    QTest::newRow("size") << "--size-by" << QStringList{"cpu", "memory", "equal"};
    QTest::newRow("zoom") << "--zoom" << QStringList{"fleet", "nodes", "pods", "containers"};
}

void TestRenderCommand::wrongWords()
{
    QFETCH(QString, option);
    QFETCH(QStringList, names);
    QFile::remove(sextant.file("map.png"));
    const Run run = render(QStringLiteral("map"), {option, QStringLiteral("blue")});
    QCOMPARE(run.code, 2);
    QVERIFY(!QFile::exists(sextant.file("map.png")));
    for (const QString &name : names + QStringList{option, QStringLiteral("blue")}) {
        QVERIFY2(run.err.contains(name.toUtf8()), run.err.constData());
    }
}

void TestRenderCommand::ofTheMapAlone()
{
    const Run run = render(QStringLiteral("pods"), {QStringLiteral("--color"), QStringLiteral("owner")});
    QCOMPARE(run.code, 2);
    QVERIFY2(run.err.contains("--color, --group, --size-by and --zoom are of the map"), run.err.constData());
}

QTEST_GUILESS_MAIN(TestRenderCommand)
#include "tst_rendercommand.moc"
