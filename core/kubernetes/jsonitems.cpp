// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kubernetes/jsonitems.h"

#include "core/base/format.h"

#include <array>
#include <charconv>
#include <limits>

namespace sextant::kubernetes::json {

Time timeOf(Element element)
{
    const Time time = parseTime(textOf(element));
    return time == kNoTime ? kNoTime : wire::timeOf(time.time_since_epoch().count());
}

std::string_view quantityOf(Element element, Texts &texts)
{
    if (element.is_string()) {
        return textOf(element);
    }
    std::array<char, 40> digits{};
    const auto written = [&](auto value) -> std::string_view {
        if (element.get(value) != simdjson::SUCCESS) {
            return {};
        }
        const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value);
        return texts.emplace_back(digits.data(), end.ptr);
    };
    if (element.is_int64()) {
        return written(std::int64_t(0));
    }
    if (element.is_uint64()) {
        return written(std::uint64_t(0));
    }
    // The shortest text that stands for the number is what was written, up to 17 digits.
    return element.is_double() ? written(0.0) : std::string_view();
}

namespace {

using Key = std::string_view;

bool truthOf(Element element)
{
    bool value = false;
    return element.get(value) == simdjson::SUCCESS && value;
}

std::int64_t wholeOf(Element element)
{
    std::int64_t value = 0;
    return element.get(value) == simdjson::SUCCESS ? value : 0;
}

std::int32_t smallOf(Element element)
{
    const auto value = wholeOf(element);
    return value >= std::numeric_limits<std::int32_t>::min() && value <= std::numeric_limits<std::int32_t>::max()
        ? std::int32_t(value)
        : 0;
}

std::optional<std::int32_t> maybeSmall(Element element)
{
    return element.is_int64() ? std::optional<std::int32_t>(smallOf(element)) : std::nullopt;
}

void readMap(Element element, wire::TextMap &map)
{
    eachMember(element, [&](Key key, Element value) { map.emplace_back(key, textOf(value)); });
}

void readQuantities(Element element, wire::ResourceList &list, Texts &texts)
{
    eachMember(element, [&](Key key, Element value) { list.emplace_back(key, quantityOf(value, texts)); });
}

void readResources(Element element, wire::Resources &resources, Texts &texts)
{
    eachMember(element, [&](Key key, Element value) {
        if (key == "limits") {
            readQuantities(value, resources.limits, texts);
        } else if (key == "requests") {
            readQuantities(value, resources.requests, texts);
        }
    });
}

void readMaybeResources(Element element, std::optional<wire::Resources> &resources, Texts &texts)
{
    if (element.is_object()) {
        readResources(element, resources.emplace(), texts);
    }
}

void readOwners(Element element, wire::Meta &meta)
{
    eachItem(element, [&](Element owner) {
        std::string_view kind, name, uid;
        bool controller = false;
        eachMember(owner, [&](Key key, Element value) {
            if (key == "kind") {
                kind = textOf(value);
            } else if (key == "name") {
                name = textOf(value);
            } else if (key == "uid") {
                uid = textOf(value);
            } else if (key == "controller") {
                controller = truthOf(value);
            }
        });
        if (controller) {
            meta.ownerKind = kind;
            meta.ownerName = name;
            meta.ownerUid = uid;
        }
    });
}

wire::Condition conditionOf(Element element)
{
    wire::Condition condition;
    eachMember(element, [&](Key key, Element value) {
        if (key == "type") {
            condition.type = textOf(value);
        } else if (key == "status") {
            condition.status = textOf(value);
        } else if (key == "reason") {
            condition.reason = textOf(value);
        } else if (key == "message") {
            condition.message = textOf(value);
        } else if (key == "lastTransitionTime") {
            condition.since = timeOf(value);
        }
    });
    return condition;
}

void readContainers(Element element, std::vector<wire::Container> &containers, Texts &texts)
{
    eachItem(element, [&](Element item) {
        auto &container = containers.emplace_back();
        eachMember(item, [&](Key key, Element value) {
            if (key == "name") {
                container.name = textOf(value);
            } else if (key == "image") {
                container.image = textOf(value);
            } else if (key == "resources") {
                readResources(value, container.resources, texts);
            } else if (key == "restartPolicy") {
                container.alwaysRestart = textOf(value) == "Always";
            }
        });
    });
}

void readState(Element element, wire::ContainerState &state)
{
    eachMember(element, [&](Key key, Element value) {
        if (!value.is_object()) {
            return;
        }
        if (key == "waiting") {
            state.waiting = true;
        } else if (key == "running") {
            state.running = true;
        } else if (key == "terminated") {
            state.terminated = true;
        } else {
            return;
        }
        eachMember(value, [&](Key inner, Element detail) {
            if (inner == "reason") {
                state.reason = textOf(detail);
            } else if (inner == "message") {
                state.message = textOf(detail);
            } else if (inner == "startedAt") {
                state.started = timeOf(detail);
            } else if (inner == "finishedAt") {
                state.finished = timeOf(detail);
            } else if (inner == "exitCode") {
                state.exitCode = smallOf(detail);
            } else if (inner == "signal") {
                state.signal = smallOf(detail);
            }
        });
    });
}

void readStatuses(Element element, std::vector<wire::ContainerStatus> &statuses, Texts &texts)
{
    eachItem(element, [&](Element item) {
        auto &status = statuses.emplace_back();
        eachMember(item, [&](Key key, Element value) {
            if (key == "name") {
                status.name = textOf(value);
            } else if (key == "state") {
                readState(value, status.state);
            } else if (key == "lastState") {
                readState(value, status.last);
            } else if (key == "ready") {
                status.ready = truthOf(value);
            } else if (key == "restartCount") {
                status.restarts = smallOf(value);
            } else if (key == "started") {
                status.started = value.is_bool() ? std::optional<bool>(truthOf(value)) : std::nullopt;
            } else if (key == "allocatedResources") {
                readQuantities(value, status.allocated, texts);
            } else if (key == "resources") {
                readMaybeResources(value, status.resources, texts);
            }
        });
    });
}

void readPodSpec(Element element, wire::Pod &pod, Texts &texts)
{
    eachMember(element, [&](Key key, Element value) {
        if (key == "containers") {
            readContainers(value, pod.containers, texts);
        } else if (key == "initContainers") {
            readContainers(value, pod.initContainers, texts);
        } else if (key == "ephemeralContainers") {
            readContainers(value, pod.ephemeralContainers, texts);
        } else if (key == "nodeName") {
            pod.nodeName = textOf(value);
        } else if (key == "serviceAccountName") {
            pod.serviceAccount = textOf(value);
        } else if (key == "priorityClassName") {
            pod.priorityClass = textOf(value);
        } else if (key == "overhead") {
            readQuantities(value, pod.overhead, texts);
        } else if (key == "resources") {
            readMaybeResources(value, pod.resources, texts);
        } else if (key == "readinessGates") {
            eachItem(value, [&](Element gate) {
                eachMember(gate, [&](Key inner, Element type) {
                    if (inner == "conditionType") {
                        pod.readinessGates.push_back(textOf(type));
                    }
                });
            });
        }
    });
}

void readPodStatus(Element element, wire::Pod &pod, Texts &texts)
{
    eachMember(element, [&](Key key, Element value) {
        if (key == "phase") {
            pod.phase = textOf(value);
        } else if (key == "reason") {
            pod.reason = textOf(value);
        } else if (key == "message") {
            pod.message = textOf(value);
        } else if (key == "hostIP") {
            pod.hostIp = textOf(value);
        } else if (key == "podIP") {
            pod.podIp = textOf(value);
        } else if (key == "podIPs") {
            eachItem(value, [&](Element ip) {
                eachMember(ip, [&](Key inner, Element address) {
                    if (inner == "ip" && pod.firstPodIp.empty()) {
                        pod.firstPodIp = textOf(address);
                    }
                });
            });
        } else if (key == "qosClass") {
            pod.qos = textOf(value);
        } else if (key == "nominatedNodeName") {
            pod.nominatedNode = textOf(value);
        } else if (key == "conditions") {
            eachItem(value, [&](Element item) { pod.conditions.push_back(conditionOf(item)); });
        } else if (key == "containerStatuses") {
            readStatuses(value, pod.containerStatuses, texts);
        } else if (key == "initContainerStatuses") {
            readStatuses(value, pod.initStatuses, texts);
        } else if (key == "ephemeralContainerStatuses") {
            readStatuses(value, pod.ephemeralStatuses, texts);
        } else if (key == "allocatedResources") {
            readQuantities(value, pod.allocated, texts);
        } else if (key == "resources") {
            readMaybeResources(value, pod.actuated, texts);
        } else if (key == "nodeAllocatableResourceClaimStatuses") {
            eachItem(value, [&](Element claim) {
                eachMember(claim, [&](Key inner, Element resources) {
                    if (inner == "resources") {
                        readQuantities(resources, pod.claimResources.emplace_back(), texts);
                    }
                });
            });
        }
    });
}

void readNodeInfo(Element element, wire::Node &node)
{
    eachMember(element, [&](Key key, Element value) {
        if (key == "kernelVersion") {
            node.kernel = textOf(value);
        } else if (key == "osImage") {
            node.osImage = textOf(value);
        } else if (key == "containerRuntimeVersion") {
            node.runtime = textOf(value);
        } else if (key == "kubeletVersion") {
            node.kubelet = textOf(value);
        } else if (key == "architecture") {
            node.architecture = textOf(value);
        }
    });
}

void readNodeSpec(Element element, wire::Node &node)
{
    eachMember(element, [&](Key key, Element value) {
        if (key == "unschedulable") {
            node.unschedulable = truthOf(value);
        } else if (key == "taints") {
            eachItem(value, [&](Element item) {
                auto &taint = node.taints.emplace_back();
                eachMember(item, [&](Key inner, Element detail) {
                    if (inner == "key") {
                        taint.key = textOf(detail);
                    } else if (inner == "value") {
                        taint.value = textOf(detail);
                    } else if (inner == "effect") {
                        taint.effect = textOf(detail);
                    } else if (inner == "timeAdded") {
                        taint.added = timeOf(detail);
                    }
                });
            });
        }
    });
}

void readNodeStatus(Element element, wire::Node &node, Texts &texts)
{
    eachMember(element, [&](Key key, Element value) {
        if (key == "capacity") {
            readQuantities(value, node.capacity, texts);
        } else if (key == "allocatable") {
            readQuantities(value, node.allocatable, texts);
        } else if (key == "conditions") {
            eachItem(value, [&](Element item) { node.conditions.push_back(conditionOf(item)); });
        } else if (key == "addresses") {
            eachItem(value, [&](Element item) {
                auto &address = node.addresses.emplace_back();
                eachMember(item, [&](Key inner, Element detail) {
                    if (inner == "type") {
                        address.first = textOf(detail);
                    } else if (inner == "address") {
                        address.second = textOf(detail);
                    }
                });
            });
        } else if (key == "nodeInfo") {
            readNodeInfo(value, node);
        }
    });
}

void readSelector(Element element, wire::Selector &selector)
{
    bool plain = true; // a ReplicationController's selector is the labels themselves
    eachMember(element, [&](Key key, Element value) {
        if (key == "matchLabels" && value.is_object()) {
            plain = false;
            readMap(value, selector.labels);
        } else if (key == "matchExpressions" && value.is_array()) {
            plain = false;
            eachItem(value, [&](Element item) {
                auto &requirement = selector.expressions.emplace_back();
                eachMember(item, [&](Key inner, Element detail) {
                    if (inner == "key") {
                        requirement.key = textOf(detail);
                    } else if (inner == "operator") {
                        requirement.op = textOf(detail);
                    } else if (inner == "values") {
                        eachItem(detail, [&](Element one) { requirement.values.push_back(textOf(one)); });
                    }
                });
            });
        }
    });
    if (plain) {
        readMap(element, selector.labels);
    }
}

void readTemplate(Element element, wire::Workload &workload)
{
    eachMember(element, [&](Key key, Element spec) {
        if (key != "spec") {
            return;
        }
        eachMember(spec, [&](Key inner, Element value) {
            if (inner == "containers") {
                Texts texts; // resources of a template are not looked at
                readContainers(value, workload.containers, texts);
                for (auto &container : workload.containers) {
                    container.resources = {};
                }
            } else if (inner == "nodeSelector") {
                readMap(value, workload.nodeSelector);
            }
        });
    });
}

void readStrategy(Element element, wire::Workload &workload)
{
    eachMember(element, [&](Key key, Element value) {
        if (key == "type") {
            workload.strategy = textOf(value);
        } else if (key == "rollingUpdate" && value.is_object()) {
            workload.rollingUpdate = true;
            eachMember(value, [&](Key inner, Element detail) {
                if (inner == "partition") {
                    workload.partition = maybeSmall(detail);
                }
            });
        }
    });
}

void readWorkloadSpec(Element element, wire::Workload &workload)
{
    eachMember(element, [&](Key key, Element value) {
        if (key == "replicas") {
            workload.replicas = maybeSmall(value);
        } else if (key == "parallelism") {
            workload.parallelism = maybeSmall(value);
        } else if (key == "completions") {
            workload.completions = maybeSmall(value);
        } else if (key == "selector") {
            readSelector(value, workload.selector);
        } else if (key == "template") {
            readTemplate(value, workload);
        } else if (key == "paused") {
            workload.paused = truthOf(value);
        } else if (key == "suspend") {
            workload.suspended = truthOf(value);
        } else if (key == "updateStrategy") {
            readStrategy(value, workload);
        } else if (key == "schedule") {
            workload.schedule = textOf(value);
        } else if (key == "timeZone") {
            workload.timeZone = textOf(value);
        } else if (key == "jobTemplate") {
            eachMember(value, [&](Key inner, Element spec) {
                if (inner == "spec") {
                    wire::Workload job;
                    readWorkloadSpec(spec, job);
                    workload.containers = std::move(job.containers);
                    workload.selector = std::move(job.selector);
                }
            });
        }
    });
}

void readWorkloadStatus(Element element, wire::Workload &workload, bool cronJob)
{
    eachMember(element, [&](Key key, Element value) {
        if (key == "observedGeneration") {
            workload.observedGeneration = wholeOf(value);
        } else if (key == "replicas") {
            workload.statusReplicas = smallOf(value);
        } else if (key == "readyReplicas" || key == "numberReady") {
            workload.ready = smallOf(value);
        } else if (key == "ready") {
            workload.jobReady = maybeSmall(value);
        } else if (key == "updatedReplicas" || key == "updatedNumberScheduled") {
            workload.updated = smallOf(value);
        } else if (key == "availableReplicas" || key == "numberAvailable") {
            workload.available = smallOf(value);
        } else if (key == "desiredNumberScheduled") {
            workload.desiredScheduled = smallOf(value);
        } else if (key == "currentNumberScheduled") {
            workload.currentScheduled = smallOf(value);
        } else if (key == "numberMisscheduled") {
            workload.misscheduled = smallOf(value);
        } else if (key == "currentRevision") {
            workload.currentRevision = textOf(value);
        } else if (key == "updateRevision") {
            workload.updateRevision = textOf(value);
        } else if (key == "active") {
            if (cronJob) {
                eachItem(value, [&](Element) { ++workload.active; });
            } else {
                workload.active = smallOf(value);
            }
        } else if (key == "succeeded") {
            workload.succeeded = smallOf(value);
        } else if (key == "failed") {
            workload.failed = smallOf(value);
        } else if (key == "startTime") {
            workload.started = timeOf(value);
        } else if (key == "completionTime") {
            workload.completed = timeOf(value);
        } else if (key == "lastScheduleTime") {
            workload.lastSchedule = timeOf(value);
        } else if (key == "conditions") {
            eachItem(value, [&](Element item) { workload.conditions.push_back(conditionOf(item)); });
        }
    });
}

} // namespace

