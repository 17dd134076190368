// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

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
    std::size_t bytes() const { return m_words.capacity() * sizeof(std::uint64_t); }

private:
    std::vector<std::uint64_t> m_words;
};

} // namespace sextant
