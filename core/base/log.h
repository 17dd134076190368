// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <spdlog/spdlog.h>
#include <string>

namespace sextant::log {

/// Sends the program's log to `file` (rotated at 5 MB, three kept, created 0600) and, where `alsoStderr`, to stderr.
/// level: trace, debug, info, warn, error, off. An unknown word is ErrorCode::Usage. Call once, from main.
/// What is logged never holds a credential, a header of a request, or the body of an answer.
Result<void> start(const std::string &level, const std::string &file, bool alsoStderr);

} // namespace sextant::log
