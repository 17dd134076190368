// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kubernetes/decoder.h"
#include "core/kubernetes/jsonitems.h"
#include "core/kubernetes/wire.h"

#include <string_view>

namespace sextant::kubernetes {

/// "Pod", "Deployment", ...: how the API calls one object of the kind.
std::string_view objectKindOf(ResourceKind kind);

/// Turns one object's bytes into its draft. Keeps its parser's memory between items. Threads: one at a time.
class ItemDecoder {
public:
    ItemDecoder(ResourceKind kind, DecodeOptions options);

    ResourceKind kind() const { return m_kind; }
    /// ErrorCode::Decode on bytes that are no such message, or an object without a name.
    Result<Item> protobuf(std::string_view bytes) const;
    Result<Item> json(json::Element object) const;
    Result<Item> jsonText(std::string_view text);

private:
    ResourceKind m_kind;
    DecodeOptions m_options;
    simdjson::dom::parser m_parser;
};

using sextant::json::parseJson;

/// What a message of runtime.Unknown holds behind "k8s\0".
struct Envelope {
    std::string_view apiVersion, kind, raw;
};
/// Opens the envelope of one object that is there as a whole. ErrorCode::Protocol on anything else; with `whole` also
/// when its last two fields, which are always written, are missing: then the body was cut.
Result<Envelope> openEnvelope(std::string_view bytes, bool whole);

/// The Error of an API status: its code decides the kind of failure.
Error errorOf(const ApiStatus &status);

} // namespace sextant::kubernetes
