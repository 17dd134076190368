// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "core/layout/mapcontent.h"
#include "core/query/query.h"
#include "core/report/export.h"
#include "core/report/report.h"
#include "tests/support/heliosfleet.h"
#include "tests/support/samplefleet.h"

#include <QRegularExpression>
#include <QtTest>

#include <nlohmann/json.hpp>

using namespace sextant;
using namespace sextant::report;

namespace {

constexpr std::int64_t kGi = 1024LL * 1024 * 1024;
const Time kNow{std::chrono::seconds(1'900'000'000)};

std::string written(ExportKind kind, ExportFormat format, const FleetStore &store)
{
    std::string out;
    writeExport(kind, format, *test::pictureOf(store), {}, [&](std::string_view text) {
        out += text;
        return true;
    });
    return out;
}

nlohmann::ordered_json rowOf(const nlohmann::ordered_json &rows, const std::string &key, const std::string &value)
{
    for (const auto &row : rows) {
        if (row[key] == value) {
            return row;
        }
    }
    return {};
}

Report made(const FleetStore &store, const Recorder *history = nullptr)
{
    ReportOptions options;
    options.now = kNow;
    auto report = buildReport(*test::pictureOf(store), history, options);
    return std::move(report).value();
}

QString all(const std::vector<std::string> &lines)
{
    QString text;
    for (const auto &line : lines) {
        text += QString::fromStdString(line) + QLatin1Char('\n');
    }
    return text;
}

} // namespace

/// What Helios does not know is unknown in every figure, and what it knows is not taken for something else.
class TestHeliosFigures : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void sumsTellDeclaredFromUnknown();
    void shareOfAllocatableIsOfKubernetes();
    void aNamespaceHasNothingOfHelios();
    void attentionInTheMastersWords();
    void rowsOfTheContract();
    void csvLeavesUnknownEmpty();
    void reportSaysWhatIsKnown();
    void aFleetOfHeliosAloneIsMeasuredByCapacity();
    void tilesByCapacity();
    void tableSumsAreThePictures();
    void chartsCompareLikeWithLike();
};

void TestHeliosFigures::sumsTellDeclaredFromUnknown()
{
    FleetStore store;
    test::addHeliosCluster(store, kNow);
    const PicturePtr picture = test::pictureOf(store);
    const Sums sums = picture->sums({});
    QCOMPARE(sums.nodes, 8);
    QCOMPARE(sums.nodesReady, 4);
    QCOMPARE(sums.podsTotal, 11);
    QCOMPARE(sums.pods, 10); // the parked one holds nothing
    QCOMPARE(sums.cpu.requested, std::int64_t(5 * 500 + 250));
    QCOMPARE(sums.cpu.undeclared, 4);
    QCOMPARE(sums.cpu.charged, std::int64_t(0));
    QCOMPARE(sums.cpu.allocatable, Count::kUnknown);
    QCOMPARE(sums.cpu.capacity, std::int64_t(5 * 16'000)); // h1 … h3, and what the two that are down said
    QCOMPARE(sums.cpu.limit, Count::kUnknown); // there is none
    QCOMPARE(sums.cpu.used, Count::kUnknown);
    QCOMPARE(sums.cpu.unsampled, 0); // nobody expects a sample
    QCOMPARE(sums.memory.requested, 5 * kGi + 4 * kGi + kGi / 2);
    QCOMPARE(sums.memory.limit, sums.memory.requested);
    QCOMPARE(sums.memory.undeclared, 2);
    QCOMPARE(sums.loadHundredths, std::int64_t(3 * 425)); // of the hosts that are up and tell
    QCOMPARE(sums.memoryInUse, 3 * 24 * kGi);

    for (const NodeView host : picture->cluster(0).nodes()) {
        const Sums own = *picture->of(host.id());
        QCOMPARE(own.cpu.limit, Count::kUnknown);
        if (host.name() == "h4") { // no task: a known nothing
            QCOMPARE(own.cpu.requested, std::int64_t(0));
            QCOMPARE(own.memory.limit, std::int64_t(0));
        }
    }
    for (const WorkloadView workload : picture->cluster(0).workloads()) {
        if (workload.name().substr(0, 6) == "legacy") { // two that count, none declares
            QCOMPARE(picture->of(workload.id())->cpu.requested, Count::kUnknown);
            QCOMPARE(picture->of(workload.id())->memory.limit, Count::kUnknown);
            QCOMPARE(picture->of(workload.id())->memory.unlimited, 2);
        }
    }
}

void TestHeliosFigures::shareOfAllocatableIsOfKubernetes()
{
    FleetStore kubernetes, mixed;
    test::fillSampleFleet(kubernetes, {.nodes = 30, .pods = 300, .now = kNow});
    test::fillSampleFleet(mixed, {.nodes = 30, .pods = 300, .now = kNow});
    test::addHeliosCluster(mixed, kNow);
    const Sums alone = test::pictureOf(kubernetes)->sums({});
    const Sums both = test::pictureOf(mixed)->sums({});
    QCOMPARE(both.cpu.charged, alone.cpu.requested);
    QCOMPARE(both.cpu.allocatable, alone.cpu.allocatable);
    QCOMPARE(both.cpu.requested, alone.cpu.requested + 2'750);
    QCOMPARE(both.memory.limit, alone.memory.limit + 9 * kGi + kGi / 2);
    QCOMPARE(both.cpu.used, alone.cpu.used);
    QCOMPARE(both.memory.whole(), alone.memory.allocatable);
    QCOMPARE(both.memory.requestedOfWhole(), alone.memory.requested);
    // The report's percentages stay those of Kubernetes.
    QCOMPARE(made(mixed).figures[0].value, made(kubernetes).figures[0].value);
    QCOMPARE(made(mixed).figures[3].value, made(kubernetes).figures[3].value);
}

void TestHeliosFigures::aNamespaceHasNothingOfHelios()
{
    FleetStore store;
    test::addHeliosCluster(store, kNow);
    test::fillSampleFleet(store, {.clusters = 1, .nodes = 6, .pods = 60, .now = kNow});
    const PicturePtr picture = test::pictureOf(store);
    Scope scope;
    scope.ns = "playlist";
    const Sums sums = picture->sums(scope);
    QCOMPARE(sums.nodes, 6);
    QCOMPARE(sums.loadHundredths, Count::kUnknown);
    QCOMPARE(sums.cpu.requested, sums.cpu.charged);
    for (const NodeView host : picture->cluster(0).nodes()) {
        QVERIFY(!scope.contains(host));
    }
    ReportOptions options;
    options.now = kNow;
    options.scope = scope;
    const auto report = buildReport(*picture, nullptr, options);
    QCOMPARE(report->clusters.size(), std::size_t(1));
    QCOMPARE(report->clusters.front().name, std::string("gke-eu"));
    // An owner has tasks on both sides.
    scope = {};
    scope.team = "cantina";
    QVERIFY(picture->sums(scope).cpu.requested > picture->sums(scope).cpu.charged);
}

void TestHeliosFigures::attentionInTheMastersWords()
{
    FleetStore store;
    test::addHeliosCluster(store, kNow);
    std::vector<std::string> lines;
    for (const Attention &line : attention(*test::pictureOf(store), {}, kNow)) {
        lines.push_back(std::string(line.problem ? "problem" : "warning") + "|" + line.name + "|" + line.place + "|"
            + line.cause + "|" + line.extent);
        QVERIFY(line.cluster == ClusterId(1));
    }
    const std::vector<std::string> wanted{
        "problem|2 hosts in lon3|helios-lon|Hosts DOWN; their 2 tasks were last seen 40m ago|2 hosts",
        "problem|search|helios-lon|FLAPPING: restarts often, its last runs were short|2 tasks",
        "problem|royalty|helios-lon|IMAGE_MISSING: its image was not found|1 task",
        "problem|royalty|helios-lon|Rolling update FAILED on 1 host: h3: timed out waiting for job to reach state "
        "RUNNING|group",
        "warning|h7|helios-lon|The master cannot read this host; what stands here is what was read last|1 host",
        "warning|h8|helios-lon|The master lists this host and knows nothing of it: registered by halves|1 host",
        "warning|legacy:3|helios-lon|PENDING|1 task",
    };
    QCOMPARE(lines, wanted);
    // What an owner asks for leaves out hosts.
    Scope scope;
    scope.team = "cantina";
    QCOMPARE(attention(*test::pictureOf(store), scope, kNow).size(), std::size_t(3));
}

void TestHeliosFigures::rowsOfTheContract()
{
    FleetStore store;
    test::addHeliosCluster(store, kNow);
    const auto pods = nlohmann::ordered_json::parse(written(ExportKind::Pods, ExportFormat::Json, store));
    QCOMPARE(pods.size(), std::size_t(11));
    const std::string playlist = "playlist:1.0:0123456789abcdef0123456789abcdef01234567";
    QCOMPARE(pods[3],
        nlohmann::ordered_json::parse(R"({"cluster":"helios-lon","namespace":"","name":")" + playlist
            + R"(","ready":"1/1","status":"RUNNING","restarts":null,"created":null,"node":"h1","ip":null,)"
              R"("owner_kind":"DeploymentGroup","owner_name":"playlist","qos":null,"cpu_requested_millicores":500,)"
              R"("cpu_limit_millicores":null,"cpu_used_millicores":null,"memory_requested_bytes":1073741824,)"
              R"("memory_limit_bytes":1073741824,"memory_used_bytes":null,"phase":"Running","uid":"h1/)"
            + playlist + R"(","unlimited_containers":""})"));
    // Sorted by name, then by node.
    QCOMPARE(pods[7]["node"], "h6");
    QCOMPARE(pods[7]["status"], "Unknown (last RUNNING)");
    QVERIFY(pods[7]["ready"].is_null());
    const auto legacy = pods[0];
    QCOMPARE(legacy["owner_kind"], "Job");
    QVERIFY(legacy["cpu_requested_millicores"].is_null() && legacy["memory_requested_bytes"].is_null());
    QCOMPARE(legacy["unlimited_containers"], "legacy");
    QCOMPARE(pods[1]["status"], "PENDING");
    QCOMPARE(pods[1]["ready"], "0/1");

    const auto nodes = nlohmann::ordered_json::parse(written(ExportKind::Nodes, ExportFormat::Json, store));
    QCOMPARE(rowOf(nodes, "name", "h1"),
        nlohmann::ordered_json::parse(
            R"({"cluster":"helios-lon","name":"h1","status":"UP","roles":"","version":"0.9.282","created":null,)"
            R"("pods":3,"pods_allocatable":null,"cpu_capacity_millicores":16000,"cpu_allocatable_millicores":null,)"
            R"("cpu_requested_millicores":500,"cpu_limit_millicores":null,"cpu_used_millicores":null,)"
            R"("memory_capacity_bytes":68719476736,"memory_allocatable_bytes":null,)"
            R"("memory_requested_bytes":3221225472,"memory_limit_bytes":3221225472,"memory_used_bytes":null,)"
            R"("unlimited_containers":1,"load_average":4.25,"memory_in_use_with_caches_bytes":25769803776})"));
    const auto down = rowOf(nodes, "name", "h5");
    QCOMPARE(down["status"], "DOWN");
    QVERIFY(down["load_average"].is_null() && down["memory_in_use_with_caches_bytes"].is_null());
    QVERIFY(rowOf(nodes, "name", "h4")["cpu_capacity_millicores"].is_null());

    const auto workloads = nlohmann::ordered_json::parse(written(ExportKind::Workloads, ExportFormat::Json, store));
    QCOMPARE(workloads.size(), std::size_t(4)); // three groups and the job that none of them holds
    QCOMPARE(workloads[0]["kind"], "Job");
    QVERIFY(workloads[0]["cpu_requested_millicores"].is_null());
    QCOMPARE(rowOf(workloads, "name", "search")["kind"], "DeploymentGroup");
    QVERIFY(rowOf(workloads, "name", "search")["cpu_requested_millicores"].is_null());
    QCOMPARE(rowOf(workloads, "name", "search")["memory_requested_bytes"], 4 * kGi);
    QVERIFY(rowOf(workloads, "name", "search")["created"].is_null());

    const auto capacity = nlohmann::ordered_json::parse(written(ExportKind::Capacity, ExportFormat::Json, store));
    const auto cpu = rowOf(capacity, "scope_kind", "cluster");
    QCOMPARE(cpu["capacity"], 80'000);
    QVERIFY(
        cpu["allocatable"].is_null() && cpu["limit"].is_null() && cpu["used"].is_null() && cpu["sampled_at"].is_null());
    QCOMPARE(cpu["requested"], 2'750);
}

void TestHeliosFigures::csvLeavesUnknownEmpty()
{
    FleetStore store;
    test::addHeliosCluster(store, kNow);
    const QString csv = QString::fromStdString(written(ExportKind::Nodes, ExportFormat::Csv, store));
    QVERIFY2(csv.contains(QStringLiteral("helios-lon,h1,UP,,0.9.282,,3,,16000,,500,,,68719476736,,3221225472,"
                                         "3221225472,,1,4.25,25769803776\n")),
        qPrintable(csv));
    const QString table = QString::fromStdString(written(ExportKind::Nodes, ExportFormat::Table, store));
    QVERIFY(table.contains(QStringLiteral("—")));
}

void TestHeliosFigures::reportSaysWhatIsKnown()
{
    FleetStore store;
    test::fillSampleFleet(store, {.clusters = 2, .nodes = 12, .pods = 100, .now = kNow});
    test::addHeliosCluster(store, kNow);
    const Report report = made(store);
    const QString sources = all(report.sources);
    QVERIFY2(sources.contains(QStringLiteral("helios-lon: Helios 0.9.282 at http://master-a.lon.example:5801"))
            && sources.contains(QStringLiteral("http://master-b.lon.example:5801"))
            && sources.contains(QStringLiteral("a round took 1.4 s")),
        qPrintable(sources));
    const QString missing = all(report.missing);
    QVERIFY2(
        missing.contains(QStringLiteral("helios-lon: the master cannot read 1 host, whose figures are missing: h7"))
            && missing.contains(QStringLiteral("helios-lon: 2 hosts are DOWN; their 2 tasks are shown as last known"))
            && !missing.contains(QStringLiteral("metrics")) && !missing.contains(QStringLiteral("deployment groups")),
        qPrintable(missing));
    QVERIFY(all(report.definitions).contains(QStringLiteral("cpuShares")));
    QVERIFY(QString::fromStdString(report.summary).contains(QStringLiteral("6 of 10 tasks declare it")));

    const ReportTable &clusters = report.tables.front();
    const auto &row = clusters.rows[2];
    QCOMPARE(row[0].text, std::string("helios-lon"));
    QCOMPARE(row[3].text, std::string("2.75+")); // a lower bound: four tasks declare nothing
    QVERIFY(row[4].text.find("80") == 0 && row[4].text.find("†") != std::string::npos);
    QCOMPARE(row[7].text, std::string("—"));
    // Nothing adds up across both: the total is of Kubernetes.
    QCOMPARE(clusters.rows.back()[0].text, std::string("Kubernetes"));
    Sums kubernetes = report.clusters[0].sums;
    kubernetes.add(report.clusters[1].sums);
    QCOMPARE(clusters.rows.back()[3].text, formatCores(MilliCpu(kubernetes.cpu.requested)));
    const ReportTable &hosts = report.tables[1];
    QCOMPARE(hosts.title, std::string("Helios hosts"));
    QCOMPARE(hosts.rows[0][1].text, std::string("4 of 8"));
    QCOMPARE(hosts.rows[0][3].text, std::string("6 of 10"));
    QCOMPARE(hosts.rows[0][5].text, std::string("12.8"));

    const auto json = nlohmann::json::parse(render(report, ReportFormat::Json));
    const auto &helios = json["clusters"][2];
    QCOMPARE(helios["orchestrator"], "helios");
    QVERIFY(helios["cpu_millicores"]["allocatable"].is_null() && helios["cpu_millicores"]["limit"].is_null()
        && helios["cpu_millicores"]["used"].is_null());
    QCOMPARE(helios["cpu_millicores"]["pods_without_request"], 4);
    QCOMPARE(helios["load_average"], 12.75);
    const std::string unknown = std::to_string(Count::kUnknown);
    for (const ReportFormat format :
        {ReportFormat::Html, ReportFormat::Markdown, ReportFormat::Csv, ReportFormat::Json}) {
        QVERIFY(render(report, format).find(unknown) == std::string::npos);
        QVERIFY(render(report, format).find("-9223") == std::string::npos);
    }
}

void TestHeliosFigures::aFleetOfHeliosAloneIsMeasuredByCapacity()
{
    FleetStore store;
    test::addHeliosCluster(store, kNow);
    const Report report = made(store);
    QCOMPARE(report.figures[0].value, formatPercent(2'750, 80'000));
    QVERIFY(report.figures[0].detail.find("of capacity") != std::string::npos);
    QCOMPARE(report.figures[1].value, std::string("—"));
    QCOMPARE(report.distributions.size(), std::size_t(2));
    QVERIFY(report.distributions[0].ofCapacity);
    QCOMPARE(report.distributions[0].nodes, 5); // that tell their CPUs
    QVERIFY(QString::fromStdString(report.summary).startsWith(QStringLiteral("On Helios, tasks request at least")));
    // A scope without anything declared is not 0 %.
    FleetStore bare;
    const auto cluster = bare.add();
    cluster->status().orchestrator = Orchestrator::Helios;
    cluster->status().connection = Connection::Live;
    cluster->upsert(test::heliosHost("h", "lon3", kNow));
    cluster->upsert(test::heliosTask("legacy:1:aa", "h", -1, -1));
    cluster->publish();
    QCOMPARE(made(bare).figures[0].value, std::string("—"));
}

void TestHeliosFigures::tilesByCapacity()
{
    FleetStore store;
    test::addHeliosCluster(store, kNow);
    const auto content = layout::collect(test::pictureOf(store), {});
    QCOMPARE(content.clusters.front().ofCapacity, true);
    QCOMPARE(content.clusters.front().allocatable, std::int64_t(80'000));
    QCOMPARE(content.clusters.front().requested, std::int64_t(2'750));
    QCOMPARE(content.clusters.front().undeclared, 4U);
    QCOMPARE(content.undeclared, 4U);
    QVERIFY(content.loads);
    for (const layout::Tile &tile : content.tiles) {
        if (tile.name == "h1") { // playlist, and two of which nobody knows
            QVERIFY(tile.sized && tile.ofCapacity);
            QCOMPARE(tile.requested, 500.0F / 16'000);
            QCOMPARE(tile.load, 4.25F / 16);
            QCOMPARE(tile.undeclared, 2U);
            float undeclared = 0, declared = 0;
            for (const layout::Item &item : content.itemsOf(tile)) {
                (item.declared ? declared : undeclared) += item.share;
            }
            QCOMPARE(declared, 500.0F / 16'000);
            QCOMPARE(undeclared, 2.0F / 24);
        } else if (tile.name == "h5") {
            QCOMPARE(tile.load, -1.0F); // what it said last is no load of now
            QVERIFY(tile.silent);
        } else if (tile.name == "h4") {
            QVERIFY(!tile.sized);
            QCOMPARE(tile.requested, -1.0F);
        }
    }
}

void TestHeliosFigures::tableSumsAreThePictures()
{
    FleetStore store;
    test::fillSampleFleet(store, {.clusters = 1, .nodes = 6, .pods = 60, .now = kNow});
    test::addHeliosCluster(store, kNow);
    const PicturePtr picture = test::pictureOf(store);
    const Sums sums = picture->sums({});
    const auto pods = runQuery(*picture, {.table = TableKind::Pods});
    QCOMPARE(pods->cpu.requested, sums.cpu.requested);
    QCOMPARE(pods->cpu.charged, sums.cpu.charged);
    QCOMPARE(pods->cpu.undeclared, sums.cpu.undeclared);
    QCOMPARE(pods->memory.limit, sums.memory.limit);
    const auto nodes = runQuery(*picture, {.table = TableKind::Nodes});
    QCOMPARE(nodes->cpu.capacity, sums.cpu.capacity);
    QCOMPARE(nodes->cpu.allocatable, sums.cpu.allocatable);
    // Unknown stands last, whichever way.
    for (const bool descending : {false, true}) {
        const auto byLoad = runQuery(*picture,
            {.table = TableKind::Nodes, .column = static_cast<int>(NodeColumn::Load), .descending = descending});
        QCOMPARE(byLoad->rows.front().cluster, 1U);
        QCOMPARE(byLoad->rows.back().cluster, 1U); // by place: h8
        QCOMPARE(byLoad->rows[3].cluster, 0U);
    }
    const auto found =
        runQuery(*picture, {.table = TableKind::Workloads, .filter = *Filter::parse(Filter::word("royalty:2"))});
    QCOMPARE(found->rows.size(), std::size_t(1)); // the group, by the job it rolls out
}

void TestHeliosFigures::chartsCompareLikeWithLike()
{
    FleetStore store;
    test::addHeliosCluster(store, kNow);
    test::fillSampleFleet(store, {.clusters = 1, .nodes = 6, .pods = 60, .now = kNow});
    const PicturePtr picture = test::pictureOf(store);
    const Sample fleet = sampleOf(picture->sums({}), kNow);
    QCOMPARE(fleet.cpuRequested, picture->sums({}).cpu.charged);
    const Sample helios = sampleOf(picture->sums({ClusterId(1), {}, {}, {}}), kNow);
    QCOMPARE(helios.cpuRequested, std::int64_t(2'750));
    QCOMPARE(helios.cpuCapacity, std::int64_t(80'000));
    QCOMPARE(helios.cpuAllocatable, Count::kUnknown);
    QCOMPARE(helios.cpuLimit, Count::kUnknown);
    QCOMPARE(helios.cpuUsed, Count::kUnknown);

    Recorder history;
    const Scope scope{ClusterId(1), {}, {}, {}};
    history.prefill(scope, {helios, sampleOf(picture->sums(scope), kNow + std::chrono::seconds(10))});
    ReportOptions options;
    options.now = kNow + std::chrono::seconds(10);
    options.scope = scope;
    const auto report = buildReport(*picture, &history, options);
    QCOMPARE(report->charts.size(), std::size_t(2));
    const std::string svg = chartSvg(report->charts[0], 800, 240);
    QVERIFY(svg.find(">capacity<") != std::string::npos && svg.find(">allocatable<") == std::string::npos
        && svg.find(">used<") == std::string::npos);
}

QTEST_APPLESS_MAIN(TestHeliosFigures)
#include "tst_heliosfigures.moc"
