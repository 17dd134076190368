// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kubernetes/itemdecoder.h"

#include "core/kubernetes/protobuffields.h"
#include "core/kubernetes/protobufitems.h"
#include "core/kubernetes/usageitems.h"
#include "core/kubernetes/wiredrafts.h"

#include <protozero/exception.hpp>

namespace sextant::kubernetes {

namespace {

Error noObject(ResourceKind kind, const std::string &why)
{
    return Error{
        ErrorCode::Decode, "what came cannot be read as a " + std::string(objectKindOf(kind)) + ": " + why, {}, {}};
}

std::optional<protobuf::Controller> controllerOf(ResourceKind kind)
{
    switch (kind) {
    case ResourceKind::Deployments:
        return protobuf::Controller::Deployment;
    case ResourceKind::ReplicaSets:
        return protobuf::Controller::ReplicaSet;
    case ResourceKind::StatefulSets:
        return protobuf::Controller::StatefulSet;
    case ResourceKind::DaemonSets:
        return protobuf::Controller::DaemonSet;
    case ResourceKind::Jobs:
        return protobuf::Controller::Job;
    case ResourceKind::CronJobs:
        return protobuf::Controller::CronJob;
    case ResourceKind::ReplicationControllers:
        return protobuf::Controller::ReplicationController;
    default:
        return std::nullopt;
    }
}

WorkloadKind workloadKindOf(ResourceKind kind)
{
    switch (kind) {
    case ResourceKind::Deployments:
        return WorkloadKind::Deployment;
    case ResourceKind::ReplicaSets:
        return WorkloadKind::ReplicaSet;
    case ResourceKind::StatefulSets:
        return WorkloadKind::StatefulSet;
    case ResourceKind::DaemonSets:
        return WorkloadKind::DaemonSet;
    case ResourceKind::Jobs:
        return WorkloadKind::Job;
    case ResourceKind::CronJobs:
        return WorkloadKind::CronJob;
    case ResourceKind::ReplicationControllers:
        return WorkloadKind::ReplicationController;
    default:
        return WorkloadKind::Other;
    }
}

constexpr bool isUsage(ResourceKind kind)
{
    return kind == ResourceKind::NodeMetrics || kind == ResourceKind::PodMetrics;
}

Result<Item> named(ResourceKind kind, UsageDraft &&draft)
{
    return draft.name.empty() ? Result<Item>(noObject(kind, "it has no name")) : Result<Item>(Item(std::move(draft)));
}

/// Reads one object into the struct of its kind by `readInto` and hands it to the rules.
template <class ReadInto> Result<Item> decode(ResourceKind kind, const DecodeOptions &options, ReadInto readInto)
{
    const auto finish = [&](const auto &object, auto makeDraft) -> Result<Item> {
        if (object.meta.name.empty()) {
            return noObject(kind, "it has no name");
        }
        return Item(makeDraft());
    };
    switch (kind) {
    case ResourceKind::Pods: {
        wire::Pod pod;
        readInto(pod);
        return finish(pod, [&] { return draftOf(pod, options); });
    }
    case ResourceKind::Nodes: {
        wire::Node node;
        readInto(node);
        return finish(node, [&] { return draftOf(node, options); });
    }
    case ResourceKind::Namespaces: {
        wire::Namespace object;
        readInto(object);
        return finish(object, [&] { return draftOf(object, options); });
    }
    default: {
        wire::Workload workload;
        readInto(workload);
        return finish(workload, [&] { return draftOf(workload, workloadKindOf(kind), options); });
    }
    }
}

} // namespace

std::string_view objectKindOf(ResourceKind kind)
{
    switch (kind) {
    case ResourceKind::Nodes:
        return "Node";
    case ResourceKind::Pods:
        return "Pod";
    case ResourceKind::Namespaces:
        return "Namespace";
    case ResourceKind::Deployments:
        return "Deployment";
    case ResourceKind::ReplicaSets:
        return "ReplicaSet";
    case ResourceKind::StatefulSets:
        return "StatefulSet";
    case ResourceKind::DaemonSets:
        return "DaemonSet";
    case ResourceKind::Jobs:
        return "Job";
    case ResourceKind::CronJobs:
        return "CronJob";
    case ResourceKind::ReplicationControllers:
        return "ReplicationController";
    case ResourceKind::NodeMetrics:
        return "NodeMetrics";
    case ResourceKind::PodMetrics:
        return "PodMetrics";
    case ResourceKind::DeploymentGroups:
        break;
    }
    return "";
}

ItemDecoder::ItemDecoder(ResourceKind kind, DecodeOptions options)
    : m_kind(kind)
    , m_options(withDefaults(std::move(options)))
{
}

Result<Item> ItemDecoder::protobuf(std::string_view bytes) const
{
    try {
        if (isUsage(m_kind)) {
            return named(m_kind, usageOf(bytes, m_kind == ResourceKind::PodMetrics));
        }
        return decode(m_kind, m_options, [&](auto &object) {
            using Object = std::decay_t<decltype(object)>;
            if constexpr (std::is_same_v<Object, wire::Workload>) {
                protobuf::read(bytes, object, *controllerOf(m_kind));
            } else {
                protobuf::read(bytes, object);
            }
        });
    } catch (const protozero::exception &error) {
        return noObject(m_kind, error.what());
    }
}

Result<Item> ItemDecoder::json(json::Element object) const
{
    if (!object.is_object()) {
        return noObject(m_kind, "it is no JSON object");
    }
    if (isUsage(m_kind)) {
        return named(m_kind, usageOf(object, m_kind == ResourceKind::PodMetrics));
    }
    json::Texts texts;
    return decode(m_kind, m_options, [&](auto &item) {
        using Object = std::decay_t<decltype(item)>;
        if constexpr (std::is_same_v<Object, wire::Workload>) {
            json::read(object, item, m_kind == ResourceKind::CronJobs);
        } else if constexpr (std::is_same_v<Object, wire::Namespace>) {
            json::read(object, item);
        } else {
            json::read(object, item, texts);
        }
    });
}

Result<Item> ItemDecoder::jsonText(std::string_view text)
{
    const auto object = parseJson(m_parser, text);
    return object ? json(*object) : Result<Item>(object.error());
}

Result<Envelope> openEnvelope(std::string_view bytes, bool whole)
{
    constexpr std::string_view kMagic("k8s\0", 4);
    if (bytes.substr(0, kMagic.size()) != kMagic) {
        return Error{ErrorCode::Protocol, "the answer does not begin as Kubernetes protobuf does", {}, {}};
    }
    Envelope envelope;
    bool hasRaw = false, hasEncoding = false, hasType = false;
    std::string_view encoding;
    try {
        using Reader = protozero::pbf_reader;
        protobuf::eachField(bytes.substr(kMagic.size()), [&](Reader &reader, std::uint32_t field) {
            switch (field) {
            case protobuf::message(1):
                protobuf::eachField(protobuf::viewOf(reader), [&](Reader &inner, std::uint32_t innerField) {
                    switch (innerField) {
                    case protobuf::text(1):
                        envelope.apiVersion = protobuf::viewOf(inner);
                        return true;
                    case protobuf::text(2):
                        envelope.kind = protobuf::viewOf(inner);
                        return true;
                    default:
                        return false;
                    }
                });
                return true;
            case protobuf::message(2):
                envelope.raw = protobuf::viewOf(reader);
                hasRaw = true;
                return true;
            case protobuf::text(3):
                encoding = protobuf::viewOf(reader);
                hasEncoding = true;
                return true;
            case protobuf::text(4):
                reader.skip();
                hasType = true;
                return true;
            default:
                return false;
            }
        });
    } catch (const protozero::exception &error) {
        return Error{
            ErrorCode::Protocol, std::string("the answer's protobuf envelope is broken: ") + error.what(), {}, {}};
    }
    if (!hasRaw || (whole && !(hasEncoding && hasType))) {
        return Error{ErrorCode::Protocol, "the answer's protobuf envelope was cut short", {}, {}};
    }
    if (!encoding.empty()) {
        return Error{ErrorCode::Protocol, "the answer's protobuf envelope has an unknown content encoding", {}, {}};
    }
    return envelope;
}

ErrorCode errorCodeOf(int httpStatus)
{
    switch (httpStatus) {
    case 401:
        return ErrorCode::Unauthorized;
    case 403:
        return ErrorCode::Forbidden;
    case 404:
        return ErrorCode::NotFound;
    case 410:
        return ErrorCode::Gone;
    case 429:
        return ErrorCode::TooManyRequests;
    default:
        return ErrorCode::Server;
    }
}

Error errorOf(const ApiStatus &status)
{
    Error error;
    error.code = errorCodeOf(status.code);
    error.message =
        status.message.empty() ? "the server answered with status " + std::to_string(status.code) : status.message;
    error.httpStatus = status.code;
    if (status.retryAfterSeconds) {
        error.retryAfter = std::chrono::seconds(*status.retryAfterSeconds);
    }
    return error;
}

} // namespace sextant::kubernetes
