// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "objects.h"

#include <QTest>

#include <random>
#include <yaml-cpp/yaml.h>

using namespace sextant;
using namespace sextant::kubernetes;
using objects::Json;

class TestDocuments : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void usage();
    void usageOfPods();
    void numbersAsQuantities();
    void statuses_data();
    void statuses();
    void retryAfter();
    void objectErrors();
    void events();
    void eventLists();
    void yaml();
    void yamlReadsBack();
    void yamlRefuses();
};

void TestDocuments::usage()
{
    const Json node = {{"metadata", {{"name", "n-17"}, {"creationTimestamp", "2031-04-02T09:20:00Z"}}},
        {"timestamp", "2031-04-02T09:14:51Z"}, {"window", "15.02s"},
        {"usage", {{"cpu", "2310457788n"}, {"memory", "48213404Ki"}}}};
    const auto draft = std::get<UsageDraft>(objects::decodeBoth(ResourceKind::NodeMetrics, "NodeMetrics", node));
    QCOMPARE(draft.ns + "/" + draft.name, std::string("/n-17"));
    QCOMPARE(draft.cpu.value, 2311);
    QCOMPARE(draft.memory.value, qint64(48213404) * 1024);
    QCOMPARE(formatTime(draft.sampledAt), std::string("2031-04-02T09:14:51Z"));
    const auto empty = std::get<UsageDraft>(
        objects::decodeBoth(ResourceKind::NodeMetrics, "NodeMetrics", {{"metadata", {{"name", "n"}}}}));
    QVERIFY(!empty.cpu.known() && !empty.memory.known());
}

void TestDocuments::usageOfPods()
{
    Json pod = {{"metadata", {{"name", "web-3"}, {"namespace", "team-a"}}}, {"timestamp", "2031-04-02T09:14:51Z"},
        {"containers",
            {{{"name", "main"}, {"usage", {{"cpu", "400001n"}, {"memory", "1126400m"}}}},
                {{"name", "log"}, {"usage", {{"cpu", "599999n"}, {"memory", "1"}}}}}}};
    auto draft = std::get<UsageDraft>(objects::decodeBoth(ResourceKind::PodMetrics, "PodMetrics", pod));
    QCOMPARE(draft.ns + "/" + draft.name, std::string("team-a/web-3"));
    QCOMPARE(draft.cpu.value, 1); // summed first, then rounded up
    QCOMPARE(draft.memory.value, 1128);
    pod["containers"][1]["usage"].erase("cpu");
    draft = std::get<UsageDraft>(objects::decodeBoth(ResourceKind::PodMetrics, "PodMetrics", pod));
    QVERIFY(!draft.cpu.known()); // a part that is missing is not nothing
    QCOMPARE(draft.memory.value, 1128);
    pod["containers"] = Json::array();
    QVERIFY(!std::get<UsageDraft>(objects::decodeBoth(ResourceKind::PodMetrics, "PodMetrics", pod)).cpu.known());
}

void TestDocuments::numbersAsQuantities()
{
    const auto item = decodeObject(ResourceKind::NodeMetrics, WireFormat::Json,
        R"({"kind":"NodeMetrics","metadata":{"name":"n"},"usage":{"cpu":0.1,"memory":9223372036854775807}})", {});
    QCOMPARE(std::get<UsageDraft>(*item).cpu.value, 100);
    QCOMPARE(std::get<UsageDraft>(*item).memory.value, std::numeric_limits<qint64>::max());
    const auto big = decodeObject(ResourceKind::NodeMetrics, WireFormat::Json,
        R"({"kind":"NodeMetrics","metadata":{"name":"n"},"usage":{"cpu":1e3,"memory":18446744073709551615}})", {});
    QCOMPARE(std::get<UsageDraft>(*big).cpu.value, 1000000);
    QCOMPARE(std::get<UsageDraft>(*big).memory.value, std::numeric_limits<qint64>::max());
}

