// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/helios/picture.h"

#include "core/helios/fingerprint.h"

#include <algorithm>
#include <unordered_map>

namespace sextant::helios {

namespace {
/// A group's status costs the master the full status of each of its hosts: asked so rarely when nothing hints at it.
constexpr std::chrono::seconds kStatusAge{60};
/// Of those at most so large a share in one round, so that they spread.
constexpr std::size_t kShareOfOld = 6;
} // namespace

void Picture::host(const std::string &name, HostStatus status)
{
    Host &entry = m_hosts[name];
    Host before = std::move(entry);
    // A task that is being undeployed no longer says whose it was.
    if (before.last) {
        for (Task &task : status.tasks) {
            if (task.deployed) {
                continue;
            }
            const auto old = std::lower_bound(before.last->tasks.begin(), before.last->tasks.end(), task.jobId,
                [](const Task &one, const std::string &id) { return one.jobId < id; });
            if (old != before.last->tasks.end() && old->jobId == task.jobId) {
                task.group = old->group;
            }
        }
    }
    entry = Host{Standing::Read, std::move(status)};
    show(name, entry, &before);
}

void Picture::hostMissing(const std::string &name)
{
    Host &entry = m_hosts[name];
    const Host before = std::move(entry);
    entry = Host{Standing::NotRegistered, std::nullopt};
    show(name, entry, &before);
}

void Picture::hostUnreadable(const std::string &name)
{
    Host &entry = m_hosts[name];
    const Host before = entry;
    entry.standing = Standing::Unreadable;
    show(name, entry, &before);
}

void Picture::show(const std::string &name, Host &host, const Host *before)
{
    const bool known = before->last || before->standing != Standing::Read;
    const HostStatus *const old = before->last ? &*before->last : nullptr;
    const HostStatus *const now = host.last ? &*host.last : nullptr;
    if (known && before->standing == host.standing && before->last == host.last) {
        return;
    }
    ++m_changes;
    m_store.upsert(nodeRow(name, host.standing, now, m_options));
    static const std::vector<Task> none;
    const std::vector<Task> &tasks = now != nullptr ? now->tasks : none;
    const std::vector<Task> &oldTasks = old != nullptr ? old->tasks : none;
    const bool speaks = host.speaks();
    const Time reported = now != nullptr ? now->reported : kNoTime;
    // The words about a host that does not speak hold the time of its last report.
    const bool all = speaks != before->speaks() || (!speaks && (old == nullptr || old->reported != reported));
    auto was = oldTasks.begin();
    Task copy;
    const auto drop = [&](const Task &task) {
        m_store.remove(ResourceKind::Pods, taskUid(name, task.jobId));
        --m_tasks;
        ++m_changes;
    };
    for (const Task &task : tasks) {
        while (was != oldTasks.end() && was->jobId < task.jobId) {
            drop(*was++);
        }
        const bool same = was != oldTasks.end() && was->jobId == task.jobId;
        if (!same) {
            ++m_tasks;
        }
        if (!same || all || !(*was == task)) {
            m_store.upsert(taskRow(name, shown(task, copy), speaks, reported, m_options));
            ++m_changes;
        }
        was += same ? 1 : 0;
    }
    while (was != oldTasks.end()) {
        drop(*was++);
    }
}

void Picture::jobs(std::vector<JobPtr> jobs) { m_jobs = std::move(jobs); }

void Picture::groups(std::vector<std::string> names)
{
    std::map<std::string, GroupEntry> kept;
    for (std::string &name : names) {
        kept[name] = std::move(m_groups[name]);
    }
    m_groups = std::move(kept);
}

void Picture::group(Group group)
{
    const auto at = m_groups.find(group.name);
    if (at == m_groups.end()) {
        return;
    }
    GroupEntry &entry = at->second;
    if (!entry.definition || !(*entry.definition == group)) {
        entry.changed = true;
        entry.definition = std::move(group);
    }
}

void Picture::groupStatus(const std::string &name, GroupStatus status)
{
    const auto at = m_groups.find(name);
    if (at == m_groups.end()) {
        return;
    }
    at->second.status = std::move(status);
    at->second.changed = false;
    at->second.asked = wallNow();
    at->second.deployedWhenAsked = at->second.deployed;
}

void Picture::groupGone(const std::string &name) { m_groups.erase(name); }

bool Picture::rolling() const
{
    return std::any_of(m_groups.begin(), m_groups.end(),
        [](const auto &entry) { return entry.second.status && entry.second.status->status == "ROLLING_OUT"; });
}

void Picture::noteDeployed()
{
    std::map<std::string_view, Fingerprint> prints;
    for (const auto &[name, host] : m_hosts) {
        if (!host.last) {
            continue;
        }
        for (const Task &task : host.last->tasks) {
            if (task.deployed && !task.group.empty()) {
                prints[task.group] << name << task.jobId << task.goal;
            }
        }
    }
    for (auto &[name, entry] : m_groups) {
        const auto at = prints.find(name);
        entry.deployed = at == prints.end() ? std::string() : at->second.text();
    }
}

bool Picture::knows(const std::string &group) const
{
    const auto entry = m_groups.find(group);
    return entry != m_groups.end() && entry->second.definition;
}

const Task &Picture::shown(const Task &task, Task &copy) const
{
    if (!m_lost.contains(task.group)) {
        return task;
    }
    copy = task;
    copy.group.clear();
    return copy;
}

/// Removing a group leaves its jobs deployed, and one that cannot be read has no row either. Their tasks then belong to
/// their jobs: they must not be missing among the workloads.
void Picture::noteLost()
{
    std::set<std::string> lost;
    for (const auto &[name, host] : m_hosts) {
        if (!host.last) {
            continue;
        }
        for (const Task &task : host.last->tasks) {
            if (!task.group.empty() && !knows(task.group)) {
                lost.insert(task.group);
            }
        }
    }
    if (lost == m_lost) {
        return;
    }
    lost.swap(m_lost);
    Task copy;
    for (const auto &[name, host] : m_hosts) {
        if (!host.last) {
            continue;
        }
        for (const Task &task : host.last->tasks) {
            if (lost.contains(task.group) != m_lost.contains(task.group)) {
                m_store.upsert(taskRow(name, shown(task, copy), host.speaks(), host.last->reported, m_options));
                ++m_changes;
            }
        }
    }
}

std::vector<std::string> Picture::groupsToAsk(Time now)
{
    noteDeployed();
    std::vector<std::string> out;
    std::vector<std::pair<Time, std::string>> old;
    for (const auto &[name, entry] : m_groups) {
        if (!entry.definition) {
            continue;
        }
        if (!entry.status || entry.changed || entry.status->status == "ROLLING_OUT"
            || entry.deployed != entry.deployedWhenAsked) {
            out.push_back(name);
        } else if (now - entry.asked >= kStatusAge || now < entry.asked) {
            old.emplace_back(entry.asked, name);
        }
    }
    std::sort(old.begin(), old.end());
    for (std::size_t i = 0; i < old.size() && i < m_groups.size() / kShareOfOld + 1; ++i) {
        out.push_back(std::move(old[i].second));
    }
    return out;
}

void Picture::finish(const std::vector<std::string> &listed)
{
    for (auto at = m_hosts.begin(); at != m_hosts.end();) {
        if (std::binary_search(listed.begin(), listed.end(), at->first)) {
            ++at;
            continue;
        }
        removeTasks(at->first, at->second);
        m_store.remove(ResourceKind::Nodes, nodeUid(at->first));
        ++m_changes;
        at = m_hosts.erase(at);
    }
    noteLost();
    writeWorkloads();
    m_catalog.sweep();
}

void Picture::removeTasks(const std::string &name, const Host &host)
{
    if (!host.last) {
        return;
    }
    for (const Task &task : host.last->tasks) {
        m_store.remove(ResourceKind::Pods, taskUid(name, task.jobId));
        --m_tasks;
        ++m_changes;
    }
}

void Picture::writeWorkloads()
{
    // By id, so that a job that only its tasks know is a row, too.
    std::map<std::string_view, std::pair<JobPtr, Tally>> jobs;
    std::map<std::string_view, Tally> groups;
    std::map<std::string_view, std::vector<std::string>> down;
    for (const JobPtr &job : m_jobs) {
        jobs[job->id].first = job;
    }
    Task copy;
    for (const auto &[name, host] : m_hosts) {
        if (!host.last) {
            continue;
        }
        const bool speaks = host.speaks();
        for (const Task &said : host.last->tasks) {
            const Task &task = shown(said, copy);
            auto &[job, tally] = jobs[said.jobId];
            if (!job) {
                job = task.job;
            }
            tally.add(task, speaks);
            if (!task.group.empty()) {
                groups[said.group].add(task, speaks, m_groups.at(task.group).definition->jobId);
            }
        }
        if (!speaks) {
            for (const auto &[group, entry] : m_groups) {
                if (entry.definition && matches(entry.definition->selectors, host.last->labels)) {
                    down[group].push_back(name);
                }
            }
        }
    }
    m_store.beginReplace(ResourceKind::Jobs);
    for (const auto &[id, entry] : jobs) {
        if (entry.first) {
            m_store.upsert(jobRow(*entry.first, entry.second, m_options));
        }
    }
    m_store.endReplace(ResourceKind::Jobs);
    m_store.beginReplace(ResourceKind::DeploymentGroups);
    for (const auto &[name, entry] : m_groups) {
        if (!entry.definition) {
            continue;
        }
        const JobPtr job = m_catalog.find(entry.definition->jobId);
        m_store.upsert(groupRow(*entry.definition, entry.status ? &*entry.status : nullptr, job.get(), groups[name],
            std::move(down[name]), m_options));
    }
    m_store.endReplace(ResourceKind::DeploymentGroups);
}

std::set<std::string> Picture::unreadableHosts() const
{
    std::set<std::string> out;
    for (const auto &[name, host] : m_hosts) {
        if (host.standing == Standing::Unreadable) {
            out.insert(name);
        }
    }
    return out;
}

} // namespace sextant::helios
