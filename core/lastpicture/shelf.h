// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/lastpicture/coding.h"

#include <chrono>
#include <string>

namespace sextant::lastpicture {

/// $XDG_CACHE_HOME/sextant/pictures, else ~/.cache/sextant/pictures; empty without a home.
std::string defaultFolder();
/// This program, as About::program takes it: its version, and which build of it.
std::string thisProgram();

/// The folder where last pictures lie (0700), a file a cluster (0600). Threads: any, one at a time for one cluster.
class Shelf {
public:
    static constexpr std::uint64_t kLargestFile = 2ULL << 30;
    static constexpr std::uint64_t kMostInAll = 4ULL << 30;
    static constexpr std::chrono::hours kOldest{24 * 30};

    explicit Shelf(std::string folder)
        : m_folder(std::move(folder))
    {
    }
    /// The file of a cluster; its name tells nothing of it.
    std::string fileOf(const std::string &identity) const;
    /// Brings what is kept of a cluster into an empty store. Errors: NotFound; Io; Decode, with the file as subject.
    /// The store is empty then.
    Result<Time> fetch(const About &about, ClusterStore &store) const;
    /// Keeps a picture in one step: the old one stands until the new one is on disk. Errors: Io, TooLarge.
    Result<void> put(const About &about, const ClusterSnapshot &cluster, Time at) const;
    void remove(const std::string &identity) const;
    /// Takes away what nobody has written for kOldest, then the oldest beyond kMostInAll.
    void tidy(std::chrono::system_clock::time_point now = std::chrono::system_clock::now()) const;
    /// Takes all of them away.
    void clear() const;

private:
    std::string m_folder;
};

} // namespace sextant::lastpicture
