// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/helios/heliosfeed.h"
#include "tests/live/heliosanswers.h"
#include "tests/live/livehelios.h"

#include <QElapsedTimer>
#include <QTest>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

using namespace sextant;
using nlohmann::json;

namespace {

constexpr const char *kCluster = "127.0.0.1"; ///< the name of a cluster of masters that are given by URL

/// A group of the hosts of one role, of one zone or of all.
json groupOfEdge(const char *name, const char *zone = nullptr)
{
    json selectors = json::array({{{"label", "role"}, {"operator", "EQUALS"}, {"operand", "role-edge"}}});
    if (zone != nullptr) {
        selectors.push_back({{"label", "zone"}, {"operator", "EQUALS"}, {"operand", zone}});
    }
    return {{"name", name}, {"hostSelectors", selectors}};
}

} // namespace

/// Sextant beside a real Helios master of 200 hosts: what it exports equals what the master answers to another client,
/// and what happens there is seen here.
class TestLiveHelios : public QObject {
    Q_OBJECT

    LiveHelios m_helios{{.masters = 2}};
    FleetStore m_fleet;
    std::shared_ptr<ClusterStore> m_store;
    std::unique_ptr<net::Client> m_client;
    std::unique_ptr<Feed> m_feed; ///< after what it uses

    ClusterSnapshotPtr picture() const { return m_store->current(); }
    std::optional<NodeDraft> host(const std::string &name) const
    {
        const ClusterSnapshotPtr cluster = picture();
        for (const NodeView node : cluster->nodes()) {
            if (node.name() == name) {
                return node.draft();
            }
        }
        return {};
    }
    std::shared_ptr<const RolloutDraft> rollout(const std::string &group) const
    {
        const ClusterSnapshotPtr cluster = picture();
        for (const WorkloadView workload : cluster->workloads()) {
            if (workload.kind() == WorkloadKind::DeploymentGroup && workload.name() == group) {
                return workload.draft().rollout;
            }
        }
        return nullptr;
    }
    json groupStatus(const std::string &group, int master = 1) const
    {
        return m_helios.api(master).get("/deployment-group/" + group + "/status").json();
    }

    /// @return why it failed.
    QString post(const std::string &path, const json &body) const
    {
        const ApiAnswer answer = m_helios.api().create(path, body);
        return answer.ok() ? QString() : QString::fromStdString(path + ": " + answer.text());
    }
    /// Makes a job. @return its id; empty: it could not be made.
    std::string makeJob(const std::string &nameAndVersion) const
    {
        const ApiAnswer answer = m_helios.api().create(
            "/jobs?user=amelia", {{"id", nameAndVersion}, {"image", "registry.example.com/" + nameAndVersion}});
        return answer.ok() ? answer.json().value("id", "") : std::string();
    }
    QString rollOut(const std::string &group, const std::string &job, int parallelism, int timeout) const
    {
        return post("/deployment-group/" + group + "/rolling-update?user=amelia",
            {{"job", job},
                {"rolloutOptions",
                    {{"timeout", timeout}, {"parallelism", parallelism}, {"migrate", false}, {"overlap", false},
                        {"token", ""}}}});
    }

    /// The master's answers before and after the exports are the same: then both clients speak of one moment.
    struct Moment {
        HeliosAnswers master;
        json nodes, pods, workloads;
        std::map<std::string, Output> outputs;
    };
    std::optional<Moment> stillMoment(int tries) const
    {
        for (int i = 0; i < tries; ++i) {
            Moment moment;
            moment.master = askMaster(m_helios.api());
            for (const auto &[kind, rows] :
                {std::pair{"nodes", &moment.nodes}, {"pods", &moment.pods}, {"workloads", &moment.workloads}}) {
                const Output output = runSextant({"export", kind, "--format", "json", "--helios", m_helios.url()});
                *rows = json::parse(output.out.constBegin(), output.out.constEnd(), nullptr, false);
                moment.outputs[kind] = output;
            }
            if (moment.master.problem.empty() && askMaster(m_helios.api()) == moment.master) {
                return moment;
            }
        }
        return {};
    }
    static void verify(const Compared &compared, int atLeast)
    {
        for (const QString &line : compared.differences) {
            qWarning("%s", qPrintable(line));
        }
        qInfo("%d rows compared, %d differences", compared.rows, int(compared.differences.size()));
        QVERIFY2(compared.differences.isEmpty(), qPrintable(compared.differences.value(0)));
        QVERIFY2(compared.rows >= atLeast, qPrintable(QString("only %1 rows").arg(compared.rows)));
    }
    static void compare(const Moment &moment)
    {
        verify(compareRows(expectedNodes(moment.master, kCluster), moment.nodes), 200);
        verify(compareRows(expectedPods(moment.master, kCluster), moment.pods), 2000);
        verify(compareRows(expectedWorkloads(moment.master, kCluster), moment.workloads), 100);
    }

private Q_SLOTS:
    void initTestCase()
    {
        if (const QString problem = LiveHelios::problem(); !problem.isEmpty()) {
            QSKIP(qPrintable(problem));
        }
        QElapsedTimer timer;
        timer.start();
        QCOMPARE(m_helios.start(), QString());
        QCOMPARE(m_helios.fill({"--hosts", "200", "--jobs", "150", "--groups", "12"}), QString());
        QCOMPARE(post("/deployment-group", groupOfEdge("live")), QString());
        QCOMPARE(post("/deployment-group", groupOfEdge("live-broken", "eu-west-a")), QString());
        qInfo("filled after %lld s", timer.elapsed() / 1000);
    }

