// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/sample.h"

#include <cstddef>
#include <string>
#include <vector>

namespace sextant {

/// The samples of one scope, oldest first, packed: of each figure the difference from the one before, which is nothing
/// nearly always. An hour of one that always moves is some six kilobytes instead of forty. Threads: one.
class SampleLine {
public:
    /// Not older than the last one.
    void add(const Sample &sample);
    /// Forgets what is older.
    void dropBefore(Time time);
    bool empty() const { return m_blocks.empty(); }
    std::vector<Sample> samples() const;

private:
    /// Some samples that can be read without those before them.
    struct Block {
        std::string bytes;
        std::size_t samples = 0;
        Time last = kNoTime;
    };
    static constexpr std::size_t kOfBlock = 30;

    std::vector<Block> m_blocks;
    Sample m_last; ///< of the last block: what the next one is told from
    Time m_from = kNoTime; ///< what is older is forgotten, though it may be in the first block still
};

} // namespace sextant
