// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>

/// What this process takes of the machine. Any thread.
namespace sextant::process {

/// Resident memory now, in bytes; nothing where the system does not tell.
std::optional<std::uint64_t> residentBytes();
/// The most it ever was, in bytes.
std::optional<std::uint64_t> peakBytes();
/// Processor time of all threads since the start, in seconds.
double processorSeconds();

} // namespace sextant::process
