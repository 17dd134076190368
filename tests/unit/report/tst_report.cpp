// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/report.h"
#include "tests/support/samplefleet.h"

#include <QRegularExpression>
#include <QXmlStreamReader>
#include <QtTest>

#include <nlohmann/json.hpp>

using namespace sextant;
using namespace sextant::report;

namespace {

Report made(const FleetStore &store, const Recorder *history = nullptr, ReportOptions options = {})
{
    options.now = wallNow();
    auto report = buildReport(*test::pictureOf(store), history, options);
    return std::move(report).value();
}

} // namespace

class TestReport : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void figuresAreThePictures();
    void htmlLoadsNothingAndIsWellFormed();
    void hostileNamesStayTexts();
    void whatIsMissingIsNamed();
    void aPeriodLongerThanHeldIsRefused();
    void chartsHatchGaps();
    void sectionsCanBeLeftOut();
    void csvAndJsonAgree();
};

void TestReport::figuresAreThePictures()
{
    FleetStore store;
    test::fillSampleFleet(store);
    const Report report = made(store);
    const Sums sums = test::pictureOf(store)->sums({});
    QCOMPARE(report.total.sums.cpu.requested, sums.cpu.requested);
    std::int64_t clusters = 0, pools = 0, namespaces = 0;
    for (const Figures &part : report.clusters) {
        clusters += part.sums.cpu.requested;
    }
    for (const Figures &part : report.pools) {
        pools += part.sums.cpu.allocatable;
    }
    for (const Figures &part : report.namespaces) {
        namespaces += part.sums.cpu.requested;
    }
    QCOMPARE(clusters, sums.cpu.requested);
    QCOMPARE(pools, sums.cpu.allocatable);
    QCOMPARE(namespaces, sums.cpu.requested);
    QCOMPARE(report.distributions[0].nodes, sums.nodes);
}

void TestReport::htmlLoadsNothingAndIsWellFormed()
{
    FleetStore store;
    test::fillSampleFleet(store, {.nodes = 30, .pods = 300});
    QString html = QString::fromStdString(render(made(store), ReportFormat::Html));
    QVERIFY(!html.contains(QRegularExpression(QStringLiteral("(src|href)\\s*="))));
    QVERIFY(!html.contains(QStringLiteral("url(")));
    QVERIFY(html.contains(QStringLiteral("default-src 'none'")));
    // Well-formed but for the void elements of HTML.
    html.remove(QStringLiteral("<!DOCTYPE html>"))
        .replace(QRegularExpression(QStringLiteral("<meta([^>]*)>")), QStringLiteral("<meta\\1/>"));
    QXmlStreamReader xml(html);
    while (!xml.atEnd()) {
        xml.readNext();
    }
    QVERIFY2(!xml.hasError(), qPrintable(xml.errorString()));
}

void TestReport::hostileNamesStayTexts()
{
    FleetStore store;
    const auto cluster = store.add();
    cluster->status().name = "<script>alert(1)</script>";
    cluster->status().connection = Connection::Live;
    cluster->upsert(test::sampleNode("n|`*_", "p\"onload=x", 4, 16, wallNow()));
    PodDraft pod = test::samplePod("ns<b>", "[x](javascript:y)", "n|`*_", 1, 1, wallNow() - std::chrono::hours(2));
    pod.state = State::Failed;
    pod.status = "Error";
    pod.statusMessage = "</td><img src=x>";
    cluster->upsert(pod);
    cluster->publish();
    const Report report = made(store);
    const std::string html = render(report, ReportFormat::Html);
    QVERIFY(html.find("<script") == std::string::npos && html.find("<img") == std::string::npos
        && html.find("ns<b>") == std::string::npos);
    QVERIFY(html.find("&lt;script&gt;") != std::string::npos);
    const std::string md = render(report, ReportFormat::Markdown);
    QVERIFY(md.find("<script") == std::string::npos && md.find("](javascript") == std::string::npos);
}

