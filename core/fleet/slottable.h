// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <utility>
#include <vector>

namespace sextant {

/// Finds slots by a key that the rows themselves hold: open addressing, four bytes an entry. Whoever owns the rows
/// says what a slot hashes to and whether it is the one sought. Threads: one.
class SlotTable {
public:
    static constexpr std::uint32_t kNone = 0xffffffff;

    /// The slot of that hash for which `is(slot)` holds, or kNone.
    template <class Is> std::uint32_t find(std::uint64_t hash, Is is) const
    {
        if (m_entries.empty()) {
            return kNone;
        }
        for (auto at = place(hash); m_entries[at] != kNone; at = next(at)) {
            if (is(m_entries[at])) {
                return m_entries[at];
            }
        }
        return kNone;
    }
    /// Makes room for that many, in a table that is empty.
    void reserve(std::size_t slots)
    {
        if (m_size == 0 && slots > 0) {
            m_entries.assign(std::bit_ceil(std::max<std::size_t>(16, slots * 4 / 3 + 1)), std::uint32_t(kNone));
        }
    }
    /// A slot that is not in the table. @param hashOf of a slot that is.
    template <class HashOf> void insert(std::uint64_t hash, std::uint32_t slot, HashOf hashOf)
    {
        if ((m_size + 1) * 4 > m_entries.size() * 3) {
            const auto old = std::exchange(m_entries,
                std::vector<std::uint32_t>(m_entries.empty() ? 16 : m_entries.size() * 2, std::uint32_t(kNone)));
            for (const auto entry : old) {
                if (entry != kNone) {
                    put(hashOf(entry), entry);
                }
            }
        }
        put(hash, slot);
        ++m_size;
    }
    /// A slot that is in the table, and whose row still holds its key.
    template <class HashOf> void erase(std::uint64_t hash, std::uint32_t slot, HashOf hashOf)
    {
        if (m_entries.empty()) {
            return;
        }
        auto gap = place(hash);
        while (m_entries[gap] != slot) {
            if (m_entries[gap] == kNone) {
                return;
            }
            gap = next(gap);
        }
        // What follows moves up where its own place lies at or before the gap, so that no search ends too early.
        for (auto at = next(gap); m_entries[at] != kNone; at = next(at)) {
            const auto home = place(hashOf(m_entries[at]));
            if (((at - home) & mask()) >= ((at - gap) & mask())) {
                m_entries[gap] = m_entries[at];
                gap = at;
            }
        }
        m_entries[gap] = kNone;
        --m_size;
    }
    std::size_t size() const { return m_size; }

private:
    std::size_t mask() const { return m_entries.size() - 1; }
    std::size_t place(std::uint64_t hash) const { return static_cast<std::size_t>(hash) & mask(); }
    std::size_t next(std::size_t at) const { return (at + 1) & mask(); }
    void put(std::uint64_t hash, std::uint32_t slot)
    {
        auto at = place(hash);
        while (m_entries[at] != kNone) {
            at = next(at);
        }
        m_entries[at] = slot;
    }

    std::vector<std::uint32_t> m_entries; ///< a power of two
    std::size_t m_size = 0;
};

} // namespace sextant
