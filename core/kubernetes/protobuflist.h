// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/kubernetes/decoder.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace sextant::kubernetes {

/// One item's largest size, and a watch frame's.
inline constexpr std::uint64_t kMaxItemBytes = 16ULL << 20;
/// What a list may hold beside its items.
inline constexpr std::uint64_t kMaxHeaderBytes = 1ULL << 20;

/// Cuts a protobuf list ("k8s\0", runtime.Unknown, XList) into its items as the bytes come, at any split, and checks
/// every length against the one around it: a body cut short anywhere is an error, never a shorter list.
class ProtobufList {
public:
    /// `kind`: "PodList". `onItem` gets one item's bytes, valid during the call.
    ProtobufList(std::string kind, std::function<Result<void>(std::string_view)> onItem);
    Result<void> feed(std::string_view bytes);
    Result<void> finish();
    const ListMeta &meta() const { return m_meta; }

private:
    enum class Step { Magic, Tag, Length, Varint, Fixed, Skip, Whole };
    /// What the bytes of a length-delimited field are taken for.
    enum class Part { Skipped, TypeMeta, Raw, Encoding, Meta, OneItem, Status };

    Result<void> afterTag();
    Result<void> afterLength();
    Result<void> afterWhole(std::string_view bytes);
    Result<void> fieldEnded();
    Result<void> take(std::uint64_t count);
    Error cut() const;
    Error broken(const std::string &what) const;

    std::string m_kind;
    std::function<Result<void>(std::string_view)> m_onItem;
    ListMeta m_meta;
    std::string m_pending; ///< the part under way, as far as it was split over feeds
    Step m_step = Step::Magic;
    Part m_part = Part::Skipped;
    std::uint64_t m_need = 4; ///< bytes the step still takes: Magic, Fixed, Skip, Whole
    std::uint64_t m_number = 0; ///< the varint under way
    unsigned m_shift = 0;
    std::uint32_t m_tag = 0;
    bool m_inRaw = false;
    std::uint64_t m_rawLeft = 0;
    bool m_kindKnown = false, m_isStatus = false, m_rawDone = false, m_encodingSeen = false, m_typeSeen = false;
};

} // namespace sextant::kubernetes
