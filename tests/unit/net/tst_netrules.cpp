// SPDX-License-Identifier: GPL-3.0-or-later
// What is decided before a socket exists: the read-only guard, names, proxies, waiting times, unpacking.
#include "core/net/client.h"
#include "core/net/gunzip.h"
#include "core/net/httpdate.h"
#include "core/net/target.h"

#include <QTest>

#include <array>
#include <string>
#include <zlib.h>

using namespace sextant;
using namespace sextant::net;
using namespace std::chrono_literals;

namespace {

QString text(const std::string &s) { return QString::fromStdString(s); }

std::string packed(const std::string &plain)
{
    z_stream stream{};
    deflateInit2(&stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
    std::string out(deflateBound(&stream, plain.size()) + 64, '\0');
    stream.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(plain.data()));
    stream.avail_in = static_cast<uInt>(plain.size());
    stream.next_out = reinterpret_cast<Bytef *>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

} // namespace

class TestNetRules : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void guard_data();
    void guard();
    void unknownMethodIsRefused();
    void headers_data();
    void headers();
    void credentialsNeedTls_data();
    void credentialsNeedTls();
    void urls_data();
    void urls();
    void noTextHoldsCredentials();
    void serverName_data();
    void serverName();
    void badServerName();
    void noProxy_data();
    void noProxy();
    void proxies_data();
    void proxies();
    void httpDates();
    void retryAfter_data();
    void retryAfter();
    void backoffGrowsAndForgets();
    void unpacksInSmallPieces();
    void unpacksJoinedMembers();
    void everyCutIsNoticed();
    void damageIsNoticed();
};

void TestNetRules::guard_data()
{
    QTest::addColumn<bool>("post");
    QTest::addColumn<QString>("path");
    QTest::addColumn<bool>("allowed");
    const auto row = [](bool post, const char *path, bool allowed) {
        QTest::addRow("%s %s", post ? "POST" : "GET", path) << post << QString::fromUtf8(path) << allowed;
    };
    row(false, "/api/v1/pods?limit=500", true);
    row(false, "/", true);
    row(false, "", true);
    row(true, "/hosts/statuses", true);
    row(true, "/jobs/statuses", true);
    row(true, "/masters/one/jobs/statuses?domain=x", true);
    row(true, "/hosts/statuses#jobs", true);
    row(true, "", false);
    row(true, "/", false);
    row(true, "/jobs", false);
    row(true, "/statuses", false);
    row(true, "/hosts/statuses/", false);
    row(true, "/hosts/statuses/x", false);
    row(true, "/hosts//statuses", false);
    row(true, "//hosts/statuses", false);
    row(true, "/xhosts/statuses", false);
    row(true, "/hosts/statusesx", false);
    row(true, "/Hosts/statuses", false);
    row(true, "/hosts%2fstatuses", false);
    row(true, "/jobs/a%2fhosts/statuses", false);
    row(true, "/hosts/%73tatuses", false);
    row(true, "/jobs/x?/hosts/statuses", false);
    row(true, "/jobs/x?q=/hosts/statuses", false);
    row(true, "/jobs/x#/hosts/statuses", false);
    row(true, "/jobs/x/../../hosts/statuses", false);
    row(true, "/a/./hosts/statuses", false);
    row(true, "/jobs/%2e%2e/hosts/statuses", false);
    row(true, "/jobs;x/hosts/statuses", false);
    row(true, "/jobs\\hosts/statuses", false);
    row(true, "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", false);
}

void TestNetRules::guard()
{
    QFETCH(bool, post);
    QFETCH(QString, path);
    QFETCH(bool, allowed);
    Request request;
    request.method = post ? Method::BulkReadPost : Method::Get;
    request.url = "https://cluster.example:6443" + path.toStdString();
    const auto target = inspect(request);
    QCOMPARE(target.ok(), allowed);
    if (!allowed) {
        QVERIFY(target.error().code == ErrorCode::Internal);
    }
}

void TestNetRules::unknownMethodIsRefused()
{
    Request request;
    request.url = "https://cluster.example/";
    request.method = static_cast<Method>(7);
    auto target = inspect(request);
    QVERIFY(!target.ok() && target.error().code == ErrorCode::Internal);

    request.method = Method::Get;
    request.body = "{}";
    target = inspect(request);
    QVERIFY(!target.ok() && target.error().code == ErrorCode::Internal);
}

