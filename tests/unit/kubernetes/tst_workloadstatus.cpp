// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "objects.h"

#include <QTest>

using namespace sextant;
using namespace sextant::kubernetes;
using objects::Json;

namespace {

Json condition(const char *type, const char *status, const char *reason = "", const char *message = "")
{
    return {{"type", type}, {"status", status}, {"reason", reason}, {"message", message},
        {"lastTransitionTime", "2031-04-02T10:00:00Z"}};
}
Json object(Json spec, Json status, int generation = 1)
{
    return {{"metadata", {{"name", "web"}, {"namespace", "shop"}, {"uid", "u"}, {"generation", generation}}},
        {"spec", std::move(spec)}, {"status", std::move(status)}};
}
Json counts(int replicas, int updated, int ready, int available, int observed = 1)
{
    Json out = {{"observedGeneration", observed}}; // zero counts are left out, as the server does
    for (const auto &[key, value] : {std::pair{"replicas", replicas}, {"updatedReplicas", updated},
             {"readyReplicas", ready}, {"availableReplicas", available}}) {
        if (value) {
            out[key] = value;
        }
    }
    return out;
}
Json with(Json status, Json conditions)
{
    status["conditions"] = std::move(conditions);
    return status;
}
Json with(Json base, const char *key, Json value)
{
    base[key] = std::move(value);
    return base;
}
WorkloadDraft draftOf(const QString &kind, const Json &json)
{
    static const std::vector<std::pair<QString, ResourceKind>> kinds = {
        {QStringLiteral("Deployment"), ResourceKind::Deployments},
        {QStringLiteral("ReplicaSet"), ResourceKind::ReplicaSets},
        {QStringLiteral("StatefulSet"), ResourceKind::StatefulSets},
        {QStringLiteral("DaemonSet"), ResourceKind::DaemonSets}, {QStringLiteral("Job"), ResourceKind::Jobs},
        {QStringLiteral("CronJob"), ResourceKind::CronJobs},
        {QStringLiteral("ReplicationController"), ResourceKind::ReplicationControllers}};
    for (const auto &[name, resource] : kinds) {
        if (name == kind) {
            return std::get<WorkloadDraft>(objects::decodeBoth(resource, kind.toStdString(), json));
        }
    }
    return {};
}

} // namespace

Q_DECLARE_METATYPE(objects::Json)
Q_DECLARE_METATYPE(sextant::State)

class TestWorkloadStatus : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void words_data();
    void words();
    void figures();
    void completions_data();
    void completions();
    void jobTimes();
    void cronJob();
    void texts();
    void keptLabels();
    void selectors_data();
    void selectors();
};

