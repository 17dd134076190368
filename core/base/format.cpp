// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"

#include <array>
#include <cmath>
#include <cstdio>
#include <fmt/format.h>

namespace sextant {

namespace {

std::string grouped(std::string digits)
{
    const std::size_t start = !digits.empty() && digits.front() == '-' ? 1 : 0;
    std::size_t end = digits.find('.');
    if (end == std::string::npos) {
        end = digits.size();
    }
    while (end > start + 3) {
        end -= 3;
        digits.insert(end, 1, ',');
    }
    return digits;
}

/// Three significant figures, never a trailing ".0" beyond what is known, no exponent.
std::string threeFigures(double value)
{
    const double size = std::fabs(value);
    const int decimals = size >= 99.95 || value == 0 ? 0 : size >= 9.995 ? 1 : size >= 0.9995 ? 2 : 3;
    std::string text = fmt::format("{:.{}f}", value, decimals);
    if (decimals > 0) {
        text.erase(text.find_last_not_of('0') + 1);
        if (text.back() == '.') {
            text.pop_back();
        }
    }
    return grouped(text);
}

} // namespace

std::string formatCpu(MilliCpu cpu)
{
    if (!cpu.known()) {
        return kUnknownText;
    }
    return cpu.value < 10000 && cpu.value > -10000 ? formatMilliCpu(cpu) : formatCores(cpu);
}

std::string formatMilliCpu(MilliCpu cpu)
{
    return cpu.known() ? grouped(std::to_string(cpu.value)) + "m" : kUnknownText;
}

std::string formatCores(MilliCpu cpu)
{
    return cpu.known() ? threeFigures(static_cast<double>(cpu.value) / 1000) : kUnknownText;
}

std::string formatBytes(Bytes bytes)
{
    if (!bytes.known()) {
        return kUnknownText;
    }
    static constexpr std::array units{"", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"};
    auto value = static_cast<double>(bytes.value);
    std::size_t unit = 0;
    while (std::fabs(value) >= 1023.5 && unit + 1 < units.size()) {
        value /= 1024;
        ++unit;
    }
    return threeFigures(value) + units[unit];
}

std::string formatMebibytes(Bytes bytes)
{
    return bytes.known() ? grouped(std::to_string(bytes.value / (1024 * 1024))) + "Mi" : kUnknownText;
}

std::string formatCount(std::int64_t count)
{
    return count == Count::kUnknown ? kUnknownText : grouped(std::to_string(count));
}

std::optional<double> percentOf(std::int64_t part, std::int64_t whole)
{
    if (part == Count::kUnknown || whole == Count::kUnknown || whole <= 0) {
        return std::nullopt;
    }
    return static_cast<double>(part) * 100 / static_cast<double>(whole);
}

std::string formatPercent(std::int64_t part, std::int64_t whole)
{
    const auto share = percentOf(part, whole);
    return share ? fmt::format("{:.0f}\u202f%", *share) : kUnknownText;
}

std::string formatDuration(std::chrono::seconds duration)
{
    const auto s = duration.count();
    const auto pair = [](std::int64_t big, const char *bigUnit, std::int64_t small, const char *smallUnit) {
        return small == 0 ? fmt::format("{}{}", big, bigUnit) : fmt::format("{}{}{}{}", big, bigUnit, small, smallUnit);
    };
    const std::int64_t minute = 60, hour = 3600, day = 86400, year = 365 * day;
    if (s < -1) {
        return "<invalid>";
    }
    if (s < 0) {
        return "0s";
    }
    if (s < 2 * minute) {
        return fmt::format("{}s", s);
    }
    if (s < 10 * minute) {
        return pair(s / minute, "m", s % minute, "s");
    }
    if (s < 3 * hour) {
        return fmt::format("{}m", s / minute);
    }
    if (s < 8 * hour) {
        return pair(s / hour, "h", s % hour / minute, "m");
    }
    if (s < 48 * hour) {
        return fmt::format("{}h", s / hour);
    }
    if (s < 8 * day) {
        return pair(s / day, "d", s % day / hour, "h");
    }
    if (s < 2 * year) {
        return fmt::format("{}d", s / day);
    }
    if (s < 8 * year) {
        return pair(s / year, "y", s % year / day, "d");
    }
    return fmt::format("{}y", s / year);
}

std::string formatAge(Time since, Time now) { return since == kNoTime ? "<unknown>" : formatDuration(now - since); }

std::string formatTime(Time time)
{
    if (time == kNoTime) {
        return {};
    }
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(time - day);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
        static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), clock.hours().count(),
        clock.minutes().count(), clock.seconds().count());
}

