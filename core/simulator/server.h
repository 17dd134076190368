// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/simulator/certificates.h"
#include "core/simulator/discovery.h"
#include "core/simulator/httpserver.h"
#include "core/simulator/serverrequest.h"

#include <deque>
#include <functional>
#include <mutex>

namespace sextant::simulator {

/// The API server of one simulated cluster, as Kubernetes 1.20 or 1.36 answers a client that only reads.
/// Threads: everything from any thread; requests are answered on threads of its own.
class ApiServer {
public:
    struct Setup {
        std::string version; ///< "v1.36.2"
        std::uint64_t seed = 1; ///< of the order in which an old server lists
        int port = 0;
        int threads = 96;
        std::chrono::milliseconds bookmarkEvery{60'000};
        std::shared_ptr<const Certificates> certificates; ///< null: plain HTTP
        std::function<Time()> now; ///< the world's clock
        /// Usage of nodes (true) or of the pods of a namespace (empty: all).
        std::function<std::vector<Usage>(bool nodes, const std::string &ns)> usage;
    };

    /// @param store, @param faults must outlive the server.
    ApiServer(Setup setup, Store &store, Faults &faults);
    ~ApiServer(); ///< stops

    /// Errors: Io when the port cannot be had.
    Result<void> start();
    void stop();
    /// Closes every connection and listens again on the same port.
    Result<void> restart(const std::function<void()> &between);
    int port() const;

    std::uint64_t requests() const;
    std::vector<std::string> requestLog() const;

private:
    /// A request on its way through the functions below.
    struct Exchange {
        const httplib::Request &request;
        httplib::Response &response;
        Link &link;
        Query query;
        Target target;
        const ResourceInfo *info = nullptr;
        Wanted wanted;
        std::string user;
        bool pretty = false;
    };
    class ListBody;
    class WatchBody;
    struct Page;

    void handle(const httplib::Request &request, httplib::Response &response, Link &link);
    bool inTrouble(const httplib::Request &request, httplib::Response &response, Link &link);
    bool authenticate(const httplib::Request &request, const Link &link, std::string &user) const;
    bool allowed(const Exchange &x) const;
    bool answerDocument(Exchange &x);
    void answerResource(Exchange &x);

    void text(httplib::Response &response, int code, const std::string &words) const;
    void json(Exchange &x, const std::string &compact);
    void refuse(Exchange &x, const wire::Status &status) const;

    void get(Exchange &x);
    void list(Exchange &x, const ListOptions &options);
    void watch(Exchange &x, const ListOptions &options);
    void metrics(Exchange &x, const ListOptions &options);
    /// Waits up to 3 s for a version of the future; false: it did not come and the refusal is sent.
    bool awaitVersion(Exchange &x, std::uint64_t version);
    /// The objects as they stood at `version`, which is at most the store's; false: too old.
    bool objectsAt(Resource resource, std::uint64_t version, std::vector<ObjectPtr> &out, std::uint64_t &found) const;

    Setup m_setup;
    Discovery m_discovery;
    Store &m_store;
    Faults &m_faults;
    std::shared_ptr<SSL_CTX> m_tls;
    std::unique_ptr<HttpServer> m_http;
    mutable std::mutex m_mutex; // of what follows
    int m_port = 0;
    std::uint64_t m_requests = 0;
    std::deque<std::string> m_log;
};

} // namespace sextant::simulator
