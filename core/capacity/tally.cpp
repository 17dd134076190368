// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/capacity/tally.h"

#include <array>
#include <limits>

namespace sextant {

namespace {

/// Sums of absurd figures stop at the ends of the range.
__extension__ std::int64_t within(__int128 total)
{
    constexpr auto kLeast = Count::kUnknown + 1, kMost = std::numeric_limits<std::int64_t>::max();
    return total < kLeast ? kLeast : total > kMost ? kMost : static_cast<std::int64_t>(total);
}

// Sums of a block of pods. The loops go over all of it and have no branch, so that the compiler takes several pods in
// one step.

using Bytes64 = std::array<std::uint8_t, PodBlock::kPods>; ///< 1 or 0 of each pod
using Masks = std::array<std::uint32_t, PodBlock::kPods>; ///< all bits or none of each pod

Masks masksOf(const Bytes64 &which)
{
    Masks masks;
    for (unsigned bit = 0; bit < PodBlock::kPods; ++bit) {
        masks[bit] = -std::uint32_t{which[bit]};
    }
    return masks;
}

/// @param is 1 or 0, by bit
template <class Is> int howMany(const Is &is)
{
    std::uint8_t count = 0;
    for (unsigned bit = 0; bit < PodBlock::kPods; ++bit) {
        count = static_cast<std::uint8_t>(count + is(bit));
    }
    return count;
}

/// Columns of a resource, packed.
template <class Cell> struct Figures {
    const Cell *requested, *limit, *used;
};
template <class Cell> Figures(const Cell *, const Cell *, const Cell *) -> Figures<Cell>;

/// Those of whom a figure does not fit into its cell.
template <class Packed, class Cell> std::uint64_t wide(const Figures<Cell> &figures)
{
    const auto is = [&figures](unsigned bit) {
        return (figures.requested[bit] == Packed::kWide) | (figures.limit[bit] == Packed::kWide)
            | (figures.used[bit] == Packed::kWide);
    };
    std::uint32_t any = 0;
    for (unsigned bit = 0; bit < PodBlock::kPods; ++bit) {
        any |= static_cast<std::uint32_t>(is(bit));
    }
    return any == 0 ? 0 : those(~std::uint64_t(0), is);
}

struct Total {
    std::int64_t known = 0; ///< the sum of the figures that are
    int have = 0; ///< how many have one
};

/// None of `among` has a wide figure.
template <class Packed, class Cell> Total total(const Cell *cells, const Masks &among)
{
    // By halves, whose sums fit into 32 bits.
    std::uint32_t low = 0, have = 0;
    Cell high = 0;
    for (unsigned bit = 0; bit < PodBlock::kPods; ++bit) {
        const std::uint32_t known = among[bit] & -std::uint32_t{cells[bit] != Packed::kUnknown};
        const auto cell = static_cast<Cell>(static_cast<std::uint32_t>(cells[bit]) & known);
        low += static_cast<std::uint32_t>(cell) & 0xffffU;
        high += cell >> 16;
        have -= known;
    }
    return {(std::int64_t(high) * 0x10000 + low) * Packed::kUnit, static_cast<int>(have)};
}

/// How many of `among` have no figure.
template <class Packed, class Cell> int lack(const Cell *cells, const Masks &among)
{
    std::uint32_t count = 0;
    for (unsigned bit = 0; bit < PodBlock::kPods; ++bit) {
        count -= among[bit] & -std::uint32_t{cells[bit] == Packed::kUnknown};
    }
    return static_cast<int>(count);
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
    if (!areFew(which)) {
        pods.prefetchNext(std::index_sequence<PodCell::Node, PodCell::State, PodCell::Flags, PodCell::CpuRequested,
                              PodCell::CpuLimit, PodCell::MemoryRequested, PodCell::MemoryLimit>(),
            std::index_sequence<PodUsageCell::Cpu, PodUsageCell::Memory>());
    }
    const Figures cpu{
        pods.cells<PodCell::CpuRequested>(), pods.cells<PodCell::CpuLimit>(), pods.usage<PodUsageCell::Cpu>()};
    const Figures memory{
        pods.cells<PodCell::MemoryRequested>(), pods.cells<PodCell::MemoryLimit>(), pods.usage<PodUsageCell::Memory>()};
    const std::uint64_t single = areFew(which) ? which : which & (wide<PackedCpu>(cpu) | wide<PackedMemory>(memory));
    eachBit(single, [&](unsigned bit) { count<Sign>(rowOf(pods.at(bit), pods.state(bit, silent))); });
    which &= ~single;
    if (which == 0) {
        return;
    }
    const bool kubernetes = pods.cluster().status().orchestrator == Orchestrator::Kubernetes;
    const auto *const flags = pods.cells<PodCell::Flags>();
    const auto *const nodes = pods.cells<PodCell::Node>();
    const Bytes64 in = bytesOf(which);
    const auto states = pods.states(silent);
    Bytes64 counts, expected;
    for (unsigned bit = 0; bit < PodBlock::kPods; ++bit) {
        counts[bit] = in[bit] & std::uint8_t{(flags[bit] & PodCounts) != 0};
        expected[bit] = counts[bit] & std::uint8_t{expectsUsage(kubernetes, states[bit])};
    }
    for (std::size_t i = 0; i < m_states.size(); ++i) {
        m_states[i] += howMany([&](unsigned bit) { return in[bit] & std::uint8_t{states[bit] == State(i)}; }) * Sign;
    }
    const auto counted = [&](const auto &is) {
        return howMany([&](unsigned bit) { return counts[bit] & std::uint8_t{is(bit)}; }) * Sign;
    };
    const int all = counted([](unsigned) { return true; });
    m_podsTotal += countOf(which) * Sign;
    m_pods += all;
    m_unscheduled += counted([nodes](unsigned bit) { return nodes[bit] == StringId::Empty; });
    m_cpu.unlimited += counted([flags](unsigned bit) { return (flags[bit] & PodCpuUnlimited) != 0; });
    m_memory.unlimited += counted([flags](unsigned bit) { return (flags[bit] & PodMemoryUnlimited) != 0; });
    const Masks ofCounted = masksOf(counts), ofExpected = masksOf(expected);
    const auto put = [&]<class Packed>(Resource &resource, const auto &figures, Packed) {
        const Total requested = total<Packed>(figures.requested, ofCounted),
                    limit = total<Packed>(figures.limit, ofCounted), used = total<Packed>(figures.used, ofCounted);
        resource.requested += Wide(requested.known) * Sign;
        resource.charged += kubernetes ? Wide(requested.known) * Sign : 0;
        resource.undeclared += all - requested.have * Sign;
        resource.limit += Wide(limit.known) * Sign;
        resource.noLimit += kubernetes ? 0 : all - limit.have * Sign;
        resource.used += Wide(used.known) * Sign;
        resource.sampled += used.have * Sign;
        resource.unsampled += lack<Packed>(figures.used, ofExpected) * Sign;
    };
    put(m_cpu, cpu, PackedCpu());
    put(m_memory, memory, PackedMemory());
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
