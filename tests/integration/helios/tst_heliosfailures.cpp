// SPDX-License-Identifier: GPL-3.0-or-later
// Masters that fail, are slow, go away and come back.
#include "scriptedmaster.h"

using namespace sextant;
using namespace sextant::helios;
using namespace std::chrono_literals;
using Json = nlohmann::json;
using End = ScriptedServer::End;

class TestHeliosFailures : public QObject {
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
    void poisonedHostsAreNamed();
    void unreadableHostKeepsItsTasks();
    void passingFailureIsForgiven();
    void secondMasterIsTaken();
    void badGatewayGoesOn();
    void everythingGoneAndBack();
    void neverThere();
    void zookeeperAway();
    void silenceIsSaid();
    void cutAnswerDropsNothing();
    void unreadableJobList();
    void unreadableGroup();
    void lostGroupLosesNoTask();
    void everyHostFails();
    void manyPoisonedHosts();
    void refusedByAProxy_data();
    void refusedByAProxy();
    void askedToWait_data();
    void askedToWait();
    void restingMasterIsPassedOver();
    void slowMasterIsSpared();
    void slowChunksShrink();

private:
    void hosts(int count)
    {
        for (int i = 0; i < count; ++i) {
            m_master->host("h" + std::to_string(100 + i));
            m_wanted << QStringLiteral("h%1:UP").arg(100 + i);
        }
    }
    QStringList m_wanted;
    std::unique_ptr<ScriptedMaster> m_master;
    std::unique_ptr<FeedRig> m_rig;
};

void TestHeliosFailures::poisonedHostsAreNamed()
{
    m_wanted.clear();
    hosts(20);
    m_master->poison("h103");
    m_master->poison("h117");
    m_wanted.replaceInStrings(QStringLiteral("h103:UP"), QStringLiteral("h103:Unreadable"));
    m_wanted.replaceInStrings(QStringLiteral("h117:UP"), QStringLiteral("h117:Unreadable"));
    auto options = FeedRig::quick();
    options.chunkFirst = 20;
    m_rig->start(m_master->url(), options);
    QTRY_VERIFY(m_rig->whole());
    QCOMPARE(m_rig->hosts(), m_wanted); // every other one is there
    const std::vector<std::string> bad{"h103", "h117"};
    QCOMPARE(m_rig->status().of(ResourceKind::Nodes).unreadable, bad);
    QCOMPARE(m_rig->status().of(ResourceKind::Nodes).sync, Sync::Live);
    QVERIFY(m_rig->status().partial() && !m_rig->status().error);
    for (const NodeView node : m_rig->now().nodes()) {
        QCOMPARE(node.state(), node.name() == "h103" || node.name() == "h117" ? State::Unknown : State::Ok);
    }

    // From the next round on they are asked alone, and so cost nobody a second try.
    const auto first = m_master->chunks().size();
    const auto rounds = m_rig->rounds();
    QTRY_VERIFY(m_rig->rounds() >= rounds + 3);
    const auto chunks = m_master->chunks();
    for (std::size_t i = first; i < chunks.size(); ++i) {
        for (const std::string &host : chunks[i]) {
            QVERIFY(chunks[i].size() == 1 || (host != "h103" && host != "h117"));
        }
    }
    m_master->poison("h103", false);
    QTRY_COMPARE(m_rig->status().of(ResourceKind::Nodes).unreadable, std::vector<std::string>{"h117"});
    QVERIFY(m_rig->hosts().contains(QStringLiteral("h103:UP")));
}

void TestHeliosFailures::unreadableHostKeepsItsTasks()
{
    const std::string cart = ScriptedMaster::jobId("cart");
    m_master->host("a", "UP", {{"pool", "main"}});
    m_master->host("b");
    m_master->task("a", cart, "START", "RUNNING");
    m_master->task("b", cart, "START", "RUNNING");
    m_rig->start(m_master->url());
    QTRY_VERIFY(m_rig->whole());
    QCOMPARE(m_rig->workload("job/" + cart)->ready, Count(2));
    m_master->poison("a");
    QTRY_COMPARE(m_rig->hosts(), (QStringList{"a:Unreadable", "b:UP"}));
    QCOMPARE(m_rig->tasks(), (QStringList{"a/cart:1:Unknown (last RUNNING)", "b/cart:1:RUNNING"}));
    QTRY_COMPARE(m_rig->workload("job/" + cart)->ready, Count(1));
    for (const NodeView node : m_rig->now().nodes()) {
        if (node.name() == "a") {
            QCOMPARE(node.pool(), std::string_view("main")); // what was read before stands
        }
    }
    m_master->poison("a", false);
    QTRY_COMPARE(m_rig->tasks(), (QStringList{"a/cart:1:RUNNING", "b/cart:1:RUNNING"}));
}

