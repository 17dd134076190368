// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/files.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace sextant {

namespace {

Error ioError(const std::string &path, int reason)
{
    return Error{
        .code = ErrorCode::Io, .message = std::string("cannot be written: ") + std::strerror(reason), .subject = path};
}

} // namespace

Result<std::string> readSmallFile(const std::string &path, std::size_t atMost)
{
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        const int reason = errno;
        return Error{.code = reason == ENOENT || reason == ENOTDIR ? ErrorCode::NotFound : ErrorCode::Io,
            .message =
                reason == ENOENT ? "there is no such file" : std::string("cannot be read: ") + std::strerror(reason),
            .subject = path};
    }
    std::string text;
    std::array<char, 16384> piece;
    for (;;) {
        const ssize_t got = ::read(fd, piece.data(), piece.size());
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            const int reason = errno;
            ::close(fd);
            return Error{.code = ErrorCode::Io,
                .message = std::string("cannot be read: ") + std::strerror(reason),
                .subject = path};
        }
        if (got == 0) {
            break;
        }
        text.append(piece.data(), static_cast<std::size_t>(got));
        if (text.size() > atMost) {
            ::close(fd);
            return Error{.code = ErrorCode::TooLarge,
                .message = "is larger than the " + std::to_string(atMost >> 10) + " KiB that are read of such a file",
                .subject = path};
        }
    }
    ::close(fd);
    return text;
}

Result<void> replaceFile(const std::string &path, std::string_view text)
{
    const std::string beside = path + ".new";
    const int fd = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) {
        return ioError(beside, errno);
    }
    std::size_t written = 0;
    while (written < text.size()) {
        const ssize_t n = ::write(fd, text.data() + written, text.size() - written);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            const int reason = errno;
            ::close(fd);
            ::unlink(beside.c_str());
            return ioError(beside, reason);
        }
        written += static_cast<std::size_t>(n);
    }
    if (::fchmod(fd, 0600) != 0 || ::fsync(fd) != 0 || ::close(fd) != 0
        || ::rename(beside.c_str(), path.c_str()) != 0) {
        const int reason = errno;
        ::unlink(beside.c_str());
        return ioError(path, reason);
    }
    return {};
}

} // namespace sextant
