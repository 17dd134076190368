// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/capacity/accounting.h"
#include "core/query/columns.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

namespace sextant {

inline constexpr std::size_t kManyRows = 16'384; ///< worth another thread

/// One object of a picture: the place of its cluster in it and its slot there. Means nothing without that picture.
struct RowRef {
    std::uint32_t cluster = 0;
    std::uint32_t slot = 0;
    bool operator==(const RowRef &) const = default;
};

/// Gives every row of a table's clusters a number of four bytes. The rows of a cluster follow one another with room to
/// grow, so that numbers stay what they are from picture to picture; they begin at a multiple of 64, as the chunks of
/// its columns do. Immutable; any thread.
class RowNumbers {
public:
    RowNumbers() = default;
    RowNumbers(const Picture &picture, TableKind table);
    /// Still good for that picture: the same clusters in the same order under the same names, none beyond its room.
    bool fit(const Picture &picture, TableKind table) const;

    /// One past the last number.
    std::uint32_t end() const { return m_begin.back(); }
    std::uint32_t number(RowRef row) const { return m_begin[row.cluster] + row.slot; }
    RowRef row(std::uint32_t number) const
    {
        const auto next = std::upper_bound(m_begin.begin() + 1, m_begin.end(), number);
        const auto cluster = static_cast<std::uint32_t>(next - m_begin.begin() - 1);
        return {cluster, number - m_begin[cluster]};
    }
    /// The place of a cluster among all, by name.
    std::uint32_t rank(std::uint32_t cluster) const { return m_rank[cluster]; }
    std::size_t clusters() const { return m_rank.size(); }

private:
    struct Cluster {
        ClusterId id = ClusterId::None;
        std::string name;
        Orchestrator orchestrator = Orchestrator::Kubernetes;
        bool operator==(const Cluster &) const = default;
    };
    static Cluster describe(const ClusterSnapshot &cluster);
    std::vector<Cluster> m_clusters;
    std::vector<std::uint32_t> m_begin{0}; ///< of each cluster; then the end
    std::vector<std::uint32_t> m_rank;
};
using RowNumbersPtr = std::shared_ptr<const RowNumbers>;

/// Numbers of rows in some order.
using NumberList = std::vector<std::uint32_t>;
using NumberListPtr = std::shared_ptr<const NumberList>;

/// Rows in order, shared and immutable: a list that did not change is the same from picture to picture.
class OrderedRows {
public:
    class iterator {
    public:
        using iterator_category = std::input_iterator_tag;
        using value_type = RowRef;
        using difference_type = std::ptrdiff_t;
        using pointer = const RowRef *;
        using reference = RowRef;
        iterator(const OrderedRows *list, std::size_t at)
            : m_list(list)
            , m_at(at)
        {
        }
        RowRef operator*() const { return (*m_list)[m_at]; }
        iterator &operator++()
        {
            ++m_at;
            return *this;
        }
        bool operator==(const iterator &other) const { return m_at == other.m_at; }

    private:
        const OrderedRows *m_list;
        std::size_t m_at;
    };

    OrderedRows() = default;
    OrderedRows(RowNumbersPtr of, NumberListPtr list)
        : m_of(std::move(of))
        , m_list(std::move(list))
    {
    }
    std::size_t size() const { return m_list ? m_list->size() : 0; }
    bool empty() const { return size() == 0; }
    RowRef operator[](std::size_t at) const { return m_of->row((*m_list)[at]); }
    RowRef front() const { return (*this)[0]; }
    RowRef back() const { return (*this)[size() - 1]; }
    iterator begin() const { return {this, 0}; }
    iterator end() const { return {this, size()}; }
    /// Nothing came, went or moved between the two, and no row is of another object than before.
    bool sameAs(const OrderedRows &other) const { return m_list == other.m_list; }
    bool operator==(const std::vector<RowRef> &rows) const
    {
        return std::equal(begin(), end(), rows.begin(), rows.end());
    }

    const RowNumbersPtr &numbering() const { return m_of; }
    const NumberListPtr &numbers() const { return m_list; }

private:
    RowNumbersPtr m_of;
    NumberListPtr m_list;
};

} // namespace sextant
