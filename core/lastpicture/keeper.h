// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/lastpicture/shelf.h"

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace sextant::lastpicture {

/// Keeps the pictures of the clusters it was given as they change: each soon after it is whole for the first time, then
/// once in kEvery, and at the end. On a thread of its own and at a low priority. Threads: any.
class Keeper {
public:
    static constexpr std::chrono::seconds kFirst{20};
    static constexpr std::chrono::seconds kEvery{600};

    /// @param first, every for tests.
    explicit Keeper(
        std::string folder, std::chrono::milliseconds first = kFirst, std::chrono::milliseconds every = kEvery);
    ~Keeper(); ///< keeps what has changed since

    /// Brings what is kept of a cluster into its store, which is empty and not fed yet; says in the log what was wrong.
    void fetch(const About &about, ClusterStore &store) const;
    void add(About about, std::shared_ptr<ClusterStore> store);
    /// The cluster is shown no longer. @param forget its picture goes, too.
    void remove(ClusterId id, bool forget);

private:
    struct Kept {
        About about;
        std::shared_ptr<ClusterStore> store;
        std::chrono::steady_clock::time_point due;
        std::uint64_t generation = 0; ///< of the data in the file; 0: none of this run
        Time at = kNoTime;
    };
    void run(const std::stop_token &stop);
    void forget();
    void keep(Kept &one, bool last);

    const Shelf m_shelf;
    const std::chrono::milliseconds m_first, m_every;
    std::mutex m_mutex;
    std::condition_variable_any m_wake;
    std::vector<std::shared_ptr<Kept>> m_clusters;
    std::vector<std::string> m_forgotten; ///< identities whose files are to go
    std::jthread m_thread; ///< last: ends first
};

} // namespace sextant::lastpicture
