// SPDX-License-Identifier: GPL-3.0-or-later
// What a feed makes of a master that answers well.
#include "scriptedmaster.h"
#include "tests/support/nameserver.h"

#include <future>

using namespace sextant;
using namespace sextant::helios;
using namespace std::chrono_literals;
using Json = nlohmann::json;

class TestHeliosFeed : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_master = std::make_unique<ScriptedMaster>();
        m_rig = std::make_unique<FeedRig>();
    }
    void cleanup()
    {
        m_rig.reset();
        m_master.reset();
    }
    void wholeRound();
    void asksPolitely();
    void nothingChangesNothing();
    void changesAreFollowed();
    void chunksCoverEveryHost();
    void rollOutIsFollowed();
    void statusOfAGroupIsAskedSparingly();
    void undeployedTaskKeepsItsGroup();
    void oldMaster();
    void mastersOfADomain();
    void objectsAreMasked();
    void histories();
    void askedAtTheEnd();

private:
    Result<std::string> object(const std::string &kind, const std::string &name, const std::string &uid = {})
    {
        std::promise<Result<std::string>> promise;
        m_rig->feed().readObject({kind, "", name, uid}, [&](Result<std::string> read) { promise.set_value(read); });
        return promise.get_future().get();
    }
    Result<std::vector<EventRow>> events(const std::string &kind, const std::string &name, const std::string &uid = {})
    {
        std::promise<Result<std::vector<EventRow>>> promise;
        m_rig->feed().readEvents(
            {kind, "", name, uid}, [&](Result<std::vector<EventRow>> read) { promise.set_value(read); });
        return promise.get_future().get();
    }

    std::unique_ptr<ScriptedMaster> m_master;
    std::unique_ptr<FeedRig> m_rig;
};

void TestHeliosFeed::wholeRound()
{
    const std::string cart = ScriptedMaster::jobId("cart"), ledger = ScriptedMaster::jobId("ledger", "3");
    m_master->job("cart");
    m_master->job("idle");
    m_master->host("a", "UP", {{"role", "shop"}, {"pool", "main"}});
    m_master->host("b", "DOWN", {{"role", "shop"}});
    m_master->halfRegistered("c");
    m_master->task("a", cart, "START", "RUNNING");
    m_master->task("a", ledger, "", "STOPPING"); // known from its status alone
    m_master->task("b", cart, "START", "RUNNING");
    m_rig->start(m_master->url());
    QTRY_VERIFY(m_rig->whole());
    QCOMPARE(m_rig->hosts(), (QStringList{"a:UP", "b:DOWN", "c:Not registered"}));
    QCOMPARE(
        m_rig->tasks(), (QStringList{"a/cart:1:RUNNING", "a/ledger:3:STOPPING", "b/cart:1:Unknown (last RUNNING)"}));
    const ClusterStatus status = m_rig->status();
    QCOMPARE(status.orchestrator, Orchestrator::Helios);
    QCOMPARE(status.version, std::string("0.9.2"));
    QVERIFY(status.skew < -std::chrono::years(30)); // by the date of its answers
    QCOMPARE(status.server, m_master->url());
    QCOMPARE(status.masters, std::vector<std::string>{m_master->url()});
    QVERIFY(!status.partial());
    QCOMPARE(status.of(ResourceKind::Nodes).read, 3U);
    QCOMPARE(status.of(ResourceKind::Pods).read, 3U);
    QCOMPARE(status.of(ResourceKind::Jobs).sync, Sync::Live);
    QVERIFY(status.heard != kNoTime && status.requests > 0 && status.bytes > 0 && status.changes > 0);
    std::uint64_t requests = 0, wire = 0;
    for (const ResourceKind kind :
        {ResourceKind::Nodes, ResourceKind::Pods, ResourceKind::Jobs, ResourceKind::DeploymentGroups}) {
        const Traffic &traffic = status.of(kind).traffic;
        QVERIFY(traffic.requests > 0 && traffic.wire > 0 && traffic.unpacked > 0 && traffic.throttled == 0);
        requests += traffic.requests;
        wire += traffic.wire;
    }
    QCOMPARE(requests, status.requests); // nothing else was asked
    QCOMPARE(wire, status.bytes);
    const auto job = m_rig->workload("job/" + cart);
    QVERIFY(job);
    QCOMPARE(job->desired, Count(2));
    QCOMPARE(job->ready, Count(1)); // what is on a host that is down is not counted as ready
    QVERIFY(m_rig->workload("job/" + ledger)); // not in /jobs any more
    QCOMPARE(m_rig->workload("job/" + ScriptedMaster::jobId("idle"))->desired, Count(0));
    for (const PodView pod : m_rig->now().pods()) {
        QCOMPARE(pod.workloadKind(), std::string_view("HeliosJob"));
        QVERIFY(pod.nodeSlot() != kNoSlot);
        QCOMPARE(pod.team(), std::string_view("squad"));
    }
}

