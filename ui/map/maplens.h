// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <cstdint>
#include <optional>

namespace sextant::ui {

/// What cells are coloured by.
enum class Lens : std::uint8_t { State, Requested, Used, Waste, Restarts, Age, Owner, Stage };
inline constexpr int kLenses = 8;

/// As settings and the command line name it: "state", "requested", "used", "waste", "restarts", "age", "owner",
/// "stage".
const char *lensId(Lens lens);
std::optional<Lens> lensOf(const QString &id);
/// As the window names it: "State", …
QString lensName(Lens lens);
/// One sentence: what the colours then say.
QString lensTip(Lens lens);

} // namespace sextant::ui
