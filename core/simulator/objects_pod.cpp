// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulator/objects.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace sextant::simulator {

namespace {

// 64 hexadecimal digits that follow from a number.
std::string containerId(std::uint64_t id)
{
    static constexpr char kHex[] = "0123456789abcdef";
    if (id == 0) {
        return {};
    }
    std::string out = "containerd://";
    for (int part = 0; part < 4; ++part) {
        id += 0x9E3779B97F4A7C15ULL;
        auto mixed = (id ^ (id >> 30)) * 0xBF58476D1CE4E5B9ULL;
        mixed ^= mixed >> 27;
        for (int shift = 60; shift >= 0; shift -= 4) {
            out += kHex[mixed >> shift & 15];
        }
    }
    return out;
}

void writeState(JsonWriter &json, const char *name, const ContainerState &state)
{
    json.object(name);
    switch (state.kind) {
    case ContainerState::None:
        break;
    case ContainerState::Waiting:
        json.object("waiting");
        json.some("reason", state.reason);
        json.some("message", state.message);
        json.close('}');
        break;
    case ContainerState::Running:
        json.object("running");
        json.timeOrNull("startedAt", state.started);
        json.close('}');
        break;
    case ContainerState::Terminated:
        json.object("terminated");
        json.member("exitCode", state.exitCode);
        json.some("signal", state.signal);
        json.some("reason", state.reason);
        json.some("message", state.message);
        json.timeOrNull("startedAt", state.started);
        json.timeOrNull("finishedAt", state.finished);
        json.some("containerID", containerId(state.id));
        json.close('}');
        break;
    }
    json.close('}');
}

void writeState(ProtoWriter &proto, int field, const ContainerState &state)
{
    proto.message(field, [&] {
        switch (state.kind) {
        case ContainerState::None:
            break;
        case ContainerState::Waiting:
            proto.message(1, [&] {
                proto.text(1, state.reason);
                proto.text(2, state.message);
            });
            break;
        case ContainerState::Running:
            proto.message(2, [&] { proto.time(1, state.started); });
            break;
        case ContainerState::Terminated:
            proto.message(3, [&] {
                proto.number(1, state.exitCode);
                proto.number(2, state.signal);
                proto.text(3, state.reason);
                proto.text(4, state.message);
                proto.time(5, state.started);
                proto.time(6, state.finished);
                proto.text(7, containerId(state.id));
            });
            break;
        }
    });
}

// Requests the kubelet has admitted and set; differ from the spec's while a resize waits.
Labels actualRequests(const ContainerSpec &spec, std::int64_t resizedCpu)
{
    auto out = requestsOf(spec);
    if (resizedCpu > 0) {
        out["cpu"] = cpuText(resizedCpu);
    }
    return out;
}

struct StatusContext {
    bool old = false;
    std::int64_t resizedCpu = 0;
};

void writeStatus(JsonWriter &json, const ContainerSpec &spec, const ContainerStatus &status, StatusContext context)
{
    json.open('{');
    json.member("name", spec.name);
    writeState(json, "state", status.state);
    writeState(json, "lastState", status.last);
    json.flag("ready", status.ready);
    json.member("restartCount", status.restarts);
    json.member("image", spec.image);
    json.member("imageID", status.id == 0 ? std::string_view() : std::string_view(spec.imageId));
    json.some("containerID", containerId(status.id));
    if (status.started >= 0) {
        json.flag("started", status.started > 0);
    }
    if (!context.old && status.state.kind == ContainerState::Running) {
        const auto requests = actualRequests(spec, context.resizedCpu);
        json.map("allocatedResources", requests);
        json.object("resources");
        json.map("limits", limitsOf(spec));
        json.map("requests", requests);
        json.close('}');
    }
    json.close('}');
}

void writeStatus(
    ProtoWriter &proto, int field, const ContainerSpec &spec, const ContainerStatus &status, StatusContext context)
{
    proto.message(field, [&] {
        proto.text(1, spec.name);
        writeState(proto, 2, status.state);
        writeState(proto, 3, status.last);
        proto.number(4, status.ready ? 1 : 0);
        proto.number(5, status.restarts);
        proto.text(6, spec.image);
        proto.text(7, status.id == 0 ? std::string_view() : std::string_view(spec.imageId));
        proto.text(8, containerId(status.id));
        if (status.started >= 0) {
            proto.number(9, status.started > 0 ? 1 : 0);
        }
        if (!context.old && status.state.kind == ContainerState::Running) {
            const auto requests = actualRequests(spec, context.resizedCpu);
            proto.quantities(10, requests);
            proto.message(11, [&] {
                proto.quantities(1, limitsOf(spec));
                proto.quantities(2, requests);
            });
        }
    });
}

} // namespace

int PodObject::shownTotal() const
{
    return int(plan->containers.size())
        + int(std::count_if(plan->init.begin(), plan->init.end(), [](const auto &c) { return c.sidecar; }));
}

std::string PodObject::statusText() const
{
    return deleted != kNoTime && (old || !finished()) ? std::string("Terminating") : shown;
}

std::int64_t PodObject::chargedCpu() const
{
    // A resize downwards that waits is charged at what the container still has.
    return plan->cpu + std::max<std::int64_t>(0, resizedCpu - plan->containers.front().cpuRequest);
}

