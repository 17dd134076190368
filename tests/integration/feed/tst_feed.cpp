// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kubernetes/kubernetesfeed.h"
#include "core/kubernetes/metricspoller.h"
#include "tests/support/scriptedserver.h"

#include <QtTest>

#include <algorithm>
#include <atomic>
#include <memory>
#include <set>

using namespace sextant;
using namespace sextant::kubernetes;
using namespace std::chrono_literals;
using End = ScriptedServer::End;
using Reply = ScriptedServer::Reply;

namespace {

const std::string kList = "/api/v1/pods list";
const std::string kWatch = "/api/v1/pods watch";
const std::string kProbe = "/api/v1/namespaces/kube-system";

std::string pod(const std::string &name, int version, const std::string &uid = {}, const std::string &ns = "n")
{
    return R"({"metadata":{"name":")" + name + R"(","namespace":")" + ns + R"(","uid":")"
        + (uid.empty() ? "uid-" + name : uid) + R"(","resourceVersion":")" + std::to_string(version)
        + R"("},"spec":{"containers":[{"name":"c"}]},"status":{"phase":"Running"}})";
}

std::string list(int version, const std::vector<std::string> &pods, const std::string &more = {})
{
    std::string items;
    for (const std::string &one : pods) {
        items += (items.empty() ? "" : ",") + one;
    }
    return R"({"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":")" + std::to_string(version) + "\""
        + more + R"(},"items":[)" + items + "]}";
}

/// One event; unlike those of lists, its object says what it is.
std::string change(const std::string &type, std::string object)
{
    if (object.find("\"kind\"") == std::string::npos) {
        object.insert(1, R"("kind":"Pod","apiVersion":"v1",)");
    }
    return R"({"type":")" + type + R"(","object":)" + object + "}\n";
}

std::string bookmark(int version)
{
    return change("BOOKMARK",
        R"({"kind":"Pod","apiVersion":"v1","metadata":{"resourceVersion":")" + std::to_string(version) + R"("}})");
}

std::string status(int code, const std::string &reason, const std::string &message, const std::string &meta = "{}")
{
    return R"({"kind":"Status","apiVersion":"v1","metadata":)" + meta + R"(,"status":"Failure","message":")" + message
        + R"(","reason":")" + reason + R"(","code":)" + std::to_string(code) + "}";
}

Reply refusal(int code, const std::string &reason, const std::string &message, const std::string &meta = "{}")
{
    return {code, status(code, reason, message, meta), End::Clean, "application/json", {}};
}

} // namespace

/// The rules of listing and watching, against a server that says what is written down here.
class FeedTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup();
    void listsOnceAndWatches();
    void cleanEndGoesOn();
    void goneInTheStream();
    void goneAsStatus();
    void expiredRelistAsksForTheLatest();
    void versionOfTheFutureAsksForTheLatest();
    void cutListDeletesNothing();
    void cutListsAreReadByPages();
    void expiredTokenBeginsAgain();
    void throttledWatchKeepsItsPlace();
    void restartKeepsItsPlace();
    void brokenFrameKeepsItsPlace();
    void anotherClusterIsReadAnew();
    void newbornServerIsWaitedFor();
    void doubtfulServerIsListedAgain();
    void shortWatchesBackOff();
    void silentWatchIsGivenUp();
    void oneNamespaceOnly();
    void rightsComeAndGo();
    void forbiddenIsNamed();
    void absentIsNamed();
    void proxyPageIsNamed();
    void refusedCredentials();
    void slowStartIsNotFailure();
    void metricsOfManyPodsComeLessOften_data();
    void metricsOfManyPodsComeLessOften();
    void metricsDegradeAlone();
    void metricsOfAServerThatKnowsNoProtobuf();
    void oldServerWithoutAggregation();

