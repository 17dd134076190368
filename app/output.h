// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdio>
#include <string>
#include <string_view>

namespace sextant::app {

/// Where a command's data goes: stdout, or a file that appears whole or not at all (written beside it, then renamed).
class Output {
public:
    /// @param file empty: stdout.
    static Result<Output> open(const std::string &file);
    Output(Output &&other) noexcept;
    Output &operator=(Output &&) = delete;
    ~Output(); ///< without finish() a file is left as it was

    /// False once the reader has gone or the disk is full; finish() then says why.
    bool write(std::string_view text);
    Result<void> finish();

private:
    Output(std::FILE *stream, std::string file, std::string partial);
    std::FILE *m_stream;
    std::string m_file;
    std::string m_partial;
    bool m_broken = false;
    int m_errno = 0;
};

} // namespace sextant::app
