// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <set>

namespace sextant {

/// Memory for blocks of a few sizes between 2 and 32 kB that come and go for as long as the program runs, apart from
/// all that is smaller: in the C library's heap whatever small is put into the place of a freed block keeps it from
/// being used for the next, and the heap grows by the hour. Blocks of one size lie side by side, and the lowest place
/// is taken first, so that what is above becomes free. The memory is asked for in huge pages where the system has them:
/// a million rows are read through a few hundred pages, which the processor keeps in mind, instead of a hundred
/// thousand. Any thread.
class Slabs {
public:
    static constexpr std::size_t kLeast = 2U << 10, kMost = 32U << 10;

    Slabs() = default;
    ~Slabs(); ///< nothing of it may be in use
    Slabs(const Slabs &) = delete;
    Slabs &operator=(const Slabs &) = delete;

    /// What the model lies in. Never destroyed: who holds a snapshot at the end of the program may let go of it then.
    static Slabs &ofModel();

    /// How much take() really gives: whole cache lines; what is smaller than kLeast or larger than kMost as asked.
    static constexpr std::size_t rounded(std::size_t bytes)
    {
        return isOurs(bytes) ? (bytes + kLine - 1) / kLine * kLine : bytes;
    }
    /// At the beginning of a cache line; what is smaller than kLeast or larger than kMost as operator new gives it.
    /// Throws std::bad_alloc.
    void *take(std::size_t bytes);
    /// @param bytes as asked for.
    void give(void *block, std::size_t bytes) noexcept;

    /// Gives what nobody uses back to the system; until then it is kept for the next.
    void giveBack();

    struct Use {
        std::size_t held = 0; ///< bytes that are not given back to the system
        std::size_t taken = 0; ///< bytes of them, as rounded
    };
    Use use() const;

private:
    struct Span;
    struct Region;
    using Roomy = std::set<Span *, std::less<>>; ///< in which there is a place for a block of some size
    static constexpr std::size_t kLine = 64;

    static constexpr bool isOurs(std::size_t bytes)
    {
#ifdef __SANITIZE_ADDRESS__
        return bytes == 0; // nothing: so that who reads what was freed is found
#else
        return bytes >= kLeast && bytes <= kMost;
#endif
    }
    static Region *map(bool huge);
    static void unmap(Region *region);
    Span &open(std::size_t size, Roomy &roomy);

    mutable std::mutex m_mutex;
    std::set<Region *, std::less<>> m_regions;
    std::map<std::size_t, Roomy> m_roomy; ///< by size
    std::size_t m_taken = 0;
};

/// For the standard library: from Slabs::ofModel().
template <class T> struct ModelAllocator {
    using value_type = T;
    ModelAllocator() = default;
    template <class Other> ModelAllocator(const ModelAllocator<Other> &) { } // NOLINT(google-explicit-constructor)
    T *allocate(std::size_t count)
    {
        static_assert(alignof(T) <= alignof(std::max_align_t));
        return static_cast<T *>(Slabs::ofModel().take(count * sizeof(T)));
    }
    void deallocate(T *block, std::size_t count) noexcept { Slabs::ofModel().give(block, count * sizeof(T)); }
    friend bool operator==(const ModelAllocator &, const ModelAllocator &) { return true; }
};

} // namespace sextant
