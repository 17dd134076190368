// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <cstddef>
#include <future>
#include <system_error>
#include <thread>

/// Work of some milliseconds shared between the calling thread and one more.
namespace sextant {

/// Does both, `second` on a thread of its own where there is a processor and a thread for it. Returns when both are
/// done; what either throws is thrown here.
template <class First, class Second> void doBoth(const First &first, const Second &second)
{
    std::future<void> beside;
    if (std::thread::hardware_concurrency() > 1) {
        try {
            beside = std::async(std::launch::async, second);
        } catch (const std::system_error &) { // no thread is left
        }
    }
    first();
    beside.valid() ? beside.get() : second();
}

/// Calls `work(slice)` once for each slice below `slices`: one object that `make()` gives takes them from the first on,
/// another one from the last back, until they meet. Whoever is held up does less.
template <class Make> void fromBothEnds(std::size_t slices, const Make &make)
{
    std::atomic<std::size_t> taken{0};
    const auto go = [&](bool forwards) {
        auto work = make();
        for (std::size_t own = 0; taken.fetch_add(1, std::memory_order_relaxed) < slices; ++own) {
            work(forwards ? own : slices - 1 - own);
        }
    };
    doBoth([&go] { go(true); }, [&go] { go(false); });
}

} // namespace sextant
