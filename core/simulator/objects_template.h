// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/simulator/encode.h"

#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace sextant::simulator {

/// What is wrong with the pods made from a template, or with one pod.
enum class Trouble : std::uint8_t {
    None,
    Crash, ///< exits 1 after a while
    Oom, ///< is killed for memory after a while
    ImagePull, ///< its image does not exist
    Config, ///< a ConfigMap it names does not exist
    Unready, ///< its readiness probe fails
    InitStuck, ///< the first init container never ends
    InitCrash, ///< an init container fails again and again
};

/// One container of a template. Requests and limits of 0 are not set.
struct ContainerSpec {
    std::string name;
    std::string image;
    std::string imageId;
    std::vector<std::string> command;
    std::vector<std::pair<std::string, std::string>> env;
    std::int64_t cpuRequest = 0, cpuLimit = 0; ///< millicores
    std::int64_t memoryRequest = 0, memoryLimit = 0; ///< bytes
    int gpus = 0;
    int port = 0;
    bool readiness = false, liveness = false;
    bool sidecar = false; ///< an init container that goes on (1.29+)
};

struct TolerationSpec {
    std::string key, op, value, effect;
    int seconds = -1;
};

/// What all pods of one revision have in common.
struct PodPlan {
    std::shared_ptr<const Labels> labels; ///< of the pods
    std::shared_ptr<const Labels> annotations;
    std::vector<ContainerSpec> init;
    std::vector<ContainerSpec> containers;
    Labels nodeSelector;
    std::vector<TolerationSpec> tolerations;
    const char *restartPolicy = "Always";
    std::string serviceAccount = "default";
    std::string tokenVolume; ///< name of the projected token
    std::string claim; ///< a PersistentVolumeClaim, mounted at /data
    std::string priorityClass;
    int priority = 0;
    std::string hostname, subdomain;
    std::string runtimeClass;
    std::int64_t overheadCpu = 0, overheadMemory = 0;
    std::int64_t podCpu = 0, podMemory = 0; ///< pod-level requests, which replace the sums (1.34+)
    int grace = 30;
    bool hostNetwork = false;
    bool daemon = false; ///< each pod is pinned to its node
    bool old = false; ///< as 1.20 writes it
    Trouble trouble = Trouble::None;
    int pool = -1; ///< the world's number of the pool that nodeSelector names; -1: any
    unsigned tolerates = 0; ///< bits of the pools whose taint it tolerates

    // What the world derives from the above with derive().
    std::int64_t cpu = 0, memory = 0, gpus = 0; ///< what a pod is charged
    std::int64_t cpuLimit = 0, memoryLimit = 0;
    const char *qos = "BestEffort";
    std::string containerNames, images; ///< comma-joined, for Tables

    /// Fills in what follows from the rest.
    void derive();
    bool hasSidecars() const;
};

/// A plan that pods were made from: immutable, shared, with its wire forms.
struct PodTemplate : PodPlan {
    /// Derives what follows from the plan.
    explicit PodTemplate(PodPlan plan)
        : PodPlan(std::move(plan))
    {
        derive();
    }

    /// The parts of a pod's spec that do not differ between its pods, in both formats: before nodeName, between
    /// nodeName and affinity, after affinity. Made when first asked for. Any thread.
    struct Wire {
        std::string json[3];
        std::string proto[3];
    };
    const Wire &wire() const;

    /// The template as it stands in a workload: without what admission adds to a pod.
    void writeSpec(JsonWriter &json) const;
    void writeSpec(ProtoWriter &proto) const;

private:
    void writeHead(JsonWriter &json, bool admitted) const;
    void writeMiddle(JsonWriter &json) const;
    void writeTail(JsonWriter &json, bool admitted) const;
    void writeHead(ProtoWriter &proto, bool admitted) const;
    void writeMiddle(ProtoWriter &proto) const;
    void writeTail(ProtoWriter &proto, bool admitted) const;

    mutable std::once_flag m_once;
    mutable std::unique_ptr<const Wire> m_wire;
};
using TemplatePtr = std::shared_ptr<const PodTemplate>;

/// Requests and limits of a container as {"cpu": "250m", ...}.
Labels requestsOf(const ContainerSpec &container);
Labels limitsOf(const ContainerSpec &container);

} // namespace sextant::simulator
