// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/siphash.h"

#include <bit>
#include <cstring>
#include <random>

namespace sextant {

namespace {

struct Lanes {
    std::uint64_t a, b, c, d;

    void rounds(int count)
    {
        for (int i = 0; i < count; ++i) {
            a += b;
            c += d;
            b = std::rotl(b, 13) ^ a;
            d = std::rotl(d, 16) ^ c;
            a = std::rotl(a, 32);
            c += b;
            a += d;
            b = std::rotl(b, 17) ^ c;
            d = std::rotl(d, 21) ^ a;
            c = std::rotl(c, 32);
        }
    }
    void take(std::uint64_t word)
    {
        d ^= word;
        rounds(2);
        a ^= word;
    }
};

/// Eight bytes, the first the lowest.
std::uint64_t eightOf(const char *bytes)
{
    std::uint64_t word = 0;
    std::memcpy(&word, bytes, sizeof word);
    return std::endian::native == std::endian::little ? word : __builtin_bswap64(word);
}

/// Fewer than eight bytes, likewise.
std::uint64_t wordOf(std::string_view bytes)
{
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        word |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
    }
    return word;
}

} // namespace

std::uint64_t sipHash(std::uint64_t key0, std::uint64_t key1, std::string_view text)
{
    Lanes lanes{
        key0 ^ 0x736f6d6570736575U, key1 ^ 0x646f72616e646f6dU, key0 ^ 0x6c7967656e657261U, key1 ^ 0x7465646279746573U};
    const std::uint64_t length = text.size();
    for (; text.size() >= 8; text.remove_prefix(8)) {
        lanes.take(eightOf(text.data()));
    }
    lanes.take(length << 56 | wordOf(text));
    lanes.c ^= 0xff;
    lanes.rounds(4);
    return lanes.a ^ lanes.b ^ lanes.c ^ lanes.d;
}

const std::array<std::uint64_t, 2> &hashKey()
{
    static const std::array<std::uint64_t, 2> key = [] {
        std::random_device random;
        return std::array{std::uint64_t(random()) << 32 | random(), std::uint64_t(random()) << 32 | random()};
    }();
    return key;
}

std::uint64_t sipHash(std::string_view text) { return sipHash(hashKey()[0], hashKey()[1], text); }

} // namespace sextant
