// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kubernetes/decoder.h"
#include "objects.h"

#include <QTest>

#include <random>

using namespace sextant;
using namespace sextant::kubernetes;
using objects::Json;

namespace {

struct Outcome {
    std::vector<std::string> items;
    ListMeta meta;
    std::optional<Error> error;
};

/// Feeds `body` in pieces of `step` bytes; 0: all at once.
Outcome decode(WireFormat format, std::string_view body, std::size_t step = 0, ResourceKind kind = ResourceKind::Pods)
{
    Outcome out;
    ListDecoder decoder(kind, format, {}, [&](Item item) { out.items.push_back(objects::dump(item)); });
    for (std::size_t at = 0; at < body.size() && !out.error;) {
        const auto part = body.substr(at, step == 0 ? body.size() : step);
        // A copy of its own, so that a reader that runs past a piece's end is found out.
        const std::vector<char> piece(part.begin(), part.end());
        if (auto fed = decoder.feed({piece.data(), piece.size()}); !fed) {
            out.error = fed.error();
        }
        at += part.size();
    }
    if (!out.error) {
        if (auto done = decoder.finish(); !done) {
            out.error = done.error();
        }
    } else if (decoder.feed("x").ok() || decoder.finish().ok()) {
        out.error = Error{ErrorCode::Internal, "a failed list goes on", {}, {}};
    }
    out.meta = decoder.meta();
    return out;
}

Json podNamed(const std::string &name)
{
    return {{"metadata",
                {{"name", name}, {"namespace", "team-a"}, {"uid", "u-" + name}, {"resourceVersion", "12"},
                    {"creationTimestamp", "2031-04-02T09:00:00Z"}, {"labels", {{"team", "b{l}u[e]"}}}}},
        {"spec",
            {{"nodeName", "n-1"},
                {"containers",
                    {{{"name", "main"}, {"image", "r.example/x\"\\:1"},
                        {"resources", {{"requests", {{"cpu", "100m"}}}}}}}}}},
        {"status", {{"phase", "Running"}, {"message", "a \" quote, a { brace, a \\ backslash, \xC3\xA9"}}}};
}

const Json kMeta = {{"resourceVersion", "1407"}, {"continue", "tok"}, {"remainingItemCount", 3}};

std::vector<Json> threePods() { return {podNamed("a"), podNamed("b-longer"), podNamed("c")}; }

std::string bytesOf(std::initializer_list<const char *> hex)
{
    std::string out;
    for (const char *part : hex) {
        out += QByteArray::fromHex(part).toStdString();
    }
    return out;
}

} // namespace

class TestListDecoder : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void mediaTypes();
    void workedExample();
    void whole_data();
    void whole();
    void anySplit_data() { whole_data(); }
    void anySplit();
    void cutAnywhere_data() { whole_data(); }
    void cutAnywhere();
    void mutated_data() { whole_data(); }
    void mutated();
    void garbage();
    void metaFirst();
    void jsonShapes();
    void jsonBroken_data();
    void jsonBroken();
    void protobufShapes();
    void protobufBroken();
    void statusInstead();
    void otherKind();
    void bounds();
    void deepNesting();
    void oddBytes();
    void wrongTypes();
    void everyKind();
};

void TestListDecoder::mediaTypes()
{
    QVERIFY(*wireFormatOf("application/vnd.kubernetes.protobuf") == WireFormat::Protobuf);
    QVERIFY(*wireFormatOf("application/vnd.kubernetes.protobuf;stream=watch") == WireFormat::Protobuf);
    QVERIFY(*wireFormatOf("Application/JSON ; charset=utf-8") == WireFormat::Json);
    for (const char *other : {"", "text/html", "text/plain; charset=utf-8", "application/jsonx", "application/cbor"}) {
        QVERIFY(!wireFormatOf(other).ok());
        QCOMPARE(wireFormatOf(other).error().code, ErrorCode::Protocol);
    }
}

