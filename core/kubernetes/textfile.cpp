// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kubernetes/textfile.h"

#include <cstdint>

namespace sextant::kubernetes {

namespace {
constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
}

std::optional<std::string> decodeBase64(std::string_view text)
{
    std::string out;
    out.reserve(text.size() / 4 * 3);
    std::uint32_t bits = 0;
    int have = 0;
    int padding = 0;
    for (const char c : text) {
        if (c == ' ' || c == '\n' || c == '\r' || c == '\t') {
            continue;
        }
        if (c == '=') {
            ++padding;
            continue;
        }
        const auto at = kAlphabet.find(c);
        if (at == std::string_view::npos || padding > 0) {
            return std::nullopt;
        }
        bits = bits << 6 | static_cast<std::uint32_t>(at);
        if (++have == 4) {
            out += {static_cast<char>(bits >> 16), static_cast<char>(bits >> 8), static_cast<char>(bits)};
            bits = 0;
            have = 0;
        }
    }
    if (have == 0 && padding == 0) {
        return out;
    }
    if (have == 3 && padding == 1) {
        out += {static_cast<char>(bits >> 10), static_cast<char>(bits >> 2)};
        return out;
    }
    if (have == 2 && padding == 2) {
        out += static_cast<char>(bits >> 4);
        return out;
    }
    return std::nullopt;
}

std::string encodeBase64(std::string_view bytes)
{
    std::string out;
    out.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const std::size_t left = bytes.size() - i;
        const auto at = [&](std::size_t k) {
            return k < left ? static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i + k])) : 0U;
        };
        const std::uint32_t bits = at(0) << 16 | at(1) << 8 | at(2);
        out += kAlphabet[bits >> 18];
        out += kAlphabet[bits >> 12 & 63U];
        out += left > 1 ? kAlphabet[bits >> 6 & 63U] : '=';
        out += left > 2 ? kAlphabet[bits & 63U] : '=';
    }
    return out;
}

std::string_view trimmed(std::string_view text)
{
    constexpr std::string_view kSpace = " \t\r\n";
    const auto from = text.find_first_not_of(kSpace);
    if (from == std::string_view::npos) {
        return {};
    }
    return text.substr(from, text.find_last_not_of(kSpace) - from + 1);
}

} // namespace sextant::kubernetes
