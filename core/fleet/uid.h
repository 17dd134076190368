// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string_view>

namespace sextant {

/// A uid in 16 bytes: the bits of a UUID, or (odd ones) a keyed hash of the text with the first half 0.
struct Uid {
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    bool operator==(const Uid &) const = default;
};

/// Packs a uid. The key of the hash is of this process alone: what is kept for another one keeps the text. Any thread.
Uid packUid(std::string_view uid);

} // namespace sextant
