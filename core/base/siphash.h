// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string_view>

namespace sextant {

/// A keyed hash of a text that nobody can make collide who does not know the key.
/// Source: Aumasson and Bernstein, "SipHash: a fast short-input PRF" (SipHash-2-4).
std::uint64_t sipHash(std::uint64_t key0, std::uint64_t key1, std::string_view text);

} // namespace sextant
