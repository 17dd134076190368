// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/fleet/chunkedrows.h"
#include "core/fleet/packed.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <unordered_map>

namespace sextant {

struct PodUsageCell {
    enum : std::size_t { Cpu, Memory, Time };
};

/// What is measured of pods, by the slots of PodColumns; apart from these because a round of samples changes all of it
/// and nothing else. Figures that do not fit into 32 bits (kWide) are kept beside them: kubelets measure whole pages,
/// so that hardly any does. Threads: one writer; views from any thread.
class PodUsage {
    using Rows = ChunkedRows<256, std::int32_t, std::uint32_t, PackedTime>;
    struct Figures {
        MilliCpu cpu;
        Bytes memory;
    };
    /// By slot; of one whose cells hold its figures what once did not fit, which nobody reads: so that pods that come
    /// and go between two rounds cost no copy.
    using Wide = std::unordered_map<std::uint32_t, Figures>;

public:
    static constexpr std::uint32_t kRows = Rows::kRows;

    class View {
    public:
        MilliCpu cpu(std::uint32_t slot) const
        {
            const std::int32_t packed = m_rows.at<PodUsageCell::Cpu>(slot);
            return packed == PackedCpu::kWide ? m_wide->at(slot).cpu : PackedCpu::value(packed);
        }
        Bytes memory(std::uint32_t slot) const
        {
            const std::uint32_t packed = m_rows.at<PodUsageCell::Memory>(slot);
            return packed == PackedMemory::kWide ? m_wide->at(slot).memory : PackedMemory::value(packed);
        }
        PackedTime sampledAt(std::uint32_t slot) const { return m_rows.at<PodUsageCell::Time>(slot); }
        /// The cells of a column from a slot on to the end of its chunk, packed.
        template <std::size_t Cell> const auto *cells(std::uint32_t slot) const { return &m_rows.at<Cell>(slot); }
        const auto &chunks() const { return m_rows.chunks(); }

    private:
        friend class PodUsage;
        Rows::View m_rows;
        std::shared_ptr<const Wide> m_wide; ///< null: nothing is
    };

    std::uint32_t slots() const { return m_rows.slots(); }
    /// One more slot, of which nothing is measured.
    void grow() { set(m_rows.grow(), {}, {}, 0); }
    /// @param at 0: nothing is measured
    void set(std::uint32_t slot, MilliCpu cpu, Bytes memory, PackedTime at)
    {
        const std::int32_t packedCpu = PackedCpu::of(cpu);
        const std::uint32_t packedMemory = PackedMemory::of(memory);
        if (packedCpu == PackedCpu::kWide || packedMemory == PackedMemory::kWide) {
            m_wide.insert_or_assign(slot, Figures{cpu, memory});
            m_shared.reset();
        }
        auto row = m_rows.row(slot);
        row.set<PodUsageCell::Cpu>(packedCpu);
        row.set<PodUsageCell::Memory>(packedMemory);
        row.set<PodUsageCell::Time>(at);
    }
    PackedTime sampledAt(std::uint32_t slot) const { return m_rows.at<PodUsageCell::Time>(slot); }
    /// What stands now, shared.
    View publish()
    {
        if (!m_shared && !m_wide.empty()) {
            m_shared = std::make_shared<const Wide>(m_wide);
        }
        View view;
        view.m_rows = m_rows.publish();
        view.m_wide = m_shared;
        return view;
    }

private:
    Rows m_rows;
    Wide m_wide;
    std::shared_ptr<const Wide> m_shared; ///< m_wide as last published; null: it differs or is empty
};

} // namespace sextant