private:
    void begin();
    ClusterSnapshotPtr now() const { return m_store->current(); }
    const ResourceStatus &pods() const
    {
        m_held = now();
        return m_held->status().of(ResourceKind::Pods);
    }
    std::set<std::string> names() const
    {
        std::set<std::string> out;
        const auto held = now();
        for (const PodView one : held->pods()) {
            out.insert(std::string(one.name()));
        }
        return out;
    }
    bool live() const { return pods().sync == Sync::Live && m_held->status().connection == sextant::Connection::Live; }

    std::unique_ptr<ScriptedServer> m_server;
    std::unique_ptr<net::Client> m_client;
    std::unique_ptr<FleetStore> m_fleet;
    std::shared_ptr<ClusterStore> m_store;
    mutable ClusterSnapshotPtr m_held;
    kubernetes::Connection m_connection;
    FeedOptions m_options;
    std::unique_ptr<Feed> m_feed;
};

using Names = std::set<std::string>;
using Asked = std::vector<std::string>;

void FeedTest::init()
{
    m_server = std::make_unique<ScriptedServer>();
    m_client = std::make_unique<net::Client>();
    m_fleet = std::make_unique<FleetStore>();
    m_store = m_fleet->add();
    m_connection = {};
    m_connection.name = "test";
    m_connection.server = m_server->url();
    m_connection.compressed = false;
    m_connection.ns = "team-a";
    m_options = {};
    m_options.seed = 7;
    m_options.backoffScale = 0.02;
    m_options.publishEvery = 5ms;
    m_options.refusedRetry = 100ms;
    m_options.veryShort = 100ms;
    m_options.nodeMetricsEvery = 50ms;
    m_options.podMetricsEvery = 50ms;
    const std::string type = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
    // Pods are all it serves, so that every request is one of theirs.
    m_server->always("/api",
        {200,
            R"({"kind":"APIGroupDiscoveryList","items":[{"metadata":{"name":""},"versions":[{"version":"v1","resources":[)"
            R"({"resource":"pods","scope":"Namespaced","verbs":["list","watch","get"]}]}]}]})",
            End::Clean, type, {}});
    m_server->always("/apis", {200, R"({"kind":"APIGroupDiscoveryList","items":[]})", End::Clean, type, {}});
    m_server->always("/version", {200, R"({"gitVersion":"v1.36.2"})", End::Clean, "application/json", {}});
    m_server->always(
        kProbe, {200, R"({"metadata":{"name":"kube-system","uid":"cluster-1"}})", End::Clean, "application/json", {}});
    m_server->always(kList, {200, list(10, {pod("a", 3), pod("b", 4)}), End::Clean, "application/json", {}});
    m_server->always(kWatch, {200, "", End::Hold, "application/json", {}});
}

void FeedTest::begin()
{
    m_feed = makeKubernetesFeed(m_connection, m_options, *m_client, m_store);
    m_feed->start();
}

void FeedTest::cleanup()
{
    m_feed.reset();
    m_held.reset();
    m_store.reset();
    m_client.reset();
    m_server.reset();
}

void FeedTest::listsOnceAndWatches()
{
    m_server->always(kWatch,
        {200, change("ADDED", pod("c", 11)) + change("MODIFIED", pod("a", 12)) + change("DELETED", pod("b", 13)),
            End::Hold, "application/json", {}});
    begin();
    QTRY_COMPARE(names(), (Names{"a", "c"}));
    QVERIFY(live());
    QCOMPARE(m_server->asked(kList), Asked{"resourceVersion=0"});
    QCOMPARE(m_server->asked(kWatch), Asked{"resourceVersion=10"});
    QCOMPARE(now()->status().version, std::string("v1.36.2"));
    QCOMPARE(now()->status().uid, std::string("cluster-1"));
    QCOMPARE(now()->status().changes, std::uint64_t(3));
    QVERIFY(now()->status().settled());
    QCOMPARE(now()->status().of(ResourceKind::Nodes).sync, Sync::Absent);
    QCOMPARE(pods().lists, 1U);
    QCOMPARE(pods().read, std::uint64_t(2));
    const Traffic traffic = pods().traffic;
    QCOMPARE(traffic.requests, std::uint64_t(2));
    QCOMPARE(traffic.throttled, std::uint64_t(0));
    QVERIFY(traffic.unpacked > list(10, {pod("a", 3), pod("b", 4)}).size()); // and the changes
    QCOMPARE(traffic.wire, traffic.unpacked);
    QVERIFY(now()->status().unpacked > traffic.unpacked); // discovery is nobody's
    QVERIFY(now()->status().requests > traffic.requests);
}

