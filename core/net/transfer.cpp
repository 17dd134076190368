// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/transfer.h"

#include "core/net/failure.h"

#include <algorithm>
#include <fmt/format.h>

namespace sextant::net {

using namespace std::chrono_literals;

namespace {

/// A server that asks for more patience than this gets its answer delivered: the caller decides.
constexpr auto kLongestWait = 60s;
/// How much of an answer that is to be asked for again is read, so that its connection can be kept.
constexpr std::uint64_t kSkipBytes = 64U << 10;
/// A paused HTTP/2 stream costs up to 32 MiB inside curl; a watch is cheaper to resume than to hold.
constexpr auto kLongestHttp2Pause = 5s;
constexpr auto kWatchInterval = 1s;

} // namespace

Transfer::Transfer(TransferId id, Request request, Target target, const std::shared_ptr<InboxState> &inbox,
    const std::shared_ptr<Mailbox> &mailbox)
    : m_request(std::move(request))
    , m_target(std::move(target))
    , m_inbox(inbox)
    , m_flow(std::make_shared<Flow>())
    , m_begun(Clock::now())
    , m_backoff(static_cast<std::uint64_t>(m_begun.time_since_epoch().count()) ^ (static_cast<std::uint64_t>(id) << 32))
{
    m_flow->id = id;
    m_flow->limit = m_request.queueBytes;
    m_flow->mailbox = mailbox;
}

const Peer &Transfer::peer() const
{
    static const Peer plain;
    return m_request.peer ? *m_request.peer : plain;
}

Error Transfer::failure(ErrorCode code, std::string message, std::string remedy) const
{
    return {.code = code, .message = std::move(message), .subject = m_target.display, .remedy = std::move(remedy)};
}

void Transfer::begin(Machine &machine, Clock::time_point now)
{
    if (m_request.totalTimeout > 0ms) {
        m_deadline = m_begun + m_request.totalTimeout;
    }
    startAttempt(machine, now);
}

void Transfer::startAttempt(Machine &machine, Clock::time_point now)
{
    m_counters = &machine.counters;
    m_head = {};
    m_headerBytes = 0;
    m_skipping = false;
    m_skipped = 0;
    m_paused = false;
    m_failure.reset();
    m_gunzip.reset();
    m_packed.clear();
    m_packedTaken = 0;
    m_wireBytes = 0;
    m_bodyBytes = 0;
    m_seenBytes = 0;
    m_seenAt = now;
    m_lively = now;
    m_errorText[0] = '\0';
    ++m_attempts;

    m_easy.reset(curl_easy_init());
    m_share = machine.connections.acquire(peer().connectionKey, m_request.http2 && m_target.tls);
    if (!m_easy || m_share == nullptr) {
        finish(machine, now, failure(ErrorCode::Internal, "out of memory"));
        return;
    }
    setUp(m_easy.get());
    curl_easy_setopt(m_easy.get(), CURLOPT_SHARE, m_share);
    m_phase = Phase::Running;
    if (curl_multi_add_handle(machine.multi, m_easy.get()) != CURLM_OK) {
        finish(machine, now, failure(ErrorCode::Internal, "the transfer could not be started"));
        return;
    }
    machine.counters.requests.fetch_add(1, std::memory_order_relaxed);
    scheduleTick(now);
}

void Transfer::dropAttempt(Machine &machine, Clock::time_point now)
{
    if (m_easy) {
        curl_multi_remove_handle(machine.multi, m_easy.get());
        m_easy.reset();
    }
    if (m_share != nullptr) {
        machine.connections.release(m_share, now);
        m_share = nullptr;
    }
    m_paused = false;
}

bool Transfer::takeHeaderLine(std::string_view line)
{
    m_headerBytes += line.size();
    if (m_headerBytes > m_request.maxHeaderBytes) {
        m_failure = failure(ErrorCode::TooLarge,
            fmt::format("{} sent more than {} bytes of headers", m_target.hostPort, m_request.maxHeaderBytes),
            "Check what answers at this address");
        return false;
    }
    if (m_headDelivered || m_skipping) {
        return true; // trailers: counted, not kept
    }
    while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) {
        line.remove_suffix(1);
    }
    if (line.substr(0, 5) == "HTTP/") {
        m_head = {};
        const std::string_view code = line.substr(std::min(line.size(), line.find(' ')));
        for (const char c : trimmed(code).substr(0, 3)) {
            m_head.status = c >= '0' && c <= '9' ? m_head.status * 10 + (c - '0') : 0;
        }
        m_head.http2 = line.substr(5, 1) == "2";
        return true;
    }
    if (line.empty()) {
        if (m_head.status == 101) {
            m_failure =
                failure(ErrorCode::Protocol, fmt::format("{} changed to another protocol unasked", m_target.hostPort));
            return false;
        }
        return m_head.status < 200 || takeHead();
    }
    const auto colon = line.find(':');
    if (line.front() == ' ' || line.front() == '\t' || colon == std::string_view::npos) {
        // A folded line, the old way to go on with the header before it; anything else is nonsense and skipped.
        if (!m_head.headers.empty() && colon != 0 && (line.front() == ' ' || line.front() == '\t')) {
            m_head.headers.back().second.append(" ").append(trimmed(line));
        }
        return true;
    }
    std::string name(trimmed(line.substr(0, colon)));
    std::transform(name.begin(), name.end(), name.begin(),
        [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; });
    m_head.headers.emplace_back(std::move(name), trimmed(line.substr(colon + 1)));
    return true;
}

