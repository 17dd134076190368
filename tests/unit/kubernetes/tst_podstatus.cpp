// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "core/kubernetes/podstatus.h"
#include "objects.h"

#include <QTest>

using namespace sextant;
using namespace sextant::kubernetes;
using objects::Json;

namespace {

Json status(const char *name, Json state, bool ready = false, int restarts = 0)
{
    return {{"name", name}, {"state", std::move(state)}, {"lastState", Json::object()}, {"ready", ready},
        {"restartCount", restarts}, {"image", "i"}};
}
Json waiting(const char *reason, const char *message = "")
{
    Json inner = Json::object();
    if (*reason) {
        inner["reason"] = reason;
    }
    if (*message) {
        inner["message"] = message;
    }
    return {{"waiting", inner}};
}
Json running() { return {{"running", {{"startedAt", "2031-04-02T09:15:00Z"}}}}; }
Json ended(int code, const char *reason = "", int signal = 0)
{
    Json inner = {{"exitCode", code}};
    if (*reason) {
        inner["reason"] = reason;
    }
    if (signal) {
        inner["signal"] = signal;
    }
    return {{"terminated", inner}};
}
Json last(Json status, const char *finished)
{
    status["lastState"] = {{"terminated", {{"exitCode", 1}, {"reason", "Error"}, {"finishedAt", finished}}}};
    return status;
}
Json started(Json status, bool value = true)
{
    status["started"] = value;
    return status;
}
Json condition(const char *type, const char *value, const char *reason = "", const char *message = "")
{
    return {{"type", type}, {"status", value}, {"reason", reason}, {"message", message}};
}

/// A pod by pieces: containers named a, b, ...; init containers named i0, i1, ..., of which `sidecars` restart always.
struct Make {
    int containers = 1;
    std::string inits; ///< one letter for each: 'o' ordinary, 's' sidecar
    Json podStatus = Json::object();
    bool deleting = false;

    Json operator()() const
    {
        Json pod = {
            {"metadata",
                {{"name", "p"}, {"namespace", "n"}, {"uid", "u"}, {"creationTimestamp", "2031-04-02T09:00:00Z"}}},
            {"spec", {{"containers", Json::array()}}}, {"status", podStatus}};
        for (int i = 0; i < containers; ++i) {
            pod["spec"]["containers"].push_back({{"name", std::string(1, char('a' + i))}, {"image", "i"}});
        }
        for (std::size_t i = 0; i < inits.size(); ++i) {
            Json init = {{"name", "i" + std::to_string(i)}, {"image", "i"}};
            if (inits[i] == 's') {
                init["restartPolicy"] = "Always";
            }
            pod["spec"]["initContainers"].push_back(init);
        }
        if (deleting) {
            pod["metadata"]["deletionTimestamp"] = "2031-04-02T09:30:00Z";
        }
        return pod;
    }
};

} // namespace

Q_DECLARE_METATYPE(objects::Json)
Q_DECLARE_METATYPE(sextant::State)

class TestPodStatus : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void table_data();
    void table();
    void states_data();
    void states();
    void messages_data();
    void messages();
    void lastRestart();
    void readinessGates();
    void containers();
    void fields();
};

