// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/simulator/objects_template.h"
#include "core/simulator/store.h"

#include <memory>
#include <string>
#include <vector>

namespace sextant::simulator {

struct Owner {
    const char *apiVersion;
    const char *kind;
    std::string name, uid;
};
using OwnerPtr = std::shared_ptr<const Owner>;

/// Who wrote which fields of the objects of a kind, in both formats; shared, since it fills objects and nobody reads
/// it.
struct ManagedFields {
    std::string json; ///< the entries, without brackets
    std::string proto; ///< ObjectMeta's fields 17
};
using ManagedFieldsPtr = std::shared_ptr<const ManagedFields>;

/// What every API object has: metadata, and the frame of its encodings.
/// writeMetadataJson gives {"metadata":{...}}, writeMetadataProtobuf a PartialObjectMetadata message.
class MetaObject : public Object {
public:
    Time created = kNoTime;
    Time deleted = kNoTime; ///< when its grace ends: in the future while it is Terminating
    std::int64_t generation = 0;
    std::shared_ptr<const Labels> labelMap;
    std::shared_ptr<const Labels> annotationMap;
    OwnerPtr owner;
    ManagedFieldsPtr managed;
    const char *finalizer = nullptr;
    int grace = 0; ///< seconds; with `deleted`
    bool generated = false; ///< its name is its owner's, a dash and a suffix
    bool old = false; ///< as 1.20 writes it

    void writeJson(std::string &out) const final;
    void writeProtobuf(std::string &out) const final;
    void writeMetadataJson(std::string &out) const final;
    void writeMetadataProtobuf(std::string &out) const final;
    const std::map<std::string, std::string> &labels() const final;
    std::string field(std::string_view path) const override;

protected:
    /// The members after metadata, in their order.
    virtual void writeBody(JsonWriter &json) const = 0;
    virtual void writeBody(ProtoWriter &proto) const = 0;

private:
    void writeMeta(JsonWriter &json) const;
    void writeMeta(ProtoWriter &proto) const;
};

struct Condition {
    const char *type = "";
    const char *status = "True";
    Time transition = kNoTime;
    Time other = kNoTime; ///< heartbeat of a node's, last update of a Deployment's
    const char *reason = "";
    std::string message;
};
/// The condition of this type, or null.
const Condition *findCondition(const std::vector<Condition> &conditions, std::string_view type);
/// Sets or adds; the transition time moves only when the status does. True if anything but times changed.
bool setCondition(std::vector<Condition> &conditions, const char *type, const char *status, const char *reason,
    std::string message, Time now);

struct ContainerState {
    enum Kind : std::uint8_t { None, Waiting, Running, Terminated };
    Kind kind = None;
    std::int16_t exitCode = 0;
    std::int16_t signal = 0;
    const char *reason = "";
    std::string message;
    Time started = kNoTime, finished = kNoTime;
    std::uint64_t id = 0; ///< names the container's instance

    static ContainerState waiting(const char *reason, std::string message = {});
    static ContainerState running(Time since, std::uint64_t id);
    static ContainerState terminated(const char *reason, int exitCode, Time started, Time finished, std::uint64_t id);
};
struct ContainerStatus {
    ContainerState state, last;
    int restarts = 0;
    std::uint64_t id = 0; ///< of the newest instance; 0: none yet
    std::int8_t started = -1; ///< -1: not told
    bool ready = false;
};

class PodObject final : public MetaObject {
public:
    TemplatePtr plan;
    std::string node;
    std::string pin; ///< the node a DaemonSet made it for
    const char *phase = "Pending";
    const char *reason = "";
    std::string message;
    std::uint32_t hostIp = 0, podIp = 0;
    Time started = kNoTime;
    std::vector<Condition> conditions;
    std::vector<ContainerStatus> init, containers; ///< in the plan's order; empty until the kubelet has seen it
    std::int64_t resizedCpu = 0; ///< millicores that the first container has while a resize waits; 0: none

    // What a kubectl shows. The world sets it together with the state: it knows what it made.
    std::string shown = "Pending";
    int shownReady = 0;
    int shownRestarts = 0;
    Time lastRestart = kNoTime;

    int shownTotal() const;
    std::string readyText() const { return std::to_string(shownReady) + '/' + std::to_string(shownTotal()); }
    std::string statusText() const;
    bool finished() const { return phase[0] == 'S' || phase[0] == 'F'; }
    std::int64_t chargedCpu() const;

    nlohmann::json tableCells(Time now) const override;
    std::string field(std::string_view path) const override;

protected:
    void writeBody(JsonWriter &json) const override;
    void writeBody(ProtoWriter &proto) const override;
};

struct TaintSpec {
    std::string key, value, effect;
    Time added = kNoTime;
};

/// What the nodes of one pool have in common.
struct NodeModel {
    std::string pool, instanceType;
    std::int64_t cpu = 0, memory = 0; ///< capacity: millicores, bytes
    std::int64_t allocatableCpu = 0, allocatableMemory = 0;
    int gpus = 0, pods = 110;
    std::string kernel, os, runtime, kubelet;
    std::string imagesJson, imagesProto; ///< status.images, finished
    Labels capacity, allocatable;

    void derive();
};

class NodeObject final : public MetaObject {
public:
    std::shared_ptr<const NodeModel> model;
    std::vector<Condition> conditions;
    std::vector<TaintSpec> taints;
    std::uint32_t ip = 0, externalIp = 0, podCidr = 0;
    bool unschedulable = false;
    std::string machineId;
    std::string shown = "Ready"; ///< as a kubectl shows it

    nlohmann::json tableCells(Time now) const override;
    std::string field(std::string_view path) const override;

protected:
    void writeBody(JsonWriter &json) const override;
    void writeBody(ProtoWriter &proto) const override;
};

class NamespaceObject final : public MetaObject {
public:
    nlohmann::json tableCells(Time now) const override;
    std::string field(std::string_view path) const override;

protected:
    void writeBody(JsonWriter &json) const override;
    void writeBody(ProtoWriter &proto) const override;
};

class EventObject final : public MetaObject {
public:
    const char *kind = "Pod";
    const char *kindVersion = "v1";
    std::string objectNs, objectName, objectUid;
    std::uint64_t objectVersion = 0;
    std::string fieldPath;
    const char *reason = "";
    const char *component = "kubelet";
    const char *action = "";
    std::string message, host;
    bool warning = false;
    bool newStyle = false; ///< eventTime and series, no first and last timestamp
    Time first = kNoTime, last = kNoTime;
    int count = 1;

    nlohmann::json tableCells(Time now) const override;
    std::string field(std::string_view path) const override;

protected:
    void writeBody(JsonWriter &json) const override;
    void writeBody(ProtoWriter &proto) const override;
};

} // namespace sextant::simulator
