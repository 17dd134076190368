// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulator/objects_workload.h"

namespace sextant::simulator {

namespace {

constexpr int kHistory = 10; // revisionHistoryLimit

// "25%" as an IntOrString.
void writePercent(ProtoWriter &proto, int field)
{
    proto.message(field, [&] {
        proto.number(1, 1);
        proto.number(2, 0);
        proto.text(3, "25%");
    });
}

void writeNumber(ProtoWriter &proto, int field, int value)
{
    proto.message(field, [&] {
        proto.number(1, 0);
        proto.number(2, value);
        proto.text(3, "");
    });
}

enum class Second { None, LastUpdate, LastProbe };

void writeConditions(JsonWriter &json, const std::vector<Condition> &conditions, Second second)
{
    if (conditions.empty()) {
        return;
    }
    json.array("conditions");
    for (const auto &condition : conditions) {
        json.open('{');
        json.member("type", condition.type);
        json.member("status", condition.status);
        if (second == Second::LastUpdate) {
            json.timeOrNull("lastUpdateTime", condition.other);
        } else if (second == Second::LastProbe) {
            json.timeOrNull("lastProbeTime", condition.other);
        }
        json.timeOrNull("lastTransitionTime", condition.transition);
        json.some("reason", condition.reason);
        json.some("message", condition.message);
        json.close('}');
    }
    json.close(']');
}

} // namespace

void WorkloadObject::writeSelector(JsonWriter &json) const
{
    json.object("selector");
    json.map("matchLabels", *selector);
    json.close('}');
}

void WorkloadObject::writeSelector(ProtoWriter &proto, int field) const
{
    proto.message(field, [&] { proto.map(1, *selector); });
}

void WorkloadObject::writeTemplate(ProtoWriter &proto, int field) const
{
    proto.message(field, [&] { plan->writeSpec(proto); });
}

std::string WorkloadObject::selectorText() const
{
    std::string out;
    for (const auto &[key, value] : *selector) {
        out += (out.empty() ? "" : ",") + key + '=' + value;
    }
    return out;
}

void DeploymentObject::writeBody(JsonWriter &json) const
{
    json.object("spec");
    json.member("replicas", replicas);
    writeSelector(json);
    plan->writeSpec(json);
    json.object("strategy");
    json.member("type", "RollingUpdate");
    json.object("rollingUpdate");
    json.member("maxUnavailable", "25%");
    json.member("maxSurge", "25%");
    json.close('}').close('}');
    json.member("revisionHistoryLimit", kHistory);
    json.member("progressDeadlineSeconds", 600);
    json.close('}');
    json.object("status");
    json.some("observedGeneration", observed);
    json.some("replicas", current);
    json.some("updatedReplicas", updated);
    json.some("readyReplicas", ready);
    json.some("availableReplicas", available);
    json.some("unavailableReplicas", unavailable);
    writeConditions(json, conditions, Second::LastUpdate);
    json.close('}');
}

void DeploymentObject::writeBody(ProtoWriter &proto) const
{
    proto.message(2, [&] {
        proto.number(1, replicas);
        writeSelector(proto, 2);
        writeTemplate(proto, 3);
        proto.message(4, [&] {
            proto.text(1, "RollingUpdate");
            proto.message(2, [&] {
                writePercent(proto, 1);
                writePercent(proto, 2);
            });
        });
        proto.number(5, 0);
        proto.number(6, kHistory);
        proto.number(7, 0);
        proto.number(9, 600);
    });
    proto.message(3, [&] {
        proto.number(1, observed);
        proto.number(2, current);
        proto.number(3, updated);
        proto.number(4, available);
        proto.number(5, unavailable);
        for (const auto &condition : conditions) {
            proto.message(6, [&] {
                proto.text(1, condition.type);
                proto.text(2, condition.status);
                proto.text(4, condition.reason);
                proto.text(5, condition.message);
                proto.time(6, condition.other);
                proto.time(7, condition.transition);
            });
        }
        proto.number(7, ready);
    });
}

void ReplicaSetObject::writeBody(JsonWriter &json) const
{
    json.object("spec");
    json.member("replicas", replicas);
    writeSelector(json);
    plan->writeSpec(json);
    json.close('}');
    json.object("status");
    json.member("replicas", current);
    json.some("fullyLabeledReplicas", current);
    json.some("readyReplicas", ready);
    json.some("availableReplicas", available);
    json.some("observedGeneration", observed);
    json.close('}');
}

void ReplicaSetObject::writeBody(ProtoWriter &proto) const
{
    proto.message(2, [&] {
        proto.number(1, replicas);
        writeSelector(proto, 2);
        writeTemplate(proto, 3);
        proto.number(4, 0);
    });
    proto.message(3, [&] {
        proto.number(1, current);
        proto.number(2, current);
        proto.number(3, observed);
        proto.number(4, ready);
        proto.number(5, available);
    });
}

void StatefulSetObject::writeBody(JsonWriter &json) const
{
    json.object("spec");
    json.member("replicas", replicas);
    writeSelector(json);
    plan->writeSpec(json);
    json.member("serviceName", service);
    json.member("podManagementPolicy", "OrderedReady");
    json.object("updateStrategy");
    json.member("type", "RollingUpdate");
    json.object("rollingUpdate");
    json.member("partition", 0);
    json.close('}').close('}');
    json.member("revisionHistoryLimit", kHistory);
    if (!old) {
        json.object("persistentVolumeClaimRetentionPolicy");
        json.member("whenDeleted", "Retain");
        json.member("whenScaled", "Retain");
        json.close('}');
    }
    json.close('}');
    json.object("status");
    json.some("observedGeneration", observed);
    json.member("replicas", current);
    json.some("readyReplicas", ready);
    json.some("currentReplicas", updated);
    json.some("updatedReplicas", updated);
    json.member("currentRevision", revision);
    json.member("updateRevision", revision);
    json.member("collisionCount", 0);
    if (!old) {
        json.member("availableReplicas", available);
    }
    json.close('}');
}

void StatefulSetObject::writeBody(ProtoWriter &proto) const
{
    proto.message(2, [&] {
        proto.number(1, replicas);
        writeSelector(proto, 2);
        writeTemplate(proto, 3);
        proto.text(5, service);
        proto.text(6, "OrderedReady");
        proto.message(7, [&] {
            proto.text(1, "RollingUpdate");
            proto.message(2, [&] { proto.number(1, 0); });
        });
        proto.number(8, kHistory);
        if (!old) {
            proto.number(9, 0);
            proto.message(10, [&] {
                proto.text(1, "Retain");
                proto.text(2, "Retain");
            });
        }
    });
    proto.message(3, [&] {
        proto.number(1, observed);
        proto.number(2, current);
        proto.number(3, ready);
        proto.number(4, updated);
        proto.number(5, updated);
        proto.text(6, revision);
        proto.text(7, revision);
        proto.number(9, 0);
        if (!old) {
            proto.number(11, available);
        }
    });
}

void DaemonSetObject::writeBody(JsonWriter &json) const
{
    json.object("spec");
    writeSelector(json);
    plan->writeSpec(json);
    json.object("updateStrategy");
    json.member("type", "RollingUpdate");
    json.object("rollingUpdate");
    json.member("maxUnavailable", 1);
    if (!old) {
        json.member("maxSurge", 0);
    }
    json.close('}').close('}');
    json.member("revisionHistoryLimit", kHistory);
    json.close('}');
    json.object("status");
    json.member("currentNumberScheduled", current);
    json.member("numberMisscheduled", 0);
    json.member("desiredNumberScheduled", desired);
    json.member("numberReady", ready);
    json.some("observedGeneration", observed);
    json.some("updatedNumberScheduled", current);
    json.some("numberAvailable", available);
    json.some("numberUnavailable", desired - available);
    json.close('}');
}

void DaemonSetObject::writeBody(ProtoWriter &proto) const
{
    proto.message(2, [&] {
        writeSelector(proto, 1);
        writeTemplate(proto, 2);
        proto.message(3, [&] {
            proto.text(1, "RollingUpdate");
            proto.message(2, [&] {
                writeNumber(proto, 1, 1);
                if (!old) {
                    writeNumber(proto, 2, 0);
                }
            });
        });
        proto.number(4, 0);
        proto.number(6, kHistory);
    });
    proto.message(3, [&] {
        proto.number(1, current);
        proto.number(2, 0);
        proto.number(3, desired);
        proto.number(4, ready);
        proto.number(5, observed);
        proto.number(6, current);
        proto.number(7, available);
        proto.number(8, desired - available);
    });
}

namespace {

void writeJobSpec(JsonWriter &json, int parallelism, int completions, int backoffLimit)
{
    json.member("parallelism", parallelism);
    json.member("completions", completions);
    json.member("backoffLimit", backoffLimit);
}

} // namespace

void JobObject::writeBody(JsonWriter &json) const
{
    json.object("spec");
    writeJobSpec(json, parallelism, completions, backoffLimit);
    writeSelector(json);
    plan->writeSpec(json);
    if (!old) {
        json.member("completionMode", "NonIndexed");
        json.flag("suspend", false);
        json.member("podReplacementPolicy", "TerminatingOrFailed");
    }
    json.close('}');
    json.object("status");
    writeConditions(json, conditions, Second::LastProbe);
    json.some("startTime", started);
    json.some("completionTime", completed);
    json.some("active", active);
    json.some("succeeded", succeeded);
    json.some("failed", failed);
    if (!old) {
        json.member("terminating", 0);
        json.object("uncountedTerminatedPods").close('}');
        json.member("ready", readyPods);
    }
    json.close('}');
}

void JobObject::writeBody(ProtoWriter &proto) const
{
    proto.message(2, [&] {
        proto.number(1, parallelism);
        proto.number(2, completions);
        writeSelector(proto, 4);
        writeTemplate(proto, 6);
        proto.number(7, backoffLimit);
        if (!old) {
            proto.text(9, "NonIndexed");
            proto.number(10, 0);
            proto.text(14, "TerminatingOrFailed");
        }
    });
    proto.message(3, [&] {
        for (const auto &condition : conditions) {
            proto.message(1, [&] {
                proto.text(1, condition.type);
                proto.text(2, condition.status);
                proto.time(3, condition.other);
                proto.time(4, condition.transition);
                proto.text(5, condition.reason);
                proto.text(6, condition.message);
            });
        }
        proto.some(2, started);
        proto.some(3, completed);
        proto.number(4, active);
        proto.number(5, succeeded);
        proto.number(6, failed);
        if (!old) {
            proto.text(7, "");
            proto.message(8, [] {});
            proto.number(9, readyPods);
            proto.number(11, 0);
        }
    });
}

void CronJobObject::writeBody(JsonWriter &json) const
{
    json.object("spec");
    json.member("schedule", schedule);
    json.member("concurrencyPolicy", "Forbid");
    json.flag("suspend", suspended);
    json.object("jobTemplate");
    json.object("metadata");
    if (old) {
        json.key("creationTimestamp").null();
    }
    json.close('}');
    json.object("spec");
    writeJobSpec(json, parallelism, completions, 2);
    plan->writeSpec(json);
    json.close('}').close('}');
    json.member("successfulJobsHistoryLimit", 3);
    json.member("failedJobsHistoryLimit", 1);
    json.close('}');
    json.object("status");
    if (!active.empty()) {
        json.array("active");
        for (const auto &job : active) {
            json.open('{');
            json.member("kind", "Job");
            json.member("namespace", ns);
            json.member("name", job.name);
            json.member("uid", job.uid);
            json.member("apiVersion", "batch/v1");
            json.member("resourceVersion", std::to_string(job.version));
            json.close('}');
        }
        json.close(']');
    }
    json.some("lastScheduleTime", lastScheduled);
    if (!old) {
        json.some("lastSuccessfulTime", lastSucceeded);
    }
    json.close('}');
}

void CronJobObject::writeBody(ProtoWriter &proto) const
{
    proto.message(2, [&] {
        proto.text(1, schedule);
        proto.text(3, "Forbid");
        proto.number(4, suspended ? 1 : 0);
        proto.message(5, [&] {
            proto.message(1, [&] {
                for (int field = 1; field <= 6; ++field) {
                    proto.text(field, "");
                }
                proto.number(7, 0);
                proto.time(8, kNoTime);
                if (old) {
                    proto.text(15, "");
                }
            });
            proto.message(2, [&] {
                proto.number(1, parallelism);
                proto.number(2, completions);
                writeTemplate(proto, 6);
                proto.number(7, 2);
            });
        });
        proto.number(6, 3);
        proto.number(7, 1);
    });
    proto.message(3, [&] {
        for (const auto &job : active) {
            proto.message(1, [&] {
                proto.text(1, "Job");
                proto.text(2, ns);
                proto.text(3, job.name);
                proto.text(4, job.uid);
                proto.text(5, "batch/v1");
                proto.text(6, std::to_string(job.version));
                proto.text(7, "");
            });
        }
        proto.some(4, lastScheduled);
        if (!old) {
            proto.some(5, lastSucceeded);
        }
    });
}

} // namespace sextant::simulator
