// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/fleet/podblock.h"
#include "core/query/filterexpression.h"
#include "core/query/filtermemo.h"

#include <array>
#include <cstdint>

/// What pods answer to the keys of a filter, sixty-four at a time: `among` says which are asked, and what is said is a
/// part of it. Memos are of the block's cluster and of that term.
namespace sextant::filter {

/// A pattern of the term fits a text of the pod: that of the key, of Key::Text any.
std::uint64_t fitting(const Term &term, const PodBlock &pods, std::uint64_t among, Memo &memo);
/// Their node has such a label.
std::uint64_t labelled(const Term &term, const PodBlock &pods, std::uint64_t among, Memo &memo);

/// What they say to a key that asks for a number; of the others nothing is meant.
std::array<Number, PodBlock::kPods> numbers(Key key, const PodBlock &pods, std::uint64_t among, Time now);

/// For filters asked of most pods, before they are: the memo may be asked of all workloads from several threads, of
/// each once.
void prepareWorkloads(const Term &term, const ClusterSnapshot &cluster, Memo &memo);
/// Asks those in some slots.
void askWorkloads(const ClusterSnapshot &cluster, std::uint32_t first, std::uint32_t end, Memo &memo);

/// A word of few.
struct Chosen {
    std::uint64_t yes = 0; ///< it is one of the choices
    std::uint64_t known = 0; ///< there is such a word at all
};
/// @param choices bits by place among choicesOf(key)
Chosen chosen(Key key, std::uint32_t choices, const PodBlock &pods, std::uint64_t among, Memo &memo);

} // namespace sextant::filter
