// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

namespace sextant {

/// A table of entries by slot whose copies share what neither changes since: a copy costs a pointer for each 64 slots,
/// a change the entry and the pointers beside it. Slots that were never edited hold nothing. Threads: one edits a
/// copy; the others may be read by any.
template <class Entry> class SharedTable {
public:
    std::size_t size() const { return m_size; }
    void resize(std::size_t size)
    {
        m_size = size;
        m_chunks.resize((size + kRows - 1) / kRows);
    }
    /// Null: nothing there.
    const Entry *find(std::size_t slot) const
    {
        const Chunk *chunk = slot < m_size ? m_chunks[slot / kRows].get() : nullptr;
        return chunk != nullptr ? chunk->entries[slot % kRows].get() : nullptr;
    }
    /// Calls `see(slot, entry)` for each slot that holds something, in order.
    template <class See> void each(See see) const
    {
        for (std::size_t chunk = 0; chunk < m_chunks.size(); ++chunk) {
            for (std::size_t row = 0; m_chunks[chunk] != nullptr && row < kRows; ++row) {
                if (const Entry *entry = m_chunks[chunk]->entries[row].get()) {
                    see(chunk * kRows + row, *entry);
                }
            }
        }
    }
    /// The entry of a slot below size(), made or copied where it is not this round's own. @param round of editing: a
    /// number that no other copy's edits had.
    Entry &edit(std::size_t slot, std::uint64_t round)
    {
        auto &chunk = m_chunks[slot / kRows];
        if (!chunk || chunk->round != round) {
            chunk = chunk ? std::make_shared<Chunk>(*chunk) : std::make_shared<Chunk>();
            chunk->round = round;
        }
        auto &entry = chunk->entries[slot % kRows];
        if (!entry || entry->round != round) {
            entry = entry ? std::make_shared<Entry>(*entry) : std::make_shared<Entry>();
            entry->round = round;
        }
        return *entry;
    }
    void drop(std::size_t slot, std::uint64_t round)
    {
        edit(slot, round);
        m_chunks[slot / kRows]->entries[slot % kRows].reset();
    }

private:
    static constexpr std::size_t kRows = 64;
    struct Chunk {
        std::uint64_t round = 0;
        std::array<std::shared_ptr<Entry>, kRows> entries;
    };
    std::vector<std::shared_ptr<Chunk>> m_chunks;
    std::size_t m_size = 0;
};

} // namespace sextant
