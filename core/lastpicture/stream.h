// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>

/// The bytes of a kept picture: numbers as they lie in this machine's memory, texts with their length before them, all
/// under one checksum. Written and read in pieces; nothing whole in memory.
namespace sextant::lastpicture {

inline constexpr std::size_t kBlock = 256U << 10;

/// Tells bytes from others. Any single word that differs changes it for certain, anything else but by a chance of
/// 2^-64. Against mishaps, not against a forger.
class Checksum {
public:
    /// The pieces must be cut where they were when the sum was first made.
    void add(const char *bytes, std::size_t size);
    std::uint64_t value() const;

private:
    std::array<std::uint64_t, 4> m_lanes{0x736578, 0x74616e, 0x74206b, 0x657074};
    std::uint64_t m_size = 0;
};

/// Writes to an open file from where it stands, through a buffer. Threads: one.
class Writer {
public:
    explicit Writer(int file);
    void bytes(const void *from, std::size_t size)
    {
        if (size > kBlock - m_used) {
            spill(static_cast<const char *>(from), size);
            return;
        }
        std::memcpy(m_buffer.get() + m_used, from, size);
        m_used += size;
    }
    template <class T> void value(T value)
    {
        static_assert(std::is_arithmetic_v<T> || std::is_enum_v<T>);
        bytes(&value, sizeof value);
    }
    void text(std::string_view text)
    {
        value(static_cast<std::uint32_t>(text.size()));
        bytes(text.data(), text.size());
    }
    /// Bytes given so far.
    std::uint64_t size() const { return m_flushed + m_used; }
    /// Writes what is left. @return 0, or the errno of the first failure.
    int finish();
    std::uint64_t checksum() const { return m_sum.value(); }

private:
    void spill(const char *from, std::size_t size);
    void flush();

    int m_file;
    std::unique_ptr<char[]> m_buffer;
    std::size_t m_used = 0;
    std::uint64_t m_flushed = 0;
    int m_error = 0;
    Checksum m_sum;
};

/// Reads a stretch of an open file. What is asked for beyond its end, or is not what it should be, makes it failed for
/// good; from then on everything is 0 and empty, so that a loop bounded by count() ends. Threads: one.
class Reader {
public:
    Reader(int file, std::uint64_t from, std::uint64_t to);
    bool failed() const { return m_failed; }
    void fail();
    std::uint64_t left() const { return m_failed ? 0 : m_ahead + (m_end - m_at); }
    /// Of what was read so far; of all of it when nothing is left.
    std::uint64_t checksum() const { return m_sum.value(); }

    void bytes(void *to, std::size_t size)
    {
        if (size <= m_end - m_at) {
            std::memcpy(to, m_buffer.get() + m_at, size);
            m_at += size;
            return;
        }
        across(static_cast<char *>(to), size);
    }
    template <class T> T value()
    {
        static_assert(std::is_arithmetic_v<T> || std::is_enum_v<T>);
        T value{};
        if constexpr (std::is_same_v<T, bool>) {
            value = this->value<std::uint8_t>() != 0;
        } else {
            bytes(&value, sizeof value);
        }
        return value;
    }
    /// Valid until the next call.
    std::string_view text();
    /// How many things follow, of which each takes `least` bytes at least; more than there is room for is a failure.
    std::uint32_t count(std::size_t least);

private:
    void across(char *to, std::size_t size);
    bool refill();

    int m_file;
    std::uint64_t m_place; ///< of what is read next into the buffer
    std::uint64_t m_ahead; ///< bytes from there on
    std::unique_ptr<char[]> m_buffer;
    std::size_t m_at = 0, m_end = 0;
    std::string m_scratch;
    bool m_failed = false;
    Checksum m_sum;
};

} // namespace sextant::lastpicture
