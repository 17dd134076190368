// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/textorder.h"

#include <numeric>

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
    std::vector<std::uint32_t> order(m_keys.size());
    std::iota(order.begin(), order.end(), 0U);
    std::vector<std::uint64_t> heads(m_keys.size());
    std::transform(m_keys.begin(), m_keys.end(), heads.begin(), [](const SortKey &key) { return headOf(key.text); });
    std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
        if (m_keys[a].number != m_keys[b].number) {
            return m_keys[a].number < m_keys[b].number;
        }
        return heads[a] != heads[b] ? heads[a] < heads[b] : m_keys[a].text < m_keys[b].text;
    });
    m_ranks.resize(m_keys.size());
    m_count = 0;
    for (std::size_t i = 0; i < order.size(); ++i) {
        const SortKey &key = m_keys[order[i]];
        if (i > 0 && (m_keys[order[i - 1]].number != key.number || m_keys[order[i - 1]].text != key.text)) {
            ++m_count;
        }
        m_ranks[order[i]] = m_count;
    }
    m_count = m_keys.empty() ? 0 : m_count + 1;
}

} // namespace sextant
