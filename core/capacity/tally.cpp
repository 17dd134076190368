// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/capacity/tally.h"

#include <algorithm>
#include <limits>

namespace sextant {

namespace {

/// Sums of absurd figures stop at the ends of the range.
__extension__ std::int64_t within(__int128 total)
{
    constexpr auto kLeast = Count::kUnknown + 1, kMost = std::numeric_limits<std::int64_t>::max();
    return total < kLeast ? kLeast : total > kMost ? kMost : static_cast<std::int64_t>(total);
}

} // namespace

template <int Sign> void PodTally::count(Resource &resource, const Row::Resource &row, bool kubernetes, bool expected)
{
    const auto put = [](Wide &total, int &missing, std::int64_t value) {
        const bool known = value != Count::kUnknown;
        total += Wide(known ? value : 0) * Sign;
        missing += known ? 0 : Sign;
    };
    put(resource.requested, resource.undeclared, row.requested);
    if (kubernetes && row.requested != Count::kUnknown) {
        resource.charged += Wide(row.requested) * Sign;
    }
    // A limit that is not set adds nothing on Kubernetes; on Helios nobody knows it.
    put(resource.limit, resource.noLimit, row.limit == Count::kUnknown && kubernetes ? 0 : row.limit);
    resource.unlimited += row.unlimited ? Sign : 0;
    int missing = 0;
    put(resource.used, missing, row.used);
    resource.sampled += missing == 0 ? Sign : 0;
    resource.unsampled += expected ? missing : 0;
}

template <int Sign> void PodTally::count(const Row &row)
{
    m_podsTotal += Sign;
    m_states[static_cast<std::size_t>(row.state)] += Sign;
    if (!row.counts) {
        return;
    }
    const bool expected = expectsUsage(row.kubernetes, row.state);
    m_pods += Sign;
    m_unscheduled += row.scheduled ? 0 : Sign;
    count<Sign>(m_cpu, row.cpu, row.kubernetes, expected);
    count<Sign>(m_memory, row.memory, row.kubernetes, expected);
}
template void PodTally::count<1>(const Row &row);
template void PodTally::count<-1>(const Row &row);

PodTally::Row PodTally::rowOf(const PodView &pod, State state)
{
    return {
        .cpu = {pod.cpuRequested().value, pod.cpuLimit().value, pod.cpuUsed().value, pod.cpuUnlimited()},
        .memory = {pod.memoryRequested().value, pod.memoryLimit().value, pod.memoryUsed().value, pod.memoryUnlimited()},
        .state = state,
        .counts = pod.counts(),
        .scheduled = PodView::columns(pod.cluster()).at<PodCell::Node>(pod.slot()) != StringId::Empty,
        .kubernetes = pod.cluster().status().orchestrator == Orchestrator::Kubernetes,
    };
}

template <int Sign> void PodTally::count(const PodBlock &pods, std::uint64_t which, const SilentNodes &silent)
{
    const auto *const flags = pods.cells<PodCell::Flags>();
    const auto *const nodes = pods.cells<PodCell::Node>();
    const auto *const cpuRequested = pods.cells<PodCell::CpuRequested>(),
                      *const cpuLimit = pods.cells<PodCell::CpuLimit>();
    const auto *const memoryRequested = pods.cells<PodCell::MemoryRequested>(),
                      *const memoryLimit = pods.cells<PodCell::MemoryLimit>();
    const auto *const cpuUsed = pods.usage<PodUsageCell::Cpu>(), *const memoryUsed = pods.usage<PodUsageCell::Memory>();
    const bool kubernetes = pods.cluster().status().orchestrator == Orchestrator::Kubernetes;
    eachBit(which, [&](unsigned bit) {
        const State state = pods.state(bit, silent);
        const bool wide = cpuRequested[bit] == PackedCpu::kWide || cpuLimit[bit] == PackedCpu::kWide
            || memoryRequested[bit] == PackedMemory::kWide || memoryLimit[bit] == PackedMemory::kWide;
        count<Sign>(wide ? rowOf(pods.at(bit), state)
                         : Row{
                             .cpu = {PackedCpu::value(cpuRequested[bit]).value, PackedCpu::value(cpuLimit[bit]).value,
                                 cpuUsed[bit], (flags[bit] & PodCpuUnlimited) != 0},
                             .memory = {PackedMemory::value(memoryRequested[bit]).value,
                                 PackedMemory::value(memoryLimit[bit]).value, memoryUsed[bit],
                                 (flags[bit] & PodMemoryUnlimited) != 0},
                             .state = state,
                             .counts = (flags[bit] & PodCounts) != 0,
                             .scheduled = nodes[bit] != StringId::Empty,
                             .kubernetes = kubernetes,
                         });
    });
}
template void PodTally::count<1>(const PodBlock &pods, std::uint64_t which, const SilentNodes &silent);
template void PodTally::count<-1>(const PodBlock &pods, std::uint64_t which, const SilentNodes &silent);

template <int Sign> PodTally &PodTally::take(const PodTally &other)
{
    const auto take = [](Resource &resource, const Resource &by) {
        resource.requested += by.requested * Sign;
        resource.limit += by.limit * Sign;
        resource.used += by.used * Sign;
        resource.charged += by.charged * Sign;
        resource.undeclared += by.undeclared * Sign;
        resource.unlimited += by.unlimited * Sign;
        resource.unsampled += by.unsampled * Sign;
        resource.noLimit += by.noLimit * Sign;
        resource.sampled += by.sampled * Sign;
    };
    take(m_cpu, other.m_cpu);
    take(m_memory, other.m_memory);
    for (std::size_t i = 0; i < m_states.size(); ++i) {
        m_states[i] += other.m_states[i] * Sign;
    }
    m_pods += other.m_pods * Sign;
    m_podsTotal += other.m_podsTotal * Sign;
    m_unscheduled += other.m_unscheduled * Sign;
    return *this;
}
template PodTally &PodTally::take<1>(const PodTally &other);
template PodTally &PodTally::take<-1>(const PodTally &other);

/// It should have a sample: Helios measures no task, and what does not run uses nothing.
bool PodTally::expectsUsage(bool kubernetes, State state)
{
    return kubernetes && (state == State::Ok || state == State::Warning);
}

PodTally::UsageChange::Resource PodTally::UsageChange::between(std::int64_t old, std::int64_t now, const PodView &pod)
{
    const bool was = old != Count::kUnknown, is = now != Count::kUnknown;
    Resource change;
    change.used = Wide(is ? now : 0) - Wide(was ? old : 0);
    if (was != is) {
        change.sampled = is ? 1 : -1;
        change.unsampled = expectsUsage(pod.cluster().status().orchestrator == Orchestrator::Kubernetes, pod.state())
            ? -change.sampled
            : 0;
    }
    return change;
}

PodTally::UsageChange::UsageChange(const PodView &old, const PodView &now)
{
    if (now.counts()) {
        m_cpu = between(old.cpuUsed().value, now.cpuUsed().value, now);
        m_memory = between(old.memoryUsed().value, now.memoryUsed().value, now);
    }
}

PodTally::UsageChange &PodTally::UsageChange::operator+=(const UsageChange &other)
{
    for (const auto resource : {&UsageChange::m_cpu, &UsageChange::m_memory}) {
        (this->*resource).used += (other.*resource).used;
        (this->*resource).sampled += (other.*resource).sampled;
        (this->*resource).unsampled += (other.*resource).unsampled;
    }
    return *this;
}

void PodTally::apply(const UsageChange &change)
{
    const auto take = [](Resource &resource, const UsageChange::Resource &by) {
        resource.used += by.used;
        resource.sampled += by.sampled;
        resource.unsampled += by.unsampled;
    };
    take(m_cpu, change.m_cpu);
    take(m_memory, change.m_memory);
}

void PodTally::fill(const Resource &resource, ResourceSums &sums) const
{
    // Nothing but what is not known is not known; beside something known it is a lower bound.
    const auto declared = [](Wide total, bool missing) {
        return total == 0 && missing ? Count::kUnknown : within(total);
    };
    sums.requested = declared(resource.requested, resource.undeclared > 0);
    sums.charged = within(resource.charged);
    sums.limit = declared(resource.limit, resource.noLimit > 0 || sums.limit == Count::kUnknown);
    sums.used = resource.sampled > 0 ? within(resource.used) : Count::kUnknown;
    sums.undeclared = resource.undeclared;
    sums.unlimited = resource.unlimited;
    sums.unsampled = resource.unsampled;
}

void PodTally::fill(Sums &sums) const
{
    fill(m_cpu, sums.cpu);
    fill(m_memory, sums.memory);
    sums.pods = m_pods;
    sums.podsTotal = m_podsTotal;
    sums.podStates = m_states;
    sums.podsReady = m_states[static_cast<std::size_t>(State::Ok)];
    sums.unscheduled = m_unscheduled;
}

} // namespace sextant
