// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/capacity/tally.h"

#include <bit>
#include <cstring>
#include <limits>

namespace sextant {

namespace {

/// Sums of absurd figures stop at the ends of the range.
__extension__ std::int64_t within(__int128 total)
{
    constexpr auto kLeast = Count::kUnknown + 1, kMost = std::numeric_limits<std::int64_t>::max();
    return total < kLeast ? kLeast : total > kMost ? kMost : static_cast<std::int64_t>(total);
}

// Sums of a block of pods, four at a time: said so, since what the compiler makes of plain loops depends on what is
// around them.

using Four = std::uint32_t __attribute__((vector_size(16)));
constexpr unsigned kFours = PodBlock::kPods / 4;

constexpr Four fourTimes(std::uint32_t value) { return Four{value, value, value, value}; }

template <class Cell> Four fourAt(const Cell *cells, unsigned at)
{
    static_assert(sizeof(Cell) == sizeof(std::uint32_t));
    Four four;
    std::memcpy(&four, cells + 4 * at, sizeof(four));
    return four;
}

std::int64_t sum(Four four) { return std::int64_t{four[0]} + four[1] + four[2] + four[3]; }

/// All bits or none for each of sixty-four.
struct Masks {
    explicit Masks(std::uint64_t which)
    {
        for (unsigned i = 0; i < kFours; ++i) {
            of[i] = Four((fourTimes(static_cast<std::uint32_t>(which >> 4 * i)) & Four{1, 2, 4, 8}) != Four{});
        }
    }
    Four of[kFours];
};

/// How many of `among` are that value.
template <class Cell> int howMany(const Cell *cells, Cell value, const Masks &among)
{
    Four count{};
    for (unsigned i = 0; i < kFours; ++i) {
        count -= among.of[i] & Four(fourAt(cells, i) == fourTimes(static_cast<std::uint32_t>(value)));
    }
    return static_cast<int>(sum(count));
}

/// The sum of what is known of sixty-four.
template <class Packed, class Cell> struct Total {
    Total(const Cell *cells, const Masks &among)
    {
        Four total{}, count{}, bits{};
        for (unsigned i = 0; i < kFours; ++i) {
            const Four cell = fourAt(cells, i);
            const Four told = among.of[i] & Four(cell != fourTimes(static_cast<std::uint32_t>(Packed::kUnknown)));
            total += cell & told;
            bits |= cell & told;
            count -= told;
        }
        known = sum(total) * Packed::kUnit;
        have = static_cast<int>(sum(count));
        large = ((bits[0] | bits[1] | bits[2] | bits[3]) & kLarge) != 0;
    }
    std::int64_t known;
    int have; ///< how many have one
    bool large; ///< one is too large for this sum, which is worth nothing then
    /// Bits that none of sixteen may have, so that their sum fits; kWide and whatever is below 0 has one of them.
    static constexpr std::uint32_t kLarge = 0xf0000000;
};

/// Who has a figure that makes a Total large.
template <class Packed, class Cell> std::uint64_t whoHasLarge(const Cell *cells)
{
    return those(~std::uint64_t(0), [cells](unsigned bit) {
        return cells[bit] != Packed::kUnknown
            && (static_cast<std::uint32_t>(cells[bit]) & Total<Packed, Cell>::kLarge) != 0;
    });
}

/// The columns of a resource of sixty-four, and their sums.
template <class Packed, class Cell> struct Figures {
    Figures(const Cell *requests, const Cell *limits, const Cell *uses, const Masks &among)
        : requested(requests, among)
        , limit(limits, among)
        , used(uses, among)
        , m_requests(requests)
        , m_limits(limits)
        , m_uses(uses)
    {
    }
    bool large() const { return requested.large || limit.large || used.large; }
    std::uint64_t whoIsLarge() const
    {
        return whoHasLarge<Packed>(m_requests) | whoHasLarge<Packed>(m_limits) | whoHasLarge<Packed>(m_uses);
    }
    int unsampled(const Masks &among) const { return howMany(m_uses, Packed::kUnknown, among); }

    const Total<Packed, Cell> requested, limit, used;

private:
    const Cell *m_requests, *m_limits, *m_uses;
};

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
    constexpr int kFew = 5; // one by itself takes as long as a fifth of all
    if (!areFew(which, 2)) { // whose neighbours are as many: memory is waited for even by few
        pods.prefetchNext(std::index_sequence<PodCell::Node, PodCell::State, PodCell::Flags, PodCell::CpuRequested,
                              PodCell::CpuLimit, PodCell::MemoryRequested, PodCell::MemoryLimit>(),
            std::index_sequence<PodUsageCell::Cpu, PodUsageCell::Memory>());
    }
    const auto oneByOne = [&](std::uint64_t some) {
        eachBit(some, [&](unsigned bit) { count<Sign>(rowOf(pods.at(bit), pods.state(bit, silent))); });
    };
    if (areFew(which, kFew)) {
        oneByOne(which);
        return;
    }
    const auto *const flags = pods.cells<PodCell::Flags>();
    const std::uint64_t counts = which & bitOfEach(flags, std::countr_zero(unsigned{PodCounts}));
    const Masks ofCounts(counts);
    const Figures<PackedCpu, std::int32_t> cpu(pods.cells<PodCell::CpuRequested>(), pods.cells<PodCell::CpuLimit>(),
        pods.usage<PodUsageCell::Cpu>(), ofCounts);
    const Figures<PackedMemory, std::uint32_t> memory(pods.cells<PodCell::MemoryRequested>(),
        pods.cells<PodCell::MemoryLimit>(), pods.usage<PodUsageCell::Memory>(), ofCounts);
    if (cpu.large() || memory.large()) {
        const std::uint64_t large = cpu.whoIsLarge() | memory.whoIsLarge();
        oneByOne(which & large);
        count<Sign>(pods, which & ~large, silent);
        return;
    }
    const bool kubernetes = pods.cluster().status().orchestrator == Orchestrator::Kubernetes;
    const auto states = pods.states(silent);
    std::uint64_t expected = 0;
    for (std::size_t i = 0; i < m_states.size(); ++i) {
        const std::uint64_t inState = which & whichAre(states.data(), State(i));
        m_states[i] += countOf(inState) * Sign;
        expected |= expectsUsage(kubernetes, State(i)) ? inState & counts : 0;
    }
    const auto counted = [&](PodFlag flag) {
        return countOf(counts & bitOfEach(flags, std::countr_zero(unsigned{flag}))) * Sign;
    };
    const int all = countOf(counts) * Sign;
    m_podsTotal += countOf(which) * Sign;
    m_pods += all;
    m_unscheduled += howMany(pods.cells<PodCell::Node>(), StringId::Empty, ofCounts) * Sign;
    m_cpu.unlimited += counted(PodCpuUnlimited);
    m_memory.unlimited += counted(PodMemoryUnlimited);
    const Masks ofExpected(expected);
    const auto put = [&](Resource &resource, const auto &figures, int unsampled) {
        resource.requested += Wide(figures.requested.known) * Sign;
        resource.charged += kubernetes ? Wide(figures.requested.known) * Sign : 0;
        resource.undeclared += all - figures.requested.have * Sign;
        resource.limit += Wide(figures.limit.known) * Sign;
        resource.noLimit += kubernetes ? 0 : all - figures.limit.have * Sign;
        resource.used += Wide(figures.used.known) * Sign;
        resource.sampled += figures.used.have * Sign;
        resource.unsampled += unsampled * Sign;
    };
    put(m_cpu, cpu, cpu.unsampled(ofExpected));
    put(m_memory, memory, memory.unsampled(ofExpected));
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

void PodTally::forgetUsage()
{
    for (Resource *resource : {&m_cpu, &m_memory}) {
        resource->used = 0;
        resource->sampled = resource->unsampled = 0;
    }
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
