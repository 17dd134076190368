// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/target.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <charconv>
#include <cstring>
#include <curl/curl.h>
#include <fmt/format.h>
#include <memory>

namespace sextant::net {

namespace {

struct UrlDeleter {
    void operator()(CURLU *url) const { curl_url_cleanup(url); }
};
using Url = std::unique_ptr<CURLU, UrlDeleter>;

Error refusal(ErrorCode code, std::string message, std::string subject = {}, std::string remedy = {})
{
    return {.code = code, .message = std::move(message), .subject = std::move(subject), .remedy = std::move(remedy)};
}

std::string part(const Url &url, CURLUPart what, unsigned int flags = 0)
{
    char *text = nullptr;
    if (curl_url_get(url.get(), what, &text, flags) != CURLUE_OK || text == nullptr) {
        return {};
    }
    std::string out = text;
    curl_free(text);
    return out;
}

bool alphanumeric(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

bool plainText(std::string_view text)
{
    return std::none_of(
        text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == 127; });
}

bool validHeaderName(std::string_view name)
{
    constexpr std::string_view others = "!#$%&'*+-.^_`|~";
    return !name.empty() && std::all_of(name.begin(), name.end(), [&](char c) {
        return alphanumeric(c) || others.find(c) != std::string_view::npos;
    });
}

bool validHeaderValue(std::string_view value)
{
    constexpr std::string_view forbidden("\r\n\0", 3);
    return value.find_first_of(forbidden) == std::string_view::npos;
}

/// Only the two bulk reads, segment by segment, with nothing in the path that another program could read differently.
bool isBulkReadPath(std::string_view path)
{
    std::string_view last;
    std::string_view previous;
    if (path.empty() || path.front() != '/') {
        return false;
    }
    while (!path.empty()) {
        path.remove_prefix(1);
        const std::string_view segment = path.substr(0, path.find('/'));
        path.remove_prefix(segment.size());
        const bool plain = std::all_of(
            segment.begin(), segment.end(), [](char c) { return alphanumeric(c) || c == '-' || c == '_' || c == '.'; });
        if (segment.empty() || !plain || segment == "." || segment == "..") {
            return false;
        }
        previous = std::exchange(last, segment);
    }
    return last == "statuses" && (previous == "hosts" || previous == "jobs");
}

/// Headers that would change what a request does or where it ends; the connection's own are ours to set.
bool isForbiddenHeader(std::string_view name)
{
    constexpr std::array<std::string_view, 10> names = {"Connection", "Content-Length", "Expect", "Host",
        "HTTP2-Settings", "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding", "Upgrade"};
    constexpr std::array<std::string_view, 3> starts = {"X-HTTP-Method", "X-Method-Override", "Sec-WebSocket-"};
    return std::any_of(names.begin(), names.end(), [&](auto n) { return equalsIgnoringCase(n, name); })
        || std::any_of(
            starts.begin(), starts.end(), [&](auto s) { return equalsIgnoringCase(s, name.substr(0, s.size())); });
}

bool isCredentialHeader(std::string_view name)
{
    constexpr std::array<std::string_view, 4> names = {
        "Authorization", "Proxy-Authorization", "Cookie", "X-Auth-Token"};
    return std::any_of(names.begin(), names.end(), [&](auto n) { return equalsIgnoringCase(n, name); });
}

/// Sets the proxy of `target` from the peer's, or says what is wrong with it.
Result<void> chooseProxy(const Peer &peer, std::string_view host, std::string_view port, Target &target)
{
    if (peer.proxy.empty() || bypassesProxy(peer.noProxy, host, port)) {
        return {};
    }
    std::string text = peer.proxy.find("://") == std::string::npos ? "http://" + peer.proxy : peer.proxy;
    const Url url(curl_url());
    if (!plainText(text) || curl_url_set(url.get(), CURLUPART_URL, text.c_str(), CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK
        || part(url, CURLUPART_HOST).empty()) {
        return refusal(ErrorCode::Config, "the proxy's URL cannot be read", target.display,
            "Write it as http://HOST:PORT, https://HOST:PORT or socks5://HOST:PORT");
    }
    const std::string scheme = part(url, CURLUPART_SCHEME);
    if (scheme != "http" && scheme != "https" && scheme != "socks5" && scheme != "socks5h") {
        return refusal(ErrorCode::Config, fmt::format("proxies of kind \"{}\" are not supported", scheme),
            target.display, "Use http://, https:// or socks5://");
    }
    if (scheme == "socks5") {
        // The proxy looks names up, as it does for kubectl: the names behind it are often unknown here.
        text.replace(0, scheme.size(), "socks5h");
    }
    const std::string proxyPort = part(url, CURLUPART_PORT);
    target.proxy = text;
    target.proxyText = scheme + "://" + part(url, CURLUPART_HOST) + (proxyPort.empty() ? "" : ":" + proxyPort);
    return {};
}

/// Rewrites `url` so that the certificate is checked against another name than the address says.
Result<void> overrideServerName(const Url &url, std::string_view name, const std::string &port, Target &target)
{
    const bool valid = std::all_of(name.begin(), name.end(),
        [](char c) { return alphanumeric(c) || c == '-' || c == '.' || c == '_' || c == ':'; });
    const bool address6 = name.find(':') != std::string_view::npos;
    const std::string host = address6 ? fmt::format("[{}]", name) : std::string(name);
    const std::string originalHost = part(url, CURLUPART_HOST);
    if (equalsIgnoringCase(host, originalHost)) {
        return {};
    }
    const std::string explicitPort = part(url, CURLUPART_PORT, CURLU_NO_DEFAULT_PORT);
    const std::string zone = part(url, CURLUPART_ZONEID);
    if (!valid || curl_url_set(url.get(), CURLUPART_HOST, host.c_str(), 0) != CURLUE_OK) {
        return refusal(ErrorCode::Config, "the TLS server name is not a host name", target.display,
            "Correct tls-server-name: a host name or an address, without a port");
    }
    curl_url_set(url.get(), CURLUPART_ZONEID, nullptr, 0);
    std::string address = originalHost;
    if (!zone.empty() && address.size() > 1 && address.back() == ']') {
        address.insert(address.size() - 1, "%25" + zone);
    }
    target.hostHeader = explicitPort.empty() ? originalHost : originalHost + ":" + explicitPort;
    target.connectTo = fmt::format("{}:{}:{}:{}", host, port, address, port);
    target.tlsName = std::string(name);
    return {};
}

bool sameNetwork(std::string_view network, std::string_view host)
{
    const auto slash = network.find('/');
    unsigned int bits = 0;
    const std::string_view bitText = network.substr(slash + 1);
    const auto [end, error] = std::from_chars(bitText.data(), bitText.data() + bitText.size(), bits);
    if (error != std::errc() || end != bitText.data() + bitText.size()) {
        return false;
    }
    std::array<unsigned char, 16> a{};
    std::array<unsigned char, 16> b{};
    const int family = host.find(':') == std::string_view::npos ? AF_INET : AF_INET6;
    if (bits > (family == AF_INET ? 32U : 128U)
        || inet_pton(family, std::string(network.substr(0, slash)).c_str(), a.data()) != 1
        || inet_pton(family, std::string(host).c_str(), b.data()) != 1) {
        return false;
    }
    const unsigned int bytes = bits / 8;
    if (!std::equal(a.begin(), a.begin() + bytes, b.begin())) {
        return false;
    }
    const unsigned int rest = bits % 8;
    return rest == 0 || ((a.at(bytes) ^ b.at(bytes)) >> (8 - rest)) == 0;
}

std::string_view unbracketed(std::string_view host)
{
    return host.size() > 1 && host.front() == '[' && host.back() == ']' ? host.substr(1, host.size() - 2) : host;
}

bool exceptionMatches(std::string_view entry, std::string_view host, std::string_view port)
{
    if (entry == "*") {
        return true;
    }
    if (entry.find('/') != std::string_view::npos) {
        return sameNetwork(entry, host);
    }
    const auto colon = entry.rfind(':');
    const bool bracketed = !entry.empty() && entry.front() == '[';
    if (colon != std::string_view::npos && (bracketed ? entry[colon - 1] == ']' : entry.find(':') == colon)) {
        if (entry.substr(colon + 1) != port) {
            return false;
        }
        entry = entry.substr(0, colon);
    }
    entry = unbracketed(entry);
    if (entry.substr(0, 2) == "*.") {
        entry.remove_prefix(1);
    }
    if (entry.empty()) {
        return false;
    }
    if (entry.front() == '.') {
        return host.size() > entry.size() && equalsIgnoringCase(host.substr(host.size() - entry.size()), entry);
    }
    return equalsIgnoringCase(entry, host)
        || (host.size() > entry.size() && host[host.size() - entry.size() - 1] == '.'
            && equalsIgnoringCase(host.substr(host.size() - entry.size()), entry));
}

} // namespace

bool equalsIgnoringCase(std::string_view a, std::string_view b)
{
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; };
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return lower(x) == lower(y); });
}

