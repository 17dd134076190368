// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/stringpool.h"

#include <algorithm>
#include <cstring>
#include <functional>

namespace sextant {

namespace {

/// Raised when a pool goes, so that no thread believes what it remembers of another at the same address.
std::atomic<std::uint64_t> poolsGone{0};

/// What one thread interned lately: words that repeat, which most do, cost neither the lock nor a walk through the
/// index.
struct Recent {
    struct Word {
        std::string_view text; ///< the pool's own copy
        StringId id = StringId::Empty; ///< Empty: nothing here
    };
    const StringPool *pool = nullptr;
    std::uint64_t gone = 0;
    std::array<Word, 4096> words;

    Word &at(const StringPool *of, std::string_view text)
    {
        const auto now = poolsGone.load(std::memory_order_acquire);
        if (pool != of || gone != now) {
            pool = of;
            gone = now;
            words.fill({});
        }
        return words[std::hash<std::string_view>()(text) % words.size()];
    }
};

thread_local Recent recent;

} // namespace

StringPool::StringPool()
    : m_pages(std::make_unique<std::array<std::atomic<Page *>, kPages>>())
{
    intern({});
}

StringPool::~StringPool()
{
    poolsGone.fetch_add(1, std::memory_order_release);
    for (auto &page : *m_pages) {
        delete page.load(std::memory_order_relaxed);
    }
}

StringId StringPool::intern(std::string_view text)
{
    if (text.empty() && size() > 0) {
        return StringId::Empty;
    }
    Recent::Word &lately = recent.at(this, text);
    if (lately.id != StringId::Empty && lately.text == text) {
        return lately.id;
    }
    const auto remember = [&](std::uint32_t number) {
        lately = {view(StringId(number)), StringId(number)};
        return lately.id;
    };
    const std::lock_guard lock(m_mutex);
    if (const auto it = m_index.find(text); it != m_index.end()) {
        return remember(it->second);
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
    return remember(static_cast<std::uint32_t>(number));
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
