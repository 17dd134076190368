// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/fleet/feed.h"
#include "core/fleet/store.h"
#include "core/kubernetes/discovery.h"
#include "core/kubernetes/session.h"

#include <functional>
#include <map>

namespace sextant::kubernetes {

/// Reads single objects and their events when somebody asks. Threads: the feed's.
class ObjectReader {
public:
    ObjectReader(Session &session, ClusterStore &store)
        : m_session(session)
        , m_store(store)
    {
    }
    /// Everything that was asked and not answered ends in Cancelled.
    void cancel();

    void readObject(const Served &served, const ObjectRef &object, std::function<void(Result<std::string>)> done);
    void readEvents(const ObjectRef &object, std::function<void(Result<std::vector<EventRow>>)> done);

private:
    enum class Events { OfUid, OfName, InDefault };
    void askEvents(const ObjectRef &object, Events how, std::function<void(Result<std::vector<EventRow>>)> done);
    void start(const std::string &path, std::function<void(Answer &&)> done);
    bool isMirror(const ObjectRef &object) const;

    Session &m_session;
    ClusterStore &m_store;
    std::map<std::uint64_t, std::pair<Session::Key, std::function<void(Answer &&)>>> m_open;
    std::uint64_t m_last = 0;
};

} // namespace sextant::kubernetes
