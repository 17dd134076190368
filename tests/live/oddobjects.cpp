// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/live/oddobjects.h"

using nlohmann::json;

namespace {

constexpr const char *kWhole =
    R"({"capacity":{"cpu":"64","memory":"256Gi","pods":"250"},"allocatable":{"cpu":"63500m","memory":"250Gi","pods":"250"},
        "conditions":[{"type":"Ready","status":"True","reason":"KubeletReady"}],"nodeInfo":{"kubeletVersion":"v1.36.1",
        "machineID":"m","systemUUID":"s","bootID":"b","kernelVersion":"6.1","osImage":"Linux","containerRuntimeVersion":"c://1",
        "kubeProxyVersion":"","operatingSystem":"linux","architecture":"amd64"}})";

#define VERSION(version)                                                                                               \
    "\"nodeInfo\":{\"kubeletVersion\":\"" version                                                                      \
    "\",\"machineID\":\"m\",\"systemUUID\":\"s\",\"bootID\":\"b\",\"kernelVersion\":\"k\",\"osImage\":\"o\","          \
    "\"containerRuntimeVersion\":\"c\",\"kubeProxyVersion\":\"\",\"operatingSystem\":\"linux\",\"architecture\":"      \
    "\"arm64\"}"
#define READY_IS(status) "\"conditions\":[{\"type\":\"Ready\",\"status\":\"" status "\",\"reason\":\"Said\"}]"

std::string place(const std::string &pod = {})
{
    return "/api/v1/namespaces/odd/pods" + (pod.empty() ? "" : '/' + pod);
}

std::string makePod(const Api &api, const OddPod &pod)
{
    json object = {{"apiVersion", "v1"}, {"kind", "Pod"},
        {"metadata", {{"name", pod.name}, {"namespace", "odd"}, {"labels", {{"app", "odd"}}}}},
        {"spec", {{"nodeName", "odd-1"}, {"containers", json::array({{{"name", "main"}, {"image", "i"}}})}}}};
    if (*pod.spec != 0) {
        object["spec"].merge_patch(json::parse(pod.spec));
    }
    if ((pod.flags & OddPod::Deleted) != 0) {
        object["metadata"]["finalizers"] = {"example.com/hold"};
    }
    if (const ApiAnswer made = api.create(place(), object); !made.ok()) {
        return pod.name + ": " + made.text() + '\n';
    }
    std::string refused;
    if ((pod.flags & OddPod::Debugged) != 0) {
        const json debug = {{"spec",
            {{"ephemeralContainers",
                json::array({{{"name", "debugger"}, {"image", "i"}, {"targetContainerName", "main"}}})}}}};
        if (const ApiAnswer made = api.patch(place(pod.name) + "/ephemeralcontainers", debug); !made.ok()) {
            refused += pod.name + " (debugger): " + made.text() + '\n';
        }
    }
    if (*pod.status != 0) {
        const ApiAnswer set = api.patch(place(pod.name) + "/status", {{"status", json::parse(pod.status)}});
        if (!set.ok()) {
            refused += pod.name + " (status): " + set.text() + '\n';
        }
    }
    if ((pod.flags & OddPod::Deleted) != 0) {
        if (const ApiAnswer gone = api.remove(place(pod.name)); !gone.ok()) {
            refused += pod.name + " (delete): " + gone.text() + '\n';
        }
    }
    return refused;
}

} // namespace

