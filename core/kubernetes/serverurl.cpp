// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kubernetes/serverurl.h"

#include "core/kubernetes/textfile.h"

#include <algorithm>
#include <cctype>

namespace sextant::kubernetes {

std::optional<ServerUrl> parseServerUrl(std::string_view text, bool anyTls)
{
    text = trimmed(text);
    ServerUrl out;
    std::string scheme = anyTls ? "https" : "http";
    if (const auto at = text.find("://"); at != std::string_view::npos) {
        scheme = std::string(text.substr(0, at));
        std::transform(scheme.begin(), scheme.end(), scheme.begin(), [](unsigned char c) { return std::tolower(c); });
        text.remove_prefix(at + 3);
    }
    if (scheme != "http" && scheme != "https") {
        return std::nullopt;
    }
    out.https = scheme == "https";
    text = text.substr(0, text.find_first_of("?#"));
    if (std::any_of(
            text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7f; })) {
        return std::nullopt;
    }
    std::string_view authority = text.substr(0, text.find('/'));
    std::string_view path = text.substr(authority.size());
    while (!path.empty() && path.back() == '/') {
        path.remove_suffix(1);
    }
    if (const auto at = authority.rfind('@'); at != std::string_view::npos) {
        authority.remove_prefix(at + 1);
    }
    std::string_view host = authority;
    std::string_view port;
    if (!host.empty() && host.front() == '[') {
        const auto end = host.find(']');
        if (end == std::string_view::npos) {
            return std::nullopt;
        }
        port = host.substr(end + 1);
        host = host.substr(1, end - 1);
    } else if (const auto colon = host.find(':'); colon != std::string_view::npos) {
        port = host.substr(colon);
        host = host.substr(0, colon);
    }
    if (host.empty() || (!port.empty() && port.front() != ':')
        || !std::all_of(
            port.begin() + (port.empty() ? 0 : 1), port.end(), [](unsigned char c) { return std::isdigit(c) != 0; })) {
        return std::nullopt;
    }
    out.host = std::string(host);
    out.loopback = host == "localhost" || host == "::1" || host.substr(0, 4) == "127.";
    out.base = scheme + "://" + std::string(authority) + std::string(path);
    return out;
}

std::string percentEncoded(std::string_view text)
{
    constexpr std::string_view kHex = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const auto u = static_cast<unsigned char>(c);
        if (std::isalnum(u) != 0 || c == '-' || c == '_' || c == '.' || c == '~') {
            out += c;
        } else {
            out += {'%', kHex[u >> 4U], kHex[u & 15U]};
        }
    }
    return out;
}

} // namespace sextant::kubernetes
