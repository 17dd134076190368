// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/helios/reader.h"

#include "core/base/yaml.h"
#include "core/helios/decoder.h"
#include "core/helios/mask.h"
#include "core/helios/rows.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace sextant::helios {

namespace {

using Json = nlohmann::json;

std::string nameOf(const ObjectRef &object) { return bounded(object.kind + " " + object.name, 300); }

Error refusal(const ObjectRef &object, const Answer &answer)
{
    if (answer.error) {
        Error error = *answer.error;
        if (error.subject.empty()) {
            error.subject = nameOf(object);
        }
        return error;
    }
    const std::string words = errorWords(answer.body);
    return {.code = answer.status == 404 ? ErrorCode::NotFound
            : answer.status == 401       ? ErrorCode::Unauthorized
            : answer.status == 403       ? ErrorCode::Forbidden
                                         : ErrorCode::Server,
        .message = answer.status == 404
            ? "the master does not know it any more"
            : "the master answered " + std::to_string(answer.status) + (words.empty() ? "" : ": " + words),
        .subject = nameOf(object),
        .httpStatus = answer.status};
}

Error gone(const ObjectRef &object)
{
    return {.code = ErrorCode::NotFound, .message = "it is not on its host any more", .subject = nameOf(object)};
}

/// Of a host's status what concerns one job.
Result<void> keepTask(Json &host, const std::string &job, const ObjectRef &object)
{
    Json out = Json::object();
    for (const auto &[from, to] : {std::pair("jobs", "deployment"), std::pair("statuses", "taskStatus")}) {
        const auto list = host.find(from);
        if (list != host.end() && list->is_object() && list->contains(job)) {
            out[to] = (*list)[job];
        }
    }
    if (out.empty()) {
        return gone(object);
    }
    if (const auto status = host.find("status"); status != host.end()) {
        out["hostStatus"] = *status;
    }
    host = std::move(out);
    return {};
}

EventRow rowOf(const HistoryEvent &event, const std::string &job)
{
    const bool throttled = !event.throttled.empty() && event.throttled != "NO";
    EventRow row;
    row.warning = throttled || event.state == "FAILED" || event.state == "EXITED";
    row.reason = event.state.empty() ? "UNKNOWN" : event.state;
    if (throttled) {
        row.reason += " (" + event.throttled + ")";
    }
    row.message = "goal " + (event.goal.empty() ? std::string("unknown") : event.goal);
    if (!event.containerId.empty()) {
        row.message += ", container " + event.containerId.substr(0, 12);
    }
    if (!event.error.empty()) {
        row.message += ": " + event.error;
    }
    row.object = event.host + '/' + job;
    row.source = event.host;
    row.firstSeen = event.at;
    row.lastSeen = event.at;
    return row;
}

} // namespace

void Reader::start(const std::string &server, const std::string &path, Session::Done done)
{
    if (server.empty()) {
        Answer answer;
        answer.error = std::make_shared<const Error>(
            Error{.code = ErrorCode::Unreachable, .message = "no master of this cluster is known yet"});
        done(std::move(answer));
        return;
    }
    const std::uint64_t number = ++m_last;
    auto &open = m_open[number];
    open.second = std::move(done);
    open.first = m_session.start(server, {.path = path}, [this, number](Answer &&answer) {
        const auto at = m_open.find(number);
        const Session::Done finished = std::move(at->second.second);
        m_open.erase(at);
        finished(std::move(answer));
    });
}

void Reader::cancel()
{
    while (!m_open.empty()) {
        const auto at = m_open.begin();
        m_session.cancel(at->second.first);
        const Session::Done finished = std::move(at->second.second);
        m_open.erase(at);
        Answer answer;
        answer.error = std::make_shared<const Error>(Error{.code = ErrorCode::Cancelled, .message = "was cancelled"});
        finished(std::move(answer));
    }
}

void Reader::readObject(
    const std::string &server, const ObjectRef &object, std::function<void(Result<std::string>)> done)
{
    std::string path, job;
    if (object.kind == "Node") {
        path = "/hosts/" + pathSegment(object.name) + "/status";
    } else if (object.kind == "Pod") {
        const auto [host, id] = partsOfTaskUid(object.uid);
        path = host.empty() ? std::string() : "/hosts/" + pathSegment(host) + "/status";
        job = id;
    } else if (object.kind == "HeliosJob") {
        path = "/jobs/" + pathSegment(object.name);
    } else if (object.kind == "DeploymentGroup") {
        path = "/deployment-group/" + pathSegment(object.name) + "/status";
    }
    if (path.empty() || object.name.empty()) {
        done(Error{.code = ErrorCode::NotFound,
            .message = "objects of this kind are not read",
            .subject = bounded(object.kind, 60)});
        return;
    }
    start(server, path, [object, job, done = std::move(done)](Answer &&answer) {
        if (!answer.ok()) {
            done(refusal(object, answer));
            return;
        }
        done(yamlOf(answer.body, [&](Json &value) -> Result<void> {
            if (!job.empty()) {
                if (const Result<void> kept = keepTask(value, job, object); !kept) {
                    return kept;
                }
            }
            maskSecrets(value);
            return {};
        }));
    });
}

void Reader::readEvents(
    const std::string &server, const ObjectRef &object, std::function<void(Result<std::vector<EventRow>>)> done)
{
    if (object.kind == "Pod") {
        const auto [host, job] = partsOfTaskUid(object.uid);
        readHistory(server, job, host, object, std::move(done));
    } else if (object.kind == "HeliosJob") {
        readHistory(server, object.name, {}, object, std::move(done));
    } else if (object.kind == "DeploymentGroup") {
        // Of a group there is no history, but of the job that it rolls out.
        start(server, "/deployment-group/" + pathSegment(object.name),
            [this, server, object, done = std::move(done)](Answer &&answer) mutable {
                const Result<Group> group =
                    answer.ok() ? decodeGroup(answer.body) : Result<Group>(refusal(object, answer));
                if (!group) {
                    done(group.error());
                } else if (group->jobId.empty()) {
                    done(std::vector<EventRow>());
                } else {
                    readHistory(server, group->jobId, {}, object, std::move(done));
                }
            });
    } else {
        done(std::vector<EventRow>()); // hosts have none
    }
}

void Reader::readHistory(const std::string &server, const std::string &job, const std::string &host,
    const ObjectRef &object, std::function<void(Result<std::vector<EventRow>>)> done)
{
    if (job.empty()) {
        done(gone(object));
        return;
    }
    start(server, "/history/jobs/" + pathSegment(job), [object, job, host, done = std::move(done)](Answer &&answer) {
        if (!answer.ok()) {
            done(refusal(object, answer));
            return;
        }
        const Result<std::vector<HistoryEvent>> events = decodeHistory(answer.body);
        if (!events) {
            Error error = events.error();
            error.subject = nameOf(object);
            done(error);
            return;
        }
        std::vector<EventRow> rows;
        for (auto event = events->rbegin(); event != events->rend(); ++event) {
            if (host.empty() || event->host == host) {
                rows.push_back(rowOf(*event, job));
            }
        }
        done(std::move(rows));
    });
}

} // namespace sextant::helios
