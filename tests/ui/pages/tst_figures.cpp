// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "core/report/export.h"
#include "core/report/report.h"
#include "core/simulator/simulator.h"
#include "ui/bridge/fleetmodel.h"
#include "ui/charts/timechart.h"
#include "ui/models/podtablemodel.h"
#include "ui/pages/capacitypage.h"

#include <QtTest>

#include <nlohmann/json.hpp>

using namespace sextant;
using namespace sextant::ui;

namespace {

std::shared_ptr<const simulator::Options> stillWorld()
{
    auto options = std::make_shared<simulator::Options>();
    options->warmUp = std::chrono::seconds(120);
    simulator::ClusterOptions cluster;
    cluster.name = "still";
    cluster.nodes = 20;
    cluster.pods = 300;
    cluster.churn = 0;
    options->clusters.push_back(cluster);
    simulator::HeliosOptions helios;
    helios.name = "still-helios";
    helios.hosts = 16;
    helios.tasks = 60;
    helios.churn = 0;
    options->helios.push_back(helios);
    return options;
}

/// What is known of a figure; unknown adds nothing.
std::int64_t known(const nlohmann::json &value) { return value.is_null() ? 0 : value.get<std::int64_t>(); }

nlohmann::json exported(report::ExportKind kind, const Picture &picture)
{
    std::string out;
    report::writeExport(kind, report::ExportFormat::Json, picture, {}, [&](std::string_view text) {
        out += text;
        return true;
    });
    return nlohmann::json::parse(out);
}

} // namespace

/// One figure, wherever it is read: the window's models, the report and the export.
class TestFigures : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void windowReportAndExportAgree();
    void theChartsNewestPointMovesByWhatIsScaled();

private:
    std::unique_ptr<Engine> m_engine;
    std::unique_ptr<FleetModel> m_fleet;
};

void TestFigures::initTestCase()
{
    Theme::instance();
    EngineOptions options;
    options.demo = stillWorld();
    m_engine = std::make_unique<Engine>(std::move(options));
    Sources sources;
    sources.demo = true;
    QVERIFY(m_engine->open(sources));
    QVERIFY(m_engine->waitSettled(std::chrono::seconds(60)));
    m_engine->simulator()->pause(true);
    m_fleet = std::make_unique<FleetModel>(*m_engine);
    m_fleet->refreshNow();
    QVERIFY(m_fleet->picture()->sums({}).pods > 100);
}

