// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/simulator/helios_json.h"
#include "core/simulator/helios_world.h"
#include "core/simulator/httpserver.h"

#include <deque>
#include <functional>
#include <mutex>

namespace sextant::simulator {

/// What the masters of one cluster count together. Any thread.
class HeliosLog {
public:
    void add(std::string line);
    void refuse() { ++m_writes; }
    std::uint64_t requests() const;
    std::uint64_t writesRefused() const { return m_writes; }
    std::vector<std::string> lines() const;

private:
    mutable std::mutex m_mutex;
    std::deque<std::string> m_lines;
    std::uint64_t m_requests = 0;
    std::atomic<std::uint64_t> m_writes{0};
};

/// One Helios master: the HTTP interface of the version it claims to be, for a client that only reads. Nothing that
/// would change anything is done.
/// Threads: everything from any thread; requests are answered on threads of its own.
class HeliosMaster {
public:
    /// @param number of this master, from 0. What is given must outlive it.
    HeliosMaster(HeliosWorld &world, HeliosFaults &faults, HeliosLog &log, int number, std::uint64_t seed);
    ~HeliosMaster(); ///< stops

    /// Listens on 127.0.0.1. @param port 0: any. Errors: Io when the port cannot be had.
    Result<void> start(int port, int threads);
    void stop();
    int port() const { return m_port; }
    void setDown(bool down) { m_wire.down = down; }

private:
    struct Exchange {
        const httplib::Request &request;
        httplib::Response &response;
        Link &link;
        std::vector<std::string> path; ///< decoded segments
    };
    struct Route;
    static const std::vector<Route> &routes();
    static const Route *find(const std::vector<std::string> &path);

    void handle(const httplib::Request &request, httplib::Response &response, Link &link);
    bool refuseVersion(Exchange &x);
    bool inTrouble(Exchange &x);
    void cors(Exchange &x) const;
    void ok(Exchange &x, std::string body, const char *type = "application/json");
    void plain(Exchange &x, int code, std::string body, bool labelled = true);
    void failed(Exchange &x); ///< 500, as for anything the master did not expect
    void raw(Exchange &x, int code, const std::string &reason, const char *type, const std::string &body);
    /// Waits as long as so many reads of ZooKeeper take.
    void charge(Exchange &x, std::int64_t reads);
    /// The names in a bulk call's body; none: an answer that refuses it was sent.
    std::optional<std::vector<std::string>> bulk(Exchange &x, bool jobs);
    /// A job's id from a path; none: refused. @param words whether a refusal says so.
    std::optional<std::string> jobId(Exchange &x, const std::string &text, bool words);
    bool wantsHost(const Exchange &x, const HeliosHost &host) const; ///< by ?status=

    void getVersion(Exchange &x);
    void getVersionCheck(Exchange &x);
    void getMasters(Exchange &x);
    void getHosts(Exchange &x);
    void postHostStatuses(Exchange &x);
    void getHostStatus(Exchange &x);
    void getHostJob(Exchange &x);
    void getJobs(Exchange &x);
    void postJobStatuses(Exchange &x);
    void getJob(Exchange &x);
    void getJobStatus(Exchange &x);
    void getHistory(Exchange &x);
    void getGroups(Exchange &x);
    void getGroup(Exchange &x);
    void getGroupStatus(Exchange &x);

    /// A writer with an order of its own.
    struct Writer {
        Random random;
        HeliosJson json;
        Writer(HeliosVersion version, std::uint64_t seed)
            : random(seed)
            , json(version, random)
        {
        }
    };
    std::unique_ptr<Writer> writer();
    bool since(int minor, int patch) const { return m_version >= HeliosVersion{0, minor, patch, false}; }

    HeliosWorld &m_world;
    HeliosFaults &m_faults;
    HeliosLog &m_log;
    int m_number;
    std::uint64_t m_seed;
    std::atomic<std::uint64_t> m_answers{0};
    HeliosVersion m_version;
    Faults m_wire;
    int m_port = 0;
    std::unique_ptr<HttpServer> m_http;
};

} // namespace sextant::simulator