    /// Every odd host and task of the made-up fleet, none of which moves while nobody plays the agents.
    void asTheMasterAnswers()
    {
        const auto moment = stillMoment(5);
        QVERIFY2(moment, "the fleet did not come to rest");
        std::set<std::string> words;
        for (const json &row : expectedPods(moment->master, kCluster)) {
            words.insert(row["status"].get<std::string>());
        }
        for (const char *word : {"RUNNING", "RUNNING (FLAPPING)", "EXITED", "EXITED (FLAPPING)", "FAILED",
                 "FAILED (IMAGE_MISSING)", "FAILED (IMAGE_PULL_FAILED)", "HEALTHCHECKING", "PULLING_IMAGE", "CREATING",
                 "STARTING", "STOPPING", "STOPPED", "PENDING", "Unknown (last RUNNING)"}) {
            QVERIFY2(words.contains(word), word);
        }
        compare(*moment);
        // One host is known to the master by name only.
        QCOMPARE(moment->master.hosts.size(), moment->master.statuses.size() + 1);
    }

    void agentsTakeOver()
    {
        QCOMPARE(m_helios.startAgents({"--churn", "2", "--fail", "broken:start", "--fail", "flappy:exit"}), QString());
        auto masters = helios::parseMasters(m_helios.urls().toStdString());
        QVERIFY(masters);
        m_store = m_fleet.add();
        m_client = std::make_unique<net::Client>();
        helios::FeedOptions options;
        options.every = std::chrono::milliseconds(500);
        m_feed = helios::makeHeliosFeed(*masters, options, *m_client, m_store);
        m_feed->start();
        QVERIFY(waitUntil([this] { return picture()->status().settled(); }, 60));
        QCOMPARE(picture()->status().connection, Connection::Live);
        QCOMPARE(picture()->status().masters.size(), std::size_t(2));
        QCOMPARE(picture()->nodes().size(), std::size_t(200));
    }

    /// A roll-out started at the master is followed batch by batch to its end.
    void rollingUpdate()
    {
        const std::string job = makeJob("live-test:1");
        QVERIFY(!job.empty());
        const std::size_t hosts = 16, batch = 4;
        QVERIFY(waitUntil([&] { return groupStatus("live")["hostStatuses"].size() == hosts; }, 60));
        QVERIFY(waitUntil([&] { return rollout("live") != nullptr && rollout("live")->hosts.size() == hosts; }, 90));
        QCOMPARE(rollout("live")->status, std::string("IDLE"));
        QCOMPARE(rollout("live")->hostsDown, std::vector<std::string>{"helios-agent-0037.example.net"});
        QCOMPARE(rollOut("live", job, batch, 120), QString());
        // How many hosts have the new job, as it was shown, and whether batches came one after the other.
        std::vector<std::size_t> counts;
        QString gap;
        const bool active = waitUntil(
            [&] {
                const auto shown = rollout("live");
                if (shown == nullptr || shown->job != job) {
                    return false;
                }
                std::set<std::size_t> batches;
                std::size_t updated = 0;
                for (std::size_t i = 0; i < shown->hosts.size(); ++i) {
                    const bool has = shown->hosts[i].job == job;
                    updated += has ? 1 : 0;
                    if (has) {
                        batches.insert(i / batch);
                    }
                }
                if (!batches.empty() && updated < *batches.rbegin() * batch + 1) {
                    gap = QString("%1 hosts updated, among them one of batch %2").arg(updated).arg(*batches.rbegin());
                }
                if (counts.empty() || counts.back() != updated) {
                    counts.push_back(updated);
                }
                return shown->status == "ACTIVE";
            },
            240);
        QString steps;
        for (const std::size_t count : counts) {
            steps += QString(" %1").arg(count);
        }
        qInfo("hosts with the new job as they were shown:%s", qPrintable(steps));
        QVERIFY(active);
        QCOMPARE(gap, QString());
        QVERIFY2(std::is_sorted(counts.begin(), counts.end()) && counts.back() == hosts, qPrintable(steps));
        const auto between =
            std::count_if(counts.begin(), counts.end(), [&](std::size_t n) { return n > 0 && n < hosts; });
        QVERIFY2(between >= 2, qPrintable(steps));
        const json master = groupStatus("live");
        const auto shown = rollout("live");
        QCOMPARE(master.value("status", ""), std::string("ACTIVE"));
        QCOMPARE(shown->error, std::string());
        QCOMPARE(shown->reason, std::string("MANUAL"));
        QCOMPARE(shown->parallelism.value, std::int64_t(batch));
        QCOMPARE(shown->timeoutSeconds.value, std::int64_t(120));
        for (std::size_t i = 0; i < hosts; ++i) {
            QCOMPARE(shown->hosts.at(i).name, master["hostStatuses"][i].value("host", ""));
        }
    }

