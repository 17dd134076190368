// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/files.h"

#include <optional>
#include <string>
#include <string_view>

/// The encodings of what a kubeconfig holds.
namespace sextant::kubernetes {

/// Standard base64 with padding; white space is skipped, as hand-wrapped data has it. Nothing for any other text.
std::optional<std::string> decodeBase64(std::string_view text);
std::string encodeBase64(std::string_view bytes);
/// `text` without white space at both ends.
std::string_view trimmed(std::string_view text);

} // namespace sextant::kubernetes
