// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kubernetes/kubernetesfeed.h"
#include "tests/integration/net/stubserver.h"

#include <QtTest>

#include <fstream>
#include <unistd.h>

using namespace sextant;
using namespace sextant::kubernetes;
using namespace std::chrono_literals;

namespace {

/// Sanitizers keep freed memory for a while, so that its size says nothing there.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kMemoryIsOurs = false;
#else
constexpr bool kMemoryIsOurs = true;
#endif

constexpr int kPods = 6000; // 10 kB each, as on a real server
constexpr int kListed = 100'000; // version of the list; pod i has version i + 1
constexpr int kChanged = 200'000; // version of the first change

std::size_t residentBytes()
{
    std::ifstream file("/proc/self/statm");
    std::size_t total = 0, resident = 0;
    file >> total >> resident;
    return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

std::string pod(int number, int version, const char *head = "")
{
    static const std::string weight(10'000, 'w');
    const std::string id = std::to_string(number);
    return "{" + std::string(head) + R"("metadata":{"name":"pod-)" + id + R"(","namespace":"n","uid":"uid-)" + id
        + R"(","resourceVersion":")" + std::to_string(version) + R"(","annotations":{"weight":")" + weight
        + R"("}},"spec":{"containers":[{"name":"c"}]},"status":{"phase":"Running"}})";
}

std::string named(std::string_view body) { return answer(200, body, "Content-Type: application/json\r\n"); }

} // namespace

/// The thread that fills the store stands still while much arrives: what waits is bounded by bytes, so that it does not
/// matter for how long, and nothing is lost.
class StallTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void duringTheList();
    void duringTheWatch();

private:
    bool answerTo(StubServer::Connection &connection, const std::string &head);
    bool sendChunk(StubServer::Connection &connection, const std::string &bytes);
    /// Whoever publishes a picture that has pods stands still from the next time on, until resume().
    void standStill()
    {
        const std::lock_guard lock(m_mutex);
        m_hold = true;
    }
    void resume()
    {
        {
            const std::lock_guard lock(m_mutex);
            m_hold = false;
        }
        m_changed.notify_all();
    }
    void published()
    {
        std::unique_lock lock(m_mutex);
        if (m_hold && m_store->current()->pods().size() > 0) {
            m_still = true;
            m_changed.wait(lock, [this] { return !m_hold; });
            m_still = false;
        }
    }
    /// Every buffer between is full: the server cannot get rid of more.
    bool full()
    {
        const std::size_t sent = m_sent;
        m_same = m_still && sent == m_last ? m_same + 1 : 0;
        m_last = sent;
        return m_same >= 10;
    }
    std::size_t versionsFrom(int first) const
    {
        std::size_t count = 0;
        const auto held = m_store->current();
        for (const PodView one : held->pods()) {
            count += std::stoi(std::string(one.resourceVersion())) >= first ? 1 : 0;
        }
        return count;
    }
    std::size_t asked(const std::string &start) const
    {
        const auto requests = m_server->requests();
        return static_cast<std::size_t>(std::count_if(requests.begin(), requests.end(),
            [&](const std::string &head) { return head.starts_with("GET " + start); }));
    }

    std::mutex m_mutex;
    std::condition_variable m_changed;
    bool m_hold = false;
    std::atomic<bool> m_still = false;
    std::atomic<bool> m_changing = false; ///< the watch sends a change of every pod
    std::atomic<std::size_t> m_sent = 0;
    std::size_t m_last = 0;
    int m_same = 0;
    std::unique_ptr<StubServer> m_server;
    std::unique_ptr<net::Client> m_client;
    std::unique_ptr<FleetStore> m_fleet;
    std::shared_ptr<ClusterStore> m_store;
    std::unique_ptr<Feed> m_feed;
};

bool StallTest::sendChunk(StubServer::Connection &connection, const std::string &bytes)
{
    std::array<char, 20> size{};
    std::snprintf(size.data(), size.size(), "%zx\r\n", bytes.size());
    const bool sent = connection.send(size.data() + bytes + "\r\n");
    m_sent += bytes.size();
    return sent;
}

