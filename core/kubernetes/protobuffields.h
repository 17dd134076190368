// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kubernetes/wire.h"

#include <protozero/pbf_reader.hpp>
#include <string_view>

/// What the messages of every group are made of. Internal to the protobuf decoder.
namespace sextant::kubernetes::protobuf {

/// A field number with its wire type, so that a field of another type is skipped instead of misread.
constexpr std::uint32_t text(std::uint32_t field) { return (field << 3) | 2; }
constexpr std::uint32_t message(std::uint32_t field) { return (field << 3) | 2; }
constexpr std::uint32_t number(std::uint32_t field) { return field << 3; }

inline std::string_view viewOf(protozero::pbf_reader &reader)
{
    const auto view = reader.get_view();
    return {view.data(), view.size()};
}

/// Walks the fields of one message: `field(reader, tagAndType)` takes the value and returns true, or returns false.
template <class Field> void eachField(std::string_view bytes, Field field)
{
    protozero::pbf_reader reader(bytes.data(), bytes.size());
    while (reader.next()) {
        if (!field(reader, reader.tag_and_type())) {
            reader.skip();
        }
    }
}

Time timeOf(std::string_view bytes);
void readMapEntry(std::string_view bytes, wire::TextMap &map);
/// map<string, Quantity>
void readQuantityEntry(std::string_view bytes, wire::ResourceList &list);
void readResources(std::string_view bytes, wire::Resources &resources);
void readMeta(std::string_view bytes, wire::Meta &meta);
void readContainer(std::string_view bytes, wire::Container &container);
void readSelector(std::string_view bytes, wire::Selector &selector);
/// The numbers of a condition's fields differ between kinds.
wire::Condition conditionOf(std::string_view bytes, std::uint32_t since, std::uint32_t reason, std::uint32_t message);

} // namespace sextant::kubernetes::protobuf
