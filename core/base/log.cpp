// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/log.h"

#include "core/base/logfile.h"

#include <array>
#include <filesystem>
#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <sys/stat.h>

namespace sextant::log {

namespace {
std::string openFile;
}

const std::string &file() { return openFile; }

Result<void> start(const std::string &level, const std::string &file, bool alsoStderr)
{
    static constexpr std::array words{"trace", "debug", "info", "warn", "error", "off"};
    bool known = false;
    for (const char *word : words) {
        known = known || level == word;
    }
    if (!known) {
        return Error{ErrorCode::Usage, "unknown log level '" + level + "'", "--log-level",
            "Use trace, debug, info, warn, error or off"};
    }
    std::vector<spdlog::sink_ptr> sinks;
    try {
        if (!file.empty()) {
            std::filesystem::create_directories(std::filesystem::path(file).parent_path());
            const auto before = umask(0077);
            sinks.push_back(std::make_shared<spdlog::sinks::rotating_file_sink_mt>(file, 5U << 20, 3));
            umask(before);
        }
    } catch (const std::exception &e) {
        return Error{ErrorCode::Io, e.what(), file, "Name another place with --log-file"};
    }
    openFile = file;
    if (alsoStderr) {
        sinks.push_back(std::make_shared<spdlog::sinks::stderr_sink_mt>());
    }
    auto logger = std::make_shared<spdlog::logger>("sextant", sinks.begin(), sinks.end());
    logger->set_level(spdlog::level::from_str(level));
    logger->flush_on(spdlog::level::warn);
    logger->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l [%t] %v", spdlog::pattern_time_type::utc);
    spdlog::set_default_logger(std::move(logger));
    return {};
}

} // namespace sextant::log
