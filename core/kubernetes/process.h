// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <chrono>
#include <string>
#include <vector>

namespace sextant::kubernetes {

/// A flag that a waiting thread can poll for.
class CancelFlag {
public:
    CancelFlag();
    ~CancelFlag();
    CancelFlag(const CancelFlag &) = delete;
    CancelFlag &operator=(const CancelFlag &) = delete;
    void raise(); ///< any thread; stays raised
    int fd() const { return m_fd; } ///< readable once raised

private:
    int m_fd;
};

struct ProcessOptions {
    std::string program; ///< absolute path
    std::vector<std::string> arguments; ///< without the program's own name
    std::vector<std::string> environment; ///< "NAME=value"
    std::chrono::milliseconds timeout{300'000};
    std::size_t maxOutput = 1U << 20; ///< more is an error
    std::size_t keepErrors = 8192; ///< of stderr the last so many bytes are kept
};

struct ProcessResult {
    int exitCode = 0;
    int signal = 0; ///< that ended it; 0: none
    std::string output, errors;
};

/// Runs a program to its end: stdin closed (empty), stdout and stderr captured, a process group of its own, which is
/// killed when the time runs out, `cancel` is raised or it writes too much.
/// Errors: Cancelled, Timeout, TooLarge, NotFound (no such program), Io. stderr so far is in `errors` then.
/// Threads: blocks the caller; any.
Result<ProcessResult> runProcess(const ProcessOptions &options, const CancelFlag &cancel, std::string &errors);

} // namespace sextant::kubernetes
