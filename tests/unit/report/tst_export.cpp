// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/export.h"
#include "tests/support/samplefleet.h"

#include <QtTest>

#include <nlohmann/json.hpp>

using namespace sextant;
using namespace sextant::report;

namespace {

std::string written(ExportKind kind, ExportFormat format, const FleetStore &store, const Scope &scope = {})
{
    std::string out;
    writeExport(kind, format, *test::pictureOf(store), scope, [&](std::string_view text) {
        out += text;
        return true;
    });
    return out;
}

/// A reader of RFC 4180 of its own: rows of fields.
std::vector<std::vector<std::string>> parsedCsv(const std::string &text)
{
    std::vector<std::vector<std::string>> rows(1, std::vector<std::string>(1));
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        std::string &field = rows.back().back();
        if (quoted) {
            if (c == '"' && i + 1 < text.size() && text[i + 1] == '"') {
                field += '"';
                ++i;
            } else if (c == '"') {
                quoted = false;
            } else {
                field += c;
            }
        } else if (c == '"') {
            quoted = true;
        } else if (c == ',') {
            rows.back().emplace_back();
        } else if (c == '\n') {
            rows.emplace_back(1);
        } else {
            field += c;
        }
    }
    rows.pop_back();
    return rows;
}

} // namespace

class TestExport : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void columnsAreTheContract();
    void csvFields_data();
    void csvFields();
    void csvAndJsonSayTheSame();
    void unknownIsEmptyOrNullAndNothingIsZero();
    void everyFigureStandsInItsColumn();
    void rowsAreSorted();
    void scopeNarrows();
    void tablesAreSafeForTerminals();
    void aReaderThatGoesAwayEndsIt();
};

void TestExport::columnsAreTheContract()
{
    const auto joined = [](ExportKind kind) {
        std::string out;
        for (const auto column : exportColumns(kind)) {
            out += (out.empty() ? "" : ",") + std::string(column);
        }
        return out;
    };
    QCOMPARE(joined(ExportKind::Pods),
        std::string("cluster,namespace,name,ready,status,restarts,created,node,ip,owner_kind,owner_name,qos,"
                    "cpu_requested_millicores,cpu_limit_millicores,cpu_used_millicores,memory_requested_bytes,"
                    "memory_limit_bytes,memory_used_bytes,phase,uid,unlimited_containers"));
    QCOMPARE(joined(ExportKind::Nodes),
        std::string("cluster,name,status,roles,version,created,pods,pods_allocatable,cpu_capacity_millicores,"
                    "cpu_allocatable_millicores,cpu_requested_millicores,cpu_limit_millicores,cpu_used_millicores,"
                    "memory_capacity_bytes,memory_allocatable_bytes,memory_requested_bytes,memory_limit_bytes,"
                    "memory_used_bytes,unlimited_containers,load_average,memory_in_use_with_caches_bytes"));
    QCOMPARE(joined(ExportKind::Workloads),
        std::string(
            "cluster,namespace,kind,name,desired,ready,updated,available,created,owner,cpu_requested_millicores,"
            "cpu_used_millicores,memory_requested_bytes,memory_used_bytes"));
    QCOMPARE(joined(ExportKind::Capacity),
        std::string("scope_kind,scope,resource,unit,capacity,allocatable,requested,limit,used,sampled_at"));
}

void TestExport::csvFields_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("field");
    const std::pair<const char *, const char *> rows[] = {{"plain", "plain"}, {"", ""}, {"a,b", "\"a,b\""},
        {"a\"b", "\"a\"\"b\""}, {"a\nb", "\"a\nb\""}, {"=1+1", "'=1+1"}, {"+1", "'+1"}, {"-1", "'-1"}, {"@x", "'@x"},
        {"\tx", "'\tx"}, {"\rx", "\"'\rx\""}, {"=a,b", "\"'=a,b\""}, {"a=b", "a=b"}, {"'=x", "'=x"}};
    for (const auto &[text, field] : rows) {
        QTest::addRow("%s", qPrintable(QString::fromLatin1(text).toHtmlEscaped()))
            << QString::fromLatin1(text) << QString::fromLatin1(field);
    }
}

void TestExport::csvFields()
{
    QFETCH(QString, text);
    QFETCH(QString, field);
    QCOMPARE(QString::fromStdString(csvField(text.toStdString())), field);
}

