// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

/// The only room that opens a connection.
namespace sextant::net {

enum class TransferId : std::uint64_t { None = 0 };

/// How one server is reached and trusted. Certificates and keys are PEM text in memory and are never written anywhere.
struct Tls {
    std::string caPem; ///< empty: the system's trust store
    std::string clientCertificatePem;
    std::string clientKeyPem;
    std::string serverName; ///< SNI and the name the certificate must match; empty: the URL's host
    bool insecure = false; ///< accept any certificate (said loudly wherever it is set)
};

struct Peer {
    Tls tls;
    std::string proxy; ///< http://, https:// or socks5:// URL; empty: none (the environment is read by the caller)
    std::string noProxy; ///< comma list for CURLOPT_NOPROXY
    /// Transfers of one key share connections; another key never reuses them (a rotated client certificate gets a new
    /// key).
    std::string connectionKey;
};

using Headers = std::vector<std::pair<std::string, std::string>>;

/// Fixed by the read-only promise: GET, and POST only where a Helios master reads in bulk (see Client::start).
enum class Method { Get, BulkReadPost };

struct Request {
    std::string url;
    Method method = Method::Get;
    std::string body; ///< BulkReadPost only
    Headers headers; ///< without User-Agent, which is always sextant/VERSION
    std::shared_ptr<const Peer> peer;
    bool compressed = false; ///< offer gzip and unpack it
    bool http2 = false; ///< offer HTTP/2 by ALPN (TLS only); big lists stay on HTTP/1.1 connections of their own
    std::chrono::milliseconds connectTimeout{10'000};
    std::chrono::milliseconds totalTimeout{0}; ///< 0: none (watches)
    std::chrono::seconds lowSpeedTime{30}; ///< fails with Timeout after so long under lowSpeedBytes/s; 0: off (watches)
    long lowSpeedBytes = 1;
    std::uint64_t maxBodyBytes = 64U << 20; ///< after unpacking; more is TooLarge; 0: unbounded (streamed lists)
    std::size_t maxHeaderBytes = 256U << 10;
    std::size_t queueBytes = 1U << 20; ///< unread bytes at which the transfer is paused until the reader catches up
    int retries = 0; ///< on unreachable, 429 and 5xx with Retry-After, before any byte was delivered; jittered back-off
};

/// The first of a transfer's events: status line and headers (names in lower case).
struct Head {
    int status = 0;
    Headers headers;
    std::string contentType; ///< as sent, parameters included
    bool http2 = false;
    std::string_view header(std::string_view lowerCaseName) const;
};

/// The last of a transfer's events. `error` is set on anything but a complete answer; an HTTP status of 400 and above
/// is a complete answer, not an error.
struct Done {
    std::shared_ptr<const Error> error; ///< null: complete
    std::uint64_t wireBytes = 0; ///< as received, before unpacking
    std::uint64_t bodyBytes = 0;
    std::chrono::milliseconds elapsed{0};
    int attempts = 1;
};

struct Event {
    TransferId transfer = TransferId::None;
    std::variant<Head, std::string, Done> what; ///< string: a piece of the body
};

/// Where the events of transfers arrive, and anything else its owner's thread is to be woken for.
/// Bounded: a transfer whose unread bytes reach Request::queueBytes is paused until they are taken.
/// Threads: post() and the client's pushes from any thread; wait() from the owner's.
class Inbox {
public:
    Inbox();
    ~Inbox();
    Inbox(const Inbox &) = delete;
    Inbox &operator=(const Inbox &) = delete;

    /// Waits for the next event until `deadline`; false when the time came, a post() woke it or close() was called.
    bool wait(std::chrono::steady_clock::time_point deadline, Event &event);
    /// Queues work for the owner's thread; takePosted() hands it over. Wakes wait().
    void post(std::function<void()> work);
    /// Runs what was posted; on the owner's thread.
    void runPosted();
    /// Wakes the owner for good: wait() returns false at once from now on.
    void close();
    bool closed() const;

private:
    friend class Client;
    struct State;
    std::shared_ptr<State> m_state;
};

/// All transfers of the program: one libcurl multi loop on one thread.
/// Every event of a transfer is delivered in order to the inbox it was started with: Head (once), pieces, Done (once,
/// always, also after cancel() with ErrorCode::Cancelled, unless the inbox is gone).
/// Threads: every function from any thread; none blocks on the network.
class Client {
public:
    Client();
    /// Cancels all transfers and joins the thread.
    ~Client();
    Client(const Client &) = delete;
    Client &operator=(const Client &) = delete;

    /// Starts a transfer. Anything but a GET, or a POST to a path that ends in /hosts/statuses or /jobs/statuses, ends
    /// at once in Done with ErrorCode::Internal and reaches no network. Redirects are never followed. Authorization
    /// headers on a URL that is not https end in ErrorCode::Credential (credentials travel only over TLS).
    TransferId start(Request request, Inbox &inbox);
    void cancel(TransferId transfer);

    struct Statistics {
        std::uint64_t requests = 0;
        std::uint64_t wireBytes = 0;
    };
    Statistics statistics() const;

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

/// Back-off of section 2.5 of client-go's reflector: 0.8 s doubling to 30 s, each stretched by a random factor of 1 to
/// 2, back to the start after two quiet minutes.
class Backoff {
public:
    explicit Backoff(std::uint64_t seed);
    std::chrono::milliseconds next(std::chrono::steady_clock::time_point now);
    void reset();

private:
    std::uint64_t m_random;
    int m_step = 0;
    std::chrono::steady_clock::time_point m_last{};
};

/// Reads "Retry-After": whole seconds or an HTTP date. Nothing for any other text; at most one hour.
std::optional<std::chrono::milliseconds> parseRetryAfter(
    std::string_view text, std::chrono::system_clock::time_point now);

} // namespace sextant::net
