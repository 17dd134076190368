// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/axis.h"
#include "ui/charts/burnupchart.h"
#include "ui/charts/capacitychart.h"

#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest>

#include <cmath>

using namespace sextant;
using namespace sextant::ui;

class TestTimeChart : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void axisSteps_data();
    void axisSteps();
    void axisDoesNotWobble();
    void chartNeverShownHasItsTexts();
    void gapsAreNotBridged();
    void unknownIsNotDrawnAsZero();
    void crosshairFollowsTheMouse();
    void svgKeepsFontAndText();
    void burnUpStandsOnWhatMoved();
    void burnUpHasNothingWhereNobodyLooked();
    void labelsOfMonthsDoNotCrowd();
};

void TestTimeChart::axisSteps_data()
{
    QTest::addColumn<double>("largest");
    QTest::addColumn<double>("step");
    for (const auto &[largest, step] :
        {std::pair{0.0, 0.5}, {3.0, 1.0}, {19621.0, 10000.0}, {95.0, 50.0}, {100.0, 50.0}, {7.6, 2.0}}) {
        QTest::addRow("%g", largest) << largest << step;
    }
}

void TestTimeChart::axisSteps()
{
    QFETCH(double, largest);
    QFETCH(double, step);
    const ValueAxis axis = fitAxis(largest, {0, 0});
    QCOMPARE(axis.step, step);
    QVERIFY(axis.top >= largest);
    QVERIFY(axis.top / axis.step <= 6);
}

void TestTimeChart::axisDoesNotWobble()
{
    const ValueAxis axis = fitAxis(70, {0, 0});
    QCOMPARE(fitAxis(axis.top, axis).top, axis.top);
    QCOMPARE(fitAxis(axis.top * 0.6, axis).top, axis.top);
    QVERIFY(fitAxis(axis.top * 1.01, axis).top > axis.top);
    QVERIFY(fitAxis(axis.top * 0.4, axis).top < axis.top);
}

namespace {
std::vector<Sample> samples(Time now, bool gap)
{
    std::vector<Sample> out;
    for (int i = 60; i > 0; --i) {
        if (gap && i < 40 && i > 20) {
            continue;
        }
        Sample sample;
        sample.at = now - std::chrono::seconds(10 * i);
        sample.cpuAllocatable = 20'000;
        sample.cpuRequested = 12'000 + i * 10;
        sample.cpuUsed = 6'000;
        sample.cpuLimit = 15'000;
        out.push_back(sample);
    }
    return out;
}
} // namespace

void TestTimeChart::chartNeverShownHasItsTexts()
{
    const Time now = wallNow();
    TimeChart chart;
    chart.resize(600, 240);
    chart.setEmptyText(QStringLiteral("nothing yet"));
    QCOMPARE(chart.texts(), QStringList{QStringLiteral("nothing yet")});
    const auto all = samples(now, false);
    chart.setData(capacityData(all, all.back(), ChartResource::Cpu, 600));
    const QStringList texts = chart.texts();
    QVERIFY(texts.contains(QStringLiteral("allocatable")) && texts.contains(QStringLiteral("20")));
    QVERIFY(texts.filter(QRegularExpression(QStringLiteral("^\\d\\d:\\d\\d"))).size() >= 2);
    const QImage image = chart.grab().toImage();
    int inked = 0;
    const QColor requested = Theme::instance().color(Token::Requested);
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x) {
            const QColor at = image.pixelColor(x, y);
            inked += std::abs(at.hue() - requested.hue()) < 12 && at.saturation() > 20 ? 1 : 0;
        }
    }
    QVERIFY2(inked > 1000, qPrintable(QString::number(inked)));
}

void TestTimeChart::gapsAreNotBridged()
{
    const Time now = wallNow();
    const auto all = samples(now, true);
    TimeChart chart;
    chart.resize(600, 240);
    chart.setData(capacityData(all, all.back(), ChartResource::Cpu, 600));
    QCOMPARE(chart.chart()->series().size(), 8); // four lines in two runs each
    chart.setData(capacityData(samples(now, false), all.back(), ChartResource::Cpu, 600));
    QCOMPARE(chart.chart()->series().size(), 4);
}

void TestTimeChart::unknownIsNotDrawnAsZero()
{
    Sample sample;
    sample.at = wallNow();
    sample.cpuRequested = 100;
    const auto data = capacityData({}, sample, ChartResource::Cpu, 600);
    for (const auto &line : data.lines) {
        QCOMPARE(std::isnan(line.values.back()), line.color != Token::Requested);
    }
}

