// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/query/sortkeys.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

namespace sextant {

/// A row with a text it is sorted by.
struct TextRow {
    std::uint64_t head = 0; ///< eight bytes of it, from where the sort has come to
    std::string_view text;
    std::uint32_t number = 0;
};

/// The first eight bytes, so that heads compare as the texts do.
inline std::uint64_t headOf(std::string_view text)
{
    std::array<unsigned char, 8> bytes{};
    if (!text.empty()) { // else there may be no data
        std::memcpy(bytes.data(), text.data(), std::min(text.size(), bytes.size()));
    }
    std::uint64_t head = 0;
    for (const unsigned char b : bytes) {
        head = head << 8 | b;
    }
    return head;
}

/// Sorts by text, eight bytes at a time: only rows that are equal so far are looked at again. Equal texts by `tie`.
template <class Tie> void sortByText(TextRow *first, TextRow *last, std::size_t depth, const Tie &tie)
{
    constexpr std::ptrdiff_t kFew = 12;
    constexpr std::size_t kDeep = 1024; ///< longer texts that are equal so far are nobody's names
    const auto whole = [&](const TextRow &a, const TextRow &b) {
        const int order = a.text.compare(b.text);
        return order != 0 ? order < 0 : tie(a.number, b.number);
    };
    if (last - first <= kFew || depth > kDeep) {
        std::sort(first, last, whole);
        return;
    }
    for (TextRow *row = first; row != last; ++row) {
        row->head = headOf(row->text.substr(std::min(depth, row->text.size())));
    }
    std::sort(first, last, [](const TextRow &a, const TextRow &b) { return a.head < b.head; });
    for (TextRow *from = first; from != last;) {
        TextRow *to = from + 1;
        bool ends = from->text.size() <= depth + sizeof from->head;
        while (to != last && to->head == from->head) {
            ends = ends || to->text.size() <= depth + sizeof to->head;
            ++to;
        }
        if (ends) {
            std::sort(from, to, whole);
        } else if (to - from > 1) {
            sortByText(from, to, depth + sizeof from->head, tie);
        }
        from = to;
    }
}

/// Numbers distinct sort keys, then ranks them: equal keys share a rank, unknown ones have none. Made for words that
/// repeat: what counts is how many distinct ones there are. One thread.
class KeyRanks {
public:
    static constexpr std::uint32_t kUnknown = 0xffffffff;

    KeyRanks() { m_table.resize(1024, kFree); }
    /// The number of a key; kUnknown for one that is not known.
    std::uint32_t numberOf(const SortKey &key);
    /// Call once all are numbered.
    void rank();
    std::uint32_t rankOf(std::uint32_t number) const { return number == kUnknown ? kUnknown : m_ranks[number]; }
    std::uint32_t ranks() const { return m_count; } ///< one past the greatest

private:
    static constexpr std::uint32_t kFree = 0xffffffff;
    static std::size_t hash(const SortKey &key)
    {
        // By place, not by content: interned texts have one place each, and ranking finds the equal ones.
        const auto bits =
            reinterpret_cast<std::uintptr_t>(key.text.data()) + static_cast<std::uint64_t>(key.number) * 31;
        return static_cast<std::size_t>((bits ^ bits >> 32) * 0x9e3779b97f4a7c15U >> 20);
    }
    void grow();
    std::vector<SortKey> m_keys; ///< by number
    std::vector<std::uint32_t> m_table, m_ranks;
    std::uint32_t m_count = 0;
};

/// Numbers the keys of rows, those that are known to share one without making it.
class SharedKeys {
public:
    explicit SharedKeys(std::size_t clusters)
        : m_known(clusters)
    {
    }
    /// @param shared a number within the cluster; none: the key is the row's own. `make` gives the key.
    template <class Make>
    std::uint32_t numberOf(std::uint32_t cluster, std::uint32_t shared, std::uint32_t none, const Make &make)
    {
        if (shared == none) {
            return m_ranks.numberOf(make());
        }
        auto &known = m_known[cluster];
        if (shared >= known.size()) {
            known.resize(std::max<std::size_t>(shared + std::size_t{1}, known.size() * 2), kNotMade);
        }
        if (known[shared] == kNotMade) {
            known[shared] = m_ranks.numberOf(make());
        }
        return known[shared];
    }
    /// Call once all are numbered, then ask.
    KeyRanks &ranks() { return m_ranks; }

private:
    static constexpr std::uint32_t kNotMade = KeyRanks::kUnknown - 1;
    KeyRanks m_ranks;
    std::vector<std::vector<std::uint32_t>> m_known; ///< by cluster, then by what is shared
};

} // namespace sextant
