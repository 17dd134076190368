// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/output.h"

#include <cerrno>
#include <cstring>
#include <unistd.h>
#include <utility>

namespace sextant::app {

Output::Output(std::FILE *stream, std::string file, std::string partial)
    : m_stream(stream)
    , m_file(std::move(file))
    , m_partial(std::move(partial))
{
}

Output::Output(Output &&other) noexcept
    : m_stream(std::exchange(other.m_stream, nullptr))
    , m_file(std::move(other.m_file))
    , m_partial(std::move(other.m_partial))
    , m_broken(other.m_broken)
    , m_errno(other.m_errno)
{
}

Output::~Output()
{
    if (m_stream != nullptr && m_stream != stdout) {
        std::fclose(m_stream);
        unlink(m_partial.c_str());
    }
}

Result<Output> Output::open(const std::string &file)
{
    if (file.empty()) {
        return Output(stdout, {}, {});
    }
    std::string partial = file + ".partial-" + std::to_string(getpid());
    std::FILE *stream = std::fopen(partial.c_str(), "wb");
    if (stream == nullptr) {
        return Error{ErrorCode::Io, std::strerror(errno), file, "Name another place with --output"};
    }
    return Output(stream, file, std::move(partial));
}

bool Output::write(std::string_view text)
{
    if (!m_broken && std::fwrite(text.data(), 1, text.size(), m_stream) != text.size()) {
        m_broken = true;
        m_errno = errno;
    }
    return !m_broken;
}

Result<void> Output::finish()
{
    if (std::fflush(m_stream) != 0 && !m_broken) {
        m_broken = true;
        m_errno = errno;
    }
    const std::string name = m_stream == stdout ? "stdout" : m_file;
    if (m_stream != stdout) {
        std::fclose(std::exchange(m_stream, nullptr));
        if (!m_broken && std::rename(m_partial.c_str(), m_file.c_str()) != 0) {
            m_broken = true;
            m_errno = errno;
        }
        if (m_broken) {
            unlink(m_partial.c_str());
        }
    }
    if (m_broken) {
        return Error{ErrorCode::Io, std::string("cannot be written: ") + std::strerror(m_errno), name, {}};
    }
    return {};
}

} // namespace sextant::app