void readMeta(Element object, wire::Meta &meta)
{
    eachMember(object, [&](Key key, Element value) {
        if (key == "name") {
            meta.name = textOf(value);
        } else if (key == "namespace") {
            meta.ns = textOf(value);
        } else if (key == "uid") {
            meta.uid = textOf(value);
        } else if (key == "resourceVersion") {
            meta.resourceVersion = textOf(value);
        } else if (key == "generation") {
            meta.generation = wholeOf(value);
        } else if (key == "creationTimestamp") {
            meta.created = timeOf(value);
        } else if (key == "deletionTimestamp" && value.is_string()) {
            meta.deleted = timeOf(value);
            meta.deleting = true;
        } else if (key == "labels") {
            readMap(value, meta.labels);
        } else if (key == "annotations") {
            eachMember(value, [&](Key name, Element text) {
                if (name == "deployment.kubernetes.io/revision") {
                    meta.revision = textOf(text);
                } else if (name == "k8s.io/initial-events-end") {
                    meta.initialEventsEnd = textOf(text) == "true";
                }
            });
        } else if (key == "ownerReferences") {
            readOwners(value, meta);
        }
    });
}

void read(Element object, wire::Pod &pod, Texts &texts)
{
    eachMember(object, [&](Key key, Element value) {
        if (key == "metadata") {
            readMeta(value, pod.meta);
        } else if (key == "spec") {
            readPodSpec(value, pod, texts);
        } else if (key == "status") {
            readPodStatus(value, pod, texts);
        }
    });
}

