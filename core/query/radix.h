// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <utility>
#include <vector>

namespace sextant {

/// A row with what it is sorted by.
template <class Key> struct KeyedRow {
    Key key;
    std::uint32_t number;
};

/// Sorts by key, smallest first, stable: digit by digit from the lowest. `scratch` is used and left in any state.
/// @param most no key is greater
template <class Key> void radixSort(std::vector<KeyedRow<Key>> &rows, std::vector<KeyedRow<Key>> &scratch, Key most)
{
    constexpr unsigned kDigit = 11; ///< bits: the counters stay in the nearest cache
    constexpr std::size_t kBuckets = std::size_t{1} << kDigit;
    scratch.resize(rows.size());
    for (unsigned shift = 0; shift < sizeof(Key) * 8 && most >> shift != 0; shift += kDigit) {
        std::array<std::uint32_t, kBuckets> next{};
        for (const auto &row : rows) {
            ++next[row.key >> shift & (kBuckets - 1)];
        }
        std::uint32_t sum = 0;
        for (std::uint32_t &count : next) {
            sum += std::exchange(count, sum);
        }
        for (const auto &row : rows) {
            scratch[next[row.key >> shift & (kBuckets - 1)]++] = row;
        }
        rows.swap(scratch);
    }
}

} // namespace sextant
