// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/stringpool.h"

#include <algorithm>
#include <cstring>

namespace sextant {

StringPool::StringPool()
    : m_pages(std::make_unique<std::array<std::atomic<Page *>, kPages>>())
{
    intern({});
}

StringPool::~StringPool()
{
    for (auto &page : *m_pages) {
        delete page.load(std::memory_order_relaxed);
    }
}

StringId StringPool::intern(std::string_view text)
{
    const std::lock_guard lock(m_mutex);
    if (const auto it = m_index.find(text); it != m_index.end()) {
        return StringId(it->second);
    }
    const auto number = m_size.load(std::memory_order_relaxed);
    if (number >= kPage * kPages) {
        return StringId::Empty;
    }
    if (m_blocks.empty() || m_blockUsed + text.size() > m_blockSize) {
        m_blockSize = std::max<std::size_t>(64 * 1024, text.size());
        m_blocks.push_back(std::make_unique<char[]>(m_blockSize));
        m_blockUsed = 0;
        m_bytes.fetch_add(m_blockSize, std::memory_order_relaxed);
    }
    char *place = m_blocks.back().get() + m_blockUsed;
    if (!text.empty()) {
        std::memcpy(place, text.data(), text.size());
    }
    m_blockUsed += text.size();
    const std::string_view kept(place, text.size());

    auto &slot = (*m_pages)[number / kPage];
    Page *page = slot.load(std::memory_order_relaxed);
    if (page == nullptr) {
        page = new Page;
        slot.store(page, std::memory_order_release);
    }
    (*page)[number % kPage] = kept;
    m_index.emplace(kept, static_cast<std::uint32_t>(number));
    m_size.store(number + 1, std::memory_order_release);
    return StringId(number);
}

StringId StringPool::find(std::string_view text) const
{
    const std::lock_guard lock(m_mutex);
    const auto it = m_index.find(text);
    return it == m_index.end() ? StringId::Empty : StringId(it->second);
}

std::string_view StringPool::view(StringId id) const
{
    const auto number = static_cast<std::size_t>(id);
    if (number >= m_size.load(std::memory_order_acquire)) {
        return {};
    }
    return (*(*m_pages)[number / kPage].load(std::memory_order_acquire))[number % kPage];
}

} // namespace sextant