void TestHeliosFailures::passingFailureIsForgiven()
{
    m_wanted.clear();
    hosts(4);
    for (const char *name : {"/hosts", "/jobs", "/deployment-group", "POST /hosts/statuses"}) {
        m_master->server().then(name, ScriptedMaster::broken()); // once
    }
    auto options = FeedRig::quick();
    options.every = 1h;
    m_rig->start(m_master->url(), options);
    QTRY_VERIFY(m_rig->whole());
    QCOMPARE(m_rig->hosts(), m_wanted);
    QVERIFY(!m_rig->status().partial());
    QCOMPARE(m_master->server().count("/hosts"), 2U);
    QCOMPARE(m_master->chunks().size(), 2U); // the same once more, not halves
}

void TestHeliosFailures::secondMasterIsTaken()
{
    ScriptedMaster second;
    for (ScriptedMaster *one : {m_master.get(), &second}) {
        one->host("a");
        one->task("a", ScriptedMaster::jobId("cart"), "START", "RUNNING");
    }
    m_rig->start(m_master->url() + "," + second.url());
    QTRY_VERIFY(m_rig->whole());
    QCOMPARE(m_rig->status().server, m_master->url());
    QCOMPARE(second.server().count("/hosts"), 0U); // one master a round
    m_master->server().stop();
    QTRY_COMPARE(m_rig->status().server, second.url());
    QTRY_COMPARE(m_rig->status().connection, Connection::Live);
    QCOMPARE(m_rig->tasks(), (QStringList{"a/cart:1:RUNNING"}));
    QVERIFY(!m_rig->status().error);
    const auto asked = second.server().count("/hosts");
    QTRY_VERIFY(second.server().count("/hosts") > asked); // and kept
    m_rig->end();
}

void TestHeliosFailures::badGatewayGoesOn()
{
    ScriptedMaster second;
    second.host("b");
    m_master->host("a");
    m_master->server().always(
        "POST /hosts/statuses", {502, "<html>no upstream</html>", End::Clean, "text/html", {}, {}});
    m_rig->start(m_master->url() + "," + second.url());
    QTRY_VERIFY(m_rig->whole());
    QCOMPARE(m_rig->hosts(), (QStringList{"b:UP"}));
    QCOMPARE(m_master->chunks().size(), 1U); // neither tried again nor halved
    m_rig->end();
}

void TestHeliosFailures::everythingGoneAndBack()
{
    m_master->host("a");
    m_master->task("a", ScriptedMaster::jobId("cart"), "START", "RUNNING");
    m_rig->start(m_master->url());
    QTRY_VERIFY(m_rig->whole());
    m_master->server().stop();
    QTRY_COMPARE(m_rig->status().connection, Connection::Stale);
    QVERIFY(m_rig->status().error);
    // An answer that was under way breaks off, which is what is said first.
    const auto says = [this](ErrorCode code) {
        const auto error = m_rig->status().error;
        return error && error->code == code;
    };
    QTRY_VERIFY(says(ErrorCode::Unreachable));
    for (const ResourceKind kind : {ResourceKind::Nodes, ResourceKind::Pods, ResourceKind::Jobs}) {
        QTRY_COMPARE(m_rig->status().of(kind).sync, Sync::Stale);
        QVERIFY(m_rig->status().of(kind).nextTry && m_rig->status().of(kind).error);
    }
    QCOMPARE(m_rig->tasks(), (QStringList{"a/cart:1:RUNNING"})); // the last picture stands
    QVERIFY(m_rig->status().settled());
    m_master->server().begin(m_master->server().port());
    QTRY_COMPARE(m_rig->status().connection, Connection::Live);
    QTRY_COMPARE(m_rig->status().of(ResourceKind::Pods).sync, Sync::Live);
    QVERIFY(!m_rig->status().error && !m_rig->status().of(ResourceKind::Pods).error);
}

void TestHeliosFailures::neverThere()
{
    m_master->server().stop();
    m_rig->start(m_master->url());
    QTRY_COMPARE(m_rig->status().connection, Connection::Failed);
    QVERIFY(m_rig->status().settled());
    QVERIFY(m_rig->status().error->text().find("127.0.0.1") != std::string::npos);
    m_master->host("a");
    m_master->server().begin(m_master->server().port());
    QTRY_VERIFY(m_rig->whole());
}