/// A pod's bytes as a real server of 1.20 writes them.
void TestListDecoder::workedExample()
{
    std::string example("k8s\0", 4);
    example += bytesOf({"0a09", "0a027631", "1203506f64", "124d", "0a1d", "0a0664656d6f2d61", "1200", "1a036c6162",
        "2200", "2a00", "32023737", "3800", "4200", "7a00", "121c", "1a00", "3200", "4200", "4a00", "5200", "5800",
        "6000", "6800", "820100", "8a0100", "9a0100", "c20100", "1a0e", "0a00", "1a00", "2200", "2a00", "3200", "4a00",
        "5a00", "1a00", "2200"});
    QCOMPARE(example.size(), std::size_t(98));
    const auto item = decodeObject(ResourceKind::Pods, WireFormat::Protobuf, example, {});
    QVERIFY(item.ok());
    const auto &pod = std::get<PodDraft>(*item);
    QCOMPARE(pod.name + "|" + pod.ns + "|" + pod.uid + "|" + pod.resourceVersion, std::string("demo-a|lab||77"));
    QVERIFY(pod.created == kNoTime && pod.deleted == kNoTime);
    QVERIFY(pod.status.empty());
    for (std::size_t cut = 0; cut < example.size(); ++cut) {
        QVERIFY2(
            !decodeObject(ResourceKind::Pods, WireFormat::Protobuf, std::string_view(example).substr(0, cut), {}).ok(),
            qPrintable(QString::number(cut)));
    }
    // and as the ADDED event of a watch
    std::string frame = bytesOf({"0000006d", "0a054144444544", "1264", "0a62"}) + example;
    std::vector<WatchEvent> events;
    WatchDecoder watch(
        ResourceKind::Pods, WireFormat::Protobuf, {}, [&](WatchEvent event) { events.push_back(std::move(event)); });
    QVERIFY(watch.feed(frame).ok());
    QCOMPARE(events.size(), std::size_t(1));
    QVERIFY(events[0].type == WatchEventType::Added);
    QCOMPARE(events[0].resourceVersion, std::string("77"));
    QCOMPARE(std::get<PodDraft>(events[0].item).name, std::string("demo-a"));
}

void TestListDecoder::whole_data()
{
    QTest::addColumn<int>("format");
    QTest::addColumn<QByteArray>("body");
    const auto row = [](const char *name, WireFormat format, const std::string &body) {
        QTest::newRow(name) << int(format) << QByteArray::fromStdString(body);
    };
    row("protobuf", WireFormat::Protobuf, objects::protobufList("Pod", threePods(), kMeta));
    row("JSON", WireFormat::Json, objects::jsonList("Pod", threePods(), kMeta));
    Json sorted = {{"kind", "PodList"}, {"apiVersion", "v1"}, {"items", threePods()}, {"metadata", kMeta}};
    row("JSON, items first", WireFormat::Json, sorted.dump());
    row("JSON, pretty", WireFormat::Json, sorted.dump(4) + "\r\n \t");
}

void TestListDecoder::whole()
{
    QFETCH(int, format);
    QFETCH(QByteArray, body);
    const auto out = decode(WireFormat(format), body.toStdString());
    QVERIFY2(!out.error, out.error ? out.error->text().c_str() : "");
    QCOMPARE(out.items.size(), std::size_t(3));
    const auto pods = threePods();
    for (std::size_t i = 0; i < 3; ++i) {
        QCOMPARE(out.items[i], objects::dump(objects::decodeBoth(ResourceKind::Pods, "Pod", pods[i])));
    }
    QCOMPARE(out.meta.resourceVersion, std::string("1407"));
    QCOMPARE(out.meta.continueToken, std::string("tok"));
    QCOMPARE(out.meta.remaining.value_or(0), std::uint64_t(3));
}