void TestWorkloadStatus::words_data()
{
    QTest::addColumn<QString>("kind");
    QTest::addColumn<Json>("json");
    QTest::addColumn<QString>("text");
    QTest::addColumn<State>("state");
    const auto row = [](const char *name, const char *kind, const Json &json, const char *text, State state) {
        QTest::addRow("%s: %s", kind, name) << kind << json << text << state;
    };
    const Json ten = {{"replicas", 10}};
    const char *D = "Deployment";
    row("done", D, object(ten, counts(10, 10, 10, 10)), "", State::Ok);
    row("not observed", D, object(ten, counts(10, 10, 10, 10), 2), "Rollout: the change is not observed yet",
        State::Pending);
    row("new replicas", D, object(ten, counts(12, 3, 9, 9)), "Rollout: 3 of 10 new replicas updated", State::Pending);
    row("old replicas", D, object(ten, counts(12, 10, 10, 10)), "Rollout: 2 old replicas pending termination",
        State::Pending);
    row("the last new replica", D, object(ten, counts(11, 9, 10, 10)), "Rollout: 9 of 10 new replicas updated",
        State::Pending);
    row("the last old replica", D, object(ten, counts(11, 10, 10, 10)), "Rollout: 1 old replicas pending termination",
        State::Pending);
    row("the last to become available", D, object(ten, counts(10, 10, 9, 9)),
        "Rollout: 9 of 10 updated replicas available", State::Pending);
    row("becoming available", D, object(ten, counts(10, 10, 8, 7)), "Rollout: 7 of 10 updated replicas available",
        State::Pending);
    row("failing after the rollout", D,
        object(ten, with(counts(10, 10, 8, 7), {condition("Progressing", "True", "NewReplicaSetAvailable")})),
        "7 of 10 updated replicas available", State::Warning);
    row("all failing after the rollout", D,
        object(ten, with(counts(10, 10, 0, 0), {condition("Progressing", "True", "NewReplicaSetAvailable")})),
        "0 of 10 updated replicas available", State::Failed);
    row("stuck", D,
        object(ten,
            with(counts(12, 3, 9, 9),
                {condition("Progressing", "False", "ProgressDeadlineExceeded",
                    "ReplicaSet \"web-2\" has timed out progressing.")})),
        "Rollout stuck: ProgressDeadlineExceeded: ReplicaSet \"web-2\" has timed out progressing.", State::Failed);
    row("quota", D,
        object(ten, with(counts(3, 3, 3, 3), {condition("ReplicaFailure", "True", "FailedCreate", "exceeded quota")})),
        "FailedCreate: exceeded quota", State::Failed);
    row("quota no more", D,
        object(ten, with(counts(10, 10, 10, 10), {condition("ReplicaFailure", "False", "FailedCreate")})), "",
        State::Ok);
    row("scaled to 0", D, object({{"replicas", 0}}, counts(0, 0, 0, 0)), "Scaled to 0", State::Ok);
    row("one by default", D, object(Json::object(), counts(1, 1, 1, 1)), "", State::Ok);
    row("one by default, none yet", D, object(Json::object(), counts(0, 0, 0, 0)),
        "Rollout: 0 of 1 new replicas updated", State::Pending);
    row("paused", D, object(with(ten, "paused", true), counts(10, 10, 10, 10)), "Paused", State::Ok);
    row("paused in the middle", D, object(with(ten, "paused", true), counts(12, 3, 9, 9)),
        "Paused; Rollout: 3 of 10 new replicas updated", State::Pending);
    Json deleted = object(ten, counts(10, 10, 10, 10));
    deleted["metadata"]["deletionTimestamp"] = "2031-04-02T10:00:00Z";
    row("deleted", D, deleted, "Terminating", State::Terminating);

    const char *S = "StatefulSet";
    const Json rolling = {
        {"replicas", 3}, {"updateStrategy", {{"type", "RollingUpdate"}, {"rollingUpdate", {{"partition", 0}}}}}};
    const auto revisions = [](Json status, const char *current, const char *update) {
        return with(with(std::move(status), "currentRevision", current), "updateRevision", update);
    };
    row("done", S, object(rolling, revisions(counts(3, 3, 3, 3), "r1", "r1")), "", State::Ok);
    row("never observed", S, object(rolling, counts(3, 3, 3, 3, 0), 0), "Rollout: the change is not observed yet",
        State::Pending);
    row("behind", S, object(rolling, counts(3, 3, 3, 3, 1), 2), "Rollout: the change is not observed yet",
        State::Pending);
    row("not all ready", S, object(rolling, revisions(counts(3, 3, 2, 2), "r1", "r1")), "2 of 3 replicas ready",
        State::Warning);
    row("not all ready while changing", S, object(rolling, revisions(counts(3, 1, 2, 2), "r1", "r2")),
        "Rollout: 2 of 3 replicas ready", State::Pending);
    row("updating", S, object(rolling, revisions(counts(3, 1, 3, 3), "r1", "r2")),
        "Rollout: 1 of 3 new replicas updated", State::Pending);
    const Json partitioned = {
        {"replicas", 3}, {"updateStrategy", {{"type", "RollingUpdate"}, {"rollingUpdate", {{"partition", 2}}}}}};
    row("partition reached", S, object(partitioned, revisions(counts(3, 1, 3, 3), "r1", "r2")), "", State::Ok);
    const Json plain = {{"replicas", 3}, {"updateStrategy", {{"type", "RollingUpdate"}}}};
    row("without a block, changing", S, object(plain, revisions(counts(3, 1, 3, 3), "r1", "r2")),
        "Rollout: 1 of 3 new replicas updated", State::Pending);
    row("without a block, done", S, object(plain, revisions(counts(3, 3, 3, 3), "r2", "r2")), "", State::Ok);
    const Json onDelete = {{"replicas", 3}, {"updateStrategy", {{"type", "OnDelete"}}}};
    row("OnDelete has no rollout", S, object(onDelete, revisions(counts(3, 1, 3, 3, 1), "r1", "r2"), 2), "", State::Ok);
    row("scaled to 0", S, object({{"replicas", 0}}, counts(0, 0, 0, 0)), "Scaled to 0", State::Ok);

    const char *A = "DaemonSet";
    const auto daemons = [](int desired, int current, int ready, int updated, int available, int misplaced = 0) {
        return Json{{"observedGeneration", 1}, {"desiredNumberScheduled", desired}, {"currentNumberScheduled", current},
            {"numberReady", ready}, {"updatedNumberScheduled", updated}, {"numberAvailable", available},
            {"numberMisscheduled", misplaced}};
    };
    const Json daemon = {{"updateStrategy",
        {{"type", "RollingUpdate"}, {"rollingUpdate", {{"maxUnavailable", {{"type", 0}, {"intVal", 1}}}}}}}};
    row("done", A, object(daemon, daemons(5, 5, 5, 5, 5)), "", State::Ok);
    row("no node", A, object(daemon, daemons(0, 0, 0, 0, 0)), "", State::Ok);
    row("behind", A, object(daemon, daemons(5, 5, 5, 5, 5), 2), "Rollout: the change is not observed yet",
        State::Pending);
    row("updating", A, object(daemon, daemons(5, 5, 4, 2, 4)), "Rollout: 2 of 5 updated pods scheduled",
        State::Pending);
    row("not available", A, object(daemon, daemons(5, 5, 4, 5, 4)), "4 of 5 pods available", State::Warning);
    row("OnDelete", A, object({{"updateStrategy", {{"type", "OnDelete"}}}}, daemons(5, 5, 5, 2, 5)), "", State::Ok);
    row("misplaced", A, object(daemon, daemons(5, 5, 5, 5, 5, 2)), "2 pods on nodes that should run none", State::Ok);

    for (const char *kind : {"ReplicaSet", "ReplicationController"}) {
        row("done", kind, object(ten, counts(10, 0, 10, 10)), "", State::Ok);
        row("old", kind, object({{"replicas", 0}}, counts(0, 0, 0, 0)), "", State::Ok);
        row("not ready", kind, object(ten, counts(10, 0, 4, 4)), "4 of 10 replicas ready", State::Warning);
        row("quota", kind,
            object(
                ten, with(counts(4, 0, 4, 4), {condition("ReplicaFailure", "True", "FailedCreate", "exceeded quota")})),
            "FailedCreate: exceeded quota", State::Failed);
    }

    const char *J = "Job";
    row("running", J, object(Json::object(), {{"active", 1}}), "Running", State::Ok);
    row("not yet", J, object(Json::object(), Json::object()), "Running", State::Pending);
    row("retrying", J, object(Json::object(), {{"active", 1}, {"failed", 2}}), "Running", State::Warning);
    row("complete", J,
        object(Json::object(),
            {{"succeeded", 1},
                {"conditions", {condition("SuccessCriteriaMet", "True"), condition("Complete", "True")}}}),
        "Complete", State::Completed);
    row("failed", J,
        object(Json::object(),
            {{"failed", 1},
                {"conditions",
                    {condition("FailureTarget", "True"), condition("Failed", "True", "BackoffLimitExceeded")}}}),
        "Failed", State::Failed);
    row("suspended", J, object({{"suspend", true}}, {{"conditions", {condition("Suspended", "True")}}}), "Suspended",
        State::Pending);
    row("suspended no more", J,
        object(Json::object(), {{"active", 1}, {"conditions", {condition("Suspended", "False")}}}), "Running",
        State::Ok);
    row("about to fail", J, object(Json::object(), {{"conditions", {condition("FailureTarget", "True")}}}),
        "FailureTarget", State::Failed);
    row("about to be complete", J, object(Json::object(), {{"conditions", {condition("SuccessCriteriaMet", "True")}}}),
        "SuccessCriteriaMet", State::Completed);
    Json job = object(Json::object(), {{"active", 1}, {"conditions", {condition("Suspended", "True")}}});
    job["metadata"]["deletionTimestamp"] = "2031-04-02T10:00:00Z";
    row("deleted", J, job, "Terminating", State::Terminating);
    job["status"]["conditions"] = {condition("Complete", "True")};
    row("deleted when complete", J, job, "Complete", State::Completed);

    row("idle", "CronJob", object({{"schedule", "* * * * *"}}, Json::object()), "", State::Ok);
    row("active", "CronJob", object({{"schedule", "* * * * *"}}, {{"active", {{{"name", "a"}}, {{"name", "b"}}}}}),
        "2 active", State::Ok);
    row("suspended", "CronJob", object({{"schedule", "* * * * *"}, {"suspend", true}}, Json::object()), "Suspended",
        State::Ok);
}

