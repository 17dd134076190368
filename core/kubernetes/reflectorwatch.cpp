// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "core/kubernetes/reflector.h"
#include "core/kubernetes/serverurl.h"

namespace sextant::kubernetes {

using Millis = std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

namespace {
constexpr const char *kAccept =
    "application/vnd.kubernetes.protobuf;stream=watch, application/vnd.kubernetes.protobuf, "
    "application/json;q=0.5";
/// Watches in a row that may end in trouble before the list is read again.
constexpr int kTroubles = 3;

bool expired(const ApiStatus &status)
{
    return status.code == 410 || status.reason == "Expired" || status.reason == "Gone";
}
} // namespace

void Reflector::sendWatch()
{
    const auto least = static_cast<std::uint64_t>(m_host.options().watchFor.count());
    const std::uint64_t seconds = least + m_host.random(least + 1);
    m_watch.reset();
    m_broken.reset();
    m_watchError.reset();
    m_watchOpen = false;
    m_progress = false;
    m_epoch = m_host.session().epoch();
    m_lastByte = Clock::now();
    m_began = m_lastByte;
    ++m_status.watches;
    m_key = m_host.session().start({.path = m_endpoint.path(m_ns) + "?watch=1&allowWatchBookmarks=true&resourceVersion="
                                           + percentEncoded(m_version) + "&timeoutSeconds=" + std::to_string(seconds),
                                       .accept = kAccept,
                                       .kind = Ask::Kind::Watch,
                                       .of = m_kind},
        {.head = [this](const net::Head &head) { watchHead(head); },
            .piece = [this](std::string_view piece) { watchPiece(piece); },
            .done = [this](Answer &&answer) { watchDone(std::move(answer)); }});
    armWatchdog();
}

void Reflector::armWatchdog()
{
    m_host.timers().cancel(m_watchdog);
    const auto quiet = std::chrono::duration_cast<Millis>(Clock::now() - m_lastByte);
    const Millis limit = m_host.options().watchdog;
    m_watchdog = m_host.timers().in(std::max(limit - quiet, Millis(1)), [this] {
        m_watchdog = Timers::Id::None;
        if (Clock::now() - m_lastByte >= m_host.options().watchdog) {
            watchSilent();
        } else {
            armWatchdog();
        }
    });
}

/// Not a byte for longer than bookmarks take: the connection is half dead, something holds the bytes back, or the
/// version lies in the future.
void Reflector::watchSilent()
{
    m_host.session().cancel(m_key);
    m_key = 0;
    m_open = false;
    m_watch.reset();
    m_host.session().freshConnections(m_epoch);
    ++m_silent;
    m_host.suspect();
    sync(Sync::Stale,
        Error{.code = ErrorCode::Timeout,
            .message = "nothing was heard for "
                + std::to_string(std::chrono::duration_cast<std::chrono::seconds>(m_host.options().watchdog).count())
                + " seconds; connecting anew",
            .subject = label()});
    if (m_silent >= 2) {
        m_mode = relistMode();
        proceed(Action::List);
    } else {
        proceed(Action::Watch);
    }
}

void Reflector::watchHead(const net::Head &head)
{
    m_lastByte = Clock::now();
    const Result<WireFormat> format = wireFormatOf(head.contentType);
    if (!format) {
        m_broken = format.error();
        return;
    }
    m_watchOpen = true;
    m_open = true;
    m_watch = std::make_unique<WatchDecoder>(
        m_kind, *format, m_host.options().decode, [this](WatchEvent event) { watchEvent(std::move(event)); });
    m_status.heard = wallNow();
    m_host.heard();
    m_host.answered();
    if (m_status.sync != Sync::Live) {
        sync(Sync::Live);
    }
}

void Reflector::watchPiece(std::string_view piece)
{
    m_lastByte = Clock::now();
    m_status.heard = wallNow();
    m_host.heard();
    if (!m_watch || m_broken || m_watchError) {
        return;
    }
    if (const Result<void> fed = m_watch->feed(piece); !fed) {
        m_broken = fed.error();
    }
    if (m_broken || m_watchError) {
        // The stream is of no more use; what its end means is told by watchDone as for any other end.
        const Session::Key key = m_key;
        m_key = 0;
        m_host.session().cancel(key);
        watchDone(Answer{.status = 200});
    }
}

void Reflector::watchEvent(WatchEvent event)
{
    if (m_watchError) {
        return;
    }
    if (event.type == WatchEventType::Error) {
        m_watchError = std::move(event.status);
        return;
    }
    m_progress = true;
    m_silent = 0;
    switch (event.type) {
    case WatchEventType::Added:
    case WatchEventType::Modified:
        store(std::move(event.item));
        break;
    case WatchEventType::Deleted:
        forget(event.item);
        break;
    default:
        break;
    }
    if (!event.resourceVersion.empty()) {
        m_version = event.resourceVersion;
    }
    if (event.type != WatchEventType::Bookmark) {
        m_troubles = 0;
        m_status.read = m_host.store().count(m_kind);
        m_host.wrote(1);
    }
}

void Reflector::watchDone(Answer &&answer)
{
    m_key = 0;
    m_open = false;
    m_host.timers().cancel(m_watchdog);
    m_watch.reset();
    if (!m_watchOpen) {
        if (!answer.error && !answer.ok()) {
            watchRefused(answer);
            return;
        }
        Error error = answer.error ? *answer.error
            : m_broken             ? *m_broken
                       : Error{.code = ErrorCode::Protocol, .message = "the watch was answered with nothing"};
        if (error.subject.empty()) {
            error.subject = label();
        }
        ++m_failures;
        m_host.suspect();
        sync(Sync::Stale, error);
        m_host.failed(error);
        // The server was not reached: the first try waits only for the gate, the next also by itself.
        if (m_failures <= 1) {
            proceed(Action::Watch);
        } else {
            afterFailure(Action::Watch, error.retryAfter);
        }
        return;
    }
    m_failures = 0;
    if (m_watchError) {
        const ApiStatus status = *m_watchError;
        if (expired(status)) {
            m_mode = relistMode();
            after(jitter(Millis(static_cast<std::int64_t>(500 * m_host.options().backoffScale))), Action::List);
            return;
        }
        const bool again = status.code >= 500 && ++m_troubles < kTroubles;
        if (!again) {
            m_mode = relistMode();
        }
        afterFailure(again ? Action::Watch : Action::List);
        return;
    }
    if (m_broken) { // there is no marker to go on from within the stream, but the version still holds
        const bool again = ++m_troubles < kTroubles;
        sync(Sync::Stale, *m_broken);
        m_mode = relistMode();
        afterFailure(again ? Action::Watch : Action::List);
        return;
    }
    if (answer.error) {
        m_host.suspect(); // broken off: it may be another server by now
    }
    const bool veryShort = !m_progress && Clock::now() - m_began < m_host.options().veryShort;
    if (veryShort) {
        if (++m_troubles >= kTroubles) {
            sync(Sync::Stale,
                Error{
                    .code = ErrorCode::Protocol, .message = "the server ends every watch at once", .subject = label()});
        }
        afterFailure(Action::Watch);
    } else {
        proceed(Action::Watch); // the normal end, several times an hour
    }
}

void Reflector::watchRefused(const Answer &answer)
{
    const ApiStatus status = decodeStatus(answer.status, answer.contentType, answer.body);
    const Error error = errorOf(answer, status);
    if (answer.status == 410 || expired(status)) {
        m_host.answered();
        m_mode = relistMode();
        after(jitter(Millis(static_cast<std::int64_t>(500 * m_host.options().backoffScale))), Action::List);
        return;
    }
    if (answer.status == 403) {
        forbidden(status);
        return;
    }
    if (answer.status == 404) {
        absent();
        return;
    }
    ++m_failures;
    sync(Sync::Stale, error);
    if (answer.status == 401 || answer.status == 429 || answer.status >= 500) {
        m_host.failed(error);
    } else {
        m_host.answered();
    }
    if (answer.status == 401) {
        m_host.suspect();
    }
    // Throttled or in short trouble: watch again from where we are, without a list.
    const bool again = answer.status == 429 || answer.status == 401 || (answer.status >= 500 && m_failures < kTroubles);
    if (!again) {
        m_mode = relistMode();
    }
    std::optional<Millis> wait = answer.retryAfter;
    if (status.retryAfterSeconds && !wait) {
        wait = std::chrono::seconds(std::min<std::uint32_t>(*status.retryAfterSeconds, 3600));
    }
    afterFailure(again ? Action::Watch : Action::List, wait);
}

} // namespace sextant::kubernetes