bool Transfer::takeHead()
{
    const auto retryAfter = parseRetryAfter(m_head.header("retry-after"), std::chrono::system_clock::now());
    const bool busy = m_head.status == 429 || m_head.status >= 500;
    if (busy && retryAfter && *retryAfter <= kLongestWait && m_attempts <= m_request.retries
        && Clock::now() + *retryAfter < m_deadline) {
        // Stretched by up to a quarter, so that many clients sent away together do not come back together.
        const std::int64_t stretch = m_backoff.next(Clock::now()).count() % (retryAfter->count() / 4 + 50);
        m_wait = *retryAfter + std::chrono::milliseconds(stretch);
        m_skipping = true;
        return true;
    }
    const std::string_view encoding = m_head.header("content-encoding");
    if (equalsIgnoringCase(encoding, "gzip") || equalsIgnoringCase(encoding, "x-gzip")) {
        m_gunzip = std::make_unique<Gunzip>();
    } else if (!encoding.empty() && !equalsIgnoringCase(encoding, "identity")) {
        m_failure = failure(ErrorCode::Protocol,
            fmt::format("{} sent a body in an encoding that was not asked for", m_target.hostPort));
        return false;
    }
    // Curl takes a length beyond its range for no length at all, and then cannot tell a cut body from a whole one.
    const std::string_view length = m_head.header("content-length");
    if (length.size() > 18 || length.find_first_not_of("0123456789") != std::string_view::npos) {
        m_failure = failure(ErrorCode::Protocol, fmt::format("{} sent a length that is none", m_target.hostPort));
        return false;
    }
    m_head.contentType = m_head.header("content-type");
    const auto inbox = m_inbox.lock();
    if (!inbox || !inbox->push(m_flow, {m_flow->id, m_head})) {
        m_failure = failure(ErrorCode::Cancelled, "nobody reads the answer any more");
        return false;
    }
    m_headDelivered = true;
    return true;
}

std::size_t Transfer::takeBody(std::string_view piece)
{
    if (m_failure) {
        return 0;
    }
    if (m_skipping) {
        m_skipped += piece.size();
        return m_skipped <= kSkipBytes ? piece.size() : 0;
    }
    const auto inbox = m_inbox.lock();
    if (!m_headDelivered || !inbox || inbox->gone()) {
        m_failure = failure(ErrorCode::Cancelled, "nobody reads the answer any more");
        return 0;
    }
    if (m_packedTaken < m_packed.size() || inbox->mustWait(*m_flow)) {
        if (!m_paused) {
            m_paused = true;
            m_pausedSince = Clock::now();
        }
        return CURL_WRITEFUNC_PAUSE;
    }
    m_wireBytes += piece.size();
    m_counters->wireBytes.fetch_add(piece.size(), std::memory_order_relaxed);
    if (m_gunzip) {
        m_packed.assign(piece);
        m_packedTaken = 0;
        unpackPending();
        return m_failure ? 0 : piece.size();
    }
    return deliver(piece) ? piece.size() : 0;
}

