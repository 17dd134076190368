// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <chrono>
#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

namespace sextant::net {

/// One DNS SRV record.
struct SrvRecord {
    std::string host; ///< without the dot at its end
    std::uint16_t port = 0;
    std::uint16_t priority = 0; ///< lower ones first
    std::uint16_t weight = 0;
    bool operator==(const SrvRecord &) const = default;
};

struct SrvOptions {
    std::vector<std::string> servers; ///< "127.0.0.1:5353"; empty: the system's
    std::chrono::milliseconds timeout{10'000}; ///< for the whole look-up
};

/// Looks `name` up in DNS and waits for the answer: never on the GUI's thread.
/// @return sorted by priority, the heavier first; empty when the name has no such records.
/// Errors: Unreachable when no server answers or all of them fail, Timeout, Cancelled once `stop` is requested,
/// Config for a name or a server that is none. Source: RFC 2782. Any thread.
Result<std::vector<SrvRecord>> lookUpSrv(const std::string &name, const SrvOptions &options, std::stop_token stop = {});

} // namespace sextant::net
