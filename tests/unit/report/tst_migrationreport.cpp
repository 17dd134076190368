// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/export.h"
#include "core/report/report.h"
#include "tests/support/twofleets.h"

#include <QXmlStreamReader>
#include <QtTest>

#include <nlohmann/json.hpp>

using namespace sextant;
using namespace sextant::report;
using test::TwoFleets;
using namespace std::chrono_literals;

namespace {

const Time kNow = Time(1'790'000'000s);
const std::string kHostile = "<script>|\"x\"</script>";

/// Five services: one of each stage but rolled back, and one that declares nothing.
void fill(TwoFleets &fleet)
{
    fleet.job("waits", {.ok = 2, .cpu = 250, .memory = 100});
    fleet.job("both", {.ok = 1, .cpu = 100});
    fleet.workload("gke-eu", "n", "both", {.ok = 1, .bad = 1, .cpu = 100});
    fleet.job("moved", {.bad = 1});
    fleet.workload("gke-us", "n", "moved", {.ok = 3, .cpu = 500, .memory = 7});
    fleet.job("=cmd()", {.ok = 1});
    fleet.job(kHostile, {.ok = 1});
    fleet.workload("gke-eu", "n", kHostile + "-later", {.ok = 1});
    fleet.edit("helios-lon", "both", [](WorkloadDraft &draft) { draft.team = "@cantina"; });
    fleet.cluster("gke-us").status().of(ResourceKind::StatefulSets).sync = Sync::Forbidden;
    fleet.cluster("gke-us").publish();
}

struct Made {
    TwoFleets fleet;
    migration::Tracker tracker{migration::Rules()};
    std::optional<Picture> picture;
    migration::ProgressPtr progress;

    Made()
    {
        fill(fleet);
        tracker.prefill({{kNow - 2h, 5, 0, 0, false}, {kNow - 1h, 5, 0, 1, false}});
        picture.emplace(fleet.picture());
        progress = tracker.look(*picture, kNow);
    }
    Report report(ReportOptions options = {}) const
    {
        options.now = kNow + 1h;
        options.migration = progress;
        return std::move(buildReport(*picture, nullptr, options)).value();
    }
    std::string exported(ExportFormat format, const Scope &scope = {}) const
    {
        std::string out;
        writeExport(
            ExportKind::Migration, format, *picture, scope,
            [&](std::string_view text) {
                out += text;
                return true;
            },
            nullptr, progress.get());
        return out;
    }
};

const ReportTable *table(const Report &report, const std::string &title)
{
    for (const ReportTable &one : report.migration->tables) {
        if (one.title == title) {
            return &one;
        }
    }
    return nullptr;
}

std::string rowOf(const ReportTable &table, const std::string &first)
{
    for (const auto &row : table.rows) {
        if (row.front().text == first) {
            std::string out;
            for (const auto &cell : row) {
                out += (out.empty() ? "" : "|") + cell.text;
            }
            return out;
        }
    }
    return "none";
}

} // namespace

class MigrationReportTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void exportIsTheContract();
    void exportOfWhatIsRemembered();
    void exportNarrows();
    void exportWithoutAnything();
    void everyFormatHasIt();
    void figuresAreEqual();
    void scopesNarrow();
    void leftOut();
    void burnUp();
    void manyOwners();
};

void MigrationReportTest::exportIsTheContract()
{
    const Made made;
    const auto lines = QString::fromStdString(made.exported(ExportFormat::Csv)).split(QLatin1Char('\n'));
    QCOMPARE(lines[0],
        QStringLiteral("service,stage,since,owner,helios_instances,helios_healthy,kubernetes_instances,"
                       "kubernetes_healthy,helios_cpu_requested_millicores,kubernetes_cpu_requested_millicores,"
                       "helios_memory_requested_bytes,kubernetes_memory_requested_bytes,matched_by"));
    // Sorted by name; a formula is disarmed, a quote doubled; unknown is empty.
    QCOMPARE(lines[1], QStringLiteral("\"<script>|\"\"x\"\"</script>\",not-started,,,1,1,0,0,,,,,"));
    QCOMPARE(lines[2], QStringLiteral("'=cmd(),not-started,,,1,1,0,0,,,,,"));
    QCOMPARE(lines[3], QStringLiteral("both,in-parallel,,'@cantina,1,1,2,1,100,200,,,equal names"));
    QCOMPARE(lines[4], QStringLiteral("moved,migrated,,,1,0,3,3,,1500,,21,equal names"));
    QCOMPARE(lines[5], QStringLiteral("waits,not-started,,,2,2,0,0,500,,200,,"));
    const auto json = nlohmann::ordered_json::parse(made.exported(ExportFormat::Json));
    QCOMPARE(json.size(), std::size_t(5));
    QVERIFY(json[2]["since"].is_null());
    QCOMPARE(json[2]["owner"].get<std::string>(), std::string("@cantina"));
    QVERIFY(json[2]["helios_memory_requested_bytes"].is_null());
    QCOMPARE(json[0]["matched_by"].get<std::string>(), std::string());
    migration::Progress entered = *made.progress;
    entered.services[3].since = kNow;
    std::string out;
    exportRows(
        ExportKind::Migration, *made.picture, {},
        [&](std::span<const Cell> cells) { out += std::string(cells[2].text) + ";"; }, nullptr, &entered);
    QCOMPARE(out, std::string(";;;2026-09-21T14:13:20Z;;"));
}

