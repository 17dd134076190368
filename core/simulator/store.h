// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/units.h"

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

/// Fleets that live, served the way Kubernetes serves them. Shares no schema, status, quantity or request rule with the
/// client: a mistake made twice would look like a pass.
namespace sextant::simulator {

/// The resources a simulated API server serves.
enum class Resource {
    Nodes,
    Pods,
    Namespaces,
    Events,
    Deployments,
    ReplicaSets,
    StatefulSets,
    DaemonSets,
    Jobs,
    CronJobs,
};
inline constexpr int kResources = 10;

/// One version of one API object; immutable, shared between the world, the event log and open responses.
/// Compact: it is kept as data and written in a wire format only when somebody asks.
class Object {
public:
    virtual ~Object() = default;

    std::string ns; ///< empty for cluster-scoped
    std::string name;
    std::string uid;
    std::uint64_t resourceVersion = 0;

    /// The whole object without kind and apiVersion, compact JSON as the API server writes it.
    virtual void writeJson(std::string &out) const = 0;
    /// The protobuf message of the object, without envelope.
    virtual void writeProtobuf(std::string &out) const = 0;
    /// metadata only, for PartialObjectMetadata.
    virtual void writeMetadataJson(std::string &out) const = 0;
    virtual void writeMetadataProtobuf(std::string &out) const = 0;
    /// kubectl's cells, all columns, wide ones included, in the order of tableColumns(resource).
    virtual nlohmann::json tableCells(Time now) const = 0;
    virtual const std::map<std::string, std::string> &labels() const = 0;
    /// A field for fieldSelector ("spec.nodeName", "status.phase", "involvedObject.name", ...); empty if it has none.
    virtual std::string field(std::string_view path) const = 0;
};
using ObjectPtr = std::shared_ptr<const Object>;

enum class Change { Added, Modified, Deleted };
struct Entry {
    Change change = Change::Added;
    ObjectPtr object; ///< for Deleted: the last state with the deletion's resourceVersion
    ObjectPtr previous; ///< what stood before; null for Added
};

/// One cluster's storage, as etcd and the watch cache are to an API server: objects by key, one counter for all
/// resource versions, a bounded log of changes for each resource.
/// Threads: all functions from any thread; the world writes, server threads read.
class Store {
public:
    /// @param firstVersion where the counter starts. @param logLength entries kept for each resource.
    Store(std::uint64_t firstVersion, std::size_t logLength);

    /// Adds or replaces the object of this key and gives it the next resourceVersion (written into the object).
    std::uint64_t put(Resource resource, std::shared_ptr<Object> object);
    /// Removes; `last` is the final state to be shown in DELETED. False if the key is unknown.
    bool remove(Resource resource, const std::string &ns, const std::string &name, std::shared_ptr<Object> last);

    ObjectPtr get(Resource resource, const std::string &ns, const std::string &name) const;
    /// All objects, sorted by namespace/name, and the version they stand for, as one consistent picture.
    std::vector<ObjectPtr> list(Resource resource, std::uint64_t &version) const;
    std::uint64_t version() const;
    /// The oldest version a watch may still resume from; below it the answer is 410.
    std::uint64_t oldest(Resource resource) const;
    /// Entries after `version`, at most `most`; waits until there are some, `deadline`, or wake(). False: too old
    /// (410).
    bool changesAfter(Resource resource, std::uint64_t version, std::size_t most,
        std::chrono::steady_clock::time_point deadline, std::vector<Entry> &out) const;
    /// Drops the whole log of every resource, as a restarted API server does: older versions are 410 from now on.
    void compact();
    void wake();
    std::uint64_t count(Resource resource) const;

private:
    struct Shelf;
    mutable std::mutex m_mutex;
    mutable std::condition_variable m_changed;
    std::uint64_t m_version;
    std::size_t m_logLength;
    std::uint64_t m_wakes = 0;
    std::vector<std::shared_ptr<Shelf>> m_shelves;
};

struct Column {
    const char *name;
    const char *type; ///< "string", "integer", "date"
    const char *format; ///< "name" for NAME, else ""
    int priority; ///< 0: always shown; 1: wide
};
/// kubectl's columns of a resource, wide ones included, as the 1.36 server prints them.
const std::vector<Column> &tableColumns(Resource resource);

/// Usage of one node or pod as a metrics server would have sampled it; in nanocores and bytes.
struct Usage {
    std::string ns;
    std::string name;
    std::map<std::string, std::string> labels;
    Time sampledAt = kNoTime;
    double windowSeconds = 15;
    struct Container {
        std::string name;
        std::int64_t nanoCores = 0;
        std::int64_t bytes = 0;
    };
    std::vector<Container> containers; ///< one without a name for a node
};

} // namespace sextant::simulator
