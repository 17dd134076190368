// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig.h"

#include <QTest>

#include <set>

using namespace sextant::simulator;
using namespace sextant::simulator::test;
using namespace std::chrono_literals;

namespace {

const char *const kProtobuf = "application/vnd.kubernetes.protobuf";

std::string told(const Json &event)
{
    if (!event.is_object() || !event.contains("object")) {
        return "no event";
    }
    const auto &metadata = event["object"]["metadata"];
    return event["type"].get<std::string>() + ' ' + metadata.value("name", std::string("-")) + ' '
        + metadata.value("resourceVersion", std::string("-"));
}

} // namespace

class TestApiServerWatch : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void resumes()
    {
        Rig rig;
        rig.put("ns", "a"); // 901
        rig.put("ns", "b"); // 902
        Watch watch(rig, "/api/v1/pods?watch=1&resourceVersion=901", {{"Accept-Encoding", "gzip"}});
        auto events = watch.events(1);
        SAME(told(events[0]), std::string("ADDED b 902"));
        SAME(events[0]["object"]["kind"], "Pod");
        SAME(events[0]["object"]["apiVersion"], "v1");
        rig.put("ns", "a", {}, "Failed");
        rig.remove("ns", "b");
        events = watch.events(3);
        SAME(told(events[1]), std::string("MODIFIED a 903"));
        SAME(told(events[2]), std::string("DELETED b 904"));
        SAME(watch.type(), std::string("application/json"));
        QVERIFY(watch.encoding().empty()); // never compressed
    }

    void startsWithWhatThereIs_data()
    {
        QTest::addColumn<QString>("query");
        QTest::newRow("no version") << "";
        QTest::newRow("version 0") << "&resourceVersion=0";
    }
    void startsWithWhatThereIs()
    {
        QFETCH(QString, query);
        Rig rig;
        rig.put("ns", "a");
        rig.put("ns", "b");
        rig.put("other", "c");
        Watch watch(rig, "/api/v1/namespaces/ns/pods?watch=true" + query.toStdString());
        auto events = watch.events(2);
        SAME(events.size(), std::size_t(2));
        SAME((std::set<std::string>{told(events[0]), told(events[1])}),
            (std::set<std::string>{"ADDED a 901", "ADDED b 902"}));
        rig.put("other", "d"); // another namespace
        rig.put("ns", "e");
        SAME(told(watch.events(3)[2]), std::string("ADDED e 905"));
    }

    void tooOld_data()
    {
        QTest::addColumn<bool>("protobuf");
        QTest::newRow("json") << false;
        QTest::newRow("protobuf") << true;
    }
    void tooOld()
    {
        QFETCH(bool, protobuf);
        Rig rig;
        rig.put("ns", "a");
        Watch watch(
            rig, "/api/v1/pods?watch=1&resourceVersion=5", {{"Accept", protobuf ? kProtobuf : "application/json"}});
        QVERIFY(watch.ended());
        QVERIFY(watch.clean());
        SAME(watch.status(), 200); // the refusal is inside
        if (!protobuf) {
            const auto event = watch.events(1)[0];
            SAME(event["type"], "ERROR");
            SAME(event["object"]["kind"], "Status");
            SAME(event["object"]["code"], 410);
            SAME(event["object"]["reason"], "Expired");
            SAME(event["object"]["message"], "too old resource version: 5 (900)");
            return;
        }
        const auto bytes = watch.bytes(1);
        const auto event = fields(std::string_view(bytes).substr(4));
        SAME(bytesOf(event, 1), std::string("ERROR"));
        const auto [type, raw] = opened(bytesOf(fields(bytesOf(event, 2)), 1));
        SAME(type, std::string("v1 Status"));
        SAME(fields(raw).back().value, 410U);
    }

    void compactedIsTooOld()
    {
        Rig rig;
        const auto version = rig.put("ns", "a");
        rig.store.compact();
        Watch watch(rig, "/api/v1/pods?watch=1&resourceVersion=" + std::to_string(version));
        QVERIFY(watch.ended());
        SAME(watch.events(1)[0]["object"]["code"], 410);
    }

    void selection()
    {
        Rig rig;
        rig.put("ns", "a", {}, "Pending"); // 901
        rig.put("ns", "b", {}, "Running"); // 902
        Watch watch(rig, "/api/v1/pods?watch=1&resourceVersion=902&fieldSelector=status.phase=Pending");
        rig.put("ns", "b", {}, "Running"); // 903: never seen
        rig.put("ns", "a", {}, "Running"); // 904: leaves
        rig.put("ns", "b", {}, "Pending"); // 905: enters
        rig.put("ns", "b", {{"x", "y"}}, "Pending"); // 906: stays
        rig.remove("ns", "a"); // 907: never seen
        rig.remove("ns", "b"); // 908
        const auto events = watch.events(4);
        SAME(events.size(), std::size_t(4));
        SAME(told(events[0]), std::string("DELETED a 904"));
        SAME(events[0]["object"]["status"]["phase"], "Pending"); // the old object
        SAME(told(events[1]), std::string("ADDED b 905"));
        SAME(told(events[2]), std::string("MODIFIED b 906"));
        SAME(told(events[3]), std::string("DELETED b 908"));
    }

    void leavingInProtobufHasTheNewVersion()
    {
        Rig rig;
        rig.put("ns", "a", {}, "Pending");
        rig.put("ns", "a", {}, "Running");
        Watch watch(rig, "/api/v1/pods?watch=1&resourceVersion=901&fieldSelector=status.phase=Pending",
            {{"Accept", kProtobuf}});
        const auto bytes = watch.bytes(60);
        const auto event = fields(std::string_view(bytes).substr(4));
        SAME(bytesOf(event, 1), std::string("DELETED"));
        const auto pod = fields(opened(bytesOf(fields(bytesOf(event, 2)), 1)).second);
        SAME(bytesOf(fields(bytesOf(pod, 1)), 6), std::string("902"));
        SAME(bytesOf(fields(bytesOf(pod, 1)), 1), std::string("a"));
        SAME(bytesOf(fields(bytesOf(pod, 3)), 1), std::string("Pending"));
    }

    void frames()
    {
        Rig rig;
        rig.put("ns", "a");
        rig.put("ns", "b");
        Watch watch(rig, "/api/v1/pods?watch=1&resourceVersion=900&timeoutSeconds=1", {{"Accept", kProtobuf}});
        QVERIFY(watch.ended());
        SAME(watch.type(), std::string("application/vnd.kubernetes.protobuf;stream=watch"));
        const auto bytes = watch.bytes(0);
        std::string_view left = bytes;
        std::vector<std::string> seen;
        while (!left.empty()) {
            std::size_t size = 0;
            for (int i = 0; i < 4; ++i) {
                size = size << 8 | std::uint8_t(left.at(std::size_t(i)));
            }
            const auto event = fields(left.substr(4, size));
            left.remove_prefix(4 + size);
            const auto [type, raw] = opened(bytesOf(fields(bytesOf(event, 2)), 1));
            seen.push_back(bytesOf(event, 1) + ' ' + type + ' ' + bytesOf(fields(bytesOf(fields(raw), 1)), 1));
        }
        SAME(seen, (std::vector<std::string>{"ADDED v1 Pod a", "ADDED v1 Pod b"}));
    }

    void bookmarks()
    {
        Rig rig("v1.36.2", 50ms);
        rig.put("ns", "a");
        Watch watch(rig, "/api/v1/pods?watch=1&resourceVersion=901&allowWatchBookmarks=true");
        auto events = watch.events(1);
        SAME(told(events[0]), std::string("BOOKMARK - 901"));
        SAME(events[0]["object"]["kind"], "Pod");
        // Another resource moved on: the next bookmark says so, that nobody has to list again for it.
        rig.store.put(Resource::Nodes, std::make_shared<Pod>("", "n"));
        QVERIFY(watch.wait([] { return true; }));
        bool moved = false;
        for (std::size_t n = 2; n < 50 && !moved; ++n) {
            moved = told(watch.events(n).back()) == "BOOKMARK - 902";
        }
        QVERIFY(moved);
        // Events have none, and who does not ask gets none.
        Watch events2(rig, "/api/v1/events?watch=1&resourceVersion=902&allowWatchBookmarks=true&timeoutSeconds=1");
        Watch unasked(rig, "/api/v1/pods?watch=1&resourceVersion=902&timeoutSeconds=1");
        QVERIFY(events2.ended() && unasked.ended());
        QVERIFY(events2.events(0).empty() && unasked.events(0).empty());
    }

    void lastBookmarkAndCleanEnd()
    {
        Rig rig;
        rig.put("ns", "a");
        Watch watch(rig, "/api/v1/pods?watch=1&resourceVersion=901&allowWatchBookmarks=true&timeoutSeconds=1");
        QVERIFY(watch.ended());
        QVERIFY(watch.clean());
        const auto events = watch.events(0);
        SAME(events.size(), std::size_t(1));
        SAME(told(events[0]), std::string("BOOKMARK - 901"));
    }

    void oldBookmark()
    {
        Rig rig("v1.20.2", 50ms);
        rig.put("ns", "a");
        Watch watch(rig, "/api/v1/pods?watch=1&resourceVersion=901&allowWatchBookmarks=1");
        const auto metadata = watch.events(1)[0]["object"]["metadata"];
        QVERIFY(metadata.contains("creationTimestamp") && metadata["creationTimestamp"].is_null());
    }

    void streamedList()
    {
        Rig rig;
        rig.put("ns", "a");
        rig.put("ns", "b");
        Watch watch(rig,
            "/api/v1/"
            "pods?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&"
            "resourceVersion=");
        auto events = watch.events(3);
        SAME(told(events[0]), std::string("ADDED a 901"));
        SAME(told(events[1]), std::string("ADDED b 902"));
        SAME(told(events[2]), std::string("BOOKMARK - 902"));
        SAME(events[2]["object"]["metadata"]["annotations"]["k8s.io/initial-events-end"], "true");
        rig.put("ns", "c");
        SAME(told(watch.events(4)[3]), std::string("ADDED c 903"));
    }

    void streamedListRefused_data()
    {
        QTest::addColumn<QString>("server");
        QTest::addColumn<bool>("off");
        QTest::addColumn<QString>("query");
        QTest::addColumn<int>("status");
        QTest::newRow("old") << "v1.20.2" << false << "sendInitialEvents=true&resourceVersionMatch=NotOlderThan" << 422;
        QTest::newRow("old, ignored without match")
            << "v1.20.2" << false << "sendInitialEvents=true&timeoutSeconds=1" << 200;
        QTest::newRow("gate off") << "v1.36.2" << true << "sendInitialEvents=true&resourceVersionMatch=NotOlderThan"
                                  << 422;
        QTest::newRow("no match") << "v1.36.2" << false << "sendInitialEvents=true" << 422;
        QTest::newRow("match alone") << "v1.36.2" << false << "resourceVersionMatch=NotOlderThan&resourceVersion=1"
                                     << 422;
    }
    void streamedListRefused()
    {
        QFETCH(QString, server);
        QFETCH(bool, off);
        QFETCH(QString, query);
        QFETCH(int, status);
        Rig rig(server.toStdString());
        rig.faults.watchListOff = off;
        const auto answer = rig.get("/api/v1/pods?watch=1&allowWatchBookmarks=true&" + query.toStdString());
        QVERIFY(answer);
        SAME(answer->status, status);
        QVERIFY(answer->body.find("initial-events-end") == std::string::npos);
    }

    void tables()
    {
        Rig rig;
        rig.put("ns", "a");
        rig.put("ns", "b");
        Watch watch(rig, "/api/v1/pods?watch=1&resourceVersion=900&includeObject=None",
            {{"Accept", "application/json;as=Table;g=meta.k8s.io;v=v1"}});
        const auto events = watch.events(2);
        SAME(events[0]["object"]["kind"], "Table");
        QVERIFY(events[0]["object"]["columnDefinitions"].is_array());
        SAME(events[0]["object"]["rows"][0]["cells"][0], "a");
        QVERIFY(events[1]["object"]["columnDefinitions"].is_null()); // named once
    }

    void manyWatchesAtOnce()
    {
        Rig rig;
        std::vector<std::unique_ptr<Watch>> watches;
        for (int i = 0; i < 40; ++i) {
            watches.push_back(std::make_unique<Watch>(rig, "/api/v1/pods?watch=1&resourceVersion=900"));
        }
        QVERIFY(std::all_of(watches.begin(), watches.end(), [](auto &watch) { return watch->headers(); }));
        QVERIFY(rig.get("/readyz")); // a request still finds a thread
        rig.put("ns", "a");
        for (const auto &watch : watches) {
            SAME(told(watch->events(1)[0]), std::string("ADDED a 901"));
        }
    }

    void slowReaderIsDropped()
    {
        Rig rig("v1.36.2", 1min, {}, 10);
        rig.put("ns", "a");
        Watch watch(rig, "/api/v1/pods?watch=1&resourceVersion=900");
        SAME(watch.events(1).size(), 1);
        rig.faults.bytesPerSecond = 500;
        rig.put("ns", "b");
        QVERIFY(watch.bytes(1).size() > 0);
        for (int i = 0; i < 400; ++i) {
            rig.put("ns", "b", {{"n", std::to_string(i)}});
        }
        rig.faults.bytesPerSecond = 0;
        QVERIFY(watch.ended()); // without an error event
        for (const auto &event : watch.events(0)) {
            QVERIFY(event["type"] != "ERROR");
        }
    }

    void restart()
    {
        Rig rig;
        rig.put("ns", "a");
        Watch watch(rig, "/api/v1/pods?watch=1&resourceVersion=901");
        QVERIFY(watch.headers());
        const int port = rig.server.port();
        QVERIFY(rig.server.restart({}));
        SAME(rig.server.port(), port);
        QVERIFY(watch.ended());
        rig.put("ns", "b");
        Watch again(rig, "/api/v1/pods?watch=1&resourceVersion=901");
        SAME(told(again.events(1)[0]), std::string("ADDED b 902"));
    }
};

QTEST_GUILESS_MAIN(TestApiServerWatch)
#include "tst_apiserver_watch.moc"
