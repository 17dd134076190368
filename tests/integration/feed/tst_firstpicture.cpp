// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kubernetes/kubeconfig.h"
#include "core/kubernetes/kubernetesfeed.h"
#include "core/simulator/simulator.h"
#include "tests/support/scriptedserver.h"

#include <QtTest>

#include <atomic>
#include <future>
#include <map>
#include <mutex>

using namespace sextant;
using namespace sextant::kubernetes;
using namespace std::chrono_literals;
using End = ScriptedServer::End;
using Reply = ScriptedServer::Reply;

namespace {

/// How many pods are where in which state.
using Census = std::map<std::pair<std::string, State>, int>;

Census censusOf(const ClusterSnapshot &cluster)
{
    Census out;
    for (const PodView pod : cluster.pods()) {
        ++out[{std::string(pod.node()), pod.state()}];
    }
    return out;
}

Census censusOf(const ClusterSnapshot &cluster, const PodSketch &sketch)
{
    Census out;
    for (const PodSketch::Row &row : sketch.rows) {
        ++out[{std::string(cluster.strings().view(row.node)), row.state}];
    }
    return out;
}

std::string nodeList(int count)
{
    std::string items;
    for (int i = 0; i < count; ++i) {
        const std::string id = std::to_string(i);
        items += (i > 0 ? "," : "") + (R"({"metadata":{"name":"n-)" + id + R"(","uid":"node-)" + id)
            + R"(","resourceVersion":"2"}})";
    }
    return R"({"kind":"NodeList","apiVersion":"v1","metadata":{"resourceVersion":"9"},"items":[)" + items + "]}";
}

std::string podList(
    const std::vector<std::pair<std::string, std::string>> &pods, int version, const std::string &more = {})
{
    std::string items;
    for (const auto &[ns, name] : pods) {
        items += (items.empty() ? "" : ",") + (R"({"metadata":{"name":")" + name + R"(","namespace":")" + ns)
            + R"(","uid":"uid-)" + name + R"(","resourceVersion":"5"},"spec":{"nodeName":"n-1",)"
            + R"("containers":[{"name":"c"}]},"status":{"phase":"Running"}})";
    }
    return R"({"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":")" + std::to_string(version) + "\""
        + more + R"(},"items":[)" + items + "]}";
}

Reply json(const std::string &body, int code = 200, End end = End::Clean)
{
    return {code, body, end, "application/json", {}, {}};
}

bool isTable(const httplib::Request &request)
{
    return request.get_header_value("Accept").find("as=Table") != std::string::npos;
}

} // namespace

/// How a big cluster is read from a cold start: what is shown before all pods have come, and how they are asked for.
class FirstPictureTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup();
    void bigClusterIsSketchedFirst_data();
    void bigClusterIsSketchedFirst();
    void smallClusterIsReadPlainly();
    void fewPodsAreAskedForOnce();
    void podsWaitForNoNodes();
    void listGoesBehindTheTable();
    void tableThatDoesNotComeHoldsNothingUp();
    void sketchIsMoreThanThePods();
    void knownPodsNeedNoSketch();
    void oddTableHurtsNobody_data();
    void oddTableHurtsNobody();
    void whatABrokenTableSaidIsTakenBack();
    void lateTableIsLetGo();
    void progressHasAnEnd();
    void bigListsTakeTurns();
    void turnsDoNotLastForEver();

private:
    void simulate(const std::string &version, int nodes, int pods);
    void script(const std::string &version, int nodes = 120);
    void begin();
    /// The list of nodes waits for `when`. @param items as JSON
    void nodesCome(std::promise<void> &when, const std::string &items);
    ClusterSnapshotPtr now() const { return m_store->current(); }
    bool live() const { return now()->status().of(ResourceKind::Pods).sync == Sync::Live; }
    int asked(const std::string &part) const;

    std::unique_ptr<simulator::Simulator> m_simulator;
    std::unique_ptr<ScriptedServer> m_server;
    std::unique_ptr<net::Client> m_client;
    std::unique_ptr<FleetStore> m_fleet;
    std::shared_ptr<ClusterStore> m_store;
    kubernetes::Connection m_connection;
    FeedOptions m_options;
    std::unique_ptr<Feed> m_feed;
    std::mutex m_mutex;
    std::vector<ClusterSnapshotPtr> m_published; ///< all that showed a sketch, and the first that was live
};

