// SPDX-License-Identifier: GPL-3.0-or-later
#include "objects.h"

#include "core/base/format.h"

#include <QTest>

#include <map>
#include <protozero/pbf_writer.hpp>
#include <sstream>

namespace objects {

using namespace sextant;
using namespace sextant::kubernetes;

namespace {

struct Field {
    std::string name;
    std::uint32_t number = 0;
    std::string type; ///< str, int, bool, time, strings, map, quantities, a message, or a message with * for repeated
};

/// "name=number:type", by message. Source: the API's generated.proto files, 1.20 and 1.36.
const std::map<std::string, std::string> kMessages = {
    {"ObjectMeta",
        "name=1:str generateName=2:str namespace=3:str selfLink=4:str uid=5:str resourceVersion=6:str generation=7:int "
        "creationTimestamp=8:time deletionTimestamp=9:time deletionGracePeriodSeconds=10:int labels=11:map "
        "annotations=12:map ownerReferences=13:OwnerReference* finalizers=14:strings managedFields=17:ManagedFields*"},
    {"ManagedFields", "manager=1:str operation=2:str apiVersion=3:str time=4:time fieldsType=6:str"},
    {"OwnerReference", "kind=1:str name=3:str uid=4:str apiVersion=5:str controller=6:bool blockOwnerDeletion=7:bool"},
    {"ListMeta", "selfLink=1:str resourceVersion=2:str continue=3:str remainingItemCount=4:int"},
    {"Status", "metadata=1:ListMeta status=2:str message=3:str reason=4:str details=5:StatusDetails code=6:int"},
    {"StatusDetails", "name=1:str group=2:str kind=3:str retryAfterSeconds=5:int uid=6:str"},
    {"Pod", "metadata=1:ObjectMeta spec=2:PodSpec status=3:PodStatus"},
    {"PodSpec",
        "containers=2:Container* restartPolicy=3:str nodeSelector=7:map serviceAccountName=8:str serviceAccount=9:str "
        "nodeName=10:str initContainers=20:Container* priorityClassName=24:str priority=25:int "
        "readinessGates=28:ReadinessGate* overhead=32:quantities ephemeralContainers=34:EphemeralContainer* "
        "resources=40:Resources"},
    {"ReadinessGate", "conditionType=1:str"},
    {"EphemeralContainer", "name=1:str image=2:str"},
    {"Container",
        "name=1:str image=2:str command=3:strings workingDir=5:str resources=8:Resources restartPolicy=24:str"},
    {"Resources", "limits=1:quantities requests=2:quantities"},
    {"PodStatus",
        "phase=1:str conditions=2:PodCondition* message=3:str reason=4:str hostIP=5:str podIP=6:str startTime=7:time "
        "containerStatuses=8:ContainerStatus* qosClass=9:str initContainerStatuses=10:ContainerStatus* "
        "nominatedNodeName=11:str podIPs=12:PodIP* ephemeralContainerStatuses=13:ContainerStatus* "
        "allocatedResources=19:quantities resources=20:Resources "
        "nodeAllocatableResourceClaimStatuses=21:ClaimStatus*"},
    {"ClaimStatus", "resourceClaimName=1:str containers=2:strings resources=3:quantities"},
    {"PodIP", "ip=1:str"},
    {"PodCondition",
        "type=1:str status=2:str lastProbeTime=3:time lastTransitionTime=4:time reason=5:str message=6:str"},
    {"ContainerStatus",
        "name=1:str state=2:ContainerState lastState=3:ContainerState ready=4:bool restartCount=5:int image=6:str "
        "imageID=7:str containerID=8:str started=9:bool allocatedResources=10:quantities resources=11:Resources"},
    {"ContainerState", "waiting=1:Waiting running=2:Running terminated=3:Terminated"},
    {"Waiting", "reason=1:str message=2:str"},
    {"Running", "startedAt=1:time"},
    {"Terminated", "exitCode=1:int signal=2:int reason=3:str message=4:str startedAt=5:time finishedAt=6:time"},
    {"Node", "metadata=1:ObjectMeta spec=2:NodeSpec status=3:NodeStatus"},
    {"NodeSpec", "podCIDR=1:str providerID=3:str unschedulable=4:bool taints=5:Taint*"},
    {"Taint", "key=1:str value=2:str effect=3:str timeAdded=4:time"},
    {"NodeStatus",
        "capacity=1:quantities allocatable=2:quantities phase=3:str conditions=4:NodeCondition* addresses=5:Address* "
        "nodeInfo=7:NodeInfo"},
    {"NodeCondition",
        "type=1:str status=2:str lastHeartbeatTime=3:time lastTransitionTime=4:time reason=5:str message=6:str"},
    {"Address", "type=1:str address=2:str"},
    {"NodeInfo",
        "machineID=1:str systemUUID=2:str bootID=3:str kernelVersion=4:str osImage=5:str containerRuntimeVersion=6:str "
        "kubeletVersion=7:str kubeProxyVersion=8:str operatingSystem=9:str architecture=10:str"},
    {"Namespace", "metadata=1:ObjectMeta status=3:NamespaceStatus"},
    {"NamespaceStatus", "phase=1:str"},
    {"LabelSelector", "matchLabels=1:map matchExpressions=2:Requirement*"},
    {"Requirement", "key=1:str operator=2:str values=3:strings"},
    {"Template", "metadata=1:ObjectMeta spec=2:PodSpec"},
    {"Deployment", "metadata=1:ObjectMeta spec=2:DeploymentSpec status=3:DeploymentStatus"},
    {"DeploymentSpec",
        "replicas=1:int selector=2:LabelSelector template=3:Template minReadySeconds=5:int paused=7:bool"},
    {"DeploymentStatus",
        "observedGeneration=1:int replicas=2:int updatedReplicas=3:int availableReplicas=4:int "
        "unavailableReplicas=5:int "
        "conditions=6:DeploymentCondition* readyReplicas=7:int"},
    {"DeploymentCondition",
        "type=1:str status=2:str reason=4:str message=5:str lastUpdateTime=6:time lastTransitionTime=7:time"},
    {"Condition3", "type=1:str status=2:str lastTransitionTime=3:time reason=4:str message=5:str"},
    {"ReplicaSet", "metadata=1:ObjectMeta spec=2:ReplicaSetSpec status=3:ReplicaSetStatus"},
    {"ReplicaSetSpec", "replicas=1:int selector=2:LabelSelector template=3:Template"},
    {"ReplicaSetStatus",
        "replicas=1:int fullyLabeledReplicas=2:int observedGeneration=3:int readyReplicas=4:int "
        "availableReplicas=5:int "
        "conditions=6:Condition3*"},
    {"ReplicationController", "metadata=1:ObjectMeta spec=2:ControllerSpec status=3:ReplicaSetStatus"},
    {"ControllerSpec", "replicas=1:int selector=2:map template=3:Template"},
    {"StatefulSet", "metadata=1:ObjectMeta spec=2:StatefulSetSpec status=3:StatefulSetStatus"},
    {"StatefulSetSpec", "replicas=1:int selector=2:LabelSelector template=3:Template updateStrategy=7:SetStrategy"},
    {"SetStrategy", "type=1:str rollingUpdate=2:SetRolling"},
    {"SetRolling", "partition=1:int"},
    {"StatefulSetStatus",
        "observedGeneration=1:int replicas=2:int readyReplicas=3:int currentReplicas=4:int updatedReplicas=5:int "
        "currentRevision=6:str updateRevision=7:str conditions=10:Condition3* availableReplicas=11:int"},
    {"DaemonSet", "metadata=1:ObjectMeta spec=2:DaemonSetSpec status=3:DaemonSetStatus"},
    {"DaemonSetSpec", "selector=1:LabelSelector template=2:Template updateStrategy=3:DaemonStrategy"},
    {"DaemonStrategy", "type=1:str rollingUpdate=2:DaemonRolling"},
    {"DaemonRolling", "maxUnavailable=1:IntOrString"},
    {"IntOrString", "type=1:int intVal=2:int strVal=3:str"},
    {"DaemonSetStatus",
        "currentNumberScheduled=1:int numberMisscheduled=2:int desiredNumberScheduled=3:int numberReady=4:int "
        "observedGeneration=5:int updatedNumberScheduled=6:int numberAvailable=7:int numberUnavailable=8:int "
        "conditions=10:Condition3*"},
    {"Job", "metadata=1:ObjectMeta spec=2:JobSpec status=3:JobStatus"},
    {"JobSpec", "parallelism=1:int completions=2:int selector=4:LabelSelector template=6:Template suspend=10:bool"},
    {"JobStatus",
        "conditions=1:PodCondition* startTime=2:time completionTime=3:time active=4:int succeeded=5:int failed=6:int "
        "ready=9:int"},
    {"CronJob", "metadata=1:ObjectMeta spec=2:CronJobSpec status=3:CronJobStatus"},
    {"CronJobSpec", "schedule=1:str suspend=4:bool jobTemplate=5:JobTemplate timeZone=8:str"},
    {"JobTemplate", "metadata=1:ObjectMeta spec=2:JobSpec"},
    {"CronJobStatus", "active=1:ObjectReference* lastScheduleTime=4:time"},
    {"ObjectReference", "kind=1:str namespace=2:str name=3:str uid=4:str"},
    {"NodeMetrics", "metadata=1:ObjectMeta timestamp=2:time usage=4:quantities"},
    {"PodMetrics", "metadata=1:ObjectMeta timestamp=2:time containers=4:ContainerMetrics*"},
    {"ContainerMetrics", "name=1:str usage=2:quantities"},
};

/// Without these, absence and zero would mean the same.
bool isPointer(const std::string &name)
{
    static const std::vector<std::string> names = {"replicas", "completions", "parallelism", "suspend", "started",
        "controller", "partition", "remainingItemCount", "ready", "deletionTimestamp"};
    return std::find(names.begin(), names.end(), name) != names.end();
}

std::vector<Field> fieldsOf(const std::string &message)
{
    std::vector<Field> fields;
    std::istringstream words(kMessages.at(message));
    for (std::string word; words >> word;) {
        const auto equals = word.find('='), colon = word.find(':');
        fields.push_back({word.substr(0, equals),
            std::uint32_t(std::stoul(word.substr(equals + 1, colon - equals - 1))), word.substr(colon + 1)});
    }
    return fields;
}

std::string encodeTime(const Json &value)
{
    std::string out;
    if (value.is_string()) {
        protozero::pbf_writer writer(out);
        writer.add_int64(1, parseTime(value.get<std::string>()).time_since_epoch().count());
        writer.add_int32(2, 0);
    }
    return out;
}

void encodeField(protozero::pbf_writer &writer, const Field &field, const Json &value)
{
    if (field.type == "str") {
        writer.add_string(field.number, value.is_string() ? value.get<std::string>() : std::string());
    } else if (field.type == "int") {
        writer.add_int64(field.number, value.is_number() ? value.get<std::int64_t>() : 0);
    } else if (field.type == "bool") {
        writer.add_bool(field.number, value.is_boolean() && value.get<bool>());
    } else if (field.type == "time") {
        writer.add_message(field.number, encodeTime(value));
    } else if (field.type == "strings") {
        for (const auto &item : value) {
            writer.add_string(field.number, item.get<std::string>());
        }
    } else if (field.type == "map" || field.type == "quantities") {
        for (const auto &[key, text] : value.items()) {
            std::string entry;
            protozero::pbf_writer inner(entry);
            inner.add_string(1, key);
            if (field.type == "map") {
                inner.add_string(2, text.get<std::string>());
            } else {
                std::string quantity;
                protozero::pbf_writer(quantity).add_string(1, text.get<std::string>());
                inner.add_message(2, quantity);
            }
            writer.add_message(field.number, entry);
        }
    } else if (field.type.back() == '*') {
        for (const auto &item : value) {
            auto message = protobuf(field.type.substr(0, field.type.size() - 1), item);
            if (field.type == "EphemeralContainer*") { // its own fields lie one message deeper
                std::string outer;
                protozero::pbf_writer(outer).add_message(1, message);
                message = outer;
            }
            writer.add_message(field.number, message);
        }
    } else {
        writer.add_message(field.number, protobuf(field.type, value));
    }
}

} // namespace

std::string protobuf(const std::string &type, const Json &object)
{
    std::string out;
    protozero::pbf_writer writer(out);
    for (const auto &field : fieldsOf(type)) {
        const auto found = object.is_object() ? object.find(field.name) : object.end();
        if (object.is_object() && found != object.end() && !found->is_null()) {
            encodeField(writer, field, *found);
        } else if ((field.type == "str" || field.type == "int" || field.type == "bool") && !isPointer(field.name)) {
            encodeField(writer, field, {}); // zero values are written too
        } else if (field.name == "creationTimestamp") {
            writer.add_message(field.number, std::string());
        }
    }
    return out;
}

std::string envelope(const std::string &kind, const std::string &raw)
{
    std::string type, out;
    protozero::pbf_writer inner(type);
    inner.add_string(1, "v1");
    inner.add_string(2, kind);
    protozero::pbf_writer writer(out);
    writer.add_message(1, type);
    writer.add_bytes(2, raw);
    writer.add_string(3, "");
    writer.add_string(4, "");
    return std::string("k8s\0", 4) + out;
}

std::string protobufList(const std::string &type, const std::vector<Json> &items, const Json &metadata)
{
    std::string raw;
    protozero::pbf_writer writer(raw);
    writer.add_message(1, protobuf("ListMeta", metadata));
    for (const auto &item : items) {
        writer.add_message(2, protobuf(type, item));
    }
    return envelope(type + "List", raw);
}

std::string jsonList(const std::string &type, const std::vector<Json> &items, const Json &metadata)
{
    return R"({"kind":")" + type + R"(List","apiVersion":"v1","metadata":)" + metadata.dump() + R"(,"items":)"
        + Json(items).dump() + "}\n";
}

std::string protobufFrame(const std::string &event, const std::string &kind, const std::string &raw)
{
    std::string object, frame;
    protozero::pbf_writer(object).add_bytes(1, envelope(kind, raw));
    protozero::pbf_writer writer(frame);
    writer.add_string(1, event);
    writer.add_message(2, object);
    std::string out;
    for (int shift = 24; shift >= 0; shift -= 8) {
        out += char(std::uint8_t(frame.size() >> shift));
    }
    return out + frame;
}

std::string jsonLine(const std::string &event, const std::string &kind, Json object)
{
    object["kind"] = kind;
    object["apiVersion"] = "v1";
    return Json{{"type", event}, {"object", std::move(object)}}.dump() + "\n";
}

namespace {

class Dump {
public:
    template <class Tag> Dump &operator()(const char *name, Amount<Tag> value)
    {
        return line(name, value.known() ? std::to_string(value.value) : "unknown");
    }
    Dump &operator()(const char *name, Time value) { return line(name, formatTime(value)); }
    Dump &operator()(const char *name, const std::string &value) { return line(name, value); }
    Dump &operator()(const char *name, const std::vector<std::string> &values)
    {
        std::string joined;
        for (const auto &value : values) {
            joined += value + ";";
        }
        return line(name, joined);
    }
    Dump &operator()(const char *name, const OwnerDraft &owner)
    {
        return line(name, owner.kind + "/" + owner.name + "/" + owner.uid);
    }
    Dump &operator()(const char *name, const Labels &labels)
    {
        std::string joined;
        for (const auto &[key, value] : labels) {
            joined += key + "=" + value + ";";
        }
        return line(name, joined);
    }
    Dump &operator()(const char *name, const ResourcesDraft &resources)
    {
        (*this)(name, resources.cpu)(name, resources.memory)(name, resources.pods)(name, resources.ephemeralStorage);
        for (const auto &[key, value] : resources.extended) {
            line(name, key + ":" + std::to_string(value));
        }
        return *this;
    }
    Dump &operator()(const char *name, const std::vector<ConditionDraft> &conditions)
    {
        for (const auto &c : conditions) {
            line(name, c.type + "|" + c.status + "|" + c.reason + "|" + c.message + "|" + formatTime(c.since));
        }
        return *this;
    }
    template <class Number>
    requires(std::is_integral_v<Number> || std::is_enum_v<Number>) Dump &operator()(const char *name, Number value)
    {
        return line(name, std::to_string(static_cast<long long>(value)));
    }
    std::string text;

private:
    Dump &line(const char *name, const std::string &value)
    {
        text += std::string(name) + ": " + value + "\n";
        return *this;
    }
};

template <class Draft> void identity(Dump &out, const Draft &d)
{
    out("uid", d.uid)("name", d.name)("resourceVersion", d.resourceVersion)("created", d.created);
}

void add(Dump &, std::monostate) { }

void add(Dump &out, const PodDraft &d)
{
    identity(out, d);
    out("ns", d.ns)("deleted", d.deleted)("node", d.node)("nominated", d.nominatedNode)("ip", d.ip)("hostIp", d.hostIp);
    out("phase", d.phase)("qos", d.qos)("status", d.status)("state", d.state)("ready", d.ready);
    out("total", d.containersTotal)("restarts", d.restarts)("lastRestart", d.lastRestart)("gates", d.readinessGates);
    out("priority", d.priorityClass)("account", d.serviceAccount)("counts", d.counts);
    out("cpuRequested", d.cpuRequested)("cpuLimit", d.cpuLimit)("memoryRequested", d.memoryRequested);
    out("memoryLimit", d.memoryLimit)("unlimitedCpu", d.unlimitedCpu)("unlimitedMemory", d.unlimitedMemory);
    out("controller", d.controller)("team", d.team)("message", d.statusMessage)("condition", d.conditions);
    out("version", d.version)("labels", d.labels);
    for (const auto &c : d.containers) {
        out("container", c.name)("kind", c.kind)("state", c.state)("ready", c.ready)("image", c.image);
        out("reason", c.reason)("message", c.message)("since", c.since)("exit", c.exitCode)("restarts", c.restarts);
        out("hasLast", c.hasLast)("lastReason", c.lastReason)("lastExit", c.lastExitCode)("lastSignal", c.lastSignal);
        out("lastFinished", c.lastFinished)("cpuRequest", c.cpuRequest)("cpuLimit", c.cpuLimit);
        out("memoryRequest", c.memoryRequest)("memoryLimit", c.memoryLimit);
    }
}

void add(Dump &out, const NodeDraft &d)
{
    identity(out, d);
    out("status", d.status)("state", d.state)("silent", d.silent)("cordoned", d.cordoned)("roles", d.roles);
    out("version", d.version)("internal", d.internalIp)("external", d.externalIp)("os", d.osImage)("kernel", d.kernel);
    out("runtime", d.runtime)("arch", d.architecture)("pool", d.pool)("zone", d.zone)("region", d.region);
    out("type", d.instanceType)("team", d.team)("capacity", d.capacity)("allocatable", d.allocatable);
    out("hasAllocatable", d.hasAllocatable)("condition", d.conditions)("labels", d.labels);
    for (const auto &t : d.taints) {
        out("taint", t.key + "=" + t.value + ":" + t.effect)("added", t.added);
    }
}

void add(Dump &out, const WorkloadDraft &d)
{
    identity(out, d);
    out("kind", d.kind)("kindText", d.kindText)("ns", d.ns)("desired", d.desired)("current", d.current);
    out("ready", d.ready)("updated", d.updated)("available", d.available)("status", d.status)("state", d.state);
    out("paused", d.paused)("schedule", d.schedule)("zone", d.timeZone)("lastSchedule", d.lastSchedule);
    out("started", d.started)("finished", d.finished)("completions", d.completions)("nodeSelector", d.nodeSelector);
    out("containers", d.containers)("images", d.images)("selector", d.selector)("revision", d.revision);
    out("controller", d.controller)("team", d.team)("condition", d.conditions);
    out("version", d.version)("labels", d.labels);
}

void add(Dump &out, const NamespaceDraft &d)
{
    identity(out, d);
    out("status", d.status)("team", d.team)("labels", d.labels);
}

void add(Dump &out, const UsageDraft &d)
{
    out("ns", d.ns)("name", d.name)("cpu", d.cpu)("memory", d.memory)("sampled", d.sampledAt);
}

} // namespace

std::string dump(const Item &item)
{
    Dump out;
    std::visit([&out](const auto &draft) { add(out, draft); }, item);
    return out.text;
}

Item decodeBoth(ResourceKind kind, const std::string &type, Json object, const DecodeOptions &options)
{
    const auto binary = decodeObject(kind, WireFormat::Protobuf, envelope(type, protobuf(type, object)), options);
    object["kind"] = type;
    const auto text = decodeObject(kind, WireFormat::Json, object.dump(), options);
    if (!binary || !text) {
        qCritical("%s", (binary ? text : binary).error().text().c_str());
        return {};
    }
    if (dump(*binary) != dump(*text)) {
        qCritical("protobuf:\n%s\nJSON:\n%s", dump(*binary).c_str(), dump(*text).c_str());
        return {};
    }
    return *text;
}

} // namespace objects