void TestDocuments::statuses_data()
{
    QTest::addColumn<int>("http");
    QTest::addColumn<QByteArray>("type");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("code");
    QTest::addColumn<QByteArray>("reason");
    QTest::addColumn<QByteArray>("message");
    const auto row = [](const char *name, int http, const char *type, const std::string &body, int code,
                         const char *reason, const char *message) {
        QTest::newRow(name) << http << QByteArray(type) << QByteArray::fromStdString(body) << code << QByteArray(reason)
                            << QByteArray(message);
    };
    const Json forbidden = {{"kind", "Status"}, {"status", "Failure"}, {"message", "pods is forbidden"},
        {"reason", "Forbidden"}, {"code", 403}};
    row("JSON", 403, "application/json", forbidden.dump(), 403, "Forbidden", "pods is forbidden");
    row("protobuf", 403, "application/vnd.kubernetes.protobuf",
        objects::envelope("Status", objects::protobuf("Status", forbidden)), 403, "Forbidden", "pods is forbidden");
    row("plain", 404, "text/plain; charset=utf-8", "404 page not found\n", 404, "", "404 page not found");
    row("throttled", 429, "text/plain", "Too many requests, please try again later.\n", 429, "",
        "Too many requests, please try again later.");
    row("no type", 503, "", "service unavailable", 503, "", "service unavailable");
    row("a proxy's page", 502, "text/html", "<html>bad gateway</html>", 502, "", "<html>bad gateway</html>");
    row("long", 500, "text/plain", std::string(1000, 'x'), 500, "", std::string(300, 'x').c_str());
    row("broken JSON", 500, "application/json", "{\"code\":", 500, "", "{\"code\":");
    row("other JSON", 500, "application/json", "[]", 500, "", "[]");
    row("broken protobuf", 500, "application/vnd.kubernetes.protobuf", "k8s", 500, "", "");
    row("damaged protobuf", 500, "application/vnd.kubernetes.protobuf", objects::envelope("Status", "\x1a\x7f"), 500,
        "", "");
    row("empty", 500, "application/json", "", 500, "", "");
}

void TestDocuments::statuses()
{
    QFETCH(int, http);
    QFETCH(QByteArray, type);
    QFETCH(QByteArray, body);
    QFETCH(int, code);
    QFETCH(QByteArray, reason);
    QFETCH(QByteArray, message);
    const auto status = decodeStatus(http, type.toStdString(), body.toStdString());
    QCOMPARE(status.code, code);
    QCOMPARE(QByteArray::fromStdString(status.reason), reason);
    QCOMPARE(QByteArray::fromStdString(status.message), message);
}

void TestDocuments::retryAfter()
{
    Json status = {{"kind", "Status"}, {"reason", "Expired"}, {"code", 410}, {"metadata", {{"continue", "more"}}},
        {"details", {{"retryAfterSeconds", 7}}}};
    for (const auto &read : {decodeStatus(410, "application/json", status.dump()),
             decodeStatus(410, "application/vnd.kubernetes.protobuf",
                 objects::envelope("Status", objects::protobuf("Status", status)))}) {
        QCOMPARE(read.retryAfterSeconds.value_or(0), 7U);
        QCOMPARE(read.continueToken, std::string("more"));
    }
    status["details"]["retryAfterSeconds"] = -1;
    QVERIFY(!decodeStatus(410, "application/json", status.dump()).retryAfterSeconds);
}

void TestDocuments::objectErrors()
{
    const Json status = {
        {"kind", "Status"}, {"reason", "NotFound"}, {"message", "pods \"x\" not found"}, {"code", 404}};
    const auto json = decodeObject(ResourceKind::Pods, WireFormat::Json, status.dump(), {});
    const auto binary = decodeObject(
        ResourceKind::Pods, WireFormat::Protobuf, objects::envelope("Status", objects::protobuf("Status", status)), {});
    QCOMPARE(json.error().code, ErrorCode::NotFound);
    QCOMPARE(binary.error().code, ErrorCode::NotFound);
    QCOMPARE(binary.error().message, json.error().message);
    QCOMPARE(
        decodeObject(ResourceKind::Pods, WireFormat::Json, R"({"kind":"Node"})", {}).error().code, ErrorCode::Protocol);
    QCOMPARE(decodeObject(ResourceKind::Pods, WireFormat::Json, "no", {}).error().code, ErrorCode::Decode);
    QCOMPARE(decodeObject(ResourceKind::Pods, WireFormat::Protobuf, "no", {}).error().code, ErrorCode::Protocol);
    QCOMPARE(
        decodeObject(ResourceKind::Pods, WireFormat::Protobuf, objects::envelope("Pod", "\x0a\x7f"), {}).error().code,
        ErrorCode::Decode);
}