void FirstPictureTest::init()
{
    m_client = std::make_unique<net::Client>();
    m_fleet = std::make_unique<FleetStore>();
    m_store = m_fleet->add();
    m_connection = {};
    m_connection.name = "test";
    m_connection.compressed = false;
    m_options = {};
    m_options.seed = 7;
    m_options.backoffScale = 0.02;
    m_options.publishEvery = 5ms;
    m_store->onPublished([this] {
        const std::lock_guard lock(m_mutex);
        const ClusterSnapshotPtr snapshot = m_store->current();
        const bool live = snapshot->status().of(ResourceKind::Pods).sync == Sync::Live;
        if (snapshot->sketch() || (live && (m_published.empty() || m_published.back()->sketch()))) {
            m_published.push_back(snapshot);
        }
    });
}

void FirstPictureTest::cleanup()
{
    m_feed.reset();
    m_published.clear();
    m_store.reset();
    m_client.reset();
    m_simulator.reset();
    m_server.reset();
}

void FirstPictureTest::simulate(const std::string &version, int nodes, int pods)
{
    simulator::Options options;
    options.warmUp = 60s;
    simulator::ClusterOptions cluster;
    cluster.nodes = nodes;
    cluster.pods = pods;
    cluster.churn = 0;
    cluster.version = version;
    options.clusters.push_back(cluster);
    m_simulator = std::make_unique<simulator::Simulator>(options);
    QVERIFY(m_simulator->start().ok());
    m_simulator->pause(true);
    m_connection.server = m_simulator->endpoints().front().url;
}

void FirstPictureTest::script(const std::string &version, int nodes)
{
    m_server = std::make_unique<ScriptedServer>();
    m_connection.server = m_server->url();
    const std::string type = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
    const auto resource = [](const std::string &name, bool namespaced) {
        return R"({"resource":")" + name + R"(","scope":")" + (namespaced ? "Namespaced" : "Cluster")
            + R"(","verbs":["list","watch","get"]})";
    };
    m_server->always("/api",
        {200,
            R"({"kind":"APIGroupDiscoveryList","items":[{"metadata":{"name":""},"versions":[{"version":"v1","resources":[)"
                + resource("pods", true) + "," + resource("nodes", false) + "," + resource("namespaces", false)
                + "]}]}]}",
            End::Clean, type, {}, {}});
    m_server->always("/apis", {200, R"({"kind":"APIGroupDiscoveryList","items":[]})", End::Clean, type, {}, {}});
    m_server->always("/version", json(R"({"gitVersion":")" + version + "\"}"));
    m_server->always(
        "/api/v1/namespaces/kube-system", json(R"({"metadata":{"name":"kube-system","uid":"cluster-1"}})"));
    const auto lists = [this](const std::string &path, const std::string &body) {
        m_server->answer(path, [body](const httplib::Request &request) {
            return request.has_param("watch") ? json("", 200, End::Hold) : json(body);
        });
    };
    lists("/api/v1/nodes", nodeList(nodes));
    lists("/api/v1/namespaces",
        R"({"kind":"NamespaceList","apiVersion":"v1","metadata":{"resourceVersion":"9"},"items":[)"
        R"({"metadata":{"name":"a","uid":"ns-a","resourceVersion":"1"}},)"
        R"({"metadata":{"name":"b","uid":"ns-b","resourceVersion":"1"}}]})");
    m_server->always("/api/v1/pods watch", json("", 200, End::Hold));
}

void FirstPictureTest::nodesCome(std::promise<void> &when, const std::string &items)
{
    m_server->answer("/api/v1/nodes", [come = when.get_future().share(), items](const httplib::Request &request) {
        if (request.has_param("watch")) {
            return json("", 200, End::Hold);
        }
        come.wait();
        return json(
            R"({"kind":"NodeList","apiVersion":"v1","metadata":{"resourceVersion":"9"},"items":[)" + items + "]}");
    });
}

void FirstPictureTest::begin()
{
    m_feed = makeKubernetesFeed(m_connection, m_options, *m_client, m_store);
    m_feed->start();
}

/// How many requests had that in them.
int FirstPictureTest::asked(const std::string &part) const
{
    const auto log = m_simulator ? m_simulator->requestLog(0) : m_server->asked("/api/v1/pods list");
    return int(std::count_if(
        log.begin(), log.end(), [&](const std::string &one) { return one.find(part) != std::string::npos; }));
}

