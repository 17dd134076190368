// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/units.h"

#include <optional>
#include <string>

namespace sextant {

/// What stands where a figure is not known.
inline constexpr const char *kUnknownText = "—";

/// "412m" below ten cores, "31.6" and "17,503" (cores, three significant figures) above; "—" when unknown.
std::string formatCpu(MilliCpu cpu);
/// "412m": always millicores, as `kubectl top` writes them, thousands grouped ("1,574m"); "—" when unknown.
std::string formatMilliCpu(MilliCpu cpu);
/// Cores with three significant figures and grouped thousands: "0.412", "31.6", "17,503"; "—" when unknown.
std::string formatCores(MilliCpu cpu);
/// "512Mi", "1.5Gi", "118Gi", "30.1Ti": binary units glued, three significant figures; "—" when unknown.
std::string formatBytes(Bytes bytes);
/// "2,864Mi": whole mebibytes, truncated as `kubectl top` does, thousands grouped; "—" when unknown.
std::string formatMebibytes(Bytes bytes);
/// Whole number with grouped thousands; "—" when unknown.
std::string formatCount(std::int64_t count);
/// "68 %" with a thin no-break space (U+202F); "—" when part or whole is unknown or whole is 0.
std::string formatPercent(std::int64_t part, std::int64_t whole);
/// Share in percent, or nothing when part or whole is unknown (Amount::kUnknown) or whole is not above 0.
std::optional<double> percentOf(std::int64_t part, std::int64_t whole);
/// kubectl's AGE: "95s", "4m5s", "142m", "5h12m", "31h", "3d4h", "412d", "3y45d"; "<unknown>" without a time,
/// "<invalid>" more than a second in the future. Source: kubectl's HumanDuration.
std::string formatAge(Time since, Time now);
std::string formatDuration(std::chrono::seconds duration);
/// RFC 3339 with Z, "2031-04-02T09:15:00Z"; empty without a time.
std::string formatTime(Time time);
/// Reads RFC 3339 with Z or an offset, fractions of a second cut; kNoTime for any other text.
Time parseTime(std::string_view text);
/// `text` with control characters, bidirectional overrides and escape sequences replaced by visible ones, so that a
/// hostile name cannot drive a terminal. Invalid UTF-8 becomes U+FFFD.
std::string sanitized(std::string_view text);
/// `text` as a scalar of YAML in double quotes, whatever stands in it.
std::string yamlText(std::string_view text);

} // namespace sextant
