// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kubernetes/podtable.h"

#include <QtTest>

using namespace sextant;
using namespace sextant::kubernetes;

namespace {

const std::string kColumns =
    R"([{"name":"Name","type":"string"},{"name":"Ready","type":"string"},{"name":"Status","type":"string"},)"
    R"({"name":"Restarts","type":"string"},{"name":"Age","type":"string"},{"name":"IP","type":"string"},)"
    R"({"name":"Node","type":"string"},{"name":"Nominated Node","type":"string"},{"name":"Readiness Gates"}])";

std::string table(const std::string &rows, const std::string &columns = kColumns, const std::string &meta = "")
{
    return R"({"kind":"Table","apiVersion":"meta.k8s.io/v1","metadata":{"resourceVersion":"7")" + meta
        + R"(},"columnDefinitions":)" + columns + R"(,"rows":[)" + rows + "]}";
}

std::string row(const std::string &ready, const std::string &status, const std::string &node = "n-1",
    const std::string &end = {}, const std::string &gates = "\\u003cnone\\u003e")
{
    std::string cells;
    for (const std::string &cell : {std::string("p"), ready, status, std::string("3 (5m ago)"), std::string("4d"),
             std::string("10.0.0.1"), node, std::string("\\u003cnone\\u003e"), gates}) {
        cells += (cells.empty() ? "\"" : ",\"") + cell + "\"";
    }
    const std::string conditions = R"([{"type":"Completed","status":"True","reason":")" + end + R"("}])";
    return R"({"cells":[)" + cells + R"(],"conditions":)" + (end.empty() ? "null" : conditions) + R"(,"object":null})";
}

/// What is made of it, fed `step` bytes at a time: "node State" of each row, or the error's message at the end.
QStringList read(const std::string &text, std::size_t step = 1000)
{
    QStringList out;
    PodTable reader([&out](std::string_view node, State state) {
        out += QString::fromStdString(std::string(node) + " " + std::string(stateWord(state)));
    });
    Result<void> result;
    for (std::size_t at = 0; result && at < text.size(); at += step) {
        result = reader.feed(std::string_view(text).substr(at, step));
    }
    result = result ? reader.finish() : result;
    if (!result) {
        out += QString::fromStdString(result.error().message);
    }
    return out;
}

} // namespace

class PodTableTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void states_data();
    void states();
    void anySplit();
    void oddTables_data();
    void oddTables();
};

void PodTableTest::states_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("expected");
    const auto is = [](const char *name, const std::string &one, const char *expected) {
        QTest::newRow(name) << QString::fromStdString(one) << expected;
    };
    is("running and ready", row("2/2", "Running"), "n-1 ready");
    is("running, one not ready", row("1/2", "Running"), "n-1 not ready");
    is("a readiness gate is closed", row("2/2", "Running", "n-1", {}, "0/1"), "n-1 not ready");
    is("all readiness gates are open", row("2/2", "Running", "n-1", {}, "2/2"), "n-1 ready");
    is("waits for a node", row("0/1", "Pending", "\\u003cnone\\u003e"), " starting");
    is("starts", row("0/1", "Init:0/2"), "n-1 starting");
    is("pulls", row("0/1", "ContainerCreating"), "n-1 starting");
    is("crashes", row("0/1", "CrashLoopBackOff"), "n-1 failed");
    is("cannot be pulled", row("1/2", "ImagePullBackOff"), "n-1 failed");
    is("ended well", row("0/1", "Completed", "n-1", "Succeeded"), "n-1 completed");
    is("ended well and goes on", row("0/1", "Completed"), "n-1 not ready");
    is("ended badly", row("0/1", "OOMKilled", "n-1", "Failed"), "n-1 failed");
    is("evicted", row("0/1", "Evicted", "n-1", "Failed"), "n-1 failed");
    is("on its way out", row("1/1", "Terminating"), "n-1 terminating");
    is("lost", row("1/1", "NodeLost"), "n-1 unknown");
    is("an old server's number of restarts",
        R"({"cells":["p","1/1","Running",3,"4d","10.0.0.1","n-2","<none>","<none>"]})", "n-2 ready");
}

void PodTableTest::states()
{
    QFETCH(QString, text);
    QFETCH(QString, expected);
    QCOMPARE(read(table(text.toStdString())), QStringList{expected});
}

void PodTableTest::anySplit()
{
    const std::string text = table(row("1/1", "Running", "a") + "," + row("0/1", "Error", "b\\\"}") + ","
        + row("0/1", "Completed", "c", "Succeeded"));
    const QStringList whole{"a ready", "b\"} failed", "c completed"};
    for (const std::size_t step : {1U, 2U, 3U, 7U, 64U, 100'000U}) {
        QCOMPARE(read(text, step), whole);
    }
}

void PodTableTest::oddTables_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("complaint");
    const auto is = [](const char *name, const std::string &text, const char *complaint) {
        QTest::newRow(name) << QString::fromStdString(text) << complaint;
    };
    const std::string good = row("1/1", "Running");
    is("cut", table(good).substr(0, table(good).size() - 3), "cut short");
    is("a page of it", table(good, kColumns, R"(,"continue":"x")"), "only a page");
    is("another kind", R"({"kind":"PodList","metadata":{},"rows":[]})", "PodList");
    is("a Status", R"({"kind":"Status","code":406,"message":"no Tables here"})", "no Tables here");
    is("no columns", table(good, "null"), "has not the columns");
    is("no node", table(good, R"([{"name":"Ready"},{"name":"Status"}])"), "has not the columns");
    is("columns after rows", R"({"kind":"Table","rows":[)" + good + R"(],"columnDefinitions":)" + kColumns + "}",
        "has not the columns");
    is("a cell is missing", table(R"({"cells":["p","1/1","Running"]})"), "has not the cells");
    is("a cell too many", table(R"({"cells":["p","1/1","Running","","","","n","","",""]})"), "has not the cells");
    is("a status that is none", table(R"({"cells":["p","1/1",{},"","","","n","",""]})"), "has not the cells");
    is("no cells", table(R"({"object":null})"), "has not the cells");
    is("a huge cell", table(row("1/1", std::string(70'000, 'x'))), "larger than");
    is("not JSON", "<html>Bad Gateway</html>", "no JSON object");
}

void PodTableTest::oddTables()
{
    QFETCH(QString, text);
    QFETCH(QString, complaint);
    const QStringList out = read(text.toStdString());
    QVERIFY(!out.isEmpty());
    QVERIFY2(out.back().contains(complaint), qPrintable(out.join("; ")));
}

QTEST_APPLESS_MAIN(PodTableTest)
#include "tst_podtable.moc"
