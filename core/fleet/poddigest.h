// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sextant {

/// What a pod's own texts differ in from its neighbours', in eight bytes, so that whoever looks for a text in all pods
/// need not read their records: what its name has behind its controller's, and its address. Where one of them is 0 the
/// record has to be read.
struct PodDigest {
    /// A name that is the controller's, a dash and one to five of a-z, 0-9, `-` and `.`: those, six bits each from the
    /// highest of thirty on, 0 behind the last. As Kubernetes names the pods of its controllers.
    std::uint32_t tail = 0;
    std::uint32_t ip = 0; ///< an IPv4 address in dotted decimal, its first part the highest byte

    static constexpr std::size_t kTail = 5;
    static constexpr unsigned kLetterBits = 6;

    /// @param name the pod's. @param owner its controller's; empty: none.
    static PodDigest of(std::string_view name, std::string_view owner, std::string_view ip);
    /// A letter of a tail; 0: none has it.
    static std::uint32_t letter(char c)
    {
        return c >= 'a' && c <= 'z' ? static_cast<std::uint32_t>(c - 'a' + 1)
            : c >= '0' && c <= '9'  ? static_cast<std::uint32_t>(c - '0' + 27)
            : c == '-'              ? 37
            : c == '.'              ? 38
                                    : 0;
    }
    /// Where the letter at a place of a tail lies.
    static constexpr unsigned shift(std::size_t place)
    {
        return static_cast<unsigned>(kTail - 1 - place) * kLetterBits;
    }
};

} // namespace sextant
