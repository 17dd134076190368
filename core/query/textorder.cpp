// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/textorder.h"

#include <functional>

namespace sextant {

std::uint32_t KeyRanks::numberOf(const SortKey &key)
{
    if (!key.known()) {
        return kUnknown;
    }
    const std::size_t mask = m_table.size() - 1;
    for (std::size_t at = hash(key) & mask;; at = (at + 1) & mask) {
        const std::uint32_t number = m_table[at];
        if (number == kFree) {
            m_table[at] = static_cast<std::uint32_t>(m_keys.size());
            m_keys.push_back(key);
            const std::uint32_t given = m_table[at];
            if (m_keys.size() * 2 > m_table.size()) {
                grow();
            }
            return given;
        }
        const SortKey &known = m_keys[number];
        if (known.number == key.number && known.text.data() == key.text.data()
            && known.text.size() == key.text.size()) {
            return number;
        }
    }
}

void KeyRanks::grow()
{
    m_table.assign(m_table.size() * 4, kFree);
    const std::size_t mask = m_table.size() - 1;
    for (std::uint32_t number = 0; number < m_keys.size(); ++number) {
        std::size_t at = hash(m_keys[number]) & mask;
        while (m_table[at] != kFree) {
            at = (at + 1) & mask;
        }
        m_table[at] = number;
    }
}

void KeyRanks::rank()
{
    std::vector<TextRow> order(m_keys.size());
    for (std::uint32_t i = 0; i < order.size(); ++i) {
        order[i] = {0, m_keys[i].text, i};
    }
    const auto numberOf = [this](const TextRow &row) { return m_keys[row.number].number; };
    const auto less = [&](const TextRow &a, const TextRow &b) { return numberOf(a) < numberOf(b); };
    if (!std::is_sorted(order.begin(), order.end(), less)) { // those of texts are all the same
        std::sort(order.begin(), order.end(), less);
    }
    for (std::size_t from = 0; from < order.size();) {
        std::size_t to = from + 1;
        while (to < order.size() && numberOf(order[to]) == numberOf(order[from])) {
            ++to;
        }
        sortByText(order.data() + from, order.data() + to, 0, std::less<>());
        from = to;
    }
    m_ranks.resize(m_keys.size());
    m_count = 0;
    for (std::size_t i = 0; i < order.size(); ++i) {
        if (i > 0 && (less(order[i - 1], order[i]) || order[i - 1].text != order[i].text)) {
            ++m_count;
        }
        m_ranks[order[i].number] = m_count;
    }
    m_count = m_keys.empty() ? 0 : m_count + 1;
}

} // namespace sextant