bool Transfer::deliver(std::string_view piece)
{
    m_bodyBytes += piece.size();
    if (m_request.maxBodyBytes != 0 && m_bodyBytes > m_request.maxBodyBytes) {
        m_failure = failure(ErrorCode::TooLarge,
            fmt::format("the answer of {} is larger than {} bytes", m_target.hostPort, m_request.maxBodyBytes));
        return false;
    }
    const auto inbox = m_inbox.lock();
    if (!inbox || !inbox->push(m_flow, piece)) {
        m_failure = failure(ErrorCode::Cancelled, "nobody reads the answer any more");
        return false;
    }
    return true;
}

bool Transfer::unpackPending()
{
    std::array<char, 32U << 10> out; // NOLINT(cppcoreguidelines-pro-type-member-init): filled before it is read
    for (;;) {
        const auto inbox = m_inbox.lock();
        if (inbox && inbox->mustWait(*m_flow)) {
            // Nothing is lost by stopping here, even where all of `m_packed` was taken: the rest is inside zlib.
            return false;
        }
        std::string_view left = std::string_view(m_packed).substr(m_packedTaken);
        const std::size_t made = m_gunzip->unpack(left, out.data(), out.size());
        m_packedTaken = m_packed.size() - left.size();
        if (m_gunzip->failed()) {
            m_failure =
                failure(ErrorCode::Decode, fmt::format("the packed answer of {} is damaged", m_target.hostPort));
            return false;
        }
        if (made == 0) {
            m_packed.clear();
            m_packedTaken = 0;
            return true;
        }
        if (!deliver({out.data(), made})) {
            return false;
        }
    }
}

std::size_t Transfer::onHeader(char *data, std::size_t size, std::size_t count, void *self)
{
    auto &transfer = *static_cast<Transfer *>(self);
    return transfer.takeHeaderLine({data, size * count}) ? size * count : 0;
}

std::size_t Transfer::onBody(char *data, std::size_t size, std::size_t count, void *self)
{
    return static_cast<Transfer *>(self)->takeBody({data, size * count});
}

void Transfer::attemptEnded(Machine &machine, CURLcode code, Clock::time_point now)
{
    Symptom symptom{.code = code, .detail = m_errorText.data(), .answered = m_headDelivered};
    symptom.connectTimeout = m_request.connectTimeout;
    curl_easy_getinfo(m_easy.get(), CURLINFO_SSL_VERIFYRESULT, &symptom.verifyResult);
    curl_easy_getinfo(m_easy.get(), CURLINFO_HTTP_CONNECTCODE, &symptom.proxyStatus);
    curl_off_t ready = 0;
    curl_easy_getinfo(m_easy.get(), CURLINFO_PRETRANSFER_TIME_T, &ready);
    dropAttempt(machine, now);

    if (m_failure) {
        finish(machine, now, std::exchange(m_failure, std::nullopt));
    } else if (m_skipping) {
        if (!retryLater(machine, now, m_wait)) {
            finish(machine, now, failure(ErrorCode::Timeout, fmt::format("{} is too busy", m_target.hostPort)));
        }
    } else if (code != CURLE_OK) {
        Error error = describe(symptom, m_target, peer().tls);
        const bool noAnswer = error.code == ErrorCode::Unreachable || (error.code == ErrorCode::Timeout && ready == 0);
        if (m_headDelivered || !noAnswer || m_attempts > m_request.retries
            || !retryLater(machine, now, m_backoff.next(now))) {
            finish(machine, now, std::move(error));
        }
    } else if (!m_headDelivered) {
        finish(
            machine, now, failure(ErrorCode::Protocol, fmt::format("{} did not answer with HTTP", m_target.hostPort)));
    } else {
        m_phase = Phase::Draining;
        resume(machine, now);
    }
}

bool Transfer::retryLater(Machine &machine, Clock::time_point now, std::chrono::milliseconds wait)
{
    dropAttempt(machine, now);
    if (wait >= m_deadline - now) {
        return false;
    }
    m_phase = Phase::Resting;
    m_retryAt = now + wait;
    m_nextTick = m_retryAt;
    return true;
}

