// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulator/objects.h"

namespace sextant::simulator {

void MetaObject::writeMeta(JsonWriter &json) const
{
    json.object("metadata");
    json.member("name", name);
    if (generated && owner) {
        json.member("generateName", owner->name + '-');
    }
    json.some("namespace", ns);
    json.member("uid", uid);
    json.member("resourceVersion", std::to_string(resourceVersion));
    json.some("generation", generation);
    json.some("creationTimestamp", created);
    if (deleted != kNoTime) {
        json.some("deletionTimestamp", deleted);
        json.member("deletionGracePeriodSeconds", grace);
    }
    if (labelMap) {
        json.map("labels", *labelMap);
    }
    if (annotationMap) {
        json.map("annotations", *annotationMap);
    }
    if (owner) {
        json.array("ownerReferences").open('{');
        json.member("apiVersion", owner->apiVersion);
        json.member("kind", owner->kind);
        json.member("name", owner->name);
        json.member("uid", owner->uid);
        json.flag("controller", true);
        json.flag("blockOwnerDeletion", true);
        json.close('}').close(']');
    }
    if (finalizer != nullptr) {
        json.array("finalizers");
        json.text(finalizer);
        json.close(']');
    }
    if (managed) {
        json.array("managedFields");
        json.raw(managed->json);
        json.close(']');
    }
    json.close('}');
}

void MetaObject::writeMeta(ProtoWriter &proto) const
{
    proto.message(1, [&] {
        proto.text(1, name);
        proto.text(2, generated && owner ? owner->name + '-' : std::string());
        proto.text(3, ns);
        proto.text(4, "");
        proto.text(5, uid);
        proto.text(6, std::to_string(resourceVersion));
        proto.number(7, generation);
        proto.time(8, created);
        if (deleted != kNoTime) {
            proto.time(9, deleted);
            proto.number(10, grace);
        }
        if (labelMap) {
            proto.map(11, *labelMap);
        }
        if (annotationMap) {
            proto.map(12, *annotationMap);
        }
        if (owner) {
            proto.message(13, [&] {
                proto.text(1, owner->kind);
                proto.text(3, owner->name);
                proto.text(4, owner->uid);
                proto.text(5, owner->apiVersion);
                proto.number(6, 1);
                proto.number(7, 1);
            });
        }
        if (finalizer != nullptr) {
            proto.text(14, finalizer);
        }
        if (old) {
            proto.text(15, "");
        }
        if (managed) {
            proto.raw(managed->proto);
        }
    });
}

void MetaObject::writeJson(std::string &out) const
{
    JsonWriter json(out);
    json.open('{');
    writeMeta(json);
    writeBody(json);
    json.close('}');
}

void MetaObject::writeProtobuf(std::string &out) const
{
    ProtoWriter proto(out);
    writeMeta(proto);
    writeBody(proto);
}

void MetaObject::writeMetadataJson(std::string &out) const
{
    JsonWriter json(out);
    json.open('{');
    writeMeta(json);
    json.close('}');
}

void MetaObject::writeMetadataProtobuf(std::string &out) const
{
    ProtoWriter proto(out);
    writeMeta(proto);
}

const std::map<std::string, std::string> &MetaObject::labels() const
{
    static const Labels none;
    return labelMap ? *labelMap : none;
}

std::string MetaObject::field(std::string_view path) const
{
    if (path == "metadata.name") {
        return name;
    }
    return path == "metadata.namespace" ? ns : std::string();
}

const Condition *findCondition(const std::vector<Condition> &conditions, std::string_view type)
{
    for (const auto &condition : conditions) {
        if (condition.type == type) {
            return &condition;
        }
    }
    return nullptr;
}

bool setCondition(std::vector<Condition> &conditions, const char *type, const char *status, const char *reason,
    std::string message, Time now)
{
    for (auto &condition : conditions) {
        if (std::string_view(condition.type) == type) {
            const bool turned = std::string_view(condition.status) != status;
            const bool changed = turned || std::string_view(condition.reason) != reason || condition.message != message;
            if (turned) {
                condition.transition = now;
            }
            if (changed) {
                condition.status = status;
                condition.reason = reason;
                condition.message = std::move(message);
                condition.other = now;
            }
            return changed;
        }
    }
    conditions.push_back({type, status, now, now, reason, std::move(message)});
    return true;
}

ContainerState ContainerState::waiting(const char *reason, std::string message)
{
    ContainerState state;
    state.kind = Waiting;
    state.reason = reason;
    state.message = std::move(message);
    return state;
}

ContainerState ContainerState::running(Time since, std::uint64_t id)
{
    ContainerState state;
    state.kind = Running;
    state.started = since;
    state.id = id;
    return state;
}

ContainerState ContainerState::terminated(
    const char *reason, int exitCode, Time started, Time finished, std::uint64_t id)
{
    ContainerState state;
    state.kind = Terminated;
    state.reason = reason;
    state.exitCode = std::int16_t(exitCode);
    state.started = started;
    state.finished = finished;
    state.id = id;
    return state;
}

} // namespace sextant::simulator