void TestNetRules::headers_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<int>("code"); // -1: allowed
    const auto row = [](const char *label, QByteArray name, QByteArray value, int code) {
        QTest::newRow(label) << std::move(name) << std::move(value) << code;
    };
    const int credential = static_cast<int>(ErrorCode::Credential);
    const int internal = static_cast<int>(ErrorCode::Internal);
    row("accept", "Accept", "application/json", -1);
    row("empty value", "X-Empty", "", -1);
    row("impersonation", "Impersonate-User", "ana", -1);
    row("CR", "Accept", "a\rb", credential);
    row("LF", "Accept", "a\nX: y", credential);
    row("NUL", "Accept", QByteArray("a\0b", 3), credential);
    row("LF in the name", "A\nB", "x", credential);
    row("space in the name", "Authorization ", "x", credential);
    row("colon in the name", "Authorization:", "x", credential);
    row("no name", "", "x", credential);
    row("method override", "x-http-method-override", "DELETE", internal);
    row("method override 2", "X-HTTP-Method", "DELETE", internal);
    row("upgrade", "upgrade", "websocket", internal);
    row("connection", "Connection", "Upgrade", internal);
    row("websocket", "Sec-WebSocket-Key", "x", internal);
    row("host", "host", "other", internal);
    row("length", "Content-Length", "0", internal);
    row("chunks", "Transfer-Encoding", "chunked", internal);
}

void TestNetRules::headers()
{
    QFETCH(QByteArray, name);
    QFETCH(QByteArray, value);
    QFETCH(int, code);
    Request request;
    request.url = "https://cluster.example/api";
    request.headers = {{name.toStdString(), value.toStdString()}};
    const auto target = inspect(request);
    QCOMPARE(target.ok() ? -1 : static_cast<int>(target.error().code), code);
}

void TestNetRules::credentialsNeedTls_data()
{
    QTest::addColumn<QString>("url");
    QTest::addColumn<QByteArray>("header");
    QTest::addColumn<bool>("allowed");
    QTest::newRow("token over https") << "https://h/api" << QByteArray("Authorization") << true;
    QTest::newRow("token over http") << "http://h/api" << QByteArray("Authorization") << false;
    QTest::newRow("any case") << "http://h/api" << QByteArray("aUTHORIZATION") << false;
    QTest::newRow("scheme in capitals") << "HTTP://h/api" << QByteArray("Authorization") << false;
    QTest::newRow("no scheme") << "h/api" << QByteArray("Authorization") << false;
    QTest::newRow("proxy's") << "http://h/api" << QByteArray("Proxy-Authorization") << false;
    QTest::newRow("cookie") << "http://h/api" << QByteArray("Cookie") << false;
    QTest::newRow("user in the URL") << "http://ana:pw@h/api" << QByteArray("Accept") << false;
    QTest::newRow("user in the URL over https") << "https://ana:pw@h/api" << QByteArray("Accept") << true;
    QTest::newRow("nothing secret") << "http://h/api" << QByteArray("Accept") << true;
}

void TestNetRules::credentialsNeedTls()
{
    QFETCH(QString, url);
    QFETCH(QByteArray, header);
    QFETCH(bool, allowed);
    Request request;
    request.url = url.toStdString();
    request.headers = {{header.toStdString(), "Bearer hunter2"}};
    const auto target = inspect(request);
    QCOMPARE(target.ok(), allowed);
    if (!allowed) {
        QVERIFY(target.error().code == ErrorCode::Credential || target.error().code == ErrorCode::Config);
        QVERIFY(target.error().text().find("hunter2") == std::string::npos);
        QVERIFY(target.error().text().find("pw") == std::string::npos);
    }
}