void TestListDecoder::anySplit()
{
    QFETCH(int, format);
    QFETCH(QByteArray, body);
    const std::string text = body.toStdString();
    const auto once = decode(WireFormat(format), text);
    for (const std::size_t step : {1, 2, 3, 5, 7, 64, 200}) {
        const auto out = decode(WireFormat(format), text, step);
        QVERIFY(!out.error);
        QCOMPARE(out.items, once.items);
        QCOMPARE(out.meta.resourceVersion, once.meta.resourceVersion);
    }
}

void TestListDecoder::cutAnywhere()
{
    QFETCH(int, format);
    QFETCH(QByteArray, body);
    std::string text = body.toStdString();
    while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back()))) {
        text.pop_back(); // white space behind the end may go
    }
    const auto once = decode(WireFormat(format), text);
    for (std::size_t cut = 0; cut < text.size(); ++cut) {
        const auto out = decode(WireFormat(format), std::string_view(text).substr(0, cut), cut % 2 ? 0 : 11);
        QVERIFY2(out.error, qPrintable(QString::number(cut)));
        QCOMPARE(out.error->code, ErrorCode::Protocol);
        QVERIFY(out.items.size() <= once.items.size());
        for (std::size_t i = 0; i < out.items.size(); ++i) {
            QCOMPARE(out.items[i], once.items[i]);
        }
    }
}

void TestListDecoder::mutated()
{
    QFETCH(int, format);
    QFETCH(QByteArray, body);
    const std::string text = body.toStdString();
    std::mt19937 random(20310402);
    for (int round = 0; round < 3000; ++round) {
        std::string bad = text;
        for (auto changes = 1 + random() % 4; changes > 0; --changes) {
            switch (random() % 4) {
            case 0:
                bad[random() % bad.size()] = char(random());
                break;
            case 1:
                bad.erase(random() % bad.size(), 1 + random() % 3);
                break;
            case 2:
                bad.insert(random() % bad.size(), 1, char(random()));
                break;
            default:
                bad[random() % bad.size()] ^= char(1U << (random() % 8));
                break;
            }
        }
        const auto out = decode(WireFormat(format), bad, round % 3 ? 0 : 13);
        QVERIFY(!out.error || out.error->code != ErrorCode::Internal);
        QVERIFY(!out.error || !out.error->message.empty());
    }
}

void TestListDecoder::garbage()
{
    std::mt19937 random(99);
    for (int round = 0; round < 4000; ++round) {
        std::string bytes(random() % 200, '\0');
        for (auto &byte : bytes) {
            byte = char(random());
        }
        QVERIFY(decode(WireFormat::Json, bytes).error.has_value());
        QVERIFY(decode(WireFormat::Protobuf, bytes).error.has_value());
        QVERIFY(decode(WireFormat::Protobuf, std::string("k8s\0", 4) + bytes, 3).error.has_value());
        QVERIFY(decode(WireFormat::Json, "{\"items\":[" + bytes, 3).error.has_value());
        // as an item's own bytes, inside lengths that are right
        std::string raw = objects::protobuf("ListMeta", kMeta);
        raw = bytesOf({"0a"}) + char(raw.size()) + raw + bytesOf({"12"});
        raw += bytes.size() < 128 ? std::string(1, char(bytes.size()))
                                  : std::string{char(0x80 | (bytes.size() & 0x7F)), char(bytes.size() >> 7)};
        const auto out = decode(WireFormat::Protobuf, objects::envelope("PodList", raw + bytes));
        QVERIFY(!out.error || out.error->code == ErrorCode::Decode);
    }
}

/// Protobuf tells the resource version before the first item; progress can be shown.
void TestListDecoder::metaFirst()
{
    const auto body = objects::protobufList("Pod", threePods(), kMeta);
    bool checked = false;
    ListDecoder *self = nullptr;
    ListDecoder decoder(
        ResourceKind::Pods, WireFormat::Protobuf, {}, [&](const Item &) { checked = self->meta().remaining == 3U; });
    self = &decoder;
    QVERIFY(decoder.feed(body).ok());
    QVERIFY(checked);
    ListDecoder moved(std::move(decoder));
    QVERIFY(moved.finish().ok());
}

