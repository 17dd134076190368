// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/stringpool.h"
#include "core/base/units.h"
#include "core/fleet/draft.h"
#include "core/fleet/ids.h"
#include "core/fleet/uid.h"

#include <array>
#include <bitset>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

/// The storage behind the model: columns in chunks of 256 rows that snapshots share until the writer touches them.
namespace sextant {

/// A table of columns `T...` with stable slots. The writer copies a chunk the first time it touches it after a
/// publication; views hold the chunks they were made with. Threads: one writer; views from any thread.
template <class... T> class Columns {
public:
    static constexpr std::uint32_t kRows = 256;
    struct Chunk {
        std::bitset<kRows> occupied;
        std::array<std::uint32_t, kRows> birth{};
        std::array<std::uint64_t, kRows> revision{}; ///< generation of the last change
        std::tuple<std::array<T, kRows>...> columns;
    };
    using ChunkPtr = std::shared_ptr<const Chunk>;

    class View {
    public:
        std::uint32_t slots() const { return m_slots; }
        std::size_t size() const { return m_size; }
        bool occupied(std::uint32_t slot) const { return slot < m_slots && chunk(slot).occupied[slot % kRows]; }
        std::uint32_t birth(std::uint32_t slot) const { return chunk(slot).birth[slot % kRows]; }
        std::uint64_t revision(std::uint32_t slot) const { return chunk(slot).revision[slot % kRows]; }
        template <std::size_t C> const auto &at(std::uint32_t slot) const
        {
            return std::get<C>(chunk(slot).columns)[slot % kRows];
        }
        /// The first occupied slot at or after `slot`, or slots().
        std::uint32_t nextOccupied(std::uint32_t slot) const
        {
            while (slot < m_slots && !occupied(slot)) {
                ++slot;
            }
            return slot;
        }
        const std::vector<ChunkPtr> &chunks() const { return m_chunks; }

    private:
        friend class Columns;
        const Chunk &chunk(std::uint32_t slot) const { return *m_chunks[slot / kRows]; }
        std::vector<ChunkPtr> m_chunks;
        std::uint32_t m_slots = 0;
        std::size_t m_size = 0;
    };

    /// A free slot, occupied from now on, with a birth of its own.
    std::uint32_t add(std::uint64_t revision)
    {
        std::uint32_t slot = m_slots;
        if (!m_free.empty()) {
            slot = m_free.back();
            m_free.pop_back();
        } else {
            ++m_slots;
            if (slot / kRows == m_chunks.size()) {
                m_chunks.push_back(std::make_shared<Chunk>());
                m_shared.push_back(false);
            }
        }
        Chunk &c = own(slot);
        c.occupied.set(slot % kRows);
        c.birth[slot % kRows] = ++m_births;
        c.revision[slot % kRows] = revision;
        ++m_size;
        return slot;
    }
    /// Empties a slot; its columns go back to default values so that what they held is released.
    void remove(std::uint32_t slot, std::uint64_t revision)
    {
        Chunk &c = own(slot);
        const auto row = slot % kRows;
        std::apply([row](auto &...column) { ((column[row] = {}), ...); }, c.columns);
        c.occupied.reset(row);
        c.revision[row] = revision;
        m_free.push_back(slot);
        --m_size;
    }
    template <std::size_t C, class Value> void set(std::uint32_t slot, Value &&value)
    {
        std::get<C>(own(slot).columns)[slot % kRows] = std::forward<Value>(value);
    }
    template <std::size_t C> const auto &at(std::uint32_t slot) const
    {
        return std::get<C>(m_chunks[slot / kRows]->columns)[slot % kRows];
    }
    void touch(std::uint32_t slot, std::uint64_t revision) { own(slot).revision[slot % kRows] = revision; }
    bool occupied(std::uint32_t slot) const { return slot < m_slots && m_chunks[slot / kRows]->occupied[slot % kRows]; }
    std::uint32_t birth(std::uint32_t slot) const { return m_chunks[slot / kRows]->birth[slot % kRows]; }
    std::uint32_t slots() const { return m_slots; }
    std::size_t size() const { return m_size; }

    /// What stands now, shared; the writer copies chunks from here on when it touches them.
    View publish()
    {
        View view;
        view.m_chunks.assign(m_chunks.begin(), m_chunks.end());
        view.m_slots = m_slots;
        view.m_size = m_size;
        m_shared.assign(m_shared.size(), true);
        return view;
    }

private:
    Chunk &own(std::uint32_t slot)
    {
        const auto at = slot / kRows;
        if (m_shared[at]) {
            m_chunks[at] = std::make_shared<Chunk>(*m_chunks[at]);
            m_shared[at] = false;
        }
        return *m_chunks[at];
    }

    std::vector<std::shared_ptr<Chunk>> m_chunks;
    std::vector<bool> m_shared;
    std::vector<std::uint32_t> m_free;
    std::uint32_t m_slots = 0;
    std::uint32_t m_births = 0;
    std::size_t m_size = 0;
};

/// What is read of a pod only when somebody looks at it: its strings in one block, its conditions and containers.
struct PodRecord;
using PodRecordPtr = std::shared_ptr<const PodRecord>;

struct PodCell {
    enum : std::size_t {
        Record,
        Uid,
        Namespace,
        Node,
        NodeSlot,
        Status,
        State,
        Phase,
        Qos,
        Ready,
        Total,
        Restarts,
        LastRestart,
        Created,
        Deleted,
        Flags,
        CpuRequested,
        CpuLimit,
        MemoryRequested,
        MemoryLimit,
        CpuUsed,
        MemoryUsed,
        UsageTime,
        ControllerSlot,
        WorkloadSlot,
        Team
    };
};
/// Seconds since 1970 in 32 bits; 0: not set.
using PackedTime = std::uint32_t;
using PodColumns =
    Columns<PodRecordPtr, Uid, StringId, StringId, std::uint32_t, StringId, State, StringId, StringId, std::uint16_t,
        std::uint16_t, std::uint32_t, PackedTime, PackedTime, PackedTime, std::uint8_t, std::int64_t, std::int64_t,
        std::int64_t, std::int64_t, std::int64_t, std::int64_t, PackedTime, std::uint32_t, std::uint32_t, StringId>;

struct NodeCell {
    enum : std::size_t { Draft, CpuUsed, MemoryUsed, UsageTime };
};
using NodeColumns = Columns<std::shared_ptr<const NodeDraft>, std::int64_t, std::int64_t, PackedTime>;

struct WorkloadCell {
    enum : std::size_t { Draft, ControllerSlot, Team };
};
using WorkloadColumns = Columns<std::shared_ptr<const WorkloadDraft>, std::uint32_t, StringId>;

struct NamespaceCell {
    enum : std::size_t { Draft };
};
using NamespaceColumns = Columns<std::shared_ptr<const NamespaceDraft>>;

} // namespace sextant
