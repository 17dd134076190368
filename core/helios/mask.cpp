// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/helios/mask.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

namespace sextant::helios {

namespace {

using Json = nlohmann::json;

std::string lowered(std::string_view text)
{
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(),
        [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; });
    return out;
}

bool isNameCharacter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-'
        || c == '.';
}

bool isBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// Takes "user:password@" out of URLs.
std::string withoutUserInformation(std::string_view text)
{
    std::string out;
    while (true) {
        const auto scheme = text.find("://");
        if (scheme == std::string_view::npos) {
            out += text;
            return out;
        }
        const auto begin = scheme + 3;
        out += text.substr(0, begin);
        text.remove_prefix(begin);
        const std::string_view authority = text.substr(0, text.find_first_of("/?# \t\r\n\"'"));
        if (const auto at = authority.rfind('@'); at != std::string_view::npos) {
            out += kMasked;
            text.remove_prefix(at);
        }
    }
}

/// Whether an argument is a flag whose value is the next one: "--password", "-token".
bool isSecretFlag(const Json &argument)
{
    if (!argument.is_string()) {
        return false;
    }
    const auto &text = argument.get_ref<const std::string &>();
    return text.size() > 1 && text[0] == '-' && text.find_first_of("=: ") == std::string::npos && looksSecret(text);
}

/// Masks every scalar at and below `value`; the shape stays to be seen.
void maskAll(Json &value)
{
    if (value.is_structured()) {
        for (Json &inner : value) {
            maskAll(inner);
        }
    } else if (!value.is_null() && !(value.is_string() && value.get_ref<const std::string &>().empty())) {
        value = kMasked;
    }
}

/// The key of a job or a registration, which may well be called "token-service": what lies below is judged by itself.
bool isId(std::string_view key) { return key.find_first_of(":/") != std::string_view::npos; }

/// "-Dname=value" keeps its name.
void maskArgument(Json &argument)
{
    if (!argument.is_string()) {
        return;
    }
    const auto &text = argument.get_ref<const std::string &>();
    const auto equals = text.find('=');
    if (text.rfind("-D", 0) == 0 && equals != std::string::npos) {
        argument = text.substr(0, equals + 1) + std::string(kMasked);
    } else {
        argument = maskedText(text);
    }
}

} // namespace

bool looksSecret(std::string_view name)
{
    constexpr std::array<std::string_view, 8> words{
        "password", "passwd", "passphrase", "secret", "token", "key", "credential", "authorization"};
    const std::string text = lowered(name);
    return std::any_of(
        words.begin(), words.end(), [&](std::string_view word) { return text.find(word) != std::string::npos; });
}

std::string maskedText(std::string_view given)
{
    const std::string whole = withoutUserInformation(given);
    std::string_view text = whole;
    std::string out;
    while (!text.empty()) {
        const auto mark = text.find_first_of("=:");
        if (mark == std::string_view::npos) {
            out += text;
            break;
        }
        std::string_view before = text.substr(0, mark);
        while (!before.empty() && (isBlank(before.back()) || before.back() == '"' || before.back() == '\'')) {
            before.remove_suffix(1);
        }
        auto begin = before.size();
        while (begin > 0 && isNameCharacter(before[begin - 1])) {
            --begin;
        }
        out += text.substr(0, mark + 1);
        text.remove_prefix(mark + 1);
        if (!looksSecret(before.substr(begin)) || text.rfind("//", 0) == 0) {
            continue;
        }
        while (!text.empty() && isBlank(text.front())) {
            out += text.front();
            text.remove_prefix(1);
        }
        if (text.empty()) {
            break;
        }
        // A quoted value ends with its quote; "Bearer x" and the like are two words of one value.
        std::size_t end = 0;
        if (text.front() == '"' || text.front() == '\'') {
            end = std::min(text.find(text.front(), 1), text.size() - 1) + 1;
        } else {
            end = std::min(text.find_first_of(" \t\r\n,;&"), text.size());
            const std::string word = lowered(text.substr(0, end));
            if ((word == "bearer" || word == "basic") && end < text.size()) {
                end = std::min(text.find_first_of(" \t\r\n,;&", end + 1), text.size());
            }
        }
        out += kMasked;
        text.remove_prefix(end);
    }
    return out;
}

void maskSecrets(Json &value)
{
    if (value.is_string()) {
        value = maskedText(value.get_ref<const std::string &>());
        return;
    }
    if (value.is_array()) {
        bool secret = false; // the flag before says that this one is
        for (Json &item : value) {
            const bool flag = isSecretFlag(item);
            if (secret && !flag) {
                maskAll(item);
            } else {
                maskSecrets(item);
            }
            secret = flag;
        }
        return;
    }
    if (!value.is_object()) {
        return;
    }
    for (auto &[key, inner] : value.items()) {
        if (key == "env" || key == "environment" || (looksSecret(key) && !(inner.is_object() && isId(key)))) {
            maskAll(inner);
        } else if ((key == "id" || key == "jobId" || key == "image") && inner.is_string()) {
            inner = withoutUserInformation(inner.get_ref<const std::string &>()); // "token-service:3" is a name
        } else if (key == "inputArguments" && inner.is_array()) {
            for (Json &argument : inner) {
                maskArgument(argument);
            }
        } else {
            maskSecrets(inner);
        }
    }
}

} // namespace sextant::helios
