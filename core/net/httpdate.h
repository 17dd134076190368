// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace sextant::net {

/// "Sun, 06 Nov 1994 08:49:37 GMT", the one form of HTTP dates that may be sent; nothing for any other text.
/// Source: RFC 9110, 5.6.7. Any thread.
std::optional<std::chrono::sys_seconds> parseHttpDate(std::string_view text);

} // namespace sextant::net
