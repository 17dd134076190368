// SPDX-License-Identifier: GPL-3.0-or-later
// SRV look-ups against a name server of a few lines on loopback.
#include "core/net/srv.h"
#include "tests/support/nameserver.h"

#include <QTest>

#include <thread>

using namespace sextant;
using namespace sextant::net;
using namespace std::chrono_literals;

class TestSrv : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void answersAreSorted();
    void nothingThere();
    void failureIsAnError();
    void silenceIsATimeout();
    void stopEndsIt();
    void garbageIsAnError();
    void badNamesAndServers();
};

void TestSrv::answersAreSorted()
{
    NameServer server;
    server.set("_helios._http.example.net",
        {{"later.example.net", 5801, 20, 9}, {"light.example.net", 5801, 10, 1}, {"heavy.example.net", 5802, 10, 5}});
    const auto found = lookUpSrv("_helios._http.example.net", {.servers = {server.address()}, .timeout = 10s});
    QVERIFY2(found.ok(), found ? "" : found.error().text().c_str());
    QCOMPARE(found->size(), 3U);
    QCOMPARE(found->at(0), (SrvRecord{"heavy.example.net", 5802, 10, 5}));
    QCOMPARE(found->at(1).host, std::string("light.example.net"));
    QCOMPARE(found->at(2).host, std::string("later.example.net"));
}

void TestSrv::nothingThere()
{
    NameServer server;
    server.set("decidedly.example.net", {{"", 0, 0, 0}}); // a target of "."
    for (const char *name : {"_helios._https.example.net", "decidedly.example.net"}) {
        const auto found = lookUpSrv(name, {.servers = {server.address()}, .timeout = 10s});
        QVERIFY2(found.ok(), found ? "" : found.error().text().c_str());
        QVERIFY(found->empty());
    }
}

void TestSrv::failureIsAnError()
{
    NameServer server;
    server.fail("broken.example.net");
    const auto found = lookUpSrv("broken.example.net", {.servers = {server.address()}, .timeout = 10s});
    QVERIFY(!found.ok());
    QCOMPARE(found.error().code, ErrorCode::Unreachable);
    QCOMPARE(found.error().subject, std::string("broken.example.net"));
}

void TestSrv::silenceIsATimeout()
{
    NameServer server;
    server.silence("lost.example.net");
    const auto found = lookUpSrv("lost.example.net", {.servers = {server.address()}, .timeout = 300ms});
    QVERIFY(!found.ok());
    QCOMPARE(found.error().code, ErrorCode::Timeout);
}

void TestSrv::stopEndsIt()
{
    NameServer server;
    server.silence("lost.example.net");
    std::stop_source stop;
    Result<std::vector<SrvRecord>> found = Error{};
    std::thread asking([&] {
        found = lookUpSrv("lost.example.net", {.servers = {server.address()}, .timeout = 1h}, stop.get_token());
    });
    QTRY_VERIFY(server.asked("lost.example.net") > 0);
    stop.request_stop();
    asking.join();
    QCOMPARE(found.error().code, ErrorCode::Cancelled);
}

void TestSrv::garbageIsAnError()
{
    NameServer server;
    server.garbage("odd.example.net");
    const auto found = lookUpSrv("odd.example.net", {.servers = {server.address()}, .timeout = 2s});
    QVERIFY(!found.ok());
}

void TestSrv::badNamesAndServers()
{
    QCOMPARE(lookUpSrv("", {}).error().code, ErrorCode::Config);
    QCOMPARE(lookUpSrv("a b", {}).error().code, ErrorCode::Config);
    QCOMPARE(lookUpSrv("a.b", {.servers = {"not an address"}}).error().code, ErrorCode::Config);
}

QTEST_APPLESS_MAIN(TestSrv)
#include "tst_srv.moc"
