// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulator/objects_workload.h"
#include "core/simulator/world.h"

#include <QTest>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

using namespace sextant;
using namespace sextant::simulator;
using Json = nlohmann::json;
using std::chrono::seconds;

namespace {

const Time kStart{seconds(1'900'000'000)};

struct Fleet {
    Store store;
    World world;

    explicit Fleet(ClusterOptions options, std::uint64_t seed = 1, std::size_t logLength = 20000)
        : store(kFirstVersion, logLength)
        , world(options, seed, 120, store)
    {
        world.populate(kStart);
    }
    void live(int steps) { world.step(world.now() + seconds(steps)); }
    std::vector<Json> all(Resource resource) const
    {
        std::vector<Json> out;
        std::uint64_t version = 0;
        for (const auto &object : store.list(resource, version)) {
            std::string text;
            object->writeJson(text);
            out.push_back(Json::parse(text));
        }
        return out;
    }
    Json get(Resource resource, const std::string &ns, const std::string &name) const
    {
        const auto object = store.get(resource, ns, name);
        std::string text;
        if (object) {
            object->writeJson(text);
        }
        return text.empty() ? Json() : Json::parse(text);
    }
    /// A Deployment that runs undisturbed with so many replicas or more.
    std::pair<std::string, std::string> healthyDeployment(int least) const
    {
        for (const auto &d : all(Resource::Deployments)) {
            if (d["spec"].value("replicas", 0) >= least
                && d["status"].value("readyReplicas", 0) == d["spec"]["replicas"]
                && d["status"].value("updatedReplicas", 0) == d["spec"]["replicas"]
                && d["metadata"]["namespace"] != "kube-system") {
                return {d["metadata"]["namespace"], d["metadata"]["name"]};
            }
        }
        return {};
    }
};

ClusterOptions options(int nodes, int pods, double churn)
{
    ClusterOptions o;
    o.nodes = nodes;
    o.pods = pods;
    o.churn = churn;
    return o;
}

bool conditionTrue(const Json &object, const char *type)
{
    for (const auto &condition : object["status"].value("conditions", Json::array())) {
        if (condition["type"] == type) {
            return condition["status"] == "True";
        }
    }
    return false;
}

// The reader of this test alone: "250m", "4", "512Mi".
std::int64_t millis(const std::string &text) { return text.back() == 'm' ? std::stoll(text) : std::stoll(text) * 1000; }
std::int64_t bytes(const std::string &text)
{
    static const std::map<char, int> shifts{{'K', 10}, {'M', 20}, {'G', 30}, {'T', 40}};
    const auto at = text.size() > 2 && text.back() == 'i' ? shifts.find(text[text.size() - 2]) : shifts.end();
    return at == shifts.end() ? std::stoll(text) : std::stoll(text) << at->second;
}

void noFutureTimes(const Json &value, Time now, const std::string &where, QStringList &found)
{
    if (value.is_object() || value.is_array()) {
        for (const auto &[key, part] : value.items()) {
            if (key != "deletionTimestamp") {
                noFutureTimes(part, now, where + '.' + key, found);
            }
        }
    } else if (value.is_string()) {
        const auto &text = value.get_ref<const std::string &>();
        if (text.size() == 20 && text[4] == '-' && text[10] == 'T' && text.back() == 'Z' && text > timeText(now)) {
            found << QString::fromStdString(where + ' ' + text);
        }
    }
}

QStringList brokenRules(const Fleet &fleet)
{
    QStringList broken;
    const auto complain = [&](const std::string &what) { broken << QString::fromStdString(what); };
    const auto nodes = fleet.all(Resource::Nodes);
    const auto pods = fleet.all(Resource::Pods);
    const auto truth = fleet.world.truth();

    std::map<std::string, Json> nodeByName;
    for (const auto &node : nodes) {
        nodeByName[node["metadata"]["name"]] = node;
    }
    std::map<std::string, std::pair<int, int>> byOwner; // uid: active, ready
    std::map<std::string, int> counted;
    std::map<std::string, std::int64_t> cpu, memory;
    std::map<std::string, const TruthPod *> truthByUid;
    for (const auto &pod : truth.pods) {
        truthByUid[pod.uid] = &pod;
    }
    std::set<std::string> addresses;
    for (const auto &pod : pods) {
        const std::string name = pod["metadata"]["name"];
        const auto node = pod["spec"].value("nodeName", std::string());
        const auto phase = pod["status"].value("phase", std::string());
        const bool finished = phase == "Succeeded" || phase == "Failed";
        if (!node.empty() && nodeByName.count(node) == 0) {
            complain(name + " is on a node that is not there: " + node);
        }
        const auto it = truthByUid.find(pod["metadata"]["uid"]);
        if (it == truthByUid.end() || it->second->node != node) {
            complain(name + " is not as the truth has it");
            continue;
        }
        if (!node.empty() && !finished) {
            ++counted[node];
            cpu[node] += it->second->cpuRequestedMillicores;
            memory[node] += it->second->memoryRequestedBytes;
        }
        if (pod["metadata"].contains("ownerReferences") && !finished
            && !pod["metadata"].contains("deletionTimestamp")) {
            auto &counts = byOwner[pod["metadata"]["ownerReferences"][0]["uid"]];
            ++counts.first;
            counts.second += conditionTrue(pod, "Ready") ? 1 : 0;
        }
        const auto ip = pod["status"].value("podIP", std::string());
        if (!ip.empty() && !pod["spec"].value("hostNetwork", false) && !addresses.insert(ip).second) {
            complain(name + " shares its address " + ip);
        }
    }
    if (pods.size() != truth.pods.size() || nodes.size() != truth.nodes.size()) {
        complain("the truth has other counts than the store");
    }
    for (const auto &node : truth.nodes) {
        const auto &allocatable = nodeByName[node.name]["status"]["allocatable"];
        if (node.cpuRequestedMillicores > millis(allocatable["cpu"])
            || node.memoryRequestedBytes > bytes(allocatable["memory"])
            || node.pods > std::stoi(allocatable["pods"].get<std::string>())) {
            complain(node.name + " is over-allocated");
        }
        if (node.pods != counted[node.name] || node.cpuRequestedMillicores != cpu[node.name]
            || node.memoryRequestedBytes != memory[node.name]) {
            complain(node.name + " is not the sum of its pods");
        }
    }
    std::map<std::string, std::pair<int, int>> byDeployment;
    for (const auto &set : fleet.all(Resource::ReplicaSets)) {
        const auto counts = byOwner[set["metadata"]["uid"]];
        if (set["status"]["replicas"] != counts.first || set["status"].value("readyReplicas", 0) != counts.second
            || set["spec"]["replicas"] != counts.first) {
            complain(set["metadata"]["name"].get<std::string>() + " does not count its pods: " + set["status"].dump()
                + " against " + std::to_string(counts.first) + '/' + std::to_string(counts.second));
        }
        auto &sum = byDeployment[set["metadata"]["ownerReferences"][0]["uid"]];
        sum.first += counts.first;
        sum.second += counts.second;
    }
    for (const auto &deployment : fleet.all(Resource::Deployments)) {
        const auto counts = byDeployment[deployment["metadata"]["uid"]];
        const auto &status = deployment["status"];
        if (status.value("replicas", 0) != counts.first || status.value("readyReplicas", 0) != counts.second
            || status.value("observedGeneration", 0) != deployment["metadata"].value("generation", 0)) {
            complain(deployment["metadata"]["name"].get<std::string>() + " does not count its pods");
        }
    }
    for (const auto &set : fleet.all(Resource::StatefulSets)) {
        const auto counts = byOwner[set["metadata"]["uid"]];
        if (set["status"]["replicas"] != counts.first || set["status"].value("readyReplicas", 0) != counts.second) {
            complain(set["metadata"]["name"].get<std::string>() + " does not count its pods");
        }
    }
    for (const auto &set : fleet.all(Resource::DaemonSets)) {
        if (set["status"]["desiredNumberScheduled"] != int(nodes.size())
            || set["status"]["numberReady"] != byOwner[set["metadata"]["uid"]].second) {
            complain(set["metadata"]["name"].get<std::string>() + " does not count its pods");
        }
    }
    for (const auto &job : fleet.all(Resource::Jobs)) {
        if (job["status"].value("active", 0) != byOwner[job["metadata"]["uid"]].first) {
            complain(job["metadata"]["name"].get<std::string>() + " does not count its pods");
        }
    }
    for (int r = 0; r < kResources; ++r) {
        for (const auto &object : fleet.all(Resource(r))) {
            noFutureTimes(object, fleet.world.now(), object["metadata"]["name"], broken);
        }
    }
    return broken;
}

bool sameTruth(const Truth &a, const Truth &b)
{
    const auto pod = [](const TruthPod &p) {
        return std::tie(p.ns, p.name, p.uid, p.node, p.status, p.ready, p.resourceVersion, p.restarts,
            p.cpuRequestedMillicores, p.memoryRequestedBytes);
    };
    const auto node = [](const TruthNode &n) {
        return std::tie(n.name, n.uid, n.status, n.resourceVersion, n.pods, n.cpuRequestedMillicores);
    };
    return std::equal(a.pods.begin(), a.pods.end(), b.pods.begin(), b.pods.end(), [&](const auto &x, const auto &y) {
        return pod(x) == pod(y);
    }) && std::equal(a.nodes.begin(), a.nodes.end(), b.nodes.begin(), b.nodes.end(), [&](const auto &x, const auto &y) {
        return node(x) == node(y);
    });
}

} // namespace

class TestSimulatorWorld : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void isWhatWasAskedFor();
    void showsTroubles();
    void followsItsSeed();
    void keepsItsRules_data();
    void keepsItsRules();
    void versionsNeverFall();
    void noNameIsGivenTwice();
    void standsStillWithoutChurn();
    void scales();
    void rollsOutWithoutLosingWhatItNeeds();
    void losesANode();
    void deletesANode();
    void unschedulablePodsSayWhy();
    void usageHoldsForItsWindow();
    void historyIsTheSumOfUsage();
    void refusesWhatIsNotThere();
};

void TestSimulatorWorld::isWhatWasAskedFor()
{
    for (const auto &[nodes, pods] : {std::pair(3, 40), std::pair(50, 1000), std::pair(120, 3000)}) {
        Fleet fleet(options(nodes, pods, 1));
        const auto truth = fleet.world.truth();
        QCOMPARE(int(truth.nodes.size()), nodes);
        QVERIFY2(
            std::abs(int(truth.pods.size()) - pods) <= pods / 10 + 15, qPrintable(QString::number(truth.pods.size())));
        QVERIFY(fleet.store.get(Resource::Namespaces, {}, "team-a"));
        QVERIFY(fleet.store.get(Resource::Namespaces, {}, "kube-system"));
        QVERIFY(std::any_of(truth.pods.begin(), truth.pods.end(), [](const TruthPod &p) { return p.ns == "team-a"; }));
    }
    Fleet fleet(options(120, 3000, 1));
    std::vector<HistorySample> samples;
    fleet.world.sampleHistory(kStart, samples);
    QVERIFY(samples[0].ns.empty() && samples[0].pool.empty());
    const double full = double(samples[0].cpuRequested) / double(samples[0].cpuAllocatable);
    QVERIFY2(full > 0.5 && full < 0.85, qPrintable(QString::number(full)));
    QVERIFY(samples[0].cpuUsed < samples[0].cpuRequested);
}

void TestSimulatorWorld::showsTroubles()
{
    std::set<std::string> seen;
    Fleet fleet(options(120, 3000, 1));
    for (int look = 0; look < 150; ++look) {
        const auto truth = fleet.world.truth();
        for (const auto &pod : truth.pods) {
            seen.insert(pod.status);
        }
        for (const auto &node : truth.nodes) {
            seen.insert(node.status);
        }
        fleet.live(4);
    }
    for (const char *status : {"Running", "Pending", "CrashLoopBackOff", "ImagePullBackOff",
             "CreateContainerConfigError", "Init:0/2", "Init:CrashLoopBackOff", "Evicted", "Terminating", "Completed",
             "ContainerCreating", "Ready", "Ready,SchedulingDisabled", "NotReady"}) {
        QVERIFY2(seen.count(status) == 1, status);
    }
}

void TestSimulatorWorld::followsItsSeed()
{
    Fleet a(options(40, 900, 3)), b(options(40, 900, 3)), other(options(40, 900, 3), 2);
    for (auto *fleet : {&a, &b, &other}) {
        fleet->live(300);
    }
    QVERIFY(sameTruth(a.world.truth(), b.world.truth()));
    QVERIFY(!sameTruth(a.world.truth(), other.world.truth()));
    QCOMPARE(a.store.version(), b.store.version());
    const auto first = a.world.podUsage(a.world.now()), second = b.world.podUsage(b.world.now());
    QCOMPARE(first.size(), second.size());
    for (std::size_t i = 0; i < first.size(); ++i) {
        QCOMPARE(first[i].name, second[i].name);
        QCOMPARE(first[i].containers[0].nanoCores, second[i].containers[0].nanoCores);
    }
}

void TestSimulatorWorld::keepsItsRules_data()
{
    QTest::addColumn<int>("nodes");
    QTest::addColumn<int>("pods");
    QTest::addColumn<double>("churn");
    QTest::addColumn<bool>("old");
    QTest::newRow("calm") << 60 << 1000 << 1.0 << false;
    QTest::newRow("wild") << 40 << 900 << 12.0 << false;
    QTest::newRow("1.20") << 30 << 600 << 5.0 << true;
    QTest::newRow("tiny") << 3 << 40 << 5.0 << false;
}

void TestSimulatorWorld::keepsItsRules()
{
    QFETCH(int, nodes);
    QFETCH(int, pods);
    QFETCH(double, churn);
    QFETCH(bool, old);
    auto o = options(nodes, pods, churn);
    if (old) {
        o.version = "v1.20.2";
    }
    Fleet fleet(o);
    QCOMPARE(brokenRules(fleet).join(QLatin1Char('\n')), QString());
    for (int round = 0; round < 3; ++round) {
        fleet.live(340);
        QCOMPARE(brokenRules(fleet).join(QLatin1Char('\n')), QString());
    }
}

void TestSimulatorWorld::versionsNeverFall()
{
    Fleet fleet(options(40, 900, 3));
    std::uint64_t seen = fleet.store.version();
    int changes = 0;
    for (int step = 0; step < 120; ++step) {
        fleet.live(1);
        std::vector<Entry> out;
        QVERIFY(fleet.store.changesAfter(Resource::Pods, seen, 10000, std::chrono::steady_clock::now(), out));
        for (const auto &entry : out) {
            QVERIFY(entry.object->resourceVersion > seen);
            seen = entry.object->resourceVersion;
            QCOMPARE(entry.change == Change::Added, entry.previous == nullptr);
            if (entry.previous) {
                QCOMPARE(entry.previous->uid, entry.object->uid);
            }
            ++changes;
        }
    }
    QVERIFY(changes > 20);
    QVERIFY(kFirstVersion < 1'000'000'000 && fleet.store.version() > kFirstVersion);
}

// Of 20,000 names with five characters some fourteen are drawn twice.
void TestSimulatorWorld::noNameIsGivenTwice()
{
    Fleet fleet(options(40, 900, 0), 1, 100'000);
    const auto [ns, name] = fleet.healthyDeployment(4);
    const auto before = fleet.store.version();
    const auto stood = fleet.store.count(Resource::Pods);
    const int replicas = fleet.get(Resource::Deployments, ns, name)["spec"]["replicas"];
    QVERIFY(fleet.world.scale(ns, name, 20'000));
    fleet.live(1);
    QCOMPARE(fleet.store.count(Resource::Pods), stood + 20'000 - std::uint64_t(replicas));
    std::vector<Entry> out;
    QVERIFY(fleet.store.changesAfter(Resource::Pods, before, 100'000, std::chrono::steady_clock::now(), out));
    for (const auto &entry : out) {
        QVERIFY2(!entry.previous || entry.previous->uid == entry.object->uid, entry.object->name.c_str());
    }
}

void TestSimulatorWorld::standsStillWithoutChurn()
{
    Fleet fleet(options(40, 900, 0));
    fleet.live(5);
    const auto version = fleet.store.version();
    const auto truth = fleet.world.truth();
    fleet.live(1500);
    QCOMPARE(fleet.store.version(), version);
    QVERIFY(sameTruth(truth, fleet.world.truth()));
}

void TestSimulatorWorld::scales()
{
    Fleet fleet(options(40, 900, 0));
    const auto [ns, name] = fleet.healthyDeployment(4);
    QVERIFY(!name.empty());
    const int before = fleet.get(Resource::Deployments, ns, name)["spec"]["replicas"];
    QVERIFY(fleet.world.scale(ns, name, before + 7));
    fleet.live(1);
    QCOMPARE(fleet.get(Resource::Deployments, ns, name)["status"]["replicas"].get<int>(), before + 7);
    fleet.live(60);
    auto deployment = fleet.get(Resource::Deployments, ns, name);
    QCOMPARE(deployment["status"]["readyReplicas"].get<int>(), before + 7);
    QCOMPARE(deployment["status"]["updatedReplicas"].get<int>(), before + 7);
    QVERIFY(fleet.world.scale(ns, name, 1));
    fleet.live(60);
    deployment = fleet.get(Resource::Deployments, ns, name);
    QCOMPARE(deployment["status"]["readyReplicas"].get<int>(), 1);
    QVERIFY(fleet.world.scale(ns, name, 0));
    fleet.live(60);
    deployment = fleet.get(Resource::Deployments, ns, name);
    QVERIFY(!deployment["status"].contains("readyReplicas"));
    QCOMPARE(deployment["spec"]["replicas"].get<int>(), 0);
    QCOMPARE(brokenRules(fleet).join(QLatin1Char('\n')), QString());
}

void TestSimulatorWorld::rollsOutWithoutLosingWhatItNeeds()
{
    Fleet fleet(options(40, 900, 0));
    const auto [ns, name] = fleet.healthyDeployment(8);
    QVERIFY(!name.empty());
    const auto before = fleet.get(Resource::Deployments, ns, name);
    const int replicas = before["spec"]["replicas"];
    const auto revision =
        std::stoi(before["metadata"]["annotations"]["deployment.kubernetes.io/revision"].get<std::string>());
    QVERIFY(fleet.world.rollOut(ns, name));
    bool mixed = false;
    for (int step = 0; step < 300; ++step) {
        fleet.live(1);
        const auto status = fleet.get(Resource::Deployments, ns, name)["status"];
        QVERIFY(status.value("availableReplicas", 0) >= replicas - replicas / 4);
        QVERIFY(status.value("replicas", 0) <= replicas + (replicas + 3) / 4);
        mixed = mixed || (status.value("updatedReplicas", 0) > 0 && status.value("updatedReplicas", 0) < replicas);
    }
    QVERIFY(mixed);
    const auto after = fleet.get(Resource::Deployments, ns, name);
    QCOMPARE(after["status"]["updatedReplicas"].get<int>(), replicas);
    QCOMPARE(after["status"]["replicas"].get<int>(), replicas);
    QCOMPARE(after["metadata"]["annotations"]["deployment.kubernetes.io/revision"].get<std::string>(),
        std::to_string(revision + 1));
    QVERIFY(after["spec"]["template"]["spec"]["containers"][0]["image"]
        != before["spec"]["template"]["spec"]["containers"][0]["image"]);
    for (const auto &condition : after["status"]["conditions"]) {
        if (condition["type"] == "Progressing") {
            QCOMPARE(condition["reason"].get<std::string>(), std::string("NewReplicaSetAvailable"));
        }
    }
}

void TestSimulatorWorld::losesANode()
{
    Fleet fleet(options(40, 900, 0));
    const auto before = fleet.world.truth();
    const auto lost = std::find_if(before.nodes.begin(), before.nodes.end(), [](const TruthNode &n) {
        return n.status == "Ready" && n.pods > 8 && n.name.find("default") != std::string::npos;
    });
    QVERIFY(lost != before.nodes.end());
    const auto onNode = [&](const char *status) {
        const auto truth = fleet.world.truth();
        return std::count_if(truth.pods.begin(), truth.pods.end(),
            [&](const TruthPod &p) { return p.node == lost->name && (status == nullptr || p.status == status); });
    };
    QVERIFY(fleet.world.failNode(lost->name));
    fleet.live(30);
    QVERIFY(conditionTrue(fleet.get(Resource::Nodes, {}, lost->name), "Ready"));
    fleet.live(15);
    const auto node = fleet.get(Resource::Nodes, {}, lost->name);
    QVERIFY(!conditionTrue(node, "Ready"));
    for (const auto &condition : node["status"]["conditions"]) {
        QCOMPARE(condition["status"].get<std::string>(), std::string("Unknown"));
        QCOMPARE(condition["reason"].get<std::string>(), std::string("NodeStatusUnknown"));
    }
    QCOMPARE(node["spec"]["taints"].size(), std::size_t(2));
    QVERIFY(onNode("Running") > 5); // they keep their phase
    for (const auto &pod : fleet.all(Resource::Pods)) {
        if (pod["spec"].value("nodeName", std::string()) == lost->name) {
            QVERIFY(!conditionTrue(pod, "Ready"));
        }
    }
    fleet.live(120);
    QVERIFY(onNode("Terminating") > 5); // and hang there
    QVERIFY(onNode("Running") > 0); // the daemons stay
    QCOMPARE(brokenRules(fleet).join(QLatin1Char('\n')), QString());
    QVERIFY(fleet.world.truth().pods.size() > before.pods.size()); // replaced elsewhere
}

void TestSimulatorWorld::deletesANode()
{
    Fleet fleet(options(40, 900, 0));
    const auto before = fleet.world.truth();
    const auto name = before.nodes[3].name;
    QVERIFY(fleet.world.deleteNode(name));
    fleet.live(90);
    const auto after = fleet.world.truth();
    QCOMPARE(after.nodes.size(), before.nodes.size() - 1);
    QVERIFY(fleet.store.get(Resource::Nodes, {}, name) == nullptr);
    QVERIFY(std::none_of(after.pods.begin(), after.pods.end(), [&](const TruthPod &p) { return p.node == name; }));
    QCOMPARE(brokenRules(fleet).join(QLatin1Char('\n')), QString());

    // A living cluster gets another machine for it.
    Fleet alive(options(40, 900, 1));
    QVERIFY(alive.world.deleteNode(alive.world.nodeNames().front()));
    alive.live(120);
    QCOMPARE(alive.world.nodeNames().size(), std::size_t(40));
    QCOMPARE(brokenRules(alive).join(QLatin1Char('\n')), QString());
}

void TestSimulatorWorld::unschedulablePodsSayWhy()
{
    Fleet fleet(options(120, 3000, 0));
    int found = 0;
    for (const auto &pod : fleet.all(Resource::Pods)) {
        if (pod["spec"].contains("nodeName")) {
            continue;
        }
        const auto &condition = pod["status"]["conditions"][0];
        QCOMPARE(condition["type"].get<std::string>(), std::string("PodScheduled"));
        QCOMPARE(condition["reason"].get<std::string>(), std::string("Unschedulable"));
        const std::string message = condition["message"];
        QVERIFY2(message.starts_with("0/120 nodes are available: "), message.c_str());
        QVERIFY(message.find("Insufficient nvidia.com/gpu") != std::string::npos);
        // The counts add up to all nodes.
        int sum = 0;
        const auto counts = message.substr(0, message.find(". no new"));
        for (auto at = counts.find(": ") + 2; at < counts.size();) {
            sum += std::stoi(counts.substr(at));
            const auto comma = counts.find(", ", at);
            at = comma == std::string::npos ? counts.size() : comma + 2;
        }
        QCOMPARE(sum, 120);
        ++found;
    }
    QVERIFY(found > 0);
}

void TestSimulatorWorld::usageHoldsForItsWindow()
{
    Fleet fleet(options(40, 900, 0));
    const auto key = [](const std::vector<Usage> &list) {
        std::string out;
        for (const auto &usage : list) {
            out += usage.ns + '/' + usage.name;
            for (const auto &container : usage.containers) {
                out += ' ' + container.name + ' ' + std::to_string(container.nanoCores) + ' '
                    + std::to_string(container.bytes);
            }
        }
        return out;
    };
    const Time window = kStart + seconds(30) - seconds(kStart.time_since_epoch().count() % 15);
    const auto first = fleet.world.podUsage(window);
    QCOMPARE(key(first), key(fleet.world.podUsage(window + seconds(14))));
    QVERIFY(key(first) != key(fleet.world.podUsage(window + seconds(15))));
    QVERIFY(first.size() > 700);
    QVERIFY(std::is_sorted(first.begin(), first.end(),
        [](const Usage &a, const Usage &b) { return std::tie(a.ns, a.name) < std::tie(b.ns, b.name); }));

    // Nodes use more than their pods together; silent ones are absent.
    const auto nodes = fleet.world.nodeUsage(window);
    std::map<std::string, std::int64_t> sums;
    std::map<std::string, std::string> nodeOf;
    const auto truth = fleet.world.truth();
    for (const auto &pod : truth.pods) {
        nodeOf[pod.ns + '/' + pod.name] = pod.node;
    }
    for (const auto &usage : first) {
        for (const auto &container : usage.containers) {
            sums[nodeOf[usage.ns + '/' + usage.name]] += container.nanoCores;
        }
    }
    for (const auto &usage : nodes) {
        QVERIFY(usage.containers.size() == 1 && usage.containers[0].name.empty());
        QVERIFY(usage.containers[0].nanoCores > sums[usage.name]);
    }
    const auto ready = std::count_if(
        truth.nodes.begin(), truth.nodes.end(), [](const TruthNode &n) { return n.status.starts_with("Ready"); });
    QCOMPARE(std::ptrdiff_t(nodes.size()), ready);
    QVERIFY(std::size_t(ready) < truth.nodes.size());

    // What has just begun is not sampled yet.
    const auto [ns, name] = fleet.healthyDeployment(4);
    fleet.live(40);
    const auto before = fleet.world.podUsage(fleet.world.now(), ns).size();
    QVERIFY(fleet.world.scale(ns, name, 12));
    fleet.live(14);
    QCOMPARE(fleet.world.podUsage(fleet.world.now(), ns).size(), before);
    fleet.live(60);
    QVERIFY(fleet.world.podUsage(fleet.world.now(), ns).size() > before);
    for (const auto &usage : fleet.world.podUsage(fleet.world.now(), ns)) {
        QCOMPARE(usage.ns, ns);
    }
}

void TestSimulatorWorld::historyIsTheSumOfUsage()
{
    Fleet fleet(options(60, 1500, 0));
    std::vector<HistorySample> samples;
    fleet.world.sampleHistory(kStart, samples);
    std::int64_t nanos = 0, memory = 0;
    for (const auto &usage : fleet.world.nodeUsage(kStart)) {
        nanos += usage.containers[0].nanoCores;
        memory += usage.containers[0].bytes;
    }
    const auto &cluster = samples.front();
    // Rounded once for each node there, once for each pool here.
    QVERIFY(std::abs(cluster.cpuUsed - nanos / 1'000'000) <= 2);
    QVERIFY(std::abs(cluster.memoryUsed - memory) <= 100);
    std::int64_t requested = 0, limits = 0, pods = 0, allocatable = 0, inNamespaces = 0;
    for (const auto &sample : samples) {
        if (!sample.pool.empty()) {
            requested += sample.cpuRequested;
            limits += sample.memoryLimit;
            pods += sample.pods;
            allocatable += sample.cpuAllocatable;
        } else if (!sample.ns.empty()) {
            inNamespaces += sample.memoryRequested;
            QCOMPARE(sample.cpuAllocatable, cluster.cpuAllocatable);
        }
    }
    QCOMPARE(requested, cluster.cpuRequested);
    QCOMPARE(limits, cluster.memoryLimit);
    QCOMPARE(pods, cluster.pods);
    QCOMPARE(allocatable, cluster.cpuAllocatable);
    QCOMPARE(inNamespaces, cluster.memoryRequested);
    std::int64_t truthCpu = 0;
    for (const auto &node : fleet.world.truth().nodes) {
        truthCpu += node.cpuRequestedMillicores;
    }
    QCOMPARE(truthCpu, cluster.cpuRequested);
}

void TestSimulatorWorld::refusesWhatIsNotThere()
{
    Fleet fleet(options(10, 200, 1));
    QVERIFY(!fleet.world.scale("nowhere", "nothing", 3));
    QVERIFY(!fleet.world.rollOut("nowhere", "nothing"));
    QVERIFY(!fleet.world.failNode("nothing"));
    QVERIFY(!fleet.world.deleteNode("nothing"));
    const auto [ns, name] = fleet.healthyDeployment(1);
    QVERIFY(!fleet.world.scale(ns, name, -1));
    const auto now = fleet.world.now();
    fleet.world.step(now - seconds(5));
    QCOMPARE(fleet.world.now(), now);
}

QTEST_APPLESS_MAIN(TestSimulatorWorld)
#include "tst_simulatorworld.moc"
