// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kubernetes/protobuflist.h"

#include "core/kubernetes/itemdecoder.h"
#include "core/kubernetes/protobuffields.h"
#include "core/kubernetes/protobufitems.h"
#include "core/kubernetes/wiredrafts.h"

#include <algorithm>
#include <protozero/exception.hpp>

namespace sextant::kubernetes {

ProtobufList::ProtobufList(std::string kind, std::function<Result<void>(std::string_view)> onItem)
    : m_kind(std::move(kind))
    , m_onItem(std::move(onItem))
{
}

Error ProtobufList::cut() const { return Error{ErrorCode::Protocol, "the " + m_kind + " was cut short", {}, {}}; }

Error ProtobufList::broken(const std::string &what) const
{
    return Error{ErrorCode::Protocol, "the " + m_kind + " cannot be read: " + what, {}, {}};
}

/// Counts bytes against the length that the list itself was announced with.
Result<void> ProtobufList::take(std::uint64_t count)
{
    if (!m_inRaw) {
        return {};
    }
    if (count > m_rawLeft) {
        return broken("a part reaches beyond the list's end");
    }
    m_rawLeft -= count;
    return {};
}

Result<void> ProtobufList::feed(std::string_view bytes)
{
    while (!bytes.empty()) {
        switch (m_step) {
        case Step::Tag:
        case Step::Length:
        case Step::Varint: {
            const auto byte = static_cast<unsigned char>(bytes[0]);
            bytes.remove_prefix(1);
            if (auto taken = take(1); !taken) {
                return taken;
            }
            if (m_shift > 63 || (m_shift == 63 && byte > 1)) {
                return broken("a number is too long");
            }
            m_number |= std::uint64_t(byte & 0x7FU) << m_shift;
            m_shift += 7;
            if (byte & 0x80U) {
                break;
            }
            m_shift = 0;
            auto next = m_step == Step::Tag ? afterTag() : m_step == Step::Length ? afterLength() : fieldEnded();
            if (!next) {
                return next;
            }
            break;
        }
        case Step::Fixed:
        case Step::Skip: {
            const auto count = std::min<std::uint64_t>(m_need, bytes.size());
            bytes.remove_prefix(count);
            m_need -= count;
            if (m_need == 0) {
                if (auto ended = fieldEnded(); !ended) {
                    return ended;
                }
            }
            break;
        }
        case Step::Magic:
        case Step::Whole: {
            if (m_pending.empty() && bytes.size() >= m_need) {
                const auto whole = bytes.substr(0, m_need);
                bytes.remove_prefix(m_need);
                if (auto done = afterWhole(whole); !done) {
                    return done;
                }
                break;
            }
            const auto count = std::min<std::uint64_t>(m_need - m_pending.size(), bytes.size());
            m_pending.append(bytes.substr(0, count));
            bytes.remove_prefix(count);
            if (m_pending.size() == m_need) {
                auto done = afterWhole(m_pending);
                m_pending.clear();
                if (!done) {
                    return done;
                }
            }
            break;
        }
        }
    }
    return {};
}

Result<void> ProtobufList::afterTag()
{
    if (m_number > std::numeric_limits<std::uint32_t>::max() || (m_number >> 3) == 0) {
        return broken("a field has no valid number");
    }
    m_tag = std::uint32_t(m_number);
    m_number = 0;
    switch (m_tag & 7U) {
    case 0:
        m_step = Step::Varint;
        return {};
    case 1:
    case 5:
        m_need = (m_tag & 7U) == 1 ? 8 : 4;
        m_step = Step::Fixed;
        return take(m_need);
    case 2:
        m_step = Step::Length;
        return {};
    default:
        return broken("a field has an unknown wire type");
    }
}

Result<void> ProtobufList::afterLength()
{
    const std::uint64_t length = m_number;
    m_number = 0;
    if (auto taken = take(length); !taken) {
        return taken;
    }
    const std::uint32_t field = m_tag >> 3;
    m_part = Part::Skipped;
    std::uint64_t bound = std::numeric_limits<std::uint64_t>::max();
    if (m_inRaw) {
        if (field == 1) {
            m_part = Part::Meta;
            bound = kMaxHeaderBytes;
        } else if (field == 2) {
            m_part = Part::OneItem;
            bound = kMaxItemBytes;
        }
    } else if (field == 1) {
        m_part = Part::TypeMeta;
        bound = kMaxHeaderBytes;
    } else if (field == 2) {
        if (m_rawDone || !m_kindKnown) {
            return broken("its envelope is out of order");
        }
        if (m_isStatus) {
            m_part = Part::Status;
            bound = kMaxHeaderBytes;
        } else {
            m_part = Part::Raw;
            m_inRaw = true;
            m_rawLeft = length;
            m_step = Step::Tag;
            return length == 0 ? fieldEnded() : Result<void>();
        }
    } else if (field == 3) {
        m_part = Part::Encoding;
        bound = kMaxHeaderBytes;
    } else if (field == 4) {
        m_typeSeen = true;
    }
    if (length > bound) {
        return Error{ErrorCode::TooLarge,
            "the " + m_kind + " has a part of " + std::to_string(length) + " bytes; the most that is read is "
                + std::to_string(bound),
            {}, {}};
    }
    m_need = length;
    if (m_part == Part::Skipped) {
        m_step = Step::Skip;
        return length == 0 ? fieldEnded() : Result<void>();
    }
    m_step = Step::Whole;
    return length == 0 ? afterWhole({}) : Result<void>();
}

Result<void> ProtobufList::afterWhole(std::string_view bytes)
{
    if (m_step == Step::Magic) {
        if (bytes != std::string_view("k8s\0", 4)) {
            return broken("it does not begin as Kubernetes protobuf does");
        }
        m_step = Step::Tag;
        return {};
    }
    try {
        switch (m_part) {
        case Part::TypeMeta: {
            std::string_view kind;
            protobuf::eachField(bytes, [&](protozero::pbf_reader &reader, std::uint32_t field) {
                if (field != protobuf::text(2)) {
                    return false;
                }
                kind = protobuf::viewOf(reader);
                return true;
            });
            m_isStatus = kind == "Status";
            if (!m_isStatus && kind != m_kind) {
                return Error{ErrorCode::Protocol,
                    "a " + m_kind + " was asked for, but what came is \"" + std::string(kind.substr(0, 80)) + "\"", {},
                    {}};
            }
            m_kindKnown = true;
            break;
        }
        case Part::Encoding:
            if (!bytes.empty()) {
                return broken("it has an unknown content encoding");
            }
            m_encodingSeen = true;
            break;
        case Part::Meta: {
            wire::ListMeta meta;
            protobuf::read(bytes, meta);
            m_meta.resourceVersion = meta.resourceVersion;
            m_meta.continueToken = meta.continueToken;
            if (meta.remaining && *meta.remaining >= 0) {
                m_meta.remaining = std::uint64_t(*meta.remaining);
            }
            break;
        }
        case Part::Status: {
            wire::Status status;
            protobuf::read(bytes, status);
            return errorOf(apiStatusOf(status));
        }
        case Part::OneItem:
            if (auto done = m_onItem(bytes); !done) {
                return done;
            }
            break;
        case Part::Skipped:
        case Part::Raw:
            break;
        }
    } catch (const protozero::exception &error) {
        return broken(error.what());
    }
    return fieldEnded();
}

Result<void> ProtobufList::fieldEnded()
{
    m_number = 0;
    m_step = Step::Tag;
    if (m_inRaw && m_rawLeft == 0) {
        m_inRaw = false;
        m_rawDone = true;
    }
    return {};
}

Result<void> ProtobufList::finish()
{
    const bool between = m_step == Step::Tag && m_shift == 0 && !m_inRaw;
    return between && m_rawDone && m_encodingSeen && m_typeSeen ? Result<void>() : Result<void>(cut());
}

} // namespace sextant::kubernetes