void FeedTest::cleanEndGoesOn()
{
    m_server->then(kWatch, {200, change("ADDED", pod("c", 11)) + bookmark(15), End::Clean, "application/json", {}});
    m_server->then(kWatch, {200, bookmark(20), End::Clean, "application/json", {}});
    begin();
    QTRY_COMPARE(m_server->asked(kWatch), (Asked{"resourceVersion=10", "resourceVersion=15", "resourceVersion=20"}));
    QTRY_VERIFY(live());
    QCOMPARE(m_server->count(kList), std::size_t(1));
    QCOMPARE(m_server->count(kProbe), std::size_t(1)); // nothing suspicious about it
}

void FeedTest::goneInTheStream()
{
    m_server->then(kList, {200, list(10, {pod("a", 3), pod("b", 4)}), End::Clean, "application/json", {}});
    m_server->then(kWatch,
        {200, bookmark(15) + change("ERROR", status(410, "Expired", "too old resource version: 15 (901)")), End::Clean,
            "application/json", {}});
    // b is gone, a was made anew under the same name.
    m_server->always(
        kList, {200, list(950, {pod("a", 920, "uid-a2"), pod("c", 930)}), End::Clean, "application/json", {}});
    begin();
    QTRY_COMPARE(m_server->asked(kWatch), (Asked{"resourceVersion=10", "resourceVersion=950"}));
    QCOMPARE(m_server->asked(kList), (Asked{"resourceVersion=0", "resourceVersion=15"}));
    QTRY_COMPARE(names(), (Names{"a", "c"}));
    for (const PodView one : now()->pods()) {
        if (one.name() == "a") {
            QCOMPARE(one.uid(), std::string("uid-a2"));
        }
    }
}

void FeedTest::goneAsStatus()
{
    m_server->then(kWatch, refusal(410, "Expired", "too old resource version"));
    begin();
    QTRY_COMPARE(m_server->count(kWatch), std::size_t(2));
    QCOMPARE(m_server->asked(kList), (Asked{"resourceVersion=0", "resourceVersion=10"}));
}

void FeedTest::expiredRelistAsksForTheLatest()
{
    m_server->then(kList, {200, list(10, {pod("a", 3)}), End::Clean, "application/json", {}});
    m_server->then(kList, refusal(410, "Expired", "too old"));
    m_server->then(kWatch, refusal(410, "Expired", "too old"));
    begin();
    QTRY_COMPARE(m_server->count(kWatch), std::size_t(2));
    QCOMPARE(m_server->asked(kList), (Asked{"resourceVersion=0", "resourceVersion=10", ""}));
}

void FeedTest::versionOfTheFutureAsksForTheLatest()
{
    m_server->then(kList, {200, list(10, {pod("a", 3)}), End::Clean, "application/json", {}});
    Reply ahead = refusal(504, "Timeout", "Too large resource version: 10, current: 5");
    ahead.retryAfter = "1";
    m_server->then(kList, ahead);
    m_server->then(kWatch, refusal(410, "Expired", "too old"));
    begin();
    QTRY_COMPARE(m_server->asked(kList), (Asked{"resourceVersion=0", "resourceVersion=10", ""}));
    QTRY_VERIFY(live());
}

void FeedTest::cutListDeletesNothing()
{
    m_server->then(kList, {200, list(10, {pod("a", 3), pod("b", 4)}), End::Clean, "application/json", {}});
    m_server->then(kWatch, refusal(410, "Expired", "too old"));
    const std::string whole = list(20, {pod("a", 3), pod("c", 12)});
    m_server->then(kList, {200, whole.substr(0, whole.find(pod("c", 12)) + 20), End::Cut, "application/json", {}});
    m_server->then(kList,
        {200, whole.substr(0, whole.size() - 1), End::Clean, "application/json", {}}); // ends well, but is not whole
    m_server->then(kList, {500, "", End::Hold, "text/plain", {}}); // time to look
    m_server->always(kList, {200, whole, End::Clean, "application/json", {}});
    begin();
    QTRY_COMPARE(m_server->count(kList), std::size_t(4));
    QTRY_COMPARE(pods().sync, Sync::Stale);
    QCOMPARE(names(), (Names{"a", "b", "c"})); // b is not known to be gone
    m_server->release(End::Clean);
    QTRY_COMPARE(names(), (Names{"a", "c"}));
    QTRY_VERIFY(live());
}

