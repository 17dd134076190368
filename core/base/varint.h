// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>

/// Whole numbers in as few bytes as they need: seven bits a byte, the lowest first, the top bit says that more follow.
namespace sextant {

inline constexpr int kLongestVarint = 10;

/// Writes at most kLongestVarint bytes and returns the end.
inline char *putVarint(char *at, std::uint64_t value)
{
    while (value >= 0x80) {
        *at++ = static_cast<char>(value | 0x80);
        value >>= 7;
    }
    *at++ = static_cast<char>(value);
    return at;
}
inline void putVarint(std::string &out, std::uint64_t value)
{
    char bytes[kLongestVarint];
    out.append(bytes, static_cast<std::size_t>(putVarint(bytes, value) - bytes));
}
/// Reads what putVarint() wrote and moves `at` past it; 0 at the end, and what is longer than a number stops there.
inline std::uint64_t takeVarint(const char *&at, const char *end)
{
    std::uint64_t value = 0;
    for (int shift = 0; at != end && shift < 64; shift += 7) {
        const auto byte = static_cast<unsigned char>(*at++);
        value |= std::uint64_t(byte & 0x7fU) << shift;
        if (byte < 0x80) {
            break;
        }
    }
    return value;
}

/// Signed numbers near 0, either way, as small unsigned ones.
inline std::uint64_t zigzag(std::int64_t value)
{
    return static_cast<std::uint64_t>(value) << 1 ^ static_cast<std::uint64_t>(value >> 63);
}
inline std::int64_t unzigzag(std::uint64_t value)
{
    return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
}

} // namespace sextant