void TestExport::csvAndJsonSayTheSame()
{
    FleetStore store;
    test::fillSampleFleet(store, {.nodes = 30, .pods = 300});
    for (const ExportKind kind : {ExportKind::Pods, ExportKind::Nodes, ExportKind::Workloads, ExportKind::Capacity}) {
        const auto csv = parsedCsv(written(kind, ExportFormat::Csv, store));
        const auto json = nlohmann::ordered_json::parse(written(kind, ExportFormat::Json, store));
        QCOMPARE(json.size(), csv.size() - 1);
        QVERIFY(json.size() > 5);
        for (std::size_t r = 0; r < json.size(); ++r) {
            QCOMPARE(json[r].size(), csv[0].size());
            std::size_t c = 0;
            for (const auto &[key, value] : json[r].items()) {
                QCOMPARE(key, csv[0][c]);
                const std::string field = csv[r + 1][c];
                QCOMPARE(field,
                    value.is_null()         ? std::string()
                        : value.is_string() ? value.get<std::string>()
                                            : value.dump());
                ++c;
            }
        }
    }
}

void TestExport::unknownIsEmptyOrNullAndNothingIsZero()
{
    FleetStore store;
    const auto cluster = store.add();
    cluster->status().name = "c";
    NodeDraft bare;
    bare.uid = "n";
    bare.name = "n";
    bare.status = "Unknown";
    cluster->upsert(bare);
    PodDraft pod;
    pod.uid = "p";
    pod.ns = "ns";
    pod.name = "p";
    pod.phase = "Pending";
    pod.status = "Pending";
    cluster->upsert(pod);
    cluster->publish();
    const auto pods = nlohmann::json::parse(written(ExportKind::Pods, ExportFormat::Json, store));
    QCOMPARE(pods[0]["cpu_requested_millicores"], nlohmann::json(0)); // none set is 0
    QVERIFY(pods[0]["cpu_limit_millicores"].is_null());
    QVERIFY(pods[0]["cpu_used_millicores"].is_null());
    QCOMPARE(pods[0]["node"], nlohmann::json("")); // a known nothing
    const auto nodes = nlohmann::json::parse(written(ExportKind::Nodes, ExportFormat::Json, store));
    QVERIFY(nodes[0]["cpu_allocatable_millicores"].is_null());
    QCOMPARE(nodes[0]["cpu_limit_millicores"], nlohmann::json(0)); // a sum over nothing
    QCOMPARE(nodes[0]["roles"], nlohmann::json(""));
    QCOMPARE(nodes[0]["pods"], nlohmann::json(0));
}

void TestExport::everyFigureStandsInItsColumn()
{
    FleetStore store;
    const auto cluster = store.add();
    cluster->status().name = "c";
    const Time now = wallNow();
    NodeDraft node;
    node.uid = "n";
    node.name = "n";
    node.status = "Ready";
    node.state = State::Ok;
    node.hasAllocatable = true;
    node.capacity = {
        .cpu = MilliCpu(4000), .memory = Bytes(8000), .pods = Count(110), .ephemeralStorage = {}, .extended = {}};
    node.allocatable = {
        .cpu = MilliCpu(3900), .memory = Bytes(7700), .pods = Count(100), .ephemeralStorage = {}, .extended = {}};
    cluster->upsert(node);
    PodDraft pod = test::samplePod("ns", "p", "n", 100, 1, now);
    pod.memoryRequested = Bytes(1000);
    pod.cpuLimit = MilliCpu(200);
    pod.unlimitedCpu.clear();
    pod.memoryLimit = {};
    pod.containers[0].name = "side";
    pod.unlimitedMemory = {"side"};
    cluster->upsert(pod);
    cluster->setUsage(ResourceKind::NodeMetrics, {{{}, "n", MilliCpu(60), Bytes(900), now}}, now);
    cluster->setUsage(ResourceKind::PodMetrics, {{"ns", "p", MilliCpu(50), Bytes(700), now}}, now);
    cluster->publish();
    const auto holds = [&](ExportKind kind, std::size_t row, const char *expected) {
        const auto rows = nlohmann::json::parse(written(kind, ExportFormat::Json, store));
        const auto wanted = nlohmann::json::parse(expected);
        for (const auto &[key, value] : wanted.items()) {
            const std::string got = rows.at(row).at(key).dump();
            QVERIFY2(got == value.dump(), (key + ": " + got + ", wanted " + value.dump()).c_str());
        }
    };
    holds(ExportKind::Nodes, 0,
        R"({"pods": 1, "pods_allocatable": 100, "cpu_capacity_millicores": 4000, "cpu_allocatable_millicores": 3900,
            "cpu_requested_millicores": 100, "cpu_limit_millicores": 200, "cpu_used_millicores": 60,
            "memory_capacity_bytes": 8000, "memory_allocatable_bytes": 7700, "memory_requested_bytes": 1000,
            "memory_limit_bytes": 0, "memory_used_bytes": 900, "unlimited_containers": 1})");
    holds(ExportKind::Pods, 0,
        R"({"cpu_requested_millicores": 100, "cpu_limit_millicores": 200, "cpu_used_millicores": 50,
            "memory_requested_bytes": 1000, "memory_limit_bytes": null, "memory_used_bytes": 700,
            "unlimited_containers": "side"})");
    holds(ExportKind::Capacity, 0,
        R"({"scope_kind": "fleet", "resource": "cpu", "capacity": 4000, "allocatable": 3900, "requested": 100,
            "limit": 200, "used": 60})");
    holds(ExportKind::Capacity, 1,
        R"({"scope_kind": "fleet", "resource": "memory", "capacity": 8000, "allocatable": 7700, "requested": 1000,
            "limit": 0, "used": 900})");
    holds(ExportKind::Capacity, 2, R"({"resource": "pods", "allocatable": 100, "requested": 1, "used": 1})");
}

