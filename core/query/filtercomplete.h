// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/capacity/accounting.h"
#include "core/query/filterkeys.h"

#include <cstddef>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

/// What may be typed next.
namespace sextant {

/// The place of the cursor in a filter's text.
struct FilterPlace {
    enum class Kind : std::uint8_t {
        Nothing, ///< free text in quotes, or the middle of a word
        Key, ///< a word begins, which may become a key
        Value ///< behind a key
    } kind = Kind::Nothing;
    filter::Key key = filter::Key::Text; ///< of a Value
    std::size_t begin = 0, end = 0; ///< bytes that an offer replaces
    std::string begun; ///< what stands there, folded, without quotes
    bool operator==(const FilterPlace &) const = default;
};
/// @param cursor bytes before it.
FilterPlace filterPlace(std::string_view text, std::size_t cursor);

struct FilterOffer {
    std::string text; ///< to be put in, quoted where it must be
    std::string label; ///< as it reads: the key or the value
    std::string detail; ///< of a key what it is; empty: none
    std::size_t count = 0; ///< of a value: how many objects have it; 0: not counted
    bool operator==(const FilterOffer &) const = default;
};
/// The keys that some of `tables` have and that begin so. Cheap.
std::vector<FilterOffer> offerKeys(const FilterPlace &place, FilterTables tables);
/// The values of a key that objects of `tables` in scope have and that contain what was begun: those that begin so
/// first, then the most frequent; at most `most`. Reads columns and sums of the whole picture: for a job. Nothing when
/// `stop` was asked for.
std::optional<std::vector<FilterOffer>> offerValues(const FilterPlace &place, const Picture &picture,
    const Scope &scope, FilterTables tables, std::size_t most, const std::stop_token &stop = {});

} // namespace sextant