std::string PodObject::field(std::string_view path) const
{
    if (path == "spec.nodeName") {
        return node;
    }
    if (path == "status.phase") {
        return phase;
    }
    if (path == "status.podIP") {
        return podIp == 0 ? std::string() : ipText(podIp);
    }
    if (path == "spec.restartPolicy") {
        return plan->restartPolicy;
    }
    if (path == "spec.schedulerName") {
        return "default-scheduler";
    }
    if (path == "spec.serviceAccountName") {
        return plan->serviceAccount;
    }
    if (path == "spec.hostNetwork") {
        return plan->hostNetwork ? "true" : "false";
    }
    return MetaObject::field(path);
}

void PodObject::writeBody(JsonWriter &json) const
{
    const auto &wire = plan->wire();
    json.object("spec");
    json.raw(wire.json[0]);
    json.some("nodeName", node);
    json.raw(wire.json[1]);
    if (plan->daemon) {
        json.object("affinity").object("nodeAffinity");
        json.object("requiredDuringSchedulingIgnoredDuringExecution").array("nodeSelectorTerms").open('{');
        json.array("matchFields").open('{');
        json.member("key", "metadata.name");
        json.member("operator", "In");
        json.array("values");
        json.text(pin);
        json.close(']').close('}').close(']').close('}').close(']').close('}').close('}').close('}');
    }
    json.raw(wire.json[2]);
    json.close('}');

    json.object("status");
    if (!old) {
        json.some("observedGeneration", generation);
    }
    json.member("phase", phase);
    if (!conditions.empty()) {
        json.array("conditions");
        for (const auto &condition : conditions) {
            json.open('{');
            json.member("type", condition.type);
            if (!old) {
                json.some("observedGeneration", generation);
            }
            json.member("status", condition.status);
            json.key("lastProbeTime").null();
            json.timeOrNull("lastTransitionTime", condition.transition);
            json.some("reason", condition.reason);
            json.some("message", condition.message);
            json.close('}');
        }
        json.close(']');
    }
    json.some("message", message);
    json.some("reason", reason);
    if (hostIp != 0) {
        json.member("hostIP", ipText(hostIp));
        if (!old) {
            json.array("hostIPs").open('{');
            json.member("ip", ipText(hostIp));
            json.close('}').close(']');
        }
    }
    if (podIp != 0) {
        json.member("podIP", ipText(podIp));
        json.array("podIPs").open('{');
        json.member("ip", ipText(podIp));
        json.close('}').close(']');
    }
    json.some("startTime", started);
    if (!init.empty()) {
        json.array("initContainerStatuses");
        for (std::size_t i = 0; i < init.size(); ++i) {
            writeStatus(json, plan->init[i], init[i], {old, 0});
        }
        json.close(']');
    }
    if (!containers.empty()) {
        json.array("containerStatuses");
        for (std::size_t i = 0; i < containers.size(); ++i) {
            writeStatus(json, plan->containers[i], containers[i], {old, i == 0 ? resizedCpu : 0});
        }
        json.close(']');
    }
    json.member("qosClass", plan->qos);
    json.close('}');
}

void PodObject::writeBody(ProtoWriter &proto) const
{
    const auto &wire = plan->wire();
    proto.message(2, [&] {
        proto.raw(wire.proto[0]);
        proto.text(10, node);
        proto.raw(wire.proto[1]);
        if (plan->daemon) {
            proto.message(18, [&] {
                proto.message(1, [&] {
                    proto.message(1, [&] {
                        proto.message(1, [&] {
                            proto.message(2, [&] {
                                proto.text(1, "metadata.name");
                                proto.text(2, "In");
                                proto.text(3, pin);
                            });
                        });
                    });
                });
            });
        }
        proto.raw(wire.proto[2]);
    });
    proto.message(3, [&] {
        proto.text(1, phase);
        for (const auto &condition : conditions) {
            proto.message(2, [&] {
                proto.text(1, condition.type);
                proto.text(2, condition.status);
                proto.time(3, kNoTime);
                proto.time(4, condition.transition);
                proto.text(5, condition.reason);
                proto.text(6, condition.message);
                if (!old) {
                    proto.number(7, generation);
                }
            });
        }
        proto.text(3, message);
        proto.text(4, reason);
        const auto host = hostIp == 0 ? std::string() : ipText(hostIp);
        const auto ip = podIp == 0 ? std::string() : ipText(podIp);
        proto.text(5, host);
        proto.text(6, ip);
        proto.some(7, started);
        for (std::size_t i = 0; i < containers.size(); ++i) {
            writeStatus(proto, 8, plan->containers[i], containers[i], {old, i == 0 ? resizedCpu : 0});
        }
        proto.text(9, plan->qos);
        for (std::size_t i = 0; i < init.size(); ++i) {
            writeStatus(proto, 10, plan->init[i], init[i], {old, 0});
        }
        proto.text(11, "");
        if (!ip.empty()) {
            proto.message(12, [&] { proto.text(1, ip); });
        }
        if (!old) {
            proto.text(14, "");
            if (!host.empty()) {
                proto.message(16, [&] { proto.text(1, host); });
            }
            proto.number(17, generation);
        }
    });
}

} // namespace sextant::simulator