void FirstPictureTest::bigClusterIsSketchedFirst_data()
{
    QTest::addColumn<QString>("version");
    QTest::newRow("an old server") << "v1.20.2";
    QTest::newRow("a new server") << "v1.36.2";
}

void FirstPictureTest::bigClusterIsSketchedFirst()
{
    QFETCH(QString, version);
    simulate(version.toStdString(), 120, 3000);
    m_simulator->faults(0).bytesPerSecond = 4'000'000; // the pods take seconds, the Table a moment
    begin();
    QTRY_VERIFY_WITH_TIMEOUT(now()->sketch() && now()->sketch()->complete, 30'000);
    QVERIFY(!live());
    const ResourceStatus reading = now()->status().of(ResourceKind::Pods);
    const std::size_t truth = m_simulator->truth(0).pods.size();
    QCOMPARE(now()->sketch()->rows.size(), truth);
    QCOMPARE(reading.expected.value_or(0), std::uint64_t(truth));
    m_simulator->faults(0).bytesPerSecond = 0;
    QTRY_VERIFY_WITH_TIMEOUT(live(), 30'000);
    QVERIFY(!now()->sketch());
    QCOMPARE(now()->pods().size(), truth);
    const std::lock_guard lock(m_mutex);
    const auto whole = std::find_if(m_published.begin(), m_published.end(),
        [](const ClusterSnapshotPtr &one) { return one->sketch() && one->sketch()->complete; });
    QVERIFY(whole != m_published.end());
    QVERIFY(censusOf(**whole, *(*whole)->sketch()) == censusOf(*now()));
    QCOMPARE(asked("includeObject=None"), 1);
    QCOMPARE(asked("/api/v1/pods?resourceVersion=0"), 2); // one is the Table
}

void FirstPictureTest::smallClusterIsReadPlainly()
{
    simulate("v1.20.2", 20, 300);
    m_options.nodesFirst = 1h; // however busy the machine is
    begin();
    QTRY_VERIFY_WITH_TIMEOUT(live(), 30'000);
    QCOMPARE(asked("/api/v1/pods?"), 2); // one list, one watch
    {
        const std::lock_guard lock(m_mutex);
        QCOMPARE(m_published.size(), std::size_t(1)); // no sketch in any
    }
    QCOMPARE(now()->pods().size(), m_simulator->truth(0).pods.size());
}

/// Whether pods are many is known by the nodes, which are awaited a moment: few are not asked for as a Table, too.
void FirstPictureTest::fewPodsAreAskedForOnce()
{
    script("v1.36.2");
    m_options.nodesFirst = 1h;
    std::promise<void> nodes;
    auto open = qScopeGuard([&nodes] { nodes.set_value(); });
    nodesCome(nodes, R"({"metadata":{"name":"n-1","uid":"node-1","resourceVersion":"2"}})");
    m_server->answer("/api/v1/pods list", [](const httplib::Request &) { return json(podList({{"a", "p1"}}, 10)); });
    begin();
    QTRY_COMPARE(int(now()->status().of(ResourceKind::Namespaces).sync), int(Sync::Live));
    QCOMPARE(m_server->count("/api/v1/pods list"), std::size_t(0));
    nodes.set_value();
    open.dismiss();
    QTRY_VERIFY(live());
    QCOMPARE(m_server->count("/api/v1/pods list"), std::size_t(1));
    QCOMPARE(asked("includeObject=None"), 0);
}

/// The nodes come last: until then it is shown where the pods are and how, and then what their nodes make of it.
void FirstPictureTest::podsWaitForNoNodes()
{
    script("v1.36.2");
    std::promise<void> nodes;
    auto open = qScopeGuard([&nodes] { nodes.set_value(); });
    nodesCome(nodes,
        R"({"metadata":{"name":"n-1","uid":"node-1","resourceVersion":"2"},)"
        R"("status":{"conditions":[{"type":"Ready","status":"Unknown"}]}},)"
        R"({"metadata":{"name":"n-2","uid":"node-2","resourceVersion":"2"},)"
        R"("status":{"conditions":[{"type":"Ready","status":"True"}]}})");
    m_server->answer("/api/v1/pods list", [](const httplib::Request &request) {
        return isTable(request)
            ? json(R"({"kind":"Table","metadata":{},"columnDefinitions":[{"name":"Name"},{"name":"Ready"},)"
                   R"({"name":"Status"},{"name":"Node"}],"rows":[)"
                   R"({"cells":["p1","1/1","Running","n-1"],"object":null},)"
                   R"({"cells":["p2","1/1","Running","n-2"],"object":null},)"
                   R"({"cells":["p3","1/1","Running","n-2"],"object":null}]})")
            : json(podList({{"a", "p1"}, {"b", "p2"}}, 10), 200, End::Hold);
    });
    begin();
    QTRY_VERIFY(now()->sketch() && now()->sketch()->complete);
    QTRY_COMPARE(now()->pods().size(), std::size_t(2)); // they are being read meanwhile
    QCOMPARE(now()->nodes().size(), std::size_t(0));
    QCOMPARE(censusOf(*now(), *now()->sketch()), (Census{{{"n-1", State::Ok}, 1}, {{"n-2", State::Ok}, 2}}));
    nodes.set_value();
    open.dismiss();
    QTRY_COMPARE(now()->nodes().size(), std::size_t(2));
    QTRY_COMPARE(censusOf(*now(), *now()->sketch()), (Census{{{"n-1", State::Unknown}, 1}, {{"n-2", State::Ok}, 2}}));
    m_server->release(End::Clean);
    QTRY_VERIFY(live());
    QVERIFY(!now()->sketch());
}

/// The picture comes first: the list of many pods is not asked for before their Table comes.
void FirstPictureTest::listGoesBehindTheTable()
{
    script("v1.36.2");
    m_options.tableFirst = 1h;
    std::promise<void> table;
    auto open = qScopeGuard([&table] { table.set_value(); });
    m_server->answer("/api/v1/pods list", [come = table.get_future().share()](const httplib::Request &request) {
        if (!isTable(request)) {
            return json(podList({{"a", "p1"}}, 10));
        }
        come.wait();
        return json(R"({"kind":"Table",)", 200, End::Hold);
    });
    begin();
    QTRY_COMPARE(int(now()->status().of(ResourceKind::Nodes).sync), int(Sync::Live));
    QTRY_COMPARE(int(now()->status().of(ResourceKind::Namespaces).sync), int(Sync::Live));
    QTRY_COMPARE(
        m_server->asked("/api/v1/pods list"), std::vector<std::string>{"includeObject=None&resourceVersion=0"});
    QCOMPARE(int(now()->status().of(ResourceKind::Pods).sync), int(Sync::Waiting));
    table.set_value();
    open.dismiss();
    QTRY_VERIFY(live());
}

void FirstPictureTest::tableThatDoesNotComeHoldsNothingUp()
{
    script("v1.36.2");
    m_options.tableFirst = 10ms;
    std::promise<void> table;
    const auto open = qScopeGuard([&table] { table.set_value(); });
    m_server->answer("/api/v1/pods list", [come = table.get_future().share()](const httplib::Request &request) {
        if (!isTable(request)) {
            return json(podList({{"a", "p1"}}, 10));
        }
        come.wait();
        return json("", 500);
    });
    begin();
    QTRY_VERIFY(live());
    QCOMPARE(now()->pods().size(), std::size_t(1));
}

/// A Table that lags behind the pods stands in for none of them.
void FirstPictureTest::sketchIsMoreThanThePods()
{
    script("v1.36.2");
    const std::string table = R"({"kind":"Table","metadata":{},"columnDefinitions":[{"name":"Name"},{"name":"Ready"},)"
                              R"({"name":"Status"},{"name":"Node"}],"rows":[)"
                              R"({"cells":["p1","1/1","Running","n-1"],"object":null},{"cells":)";
    const std::string list = podList({{"a", "p1"}, {"b", "p2"}}, 10);
    m_server->answer("/api/v1/pods list", [&](const httplib::Request &request) {
        return isTable(request) ? json(table, 200, End::Hold) : json(list, 200, End::Hold);
    });
    begin();
    QTRY_COMPARE(now()->pods().size(), std::size_t(2));
    QTRY_COMPARE(
        now()->status().of(ResourceKind::Pods).traffic.unpacked, std::uint64_t(table.size() + list.size())); // all read
    QVERIFY(!now()->sketch());
    m_server->release(End::Clean);
    QTRY_VERIFY(live());
    QVERIFY(!now()->sketch());
}

void FirstPictureTest::knownPodsNeedNoSketch()
{
    simulate("v1.20.2", 120, 1000);
    PodDraft kept; // of a last picture
    kept.uid = "uid-of-old";
    kept.name = "old";
    kept.ns = "n";
    m_store->upsert(std::move(kept));
    begin();
    QTRY_VERIFY_WITH_TIMEOUT(live(), 30'000);
    QCOMPARE(asked("includeObject=None"), 0);
    QCOMPARE(now()->pods().size(), m_simulator->truth(0).pods.size());
}

void FirstPictureTest::oddTableHurtsNobody_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("body");
    QTest::addColumn<bool>("cut");
    QTest::addColumn<QString>("type");
    const QString row = R"({"cells":["p","1/1","Running","n-1"],"object":null})";
    const QString head = R"({"kind":"Table","metadata":{"resourceVersion":"7"},"columnDefinitions":[{"name":"Name"},)"
                         R"({"name":"Ready"},{"name":"Status"},{"name":"Node"}],"rows":[)";
    const QString whole = head + row + "," + row + "]}";
    QTest::newRow("not acceptable") << 406 << R"({"kind":"Status","code":406,"message":"no"})" << false
                                    << "application/json";
    QTest::newRow("forbidden") << 403 << R"({"kind":"Status","code":403,"message":"no"})" << false
                               << "application/json";
    QTest::newRow("busy") << 429 << "Too many requests, please try again later." << false << "text/plain";
    QTest::newRow("server error") << 500 << "oops" << false << "text/plain";
    QTest::newRow("a page of HTML") << 200 << "<html></html>" << false << "text/html";
    QTest::newRow("cut") << 200 << whole.left(whole.size() - 60) << true << "application/json";
    QTest::newRow("ends too early") << 200 << whole.left(whole.size() - 1) << false << "application/json";
    QTest::newRow("a list of pods") << 200 << R"({"kind":"PodList","metadata":{"resourceVersion":"7"},"items":[]})"
                                    << false << "application/json";
    QTest::newRow("no columns") << 200 << R"({"kind":"Table","metadata":{},"rows":[)" + row + "]}" << false
                                << "application/json";
    QTest::newRow("a row of another shape")
        << 200 << head + row + R"(,{"cells":["p"]}]})" << false << "application/json";
}

void FirstPictureTest::oddTableHurtsNobody()
{
    QFETCH(int, status);
    QFETCH(QString, body);
    QFETCH(bool, cut);
    QFETCH(QString, type);
    script("v1.20.2");
    const std::string list = podList({{"a", "p1"}, {"b", "p2"}}, 10);
    m_server->answer("/api/v1/pods list", [=](const httplib::Request &request) {
        if (isTable(request)) {
            return Reply{status, body.toStdString(), cut ? End::Cut : End::Clean, type.toStdString(), {}, {}};
        }
        return request.has_param("limit") ? json("", 500) : json(list, 200, End::Hold); // the pods come last
    });
    begin();
    QTRY_COMPARE(asked("includeObject=None"), 1);
    QTRY_COMPARE(now()->pods().size(), std::size_t(2));
    QTRY_VERIFY(!now()->sketch()); // what it said is taken back at once, not when the pods are complete
    QTRY_COMPARE(m_server->count("/api/v1/pods list"), std::size_t(3)); // the Table, the list, and how many
    m_server->release(End::Clean);
    QTRY_VERIFY(live());
    QVERIFY(!now()->sketch());
    QVERIFY(!now()->status().of(ResourceKind::Pods).error);
    QCOMPARE(int(now()->status().connection), int(sextant::Connection::Live));
    QCOMPARE(asked("includeObject=None"), 1);
}

void FirstPictureTest::whatABrokenTableSaidIsTakenBack()
{
    script("v1.20.2");
    std::atomic<bool> ready = false;
    m_server->answer("/api/v1/pods list", [&ready](const httplib::Request &request) {
        if (isTable(request)) {
            return json(R"({"kind":"Table","metadata":{},"columnDefinitions":[{"name":"Name"},{"name":"Ready"},)"
                        R"({"name":"Status"},{"name":"Node"}],"rows":[)"
                        R"({"cells":["p","1/1","Running","n-1"],"object":null},{"cells":)",
                200, End::Hold);
        }
        return ready && !request.has_param("limit") ? json(podList({{"a", "p1"}}, 10)) : json("", 500);
    });
    begin();
    QTRY_VERIFY(now()->sketch());
    QCOMPARE(now()->sketch()->rows.size(), std::size_t(1));
    m_server->release(End::Cut); // in the middle of the second row, while the pods are still away
    QTRY_VERIFY(!now()->sketch());
    QVERIFY(!live());
    ready = true;
    QTRY_VERIFY(live());
    QCOMPARE(now()->pods().size(), std::size_t(1));
}

void FirstPictureTest::lateTableIsLetGo()
{
    script("v1.20.2");
    m_server->answer("/api/v1/pods list", [](const httplib::Request &request) {
        if (isTable(request)) {
            return json(R"({"kind":"Table",)", 200, End::Hold);
        }
        return request.has_param("limit") ? json("", 500) : json(podList({{"a", "p1"}}, 10));
    });
    begin();
    QTRY_VERIFY(live());
    QVERIFY(!now()->sketch());
    QCOMPARE(now()->pods().size(), std::size_t(1));
}

void FirstPictureTest::progressHasAnEnd()
{
    script("v1.36.2");
    m_server->answer("/api/v1/pods list", [](const httplib::Request &request) {
        if (request.has_param("limit")) {
            return json(podList({{"a", "p1"}}, 30, R"(,"continue":"x","remainingItemCount":6)"));
        }
        return isTable(request) ? json("", 406) : json(podList({{"a", "p1"}, {"b", "p2"}}, 30), 200, End::Hold);
    });
    begin();
    QTRY_COMPARE(now()->status().of(ResourceKind::Pods).expected.value_or(0), std::uint64_t(7));
    QTRY_COMPARE(now()->status().of(ResourceKind::Pods).read, std::uint64_t(2));
    QVERIFY(!live());
    m_server->release(End::Clean);
    QTRY_VERIFY(live());
    QCOMPARE(now()->status().of(ResourceKind::Pods).expected.value_or(0), std::uint64_t(2)); // what came counts
    QTRY_COMPARE(m_server->asked("/api/v1/pods watch"), std::vector<std::string>{"resourceVersion=30"});
}

/// Two clusters are opened at once where one big list may run: the second waits, and says so.
void FirstPictureTest::bigListsTakeTurns()
{
    script("v1.20.2");
    m_server->answer("/api/v1/pods list", [](const httplib::Request &request) {
        return request.has_param("limit") || isTable(request) ? json("", 500)
                                                              : json(podList({{"a", "p1"}}, 10), 200, End::Hold);
    });
    m_options.turns = std::make_shared<ListTurns>(1);
    begin();
    QTRY_COMPARE(now()->pods().size(), std::size_t(1)); // has its turn, and is not done with it

    const auto other = m_fleet->add();
    const auto second = makeKubernetesFeed(m_connection, m_options, *m_client, other);
    const auto sync = [&](ResourceKind kind) { return other->current()->status().of(kind).sync; };
    const std::size_t lists = m_server->count("/api/v1/pods list");
    second->start();
    QTRY_COMPARE(int(sync(ResourceKind::Nodes)), int(Sync::Live));
    QTRY_COMPARE(int(sync(ResourceKind::Namespaces)), int(Sync::Live));
    QCOMPARE(int(sync(ResourceKind::Pods)), int(Sync::Waiting));
    QCOMPARE(m_server->count("/api/v1/pods list"), lists);
    m_server->release(End::Clean);
    QTRY_VERIFY(live());
    QTRY_COMPARE(other->current()->pods().size(), std::size_t(1));
    m_server->release(End::Clean);
    QTRY_COMPARE(int(sync(ResourceKind::Pods)), int(Sync::Live));
}

void FirstPictureTest::turnsDoNotLastForEver()
{
    script("v1.20.2");
    m_server->answer("/api/v1/pods list", [](const httplib::Request &request) {
        return request.has_param("limit") || isTable(request) ? json("", 500)
                                                              : json(podList({{"a", "p1"}}, 10), 200, End::Hold);
    });
    m_options.turns = std::make_shared<ListTurns>(1);
    m_options.turnFor = 50ms;
    begin();
    QTRY_COMPARE(now()->pods().size(), std::size_t(1));
    const auto other = m_fleet->add();
    const auto second = makeKubernetesFeed(m_connection, m_options, *m_client, other);
    second->start();
    QTRY_COMPARE(other->current()->pods().size(), std::size_t(1)); // though the first has not ended
    QVERIFY(!live());
}

QTEST_GUILESS_MAIN(FirstPictureTest)
#include "tst_firstpicture.moc"
