// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kubernetes/process.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace sextant::kubernetes {
namespace {

class Fd {
public:
    Fd() = default;
    ~Fd() { reset(); }
    Fd(const Fd &) = delete;
    Fd &operator=(const Fd &) = delete;
    void reset(int fd = -1)
    {
        if (m_fd >= 0) {
            ::close(m_fd);
        }
        m_fd = fd;
    }
    int get() const { return m_fd; }

private:
    int m_fd = -1;
};

struct Pipe {
    Fd read, write;
    bool open()
    {
        std::array<int, 2> ends{};
        if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
            return false;
        }
        read.reset(ends[0]);
        write.reset(ends[1]);
        return ::fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0;
    }
};

std::vector<char *> pointers(const std::vector<std::string> &texts)
{
    std::vector<char *> out;
    out.reserve(texts.size() + 1);
    for (const std::string &text : texts) {
        out.push_back(
            const_cast<char *>(text.c_str())); // NOLINT(cppcoreguidelines-pro-type-const-cast): exec's signature
    }
    out.push_back(nullptr);
    return out;
}

int spawn(const ProcessOptions &options, const Pipe &out, const Pipe &err, pid_t &pid)
{
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_init(&files);
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&files, out.write.get(), 1);
    posix_spawn_file_actions_adddup2(&files, err.write.get(), 2);
    posix_spawn_file_actions_addclosefrom_np(&files, 3);
    sigset_t none;
    sigemptyset(&none);
    sigset_t all;
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    std::vector<std::string> arguments{options.program};
    arguments.insert(arguments.end(), options.arguments.begin(), options.arguments.end());
    const int failed = ::posix_spawn(&pid, options.program.c_str(), &files, &attributes, pointers(arguments).data(),
        pointers(options.environment).data());
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
    return failed;
}

/// Reads what is there. False: the other end is closed.
template <class Take> bool drain(Fd &from, Take take)
{
    std::array<char, 16384> piece;
    for (;;) {
        const ssize_t got = ::read(from.get(), piece.data(), piece.size());
        if (got > 0) {
            take(std::string_view(piece.data(), static_cast<std::size_t>(got)));
        } else if (got < 0 && errno == EINTR) {
            continue;
        } else if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            return true;
        } else {
            return false;
        }
    }
}

/// Ends the group: politely, and by force after a moment.
void endGroup(pid_t pid, int exited)
{
    ::kill(-pid, SIGTERM);
    pollfd gone{exited, POLLIN, 0};
    ::poll(&gone, 1, 300);
    ::kill(-pid, SIGKILL);
}

} // namespace

CancelFlag::CancelFlag()
    : m_fd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))
{
}

CancelFlag::~CancelFlag() { ::close(m_fd); }

void CancelFlag::raise()
{
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = ::write(m_fd, &one, sizeof one);
}

Result<ProcessResult> runProcess(const ProcessOptions &options, const CancelFlag &cancel, std::string &errors)
{
    Pipe out;
    Pipe err;
    if (!out.open() || !err.open()) {
        return Error{.code = ErrorCode::Io, .message = std::string("no pipe can be made: ") + std::strerror(errno)};
    }
    pid_t pid = 0;
    if (const int failed = spawn(options, out, err, pid); failed != 0) {
        return Error{.code = failed == ENOENT ? ErrorCode::NotFound : ErrorCode::Io,
            .message = std::string("cannot be started: ") + std::strerror(failed),
            .subject = options.program};
    }
    out.write.reset();
    err.write.reset();
    Fd exited;
    exited.reset(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));

    ProcessResult result;
    ErrorCode ended = ErrorCode::Internal; // Internal: by itself
    const auto takeOutput = [&](std::string_view piece) {
        if (result.output.size() + piece.size() > options.maxOutput) {
            ended = ErrorCode::TooLarge;
        } else {
            result.output += piece;
        }
    };
    const auto takeErrors = [&](std::string_view piece) {
        errors += piece;
        if (errors.size() > options.keepErrors) {
            errors.erase(0, errors.size() - options.keepErrors);
        }
    };
    const auto deadline = std::chrono::steady_clock::now() + options.timeout;
    bool outOpen = true;
    bool errOpen = true;
    while (ended == ErrorCode::Internal) {
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
        if (left <= 0) {
            ended = ErrorCode::Timeout;
            break;
        }
        std::array<pollfd, 4> wait{{{outOpen ? out.read.get() : -1, POLLIN, 0},
            {errOpen ? err.read.get() : -1, POLLIN, 0}, {exited.get(), POLLIN, 0}, {cancel.fd(), POLLIN, 0}}};
        // Where the kernel gives no descriptor for the process, its end is looked for now and then.
        const int most = exited.get() >= 0 ? static_cast<int>(std::min<std::int64_t>(left, 60'000)) : 50;
        if (::poll(wait.data(), wait.size(), most) < 0 && errno != EINTR) {
            ended = ErrorCode::Io;
            break;
        }
        if (outOpen && wait[0].revents != 0) {
            outOpen = drain(out.read, takeOutput);
        }
        if (errOpen && wait[1].revents != 0) {
            errOpen = drain(err.read, takeErrors);
        }
        if (wait[3].revents != 0) {
            ended = ErrorCode::Cancelled;
            break;
        }
        siginfo_t info{};
        if (::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == pid) {
            // What is left in the pipes is read; who else holds their other ends is not waited for.
            if (outOpen) {
                drain(out.read, takeOutput);
            }
            if (errOpen) {
                drain(err.read, takeErrors);
            }
            break;
        }
    }
    if (ended != ErrorCode::Internal) {
        endGroup(pid, exited.get());
    }
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) { }
    switch (ended) {
    case ErrorCode::Internal:
        break;
    case ErrorCode::Cancelled:
        return Error{.code = ended, .message = "was cancelled", .subject = options.program};
    case ErrorCode::Timeout:
        return Error{.code = ended,
            .message = "did not end within "
                + std::to_string(std::chrono::duration_cast<std::chrono::seconds>(options.timeout).count())
                + " seconds and was stopped",
            .subject = options.program};
    case ErrorCode::TooLarge:
        return Error{.code = ended,
            .message = "wrote more than " + std::to_string(options.maxOutput >> 10) + " KiB and was stopped",
            .subject = options.program};
    default:
        return Error{.code = ErrorCode::Io, .message = "could not be waited for", .subject = options.program};
    }
    result.exitCode = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    result.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    result.errors = errors;
    return result;
}

} // namespace sextant::kubernetes
