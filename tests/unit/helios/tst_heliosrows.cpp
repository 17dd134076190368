// SPDX-License-Identifier: GPL-3.0-or-later
// What a host, a task, a job and a group become in the model.
#include "core/helios/decoder.h"
#include "core/helios/rows.h"
#include "recorded.h"

#include <QTest>

using namespace sextant;
using namespace sextant::helios;

namespace {

constexpr Time kReported{std::chrono::seconds(1795351110)};
const std::string kJob = "cartapi:2.7.1:a1da9812827a9cc1cd1f2478420cebd4d6df5b07";

JobPtr cart(MilliCpu cpu = MilliCpu(500), sextant::Bytes memory = sextant::Bytes(512 << 20))
{
    Job job;
    job.id = kJob;
    job.name = "cartapi";
    job.version = "2.7.1";
    job.image = "reg.example/cartapi:2.7.1";
    job.cpu = cpu;
    job.memory = memory;
    job.registrations = {"cartapi/http"};
    job.labels = {{"team", "shop"}};
    return std::make_shared<const Job>(job);
}

Task task(const std::string &goal, const std::string &state, const std::string &throttled = "NO")
{
    Task out;
    out.jobId = kJob;
    out.job = cart();
    out.deployed = !goal.empty();
    out.goal = goal;
    out.reported = !state.empty();
    out.agentGoal = !state.empty() ? (goal.empty() ? "UNDEPLOY" : goal) : "";
    out.state = state;
    out.throttled = state.empty() ? "" : throttled;
    return out;
}

HostStatus host(const std::string &status = "UP")
{
    HostStatus out;
    out.status = status;
    out.info = {"Linux", "4.15.0-112-generic", "amd64", "17.05.0-ce", MilliCpu(16000), sextant::Bytes(64LL << 30),
        sextant::Bytes(4LL << 30), 3.42};
    out.agentVersion = "0.9.282";
    out.reported = kReported;
    out.labels = {{"pool", "main"}, {"role", "shop"}, {"team", "infra"}, {"zone", "eu-a"}};
    return out;
}

QString text(const std::string &s) { return QString::fromStdString(s); }

} // namespace

class TestHeliosRows : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void tasks_data();
    void tasks();
    void taskFigures();
    void taskOwner();
    void taskWords();
    void taskVersionFollowsWhatItSays();
    void hosts();
    void unknownOfHosts();
    void hostsThatCannotBeRead();
    void jobs();
    void jobOwner();
    void groups();
    void failedGroup();
    void selectors_data();
    void selectors();
};

void TestHeliosRows::tasks_data()
{
    QTest::addColumn<QString>("goal");
    QTest::addColumn<QString>("state");
    QTest::addColumn<QString>("throttled");
    QTest::addColumn<bool>("up");
    QTest::addColumn<QString>("status");
    QTest::addColumn<int>("wanted");
    QTest::addColumn<bool>("ready");
    QTest::addColumn<bool>("counts");
    const auto row = [](const char *goal, const char *state, const char *throttled, bool up, const char *status,
                         State wanted, bool ready = false, bool counts = true) {
        QTest::addRow("%s %s %s %s", goal, state, throttled, up ? "up" : "down")
            << goal << state << throttled << up << status << int(wanted) << ready << counts;
    };
    row("START", "RUNNING", "NO", true, "RUNNING", State::Ok, true);
    row("START", "RUNNING", "FLAPPING", true, "RUNNING (FLAPPING)", State::Warning);
    row("START", "", "", true, "PENDING", State::Pending);
    row("START", "PULLING_IMAGE", "NO", true, "PULLING_IMAGE", State::Pending);
    row("START", "PULLING_IMAGE", "IMAGE_MISSING", true, "PULLING_IMAGE (IMAGE_MISSING)", State::Failed);
    row("START", "CREATING", "NO", true, "CREATING", State::Pending);
    row("START", "STARTING", "FLAPPING", true, "STARTING (FLAPPING)", State::Warning);
    row("START", "HEALTHCHECKING", "NO", true, "HEALTHCHECKING", State::Pending);
    row("START", "EXITED", "NO", true, "EXITED", State::Warning);
    row("START", "EXITED", "FLAPPING", true, "EXITED (FLAPPING)", State::Failed);
    row("START", "FAILED", "NO", true, "FAILED", State::Failed);
    row("START", "FAILED", "IMAGE_PULL_FAILED", true, "FAILED (IMAGE_PULL_FAILED)", State::Failed);
    row("START", "STOPPED", "NO", true, "STOPPED", State::Warning);
    row("START", "STOPPING", "NO", true, "STOPPING", State::Terminating);
    row("START", "HIBERNATING", "NO", true, "HIBERNATING", State::Unknown);
    row("START", "RUNNING", "TIRED", true, "RUNNING (TIRED)", State::Warning);
    row("STOP", "STOPPED", "NO", true, "STOPPED", State::Completed, false, false);
    row("STOP", "RUNNING", "NO", true, "RUNNING", State::Terminating, true);
    row("STOP", "STOPPING", "NO", true, "STOPPING", State::Terminating);
    row("STOP", "", "", true, "PENDING", State::Completed, false, false); // never started
    row("", "RUNNING", "NO", true, "RUNNING", State::Terminating, true);
    row("", "STOPPING", "NO", true, "STOPPING", State::Terminating);
    row("", "STOPPED", "NO", true, "STOPPED", State::Terminating);
    row("START", "RUNNING", "NO", false, "Unknown (last RUNNING)", State::Unknown);
    row("START", "EXITED", "FLAPPING", false, "Unknown (last EXITED)", State::Unknown);
    row("START", "", "", false, "PENDING", State::Unknown);
    row("STOP", "STOPPED", "NO", false, "Unknown (last STOPPED)", State::Unknown, false, false);
    row("STOP", "RUNNING", "NO", false, "Unknown (last RUNNING)", State::Unknown);
    row("STOP", "", "", false, "PENDING", State::Unknown, false, false);
}

