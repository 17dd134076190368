// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/query/filterexpression.h"
#include "core/query/filterlexer.h"

#include <optional>
#include <string>

namespace sextant::filter {

/// Makes the values of a term ready to be compared, by its key and operator. Nothing: done; else what is wrong with
/// one of them, in bytes of the filter's text.
std::optional<Wrong> compile(Term &term);
/// What may stand behind a key, in words: "a part of a name, a whole one behind =", "cores or millicores such as …".
std::string expectedOf(const KeySpec &spec, Op op);

} // namespace sextant::filter
