// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace sextant {

/// The number of an interned string within one StringPool. 0 is the empty string.
enum class StringId : std::uint32_t { Empty = 0 };

/// Keeps each distinct string once and hands out small numbers for it. Append-only: meant for words that repeat
/// (namespaces, nodes, statuses, images), not for names that come and go.
/// Threads: any thread may call either function; view() takes no lock and may run beside intern().
class StringPool {
public:
    StringPool();
    ~StringPool();
    StringPool(const StringPool &) = delete;
    StringPool &operator=(const StringPool &) = delete;

    /// The number of `text`, new or known. Holds at most 2^26 strings; beyond that every new one is Empty.
    StringId intern(std::string_view text);
    /// The number of `text` if it was ever interned, else Empty.
    StringId find(std::string_view text) const;
    /// The text of a number that intern() gave out. Valid as long as the pool lives.
    std::string_view view(StringId id) const;
    std::size_t size() const { return m_size.load(std::memory_order_acquire); }
    std::size_t bytes() const { return m_bytes.load(std::memory_order_relaxed); }

private:
    static constexpr std::size_t kPage = 4096;
    static constexpr std::size_t kPages = 16384;
    using Page = std::array<std::string_view, kPage>;

    mutable std::mutex m_mutex;
    std::unordered_map<std::string_view, std::uint32_t> m_index;
    std::vector<std::unique_ptr<char[]>> m_blocks;
    std::size_t m_blockUsed = 0;
    std::size_t m_blockSize = 0;
    std::unique_ptr<std::array<std::atomic<Page *>, kPages>> m_pages;
    std::atomic<std::size_t> m_size = 0;
    std::atomic<std::size_t> m_bytes = 0;
};

} // namespace sextant