void FeedTest::cutListsAreReadByPages()
{
    const std::string whole = list(20, {pod("a", 3), pod("b", 4)});
    for (int i = 0; i < 2; ++i) {
        m_server->then(kList, {200, whole.substr(0, whole.size() - 30), End::Cut, "application/json", {}});
    }
    m_server->then(kList,
        {200, list(30, {pod("a", 3)}, R"(,"continue":"next/1=","remainingItemCount":2)"), End::Clean,
            "application/json", {}});
    m_server->then(kList,
        {200, list(30, {pod("b", 4)}, R"(,"continue":"next2","remainingItemCount":1)"), End::Clean, "application/json",
            {}});
    m_server->then(kList, {200, list(30, {pod("c", 5)}), End::Clean, "application/json", {}});
    begin();
    QTRY_COMPARE(m_server->asked(kWatch), Asked{"resourceVersion=30"});
    QCOMPARE(m_server->asked(kList),
        (Asked{"resourceVersion=0", "resourceVersion=0", "limit=500", "continue=next/1=&limit=500",
            "continue=next2&limit=500"}));
    QTRY_COMPARE(names(), (Names{"a", "b", "c"}));
    QTRY_COMPARE(pods().expected.value_or(0), std::uint64_t(3));
}

void FeedTest::expiredTokenBeginsAgain()
{
    m_server->then(kList, {200, list(30, {pod("old", 3)}, R"(,"continue":"x")"), End::Clean, "application/json", {}});
    m_server->then(kList, refusal(410, "Expired", "continue too old", R"({"continue":"y"})"));
    m_server->then(kList, {200, list(40, {pod("a", 3)}, R"(,"continue":"z")"), End::Clean, "application/json", {}});
    m_server->then(kList, refusal(410, "Expired", "continue too old"));
    begin();
    QTRY_COMPARE(m_server->asked(kWatch), Asked{"resourceVersion=10"});
    QCOMPARE(m_server->asked(kList),
        (Asked{
            "resourceVersion=0", "continue=x&limit=500", "limit=2000", "continue=z&limit=2000", "resourceVersion=0"}));
    QTRY_COMPARE(names(), (Names{"a", "b"})); // nothing of the pages that led nowhere
}

void FeedTest::throttledWatchKeepsItsPlace()
{
    for (int i = 0; i < 4; ++i) {
        m_server->then(kWatch, {429, "Too many requests, please try again later.", End::Clean, "text/plain", "1"});
    }
    begin();
    QTRY_COMPARE(m_server->count(kWatch), std::size_t(5));
    QTRY_VERIFY(live());
    QCOMPARE(m_server->asked(kWatch), Asked(5, "resourceVersion=10"));
    QCOMPARE(m_server->count(kList), std::size_t(1));
    const Traffic traffic = pods().traffic;
    QCOMPARE(traffic.throttled, std::uint64_t(4));
    QCOMPARE(traffic.requests, std::uint64_t(6));
    QCOMPARE(now()->status().throttled, std::uint64_t(4));
}

void FeedTest::restartKeepsItsPlace()
{
    m_server->then(kWatch, {200, bookmark(17), End::Hold, "application/json", {}});
    begin();
    QTRY_VERIFY(live());
    const int port = m_server->port();
    m_server->stop();
    QTRY_COMPARE(now()->status().connection, sextant::Connection::Stale);
    QCOMPARE(pods().sync, Sync::Stale);
    QVERIFY(pods().nextTry.has_value());
    QVERIFY(now()->status().error.has_value());
    QCOMPARE(names(), (Names{"a", "b"})); // the last picture stands
    m_server->begin(port);
    QTRY_VERIFY(live());
    QCOMPARE(m_server->count(kList), std::size_t(1));
    QCOMPARE(m_server->asked(kWatch).back(), std::string("resourceVersion=17"));
}

