// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/query/filterexpression.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sextant::filter {

/// What is wrong with a text, in bytes of it.
struct Wrong {
    std::size_t begin = 0, length = 0;
    std::string message, expected;
    bool incomplete = false;
};

/// A piece of a filter's text.
struct Piece {
    enum class Kind : std::uint8_t { Word, Quoted, Condition, Not, Or, Open, Close } kind = Kind::Word;
    std::size_t begin = 0, length = 0; ///< bytes
    // of a Condition
    std::size_t key = 0; ///< bytes of the key
    std::size_t op = 0; ///< bytes of the operator behind it
    Op relation = Op::Contains;
    std::vector<Value> values; ///< of a Condition; of a word or quoted text that one
};

/// Cuts a text into pieces; never fails on any bytes. Where `wrong` is set, the pieces before it are right.
struct Pieces {
    std::vector<Piece> pieces;
    std::optional<Wrong> wrong;
};
Pieces cut(std::string_view text);

} // namespace sextant::filter
