// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace sextant {

/// `needle` occurs in `text`; letters A-Z count as a-z, every other byte as itself, so UTF-8 is never cut.
/// `needle` must be folded (see folded()).
bool containsFolded(std::string_view text, std::string_view needle);
/// `text` is `other`, which must be folded.
bool equalsFolded(std::string_view text, std::string_view other);
/// All of `text` fits `pattern`, which must be folded and in which each `*` stands for any bytes, also for none.
bool globFolded(std::string_view text, std::string_view pattern);
/// `text` with A-Z as a-z.
std::string folded(std::string_view text);

} // namespace sextant
