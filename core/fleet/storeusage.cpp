// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fleet/podrecord.h"
#include "core/fleet/store.h"

namespace sextant {

void ClusterStore::setPodUsage(std::uint32_t slot, MilliCpu cpu, Bytes memory, PackedTime at)
{
    m_podUsage.set<PodUsageCell::Cpu>(slot, cpu.value);
    m_podUsage.set<PodUsageCell::Memory>(slot, memory.value);
    m_podUsage.set<PodUsageCell::Time>(slot, at);
}

void ClusterStore::setNodeUsage(std::uint32_t slot, MilliCpu cpu, Bytes memory, PackedTime at)
{
    m_nodes.set<NodeCell::CpuUsed>(slot, cpu.value);
    m_nodes.set<NodeCell::MemoryUsed>(slot, memory.value);
    m_nodes.set<NodeCell::UsageTime>(slot, at);
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
    const auto slot = findPod(sample.ns, sample.name);
    if (slot != kNoSlot && (m_pods.at<PodCell::Flags>(slot) & PodCounts) != 0) {
        setPodUsage(slot, sample.cpu, sample.memory, packTime(now));
        m_dirty = true;
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
    for (std::uint32_t slot = 0; slot < m_podUsage.slots(); ++slot) {
        if (over(m_podUsage.at<PodUsageCell::Time>(slot))) {
            setPodUsage(slot, {}, {}, 0);
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