Time parseTime(std::string_view text)
{
    const auto number = [&](std::size_t at, std::size_t length) {
        int value = 0;
        for (std::size_t i = at; i < at + length; ++i) {
            if (i >= text.size() || text[i] < '0' || text[i] > '9') {
                return -1;
            }
            value = value * 10 + (text[i] - '0');
        }
        return value;
    };
    const auto is = [&](std::size_t at, char c) { return at < text.size() && text[at] == c; };
    const int year = number(0, 4), month = number(5, 2), day = number(8, 2);
    const int hour = number(11, 2), minute = number(14, 2), second = number(17, 2);
    const bool shaped = is(4, '-') && is(7, '-') && (is(10, 'T') || is(10, 't')) && is(13, ':') && is(16, ':');
    if (!shaped || year < 0 || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) {
        return kNoTime;
    }
    const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
        std::chrono::day(static_cast<unsigned>(day))};
    if (!date.ok()) {
        return kNoTime;
    }
    std::size_t at = 19;
    if (is(at, '.')) {
        for (++at; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) { }
    }
    std::chrono::minutes offset{0};
    if (is(at, 'Z') || is(at, 'z')) {
        ++at;
    } else if (is(at, '+') || is(at, '-')) {
        const int h = number(at + 1, 2), m = number(at + 4, 2);
        if (h < 0 || m < 0 || !is(at + 3, ':')) {
            return kNoTime;
        }
        offset = std::chrono::minutes(h * 60 + m) * (text[at] == '-' ? -1 : 1);
        at += 6;
    } else {
        return kNoTime;
    }
    if (at != text.size()) {
        return kNoTime;
    }
    return std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute)
        + std::chrono::seconds(second) - offset;
}

std::string sanitized(std::string_view text)
{
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size();) {
        const auto lead = static_cast<unsigned char>(text[i]);
        std::size_t length = lead < 0x80  ? 1
            : lead >= 0xc2 && lead < 0xe0 ? 2
            : lead >= 0xe0 && lead < 0xf0 ? 3
            : lead >= 0xf0 && lead < 0xf5 ? 4
                                          : 0;
        std::uint32_t code = length == 1 ? lead : length == 0 ? 0 : lead & (0xffU >> (length + 1));
        bool good = length != 0 && i + length <= text.size();
        for (std::size_t k = 1; good && k < length; ++k) {
            const auto next = static_cast<unsigned char>(text[i + k]);
            good = (next & 0xc0U) == 0x80;
            code = code << 6 | (next & 0x3fU);
        }
        good = good && !(length == 3 && (code < 0x800 || (code >= 0xd800 && code < 0xe000)))
            && !(length == 4 && (code < 0x10000 || code > 0x10ffff));
        if (!good) {
            out += "\ufffd";
            ++i;
            continue;
        }
        const bool control = code < 0x20 || (code >= 0x7f && code < 0xa0);
        const bool direction = (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069)
            || code == 0x200e || code == 0x200f || code == 0x2028 || code == 0x2029;
        if (code == '\n' || code == '\t') {
            out += ' ';
        } else if (control || direction) {
            out += fmt::format("\\u{:04x}", code);
        } else {
            out.append(text, i, length);
        }
        i += length;
    }
    return out;
}

std::string yamlText(std::string_view text)
{
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
            constexpr std::string_view kHex = "0123456789abcdef";
            out += {'\\', 'x', kHex[static_cast<unsigned char>(c) >> 4U], kHex[static_cast<unsigned char>(c) & 15U]};
        } else {
            out += c;
        }
    }
    return out + "\"";
}

} // namespace sextant
