// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/capacity/accounting.h"
#include "core/query/filter.h"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace sextant {

class PodBlock;

/// What a filter can ask of a service of the migration. Texts of the caller's; an empty one is not there.
struct ServiceFacts {
    std::string_view name, owner;
    std::string_view stage; ///< as exported: "in-parallel"; empty: it has none
    std::span<const std::string> clusters, versions;
};

/// One use of a filter on one picture: asks each distinct text (of what is interned, and of nodes and workloads behind
/// pods) once and remembers the answer. Cheapest terms first. One thread; the picture must outlive it.
class FilterRun {
public:
    /// @param now what ages are reckoned from.
    FilterRun(const Filter &filter, const Picture &picture, Time now);
    /// For services alone.
    explicit FilterRun(const Filter &filter);
    ~FilterRun();
    /// The same filter on the same picture, for another thread; knows what the other knows.
    FilterRun(const FilterRun &other);
    FilterRun &operator=(const FilterRun &) = delete;

    /// Nothing typed: everything matches.
    bool empty() const;
    /// Asks all workloads what would be asked of those behind the pods, in the order in which they lie and on two
    /// threads: for who is to ask about most pods, and before it is copied.
    void askWorkloads();
    bool matches(const PodView &pod);
    /// Those of `among` that match: of sixty-four at once, which costs a fraction of asking each.
    std::uint64_t matches(const PodBlock &pods, std::uint64_t among);
    bool matches(const NodeView &node);
    bool matches(const WorkloadView &workload);
    bool matches(const ServiceFacts &service);

private:
    class Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace sextant
