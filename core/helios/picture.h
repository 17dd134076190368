// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/fleet/store.h"
#include "core/helios/rows.h"
#include "core/helios/values.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

/// What is known of one Helios cluster between rounds, and the rows that follow from it. Threads: the feed's.
namespace sextant::helios {

class Picture {
public:
    Picture(ClusterStore &store, RowOptions options)
        : m_store(store)
        , m_options(std::move(options))
    {
    }

    JobCatalog &catalog() { return m_catalog; }

    // During a round, as answers come. Rows of hosts and tasks follow at once.
    void host(const std::string &name, HostStatus status);
    void hostMissing(const std::string &name); ///< listed, but the master has no status of it
    void hostUnreadable(const std::string &name); ///< the master fails on it; what was read before stands
    void jobs(std::vector<JobPtr> jobs); ///< the whole list
    void groups(std::vector<std::string> names); ///< the whole list; others go
    void group(Group group);
    void groupStatus(const std::string &name, GroupStatus status);
    void groupGone(const std::string &name);

    /// The groups whose status is worth its price now: new ones, those that roll out, those of which the definition
    /// or what is deployed has changed, and some that were not asked for a while.
    std::vector<std::string> groupsToAsk(Time now);
    bool rolling() const; ///< a group rolls out

    /// At the end of a round that read everything it could: hosts that are no longer listed go, and the rows of jobs
    /// and groups follow from what is deployed.
    void finish(const std::vector<std::string> &listed);

    std::set<std::string> unreadableHosts() const;
    std::size_t taskCount() const { return m_tasks; }
    std::size_t hostCount() const { return m_hosts.size(); }
    std::uint64_t changes() const { return m_changes; } ///< rows added, changed or removed so far

private:
    struct Host {
        Standing standing = Standing::Read;
        std::optional<HostStatus> last;
        bool speaks() const { return standing == Standing::Read && last && last->up(); }
    };
    struct GroupEntry {
        std::optional<Group> definition;
        std::optional<GroupStatus> status;
        Time asked = kNoTime;
        std::string deployed, deployedWhenAsked; ///< fingerprints of what the group has deployed
        bool changed = true; ///< its definition, since its status was asked for
    };
    void show(const std::string &name, Host &host, const Host *before);
    void removeTasks(const std::string &name, const Host &host);
    void noteDeployed();
    void noteLost();
    bool knows(const std::string &group) const;
    /// The task as it is shown: without a group that is lost. @param copy where it is made when it differs.
    const Task &shown(const Task &task, Task &copy) const;
    void writeWorkloads();

    ClusterStore &m_store;
    const RowOptions m_options;
    JobCatalog m_catalog;
    std::map<std::string, Host> m_hosts;
    std::vector<JobPtr> m_jobs;
    std::map<std::string, GroupEntry> m_groups;
    std::set<std::string> m_lost; ///< groups that tasks name and nobody knows, see noteLost()
    std::size_t m_tasks = 0;
    std::uint64_t m_changes = 0;
};

} // namespace sextant::helios
