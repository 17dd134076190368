// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sextant::kubernetes {

struct ServerUrl {
    std::string base; ///< scheme://host[:port][/prefix], no slash at the end; no user, query or fragment
    std::string host;
    bool https = false;
    bool loopback = false; ///< this machine
};
/// Reads `server` of a kubeconfig. Without a scheme it is https where any TLS setting is present, else http.
/// Nothing for what is no http or https URL with a host.
std::optional<ServerUrl> parseServerUrl(std::string_view text, bool anyTls);
/// `text` for the query of a URL.
std::string percentEncoded(std::string_view text);

} // namespace sextant::kubernetes
