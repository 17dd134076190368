// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fleet/uid.h"

#include "core/base/siphash.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <optional>

namespace sextant {

namespace {

constexpr auto kHexDigits = [] {
    std::array<std::int8_t, 256> digits{};
    digits.fill(-1);
    for (int i = 0; i < 16; ++i) {
        digits[static_cast<unsigned char>("0123456789abcdef"[i])] = static_cast<std::int8_t>(i);
    }
    return digits;
}();

/// `count` digits; what is none of them leaves its mark in `bad`.
std::uint64_t hexBits(const char *text, int count, int &bad)
{
    std::uint64_t bits = 0;
    for (int i = 0; i < count; ++i) {
        const int digit = kHexDigits[static_cast<unsigned char>(text[i])]; // NOLINT(bugprone-signed-char-misuse): -1
        bad |= digit;
        bits = bits << 4 | static_cast<unsigned>(digit & 15);
    }
    return bits;
}

std::optional<Uid> uuidBits(std::string_view text)
{
    if (text.size() != 36 || text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-') {
        return std::nullopt;
    }
    const char *at = text.data();
    int bad = 0; // below 0 once a digit was
    const Uid uid{hexBits(at, 8, bad) << 32 | hexBits(at + 9, 4, bad) << 16 | hexBits(at + 14, 4, bad),
        hexBits(at + 19, 4, bad) << 48 | hexBits(at + 24, 12, bad)};
    return bad >= 0 && uid.high != 0 ? std::optional(uid) : std::nullopt;
}

} // namespace

Uid packUid(std::string_view uid)
{
    const auto bits = uuidBits(uid);
    return bits ? *bits : Uid{0, std::max<std::uint64_t>(sipHash(uid), 1)};
}

std::string uuidText(Uid uid)
{
    return fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", uid.high >> 32, uid.high >> 16 & 0xffff,
        uid.high & 0xffff, uid.low >> 48, uid.low & 0xffffffffffffU);
}

std::uint64_t hashOf(Uid uid)
{
    // Folds the product of both halves, each under its part of the key.
    __extension__ using Wide = unsigned __int128;
    const Wide product = static_cast<Wide>(uid.high ^ hashKey()[0]) * (uid.low ^ hashKey()[1]);
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

} // namespace sextant
