// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <string>
#include <sys/resource.h>
#include <unistd.h>

/// What every benchmark prints: one table of figures with what each is to reach and whether it does, and the measures
/// they share.
namespace bench {

/// `tests/bench/run --quick`: small fleets and short times, to see that all of it still runs.
inline bool quick() { return std::getenv("SEXTANT_BENCH_QUICK") != nullptr; }

inline void printHead(const std::string &title)
{
    std::printf("\n### %s\n\n| figure | value | to reach | reached |\n| --- | --- | --- | --- |\n", title.c_str());
    std::fflush(stdout);
}
/// A figure that is words, or one of several numbers.
/// @param aim what it is to reach; "" where nothing is asked of it
inline void print(const std::string &figure, const std::string &value, const std::string &aim = {})
{
    std::printf("| %s | %s | %s | |\n", figure.c_str(), value.c_str(), aim.c_str());
    std::fflush(stdout);
}
inline std::string text(const char *format, double value)
{
    char buffer[64];
    std::snprintf(buffer, sizeof buffer, format, value);
    return buffer;
}

/// What a figure is to reach.
struct Aim {
    enum Kind { AtMost, AtLeast } kind = AtMost;
    double bound = 0;
};
inline Aim atMost(double bound) { return {Aim::AtMost, bound}; }
inline Aim atLeast(double bound) { return {Aim::AtLeast, bound}; }

/// A figure that is one number, judged: what is missed says "**no**", which `tests/bench/run` counts.
/// @param format of printf for one double, with its unit: "%.1f ms"; the bound is written in the same
/// @param more said after the value: what it was taken on, or what stands beside it
inline void print(
    const std::string &figure, double value, const char *format, const Aim &aim, const std::string &more = {})
{
    const bool reached = aim.kind == Aim::AtMost ? value <= aim.bound : value >= aim.bound;
    std::printf("| %s | %s%s%s | %s %s | %s |\n", figure.c_str(), text(format, value).c_str(), more.empty() ? "" : "; ",
        more.c_str(), aim.kind == Aim::AtMost ? "≤" : "≥", text(format, aim.bound).c_str(), reached ? "yes" : "**no**");
    std::fflush(stdout);
}

/// Resident memory of a process now, in MB (1,000,000 bytes); 0 when it is gone.
inline double residentMb(pid_t process)
{
    std::ifstream statm("/proc/" + std::to_string(process) + "/statm");
    long pages = 0, inMemory = 0;
    statm >> pages >> inMemory;
    return static_cast<double>(inMemory * sysconf(_SC_PAGESIZE)) / 1e6;
}
inline double residentMb() { return residentMb(getpid()); }
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