void TestHeliosRows::tasks()
{
    QFETCH(QString, goal);
    QFETCH(QString, state);
    QFETCH(QString, throttled);
    QFETCH(bool, up);
    QFETCH(bool, ready);
    QFETCH(bool, counts);
    const PodDraft row =
        taskRow("h", task(goal.toStdString(), state.toStdString(), throttled.toStdString()), up, kReported, {});
    QTEST(text(row.status), "status");
    QTEST(int(row.state), "wanted");
    QCOMPARE(row.ready, ready ? 1 : 0);
    QCOMPARE(row.containersTotal, 1);
    QCOMPARE(row.readyKnown, up);
    QCOMPARE(row.counts, counts);
    QCOMPARE(row.phase == "Succeeded" || row.phase == "Failed", !counts); // what counts follows from the phase
    QVERIFY(!row.restartsKnown);
    QCOMPARE(row.containers.size(), 1U);
    QVERIFY(row.containers.front().state != ContainerState::Terminated); // there is no exit code to tell
    QCOMPARE(row.containers.front().state == ContainerState::Unknown, !up || state.isEmpty());
    QVERIFY(row.created == kNoTime && row.ip.empty() && row.qos.empty() && row.ns.empty());
}

void TestHeliosRows::taskFigures()
{
    PodDraft row = taskRow("h", task("START", "RUNNING"), true, kReported, {});
    QCOMPARE(row.cpuRequested, MilliCpu(500));
    QVERIFY(!row.cpuLimit.known());
    QCOMPARE(row.memoryRequested, sextant::Bytes(512 << 20));
    QCOMPARE(row.memoryLimit, sextant::Bytes(512 << 20));
    QCOMPARE(text(row.uid), text("h/" + kJob));
    QCOMPARE(text(row.name), text(kJob));
    QCOMPARE(text(row.team), QStringLiteral("shop"));
    QCOMPARE(text(row.containers.front().name), QStringLiteral("cartapi"));
    Task bare = task("START", "RUNNING");
    bare.job = cart(MilliCpu(), sextant::Bytes());
    row = taskRow("h", bare, true, kReported, {});
    QVERIFY(!row.cpuRequested.known() && !row.memoryRequested.known() && !row.memoryLimit.known());
    bare.job = nullptr; // not even its definition
    row = taskRow("h", bare, true, kReported, {});
    QVERIFY(!row.cpuRequested.known() && !row.memoryRequested.known());
    QCOMPARE(text(row.containers.front().name), QStringLiteral("cartapi"));
    QVERIFY(row.containers.front().image.empty());
}

void TestHeliosRows::taskOwner()
{
    Task one = task("START", "RUNNING");
    QCOMPARE(text(taskRow("h", one, true, kReported, {}).controller.uid), text("job/" + kJob));
    one.group = "shop-eu";
    const OwnerDraft owner = taskRow("h", one, true, kReported, {}).controller;
    QCOMPARE(text(owner.kind), QStringLiteral("DeploymentGroup"));
    QCOMPARE(text(owner.uid), QStringLiteral("group/shop-eu"));
    QCOMPARE(partsOfTaskUid("h/" + kJob), (std::pair<std::string, std::string>("h", kJob)));
    QVERIFY(partsOfTaskUid("nothing").first.empty() && partsOfTaskUid("/x").first.empty());
}