std::string_view trimmed(std::string_view text)
{
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool bypassesProxy(std::string_view noProxy, std::string_view host, std::string_view port)
{
    host = unbracketed(host);
    while (!host.empty() && host.back() == '.') {
        host.remove_suffix(1);
    }
    while (!noProxy.empty()) {
        const std::string_view entry = noProxy.substr(0, noProxy.find(','));
        noProxy.remove_prefix(std::min(noProxy.size(), entry.size() + 1));
        if (exceptionMatches(trimmed(entry), host, port)) {
            return true;
        }
    }
    return false;
}

Result<Target> inspect(const Request &request)
{
    static const Peer plainPeer;
    const Peer &peer = request.peer ? *request.peer : plainPeer;
    const Url url(curl_url());
    // The path is read as it was written: what curl would tidy up must not pass as something tidy.
    if (!plainText(request.url)
        || curl_url_set(url.get(), CURLUPART_URL, request.url.c_str(), CURLU_PATH_AS_IS | CURLU_NON_SUPPORT_SCHEME)
            != CURLUE_OK) {
        return refusal(ErrorCode::Config, "the server's URL cannot be read", {}, "Write it as https://HOST:PORT");
    }
    Target target;
    const std::string scheme = part(url, CURLUPART_SCHEME);
    const std::string host = part(url, CURLUPART_HOST);
    if (scheme != "http" && scheme != "https") {
        return refusal(ErrorCode::Config, fmt::format("URLs of kind \"{}\" are not supported", scheme), {},
            "Use an http:// or https:// URL");
    }
    if (host.empty()) {
        return refusal(ErrorCode::Config, "the server's URL names no host", {}, "Write it as https://HOST:PORT");
    }
    const std::string port = part(url, CURLUPART_PORT, CURLU_DEFAULT_PORT);
    const std::string path = part(url, CURLUPART_PATH);
    target.tls = scheme == "https";
    target.hostPort = host + ":" + port;
    target.tlsName = std::string(unbracketed(host));
    target.display = scheme + "://" + target.hostPort + path;

    if (request.method == Method::BulkReadPost) {
        if (!isBulkReadPath(path)) {
            return refusal(
                ErrorCode::Internal, "refused to send a POST that is none of the two bulk reads", target.display);
        }
    } else if (request.method != Method::Get) {
        return refusal(ErrorCode::Internal, "refused to send a request that may change something", target.display);
    } else if (!request.body.empty()) {
        return refusal(ErrorCode::Internal, "refused to send a GET with a body", target.display);
    }
    bool credentials = !part(url, CURLUPART_USER).empty() || !part(url, CURLUPART_PASSWORD).empty();
    for (const auto &[name, value] : request.headers) {
        // Neither name nor value is repeated: a mangled header may hold a token anywhere.
        if (!validHeaderName(name) || !validHeaderValue(value)) {
            return refusal(ErrorCode::Credential, "a request header holds a character that headers cannot hold",
                target.display, "Check the token and the names to impersonate for line breaks");
        }
        if (isForbiddenHeader(name)) {
            return refusal(ErrorCode::Internal, fmt::format("refused to send the header {}", name), target.display);
        }
        credentials = credentials || isCredentialHeader(name);
    }
    if (credentials && !target.tls) {
        return refusal(ErrorCode::Credential, "refused to send a credential without encryption", target.display,
            "Use an https:// URL for this server, or remove the credential");
    }
    if (auto proxied = chooseProxy(peer, host, port, target); !proxied) {
        return proxied.error();
    }
    if (target.tls && !peer.tls.serverName.empty()) {
        if (auto named = overrideServerName(url, peer.tls.serverName, port, target); !named) {
            return named.error();
        }
    }
    curl_url_set(url.get(), CURLUPART_FRAGMENT, nullptr, 0);
    target.url = part(url, CURLUPART_URL);
    if (target.url.empty()) {
        return refusal(ErrorCode::Config, "the server's URL cannot be read", {}, "Write it as https://HOST:PORT");
    }
    return target;
}

} // namespace sextant::net
