// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/varint.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace sextant {

/// A column of byte strings of any length for the rows of one chunk, all of them in one allocation, one behind another.
/// A copy shares it: whoever copies a chunk for the sake of its other columns moves no blocks, and what is set in a
/// copy goes behind what the original knows of. What a row held before stays there as garbage until there is no place
/// left and set() makes another allocation. Threads: as its chunk; an original is copied once, and then nothing is set
/// in it any more.
template <std::uint32_t Rows> class RowBlocks {
public:
    RowBlocks() = default;
    RowBlocks(const RowBlocks &other)
        : m_begin(other.m_begin)
        , m_bytes(other.m_bytes)
        , m_capacity(other.m_capacity)
        , m_used(other.m_used)
        , m_live(other.m_live)
        , m_shared(true)
    {
    }
    RowBlocks &operator=(const RowBlocks &) = delete;

    /// Valid until the next set() or trim(); empty for a row that holds nothing.
    std::string_view operator[](std::size_t row) const
    {
        if (m_begin[row] == 0) {
            return {};
        }
        const char *at = m_bytes.get() + m_begin[row] - 1;
        const auto length = takeVarint(at, at + kLongestVarint);
        return {at, static_cast<std::size_t>(length)};
    }
    /// Where a row's block begins, without looking at it: to ask memory for it before it is read.
    const char *place(std::size_t row) const { return m_bytes.get() + m_begin[row]; }
    /// @param bytes not of this object; at most 16 MB, what is beyond is cut off.
    void set(std::size_t row, std::string_view bytes)
    {
        bytes = bytes.substr(0, kLongest);
        clear(row);
        char prefix[kLongestVarint];
        const auto need = size(bytes.size(), prefix);
        if (m_used + need > m_capacity) {
            // A row or two is what a copy is made for; where more are set, many may follow.
            rebuild(m_live + need + (m_shared ? m_live / 16 : expected(need)) + kHeadroom);
        }
        m_begin[row] = m_used + 1;
        char *at = std::copy(prefix, prefix + (need - bytes.size()), m_bytes.get() + m_used);
        std::copy(bytes.begin(), bytes.end(), at);
        m_used += need;
        m_live += need;
    }
    void clear(std::size_t row)
    {
        if (m_begin[row] != 0) {
            char prefix[kLongestVarint];
            m_live -= size((*this)[row].size(), prefix);
            m_begin[row] = 0;
        }
    }
    /// Gives back what is not needed, where that is an eighth or more.
    void trim()
    {
        if (m_capacity > m_live + m_live / 8 + kHeadroom) {
            rebuild(m_live);
        }
    }
    std::size_t capacity() const { return m_capacity; }

private:
    static constexpr std::size_t kLongest = 16U << 20;
    static constexpr std::uint32_t kHeadroom = 256;

    /// What the rows that are still empty will take beside one more of that size, if they are like the others.
    std::uint32_t expected(std::uint32_t need) const
    {
        constexpr std::uint64_t kMost = 16U << 10; // one huge row says nothing of the rest
        const auto rows = static_cast<std::uint64_t>(
            Rows - static_cast<std::uint32_t>(std::count(m_begin.begin(), m_begin.end(), 0U)) + 1);
        const std::uint64_t rest = (std::uint64_t(m_live) + need) * (Rows - std::min<std::uint64_t>(rows, Rows)) / rows;
        return std::max(m_live / 2, static_cast<std::uint32_t>(std::min(rest, kMost)));
    }
    /// Of a block with the length before it, which is written to `prefix`.
    static std::uint32_t size(std::size_t length, char *prefix)
    {
        return static_cast<std::uint32_t>(length + static_cast<std::size_t>(putVarint(prefix, length) - prefix));
    }
    void rebuild(std::uint32_t capacity)
    {
        auto bytes = std::make_shared_for_overwrite<char[]>(capacity);
        char *at = bytes.get();
        for (std::size_t row = 0; row < Rows; ++row) {
            if (m_begin[row] == 0) {
                continue;
            }
            const std::string_view block = (*this)[row];
            const auto begin = static_cast<std::uint32_t>(at - bytes.get()) + 1;
            at = putVarint(at, block.size());
            at = std::copy(block.begin(), block.end(), at);
            m_begin[row] = begin;
        }
        m_used = m_live = static_cast<std::uint32_t>(at - bytes.get());
        m_capacity = capacity;
        m_bytes = std::move(bytes);
        m_shared = false;
    }

    std::array<std::uint32_t, Rows> m_begin{}; ///< 1 beyond the place of a row's block; 0: none
    std::shared_ptr<char[]> m_bytes;
    std::uint32_t m_capacity = 0, m_used = 0;
    std::uint32_t m_live = 0; ///< of m_used: what rows still hold
    bool m_shared = false; ///< with what it was copied from
};

} // namespace sextant