const std::vector<OddNode> &oddNodes()
{
    static const std::vector<OddNode> nodes = {
        {"odd-1", "{}", "{}", kWhole, "Ready"},
        {"odd-2", "{}", "{}", kWhole, "Ready"},
        {"odd-3", "{}", "{}", kWhole, "Ready"},
        {"odd-4", "{}", "{}", kWhole, "Ready"},
        {"odd-cordoned", "{}", R"({"unschedulable":true})", "{" READY_IS("True") "," VERSION("v1.35.0+k3s1") "}",
            "Ready,SchedulingDisabled"},
        {"odd-not-ready", "{}", "{}", "{" READY_IS("False") "," VERSION("v1.34.2-gke.100") "}", "NotReady"},
        {"odd-silent", "{}", "{}", "{" READY_IS("Unknown") "," VERSION("v1.20.2") "}", "NotReady"},
        {"odd-silent-cordoned", "{}", R"({"unschedulable":true})", "{" READY_IS("Unknown") "," VERSION("v1.20.2") "}",
            "NotReady,SchedulingDisabled"},
        {"odd-new", "{}", "{}", "", "Unknown"},
        {"odd-new-cordoned", "{}", R"({"unschedulable":true})", "", "Unknown,SchedulingDisabled"},
        {"odd-pressed", "{}", "{}",
            "{\"conditions\":[{\"type\":\"MemoryPressure\",\"status\":\"Unknown\"},{\"type\":\"Ready\",\"status\":"
            "\"True\"},"
            "{\"type\":\"DiskPressure\",\"status\":\"True\"}]," VERSION("v1.36.1") "}",
            "Ready"},
        {"odd-roles",
            R"({"labels":{"node-role.kubernetes.io/worker":"","node-role.kubernetes.io/control-plane":"","node-role.kubernetes.io/etcd":"true",
                "kubernetes.io/role":"edge"}})",
            "{}", "{" READY_IS("True") "," VERSION("v1.36.1") "}", "Ready"},
        {"odd-role-old", R"({"labels":{"kubernetes.io/role":"master"}})", "{}",
            "{" READY_IS("True") "," VERSION("v1.36.1") "}", "Ready"},
        {"odd-role-twice", R"({"labels":{"kubernetes.io/role":"worker","node-role.kubernetes.io/worker":""}})", "{}",
            "{" READY_IS("True") "," VERSION("v1.36.1") "}", "Ready"},
        {"odd-role-empty", R"({"labels":{"kubernetes.io/role":""}})", "{}",
            "{" READY_IS("True") "," VERSION("v1.36.1") "}", "Ready"},
        {"odd-capacity-only", "{}", "{}",
            "{\"capacity\":{\"cpu\":\"7500m\",\"memory\":\"15.5Gi\",\"pods\":\"30\"}," READY_IS("True") "," VERSION(
                "v1.36.1") "}",
            "Ready"},
        {"odd-some-allocatable", "{}", "{}",
            "{\"capacity\":{\"cpu\":\"8\",\"memory\":\"16Gi\",\"pods\":\"30\"},\"allocatable\":{\"cpu\":\"7\"}"
            "," READY_IS("True") "," VERSION("v1.36.1") "}",
            "Ready"},
    };
    return nodes;
}

std::string makeOddObjects(const Api &api, bool modern)
{
    std::string refused;
    const auto must = [&refused](const std::string &what, const ApiAnswer &answer) {
        if (!answer.ok() && answer.code != 409) {
            refused += what + ": " + answer.text() + '\n';
        }
    };
    must("namespace", api.create("/api/v1/namespaces", {{"metadata", {{"name", "odd"}}}}));
    must("runtime class",
        api.create("/apis/node.k8s.io/v1/runtimeclasses",
            {{"metadata", {{"name", "odd-overhead"}}}, {"handler", "odd"},
                {"overhead", {{"podFixed", {{"cpu", "50m"}, {"memory", "16Mi"}}}}}}));
    for (const OddNode &node : oddNodes()) {
        json object = {{"metadata", json::parse(node.metadata)}, {"spec", json::parse(node.spec)}};
        object["metadata"]["name"] = node.name;
        must(node.name, api.create("/api/v1/nodes", object));
        if (*node.status != 0) {
            must(node.name + " (status)",
                api.patch("/api/v1/nodes/" + node.name + "/status", {{"status", json::parse(node.status)}}));
        }
    }
    for (const OddPod &pod : oddPods()) {
        if (modern || (pod.flags & OddPod::Modern) == 0) {
            refused += makePod(api, pod);
        }
    }
    return refused;
}