void TestPodStatus::table_data()
{
    QTest::addColumn<Json>("pod");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("ready");
    QTest::addColumn<uint>("restarts");
    QTest::addColumn<State>("state");
    const auto row = [](const char *name, const Make &make, const char *text, const char *ready, uint restarts,
                         State state) { QTest::newRow(name) << make() << text << ready << restarts << state; };
    const Json initializedTrue = Json::array({condition("Initialized", "True")});
    const Json isReady = Json::array({condition("Initialized", "True"), condition("Ready", "True")});

    // 1: phase, and reason before it
    row("phase alone", {1, "", {{"phase", "Pending"}}}, "Pending", "0/1", 0, State::Pending);
    row("nothing at all", {1, "", Json::object()}, "", "0/1", 0, State::Unknown);
    row("phase Unknown", {1, "", {{"phase", "Unknown"}}}, "Unknown", "0/1", 0, State::Unknown);
    row("evicted", {1, "", {{"phase", "Failed"}, {"reason", "Evicted"}}}, "Evicted", "0/1", 0, State::Failed);
    row("out of cpu", {1, "", {{"phase", "Failed"}, {"reason", "OutOfcpu"}}}, "OutOfcpu", "0/1", 0, State::Failed);
    row("failed without reason", {1, "", {{"phase", "Failed"}}}, "Failed", "0/1", 0, State::Failed);
    row("succeeded without statuses", {1, "", {{"phase", "Succeeded"}}}, "Succeeded", "0/1", 0, State::Completed);
    row("node lost, not deleted", {1, "", {{"phase", "Running"}, {"reason", "NodeLost"}}}, "NodeLost", "0/1", 0,
        State::Unknown);
    // 2: gates
    row("gated",
        {1, "", {{"phase", "Pending"}, {"conditions", {condition("PodScheduled", "False", "SchedulingGated")}}}},
        "SchedulingGated", "0/1", 0, State::Pending);
    row("unschedulable",
        {1, "", {{"phase", "Pending"}, {"conditions", {condition("PodScheduled", "False", "Unschedulable")}}}},
        "Pending", "0/1", 0, State::Pending);
    // 3: init containers
    row("init runs",
        {1, "oo",
            {{"phase", "Pending"},
                {"initContainerStatuses", {status("i0", running()), status("i1", waiting("PodInitializing"))}}}},
        "Init:0/2", "0/1", 0, State::Pending);
    row("second init waits plainly",
        {1, "oo",
            {{"phase", "Pending"},
                {"initContainerStatuses",
                    {status("i0", ended(0, "Completed"), true, 3),
                        status("i1", waiting("PodInitializing"), false, 1)}}}},
        "Init:1/2", "0/1", 4, State::Pending);
    row("init without a state",
        {1, "o", {{"phase", "Pending"}, {"initContainerStatuses", {status("i0", Json::object())}}}}, "Init:0/1", "0/1",
        0, State::Pending);
    row("init failed with reason",
        {1, "o", {{"phase", "Pending"}, {"initContainerStatuses", {status("i0", ended(2, "Error"), false, 2)}}}},
        "Init:Error", "0/1", 2, State::Failed);
    row("init failed by signal",
        {1, "o", {{"phase", "Pending"}, {"initContainerStatuses", {status("i0", ended(137, "", 9))}}}}, "Init:Signal:9",
        "0/1", 0, State::Failed);
    row("init failed by code", {1, "o", {{"phase", "Pending"}, {"initContainerStatuses", {status("i0", ended(7))}}}},
        "Init:ExitCode:7", "0/1", 0, State::Failed);
    row("init in crash loop",
        {1, "oo",
            {{"phase", "Pending"},
                {"initContainerStatuses",
                    {status("i0", waiting("CrashLoopBackOff"), false, 5),
                        status("i1", waiting("PodInitializing"), false, 9)}}}},
        "Init:CrashLoopBackOff", "0/1", 5, State::Failed);
    row("init image",
        {1, "o", {{"phase", "Pending"}, {"initContainerStatuses", {status("i0", waiting("ImagePullBackOff"))}}}},
        "Init:ImagePullBackOff", "0/1", 0, State::Failed);
    row("sidecar counts among the inits",
        {1, "so",
            {{"phase", "Pending"},
                {"initContainerStatuses", {started(status("i0", running(), true, 2)), status("i1", running())}}}},
        "Init:1/2", "1/2", 2, State::Pending);
    row("sidecar started, not ready",
        {1, "s",
            {{"phase", "Running"}, {"initContainerStatuses", {started(status("i0", running(), false))}},
                {"containerStatuses", {status("a", running(), true)}}}},
        "Running", "1/2", 0, State::Warning);
    row("sidecar not started",
        {1, "s", {{"phase", "Pending"}, {"initContainerStatuses", {started(status("i0", running(), false), false)}}}},
        "Init:0/1", "0/2", 0, State::Pending);
    row("sidecar and container ready",
        {2, "s",
            {{"phase", "Running"}, {"initContainerStatuses", {started(status("i0", running(), true, 1))}},
                {"containerStatuses", {status("a", running(), true, 2), status("b", running(), true, 3)}},
                {"conditions", isReady}}},
        "Running", "3/3", 6, State::Ok);
    row("sidecar crashes after start",
        {1, "s",
            {{"phase", "Running"},
                {"initContainerStatuses", {started(status("i0", waiting("CrashLoopBackOff"), false, 4), false)}},
                {"containerStatuses", {status("a", running(), true, 1)}}, {"conditions", initializedTrue}}},
        "Init:CrashLoopBackOff", "1/2", 5, State::Failed);
    row("sidecar ended in order",
        {1, "s",
            {{"phase", "Succeeded"}, {"initContainerStatuses", {status("i0", ended(0, "Completed"))}},
                {"containerStatuses", {status("a", ended(0, "Completed"))}}}},
        "Completed", "0/2", 0, State::Completed);
    row("restarts of ordinary inits are forgotten",
        {1, "o",
            {{"phase", "Running"}, {"initContainerStatuses", {status("i0", ended(0, "Completed"), true, 8)}},
                {"containerStatuses", {status("a", running(), true, 1)}}}},
        "Running", "1/1", 1, State::Ok);
    // 4: containers
    row("creating", {1, "", {{"phase", "Pending"}, {"containerStatuses", {status("a", waiting("ContainerCreating"))}}}},
        "ContainerCreating", "0/1", 0, State::Pending);
    row("initializing words",
        {1, "o",
            {{"phase", "Pending"}, {"initContainerStatuses", {status("i0", ended(0, "Completed"))}},
                {"containerStatuses", {status("a", waiting("PodInitializing"))}}}},
        "PodInitializing", "0/1", 0, State::Pending);
    row("still initializing, containers not asked",
        {1, "o",
            {{"phase", "Pending"}, {"initContainerStatuses", {status("i0", running())}},
                {"containerStatuses", {status("a", waiting("CreateContainerConfigError"), false, 7)}}}},
        "Init:0/1", "0/1", 0, State::Pending);
    row("init runs again though Initialized",
        {1, "o",
            {{"phase", "Running"}, {"conditions", initializedTrue},
                {"initContainerStatuses", {status("i0", running(), false, 2)}},
                {"containerStatuses", {status("a", waiting("CrashLoopBackOff"), false, 3)}}}},
        "CrashLoopBackOff", "0/1", 3, State::Failed);
    row("init runs again, container runs",
        {1, "o",
            {{"phase", "Running"}, {"conditions", initializedTrue},
                {"initContainerStatuses", {status("i0", running(), false, 2)}},
                {"containerStatuses", {status("a", running(), true, 3)}}}},
        "Init:0/1", "1/1", 3, State::Pending);
    for (const char *reason : {"ErrImagePull", "ImagePullBackOff", "ErrImageNeverPull", "InvalidImageName",
             "ImageInspectError", "RegistryUnavailable", "CreateContainerConfigError", "CreateContainerError",
             "RunContainerError", "CreatePodSandboxError", "PostStartHookError", "CrashLoopBackOff"}) {
        row(reason, {1, "", {{"phase", "Pending"}, {"containerStatuses", {status("a", waiting(reason))}}}}, reason,
            "0/1", 0, State::Failed);
    }
    for (const char *reason :
        {"OOMKilled", "Error", "ContainerCannotRun", "DeadlineExceeded", "StartError", "ContainerStatusUnknown"}) {
        row(reason, {1, "", {{"phase", "Running"}, {"containerStatuses", {status("a", ended(137, reason), false, 1)}}}},
            reason, "0/1", 1, State::Failed);
    }
    row("signal", {1, "", {{"phase", "Running"}, {"containerStatuses", {status("a", ended(139, "", 11))}}}},
        "Signal:11", "0/1", 0, State::Failed);
    row("exit code", {1, "", {{"phase", "Failed"}, {"containerStatuses", {status("a", ended(3))}}}}, "ExitCode:3",
        "0/1", 0, State::Failed);
    row("exit code 0 without reason", {1, "", {{"phase", "Succeeded"}, {"containerStatuses", {status("a", ended(0))}}}},
        "ExitCode:0", "0/1", 0, State::Completed);
    row("running",
        {1, "", {{"phase", "Running"}, {"containerStatuses", {status("a", running(), true)}}, {"conditions", isReady}}},
        "Running", "1/1", 0, State::Ok);
    row("probe fails", {1, "", {{"phase", "Running"}, {"containerStatuses", {status("a", running())}}}}, "Running",
        "0/1", 0, State::Warning);
    row("lost node's pod",
        {1, "",
            {{"phase", "Running"}, {"containerStatuses", {status("a", running(), true)}},
                {"conditions", {condition("Ready", "False")}}}},
        "Running", "1/1", 0, State::Warning);
    row("waiting without reason", {1, "", {{"phase", "Pending"}, {"containerStatuses", {status("a", waiting(""))}}}},
        "Pending", "0/1", 0, State::Pending);
    row("no state is waiting", {1, "", {{"phase", "Pending"}, {"containerStatuses", {status("a", Json::object())}}}},
        "Pending", "0/1", 0, State::Pending);
    row("the first container has the last word",
        {3, "",
            {{"phase", "Running"},
                {"containerStatuses",
                    {status("a", waiting("ImagePullBackOff")), status("b", waiting("CrashLoopBackOff"), false, 2),
                        status("c", running(), true)}}}},
        "ImagePullBackOff", "1/3", 2, State::Failed);
    row("a later one is heard when the first says nothing",
        {2, "",
            {{"phase", "Running"},
                {"containerStatuses",
                    {status("a", running(), true), status("b", waiting("CrashLoopBackOff"), false, 2)}}}},
        "CrashLoopBackOff", "1/2", 2, State::Failed);
    row("terminated but ready, as simulators write",
        {1, "", {{"phase", "Succeeded"}, {"containerStatuses", {status("a", ended(0, "Completed"), true)}}}},
        "Completed", "0/1", 0, State::Completed);
    row("completed beside running and ready",
        {2, "",
            {{"phase", "Running"}, {"conditions", isReady},
                {"containerStatuses", {status("a", ended(0, "Completed")), status("b", running(), true)}}}},
        "Running", "1/2", 0, State::Warning);
    row("completed beside running, not ready",
        {2, "",
            {{"phase", "Running"},
                {"containerStatuses", {status("a", ended(0, "Completed")), status("b", running(), true)}}}},
        "NotReady", "1/2", 0, State::Warning);
    row("completed hides an error",
        {2, "",
            {{"phase", "Running"},
                {"containerStatuses", {status("a", ended(0, "Completed")), status("b", ended(1, "Error"))}}}},
        "Error", "0/2", 0, State::Failed);
    row("completed hides an error beside one that runs",
        {3, "",
            {{"phase", "Running"},
                {"containerStatuses",
                    {status("a", ended(0, "Completed")), status("b", ended(9, "OOMKilled")),
                        status("c", running(), true)}}}},
        "OOMKilled", "1/3", 0, State::Failed);
    row("completed, all",
        {2, "",
            {{"phase", "Succeeded"},
                {"containerStatuses", {status("a", ended(0, "Completed")), status("b", ended(0, "Completed"))}}}},
        "Completed", "0/2", 0, State::Completed);
    row("completed between two runs",
        {1, "", {{"phase", "Running"}, {"containerStatuses", {status("a", ended(0, "Completed"), false, 3)}}}},
        "Completed", "0/1", 3, State::Warning);
    row("evicted with statuses",
        {1, "",
            {{"phase", "Failed"}, {"reason", "Evicted"},
                {"containerStatuses", {status("a", ended(137, "ContainerStatusUnknown"))}}}},
        "ContainerStatusUnknown", "0/1", 0, State::Failed);
    // 5: deletion
    row("terminating", {1, "", {{"phase", "Running"}, {"containerStatuses", {status("a", running(), true, 1)}}}, true},
        "Terminating", "1/1", 1, State::Terminating);
    row("terminating while failing",
        {1, "", {{"phase", "Running"}, {"containerStatuses", {status("a", waiting("CrashLoopBackOff"), false, 1)}}},
            true},
        "Terminating", "0/1", 1, State::Terminating);
    row("terminating on a lost node", {1, "", {{"phase", "Running"}, {"reason", "NodeLost"}}, true}, "Unknown", "0/1",
        0, State::Unknown);
    row("deleted after success",
        {1, "", {{"phase", "Succeeded"}, {"containerStatuses", {status("a", ended(0, "Completed"))}}}, true},
        "Completed", "0/1", 0, State::Completed);
    row("deleted after failure",
        {1, "", {{"phase", "Failed"}, {"containerStatuses", {status("a", ended(1, "Error"))}}}, true}, "Error", "0/1",
        0, State::Failed);
    row("restart counts below nothing",
        {1, "", {{"phase", "Running"}, {"containerStatuses", {status("a", running(), true, -5)}}}}, "Running", "1/1", 0,
        State::Ok);
}

