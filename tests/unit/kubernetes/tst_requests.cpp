// SPDX-License-Identifier: GPL-3.0-or-later
#include "objects.h"

#include <QTest>

#include <random>

using namespace sextant;
using namespace sextant::kubernetes;
using objects::Json;

namespace {

Json container(const char *name, const char *cpu, const char *limit = "")
{
    Json out = {{"name", name}, {"image", "i"}, {"resources", Json::object()}};
    if (*cpu) {
        out["resources"]["requests"]["cpu"] = cpu;
    }
    if (*limit) {
        out["resources"]["limits"]["cpu"] = limit;
    }
    return out;
}
Json sidecar(const char *name, const char *cpu, const char *limit = "")
{
    Json out = container(name, cpu, limit);
    out["restartPolicy"] = "Always";
    return out;
}
Json pod(Json containers, Json inits = Json::array())
{
    return {{"metadata", {{"name", "p"}, {"namespace", "n"}, {"uid", "u"}}},
        {"spec", {{"containers", std::move(containers)}, {"initContainers", std::move(inits)}}},
        {"status", {{"phase", "Running"}}}};
}
Json resized(const char *name, const char *actuated, const char *allocated, const char *limit = "")
{
    Json out = {
        {"name", name}, {"ready", true}, {"restartCount", 0}, {"resources", {{"requests", {{"cpu", actuated}}}}}};
    if (*allocated) {
        out["allocatedResources"] = {{"cpu", allocated}};
    }
    if (*limit) {
        out["resources"]["limits"] = {{"cpu", limit}};
    }
    return out;
}
PodDraft draftOf(const Json &object)
{
    return std::get<PodDraft>(objects::decodeBoth(ResourceKind::Pods, "Pod", object));
}
const Json kInfeasible = Json::array({{{"type", "PodResizePending"}, {"status", "True"}, {"reason", "Infeasible"}}});
const Json kDeferred = Json::array({{{"type", "PodResizePending"}, {"status", "True"}, {"reason", "Deferred"}}});

} // namespace

class TestRequests : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void vectors();
    void roundedOncePerPod();
    void podLevel();
    void resize();
    void podLevelResize();
    void claims();
    void limits();
    void unlimited();
    void unreadable();
    void againstSimulation();
};

void TestRequests::vectors()
{
    Json object = pod({container("x", "300m"), container("y", "200m")},
        {container("A", "900m"), sidecar("S", "100m"), container("B", "700m")});
    object["spec"]["overhead"] = {{"cpu", "50m"}};
    QCOMPARE(draftOf(object).cpuRequested.value, 950);
    object["spec"]["initContainers"] = {sidecar("S", "100m"), container("A", "900m"), container("B", "700m")};
    QCOMPARE(draftOf(object).cpuRequested.value, 1050);
    object["spec"]["initContainers"] = {container("A", "900m"), container("S", "100m"), container("B", "700m")};
    QCOMPARE(draftOf(object).cpuRequested.value, 950);
    object["spec"]["initContainers"] = {container("A", "900m"), sidecar("S", "100m"), container("B", "700m")};
    object["spec"]["resources"] = {{"requests", {{"cpu", "1200m"}}}};
    QCOMPARE(draftOf(object).cpuRequested.value, 1250);
    QCOMPARE(draftOf(pod({container("x", "")})).cpuRequested.value, 0);
    QCOMPARE(draftOf(pod({container("x", "")})).memoryRequested.value, 0);
}

void TestRequests::roundedOncePerPod()
{
    QCOMPARE(draftOf(pod({container("x", "400u"), container("y", "400u")})).cpuRequested.value, 1);
    QCOMPARE(draftOf(pod({container("x", "1500u"), container("y", "1n")})).cpuRequested.value, 2);
    Json object = pod({container("x", "1")});
    object["spec"]["containers"][0]["resources"]["requests"]["memory"] = "1126400m";
    QCOMPARE(draftOf(object).memoryRequested.value, 1127);
}

void TestRequests::podLevel()
{
    Json object = pod({container("x", "300m", "500m")});
    object["spec"]["resources"] = {{"requests", {{"memory", "1Gi"}}}, {"limits", {{"cpu", "2"}}}};
    object["spec"]["overhead"] = {{"cpu", "10m"}, {"memory", "1Mi"}};
    const auto draft = draftOf(object);
    QCOMPARE(draft.cpuRequested.value, 310); // only memory is replaced
    QCOMPARE(draft.memoryRequested.value, 1074790400);
    QCOMPARE(draft.cpuLimit.value, 2010);
    QVERIFY(!draft.memoryLimit.known());
    QVERIFY(draft.unlimitedCpu.empty()); // the pod's limit stands for all
    QCOMPARE(draft.unlimitedMemory, std::vector<std::string>{"x"});
}

