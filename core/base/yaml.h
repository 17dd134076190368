// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace sextant {

/// A JSON object as block YAML, after `edit` has taken out what is not to be shown (or has refused it).
/// Errors: Decode when the text is no JSON object or nested too deep; what `edit` returned.
Result<std::string> yamlOf(std::string_view json, const std::function<Result<void>(nlohmann::json &)> &edit);

} // namespace sextant
