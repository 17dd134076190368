// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/slabs.h"
#include "core/fleet/rowblocks.h"

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

/// The storage behind the model: columns in chunks that snapshots share until the writer touches them.
namespace sextant {

/// The type of a column whose cells are bytes of any length, packed (RowBlocks).
struct Blocks { };

/// Columns `T...` of `Rows` rows a chunk, by slot. The writer copies a chunk the first time it touches it after a
/// publication; views hold the chunks they were made with. Threads: one writer; views from any thread.
template <std::uint32_t Rows, class... T> class ChunkedRows {
    template <class Cell>
    using Cells = std::conditional_t<std::is_same_v<Cell, Blocks>, RowBlocks<Rows>, std::array<Cell, Rows>>;

public:
    static constexpr std::uint32_t kRows = Rows;
    using Chunk = std::tuple<Cells<T>...>;
    using ChunkPtr = std::shared_ptr<const Chunk>;

    class View {
    public:
        std::uint32_t slots() const { return m_slots; } ///< one past the last that was ever in use
        /// A reference; of Blocks a std::string_view.
        template <std::size_t C> decltype(auto) at(std::uint32_t slot) const
        {
            return std::as_const(std::get<C>(*m_chunks[slot / Rows]))[slot % Rows];
        }
        /// Where what at() of Blocks reads lies; a slot in use.
        template <std::size_t C> const char *place(std::uint32_t slot) const
        {
            return std::get<C>(*m_chunks[slot / Rows]).place(slot % Rows);
        }
        /// Equal pointers in two views: nothing of those rows differs.
        const std::vector<ChunkPtr> &chunks() const { return m_chunks; }

    private:
        friend class ChunkedRows;
        std::vector<ChunkPtr> m_chunks;
        std::uint32_t m_slots = 0;
    };

    ChunkedRows() = default;
    ChunkedRows(const ChunkedRows &) = delete; ///< one writer: its chunks append in place
    ChunkedRows &operator=(const ChunkedRows &) = delete;

    std::uint32_t slots() const { return m_slots; }
    /// One more slot, with cells of default values.
    std::uint32_t grow()
    {
        if (m_slots / Rows == m_chunks.size()) {
            m_touched.push_back(static_cast<std::uint32_t>(m_chunks.size()));
            m_chunks.push_back(make());
            m_shared.push_back(false);
        }
        return m_slots++;
    }
    template <std::size_t C, class Value> void set(std::uint32_t slot, Value &&value)
    {
        row(slot).template set<C>(std::forward<Value>(value));
    }
    /// A row that many cells are written of, found once. Valid until the next grow() or publish().
    class Row {
    public:
        template <std::size_t C, class Value> void set(Value &&value)
        {
            auto &cells = std::get<C>(*m_chunk);
            if constexpr (std::is_same_v<std::remove_cvref_t<decltype(cells)>, RowBlocks<Rows>>) {
                cells.set(m_row, value);
            } else {
                cells[m_row] = std::forward<Value>(value);
            }
        }

    private:
        friend class ChunkedRows;
        Row(Chunk &chunk, std::uint32_t row)
            : m_chunk(&chunk)
            , m_row(row)
        {
        }
        Chunk *m_chunk;
        std::uint32_t m_row;
    };
    Row row(std::uint32_t slot) { return Row(own(slot), slot % Rows); }
    template <std::size_t C> decltype(auto) at(std::uint32_t slot) const
    {
        return std::as_const(std::get<C>(*m_chunks[slot / Rows]))[slot % Rows];
    }
    /// Every cell of a row goes back to its default value, so that what they held is released.
    void reset(std::uint32_t slot)
    {
        const auto clear = [row = slot % Rows](auto &cells) {
            if constexpr (std::is_same_v<std::remove_cvref_t<decltype(cells)>, RowBlocks<Rows>>) {
                cells.clear(row);
            } else {
                cells[row] = {};
            }
        };
        std::apply([&clear](auto &...cells) { (clear(cells), ...); }, own(slot));
    }
    /// What stands now, shared; the writer copies chunks from here on when it touches them.
    View publish()
    {
        for (const auto at : m_touched) {
            std::apply([](auto &...cells) { (trim(cells), ...); }, *m_chunks[at]);
            m_shared[at] = true;
        }
        m_touched.clear();
        View view;
        view.m_chunks.assign(m_chunks.begin(), m_chunks.end());
        view.m_slots = m_slots;
        return view;
    }

private:
    template <class... From> static std::shared_ptr<Chunk> make(const From &...from)
    {
        return std::allocate_shared<Chunk>(ModelAllocator<Chunk>(), from...);
    }
    template <class C> static void trim(C &) { }
    static void trim(RowBlocks<Rows> &blocks) { blocks.trim(); }
    Chunk &own(std::uint32_t slot)
    {
        const auto at = slot / Rows;
        if (m_shared[at]) {
            m_chunks[at] = make(*m_chunks[at]);
            m_shared[at] = false;
            m_touched.push_back(at);
        }
        return *m_chunks[at];
    }

    std::vector<std::shared_ptr<Chunk>> m_chunks;
    std::vector<bool> m_shared; ///< by chunk: a view may hold it
    std::vector<std::uint32_t> m_touched; ///< the others
    std::uint32_t m_slots = 0;
};

} // namespace sextant