void TestReport::whatIsMissingIsNamed()
{
    FleetStore store;
    const auto truth = test::fillSampleFleet(store, {.clusters = 2, .nodes = 6, .pods = 20});
    QVERIFY(made(store).missing.empty());
    ClusterStatus &status = truth.clusters[0]->status();
    status.of(ResourceKind::Nodes).sync = Sync::Forbidden;
    status.of(ResourceKind::Nodes).error =
        Error{ErrorCode::Forbidden, "nodes is forbidden: User \"ana\" cannot list", {}, {}};
    status.of(ResourceKind::PodMetrics).sync = Sync::Absent;
    truth.clusters[0]->publish();
    truth.clusters[1]->status().connection = Connection::Stale;
    truth.clusters[1]->publish();
    const Report report = made(store);
    const std::string all = [&] {
        std::string text;
        for (const auto &line : report.missing) {
            text += line + '\n';
        }
        return text;
    }();
    QVERIFY2(all.find("nodes may not be listed: nodes is forbidden: User") != std::string::npos, all.c_str());
    QVERIFY(all.find("pod metrics are not served") != std::string::npos);
    QVERIFY(all.find("not heard for") != std::string::npos);
    for (const ReportFormat format : {ReportFormat::Html, ReportFormat::Markdown, ReportFormat::Json}) {
        QVERIFY(render(report, format).find("may not be listed") != std::string::npos);
    }
}

void TestReport::aPeriodLongerThanHeldIsRefused()
{
    FleetStore store;
    test::fillSampleFleet(store, {.clusters = 1, .nodes = 3, .pods = 9});
    ReportOptions options;
    options.now = wallNow();
    options.period = std::chrono::hours(24 * 30);
    const Recorder empty;
    const auto refused = buildReport(*test::pictureOf(store), &empty, options);
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::Usage);
    QVERIFY(refused.error().text().find("30d") != std::string::npos);
}

void TestReport::chartsHatchGaps()
{
    FleetStore store;
    test::fillSampleFleet(store, {.clusters = 1, .nodes = 3, .pods = 9});
    Recorder history;
    const Time now = wallNow();
    std::vector<Sample> samples;
    for (int i = 100; i > 0; --i) {
        if (i < 60 || i > 80) {
            samples.push_back(sampleOf(test::pictureOf(store)->sums({}), now - std::chrono::seconds(10 * i)));
        }
    }
    history.prefill(Scope{}, samples);
    const Report with = made(store, &history);
    QCOMPARE(with.charts.size(), std::size_t(2));
    const QString svg = QString::fromStdString(chartSvg(with.charts[0], 800, 240));
    QVERIFY(svg.count(QStringLiteral("stroke-width=\"0.6\"")) > 3); // the hatch
    QCOMPARE(svg.count(QStringLiteral("fill-opacity")), 4); // two runs of two areas: nothing bridges the gap
    QVERIFY(made(store).charts.empty());
    QVERIFY(made(store).period.find("instant") == 0);
}

void TestReport::sectionsCanBeLeftOut()
{
    FleetStore store;
    test::fillSampleFleet(store, {.nodes = 30, .pods = 300});
    ReportOptions options;
    options.pools = options.namespaces = options.teams = options.attention = options.distribution = false;
    const Report report = made(store, nullptr, options);
    QCOMPARE(report.tables.size(), std::size_t(1));
    QVERIFY(report.distributions.empty() && report.attention.empty());
}

void TestReport::csvAndJsonAgree()
{
    FleetStore store;
    test::fillSampleFleet(store, {.nodes = 30, .pods = 300});
    const Report report = made(store);
    const auto json = nlohmann::json::parse(render(report, ReportFormat::Json));
    QCOMPARE(json["total"]["cpu_millicores"]["requested"].get<std::int64_t>(), report.total.sums.cpu.requested);
    const QStringList lines =
        QString::fromStdString(render(report, ReportFormat::Csv)).split(QLatin1Char('\n'), Qt::SkipEmptyParts);
    QCOMPARE(static_cast<std::size_t>(lines.size()),
        1
            + 2
                * (1 + json["clusters"].size() + json["pools"].size() + json["namespaces"].size()
                    + json["teams"].size()));
    QCOMPARE(lines[1].split(QLatin1Char(','))[9].toLongLong(), qint64(report.total.sums.cpu.requested));
}

QTEST_APPLESS_MAIN(TestReport)
#include "tst_report.moc"