    void failedUpdate()
    {
        const std::string job = makeJob("broken:1");
        QVERIFY(!job.empty());
        QVERIFY(waitUntil([&] { return groupStatus("live-broken")["hostStatuses"].size() == 5; }, 60));
        QCOMPARE(rollOut("live-broken", job, 1, 8), QString());
        QVERIFY(waitUntil([&] { return groupStatus("live-broken").value("status", "") == "FAILED"; }, 60));
        QVERIFY(waitUntil([&] { return rollout("live-broken") && rollout("live-broken")->status == "FAILED"; }, 15));
        const auto shown = rollout("live-broken");
        const json master = groupStatus("live-broken");
        QCOMPARE(shown->error, master.value("error", ""));
        QVERIFY2(shown->error.find("timed out waiting for job to reach state RUNNING") != std::string::npos,
            shown->error.c_str());
        const std::string culprit = shown->error.substr(0, shown->error.find(": "));
        for (const RolloutDraft::Host &one : shown->hosts) {
            QCOMPARE(one.failed, one.name == culprit);
        }
        for (const WorkloadView workload : picture()->workloads()) {
            if (workload.name() == "live-broken") {
                QCOMPARE(workload.state(), State::Failed);
            }
        }
    }

    /// After all that motion, with every host played: still what the master answers.
    void asTheMasterAnswersAfterMotion()
    {
        std::optional<Moment> moment;
        for (int i = 0; i < 5 && !moment; ++i) {
            m_helios.pauseAgents();
            moment = stillMoment(1);
            m_helios.resumeAgents();
        }
        QVERIFY2(moment, "the fleet did not come to rest");
        compare(*moment);
    }

    void deadHost()
    {
        const std::string name = "helios-agent-0060.example.net";
        const auto status = [&] { return m_helios.api().get("/hosts/" + name + "/status").json().value("status", ""); };
        QCOMPARE(status(), std::string("UP"));
        QVERIFY(waitUntil([&] { return host(name) && host(name)->status == "UP"; }, 15));
        QCOMPARE(m_helios.markDead("agent-0060"), QString());
        QVERIFY(waitUntil([&] { return status() == "DOWN"; }, 60));
        QElapsedTimer timer;
        timer.start();
        QVERIFY(waitUntil([&] { return host(name)->status == "DOWN"; }, 15));
        qInfo("a dead host is shown DOWN %lld ms after the master says so", timer.elapsed());
        int running = 0;
        for (const PodView pod : picture()->pods()) {
            if (pod.node() == name) {
                QVERIFY2(pod.status().starts_with("Unknown (last "), std::string(pod.status()).c_str());
                QVERIFY(!pod.readyKnown());
                QVERIFY(pod.state() != State::Ok);
                running += pod.status() == "Unknown (last RUNNING)" ? 1 : 0;
            }
        }
        QVERIFY(running > 0);
        QVERIFY(host(name)->capacity.memory.known()); // as last known
        QVERIFY(host(name)->reported != kNoTime);
        QCOMPARE(m_helios.markAlive("agent-0060"), QString());
        QVERIFY(waitUntil([&] { return host(name)->status == "UP"; }, 30));
    }

    /// The first of two masters dies: the second is taken within one round, and nobody notices.
    void failOver()
    {
        QCOMPARE(picture()->status().server, m_helios.url(1).toStdString());
        QCOMPARE(m_helios.killMaster(1), QString());
        QElapsedTimer timer;
        timer.start();
        const std::uint32_t rounds = picture()->status().of(ResourceKind::Nodes).lists;
        bool faltered = false;
        QVERIFY(waitUntil(
            [&] {
                faltered = faltered || picture()->status().connection != Connection::Live;
                return picture()->status().server == m_helios.url(2).toStdString();
            },
            60));
        qInfo("the second master answers %lld ms after the first was killed", timer.elapsed());
        // The round that was under way, and the one that went to the second.
        QVERIFY(picture()->status().of(ResourceKind::Nodes).lists <= rounds + 2);
        QVERIFY2(!faltered, "an ordinary fail-over was shown as a trouble");
        QVERIFY(waitUntil([&] { return picture()->status().of(ResourceKind::Nodes).lists > rounds + 3; }, 30));
        QCOMPARE(picture()->nodes().size(), std::size_t(200));
    }

