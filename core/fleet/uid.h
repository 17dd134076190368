// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sextant {

/// A uid in 16 bytes: the bits of a UUID, or (odd ones) a keyed hash of the text with the first half 0. Not the number
/// of an interned word: uids of Helios tasks come and go with every roll-out, and would be kept for ever.
struct Uid {
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    bool operator==(const Uid &) const = default;
};

/// A UUID is taken as bits when it is canonical: lower case, and its first half not 0.
Uid packUid(std::string_view uid); ///< the hash is of this process alone: what is kept for another keeps the text
/// The text of one whose first half is not 0.
std::string uuidText(Uid uid);
/// Spread over all bits, and nobody can tell from outside which uids collide.
std::uint64_t hashOf(Uid uid);

struct UidHash {
    std::size_t operator()(const Uid &uid) const noexcept { return hashOf(uid); }
};

} // namespace sextant
