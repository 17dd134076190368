// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <curl/curl.h>
#include <map>
#include <string>

namespace sextant::net {

/// Keeps the connections (and TLS sessions) of different keys apart, and long lists from the HTTP/2 connections of
/// watches: one curl share with its own connection cache for each. On the net thread only.
class Connections {
public:
    using Clock = std::chrono::steady_clock;

    Connections() = default;
    /// Closes what is idle. Every transfer must have given its share back.
    ~Connections();
    Connections(const Connections &) = delete;
    Connections &operator=(const Connections &) = delete;

    /// The share of a key, to be given back with release(); null when there is no memory.
    CURLSH *acquire(const std::string &key, bool http2);
    void release(CURLSH *share, Clock::time_point now);
    /// Closes the connections of keys that nothing has used for two minutes. @return how many keys are left unused.
    std::size_t closeUnused(Clock::time_point now);

private:
    struct Pool {
        CURLSH *share = nullptr;
        int users = 0;
        Clock::time_point lastUse;
    };
    std::map<std::pair<std::string, bool>, Pool> m_pools;
};

} // namespace sextant::net
