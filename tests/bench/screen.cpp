// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/screen.h"

#include <csignal>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

Screen::Screen(int width, int height)
{
    int ends[2];
    if (pipe(ends) != 0) {
        return;
    }
    m_process = fork();
    if (m_process == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        close(ends[0]);
        const std::string size = std::to_string(width) + "x" + std::to_string(height) + "x24";
        const std::string told = std::to_string(ends[1]); // it writes the number of its display there
        if (const int quiet = open("/dev/null", O_WRONLY); quiet >= 0) {
            dup2(quiet, STDERR_FILENO);
        }
        execlp("Xvfb", "Xvfb", "-displayfd", told.c_str(), "-screen", "0", size.c_str(), "-nolisten", "tcp",
            static_cast<char *>(nullptr));
        _exit(127);
    }
    close(ends[1]);
    std::string number;
    char piece[16];
    while (number.find('\n') == std::string::npos) {
        const ssize_t got = read(ends[0], piece, sizeof piece);
        if (got <= 0) {
            break;
        }
        number.append(piece, static_cast<std::size_t>(got));
    }
    close(ends[0]);
    if (const auto end = number.find('\n'); end != std::string::npos) {
        m_display = ":" + number.substr(0, end);
    }
}

Screen::~Screen()
{
    if (m_process > 0) {
        kill(m_process, SIGTERM);
        waitpid(m_process, nullptr, 0);
    }
}
