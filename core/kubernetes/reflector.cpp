// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kubernetes/reflector.h"

#include "core/base/format.h"
#include "core/kubernetes/serverurl.h"

#include <algorithm>

namespace sextant::kubernetes {

using Millis = std::chrono::milliseconds;

Reflector::Reflector(ReflectorHost &host, ResourceKind kind, Endpoint endpoint, std::string ns)
    : m_host(host)
    , m_kind(kind)
    , m_endpoint(std::move(endpoint))
    , m_ns(std::move(ns))
    , m_backoff(host.random(~0ULL))
    , m_pageSize(host.options().pageSize)
{
    m_status.since = wallNow();
}

Reflector::~Reflector() { drop(); }

std::string Reflector::label() const
{
    return std::string(resourceWord(m_kind)) + (m_ns.empty() ? std::string() : " in namespace " + sanitized(m_ns));
}

void Reflector::sync(Sync state, std::optional<Error> error)
{
    if (m_status.sync != state) {
        m_status.sync = state;
        m_status.since = wallNow();
    }
    m_status.error = std::move(error);
    m_host.wrote(0);
}

Millis Reflector::jitter(Millis most) { return Millis(m_host.random(static_cast<std::uint64_t>(most.count()) + 1)); }

void Reflector::start(Millis wait) { after(wait, Action::List); }

void Reflector::after(Millis wait, Action action)
{
    m_action = action;
    m_host.timers().cancel(m_timer);
    m_waiting = true;
    if (wait >= Millis(500)) {
        m_status.nextTry = wallNow() + std::chrono::ceil<std::chrono::seconds>(wait);
    }
    m_timer = m_host.timers().in(wait, [this] {
        m_timer = Timers::Id::None;
        m_waiting = false;
        m_status.nextTry.reset();
        m_host.gate(*this);
    });
}

void Reflector::afterFailure(Action action, std::optional<Millis> asked)
{
    const auto scaled = [this](Millis wait) {
        return Millis(static_cast<std::int64_t>(static_cast<double>(wait.count()) * m_host.options().backoffScale));
    };
    const Millis wait = scaled(m_backoff.next(std::chrono::steady_clock::now()));
    after(std::max(wait, asked ? scaled(*asked) : Millis(0)), action);
}

void Reflector::proceed(Action action)
{
    m_action = action;
    m_host.gate(*this);
}

void Reflector::retry()
{
    if (m_waiting) {
        m_host.timers().cancel(m_timer);
        m_waiting = false;
        m_status.nextTry.reset();
        m_host.gate(*this);
    }
}

void Reflector::doubt()
{
    if (!m_open && m_key == 0 && m_complete) {
        m_mode = relistMode();
        m_action = Action::List;
    }
}

void Reflector::released()
{
    if (m_key != 0 || m_waiting) {
        return;
    }
    if (m_action == Action::Watch) {
        sendWatch();
    } else if (!m_slot) {
        m_host.requestSlot(*this);
    }
}

void Reflector::slotGranted()
{
    m_slot = true;
    sendList();
}

/// Lets go of everything under way.
void Reflector::drop()
{
    m_host.timers().cancel(m_timer);
    m_host.timers().cancel(m_watchdog);
    m_waiting = false;
    m_status.nextTry.reset();
    if (m_key != 0) {
        m_host.session().cancel(m_key);
        m_key = 0;
    }
    abandonList();
    m_watch.reset();
    m_open = false;
    m_host.releaseSlot(*this);
    m_slot = false;
}

void Reflector::restart()
{
    drop();
    m_complete = false;
    m_version.clear();
    m_mode = ListMode::Cached;
    m_continue.clear();
    m_cuts = m_failures = m_silent = m_troubles = m_pageRestarts = 0;
    m_status.expected.reset();
    sync(Sync::Waiting);
    start(Millis(m_host.random(200)));
}

void Reflector::disconnected(const Error &error, std::optional<Time> nextTry)
{
    if (m_open || m_status.sync == Sync::Absent || m_status.sync == Sync::Forbidden) {
        return;
    }
    m_status.nextTry = nextTry;
    sync(m_complete ? Sync::Stale : Sync::Failed, error);
}

void Reflector::expect(std::uint64_t objects)
{
    if (!m_complete) {
        m_status.expected = std::max(objects, m_status.read);
        m_host.wrote(0);
    }
}

Error Reflector::errorOf(const Answer &answer, const ApiStatus &status) const
{
    Error error;
    error.code = errorCodeOf(answer.status);
    error.httpStatus = answer.status;
    error.retryAfter = answer.retryAfter;
    error.subject = label();
    error.message = "the server answered " + std::to_string(answer.status)
        + (status.message.empty() ? "" : ": " + sanitized(status.message));
    return error;
}

void Reflector::store(Item &&item)
{
    ClusterStore &store = m_host.store();
    if (auto *pod = std::get_if<PodDraft>(&item)) {
        store.upsert(std::move(*pod));
    } else if (auto *node = std::get_if<NodeDraft>(&item)) {
        store.upsert(std::move(*node));
    } else if (auto *workload = std::get_if<WorkloadDraft>(&item)) {
        store.upsert(std::move(*workload));
    } else if (auto *ns = std::get_if<NamespaceDraft>(&item)) {
        store.upsert(std::move(*ns));
    }
}

void Reflector::forget(const Item &item)
{
    const std::string *uid = nullptr;
    if (const auto *pod = std::get_if<PodDraft>(&item)) {
        uid = &pod->uid;
    } else if (const auto *node = std::get_if<NodeDraft>(&item)) {
        uid = &node->uid;
    } else if (const auto *workload = std::get_if<WorkloadDraft>(&item)) {
        uid = &workload->uid;
    } else if (const auto *ns = std::get_if<NamespaceDraft>(&item)) {
        uid = &ns->uid;
    }
    if (uid) {
        m_host.store().remove(m_kind, *uid);
    }
}

void Reflector::forbidden(const ApiStatus &status)
{
    const bool held = m_complete;
    m_complete = false;
    m_open = false;
    m_version.clear();
    m_mode = ListMode::Cached;
    m_status.expected.reset();
    m_status.read = 0;
    if (held) {
        // Nobody keeps these rows current any more; what is refused is named, not shown as if it were.
        m_host.store().beginReplace(m_kind, m_ns);
        m_host.store().endReplace(m_kind, m_ns);
    }
    m_host.answered();
    sync(Sync::Forbidden,
        Error{
            .code = ErrorCode::Forbidden, .message = sanitized(status.message), .subject = label(), .httpStatus = 403});
    after(m_host.options().refusedRetry + jitter(m_host.options().refusedRetry / 30), Action::List);
    m_host.accessChanged(*this);
}

void Reflector::absent()
{
    m_complete = false;
    m_open = false;
    m_version.clear();
    m_mode = ListMode::Cached;
    m_host.store().beginReplace(m_kind, m_ns);
    m_host.store().endReplace(m_kind, m_ns);
    m_host.answered();
    sync(Sync::Absent);
    after(2 * m_host.options().refusedRetry + jitter(m_host.options().refusedRetry / 12), Action::List);
}

} // namespace sextant::kubernetes
