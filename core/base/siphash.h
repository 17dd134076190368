// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace sextant {

/// A keyed hash of a text that nobody can make collide who does not know the key.
/// Source: Aumasson and Bernstein, "SipHash: a fast short-input PRF" (SipHash-2-4).
std::uint64_t sipHash(std::uint64_t key0, std::uint64_t key1, std::string_view text);

/// The same under a key that this run of the program made up, for tables of what others name.
std::uint64_t sipHash(std::string_view text);
/// That key.
const std::array<std::uint64_t, 2> &hashKey();

} // namespace sextant