    /// Without ZooKeeper a master hangs for more than a minute and then refuses.
    void zooKeeperAway()
    {
        const std::size_t hosts = picture()->nodes().size(), tasks = picture()->pods().size();
        // How often the master is asked while all is well, requests in ten seconds.
        const std::uint64_t requests = picture()->status().requests;
        QElapsedTimer timer;
        timer.start();
        waitUntil([&] { return timer.elapsed() >= 10'000; }, 11);
        const double usual = static_cast<double>(picture()->status().requests - requests);
        QVERIFY(usual >= 10);
        QCOMPARE(m_helios.stopZooKeeper(), QString());
        timer.restart();
        QVERIFY(waitUntil([&] { return picture()->status().connection == Connection::Stale; }, 120));
        qInfo("stale after %lld s: %s", timer.elapsed() / 1000, picture()->status().error->text().c_str());
        // A bulk read that was under way is given up after 90 s, and only the next question gets the master's answer,
        // some 70 s later.
        QVERIFY(
            waitUntil([&] { return picture()->status().error && picture()->status().error->httpStatus == 500; }, 240));
        const ClusterStatus status = picture()->status();
        qInfo("refused after %lld s: %s", timer.elapsed() / 1000, status.error->text().c_str());
        QCOMPARE(picture()->nodes().size(), hosts);
        QCOMPARE(picture()->pods().size(), tasks);
        QCOMPARE(status.of(ResourceKind::Nodes).sync, Sync::Stale);
        QVERIFY(wallNow() - status.heard >= std::chrono::seconds(30)); // its age is that of the last answer
        QCOMPARE(status.connection, Connection::Stale);
        const double away = static_cast<double>(status.requests - requests) - usual;
        const double spans = static_cast<double>(timer.elapsed()) / 10'000;
        qInfo("%.1f requests in ten seconds, before %.0f", away / spans, usual);
        QVERIFY2(away / spans < usual / 3, "a master without ZooKeeper is asked as often as ever");

        QCOMPARE(m_helios.start(), QString());
        timer.restart();
        QVERIFY(waitUntil([&] { return picture()->status().connection == Connection::Live; }, 200));
        qInfo("live again %lld s after the master was", timer.elapsed() / 1000);
        // The agents come back, and with them every host.
        QVERIFY(waitUntil([&] { return host("helios-agent-0001.example.net")->status == "UP"; }, 120));
        QCOMPARE(picture()->nodes().size(), hosts);
    }

    /// Hosts that the master itself cannot read spoil every bulk answer they are asked for in.
    void poison()
    {
        QCOMPARE(m_helios.fill({"--hosts", "0", "--jobs", "0", "--groups", "0", "--poison"}), QString());
        const ApiAnswer bulk = m_helios.api().create(
            "/hosts/statuses", json::array({"helios-agent-0001.example.net", "helios-poison-hostinfo.example.net"}));
        QCOMPARE(bulk.code, 500L);
        const std::vector<std::string> named = {
            "helios-poison-hostinfo.example.net", "helios-poison-no-status.example.net"};
        const auto unreadable = [&] { return picture()->status().of(ResourceKind::Nodes).unreadable; };
        const auto names = [&](const std::string &name) {
            const auto all = unreadable();
            return std::find(all.begin(), all.end(), name) != all.end();
        };
        QVERIFY(waitUntil([&] { return names(named[0]) && names(named[1]); }, 60));
        QVERIFY(waitUntil([&] { return host("helios-poison-task.example.net").has_value(); }, 30));
        std::set<std::string> shown;
        for (const NodeView node : picture()->nodes()) {
            shown.insert(std::string(node.name()));
        }
        for (const json &name : m_helios.api().get("/hosts").json()) {
            const std::string one = name.get<std::string>();
            QVERIFY2(shown.contains(one) || names(one), one.c_str());
        }
        const Output output = runSextant({"export", "nodes", "--format", "json", "--helios", m_helios.url()});
        QCOMPARE(output.exitCode, 3);
        for (const std::string &name : named) {
            QVERIFY2(output.err.contains(name.c_str()), output.err.constData());
        }
        const json rows = json::parse(output.out.constBegin(), output.out.constEnd(), nullptr, false);
        QVERIFY(rows.size() >= 200);
    }

    void cleanupTestCase()
    {
        m_feed.reset();
        m_helios.stopAgents();
    }
};

QTEST_GUILESS_MAIN(TestLiveHelios)
#include "tst_livehelios.moc"