void TestHeliosFailures::zookeeperAway()
{
    m_master->host("a");
    auto options = FeedRig::quick();
    options.readTimeout = 1200ms; // so that 200 ms are late
    m_rig->start(m_master->url(), options);
    QTRY_VERIFY(m_rig->whole());
    auto late = ScriptedMaster::broken();
    late.end = End::Hold;
    m_master->server().always("/hosts", late);
    const auto asked = m_master->server().count("/hosts");
    QTRY_VERIFY(m_master->server().count("/hosts") > asked);
    QTest::qWait(250); // how late the answer comes is what this is about
    m_master->server().release(End::Clean);
    QTRY_COMPARE(m_rig->status().connection, Connection::Stale);
    QTRY_VERIFY(m_rig->status().error && m_rig->status().error->remedy.find("ZooKeeper") != std::string::npos);
    QCOMPARE(m_rig->status().error->httpStatus, 500);
    QCOMPARE(m_rig->hosts(), (QStringList{"a:UP"}));
}

void TestHeliosFailures::silenceIsSaid()
{
    m_master->host("a");
    auto options = FeedRig::quick();
    options.readTimeout = 900ms;
    m_rig->start(m_master->url(), options);
    QTRY_VERIFY(m_rig->whole());
    m_master->server().always("/jobs", {200, "", End::Hold, "application/json", {}, {}});
    QTRY_COMPARE(m_rig->status().connection, Connection::Stale); // long before the deadline fails it
    QCOMPARE(m_rig->status().error->code, ErrorCode::Timeout);
    QCOMPARE(m_rig->hosts(), (QStringList{"a:UP"}));
    m_rig->end();
}

void TestHeliosFailures::cutAnswerDropsNothing()
{
    m_master->host("a");
    m_master->host("b");
    m_master->task("a", ScriptedMaster::jobId("cart"), "START", "RUNNING");
    m_rig->start(m_master->url());
    QTRY_VERIFY(m_rig->whole());
    const Json whole{{"a", m_master->statusOf("a")}, {"b", m_master->statusOf("b")}};
    const std::string text = whole.dump();
    m_master->server().always("POST /hosts/statuses",
        {200, text.substr(0, text.size() / 2), End::Clean, "application/json", {}, {}}); // complete, says its length
    QTRY_COMPARE(m_rig->status().connection, Connection::Stale);
    QCOMPARE(m_rig->status().error->code, ErrorCode::Decode);
    QCOMPARE(m_rig->hosts(), (QStringList{"a:UP", "b:UP"}));
    QCOMPARE(m_rig->tasks(), (QStringList{"a/cart:1:RUNNING"}));
    m_master->server().always("POST /hosts/statuses", {200, text.substr(0, 20), End::Cut, "application/json", {}, {}});
    QTRY_COMPARE(m_rig->status().error->code, ErrorCode::Protocol);
    QCOMPARE(m_rig->tasks(), (QStringList{"a/cart:1:RUNNING"}));
    m_master->server().always("/hosts", {200, "[\"a\"", End::Clean, "application/json", {}, {}});
    QTRY_COMPARE(m_rig->status().error->code, ErrorCode::Decode);
    QCOMPARE(m_rig->hosts(), (QStringList{"a:UP", "b:UP"}));
}

void TestHeliosFailures::unreadableJobList()
{
    const std::string cart = ScriptedMaster::jobId("cart");
    m_master->host("a");
    m_master->task("a", cart, "START", "RUNNING");
    m_master->server().always("/jobs", ScriptedMaster::broken());
    m_rig->start(m_master->url());
    QTRY_VERIFY(m_rig->whole());
    const ResourceStatus jobs = m_rig->status().of(ResourceKind::Jobs);
    QCOMPARE(jobs.sync, Sync::Failed);
    QVERIFY(jobs.error->text().find("deployed nowhere are missing") != std::string::npos);
    QVERIFY(m_rig->status().partial());
    QVERIFY(m_rig->workload("job/" + cart)); // from its task
    const auto rounds = m_rig->rounds();
    QTRY_VERIFY(m_rig->rounds() >= rounds + 2);
    QVERIFY(m_rig->status().settled()); // it does not flicker
}

