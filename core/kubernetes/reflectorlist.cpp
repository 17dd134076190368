// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "core/kubernetes/reflector.h"
#include "core/kubernetes/serverurl.h"

namespace sextant::kubernetes {

using Millis = std::chrono::milliseconds;

namespace {
constexpr int kLargePage = 2000;
/// Failures in a row after which a first list counts as failed rather than under way.
constexpr int kGiveUpAfter = 3;
} // namespace

void Reflector::sendList()
{
    std::string query;
    switch (m_mode) {
    case ListMode::Cached:
        query = "?resourceVersion=0";
        break;
    case ListMode::NotOlder:
        query = "?resourceVersion=" + percentEncoded(m_version);
        break;
    case ListMode::Latest:
        break;
    case ListMode::Paged:
        query = "?limit=" + std::to_string(m_pageSize);
        break;
    }
    if (!m_continue.empty()) {
        query = "?limit=" + std::to_string(m_pageSize) + "&continue=" + percentEncoded(m_continue);
    } else {
        ++m_status.lists;
        m_status.read = 0;
        m_status.bytes = 0;
        m_items = 0;
    }
    m_broken.reset();
    m_list.reset();
    m_listed = false;
    m_began = std::chrono::steady_clock::now();
    if (!m_complete && m_status.sync != Sync::Forbidden && m_status.sync != Sync::Absent
        && m_status.sync != Sync::Failed) {
        sync(Sync::Loading);
    }
    m_key = m_host.session().start(
        {.path = m_endpoint.path(m_ns) + query, .accept = kListAccept, .kind = Ask::Kind::List, .of = m_kind},
        {.head = [this](const net::Head &head) { listHead(head); },
            .piece = [this](std::string_view piece) { listPiece(piece); },
            .done = [this](Answer &&answer) { listDone(std::move(answer)); }});
}

void Reflector::listHead(const net::Head &head)
{
    m_open = true;
    m_host.heard();
    const Result<WireFormat> format = wireFormatOf(head.contentType);
    if (!format) {
        m_broken = format.error();
        return;
    }
    if (!m_replacing) {
        m_host.store().beginReplace(m_kind, m_ns);
        m_replacing = true;
    }
    if (!m_complete) {
        sync(Sync::Loading);
    }
    m_list = std::make_unique<ListDecoder>(m_kind, *format, m_host.options().decode, [this](Item &&item) {
        m_listed = true;
        ++m_items;
        store(std::move(item));
    });
}

void Reflector::listPiece(std::string_view piece)
{
    m_status.bytes += piece.size();
    m_status.heard = wallNow();
    m_host.heard();
    if (!m_list || m_broken) {
        return;
    }
    if (const Result<void> fed = m_list->feed(piece); !fed) {
        m_broken = fed.error();
        const Session::Key key = m_key;
        m_key = 0;
        m_host.session().cancel(key);
        listBroken(*m_broken, true, Millis(0));
        return;
    }
    m_status.read = m_items;
    m_host.wrote(0);
}

void Reflector::listDone(Answer &&answer)
{
    m_key = 0;
    m_status.heard = wallNow();
    if (answer.error) {
        listBroken(*answer.error, answer.status != 0, answer.elapsed);
        return;
    }
    if (!answer.ok()) {
        listRefused(answer);
        return;
    }
    if (!m_list) {
        listBroken(m_broken ? *m_broken : Error{.code = ErrorCode::Protocol, .message = "the server answered nothing"},
            true, answer.elapsed);
        return;
    }
    if (const Result<void> finished = m_list->finish(); !finished) {
        listBroken(finished.error(), true, answer.elapsed);
        return;
    }
    const ListMeta meta = m_list->meta();
    m_list.reset();
    m_status.read = m_items;
    if (!meta.continueToken.empty()) {
        m_continue = meta.continueToken;
        if (meta.remaining) {
            m_status.expected = m_items + *meta.remaining;
        }
        m_host.answered();
        sendList();
        return;
    }
    if (meta.resourceVersion.empty()) {
        listBroken({.code = ErrorCode::Protocol,
                       .message = "the list names no resourceVersion to go on from",
                       .subject = label()},
            true, answer.elapsed);
        return;
    }
    listComplete(meta);
}

void Reflector::listComplete(const ListMeta &meta)
{
    m_host.store().endReplace(m_kind, m_ns);
    m_replacing = false;
    m_host.releaseSlot(*this);
    m_slot = false;
    m_version = meta.resourceVersion;
    m_continue.clear();
    m_complete = true;
    m_cuts = m_failures = m_pageRestarts = m_silent = m_troubles = 0;
    m_mode = relistMode();
    m_status.expected = m_items;
    m_host.answered();
    sync(Sync::Live);
    m_host.accessChanged(*this);
    proceed(Action::Watch);
}

void Reflector::abandonList()
{
    if (m_replacing) {
        m_host.store().abandonReplace(m_kind, m_ns);
        m_replacing = false;
    }
    m_list.reset();
    m_continue.clear();
}

/// Lists again at once in another way.
void Reflector::relist(ListMode mode)
{
    abandonList();
    m_open = false;
    m_mode = mode;
    if (m_slot) {
        sendList();
    } else {
        proceed(Action::List);
    }
}

void Reflector::listBroken(Error error, bool answered, Millis elapsed)
{
    const bool cut = answered && m_listed;
    const Millis lasted =
        std::max(elapsed, std::chrono::duration_cast<Millis>(std::chrono::steady_clock::now() - m_began));
    abandonList();
    m_open = false;
    m_host.releaseSlot(*this);
    m_slot = false;
    if (error.subject.empty()) {
        error.subject = label();
    }
    ++m_failures;
    if (cut) {
        // A server cuts what takes longer than its limit; the same again would end the same way.
        if (m_mode != ListMode::Paged && (++m_cuts >= 2 || lasted >= m_host.options().listLimit * 8 / 10)) {
            m_paged = true;
        }
    } else if (error.code == ErrorCode::Timeout && answered) {
        m_paged = true;
    }
    if (m_paged) {
        m_mode = ListMode::Paged;
    }
    if (!answered || error.code == ErrorCode::Unreachable || error.code == ErrorCode::Timeout) {
        m_host.suspect();
    }
    const bool failed = m_complete || !answered || m_failures >= kGiveUpAfter || error.code == ErrorCode::Protocol;
    sync(m_complete ? Sync::Stale : failed ? Sync::Failed : Sync::Loading, error);
    if (failed) {
        m_host.failed(error);
    }
    afterFailure(Action::List, error.retryAfter);
}

void Reflector::listRefused(const Answer &answer)
{
    const ApiStatus status = decodeStatus(answer.status, answer.contentType, answer.body);
    const Error error = errorOf(answer, status);
    const bool page = !m_continue.empty();
    const bool versioned = m_mode == ListMode::NotOlder;
    if (answer.status == 410 || ((answer.status == 400 || answer.status == 422) && (page || versioned))
        || (answer.status == 504 && versioned)) {
        if (page && ++m_pageRestarts <= 1) {
            m_pageSize = std::max(m_pageSize, kLargePage); // fewer pages live shorter
            relist(ListMode::Paged);
            return;
        }
        if (page || versioned || m_mode == ListMode::Cached) {
            m_paged = m_paged && !page;
            relist(page ? ListMode::Cached : ListMode::Latest);
            return;
        }
    }
    abandonList();
    m_open = false;
    m_host.releaseSlot(*this);
    m_slot = false;
    if (answer.status == 403) {
        forbidden(status);
        return;
    }
    if (answer.status == 404) {
        absent();
        return;
    }
    ++m_failures;
    // Throttling and short troubles are part of loading; what lasts is a failure and is named.
    const bool patient = (answer.status == 429 || answer.status >= 500) && m_failures < kGiveUpAfter;
    sync(m_complete ? Sync::Stale : patient ? Sync::Loading : Sync::Failed, error);
    if (answer.status == 401 || ((answer.status == 429 || answer.status >= 500) && !patient)) {
        m_host.failed(error);
    } else if (!patient) {
        m_host.answered();
    }
    std::optional<Millis> wait = answer.retryAfter;
    if (status.retryAfterSeconds && !wait) {
        wait = std::chrono::seconds(std::min<std::uint32_t>(*status.retryAfterSeconds, 3600));
    }
    if (answer.status == 401) {
        m_host.suspect();
    }
    afterFailure(Action::List, wait);
}

} // namespace sextant::kubernetes
