// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/lastpicture/shelf.h"

#include "core/base/siphash.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace sextant::lastpicture {

namespace {

namespace fs = std::filesystem;
constexpr const char *kEnding = ".picture", *kUnfinished = ".new";

class File {
public:
    File(const std::string &path, int flags)
        : m_file(::open(path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW, 0600))
        , m_error(m_file < 0 ? errno : 0)
    {
    }
    ~File()
    {
        if (m_file >= 0) {
            ::close(m_file);
        }
    }
    File(const File &) = delete;
    File &operator=(const File &) = delete;
    int number() const { return m_file; }
    int error() const { return m_error; }

private:
    int m_file;
    int m_error;
};

Error ioError(const std::string &path, const std::string &what, int reason)
{
    return Error{.code = ErrorCode::Io, .message = what + ": " + std::strerror(reason), .subject = path};
}

} // namespace

std::string defaultFolder()
{
    if (const char *cache = std::getenv("XDG_CACHE_HOME"); cache != nullptr && *cache == '/') {
        return std::string(cache) + "/sextant/pictures";
    }
    const char *home = std::getenv("HOME");
    return home != nullptr && *home == '/' ? std::string(home) + "/.cache/sextant/pictures" : std::string();
}

std::string thisProgram()
{
    struct stat self { };
    const bool found = ::stat("/proc/self/exe", &self) == 0;
    return fmt::format("{} {} {}", SEXTANT_VERSION, found ? self.st_size : 0, found ? self.st_mtim.tv_sec : 0);
}

std::string Shelf::fileOf(const std::string &identity) const
{
    return fmt::format("{}/{:016x}{:016x}{}", m_folder, sipHash(1, 2, identity), sipHash(3, 4, identity), kEnding);
}

Result<Time> Shelf::fetch(const About &about, ClusterStore &store) const
{
    const std::string path = fileOf(about.identity);
    const File file(path, O_RDONLY | O_NONBLOCK);
    if (file.number() < 0) {
        return file.error() == ENOENT || file.error() == ENOTDIR
            ? Error{.code = ErrorCode::NotFound, .message = "there is no such file", .subject = path}
            : ioError(path, "cannot be read", file.error());
    }
    struct stat about_ { };
    const auto refused = [&path](const char *why) {
        return Error{.code = ErrorCode::Decode, .message = why, .subject = path};
    };
    if (::fstat(file.number(), &about_) != 0 || !S_ISREG(about_.st_mode)) {
        return refused("it is no file");
    }
    if (about_.st_uid != ::geteuid() || (about_.st_mode & 0077) != 0) {
        return refused("it belongs to somebody else, or others may read or write it");
    }
    const auto size = static_cast<std::uint64_t>(about_.st_size);
    if (size > kLargestFile) {
        return refused("it is larger than a picture gets");
    }
    Result<Time> at = read(file.number(), size, about, store);
    if (!at) {
        Error error = at.error();
        error.subject = path;
        return error;
    }
    return at;
}

Result<void> Shelf::put(const About &about, const ClusterSnapshot &cluster, Time at) const
{
    std::error_code failed;
    fs::create_directories(fs::path(m_folder).parent_path(), failed);
    if (::mkdir(m_folder.c_str(), 0700) != 0 && errno != EEXIST) {
        return ioError(m_folder, "cannot be made", errno);
    }
    ::chmod(m_folder.c_str(), 0700);
    const std::string path = fileOf(about.identity);
    const std::string beside = fmt::format("{}.{}{}", path, ::getpid(), kUnfinished); // another window keeps its own
    ::unlink(beside.c_str());
    const File file(beside, O_WRONLY | O_CREAT | O_EXCL);
    if (file.number() < 0) {
        return ioError(beside, "cannot be written", file.error());
    }
    Result<void> done = write(file.number(), about, cluster, at);
    if (done && static_cast<std::uint64_t>(::lseek(file.number(), 0, SEEK_END)) > kLargestFile) {
        done = Error{.code = ErrorCode::TooLarge, .message = "the picture is larger than is kept"};
    }
    if (done && (::fsync(file.number()) != 0 || ::rename(beside.c_str(), path.c_str()) != 0)) {
        done = ioError(path, "cannot be written", errno);
    }
    if (!done) {
        ::unlink(beside.c_str());
        Error error = done.error();
        error.subject = path;
        return error;
    }
    return done;
}

void Shelf::remove(const std::string &identity) const { ::unlink(fileOf(identity).c_str()); }

void Shelf::tidy(std::chrono::system_clock::time_point now) const
{
    struct Found {
        std::string path;
        std::chrono::system_clock::time_point written;
        std::uint64_t size = 0;
    };
    std::vector<Found> found;
    std::error_code failed;
    for (fs::directory_iterator at(m_folder, failed), end; !failed && at != end; at.increment(failed)) {
        const std::string path = at->path().string();
        const bool left = path.ends_with(kUnfinished); // by a run that broke off
        struct stat about { };
        if ((!left && !path.ends_with(kEnding)) || ::lstat(path.c_str(), &about) != 0 || !S_ISREG(about.st_mode)) {
            continue;
        }
        const auto written = std::chrono::system_clock::from_time_t(about.st_mtim.tv_sec);
        if (written + (left ? std::chrono::hours(1) : kOldest) < now) {
            ::unlink(path.c_str());
        } else if (!left) {
            found.push_back({path, written, static_cast<std::uint64_t>(about.st_size)});
        }
    }
    std::sort(found.begin(), found.end(), [](const Found &a, const Found &b) { return a.written > b.written; });
    std::uint64_t sum = 0;
    for (const Found &one : found) {
        sum += one.size;
        if (sum > kMostInAll) {
            ::unlink(one.path.c_str());
        }
    }
}

void Shelf::clear() const { tidy(std::chrono::system_clock::time_point::max()); }

} // namespace sextant::lastpicture
