// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/diagnostics/process.h"

#include <ctime>
#include <fstream>
#include <sys/resource.h>
#include <unistd.h>

namespace sextant::process {

std::optional<std::uint64_t> residentBytes()
{
    std::ifstream statm("/proc/self/statm");
    std::uint64_t pages = 0, inMemory = 0;
    if (!(statm >> pages >> inMemory)) {
        return std::nullopt;
    }
    return inMemory * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

std::optional<std::uint64_t> peakBytes()
{
    rusage usage{};
    if (getrusage(RUSAGE_SELF, &usage) != 0 || usage.ru_maxrss <= 0) {
        return std::nullopt;
    }
    return static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
}

double processorSeconds()
{
    timespec time{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

} // namespace sextant::process
