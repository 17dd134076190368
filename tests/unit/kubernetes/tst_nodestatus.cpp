// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "objects.h"

#include <QTest>

using namespace sextant;
using namespace sextant::kubernetes;
using objects::Json;

namespace {

Json condition(const char *type, const char *status)
{
    return {{"type", type}, {"status", status}, {"reason", "r"}, {"message", "m"},
        {"lastTransitionTime", "2031-04-02T09:00:00Z"}};
}
Json node(Json conditions, bool cordoned = false)
{
    return {{"metadata", {{"name", "n-1"}, {"uid", "u"}}}, {"spec", {{"unschedulable", cordoned}}},
        {"status", {{"conditions", std::move(conditions)}}}};
}
NodeDraft draftOf(const Json &object, const DecodeOptions &options = {})
{
    return std::get<NodeDraft>(objects::decodeBoth(ResourceKind::Nodes, "Node", object, options));
}

} // namespace

Q_DECLARE_METATYPE(objects::Json)
Q_DECLARE_METATYPE(sextant::State)

class TestNodeStatus : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void status_data();
    void status();
    void roles();
    void places_data();
    void places();
    void resources();
    void allocatableMissing();
    void fields();
};

void TestNodeStatus::status_data()
{
    QTest::addColumn<Json>("object");
    QTest::addColumn<QString>("text");
    QTest::addColumn<State>("state");
    QTest::addColumn<bool>("silent");
    const auto row = [](const char *name, const Json &object, const char *text, State state, bool silent) {
        QTest::newRow(name) << object << text << state << silent;
    };
    const Json good = {condition("MemoryPressure", "False"), condition("DiskPressure", "False"),
        condition("PIDPressure", "False"), condition("NetworkUnavailable", "False"), condition("Ready", "True")};
    row("ready", node(good), "Ready", State::Ok, false);
    row("cordoned", node(good, true), "Ready,SchedulingDisabled", State::Cordoned, false);
    row("not ready", node({condition("Ready", "False")}), "NotReady", State::Failed, false);
    row("silent", node({condition("Ready", "Unknown"), condition("MemoryPressure", "Unknown")}), "NotReady",
        State::Failed, true);
    row("silent and cordoned", node({condition("Ready", "Unknown")}, true), "NotReady,SchedulingDisabled",
        State::Failed, true);
    row("never reported", node(Json::array()), "Unknown", State::Failed, true);
    row("never reported, cordoned", node(Json::array(), true), "Unknown,SchedulingDisabled", State::Failed, true);
    for (const char *type : {"MemoryPressure", "DiskPressure", "PIDPressure", "NetworkUnavailable"}) {
        row(type, node({condition("Ready", "True"), condition(type, "True")}), "Ready", State::Warning, false);
        QTest::addRow("%s unknown", type) << node({condition(type, "Unknown"), condition("Ready", "True")}, true)
                                          << "Ready,SchedulingDisabled" << State::Warning << false;
    }
    row("a custom condition", node({condition("Ready", "True"), condition("GpuHealthy", "True")}), "Ready", State::Ok,
        false);
}

void TestNodeStatus::status()
{
    QFETCH(Json, object);
    QFETCH(QString, text);
    QFETCH(State, state);
    QFETCH(bool, silent);
    const auto draft = draftOf(object);
    QCOMPARE(QString::fromStdString(draft.status), text);
    QCOMPARE(int(draft.state), int(state));
    QCOMPARE(draft.silent, silent);
    QCOMPARE(draft.cordoned, text.contains(QStringLiteral("SchedulingDisabled")));
}

void TestNodeStatus::roles()
{
    Json object = node(Json::array());
    object["metadata"]["labels"] = {{"node-role.kubernetes.io/worker", ""},
        {"node-role.kubernetes.io/control-plane", "true"}, {"node-role.kubernetes.io/", "x"},
        {"kubernetes.io/role", "edge"}, {"node-role.kubernetes.io/edge", ""}};
    QCOMPARE(draftOf(object).roles, (std::vector<std::string>{"control-plane", "edge", "worker"}));
    object["metadata"]["labels"] = {{"kubernetes.io/role", ""}};
    QVERIFY(draftOf(object).roles.empty());
}

void TestNodeStatus::places_data()
{
    QTest::addColumn<Json>("labels");
    QTest::addColumn<QString>("pool");
    for (const char *label : {"cloud.google.com/gke-nodepool", "eks.amazonaws.com/nodegroup",
             "alpha.eksctl.io/nodegroup-name", "kubernetes.azure.com/agentpool", "agentpool", "karpenter.sh/nodepool",
             "karpenter.sh/provisioner-name", "kops.k8s.io/instancegroup"}) {
        QTest::newRow(label) << Json{{label, "pool-a"}} << "pool-a";
    }
    QTest::newRow("none") << Json{{"pool", "x"}} << "";
    QTest::newRow("first of several") << Json{{"kops.k8s.io/instancegroup", "late"},
        {"eks.amazonaws.com/nodegroup", "early"}}
                                      << "early";
    QTest::newRow("empty is none") << Json{{"agentpool", ""}, {"karpenter.sh/nodepool", "k"}} << "k";
}