void TestPodStatus::table()
{
    QFETCH(Json, pod);
    QFETCH(QString, text);
    QFETCH(QString, ready);
    QFETCH(uint, restarts);
    QFETCH(State, state);
    const auto item = objects::decodeBoth(ResourceKind::Pods, "Pod", pod);
    const auto *draft = std::get_if<PodDraft>(&item);
    QVERIFY(draft);
    QCOMPARE(QString::fromStdString(draft->status), text);
    QCOMPARE(QStringLiteral("%1/%2").arg(draft->ready).arg(draft->containersTotal), ready);
    QCOMPARE(draft->restarts, restarts);
    QCOMPARE(int(draft->state), int(state));
    const auto phase = pod["status"].value("phase", "");
    QCOMPARE(draft->counts, phase != "Succeeded" && phase != "Failed");
}

void TestPodStatus::states_data()
{
    QTest::addColumn<QByteArray>("status");
    QTest::addColumn<QByteArray>("phase");
    QTest::addColumn<bool>("allReady");
    QTest::addColumn<State>("state");
    const auto row = [](const char *status, const char *phase, bool allReady, State state) {
        QTest::addRow("%s in %s, %s", status, phase, allReady ? "ready" : "not ready")
            << QByteArray(status) << QByteArray(phase) << allReady << state;
    };
    row("Terminating", "Running", true, State::Terminating);
    row("Init:3/4", "Pending", false, State::Pending);
    row("Init:ContainerCreating", "Pending", false, State::Pending);
    row("Init:", "Pending", false, State::Failed);
    row("Init:Error", "Pending", false, State::Failed);
    row("ProviderSays", "Running", true, State::Ok);
    row("ProviderSays", "Running", false, State::Failed);
    row("Shutdown", "Failed", false, State::Failed);
    row("Preempting", "Failed", false, State::Failed);
    row("UnexpectedAdmissionError", "Failed", false, State::Failed);
    row("Completed", "Failed", false, State::Failed);
    row("NodeAffinity", "Failed", true, State::Failed);
}