bool StallTest::answerTo(StubServer::Connection &connection, const std::string &head)
{
    const auto is = [&](const char *start) { return head.starts_with(std::string("GET ") + start); };
    const std::string streamed =
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
    if (is("/api/v1/pods?") && head.find("watch=") == std::string::npos) {
        bool open = connection.send(streamed);
        open = open
            && sendChunk(connection,
                R"({"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":")" + std::to_string(kListed)
                    + R"("},"items":[)");
        for (int i = 0; open && i < kPods; ++i) {
            open = sendChunk(connection, (i > 0 ? "," : "") + pod(i, i + 1));
        }
        return open && sendChunk(connection, "]}") && connection.send("0\r\n\r\n");
    }
    if (is("/api/v1/pods?")) {
        bool open = connection.send(streamed);
        while (open && !m_changing) {
            open = !connection.stopping();
            std::this_thread::yield();
        }
        for (int i = 0; open && i < kPods; ++i) {
            open = sendChunk(connection,
                R"({"type":"MODIFIED","object":)" + pod(i, kChanged + i, R"("kind":"Pod","apiVersion":"v1",)") + "}\n");
        }
        connection.receive(); // until the client or the server goes
        return false;
    }
    if (is("/api ") || is("/apis ")) {
        const std::string items = is("/apis ")
            ? "[]"
            : R"([{"metadata":{"name":""},"versions":[{"version":"v1","resources":[)"
              R"({"resource":"pods","scope":"Namespaced","verbs":["list","watch","get"]}]}]}])";
        return connection.send(answer(200, R"({"kind":"APIGroupDiscoveryList","items":)" + items + "}",
            "Content-Type: application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList\r\n"));
    }
    if (is("/version")) {
        return connection.send(named(R"({"gitVersion":"v1.36.2"})"));
    }
    if (is("/api/v1/namespaces/kube-system")) {
        return connection.send(named(R"({"metadata":{"name":"kube-system","uid":"cluster-1"}})"));
    }
    return connection.send(answer(404, "404 page not found", "Content-Type: text/plain\r\n"));
}

void StallTest::init()
{
    m_feed.reset();
    m_client.reset();
    m_sent = 0;
    m_same = 0;
    m_changing = false;
    m_server = std::make_unique<StubServer>(
        [this](auto &connection, const std::string &head) { return answerTo(connection, head); });
    m_client = std::make_unique<net::Client>();
    m_fleet = std::make_unique<FleetStore>();
    m_store = m_fleet->add();
    m_store->onPublished([this] { published(); });
    kubernetes::Connection connection;
    connection.name = "test";
    connection.server = "http://" + m_server->hostPort();
    connection.compressed = false;
    FeedOptions options;
    options.seed = 7;
    options.publishEvery = 5ms;
    m_feed = makeKubernetesFeed(connection, options, *m_client, m_store);
}

void StallTest::duringTheList()
{
    const std::size_t before = residentBytes();
    standStill();
    m_feed->start();
    QTRY_VERIFY_WITH_TIMEOUT(full(), 30'000);
    const std::size_t sent = m_sent;
    const std::size_t held = m_store->current()->pods().size();
    const std::size_t resident = residentBytes();
    qInfo("%zu kB sent, %zu pods taken, %zd kB more memory", sent >> 10, held,
        (static_cast<std::ptrdiff_t>(resident) - static_cast<std::ptrdiff_t>(before)) / 1024);
    QVERIFY(held < kPods / 2);
    QVERIFY(sent < kPods * std::size_t(10'000) / 2);
    QVERIFY(!kMemoryIsOurs || resident < before + (24U << 20));

    resume();
    QTRY_COMPARE_WITH_TIMEOUT(m_store->current()->pods().size(), std::size_t(kPods), 30'000);
    QTRY_COMPARE(m_store->current()->status().of(ResourceKind::Pods).sync, Sync::Live);
    QCOMPARE(versionsFrom(1), std::size_t(kPods));
    QCOMPARE(asked("/api/v1/pods?resourceVersion=0 "), std::size_t(1)); // the one list, never begun anew
    QTRY_COMPARE(asked("/api/v1/pods?watch="), std::size_t(1));
}

void StallTest::duringTheWatch()
{
    m_feed->start();
    QTRY_COMPARE_WITH_TIMEOUT(m_store->current()->status().of(ResourceKind::Pods).sync, Sync::Live, 30'000);
    const std::size_t before = residentBytes();
    const std::size_t listed = m_sent;
    standStill();
    m_changing = true;
    QTRY_VERIFY_WITH_TIMEOUT(full(), 30'000);
    QVERIFY(m_sent - listed < kPods * std::size_t(10'000) / 2);
    QVERIFY(versionsFrom(kChanged) < kPods / 2);
    QVERIFY(!kMemoryIsOurs || residentBytes() < before + (24U << 20));

    resume();
    QTRY_COMPARE_WITH_TIMEOUT(versionsFrom(kChanged), std::size_t(kPods), 30'000);
    QCOMPARE(asked("/api/v1/pods?resourceVersion=0 "), std::size_t(1));
    QCOMPARE(asked("/api/v1/pods?watch="), std::size_t(1)); // the watch held all the while
}

QTEST_GUILESS_MAIN(StallTest)
#include "tst_stall.moc"
