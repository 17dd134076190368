// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/units.h"

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What stands in a Helios cluster's ZooKeeper, in the simulator's own words.
namespace sextant::simulator {

using HeliosTexts = std::map<std::string, std::string>;

struct HeliosPort {
    std::optional<std::string> ip;
    int internal = 0;
    std::optional<int> external; ///< none in a job: the agent chooses
    std::string protocol = "tcp";
};

struct HeliosResources {
    std::optional<std::int64_t> memory, memorySwap, cpuShares; ///< bytes, bytes, weight
    std::optional<std::string> cpuset;
};

struct HeliosHealthCheck {
    std::string type; ///< "http", "tcp", "exec"
    std::string path, port; ///< port: a port's name
    std::vector<std::string> command;
};

/// Unset fields take the job's, then the defaults.
struct HeliosRolloutOptions {
    std::optional<std::int64_t> timeout; ///< seconds for each step; 300
    std::optional<int> parallelism; ///< 1
    std::optional<bool> migrate, overlap;
    std::optional<std::string> token;
    std::optional<bool> ignoreFailures;
};

/// How a job's containers behave; no part of what Helios knows.
enum class HeliosConduct : std::uint8_t {
    Sound,
    Flapping, ///< ends a few seconds after its start, again and again
    Exits, ///< ends now and then, after minutes
    ImageMissing,
    PullFails,
    NeverHealthy, ///< its health check never passes
    Fails, ///< cannot be started
    Clashes, ///< its ports are taken: the agent never says anything
};

/// A job; immutable once created.
struct HeliosJob {
    std::string name, version, hash;
    std::string image;
    std::optional<std::string> hostname;
    Time created = kNoTime; ///< kNoTime: null, as very old jobs have it
    std::vector<std::string> command;
    HeliosTexts env;
    std::optional<HeliosResources> resources;
    std::map<std::string, HeliosPort> ports;
    struct Registered {
        std::string port;
        std::optional<std::vector<std::string>> tags;
    };
    std::map<std::string, std::vector<Registered>> registration; ///< by "service/protocol"
    std::optional<int> gracePeriod;
    HeliosTexts volumes;
    std::optional<std::int64_t> expires; ///< epoch milliseconds
    std::string registrationDomain;
    std::optional<std::string> creatingUser;
    std::string token;
    std::optional<HeliosHealthCheck> healthCheck;
    std::vector<std::string> securityOpt;
    std::optional<std::string> networkMode;
    HeliosTexts metadata;
    std::vector<std::string> addCapabilities, dropCapabilities;
    HeliosTexts labels;
    std::optional<int> secondsToWaitBeforeKill;
    HeliosTexts ramdisks;
    std::optional<HeliosRolloutOptions> rolloutOptions;
    std::optional<std::string> runtime;

    HeliosConduct conduct = HeliosConduct::Sound;

    std::string id() const { return name + ':' + version + ':' + hash; }
};
using HeliosJobPtr = std::shared_ptr<const HeliosJob>;

/// The text whose SHA-1 goes into a job's hash.
std::string canonicalJson(const HeliosJob &job);
/// 40 lower-case hexadecimal digits; the hash Helios gives a job.
std::string configHash(const HeliosJob &job);
std::string jobHash(const HeliosJob &job);

struct HeliosDeployment {
    HeliosJobPtr job;
    std::string goal = "START";
    std::optional<std::string> deployerUser, deployerMaster, group;
    std::uint64_t order = 0; ///< of creation
};

/// What an agent says of one job.
struct HeliosTask {
    HeliosJobPtr job;
    std::string goal = "START";
    std::string state;
    std::optional<std::string> containerId;
    std::string throttled = "NO";
    std::map<std::string, HeliosPort> ports;
    HeliosTexts env;
    std::string containerError;
    bool unreadable = false; ///< written by a newer agent: left out of host statuses, 500 in job statuses

    // The agent's own memory.
    Time due = kNoTime; ///< when it goes on by itself; kNoTime: it does not
    Time started = kNoTime;
    int tries = 0; ///< starts in a row that did not last
};

struct HeliosEvent {
    std::string host;
    std::int64_t atMs = 0;
    HeliosTask task;
};

struct HeliosHost {
    std::string name;
    bool registered = true; ///< false: half of it is there: listed, without a status
    bool up = true;
    bool poisoned = false; ///< its hostInfo cannot be read
    bool silent = false; ///< its agent does not act though the host reads UP
    HeliosTexts labels, environment;
    std::map<std::string, HeliosDeployment> jobs; ///< by job id
    std::map<std::string, HeliosTask> statuses; ///< by job id

    struct Info {
        std::string hostname, kernel;
        int cpus = 0;
        double loadAvg = -1;
        std::int64_t memoryTotal = 0, memoryFree = 0, swapTotal = 0, swapFree = 0;
        std::optional<std::string> docker; ///< its version
    };
    std::optional<Info> info;
    struct Agent {
        int pid = 0;
        std::int64_t startedMs = 0, uptimeMs = 0;
        std::optional<std::string> version;
    };
    std::optional<Agent> agent;

    // The machine and its agent.
    Info machine;
    Agent process;
    double busy = 0.5; ///< how much of it is used by day
    int nextPort = 20'000;
    Time dueAny = kNoTime; ///< nothing on it is due before
};

struct HeliosSelector {
    std::string label;
    std::string op; ///< "EQUALS", "NOT_EQUALS", "IN", "NOT_IN"
    std::vector<std::string> operands; ///< one for the first two
    bool matches(const HeliosTexts &labels) const;
};
/// Reads "role=edge", "zone notin (a, b)"; none: malformed.
std::optional<HeliosSelector> parseSelector(std::string_view text);

/// One step of a roll-out.
struct HeliosRolloutStep {
    enum class Action : std::uint8_t { UndeployOld, DeployNew, AwaitRunning } action = Action::DeployNew;
    std::string host;
};

struct HeliosGroup {
    std::string name;
    std::vector<HeliosSelector> selectors;
    HeliosJobPtr job; ///< null: none was ever rolled out
    HeliosRolloutOptions options; ///< all filled once there is a job
    std::string reason; ///< "MANUAL", "HOSTS_CHANGED"; empty: not told
    std::string state; ///< "ROLLING_OUT", "DONE", "FAILED"; empty: never rolled out
    std::optional<std::string> error;
    std::vector<std::string> hosts; ///< that match, in natural order
    std::vector<HeliosRolloutStep> plan;
    std::size_t step = 0;
    Time stepSince = kNoTime;
};

/// The whole; everything in it under its mutex.
struct HeliosState {
    mutable std::mutex mutex;
    Time now = kNoTime;
    std::map<std::string, HeliosHost> hosts;
    std::map<std::string, HeliosJobPtr> jobs; ///< by id
    std::map<std::string, HeliosGroup> groups;
    std::map<std::pair<std::string, std::string>, std::deque<HeliosEvent>> history; ///< by job id, host; 30 each
    std::vector<std::string> masters; ///< names of those that live
};

/// Digit runs compare as numbers, the rest as text.
bool naturallyLess(std::string_view a, std::string_view b);

} // namespace sextant::simulator
