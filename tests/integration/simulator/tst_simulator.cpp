// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulator/simulator.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <httplib.h>
#include <nlohmann/json.hpp>
#include <set>

using namespace sextant::simulator;
using Json = nlohmann::json;

namespace {

const std::vector<std::string> kPaths{"/api/v1/nodes", "/api/v1/pods", "/api/v1/namespaces", "/api/v1/events",
    "/apis/apps/v1/deployments", "/apis/apps/v1/replicasets", "/apis/apps/v1/statefulsets", "/apis/apps/v1/daemonsets",
    "/apis/batch/v1/jobs", "/apis/batch/v1/cronjobs", "/apis/metrics.k8s.io/v1beta1/nodes",
    "/apis/metrics.k8s.io/v1beta1/pods"};

Options small(std::uint64_t seed = 7)
{
    Options out;
    out.seed = seed;
    out.warmUp = std::chrono::seconds(300);
    out.startAt = sextant::Time(std::chrono::seconds(1'790'000'000));
    out.clusters.push_back({});
    out.clusters[0].nodes = 12;
    out.clusters[0].pods = 150;
    out.clusters[0].namespaces = 6;
    return out;
}

std::string answer(const Simulator &simulator, const std::string &path, const std::string &accept = "application/json")
{
    const auto url = simulator.endpoints().at(0).url;
    httplib::Client client(url);
    client.set_read_timeout(30);
    const auto got = client.Get(path, httplib::Headers{{"Accept", accept}});
    return got && got->status == 200 ? got->body : std::string();
}

Json items(const Simulator &simulator, const std::string &path)
{
    auto json = Json::parse(answer(simulator, path), nullptr, false);
    return json.is_object() ? json["items"] : Json();
}

/// A Deployment that runs at least one pod.
std::pair<std::string, std::string> someDeployment(const Simulator &simulator)
{
    for (const auto &one : items(simulator, "/apis/apps/v1/deployments")) {
        if (one["spec"].value("replicas", 1) > 0 && one["status"].value("readyReplicas", 0) > 0) {
            return {one["metadata"]["namespace"], one["metadata"]["name"]};
        }
    }
    return {};
}

} // namespace

class TestSimulator : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void sameSeedSameBytes()
    {
        Simulator one(small());
        Simulator two(small());
        Simulator other(small(8));
        for (auto *simulator : {&one, &two, &other}) {
            simulator->pause(true);
            QVERIFY(simulator->start());
            simulator->step(45);
        }
        for (const auto &path : kPaths) {
            for (const auto *accept : {"application/json", "application/vnd.kubernetes.protobuf, application/json"}) {
                const auto first = answer(one, path, accept);
                QVERIFY2(!first.empty(), path.c_str());
                QVERIFY2(first == answer(two, path, accept), path.c_str());
            }
        }
        QVERIFY(answer(one, "/api/v1/pods") != answer(other, "/api/v1/pods"));
    }

    void truthIsWhatIsServed()
    {
        Simulator simulator(small());
        simulator.pause(true);
        QVERIFY(simulator.start());
        simulator.step(60);
        const auto truth = simulator.truth(0);
        const auto pods = items(simulator, "/api/v1/pods");
        const auto nodes = items(simulator, "/api/v1/nodes");
        QCOMPARE(pods.size(), truth.pods.size());
        QCOMPARE(nodes.size(), truth.nodes.size());
        std::map<std::string, const TruthPod *> byUid;
        for (const auto &pod : truth.pods) {
            byUid[pod.uid] = &pod;
        }
        for (const auto &pod : pods) {
            const auto it = byUid.find(pod["metadata"]["uid"].get<std::string>());
            QVERIFY(it != byUid.end());
            QCOMPARE(
                std::to_string(it->second->resourceVersion), pod["metadata"]["resourceVersion"].get<std::string>());
            QCOMPARE(it->second->node, pod["spec"].value("nodeName", std::string()));
            QCOMPARE(it->second->name, pod["metadata"]["name"].get<std::string>());
        }
    }

    void livesByItselfAndStandsStill()
    {
        auto options = small();
        Simulator simulator(options);
        QVERIFY(simulator.start());
        const auto begin = simulator.store(0).version();
        QTRY_VERIFY_WITH_TIMEOUT(simulator.store(0).version() > begin, 30'000);
        simulator.pause(true);
        const auto stopped = simulator.store(0).version();
        simulator.step(0);
        QCOMPARE(simulator.store(0).version(), stopped);
        simulator.step(30);
        QVERIFY(simulator.store(0).version() > stopped);
    }

    void scaleAndRollOut()
    {
        auto options = small();
        options.clusters[0].churn = 0;
        Simulator simulator(options);
        simulator.pause(true);
        QVERIFY(simulator.start());
        const auto [ns, name] = someDeployment(simulator);
        QVERIFY(!name.empty());
        const auto path = "/apis/apps/v1/namespaces/" + ns + "/deployments/" + name;
        const auto replicas = Json::parse(answer(simulator, path))["spec"].value("replicas", 1);
        const auto pods = simulator.truth(0).pods.size();
        QVERIFY(simulator.scale(0, ns, name, replicas + 3));
        simulator.step(5);
        QCOMPARE(simulator.truth(0).pods.size(), pods + 3);
        QCOMPARE(Json::parse(answer(simulator, path))["spec"]["replicas"].get<int>(), replicas + 3);
        const auto sets = items(simulator, "/apis/apps/v1/replicasets").size();
        QVERIFY(simulator.rollOut(0, ns, name));
        simulator.step(5);
        QCOMPARE(items(simulator, "/apis/apps/v1/replicasets").size(), sets + 1);
        QVERIFY(!simulator.scale(0, ns, "nobody", 3));
        QVERIFY(!simulator.scale(5, ns, name, 3));
    }

    void nodesFailAndGo()
    {
        Simulator simulator(small());
        simulator.pause(true);
        QVERIFY(simulator.start());
        const auto nodes = simulator.truth(0).nodes;
        QVERIFY(simulator.deleteNode(0, nodes[0].name));
        QVERIFY(simulator.failNode(0, nodes[1].name));
        simulator.step(120);
        const auto after = simulator.truth(0).nodes;
        QVERIFY(std::none_of(after.begin(), after.end(), [&](const auto &node) { return node.uid == nodes[0].uid; }));
        const auto failed =
            std::find_if(after.begin(), after.end(), [&](const auto &node) { return node.uid == nodes[1].uid; });
        QVERIFY(failed != after.end());
        QVERIFY2(failed->status.starts_with("NotReady"), failed->status.c_str());
        QVERIFY(!simulator.failNode(0, "nobody"));
    }

    void restartForgets_data()
    {
        QTest::addColumn<bool>("keep");
        QTest::newRow("with its history") << true;
        QTest::newRow("without") << false;
    }
    void restartForgets()
    {
        QFETCH(bool, keep);
        Simulator simulator(small());
        simulator.pause(true);
        QVERIFY(simulator.start());
        simulator.step(10);
        const auto url = simulator.endpoints()[0].url;
        const auto version = std::to_string(simulator.store(0).version());
        simulator.step(10);
        simulator.restartServer(0, keep);
        QCOMPARE(simulator.endpoints()[0].url, url);
        const auto watched = answer(simulator, "/api/v1/pods?watch=1&timeoutSeconds=1&resourceVersion=" + version);
        QCOMPARE(watched.find("\"type\":\"ERROR\"") == std::string::npos, keep);
    }

    void historyIsFilled()
    {
        const auto options = small();
        Simulator simulator(options);
        QVERIFY(simulator.start());
        const auto history = simulator.history(0);
        std::set<sextant::Time> moments;
        for (const auto &sample : history) {
            if (sample.ns.empty() && sample.pool.empty()) {
                moments.insert(sample.at);
                QVERIFY(sample.cpuAllocatable > 0 && sample.cpuRequested > 0 && sample.memoryRequested > 0
                    && sample.pods > 0);
            }
        }
        QCOMPARE(moments.size(), std::size_t(30)); // 300 s, one each 10 s
        QVERIFY(*moments.rbegin() == options.startAt);
        QVERIFY(std::any_of(history.begin(), history.end(), [](const auto &sample) { return !sample.ns.empty(); }));
        QVERIFY(std::any_of(history.begin(), history.end(), [](const auto &sample) { return !sample.pool.empty(); }));
    }

    void kubeconfig()
    {
        auto options = small();
        options.tls = true;
        Simulator simulator(options);
        QVERIFY(simulator.start());
        const auto end = simulator.endpoints()[0];
        QVERIFY(end.url.starts_with("https://localhost:"));
        QVERIFY(end.caPem.starts_with("-----BEGIN CERTIFICATE-----"));
        QTemporaryDir folder;
        const auto file = folder.filePath("kubeconfig");
        QVERIFY(simulator.writeKubeconfig(file.toStdString()));
        QCOMPARE(
            QFile::permissions(file) & (QFile::ReadGroup | QFile::ReadOther | QFile::WriteGroup | QFile::WriteOther),
            QFile::Permissions());
        QFile in(file);
        QVERIFY(in.open(QIODevice::ReadOnly));
        const auto text = in.readAll();
        for (const auto *expected :
            {"current-context: \"sim-1\"", "- name: \"sim-1-viewer\"", "- name: \"sim-1-team-a\"", "namespace: team-a",
                "certificate-authority-data: LS0tLS1CRUdJTi", "token: viewer-token"}) {
            QVERIFY2(text.contains(expected), expected);
        }
        QVERIFY(!simulator.writeKubeconfig("/nowhere/at/all"));
    }

    void tlsRoles()
    {
        auto options = small();
        options.tls = true;
        Simulator simulator(options);
        QVERIFY(simulator.start());
        const auto end = simulator.endpoints()[0];
        const auto port = std::stoi(end.url.substr(end.url.rfind(':') + 1));
        const auto status = [&](const std::string &path, const std::string &token) {
            httplib::SSLClient client("localhost", port);
            client.enable_server_certificate_verification(false);
            const auto got = client.Get(path, httplib::Headers{{"Authorization", "Bearer " + token}});
            return got ? got->status : -1;
        };
        QCOMPARE(status("/api/v1/nodes", end.token), 200);
        QCOMPARE(status("/api/v1/nodes", "viewer-token"), 403);
        QCOMPARE(status("/api/v1/pods", "viewer-token"), 200);
        QCOMPARE(status("/api/v1/pods", "team-a-token"), 403);
        QCOMPARE(status("/api/v1/namespaces/team-a/pods", "team-a-token"), 200);
        QCOMPARE(status("/api/v1/pods", "rubbish"), 401);
    }

    void portsInARow()
    {
        auto options = small();
        options.clusters.push_back(options.clusters[0]);
        options.clusters[1].name = "sim-2";
        Simulator any(options);
        QVERIFY(any.start());
        const auto url = any.endpoints()[0].url;
        options.port = std::stoi(url.substr(url.rfind(':') + 1));
        Simulator taken(options);
        const auto started = taken.start();
        QVERIFY(!started);
        QVERIFY(started.error().code == sextant::ErrorCode::Io);
    }

    void nobodysCluster()
    {
        Simulator simulator(small());
        QVERIFY(simulator.start());
        simulator.faults(9).down = true;
        simulator.restartServer(9, true);
        QVERIFY(simulator.truth(9).pods.empty());
        QVERIFY(simulator.history(9).empty());
        QVERIFY(simulator.requestLog(9).empty());
        QCOMPARE(simulator.requests(9), 0U);
        QVERIFY(!answer(simulator, "/api/v1/nodes").empty());
        QCOMPARE(simulator.requestLog(0), std::vector<std::string>{"GET /api/v1/nodes"});
    }

    void demo()
    {
        const auto options = demoOptions();
        QCOMPARE(options.clusters.size(), std::size_t(3));
        int nodes = 0;
        int pods = 0;
        for (const auto &cluster : options.clusters) {
            nodes += cluster.nodes;
            pods += cluster.pods;
        }
        QCOMPARE(nodes, 600);
        QCOMPARE(pods, 6919);
        QVERIFY(!options.tls);
    }
};

QTEST_GUILESS_MAIN(TestSimulator)
#include "tst_simulator.moc"
