// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kubernetes/protobufitems.h"

#include "core/kubernetes/protobuffields.h"

namespace sextant::kubernetes::protobuf {

using Reader = protozero::pbf_reader;

namespace {

/// How many a pod that runs has, and somewhat more.
constexpr std::size_t kUsualConditions = 6;

void readState(std::string_view bytes, wire::ContainerState &state)
{
    eachField(bytes, [&](Reader &reader, std::uint32_t field) {
        switch (field) {
        case message(1):
            state.waiting = true;
            eachField(viewOf(reader), [&](Reader &inner, std::uint32_t innerField) {
                switch (innerField) {
                case text(1):
                    state.reason = viewOf(inner);
                    return true;
                case text(2):
                    state.message = viewOf(inner);
                    return true;
                default:
                    return false;
                }
            });
            return true;
        case message(2):
            state.running = true;
            eachField(viewOf(reader), [&](Reader &inner, std::uint32_t innerField) {
                if (innerField != message(1)) {
                    return false;
                }
                state.started = timeOf(viewOf(inner));
                return true;
            });
            return true;
        case message(3):
            state.terminated = true;
            eachField(viewOf(reader), [&](Reader &inner, std::uint32_t innerField) {
                switch (innerField) {
                case number(1):
                    state.exitCode = inner.get_int32();
                    return true;
                case number(2):
                    state.signal = inner.get_int32();
                    return true;
                case text(3):
                    state.reason = viewOf(inner);
                    return true;
                case text(4):
                    state.message = viewOf(inner);
                    return true;
                case message(5):
                    state.started = timeOf(viewOf(inner));
                    return true;
                case message(6):
                    state.finished = timeOf(viewOf(inner));
                    return true;
                default:
                    return false;
                }
            });
            return true;
        default:
            return false;
        }
    });
}

void readContainerStatus(std::string_view bytes, wire::ContainerStatus &status)
{
    eachField(bytes, [&](Reader &reader, std::uint32_t field) {
        switch (field) {
        case text(1):
            status.name = viewOf(reader);
            return true;
        case message(2):
            readState(viewOf(reader), status.state);
            return true;
        case message(3):
            readState(viewOf(reader), status.last);
            return true;
        case number(4):
            status.ready = reader.get_bool();
            return true;
        case number(5):
            status.restarts = reader.get_int32();
            return true;
        case number(9):
            status.started = reader.get_bool();
            return true;
        case message(10):
            readQuantityEntry(viewOf(reader), status.allocated);
            return true;
        case message(11):
            if (!status.resources) {
                status.resources.emplace();
            }
            readResources(viewOf(reader), *status.resources);
            return true;
        default:
            return false;
        }
    });
}

void readPodSpec(std::string_view bytes, wire::Pod &pod)
{
    eachField(bytes, [&](Reader &reader, std::uint32_t field) {
        switch (field) {
        case message(2):
            readContainer(viewOf(reader), pod.containers.emplace_back());
            return true;
        case text(8):
            pod.serviceAccount = viewOf(reader);
            return true;
        case text(10):
            pod.nodeName = viewOf(reader);
            return true;
        case message(20):
            readContainer(viewOf(reader), pod.initContainers.emplace_back());
            return true;
        case text(24):
            pod.priorityClass = viewOf(reader);
            return true;
        case message(28):
            eachField(viewOf(reader), [&](Reader &inner, std::uint32_t innerField) {
                if (innerField != text(1)) {
                    return false;
                }
                pod.readinessGates.push_back(viewOf(inner));
                return true;
            });
            return true;
        case message(32):
            readQuantityEntry(viewOf(reader), pod.overhead);
            return true;
        case message(34):
            eachField(viewOf(reader), [&](Reader &inner, std::uint32_t innerField) {
                if (innerField != message(1)) {
                    return false;
                }
                readContainer(viewOf(inner), pod.ephemeralContainers.emplace_back());
                return true;
            });
            return true;
        case message(40):
            if (!pod.resources) {
                pod.resources.emplace();
            }
            readResources(viewOf(reader), *pod.resources);
            return true;
        default:
            return false;
        }
    });
}

void readPodStatus(std::string_view bytes, wire::Pod &pod)
{
    eachField(bytes, [&](Reader &reader, std::uint32_t field) {
        switch (field) {
        case text(1):
            pod.phase = viewOf(reader);
            return true;
        case message(2):
            if (pod.conditions.empty()) {
                pod.conditions.reserve(kUsualConditions);
            }
            pod.conditions.push_back(conditionOf(viewOf(reader), 4, 5, 6));
            return true;
        case text(3):
            pod.message = viewOf(reader);
            return true;
        case text(4):
            pod.reason = viewOf(reader);
            return true;
        case text(5):
            pod.hostIp = viewOf(reader);
            return true;
        case text(6):
            pod.podIp = viewOf(reader);
            return true;
        case message(8):
            readContainerStatus(viewOf(reader), pod.containerStatuses.emplace_back());
            return true;
        case text(9):
            pod.qos = viewOf(reader);
            return true;
        case message(10):
            readContainerStatus(viewOf(reader), pod.initStatuses.emplace_back());
            return true;
        case text(11):
            pod.nominatedNode = viewOf(reader);
            return true;
        case message(12): {
            const auto ip = viewOf(reader);
            if (pod.firstPodIp.empty()) {
                eachField(ip, [&](Reader &inner, std::uint32_t innerField) {
                    if (innerField != text(1)) {
                        return false;
                    }
                    pod.firstPodIp = viewOf(inner);
                    return true;
                });
            }
            return true;
        }
        case message(13):
            readContainerStatus(viewOf(reader), pod.ephemeralStatuses.emplace_back());
            return true;
        case message(19):
            readQuantityEntry(viewOf(reader), pod.allocated);
            return true;
        case message(20):
            if (!pod.actuated) {
                pod.actuated.emplace();
            }
            readResources(viewOf(reader), *pod.actuated);
            return true;
        case message(21): {
            auto &claim = pod.claimResources.emplace_back();
            eachField(viewOf(reader), [&](Reader &inner, std::uint32_t innerField) {
                if (innerField != message(3)) {
                    return false;
                }
                readQuantityEntry(viewOf(inner), claim);
                return true;
            });
            return true;
        }
        default:
            return false;
        }
    });
}

void readNodeSpec(std::string_view bytes, wire::Node &node)
{
    eachField(bytes, [&](Reader &reader, std::uint32_t field) {
        switch (field) {
        case number(4):
            node.unschedulable = reader.get_bool();
            return true;
        case message(5): {
            auto &taint = node.taints.emplace_back();
            eachField(viewOf(reader), [&](Reader &inner, std::uint32_t innerField) {
                switch (innerField) {
                case text(1):
                    taint.key = viewOf(inner);
                    return true;
                case text(2):
                    taint.value = viewOf(inner);
                    return true;
                case text(3):
                    taint.effect = viewOf(inner);
                    return true;
                case message(4):
                    taint.added = timeOf(viewOf(inner));
                    return true;
                default:
                    return false;
                }
            });
            return true;
        }
        default:
            return false;
        }
    });
}

void readNodeStatus(std::string_view bytes, wire::Node &node)
{
    eachField(bytes, [&](Reader &reader, std::uint32_t field) {
        switch (field) {
        case message(1):
            readQuantityEntry(viewOf(reader), node.capacity);
            return true;
        case message(2):
            readQuantityEntry(viewOf(reader), node.allocatable);
            return true;
        case message(4):
            node.conditions.push_back(conditionOf(viewOf(reader), 4, 5, 6));
            return true;
        case message(5):
            readMapEntry(viewOf(reader), node.addresses);
            return true; // type and address: shaped alike
        case message(7):
            eachField(viewOf(reader), [&](Reader &inner, std::uint32_t innerField) {
                switch (innerField) {
                case text(4):
                    node.kernel = viewOf(inner);
                    return true;
                case text(5):
                    node.osImage = viewOf(inner);
                    return true;
                case text(6):
                    node.runtime = viewOf(inner);
                    return true;
                case text(7):
                    node.kubelet = viewOf(inner);
                    return true;
                case text(10):
                    node.architecture = viewOf(inner);
                    return true;
                default:
                    return false;
                }
            });
            return true;
        default:
            return false;
        }
    });
}

} // namespace

void read(std::string_view bytes, wire::Pod &pod)
{
    eachField(bytes, [&](Reader &reader, std::uint32_t field) {
        switch (field) {
        case message(1):
            readMeta(viewOf(reader), pod.meta);
            return true;
        case message(2):
            readPodSpec(viewOf(reader), pod);
            return true;
        case message(3):
            readPodStatus(viewOf(reader), pod);
            return true;
        default:
            return false;
        }
    });
}

void read(std::string_view bytes, wire::Node &node)
{
    eachField(bytes, [&](Reader &reader, std::uint32_t field) {
        switch (field) {
        case message(1):
            readMeta(viewOf(reader), node.meta);
            return true;
        case message(2):
            readNodeSpec(viewOf(reader), node);
            return true;
        case message(3):
            readNodeStatus(viewOf(reader), node);
            return true;
        default:
            return false;
        }
    });
}

void read(std::string_view bytes, wire::Namespace &object)
{
    eachField(bytes, [&](Reader &reader, std::uint32_t field) {
        switch (field) {
        case message(1):
            readMeta(viewOf(reader), object.meta);
            return true;
        case message(3):
            eachField(viewOf(reader), [&](Reader &inner, std::uint32_t innerField) {
                if (innerField != text(1)) {
                    return false;
                }
                object.phase = viewOf(inner);
                return true;
            });
            return true;
        default:
            return false;
        }
    });
}

void read(std::string_view bytes, wire::ListMeta &meta)
{
    eachField(bytes, [&](Reader &reader, std::uint32_t field) {
        switch (field) {
        case text(2):
            meta.resourceVersion = viewOf(reader);
            return true;
        case text(3):
            meta.continueToken = viewOf(reader);
            return true;
        case number(4):
            meta.remaining = reader.get_int64();
            return true;
        default:
            return false;
        }
    });
}

void read(std::string_view bytes, wire::Status &status)
{
    eachField(bytes, [&](Reader &reader, std::uint32_t field) {
        switch (field) {
        case message(1): {
            wire::ListMeta meta;
            read(viewOf(reader), meta);
            status.continueToken = meta.continueToken;
            return true;
        }
        case text(3):
            status.message = viewOf(reader);
            return true;
        case text(4):
            status.reason = viewOf(reader);
            return true;
        case message(5):
            eachField(viewOf(reader), [&](Reader &inner, std::uint32_t innerField) {
                if (innerField != number(5)) {
                    return false;
                }
                status.retryAfterSeconds = inner.get_int32();
                return true;
            });
            return true;
        case number(6):
            status.code = reader.get_int32();
            return true;
        default:
            return false;
        }
    });
}

wire::Meta metaOf(std::string_view bytes)
{
    wire::Meta meta;
    eachField(bytes, [&](Reader &reader, std::uint32_t field) {
        if (field != message(1)) {
            return false;
        }
        readMeta(viewOf(reader), meta);
        return true;
    });
    return meta;
}

} // namespace sextant::kubernetes::protobuf