void TestNetRules::urls_data()
{
    QTest::addColumn<QByteArray>("url");
    QTest::addColumn<QString>("hostPort"); // empty: refused
    QTest::newRow("plain") << QByteArray("http://127.0.0.1:8080/x") << "127.0.0.1:8080";
    QTest::newRow("default port") << QByteArray("https://h/x") << "h:443";
    QTest::newRow("IPv6") << QByteArray("https://[::1]:6443/") << "[::1]:6443";
    QTest::newRow("file") << QByteArray("file:///etc/passwd") << "";
    QTest::newRow("ftp") << QByteArray("ftp://h/x") << "";
    QTest::newRow("gopher") << QByteArray("gopher://h/x") << "";
    QTest::newRow("empty") << QByteArray("") << "";
    QTest::newRow("no host") << QByteArray("https://:443/x") << "";
    QTest::newRow("space") << QByteArray("https://h/a b") << "";
    QTest::newRow("line break") << QByteArray("https://h/a\r\nX: y") << "";
    QTest::newRow("NUL") << QByteArray("https://h/a\0b", 13) << "";
    QTest::newRow("bad port") << QByteArray("https://h:99999/") << "";
}

void TestNetRules::urls()
{
    QFETCH(QByteArray, url);
    QFETCH(QString, hostPort);
    Request request;
    request.url = url.toStdString();
    const auto target = inspect(request);
    QCOMPARE(target.ok() ? text(target->hostPort) : QString(), hostPort);
    if (!target.ok()) {
        QVERIFY(target.error().code == ErrorCode::Config);
    }
}

void TestNetRules::noTextHoldsCredentials()
{
    Peer peer;
    peer.proxy = "http://bob:secret2@proxy.example:3128";
    Request request;
    request.url = "https://ana:secret1@h:1/path?token=secret3#secret4";
    request.peer = std::make_shared<const Peer>(peer);
    const auto target = inspect(request);
    QVERIFY(target.ok());
    QCOMPARE(text(target->display), "https://h:1/path");
    QCOMPARE(text(target->proxyText), "http://proxy.example:3128");
    QVERIFY(target->hostPort.find("secret") == std::string::npos);
}

void TestNetRules::serverName_data()
{
    QTest::addColumn<QString>("url");
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("curlUrl");
    QTest::addColumn<QString>("connectTo");
    QTest::addColumn<QString>("host");
    QTest::newRow("address and port") << "https://10.0.0.1:6443/api?x=1"
                                      << "kubernetes"
                                      << "https://kubernetes:6443/api?x=1"
                                      << "kubernetes:6443:10.0.0.1:6443"
                                      << "10.0.0.1:6443";
    QTest::newRow("default port") << "https://h.example/api"
                                  << "kubernetes"
                                  << "https://kubernetes/api"
                                  << "kubernetes:443:h.example:443"
                                  << "h.example";
    QTest::newRow("IPv6 address") << "https://[::1]:6443/"
                                  << "kubernetes"
                                  << "https://kubernetes:6443/"
                                  << "kubernetes:6443:[::1]:6443"
                                  << "[::1]:6443";
    QTest::newRow("IPv6 name") << "https://h:6443/"
                               << "fd00::1"
                               << "https://[fd00::1]:6443/"
                               << "[fd00::1]:6443:h:6443"
                               << "h:6443";
    QTest::newRow("the same name") << "https://h:6443/"
                                   << "H"
                                   << "https://h:6443/"
                                   << ""
                                   << "";
    QTest::newRow("not over http") << "http://h:80/"
                                   << "kubernetes"
                                   << "http://h:80/"
                                   << ""
                                   << "";
}

void TestNetRules::serverName()
{
    QFETCH(QString, url);
    QFETCH(QString, name);
    Peer peer;
    peer.tls.serverName = name.toStdString();
    Request request;
    request.url = url.toStdString();
    request.peer = std::make_shared<const Peer>(peer);
    const auto target = inspect(request);
    QVERIFY(target.ok());
    QTEST(text(target->url), "curlUrl");
    QTEST(text(target->connectTo), "connectTo");
    QTEST(text(target->hostHeader), "host");
}

void TestNetRules::badServerName()
{
    for (const char *name : {"a b", "a/b", "a@b", "a#b", "a\nb", "a?b"}) {
        Peer peer;
        peer.tls.serverName = name;
        Request request;
        request.url = "https://h:6443/";
        request.peer = std::make_shared<const Peer>(peer);
        const auto target = inspect(request);
        QVERIFY2(!target.ok() && target.error().code == ErrorCode::Config, name);
    }
}