void TestPodStatus::states()
{
    QFETCH(QByteArray, status);
    QFETCH(QByteArray, phase);
    QFETCH(bool, allReady);
    QFETCH(State, state);
    QCOMPARE(int(podStateOf({status.constData(), phase.constData(), allReady, false})), int(state));
}

void TestPodStatus::messages_data()
{
    QTest::addColumn<Json>("pod");
    QTest::addColumn<QString>("message");
    const auto row = [](const char *name, const Make &make, const char *message) {
        QTest::newRow(name) << make() << message;
    };
    const char *scheduler = "0/40 nodes are available: 40 Insufficient cpu.";
    row("nothing to say", {1, "", {{"phase", "Running"}}}, "");
    row("scheduler",
        {1, "",
            {{"phase", "Pending"}, {"conditions", {condition("PodScheduled", "False", "Unschedulable", scheduler)}}}},
        scheduler);
    row("scheduled", {1, "", {{"phase", "Pending"}, {"conditions", {condition("PodScheduled", "True", "", "fine")}}}},
        "");
    row("status first",
        {1, "",
            {{"phase", "Failed"}, {"reason", "Evicted"}, {"message", "The node was low on memory."},
                {"conditions", {condition("PodScheduled", "False", "", scheduler)}}}},
        "The node was low on memory.");
    row("waiting",
        {2, "",
            {{"phase", "Pending"},
                {"containerStatuses",
                    {status("a", waiting("ImagePullBackOff", "Back-off pulling image")),
                        status("b", waiting("ErrImagePull", "other"))}}}},
        "Back-off pulling image");
    row("init",
        {1, "o",
            {{"phase", "Pending"},
                {"initContainerStatuses", {status("i0", waiting("ImagePullBackOff", "init image"))}}}},
        "init image");
    row("the error behind Completed",
        {2, "",
            {{"phase", "Running"},
                {"containerStatuses",
                    {status("a", ended(0, "Completed")),
                        status("b",
                            {{"terminated", {{"exitCode", 1}, {"reason", "Error"}, {"message", "no config"}}}})}}}},
        "no config");
}