void TestListDecoder::jsonShapes()
{
    for (const char *text :
        {R"({"kind":"PodList","metadata":{"resourceVersion":"5"},"items":[]})",
            R"({"items":null,"kind":"PodList","metadata":{"resourceVersion":"5"}})",
            R"({"kind":"PodList","metadata":{"resourceVersion":"5"}})",
            R"( { "kind" : "PodList" , "extra" : [ 1, {"items":[{}]}, "]}" ] , "metadata":{"resourceVersion":"5"}, "items" : [ ] } )",
            R"({"n":-1.5e3,"b":true,"kind":"PodList","metadata":{"resourceVersion":"5","remainingItemCount":-4},"items":[]})"}) {
        const auto out = decode(WireFormat::Json, text, 1);
        QVERIFY2(!out.error, text);
        QVERIFY(out.items.empty());
        QCOMPARE(out.meta.resourceVersion, std::string("5"));
        QVERIFY(!out.meta.remaining);
    }
}

void TestListDecoder::jsonBroken_data()
{
    QTest::addColumn<QByteArray>("text");
    for (const char *text : {"", "null", "[]", "{}", "{}x", "PodList", R"({"kind":"PodList","items":[]}{})",
             R"({"kind":"PodList","items":[],})", R"({"kind":"PodList","items":[{},]})",
             R"({"kind":"PodList","items":[1]})", R"({"kind":"PodList","items":["{}"]})",
             R"({"kind":"PodList","items":{}})", R"({"kind":"PodList","items":[}]})",
             R"({"kind":"PodList" "items":[]})", R"({"kind" "PodList"})", R"({"kind":"PodList","items":[],"items":[]})",
             R"({kind:"PodList"})", R"({"kind":"PodList","items":[{"metadata":{"name":"a"]}]})",
             R"({"kind":"PodList","x":tru})", R"({"kind":"PodList","x":1"2"})", R"({"kind":"PodList","x":,"items":[]})",
             R"({"items":[]})", R"({"kind":"PodList","items":[{"metadata":{"name":"a"},"x":nope}]})",
             R"({"kind":"PodList","items":[{"metadata":{}}]})", R"({"kind":7,"items":[]})",
             R"({"kind":"PodList","metadata":{"a":01},"items":[]})"}) {
        QTest::newRow(text) << QByteArray(text);
    }
}

void TestListDecoder::jsonBroken()
{
    QFETCH(QByteArray, text);
    for (const std::size_t step : {0, 1}) {
        const auto out = decode(WireFormat::Json, text.toStdString(), step);
        QVERIFY(out.error.has_value());
        QVERIFY(out.error->code == ErrorCode::Protocol || out.error->code == ErrorCode::Decode);
        QVERIFY(out.items.empty());
    }
}

void TestListDecoder::protobufShapes()
{
    // an empty list, and fields nobody knows yet before, in and behind the list
    QVERIFY(!decode(WireFormat::Protobuf, objects::protobufList("Pod", {}, kMeta)).error);
    auto body = objects::protobufList("Pod", threePods(), kMeta);
    body += bytesOf({"2a03616263", "3005", "39", "0102030405060708", "45", "01020304"});
    for (const std::size_t step : {0, 1, 4}) {
        const auto out = decode(WireFormat::Protobuf, body, step);
        QVERIFY(!out.error);
        QCOMPARE(out.items.size(), std::size_t(3));
    }
    const std::string raw = bytesOf({"0a00", "2a03616263", "3005", "3d01020304"});
    const auto out = decode(WireFormat::Protobuf, objects::envelope("PodList", raw), 1);
    QVERIFY(!out.error);
    QVERIFY(out.meta.resourceVersion.empty());
}

