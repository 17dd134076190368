// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fleet/podrecord.h"
#include "core/fleet/store.h"

#include <algorithm>

namespace sextant {

void ClusterStore::setNodeUsage(std::uint32_t slot, MilliCpu cpu, Bytes memory, PackedTime at)
{
    m_nodes.set<NodeCell::CpuUsed>(slot, cpu.value);
    m_nodes.set<NodeCell::MemoryUsed>(slot, memory.value);
    m_nodes.set<NodeCell::UsageTime>(slot, at);
}

/// Rounds come sorted by name: the sample after that of a pod is mostly that of the pod which came after it last time,
/// and one look at it is cheaper than a search among all.
std::uint32_t ClusterStore::podOfSample(std::string_view ns, std::string_view name)
{
    constexpr std::size_t kAhead = 512;
    auto slot = kNoSlot;
    if (m_sampledAt < m_sampled.size()) {
        const auto next = m_sampled[m_sampledAt];
        if (m_pods.occupied(next) && m_strings->view(m_pods.at<PodCell::Namespace>(next)) == ns
            && PodRecord::nameIn(m_pods.at<PodCell::Record>(next)) == name) {
            slot = next;
            ++m_sampledAt;
        }
    }
    if (slot == kNoSlot) {
        slot = findPod(ns, name);
        // Pods between that one and this have gone; one that was not there last time leaves the place where it is.
        const auto from = m_sampled.begin() + static_cast<std::ptrdiff_t>(m_sampledAt);
        const auto to = m_sampled.end() - from > std::ptrdiff_t(kAhead) ? from + kAhead : m_sampled.end();
        if (const auto again = std::find(from, to, slot); again != to) {
            m_sampledAt = static_cast<std::size_t>(again - m_sampled.begin()) + 1;
        }
    }
    return slot;
}

/// Writes what the round has brought, in the order in which it came.
void ClusterStore::takeSamples()
{
    for (const PodSample &sample : m_sampling) {
        if (sample.at == 0 || (m_pods.at<PodCell::Flags>(sample.slot) & PodCounts) != 0) {
            m_podUsage.set(sample.slot, sample.cpu, sample.memory, sample.at);
        }
    }
    m_dirty = m_dirty || !m_sampling.empty();
}

void ClusterStore::addUsage(ResourceKind kind, const UsageDraft &sample, Time now)
{
    if (kind == ResourceKind::NodeMetrics) {
        const auto node = m_nodeByName.find(m_strings->find(sample.name));
        if (node != m_nodeByName.end()) {
            setNodeUsage(node->second, sample.cpu, sample.memory, packTime(now));
            m_dirty = true;
        }
        return;
    }
    const auto slot = podOfSample(sample.ns, sample.name);
    if (slot != kNoSlot && (m_pods.at<PodCell::Flags>(slot) & PodCounts) != 0) {
        if (m_sampling.empty()) {
            m_sampling.reserve(std::min<std::size_t>(m_sampled.size() + m_sampled.size() / 16, m_pods.slots()));
        } else if (m_sampling.size() >= 2 * std::size_t(m_pods.slots())) {
            takeSamples(); // rounds that break off leave theirs behind
            m_sampling.clear();
        }
        m_sampling.push_back({sample.cpu, sample.memory, slot, packTime(now)});
    }
}

void ClusterStore::endUsage(ResourceKind kind, Time now, std::chrono::seconds keep)
{
    const auto over = [&](PackedTime at) { return at != 0 && unpackTime(at) < now - keep; };
    if (kind == ResourceKind::NodeMetrics) {
        for (std::uint32_t slot = 0; slot < m_nodes.slots(); ++slot) {
            if (over(m_nodes.at<NodeCell::UsageTime>(slot))) {
                setNodeUsage(slot, {}, {}, 0);
                m_dirty = true;
            }
        }
        return;
    }
    takeSamples();
    m_sampled.clear();
    for (const PodSample &sample : m_sampling) {
        if (sample.at != 0) {
            m_sampled.push_back(sample.slot);
        }
    }
    m_sampledAt = 0;
    m_sampling = {};
    for (std::uint32_t slot = 0; slot < m_podUsage.slots(); ++slot) {
        if (over(m_podUsage.sampledAt(slot))) {
            m_podUsage.set(slot, {}, {}, 0);
            m_dirty = true;
        }
    }
}

void ClusterStore::setUsage(ResourceKind kind, const std::vector<UsageDraft> &samples, Time now)
{
    for (const UsageDraft &sample : samples) {
        addUsage(kind, sample, now);
    }
    endUsage(kind, now);
}

void ClusterStore::clearUsage(ResourceKind kind)
{
    endKept(kind);
    endUsage(kind, Time::max(), std::chrono::seconds(0));
}

} // namespace sextant