void TestHeliosFailures::unreadableGroup()
{
    m_master->host("a");
    m_master->group("good", ScriptedMaster::jobId("cart"), "ACTIVE", Json::array());
    m_master->group("bad", ScriptedMaster::jobId("cart"), "ACTIVE", Json::array());
    m_master->server().always("/deployment-group/bad", ScriptedMaster::broken());
    m_rig->start(m_master->url());
    QTRY_VERIFY(m_rig->whole());
    QCOMPARE(m_rig->status().of(ResourceKind::DeploymentGroups).unreadable, std::vector<std::string>{"bad"});
    QVERIFY(m_rig->workload("group/good") && !m_rig->workload("group/bad"));
}

/// Of a group that was removed, and of one that cannot be read: what they deployed is their jobs' then.
void TestHeliosFailures::lostGroupLosesNoTask()
{
    const std::string cart = ScriptedMaster::jobId("cart"), web = ScriptedMaster::jobId("web");
    m_master->host("a");
    m_master->task("a", cart, "START", "RUNNING", "NO", "bad");
    m_master->task("a", web, "START", "RUNNING", "NO", "removed");
    m_master->group("bad", cart, "ACTIVE", Json::array());
    m_master->server().always("/deployment-group/bad", ScriptedMaster::broken());
    m_rig->start(m_master->url());
    QTRY_VERIFY(m_rig->whole());
    const auto owners = [this] {
        QStringList out;
        for (const PodView pod : m_rig->now().pods()) {
            out << QString::fromStdString(std::string(pod.workloadName()));
        }
        out.sort();
        return out;
    };
    const QString jobs[] = {QString::fromStdString(cart), QString::fromStdString(web)};
    QCOMPARE(owners(), (QStringList{jobs[0], jobs[1]}));
    QVERIFY(m_rig->workload("job/" + web)->controller.uid.empty());
    m_master->group("bad", cart, "ACTIVE", Json::array()); // it can be read now
    QTRY_COMPARE(owners(), (QStringList{QStringLiteral("bad"), jobs[1]}));
    QTRY_COMPARE(m_rig->workload("group/bad")->ready, Count(1));
}

void TestHeliosFailures::everyHostFails()
{
    m_wanted.clear();
    hosts(40);
    for (int i = 0; i < 40; ++i) {
        m_master->poison("h" + std::to_string(100 + i));
    }
    m_rig->start(m_master->url());
    QTRY_VERIFY(m_rig->status().error);
    QCOMPARE(m_rig->status().error->message, std::string("the master fails on every host"));
    QVERIFY(m_rig->status().connection != Connection::Live);
}

/// More of them than make a master hopeless, and the first ones of the list.
void TestHeliosFailures::manyPoisonedHosts()
{
    m_wanted.clear();
    hosts(18);
    for (int i = 0; i < 14; ++i) {
        const QString name = QStringLiteral("h%1").arg(100 + i);
        m_master->poison(name.toStdString());
        m_wanted.replace(i, name + QStringLiteral(":Unreadable"));
    }
    auto options = FeedRig::quick();
    options.chunkFirst = 18;
    m_rig->start(m_master->url(), options);
    QTRY_VERIFY(m_rig->whole());
    QCOMPARE(m_rig->hosts(), m_wanted);
    const auto rounds = m_rig->rounds();
    QTRY_VERIFY(m_rig->rounds() >= rounds + 2);
    QVERIFY(m_rig->whole() && !m_rig->status().error); // knowing them is no reason to give the master up either
    QCOMPARE(m_rig->hosts(), m_wanted);
}

void TestHeliosFailures::refusedByAProxy_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<int>("code");
    QTest::addColumn<QString>("says");
    QTest::newRow("login") << 401 << int(ErrorCode::Unauthorized) << QStringLiteral("token");
    QTest::newRow("forbidden") << 403 << int(ErrorCode::Forbidden) << QStringLiteral("proxy");
    QTest::newRow("other place") << 404 << int(ErrorCode::NotFound) << QStringLiteral("prefix");
    QTest::newRow("too many") << 429 << int(ErrorCode::TooManyRequests) << QStringLiteral("proxy");
    QTest::newRow("too old") << 426 << int(ErrorCode::Server) << QStringLiteral("426");
    QTest::newRow("page") << 200 << int(ErrorCode::Decode) << QStringLiteral("Helios master");
}