void TestNodeStatus::places()
{
    QFETCH(Json, labels);
    QFETCH(QString, pool);
    Json object = node(Json::array());
    object["metadata"]["labels"] = labels;
    QCOMPARE(QString::fromStdString(draftOf(object).pool), pool);
    DecodeOptions options;
    options.poolLabels = {"pool"};
    QCOMPARE(draftOf(object, options).pool, labels.value("pool", ""));
}

void TestNodeStatus::resources()
{
    Json object = node(Json::array());
    object["status"]["capacity"] = {{"cpu", "8"}, {"memory", "32Gi"}, {"pods", "110"}, {"ephemeral-storage", "100G"},
        {"nvidia.com/gpu", "8"}, {"hugepages-2Mi", "0"}};
    object["status"]["allocatable"] = {
        {"cpu", "7910m"}, {"memory", "1126400m"}, {"nvidia.com/gpu", "0"}, {"pods", "many"}};
    const auto draft = draftOf(object);
    QVERIFY(draft.hasAllocatable);
    QCOMPARE(draft.capacity.cpu.value, 8000);
    QCOMPARE(draft.capacity.memory.value, 34359738368);
    QCOMPARE(draft.capacity.pods.value, 110);
    QCOMPARE(draft.capacity.ephemeralStorage.value, 100000000000);
    const std::vector<std::pair<std::string, std::int64_t>> extended = {{"hugepages-2Mi", 0}, {"nvidia.com/gpu", 8}};
    QVERIFY(draft.capacity.extended == extended);
    QCOMPARE(draft.allocatable.cpu.value, 7910);
    QCOMPARE(draft.allocatable.memory.value, 1127);
    QVERIFY(!draft.allocatable.ephemeralStorage.known()); // the key is missing
    QVERIFY(!draft.allocatable.pods.known()); // cannot be read
    QCOMPARE(draft.allocatable.extended[0].second, 0);
}

void TestNodeStatus::allocatableMissing()
{
    Json object = node(Json::array());
    object["status"]["capacity"] = {{"cpu", "8"}, {"memory", "32Gi"}};
    const auto draft = draftOf(object);
    QVERIFY(!draft.hasAllocatable);
    QCOMPARE(draft.allocatable.cpu.value, 8000);
    QVERIFY(!draft.allocatable.pods.known());
    QVERIFY(!draftOf(node(Json::array())).capacity.cpu.known());
}

void TestNodeStatus::fields()
{
    Json object = node({condition("Ready", "True")});
    object["metadata"]["labels"] = {{"topology.kubernetes.io/zone", "z1"},
        {"failure-domain.beta.kubernetes.io/zone", "old"}, {"failure-domain.beta.kubernetes.io/region", "r1"},
        {"beta.kubernetes.io/instance-type", "m5"}, {"owner", "infra"}};
    object["spec"]["taints"] = {
        {{"key", "dedicated"}, {"value", "gpu"}, {"effect", "NoSchedule"}, {"timeAdded", "2031-04-02T09:00:00Z"}},
        {{"key", "k"}, {"effect", "NoExecute"}}};
    object["status"]["addresses"] = {{{"type", "Hostname"}, {"address", "n-1"}},
        {{"type", "InternalIP"}, {"address", "10.0.0.1"}}, {{"type", "InternalIP"}, {"address", "fd00::1"}},
        {{"type", "ExternalIP"}, {"address", "192.0.2.1"}}};
    object["status"]["nodeInfo"] = {{"kubeletVersion", "v1.36.2"}, {"osImage", "Debian 12"}, {"kernelVersion", "6.1"},
        {"containerRuntimeVersion", "containerd://2"}, {"architecture", "arm64"}};
    const auto draft = draftOf(object);
    QCOMPARE(draft.zone + draft.region + draft.instanceType + draft.team, std::string("z1r1m5infra"));
    QCOMPARE(draft.internalIp + " " + draft.externalIp, std::string("10.0.0.1 192.0.2.1"));
    QCOMPARE(draft.version + draft.osImage + draft.kernel + draft.runtime + draft.architecture,
        std::string("v1.36.2Debian 126.1containerd://2arm64"));
    QCOMPARE(draft.taints.size(), std::size_t(2));
    QCOMPARE(
        draft.taints[0].key + draft.taints[0].value + draft.taints[0].effect, std::string("dedicatedgpuNoSchedule"));
    QVERIFY(draft.taints[1].added == kNoTime);
    QCOMPARE(formatTime(draft.conditions[0].since), std::string("2031-04-02T09:00:00Z"));
    QVERIFY(std::is_sorted(draft.labels.begin(), draft.labels.end()));
    const auto ns = std::get<NamespaceDraft>(objects::decodeBoth(ResourceKind::Namespaces, "Namespace",
        {{"metadata", {{"name", "team-a"}, {"labels", {{"team", "a"}}}}}, {"status", {{"phase", "Terminating"}}}}));
    QCOMPARE(ns.name + ns.status + ns.team, std::string("team-aTerminatinga"));
}

QTEST_APPLESS_MAIN(TestNodeStatus)
#include "tst_nodestatus.moc"