void read(Element object, wire::Node &node, Texts &texts)
{
    eachMember(object, [&](Key key, Element value) {
        if (key == "metadata") {
            readMeta(value, node.meta);
        } else if (key == "spec") {
            readNodeSpec(value, node);
        } else if (key == "status") {
            readNodeStatus(value, node, texts);
        }
    });
}

void read(Element object, wire::Namespace &item)
{
    eachMember(object, [&](Key key, Element value) {
        if (key == "metadata") {
            readMeta(value, item.meta);
        } else if (key == "status") {
            eachMember(value, [&](Key inner, Element phase) {
                if (inner == "phase") {
                    item.phase = textOf(phase);
                }
            });
        }
    });
}

void read(Element object, wire::Workload &workload, bool cronJob)
{
    eachMember(object, [&](Key key, Element value) {
        if (key == "metadata") {
            readMeta(value, workload.meta);
        } else if (key == "spec") {
            readWorkloadSpec(value, workload);
        } else if (key == "status") {
            readWorkloadStatus(value, workload, cronJob);
        }
    });
}

void read(Element object, wire::ListMeta &meta)
{
    eachMember(object, [&](Key key, Element value) {
        if (key == "resourceVersion") {
            meta.resourceVersion = textOf(value);
        } else if (key == "continue") {
            meta.continueToken = textOf(value);
        } else if (key == "remainingItemCount" && value.is_int64()) {
            meta.remaining = wholeOf(value);
        }
    });
}

void read(Element object, wire::Status &status)
{
    eachMember(object, [&](Key key, Element value) {
        if (key == "metadata") {
            wire::ListMeta meta;
            read(value, meta);
            status.continueToken = meta.continueToken;
        } else if (key == "message") {
            status.message = textOf(value);
        } else if (key == "reason") {
            status.reason = textOf(value);
        } else if (key == "code") {
            status.code = smallOf(value);
        } else if (key == "details") {
            eachMember(value, [&](Key inner, Element detail) {
                if (inner == "retryAfterSeconds") {
                    status.retryAfterSeconds = smallOf(detail);
                }
            });
        }
    });
}

} // namespace sextant::kubernetes::json
