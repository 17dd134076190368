// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/net/client.h"

#include <string>
#include <string_view>
#include <vector>

namespace sextant::helios {

/// How the masters of one Helios cluster are found and reached.
struct Masters {
    std::string name; ///< shown, when the configuration gives none: the first master's host, or the domain
    std::vector<std::string> urls; ///< "http://host:5801", with a prefix where a proxy adds one; tried in turn
    std::string domain; ///< found by DNS SRV (helios.md, 1.7) and looked up again while nothing answers; urls is empty
    net::Tls tls;
    std::string token; ///< bearer token for a proxy in front; only sent over https
    std::string proxy, noProxy;
    bool demo = false;
};

/// Reads "http://a:5801,https://b:5801/helios" (one cluster's masters) or "domain://example.net".
/// A URL without a port gets 5801. Errors: Usage, with what was found and what was expected: another scheme, user
/// information in the URL, no host, a domain beside URLs.
Result<Masters> parseMasters(std::string_view text);

} // namespace sextant::helios
