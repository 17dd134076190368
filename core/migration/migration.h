// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/capacity/accounting.h"
#include "core/migration/rules.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// How far the migration from Helios to Kubernetes is, service by service.
namespace sextant::migration {

/// Where a service stands. Source: the product's rules, "Migration".
enum class Stage : std::uint8_t {
    NotStarted, ///< healthy instances on Helios only (or a job that runs nowhere and never did on Kubernetes)
    InParallel, ///< at least one healthy instance on each side
    Migrated, ///< healthy instances on Kubernetes only; its Helios job still exists
    Retired, ///< migrated, and no Helios job of it is left
    RolledBack, ///< was in parallel or further; healthy on Helios only again
};
inline constexpr int kStages = 5;
/// "not started", "in parallel", "migrated", "retired", "rolled back".
std::string_view stageWord(Stage stage);
/// As exported: "not-started", "in-parallel", "migrated", "retired", "rolled-back".
std::string_view stageKey(Stage stage);
std::optional<Stage> stageOfKey(std::string_view key);
/// Done with Helios: migrated or retired.
constexpr bool moved(Stage stage) { return stage == Stage::Migrated || stage == Stage::Retired; }

/// A service on one orchestrator.
struct Side {
    std::vector<WorkloadId> workloads; ///< topmost ones: groups and jobs, or Deployments and the like
    int instances = 0; ///< pods or tasks that are wanted there: neither finished nor being undeployed
    int healthy = 0; ///< State::Ok, on a node that speaks
    /// Declared by its instances; Count::kUnknown when none declares it, never 0 for that.
    std::int64_t cpuRequested = Count::kUnknown; ///< millicores
    std::int64_t memoryRequested = Count::kUnknown; ///< bytes
    /// Of what runs, distinct, sorted: of Helios the jobs' versions; of Kubernetes the label app.kubernetes.io/version,
    /// where there is none the tag of the first image.
    std::vector<std::string> versions;
    std::vector<std::string> clusters; ///< names, in the fleet's order
    bool exists = false; ///< a job or workload of it is there, running or not
    /// False: of a stale service, where it could not be looked at; then its figures are unknown, not 0.
    bool seen = true;
};

struct Service {
    std::string name;
    std::string owner; ///< empty: none known
    Stage stage = Stage::NotStarted;
    Time since = kNoTime; ///< when it entered the stage, as far as it was seen; kNoTime: stood there when first seen
    Time firstSeen = kNoTime; ///< when this program first saw it
    std::string matchedBy; ///< "pair (file:line)", "label KEY", "rule (file:line)", "equal names"; empty: one side only
    Side helios, kubernetes;
    bool declaresCpu = false, declaresMemory = false; ///< on both sides: it counts in that share, see Share
    bool stale = false; ///< a cluster it is on is not current: the stage is the last one known
    /// What the last look shows, where it differs from `stage` and waits for a second look that agrees.
    std::optional<Stage> seen;
};

/// A possible partner for what is unmatched.
struct Guess {
    std::string name; ///< the other side's: a job's name, or "cluster/namespace/name"
    WorkloadId workload;
    double likeness = 0; ///< 0 to 1
    std::string rule; ///< the line of YAML that would pair them
};

/// What only one side has.
struct Unmatched {
    bool helios = false; ///< else Kubernetes
    std::string name; ///< a Helios job's name; a workload's name
    std::string cluster, ns, owner;
    WorkloadId workload;
    int instances = 0;
    std::vector<Guess> guesses; ///< best first, at most three
};

/// How much of something has moved. A service weighs what it has on the side that carries it: on Kubernetes when it has
/// moved, on Helios when it has not started or was rolled back, on both while it is in parallel.
/// CPU and memory are taken over the services that declare them on both sides: on each side where a service has
/// instances some of them declare it, and on a side it has left those it was last seen with did. A side it was never
/// seen on asks for nothing.
struct Share {
    std::int64_t moved = 0; ///< on Kubernetes, of services that have moved
    std::int64_t moving = 0; ///< on both sides, of services in parallel
    std::int64_t total = 0; ///< moved, moving and what is on Helios of the others; 0: a share of nothing is unknown
    int covered = 0; ///< services this is taken over
    int services = 0; ///< of so many
};

struct OwnerProgress {
    std::string owner; ///< empty: without one
    int services = 0, moved = 0, moving = 0, rolledBack = 0;
};

/// One step of the burn-up: what was seen at a time.
struct BurnPoint {
    Time at = kNoTime;
    int services = 0, moved = 0, moving = 0;
    bool simulated = false;
};

/// A Helios host and what keeps it.
struct HostLeft {
    NodeId node;
    std::string name, cluster;
    int tasks = 0; ///< on it
    int staying = 0; ///< of them of services that have not moved, or of no service; 0: would be empty
};

/// The migration at one moment: what the view, the export and the reports draw from.
struct Progress {
    bool applies = false; ///< there is a Helios cluster, or the configuration lists services
    std::vector<Service> services; ///< sorted by name
    std::array<int, kStages> stages{};
    Share byServices, byInstances, byCpu, byMemory; ///< instances, millicores, bytes
    std::vector<OwnerProgress> owners; ///< most services first, then by name
    std::vector<Unmatched> unmatched; ///< Helios' first, then those with the best guess
    std::vector<std::string> excluded; ///< services left out by the configuration, sorted
    std::vector<BurnPoint> burnUp; ///< oldest first
    std::vector<HostLeft> hosts; ///< of Helios, fewest staying first
    int hostsEmpty = 0; ///< hosts without any task that stays
    std::vector<std::string> missing; ///< what could not be judged, in words that name the cluster
    std::vector<std::string> ambiguous; ///< what fits more than one service or place, and how it was counted
    int count(Stage stage) const { return stages[static_cast<std::size_t>(stage)]; }
    const Service *find(std::string_view name) const;
};
using ProgressPtr = std::shared_ptr<const Progress>;

/// The services that `keep` keeps, with stages, shares and owners of them alone. What is of the whole (burn-up, hosts,
/// what has no partner) is left out.
Progress narrowed(const Progress &progress, const std::function<bool(const Service &)> &keep);

/// Rules ready to use. Immutable. Any thread.
class Rules {
public:
    Rules(); ///< equal names
    /// Errors: Config, with "file:line" and what is wrong.
    static Result<Rules> compile(RulesConfig config);
    const RulesConfig &config() const;
    struct Impl;
    const Impl &impl() const { return *m_impl; }

private:
    std::shared_ptr<const Impl> m_impl;
};

struct TrackerOptions {
    std::string file; ///< where it is kept (JSON, 0600, written in one step); empty: nowhere
    bool write = true; ///< false: the file is read and never touched (commands)
    std::chrono::seconds apart{60}; ///< the least time between two looks that agree
};

/// Follows the services over time: the stage of each, since when, and the burn-up. Two looks that agree, at least a
/// minute apart, move a service on; the first look of all sets it. Kept in a small file, so that a restart does not
/// forget and does not move anything back. A service that was once seen on Helios stays when its job is gone; one that
/// is gone on both sides stays when it has moved and leaves the migration when it never did.
/// Threads: any; looks are taken one after the other. The file is written by a thread of its own.
class Tracker {
public:
    /// A file that cannot be read is set aside as FILE.bad (where writing is allowed) and problem() says so.
    explicit Tracker(Rules rules, TrackerOptions options = {});
    ~Tracker(); ///< writes what is not written yet
    Tracker(const Tracker &) = delete;
    Tracker &operator=(const Tracker &) = delete;

    /// Takes a look at a picture and returns what follows. Clusters that are not current make no look: what they hold
    /// stays as it was, and is marked stale.
    ProgressPtr look(const Picture &picture, Time now);
    ProgressPtr current() const; ///< the last answer of look(); never null
    std::optional<Error> problem() const; ///< why it could not be read or kept
    /// Puts a past before the first look (the demo's), marked simulated.
    /// @param entered of services that stand in that stage when they are first seen: when they entered it.
    void prefill(std::vector<BurnPoint> past, std::map<std::string, std::pair<Stage, Time>> entered = {});

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace sextant::migration