void TestWorkloadStatus::words()
{
    QFETCH(QString, kind);
    QFETCH(Json, json);
    QFETCH(QString, text);
    QFETCH(State, state);
    const auto draft = draftOf(kind, json);
    QCOMPARE(QString::fromStdString(draft.kindText), kind);
    QCOMPARE(QString::fromStdString(draft.status), text);
    QCOMPARE(int(draft.state), int(state));
}

void TestWorkloadStatus::figures()
{
    auto draft = draftOf(QStringLiteral("Deployment"), object({{"replicas", 10}}, counts(12, 3, 9, 8)));
    QCOMPARE(draft.desired.value, 10);
    QCOMPARE(draft.current.value, 12);
    QCOMPARE(draft.updated.value, 3);
    QCOMPARE(draft.ready.value, 9);
    QCOMPARE(draft.available.value, 8);
    draft = draftOf(QStringLiteral("Deployment"), object(Json::object(), Json::object()));
    QCOMPARE(draft.desired.value, 1);
    QCOMPARE(draft.ready.value, 0);
    QCOMPARE(draft.available.value, 0);
    draft = draftOf(QStringLiteral("ReplicaSet"), object({{"replicas", 2}}, counts(2, 0, 1, 1)));
    QVERIFY(!draft.updated.known());
    QCOMPARE(draft.available.value, 1);
    draft = draftOf(QStringLiteral("DaemonSet"),
        object(Json::object(),
            {{"desiredNumberScheduled", 7}, {"currentNumberScheduled", 6}, {"numberReady", 5},
                {"updatedNumberScheduled", 4}, {"numberAvailable", 3}}));
    QCOMPARE(draft.desired.value, 7);
    QCOMPARE(draft.current.value, 6);
    QCOMPARE(draft.ready.value, 5);
    QCOMPARE(draft.updated.value, 4);
    QCOMPARE(draft.available.value, 3);
    draft = draftOf(QStringLiteral("Job"), object({{"completions", 5}}, {{"active", 2}, {"ready", 1}}));
    QCOMPARE(draft.desired.value, 5);
    QCOMPARE(draft.current.value, 2);
    QCOMPARE(draft.ready.value, 1);
    QVERIFY(!draft.available.known());
    draft = draftOf(QStringLiteral("Job"), object(Json::object(), {{"active", 2}}));
    QVERIFY(!draft.ready.known());
    draft = draftOf(QStringLiteral("CronJob"), object({{"schedule", "x"}}, Json::object()));
    QVERIFY(!draft.desired.known());
    QCOMPARE(draft.current.value, 0);
}