void FeedTest::brokenFrameKeepsItsPlace()
{
    m_server->then(
        kWatch, {200, change("ADDED", pod("c", 11)) + "{\"type\":\"ADDED\",,,}\n", End::Hold, "application/json", {}});
    begin();
    QTRY_COMPARE(m_server->asked(kWatch), (Asked{"resourceVersion=10", "resourceVersion=11"}));
    QTRY_VERIFY(live());
    QCOMPARE(m_server->count(kList), std::size_t(1));
}

void FeedTest::anotherClusterIsReadAnew()
{
    std::vector<std::string> claimed;
    std::mutex mutex;
    m_options.claim = [&](const std::string &uid) {
        const std::lock_guard lock(mutex);
        claimed.push_back(uid);
        return true;
    };
    begin();
    QTRY_VERIFY(live());
    m_server->always(
        kProbe, {200, R"({"metadata":{"name":"kube-system","uid":"cluster-2"}})", End::Clean, "application/json", {}});
    m_server->always(kList, {200, list(5, {pod("z", 2)}), End::Clean, "application/json", {}});
    QTRY_COMPARE(m_server->count(kWatch), std::size_t(1));
    m_server->release(End::Cut);
    QTRY_COMPARE(names(), Names{"z"});
    QTRY_COMPARE(m_server->count(kWatch), std::size_t(2));
    QCOMPARE(m_server->asked(kList), (Asked{"resourceVersion=0", "resourceVersion=0"}));
    QCOMPARE(m_server->asked(kWatch), (Asked{"resourceVersion=10", "resourceVersion=5"}));
    QCOMPARE(now()->status().uid, std::string("cluster-2"));
    const std::lock_guard lock(mutex);
    QCOMPARE(claimed, (std::vector<std::string>{"cluster-1", "cluster-2"}));
}

/// A server begun without its data knows no kube-system at first: the old place must not be watched on.
void FeedTest::newbornServerIsWaitedFor()
{
    begin();
    QTRY_VERIFY(live());
    const int port = m_server->port();
    m_server->stop();
    QTRY_COMPARE(pods().sync, Sync::Stale);
    for (int i = 0; i < 3; ++i) {
        m_server->then(kProbe, refusal(i == 0 ? 403 : 404, "NotFound", "not yet"));
    }
    m_server->always(
        kProbe, {200, R"({"metadata":{"name":"kube-system","uid":"cluster-2"}})", End::Clean, "application/json", {}});
    m_server->always(kList, {200, list(5, {pod("z", 2)}), End::Clean, "application/json", {}});
    m_server->begin(port);
    QTRY_COMPARE(names(), Names{"z"});
    QTRY_COMPARE(m_server->asked(kWatch), (Asked{"resourceVersion=10", "resourceVersion=5"}));
    QCOMPARE(m_server->asked(kList), (Asked{"resourceVersion=0", "resourceVersion=0"}));
}

/// Who may not see kube-system cannot tell one cluster from the next.
void FeedTest::doubtfulServerIsListedAgain()
{
    m_server->always(kProbe, refusal(403, "Forbidden", "no"));
    begin();
    QTRY_VERIFY(live());
    const int port = m_server->port();
    m_server->stop();
    QTRY_COMPARE(pods().sync, Sync::Stale);
    m_server->begin(port);
    QTRY_VERIFY(live());
    QTRY_COMPARE(m_server->count(kWatch), std::size_t(2));
    QCOMPARE(m_server->asked(kList), (Asked{"resourceVersion=0", "resourceVersion=10"}));
}