void TestPodStatus::messages()
{
    QFETCH(Json, pod);
    QFETCH(QString, message);
    const auto item = objects::decodeBoth(ResourceKind::Pods, "Pod", pod);
    QVERIFY(std::holds_alternative<PodDraft>(item));
    QCOMPARE(QString::fromStdString(std::get<PodDraft>(item).statusMessage), message);
}

void TestPodStatus::lastRestart()
{
    const auto timeOf = [](const Make &make) {
        const auto item = objects::decodeBoth(ResourceKind::Pods, "Pod", make());
        return formatTime(std::get<PodDraft>(item).lastRestart);
    };
    const Json early = last(status("i0", ended(0, "Completed"), false, 1), "2031-04-02T01:00:00Z");
    const Json late = last(status("a", running(), true, 2), "2031-04-02T02:00:00Z");
    const Json newest = last(status("b", running(), true, 1), "2031-04-02T03:00:00Z");
    QCOMPARE(timeOf({2, "", {{"phase", "Running"}, {"containerStatuses", {newest, late}}}}),
        std::string("2031-04-02T03:00:00Z"));
    QCOMPARE(timeOf({1, "o",
                 {{"phase", "Running"}, {"initContainerStatuses", {early}},
                     {"containerStatuses", {status("a", running(), true)}}}}),
        std::string());
    QCOMPARE(timeOf({1, "s",
                 {{"phase", "Running"}, {"initContainerStatuses", {started(early)}},
                     {"containerStatuses", {status("a", running(), true)}}}}),
        std::string("2031-04-02T01:00:00Z"));
    const Json initFails = last(status("i0", waiting("CrashLoopBackOff"), false, 1), "2031-04-02T01:00:00Z");
    QCOMPARE(
        timeOf({1, "o", {{"phase", "Pending"}, {"initContainerStatuses", {initFails}}, {"containerStatuses", {late}}}}),
        std::string("2031-04-02T01:00:00Z"));
}

