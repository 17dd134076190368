// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>

/// A file of tests/data/helios.
inline std::string wholeFile(const std::string &name)
{
    std::ifstream file(std::string(SEXTANT_SOURCE_DIR) + "/tests/data/helios/" + name, std::ios::binary);
    std::ostringstream read;
    read << file.rdbuf();
    return read.str();
}

/// The body of a recorded answer.
inline std::string recorded(const std::string &name)
{
    const std::string whole = wholeFile(name + ".http");
    const auto end = whole.find("\r\n\r\n");
    if (end == std::string::npos) {
        throw std::runtime_error("no such recording: " + name);
    }
    return whole.substr(end + 4);
}