void TestHeliosRows::taskWords()
{
    const auto words = [](const Task &one, bool up = true) {
        return text(taskRow("h", one, up, kReported, {}).statusMessage);
    };
    QVERIFY(words(task("START", "RUNNING")).isEmpty());
    QVERIFY(words(task("START", "")).contains(QStringLiteral("cannot allocate its ports")));
    QVERIFY(words(task("", "STOPPING")).contains(QStringLiteral("undeployed")));
    QVERIFY(words(task("START", "RUNNING"), false).contains(QStringLiteral("since 2026-11-22T")));
    Task broken = task("START", "FAILED");
    broken.error = "no such file\x1b[31m " + std::string(5000, 'x');
    QVERIFY(words(broken).contains(QStringLiteral("no such file\\u001b[31m")));
    QVERIFY(words(broken).size() < 1200);
    Task stale = task("START", "RUNNING");
    stale.error = "of an earlier start";
    QVERIFY(words(stale).isEmpty()); // kept with the container, but not why it is as it is
    QCOMPARE(text(taskRow("h", stale, true, kReported, {}).containers.front().message), text(stale.error));
    Task lagging = task("STOP", "RUNNING");
    lagging.agentGoal = "START";
    QVERIFY(words(lagging).contains(QStringLiteral("wanted is STOP, the agent still acts on START")));
}

void TestHeliosRows::taskVersionFollowsWhatItSays()
{
    const auto version = [](const Task &one, bool up = true) {
        return taskRow("h", one, up, kReported, {}).resourceVersion;
    };
    const std::string base = version(task("START", "RUNNING"));
    QVERIFY(!base.empty());
    QCOMPARE(version(task("START", "RUNNING")), base);
    QVERIFY(version(task("START", "RUNNING", "FLAPPING")) != base);
    QVERIFY(version(task("STOP", "RUNNING")) != base);
    QVERIFY(version(task("START", "RUNNING"), false) != base);
    Task other = task("START", "RUNNING");
    other.group = "g";
    QVERIFY(version(other) != base);
    other = task("START", "RUNNING");
    other.job = cart(MilliCpu(501));
    QVERIFY(version(other) != base);
}

void TestHeliosRows::hosts()
{
    const HostStatus up = host();
    const NodeDraft row = nodeRow("kiln-07", Standing::Read, &up, {});
    QCOMPARE(text(row.status), QStringLiteral("UP"));
    QCOMPARE(row.state, State::Ok);
    QVERIFY(!row.silent);
    QCOMPARE(text(row.version), QStringLiteral("0.9.282"));
    QCOMPARE(text(row.runtime), QStringLiteral("docker://17.05.0-ce"));
    QCOMPARE(text(row.kernel), QStringLiteral("4.15.0-112-generic"));
    QCOMPARE(row.capacity.cpu, MilliCpu(16000));
    QVERIFY(row.hasAllocatable && !row.allocatable.cpu.known() && !row.allocatable.memory.known());
    QCOMPARE(row.memoryInUse, sextant::Bytes(60LL << 30));
    QCOMPARE(row.loadAverage.value(), 3.42);
    QCOMPARE(row.reported, kReported);
    QCOMPARE(text(row.pool), QStringLiteral("main"));
    QCOMPARE(text(row.zone), QStringLiteral("eu-a"));
    QCOMPARE(text(row.team), QStringLiteral("infra"));
    QVERIFY(row.created == kNoTime && row.roles.empty());
    QCOMPARE(text(nodeRow("h", Standing::Read, &up, {{"role"}, {"none"}}).pool), QStringLiteral("shop"));
    QVERIFY(nodeRow("h", Standing::Read, &up, {{"role"}, {"none"}}).team.empty());

    const HostStatus down = host("DOWN");
    const NodeDraft silent = nodeRow("kiln-07", Standing::Read, &down, {});
    QCOMPARE(text(silent.status), QStringLiteral("DOWN"));
    QCOMPARE(silent.state, State::Failed);
    QVERIFY(silent.silent);
    QCOMPARE(silent.capacity.cpu, MilliCpu(16000)); // its last words stand
    QVERIFY(silent.resourceVersion != row.resourceVersion);
}

