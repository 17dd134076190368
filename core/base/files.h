// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace sextant {

/// The whole of a small file. Errors: NotFound, Io (with the system's words), TooLarge; the subject is the path.
Result<std::string> readSmallFile(const std::string &path, std::size_t atMost);
/// Writes a file (0600) in one step: the old one stands until the new one is on disk. Errors: Io.
Result<void> replaceFile(const std::string &path, std::string_view text);

} // namespace sextant
