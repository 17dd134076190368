// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

namespace sextant::helios {

/// 64 bits of what a row says. Good enough to tell a change of one row; no protection against somebody who wants two
/// rows to look alike, who could only hide his own change.
class Fingerprint {
public:
    Fingerprint &operator<<(std::string_view text)
    {
        number(text.size());
        for (const char c : text) {
            m_hash = (m_hash ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
        }
        return *this;
    }
    Fingerprint &operator<<(double value)
    {
        number(std::bit_cast<std::uint64_t>(value));
        return *this;
    }
    template <class Whole>
    requires std::is_integral_v<Whole> || std::is_enum_v<Whole> Fingerprint &operator<<(Whole value)
    {
        number(static_cast<std::uint64_t>(value));
        return *this;
    }
    /// Sixteen hexadecimal digits.
    std::string text() const
    {
        std::string out(16, '0');
        std::uint64_t rest = m_hash;
        for (auto at = out.rbegin(); at != out.rend(); ++at, rest >>= 4) {
            *at = "0123456789abcdef"[rest & 15U];
        }
        return out;
    }

private:
    void number(std::uint64_t value)
    {
        m_hash = (m_hash ^ value) * 0x9E3779B97F4A7C15U;
        m_hash ^= m_hash >> 29;
    }
    std::uint64_t m_hash = 0xCBF29CE484222325U;
};

} // namespace sextant::helios
