// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/gunzip.h"

#include <algorithm>
#include <limits>

namespace sextant::net {

Gunzip::Gunzip()
{
    constexpr int gzipOnly = 16 + MAX_WBITS;
    m_ready = inflateInit2(&m_stream, gzipOnly) == Z_OK;
    m_failed = !m_ready;
}

Gunzip::~Gunzip()
{
    if (m_ready) {
        inflateEnd(&m_stream);
    }
}

std::size_t Gunzip::unpack(std::string_view &packed, char *out, std::size_t size)
{
    constexpr std::size_t most = std::numeric_limits<uInt>::max();
    const std::size_t room = std::min(size, most);
    std::size_t filled = 0;
    // An empty input is asked too while inside: zlib may still hold output of a piece it has read whole.
    while (!m_failed && filled < room && (!packed.empty() || m_inside)) {
        const auto given = static_cast<uInt>(std::min(packed.size(), most));
        m_stream.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(packed.data())); // zlib does not write there
        m_stream.avail_in = given;
        m_stream.next_out = reinterpret_cast<Bytef *>(out + filled);
        m_stream.avail_out = static_cast<uInt>(room - filled);
        const int code = inflate(&m_stream, Z_NO_FLUSH);
        const std::size_t made = room - filled - m_stream.avail_out;
        const std::size_t taken = given - m_stream.avail_in;
        packed.remove_prefix(taken);
        filled += made;
        m_inside = m_inside || taken > 0;
        if (code == Z_STREAM_END) {
            // Another member may follow: gzip files may be joined.
            m_inside = false;
            m_failed = inflateReset(&m_stream) != Z_OK;
        } else if (code == Z_BUF_ERROR || (code == Z_OK && made == 0 && taken == 0)) {
            break;
        } else if (code != Z_OK) {
            m_failed = true;
        }
    }
    return filled;
}

} // namespace sextant::net
