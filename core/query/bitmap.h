// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace sextant {

/// A set of row numbers.
class Bitmap {
public:
    Bitmap() = default;
    explicit Bitmap(std::uint32_t size)
        : m_words((size + 63U) / 64)
    {
    }
    bool operator[](std::uint32_t number) const { return (m_words[number / 64] >> number % 64 & 1) != 0; }
    void set(std::uint32_t number) { m_words[number / 64] |= std::uint64_t{1} << number % 64; }
    void reset(std::uint32_t number) { m_words[number / 64] &= ~(std::uint64_t{1} << number % 64); }
    void set(std::uint32_t number, bool in) { in ? set(number) : reset(number); }
    /// Sixty-four numbers at once: those from 64 * at on.
    std::size_t words() const { return m_words.size(); }
    std::uint64_t word(std::size_t at) const { return m_words[at]; }
    void setWord(std::size_t at, std::uint64_t bits) { m_words[at] = bits; }
    /// How many numbers are in it.
    std::size_t count() const
    {
        std::size_t count = 0;
        for (const std::uint64_t bits : m_words) {
            count += static_cast<std::size_t>(std::popcount(bits));
        }
        return count;
    }
    /// Nothing is in it that is not in the other, which has as many words.
    bool within(const Bitmap &other) const
    {
        std::uint64_t beyond = 0;
        for (std::size_t at = 0; at < m_words.size(); ++at) {
            beyond |= m_words[at] & ~other.m_words[at];
        }
        return beyond == 0;
    }
    /// How many are in one of them alone; the other has as many words.
    std::size_t differences(const Bitmap &other) const
    {
        std::size_t count = 0;
        for (std::size_t at = 0; at < m_words.size(); ++at) {
            count += static_cast<std::size_t>(std::popcount(m_words[at] ^ other.m_words[at]));
        }
        return count;
    }
    bool operator==(const Bitmap &) const = default;
    std::size_t bytes() const { return m_words.capacity() * sizeof(std::uint64_t); }

private:
    std::vector<std::uint64_t> m_words;
};

} // namespace sextant