void FeedTest::shortWatchesBackOff()
{
    m_server->always(kWatch, {200, "", End::Clean, "application/json", {}});
    m_options.veryShort = 10s;
    begin();
    QTRY_COMPARE(pods().sync, Sync::Stale);
    QVERIFY(pods().error->text().find("ends every watch at once") != std::string::npos);
    m_server->always(kWatch, {200, bookmark(12), End::Hold, "application/json", {}});
    QTRY_VERIFY(live());
    QCOMPARE(m_server->count(kList), std::size_t(1));
    for (const std::string &one : m_server->asked(kWatch)) {
        QCOMPARE(one, std::string("resourceVersion=10"));
    }
}

void FeedTest::silentWatchIsGivenUp()
{
    m_options.watchdog = 100ms;
    begin();
    // Silent once: watched again. Twice: something is wrong with where we are, the list is read again.
    QTRY_VERIFY(m_server->count(kList) >= 2);
    QCOMPARE(m_server->asked(kWatch)[1], std::string("resourceVersion=10"));
    QCOMPARE(m_server->asked(kList)[1], std::string("resourceVersion=10"));
}

void FeedTest::oneNamespaceOnly()
{
    m_server->always(kList, refusal(403, "Forbidden", "pods is forbidden: User ana cannot list at the cluster scope"));
    m_server->always("/api/v1/namespaces/team-a/pods list",
        {200, list(10, {pod("a", 3, "", "team-a")}), End::Clean, "application/json", {}});
    m_server->always("/api/v1/namespaces/team-a/pods watch",
        {200, change("ADDED", pod("b", 11, "", "team-a")), End::Hold, "application/json", {}});
    m_server->always("/api/v1/namespaces/team-b/pods list", refusal(403, "Forbidden", "nor in team-b"));
    m_connection.namespaces = {"team-b"};
    begin();
    QTRY_COMPARE(names(), (Names{"a", "b"}));
    QTRY_COMPARE(pods().sync, Sync::Live);
    QCOMPARE(pods().namespaces, std::vector<std::string>{"team-a"});
    QCOMPARE(now()->status().connection, sextant::Connection::Live);
    QVERIFY(now()->status().partial());
    QVERIFY(now()->status().settled());
}

void FeedTest::rightsComeAndGo()
{
    m_server->always(kList, refusal(403, "Forbidden", "no"));
    m_server->always("/api/v1/namespaces/team-a/pods list",
        {200, list(10, {pod("a", 3, "", "team-a")}), End::Clean, "application/json", {}});
    m_server->always("/api/v1/namespaces/team-a/pods watch", {200, "", End::Hold, "application/json", {}});
    begin();
    QTRY_COMPARE(names(), Names{"a"});
    m_server->always(kList,
        {200, list(20, {pod("a", 3, "", "team-a"), pod("x", 4, "", "other")}), End::Clean, "application/json", {}});
    QTRY_COMPARE(names(), (Names{"a", "x"}));
    QTRY_VERIFY(pods().namespaces.empty());
    m_server->always(kList, refusal(403, "Forbidden", "no"));
    m_server->always(kWatch, refusal(403, "Forbidden", "no"));
    m_server->release(End::Clean);
    QTRY_COMPARE(names(), Names{"a"}); // what nobody keeps current is not shown as if it were
    QTRY_COMPARE(pods().namespaces, std::vector<std::string>{"team-a"});
}

void FeedTest::forbiddenIsNamed()
{
    m_server->always(kProbe, refusal(403, "Forbidden", "no"));
    m_server->always(kList, refusal(403, "Forbidden", "pods is forbidden: User ana cannot list"));
    m_server->always("/api/v1/namespaces/team-a/pods list", refusal(403, "Forbidden", "nor here"));
    begin();
    QTRY_COMPARE(pods().sync, Sync::Forbidden);
    QVERIFY(pods().error->text().find("User ana cannot list") != std::string::npos);
    QTRY_VERIFY(now()->status().settled());
    QCOMPARE(now()->status().connection, sextant::Connection::Live); // it answers
    QVERIFY(now()->status().uid.empty());
    const std::size_t before = m_server->count(kList);
    QTRY_VERIFY(m_server->count(kList) > before); // slowly tried again
}

