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

/// Of the lines that are always kept one over all clusters.
bool isOfFleet(const SeriesKey &key)
{
    const auto *scope = std::get_if<Scope>(&key);
    return scope != nullptr && scope->cluster == ClusterId::None && scope->team.empty()
        && (scope->ns.empty() || scope->pool.empty());
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

SeriesKey Recorder::keptAs(const SeriesKey &key) const
{
    if (!isOfFleet(key) || m_alone.value_or(ClusterId::None) == ClusterId::None) {
        return key;
    }
    Scope scope = std::get<Scope>(key);
    scope.cluster = *m_alone;
    return scope;
}

/// Sees which clusters there are.
void Recorder::meet(const Picture &picture)
{
    if (picture.clusters() == 0) {
        return;
    }
    const ClusterId only = picture.clusters() == 1 ? picture.cluster(0).id() : ClusterId::None;
    if (m_alone && *m_alone != only) {
        partWays();
    } else {
        m_alone = only;
    }
}

/// From here on the fleet has lines of its own.
void Recorder::partWays()
{
    std::map<SeriesKey, Line> own;
    for (const auto &[key, line] : m_lines) {
        const auto *scope = std::get_if<Scope>(&key);
        if (scope == nullptr || scope->cluster == ClusterId::None || scope->cluster != m_alone) {
            continue;
        }
        Scope all = *scope;
        all.cluster = ClusterId::None;
        if (isOfFleet(all)) {
            own.emplace(all, line);
        }
    }
    m_lines.merge(own);
    m_alone = ClusterId::None;
}

void Recorder::record(const Picture &picture, Time now)
{
    bool alone = false;
    {
        const std::lock_guard lock(m_mutex);
        if (m_last != kNoTime && now - m_last < kEvery) {
            return;
        }
        m_last = now;
        meet(picture);
        alone = m_alone != ClusterId::None;
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
        scope.cluster = cluster.id();
        sums[scope] = accounting.cluster;
        const auto addToFleet = [&](Scope own, const Sums &part) {
            own.cluster = ClusterId::None;
            if (!alone) {
                sums[own].add(part);
            }
        };
        addToFleet(scope, accounting.cluster);
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
            addToFleet(own, part);
        }
        for (const NodeView node : cluster.nodes()) {
            if (node.pool().empty()) {
                continue;
            }
            Scope own = scope;
            own.pool = std::string(node.pool());
            const Sums part = accounting.byNode[node];
            sums[own].add(part);
            addToFleet(own, part);
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
            if (const auto own = picture.of(*node)) {
                sums[key] = *own;
            }
        } else if (const auto *workload = std::get_if<WorkloadId>(&key)) {
            if (const auto own = picture.of(*workload)) {
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
    const auto it = m_lines.find(keptAs(key));
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
    if (isOfFleet(key)) {
        partWays();
    }
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