void TestWorkloadStatus::completions_data()
{
    QTest::addColumn<Json>("spec");
    QTest::addColumn<int>("succeeded");
    QTest::addColumn<QString>("text");
    QTest::newRow("3/5") << Json{{"completions", 5}, {"parallelism", 2}} << 3 << "3/5";
    QTest::newRow("queue") << Json{{"parallelism", 2}} << 1 << "1/1 of 2";
    QTest::newRow("parallelism 1") << Json{{"parallelism", 1}} << 0 << "0/1";
    QTest::newRow("nothing set") << Json::object() << 1 << "1/1";
    QTest::newRow("none wanted") << Json{{"completions", 0}} << 0 << "0/0";
}

void TestWorkloadStatus::completions()
{
    QFETCH(Json, spec);
    QFETCH(int, succeeded);
    QFETCH(QString, text);
    QCOMPARE(
        QString::fromStdString(draftOf(QStringLiteral("Job"), object(spec, {{"succeeded", succeeded}})).completions),
        text);
}

void TestWorkloadStatus::jobTimes()
{
    auto draft = draftOf(QStringLiteral("Job"),
        object(Json::object(),
            {{"startTime", "2031-04-02T09:00:00Z"}, {"completionTime", "2031-04-02T09:30:00Z"},
                {"conditions", {condition("Complete", "True")}}}));
    QCOMPARE(formatTime(draft.started), std::string("2031-04-02T09:00:00Z"));
    QCOMPARE(formatTime(draft.finished), std::string("2031-04-02T09:30:00Z"));
    draft = draftOf(QStringLiteral("Job"),
        object(Json::object(),
            {{"startTime", "2031-04-02T09:00:00Z"},
                {"conditions", {condition("Failed", "True", "DeadlineExceeded")}}}));
    QCOMPARE(formatTime(draft.finished), std::string("2031-04-02T10:00:00Z"));
    QVERIFY(draftOf(QStringLiteral("Job"), object(Json::object(), Json::object())).finished == kNoTime);
}

