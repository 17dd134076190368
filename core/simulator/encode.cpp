// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulator/encode.h"

#include <array>

namespace sextant::simulator {

namespace {

void twoDigits(char *at, unsigned value)
{
    at[0] = char('0' + value / 10);
    at[1] = char('0' + value % 10);
}

std::array<char, 20> timeChars(Time time)
{
    std::array<char, 20> text{
        '0', '0', '0', '0', '-', '0', '0', '-', '0', '0', 'T', '0', '0', ':', '0', '0', ':', '0', '0', 'Z'};
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const auto seconds = unsigned((time - day).count());
    const auto year = unsigned(int(date.year()));
    twoDigits(text.data(), year / 100 % 100);
    twoDigits(text.data() + 2, year % 100);
    twoDigits(text.data() + 5, unsigned(date.month()));
    twoDigits(text.data() + 8, unsigned(date.day()));
    twoDigits(text.data() + 11, seconds / 3600);
    twoDigits(text.data() + 14, seconds / 60 % 60);
    twoDigits(text.data() + 17, seconds % 60);
    return text;
}

} // namespace

std::string timeText(Time time)
{
    const auto text = timeChars(time);
    return {text.data(), text.size()};
}

std::string cpuText(std::int64_t millicores)
{
    if (millicores % 1000 != 0) {
        return std::to_string(millicores) + 'm';
    }
    const auto cores = millicores / 1000;
    return cores != 0 && cores % 1000 == 0 ? std::to_string(cores / 1000) + 'k' : std::to_string(cores);
}

std::string memoryText(std::int64_t bytes)
{
    static constexpr const char *kUnits[] = {"", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"};
    int unit = 0;
    while (bytes != 0 && bytes % 1024 == 0 && unit < 6) {
        bytes /= 1024;
        ++unit;
    }
    return std::to_string(bytes) + kUnits[unit];
}

std::string ipText(std::uint32_t address)
{
    return std::to_string(address >> 24) + '.' + std::to_string(address >> 16 & 255) + '.'
        + std::to_string(address >> 8 & 255) + '.' + std::to_string(address & 255);
}

void JsonWriter::quote(std::string_view value)
{
    static constexpr char kHex[] = "0123456789abcdef";
    m_out += '"';
    for (const char c : value) {
        switch (c) {
        case '"':
            m_out += "\\\"";
            break;
        case '\\':
            m_out += "\\\\";
            break;
        case '\n':
            m_out += "\\n";
            break;
        case '\t':
            m_out += "\\t";
            break;
        case '\r':
            m_out += "\\r";
            break;
        case '<': // Go escapes these for the sake of HTML
        case '>':
        case '&':
            m_out += "\\u00";
            m_out += kHex[std::uint8_t(c) >> 4];
            m_out += kHex[std::uint8_t(c) & 15];
            break;
        default:
            if (std::uint8_t(c) < 0x20) {
                m_out += "\\u00";
                m_out += kHex[std::uint8_t(c) >> 4];
                m_out += kHex[std::uint8_t(c) & 15];
            } else {
                m_out += c;
            }
        }
    }
    m_out += '"';
}

void JsonWriter::time(Time value)
{
    separate();
    const auto text = timeChars(value);
    m_out += '"';
    m_out.append(text.data(), text.size());
    m_out += '"';
    m_comma = true;
}

void JsonWriter::map(std::string_view name, const Labels &values)
{
    if (values.empty()) {
        return;
    }
    object(name);
    for (const auto &[key, value] : values) {
        separate();
        quote(key);
        m_out += ':';
        quote(value);
        m_comma = true;
    }
    close('}');
}

void ProtoWriter::time(int field, Time value)
{
    message(field, [&] {
        if (value != kNoTime) {
            number(1, value.time_since_epoch().count());
            number(2, 0);
        }
    });
}

void ProtoWriter::map(int field, const Labels &values)
{
    for (const auto &[key, value] : values) {
        message(field, [&, &k = key, &v = value] {
            text(1, k);
            text(2, v);
        });
    }
}

void ProtoWriter::quantities(int field, const Labels &values)
{
    for (const auto &[key, value] : values) {
        message(field, [&, &k = key, &v = value] {
            text(1, k);
            message(2, [&] { text(1, v); });
        });
    }
}

void ProtoWriter::finish(std::size_t start)
{
    auto size = m_out.size() - start;
    std::array<char, 10> head{};
    std::size_t length = 0;
    while (size >= 0x80) {
        head[length++] = char(size | 0x80);
        size >>= 7;
    }
    head[length++] = char(size);
    m_out.insert(start, head.data(), length);
}

} // namespace sextant::simulator