void TestRequests::resize()
{
    Json object = pod({container("x", "500m", "500m")});
    object["status"]["containerStatuses"] = {resized("x", "200m", "300m", "200m")};
    QCOMPARE(draftOf(object).cpuRequested.value, 500); // up: what is wanted
    QCOMPARE(draftOf(object).cpuLimit.value, 500);
    object["status"]["conditions"] = kDeferred;
    QCOMPARE(draftOf(object).cpuRequested.value, 500);
    object["status"]["conditions"] = kInfeasible;
    QCOMPARE(draftOf(object).cpuRequested.value, 300);
    QCOMPARE(draftOf(object).cpuLimit.value, 200);
    object["status"].erase("conditions");
    object["status"]["containerStatuses"] = {resized("x", "900m", "700m", "1")};
    QCOMPARE(draftOf(object).cpuRequested.value, 900); // down: what is still in force
    QCOMPARE(draftOf(object).cpuLimit.value, 1000);
    object["status"]["containerStatuses"] = {{{"name", "x"}, {"ready", true}, {"allocatedResources", {{"cpu", "2"}}}}};
    QCOMPARE(draftOf(object).cpuRequested.value, 500); // without resources the status is not asked
    // sidecars take part, ordinary init containers do not
    object = pod({container("x", "100m")}, {sidecar("s", "100m"), container("o", "150m")});
    object["status"]["initContainerStatuses"] = {resized("s", "400m", ""), resized("o", "5", "")};
    QCOMPARE(draftOf(object).cpuRequested.value, 550); // while o runs: 400 of the sidecar and its own 150
}

void TestRequests::podLevelResize()
{
    Json object = pod({container("x", "100m")});
    object["spec"]["resources"] = {{"requests", {{"cpu", "1"}}}, {"limits", {{"cpu", "2"}}}};
    object["status"]["resources"] = {{"requests", {{"cpu", "3"}}}, {"limits", {{"cpu", "4"}}}};
    object["status"]["allocatedResources"] = {{"cpu", "2500m"}};
    QCOMPARE(draftOf(object).cpuRequested.value, 3000);
    QCOMPARE(draftOf(object).cpuLimit.value, 4000);
    object["spec"]["resources"]["requests"]["cpu"] = "5";
    QCOMPARE(draftOf(object).cpuRequested.value, 5000);
    object["status"]["conditions"] = kInfeasible;
    QCOMPARE(draftOf(object).cpuRequested.value, 3000);
    object["status"].erase("resources");
    QCOMPARE(draftOf(object).cpuRequested.value, 5000);
}

void TestRequests::claims()
{
    Json object = pod({container("x", "100m")}, {container("o", "400m")});
    object["status"]["nodeAllocatableResourceClaimStatuses"] = {
        {{"resourceClaimName", "c"}, {"containers", {"x"}}, {"resources", {{"cpu", "2"}, {"memory", "1Gi"}}}}};
    QCOMPARE(draftOf(object).cpuRequested.value, 2400);
    QCOMPARE(draftOf(object).memoryRequested.value, 1073741824);
    object["spec"]["resources"] = {{"requests", {{"cpu", "3"}}}};
    QCOMPARE(draftOf(object).cpuRequested.value, 3000);
}

void TestRequests::limits()
{
    Json object =
        pod({container("x", "1", "1"), container("y", "1", "2")}, {container("o", "", "5"), sidecar("s", "", "500m")});
    object["spec"]["overhead"] = {{"cpu", "100m"}};
    QCOMPARE(draftOf(object).cpuLimit.value, 5100);
    object["spec"]["initContainers"] = {sidecar("s", "", "500m"), container("o", "", "5")};
    QCOMPARE(draftOf(object).cpuLimit.value, 5600);
    QVERIFY(draftOf(object).unlimitedCpu.empty());
    object = pod({container("x", "1", "0")});
    object["spec"]["overhead"] = {{"cpu", "100m"}};
    QCOMPARE(draftOf(object).cpuLimit.value, 0); // overhead comes only on top of a limit
    object = pod({container("x", "1")});
    object["spec"]["overhead"] = {{"cpu", "100m"}};
    QVERIFY(!draftOf(object).cpuLimit.known());
    QCOMPARE(draftOf(object).cpuRequested.value, 1100);
}

void TestRequests::unlimited()
{
    const auto draft =
        draftOf(pod({container("x", "1", "1"), container("y", "1")}, {container("o", "1"), sidecar("s", "1")}));
    QCOMPARE(draft.cpuLimit.value, 1000);
    QCOMPARE(draft.unlimitedCpu, (std::vector<std::string>{"s", "y"}));
    QCOMPARE(draft.unlimitedMemory, (std::vector<std::string>{"s", "x", "y"}));
}

void TestRequests::unreadable()
{
    const auto draft = draftOf(pod({container("x", "much", "1"), container("y", "1", "2Zi")}));
    QVERIFY(!draft.cpuRequested.known()); // unknown, not what is left of it
    QVERIFY(!draft.cpuLimit.known());
    QCOMPARE(draft.memoryRequested.value, 0);
}

/// The most that ever runs at once, step by step, against the formula.
void TestRequests::againstSimulation()
{
    std::mt19937 random(20310402);
    for (int round = 0; round < 300; ++round) {
        Json containers = Json::array(), inits = Json::array();
        std::int64_t own = 0, sidecars = 0, peak = 0;
        for (int i = int(random() % 4); i >= 0; --i) {
            const auto milli = std::int64_t(random() % 2000);
            own += milli;
            containers.push_back(container("c", (std::to_string(milli) + "m").c_str()));
        }
        for (int i = int(random() % 5); i > 0; --i) {
            const auto milli = std::int64_t(random() % 3000);
            const auto text = std::to_string(milli) + "m";
            if (random() % 2) {
                sidecars += milli;
                inits.push_back(sidecar("s", text.c_str()));
            } else {
                peak = std::max(peak, sidecars + milli);
                inits.push_back(container("o", text.c_str()));
            }
        }
        QCOMPARE(draftOf(pod(containers, inits)).cpuRequested.value, std::max(peak, own + sidecars));
    }
}

QTEST_APPLESS_MAIN(TestRequests)
#include "tst_requests.moc"