void TestWorkloadStatus::cronJob()
{
    Json json = object(
        {{"schedule", "*/5 * * * *"}, {"timeZone", "Asia/Kathmandu"}, {"suspend", true},
            {"jobTemplate",
                {{"spec",
                    {{"completions", 9},
                        {"template",
                            {{"spec",
                                {{"containers",
                                    {{{"name", "a"}, {"image", "x:1"}}, {{"name", "b"}, {"image", "y:2"}}}}}}}}}}}}},
        {{"lastScheduleTime", "2031-04-02T09:05:00Z"}, {"active", {{{"name", "j"}}}}});
    const auto draft = draftOf(QStringLiteral("CronJob"), json);
    QCOMPARE(draft.schedule + "|" + draft.timeZone, std::string("*/5 * * * *|Asia/Kathmandu"));
    QCOMPARE(formatTime(draft.lastSchedule), std::string("2031-04-02T09:05:00Z"));
    QCOMPARE(draft.containers + "|" + draft.images, std::string("a,b|x:1,y:2"));
    QVERIFY(draft.paused);
    QVERIFY(draft.completions.empty());
    QCOMPARE(draft.current.value, 1);
}

void TestWorkloadStatus::texts()
{
    Json json =
        object({{"replicas", 1},
                   {"template",
                       {{"spec",
                           {{"containers",
                                {{{"name", "main"}, {"image", "web:2"}, {"resources", {{"limits", {{"cpu", "1"}}}}}}}},
                               {"nodeSelector", {{"b", "2"}, {"a", "1"}}}}}}}},
            Json::object());
    json["metadata"]["annotations"] = {{"deployment.kubernetes.io/revision", "14"}, {"other", "x"}};
    json["metadata"]["labels"] = {{"app.kubernetes.io/part-of", "shop"}};
    json["metadata"]["ownerReferences"] = {{{"kind", "Deployment"}, {"name", "d"}, {"uid", "7"}, {"controller", true}}};
    auto draft = draftOf(QStringLiteral("Deployment"), json);
    QCOMPARE(draft.revision + "|" + draft.team + "|" + draft.controller.uid, std::string("14|shop|7"));
    QCOMPARE(draft.containers + "|" + draft.images + "|" + draft.nodeSelector, std::string("main|web:2|"));
    QCOMPARE(draftOf(QStringLiteral("DaemonSet"), json).nodeSelector, std::string("a=1,b=2"));
}

