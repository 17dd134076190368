// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kubernetes/protobuffields.h"

namespace sextant::kubernetes::protobuf {

using Reader = protozero::pbf_reader;

Time timeOf(std::string_view bytes)
{
    if (bytes.empty()) {
        return kNoTime; // an unset time is an empty message
    }
    std::int64_t seconds = 0;
    eachField(bytes, [&](Reader &reader, std::uint32_t field) {
        if (field != number(1)) {
            return false;
        }
        seconds = reader.get_int64();
        return true;
    });
    return wire::timeOf(seconds);
}

void readMapEntry(std::string_view bytes, wire::TextMap &map)
{
    std::pair<std::string_view, std::string_view> entry;
    eachField(bytes, [&](Reader &reader, std::uint32_t field) {
        switch (field) {
        case text(1):
            entry.first = viewOf(reader);
            return true;
        case text(2):
            entry.second = viewOf(reader);
            return true;
        default:
            return false;
        }
    });
    map.push_back(entry);
}

void readQuantityEntry(std::string_view bytes, wire::ResourceList &list)
{
    std::pair<std::string_view, std::string_view> entry;
    eachField(bytes, [&](Reader &reader, std::uint32_t field) {
        switch (field) {
        case text(1):
            entry.first = viewOf(reader);
            return true;
        case message(2):
            eachField(viewOf(reader), [&](Reader &inner, std::uint32_t innerField) {
                if (innerField != text(1)) {
                    return false;
                }
                entry.second = viewOf(inner);
                return true;
            });
            return true;
        default:
            return false;
        }
    });
    list.push_back(entry);
}

void readResources(std::string_view bytes, wire::Resources &resources)
{
    eachField(bytes, [&](Reader &reader, std::uint32_t field) {
        switch (field) {
        case message(1):
            readQuantityEntry(viewOf(reader), resources.limits);
            return true;
        case message(2):
            readQuantityEntry(viewOf(reader), resources.requests);
            return true;
        default:
            return false;
        }
    });
}

static void readOwner(std::string_view bytes, wire::Meta &meta)
{
    std::string_view kind, name, uid;
    bool controller = false;
    eachField(bytes, [&](Reader &reader, std::uint32_t field) {
        switch (field) {
        case text(1):
            kind = viewOf(reader);
            return true;
        case text(3):
            name = viewOf(reader);
            return true;
        case text(4):
            uid = viewOf(reader);
            return true;
        case number(6):
            controller = reader.get_bool();
            return true;
        default:
            return false;
        }
    });
    if (controller) {
        meta.ownerKind = kind;
        meta.ownerName = name;
        meta.ownerUid = uid;
    }
}

static void readAnnotation(std::string_view bytes, wire::Meta &meta)
{
    wire::TextMap entry;
    readMapEntry(bytes, entry);
    if (entry[0].first == "deployment.kubernetes.io/revision") {
        meta.revision = entry[0].second;
    } else if (entry[0].first == "k8s.io/initial-events-end") {
        meta.initialEventsEnd = entry[0].second == "true";
    }
}

void readMeta(std::string_view bytes, wire::Meta &meta)
{
    eachField(bytes, [&](Reader &reader, std::uint32_t field) {
        switch (field) {
        case text(1):
            meta.name = viewOf(reader);
            return true;
        case text(3):
            meta.ns = viewOf(reader);
            return true;
        case text(5):
            meta.uid = viewOf(reader);
            return true;
        case text(6):
            meta.resourceVersion = viewOf(reader);
            return true;
        case number(7):
            meta.generation = reader.get_int64();
            return true;
        case message(8):
            meta.created = timeOf(viewOf(reader));
            return true;
        case message(9):
            meta.deleted = timeOf(viewOf(reader));
            meta.deleting = true;
            return true;
        case message(11):
            readMapEntry(viewOf(reader), meta.labels);
            return true;
        case message(12):
            readAnnotation(viewOf(reader), meta);
            return true;
        case message(13):
            readOwner(viewOf(reader), meta);
            return true;
        default:
            return false;
        }
    });
}

void readContainer(std::string_view bytes, wire::Container &container)
{
    eachField(bytes, [&](Reader &reader, std::uint32_t field) {
        switch (field) {
        case text(1):
            container.name = viewOf(reader);
            return true;
        case text(2):
            container.image = viewOf(reader);
            return true;
        case message(8):
            readResources(viewOf(reader), container.resources);
            return true;
        case text(24):
            container.alwaysRestart = viewOf(reader) == "Always";
            return true;
        default:
            return false;
        }
    });
}

void readSelector(std::string_view bytes, wire::Selector &selector)
{
    eachField(bytes, [&](Reader &reader, std::uint32_t field) {
        switch (field) {
        case message(1):
            readMapEntry(viewOf(reader), selector.labels);
            return true;
        case message(2): {
            wire::Requirement requirement;
            eachField(viewOf(reader), [&](Reader &inner, std::uint32_t innerField) {
                switch (innerField) {
                case text(1):
                    requirement.key = viewOf(inner);
                    return true;
                case text(2):
                    requirement.op = viewOf(inner);
                    return true;
                case text(3):
                    requirement.values.push_back(viewOf(inner));
                    return true;
                default:
                    return false;
                }
            });
            selector.expressions.push_back(std::move(requirement));
            return true;
        }
        default:
            return false;
        }
    });
}

wire::Condition conditionOf(
    std::string_view bytes, std::uint32_t since, std::uint32_t reason, std::uint32_t messageField)
{
    wire::Condition condition;
    eachField(bytes, [&](Reader &reader, std::uint32_t field) {
        if (field == text(1)) {
            condition.type = viewOf(reader);
        } else if (field == text(2)) {
            condition.status = viewOf(reader);
        } else if (field == message(since)) {
            condition.since = timeOf(viewOf(reader));
        } else if (field == text(reason)) {
            condition.reason = viewOf(reader);
        } else if (field == text(messageField)) {
            condition.message = viewOf(reader);
        } else {
            return false;
        }
        return true;
    });
    return condition;
}

} // namespace sextant::kubernetes::protobuf