void TestNetRules::noProxy_data()
{
    QTest::addColumn<QByteArray>("list");
    QTest::addColumn<QByteArray>("host");
    QTest::addColumn<bool>("bypassed");
    const auto row = [](const char *list, const char *host, bool bypassed) {
        QTest::addRow("%s in %s", host, list) << QByteArray(list) << QByteArray(host) << bypassed;
    };
    row("", "h.example", false);
    row("*", "h.example", true);
    row("example", "h.example", true);
    row("h.example", "H.Example.", true);
    row(".example", "h.example", true);
    row("*.example", "h.example", true);
    row(".h.example", "h.example", false);
    row("ample", "h.example", false);
    row("a, h.example ,b", "h.example", true);
    row("h.example:6443", "h.example", true);
    row("h.example:443", "h.example", false);
    row("10.0.0.0/8", "10.1.2.3", true);
    row("10.0.0.0/8", "11.1.2.3", false);
    row("10.0.0.0/33", "10.0.0.0", false);
    row("10.0.0.0/x", "10.0.0.0", false);
    row("10.96.0.0/12", "10.111.0.1", true);
    row("10.96.0.0/12", "10.112.0.1", false);
    row("10.1.2.3", "10.1.2.3", true);
    row("fd00::/8", "[fd12::1]", true);
    row("fd00::/8", "[fe12::1]", false);
    row("::1", "[::1]", true);
    row("[::1]:6443", "[::1]", true);
    row("[::1]:1", "[::1]", false);
    row("0.0.0.0/0", "h.example", false);
    row(":", "h.example", false);
    row("[", "h.example", false);
    row(",,", "h.example", false);
}

void TestNetRules::noProxy()
{
    QFETCH(QByteArray, list);
    QFETCH(QByteArray, host);
    QFETCH(bool, bypassed);
    QCOMPARE(bypassesProxy(list.toStdString(), host.toStdString(), "6443"), bypassed);
}

void TestNetRules::proxies_data()
{
    QTest::addColumn<QString>("proxy");
    QTest::addColumn<QString>("used"); // empty: refused
    QTest::newRow("http") << "http://p:3128"
                          << "http://p:3128";
    QTest::newRow("https") << "https://p:3128"
                           << "https://p:3128";
    QTest::newRow("names are the proxy's to resolve") << "socks5://p:1080"
                                                      << "socks5h://p:1080";
    QTest::newRow("no scheme") << "p:3128"
                               << "http://p:3128";
    QTest::newRow("ftp") << "ftp://p:21"
                         << "";
    QTest::newRow("no host") << "http://"
                             << "";
    QTest::newRow("line break") << "http://p\n:1"
                                << "";
}

void TestNetRules::proxies()
{
    QFETCH(QString, proxy);
    Peer peer;
    peer.proxy = proxy.toStdString();
    Request request;
    request.url = "https://h:6443/";
    request.peer = std::make_shared<const Peer>(peer);
    const auto target = inspect(request);
    QTEST(target.ok() ? text(target->proxy) : QString(), "used");
}

void TestNetRules::httpDates()
{
    using namespace std::chrono;
    const sys_seconds want = sys_days(year(1994) / 11 / 6) + hours(8) + minutes(49) + seconds(37);
    QVERIFY(parseHttpDate("Sun, 06 Nov 1994 08:49:37 GMT") == want);
    for (const char *odd : {"", "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 6 Nov 1994 08:49:37 GMT",
             "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 ovD 1994 08:49:37 GMT"}) {
        QVERIFY2(!parseHttpDate(odd), odd);
    }
}