void TestWorkloadStatus::keptLabels()
{
    Json json = object({{"replicas", 1}}, Json::object());
    json["metadata"]["labels"] = {
        {"app.kubernetes.io/version", "2.4"}, {"example.com/service", "play=list;"}, {"tier", ""}, {"other", "x"}};
    DecodeOptions options;
    options.keptLabels = {"tier", "example.com/service", "absent", "tier"};
    for (const auto &[kind, resource] : {std::pair("Deployment", ResourceKind::Deployments),
             std::pair("StatefulSet", ResourceKind::StatefulSets), std::pair("CronJob", ResourceKind::CronJobs)}) {
        const auto item = objects::decodeBoth(resource, kind, json, options);
        QVERIFY(std::holds_alternative<WorkloadDraft>(item));
        const auto &draft = std::get<WorkloadDraft>(item);
        QCOMPARE(draft.version, std::string("2.4"));
        QVERIFY(draft.labels == (Labels{{"example.com/service", "play=list;"}, {"tier", ""}}));
        QVERIFY(std::get<WorkloadDraft>(objects::decodeBoth(resource, kind, json)).labels.empty());
    }
    // A bare pod stands for itself; one that is owned leaves it to its owner.
    const auto pod = [&] { return std::get<PodDraft>(objects::decodeBoth(ResourceKind::Pods, "Pod", json, options)); };
    QCOMPARE(pod().labels.size(), std::size_t(2));
    QCOMPARE(pod().version, std::string("2.4"));
    json["metadata"]["ownerReferences"] = {{{"kind", "ReplicaSet"}, {"name", "d"}, {"uid", "7"}, {"controller", true}}};
    QVERIFY(pod().labels.empty());
}

void TestWorkloadStatus::selectors_data()
{
    QTest::addColumn<QString>("kind");
    QTest::addColumn<Json>("selector");
    QTest::addColumn<QString>("text");
    const Json expressions = {{{"key", "c"}, {"operator", "In"}, {"values", {"y", "x"}}},
        {{"key", "b"}, {"operator", "Exists"}}, {{"key", "e"}, {"operator", "DoesNotExist"}},
        {{"key", "d"}, {"operator", "NotIn"}, {"values", {"z"}}}};
    QTest::newRow("labels") << "Deployment" << Json{{"matchLabels", {{"b", "2"}, {"a", "1"}}}} << "a=1,b=2";
    QTest::newRow("expressions") << "Deployment"
                                 << Json{{"matchLabels", {{"a", "1"}}}, {"matchExpressions", expressions}}
                                 << "a=1,b,c in (x,y),d notin (z),!e";
    QTest::newRow("none") << "Deployment" << Json::object() << "";
    QTest::newRow("plain") << "ReplicationController" << Json{{"b", "2"}, {"a", "1"}} << "a=1,b=2";
}

void TestWorkloadStatus::selectors()
{
    QFETCH(QString, kind);
    QFETCH(Json, selector);
    QFETCH(QString, text);
    QCOMPARE(QString::fromStdString(draftOf(kind, object({{"selector", selector}}, Json::object())).selector), text);
}

QTEST_APPLESS_MAIN(TestWorkloadStatus)
#include "tst_workloadstatus.moc"
