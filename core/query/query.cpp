// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/query.h"

#include "core/query/filterrun.h"
#include "core/query/sortkeys.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <numeric>

namespace sextant {

namespace {

constexpr std::size_t kStride = 4096; ///< rows between two looks at the stop token

/// One selected row with all it is sorted by: keys are read from the picture once, not at every comparison.
struct Entry {
    RowRef row;
    std::uint32_t cluster = 0; ///< rank of its cluster's name
    std::string_view ns, name, kind;
    SortKey key;
};

bool byPlace(const Entry &a, const Entry &b)
{
    if (a.cluster != b.cluster) {
        return a.cluster < b.cluster;
    }
    if (const int ns = a.ns.compare(b.ns)) {
        return ns < 0;
    }
    if (const int name = a.name.compare(b.name)) {
        return name < 0;
    }
    if (const int kind = a.kind.compare(b.kind)) {
        return kind < 0;
    }
    return a.row.slot < b.row.slot;
}

/// A key in sixteen bytes: number, the text's first eight bytes in order; the rest only where these are equal.
struct Compact {
    std::int64_t number;
    std::uint64_t head;
    std::uint32_t entry;
};

std::uint64_t headOf(std::string_view text)
{
    std::array<unsigned char, 8> bytes{};
    std::memcpy(bytes.data(), text.data(), std::min(text.size(), bytes.size()));
    std::uint64_t head = 0;
    for (const unsigned char b : bytes) {
        head = head << 8 | b;
    }
    return head;
}

/// Merge sort in blocks, so that a stop is seen soon. False: stopped. Stable.
template <class T, class Less> bool sortStoppable(std::vector<T> &items, Less less, const std::stop_token &stop)
{
    const std::size_t n = items.size();
    for (std::size_t at = 0; at < n; at += kStride) {
        if (stop.stop_requested()) {
            return false;
        }
        std::stable_sort(items.begin() + static_cast<std::ptrdiff_t>(at),
            items.begin() + static_cast<std::ptrdiff_t>(std::min(n, at + kStride)), less);
    }
    std::vector<T> other(n);
    for (std::size_t width = kStride; width < n; width *= 2) {
        for (std::size_t at = 0; at < n; at += 2 * width) {
            if (stop.stop_requested()) {
                return false;
            }
            const auto begin = items.cbegin() + static_cast<std::ptrdiff_t>(at);
            const auto middle = items.cbegin() + static_cast<std::ptrdiff_t>(std::min(n, at + width));
            const auto end = items.cbegin() + static_cast<std::ptrdiff_t>(std::min(n, at + 2 * width));
            std::merge(begin, middle, middle, end, other.begin() + static_cast<std::ptrdiff_t>(at), less);
        }
        items.swap(other);
    }
    return true;
}

std::string_view kindOf(const PodView &) { return {}; }
std::string_view kindOf(const NodeView &) { return {}; }
std::string_view kindOf(const WorkloadView &workload) { return workload.draft().kindText; }
std::string_view nsOf(const PodView &pod) { return pod.ns(); }
std::string_view nsOf(const NodeView &) { return {}; }
std::string_view nsOf(const WorkloadView &workload) { return workload.ns(); }

std::vector<std::uint32_t> clusterRanks(const Picture &picture)
{
    std::vector<std::uint32_t> order(picture.clusters());
    std::iota(order.begin(), order.end(), 0U);
    std::stable_sort(order.begin(), order.end(),
        [&](std::uint32_t a, std::uint32_t b) { return picture.cluster(a).name() < picture.cluster(b).name(); });
    std::vector<std::uint32_t> ranks(order.size());
    for (std::uint32_t rank = 0; rank < order.size(); ++rank) {
        ranks[order[rank]] = rank;
    }
    return ranks;
}

class Run {
public:
    Run(const Picture &picture, const TableQuery &query, const std::stop_token &stop)
        : m_picture(picture)
        , m_query(query)
        , m_stop(stop)
        , m_filter(query.filter, picture, query.now == kNoTime ? wallNow() : query.now)
        , m_ranks(clusterRanks(picture))
    {
    }