void Transfer::resume(Machine &machine, Clock::time_point now)
{
    if (m_phase != Phase::Running && m_phase != Phase::Draining) {
        return;
    }
    if (m_gunzip && !unpackPending()) {
        if (m_failure) {
            finish(machine, now, std::exchange(m_failure, std::nullopt));
        }
        return;
    }
    if (m_phase == Phase::Draining) {
        const bool whole = !m_gunzip || m_gunzip->complete();
        finish(machine, now,
            whole ? std::nullopt
                  : std::optional(failure(
                      ErrorCode::Protocol, fmt::format("the packed answer of {} was cut short", m_target.hostPort))));
    } else if (m_paused) {
        m_paused = false;
        m_seenAt = now;
        m_lively = now;
        // Delivers what curl has kept, so that it may well be paused again when this returns.
        const CURLcode code = curl_easy_pause(m_easy.get(), CURLPAUSE_CONT);
        if (code != CURLE_OK) {
            attemptEnded(machine, code, now);
        } else {
            scheduleTick(now);
        }
    }
}

void Transfer::tick(Machine &machine, Clock::time_point now)
{
    if (now >= m_deadline && m_phase != Phase::Over) {
        finish(machine, now,
            failure(ErrorCode::Timeout,
                fmt::format("no complete answer of {} within {:.3g} s", m_target.hostPort,
                    static_cast<double>(m_request.totalTimeout.count()) / 1000.0),
                "Try again, or allow more time"));
        return;
    }
    if (m_phase == Phase::Resting) {
        if (now >= m_retryAt) {
            startAttempt(machine, now);
        }
    } else if (m_phase == Phase::Running) {
        watch(machine, now);
    }
}

void Transfer::watch(Machine &machine, Clock::time_point now)
{
    if (m_paused && m_head.http2 && now - m_pausedSince >= kLongestHttp2Pause) {
        finish(machine, now,
            failure(ErrorCode::Protocol,
                fmt::format("the stream of {} was let go because its reader fell behind", m_target.hostPort),
                "It is resumed where it was"));
        return;
    }
    // What the reader leaves lying is not the server's slowness.
    const auto passed = std::chrono::duration<double>(now - m_seenAt).count();
    const auto came = static_cast<double>(m_wireBytes + m_headerBytes + m_skipped - m_seenBytes);
    if (m_paused || m_packedTaken < m_packed.size()) {
        m_lively = now;
        m_seenAt = now;
    } else if (now - m_seenAt >= kWatchInterval / 2) {
        if (came >= static_cast<double>(m_request.lowSpeedBytes) * passed) {
            m_lively = now;
        }
        m_seenBytes = m_wireBytes + m_headerBytes + m_skipped;
        m_seenAt = now;
    }
    if (m_request.lowSpeedTime > 0s && now - m_lively >= m_request.lowSpeedTime) {
        finish(machine, now,
            failure(ErrorCode::Timeout,
                m_headDelivered
                    ? fmt::format("{} sent too little for {} s", m_target.hostPort, m_request.lowSpeedTime.count())
                    : fmt::format("{} did not answer within {} s", m_target.hostPort, m_request.lowSpeedTime.count()),
                "Try again; the server or the network is overloaded"));
        return;
    }
    scheduleTick(now);
}

void Transfer::scheduleTick(Clock::time_point now)
{
    const bool watched = m_request.lowSpeedTime > 0s || m_request.http2;
    m_nextTick = std::min(m_deadline, watched ? now + kWatchInterval : Clock::time_point::max());
}

void Transfer::cancel(Machine &machine, Clock::time_point now)
{
    finish(machine, now, failure(ErrorCode::Cancelled, "cancelled"));
}

void Transfer::sweep(Machine &machine, Clock::time_point now)
{
    const auto inbox = m_inbox.lock();
    if (!inbox || inbox->gone()) {
        cancel(machine, now);
    }
}

void Transfer::finish(Machine &machine, Clock::time_point now, std::optional<Error> error)
{
    if (m_phase == Phase::Over) {
        return;
    }
    dropAttempt(machine, now);
    m_phase = Phase::Over;
    m_nextTick = Clock::time_point::max();
    Done done;
    done.wireBytes = m_wireBytes;
    done.bodyBytes = m_bodyBytes;
    done.attempts = m_attempts;
    done.elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(now - m_begun);
    if (error) {
        error->httpStatus = m_headDelivered ? m_head.status : 0;
        done.error = std::make_shared<const Error>(std::move(*error));
    }
    if (const auto inbox = m_inbox.lock()) {
        inbox->push(m_flow, {m_flow->id, std::move(done)});
    }
}

} // namespace sextant::net