void TestHeliosFeed::asksPolitely()
{
    m_master->host("a");
    m_rig->start(m_master->url());
    QTRY_VERIFY(m_rig->whole());
    const httplib::Headers headers = m_master->headers();
    const auto said = [&](const char *name) {
        const auto at = headers.find(name);
        return at == headers.end() ? std::string() : at->second;
    };
    QCOMPARE(said("Accept"), std::string("application/json, */*;q=0.1"));
    QCOMPARE(said("Accept-Encoding"), std::string("gzip"));
    QVERIFY(headers.count("Helios-Version") == 0 && headers.count("Authorization") == 0);
}

void TestHeliosFeed::nothingChangesNothing()
{
    m_master->job("cart");
    m_master->host("a");
    m_master->host("b", "DOWN");
    m_master->task("a", ScriptedMaster::jobId("cart"), "START", "RUNNING");
    m_master->task("b", ScriptedMaster::jobId("cart"), "START", "RUNNING");
    m_rig->start(m_master->url());
    QTRY_VERIFY(m_rig->whole());
    const auto generation = m_rig->now().dataGeneration();
    const auto changes = m_rig->status().changes;
    const auto rounds = m_rig->rounds();
    QTRY_VERIFY(m_rig->rounds() >= rounds + 3);
    QCOMPARE(m_rig->now().dataGeneration(), generation);
    QCOMPARE(m_rig->status().changes, changes);
}

void TestHeliosFeed::changesAreFollowed()
{
    const std::string cart = ScriptedMaster::jobId("cart");
    m_master->job("cart");
    m_master->host("a");
    m_master->host("b");
    m_master->task("a", cart, "START", "");
    m_master->task("b", cart, "START", "RUNNING");
    m_rig->start(m_master->url());
    QTRY_COMPARE(m_rig->tasks(), (QStringList{"a/cart:1:PENDING", "b/cart:1:RUNNING"}));
    m_master->task("a", cart, "START", "FAILED", "IMAGE_MISSING");
    QTRY_COMPARE(m_rig->tasks(), (QStringList{"a/cart:1:FAILED (IMAGE_MISSING)", "b/cart:1:RUNNING"}));
    QTRY_COMPARE(m_rig->workload("job/" + cart)->status, std::string("1 failed"));
    m_master->host("b", "DOWN");
    QTRY_COMPARE(m_rig->tasks(), (QStringList{"a/cart:1:FAILED (IMAGE_MISSING)", "b/cart:1:Unknown (last RUNNING)"}));
    for (const PodView pod : m_rig->now().pods()) {
        QCOMPARE(pod.readyKnown(), pod.node() == "a");
    }
    m_master->host("b", "UP");
    m_master->task("b", cart, "", "");
    QTRY_COMPARE(m_rig->tasks(), (QStringList{"a/cart:1:FAILED (IMAGE_MISSING)"}));
    m_master->forget("a");
    QTRY_COMPARE(m_rig->hosts(), (QStringList{"b:UP"}));
    QTRY_COMPARE(m_rig->tasks(), QStringList());
    QTRY_COMPARE(m_rig->workload("job/" + cart)->status, std::string("Deployed nowhere"));
}

