// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/fleet/feed.h"
#include "core/helios/session.h"

#include <functional>
#include <map>

namespace sextant::helios {

/// Reads single hosts, tasks, jobs and groups, and the history of jobs, when somebody asks; secrets masked.
/// Threads: the feed's.
class Reader {
public:
    explicit Reader(Session &session)
        : m_session(session)
    {
    }
    /// Everything that was asked and not answered ends in Cancelled.
    void cancel();

    /// @param server the master that answers now.
    void readObject(const std::string &server, const ObjectRef &object, std::function<void(Result<std::string>)> done);
    void readEvents(
        const std::string &server, const ObjectRef &object, std::function<void(Result<std::vector<EventRow>>)> done);

private:
    void start(const std::string &server, const std::string &path, Session::Done done);
    void readHistory(const std::string &server, const std::string &job, const std::string &host,
        const ObjectRef &object, std::function<void(Result<std::vector<EventRow>>)> done);

    Session &m_session;
    std::map<std::uint64_t, std::pair<Session::Key, Session::Done>> m_open;
    std::uint64_t m_last = 0;
};

} // namespace sextant::helios