void TestPodStatus::readinessGates()
{
    Json pod = Make{
        1, "", {{"phase", "Running"}, {"conditions", {condition("x/one", "True"), condition("x/two", "False")}}}}();
    pod["spec"]["readinessGates"] = {
        {{"conditionType", "x/one"}}, {{"conditionType", "x/two"}}, {{"conditionType", "x/three"}}};
    QCOMPARE(
        std::get<PodDraft>(objects::decodeBoth(ResourceKind::Pods, "Pod", pod)).readinessGates, std::string("1/3"));
    pod["spec"].erase("readinessGates");
    QCOMPARE(std::get<PodDraft>(objects::decodeBoth(ResourceKind::Pods, "Pod", pod)).readinessGates, std::string());
}

void TestPodStatus::containers()
{
    Json pod = Make{2, "os",
        {{"phase", "Running"},
            {"initContainerStatuses", {status("i0", ended(0, "Completed")), started(status("i1", running(), true))}},
            {"containerStatuses",
                {last(status("b", running(), true, 4), "2031-04-02T02:00:00Z"), status("gone", running())}},
            {"ephemeralContainerStatuses", {status("debug", running())}}}}();
    pod["spec"]["ephemeralContainers"] = {{{"name", "debug"}, {"image", "tools"}}};
    pod["spec"]["containers"][1]["resources"] = {
        {"limits", {{"cpu", "2"}, {"memory", "1Gi"}}}, {"requests", {{"cpu", "100u"}}}};
    const auto draft = std::get<PodDraft>(objects::decodeBoth(ResourceKind::Pods, "Pod", pod));
    std::vector<std::pair<std::string, ContainerKind>> seen;
    for (const auto &container : draft.containers) {
        seen.emplace_back(container.name, container.kind);
    }
    const std::vector<std::pair<std::string, ContainerKind>> expected = {{"i0", ContainerKind::Init},
        {"i1", ContainerKind::Sidecar}, {"a", ContainerKind::Regular}, {"b", ContainerKind::Regular},
        {"debug", ContainerKind::Ephemeral}};
    QVERIFY(seen == expected);
    QCOMPARE(int(draft.containers[0].state), int(ContainerState::Terminated));
    QCOMPARE(int(draft.containers[2].state), int(ContainerState::Unknown)); // no status of that name
    const auto &b = draft.containers[3];
    QCOMPARE(int(b.state), int(ContainerState::Running));
    QCOMPARE(formatTime(b.since), std::string("2031-04-02T09:15:00Z"));
    QVERIFY(b.hasLast && b.lastExitCode == 1 && b.lastReason == "Error" && b.restarts == 4);
    QCOMPARE(b.cpuRequest.value, 1);
    QCOMPARE(b.cpuLimit.value, 2000);
    QVERIFY(!b.memoryRequest.known());
    QCOMPARE(b.memoryLimit.value, 1073741824);
}