void TestHeliosFailures::refusedByAProxy()
{
    QFETCH(int, status);
    QFETCH(QString, says);
    m_master->server().always("/hosts", {status, "<html>no</html>", End::Clean, "text/html", {}, {}});
    m_rig->start(m_master->url());
    QTRY_COMPARE(m_rig->status().connection, Connection::Failed);
    QTEST(int(m_rig->status().error->code), "code");
    const std::string words = m_rig->status().error->text();
    QVERIFY2(QString::fromStdString(words).contains(says), words.c_str());
    QVERIFY(words.find('<') == std::string::npos);
}

void TestHeliosFailures::askedToWait_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("retryAfter");
    QTest::newRow("too many") << "/hosts" << 429 << "3000";
    QTest::newRow("in the middle of a round") << "POST /hosts/statuses" << 429 << "3000";
    QTest::newRow("a date, longer than is ever waited") << "/hosts" << 429 << "Fri, 01 Jan 2999 00:00:00 GMT";
    QTest::newRow("down for maintenance") << "/jobs" << 503 << "3000";
}

void TestHeliosFailures::askedToWait()
{
    QFETCH(QString, path);
    QFETCH(int, status);
    QFETCH(QString, retryAfter);
    m_master->host("a");
    m_rig->start(m_master->url());
    QTRY_VERIFY(m_rig->whole());
    m_master->server().then(
        path.toStdString(), {status, "later", End::Clean, "text/plain", retryAfter.toStdString(), {}});
    QTRY_COMPARE(m_rig->status().connection, Connection::Stale);
    const ClusterStatus now = m_rig->status();
    const auto whole = retryAfter == QLatin1String("3000") ? 3000s : 3600s;
    QCOMPARE(now.pace, std::chrono::milliseconds(whole) / 50); // the rig's time is that much faster
    QCOMPARE(now.throttled, std::uint64_t(status == 429));
    QVERIFY(now.of(ResourceKind::Nodes).nextTry.value_or(kNoTime) > now.heard);
    QCOMPARE(m_rig->hosts(), (QStringList{"a:UP"})); // the last picture stands
    m_rig->feed().retry(); // who watches need not wait
    QTRY_COMPARE(m_rig->status().connection, Connection::Live);
}

/// Of two masters one wants to be left alone: the other is asked, and it alone, also when it fails in its turn.
void TestHeliosFailures::restingMasterIsPassedOver()
{
    ScriptedMaster second;
    second.host("b");
    m_master->server().always("/hosts", {429, "later", End::Clean, "text/plain", "3000", {}});
    m_rig->start(m_master->url() + "," + second.url());
    QTRY_VERIFY(m_rig->whole());
    QCOMPARE(m_rig->status().server, second.url());
    second.server().always("/hosts", {502, "<html>no upstream</html>", End::Clean, "text/html", {}, {}});
    const auto asked = second.server().count("/hosts");
    QTRY_VERIFY(second.server().count("/hosts") >= asked + 3);
    QCOMPARE(m_rig->status().server, second.url());
    QVERIFY(m_rig->status().pace < 1s); // nor does it wait for the first
    QCOMPARE(m_master->server().count("/hosts"), 1U);
    m_rig->end();
}

void TestHeliosFailures::slowMasterIsSpared()
{
    m_master->host("a");
    m_rig->start(m_master->url());
    QTRY_VERIFY(m_rig->whole());
    auto late = ScriptedMaster::say(Json::object());
    late.end = End::Hold;
    const auto asked = m_master->server().count("/jobs");
    m_master->server().then("/jobs", late);
    QTRY_VERIFY(m_master->server().count("/jobs") > asked);
    QTest::qWait(300); // so long it takes
    m_master->server().release(End::Clean);
    QTRY_VERIFY(m_rig->status().round >= 200ms);
    QVERIFY(m_rig->status().pace >= 2 * m_rig->status().round);
    QTRY_VERIFY(m_rig->status().pace < 200ms); // and goes back when it is quick again
}

void TestHeliosFailures::slowChunksShrink()
{
    m_wanted.clear();
    hosts(40);
    auto options = FeedRig::quick();
    options.chunkFirst = 40;
    options.chunkAim = 0ms; // nothing is quick enough
    m_rig->start(m_master->url(), options);
    QTRY_VERIFY(m_rig->whole());
    QTRY_VERIFY(!m_master->chunks().empty() && m_master->chunks().back().size() <= 2);
    QCOMPARE(m_master->chunks().front().size(), 40U);
    QCOMPARE(m_rig->hosts(), m_wanted);
}

QTEST_GUILESS_MAIN(TestHeliosFailures)
#include "tst_heliosfailures.moc"
