// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/recorder.h"

#include <algorithm>
#include <set>
#include <utility>

namespace sextant {

namespace {

/// A cluster whose picture stands still gives no sample: what nobody has is not made up.
bool gives(const ClusterSnapshot &cluster)
{
    return cluster.status().connection == Connection::Live && cluster.status().settled();
}

} // namespace

Sample sampleOf(const Sums &sums, Time at)
{
    Sample sample;
    sample.at = at;
    sample.cpuCapacity = sums.cpu.capacity;
    sample.cpuAllocatable = sums.cpu.allocatable;
    sample.cpuRequested = sums.cpu.requestedOfWhole();
    sample.cpuLimit = sums.cpu.limit;
    sample.cpuUsed = sums.cpu.used;
    sample.memoryCapacity = sums.memory.capacity;
    sample.memoryAllocatable = sums.memory.allocatable;
    sample.memoryRequested = sums.memory.requestedOfWhole();
    sample.memoryLimit = sums.memory.limit;
    sample.memoryUsed = sums.memory.used;
    sample.pods = sums.pods;
    sample.podsAllocatable = sums.podsAllocatable;
    return sample;
}

void Recorder::record(const Picture &picture, Time now)
{
    {
        const std::lock_guard lock(m_mutex);
        if (m_last != kNoTime && now - m_last < kEvery) {
            return;
        }
        m_last = now;
    }
    // Everything is summed in one pass over each cluster, outside the lock.
    std::map<SeriesKey, Sums> sums;
    bool whole = picture.clusters() > 0;
    for (std::size_t i = 0; i < picture.clusters(); ++i) {
        const ClusterSnapshot &cluster = picture.cluster(i);
        if (!gives(cluster)) {
            whole = false;
            continue;
        }
        const ClusterAccounting &accounting = picture.accounting(i);
        Scope scope;
        sums[Scope{}].add(accounting.cluster);
        scope.cluster = cluster.id();
        sums[scope] = accounting.cluster;

        for (const NamespaceView ns : cluster.namespaces()) {
            Sums part = accounting.byNamespace[ns.slot()];
            part.cpu.capacity = accounting.cluster.cpu.capacity;
            part.cpu.allocatable = accounting.cluster.cpu.allocatable;
            part.memory.capacity = accounting.cluster.memory.capacity;
            part.memory.allocatable = accounting.cluster.memory.allocatable;
            part.podsAllocatable = accounting.cluster.podsAllocatable;
            Scope own = scope;
            own.ns = ns.draft().name;
            sums[own] = part;
            own.cluster = ClusterId::None;
            sums[own].add(part);
        }
        for (const NodeView node : cluster.nodes()) {
            if (node.pool().empty()) {
                continue;
            }
            Scope own = scope;
            own.pool = std::string(node.pool());
            sums[own].add(accounting.byNode[node.slot()]);
            own.cluster = ClusterId::None;
            sums[own].add(accounting.byNode[node.slot()]);
        }
    }
    std::vector<SeriesKey> followed;
    {
        const std::lock_guard lock(m_mutex);
        for (const auto &[key, line] : m_lines) {
            if (line.since != kNoTime) {
                followed.push_back(key);
            }
        }
    }
    for (const SeriesKey &key : followed) {
        if (const auto *node = std::get_if<NodeId>(&key)) {
            if (const Sums *own = picture.of(*node)) {
                sums[key] = *own;
            }
        } else if (const auto *workload = std::get_if<WorkloadId>(&key)) {
            if (const Sums *own = picture.of(*workload)) {
                sums[key] = *own;
            }
        } else if (const auto *scope = std::get_if<Scope>(&key)) {
            sums[key] = picture.sums(*scope);
        }
    }
    // The fleet's line needs every cluster: a sum without one would look like capacity that was lost.
    if (!whole) {
        std::erase_if(sums, [](const auto &entry) {
            const auto *scope = std::get_if<Scope>(&entry.first);
            return scope != nullptr && scope->cluster == ClusterId::None;
        });
    }

    const std::lock_guard lock(m_mutex);
    for (const auto &[key, sum] : sums) {
        m_lines[key].samples.add(sampleOf(sum, now));
    }
    for (auto it = m_lines.begin(); it != m_lines.end();) {
        SampleLine &samples = it->second.samples;
        samples.dropBefore(now - kKeep);
        it = samples.empty() && it->second.since == kNoTime ? m_lines.erase(it) : std::next(it);
    }
}

void Recorder::follow(const SeriesKey &key, Time now)
{
    if (const auto *scope = std::get_if<Scope>(&key);
        scope != nullptr && scope->team.empty() && (scope->ns.empty() || scope->pool.empty())) {
        return; // kept always
    }
    const std::lock_guard lock(m_mutex);
    Line &line = m_lines[key];
    if (line.since == kNoTime) {
        line.since = now;
    }
}

std::vector<Sample> Recorder::series(const SeriesKey &key) const
{
    const std::lock_guard lock(m_mutex);
    const auto it = m_lines.find(key);
    return it == m_lines.end() ? std::vector<Sample>() : it->second.samples.samples();
}

Time Recorder::followedSince(const SeriesKey &key) const
{
    const std::lock_guard lock(m_mutex);
    const auto it = m_lines.find(key);
    return it == m_lines.end() ? kNoTime : it->second.since;
}

void Recorder::prefill(const SeriesKey &key, std::vector<Sample> samples)
{
    const std::lock_guard lock(m_mutex);
    SampleLine &line = m_lines[key].samples;
    const std::vector<Sample> real = line.samples();
    const Time first = real.empty() ? Time::max() : real.front().at;
    line = SampleLine();
    for (const std::vector<Sample> *part : {&std::as_const(samples), &real}) {
        for (const Sample &sample : *part) {
            if (part == &real || sample.at < first) {
                line.add(sample);
            }
        }
    }
}

} // namespace sextant
