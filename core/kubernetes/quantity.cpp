// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kubernetes/quantity.h"

#include <algorithm>
#include <cctype>
#include <optional>

namespace sextant::kubernetes {

namespace {

constexpr Int128 kNano = 1'000'000'000;
constexpr std::int64_t kMax64 = std::numeric_limits<std::int64_t>::max();
/// Sums of any number of containers that fit an object stay below the end of 128 bits.
constexpr Int128 kSaturated = Int128(1) << 120;

Error badQuantity(std::string_view text)
{
    return Error{ErrorCode::Decode, "\"" + std::string(text.substr(0, 40)) + "\" is not a quantity", {}, {}};
}

/// One unit of the suffix in nanos, times a power of ten given apart.
struct Scale {
    Int128 nanos = kNano;
    std::int64_t exponent = 0;
    bool binary = false;
};

bool isDigit(char c) { return c >= '0' && c <= '9'; }

bool readSuffix(std::string_view suffix, Scale &scale)
{
    if (suffix.empty()) {
        return true;
    }
    constexpr std::string_view kBinary = "KMGTPE";
    if (suffix.size() == 2 && suffix[1] == 'i') {
        const auto step = kBinary.find(suffix[0]);
        if (step == std::string_view::npos) {
            return false;
        }
        scale.nanos = kNano << (10 * (step + 1));
        scale.binary = true;
        return true;
    }
    if (suffix.size() == 1) {
        constexpr std::string_view kDecimal = "num kMGTPE";
        const auto step = kDecimal.find(suffix[0]);
        if (step == std::string_view::npos || suffix[0] == ' ') {
            return false;
        }
        scale.nanos = 1;
        for (std::size_t i = 0; i < step; ++i) {
            scale.nanos *= 1000;
        }
        return true;
    }
    if (suffix[0] != 'e' && suffix[0] != 'E') {
        return false;
    }
    suffix.remove_prefix(1);
    const bool negative = suffix[0] == '-';
    if (negative || suffix[0] == '+') {
        suffix.remove_prefix(1);
    }
    if (suffix.empty() || !std::all_of(suffix.begin(), suffix.end(), isDigit)) {
        return false;
    }
    std::int64_t exponent = 0;
    for (const char c : suffix) {
        exponent = std::min<std::int64_t>(exponent * 10 + (c - '0'), 1'000'000'000);
    }
    scale.exponent = negative ? -exponent : exponent;
    return true;
}

/// digits of which `point` stand before the decimal point, times unit; exact to a nano, then rounded up.
Int128 multiply(std::string_view digits, std::int64_t point, Int128 unit)
{
    if (point < -40) {
        return 1; // far below a nano, but not nothing
    }
    Int128 result = 0;
    for (std::int64_t i = 0; i < point; ++i) {
        const int digit = i < std::int64_t(digits.size()) ? digits[std::size_t(i)] - '0' : 0;
        result = result * 10 + digit;
        if (result > kSaturated / unit) {
            return kSaturated;
        }
    }
    result *= unit;
    // The fraction as on paper, from its last digit to its first: what is carried out in front is whole nanos.
    Int128 carry = 0;
    bool rest = false;
    for (std::int64_t i = std::int64_t(digits.size()) - 1; i >= std::max<std::int64_t>(point, 0); --i) {
        const Int128 sum = unit * (digits[std::size_t(i)] - '0') + carry;
        rest = rest || sum % 10 != 0;
        carry = sum / 10;
    }
    for (std::int64_t i = point; i < 0; ++i) {
        rest = rest || carry % 10 != 0;
        carry /= 10;
    }
    return std::min(kSaturated, result + carry + (rest ? 1 : 0));
}

/// Digits with a decimal or binary suffix, or none, which nearly all quantities are; nothing for any other text, and
/// for what is beyond all range.
std::optional<Quantity> plainQuantity(std::string_view text)
{
    constexpr std::size_t kDigits = 18; // fit 64 bits
    std::int64_t number = 0;
    std::size_t at = 0;
    for (; at < text.size() && at < kDigits && isDigit(text[at]); ++at) {
        number = number * 10 + (text[at] - '0');
    }
    Scale scale;
    Int128 nanos = 0;
    if (at == 0 || (at < text.size() && isDigit(text[at])) || !readSuffix(text.substr(at), scale) || scale.exponent != 0
        || __builtin_mul_overflow(Int128(number), scale.nanos, &nanos)) {
        return std::nullopt;
    }
    nanos = std::min(nanos, kSaturated);
    return Quantity::ofNanos(scale.binary ? std::min(nanos, kNano * kMax64) : nanos);
}

std::int64_t dividedUp(Int128 nanos, Int128 unit)
{
    if (nanos >= 0 && nanos <= kMax64) { // nearly all are, and 128 bits are slow to divide
        const auto small = std::int64_t(nanos), by = std::int64_t(unit);
        return small / by + (small % by != 0 ? 1 : 0);
    }
    Int128 whole = nanos / unit;
    if (nanos % unit != 0) {
        whole += nanos > 0 ? 1 : -1;
    }
    return std::int64_t(std::clamp<Int128>(whole, -Int128(kMax64), kMax64));
}

} // namespace

Quantity &Quantity::operator+=(Quantity other)
{
    m_nanos = std::clamp(m_nanos + other.m_nanos, -kSaturated, kSaturated);
    return *this;
}

std::int64_t Quantity::whole() const { return dividedUp(m_nanos, kNano); }

std::int64_t Quantity::milli() const { return dividedUp(m_nanos, kNano / 1000); }

Result<Quantity> parseQuantity(std::string_view text)
{
    if (const auto plain = plainQuantity(text)) {
        return *plain;
    }
    std::string_view rest = text;
    bool negative = false;
    if (!rest.empty() && (rest[0] == '+' || rest[0] == '-')) {
        negative = rest[0] == '-';
        rest.remove_prefix(1);
    }
    const auto digitsEnd = [](std::string_view part) {
        return std::size_t(std::find_if_not(part.begin(), part.end(), isDigit) - part.begin());
    };
    const std::string_view whole = rest.substr(0, digitsEnd(rest));
    rest.remove_prefix(whole.size());
    std::string_view fraction;
    if (!rest.empty() && rest[0] == '.') {
        rest.remove_prefix(1);
        fraction = rest.substr(0, digitsEnd(rest));
        rest.remove_prefix(fraction.size());
    }
    Scale scale;
    if ((whole.empty() && fraction.empty()) || !readSuffix(rest, scale)) {
        return badQuantity(text);
    }
    std::string digits(whole);
    digits += fraction;
    const auto first = digits.find_first_not_of('0');
    if (first == std::string::npos) {
        return Quantity();
    }
    const auto point = std::int64_t(whole.size()) - std::int64_t(first) + scale.exponent;
    Int128 nanos = multiply(std::string_view(digits).substr(first), point, scale.nanos);
    if (scale.binary) {
        nanos = std::min(nanos, kNano * kMax64);
    }
    return Quantity::ofNanos(negative ? -nanos : nanos);
}

Result<Bytes> parseBytes(std::string_view text)
{
    auto quantity = parseQuantity(text);
    return quantity ? Result<Bytes>(Bytes(quantity->whole())) : Result<Bytes>(quantity.error());
}

Result<MilliCpu> parseMilliCpu(std::string_view text)
{
    auto quantity = parseQuantity(text);
    return quantity ? Result<MilliCpu>(MilliCpu(quantity->milli())) : Result<MilliCpu>(quantity.error());
}

Result<Count> parseCount(std::string_view text)
{
    auto quantity = parseQuantity(text);
    return quantity ? Result<Count>(Count(quantity->whole())) : Result<Count>(quantity.error());
}

} // namespace sextant::kubernetes
