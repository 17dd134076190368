// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/capacity/accounting.h"
#include "core/query/columns.h"

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

namespace sextant {

/// What a row is sorted by: the number, then the text. Neither: unknown, which stands last.
struct SortKey {
    std::int64_t number = Count::kUnknown;
    std::string_view text;
    bool known() const { return number != Count::kUnknown; }
};

/// Makes the key of one object by a column. The text lives as long as the picture and this. One thread.
/// Ready: the share that is ready. Status: how bad, then the words. Age: youngest first. Node CPU and Memory: the share
/// of allocatable (of Helios hosts: of capacity) that is requested. IPs and versions by their numbers. Roles, taints:
/// by their text and number.
class SortKeys {
public:
    SortKey of(const PodView &pod, PodColumn column) const;
    SortKey of(const NodeView &node, const Sums &sums, NodeColumn column);
    SortKey of(const WorkloadView &workload, const Sums &sums, WorkloadColumn column) const;

private:
    std::deque<std::string> m_texts;
};

} // namespace sextant