void TestTimeChart::crosshairFollowsTheMouse()
{
    const auto all = samples(wallNow(), false);
    TimeChart chart;
    chart.resize(600, 240);
    chart.setData(capacityData(all, all.back(), ChartResource::Cpu, 600));
    chart.show();
    QVERIFY(QTest::qWaitForWindowExposed(&chart));
    QSignalSpy moved(&chart, &TimeChart::crosshairMoved);
    QTest::mouseMove(chart.viewport(), chart.chart()->plotArea().center().toPoint());
    QTRY_VERIFY(!moved.isEmpty());
    const auto at = moved.last().first().value<std::optional<qint64>>();
    QVERIFY(at.has_value());
    const qint64 middle = (chart.data().from + chart.data().to) / 2;
    QVERIFY(std::llabs(*at - middle) < 20'000);
}

void TestTimeChart::svgKeepsFontAndText()
{
    const auto all = samples(wallNow(), false);
    TimeChart chart;
    chart.resize(600, 240);
    chart.setData(capacityData(all, all.back(), ChartResource::Cpu, 600));
    const QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("chart.svg"));
    QVERIFY(chart.save(file));
    QFile svg(file);
    QVERIFY(svg.open(QIODevice::ReadOnly));
    const QString text = QString::fromUtf8(svg.readAll());
    QVERIFY(text.contains(QStringLiteral(">allocatable<")));
    QVERIFY(text.contains(QStringLiteral("font-family=\"") + Theme::instance().font(TextRole::Caption).family()));
    QVERIFY(chart.save(folder.filePath(QStringLiteral("chart.png"))));
}

void TestTimeChart::burnUpStandsOnWhatMoved()
{
    const Time now = wallNow();
    TimeChart chart;
    chart.resize(600, 240);
    chart.setData(burnUpData({}, now));
    QVERIFY(chart.data().times.empty());
    std::vector<migration::BurnPoint> points{
        {now - std::chrono::minutes(40), 100, 20, 5, true}, {now - std::chrono::minutes(10), 110, 60, 5, false}};
    chart.setData(burnUpData(points, now));
    const auto &data = chart.data();
    // The last step holds until now; nothing is drawn before the first nor after now.
    QCOMPARE(data.times.size(), std::size_t(3));
    QCOMPARE(data.times.front(), points[0].at.time_since_epoch().count() * 1000);
    QCOMPARE(data.from, data.times.front());
    QCOMPARE(data.to, now.time_since_epoch().count() * 1000);
    QCOMPARE(data.lines[0].values.back(), 60.0);
    QCOMPARE(data.simulatedUntil, data.times.front());
    const QStringList texts = chart.texts();
    for (const char *words : {"moved", "60", "in scope", "110", "50 still on Helios"}) {
        QVERIFY2(texts.contains(QString::fromLatin1(words)), words);
    }
    // Blue below, violet above it, nothing over the scope.
    const QImage image = chart.grab().toImage();
    const QRectF plot = chart.chart()->plotArea();
    const auto at = [&](double minutes, double value) {
        const double x = plot.right() - plot.width() * minutes / 40;
        const double y = plot.bottom() - plot.height() * value / 150;
        return image.pixelColor(qRound(x), qRound(y));
    };
    const auto hueOf = [](Token token) { return Theme::instance().color(token).hue(); };
    QVERIFY(std::abs(at(20, 10).hue() - hueOf(Token::Kubernetes)) < 12);
    QVERIFY(std::abs(at(20, 70).hue() - hueOf(Token::Helios)) < 12);
    QVERIFY(std::abs(at(5, 30).hue() - hueOf(Token::Kubernetes)) < 12); // a step, no slope
    QVERIFY(std::abs(at(12, 30).hue() - hueOf(Token::Helios)) < 12);
    QVERIFY(at(5, 130).saturation() < 10);
}

void TestTimeChart::burnUpHasNothingWhereNobodyLooked()
{
    const Time now = wallNow();
    std::vector<migration::BurnPoint> points;
    for (int i = 40; i >= 0; --i) {
        if (i < 10 || i > 20) {
            points.push_back({now - std::chrono::minutes(10 * i), 100, 60 - i, 5, false});
        }
    }
    TimeChart chart;
    chart.resize(600, 240);
    chart.setData(burnUpData(points, now));
    QCOMPARE(chart.chart()->series().size(), 8); // two areas, moved and scope in two runs each
    // Thinned out to an hour, the same past has no hole but the real one.
    std::erase_if(points, [&](const migration::BurnPoint &point) {
        return (now - point.at).count() % 3600 != 0 && now - point.at > std::chrono::minutes(100);
    });
    chart.setData(burnUpData(points, now));
    QVERIFY(chart.chart()->series().size() <= 8);
}

void TestTimeChart::labelsOfMonthsDoNotCrowd()
{
    for (const qint64 days : {1, 10, 100, 400, 2000}) {
        QVERIFY2(days * 86400 / timeStep(days * 86400, 6) <= 6, qPrintable(QString::number(days)));
    }
}

QTEST_MAIN(TestTimeChart)
#include "tst_timechart.moc"
