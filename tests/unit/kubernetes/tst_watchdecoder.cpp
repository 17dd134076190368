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
    std::vector<std::string> events;
    std::optional<Error> error;
};

std::string textOf(const WatchEvent &event)
{
    return std::to_string(int(event.type)) + " " + event.resourceVersion + (event.initialEventsEnd ? " end" : "") + " "
        + std::to_string(event.status.code) + event.status.reason + event.status.message + "\n"
        + objects::dump(event.item);
}

Outcome decode(WireFormat format, std::string_view stream, std::size_t step = 0)
{
    Outcome out;
    WatchDecoder decoder(
        ResourceKind::Pods, format, {}, [&](const WatchEvent &event) { out.events.push_back(textOf(event)); });
    for (std::size_t at = 0; at < stream.size() && !out.error;) {
        const auto part = stream.substr(at, step == 0 ? stream.size() : step);
        const std::vector<char> piece(part.begin(), part.end());
        if (auto fed = decoder.feed({piece.data(), piece.size()}); !fed) {
            out.error = fed.error();
        }
        at += part.size();
    }
    if (out.error && decoder.feed("x").ok()) {
        out.error = Error{ErrorCode::Internal, "a failed watch goes on", {}, {}};
    }
    return out;
}

Json podNamed(const std::string &name, const std::string &version)
{
    return {{"metadata", {{"name", name}, {"namespace", "t"}, {"uid", "u"}, {"resourceVersion", version}}},
        {"spec", Json::object()}, {"status", {{"phase", "Running"}, {"message", "line\nbreak and \"quote\""}}}};
}

const Json kExpired = {{"status", "Failure"}, {"reason", "Expired"}, {"message", "too old resource version: 5 (901)"},
    {"code", 410}, {"details", {{"retryAfterSeconds", 3}}}};

std::string streamOf(WireFormat format)
{
    Json bookmark = {{"metadata", {{"resourceVersion", "20"}}}};
    Json end = {{"metadata",
        {{"resourceVersion", "21"}, {"annotations", {{"k8s.io/initial-events-end", "true"}, {"z", "1"}}}}}};
    std::string out;
    const auto add = [&](const char *type, const char *kind, const Json &object) {
        out += format == WireFormat::Json ? objects::jsonLine(type, kind, object)
                                          : objects::protobufFrame(type, kind, objects::protobuf(kind, object));
    };
    add("ADDED", "Pod", podNamed("a", "11"));
    add("MODIFIED", "Pod", podNamed("a", "12"));
    add("BOOKMARK", "Pod", bookmark);
    add("BOOKMARK", "Pod", end);
    add("DELETED", "Pod", podNamed("a", "22"));
    add("ERROR", "Status", kExpired);
    return out;
}

} // namespace

class TestWatchDecoder : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void events_data();
    void events();
    void cutAnywhere_data() { events_data(); }
    void cutAnywhere();
    void mutated_data() { events_data(); }
    void mutated();
    void broken();
    void bounds();
    void blankLines();
};

void TestWatchDecoder::events_data()
{
    QTest::addColumn<int>("format");
    QTest::newRow("protobuf") << int(WireFormat::Protobuf);
    QTest::newRow("JSON") << int(WireFormat::Json);
}

void TestWatchDecoder::events()
{
    QFETCH(int, format);
    std::vector<WatchEvent> seen;
    WatchDecoder decoder(
        ResourceKind::Pods, WireFormat(format), {}, [&](WatchEvent event) { seen.push_back(std::move(event)); });
    QVERIFY(decoder.feed(streamOf(WireFormat(format))).ok());
    QCOMPARE(seen.size(), std::size_t(6));
    const std::vector<WatchEventType> types = {WatchEventType::Added, WatchEventType::Modified,
        WatchEventType::Bookmark, WatchEventType::Bookmark, WatchEventType::Deleted, WatchEventType::Error};
    const std::vector<std::string> versions = {"11", "12", "20", "21", "22", ""};
    for (std::size_t i = 0; i < seen.size(); ++i) {
        QVERIFY(seen[i].type == types[i]);
        QCOMPARE(seen[i].resourceVersion, versions[i]);
        QCOMPARE(seen[i].initialEventsEnd, i == 3);
        QCOMPARE(std::holds_alternative<PodDraft>(seen[i].item), i == 0 || i == 1 || i == 4);
    }
    QCOMPARE(std::get<PodDraft>(seen[4].item).statusMessage, std::string("line\nbreak and \"quote\""));
    QCOMPARE(seen[5].status.code, 410);
    QCOMPARE(seen[5].status.reason, std::string("Expired"));
    QCOMPARE(seen[5].status.retryAfterSeconds.value_or(0), 3U);
    const auto once = decode(WireFormat(format), streamOf(WireFormat(format)));
    for (const std::size_t step : {1, 2, 3, 4, 5, 9, 100}) {
        const auto out = decode(WireFormat(format), streamOf(WireFormat(format)), step);
        QVERIFY(!out.error);
        QCOMPARE(out.events, once.events);
    }
    QCOMPARE(once.events, decode(WireFormat(1 - format), streamOf(WireFormat(1 - format))).events);
}

