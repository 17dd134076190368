// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/filtervalues.h"

#include "core/query/textmatch.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace sextant::filter {

namespace {

__extension__ using Wide = __int128; ///< products that would not fit the numbers themselves

constexpr Wide kMost = std::numeric_limits<std::int64_t>::max();

struct Unit {
    std::string_view name; ///< folded
    std::int64_t factor; ///< of the key's unit
};

constexpr std::array<Unit, 2> kCpuUnits{{{"", 1000}, {"m", 1}}};
constexpr std::array<Unit, 11> kMemoryUnits{
    {{"", 1}, {"ki", 1LL << 10}, {"mi", 1LL << 20}, {"gi", 1LL << 30}, {"ti", 1LL << 40}, {"pi", 1LL << 50},
        {"k", 1'000}, {"m", 1'000'000}, {"g", 1'000'000'000}, {"t", 1'000'000'000'000}, {"p", 1'000'000'000'000'000}}};
constexpr std::array<Unit, 5> kTimeUnits{{{"s", 1}, {"m", 60}, {"h", 3600}, {"d", 86400}, {"y", 365LL * 86400}}};
constexpr std::array<Unit, 1> kCountUnits{{{"", 1}}};
constexpr std::array<Unit, 1> kShareUnits{{{"%", 1'000'000}}}; ///< millionths of a percent

/// A decimal number and the unit behind it, multiplied out: floor and whether something was cut.
struct Amounted {
    Wide floor = 0;
    bool exact = true;
};

/// Reads "1.5Gi" from the front of `text` and takes it away. @return false: no number, no such unit or too big.
template <std::size_t N> bool take(std::string_view &text, const std::array<Unit, N> &units, Amounted &out)
{
    constexpr std::size_t kDigits = 18;
    Wide mantissa = 0, scale = 1;
    std::size_t i = 0, digits = 0;
    bool point = false;
    for (; i < text.size(); ++i) {
        if (text[i] == '.' && !point && digits > 0) {
            point = true;
        } else if (text[i] >= '0' && text[i] <= '9') {
            mantissa = mantissa * 10 + (text[i] - '0');
            scale *= point ? 10 : 1;
            if (++digits > kDigits) {
                return false;
            }
        } else {
            break;
        }
    }
    if (digits == 0 || text[i - 1] == '.') {
        return false;
    }
    std::size_t end = i;
    while (end < text.size() && text[end] != '.' && (text[end] < '0' || text[end] > '9')) {
        ++end;
    }
    const std::string unit = folded(text.substr(i, end - i));
    const auto found = std::find_if(units.begin(), units.end(), [&](const Unit &one) { return one.name == unit; });
    if (found == units.end()) {
        return false;
    }
    const Wide product = mantissa * found->factor;
    out.floor = product / scale;
    out.exact = product % scale == 0;
    text.remove_prefix(end);
    return out.floor <= kMost;
}

bool parseDuration(std::string_view text, Amounted &out)
{
    out = {};
    do {
        Amounted part;
        if (!take(text, kTimeUnits, part)) {
            return false;
        }
        out.floor += part.floor;
        out.exact = out.exact && part.exact;
    } while (!text.empty());
    return out.floor <= kMost;
}

bool parseAmount(std::string_view text, ValueKind kind, Amounted &out)
{
    bool good = false;
    switch (kind) {
    case ValueKind::Cpu:
        good = take(text, kCpuUnits, out);
        break;
    case ValueKind::Memory:
        // A lone small m is a thousandth wherever Kubernetes reads it: not taken for a megabyte.
        good = (text.empty() || text.back() != 'm') && take(text, kMemoryUnits, out);
        break;
    case ValueKind::Duration:
        return parseDuration(text, out);
    case ValueKind::Count:
        good = take(text, kCountUnits, out) && out.exact;
        break;
    default:
        break;
    }
    return good && text.empty();
}

Bounds boundsOf(Op op, const Amounted &amount)
{
    Bounds bounds;
    bounds.op = op;
    const auto floor = static_cast<std::int64_t>(amount.floor);
    const std::int64_t ceil = amount.exact || floor == std::numeric_limits<std::int64_t>::max() ? floor : floor + 1;
    switch (op) {
    case Op::Greater:
        bounds.low = floor == std::numeric_limits<std::int64_t>::max() ? floor : floor + 1;
        break;
    case Op::GreaterOrEqual:
        bounds.low = ceil;
        break;
    case Op::Less:
        bounds.high = ceil - 1;
        break;
    case Op::LessOrEqual:
        bounds.high = floor;
        break;
    default:
        bounds.low = amount.exact ? floor : 1;
        bounds.high = amount.exact ? floor : 0;
    }
    return bounds;
}

Pattern patternOf(std::string_view text, bool quoted, bool whole)
{
    Pattern pattern;
    pattern.folded = folded(text);
    pattern.address = pattern.folded.find_first_not_of("0123456789abcdef.:") == std::string::npos;
    pattern.way = whole                                       ? Pattern::Way::Whole
        : !quoted && text.find('*') != std::string_view::npos ? Pattern::Way::Glob
                                                              : Pattern::Way::Part;
    return pattern;
}

std::string listed(std::span<const std::string_view> words)
{
    std::string out;
    for (const std::string_view word : words) {
        out += (out.empty() ? "" : ", ") + std::string(word);
    }
    return out;
}

Wrong wrongValue(const Value &value, const Term &term, std::string message)
{
    return {value.begin, value.length, std::move(message), expectedOf(specOf(term.key), term.op), false};
}

std::optional<Wrong> compileNumber(Term &term, const KeySpec &spec)
{
    for (const Value &value : term.values) {
        std::string_view text = value.text;
        Amounted amount;
        Bounds bounds;
        if (!text.empty() && text.back() == '%') {
            if (spec.shares == 0) {
                return wrongValue(value, term, fmt::format("there is no percentage of “{}”", spec.name));
            }
            if (!isOrder(term.op)) {
                return wrongValue(value, term, "a percentage is compared with >, >=, < or <=");
            }
            if (!take(text, kShareUnits, amount) || !text.empty() || !amount.exact) {
                return wrongValue(value, term, fmt::format("“{}” is no percentage", value.text));
            }
            bounds.share = true;
            bounds.op = term.op;
            bounds.low = static_cast<std::int64_t>(amount.floor);
        } else {
            if (!parseAmount(text, spec.kind, amount)) {
                Wrong wrong = wrongValue(value, term, fmt::format("“{}” cannot be read", value.text));
                wrong.incomplete = spec.kind == ValueKind::Duration && parseAmount(value.text + "s", spec.kind, amount);
                return wrong;
            }
            bounds = boundsOf(term.op, amount);
        }
        term.bounds.push_back(bounds);
    }
    return {};
}

/// @param is how the value is not any of the key's words: "is none", "fits none".
Wrong wrongWord(const Value &value, const Term &term, std::string_view is)
{
    Wrong wrong =
        wrongValue(value, term, fmt::format("“{}” {} of the words of “{}”", value.text, is, specOf(term.key).name));
    const auto words = choicesOf(term.key);
    wrong.incomplete = std::any_of(words.begin(), words.end(), [begun = folded(value.text)](std::string_view word) {
        return equalsFolded(word.substr(0, begun.size()), begun);
    });
    return wrong;
}

std::optional<Wrong> compileChoice(Term &term)
{
    for (const Value &value : term.values) {
        const int choice = choiceOf(term.key, value.text);
        if (choice < 0) {
            return wrongWord(value, term, "is none");
        }
        term.choices |= 1U << static_cast<unsigned>(choice);
    }
    return {};
}

/// Texts of a key that has few words must fit one of them, or the text that is not there.
std::optional<Wrong> compileText(Term &term)
{
    const auto words = choicesOf(term.key);
    for (const Value &value : term.values) {
        Pattern pattern = patternOf(value.text, value.quoted || term.key == Key::Text, term.op != Op::Contains);
        if (!words.empty() && !pattern.fits({})
            && std::none_of(words.begin(), words.end(), [&](std::string_view word) { return pattern.fits(word); })) {
            return wrongWord(value, term, "fits none");
        }
        term.patterns.push_back(std::move(pattern));
    }
    return {};
}

std::optional<Wrong> compileKeys(Term &term)
{
    for (const Value &value : term.values) {
        const KeySpec *spec = findKey(value.text);
        if (spec == nullptr || spec->key == Key::Has || spec->key == Key::Label || spec->key == Key::Taint) {
            Wrong wrong = wrongValue(value, term, fmt::format("“{}” is no key that can be asked for", value.text));
            wrong.incomplete = std::any_of(keySpecs().begin(), keySpecs().end(),
                [begun = folded(value.text)](const KeySpec &one) { return one.name.substr(0, begun.size()) == begun; });
            return wrong;
        }
        term.keys.push_back(spec->key);
    }
    return {};
}

void compileLabel(Term &term)
{
    for (const Value &value : term.values) {
        const auto equals = value.text.find('=');
        Pattern key = patternOf(std::string_view(value.text).substr(0, equals), value.quoted, false);
        key.way = key.way == Pattern::Way::Part ? Pattern::Way::Whole : key.way;
        term.labels.push_back(std::move(key));
        // No value: any fits.
        term.patterns.push_back(equals == std::string::npos
                ? Pattern{}
                : patternOf(std::string_view(value.text).substr(equals + 1), value.quoted, term.op != Op::Contains));
    }
}

} // namespace

std::string expectedOf(const KeySpec &spec, Op op)
{
    const std::string percent = spec.shares != 0 && isOrder(op) ? ", or a percentage such as 80%" : "";
    switch (spec.kind) {
    case ValueKind::Text:
        return choicesOf(spec.key).empty()
            ? "some text"
            : (op == Op::Contains ? "a part of one of: " : "one of: ") + listed(choicesOf(spec.key));
    case ValueKind::Choice:
        return "one of: " + listed(choicesOf(spec.key));
    case ValueKind::Label:
        return "KEY or KEY=VALUE";
    case ValueKind::Cpu:
        return "cores or millicores such as 0.5 or 500m" + percent;
    case ValueKind::Memory:
        return "bytes with Ki, Mi, Gi, Ti, K, M, G or T such as 512Mi" + percent;
    case ValueKind::Duration:
        return "a time with s, m, h, d or y such as 90s, 1h30m or 7d";
    case ValueKind::Count:
        return "a whole number" + percent;
    case ValueKind::Key:
        return "a key such as cpu, mem.limit, node or owner";
    }
    return {};
}

std::optional<Wrong> compile(Term &term)
{
    const KeySpec &spec = specOf(term.key);
    for (const Value &value : term.values) {
        if (value.text.empty() && !value.quoted) {
            Wrong wrong = wrongValue(value, term, "a value is missing");
            wrong.incomplete = true;
            return wrong;
        }
    }
    switch (spec.kind) {
    case ValueKind::Choice:
        return compileChoice(term);
    case ValueKind::Key:
        return compileKeys(term);
    case ValueKind::Label:
        compileLabel(term);
        return {};
    case ValueKind::Text:
        return compileText(term);
    default:
        return compileNumber(term, spec);
    }
}

bool Pattern::fits(std::string_view text) const
{
    switch (way) {
    case Way::Part:
        return containsFolded(text, folded);
    case Way::Whole:
        return equalsFolded(text, folded);
    case Way::Glob:
        return globFolded(text, folded);
    case Way::Some:
        return !text.empty();
    }
    return false;
}

bool Bounds::holdsShare(std::int64_t part, std::int64_t whole) const
{
    const Wide left = static_cast<Wide>(part) * 100 * kShareUnits[0].factor;
    const Wide right = static_cast<Wide>(low) * whole;
    switch (op) {
    case Op::Greater:
        return left > right;
    case Op::GreaterOrEqual:
        return left >= right;
    case Op::Less:
        return left < right;
    default:
        return left <= right;
    }
}

} // namespace sextant::filter