void TestHeliosFeed::chunksCoverEveryHost()
{
    QStringList wanted;
    for (int i = 0; i < 53; ++i) {
        const std::string name = "host-" + std::to_string(100 + i);
        m_master->host(name);
        wanted << QString::fromStdString(name + ":UP");
    }
    auto options = FeedRig::quick();
    options.chunkFirst = 10;
    options.every = 1h; // one round
    m_rig->start(m_master->url(), options);
    QTRY_VERIFY(m_rig->whole());
    QCOMPARE(m_rig->hosts(), wanted);
    std::size_t asked = 0;
    for (const auto &chunk : m_master->chunks()) {
        asked += chunk.size();
    }
    QCOMPARE(asked, 53U); // none twice
    QCOMPARE(m_master->chunks().front().size(), 10U);
    QCOMPARE(m_master->server().count("/hosts"), 1U);
}

void TestHeliosFeed::rollOutIsFollowed()
{
    const std::string old = ScriptedMaster::jobId("cart"), fresh = ScriptedMaster::jobId("cart", "2");
    m_master->job("cart");
    m_master->job("cart", "2");
    for (const char *name : {"a", "b"}) {
        m_master->host(name, "UP", {{"role", "shop"}});
        m_master->task(name, old, "START", "RUNNING", "NO", "shop");
    }
    m_master->host("z", "DOWN", {{"role", "shop"}});
    const auto hosts = [](const std::string &a, const std::string &b) {
        return Json::array(
            {{{"host", "a"}, {"jobId", a}, {"state", "RUNNING"}}, {{"host", "b"}, {"jobId", b}, {"state", "RUNNING"}}});
    };
    m_master->group("shop", old, "ACTIVE", hosts(old, old));
    m_rig->start(m_master->url());
    QTRY_VERIFY(m_rig->whole());
    auto row = m_rig->workload("group/shop");
    QVERIFY(row && row->rollout);
    QCOMPARE(row->status, std::string("ACTIVE"));
    QCOMPARE(row->state, State::Ok);
    QCOMPARE(row->desired, Count(2));
    QCOMPARE(row->version, std::string("1"));
    QCOMPARE(row->rollout->hostsDown, std::vector<std::string>{"z"});
    for (const PodView pod : m_rig->now().pods()) {
        QCOMPARE(pod.workloadKind(), std::string_view("DeploymentGroup"));
    }
    QCOMPARE(m_rig->workload("job/" + old)->controller.uid, std::string("group/shop"));

    m_master->task("a", old, "", "");
    m_master->task("a", fresh, "START", "RUNNING", "NO", "shop");
    m_master->group("shop", fresh, "ROLLING_OUT", hosts(fresh, old));
    QTRY_COMPARE(m_rig->workload("group/shop")->status, std::string("ROLLING_OUT 1 of 2"));
    row = m_rig->workload("group/shop");
    QCOMPARE(row->updated, Count(1));
    QCOMPARE(row->version, std::string("2"));
    QCOMPARE(row->rollout->parallelism, Count(2));
    m_master->group("shop", fresh, "FAILED", hosts(fresh, old), "b: timed out waiting");
    QTRY_COMPARE(m_rig->workload("group/shop")->status, std::string("FAILED: b: timed out waiting"));
    row = m_rig->workload("group/shop");
    QVERIFY(!row->rollout->hosts[0].failed && row->rollout->hosts[1].failed);
}

void TestHeliosFeed::statusOfAGroupIsAskedSparingly()
{
    const std::string cart = ScriptedMaster::jobId("cart");
    m_master->host("a", "UP", {{"role", "shop"}});
    m_master->task("a", cart, "START", "RUNNING", "NO", "shop");
    m_master->group("shop", cart, "ACTIVE", Json::array());
    m_rig->start(m_master->url());
    QTRY_VERIFY(m_rig->whole());
    const auto asked = [this] { return m_master->server().count("/deployment-group/shop/status"); };
    QCOMPARE(asked(), 1U);
    auto rounds = m_rig->rounds();
    QTRY_VERIFY(m_rig->rounds() >= rounds + 4);
    QCOMPARE(asked(), 1U); // nothing hints at a roll-out
    m_master->task("a", cart, "STOP", "RUNNING", "NO", "shop");
    QTRY_COMPARE(asked(), 2U);
    m_master->group("shop", cart, "ROLLING_OUT", Json::array());
    m_master->task("a", cart, "START", "RUNNING", "NO", "shop");
    QTRY_VERIFY(asked() >= 6U); // each round while it rolls
}

