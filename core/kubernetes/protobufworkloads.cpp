// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kubernetes/protobuffields.h"
#include "core/kubernetes/protobufitems.h"

namespace sextant::kubernetes::protobuf {

using Reader = protozero::pbf_reader;

namespace {

/// Which number a field has in one kind's spec and status; 0: the kind does not have it.
struct Numbers {
    // spec
    std::uint32_t replicas = 0, selector = 0, labelSelector = 0, podTemplate = 0, paused = 0, updateStrategy = 0;
    std::uint32_t parallelism = 0, completions = 0, suspend = 0;
    // status
    std::uint32_t observedGeneration = 0, statusReplicas = 0, ready = 0, updated = 0, available = 0, conditions = 0;
    std::uint32_t desiredScheduled = 0, currentScheduled = 0, misscheduled = 0;
    // a condition's own
    std::uint32_t since = 3, reason = 4, message = 5;
};

constexpr Numbers numbersOf(Controller kind)
{
    Numbers n;
    switch (kind) {
    case Controller::Deployment:
        n.replicas = 1, n.labelSelector = 2, n.podTemplate = 3, n.paused = 7;
        n.observedGeneration = 1, n.statusReplicas = 2, n.updated = 3, n.available = 4, n.conditions = 6, n.ready = 7;
        n.since = 7, n.reason = 4, n.message = 5;
        break;
    case Controller::ReplicaSet:
        n.replicas = 1, n.labelSelector = 2, n.podTemplate = 3;
        n.statusReplicas = 1, n.observedGeneration = 3, n.ready = 4, n.available = 5, n.conditions = 6;
        break;
    case Controller::ReplicationController:
        n.replicas = 1, n.selector = 2, n.podTemplate = 3;
        n.statusReplicas = 1, n.observedGeneration = 3, n.ready = 4, n.available = 5, n.conditions = 6;
        break;
    case Controller::StatefulSet:
        n.replicas = 1, n.labelSelector = 2, n.podTemplate = 3, n.updateStrategy = 7;
        n.observedGeneration = 1, n.statusReplicas = 2, n.ready = 3, n.updated = 5, n.conditions = 10, n.available = 11;
        break;
    case Controller::DaemonSet:
        n.labelSelector = 1, n.podTemplate = 2, n.updateStrategy = 3;
        n.currentScheduled = 1, n.misscheduled = 2, n.desiredScheduled = 3, n.ready = 4, n.observedGeneration = 5;
        n.updated = 6, n.available = 7, n.conditions = 10;
        break;
    case Controller::Job:
        n.parallelism = 1, n.completions = 2, n.labelSelector = 4, n.podTemplate = 6, n.suspend = 10;
        n.conditions = 1, n.since = 4, n.reason = 5, n.message = 6;
        break;
    case Controller::CronJob:
        break; // read apart
    }
    return n;
}

void readTemplate(std::string_view bytes, wire::Workload &workload)
{
    eachField(bytes, [&](Reader &reader, std::uint32_t field) {
        if (field != message(2)) {
            return false;
        }
        eachField(viewOf(reader), [&](Reader &spec, std::uint32_t specField) {
            switch (specField) {
            case message(2):
                readContainer(viewOf(spec), workload.containers.emplace_back());
                return true;
            case message(7):
                readMapEntry(viewOf(spec), workload.nodeSelector);
                return true;
            default:
                return false;
            }
        });
        return true;
    });
}

void readStrategy(std::string_view bytes, wire::Workload &workload)
{
    eachField(bytes, [&](Reader &reader, std::uint32_t field) {
        switch (field) {
        case text(1):
            workload.strategy = viewOf(reader);
            return true;
        case message(2):
            workload.rollingUpdate = true;
            eachField(viewOf(reader), [&](Reader &inner, std::uint32_t innerField) {
                if (innerField != number(1)) {
                    return false; // a DaemonSet's 1 is a message
                }
                workload.partition = inner.get_int32();
                return true;
            });
            return true;
        default:
            return false;
        }
    });
}

void readSpec(std::string_view bytes, wire::Workload &workload, const Numbers &n)
{
    eachField(bytes, [&](Reader &reader, std::uint32_t field) {
        const auto has = [field](std::uint32_t numberOf, std::uint32_t type) {
            return numberOf != 0 && field == ((numberOf << 3) | type);
        };
        if (has(n.replicas, 0)) {
            workload.replicas = reader.get_int32();
        } else if (has(n.labelSelector, 2)) {
            readSelector(viewOf(reader), workload.selector);
        } else if (has(n.selector, 2)) {
            readMapEntry(viewOf(reader), workload.selector.labels);
        } else if (has(n.podTemplate, 2)) {
            readTemplate(viewOf(reader), workload);
        } else if (has(n.paused, 0)) {
            workload.paused = reader.get_bool();
        } else if (has(n.updateStrategy, 2)) {
            readStrategy(viewOf(reader), workload);
        } else if (has(n.parallelism, 0)) {
            workload.parallelism = reader.get_int32();
        } else if (has(n.completions, 0)) {
            workload.completions = reader.get_int32();
        } else if (has(n.suspend, 0)) {
            workload.suspended = reader.get_bool();
        } else {
            return false;
        }
        return true;
    });
}

void readStatus(std::string_view bytes, wire::Workload &workload, const Numbers &n)
{
    eachField(bytes, [&](Reader &reader, std::uint32_t field) {
        const auto has = [field](std::uint32_t numberOf) { return numberOf != 0 && field == number(numberOf); };
        if (has(n.observedGeneration)) {
            workload.observedGeneration = reader.get_int64();
        } else if (has(n.statusReplicas)) {
            workload.statusReplicas = reader.get_int32();
        } else if (has(n.ready)) {
            workload.ready = reader.get_int32();
        } else if (has(n.updated)) {
            workload.updated = reader.get_int32();
        } else if (has(n.available)) {
            workload.available = reader.get_int32();
        } else if (has(n.desiredScheduled)) {
            workload.desiredScheduled = reader.get_int32();
        } else if (has(n.currentScheduled)) {
            workload.currentScheduled = reader.get_int32();
        } else if (has(n.misscheduled)) {
            workload.misscheduled = reader.get_int32();
        } else if (field == message(n.conditions)) {
            workload.conditions.push_back(conditionOf(viewOf(reader), n.since, n.reason, n.message));
        } else {
            return false;
        }
        return true;
    });
}

void readRevisions(std::string_view bytes, wire::Workload &workload)
{
    eachField(bytes, [&](Reader &reader, std::uint32_t field) {
        switch (field) {
        case text(6):
            workload.currentRevision = viewOf(reader);
            return true;
        case text(7):
            workload.updateRevision = viewOf(reader);
            return true;
        default:
            return false;
        }
    });
}

void readJobStatus(std::string_view bytes, wire::Workload &workload)
{
    eachField(bytes, [&](Reader &reader, std::uint32_t field) {
        switch (field) {
        case message(2):
            workload.started = timeOf(viewOf(reader));
            return true;
        case message(3):
            workload.completed = timeOf(viewOf(reader));
            return true;
        case number(4):
            workload.active = reader.get_int32();
            return true;
        case number(5):
            workload.succeeded = reader.get_int32();
            return true;
        case number(6):
            workload.failed = reader.get_int32();
            return true;
        case number(9):
            workload.jobReady = reader.get_int32();
            return true;
        default:
            return false;
        }
    });
}

void readCronJobSpec(std::string_view bytes, wire::Workload &workload)
{
    eachField(bytes, [&](Reader &reader, std::uint32_t field) {
        switch (field) {
        case text(1):
            workload.schedule = viewOf(reader);
            return true;
        case number(4):
            workload.suspended = reader.get_bool();
            return true;
        case message(5):
            eachField(viewOf(reader), [&](Reader &inner, std::uint32_t innerField) {
                if (innerField != message(2)) {
                    return false;
                }
                // Of the jobs to come only their containers and selector concern the CronJob itself.
                wire::Workload job;
                readSpec(viewOf(inner), job, numbersOf(Controller::Job));
                workload.containers = std::move(job.containers);
                workload.selector = std::move(job.selector);
                return true;
            });
            return true;
        case text(8):
            workload.timeZone = viewOf(reader);
            return true;
        default:
            return false;
        }
    });
}

void readCronJobStatus(std::string_view bytes, wire::Workload &workload)
{
    eachField(bytes, [&](Reader &reader, std::uint32_t field) {
        switch (field) {
        case message(1):
            reader.skip();
            ++workload.active;
            return true;
        case message(4):
            workload.lastSchedule = timeOf(viewOf(reader));
            return true;
        default:
            return false;
        }
    });
}

} // namespace

void read(std::string_view bytes, wire::Workload &workload, Controller kind)
{
    const Numbers n = numbersOf(kind);
    eachField(bytes, [&](Reader &reader, std::uint32_t field) {
        switch (field) {
        case message(1):
            readMeta(viewOf(reader), workload.meta);
            return true;
        case message(2):
            if (kind == Controller::CronJob) {
                readCronJobSpec(viewOf(reader), workload);
            } else {
                readSpec(viewOf(reader), workload, n);
            }
            return true;
        case message(3): {
            const auto status = viewOf(reader);
            if (kind == Controller::CronJob) {
                readCronJobStatus(status, workload);
                return true;
            }
            readStatus(status, workload, n);
            if (kind == Controller::Job) {
                readJobStatus(status, workload);
            } else if (kind == Controller::StatefulSet) {
                readRevisions(status, workload);
            }
            return true;
        }
        default:
            return false;
        }
    });
}

} // namespace sextant::kubernetes::protobuf
