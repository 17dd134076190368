// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/units.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

/// The two wire formats of an API server, written straight into a string.
namespace sextant::simulator {

using Labels = std::map<std::string, std::string>;

/// "2031-04-02T09:15:00Z"
std::string timeText(Time time);
/// Canonical quantity of so many millicores: "250m", "4".
std::string cpuText(std::int64_t millicores);
/// Canonical binary quantity: "512Mi", "1536Mi", "1025".
std::string memoryText(std::int64_t bytes);
/// "10.0.4.17"
std::string ipText(std::uint32_t address);

/// Compact JSON. Members are written in the order of calls; a comma is put where one is needed.
class JsonWriter {
public:
    explicit JsonWriter(std::string &out)
        : m_out(out)
    {
    }

    JsonWriter &open(char bracket)
    {
        separate();
        m_out += bracket;
        m_comma = false;
        return *this;
    }
    JsonWriter &close(char bracket)
    {
        m_out += bracket;
        m_comma = true;
        return *this;
    }
    JsonWriter &key(std::string_view name)
    {
        separate();
        m_out += '"';
        m_out += name;
        m_out += "\":";
        m_comma = false;
        return *this;
    }
    /// A key that is data.
    JsonWriter &textKey(std::string_view name)
    {
        separate();
        quote(name);
        m_out += ':';
        return *this;
    }
    void text(std::string_view value)
    {
        separate();
        quote(value);
        m_comma = true;
    }
    void number(std::int64_t value) { raw(std::to_string(value)); }
    void boolean(bool value) { raw(value ? "true" : "false"); }
    void null() { raw("null"); }
    void time(Time value);
    /// Finished JSON of one value, or of members without their braces.
    void raw(std::string_view json)
    {
        if (!json.empty()) {
            separate();
            m_out += json;
            m_comma = true;
        }
    }

    JsonWriter &object(std::string_view name) { return key(name).open('{'); }
    JsonWriter &array(std::string_view name) { return key(name).open('['); }
    void member(std::string_view name, std::string_view value) { key(name).text(value); }
    void member(std::string_view name, std::int64_t value) { key(name).number(value); }
    void flag(std::string_view name, bool value) { key(name).boolean(value); }
    /// As Go's omitempty: nothing for an empty text, 0, false or kNoTime.
    void some(std::string_view name, std::string_view value)
    {
        if (!value.empty()) {
            member(name, value);
        }
    }
    void some(std::string_view name, std::int64_t value)
    {
        if (value != 0) {
            member(name, value);
        }
    }
    void some(std::string_view name, Time value)
    {
        if (value != kNoTime) {
            key(name).time(value);
        }
    }
    /// null without a time, as for fields that are not pointers.
    void timeOrNull(std::string_view name, Time value)
    {
        key(name);
        value == kNoTime ? null() : time(value);
    }
    void map(std::string_view name, const Labels &values);

private:
    void separate()
    {
        if (m_comma) {
            m_out += ',';
            m_comma = false;
        }
    }
    void quote(std::string_view value);

    std::string &m_out;
    bool m_comma = false;
};

/// Protocol buffers. Nested messages are written in place; their length is put before them when they end.
class ProtoWriter {
public:
    explicit ProtoWriter(std::string &out)
        : m_out(out)
    {
    }

    std::string &out() { return m_out; }
    void varint(std::uint64_t value)
    {
        while (value >= 0x80) {
            m_out += char(value | 0x80);
            value >>= 7;
        }
        m_out += char(value);
    }
    void text(int field, std::string_view value)
    {
        varint(std::uint64_t(field) << 3 | 2);
        varint(value.size());
        m_out += value;
    }
    void number(int field, std::int64_t value)
    {
        varint(std::uint64_t(field) << 3);
        varint(std::uint64_t(value));
    }
    /// An unset time is an empty message.
    void time(int field, Time value);
    void some(int field, Time value)
    {
        if (value != kNoTime) {
            time(field, value);
        }
    }
    /// Finished fields.
    void raw(std::string_view fields) { m_out += fields; }
    void map(int field, const Labels &values);
    /// map<string, Quantity>
    void quantities(int field, const Labels &values);

    template <class Body> void message(int field, Body &&body)
    {
        varint(std::uint64_t(field) << 3 | 2);
        const auto start = m_out.size();
        body();
        finish(start);
    }

private:
    void finish(std::size_t start);

    std::string &m_out;
};

} // namespace sextant::simulator
