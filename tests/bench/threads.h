// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/bench/figures.h"

#include <dirent.h>
#include <fstream>
#include <map>
#include <string>

/// What the threads of a process have run.
namespace bench {

/// Seconds that each thread has run, by its name; of those of one name together. `process`: "self", or its id.
inline std::map<std::string, double> threadSeconds(const std::string &process)
{
    std::map<std::string, double> seconds;
    const std::string tasksFolder = "/proc/" + process + "/task";
    DIR *tasks = opendir(tasksFolder.c_str());
    while (const dirent *task = tasks != nullptr ? readdir(tasks) : nullptr) {
        const std::string folder = tasksFolder + '/' + task->d_name;
        std::string name;
        double nanoseconds = 0;
        if (std::getline(std::ifstream(folder + "/comm"), name)
            && std::ifstream(folder + "/schedstat") >> nanoseconds) {
            seconds[name] += nanoseconds / 1e9;
        }
    }
    if (tasks != nullptr) {
        closedir(tasks);
    }
    return seconds;
}

/// "feed 0.41, sums 0.08": shares of a core in percent over `elapsed` seconds, of those that ran at all.
inline std::string threadShares(
    const std::map<std::string, double> &before, const std::map<std::string, double> &now, double elapsed)
{
    std::string out;
    for (const auto &[name, seconds] : now) {
        const auto was = before.find(name);
        const double share = (seconds - (was == before.end() ? 0 : was->second)) / elapsed;
        if (share >= 0.0005) {
            out += (out.empty() ? "" : ", ") + name + text(" %.2f", share * 100);
        }
    }
    return out;
}

} // namespace bench