void TestHeliosFeed::undeployedTaskKeepsItsGroup()
{
    const std::string cart = ScriptedMaster::jobId("cart");
    m_master->host("a", "UP", {{"role", "shop"}});
    m_master->task("a", cart, "START", "RUNNING", "NO", "shop");
    m_master->group("shop", cart, "ACTIVE", Json::array());
    m_rig->start(m_master->url());
    QTRY_VERIFY(m_rig->whole());
    m_master->task("a", cart, "", "STOPPING");
    QTRY_COMPARE(m_rig->tasks(), (QStringList{"a/cart:1:STOPPING"}));
    for (const PodView pod : m_rig->now().pods()) {
        QCOMPARE(pod.workloadName(), std::string_view("shop"));
        QCOMPARE(pod.state(), State::Terminating);
    }
}

void TestHeliosFeed::oldMaster()
{
    m_master->server().always("/deployment-group", {404, "", ScriptedServer::End::Clean, "", {}, {}});
    m_master->server().always("POST /hosts/statuses", {405, "", ScriptedServer::End::Clean, "", {}, {}});
    m_master->server().always("/hosts/a/status",
        ScriptedMaster::say(Json{{"status", "UP"}, {"jobs", Json::object()},
            {"statuses", {{ScriptedMaster::jobId("cart"), {{"state", "RUNNING"}}}}}}));
    m_master->server().always("/hosts/b c/status", {404, "", ScriptedServer::End::Clean, "", {}, {}});
    m_master->host("a");
    m_master->halfRegistered("b c");
    m_rig->start(m_master->url());
    QTRY_VERIFY(m_rig->whole());
    QCOMPARE(m_rig->hosts(), (QStringList{"a:UP", "b c:Not registered"}));
    QCOMPARE(m_rig->tasks(), (QStringList{"a/cart:1:RUNNING"}));
    QCOMPARE(m_rig->status().of(ResourceKind::DeploymentGroups).sync, Sync::Absent);
    QVERIFY(!m_rig->status().partial() && !m_rig->status().error);
}

void TestHeliosFeed::mastersOfADomain()
{
    NameServer names;
    const auto at = [](const ScriptedMaster &master) {
        return std::vector<NameServer::Record>{{"localhost",
            static_cast<std::uint16_t>(std::stoi(master.url().substr(master.url().rfind(':') + 1))), 1, 1}};
    };
    m_master->host("a");
    auto options = FeedRig::quick();
    options.dnsServers = {names.address()};
    m_rig->start("domain://example.net", options);
    QTRY_COMPARE(m_rig->status().connection, Connection::Failed); // nothing under that name yet
    QVERIFY(m_rig->status().error->text().find("_helios._https.example.net") != std::string::npos);
    QVERIFY(m_rig->status().settled());
    names.set("_helios._http.example.net", at(*m_master));
    QTRY_VERIFY(m_rig->whole());
    QCOMPARE(m_rig->hosts(), (QStringList{"a:UP"}));
    QCOMPARE(m_rig->status().name, std::string("example.net"));
    QCOMPARE(m_rig->status().masters.size(), 1U);

    // They move: looked up again when none answers.
    ScriptedMaster moved;
    moved.host("b");
    names.set("_helios._http.example.net", at(moved));
    m_master->server().stop();
    QTRY_COMPARE(m_rig->hosts(), (QStringList{"b:UP"}));
    QTRY_COMPARE(m_rig->status().connection, Connection::Live);
    m_rig->end();
}

