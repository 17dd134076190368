// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kubernetes/workloadstatus.h"

#include <algorithm>

namespace sextant::kubernetes {

namespace {

const wire::Condition *conditionNamed(const wire::Workload &workload, std::string_view type)
{
    const auto found = std::find_if(workload.conditions.begin(), workload.conditions.end(),
        [type](const wire::Condition &condition) { return condition.type == type; });
    return found == workload.conditions.end() ? nullptr : &*found;
}

bool holds(const wire::Workload &workload, std::string_view type)
{
    const auto *condition = conditionNamed(workload, type);
    return condition && condition->status == "True";
}

std::string reasonAndMessage(const wire::Condition &condition)
{
    std::string text(condition.reason);
    if (!condition.message.empty()) {
        text += text.empty() ? "" : ": ";
        text += condition.message;
    }
    return text;
}

std::string of(std::int64_t part, std::int64_t whole, const char *what)
{
    return std::to_string(part) + " of " + std::to_string(whole) + what;
}

void say(WorkloadDraft &draft, State state, std::string words)
{
    draft.state = state;
    draft.status = std::move(words);
}

constexpr const char *kUnseen = "Rollout: the change is not observed yet";

/// Replicas that cannot be made (a quota, a broken template): true when that is so.
bool describeFailure(const wire::Workload &workload, WorkloadDraft &draft)
{
    const auto *failure = conditionNamed(workload, "ReplicaFailure");
    if (!failure || failure->status != "True") {
        return false;
    }
    say(draft, State::Failed, reasonAndMessage(*failure));
    return true;
}

void describeReady(WorkloadDraft &draft)
{
    if (draft.ready.orZero() < draft.desired.orZero()) {
        say(draft, State::Warning, of(draft.ready.orZero(), draft.desired.orZero(), " replicas ready"));
    } else {
        say(draft, State::Ok, {});
    }
}

void describeDeployment(const wire::Workload &workload, WorkloadDraft &draft)
{
    const auto *progressing = conditionNamed(workload, "Progressing");
    const std::int64_t desired = draft.desired.value;
    if (workload.meta.generation > workload.observedGeneration) {
        say(draft, State::Pending, kUnseen);
    } else if (progressing && progressing->reason == "ProgressDeadlineExceeded") {
        say(draft, State::Failed, "Rollout stuck: " + reasonAndMessage(*progressing));
    } else if (describeFailure(workload, draft)) {
        return;
    } else if (workload.updated < desired) {
        say(draft, State::Pending, "Rollout: " + of(workload.updated, desired, " new replicas updated"));
    } else if (workload.statusReplicas > workload.updated) {
        const std::int64_t old = std::int64_t(workload.statusReplicas) - workload.updated;
        say(draft, State::Pending, "Rollout: " + std::to_string(old) + " old replicas pending termination");
    } else if (workload.available < workload.updated) {
        // The same counts after a finished rollout mean that pods fail now.
        const bool finished = progressing && progressing->reason == "NewReplicaSetAvailable";
        say(draft,
            !finished                     ? State::Pending
                : workload.available == 0 ? State::Failed
                                          : State::Warning,
            (finished ? "" : "Rollout: ") + of(workload.available, workload.updated, " updated replicas available"));
    } else {
        say(draft, State::Ok, desired == 0 ? "Scaled to 0" : "");
    }
    if (workload.paused) {
        draft.status = draft.status.empty() ? "Paused" : "Paused; " + draft.status;
    }
}

void describeStatefulSet(const wire::Workload &workload, WorkloadDraft &draft)
{
    const std::int64_t desired = draft.desired.value;
    const bool rolls = workload.strategy != "OnDelete";
    const bool changing =
        rolls && !workload.updateRevision.empty() && workload.updateRevision != workload.currentRevision;
    if (rolls && (workload.observedGeneration == 0 || workload.meta.generation > workload.observedGeneration)) {
        say(draft, State::Pending, kUnseen);
        return;
    }
    const std::int64_t wanted = std::max<std::int64_t>(0, desired - workload.partition.value_or(0));
    if (workload.ready < desired) {
        const std::string words = of(workload.ready, desired, " replicas ready");
        say(draft, changing ? State::Pending : State::Warning, changing ? "Rollout: " + words : words);
    } else if (changing && workload.rollingUpdate && workload.partition && workload.updated < wanted) {
        say(draft, State::Pending, "Rollout: " + of(workload.updated, wanted, " new replicas updated"));
    } else if (changing && !workload.rollingUpdate) {
        say(draft, State::Pending, "Rollout: " + of(workload.updated, desired, " new replicas updated"));
    } else {
        say(draft, State::Ok, desired == 0 ? "Scaled to 0" : "");
    }
}

void describeDaemonSet(const wire::Workload &workload, WorkloadDraft &draft)
{
    const std::int64_t desired = workload.desiredScheduled;
    const bool rolls = workload.strategy != "OnDelete";
    if (workload.meta.generation > workload.observedGeneration) {
        say(draft, State::Pending, kUnseen);
    } else if (rolls && workload.updated < desired) {
        say(draft, State::Pending, "Rollout: " + of(workload.updated, desired, " updated pods scheduled"));
    } else if (workload.available < desired) {
        say(draft, State::Warning, of(workload.available, desired, " pods available"));
    } else if (workload.misscheduled > 0) {
        say(draft, State::Ok, std::to_string(workload.misscheduled) + " pods on nodes that should run none");
    } else {
        say(draft, State::Ok, {});
    }
}

void describeReplicas(const wire::Workload &workload, WorkloadDraft &draft)
{
    if (!describeFailure(workload, draft)) {
        describeReady(draft);
    }
}

std::string completionsOf(const wire::Workload &job)
{
    const std::string succeeded = std::to_string(job.succeeded);
    if (job.completions) {
        return succeeded + "/" + std::to_string(*job.completions);
    }
    const auto parallelism = job.parallelism.value_or(0);
    return parallelism > 1 ? succeeded + "/1 of " + std::to_string(parallelism) : succeeded + "/1";
}

void describeJob(const wire::Workload &job, WorkloadDraft &draft)
{
    draft.completions = completionsOf(job);
    draft.started = job.started;
    draft.finished = job.completed;
    if (holds(job, "Complete")) {
        say(draft, State::Completed, "Complete");
    } else if (holds(job, "Failed")) {
        say(draft, State::Failed, "Failed");
        draft.finished = conditionNamed(job, "Failed")->since; // completionTime is of success only
    } else if (job.meta.deleting) {
        say(draft, State::Terminating, "Terminating");
    } else if (holds(job, "Suspended")) {
        say(draft, State::Pending, "Suspended");
    } else if (holds(job, "FailureTarget")) {
        say(draft, State::Failed, "FailureTarget");
    } else if (holds(job, "SuccessCriteriaMet")) {
        say(draft, State::Completed, "SuccessCriteriaMet");
    } else {
        say(draft, job.failed > 0 ? State::Warning : job.active > 0 ? State::Ok : State::Pending, "Running");
    }
}

void describeCronJob(const wire::Workload &job, WorkloadDraft &draft)
{
    draft.schedule = job.schedule;
    draft.timeZone = job.timeZone;
    draft.lastSchedule = job.lastSchedule;
    say(draft, State::Ok, job.suspended ? "Suspended" : job.active > 0 ? std::to_string(job.active) + " active" : "");
}

} // namespace

void describeWorkload(const wire::Workload &workload, WorkloadDraft &draft)
{
    draft.paused = workload.paused || workload.suspended;
    const std::int64_t desired = workload.replicas.value_or(1);
    switch (draft.kind) {
    case WorkloadKind::Deployment:
        draft.desired = Count(desired);
        draft.current = Count(workload.statusReplicas);
        draft.ready = Count(workload.ready);
        draft.updated = Count(workload.updated);
        draft.available = Count(workload.available);
        describeDeployment(workload, draft);
        break;
    case WorkloadKind::StatefulSet:
        draft.desired = Count(desired);
        draft.current = Count(workload.statusReplicas);
        draft.ready = Count(workload.ready);
        draft.updated = Count(workload.updated);
        draft.available = Count(workload.available);
        describeStatefulSet(workload, draft);
        break;
    case WorkloadKind::DaemonSet:
        draft.desired = Count(workload.desiredScheduled);
        draft.current = Count(workload.currentScheduled);
        draft.ready = Count(workload.ready);
        draft.updated = Count(workload.updated);
        draft.available = Count(workload.available);
        describeDaemonSet(workload, draft);
        break;
    case WorkloadKind::ReplicaSet:
    case WorkloadKind::ReplicationController:
        draft.desired = Count(desired);
        draft.current = Count(workload.statusReplicas);
        draft.ready = Count(workload.ready);
        draft.available = Count(workload.available);
        describeReplicas(workload, draft);
        break;
    case WorkloadKind::Job:
        draft.desired = Count(workload.completions.value_or(1));
        draft.current = Count(workload.active);
        draft.ready = workload.jobReady ? Count(*workload.jobReady) : Count();
        describeJob(workload, draft);
        break;
    case WorkloadKind::CronJob:
        draft.current = Count(workload.active);
        describeCronJob(workload, draft);
        break;
    default:
        break;
    }
    const bool ended = draft.state == State::Completed || draft.state == State::Failed;
    if (workload.meta.deleting && !(draft.kind == WorkloadKind::Job && ended)) {
        say(draft, State::Terminating, "Terminating");
    }
}

std::string labelText(const wire::TextMap &labels)
{
    auto sorted = labels;
    std::sort(sorted.begin(), sorted.end());
    std::string text;
    for (const auto &[key, value] : sorted) {
        text += text.empty() ? "" : ",";
        text += key;
        text += "=";
        text += value;
    }
    return text;
}

std::string selectorText(const wire::Selector &selector)
{
    std::vector<std::pair<std::string, std::string>> parts; // sorted by label
    for (const auto &[key, value] : selector.labels) {
        parts.emplace_back(key, std::string(key) + "=" + std::string(value));
    }
    for (const auto &requirement : selector.expressions) {
        const std::string key(requirement.key);
        if (requirement.op == "Exists") {
            parts.emplace_back(key, key);
        } else if (requirement.op == "DoesNotExist") {
            parts.emplace_back(key, "!" + key);
        } else {
            auto values = requirement.values;
            std::sort(values.begin(), values.end());
            std::string list;
            for (const auto value : values) {
                list += list.empty() ? "" : ",";
                list += value;
            }
            parts.emplace_back(key, key + (requirement.op == "NotIn" ? " notin (" : " in (") + list + ")");
        }
    }
    std::stable_sort(parts.begin(), parts.end(), [](const auto &a, const auto &b) { return a.first < b.first; });
    std::string text;
    for (const auto &part : parts) {
        text += text.empty() ? "" : ",";
        text += part.second;
    }
    return text;
}

} // namespace sextant::kubernetes
