// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/simulator/simulator.h"

#include <functional>
#include <httplib.h>
#include <memory>
#include <string>

using SSL_CTX = struct ssl_ctx_st;

namespace sextant::simulator {

/// The connection a request came by, for handlers that do to it what a server in trouble does.
class Link {
public:
    virtual ~Link() = default;
    /// Nothing more is sent; the connection ends as soon as the handler returns.
    virtual void abort() = 0;
    /// The connection ends after this answer.
    virtual void closeAfter() = 0;
    /// True once the client has gone, abort() was called or the server stops.
    virtual bool over() const = 0;
    /// Waits, at most `wait`, and returns early when over().
    virtual void sleep(std::chrono::milliseconds wait) const = 0;
    /// Sends these bytes as they are instead of an answer, and ends the connection.
    virtual void answerRaw(std::string_view bytes) = 0;
    /// The common name of the client's verified certificate; empty without one.
    virtual const std::string &certificateUser() const = 0;
};

/// httplib's server with connections of our own: HTTP and HTTPS alike, threads on demand, a stop that waits for nobody,
/// and the wire's share of Faults (bytesPerSecond, chunkBytes, down).
/// Threads: one accepts, one serves each connection; the functions from any thread.
class HttpServer {
public:
    using Handler = std::function<void(const httplib::Request &, httplib::Response &, Link &)>;

    /// @param tls null: plain HTTP. @param faults must outlive the server. @param idle how long a silent connection is
    /// kept.
    HttpServer(Handler handler, std::shared_ptr<SSL_CTX> tls, int threads, Faults &faults,
        std::chrono::milliseconds idle = std::chrono::seconds(90));
    ~HttpServer(); ///< stops
    HttpServer(const HttpServer &) = delete;
    HttpServer &operator=(const HttpServer &) = delete;

    /// Listens on 127.0.0.1. @param port 0: any. @return the port. Errors: Io when it cannot be had.
    Result<int> start(int port);
    /// Closes every connection and joins. `beforeJoin` may wake what handlers wait for.
    void stop(const std::function<void()> &beforeJoin = {});

private:
    class Listener;
    class Connection;
    std::unique_ptr<Listener> m_listener;
};

/// Now, as HTTP writes dates.
std::string httpDate();
/// Takes one from a count that a test has set; false: none was left.
bool takeOne(std::atomic<int> &count);

} // namespace sextant::simulator