void TestListDecoder::protobufBroken()
{
    const auto whole = objects::protobufList("Pod", threePods(), kMeta);
    const auto broken = [](const std::string &body) {
        const auto out = decode(WireFormat::Protobuf, body);
        return out.error && out.error->code == ErrorCode::Protocol;
    };
    QVERIFY(broken("k8s\1" + whole.substr(4)));
    QVERIFY(broken(std::string("k8s\0", 4)));
    QVERIFY(broken(whole + bytesOf({"0b"}))); // a group: no such thing here
    QVERIFY(broken(whole + bytesOf({"1205"}) + "abcde")); // a second list
    QVERIFY(broken(whole + bytesOf({"00"}))); // field number 0
    QVERIFY(broken(whole + bytesOf({"30ffffffffffffffffffff01"}))); // a number of eleven bytes
    QVERIFY(broken(whole + bytesOf({"2a7f"}) + "short"));
    // the list's length says less than its parts
    QVERIFY(broken(
        std::string("k8s\0", 4) + bytesOf({"0a09", "1207"}) + "PodList" + bytesOf({"1204", "0a7f0000", "1a002200"})));
    // another content encoding
    QVERIFY(broken(std::string("k8s\0", 4) + bytesOf({"0a09", "1207"}) + "PodList" + bytesOf({"1202", "0a00", "1a04"})
        + "gzip" + bytesOf({"2200"})));
    // the list before its type
    QVERIFY(broken(std::string("k8s\0", 4) + bytesOf({"1202", "0a00", "1a002200"})));
}

void TestListDecoder::statusInstead()
{
    const Json status = {{"kind", "Status"}, {"metadata", {{"continue", "again"}}}, {"status", "Failure"},
        {"reason", "Expired"}, {"message", "too old"}, {"code", 410}};
    const auto check = [](const Outcome &out) {
        QVERIFY(out.error.has_value());
        QCOMPARE(out.error->code, ErrorCode::Gone);
        QCOMPARE(out.error->httpStatus, 410);
        QCOMPARE(out.error->message, std::string("too old"));
    };
    check(decode(WireFormat::Json, status.dump(), 3));
    check(decode(WireFormat::Protobuf, objects::envelope("Status", objects::protobuf("Status", status)), 3));
}

void TestListDecoder::otherKind()
{
    const auto json = decode(WireFormat::Json, objects::jsonList("Node", {}, kMeta));
    const auto binary = decode(WireFormat::Protobuf, objects::protobufList("Node", {}, kMeta));
    QVERIFY(json.error && binary.error);
    QCOMPARE(json.error->code, ErrorCode::Protocol);
    QVERIFY(json.error->message.find("NodeList") != std::string::npos);
    QCOMPARE(binary.error->message, json.error->message);
    const auto table = decode(WireFormat::Json, R"({"kind":"Table","rows":[]})");
    QCOMPARE(table.error->code, ErrorCode::Protocol);
}

