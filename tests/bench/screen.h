// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <sys/types.h>

/// An X server without a screen (Xvfb) of a benchmark's own.
class Screen {
public:
    Screen(int width, int height);
    ~Screen(); ///< ends it
    Screen(const Screen &) = delete;
    Screen &operator=(const Screen &) = delete;

    bool ready() const { return !m_display.empty(); } ///< false: it is not installed, or did not start
    const std::string &display() const { return m_display; } ///< ":99"

private:
    std::string m_display;
    pid_t m_process = 0;
};
