// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/podselect.h"

#include "core/base/twothreads.h"
#include "core/query/filterrun.h"
#include "core/query/podblock.h"

#include <algorithm>
#include <unordered_map>

namespace sextant::rows {

namespace {

constexpr std::size_t kSlice = 64; ///< words that are looked at between two looks at the stop token
constexpr std::size_t kMany = 16'384; ///< pods that are worth another thread

static_assert(PodBlock::kPods == 64, "a block is a word of a Bitmap");

PodBlock blockAt(const Picture &picture, const RowNumbers &numbers, std::size_t word)
{
    const RowRef first = numbers.row(static_cast<std::uint32_t>(word) * PodBlock::kPods);
    return {picture.cluster(first.cluster), first.slot};
}

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
    const auto worker = [&] {
        return [&, run = std::make_unique<FilterRun>(filter, picture, now)](std::size_t slice) {
            const std::size_t end = std::min((slice + 1) * kSlice, among.words());
            for (std::size_t at = slice * kSlice; at < end && !stop.stop_requested(); ++at) {
                if (const std::uint64_t bits = among.word(at)) {
                    kept.setWord(at, run->matches(blockAt(picture, numbers, at), bits));
                }
            }
        };
    };
    const std::size_t slices = (among.words() + kSlice - 1) / kSlice;
    if (among.count() >= kMany) {
        fromBothEnds(slices, worker);
    } else {
        const auto work = worker();
        for (std::size_t slice = 0; slice < slices; ++slice) {
            work(slice);
        }
    }
    return stop.stop_requested() ? std::nullopt : std::optional(std::move(kept));
}

void carry(PodTally &tally, const Picture &picture, const RowNumbers &numbers, const Bitmap &were, const Bitmap &are)
{
    const bool anew = were.differences(are) > are.count();
    if (anew) {
        tally = {};
    }
    std::unordered_map<const ClusterSnapshot *, filter::Answers> silent;
    for (std::size_t at = 0; at < are.words(); ++at) {
        const std::uint64_t old = anew ? 0 : were.word(at);
        const std::uint64_t now = are.word(at);
        if (old == now) {
            continue;
        }
        const PodBlock pods = blockAt(picture, numbers, at);
        filter::Answers &known = silent[&pods.cluster()];
        eachBit(old & ~now, [&](unsigned bit) { tally.remove(pods.at(bit), pods.state(bit, known)); });
        eachBit(now & ~old, [&](unsigned bit) { tally.add(pods.at(bit), pods.state(bit, known)); });
    }
}

} // namespace sextant::rows
