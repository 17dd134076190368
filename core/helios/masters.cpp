// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/helios/masters.h"

#include "core/helios/decoder.h"

#include <algorithm>
#include <charconv>

namespace sextant::helios {

namespace {

constexpr const char *kExpected = "Write http://HOST:5801, several masters of one cluster with commas between them, or "
                                  "domain://NAME";

Error wrong(std::string_view found, std::string message)
{
    return {
        .code = ErrorCode::Usage, .message = std::move(message), .subject = bounded(found, 120), .remedy = kExpected};
}

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) {
        text.remove_prefix(1);
    }
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) {
        text.remove_suffix(1);
    }
    return text;
}

std::string lowered(std::string_view text)
{
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(),
        [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; });
    return out;
}

bool isHostName(std::string_view text)
{
    return !text.empty() && text.size() <= 253 && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.'
            || c == '_';
    });
}

struct Url {
    std::string text, host;
};

/// @param text with its scheme; `rest` what follows it.
Result<Url> readUrl(std::string_view text, const std::string &scheme, std::string_view rest)
{
    if (std::any_of(
            rest.begin(), rest.end(), [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == 127; })) {
        return wrong(text, "the URL holds a blank or a control character");
    }
    const auto slash = rest.find_first_of("/?#");
    std::string_view authority = rest.substr(0, slash);
    std::string_view path = slash == std::string_view::npos ? std::string_view() : rest.substr(slash);
    if (authority.find('@') != std::string_view::npos) {
        // Not repeated: it may hold a password.
        return wrong(scheme + "://…", "user information in the URL is not taken; a proxy in front takes a token");
    }
    if (path.find_first_of("?#") != std::string_view::npos) {
        return wrong(text, "a master's URL has no query");
    }
    while (!path.empty() && path.back() == '/') {
        path.remove_suffix(1);
    }
    std::string_view host = authority, port;
    if (!authority.empty() && authority.front() == '[') {
        const auto end = authority.find(']');
        if (end == std::string_view::npos) {
            return wrong(text, "the URL names no host");
        }
        host = authority.substr(0, end + 1);
        port = authority.substr(end + 1);
    } else if (const auto colon = authority.find(':'); colon != std::string_view::npos) {
        host = authority.substr(0, colon);
        port = authority.substr(colon);
    }
    const bool address6 = host.size() > 2 && host.front() == '['
        && host.find_first_not_of("0123456789abcdefABCDEF:.", 1) == host.size() - 1;
    if (!address6 && !isHostName(host)) {
        return wrong(text, host.empty() ? "the URL names no host" : "the URL's host is no host name");
    }
    int number = 5801;
    if (port.size() > 1) {
        const auto [end, failed] = std::from_chars(port.data() + 1, port.data() + port.size(), number);
        if (port.front() != ':' || failed != std::errc() || end != port.data() + port.size() || number < 1
            || number > 65535) {
            return wrong(text, "the URL's port is not a number from 1 to 65535");
        }
    }
    Url url;
    url.host = lowered(host);
    url.text = scheme + "://" + url.host + ':' + std::to_string(number) + std::string(path);
    return url;
}

} // namespace

Result<Masters> parseMasters(std::string_view text)
{
    Masters out;
    const std::string_view whole = trimmed(text);
    std::string_view left = whole;
    do {
        const auto comma = left.find(',');
        const std::string_view one = trimmed(left.substr(0, comma));
        left = comma == std::string_view::npos ? std::string_view() : left.substr(comma + 1);
        if (one.empty()) {
            return wrong(whole, whole.empty() ? "no Helios master is named" : "a master is missing beside a comma");
        }
        const auto mark = one.find("://");
        const std::string scheme = mark == std::string_view::npos ? std::string() : lowered(one.substr(0, mark));
        const std::string_view rest = mark == std::string_view::npos ? one : one.substr(mark + 3);
        if (scheme == "domain") {
            std::string_view domain = rest;
            while (!domain.empty() && (domain.back() == '/' || domain.back() == '.')) {
                domain.remove_suffix(1);
            }
            if (!isHostName(domain) || domain.front() == '.') {
                return wrong(one, "what follows domain:// is no DNS domain");
            }
            if (one.size() != whole.size()) {
                return wrong(whole, "a domain cannot stand beside other masters: it is a cluster of its own");
            }
            out.domain = lowered(domain);
            out.name = out.domain;
            return out;
        }
        if (scheme != "http" && scheme != "https") {
            return wrong(rest.substr(0, rest.find('/')).find('@') == std::string_view::npos ? one : "…",
                scheme.empty() ? "a master's URL begins with http:// or https://"
                               : "URLs of kind \"" + bounded(scheme, 20) + "\" are no Helios masters");
        }
        Result<Url> url = readUrl(one, scheme, rest);
        if (!url) {
            return url.error();
        }
        if (out.name.empty()) {
            out.name = url->host;
        }
        if (std::find(out.urls.begin(), out.urls.end(), url->text) == out.urls.end()) {
            out.urls.push_back(std::move(url->text));
        }
        if (comma != std::string_view::npos && left.empty()) {
            return wrong(whole, "a master is missing beside a comma");
        }
    } while (!left.empty());
    return out;
}

} // namespace sextant::helios
