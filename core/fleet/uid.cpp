// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fleet/uid.h"

#include "core/base/siphash.h"

#include <algorithm>
#include <array>
#include <optional>
#include <random>

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

/// The 128 bits of a canonical lower-case UUID with a first half that is not 0; nothing for any other text.
std::optional<Uid> uuidBits(std::string_view text)
{
    if (text.size() != 36 || text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-') {
        return std::nullopt;
    }
    Uid uid;
    int digits = 0;
    for (const char c : text) {
        if (c == '-') {
            continue;
        }
        const int digit = kHexDigits[static_cast<unsigned char>(c)];
        if (digit < 0) {
            return std::nullopt;
        }
        auto &half = digits < 16 ? uid.high : uid.low;
        half = half << 4 | static_cast<unsigned>(digit);
        ++digits;
    }
    return digits == 32 && uid.high != 0 ? std::optional(uid) : std::nullopt;
}

} // namespace

Uid packUid(std::string_view uid)
{
    // Not by an interned number: those of Helios tasks come and go with every roll-out, and would be kept for ever.
    static const std::array<std::uint64_t, 2> key = [] {
        std::random_device random;
        return std::array{std::uint64_t(random()) << 32 | random(), std::uint64_t(random()) << 32 | random()};
    }();
    const auto bits = uuidBits(uid);
    return bits ? *bits : Uid{0, std::max<std::uint64_t>(sipHash(key[0], key[1], uid), 1)};
}

} // namespace sextant
