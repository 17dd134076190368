// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulator/objects_template.h"

#include <algorithm>

namespace sextant::simulator {

namespace {

constexpr const char *kTokenPath = "/var/run/secrets/kubernetes.io/serviceaccount";
constexpr const char *kGpu = "nvidia.com/gpu";

Labels resourceMap(std::int64_t cpu, std::int64_t memory, int gpus)
{
    Labels out;
    if (cpu > 0) {
        out["cpu"] = cpuText(cpu);
    }
    if (memory > 0) {
        out["memory"] = memoryText(memory);
    }
    if (gpus > 0) {
        out[kGpu] = std::to_string(gpus);
    }
    return out;
}

void writeProbe(JsonWriter &json, const char *name, const char *path, int port, int delay)
{
    json.object(name);
    json.object("httpGet");
    json.member("path", path);
    json.member("port", port);
    json.member("scheme", "HTTP");
    json.close('}');
    json.some("initialDelaySeconds", delay);
    json.member("timeoutSeconds", 1);
    json.member("periodSeconds", 10);
    json.member("successThreshold", 1);
    json.member("failureThreshold", 3);
    json.close('}');
}

void writeProbe(ProtoWriter &proto, int field, const char *path, int port, int delay)
{
    proto.message(field, [&] {
        proto.message(1, [&] { // handler
            proto.message(2, [&] { // httpGet
                proto.text(1, path);
                proto.message(2, [&] {
                    proto.number(1, 0);
                    proto.number(2, port);
                    proto.text(3, "");
                });
                proto.text(3, "");
                proto.text(4, "HTTP");
            });
        });
        proto.number(2, delay);
        proto.number(3, 1);
        proto.number(4, 10);
        proto.number(5, 1);
        proto.number(6, 3);
    });
}

struct Mount {
    std::string_view name, path;
    bool readOnly = false;
};

std::vector<Mount> mountsOf(const PodPlan &pod, bool admitted)
{
    std::vector<Mount> out;
    if (!pod.claim.empty()) {
        out.push_back({"data", "/data"});
    }
    out.push_back({"tmp", "/tmp"});
    if (admitted) {
        out.push_back({pod.tokenVolume, kTokenPath, true});
    }
    return out;
}

void writeContainer(JsonWriter &json, const PodPlan &pod, const ContainerSpec &container, bool admitted)
{
    json.open('{');
    json.member("name", container.name);
    json.member("image", container.image);
    if (!container.command.empty()) {
        json.array("command");
        for (const auto &word : container.command) {
            json.text(word);
        }
        json.close(']');
    }
    if (container.port > 0) {
        json.array("ports").open('{');
        json.member("name", "http");
        json.member("containerPort", container.port);
        json.member("protocol", "TCP");
        json.close('}').close(']');
    }
    if (!container.env.empty()) {
        json.array("env");
        for (const auto &[name, value] : container.env) {
            json.open('{');
            json.member("name", name);
            json.some("value", value);
            json.close('}');
        }
        json.close(']');
    }
    json.object("resources");
    json.map("limits", limitsOf(container));
    json.map("requests", requestsOf(container));
    json.close('}');
    if (container.sidecar) {
        json.member("restartPolicy", "Always");
    }
    json.array("volumeMounts");
    for (const auto &mount : mountsOf(pod, admitted)) {
        json.open('{');
        json.member("name", mount.name);
        if (mount.readOnly) {
            json.flag("readOnly", true);
        }
        json.member("mountPath", mount.path);
        json.close('}');
    }
    json.close(']');
    if (container.liveness) {
        writeProbe(json, "livenessProbe", "/live", container.port, 15);
    }
    if (container.readiness) {
        writeProbe(json, "readinessProbe", "/ready", container.port, 0);
    }
    json.member("terminationMessagePath", "/dev/termination-log");
    json.member("terminationMessagePolicy", "File");
    json.member("imagePullPolicy", "IfNotPresent");
    json.close('}');
}

void writeContainer(ProtoWriter &proto, int field, const PodPlan &pod, const ContainerSpec &container, bool admitted)
{
    proto.message(field, [&] {
        proto.text(1, container.name);
        proto.text(2, container.image);
        for (const auto &word : container.command) {
            proto.text(3, word);
        }
        proto.text(5, "");
        if (container.port > 0) {
            proto.message(6, [&] {
                proto.text(1, "http");
                proto.number(2, 0);
                proto.number(3, container.port);
                proto.text(4, "TCP");
                proto.text(5, "");
            });
        }
        for (const auto &[name, value] : container.env) {
            proto.message(7, [&, &n = name, &v = value] {
                proto.text(1, n);
                proto.text(2, v);
            });
        }
        proto.message(8, [&] {
            proto.quantities(1, limitsOf(container));
            proto.quantities(2, requestsOf(container));
        });
        for (const auto &mount : mountsOf(pod, admitted)) {
            proto.message(9, [&] {
                proto.text(1, mount.name);
                proto.number(2, mount.readOnly ? 1 : 0);
                proto.text(3, mount.path);
                proto.text(4, "");
                proto.text(6, "");
            });
        }
        if (container.liveness) {
            writeProbe(proto, 10, "/live", container.port, 15);
        }
        if (container.readiness) {
            writeProbe(proto, 11, "/ready", container.port, 0);
        }
        proto.text(13, "/dev/termination-log");
        proto.text(14, "IfNotPresent");
        proto.number(16, 0);
        proto.number(17, 0);
        proto.number(18, 0);
        proto.text(20, "File");
        if (container.sidecar) {
            proto.text(24, "Always");
        }
    });
}

void writeTolerations(JsonWriter &json, const std::vector<TolerationSpec> &tolerations)
{
    if (tolerations.empty()) {
        return;
    }
    json.array("tolerations");
    for (const auto &toleration : tolerations) {
        json.open('{');
        json.some("key", toleration.key);
        json.some("operator", toleration.op);
        json.some("value", toleration.value);
        json.some("effect", toleration.effect);
        if (toleration.seconds >= 0) {
            json.member("tolerationSeconds", toleration.seconds);
        }
        json.close('}');
    }
    json.close(']');
}

void writeTolerations(ProtoWriter &proto, const std::vector<TolerationSpec> &tolerations)
{
    for (const auto &toleration : tolerations) {
        proto.message(22, [&] {
            proto.text(1, toleration.key);
            proto.text(2, toleration.op);
            proto.text(3, toleration.value);
            proto.text(4, toleration.effect);
            if (toleration.seconds >= 0) {
                proto.number(5, toleration.seconds);
            }
        });
    }
}

// What admission and the DaemonSet controller add to a pod.
std::vector<TolerationSpec> tolerationsOf(const PodPlan &pod, bool admitted)
{
    auto out = pod.tolerations;
    if (!admitted) {
        return out;
    }
    if (pod.daemon) {
        for (const char *key : {"not-ready", "unreachable"}) {
            out.push_back({std::string("node.kubernetes.io/") + key, "Exists", "", "NoExecute", -1});
        }
        for (const char *key : {"disk-pressure", "memory-pressure", "pid-pressure", "unschedulable"}) {
            out.push_back({std::string("node.kubernetes.io/") + key, "Exists", "", "NoSchedule", -1});
        }
    } else {
        for (const char *key : {"not-ready", "unreachable"}) {
            out.push_back({std::string("node.kubernetes.io/") + key, "Exists", "", "NoExecute", 300});
        }
    }
    return out;
}

} // namespace

Labels requestsOf(const ContainerSpec &container)
{
    return resourceMap(container.cpuRequest, container.memoryRequest, container.gpus);
}

Labels limitsOf(const ContainerSpec &container)
{
    return resourceMap(container.cpuLimit, container.memoryLimit, container.gpus);
}

bool PodPlan::hasSidecars() const
{
    return std::any_of(init.begin(), init.end(), [](const ContainerSpec &c) { return c.sidecar; });
}

void PodPlan::derive()
{
    // Init containers run one by one beside the sidecars started before them; the pod is charged the larger need.
    std::int64_t together[5] = {}, sidecars[5] = {}, peak[5] = {};
    const auto needs = [](const ContainerSpec &c, std::int64_t(&out)[5]) {
        out[0] = c.cpuRequest;
        out[1] = c.memoryRequest;
        out[2] = c.cpuLimit;
        out[3] = c.memoryLimit;
        out[4] = c.gpus;
    };
    bool any = false, limited = true, equal = true;
    std::int64_t need[5];
    for (const auto *list : {&init, &containers}) {
        for (const auto &container : *list) {
            needs(container, need);
            any = any || need[0] > 0 || need[1] > 0 || need[2] > 0 || need[3] > 0;
            limited = limited && need[2] > 0 && need[3] > 0;
            equal = equal && need[0] == need[2] && need[1] == need[3];
            for (int i = 0; i < 5; ++i) {
                if (list == &containers) {
                    together[i] += need[i];
                } else if (container.sidecar) {
                    sidecars[i] += need[i];
                    peak[i] = std::max(peak[i], sidecars[i]);
                } else {
                    peak[i] = std::max(peak[i], sidecars[i] + need[i]);
                }
            }
        }
    }
    for (int i = 0; i < 5; ++i) {
        together[i] = std::max(together[i] + sidecars[i], peak[i]);
    }
    if (podCpu > 0) {
        together[0] = podCpu;
    }
    if (podMemory > 0) {
        together[1] = podMemory;
    }
    cpu = together[0] + overheadCpu;
    memory = together[1] + overheadMemory;
    cpuLimit = together[2] > 0 ? together[2] + overheadCpu : 0;
    memoryLimit = together[3] > 0 ? together[3] + overheadMemory : 0;
    gpus = together[4];
    if (podCpu > 0 || podMemory > 0) {
        qos = "Burstable";
    } else {
        qos = !any ? "BestEffort" : limited && equal ? "Guaranteed" : "Burstable";
    }
    containerNames.clear();
    images.clear();
    for (const auto &container : containers) {
        containerNames += (containerNames.empty() ? "" : ",") + container.name;
        images += (images.empty() ? "" : ",") + container.image;
    }
}

void PodTemplate::writeHead(JsonWriter &json, bool admitted) const
{
    json.array("volumes");
    if (!claim.empty()) {
        json.open('{');
        json.member("name", "data");
        json.object("persistentVolumeClaim");
        json.member("claimName", claim);
        json.close('}').close('}');
    }
    json.open('{');
    json.member("name", "tmp");
    json.object("emptyDir").close('}');
    json.close('}');
    if (admitted) {
        json.open('{');
        json.member("name", tokenVolume);
        json.raw(R"("projected":{"sources":[{"serviceAccountToken":{"expirationSeconds":3607,"path":"token"}},)"
                 R"({"configMap":{"name":"kube-root-ca.crt","items":[{"key":"ca.crt","path":"ca.crt"}]}},)"
                 R"({"downwardAPI":{"items":[{"path":"namespace","fieldRef":{"apiVersion":"v1",)"
                 R"("fieldPath":"metadata.namespace"}}]}}],"defaultMode":420})");
        json.close('}');
    }
    json.close(']');
    if (!init.empty()) {
        json.array("initContainers");
        for (const auto &container : init) {
            writeContainer(json, *this, container, admitted);
        }
        json.close(']');
    }
    json.array("containers");
    for (const auto &container : containers) {
        writeContainer(json, *this, container, admitted);
    }
    json.close(']');
    json.member("restartPolicy", restartPolicy);
    json.member("terminationGracePeriodSeconds", grace);
    json.member("dnsPolicy", hostNetwork ? "ClusterFirstWithHostNet" : "ClusterFirst");
    json.map("nodeSelector", nodeSelector);
    json.member("serviceAccountName", serviceAccount);
    json.member("serviceAccount", serviceAccount);
}

void PodTemplate::writeMiddle(JsonWriter &json) const
{
    if (hostNetwork) {
        json.flag("hostNetwork", true);
    }
    json.object("securityContext").close('}');
    json.some("hostname", hostname);
    json.some("subdomain", subdomain);
}

void PodTemplate::writeTail(JsonWriter &json, bool admitted) const
{
    json.member("schedulerName", "default-scheduler");
    writeTolerations(json, tolerationsOf(*this, admitted));
    json.some("priorityClassName", priorityClass);
    if (admitted) {
        json.member("priority", priority);
    }
    json.some("runtimeClassName", runtimeClass);
    if (admitted) {
        json.flag("enableServiceLinks", true);
        json.member("preemptionPolicy", "PreemptLowerPriority");
        json.map("overhead", resourceMap(overheadCpu, overheadMemory, 0));
    }
    if (podCpu > 0 || podMemory > 0) {
        json.object("resources");
        json.map("requests", resourceMap(podCpu, podMemory, 0));
        json.close('}');
    }
}

void PodTemplate::writeHead(ProtoWriter &proto, bool admitted) const
{
    if (!claim.empty()) {
        proto.message(1, [&] {
            proto.text(1, "data");
            proto.message(2, [&] {
                proto.message(10, [&] {
                    proto.text(1, claim);
                    proto.number(2, 0);
                });
            });
        });
    }
    proto.message(1, [&] {
        proto.text(1, "tmp");
        proto.message(2, [&] { proto.message(2, [&] { proto.text(1, ""); }); });
    });
    if (admitted) {
        proto.message(1, [&] {
            proto.text(1, tokenVolume);
            proto.message(2, [&] {
                proto.message(26, [&] {
                    proto.message(1, [&] {
                        proto.message(4, [&] {
                            proto.text(1, "");
                            proto.number(2, 3607);
                            proto.text(3, "token");
                        });
                    });
                    proto.message(1, [&] {
                        proto.message(3, [&] {
                            proto.message(1, [&] { proto.text(1, "kube-root-ca.crt"); });
                            proto.message(2, [&] {
                                proto.text(1, "ca.crt");
                                proto.text(2, "ca.crt");
                            });
                        });
                    });
                    proto.message(1, [&] {
                        proto.message(2, [&] {
                            proto.message(1, [&] {
                                proto.text(1, "namespace");
                                proto.message(2, [&] {
                                    proto.text(1, "v1");
                                    proto.text(2, "metadata.namespace");
                                });
                            });
                        });
                    });
                    proto.number(2, 420);
                });
            });
        });
    }
    for (const auto &container : containers) {
        writeContainer(proto, 2, *this, container, admitted);
    }
    proto.text(3, restartPolicy);
    proto.number(4, grace);
    proto.text(6, hostNetwork ? "ClusterFirstWithHostNet" : "ClusterFirst");
    proto.map(7, nodeSelector);
    proto.text(8, serviceAccount);
    proto.text(9, serviceAccount);
}

void PodTemplate::writeMiddle(ProtoWriter &proto) const
{
    proto.number(11, hostNetwork ? 1 : 0);
    proto.number(12, 0);
    proto.number(13, 0);
    proto.message(14, [] {});
    proto.text(16, hostname);
    proto.text(17, subdomain);
}

void PodTemplate::writeTail(ProtoWriter &proto, bool admitted) const
{
    proto.text(19, "default-scheduler");
    for (const auto &container : init) {
        writeContainer(proto, 20, *this, container, admitted);
    }
    writeTolerations(proto, tolerationsOf(*this, admitted));
    proto.text(24, priorityClass);
    if (admitted) {
        proto.number(25, priority);
    }
    if (!runtimeClass.empty()) {
        proto.text(29, runtimeClass);
    }
    if (admitted) {
        proto.number(30, 1);
        proto.text(31, "PreemptLowerPriority");
        proto.quantities(32, resourceMap(overheadCpu, overheadMemory, 0));
    }
    if (podCpu > 0 || podMemory > 0) {
        proto.message(40, [&] { proto.quantities(2, resourceMap(podCpu, podMemory, 0)); });
    }
}

const PodTemplate::Wire &PodTemplate::wire() const
{
    std::call_once(m_once, [this] {
        auto wire = std::make_unique<Wire>();
        JsonWriter head(wire->json[0]), middle(wire->json[1]), tail(wire->json[2]);
        writeHead(head, true);
        writeMiddle(middle);
        writeTail(tail, true);
        ProtoWriter protoHead(wire->proto[0]), protoMiddle(wire->proto[1]), protoTail(wire->proto[2]);
        writeHead(protoHead, true);
        writeMiddle(protoMiddle);
        writeTail(protoTail, true);
        m_wire = std::move(wire);
    });
    return *m_wire;
}

void PodTemplate::writeSpec(JsonWriter &json) const
{
    json.object("template");
    json.object("metadata");
    if (old) {
        json.key("creationTimestamp").null();
    }
    json.map("labels", *labels);
    if (annotations) {
        json.map("annotations", *annotations);
    }
    json.close('}');
    json.object("spec");
    writeHead(json, false);
    writeMiddle(json);
    writeTail(json, false);
    json.close('}');
    json.close('}');
}

void PodTemplate::writeSpec(ProtoWriter &proto) const
{
    proto.message(1, [&] {
        proto.text(1, "");
        proto.text(2, "");
        proto.text(3, "");
        proto.text(4, "");
        proto.text(5, "");
        proto.text(6, "");
        proto.number(7, 0);
        proto.time(8, kNoTime);
        proto.map(11, *labels);
        if (annotations) {
            proto.map(12, *annotations);
        }
        if (old) {
            proto.text(15, "");
        }
    });
    proto.message(2, [&] {
        writeHead(proto, false);
        proto.text(10, "");
        writeMiddle(proto);
        writeTail(proto, false);
    });
}

} // namespace sextant::simulator
