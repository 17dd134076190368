// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdio>
#include <ctime>
#include <fstream>
#include <string>
#include <sys/resource.h>
#include <unistd.h>

/// What every benchmark prints: one table of figures with what each is to reach, and the measures they share.
namespace bench {

inline void printHead(const std::string &title)
{
    std::printf("\n### %s\n\n| figure | value | to reach |\n| --- | --- | --- |\n", title.c_str());
}
/// @param aim what it is to reach; "" where nothing is asked of it
inline void print(const std::string &figure, const std::string &value, const std::string &aim = {})
{
    std::printf("| %s | %s | %s |\n", figure.c_str(), value.c_str(), aim.c_str());
    std::fflush(stdout);
}
inline std::string text(const char *format, double value)
{
    char buffer[64];
    std::snprintf(buffer, sizeof buffer, format, value);
    return buffer;
}

/// Resident memory of this process now, in MB (1,000,000 bytes).
inline double residentMb()
{
    std::ifstream statm("/proc/self/statm");
    long pages = 0, inMemory = 0;
    statm >> pages >> inMemory;
    return static_cast<double>(inMemory * sysconf(_SC_PAGESIZE)) / 1e6;
}
/// The most it ever was.
inline double peakMb()
{
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) * 1024 / 1e6;
}
/// Processor time of all threads of this process so far, in seconds.
inline double cpuSeconds()
{
    timespec time{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

} // namespace bench