void TestExport::rowsAreSorted()
{
    FleetStore store;
    test::fillSampleFleet(store, {.nodes = 30, .pods = 400});
    const auto rows = nlohmann::json::parse(written(ExportKind::Pods, ExportFormat::Json, store));
    for (std::size_t i = 1; i < rows.size(); ++i) {
        const auto key = [&](std::size_t k) {
            return std::tuple(rows[k]["cluster"].get<std::string>(), rows[k]["namespace"].get<std::string>(),
                rows[k]["name"].get<std::string>(), rows[k]["node"].get<std::string>());
        };
        QVERIFY(key(i - 1) <= key(i));
    }
}

void TestExport::scopeNarrows()
{
    FleetStore store;
    test::fillSampleFleet(store, {.nodes = 30, .pods = 400});
    const auto all = nlohmann::json::parse(written(ExportKind::Pods, ExportFormat::Json, store));
    const std::string ns = all[0]["namespace"];
    const auto some =
        nlohmann::json::parse(written(ExportKind::Pods, ExportFormat::Json, store, Scope{ClusterId(1), ns, {}, {}}));
    std::size_t wanted = 0;
    for (const auto &row : all) {
        wanted += row["cluster"] == test::pictureOf(store)->cluster(0).name() && row["namespace"] == ns ? 1 : 0;
    }
    QCOMPARE(some.size(), wanted);
    QVERIFY(wanted > 0 && wanted < all.size());
}

void TestExport::tablesAreSafeForTerminals()
{
    FleetStore store;
    const auto cluster = store.add();
    PodDraft pod = test::samplePod("ns", "evil\x1b]0;title\x07", "n", 1, 1, wallNow());
    cluster->upsert(pod);
    cluster->publish();
    const std::string table = written(ExportKind::Pods, ExportFormat::Table, store);
    QVERIFY(table.find('\x1b') == std::string::npos && table.find('\x07') == std::string::npos);
    QVERIFY(table.find("evil\\u001b") != std::string::npos);
    QVERIFY(table.find("—") != std::string::npos); // unknown usage
    // JSON keeps the name as it is, escaped as JSON escapes.
    QCOMPARE(nlohmann::json::parse(written(ExportKind::Pods, ExportFormat::Json, store))[0]["name"].get<std::string>(),
        pod.name);
}

void TestExport::aReaderThatGoesAwayEndsIt()
{
    FleetStore store;
    test::fillSampleFleet(store);
    int calls = 0;
    writeExport(ExportKind::Pods, ExportFormat::Csv, *test::pictureOf(store), {}, [&](std::string_view) {
        ++calls;
        return false;
    });
    QCOMPARE(calls, 1);
}

QTEST_APPLESS_MAIN(TestExport)
#include "tst_export.moc"
