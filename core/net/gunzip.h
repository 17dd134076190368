// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string_view>
#include <zlib.h>

namespace sextant::net {

/// Unpacks a gzip body piece by piece, never more at a time than it is asked for. One thread.
/// Curl's own unpacking is not used because it cannot stop in the middle of a piece: 16 kB can hold 16 MB.
class Gunzip {
public:
    Gunzip();
    ~Gunzip();
    Gunzip(const Gunzip &) = delete;
    Gunzip &operator=(const Gunzip &) = delete;

    /// Takes from the front of `packed` and fills up to `size` bytes of `out`.
    /// @return how many were filled; 0 once all of `packed` is used up or after an error.
    std::size_t unpack(std::string_view &packed, char *out, std::size_t size);
    bool failed() const { return m_failed; }
    /// Everything that began has ended: the body was not cut.
    bool complete() const { return !m_failed && !m_inside; }

private:
    z_stream m_stream{};
    bool m_ready = false;
    bool m_failed = false;
    bool m_inside = false;
};

} // namespace sextant::net