void TestHeliosRows::unknownOfHosts()
{
    HostStatus odd = host();
    odd.info = {};
    odd.agentVersion.clear();
    odd.reported = kNoTime;
    const NodeDraft row = nodeRow("h", Standing::Read, &odd, {});
    QVERIFY(!row.capacity.cpu.known() && !row.capacity.memory.known() && !row.memoryInUse.known() && !row.loadAverage);
    QVERIFY(row.runtime.empty() && row.version.empty());
    odd.info.memory = sextant::Bytes(10);
    odd.info.memoryFree = sextant::Bytes(11);
    QVERIFY(!nodeRow("h", Standing::Read, &odd, {}).memoryInUse.known());
}

void TestHeliosRows::hostsThatCannotBeRead()
{
    const NodeDraft half = nodeRow("h", Standing::NotRegistered, nullptr, {});
    QCOMPARE(text(half.status), QStringLiteral("Not registered"));
    QCOMPARE(half.state, State::Unknown);
    QVERIFY(half.silent && half.hasAllocatable && !half.capacity.cpu.known());
    const NodeDraft bad = nodeRow("h", Standing::Unreadable, nullptr, {});
    QCOMPARE(text(bad.status), QStringLiteral("Unreadable"));
    QCOMPARE(bad.state, State::Unknown);
    const HostStatus before = host();
    const NodeDraft was = nodeRow("h", Standing::Unreadable, &before, {});
    QCOMPARE(text(was.status), QStringLiteral("Unreadable"));
    QCOMPARE(was.capacity.cpu, MilliCpu(16000));
}

void TestHeliosRows::jobs()
{
    Tally tally;
    for (const auto &[one, up] :
        {std::pair(task("START", "RUNNING"), true), {task("START", "RUNNING"), false}, {task("START", "FAILED"), true},
            {task("START", ""), true}, {task("STOP", "STOPPED"), true}, {task("", "STOPPING"), true}}) {
        tally.add(one, up);
    }
    const WorkloadDraft row = jobRow(*cart(), tally, {});
    QCOMPARE(text(row.name), text(kJob));
    QCOMPARE(text(row.jobName), QStringLiteral("cartapi"));
    QCOMPARE(text(row.version), QStringLiteral("2.7.1"));
    QCOMPARE(row.desired, Count(4));
    QCOMPARE(row.ready, Count(1));
    QVERIFY(!row.updated.known() && !row.available.known());
    QCOMPARE(text(row.status), QStringLiteral("1 failed, 1 starting, 1 on hosts that do not report"));
    QCOMPARE(row.state, State::Warning);
    QCOMPARE(row.registrations, std::vector<std::string>{"cartapi/http"});
    QCOMPARE(text(row.team), QStringLiteral("shop"));

    const WorkloadDraft nowhere = jobRow(*cart(), {}, {});
    QCOMPARE(nowhere.desired, Count(0));
    QCOMPARE(text(nowhere.status), QStringLiteral("Deployed nowhere"));
    QCOMPARE(nowhere.state, State::Completed);
    Tally well;
    well.add(task("START", "RUNNING"), true);
    QCOMPARE(jobRow(*cart(), well, {}).state, State::Ok);
    QVERIFY(jobRow(*cart(), well, {}).status.empty());
    Tally dark;
    dark.add(task("START", "RUNNING"), false);
    QCOMPARE(jobRow(*cart(), dark, {}).state, State::Unknown);
    QCOMPARE(jobRow(*cart(), dark, {}).ready, Count(0));
}

void TestHeliosRows::jobOwner()
{
    Task owned = task("START", "RUNNING");
    owned.group = "shop-eu";
    Tally tally;
    tally.add(owned, true);
    QCOMPARE(text(jobRow(*cart(), tally, {}).controller.uid), QStringLiteral("group/shop-eu"));
    tally.add(task("START", "RUNNING"), true); // one by hand
    QVERIFY(jobRow(*cart(), tally, {}).controller.uid.empty());
}

