// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/podselect.h"

#include "core/base/twothreads.h"
#include "core/fleet/podblock.h"
#include "core/query/filterrun.h"

#include <algorithm>
#include <deque>
#include <mutex>
#include <numeric>
#include <unordered_map>

namespace sextant::rows {

namespace {

constexpr std::size_t kSlice = 64; ///< words that are looked at between two looks at the stop token

static_assert(PodBlock::kPods == 64, "a block is a word of a Bitmap");

PodBlock blockAt(const Picture &picture, const RowNumbers &numbers, std::size_t word)
{
    const RowRef first = numbers.row(static_cast<std::uint32_t>(word) * PodBlock::kPods);
    return {picture.cluster(first.cluster), first.slot};
}

std::size_t workloads(const Picture &picture)
{
    const auto &clusters = picture.snapshot().clusters();
    return std::accumulate(clusters.begin(), clusters.end(), std::size_t{0},
        [](std::size_t sum, const ClusterSnapshotPtr &cluster) { return sum + cluster->workloads().size(); });
}

/// Does `work(begin, end)` of what `make()` gives over all words, on two threads where there are that many pods.
template <class Make> void overWords(std::size_t words, std::size_t pods, const Make &make)
{
    const std::size_t slices = (words + kSlice - 1) / kSlice;
    const auto sliced = [&make, words] {
        return [words, work = make()](
                   std::size_t slice) mutable { work(slice * kSlice, std::min((slice + 1) * kSlice, words)); };
    };
    if (pods >= kManyRows) {
        fromBothEnds(slices, sliced);
        return;
    }
    auto work = sliced();
    for (std::size_t slice = 0; slice < slices; ++slice) {
        work(slice);
    }
}

/// Gathers what comes and goes in some words. One thread.
class Carrier {
public:
    /// @param were null: nothing was in
    Carrier(const Picture &picture, const RowNumbers &numbers, const Bitmap *were, const Bitmap &are)
        : m_picture(picture)
        , m_numbers(numbers)
        , m_were(were)
        , m_are(are)
    {
    }
    const PodTally &tally() const { return m_tally; }
    void take(std::size_t begin, std::size_t end)
    {
        for (std::size_t at = begin; at < end; ++at) {
            const std::uint64_t old = m_were != nullptr ? m_were->word(at) : 0;
            const std::uint64_t now = m_are.word(at);
            if (old == now) {
                continue;
            }
            const PodBlock pods = blockAt(m_picture, m_numbers, at);
            const SilentNodes &silent = m_silent.try_emplace(&pods.cluster(), pods.cluster()).first->second;
            m_tally.remove(pods, old & ~now, silent);
            m_tally.add(pods, now & ~old, silent);
        }
    }

private:
    const Picture &m_picture;
    const RowNumbers &m_numbers;
    const Bitmap *m_were;
    const Bitmap &m_are;
    PodTally m_tally;
    std::unordered_map<const ClusterSnapshot *, SilentNodes> m_silent;
};

} // namespace

std::optional<Bitmap> podsInScope(
    const Picture &picture, const RowNumbers &numbers, const Scope &scope, const std::stop_token &stop)
{
    Bitmap in(numbers.end());
    for (std::uint32_t i = 0; i < picture.clusters(); ++i) {
        const ClusterSnapshot &cluster = picture.cluster(i);
        for (std::uint32_t slot = 0; slot < cluster.podSlots(); slot += PodBlock::kPods) {
            const PodBlock pods(cluster, slot);
            std::uint64_t bits = pods.occupied();
            if (!scope.whole()) {
                eachBit(bits, [&](unsigned bit) { bits &= ~(std::uint64_t(!scope.contains(pods.at(bit))) << bit); });
            }
            in.setWord(numbers.number({i, slot}) / PodBlock::kPods, bits);
        }
        if (stop.stop_requested()) {
            return std::nullopt;
        }
    }
    return in;
}

std::optional<Bitmap> podsKept(const Picture &picture, const RowNumbers &numbers, const Filter &filter, Time now,
    const Bitmap &among, const std::stop_token &stop)
{
    Bitmap kept(numbers.end());
    const std::size_t pods = among.count();
    FilterRun first(filter, picture, now);
    if (pods >= kManyRows && pods >= workloads(picture) / 2) {
        first.askWorkloads();
    }
    const auto worker = [&] {
        return [&, run = std::make_unique<FilterRun>(first)](std::size_t begin, std::size_t end) {
            for (std::size_t at = begin; at < end && !stop.stop_requested(); ++at) {
                if (const std::uint64_t bits = among.word(at)) {
                    kept.setWord(at, run->matches(blockAt(picture, numbers, at), bits));
                }
            }
        };
    };
    overWords(among.words(), pods, worker);
    return stop.stop_requested() ? std::nullopt : std::optional(std::move(kept));
}

void carry(PodTally &tally, const Picture &picture, const RowNumbers &numbers, const Bitmap &were, const Bitmap &are)
{
    const std::size_t differences = were.differences(are);
    const bool anew = differences > are.count();
    if (anew) {
        tally = {};
    }
    std::mutex adding;
    std::deque<Carrier> carriers;
    overWords(are.words(), anew ? are.count() : differences, [&] {
        const std::lock_guard lock(adding);
        Carrier &own = carriers.emplace_back(picture, numbers, anew ? nullptr : &were, are);
        return [&own](std::size_t begin, std::size_t end) { own.take(begin, end); };
    });
    for (const Carrier &own : carriers) {
        tally += own.tally();
    }
}

} // namespace sextant::rows
