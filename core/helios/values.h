// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/units.h"
#include "core/fleet/draft.h"

#include <compare>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

/// What a Helios master says, as values. Source: helios.md, section 2; its words are kept as text, so that one that
/// nobody knew when this was written is shown and not guessed at.
namespace sextant::helios {

/// A job's definition. It never changes: another definition has another id.
struct Job {
    std::string id; ///< "name:version:hash"
    std::string name, version; ///< of the id
    std::string image;
    Time created = kNoTime;
    Time expires = kNoTime;
    MilliCpu cpu; ///< cpuShares / 1024, rounded up; unknown when none are declared
    Bytes memory; ///< unknown when none is declared
    std::vector<std::string> registrations; ///< "service/protocol"; sorted
    Labels labels; ///< its labels and metadata; what looks like a secret is masked
};
using JobPtr = std::shared_ptr<const Job>;

/// Every job of a cluster that was met, once: each task carries a copy of its whole job.
class JobCatalog {
public:
    /// Null: not met yet.
    JobPtr find(std::string_view id) const;
    /// The job that is held from now on under that id.
    JobPtr add(Job job);
    /// Lets go of jobs that nobody else holds.
    void sweep();
    std::size_t size() const { return m_jobs.size(); }

private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>()(text); }
    };
    std::unordered_map<std::string, JobPtr, Hash, std::equal_to<>> m_jobs;
};

/// A job on a host: what is deployed, what the agent reports, or both (helios.md, 3.2).
struct Task {
    std::string jobId;
    JobPtr job; ///< null: its definition was not seen
    // Of the deployment.
    bool deployed = false;
    std::string goal; ///< "START", "STOP"
    std::string group; ///< the deployment group it belongs to; empty: deployed by hand
    // Of the status.
    bool reported = false;
    std::string agentGoal; ///< the goal the agent acts on
    std::string state; ///< "RUNNING"
    std::string throttled; ///< "NO", "FLAPPING", ...
    std::string error; ///< the last Docker error; may be of an earlier start

    bool operator==(const Task &) const = default;
};

struct HostInfo {
    std::string osName, osVersion, architecture, dockerVersion;
    MilliCpu cpus;
    Bytes memory, memoryFree;
    std::optional<double> load;

    bool operator==(const HostInfo &) const = default;
};

struct HostStatus {
    std::string status; ///< "UP", "DOWN"
    HostInfo info; ///< everything unknown when the master has none
    std::string agentVersion;
    Time reported = kNoTime; ///< startTime + uptime of the agent: when it last reported
    Labels labels; ///< sorted
    std::vector<Task> tasks; ///< sorted by job id

    bool up() const { return status == "UP"; }
    bool operator==(const HostStatus &) const = default;
};

/// One expression of a group's host selectors.
struct Selector {
    std::string label;
    std::string op; ///< "EQUALS", "NOT_EQUALS", "IN", "NOT_IN"
    std::vector<std::string> operands;

    bool operator==(const Selector &) const = default;
};

struct Group {
    std::string name;
    std::vector<Selector> selectors;
    std::string jobId; ///< empty: never rolled out
    std::string reason; ///< "MANUAL", "HOSTS_CHANGED"; empty: not said
    Count timeout, parallelism; ///< seconds a step; hosts a batch
    bool overlap = false, migrate = false;

    bool operator==(const Group &) const = default;
};

struct GroupStatus {
    struct Host {
        std::string name, jobId, state;
        bool operator==(const Host &) const = default;
    };
    std::string status; ///< "IDLE", "ROLLING_OUT", "ACTIVE", "FAILED"
    std::string error;
    std::vector<Host> hosts; ///< those that are up, in the master's order

    bool operator==(const GroupStatus &) const = default;
};

/// One entry of a job's history.
struct HistoryEvent {
    std::string host, goal, state, throttled, error, containerId;
    Time at = kNoTime;
};

} // namespace sextant::helios
