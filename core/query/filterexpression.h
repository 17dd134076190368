// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/units.h"
#include "core/query/filterkeys.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

/// A filter as it was written, with its values ready to be compared.
namespace sextant::filter {

enum class Op : std::uint8_t {
    Contains, ///< `key:value`; of a number and of a choice the same as Equals
    Equals, ///< `key=value`, `key:=value`
    NotEquals, ///< `key!=value`
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual
};
/// ":", "=", "!=", ">", ...
std::string_view opWord(Op op);
constexpr bool isOrder(Op op) { return op >= Op::Greater; }

/// A value as written, without its quotes.
struct Value {
    std::string text;
    bool quoted = false; ///< then `*` is a `*`
    std::size_t begin = 0, length = 0; ///< bytes of the filter's text, quotes included
    bool operator==(const Value &other) const
    {
        return text == other.text && (quoted == other.quoted || text.find('*') == std::string::npos);
    }
};

/// How a text is looked at.
struct Pattern {
    enum class Way : std::uint8_t {
        Part,
        Whole,
        Glob,
        Some ///< anything but nothing
    } way = Way::Part;
    std::string folded;
    bool address = true; ///< it may be a part of an IP: nothing but digits, a-f, `.` and `:`
    bool fits(std::string_view text) const;
};

/// A number in the key's unit and what its percentage is of; Count::kUnknown: not known.
struct Number {
    std::int64_t value = Count::kUnknown;
    std::int64_t whole = Count::kUnknown;
};

/// What a number is held against. low and high are inclusive, in the unit of the key (millicores, bytes, seconds,
/// pieces); of a share in millionths of a percent.
struct Bounds {
    std::int64_t low = std::numeric_limits<std::int64_t>::min() + 1; ///< above Amount::kUnknown
    std::int64_t high = std::numeric_limits<std::int64_t>::max();
    bool share = false;
    Op op = Op::Equals;
    bool holds(std::int64_t number) const { return number >= low && number <= high; }
    /// part / whole against a share; `whole` must be above 0.
    bool holdsShare(std::int64_t part, std::int64_t whole) const;
};

/// One condition, or a word.
struct Term {
    Key key = Key::Text;
    Op op = Op::Contains;
    std::vector<Value> values; ///< any of them
    std::size_t begin = 0, length = 0; ///< bytes of the filter's text

    std::vector<Pattern> patterns; ///< of Text; of a Label those of its value, empty: any
    std::vector<Pattern> labels; ///< of a Label: those of its key
    std::vector<Bounds> bounds; ///< of numbers
    std::uint32_t choices = 0; ///< of a Choice: bits by place
    std::vector<Key> keys; ///< of Has

    bool operator==(const Term &other) const { return key == other.key && op == other.op && values == other.values; }
};

struct Expression {
    enum class Kind : std::uint8_t { All, Any, Not, Leaf } kind = Kind::All;
    std::vector<Expression> parts; ///< of All and Any; one of Not
    Term term; ///< of Leaf
    bool operator==(const Expression &other) const
    {
        return kind == other.kind && parts == other.parts && (kind != Kind::Leaf || term == other.term);
    }
};

/// The expression as text that reads back as the same expression.
std::string print(const Expression &expression);
/// A value as it must be written to be taken literally: in quotes where anything of it would mean something else.
/// @param behind key and operator before it; empty: it stands alone.
std::string printValue(const Value &value, std::string_view behind);

} // namespace sextant::filter