void TestDocuments::events()
{
    const Json old = {{"type", "Warning"}, {"reason", "BackOff"}, {"message", "Back-off restarting"},
        {"source", {{"component", "kubelet"}, {"host", "n-1"}}},
        {"involvedObject", {{"kind", "Pod"}, {"name", "web-3"}}}, {"firstTimestamp", "2031-04-02T09:00:00Z"},
        {"lastTimestamp", "2031-04-02T09:31:00Z"}, {"count", 14}, {"eventTime", nullptr}};
    const Json fresh = {{"type", "Normal"}, {"reason", "Scheduled"}, {"message", "assigned"},
        {"involvedObject", {{"kind", "Pod"}, {"name", "web-4"}}}, {"eventTime", "2031-04-02T09:40:00.123456Z"},
        {"firstTimestamp", nullptr}, {"lastTimestamp", nullptr}, {"reportingComponent", "default-scheduler"},
        {"source", Json::object()}};
    Json series = fresh;
    series["eventTime"] = "2031-04-02T09:10:00.000001Z";
    series["series"] = {{"count", 9}, {"lastObservedTime", "2031-04-02T09:50:00.5Z"}};
    series["reason"] = "Repeated";
    const Json bare = {{"reason", "Bare"}, {"firstTimestamp", "2031-04-02T08:00:00Z"}};
    const Json list = {{"kind", "EventList"}, {"items", {old, fresh, series, bare, Json::object()}}};
    const auto rows = decodeEvents(list.dump());
    QVERIFY(rows.ok());
    QCOMPARE(rows->size(), std::size_t(5));
    const auto line = [](const EventRow &row) {
        return row.reason + "|" + row.object + "|" + row.source + "|" + std::to_string(row.count) + "|"
            + formatTime(row.firstSeen) + "|" + formatTime(row.lastSeen) + (row.warning ? "|!" : "");
    };
    QCOMPARE(line(rows->at(0)),
        std::string("Repeated|Pod/web-4|default-scheduler|9|2031-04-02T09:10:00Z|2031-04-02T09:50:00Z"));
    QCOMPARE(line(rows->at(1)),
        std::string("Scheduled|Pod/web-4|default-scheduler|1|2031-04-02T09:40:00Z|2031-04-02T09:40:00Z"));
    QCOMPARE(line(rows->at(2)),
        std::string("BackOff|Pod/web-3|kubelet, n-1|14|2031-04-02T09:00:00Z|2031-04-02T09:31:00Z|!"));
    QCOMPARE(line(rows->at(3)), std::string("Bare|||1|2031-04-02T08:00:00Z|2031-04-02T08:00:00Z"));
    QVERIFY(rows->at(4).lastSeen == kNoTime);
}

void TestDocuments::eventLists()
{
    QVERIFY(decodeEvents(R"({"kind":"EventList","items":null})")->empty());
    QCOMPARE(decodeEvents(R"({"kind":"PodList","items":[]})").error().code, ErrorCode::Protocol);
    QCOMPARE(decodeEvents(R"({"kind":"Status","code":403,"message":"no"})").error().code, ErrorCode::Forbidden);
    QCOMPARE(decodeEvents(R"({"kind":"EventList","items":[)").error().code, ErrorCode::Decode);
    QCOMPARE(decodeEvents("").error().code, ErrorCode::Decode);
}

