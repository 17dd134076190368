// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kubernetes/objectreader.h"

#include "core/base/format.h"
#include "core/kubernetes/decoder.h"
#include "core/kubernetes/serverurl.h"

namespace sextant::kubernetes {
namespace {

Error refusal(const ObjectRef &object, const Answer &answer)
{
    const std::string subject = sanitized(object.kind + " " + (object.ns.empty() ? "" : object.ns + "/") + object.name);
    if (answer.error) {
        Error error = *answer.error;
        if (error.subject.empty()) {
            error.subject = subject;
        }
        return error;
    }
    const ApiStatus status = decodeStatus(answer.status, answer.contentType, answer.body);
    Error error{.message = sanitized(status.message), .subject = subject, .httpStatus = answer.status};
    error.code = errorCodeOf(answer.status);
    if (error.message.empty()) {
        error.message = "the server answered " + std::to_string(answer.status);
    }
    return error;
}

} // namespace

void ObjectReader::start(const std::string &path, std::function<void(Answer &&)> done)
{
    const std::uint64_t number = ++m_last;
    auto &open = m_open[number];
    open.second = std::move(done);
    open.first = m_session.start({.path = path}, {.done = [this, number](Answer &&answer) {
        const auto at = m_open.find(number);
        auto finished = std::move(at->second.second);
        m_open.erase(at);
        finished(std::move(answer));
    }});
}

void ObjectReader::cancel()
{
    while (!m_open.empty()) {
        const auto at = m_open.begin();
        m_session.cancel(at->second.first);
        auto finished = std::move(at->second.second);
        m_open.erase(at);
        Answer answer;
        answer.error = std::make_shared<const Error>(Error{.code = ErrorCode::Cancelled, .message = "was cancelled"});
        finished(std::move(answer));
    }
}

void ObjectReader::readObject(
    const Served &served, const ObjectRef &object, std::function<void(Result<std::string>)> done)
{
    if (object.kind == "Secret") {
        done(Error{.code = ErrorCode::Forbidden, .message = "secrets are never read", .subject = "Secret"});
        return;
    }
    std::string path;
    for (int i = 0; i <= static_cast<int>(ResourceKind::ReplicationControllers); ++i) {
        const KindInfo &info = kindInfo(static_cast<ResourceKind>(i));
        if (object.kind == info.objectKind) {
            const auto &endpoint = served.of(info.kind);
            path = endpoint ? endpoint->path(object.ns) : std::string(info.bases.front()) + "/" + info.resource;
            path += "/" + percentEncoded(object.name);
        }
    }
    if (path.empty() || object.name.empty()) {
        done(Error{.code = ErrorCode::NotFound,
            .message = "objects of this kind are not read",
            .subject = sanitized(object.kind)});
        return;
    }
    start(path, [object, done = std::move(done)](Answer &&answer) {
        if (!answer.ok()) {
            done(refusal(object, answer));
            return;
        }
        Result<std::string> yaml = yamlOf(answer.body);
        if (yaml && !object.uid.empty()) {
            if (const std::string uid = uidOf(answer.body); !uid.empty() && uid != object.uid) {
                *yaml = "# Another object has taken the name since.\n" + *yaml;
            }
        }
        done(std::move(yaml));
    });
}

/// The mirror of a static pod: its events name another uid than the object's.
bool ObjectReader::isMirror(const ObjectRef &object) const
{
    const ClusterSnapshotPtr cluster = m_store.current();
    for (const PodView pod : cluster->pods()) {
        if (pod.uid() == object.uid) {
            return pod.workloadKind() == "Node";
        }
    }
    return false;
}

void ObjectReader::readEvents(const ObjectRef &object, std::function<void(Result<std::vector<EventRow>>)> done)
{
    const bool byName = object.ns.empty() || object.uid.empty() || (object.kind == "Pod" && isMirror(object));
    askEvents(object, byName ? Events::OfName : Events::OfUid, std::move(done));
}

void ObjectReader::askEvents(
    const ObjectRef &object, Events how, std::function<void(Result<std::vector<EventRow>>)> done)
{
    // Events of cluster-scoped objects may name the object's own name as uid, or none: those go by name.
    std::string selector = "involvedObject.kind=" + object.kind + ",involvedObject.name=" + object.name;
    if (how == Events::OfUid) {
        selector += ",involvedObject.uid=" + object.uid;
    }
    const std::string ns = how == Events::InDefault ? "default" : object.ns;
    const std::string path = (ns.empty() ? "/api/v1/events" : "/api/v1/namespaces/" + percentEncoded(ns) + "/events")
        + "?limit=500&fieldSelector=" + percentEncoded(selector);
    start(path, [this, object, how, ns, done = std::move(done)](Answer &&answer) mutable {
        if (answer.ok()) {
            done(decodeEvents(answer.body));
        } else if (!answer.error && answer.status == 403 && ns.empty()) {
            askEvents(object, Events::InDefault, std::move(done));
        } else {
            done(refusal(object, answer));
        }
    });
}

} // namespace sextant::kubernetes