void TestHeliosRows::groups()
{
    const auto group = decodeGroup(recorded("group-rolling-out"));
    const auto status = decodeGroupStatus(recorded("group-status-rolling-out"));
    QVERIFY(group.ok() && status.ok());
    Tally tally;
    for (const GroupStatus::Host &one : status->hosts) {
        Task deployed = task("START", one.state);
        deployed.jobId = one.jobId;
        deployed.group = group->name;
        tally.add(deployed, true, group->jobId);
    }
    const WorkloadDraft row = groupRow(*group, &*status, nullptr, tally, {"helios-agent-0007.example.net"}, {});
    QCOMPARE(text(row.status), QStringLiteral("ROLLING_OUT 1 of 3"));
    QCOMPARE(row.state, State::Pending);
    QCOMPARE(row.desired, Count(3));
    QCOMPARE(row.ready, Count(3));
    QCOMPARE(row.updated, Count(1));
    QCOMPARE(text(row.jobName), QStringLiteral("cartapi"));
    QVERIFY(row.rollout);
    QCOMPARE(row.rollout->hosts.size(), 3U);
    QVERIFY(row.rollout->hosts[0].updated && !row.rollout->hosts[1].updated);
    QCOMPARE(row.rollout->hostsDown, std::vector<std::string>{"helios-agent-0007.example.net"});
    QCOMPARE(text(row.rollout->selectors), QStringLiteral("role=role-edge"));
    QCOMPARE(row.rollout->parallelism, Count(1));
    const auto again = groupRow(*group, &*status, nullptr, tally, {"helios-agent-0007.example.net"}, {});
    QCOMPARE(text(again.resourceVersion), text(row.resourceVersion));
    QVERIFY(groupRow(*group, &*status, nullptr, tally, {}, {}).resourceVersion != row.resourceVersion);

    const auto idle = decodeGroup(recorded("group-nowhere"));
    const auto idleStatus = decodeGroupStatus(recorded("group-nowhere-status"));
    QVERIFY(idle.ok() && idleStatus.ok());
    QCOMPARE(text(groupRow(*idle, &*idleStatus, nullptr, {}, {}, {}).status), QStringLiteral("IDLE"));
    QVERIFY(!groupRow(*idle, nullptr, nullptr, {}, {}, {}).rollout); // its status was not read yet
}

void TestHeliosRows::failedGroup()
{
    Group group;
    group.name = "g";
    group.jobId = kJob;
    GroupStatus status;
    status.status = "FAILED";
    status.error = "kiln-07: timed out waiting for job to reach state RUNNING\n(terminal)";
    status.hosts = {{"kiln-07", kJob, "FAILED"}, {"kiln-0", kJob, "RUNNING"}, {"kiln-08", kJob, "PULLING_IMAGE"}};
    const WorkloadDraft row = groupRow(group, &status, nullptr, {}, {}, {});
    QCOMPARE(text(row.status),
        QStringLiteral("FAILED: kiln-07: timed out waiting for job to reach state RUNNING (terminal)"));
    QCOMPARE(row.state, State::Failed);
    QVERIFY(row.rollout->hosts[0].failed && !row.rollout->hosts[1].failed && !row.rollout->hosts[2].failed);
    QVERIFY(row.rollout->hosts[1].updated && !row.rollout->hosts[2].updated);
    QCOMPARE(text(row.rollout->error), text(status.error));
}

void TestHeliosRows::selectors_data()
{
    QTest::addColumn<QString>("op");
    QTest::addColumn<QStringList>("operands");
    QTest::addColumn<QString>("label");
    QTest::addColumn<bool>("match");
    QTest::addColumn<QString>("words");
    const auto row = [](const char *op, const QStringList &operands, const char *label, bool match, const char *words) {
        QTest::addRow("%s", words) << op << operands << label << match << words;
    };
    row("EQUALS", {"shop"}, "role", true, "role=shop");
    row("EQUALS", {"other"}, "role", false, "role=other");
    row("NOT_EQUALS", {"other"}, "role", true, "role!=other");
    row("NOT_EQUALS", {"shop"}, "role", false, "role!=shop");
    row("IN", {"a", "shop"}, "role", true, "role in (a,shop)");
    row("NOT_IN", {"a", "b"}, "role", true, "role notin (a,b)");
    row("NOT_IN", {"a", "shop"}, "role", false, "role notin (a,shop)");
    row("IN", {}, "role", false, "role in ()");
    // A host without the label never matches.
    row("NOT_EQUALS", {"x"}, "missing", false, "missing!=x");
    row("NOT_IN", {"x"}, "missing", false, "missing notin (x)");
    row("LIKE", {"shop"}, "role", false, "role LIKE shop");
}

void TestHeliosRows::selectors()
{
    QFETCH(QString, op);
    QFETCH(QStringList, operands);
    QFETCH(QString, label);
    QFETCH(bool, match);
    Selector selector{label.toStdString(), op.toStdString(), {}};
    for (const QString &operand : operands) {
        selector.operands.push_back(operand.toStdString());
    }
    QCOMPARE(matches({selector}, host().labels), match);
    QTEST(text(selectorText({selector})), "words");
    QCOMPARE(matches({selector, {"zone", "EQUALS", {"elsewhere"}}}, host().labels), false); // all must match
    QVERIFY(!matches({}, host().labels));
}

QTEST_APPLESS_MAIN(TestHeliosRows)
#include "tst_heliosrows.moc"