/// What ends in the middle of an event has only the events before it.
void TestWatchDecoder::cutAnywhere()
{
    QFETCH(int, format);
    const auto stream = streamOf(WireFormat(format));
    const auto once = decode(WireFormat(format), stream);
    for (std::size_t cut = 0; cut < stream.size(); ++cut) {
        const auto out = decode(WireFormat(format), std::string_view(stream).substr(0, cut), cut % 3);
        QVERIFY(!out.error);
        QVERIFY(out.events.size() < once.events.size());
        for (std::size_t i = 0; i < out.events.size(); ++i) {
            QCOMPARE(out.events[i], once.events[i]);
        }
    }
}

void TestWatchDecoder::mutated()
{
    QFETCH(int, format);
    const auto stream = streamOf(WireFormat(format));
    std::mt19937 random(20310402);
    for (int round = 0; round < 4000; ++round) {
        std::string bad = stream;
        for (auto changes = 1 + random() % 3; changes > 0; --changes) {
            bad[random() % bad.size()] = char(random());
        }
        const auto out = decode(WireFormat(format), bad, round % 3 ? 0 : 17);
        QVERIFY(!out.error || out.error->code == ErrorCode::Decode || out.error->code == ErrorCode::TooLarge);
        std::string noise(random() % 100, ' ');
        for (auto &byte : noise) {
            byte = char(random());
        }
        QVERIFY(decode(WireFormat(format), noise + "\n").error
            || noise.find_first_not_of(" \r\t\n") == std::string::npos || format == int(WireFormat::Protobuf));
    }
}

void TestWatchDecoder::broken()
{
    const auto isBroken = [](WireFormat format, const std::string &stream) {
        const auto out = decode(format, stream);
        return out.error && out.error->code == ErrorCode::Decode && out.events.empty();
    };
    for (const char *line : {"{}\n", "[]\n", "x\n",
             R"({"type":"ADDED"})"
             "\n",
             R"({"type":"ODD","object":{"kind":"Pod"}})"
             "\n",
             R"({"type":"ADDED","object":5})"
             "\n",
             R"({"type":"ADDED","object":{"kind":"Node","metadata":{"name":"a"}}})"
             "\n",
             R"({"type":"ADDED","object":{"kind":"Pod","metadata":{}}})"
             "\n",
             R"({"type":"ADDED","object":{"kind":"Pod","metadata":{"name":"a"}}} {})"
             "\n"}) {
        QVERIFY2(isBroken(WireFormat::Json, line), line);
    }
    QVERIFY(isBroken(WireFormat::Protobuf, std::string(4, '\0'))); // an event of no type
    QVERIFY(isBroken(
        WireFormat::Protobuf, objects::protobufFrame("ODD", "Pod", objects::protobuf("Pod", podNamed("a", "1")))));
    QVERIFY(isBroken(
        WireFormat::Protobuf, objects::protobufFrame("ADDED", "Node", objects::protobuf("Pod", podNamed("a", "1")))));
    QVERIFY(isBroken(WireFormat::Protobuf, objects::protobufFrame("ADDED", "Pod", "\x0a")));
    QVERIFY(isBroken(WireFormat::Protobuf, objects::protobufFrame("ADDED", "Pod", "")));
}

void TestWatchDecoder::bounds()
{
    auto out = decode(WireFormat::Protobuf, std::string("\x01\x00\x00\x01", 4));
    QVERIFY(out.error && out.error->code == ErrorCode::TooLarge);
    out = decode(WireFormat::Protobuf, std::string("\xff\xff\xff\xff", 4), 1);
    QVERIFY(out.error && out.error->code == ErrorCode::TooLarge);
    out = decode(WireFormat::Json, std::string((16U << 20) + 10, ' '), 1 << 20);
    QVERIFY(out.error && out.error->code == ErrorCode::TooLarge);
}

void TestWatchDecoder::blankLines()
{
    const auto out =
        decode(WireFormat::Json, "\n \r\n" + objects::jsonLine("ADDED", "Pod", podNamed("a", "1")) + "\n", 1);
    QVERIFY(!out.error);
    QCOMPARE(out.events.size(), std::size_t(1));
}

QTEST_APPLESS_MAIN(TestWatchDecoder)
#include "tst_watchdecoder.moc"
