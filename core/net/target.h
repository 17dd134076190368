// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/net/client.h"

#include <string>
#include <string_view>

namespace sextant::net {

/// A request's URL taken apart and found allowed: what curl is told, and what people are told.
struct Target {
    std::string url; ///< for curl: the host is the TLS name where one is given
    std::string hostHeader; ///< the original host[:port]; empty: as in `url`
    std::string connectTo; ///< "NAME:PORT:HOST:PORT" for CURLOPT_CONNECT_TO; empty: as in `url`
    std::string proxy; ///< with its scheme; empty: a direct connection
    std::string proxyText; ///< without user and password
    std::string hostPort; ///< the original "host:port"
    std::string tlsName; ///< what the certificate must name
    std::string display; ///< scheme, host, port and path: no user, password, query or fragment
    bool tls = false;
};

/// The read-only guard and everything else that is decided before a socket exists.
/// Internal: a method, path or header that could do more than read. Credential: a credential that would travel without
/// TLS. Config: no usable http or https URL, TLS name or proxy.
Result<Target> inspect(const Request &request);

/// Whether the comma list `noProxy` ("*", names with their subdomains, addresses, networks; each with an optional
/// port) excepts `host` (brackets of IPv6 allowed) from the proxy.
bool bypassesProxy(std::string_view noProxy, std::string_view host, std::string_view port);

/// ASCII only, as header names and host names are compared.
bool equalsIgnoringCase(std::string_view a, std::string_view b);
/// Without spaces and tabs at both ends.
std::string_view trimmed(std::string_view text);

} // namespace sextant::net