void FeedTest::absentIsNamed()
{
    m_server->then(kList, {404, "404 page not found", End::Clean, "text/plain", {}});
    begin();
    QTRY_COMPARE(pods().sync, Sync::Absent);
    QTRY_COMPARE(pods().sync, Sync::Live); // groups come and go
}

void FeedTest::proxyPageIsNamed()
{
    m_server->always(kList, {502, "<html>Bad gateway</html>", End::Clean, "text/html", {}});
    begin();
    QTRY_COMPARE(pods().sync, Sync::Failed);
    QVERIFY2(pods().error->text().find("502") != std::string::npos, pods().error->text().c_str());
    m_server->always(kList, {200, "<html>Please log in</html>", End::Clean, "text/html", {}});
    QTRY_VERIFY(pods().error && pods().error->text().find("text/html") != std::string::npos);
    QVERIFY(names().empty());
    m_server->always(kList, {200, list(10, {pod("a", 3)}), End::Clean, "application/json", {}});
    QTRY_VERIFY(live());
}

void FeedTest::refusedCredentials()
{
    for (const std::string &name :
        {kProbe, kList, kWatch, std::string("/api"), std::string("/apis"), std::string("/version")}) {
        m_server->then(name, refusal(401, "Unauthorized", "Unauthorized"));
    }
    m_options.refusedRetry = 200ms;
    begin();
    QTRY_COMPARE(now()->status().connection, sextant::Connection::Failed);
    QVERIFY(now()->status().error->text().find("does not accept our credentials") != std::string::npos);
    QVERIFY(now()->status().settled());
    m_feed->retry();
    QTRY_VERIFY(live());
}

void FeedTest::slowStartIsNotFailure()
{
    m_server->then(kList, {429, "Too many requests", End::Clean, "text/plain", "1"});
    m_server->then(kList, refusal(500, "InternalError", "starting"));
    begin();
    QTRY_VERIFY(live());
    QCOMPARE(m_server->asked(kList), Asked(3, "resourceVersion=0"));
}

void FeedTest::metricsOfManyPodsComeLessOften_data()
{
    QTest::addColumn<qulonglong>("samples");
    QTest::addColumn<double>("seconds");
    QTest::newRow("none yet") << 0ULL << 30.0;
    QTest::newRow("few") << 4'000ULL << 30.0;
    QTest::newRow("as many as half a minute allows") << 75'000ULL << 30.0;
    QTest::newRow("more") << 100'000ULL << 40.0;
    QTest::newRow("the most of a cluster") << 150'000ULL << 60.0;
    QTest::newRow("absurdly many") << ~0ULL << 60.0;
}

void FeedTest::metricsOfManyPodsComeLessOften()
{
    QFETCH(qulonglong, samples);
    QFETCH(double, seconds);
    QCOMPARE(std::chrono::duration<double>(podMetricsPause(samples)).count(), seconds);
}

void FeedTest::metricsDegradeAlone()
{
    const std::string type = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
    const std::string nodes = "/apis/metrics.k8s.io/v1beta1/nodes";
    const std::string pods = "/apis/metrics.k8s.io/v1beta1/pods list";
    m_server->always("/apis",
        {200,
            R"({"kind":"APIGroupDiscoveryList","items":[{"metadata":{"name":"metrics.k8s.io"},"versions":[{"version":"v1beta1","freshness":"Stale","resources":[]}]}]})",
            End::Clean, type, {}});
    m_server->always(nodes, {503, "service unavailable", End::Clean, "text/plain", {}});
    m_server->always(pods, refusal(403, "Forbidden", "no metrics for you"));
    begin();
    QTRY_COMPARE(now()->status().of(ResourceKind::NodeMetrics).sync, Sync::Failed);
    QVERIFY(
        now()->status().of(ResourceKind::NodeMetrics).error->text().find("service unavailable") != std::string::npos);
    QTRY_VERIFY(live());
    // By namespace where the whole is refused.
    m_server->always("/apis/metrics.k8s.io/v1beta1/namespaces/team-a/pods list",
        {200,
            R"({"kind":"PodMetricsList","apiVersion":"metrics.k8s.io/v1beta1","metadata":{},"items":[{"metadata":{"name":"a","namespace":"n"},"timestamp":"2031-04-02T09:14:51Z","window":"15s","containers":[{"name":"c","usage":{"cpu":"1500000n","memory":"64Ki"}}]}]})",
            End::Clean, "application/json", {}});
    QTRY_COMPARE(now()->status().of(ResourceKind::PodMetrics).sync, Sync::Live);
    QCOMPARE(now()->status().of(ResourceKind::PodMetrics).namespaces, std::vector<std::string>{"team-a"});
    const auto used = [this] {
        const auto held = now();
        for (const PodView one : held->pods()) {
            if (one.name() == "a") {
                return one.cpuUsed();
            }
        }
        return MilliCpu();
    };
    QTRY_COMPARE(used(), MilliCpu(2));
    m_server->always(nodes, {404, "404 page not found", End::Clean, "text/plain", {}});
    QTRY_COMPARE(now()->status().of(ResourceKind::NodeMetrics).sync, Sync::Absent);
}

