// SPDX-License-Identifier: GPL-3.0-or-later
// Transfers over real sockets: bounds, back-pressure, damage, retries, ends.
#include "core/net/client.h"
#include "core/net/fetch.h"
#include "stubserver.h"

#include <QTest>

#include <algorithm>
#include <fstream>
#include <netdb.h>
#include <set>
#include <sys/socket.h>
#include <unistd.h>
#include <zlib.h>

using namespace sextant;
using namespace sextant::net;
using namespace std::chrono_literals;

namespace {

constexpr auto kPatience = 30s;

QString text(std::string_view s) { return QString::fromUtf8(s.data(), static_cast<qsizetype>(s.size())); }

Request get(std::string url)
{
    Request request;
    request.url = std::move(url);
    return request;
}

std::string packed(std::string_view plain)
{
    z_stream stream{};
    deflateInit2(&stream, 9, Z_DEFLATED, 16 + MAX_WBITS, 9, Z_DEFAULT_STRATEGY);
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

/// What one transfer said, in order.
struct Story {
    std::vector<Head> heads;
    std::string body;
    std::vector<Done> dones;

    bool ended() const { return !dones.empty(); }
    ErrorCode code() const { return ended() && dones[0].error ? dones[0].error->code : ErrorCode::Usage; }
    std::string words() const { return ended() && dones[0].error ? dones[0].error->text() : std::string(); }
};

/// Takes one event; false when none came in time.
bool take(Inbox &inbox, Story &story, std::chrono::milliseconds patience = kPatience)
{
    Event event;
    if (!inbox.wait(std::chrono::steady_clock::now() + patience, event)) {
        return false;
    }
    if (auto *head = std::get_if<Head>(&event.what)) {
        story.heads.push_back(*head);
    } else if (auto *piece = std::get_if<std::string>(&event.what)) {
        story.body += *piece;
    } else {
        story.dones.push_back(std::get<Done>(event.what));
    }
    return true;
}

Story readAll(Inbox &inbox)
{
    Story story;
    while (!story.ended() && take(inbox, story)) { }
    return story;
}

Story run(Client &client, Request request)
{
    Inbox inbox;
    client.start(std::move(request), inbox);
    return readAll(inbox);
}

/// Sanitizers keep freed memory for a while, so that its size says nothing there.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kMemoryIsOurs = false;
#else
constexpr bool kMemoryIsOurs = true;
#endif

std::size_t residentBytes()
{
    std::ifstream file("/proc/self/statm");
    std::size_t total = 0;
    std::size_t resident = 0;
    file >> total >> resident;
    return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

/// Bytes that show where they belong, so that a lost or doubled piece is seen.
std::string patternPiece(std::size_t index)
{
    std::string piece(4096, static_cast<char>('a' + index % 26));
    const std::string number = std::to_string(index) + "\n";
    piece.replace(piece.size() - number.size(), number.size(), number);
    return piece;
}

} // namespace

class TestTransfer : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void deliversHeadPiecesDone();
    void sendsOurHeaders();
    void refusedRequestsReachNoNetwork();
    void bulkReadIsSent();
    void redirectsAreDelivered();
    void bodyBound_data();
    void bodyBound();
    void headerBound_data();
    void headerBound();
    void foldedAndInformationalHeaders();
    void gzip();
    void gzipBomb();
    void gzipCut();
    void gzipSlowReader();
    void unknownEncoding();
    void pausedReaderLosesNothing();
    void pausedReaderIsNoSlowServer();
    void slowServerIsNoticed();
    void totalTimeout();
    void cancelInTheMiddle();
    void cancelBeforeAnAnswer();
    void brokenAnswers_data();
    void brokenAnswers();
    void unreachable();
    void unknownName();
    void retryAfterIsObeyed();
    void busyWithoutRetryAfterIsDelivered();
    void busyForGoodIsDelivered();
    void longRetryAfterIsDelivered();
    void lostConnectionIsRetriedBeforeTheHeadOnly();
    void cancelWhileResting();
    void inboxGoesFirst();
    void inboxGoesDuringSilence();
    void clientGoesFirst();
    void manyTransfersAtOnce();
    void keysDoNotShareConnections();
    void forwardProxy();
    void postsWakeTheOwner();
    void fetchHonoursTheBoundAndStops();
};

void TestTransfer::deliversHeadPiecesDone()
{
    StubServer server([](auto &connection, const std::string &) {
        return connection.send(
            answer(404, "no such thing", "Content-Type: text/plain; charset=utf-8\r\nX-Audit:  a b \r\n"));
    });
    Client client;
    const Story story = run(client, get(server.url("/x")));
    QCOMPARE(story.heads.size(), 1U);
    QCOMPARE(story.heads[0].status, 404);
    QCOMPARE(text(story.heads[0].contentType), "text/plain; charset=utf-8");
    QCOMPARE(text(story.heads[0].header("x-audit")), "a b");
    QVERIFY(!story.heads[0].http2);
    QCOMPARE(text(story.body), "no such thing");
    QVERIFY(!story.dones[0].error);
    QCOMPARE(story.dones[0].bodyBytes, 13U);
    QCOMPARE(story.dones[0].wireBytes, 13U);
    QCOMPARE(story.dones[0].attempts, 1);
    QCOMPARE(client.statistics().requests, 1U);
    QCOMPARE(client.statistics().wireBytes, 13U);
    run(client, get(server.url("/y")));
    QCOMPARE(server.connections(), 1);
}

void TestTransfer::sendsOurHeaders()
{
    StubServer server([](auto &connection, const std::string &) { return connection.send(answer(200, "")); });
    Client client;
    Request request = get(server.url("/api?x=1#secret"));
    request.headers = {
        {"Accept", "application/json"}, {"X-Empty", ""}, {"User-Agent", "Mozilla/5.0"}, {"Accept-Encoding", "br"}};
    request.compressed = true;
    run(client, request);
    const std::string head = server.requests().at(0);
    QVERIFY(head.starts_with("GET /api?x=1 HTTP/1.1\r\n"));
    for (const char *line : {"\r\nHost: 127.0.0.1:", "\r\nUser-Agent: sextant/" SEXTANT_VERSION "\r\n",
             "\r\nAccept: application/json\r\n", "\r\nX-Empty:\r\n", "\r\nAccept-Encoding: gzip\r\n"}) {
        QVERIFY2(head.find(line) != std::string::npos, line);
    }
    for (const char *word : {"Mozilla", "br\r\n", "secret", "Upgrade", "Cookie"}) {
        QVERIFY2(head.find(word) == std::string::npos, word);
    }
}

void TestTransfer::refusedRequestsReachNoNetwork()
{
    StubServer server([](auto &connection, const std::string &) { return connection.send(answer(200, "")); });
    Client client;
    Request post = get(server.url("/jobs/x"));
    post.method = Method::BulkReadPost;
    Story story = run(client, post);
    QVERIFY(story.code() == ErrorCode::Internal);
    QCOMPARE(story.dones[0].attempts, 0);
    QVERIFY(story.heads.empty());

    Request token = get(server.url("/"));
    token.headers = {{"authorization", "Bearer hunter2"}};
    story = run(client, token);
    QVERIFY(story.code() == ErrorCode::Credential);
    QVERIFY(story.words().find("hunter2") == std::string::npos);

    story = run(client, get("file:///etc/passwd"));
    QVERIFY(story.code() == ErrorCode::Config);
    QCOMPARE(server.connections(), 0);
    QCOMPARE(client.statistics().requests, 0U);
}

void TestTransfer::bulkReadIsSent()
{
    StubServer server([](auto &connection, const std::string &) {
        std::string body;
        while (body.size() < 9 && !connection.stopping()) {
            body += connection.receive();
        }
        return connection.send(answer(200, body));
    });
    Client client;
    Request request = get(server.url("/hosts/statuses"));
    request.method = Method::BulkReadPost;
    request.body = R"(["a","b"])";
    const Story story = run(client, request);
    QCOMPARE(text(story.body), R"(["a","b"])");
    QVERIFY(server.requests().at(0).starts_with("POST /hosts/statuses HTTP/1.1\r\n"));
}

void TestTransfer::redirectsAreDelivered()
{
    StubServer other([](auto &connection, const std::string &) { return connection.send(answer(200, "other")); });
    StubServer server([&](auto &connection, const std::string &) {
        return connection.send(answer(302, "elsewhere", "Location: " + other.url() + "\r\n"));
    });
    Client client;
    const Story story = run(client, get(server.url()));
    QCOMPARE(story.heads.at(0).status, 302);
    QCOMPARE(text(story.body), "elsewhere");
    QVERIFY(!story.dones[0].error);
    QCOMPARE(other.connections(), 0);
}

void TestTransfer::bodyBound_data()
{
    QTest::addColumn<qulonglong>("bound");
    QTest::addColumn<bool>("fits");
    QTest::newRow("larger") << 99'999ULL << false;
    QTest::newRow("just") << 100'000ULL << true;
    QTest::newRow("unbounded") << 0ULL << true;
}

void TestTransfer::bodyBound()
{
    QFETCH(qulonglong, bound);
    QFETCH(bool, fits);
    StubServer server(
        [](auto &connection, const std::string &) { return connection.send(answer(200, std::string(100'000, 'x'))); });
    Client client;
    Request request = get(server.url());
    request.maxBodyBytes = bound;
    const Story story = run(client, request);
    QVERIFY(story.ended());
    QCOMPARE(!story.dones[0].error, fits);
    if (!fits) {
        QVERIFY(story.code() == ErrorCode::TooLarge);
        QVERIFY(story.body.size() <= bound);
    }
}

void TestTransfer::headerBound_data()
{
    QTest::addColumn<bool>("oneLine");
    QTest::addColumn<int>("size");
    QTest::addColumn<bool>("fits");
    QTest::newRow("many lines") << false << 300'000 << false;
    QTest::newRow("many lines that fit") << false << 60'000 << true;
    QTest::newRow("one line") << true << 300'000 << false;
}

void TestTransfer::headerBound()
{
    QFETCH(bool, oneLine);
    QFETCH(int, size);
    QFETCH(bool, fits);
    StubServer server([&](auto &connection, const std::string &) {
        std::string lines = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n";
        if (oneLine) {
            lines += "X-Long: " + std::string(static_cast<std::size_t>(size), 'x') + "\r\n";
        }
        while (lines.size() < static_cast<std::size_t>(size)) {
            lines += "X-Many: " + std::string(1000, 'x') + "\r\n";
        }
        return connection.send(lines + "\r\n");
    });
    Client client;
    Request request = get(server.url());
    request.maxHeaderBytes = 100'000;
    const Story story = run(client, request);
    QVERIFY(story.ended());
    QCOMPARE(!story.dones[0].error, fits);
    if (!fits) {
        QVERIFY2(story.code() == ErrorCode::TooLarge, story.words().c_str());
    }
}

void TestTransfer::foldedAndInformationalHeaders()
{
    StubServer server([](auto &connection, const std::string &) {
        return connection.send("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
                               "HTTP/1.1 200 OK\r\nX-Folded: one\r\n two\r\nTransfer-Encoding: chunked\r\n\r\n"
                               "3\r\nabc\r\n0\r\nX-Trailer: late\r\n\r\n");
    });
    Client client;
    const Story story = run(client, get(server.url()));
    QCOMPARE(story.heads.size(), 1U);
    QCOMPARE(story.heads[0].status, 200);
    QVERIFY(story.heads[0].header("link").empty());
    QVERIFY(story.heads[0].header("x-trailer").empty());
    QVERIFY(story.heads[0].header("x-folded").find("two") != std::string_view::npos);
    QCOMPARE(text(story.body), "abc");
}

void TestTransfer::gzip()
{
    std::string plain;
    for (int i = 0; i < 100'000; ++i) {
        plain += "pod-" + std::to_string(i);
    }
    const std::string body = packed(plain);
    StubServer server([&](auto &connection, const std::string &) {
        return connection.send(answer(200, body, "Content-Encoding: gzip\r\n"));
    });
    Client client;
    Request request = get(server.url());
    request.compressed = true;
    const Story story = run(client, request);
    QVERIFY(story.body == plain);
    QVERIFY(!story.dones[0].error);
    QCOMPARE(story.dones[0].bodyBytes, plain.size());
    QCOMPARE(story.dones[0].wireBytes, body.size());
}

void TestTransfer::gzipBomb()
{
    const std::string bomb = packed(std::string(200U << 20, '\0'));
    StubServer server([&](auto &connection, const std::string &) {
        return connection.send(answer(200, bomb, "Content-Encoding: gzip\r\n"));
    });
    Client client;
    Request request = get(server.url());
    request.compressed = true;
    request.maxBodyBytes = 1'000'000;
    const std::size_t before = residentBytes();
    const Story story = run(client, request);
    QVERIFY(story.code() == ErrorCode::TooLarge);
    QVERIFY(story.body.size() <= 1'000'000);
    QVERIFY(!kMemoryIsOurs || residentBytes() < before + (32U << 20));
}

void TestTransfer::gzipCut()
{
    // The length says the cut body is complete: only the packing shows that it is not.
    const std::string whole = packed("a list that goes on");
    StubServer server([&](auto &connection, const std::string &) {
        return connection.send(answer(200, whole.substr(0, whole.size() - 9), "Content-Encoding: gzip\r\n"));
    });
    Client client;
    QVERIFY(run(client, get(server.url())).code() == ErrorCode::Protocol);
}

void TestTransfer::gzipSlowReader()
{
    // A few kilobytes that unpack to 30 MB, for a reader that takes them slowly: never more than the queue in memory.
    std::string plain;
    for (std::size_t i = 0; i < 7'500; ++i) {
        plain += patternPiece(i);
    }
    const std::string body = packed(plain);
    StubServer server([&](auto &connection, const std::string &) {
        return connection.send(answer(200, body, "Content-Encoding: gzip\r\n"));
    });
    Client client;
    Inbox inbox;
    Request request = get(server.url());
    request.queueBytes = 100'000;
    client.start(request, inbox);
    Story story;
    std::size_t at = 0;
    while (!story.ended() && take(inbox, story)) {
        QVERIFY(story.body.size() <= 100'000 + (64U << 10));
        QVERIFY(std::string_view(plain).substr(at, story.body.size()) == story.body);
        at += story.body.size();
        story.body.clear();
    }
    QCOMPARE(at, plain.size());
    QVERIFY(!story.dones[0].error);
}

void TestTransfer::unknownEncoding()
{
    StubServer server([](auto &connection, const std::string &) {
        return connection.send(answer(200, "???", "Content-Encoding: br\r\n"));
    });
    Client client;
    QVERIFY(run(client, get(server.url())).code() == ErrorCode::Protocol);
}

void TestTransfer::pausedReaderLosesNothing()
{
    constexpr std::size_t pieces = 12'800; // 50 MiB
    std::atomic<std::size_t> sent = 0;
    StubServer server([&](auto &connection, const std::string &) {
        bool open = connection.send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(pieces * 4096) + "\r\n\r\n");
        for (std::size_t i = 0; open && i < pieces; ++i) {
            open = connection.send(patternPiece(i));
            sent = i + 1;
        }
        return open;
    });
    Client client;
    Inbox inbox;
    Request request = get(server.url());
    request.maxBodyBytes = 0;
    request.queueBytes = 1U << 20;
    const std::size_t before = residentBytes();
    client.start(request, inbox);

    // The reader stands still until the server cannot get rid of more: every buffer between is full.
    std::size_t last = 0;
    int still = 0;
    QTRY_VERIFY_WITH_TIMEOUT((still = sent > 0 && sent == last ? still + 1 : 0, last = sent, still >= 10), 20'000);
    QVERIFY(sent < pieces / 2);
    QVERIFY(!kMemoryIsOurs || residentBytes() < before + (24U << 20));

    Story story;
    std::size_t at = 0;
    while (!story.ended() && take(inbox, story)) {
        while (story.body.size() >= 4096) {
            QVERIFY(story.body.compare(0, 4096, patternPiece(at)) == 0);
            story.body.erase(0, 4096);
            ++at;
        }
    }
    QCOMPARE(at, pieces);
    QVERIFY(story.body.empty());
    QVERIFY(!story.dones[0].error);
    QCOMPARE(story.dones[0].bodyBytes, pieces * 4096);
    QVERIFY(!kMemoryIsOurs || residentBytes() < before + (48U << 20));
}

void TestTransfer::pausedReaderIsNoSlowServer()
{
    const std::string body(8U << 20, 'x');
    StubServer server([&](auto &connection, const std::string &) { return connection.send(answer(200, body)); });
    Client client;
    Inbox inbox;
    Inbox control;
    Request request = get(server.url());
    request.queueBytes = 4096;
    request.lowSpeedTime = 1s;
    request.lowSpeedBytes = 1000;
    client.start(request, inbox);
    // The reader does nothing for three times as long as the server may be slow.
    Event event;
    QVERIFY(!control.wait(std::chrono::steady_clock::now() + 3s, event));
    const Story story = readAll(inbox);
    QVERIFY2(!story.dones[0].error, story.words().c_str());
    QCOMPARE(story.body.size(), body.size());
}

void TestTransfer::slowServerIsNoticed()
{
    StubServer server([](auto &connection, const std::string &) {
        connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\nabc");
        connection.receive();
        return false;
    });
    Client client;
    Request request = get(server.url());
    request.lowSpeedTime = 1s;
    request.retries = 3;
    const Story story = run(client, request);
    QVERIFY(story.code() == ErrorCode::Timeout);
    QCOMPARE(story.dones[0].attempts, 1);
    QCOMPARE(story.dones[0].error->httpStatus, 200);
    QVERIFY(story.words().find(server.hostPort()) != std::string::npos);
}

void TestTransfer::totalTimeout()
{
    StubServer server([](auto &connection, const std::string &) {
        while (connection.send("HTTP/1.1 100 Continue\r\n\r\n") && !connection.stopping()) {
            std::this_thread::sleep_for(10ms);
        }
        return false;
    });
    Client client;
    Request request = get(server.url());
    request.totalTimeout = 300ms;
    request.maxHeaderBytes = 100U << 20;
    QVERIFY(run(client, request).code() == ErrorCode::Timeout);
}

void TestTransfer::cancelInTheMiddle()
{
    std::atomic<bool> closed = false;
    StubServer server([&](auto &connection, const std::string &) {
        connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\nabc");
        closed = connection.receive().empty() && !connection.stopping();
        return false;
    });
    Client client;
    Inbox inbox;
    const TransferId id = client.start(get(server.url()), inbox);
    Story story;
    while (story.body.empty() && take(inbox, story)) { }
    QCOMPARE(text(story.body), "abc");
    client.cancel(id);
    client.cancel(id);
    client.cancel(static_cast<TransferId>(12345));
    while (!story.ended() && take(inbox, story)) { }
    QVERIFY(story.code() == ErrorCode::Cancelled);
    QTRY_VERIFY(closed);
    QVERIFY(!take(inbox, story, 0ms)); // Done is said once
}

void TestTransfer::cancelBeforeAnAnswer()
{
    StubServer server([](auto &connection, const std::string &) { return !connection.receive().empty(); });
    Client client;
    Inbox inbox;
    const TransferId id = client.start(get(server.url()), inbox);
    QTRY_COMPARE(server.requests().size(), 1U);
    client.cancel(id);
    const Story story = readAll(inbox);
    QVERIFY(story.code() == ErrorCode::Cancelled);
    QVERIFY(story.heads.empty());
}

void TestTransfer::brokenAnswers_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<bool>("reset");
    QTest::addColumn<QList<int>>("codes");
    const int unreachable = static_cast<int>(ErrorCode::Unreachable);
    const int protocol = static_cast<int>(ErrorCode::Protocol);
    const int large = static_cast<int>(ErrorCode::TooLarge);
    QTest::newRow("nothing") << QByteArray() << false << QList<int>{unreachable};
    QTest::newRow("reset at once") << QByteArray() << true << QList<int>{unreachable};
    QTest::newRow("no HTTP") << QByteArray("SSH-2.0-OpenSSH_9.2\r\n") << false << QList<int>{protocol};
    QTest::newRow("HTTP/0.9") << QByteArray("<html>") << false << QList<int>{protocol};
    QTest::newRow("half a head") << QByteArray("HTTP/1.1 200 OK\r\nX-Ha") << false << QList<int>{protocol, unreachable};
    QTest::newRow("short body") << QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc") << false
                                << QList<int>{protocol};
    QTest::newRow("reset in the body") << QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc") << true
                                       << QList<int>{unreachable};
    QTest::newRow("chunks without end") << QByteArray(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")
                                        << false << QList<int>{protocol};
    QTest::newRow("half a chunk") << QByteArray("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nabc")
                                  << false << QList<int>{protocol};
    QTest::newRow("chunk of no size") << QByteArray("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n")
                                      << false << QList<int>{protocol, unreachable};
    QTest::newRow("negative length") << QByteArray("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nabc") << false
                                     << QList<int>{protocol};
    QTest::newRow("huge length") << QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\nabc")
                                 << false << QList<int>{protocol, large};
    QTest::newRow("another protocol") << QByteArray(
        "HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nabc")
                                      << false << QList<int>{protocol};
    QTest::newRow("damaged gzip") << QByteArray(
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc")
                                  << false << QList<int>{static_cast<int>(ErrorCode::Decode)};
}

void TestTransfer::brokenAnswers()
{
    QFETCH(QByteArray, bytes);
    QFETCH(bool, reset);
    QFETCH(QList<int>, codes);
    StubServer server([&](auto &connection, const std::string &) {
        connection.send(bytes.toStdString());
        if (reset) {
            connection.reset();
        }
        return false;
    });
    Client client;
    const Story story = run(client, get(server.url()));
    QCOMPARE(story.dones.size(), 1U);
    QVERIFY(story.dones[0].error);
    QVERIFY2(codes.contains(static_cast<int>(story.code())), story.words().c_str());
    QVERIFY2(story.words().find(server.hostPort()) != std::string::npos, story.words().c_str());
}

void TestTransfer::unreachable()
{
    int port = 0;
    {
        StubServer gone([](auto &, const std::string &) { return false; });
        port = gone.port();
    }
    Client client;
    Request request = get("http://ana@127.0.0.1:" + std::to_string(port) + "/");
    QVERIFY(run(client, request).code() == ErrorCode::Credential);
    request.url = "http://127.0.0.1:" + std::to_string(port) + "/";
    request.retries = 1;
    const Story story = run(client, request);
    QVERIFY(story.code() == ErrorCode::Unreachable);
    QCOMPARE(story.dones[0].attempts, 2);
    QVERIFY(story.words().find("127.0.0.1:" + std::to_string(port) + " refused the connection") != std::string::npos);
}

void TestTransfer::unknownName()
{
    Client client;
    const Story story = run(client, get("http://no-such-host.invalid:6443/"));
    QVERIFY(story.code() == ErrorCode::Unreachable);
    QVERIFY(story.words().find("no-such-host.invalid:6443") != std::string::npos);
}

void TestTransfer::retryAfterIsObeyed()
{
    std::atomic<int> asked = 0;
    StubServer server([&](auto &connection, const std::string &) {
        return connection.send(
            ++asked < 3 ? answer(asked == 1 ? 429 : 503, "busy", "Retry-After: 0\r\n") : answer(200, "done"));
    });
    Client client;
    Request request = get(server.url());
    request.retries = 5;
    const Story story = run(client, request);
    QCOMPARE(story.heads.size(), 1U);
    QCOMPARE(story.heads[0].status, 200);
    QCOMPARE(text(story.body), "done");
    QCOMPARE(story.dones[0].attempts, 3);
    QVERIFY(!story.dones[0].error);
    QCOMPARE(server.connections(), 1); // the skipped answers were read, so that the connection could be kept
}

void TestTransfer::busyWithoutRetryAfterIsDelivered()
{
    StubServer server([](auto &connection, const std::string &) { return connection.send(answer(429, "busy")); });
    Client client;
    Request request = get(server.url());
    request.retries = 5;
    const Story story = run(client, request);
    QCOMPARE(story.heads.at(0).status, 429);
    QCOMPARE(text(story.body), "busy");
    QVERIFY(!story.dones[0].error);
    QCOMPARE(story.dones[0].attempts, 1);
}

void TestTransfer::busyForGoodIsDelivered()
{
    StubServer server([](auto &connection, const std::string &) {
        return connection.send(answer(503, std::string(200'000, 'x'), "Retry-After: 0\r\n"));
    });
    Client client;
    Request request = get(server.url());
    request.retries = 2;
    const Story story = run(client, request);
    QCOMPARE(story.heads.size(), 1U);
    QCOMPARE(story.heads[0].status, 503);
    QCOMPARE(story.body.size(), 200'000U);
    QCOMPARE(story.dones[0].attempts, 3);
    QCOMPARE(server.requests().size(), 3U);
}

void TestTransfer::longRetryAfterIsDelivered()
{
    StubServer server([](auto &connection, const std::string &) {
        return connection.send(answer(503, "later", "Retry-After: 600\r\n"));
    });
    Client client;
    Request request = get(server.url());
    request.retries = 2;
    const Story story = run(client, request);
    QCOMPARE(story.heads.at(0).status, 503);
    QCOMPARE(story.dones[0].attempts, 1);
}

void TestTransfer::lostConnectionIsRetriedBeforeTheHeadOnly()
{
    std::atomic<int> asked = 0;
    StubServer server([&](auto &connection, const std::string &head) {
        if (head.starts_with("GET /cut ")) {
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
            return false;
        }
        return ++asked == 1 ? false : connection.send(answer(200, "second"));
    });
    Client client;
    Request request = get(server.url("/lost"));
    request.retries = 2;
    Story story = run(client, request);
    QCOMPARE(text(story.body), "second");
    QCOMPARE(story.dones[0].attempts, 2);

    request.url = server.url("/cut");
    story = run(client, request);
    QVERIFY(story.code() == ErrorCode::Protocol);
    QCOMPARE(story.dones[0].attempts, 1);
}

void TestTransfer::cancelWhileResting()
{
    StubServer server(
        [](auto &connection, const std::string &) { return connection.send(answer(503, "", "Retry-After: 50\r\n")); });
    Client client;
    Inbox inbox;
    Request request = get(server.url());
    request.retries = 2;
    const TransferId id = client.start(request, inbox);
    QTRY_COMPARE(server.requests().size(), 1U);
    client.cancel(id);
    QVERIFY(readAll(inbox).code() == ErrorCode::Cancelled);
}

void TestTransfer::inboxGoesFirst()
{
    std::atomic<bool> closed = false;
    StubServer server([&](auto &connection, const std::string &) {
        bool open = connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n");
        while (open) {
            open = connection.send(std::string(65536, 'x'));
        }
        closed = !connection.stopping();
        return false;
    });
    Client client;
    {
        Inbox inbox;
        Request request = get(server.url());
        request.queueBytes = 100'000;
        client.start(request, inbox);
        Story story;
        QVERIFY(take(inbox, story));
    }
    QTRY_VERIFY(closed);
}

void TestTransfer::inboxGoesDuringSilence()
{
    std::atomic<bool> closed = false;
    StubServer server([&](auto &connection, const std::string &) {
        closed = connection.receive().empty() && !connection.stopping();
        return false;
    });
    Client client;
    {
        Inbox inbox;
        client.start(get(server.url()), inbox);
        QTRY_COMPARE(server.requests().size(), 1U);
    }
    QTRY_VERIFY(closed);
}

void TestTransfer::clientGoesFirst()
{
    StubServer server([](auto &connection, const std::string &) {
        bool open = connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n");
        while (open) {
            open = connection.send(std::string(65536, 'x'));
        }
        return false;
    });
    Inbox inbox;
    std::set<TransferId> running;
    {
        Client client;
        for (int i = 0; i < 5; ++i) {
            Request request = get(server.url());
            request.queueBytes = 50'000;
            running.insert(client.start(request, inbox));
        }
        QTRY_COMPARE(server.requests().size(), 5U);
        running.insert(client.start(get(server.url()), inbox)); // may not even have begun
    }
    Event event;
    while (!running.empty() && inbox.wait(std::chrono::steady_clock::now() + kPatience, event)) {
        if (const auto *done = std::get_if<Done>(&event.what)) {
            QVERIFY(done->error && done->error->code == ErrorCode::Cancelled);
            QCOMPARE(running.erase(event.transfer), 1U);
        }
    }
    QVERIFY(running.empty());
}

void TestTransfer::manyTransfersAtOnce()
{
    StubServer server([](auto &connection, const std::string &head) {
        const auto size = static_cast<std::size_t>(std::stoi(head.substr(5)));
        return connection.send(answer(200, std::string(size, 'x')));
    });
    Client client;
    Inbox inbox;
    std::map<TransferId, std::size_t> wanted;
    for (int i = 0; i < 100; ++i) {
        const std::size_t size = static_cast<std::size_t>(i) * 3001;
        Request request = get(server.url("/" + std::to_string(size)));
        request.queueBytes = 20'000;
        wanted[client.start(request, inbox)] = size;
    }
    std::map<TransferId, std::size_t> got;
    std::size_t ended = 0;
    Event event;
    while (ended < wanted.size() && inbox.wait(std::chrono::steady_clock::now() + kPatience, event)) {
        if (const auto *piece = std::get_if<std::string>(&event.what)) {
            got[event.transfer] += piece->size();
        } else if (const auto *done = std::get_if<Done>(&event.what)) {
            QVERIFY(!done->error);
            QCOMPARE(got[event.transfer], wanted[event.transfer]);
            ++ended;
        }
    }
    QCOMPARE(ended, wanted.size());
}

void TestTransfer::keysDoNotShareConnections()
{
    StubServer server([](auto &connection, const std::string &) { return connection.send(answer(200, "")); });
    Client client;
    for (const char *key : {"a", "b", "a", "b", "", "a"}) {
        Peer peer;
        peer.connectionKey = key;
        Request request = get(server.url());
        request.peer = std::make_shared<const Peer>(peer);
        QVERIFY(!run(client, request).dones.at(0).error);
    }
    QCOMPARE(server.connections(), 3);
}

void TestTransfer::forwardProxy()
{
    StubServer proxy(
        [](auto &connection, const std::string &) { return connection.send(answer(200, "from the proxy")); });
    StubServer server([](auto &connection, const std::string &) { return connection.send(answer(200, "direct")); });
    Client client;
    Peer peer;
    peer.proxy = proxy.url();
    Request request = get("http://service.invalid:8080/x");
    request.peer = std::make_shared<const Peer>(peer);
    QCOMPARE(text(run(client, request).body), "from the proxy");
    QVERIFY(proxy.requests().at(0).starts_with("GET http://service.invalid:8080/x HTTP/1.1\r\n"));

    peer.noProxy = "10.0.0.0/8,127.0.0.0/8";
    request = get(server.url());
    request.peer = std::make_shared<const Peer>(peer);
    QCOMPARE(text(run(client, request).body), "direct");

    // The environment is the caller's to read, not ours.
    qputenv("http_proxy", QByteArray::fromStdString(proxy.url()));
    QCOMPARE(text(run(client, get(server.url())).body), "direct");
    qunsetenv("http_proxy");
}

void TestTransfer::postsWakeTheOwner()
{
    Inbox inbox;
    int ran = 0;
    std::thread other([&] { inbox.post([&] { ++ran; }); });
    Event event;
    QVERIFY(!inbox.wait(std::chrono::steady_clock::time_point::max(), event));
    other.join();
    inbox.runPosted();
    QCOMPARE(ran, 1);
    QVERIFY(!inbox.wait(std::chrono::steady_clock::now(), event));

    std::thread closer([&] { inbox.close(); });
    QVERIFY(!inbox.wait(std::chrono::steady_clock::time_point::max(), event));
    closer.join();
    QVERIFY(inbox.closed());
    QVERIFY(!inbox.wait(std::chrono::steady_clock::time_point::max(), event));
}

void TestTransfer::fetchHonoursTheBoundAndStops()
{
    StubServer server([](auto &connection, const std::string &head) {
        if (head.starts_with("GET /silent ")) {
            return !connection.receive().empty();
        }
        return connection.send(answer(200, std::string(5000, 'x')));
    });
    Client client;
    auto response = fetch(client, get(server.url()));
    QVERIFY(response.ok());
    QCOMPARE(response->body.size(), 5000U);
    QCOMPARE(response->head.status, 200);

    Request bounded = get(server.url());
    bounded.maxBodyBytes = 4999;
    response = fetch(client, bounded);
    QVERIFY(!response.ok() && response.error().code == ErrorCode::TooLarge);

    std::stop_source stop;
    std::thread stopper([&] {
        while (server.requests().size() < 3) {
            std::this_thread::yield();
        }
        stop.request_stop();
    });
    response = fetch(client, get(server.url("/silent")), stop.get_token());
    stopper.join();
    QVERIFY(!response.ok() && response.error().code == ErrorCode::Cancelled);

    response = fetch(client, get(server.url("/silent")), stop.get_token()); // stopped before it began
    QVERIFY(!response.ok() && response.error().code == ErrorCode::Cancelled);
}

QTEST_GUILESS_MAIN(TestTransfer)
#include "tst_transfer.moc"