void TestPodStatus::fields()
{
    Json pod = Make{1, "",
        {{"phase", "Pending"}, {"hostIP", "10.0.0.1"}, {"podIP", "10.1.0.9"}, {"qosClass", "Burstable"},
            {"nominatedNodeName", "n-2"}}}();
    pod["metadata"]["labels"] = {{"team", "blue"}, {"app.kubernetes.io/part-of", "shop"}};
    pod["metadata"]["resourceVersion"] = "812";
    pod["metadata"]["managedFields"] = {{{"manager", "kubelet"}, {"time", "2031-04-02T09:00:00Z"}}};
    pod["metadata"]["ownerReferences"] = {{{"kind", "Other"}, {"name", "x"}, {"uid", "1"}},
        {{"kind", "ReplicaSet"}, {"name", "web-5"}, {"uid", "2"}, {"controller", true}}};
    pod["spec"]["nodeName"] = "n-1";
    pod["spec"]["serviceAccountName"] = "web";
    pod["spec"]["priorityClassName"] = "high";
    auto draft = std::get<PodDraft>(objects::decodeBoth(ResourceKind::Pods, "Pod", pod));
    QCOMPARE(draft.team, std::string("blue"));
    QCOMPARE(draft.controller.kind + "/" + draft.controller.name + "/" + draft.controller.uid,
        std::string("ReplicaSet/web-5/2"));
    QCOMPARE(draft.ip, std::string("10.1.0.9"));
    QCOMPARE(draft.node + draft.nominatedNode + draft.hostIp + draft.serviceAccount + draft.priorityClass + draft.qos,
        std::string("n-1n-210.0.0.1webhighBurstable"));
    QCOMPARE(draft.resourceVersion + draft.uid + draft.ns, std::string("812un"));
    QVERIFY(draft.deleted == kNoTime);
    pod["status"]["podIPs"] = {{{"ip", "fd00::9"}}, {{"ip", "10.1.0.9"}}};
    pod["metadata"]["creationTimestamp"] = nullptr;
    DecodeOptions options;
    options.teamLabels = {"app.kubernetes.io/part-of"};
    draft = std::get<PodDraft>(objects::decodeBoth(ResourceKind::Pods, "Pod", pod, options));
    QCOMPARE(draft.ip, std::string("fd00::9"));
    QCOMPARE(draft.team, std::string("shop"));
    QVERIFY(draft.created == kNoTime);
}

QTEST_APPLESS_MAIN(TestPodStatus)
#include "tst_podstatus.moc"