void TestListDecoder::bounds()
{
    // Lengths are refused when they are announced, not when memory is gone.
    const std::string start = std::string("k8s\0", 4) + bytesOf({"0a09", "1207"}) + "PodList";
    auto out = decode(WireFormat::Protobuf, start + bytesOf({"12ffffffffffffffff7f", "12ffffffff7f"}));
    QCOMPARE(out.error->code, ErrorCode::TooLarge);
    out = decode(WireFormat::Protobuf, start + bytesOf({"12ffffffff7f", "0affffffff0f"}));
    QCOMPARE(out.error->code, ErrorCode::TooLarge);
    out = decode(WireFormat::Protobuf, std::string("k8s\0", 4) + bytesOf({"0affffffff0f"}));
    QCOMPARE(out.error->code, ErrorCode::TooLarge);

    ListDecoder decoder(ResourceKind::Pods, WireFormat::Json, {}, [](const Item &) {});
    QVERIFY(decoder.feed(R"({"kind":"PodList","items":[{"x":")").ok());
    const std::string piece(1 << 20, 'x');
    Result<void> fed;
    int pieces = 0;
    for (; pieces < 40 && fed; ++pieces) {
        fed = decoder.feed(piece);
    }
    QVERIFY(!fed.ok());
    QCOMPARE(fed.error().code, ErrorCode::TooLarge);
    QVERIFY(pieces <= 17);
    ListDecoder header(ResourceKind::Pods, WireFormat::Json, {}, [](const Item &) {});
    QVERIFY(header.feed(R"({"kind":"PodList","x":")").ok());
    fed = {};
    for (pieces = 0; pieces < 40 && fed; ++pieces) {
        fed = header.feed(piece);
    }
    QCOMPARE(fed.error().code, ErrorCode::TooLarge);
    QVERIFY(pieces <= 2);
    const auto key = decode(WireFormat::Json, "{\"" + std::string(5000, 'k') + "\":1}");
    QCOMPARE(key.error->code, ErrorCode::TooLarge);
}

void TestListDecoder::deepNesting()
{
    for (const char *bracket : {"[", "{\"a\":"}) {
        std::string deep = R"({"kind":"PodList","items":[{"x":)";
        for (int i = 0; i < 200000; ++i) {
            deep += bracket;
        }
        const auto out = decode(WireFormat::Json, deep);
        QVERIFY(out.error.has_value());
        QCOMPARE(out.error->code, ErrorCode::Protocol);
    }
    const std::string fine = R"({"kind":"PodList","items":[{"metadata":{"name":"a"},"x":)" + std::string(300, '[')
        + std::string(300, ']') + "}]}";
    QVERIFY(!decode(WireFormat::Json, fine).error);
    // protobuf messages inside each other are only ever skipped by their length
    std::string nested;
    for (int i = 0; i < 2000; ++i) {
        std::string outer = bytesOf({"0a"});
        auto size = nested.size();
        do {
            outer += char((size & 0x7F) | (size > 0x7F ? 0x80 : 0));
            size >>= 7;
        } while (size > 0);
        nested = outer + nested;
    }
    const auto out = decodeObject(ResourceKind::Pods, WireFormat::Protobuf, objects::envelope("Pod", nested), {});
    QVERIFY(out.ok() || out.error().code == ErrorCode::Decode);
}

void TestListDecoder::oddBytes()
{
    Json pod = podNamed("odd");
    const std::string odd("a\0b\x1b[31m\xff\xfe\xc3", 11);
    // Protobuf hands bytes on as they are; whoever shows them makes them harmless.
    std::string body = objects::protobuf("Pod", pod);
    const auto at = body.find("team-a");
    body.replace(at, 6, odd.substr(0, 6));
    const auto item = decodeObject(ResourceKind::Pods, WireFormat::Protobuf, objects::envelope("Pod", body), {});
    QVERIFY(item.ok());
    QCOMPARE(std::get<PodDraft>(*item).ns, odd.substr(0, 6));
    // JSON can write NUL, and a proxy can break UTF-8.
    const auto json = decodeObject(ResourceKind::Pods, WireFormat::Json,
        "{\"kind\":\"Pod\",\"metadata\":{\"name\":\"x\\u0000y\",\"namespace\":\"\xff\xc3\xa9\xc3\"}}", {});
    QVERIFY(json.ok());
    QCOMPARE(std::get<PodDraft>(*json).name, std::string("x\0y", 3));
    QCOMPARE(std::get<PodDraft>(*json).ns, std::string("\xEF\xBF\xBD\xC3\xA9\xEF\xBF\xBD"));
    // the last of two equal members counts, as for the API server
    const auto twice =
        decodeObject(ResourceKind::Pods, WireFormat::Json, R"({"kind":"Pod","metadata":{"name":"x","name":"y"}})", {});
    QCOMPARE(std::get<PodDraft>(*twice).name, std::string("y"));
}

/// Members of another type than the API's count as absent; nothing breaks.
void TestListDecoder::wrongTypes()
{
    const Json wrong = {nullptr, true, 5, -1.5, 1e300, "text", Json::array(), Json::object(),
        Json::array({1, "x", nullptr}), {{"a", 1}}};
    const std::vector<std::pair<ResourceKind, std::string>> kinds = {{ResourceKind::Pods, "Pod"},
        {ResourceKind::Nodes, "Node"}, {ResourceKind::Deployments, "Deployment"}, {ResourceKind::Jobs, "Job"},
        {ResourceKind::CronJobs, "CronJob"}, {ResourceKind::DaemonSets, "DaemonSet"},
        {ResourceKind::PodMetrics, "PodMetrics"}};
    const std::vector<std::string> places = {"/metadata", "/metadata/labels", "/metadata/creationTimestamp",
        "/metadata/ownerReferences", "/spec", "/spec/containers", "/spec/replicas", "/spec/selector", "/spec/template",
        "/spec/overhead", "/spec/taints", "/spec/updateStrategy", "/spec/jobTemplate", "/status", "/status/conditions",
        "/status/containerStatuses", "/status/initContainerStatuses", "/status/capacity", "/status/addresses",
        "/status/active", "/containers", "/timestamp"};
    for (const auto &[kind, name] : kinds) {
        for (const auto &place : places) {
            for (const auto &value : wrong) {
                Json object = {{"kind", name}, {"metadata", {{"name", "x"}}}, {"spec", Json::object()},
                    {"status", Json::object()}};
                object[Json::json_pointer(place)] = value;
                const auto item = decodeObject(kind, WireFormat::Json, object.dump(), {});
                QVERIFY(item.ok() || item.error().code == ErrorCode::Decode);
                QVERIFY(item.ok() || place == "/metadata");
            }
        }
    }
    // protobuf: a number where a text should be, and the reverse
    const auto item = decodeObject(ResourceKind::Pods, WireFormat::Protobuf,
        objects::envelope("Pod", bytesOf({"0a07", "0a0178", "2805", "3a0141"})), {});
    QVERIFY(item.ok() || item.error().code == ErrorCode::Decode);
}

void TestListDecoder::everyKind()
{
    const std::vector<std::pair<ResourceKind, std::string>> kinds = {{ResourceKind::Nodes, "Node"},
        {ResourceKind::Pods, "Pod"}, {ResourceKind::Namespaces, "Namespace"}, {ResourceKind::Deployments, "Deployment"},
        {ResourceKind::ReplicaSets, "ReplicaSet"}, {ResourceKind::StatefulSets, "StatefulSet"},
        {ResourceKind::DaemonSets, "DaemonSet"}, {ResourceKind::Jobs, "Job"}, {ResourceKind::CronJobs, "CronJob"},
        {ResourceKind::ReplicationControllers, "ReplicationController"}, {ResourceKind::NodeMetrics, "NodeMetrics"},
        {ResourceKind::PodMetrics, "PodMetrics"}};
    for (const auto &[kind, name] : kinds) {
        const std::vector<Json> items = {{{"metadata", {{"name", "one"}}}}, {{"metadata", {{"name", "two"}}}}};
        const auto json = decode(WireFormat::Json, objects::jsonList(name, items, kMeta), 0, kind);
        const auto binary = decode(WireFormat::Protobuf, objects::protobufList(name, items, kMeta), 0, kind);
        QVERIFY2(!json.error && !binary.error, name.c_str());
        QCOMPARE(json.items.size(), std::size_t(2));
        QCOMPARE(json.items, binary.items);
    }
}

QTEST_APPLESS_MAIN(TestListDecoder)
#include "tst_listdecoder.moc"
