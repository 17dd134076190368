// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

/// Small files and the encodings of what a kubeconfig holds.
namespace sextant::kubernetes {

/// The whole of a small file. Errors: NotFound, Io (with the system's words), TooLarge; the subject is the path.
Result<std::string> readSmallFile(const std::string &path, std::size_t atMost);
/// Standard base64 with padding; white space is skipped, as hand-wrapped data has it. Nothing for any other text.
std::optional<std::string> decodeBase64(std::string_view text);
std::string encodeBase64(std::string_view bytes);
/// `text` without white space at both ends.
std::string_view trimmed(std::string_view text);

} // namespace sextant::kubernetes
