// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace sextant::log {

/// The file that log::start() opened; empty: none. Any thread after start().
const std::string &file();

} // namespace sextant::log
