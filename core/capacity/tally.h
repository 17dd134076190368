// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/capacity/sums.h"
#include "core/fleet/podblock.h"
#include "core/fleet/snapshot.h"

namespace sextant {

/// The sums of some pods, kept so that a pod can be taken out as exactly as it was put in: totals that cannot run over,
/// and how many of them told nothing.
class PodTally {
public:
    /// Puts a pod in. `state` is pod.state().
    void add(const PodView &pod, State state) { count<1>(rowOf(pod, state)); }
    /// Takes out one that was put in, by the row it was put in with.
    void remove(const PodView &pod, State state) { count<-1>(rowOf(pod, state)); }
    /// Those of sixty-four that are in `which`, whose columns are found once. @param silent nodes of their cluster
    void add(const PodBlock &pods, std::uint64_t which, const SilentNodes &silent) { count<1>(pods, which, silent); }
    void remove(const PodBlock &pods, std::uint64_t which, const SilentNodes &silent)
    {
        count<-1>(pods, which, silent);
    }
    /// The pods of another as well; and without them, which are in.
    PodTally &operator+=(const PodTally &other) { return take<1>(other); }
    PodTally &operator-=(const PodTally &other) { return take<-1>(other); }
    bool empty() const { return m_podsTotal == 0; }
    /// Leaves out what the pods use: for sums to which it does not belong.
    void forgetUsage();

    class UsageChange;
    /// Takes what became of the usage of pods that are in, and are otherwise as they were.
    void apply(const UsageChange &change);
    /// What addPod() would have made of the same pods, into sums of no pods; what is said of nodes stays.
    void fill(Sums &sums) const;

private:
    __extension__ using Wide = __int128;
    struct Resource {
        Wide requested = 0, limit = 0, used = 0;
        Wide charged = 0; ///< the part of `requested` that an orchestrator charges to allocatable
        int undeclared = 0, unlimited = 0, unsampled = 0;
        int noLimit = 0; ///< whose limit nobody knows
        int sampled = 0;
    };
    template <int Sign> PodTally &take(const PodTally &other);
    /// What is counted of a pod.
    struct Row {
        struct Resource {
            std::int64_t requested, limit, used; ///< millicores or bytes; Count::kUnknown
            bool unlimited;
        };
        Resource cpu, memory;
        State state;
        bool counts, scheduled, kubernetes;
    };
    static Row rowOf(const PodView &pod, State state);
    static bool expectsUsage(bool kubernetes, State state);
    template <int Sign> void count(const Row &row);
    template <int Sign> void count(const PodBlock &pods, std::uint64_t which, const SilentNodes &silent);
    template <int Sign> static void count(Resource &resource, const Row::Resource &row, bool kubernetes, bool expected);
    void fill(const Resource &resource, ResourceSums &sums) const;

    Resource m_cpu, m_memory;
    std::array<int, kStates> m_states{};
    int m_pods = 0, m_podsTotal = 0, m_unscheduled = 0;
};

/// What became of the usage of some pods. Gathered over many and then taken by their tallies at once, since a round of
/// samples moves the usage of all pods and nothing else of them.
class PodTally::UsageChange {
public:
    UsageChange() = default;
    /// Of one pod. `old` and `now` have the same row and the same state.
    UsageChange(const PodView &old, const PodView &now);
    UsageChange &operator+=(const UsageChange &other);

private:
    friend class PodTally;
    struct Resource {
        Wide used = 0;
        int sampled = 0, unsampled = 0;
    };
    static Resource between(std::int64_t old, std::int64_t now, const PodView &pod);

    Resource m_cpu, m_memory;
};

} // namespace sextant
