// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sextant::simulator {

/// A number that follows from another and looks unrelated to it.
constexpr std::uint64_t mixed(std::uint64_t x)
{
    x += 0x9E3779B97F4A7C15ULL;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBULL;
    return x ^ (x >> 31);
}

/// The same for the same text on every machine.
constexpr std::uint64_t hashOf(std::string_view text)
{
    std::uint64_t hash = 0;
    for (const char c : text) {
        hash = mixed(hash ^ std::uint8_t(c));
    }
    return hash;
}

/// In [0, 1).
constexpr double fractionOf(std::uint64_t x) { return double(x >> 11) * 0x1.0p-53; }

/// The same numbers for the same seed on every machine, which the distributions of <random> do not promise.
class Random {
public:
    explicit Random(std::uint64_t seed)
        : m_state(seed)
    {
    }
    std::uint64_t bits() { return mixed(m_state += 0xD1B54A32D192ED03ULL); }
    double fraction() { return fractionOf(bits()); }
    /// From low to high, both included.
    std::int64_t range(std::int64_t low, std::int64_t high)
    {
        return high <= low ? low : low + std::int64_t(bits() % std::uint64_t(high - low + 1));
    }
    bool chance(double probability) { return fraction() < probability; }
    template <class T> const T &pick(const std::vector<T> &from) { return from[bits() % from.size()]; }

    /// Letters and digits as Kubernetes makes name suffixes of.
    std::string suffix(int length)
    {
        static constexpr char kLetters[] = "bcdfghjklmnpqrstvwxz2456789";
        std::string out;
        for (int i = 0; i < length; ++i) {
            out += kLetters[bits() % (sizeof kLetters - 1)];
        }
        return out;
    }
    std::string hex(int length)
    {
        static constexpr char kHex[] = "0123456789abcdef";
        std::string out;
        for (int i = 0; i < length; ++i) {
            out += kHex[bits() & 15];
        }
        return out;
    }
    std::string uuid()
    {
        auto out = hex(32);
        out[12] = '4';
        out[16] = "89ab"[bits() & 3];
        for (const int at : {20, 16, 12, 8}) {
            out.insert(std::size_t(at), 1, '-');
        }
        return out;
    }

private:
    std::uint64_t m_state;
};

} // namespace sextant::simulator