/// A side of a service that could not be looked at is unknown, not empty.
void MigrationReportTest::exportOfWhatIsRemembered()
{
    Made made;
    migration::Progress remembered = *made.progress;
    migration::Service &waits = remembered.services[4];
    waits.stale = true;
    waits.helios = {};
    waits.helios.seen = false;
    made.progress = std::make_shared<const migration::Progress>(std::move(remembered));
    const auto lines = QString::fromStdString(made.exported(ExportFormat::Csv)).split(QLatin1Char('\n'));
    QCOMPARE(lines[5], QStringLiteral("waits,not-started,,,,,0,0,,,,,"));
    const std::string note = table(made.report(), "Services by stage")->note;
    QVERIFY(note.find("What 1 service has on a side") != std::string::npos);
}

void MigrationReportTest::exportNarrows()
{
    const Made made;
    const auto names = [&](const Scope &scope) {
        std::string out;
        for (const auto &row : nlohmann::json::parse(made.exported(ExportFormat::Json, scope))) {
            out += row["service"].get<std::string>() + " ";
        }
        return out;
    };
    Scope scope;
    scope.team = "@cantina";
    QCOMPARE(names(scope), std::string("both "));
    scope = {};
    for (const auto &cluster : made.picture->snapshot().clusters()) {
        if (cluster->name() == "gke-us") {
            scope.cluster = cluster->id();
        }
    }
    QCOMPARE(names(scope), std::string("moved "));
    scope = {};
    scope.ns = "n";
    QCOMPARE(names(scope), std::string("both moved "));
}

void MigrationReportTest::exportWithoutAnything()
{
    const Made made;
    std::string out;
    writeExport(ExportKind::Migration, ExportFormat::Json, *made.picture, {}, [&](std::string_view text) {
        out += text;
        return true;
    });
    QVERIFY(nlohmann::json::parse(out).empty());
    QVERIFY(exportKindOf("migration") == ExportKind::Migration);
}

void MigrationReportTest::everyFormatHasIt()
{
    const Made made;
    const Report report = made.report();
    QVERIFY(report.migration);
    const std::string html = render(report, ReportFormat::Html);
    QVERIFY(html.find("<h2>Migration from Helios</h2>") != std::string::npos);
    QVERIFY(html.find("Services moved to Kubernetes</title>") != std::string::npos);
    QVERIFY(html.find("<script>") == std::string::npos);
    QVERIFY(html.find("&lt;script&gt;|&quot;x&quot;") != std::string::npos);
    const std::string markdown = render(report, ReportFormat::Markdown);
    QVERIFY(markdown.find("## Migration from Helios") != std::string::npos);
    QVERIFY(markdown.find("&lt;script&gt;\\|\"x\"&lt;/script&gt;") != std::string::npos);
    QVERIFY(markdown.find("is simulated") != std::string::npos);
    const std::string csv = render(report, ReportFormat::Csv);
    QVERIFY(csv.find("migration_owner,,'@cantina,services,services,") != std::string::npos);
    for (const auto &line : QString::fromStdString(csv).split(QLatin1Char('\n'), Qt::SkipEmptyParts)) {
        QCOMPARE(line.count(QLatin1Char(',')), qsizetype(17)); // no name of this fleet has a comma
    }
    QVERIFY(std::any_of(report.missing.begin(), report.missing.end(),
        [](const std::string &line) { return line.find("Migration: gke-us: ") == 0; }));
    QVERIFY(std::any_of(report.definitions.begin(), report.definitions.end(),
        [](const std::string &line) { return line.find("Migration, shares") == 0; }));
}