void TestHeliosFeed::objectsAreMasked()
{
    const std::string cart = ScriptedMaster::jobId("cart");
    m_master->job("cart");
    m_master->host("a b", "UP", {{"role", "shop"}});
    m_master->task("a b", cart, "START", "RUNNING");
    m_master->group("shop", cart, "ACTIVE", Json::array());
    m_master->server().always("/hosts/a b/status", ScriptedMaster::say(m_master->statusOf("a b")));
    m_master->server().always("/jobs/" + cart,
        ScriptedMaster::say(
            Json{{"id", cart}, {"token", "hunter2"}, {"env", {{"A", "hunter2"}}}, {"image", "reg/cart"}}));
    m_rig->start(m_master->url());
    QTRY_VERIFY(m_rig->whole());
    const auto yaml = [&](const std::string &kind, const std::string &name, const std::string &uid = {}) {
        const auto read = object(kind, name, uid);
        return read ? *read : "error: " + read.error().text();
    };
    for (const std::string &text : {yaml("Node", "a b"), yaml("Pod", cart, "a b/" + cart), yaml("HeliosJob", cart),
             yaml("DeploymentGroup", "shop")}) {
        QVERIFY2(text.rfind("error", 0) != 0, text.c_str());
        QVERIFY2(text.find("hunter2") == std::string::npos, text.c_str());
        QVERIFY2(text.find("(masked)") != std::string::npos, text.c_str());
    }
    QVERIFY(yaml("Pod", cart, "a b/" + cart).find("state: RUNNING") != std::string::npos);
    QVERIFY(yaml("Pod", cart, "a b/" + cart).find("goal: START") != std::string::npos);
    QCOMPARE(object("Pod", "gone:1:x", "a b/gone:1:x").error().code, ErrorCode::NotFound);
    QCOMPARE(object("HeliosJob", "gone").error().code, ErrorCode::NotFound);
    QCOMPARE(object("Secret", "x").error().code, ErrorCode::NotFound);
    QCOMPARE(object("Pod", cart, "no uid").error().code, ErrorCode::NotFound);
}

void TestHeliosFeed::histories()
{
    const std::string cart = ScriptedMaster::jobId("cart");
    const auto event = [](const char *host, std::int64_t at, const char *state, const char *throttled) {
        return Json{{"host", host}, {"timestamp", at * 1000},
            {"status", {{"goal", "START"}, {"state", state}, {"throttled", throttled}, {"containerError", ""}}}};
    };
    m_master->host("a");
    m_master->server().always("/history/jobs/" + cart,
        ScriptedMaster::say(Json{{"status", "OK"},
            {"events",
                {event("a", 1795351110, "STARTING", "NO"), event("b", 1795351111, "RUNNING", "NO"),
                    event("a", 1795351112, "RUNNING", "FLAPPING"), event("a", 1795351113, "EXITED", "NO")}}}));
    m_master->group("shop", cart, "ACTIVE", Json::array());
    m_rig->start(m_master->url());
    QTRY_VERIFY(m_rig->whole());
    const auto of = events("Pod", cart, "a/" + cart);
    QVERIFY(of.ok());
    QCOMPARE(of->size(), 3U);
    QCOMPARE(of->at(0).reason, std::string("EXITED"));
    QVERIFY(of->at(0).warning && of->at(1).warning && !of->at(2).warning);
    QCOMPARE(of->at(1).reason, std::string("RUNNING (FLAPPING)"));
    QCOMPARE(of->at(2).lastSeen, Time(std::chrono::seconds(1795351110)));
    QCOMPARE(of->at(0).source, std::string("a"));
    QCOMPARE(events("HeliosJob", cart)->size(), 4U);
    QCOMPARE(events("DeploymentGroup", "shop")->size(), 4U);
    QVERIFY(events("Node", "a")->empty());
    QCOMPARE(events("HeliosJob", "gone").error().code, ErrorCode::NotFound);
}

void TestHeliosFeed::askedAtTheEnd()
{
    m_master->host("a");
    m_master->server().always("/jobs/slow", {200, "{}", ScriptedServer::End::Hold, "application/json", {}, {}});
    m_rig->start(m_master->url());
    QTRY_VERIFY(m_rig->whole());
    std::promise<ErrorCode> promise;
    m_rig->feed().readObject({"HeliosJob", "", "slow", ""},
        [&](Result<std::string> read) { promise.set_value(read ? ErrorCode::Internal : read.error().code); });
    QTRY_COMPARE(m_master->server().count("/jobs/slow"), 1U);
    m_rig->end();
    QCOMPARE(promise.get_future().get(), ErrorCode::Cancelled);
}

QTEST_GUILESS_MAIN(TestHeliosFeed)
#include "tst_heliosfeed.moc"
