// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/base/units.h"

#include <functional>
#include <string>
#include <vector>

namespace sextant {

/// Names one object of a cluster for a read on demand.
struct ObjectRef {
    std::string kind; ///< "Pod", "Node", "Deployment", "DeploymentGroup", "HeliosJob", ...; never Secret
    std::string ns;
    std::string name;
    std::string uid;
};

/// One event of an object, old and new style brought together (first and last seen, count).
struct EventRow {
    bool warning = false;
    std::string reason;
    std::string message;
    std::string object; ///< "Pod/name"
    std::string source;
    Time firstSeen = kNoTime;
    Time lastSeen = kNoTime;
    std::uint32_t count = 1;
};

/// Brings one cluster into its ClusterStore on a thread of its own, until it is destroyed.
/// Threads: all functions from any thread; callbacks come on the feed's thread.
class Feed {
public:
    virtual ~Feed() = default; ///< cancels what is under way and joins

    virtual void start() = 0;
    /// Tries again now whatever waits or was refused.
    virtual void retry() = 0;
    /// Ends a credential plug-in that is running; the cluster says so until retry(). Nothing where there is none.
    virtual void cancelLogin() { }
    /// Reads one object as it stands on the server: pretty-printed YAML without managedFields. A Secret is refused
    /// with ErrorCode::Forbidden before anything is asked.
    virtual void readObject(ObjectRef object, std::function<void(Result<std::string>)> done) = 0;
    /// Reads the events about one object, newest first.
    virtual void readEvents(ObjectRef object, std::function<void(Result<std::vector<EventRow>>)> done) = 0;
};

} // namespace sextant