void FeedTest::metricsOfAServerThatKnowsNoProtobuf()
{
    const std::string type = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
    m_server->always("/apis",
        {200,
            R"({"kind":"APIGroupDiscoveryList","items":[{"metadata":{"name":"metrics.k8s.io"},"versions":[{"version":"v1beta1","freshness":"Stale","resources":[]}]}]})",
            End::Clean, type, {}});
    struct Counts {
        std::atomic<int> refused{0}, answered{0};
    };
    const auto counts = std::make_shared<Counts>();
    m_server->answer("/apis/metrics.k8s.io/v1beta1/nodes", [counts](const httplib::Request &request) -> Reply {
        if (request.get_header_value("Accept").find("protobuf") != std::string::npos) {
            ++counts->refused;
            return {406, "only application/json is known here", End::Clean, "text/plain", {}};
        }
        ++counts->answered;
        return {200, R"({"kind":"NodeMetricsList","apiVersion":"metrics.k8s.io/v1beta1","metadata":{},"items":[]})",
            End::Clean, "application/json", {}};
    });
    begin();
    QTRY_COMPARE(now()->status().of(ResourceKind::NodeMetrics).sync, Sync::Live);
    QTRY_VERIFY(counts->answered >= 3);
    QCOMPARE(counts->refused.load(), 1); // it is asked once, and then as it likes
}

void FeedTest::oldServerWithoutAggregation()
{
    m_server->always("/api", {200, R"({"kind":"APIVersions","versions":["v1"]})", End::Clean, "application/json", {}});
    m_server->always("/apis",
        {200,
            R"({"kind":"APIGroupList","groups":[{"name":"batch","versions":[{"groupVersion":"batch/v1"},{"groupVersion":"batch/v1beta1"}]}]})",
            End::Clean, "application/json", {}});
    m_server->always("/api/v1",
        {200,
            R"({"kind":"APIResourceList","resources":[{"name":"pods","verbs":["list"]},{"name":"pods/log","verbs":["get"]}]})",
            End::Clean, "application/json", {}});
    m_server->always("/apis/batch/v1",
        {200, R"({"kind":"APIResourceList","resources":[{"name":"jobs","verbs":["list"]}]})", End::Clean,
            "application/json", {}});
    m_server->always("/apis/batch/v1beta1",
        {200, R"({"kind":"APIResourceList","resources":[{"name":"cronjobs","verbs":["list"]}]})", End::Clean,
            "application/json", {}});
    begin();
    QTRY_VERIFY(live());
    QTRY_COMPARE(m_server->asked("/apis/batch/v1beta1/cronjobs").size() > 0, true);
    QCOMPARE(m_server->count("/apis/batch/v1/cronjobs"), std::size_t(0)); // the group is there, the resource is not
    QVERIFY(m_server->count("/apis/batch/v1/jobs") > 0);
    QCOMPARE(m_server->count("/apis/apps/v1"), std::size_t(0));
}

QTEST_GUILESS_MAIN(FeedTest)
#include "tst_feed.moc"