void TestFigures::windowReportAndExportAgree()
{
    const PicturePtr picture = m_fleet->picture();
    const Sums sums = picture->sums({});

    PodTableModel table;
    table.setPicture(picture);
    table.settle();
    const auto pods = exported(report::ExportKind::Pods, *picture);
    QCOMPARE(static_cast<std::size_t>(table.rowCount()), pods.size());
    std::int64_t requested = 0, charged = 0, undeclared = 0;
    for (const auto &pod : pods) {
        if (pod["phase"] != "Succeeded" && pod["phase"] != "Failed") {
            requested += known(pod["cpu_requested_millicores"]);
            (pod["cluster"] == "still" ? charged : undeclared) += pod["cluster"] == "still"
                ? known(pod["cpu_requested_millicores"])
                : (pod["cpu_requested_millicores"].is_null() ? 1 : 0);
        }
    }
    QCOMPARE(requested, sums.cpu.requested);
    QCOMPARE(charged, sums.cpu.charged);
    QCOMPARE(undeclared, std::int64_t{sums.cpu.undeclared});
    QVERIFY(undeclared > 0 && charged < requested);

    std::int64_t nodesRequested = 0, nodesUsed = 0, allocatable = 0, unscheduled = 0, load = 0, inUse = 0;
    for (const auto &node : exported(report::ExportKind::Nodes, *picture)) {
        nodesRequested += known(node["cpu_requested_millicores"]);
        nodesUsed += known(node["cpu_used_millicores"]);
        allocatable += known(node["cpu_allocatable_millicores"]);
        if (!node["load_average"].is_null()) {
            load += std::llround(node["load_average"].get<double>() * 100);
        }
        inUse += known(node["memory_in_use_with_caches_bytes"]);
    }
    for (const auto &pod : pods) {
        if (pod["node"] == "" && pod["phase"] == "Pending") {
            unscheduled += known(pod["cpu_requested_millicores"]);
        }
    }
    QCOMPARE(nodesRequested + unscheduled, sums.cpu.requested);
    QCOMPARE(nodesUsed, sums.cpu.used);
    QCOMPARE(allocatable, sums.cpu.allocatable);
    QCOMPARE(load, sums.loadHundredths);
    QCOMPARE(inUse, sums.memoryInUse);

    report::ReportOptions options;
    options.now = m_fleet->now();
    const auto made = report::buildReport(*picture, nullptr, options);
    const auto json = nlohmann::json::parse(report::render(*made, report::ReportFormat::Json));
    QCOMPARE(json["total"]["cpu_millicores"]["requested"].get<std::int64_t>(), requested);
    QCOMPARE(json["total"]["cpu_millicores"]["used"].get<std::int64_t>(), nodesUsed);
    QCOMPARE(json["total"]["cpu_millicores"]["requested_of_allocatable"].get<std::int64_t>(), charged);
    QCOMPARE(json["total"]["cpu_millicores"]["pods_without_request"].get<std::int64_t>(), undeclared);
    QCOMPARE(json["total"]["memory_in_use_with_caches_bytes"].get<std::int64_t>(), inUse);
    QCOMPARE(made->figures.front().value, formatPercent(charged, allocatable));
    for (const auto &row : exported(report::ExportKind::Capacity, *picture)) {
        if (row["scope_kind"] == "fleet" && row["resource"] == "cpu") {
            QCOMPARE(row["requested"].get<std::int64_t>(), requested);
            QCOMPARE(row["used"].get<std::int64_t>(), nodesUsed);
            QCOMPARE(row["allocatable"].get<std::int64_t>(), allocatable);
        }
    }
    // A cell of the table is the export's row, in its own words.
    const int name = table.columnOf(QStringLiteral("name"));
    const int status = table.columnOf(QStringLiteral("status"));
    QVERIFY(name >= 0 && status >= 0);
    std::map<std::string, std::string> statusOf;
    for (const auto &pod : pods) {
        statusOf[pod["namespace"].get<std::string>() + "/" + pod["name"].get<std::string>() + "@"
            + pod["node"].get<std::string>()] = pod["status"];
    }
    for (int row = 0; row < table.rowCount(); ++row) {
        const auto pod = picture->snapshot().find(std::get<PodId>(table.idAt(row)));
        const std::string key =
            std::string(pod->ns()) + "/" + table.nameAt(row).toStdString() + "@" + std::string(pod->node());
        QCOMPARE(table.data(table.index(row, status)).toString().toStdString(), statusOf[key]);
    }
}

void TestFigures::theChartsNewestPointMovesByWhatIsScaled()
{
    CapacityPage page(*m_fleet);
    page.resize(1100, 800);
    page.show();
    QVERIFY(QTest::qWaitForWindowExposed(&page));
    page.settle();
    const auto newest = [&] {
        for (const auto &line : page.cpuChart()->data().lines) {
            if (line.color == Token::Requested) {
                return line.values.back();
            }
        }
        return -1.0;
    };
    // A deployment whose pods all request CPU.
    std::optional<WorkloadView> chosen;
    const ClusterSnapshot &cluster = m_fleet->picture()->cluster(0);
    std::int64_t each = 0;
    for (const WorkloadView workload : cluster.workloads()) {
        const auto sums = m_fleet->picture()->of(workload.id());
        if (workload.kind() == WorkloadKind::Deployment && workload.draft().desired.orZero() >= 2
            && workload.draft().ready == workload.draft().desired && sums->pods == workload.draft().desired.value
            && sums->cpu.requested > 0 && sums->cpu.requested % sums->pods == 0) {
            chosen = workload;
            each = sums->cpu.requested / sums->pods;
            break;
        }
    }
    QVERIFY(chosen);
    const double before = newest();
    const int replicas = static_cast<int>(chosen->draft().desired.value) + 3;
    QVERIFY(m_engine->simulator()->scale(0, chosen->draft().ns, chosen->draft().name, replicas));
    m_engine->simulator()->step(30);
    const double wanted = before + 3.0 * static_cast<double>(each) / 1000;
    QTRY_VERIFY2_WITH_TIMEOUT(std::fabs(newest() - wanted) < 1e-6,
        qPrintable(QStringLiteral("%1, wanted %2").arg(newest()).arg(wanted)), 10'000);
}

QTEST_MAIN(TestFigures)
#include "tst_figures.moc"
