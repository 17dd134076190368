// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/httpdate.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace sextant::net {

namespace {

/// Two or four digits as a number; -1 for anything else.
int number(std::string_view digits)
{
    int value = -1;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return error == std::errc() && end == digits.data() + digits.size() && digits.front() != '-' ? value : -1;
}

} // namespace

std::optional<std::chrono::sys_seconds> parseHttpDate(std::string_view text)
{
    using namespace std::chrono;
    constexpr std::array<std::string_view, 12> months = {
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    if (text.size() != 29 || text.substr(3, 2) != ", " || text.substr(25) != " GMT" || text[7] != ' ' || text[11] != ' '
        || text[16] != ' ' || text[19] != ':' || text[22] != ':') {
        return std::nullopt;
    }
    const auto *const month = std::find(months.begin(), months.end(), text.substr(8, 3));
    const int dayNumber = number(text.substr(5, 2));
    const int yearNumber = number(text.substr(12, 4));
    const int hour = number(text.substr(17, 2));
    const int minute = number(text.substr(20, 2));
    const int second = number(text.substr(23, 2));
    if (month == months.end() || dayNumber < 1 || yearNumber < 1970 || hour < 0 || hour > 23 || minute < 0
        || minute > 59 || second < 0 || second > 60) {
        return std::nullopt;
    }
    const auto date = year(yearNumber) / static_cast<int>(month - months.begin() + 1) / dayNumber;
    if (!date.ok()) {
        return std::nullopt;
    }
    return sys_days(date) + hours(hour) + minutes(minute) + seconds(second);
}

} // namespace sextant::net
