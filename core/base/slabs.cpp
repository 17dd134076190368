// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/slabs.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <new>
#include <sys/mman.h>

namespace sextant {

namespace {

constexpr std::size_t kSpan = 256U << 10; ///< blocks of one size
constexpr std::size_t kRegion = 2U << 20; ///< what is mapped at once, and a huge page on most machines
constexpr std::size_t kSpans = kRegion / kSpan;
constexpr std::size_t kWords = kSpan / Slabs::kLeast / 64;
constexpr std::size_t kHead = 1024; ///< of a region, within its first span

} // namespace

/// Memory for blocks of one size.
struct Slabs::Span {
    std::uint32_t size = 0; ///< of a block; 0: it is used for none
    std::uint32_t blocks = 0; ///< that find place
    std::uint32_t taken = 0; ///< of them
    bool written = false; ///< and not given back since
    Roomy::node_type full; ///< its entry among those with a place, while there is none: giving needs no memory
    std::array<std::uint64_t, kWords> free{}; ///< a bit each
};

/// Lies at its own beginning, which is a multiple of its size.
struct Slabs::Region {
    std::array<Span, kSpans> spans;

    char *begin() { return reinterpret_cast<char *>(this); }
    static Region &of(void *place)
    {
        const std::size_t within = reinterpret_cast<std::uintptr_t>(place) % kRegion;
        return *reinterpret_cast<Region *>(static_cast<char *>(place) - within);
    }
    static std::size_t headOf(std::size_t span) { return span == 0 ? kHead : 0; }
    char *blocksOf(std::size_t span) { return begin() + span * kSpan + headOf(span); }
    std::size_t indexOf(const Span &span) const { return static_cast<std::size_t>(&span - spans.data()); }
};

Slabs &Slabs::ofModel()
{
    static Slabs *const all = new Slabs;
    return *all;
}

Slabs::~Slabs()
{
    for (Region *region : m_regions) {
        unmap(region);
    }
}

/// A region for nobody yet. @param huge the first is not: a small fleet does not fill it.
Slabs::Region *Slabs::map(bool huge)
{
    static_assert(sizeof(Region) <= kHead);
    void *got = mmap(nullptr, 2 * kRegion, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (got == MAP_FAILED) {
        throw std::bad_alloc();
    }
    auto *const begin = static_cast<char *>(got);
    const std::size_t before = (kRegion - reinterpret_cast<std::uintptr_t>(got) % kRegion) % kRegion;
    if (before != 0) {
        munmap(begin, before);
    }
    munmap(begin + before + kRegion, kRegion - before);
#ifdef MADV_HUGEPAGE
    if (huge) {
        madvise(begin + before, kRegion, MADV_HUGEPAGE);
    }
#endif
    return new (begin + before) Region;
}

void Slabs::unmap(Region *region)
{
    region->~Region();
    munmap(region, kRegion);
}

/// The lowest span in which there is a place for a block of that size.
Slabs::Span &Slabs::open(std::size_t size, Roomy &roomy)
{
    if (!roomy.empty()) {
        return **roomy.begin();
    }
    const auto unused = [](const Span &span) { return span.size == 0; };
    Region *region = nullptr;
    std::size_t at = kSpans;
    for (auto one = m_regions.begin(); one != m_regions.end() && at == kSpans; ++one) {
        region = *one;
        at = static_cast<std::size_t>(
            std::find_if(region->spans.begin(), region->spans.end(), unused) - region->spans.begin());
    }
    if (at == kSpans) {
        region = map(!m_regions.empty());
        m_regions.insert(region);
        at = 0;
    }
    Span &span = region->spans[at];
    roomy.insert(&span); // may throw: nothing is changed yet
    span.size = static_cast<std::uint32_t>(size);
    span.blocks = static_cast<std::uint32_t>((kSpan - Region::headOf(at)) / size);
    span.taken = 0;
    span.written = true;
    for (std::size_t word = 0; word < kWords; ++word) {
        const std::size_t bits = span.blocks - std::min<std::size_t>(span.blocks, word * 64);
        span.free[word] = bits >= 64 ? ~std::uint64_t(0) : (std::uint64_t(1) << bits) - 1;
    }
    return span;
}

void *Slabs::take(std::size_t bytes)
{
    if (!isOurs(bytes)) {
        return ::operator new(bytes);
    }
    const std::size_t size = rounded(bytes);
    const std::lock_guard lock(m_mutex);
    Roomy &roomy = m_roomy[size];
    Span &span = open(size, roomy);
    std::size_t word = 0;
    while (span.free[word] == 0) {
        ++word;
    }
    const auto bit = static_cast<std::size_t>(std::countr_zero(span.free[word]));
    span.free[word] &= span.free[word] - 1;
    if (++span.taken == span.blocks) {
        span.full = roomy.extract(roomy.find(&span));
    }
    m_taken += size;
    Region &region = Region::of(&span);
    return region.blocksOf(region.indexOf(span)) + (word * 64 + bit) * size;
}

void Slabs::give(void *block, std::size_t bytes) noexcept
{
    if (!isOurs(bytes)) {
        ::operator delete(block);
        return;
    }
    const std::size_t size = rounded(bytes);
    const std::lock_guard lock(m_mutex);
    Region &region = Region::of(block);
    const auto at = static_cast<std::size_t>(static_cast<char *>(block) - region.begin()) / kSpan;
    Span &span = region.spans[at];
    const auto number = static_cast<std::size_t>(static_cast<char *>(block) - region.blocksOf(at)) / size;
    span.free[number / 64] |= std::uint64_t(1) << number % 64;
    Roomy &roomy = m_roomy.find(size)->second;
    if (span.taken-- == span.blocks) {
        roomy.insert(std::move(span.full));
    }
    if (span.taken == 0) {
        roomy.erase(&span);
        span.size = 0;
    }
    m_taken -= size;
}

void Slabs::giveBack()
{
    const std::lock_guard lock(m_mutex);
    for (auto at = m_regions.begin(); at != m_regions.end();) {
        Region &region = **at;
        if (std::all_of(region.spans.begin(), region.spans.end(), [](const Span &span) { return span.size == 0; })) {
            unmap(&region);
            at = m_regions.erase(at);
            continue;
        }
        for (std::size_t i = 1; i < kSpans; ++i) { // the first holds the head
            Span &span = region.spans[i];
            if (span.size == 0 && span.written) {
                madvise(region.blocksOf(i), kSpan, MADV_DONTNEED);
                span.written = false;
            }
        }
        ++at;
    }
}

Slabs::Use Slabs::use() const
{
    const std::lock_guard lock(m_mutex);
    std::size_t spans = 0;
    for (const Region *region : m_regions) {
        spans += 1
            + static_cast<std::size_t>(std::count_if(
                region->spans.begin() + 1, region->spans.end(), [](const Span &span) { return span.written; }));
    }
    return {spans * kSpan, m_taken};
}

} // namespace sextant