void MigrationReportTest::figuresAreEqual()
{
    const Made made;
    const Report report = made.report();
    const auto json = nlohmann::json::parse(render(report, ReportFormat::Json))["migration"];
    QCOMPARE(json["stages"]["not-started"].get<int>(), 3);
    QCOMPARE(json["stages"]["in-parallel"].get<int>(), 1);
    QCOMPARE(json["stages"]["migrated"].get<int>(), 1);
    QCOMPARE(json["services"].size(), std::size_t(5));
    QCOMPARE(json["shares"]["cpu_millicores"]["covered"].get<int>(),
        2); // waits, both; what is left of moved declares nothing
    QCOMPARE(rowOf(*table(report, "Services by stage"), "not started"), std::string("not started|3|60\u202f%|4|0"));
    QCOMPARE(rowOf(*table(report, "Services by stage"), "all"), std::string("all|5|100\u202f%|6|5"));
    QCOMPARE(
        rowOf(*table(report, "Share moved"), "services"), std::string("services||1|1|5|20\u202f%|5 of 5 services"));
    QCOMPARE(rowOf(*table(report, "Migration by owner"), "@cantina"), std::string("@cantina||1|0|1|0|0"));
    QCOMPARE(
        rowOf(*table(report, "Longest in parallel"), "both"), std::string("both|@cantina|≥ 60m|1 of 1|1 of 2|1 → —"));
    const ReportTable *alone = table(report, "Without a partner");
    QVERIFY(alone->rows.front()[7].text.find("- pair: {service: \"<script>") == 0);
    const ReportTable *hosts = table(report, "Helios hosts by what keeps them");
    QCOMPARE(rowOf(*hosts, "helios-lon-node"), std::string("helios-lon-node|helios-lon|6|5"));
    QVERIFY(table(report, "Rolled back") == nullptr);
    QVERIFY2(
        report.migration->summary.find("1 of 5 services have moved (20\u202f%), 1 runs in parallel, 3 have not begun; "
                                       "0 were rolled back.")
            == 0,
        report.migration->summary.c_str());
    // Table, JSON and CSV say one thing.
    const std::string csv = render(report, ReportFormat::Csv);
    QVERIFY(csv.find("migration,,,instances,instances,,,,,,,,2026-09-21T15:13:20Z,3,3,10,5,5\n") != std::string::npos);
    QCOMPARE(json["shares"]["instances"]["total"].get<int>(), 10);
}

void MigrationReportTest::scopesNarrow()
{
    const Made made;
    ReportOptions options;
    options.scope.team = "@cantina";
    const Report report = made.report(options);
    QCOMPARE(report.migration->progress.services.size(), std::size_t(1));
    QCOMPARE(report.migration->progress.byServices.total, 1);
    QCOMPARE(report.migration->progress.byCpu.covered, 1);
    QVERIFY(report.migration->burnUp.empty()); // remembered of the whole alone
    QVERIFY(table(report, "Helios hosts by what keeps them") == nullptr);
    QVERIFY(render(report, ReportFormat::Html).find("Services moved to Kubernetes") == std::string::npos);
}

void MigrationReportTest::leftOut()
{
    const Made made;
    ReportOptions options;
    options.migrationSection = false;
    Report report = made.report(options);
    QVERIFY(!report.migration);
    QVERIFY(nlohmann::json::parse(render(report, ReportFormat::Json))["migration"].is_null());
    QVERIFY(render(report, ReportFormat::Html).find("Migration") == std::string::npos);
    report = std::move(buildReport(*made.picture, nullptr, {.now = kNow})).value();
    QVERIFY(!report.migration);
}

void MigrationReportTest::burnUp()
{
    std::vector<migration::BurnPoint> points;
    for (int i = 0; i < 400; ++i) {
        points.push_back({kNow + i * 24h, 150 + i / 100, i / 3, i % 5, i < 200});
    }
    for (const auto &some : {points, std::vector(points.begin(), points.begin() + 1),
             std::vector<migration::BurnPoint>{{kNow, 0, 0, 0, false}, {kNow, 0, 0, 0, false}}}) {
        const std::string svg = burnUpSvg(some, 872, 260);
        QXmlStreamReader reader(QByteArray::fromStdString(svg));
        while (!reader.atEnd()) {
            reader.readNext();
        }
        QVERIFY2(!reader.hasError(), qPrintable(reader.errorString()));
        QVERIFY(svg.find("nan") == std::string::npos && svg.find("inf") == std::string::npos);
    }
    const std::string svg = burnUpSvg(points, 872, 260);
    QVERIFY(svg.find(">133</text>") != std::string::npos); // what has moved at the end
    QVERIFY(svg.find(">153</text>") != std::string::npos); // of all
    QVERIFY(svg.find("2026-09-21") != std::string::npos);
    QVERIFY(burnUpSvg({}, 100, 100).empty());
}

void MigrationReportTest::manyOwners()
{
    TwoFleets fleet;
    for (int i = 0; i < 40; ++i) {
        const std::string name = "s" + std::to_string(100 + i);
        fleet.job(name, {.ok = 1});
        fleet.edit("helios-lon", name, [&](WorkloadDraft &draft) { draft.team = "t" + std::to_string(100 + i); });
    }
    migration::Tracker tracker{migration::Rules()};
    const Picture picture = fleet.picture();
    ReportOptions options;
    options.now = kNow;
    options.migration = tracker.look(picture, kNow);
    const Report report = std::move(buildReport(picture, nullptr, options)).value();
    const ReportTable *owners = table(report, "Migration by owner");
    QCOMPARE(owners->rows.size(), std::size_t(26));
    QCOMPARE(rowOf(*owners, "other (15)"), std::string("other (15)||15|0|0|15|0"));
    QCOMPARE(table(report, "Without a partner")->rows.size(), std::size_t(20));
}

QTEST_APPLESS_MAIN(MigrationReportTest)
#include "tst_migrationreport.moc"
