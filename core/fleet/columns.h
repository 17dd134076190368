// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/stringpool.h"
#include "core/fleet/chunkedrows.h"
#include "core/fleet/draft.h"
#include "core/fleet/ids.h"
#include "core/fleet/packed.h"
#include "core/fleet/poddigest.h"
#include "core/fleet/uid.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace sextant {

/// A table of objects: columns `T...` with slots that are stable as long as an object lives and used again after it.
/// Threads: one writer; views from any thread.
template <class... T> class Columns {
    using Rows = ChunkedRows<64, std::uint32_t, std::uint32_t, T...>; // birth (0: nobody is here), revision, the rest
    static constexpr std::size_t kFirst = 2;

public:
    static constexpr std::uint32_t kRows = Rows::kRows;

    class View {
    public:
        std::uint32_t slots() const { return m_rows.slots(); }
        std::size_t size() const { return m_size; }
        bool occupied(std::uint32_t slot) const { return slot < slots() && birth(slot) != 0; }
        std::uint32_t birth(std::uint32_t slot) const { return m_rows.template at<0>(slot); }
        /// Generation of the last change.
        std::uint32_t revision(std::uint32_t slot) const { return m_rows.template at<1>(slot); }
        template <std::size_t C> decltype(auto) at(std::uint32_t slot) const
        {
            return m_rows.template at<kFirst + C>(slot);
        }
        template <std::size_t C> const char *place(std::uint32_t slot) const
        {
            return m_rows.template place<kFirst + C>(slot);
        }
        /// The first occupied slot at or after `slot`, or slots().
        std::uint32_t nextOccupied(std::uint32_t slot) const
        {
            while (slot < slots() && !occupied(slot)) {
                ++slot;
            }
            return slot;
        }
        const auto &chunks() const { return m_rows.chunks(); }

    private:
        friend class Columns;
        typename Rows::View m_rows;
        std::size_t m_size = 0;
    };

    /// A free slot, occupied from now on, with a birth of its own.
    std::uint32_t add(std::uint32_t revision)
    {
        std::uint32_t slot = 0;
        if (m_free.empty()) {
            slot = m_rows.grow();
        } else {
            slot = m_free.back();
            m_free.pop_back();
        }
        m_rows.template set<0>(slot, ++m_births);
        touch(slot, revision);
        ++m_size;
        return slot;
    }
    void remove(std::uint32_t slot, std::uint32_t revision)
    {
        m_rows.reset(slot);
        touch(slot, revision);
        m_free.push_back(slot);
        --m_size;
    }
    template <std::size_t C, class Value> void set(std::uint32_t slot, Value &&value)
    {
        m_rows.template set<kFirst + C>(slot, std::forward<Value>(value));
    }
    /// A row that many cells are written of. Valid until the next add() or publish().
    class Row {
    public:
        template <std::size_t C, class Value> void set(Value &&value)
        {
            m_row.template set<kFirst + C>(std::forward<Value>(value));
        }

    private:
        friend class Columns;
        explicit Row(typename Rows::Row row)
            : m_row(row)
        {
        }
        typename Rows::Row m_row;
    };
    Row row(std::uint32_t slot) { return Row(m_rows.row(slot)); }
    template <std::size_t C> decltype(auto) at(std::uint32_t slot) const
    {
        return m_rows.template at<kFirst + C>(slot);
    }
    void touch(std::uint32_t slot, std::uint32_t revision) { m_rows.template set<1>(slot, revision); }
    bool occupied(std::uint32_t slot) const { return slot < slots() && m_rows.template at<0>(slot) != 0; }
    std::uint32_t slots() const { return m_rows.slots(); }
    std::size_t size() const { return m_size; }

    /// What stands now, shared.
    View publish()
    {
        View view;
        view.m_rows = m_rows.publish();
        view.m_size = m_size;
        return view;
    }

private:
    Rows m_rows;
    std::vector<std::uint32_t> m_free;
    std::uint32_t m_births = 0;
    std::size_t m_size = 0;
};

enum PodFlag : std::uint8_t {
    PodCounts = 1,
    PodCpuUnlimited = 2,
    PodMemoryUnlimited = 4,
    PodReadyUnknown = 8,
    PodRestartsUnknown = 16
};

/// What is read together lies together: texts that are looked for, then what is summed. Of a million pods the pages
/// that are touched are what is waited for.
struct PodCell {
    enum : std::size_t {
        Record, ///< what is read only when somebody looks at it (PodRecord)
        Uid,
        Namespace,
        Status,
        Team,
        WorkloadSlot,
        ControllerSlot,
        Digest, ///< of what the record says as well
        Node,
        NodeSlot,
        State,
        Flags, ///< PodFlag
        CpuRequested, ///< these four packed (PackedCpu, PackedMemory)
        CpuLimit,
        MemoryRequested,
        MemoryLimit,
        Ready,
        Total,
        Restarts,
        Created
    };
};
using PodColumns = Columns<Blocks, Uid, StringId, StringId, StringId, std::uint32_t, std::uint32_t, PodDigest, StringId,
    std::uint32_t, State, std::uint8_t, std::int32_t, std::int32_t, std::uint32_t, std::uint32_t, std::uint16_t,
    std::uint16_t, std::uint32_t, PackedTime>;

enum NodeFlag : std::uint8_t { NodeSilent = 1, NodeCordoned = 2 };

/// What is not in a column of its own is in the record (draftrecord.h), which is the draft without it.
struct NodeCell {
    enum : std::size_t {
        Record,
        Uid, ///< the text of one that is no UUID is in the record
        Name,
        State,
        Flags, ///< NodeFlag
        Pool,
        Zone,
        CpuCapacity,
        CpuAllocatable,
        MemoryCapacity,
        MemoryAllocatable,
        PodsAllocatable,
        CpuUsed,
        MemoryUsed,
        UsageTime
    };
};
using NodeColumns = Columns<Blocks, Uid, StringId, State, std::uint8_t, StringId, StringId, std::int64_t, std::int64_t,
    std::int64_t, std::int64_t, std::int64_t, std::int64_t, std::int64_t, PackedTime>;

struct WorkloadCell {
    enum : std::size_t { Record, Uid, Namespace, KindText, Kind, State, ControllerSlot, Team };
};
using WorkloadColumns = Columns<Blocks, Uid, StringId, StringId, WorkloadKind, State, std::uint32_t, StringId>;

struct NamespaceCell {
    enum : std::size_t { Draft };
};
using NamespaceColumns = Columns<std::shared_ptr<const NamespaceDraft>>;

} // namespace sextant
