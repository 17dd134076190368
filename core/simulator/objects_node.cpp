// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulator/objects.h"

namespace sextant::simulator {

void NodeModel::derive()
{
    for (auto *map : {&capacity, &allocatable}) {
        (*map)["cpu"] = cpuText(map == &capacity ? cpu : allocatableCpu);
        (*map)["memory"] = memoryText(map == &capacity ? memory : allocatableMemory);
        (*map)["pods"] = std::to_string(pods);
        (*map)["ephemeral-storage"] = map == &capacity ? "98831908Ki" : "47060071478";
        (*map)["hugepages-1Gi"] = "0";
        (*map)["hugepages-2Mi"] = "0";
        if (gpus > 0) {
            (*map)["nvidia.com/gpu"] = std::to_string(gpus);
        }
    }
}

namespace {

std::string cidrText(std::uint32_t network) { return ipText(network) + "/24"; }

// "8f0c…-…": the same digits as the machine's id, in another dress.
std::string uuidOf(const std::string &digits)
{
    return digits.substr(0, 8) + '-' + digits.substr(8, 4) + '-' + digits.substr(12, 4) + '-' + digits.substr(16, 4)
        + '-' + digits.substr(20, 12);
}

} // namespace

std::string NodeObject::field(std::string_view path) const
{
    if (path == "spec.unschedulable") {
        return unschedulable ? "true" : "false";
    }
    return MetaObject::field(path);
}

void NodeObject::writeBody(JsonWriter &json) const
{
    json.object("spec");
    json.member("podCIDR", cidrText(podCidr));
    json.array("podCIDRs");
    json.text(cidrText(podCidr));
    json.close(']');
    json.member("providerID", "sim://" + model->pool + '/' + name);
    if (unschedulable) {
        json.flag("unschedulable", true);
    }
    if (!taints.empty()) {
        json.array("taints");
        for (const auto &taint : taints) {
            json.open('{');
            json.member("key", taint.key);
            json.some("value", taint.value);
            json.member("effect", taint.effect);
            json.some("timeAdded", taint.added);
            json.close('}');
        }
        json.close(']');
    }
    json.close('}');

    json.object("status");
    json.map("capacity", model->capacity);
    json.map("allocatable", model->allocatable);
    json.array("conditions");
    for (const auto &condition : conditions) {
        json.open('{');
        json.member("type", condition.type);
        json.member("status", condition.status);
        json.timeOrNull("lastHeartbeatTime", condition.other);
        json.timeOrNull("lastTransitionTime", condition.transition);
        json.some("reason", condition.reason);
        json.some("message", condition.message);
        json.close('}');
    }
    json.close(']');
    json.array("addresses");
    const auto address = [&](const char *type, const std::string &text) {
        json.open('{');
        json.member("type", type);
        json.member("address", text);
        json.close('}');
    };
    address("InternalIP", ipText(ip));
    if (externalIp != 0) {
        address("ExternalIP", ipText(externalIp));
    }
    address("Hostname", name);
    json.close(']');
    json.object("daemonEndpoints").object("kubeletEndpoint");
    json.member("Port", 10250);
    json.close('}').close('}');
    json.object("nodeInfo");
    json.member("machineID", machineId);
    json.member("systemUUID", uuidOf(machineId));
    json.member("bootID", uuidOf(std::string(machineId.rbegin(), machineId.rend())));
    json.member("kernelVersion", model->kernel);
    json.member("osImage", model->os);
    json.member("containerRuntimeVersion", model->runtime);
    json.member("kubeletVersion", model->kubelet);
    json.member("kubeProxyVersion", old ? std::string_view(model->kubelet) : std::string_view());
    json.member("operatingSystem", "linux");
    json.member("architecture", "amd64");
    json.close('}');
    if (!model->imagesJson.empty()) {
        json.array("images");
        json.raw(model->imagesJson);
        json.close(']');
    }
    json.close('}');
}

void NodeObject::writeBody(ProtoWriter &proto) const
{
    proto.message(2, [&] {
        proto.text(1, cidrText(podCidr));
        proto.text(2, "");
        proto.text(3, "sim://" + model->pool + '/' + name);
        proto.number(4, unschedulable ? 1 : 0);
        for (const auto &taint : taints) {
            proto.message(5, [&] {
                proto.text(1, taint.key);
                proto.text(2, taint.value);
                proto.text(3, taint.effect);
                proto.some(4, taint.added);
            });
        }
        proto.text(7, cidrText(podCidr));
    });
    proto.message(3, [&] {
        proto.quantities(1, model->capacity);
        proto.quantities(2, model->allocatable);
        proto.text(3, "");
        for (const auto &condition : conditions) {
            proto.message(4, [&] {
                proto.text(1, condition.type);
                proto.text(2, condition.status);
                proto.time(3, condition.other);
                proto.time(4, condition.transition);
                proto.text(5, condition.reason);
                proto.text(6, condition.message);
            });
        }
        const auto address = [&](const char *type, const std::string &text) {
            proto.message(5, [&] {
                proto.text(1, type);
                proto.text(2, text);
            });
        };
        address("InternalIP", ipText(ip));
        if (externalIp != 0) {
            address("ExternalIP", ipText(externalIp));
        }
        address("Hostname", name);
        proto.message(6, [&] { proto.message(1, [&] { proto.number(1, 10250); }); });
        proto.message(7, [&] {
            proto.text(1, machineId);
            proto.text(2, uuidOf(machineId));
            proto.text(3, uuidOf(std::string(machineId.rbegin(), machineId.rend())));
            proto.text(4, model->kernel);
            proto.text(5, model->os);
            proto.text(6, model->runtime);
            proto.text(7, model->kubelet);
            proto.text(8, old ? std::string_view(model->kubelet) : std::string_view());
            proto.text(9, "linux");
            proto.text(10, "amd64");
        });
        proto.raw(model->imagesProto);
    });
}

std::string NamespaceObject::field(std::string_view path) const
{
    return path == "status.phase" ? "Active" : MetaObject::field(path);
}

void NamespaceObject::writeBody(JsonWriter &json) const
{
    json.object("spec").array("finalizers");
    json.text("kubernetes");
    json.close(']').close('}');
    json.object("status");
    json.member("phase", "Active");
    json.close('}');
}

void NamespaceObject::writeBody(ProtoWriter &proto) const
{
    proto.message(2, [&] { proto.text(1, "kubernetes"); });
    proto.message(3, [&] { proto.text(1, "Active"); });
}

std::string EventObject::field(std::string_view path) const
{
    if (path == "involvedObject.kind") {
        return kind;
    }
    if (path == "involvedObject.namespace") {
        return objectNs;
    }
    if (path == "involvedObject.name") {
        return objectName;
    }
    if (path == "involvedObject.uid") {
        return objectUid;
    }
    if (path == "involvedObject.apiVersion") {
        return kindVersion;
    }
    if (path == "involvedObject.fieldPath") {
        return fieldPath;
    }
    if (path == "involvedObject.resourceVersion") {
        return std::to_string(objectVersion);
    }
    if (path == "type") {
        return warning ? "Warning" : "Normal";
    }
    if (path == "reason") {
        return reason;
    }
    if (path == "reportingComponent" || path == "source") {
        return component;
    }
    return MetaObject::field(path);
}

void EventObject::writeBody(JsonWriter &json) const
{
    const auto micros = [&](const char *member, Time time) {
        auto text = timeText(time);
        text.insert(text.size() - 1, ".000000");
        json.member(member, text);
    };
    json.object("involvedObject");
    json.member("kind", kind);
    json.some("namespace", objectNs);
    json.member("name", objectName);
    json.some("uid", objectUid);
    json.member("apiVersion", kindVersion);
    if (objectVersion != 0) {
        json.member("resourceVersion", std::to_string(objectVersion));
    }
    json.some("fieldPath", fieldPath);
    json.close('}');
    json.member("reason", reason);
    json.member("message", message);
    json.object("source");
    if (!newStyle) {
        json.member("component", component);
        json.some("host", host);
    }
    json.close('}');
    json.timeOrNull("firstTimestamp", newStyle ? kNoTime : first);
    json.timeOrNull("lastTimestamp", newStyle ? kNoTime : last);
    if (!newStyle) {
        json.some("count", count);
    }
    json.member("type", warning ? "Warning" : "Normal");
    if (newStyle) {
        micros("eventTime", first);
        if (count > 1) {
            json.object("series");
            json.member("count", count);
            micros("lastObservedTime", last);
            json.close('}');
        }
    } else {
        json.key("eventTime").null();
    }
    json.some("action", action);
    json.member("reportingComponent", newStyle || !old ? component : "");
    json.member("reportingInstance", newStyle ? std::string(component) + "-0" : old ? std::string() : host);
}

void EventObject::writeBody(ProtoWriter &proto) const
{
    proto.message(2, [&] {
        proto.text(1, kind);
        proto.text(2, objectNs);
        proto.text(3, objectName);
        proto.text(4, objectUid);
        proto.text(5, kindVersion);
        proto.text(6, objectVersion == 0 ? std::string() : std::to_string(objectVersion));
        proto.text(7, fieldPath);
    });
    proto.text(3, reason);
    proto.text(4, message);
    proto.message(5, [&] {
        proto.text(1, newStyle ? "" : component);
        proto.text(2, newStyle ? std::string_view() : std::string_view(host));
    });
    proto.time(6, newStyle ? kNoTime : first);
    proto.time(7, newStyle ? kNoTime : last);
    proto.number(8, newStyle ? 0 : count);
    proto.text(9, warning ? "Warning" : "Normal");
    proto.time(10, newStyle ? first : kNoTime);
    if (newStyle && count > 1) {
        proto.message(11, [&] {
            proto.number(1, count);
            proto.time(2, last);
        });
    }
    proto.text(12, action);
    proto.text(14, newStyle || !old ? component : "");
    proto.text(15, newStyle ? std::string(component) + "-0" : old ? std::string() : host);
}

} // namespace sextant::simulator
