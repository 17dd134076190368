// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

/// Keeps what people put into jobs and hosts from being shown: environments, tokens, passwords in commands.
namespace sextant::helios {

/// What stands in the place of a secret.
inline constexpr std::string_view kMasked = "(masked)";

/// Whether a name is that of a secret: it holds "password", "passwd", "secret", "token", "key" or "credential", in any
/// case.
bool looksSecret(std::string_view name);
/// `text` with the values of what looks like a secret in it masked: "--db-password=x", "token: x", and the user
/// information of URLs.
std::string maskedText(std::string_view text);
/// Masks a whole answer in place: every value of `env` and `environment`, every value under a key that looks secret,
/// the values of Java properties in `inputArguments`, and in any text what maskedText() finds.
void maskSecrets(nlohmann::json &value);

} // namespace sextant::helios
