// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/helios/round.h"

#include "core/base/format.h"
#include "core/helios/decoder.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

namespace sextant::helios {

namespace {

constexpr int kLargestChunk = 500;
/// So many hosts that all fail, and none that does not: it is the master.
constexpr std::size_t kHopeless = 12;

std::string bodyOf(const std::vector<std::string> &hosts)
{
    return nlohmann::json(hosts).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

} // namespace

Round::Round(Session &session, Picture &picture, ClusterStore &store, const FeedOptions &options, std::string server,
    RoundMemory &memory, Heard heard, Done done)
    : m_session(session)
    , m_picture(picture)
    , m_store(store)
    , m_options(options)
    , m_server(std::move(server))
    , m_memory(memory)
    , m_heard(std::move(heard))
    , m_done(std::move(done))
{
}

Round::~Round()
{
    for (const Session::Key key : m_open) {
        m_session.cancel(key);
    }
}

void Round::start()
{
    for (const ResourceKind kind :
        {ResourceKind::Nodes, ResourceKind::Pods, ResourceKind::Jobs, ResourceKind::DeploymentGroups}) {
        loading(kind);
    }
    get(ResourceKind::Nodes, "/hosts", [this](Answer &&answer) { hostsAnswered(std::move(answer)); });
}

void Round::loading(ResourceKind kind)
{
    ResourceStatus &of = status(kind);
    ++of.lists;
    of.bytes = 0;
    of.nextTry.reset();
    if (of.sync == Sync::Waiting || (of.sync == Sync::Failed && !m_memory.whole)) {
        of.sync = Sync::Loading;
        of.since = wallNow();
        of.read = 0;
    }
}

void Round::live(ResourceKind kind, std::size_t count)
{
    ResourceStatus &of = status(kind);
    if (of.sync != Sync::Live) {
        of.sync = Sync::Live;
        of.since = wallNow();
    }
    of.error.reset();
    of.read = count;
    of.expected = count;
}

void Round::kindFailed(ResourceKind kind, const Error &error)
{
    ResourceStatus &of = status(kind);
    const bool had = of.sync == Sync::Live || of.sync == Sync::Stale;
    const Sync sync = had ? Sync::Stale : Sync::Failed;
    if (of.sync != sync) {
        of.sync = sync;
        of.since = wallNow();
        spdlog::warn("{}: {}", sanitized(std::as_const(m_store).status().name), error.text());
    }
    of.error = error;
}

bool Round::slow(const Answer &answer) const { return answer.elapsed >= m_options.readTimeout / 6; }

std::optional<Error> Round::masterFailure(const Answer &answer, const std::string &what) const
{
    if (answer.error) {
        Error error = *answer.error;
        error.subject = m_server;
        return error;
    }
    const std::string words = errorWords(answer.body);
    Error error{.code = ErrorCode::Server,
        .message = what + " was answered " + std::to_string(answer.status) + (words.empty() ? "" : ": " + words),
        .subject = m_server,
        .httpStatus = answer.status,
        .retryAfter = answer.retryAfter};
    switch (answer.status) {
    case 200:
        return std::nullopt;
    case 401:
        error.code = ErrorCode::Unauthorized;
        error.remedy = "A proxy in front asks for a login: configure its token";
        return error;
    case 403:
        error.code = ErrorCode::Forbidden;
        error.remedy = "A proxy in front refuses it: masters themselves never do";
        return error;
    case 404:
        return std::nullopt; // of an object: it is gone
    case 429:
        error.code = ErrorCode::TooManyRequests;
        error.remedy = "A proxy in front limits how often the master may be asked";
        return error;
    case 502:
    case 503:
    case 504:
        error.remedy = "A proxy in front has no master that answers";
        return error;
    case 500:
        if (slow(answer)) {
            error.remedy = "The master seems to have lost its ZooKeeper";
            return error;
        }
        return std::nullopt;
    default:
        return error;
    }
}

void Round::ask(Ask question, std::function<void(Answer &&)> then)
{
    // The key is known before anything can be heard: what is heard comes through the loop.
    auto key = std::make_shared<Session::Key>(0);
    *key = m_session.start(m_server, std::move(question), [this, key, then = std::move(then)](Answer &&answer) {
        m_open.erase(*key);
        if (!m_ended) {
            then(std::move(answer));
        }
    });
    m_open.insert(*key);
}

void Round::get(ResourceKind of, const std::string &path, std::function<void(Answer &&)> then, bool again)
{
    ask({.path = path, .of = of}, [this, of, path, then = std::move(then), again](Answer &&answer) mutable {
        if (!answer.error && answer.status == 500 && !slow(answer) && !again) {
            get(of, path, std::move(then), true);
        } else {
            then(std::move(answer));
        }
    });
}

void Round::hostsAnswered(Answer &&answer)
{
    std::optional<Error> failure = masterFailure(answer, "GET /hosts");
    if (!failure && answer.status != 200) {
        const std::string words = errorWords(answer.body);
        failure = Error{.code = answer.status == 404 ? ErrorCode::NotFound : ErrorCode::Server,
            .message = "GET /hosts was answered " + std::to_string(answer.status) + (words.empty() ? "" : ": " + words),
            .subject = m_server,
            .remedy = answer.status == 404 ? "Check that this is a Helios master, and the prefix of its URL" : "",
            .httpStatus = answer.status};
    }
    if (failure) {
        fail(std::move(*failure));
        return;
    }
    Result<std::vector<std::string>> names = decodeNames(answer.body);
    if (!names) {
        Error error = names.error();
        error.subject = m_server;
        error.remedy = "Check that this is a Helios master";
        fail(std::move(error));
        return;
    }
    m_listed = std::move(*names);
    for (const std::string &host : m_listed) {
        if (m_memory.culprits.count(host) > 0) {
            m_suspects.push_back(host);
        } else {
            m_todo.push_back(host);
        }
    }
    ResourceStatus &nodes = status(ResourceKind::Nodes);
    nodes.bytes += answer.body.size();
    nodes.heard = wallNow();
    if (nodes.sync == Sync::Loading) {
        nodes.expected = m_listed.size();
    }
    m_heard(answer);
    get(ResourceKind::Jobs, "/jobs", [this](Answer &&jobs) { jobsAnswered(std::move(jobs)); });
    get(ResourceKind::DeploymentGroups, "/deployment-group",
        [this](Answer &&groups) { groupsAnswered(std::move(groups)); });
}

void Round::jobsAnswered(Answer &&answer)
{
    if (std::optional<Error> failure = masterFailure(answer, "GET /jobs")) {
        fail(std::move(*failure));
        return;
    }
    m_jobsDone = true;
    ResourceStatus &of = status(ResourceKind::Jobs);
    of.bytes += answer.body.size();
    of.heard = wallNow();
    if (answer.status == 200) {
        Result<std::vector<JobPtr>> jobs = decodeJobs(answer.body, m_picture.catalog());
        if (jobs) {
            live(ResourceKind::Jobs, jobs->size());
            m_picture.jobs(std::move(*jobs));
        } else {
            Error error = jobs.error();
            error.subject = m_server + "/jobs";
            kindFailed(ResourceKind::Jobs, error);
        }
    } else {
        // One job that cannot be read is enough. What the tasks carry is shown, and what was listed before.
        const std::string words = errorWords(answer.body);
        kindFailed(ResourceKind::Jobs,
            {.code = ErrorCode::Server,
                .message = "the list of jobs was answered " + std::to_string(answer.status)
                    + (words.empty() ? "" : ": " + words) + "; jobs that are deployed nowhere are missing",
                .subject = m_server,
                .httpStatus = answer.status});
    }
    m_heard(answer);
    pump();
}

void Round::groupsAnswered(Answer &&answer)
{
    if (std::optional<Error> failure = masterFailure(answer, "GET /deployment-group")) {
        fail(std::move(*failure));
        return;
    }
    m_groupsDone = true;
    ResourceStatus &of = status(ResourceKind::DeploymentGroups);
    of.bytes += answer.body.size();
    of.heard = wallNow();
    Result<std::vector<std::string>> names =
        answer.status == 200 ? decodeNames(answer.body) : Result<std::vector<std::string>>(std::vector<std::string>());
    if (answer.status == 404) { // a master of before there were groups
        m_groupsAbsent = true;
        m_picture.groups({});
    } else if (answer.status != 200 || !names) {
        m_groupsFailed = true;
        const std::string words = names ? errorWords(answer.body) : names.error().message;
        kindFailed(ResourceKind::DeploymentGroups,
            {.code = names ? ErrorCode::Server : ErrorCode::Decode,
                .message = "the list of deployment groups was answered " + std::to_string(answer.status)
                    + (words.empty() ? "" : ": " + words),
                .subject = m_server,
                .httpStatus = answer.status});
    } else {
        m_memory.badGroups.clear();
        m_groups.assign(names->begin(), names->end());
        m_picture.groups(std::move(*names));
    }
    m_heard(answer);
    pump();
}

void Round::groupAnswered(const std::string &name, Answer &&answer)
{
    if (std::optional<Error> failure = masterFailure(answer, "GET /deployment-group/" + bounded(name, 100))) {
        fail(std::move(*failure));
        return;
    }
    status(ResourceKind::DeploymentGroups).bytes += answer.body.size();
    if (answer.status == 404) {
        m_picture.groupGone(name);
    } else if (Result<Group> group = answer.status == 200 ? decodeGroup(answer.body) : Result<Group>(Error{})) {
        group->name = name;
        m_picture.group(std::move(*group));
    } else {
        m_memory.badGroups.insert(name);
    }
    m_heard(answer);
    pump();
}

void Round::groupStatusAnswered(const std::string &name, Answer &&answer)
{
    if (std::optional<Error> failure =
            masterFailure(answer, "GET /deployment-group/" + bounded(name, 100) + "/status")) {
        fail(std::move(*failure));
        return;
    }
    status(ResourceKind::DeploymentGroups).bytes += answer.body.size();
    if (Result<GroupStatus> read =
            answer.status == 200 ? decodeGroupStatus(answer.body) : Result<GroupStatus>(Error{})) {
        m_picture.groupStatus(name, std::move(*read));
    } else if (answer.status != 404) {
        m_memory.badGroups.insert(name);
    }
    m_heard(answer);
    pump();
}

void Round::pump()
{
    while (!m_ended && m_jobsDone && static_cast<int>(m_open.size()) < std::max(1, m_options.inFlight)) {
        if (sendBatch()) {
            continue;
        }
        if (!m_groups.empty()) {
            const std::string name = std::move(m_groups.front());
            m_groups.pop_front();
            get(ResourceKind::DeploymentGroups, "/deployment-group/" + pathSegment(name),
                [this, name](Answer &&answer) { groupAnswered(name, std::move(answer)); });
            continue;
        }
        if (!m_statuses.empty()) {
            const std::string name = std::move(m_statuses.front());
            m_statuses.pop_front();
            get(ResourceKind::DeploymentGroups, "/deployment-group/" + pathSegment(name) + "/status",
                [this, name](Answer &&answer) { groupStatusAnswered(name, std::move(answer)); });
            continue;
        }
        if (!m_open.empty() || !m_groupsDone) {
            return;
        }
        if (!m_statusesChosen && !m_groupsFailed) {
            m_statusesChosen = true;
            const std::vector<std::string> names = m_picture.groupsToAsk(wallNow());
            m_statuses.assign(names.begin(), names.end());
            continue;
        }
        finish();
        return;
    }
}

bool Round::sendBatch()
{
    if (!m_parts.empty()) {
        Batch batch = std::move(m_parts.front());
        m_parts.pop_front();
        send(std::move(batch), false, false);
        return true;
    }
    if (m_todo.empty() && !m_suspects.empty()) {
        Batch alone{std::move(m_suspects.front())};
        m_suspects.pop_front();
        send(std::move(alone), false, false);
        return true;
    }
    if (m_todo.empty()) {
        return false;
    }
    const std::size_t size = m_memory.bulk ? std::clamp(m_memory.chunk, 1, kLargestChunk) : 1;
    Batch batch;
    while (!m_todo.empty() && batch.size() < size) {
        batch.push_back(std::move(m_todo.front()));
        m_todo.pop_front();
    }
    send(std::move(batch), true, false);
    return true;
}

void Round::send(Batch batch, bool whole, bool again)
{
    if (!m_memory.bulk && batch.size() == 1) {
        const std::string host = batch.front();
        ask({.path = "/hosts/" + pathSegment(host) + "/status", .of = ResourceKind::Pods},
            [this, host, again](Answer &&answer) { oneAnswered(host, again, std::move(answer)); });
        return;
    }
    std::string body = bodyOf(batch);
    ask({.path = "/hosts/statuses", .body = std::move(body), .of = ResourceKind::Pods},
        [this, batch = std::move(batch), whole, again](
            Answer &&answer) mutable { batchAnswered(std::move(batch), whole, again, std::move(answer)); });
}

void Round::batchAnswered(Batch batch, bool whole, bool again, Answer &&answer)
{
    if (!answer.error && (answer.status == 404 || answer.status == 405)) {
        // A master of before bulk reads, or a proxy that lets only GET pass: host by host then.
        m_memory.bulk = false;
        for (std::string &host : batch) {
            m_parts.push_back({std::move(host)});
        }
        pump();
        return;
    }
    const bool tooLarge = answer.error && answer.error->code == ErrorCode::TooLarge;
    if (!tooLarge) {
        if (std::optional<Error> failure = masterFailure(answer, "POST /hosts/statuses")) {
            if (failure->code == ErrorCode::Timeout) {
                m_memory.chunk = std::max(1, static_cast<int>(batch.size() / 2));
            }
            fail(std::move(*failure));
            return;
        }
    }
    if (tooLarge || answer.status != 200) {
        m_heard(answer);
        if (!tooLarge && !again && (whole || batch.size() == 1)) {
            send(std::move(batch), whole, true);
        } else if (batch.size() > 1) {
            halve(batch);
            pump();
        } else {
            unreadable(batch.front());
        }
        return;
    }
    auto hosts = decodeHostStatuses(answer.body, m_picture.catalog());
    if (!hosts) {
        Error error = hosts.error();
        error.subject = m_server + "/hosts/statuses";
        fail(std::move(error));
        return;
    }
    for (const std::string &host : batch) {
        const auto at = std::lower_bound(hosts->begin(), hosts->end(), host,
            [](const auto &one, const std::string &name) { return one.first < name; });
        m_memory.culprits.erase(host);
        if (at != hosts->end() && at->first == host) {
            m_picture.host(host, std::move(at->second));
        } else {
            m_picture.hostMissing(host);
        }
    }
    m_hostsRead += batch.size();
    ResourceStatus &pods = status(ResourceKind::Pods);
    pods.bytes += answer.body.size();
    pods.heard = wallNow();
    if (pods.sync == Sync::Loading) {
        pods.read = m_picture.taskCount();
        status(ResourceKind::Nodes).read = m_hostsRead;
    }
    if (whole) {
        adapt(batch.size(), answer.elapsed);
    }
    m_heard(answer);
    pump();
}

void Round::oneAnswered(const std::string &host, bool again, Answer &&answer)
{
    if (std::optional<Error> failure = masterFailure(answer, "GET /hosts/" + bounded(host, 100) + "/status")) {
        fail(std::move(*failure));
        return;
    }
    m_heard(answer);
    if (answer.status == 500) {
        if (again) {
            unreadable(host);
        } else {
            send({host}, false, true);
        }
        return;
    }
    if (answer.status == 404) {
        m_picture.hostMissing(host);
    } else if (Result<HostStatus> read = decodeHostStatus(answer.body, m_picture.catalog())) {
        m_picture.host(host, std::move(*read));
    } else {
        unreadable(host);
        return;
    }
    ++m_hostsRead;
    m_memory.culprits.erase(host);
    status(ResourceKind::Pods).bytes += answer.body.size();
    pump();
}

void Round::halve(const Batch &batch)
{
    const auto middle = batch.begin() + static_cast<std::ptrdiff_t>(batch.size() / 2);
    m_parts.emplace_front(middle, batch.end());
    m_parts.emplace_front(batch.begin(), middle);
}

void Round::unreadable(const std::string &host)
{
    if (m_memory.culprits.insert(host).second) {
        spdlog::warn(
            "{}: the master cannot read host {}", sanitized(std::as_const(m_store).status().name), bounded(host, 100));
    }
    m_picture.hostUnreadable(host);
    ++m_hostsUnreadable;
    if (m_hostsRead == 0 && hopeless()) {
        fail({.code = ErrorCode::Server,
            .message = "the master fails on every host",
            .subject = m_server,
            .remedy = "Its log says why",
            .httpStatus = 500});
        return;
    }
    pump();
}

/// So many failed and none was read. Those that came first may be the only bad ones: before the master is given up,
/// as many from all over the rest are asked.
bool Round::hopeless()
{
    if (m_hostsUnreadable == m_listed.size()) {
        return m_hostsUnreadable >= kHopeless;
    }
    if (m_probed || m_hostsUnreadable < kHopeless) {
        return m_probed && m_hostsUnreadable >= m_enough;
    }
    Batch left;
    for (const Batch &part : m_parts) {
        left.insert(left.end(), part.begin(), part.end());
    }
    left.insert(left.end(), m_todo.begin(), m_todo.end());
    left.insert(left.end(), m_suspects.begin(), m_suspects.end());
    if (left.empty()) {
        return false; // the rest is being asked
    }
    std::set<std::string> chosen;
    const std::size_t count = std::min(left.size(), kHopeless);
    for (std::size_t i = 0; i < count; ++i) {
        chosen.insert(left[(2 * i + 1) * left.size() / (2 * count)]);
    }
    const auto taken = [&](const std::string &host) { return chosen.contains(host); };
    for (Batch &part : m_parts) {
        std::erase_if(part, taken);
    }
    std::erase_if(m_parts, [](const Batch &part) { return part.empty(); });
    std::erase_if(m_todo, taken);
    std::erase_if(m_suspects, taken);
    for (const std::string &host : chosen) {
        m_parts.push_front({host});
    }
    m_probed = true;
    m_enough = m_hostsUnreadable + m_open.size() + chosen.size();
    return false;
}

/// Sizes chunks so that one takes about as long as it should.
void Round::adapt(std::size_t hosts, Millis took)
{
    if (static_cast<int>(hosts) < m_memory.chunk && took < m_options.chunkAim) {
        return; // the last one of a round says little
    }
    const double factor = std::clamp(
        static_cast<double>(m_options.chunkAim.count()) / static_cast<double>(std::max<std::int64_t>(1, took.count())),
        0.5, 2.0);
    m_memory.chunk = std::clamp(static_cast<int>(static_cast<double>(hosts) * factor), 1, kLargestChunk);
}

void Round::finish()
{
    m_ended = true;
    m_picture.finish(m_listed);
    std::erase_if(m_memory.culprits,
        [this](const std::string &host) { return !std::binary_search(m_listed.begin(), m_listed.end(), host); });
    m_memory.whole = true;
    live(ResourceKind::Nodes, m_picture.hostCount());
    live(ResourceKind::Pods, m_picture.taskCount());
    const std::set<std::string> hosts = m_picture.unreadableHosts();
    status(ResourceKind::Nodes).unreadable.assign(hosts.begin(), hosts.end());
    status(ResourceKind::Nodes).heard = wallNow();
    ResourceStatus &groups = status(ResourceKind::DeploymentGroups);
    groups.unreadable.assign(m_memory.badGroups.begin(), m_memory.badGroups.end());
    if (m_groupsAbsent) {
        if (groups.sync != Sync::Absent) {
            groups.sync = Sync::Absent;
            groups.since = wallNow();
        }
        groups.error.reset();
    } else if (!m_groupsFailed) {
        live(ResourceKind::DeploymentGroups, m_store.count(ResourceKind::DeploymentGroups));
    }
    m_done({});
}

void Round::fail(Error error)
{
    if (m_ended) {
        return;
    }
    m_ended = true;
    for (const Session::Key key : m_open) {
        m_session.cancel(key);
    }
    m_open.clear();
    m_done(std::move(error));
}

} // namespace sextant::helios