void TestDocuments::yaml()
{
    const Json object = {{"kind", "Pod"}, {"apiVersion", "v1"},
        {"metadata",
            {{"name", "web"}, {"managedFields", {{{"manager", "x"}}}}, {"labels", Json::object()},
                {"annotations", {{"a/b: c", "true"}, {"n", "123"}, {"s", ""}}}}},
        {"spec",
            {{"containers", {{{"name", "main"}, {"args", {"--x", "-"}}, {"tty", false}, {"ports", Json::array()}}}},
                {"script", "#!/bin/sh\n  echo \"hi\"\n"}, {"tail", "a\n\nb"}, {"grace", 30}, {"none", nullptr},
                {"list", {{1, 2}, {{"x", 1.5}}}}}}};
    const auto text = yamlOf(object.dump());
    QVERIFY(text.ok());
    QCOMPARE(QString::fromStdString(*text), QStringLiteral(R"(apiVersion: v1
kind: Pod
metadata:
  annotations:
    "a/b: c": "true"
    "n": "123"
    s: ""
  labels: {}
  name: web
spec:
  containers:
  - args:
    - "--x"
    - "-"
    name: main
    ports: []
    tty: false
  grace: 30
  list:
  - - 1
    - 2
  - x: 1.5
  none: null
  script: |
    #!/bin/sh
      echo "hi"
  tail: |-
    a

    b
)"));
    QCOMPARE(*yamlOf("{}"), std::string("{}\n"));
}

namespace {

/// The YAML says what the JSON said: structure, texts, and that no text reads as something else.
QString difference(const YAML::Node &yaml, const Json &json)
{
    if (json.is_object()) {
        if (!yaml.IsMap() || yaml.size() != json.size()) {
            return QStringLiteral("map");
        }
        for (const auto &[key, value] : json.items()) {
            const auto found = yaml[key];
            if (!found) {
                return QString::fromStdString("no " + key);
            }
            if (const auto inner = difference(found, value); !inner.isEmpty()) {
                return inner;
            }
        }
        return {};
    }
    if (json.is_array()) {
        if (!yaml.IsSequence() || yaml.size() != json.size()) {
            return QStringLiteral("sequence");
        }
        for (std::size_t i = 0; i < json.size(); ++i) {
            if (const auto inner = difference(yaml[i], json[i]); !inner.isEmpty()) {
                return inner;
            }
        }
        return {};
    }
    if (!json.is_string()) {
        return (json.is_null() ? yaml.IsNull() : yaml.Scalar() == json.dump()) ? QString()
                                                                               : QString::fromStdString(json.dump());
    }
    bool truth = false;
    double number = 0;
    const bool plain = yaml.Tag() == "?";
    const bool other = yaml.IsNull()
        || (plain && (YAML::convert<bool>::decode(yaml, truth) || YAML::convert<double>::decode(yaml, number)));
    return !other && yaml.Scalar() == json.get<std::string>()
        ? QString()
        : QString::fromStdString(json.dump() + " -> " + yaml.Scalar());
}

} // namespace

void TestDocuments::yamlReadsBack()
{
    std::vector<std::string> texts = {"", " ", "~", "null", "Null", "true", "No", "y", "1", "-1", "1e3", "0x1f", ".5",
        "1_000", "12:30:45", "2031-04-02", "2031-04-02T09:00:00Z", "-", "--", "- a", "? a", ": a", "a: b", "a:", "a #b",
        "#a", "a#b", "[a]", "{a}", "!a", "&a", "*a", "|", ">", "'a'", "\"a\"", "%a", "@a", "`a`", "a\nb", "a\n",
        "a\n\n", "\na", " a\nb", "a\n b\n", "\ta\nb", "a\r\nb", "a\tb", "a ", "\x01", "\x7f", "\xC3\xA9",
        "\xF0\x9F\x98\x80", "a\\b", "a,b", "<<", "=", "---", "...", "--- a", "+1", "0o17", "1.", ".inf", ".NaN", "on",
        "OFF", "a\n---\nb", "key: |\n  x", "\n", "\n\n", "trail \nline", "+", "."};
    std::mt19937 random(20310402);
    const std::string alphabet = "ab1-:#'\"\n \t\\{}[],&*!|>%@`?.~=<";
    for (int i = 0; i < 3000; ++i) {
        std::string text;
        for (auto length = random() % 9; length > 0; --length) {
            text += alphabet[random() % alphabet.size()];
        }
        texts.push_back(text);
    }
    for (const auto &text : texts) {
        const Json object = {{"kind", "X"}, {"list", {text, {{"k", text}}, Json::array({text})}},
            {"deep", {{"er", {{"t", text}, {"u", 1}}}}}, {"keys", {{text, "v"}}}};
        const auto yaml = yamlOf(object.dump());
        QVERIFY(yaml.ok());
        try {
            const auto different = difference(YAML::Load(*yaml), object);
            QVERIFY2(different.isEmpty(), qPrintable(different + QStringLiteral("\n") + QString::fromStdString(*yaml)));
        } catch (const YAML::Exception &error) {
            QVERIFY2(false, (error.what() + ("\n" + *yaml)).c_str());
        }
    }
}

void TestDocuments::yamlRefuses()
{
    QCOMPARE(yamlOf(R"({"kind":"Secret","data":{"password":"aHVudGVyMg=="}})").error().code, ErrorCode::Forbidden);
    QCOMPARE(yamlOf(R"({"kind":"SecretList","items":[]})").error().code, ErrorCode::Forbidden);
    QCOMPARE(yamlOf(R"({"data":{"password":"x"},"kind":"Secret"})").error().code, ErrorCode::Forbidden);
    QCOMPARE(
        yamlOf(R"({"kind":"List","items":[{"kind":"Secret","data":{"p":"x"}}]})").error().code, ErrorCode::Forbidden);
    QCOMPARE(yamlOf("[]").error().code, ErrorCode::Decode);
    QCOMPARE(yamlOf("").error().code, ErrorCode::Decode);
    QCOMPARE(yamlOf("{\"a\":").error().code, ErrorCode::Decode);
    QCOMPARE(yamlOf("{} {}").error().code, ErrorCode::Decode);
    QCOMPARE(
        yamlOf("{\"a\":" + std::string(100000, '[') + std::string(100000, ']') + "}").error().code, ErrorCode::Decode);
    QCOMPARE(yamlOf("{\"a\":" + std::string(100000, '[')).error().code, ErrorCode::Decode);
    QVERIFY(!yamlOf("{\"a\":\"\xff\"}").ok() || yamlOf("{\"a\":\"\xff\"}")->find('\xff') == std::string::npos);
}

QTEST_APPLESS_MAIN(TestDocuments)
#include "tst_documents.moc"
