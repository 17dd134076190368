// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fleet/poddigest.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>

namespace sextant {

namespace {

std::uint32_t tailOf(std::string_view name, std::string_view owner)
{
    if (owner.empty() || name.size() < owner.size() + 2 || name.size() > owner.size() + 1 + PodDigest::kTail
        || name.substr(0, owner.size()) != owner || name[owner.size()] != '-') {
        return 0;
    }
    std::uint32_t tail = 0;
    std::size_t place = 0;
    for (const char c : name.substr(owner.size() + 1)) {
        const auto letter = PodDigest::letter(c);
        if (letter == 0) {
            return 0;
        }
        tail |= letter << PodDigest::shift(place++);
    }
    return tail;
}

std::uint32_t ipOf(std::string_view ip)
{
    std::array<char, INET_ADDRSTRLEN> text{};
    in_addr address{};
    if (ip.size() >= text.size()) {
        return 0;
    }
    std::copy(ip.begin(), ip.end(), text.begin());
    // What inet_pton() takes has but one spelling, unless there is more behind a zero.
    return ip.find('\0') == std::string_view::npos && inet_pton(AF_INET, text.data(), &address) == 1
        ? ntohl(address.s_addr)
        : 0;
}

} // namespace

PodDigest PodDigest::of(std::string_view name, std::string_view owner, std::string_view ip)
{
    return {tailOf(name, owner), ipOf(ip)};
}

} // namespace sextant