    std::optional<TableRows> result()
    {
        for (std::uint32_t i = 0; i < m_picture.clusters(); ++i) {
            const ClusterSnapshot &cluster = m_picture.cluster(i);
            if (m_query.scope.cluster != ClusterId::None && m_query.scope.cluster != cluster.id()) {
                continue;
            }
            const bool whole = m_query.table == TableKind::Pods ? select(cluster.pods(), i)
                : m_query.table == TableKind::Nodes             ? select(cluster.nodes(), i)
                                                                : select(cluster.workloads(), i);
            if (!whole) {
                return std::nullopt;
            }
        }
        if (m_query.table == TableKind::Pods) {
            m_out.cpu = m_pods.cpu;
            m_out.memory = m_pods.memory;
        }
        if (!sort()) {
            return std::nullopt;
        }
        return std::move(m_out);
    }

private:
    bool stopped(std::size_t row) const { return row % kStride == 0 && m_stop.stop_requested(); }

    template <class View> bool select(const ViewRange<View> &range, std::uint32_t cluster)
    {
        const bool whole = m_query.scope.whole();
        std::size_t seen = 0;
        for (const View view : range) {
            if (stopped(seen++)) {
                return false;
            }
            if ((whole || m_query.scope.contains(view)) && shownAtAll(view)) {
                ++m_out.total;
                if (m_filter.empty() || m_filter.matches(view)) {
                    take(view, cluster);
                }
            }
        }
        return !m_stop.stop_requested();
    }

    static bool shownAtAll(const PodView &) { return true; }
    static bool shownAtAll(const NodeView &) { return true; }
    static bool shownAtAll(const WorkloadView &workload) { return workload.topmost(); }

    template <class View> void take(const View &view, std::uint32_t cluster)
    {
        Entry entry;
        entry.row = {cluster, view.slot()};
        entry.cluster = m_ranks[cluster];
        entry.ns = nsOf(view);
        entry.name = view.name();
        entry.kind = kindOf(view);
        entry.key = keyAndSums(view, cluster);
        m_entries.push_back(entry);
    }

    SortKey keyAndSums(const PodView &pod, std::uint32_t)
    {
        addPod(m_pods, pod, pod.state());
        return m_keys.of(pod, static_cast<PodColumn>(m_query.column));
    }

    SortKey keyAndSums(const NodeView &node, std::uint32_t cluster)
    {
        const Sums &sums = m_picture.accounting(cluster).byNode[node.slot()];
        m_out.cpu.add(sums.cpu);
        m_out.memory.add(sums.memory);
        return m_keys.of(node, sums, static_cast<NodeColumn>(m_query.column));
    }

    SortKey keyAndSums(const WorkloadView &workload, std::uint32_t cluster)
    {
        const Sums &sums = m_picture.accounting(cluster).byWorkload[workload.slot()];
        m_out.cpu.add(sums.cpu);
        m_out.memory.add(sums.memory);
        return m_keys.of(workload, sums, static_cast<WorkloadColumn>(m_query.column));
    }

    bool sort()
    {
        if (!sortStoppable(m_entries, byPlace, m_stop)) {
            return false;
        }
        std::vector<Compact> order(m_entries.size());
        for (std::uint32_t i = 0; i < order.size(); ++i) {
            const SortKey &key = m_entries[i].key;
            order[i] = {key.number, headOf(key.text), i};
        }
        const auto ascending = [this](const Compact &a, const Compact &b) {
            if (a.number != b.number) {
                return a.number < b.number;
            }
            if (a.head != b.head) {
                return a.head < b.head;
            }
            return m_entries[a.entry].key.text < m_entries[b.entry].key.text;
        };
        const bool descending = m_query.descending;
        const auto less = [&](const Compact &a, const Compact &b) {
            const bool knownA = a.number != Count::kUnknown;
            const bool knownB = b.number != Count::kUnknown;
            if (knownA != knownB || !knownA) {
                return knownA && !knownB;
            }
            return descending ? ascending(b, a) : ascending(a, b);
        };
        if (!sortStoppable(order, less, m_stop)) {
            return false;
        }
        m_out.rows.reserve(order.size());
        for (const Compact &item : order) {
            m_out.rows.push_back(m_entries[item.entry].row);
        }
        return true;
    }

    const Picture &m_picture;
    const TableQuery &m_query;
    const std::stop_token &m_stop;
    FilterRun m_filter;
    std::vector<std::uint32_t> m_ranks;
    SortKeys m_keys;
    std::vector<Entry> m_entries;
    Sums m_pods; ///< of the rows, where these are pods
    TableRows m_out;
};

} // namespace

std::optional<TableRows> runQuery(const Picture &picture, const TableQuery &query, const std::stop_token &stop)
{
    return Run(picture, query, stop).result();
}

} // namespace sextant