void TestNetRules::retryAfter_data()
{
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<qint64>("ms"); // -1: nothing
    const auto row = [](const char *value, qint64 ms) { QTest::newRow(value) << QByteArray(value) << ms; };
    row("1", 1000);
    row(" 32\t", 32'000);
    row("0", 0);
    row("3600", 3'600'000);
    row("3601", 3'600'000);
    row("99999999999999999999999", 3'600'000);
    row("", -1);
    row("-1", -1);
    row("1.5", -1);
    row("1s", -1);
    row("soon", -1);
    row("Wed, 02 Apr 2031 09:15:30 GMT", 30'000);
    row("Wed, 02 Apr 2031 09:14:00 GMT", 0);
    row("Wed, 02 Apr 2032 09:15:00 GMT", 3'600'000);
    row("Fri, 01 Jan 2999 00:00:00 GMT", 3'600'000); // beyond what nanoseconds can count
    row("Wed, 32 Apr 2031 09:15:30 GMT", -1);
    row("Wed, 02 Xpr 2031 09:15:30 GMT", -1);
    row("Wed, 02 Apr 2031 25:15:30 GMT", -1);
    row("Wed, 02 Apr 2031 09:15:30 UTC", -1);
    row("Wed, -2 Apr 2031 09:15:30 GMT", -1);
    row("Wed, 02 Apr 2031 09:15:30 GMTx", -1);
}

void TestNetRules::retryAfter()
{
    QFETCH(QByteArray, value);
    QFETCH(qint64, ms);
    const auto now = std::chrono::sys_days(std::chrono::year(2031) / 4 / 2) + 9h + 15min;
    const auto wait = parseRetryAfter(value.toStdString(), now);
    QCOMPARE(wait ? static_cast<qint64>(wait->count()) : -1, ms);
}

void TestNetRules::backoffGrowsAndForgets()
{
    auto now = std::chrono::steady_clock::time_point() + 24h;
    for (const std::uint64_t seed : {0ULL, 1ULL, 77ULL, ~0ULL}) {
        Backoff backoff(seed);
        std::chrono::milliseconds base = 800ms;
        for (int i = 0; i < 40; ++i) {
            const auto wait = backoff.next(now);
            QVERIFY(wait >= base && wait <= 2 * base);
            base = std::min(2 * base, 30'000ms);
            now += 100s;
        }
        now += 2min;
        QVERIFY(backoff.next(now) <= 1600ms);
        QVERIFY(backoff.next(now) >= 1600ms);
        backoff.reset();
        QVERIFY(backoff.next(now) <= 1600ms);
    }
    Backoff one(1);
    Backoff other(2);
    QVERIFY(one.next(now) != other.next(now));
}

void TestNetRules::unpacksInSmallPieces()
{
    std::string plain;
    for (int i = 0; i < 20'000; ++i) {
        plain += std::to_string(i * 7919);
    }
    const std::string body = packed(plain);
    for (const std::size_t inSize : {1UL, 7UL, 1000UL, body.size()}) {
        for (const std::size_t outSize : {1UL, 3UL, 4096UL}) {
            Gunzip gunzip;
            std::string out;
            std::array<char, 4096> buffer{};
            for (std::size_t at = 0; at < body.size(); at += inSize) {
                std::string_view piece = std::string_view(body).substr(at, inSize);
                while (const std::size_t made = gunzip.unpack(piece, buffer.data(), outSize)) {
                    QVERIFY(made <= outSize);
                    out.append(buffer.data(), made);
                }
                QVERIFY(piece.empty());
            }
            QVERIFY(gunzip.complete());
            QVERIFY(out == plain);
        }
    }
}

void TestNetRules::unpacksJoinedMembers()
{
    const std::string body = packed("one,") + packed("") + packed("two");
    Gunzip gunzip;
    std::string out;
    std::array<char, 2> buffer{};
    std::string_view left = body;
    while (const std::size_t made = gunzip.unpack(left, buffer.data(), buffer.size())) {
        out.append(buffer.data(), made);
    }
    QVERIFY(gunzip.complete());
    QCOMPARE(text(out), "one,two");
}

void TestNetRules::everyCutIsNoticed()
{
    const std::string body = packed("a list of pods, cut somewhere");
    for (std::size_t size = 1; size < body.size(); ++size) {
        Gunzip gunzip;
        std::array<char, 64> buffer{};
        std::string_view left = std::string_view(body).substr(0, size);
        while (gunzip.unpack(left, buffer.data(), buffer.size()) > 0) { }
        QVERIFY(!gunzip.complete());
    }
}

void TestNetRules::damageIsNoticed()
{
    std::string body = packed("a list of pods, changed on the way");
    body[body.size() - 6] = static_cast<char>(body[body.size() - 6] ^ 1); // in the checksum
    for (const std::string &bytes : {body, std::string("no gzip at all"), packed("x") + "trailing"}) {
        Gunzip gunzip;
        std::array<char, 64> buffer{};
        std::string_view left = bytes;
        while (gunzip.unpack(left, buffer.data(), buffer.size()) > 0) { }
        QVERIFY(gunzip.failed());
        QVERIFY(!gunzip.complete());
    }
}

QTEST_GUILESS_MAIN(TestNetRules)
#include "tst_netrules.moc"
