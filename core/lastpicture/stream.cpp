// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/lastpicture/stream.h"

#include <algorithm>
#include <bit>
#include <cerrno>
#include <limits>
#include <unistd.h>

namespace sextant::lastpicture {

namespace {

constexpr std::uint64_t kFirst = 0x9e3779b97f4a7c15U, kSecond = 0xd6e8feb86659fd93U;

/// For a given lane every word leads somewhere else, and for a given word every lane: nothing is lost on the way.
std::uint64_t mixed(std::uint64_t lane, std::uint64_t word) { return std::rotl((lane ^ word) * kFirst, 29) * kSecond; }

/// Reads to the full, or fails.
bool readAll(int file, char *to, std::size_t size, std::uint64_t from)
{
    while (size > 0) {
        const ssize_t got = ::pread(file, to, size, static_cast<off_t>(from));
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            return false;
        }
        to += got;
        from += static_cast<std::uint64_t>(got);
        size -= static_cast<std::size_t>(got);
    }
    return true;
}

} // namespace

void Checksum::add(const char *bytes, std::size_t size)
{
    m_size += size;
    std::array<std::uint64_t, 4> words{};
    auto lanes = m_lanes;
    for (; size >= sizeof words; bytes += sizeof words, size -= sizeof words) {
        std::memcpy(words.data(), bytes, sizeof words);
        for (std::size_t i = 0; i < words.size(); ++i) {
            lanes[i] = mixed(lanes[i], words[i]);
        }
    }
    if (size > 0) {
        words.fill(0);
        std::memcpy(words.data(), bytes, size);
        for (std::size_t i = 0; i < words.size(); ++i) {
            lanes[i] = mixed(lanes[i], words[i]);
        }
    }
    m_lanes = lanes;
}

std::uint64_t Checksum::value() const
{
    std::uint64_t sum = m_size;
    for (const std::uint64_t lane : m_lanes) {
        sum = mixed(sum, lane);
    }
    return sum ^ sum >> 32;
}

Writer::Writer(int file)
    : m_file(file)
    , m_buffer(std::make_unique_for_overwrite<char[]>(kBlock))
{
}

void Writer::spill(const char *from, std::size_t size)
{
    while (size > 0) {
        const std::size_t piece = std::min(size, kBlock - m_used);
        std::memcpy(m_buffer.get() + m_used, from, piece);
        m_used += piece;
        from += piece;
        size -= piece;
        if (m_used == kBlock) {
            flush();
        }
    }
}

void Writer::flush()
{
    m_sum.add(m_buffer.get(), m_used);
    for (std::size_t written = 0; m_error == 0 && written < m_used;) {
        const ssize_t n = ::write(m_file, m_buffer.get() + written, m_used - written);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            m_error = n == 0 ? EIO : errno;
            break;
        }
        written += static_cast<std::size_t>(n);
    }
    m_flushed += m_used;
    m_used = 0;
}

int Writer::finish()
{
    flush();
    return m_error;
}

Reader::Reader(int file, std::uint64_t from, std::uint64_t to)
    : m_file(file)
    , m_place(from)
    , m_ahead(to > from ? to - from : 0)
    , m_buffer(std::make_unique_for_overwrite<char[]>(kBlock))
    , m_failed(to < from)
{
}

void Reader::fail()
{
    m_failed = true;
    m_at = m_end = 0;
    m_ahead = 0;
}

bool Reader::refill()
{
    const auto piece = static_cast<std::size_t>(std::min<std::uint64_t>(kBlock, m_ahead));
    if (piece == 0 || !readAll(m_file, m_buffer.get(), piece, m_place)) {
        return false;
    }
    m_sum.add(m_buffer.get(), piece);
    m_place += piece;
    m_ahead -= piece;
    m_at = 0;
    m_end = piece;
    return true;
}

void Reader::across(char *to, std::size_t size)
{
    if (m_failed || size > left()) {
        fail();
        std::memset(to, 0, size);
        return;
    }
    while (size > 0) {
        if (m_at == m_end && !refill()) {
            fail();
            std::memset(to, 0, size);
            return;
        }
        const std::size_t piece = std::min(size, m_end - m_at);
        std::memcpy(to, m_buffer.get() + m_at, piece);
        m_at += piece;
        to += piece;
        size -= piece;
    }
}

std::string_view Reader::text()
{
    const auto size = value<std::uint32_t>();
    if (size > left()) {
        fail();
        return {};
    }
    if (size <= m_end - m_at) {
        const std::string_view text(m_buffer.get() + m_at, size);
        m_at += size;
        return text;
    }
    m_scratch.resize(size);
    across(m_scratch.data(), size);
    return m_failed ? std::string_view() : m_scratch;
}

std::uint32_t Reader::count(std::size_t least)
{
    const auto count = value<std::uint32_t>();
    if (std::uint64_t(count) * least > left()) {
        fail();
        return 0;
    }
    return count;
}

} // namespace sextant::lastpicture
