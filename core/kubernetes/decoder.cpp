// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kubernetes/decoder.h"

#include "core/kubernetes/itemdecoder.h"
#include "core/kubernetes/jsonlist.h"
#include "core/kubernetes/protobuffields.h"
#include "core/kubernetes/protobufitems.h"
#include "core/kubernetes/protobuflist.h"
#include "core/kubernetes/wiredrafts.h"

#include <algorithm>
#include <cctype>
#include <protozero/exception.hpp>

namespace sextant::kubernetes {

namespace {

std::string mediaTypeOf(std::string_view contentType)
{
    std::string type(contentType.substr(0, contentType.find(';')));
    while (!type.empty() && type.back() == ' ') {
        type.pop_back();
    }
    std::transform(type.begin(), type.end(), type.begin(), [](unsigned char c) { return char(std::tolower(c)); });
    return type;
}

} // namespace

Result<WireFormat> wireFormatOf(std::string_view contentType)
{
    const std::string type = mediaTypeOf(contentType);
    if (type == "application/vnd.kubernetes.protobuf") {
        return WireFormat::Protobuf;
    }
    if (type == "application/json") {
        return WireFormat::Json;
    }
    return Error{ErrorCode::Protocol,
        type.empty() ? std::string("the answer does not say what it is")
                     : "the answer is \"" + type.substr(0, 80) + "\", neither protobuf nor JSON",
        {}, "Something between here and the API server may have answered in its place"};
}

// ---- lists

struct ListDecoder::Impl {
    Impl(ResourceKind kind, WireFormat format, const DecodeOptions &options, std::function<void(Item &&)> deliver)
        : items(kind, options)
        , onItem(std::move(deliver))
        , listKind(std::string(objectKindOf(kind)) + "List")
    {
        if (format == WireFormat::Protobuf) {
            protobuf.emplace(listKind, [this](std::string_view bytes) { return take(items.protobuf(bytes)); });
        } else {
            json.emplace(listKind, [this](std::string_view text) { return take(items.jsonText(text)); });
        }
    }

    Result<void> take(Result<Item> item)
    {
        ++count;
        if (!item) {
            Error error = item.error();
            error.subject = "item " + std::to_string(count) + " of the " + listKind;
            return error;
        }
        onItem(std::move(item).value());
        return {};
    }

    /// Once failed, always failed.
    Result<void> kept(Result<void> result)
    {
        if (!result) {
            failure = result.error();
        }
        return result;
    }

    ItemDecoder items;
    std::function<void(Item &&)> onItem;
    std::string listKind;
    std::uint64_t count = 0;
    std::optional<ProtobufList> protobuf;
    std::optional<JsonList> json;
    std::optional<Error> failure;
};

ListDecoder::ListDecoder(
    ResourceKind kind, WireFormat format, const DecodeOptions &options, std::function<void(Item &&)> onItem)
    : m_impl(std::make_unique<Impl>(kind, format, options, std::move(onItem)))
{
}

ListDecoder::~ListDecoder() = default;
ListDecoder::ListDecoder(ListDecoder &&) noexcept = default;

Result<void> ListDecoder::feed(std::string_view bytes)
{
    if (m_impl->failure) {
        return *m_impl->failure;
    }
    return m_impl->kept(m_impl->protobuf ? m_impl->protobuf->feed(bytes) : m_impl->json->feed(bytes));
}

Result<void> ListDecoder::finish()
{
    if (m_impl->failure) {
        return *m_impl->failure;
    }
    return m_impl->kept(m_impl->protobuf ? m_impl->protobuf->finish() : m_impl->json->finish());
}

const ListMeta &ListDecoder::meta() const { return m_impl->protobuf ? m_impl->protobuf->meta() : m_impl->json->meta(); }

// ---- watches

struct WatchDecoder::Impl {
    Impl(
        ResourceKind kind, WireFormat wireFormat, const DecodeOptions &options, std::function<void(WatchEvent)> deliver)
        : items(kind, options)
        , format(wireFormat)
        , onEvent(std::move(deliver))
    {
    }

    Result<void> feedFrames(std::string_view bytes);
    Result<void> feedLines(std::string_view bytes);
    Result<void> frame(std::string_view bytes);
    Result<void> line(std::string_view text);
    Result<void> setType(std::string_view type, WatchEvent &event) const;
    Error broken(const std::string &what) const
    {
        return Error{ErrorCode::Decode,
            "the watch of " + std::string(objectKindOf(items.kind())) + "s is broken: " + what, {}, {}};
    }
    Error tooLarge() const
    {
        return Error{ErrorCode::TooLarge,
            "the watch of " + std::string(objectKindOf(items.kind())) + "s sent an event larger than "
                + std::to_string(kMaxItemBytes) + " bytes",
            {}, {}};
    }

    ItemDecoder items;
    WireFormat format;
    std::function<void(WatchEvent)> onEvent;
    simdjson::dom::parser parser;
    std::string pending;
    std::optional<Error> failure;
};

WatchDecoder::WatchDecoder(
    ResourceKind kind, WireFormat format, const DecodeOptions &options, std::function<void(WatchEvent)> onEvent)
    : m_impl(std::make_unique<Impl>(kind, format, options, std::move(onEvent)))
{
}

WatchDecoder::~WatchDecoder() = default;
WatchDecoder::WatchDecoder(WatchDecoder &&) noexcept = default;

Result<void> WatchDecoder::feed(std::string_view bytes)
{
    if (m_impl->failure) {
        return *m_impl->failure;
    }
    auto result = m_impl->format == WireFormat::Protobuf ? m_impl->feedFrames(bytes) : m_impl->feedLines(bytes);
    if (!result) {
        m_impl->failure = result.error();
        std::string().swap(m_impl->pending);
    }
    return result;
}

Result<void> WatchDecoder::Impl::feedFrames(std::string_view bytes)
{
    constexpr std::size_t kLength = 4;
    const auto lengthOf = [](std::string_view at) {
        std::uint32_t length = 0;
        for (std::size_t i = 0; i < kLength; ++i) {
            length = (length << 8) | static_cast<unsigned char>(at[i]);
        }
        return length;
    };
    while (!bytes.empty()) {
        if (pending.empty() && bytes.size() >= kLength) { // a whole frame is read where it lies
            const std::uint64_t length = lengthOf(bytes);
            if (length > kMaxItemBytes) {
                return tooLarge();
            }
            if (bytes.size() >= kLength + length) {
                const auto whole = bytes.substr(kLength, length);
                bytes.remove_prefix(kLength + length);
                if (auto done = frame(whole); !done) {
                    return done;
                }
                continue;
            }
        }
        if (pending.size() < kLength) {
            const auto count = std::min(kLength - pending.size(), bytes.size());
            pending.append(bytes.substr(0, count));
            bytes.remove_prefix(count);
            if (pending.size() < kLength) {
                return {};
            }
        }
        const std::uint64_t length = lengthOf(pending);
        if (length > kMaxItemBytes) {
            return tooLarge();
        }
        const auto count = std::min<std::uint64_t>(kLength + length - pending.size(), bytes.size());
        pending.append(bytes.substr(0, count));
        bytes.remove_prefix(count);
        if (pending.size() == kLength + length) {
            auto done = frame(std::string_view(pending).substr(kLength));
            pending.clear();
            if (!done) {
                return done;
            }
        }
    }
    return {};
}

Result<void> WatchDecoder::Impl::feedLines(std::string_view bytes)
{
    while (!bytes.empty()) {
        const auto end = bytes.find('\n');
        const auto part = bytes.substr(0, end);
        if (pending.size() + part.size() > kMaxItemBytes) {
            return tooLarge();
        }
        if (end == std::string_view::npos) {
            pending.append(part);
            return {};
        }
        bytes.remove_prefix(end + 1);
        Result<void> done;
        if (pending.empty()) {
            done = line(part);
        } else {
            pending.append(part);
            done = line(pending);
            pending.clear();
        }
        if (!done) {
            return done;
        }
    }
    return {};
}

Result<void> WatchDecoder::Impl::setType(std::string_view type, WatchEvent &event) const
{
    if (type == "ADDED") {
        event.type = WatchEventType::Added;
    } else if (type == "MODIFIED") {
        event.type = WatchEventType::Modified;
    } else if (type == "DELETED") {
        event.type = WatchEventType::Deleted;
    } else if (type == "BOOKMARK") {
        event.type = WatchEventType::Bookmark;
    } else if (type == "ERROR") {
        event.type = WatchEventType::Error;
    } else {
        return broken("an event of unknown type \"" + std::string(type.substr(0, 40)) + "\"");
    }
    return {};
}

Result<void> WatchDecoder::Impl::frame(std::string_view bytes)
{
    try {
        std::string_view type, object;
        protobuf::eachField(bytes, [&](protozero::pbf_reader &reader, std::uint32_t field) {
            switch (field) {
            case protobuf::text(1):
                type = protobuf::viewOf(reader);
                return true;
            case protobuf::message(2):
                protobuf::eachField(
                    protobuf::viewOf(reader), [&](protozero::pbf_reader &inner, std::uint32_t innerField) {
                        if (innerField != protobuf::text(1)) {
                            return false;
                        }
                        object = protobuf::viewOf(inner);
                        return true;
                    });
                return true;
            default:
                return false;
            }
        });
        WatchEvent event;
        if (auto known = setType(type, event); !known) {
            return known;
        }
        const auto envelope = openEnvelope(object, false);
        if (!envelope) {
            return broken(envelope.error().message);
        }
        if (event.type == WatchEventType::Error) {
            wire::Status status;
            if (envelope->kind == "Status") {
                protobuf::read(envelope->raw, status);
            }
            event.status = apiStatusOf(status);
            onEvent(std::move(event));
            return {};
        }
        if (envelope->kind != objectKindOf(items.kind())) {
            return broken("an object of kind \"" + std::string(envelope->kind.substr(0, 80)) + "\"");
        }
        const auto meta = protobuf::metaOf(envelope->raw);
        event.resourceVersion = meta.resourceVersion;
        event.initialEventsEnd = event.type == WatchEventType::Bookmark && meta.initialEventsEnd;
        if (event.type != WatchEventType::Bookmark) {
            auto item = items.protobuf(envelope->raw);
            if (!item) {
                return item.error();
            }
            event.item = std::move(item).value();
        }
        onEvent(std::move(event));
        return {};
    } catch (const protozero::exception &error) {
        return broken(error.what());
    }
}

Result<void> WatchDecoder::Impl::line(std::string_view text)
{
    if (text.find_first_not_of(" \t\r") == std::string_view::npos) {
        return {};
    }
    const auto parsed = parseJson(parser, text);
    if (!parsed) {
        return broken(parsed.error().message);
    }
    std::string_view type;
    std::optional<json::Element> object;
    json::eachMember(*parsed, [&](std::string_view key, json::Element value) {
        if (key == "type") {
            type = json::textOf(value);
        } else if (key == "object") {
            object = value;
        }
    });
    WatchEvent event;
    if (auto known = setType(type, event); !known) {
        return known;
    }
    if (!object || !object->is_object()) {
        return broken("an event without an object");
    }
    std::string_view kind;
    wire::Meta meta;
    json::eachMember(*object, [&](std::string_view key, json::Element value) {
        if (key == "kind") {
            kind = json::textOf(value);
        } else if (key == "metadata") {
            meta = {};
            json::readMeta(value, meta);
        }
    });
    if (event.type == WatchEventType::Error) {
        wire::Status status;
        json::read(*object, status);
        event.status = apiStatusOf(status);
        onEvent(std::move(event));
        return {};
    }
    if (kind != objectKindOf(items.kind())) {
        return broken("an object of kind \"" + std::string(kind.substr(0, 80)) + "\"");
    }
    event.resourceVersion = meta.resourceVersion;
    event.initialEventsEnd = event.type == WatchEventType::Bookmark && meta.initialEventsEnd;
    if (event.type != WatchEventType::Bookmark) {
        auto item = items.json(*object);
        if (!item) {
            return item.error();
        }
        event.item = std::move(item).value();
    }
    onEvent(std::move(event));
    return {};
}

// ---- single objects

Result<Item> decodeObject(ResourceKind kind, WireFormat format, std::string_view body, const DecodeOptions &options)
{
    ItemDecoder items(kind, options);
    const auto wrongKind = [&](std::string_view came) {
        return Error{ErrorCode::Protocol,
            "a " + std::string(objectKindOf(kind)) + " was asked for, but what came is \""
                + std::string(came.substr(0, 80)) + "\"",
            {}, {}};
    };
    try {
        if (format == WireFormat::Protobuf) {
            const auto envelope = openEnvelope(body, true);
            if (!envelope) {
                return envelope.error();
            }
            if (envelope->kind == "Status") {
                wire::Status status;
                protobuf::read(envelope->raw, status);
                return errorOf(apiStatusOf(status));
            }
            return envelope->kind == objectKindOf(kind) ? items.protobuf(envelope->raw)
                                                        : Result<Item>(wrongKind(envelope->kind));
        }
    } catch (const protozero::exception &error) {
        return Error{ErrorCode::Decode, error.what(), {}, {}};
    }
    simdjson::dom::parser parser;
    const auto object = parseJson(parser, body);
    if (!object) {
        return object.error();
    }
    std::string_view came;
    json::eachMember(*object, [&](std::string_view key, json::Element value) {
        if (key == "kind") {
            came = json::textOf(value);
        }
    });
    if (came == "Status") {
        wire::Status status;
        json::read(*object, status);
        return errorOf(apiStatusOf(status));
    }
    return came == objectKindOf(kind) ? items.json(*object) : Result<Item>(wrongKind(came));
}

ApiStatus decodeStatus(int httpStatus, std::string_view contentType, std::string_view body)
{
    ApiStatus out;
    wire::Status status;
    const auto format = wireFormatOf(contentType);
    simdjson::dom::parser parser;
    bool known = false;
    if (format && *format == WireFormat::Protobuf) {
        const auto envelope = openEnvelope(body, false);
        if (envelope && envelope->kind == "Status") {
            try {
                protobuf::read(envelope->raw, status);
                known = true;
            } catch (const protozero::exception &) {
                known = false; // an error that cannot be read is still the error its HTTP status says
            }
        }
    } else if (format) {
        const auto object = parseJson(parser, body);
        if (object && object->is_object()) {
            json::read(*object, status);
            known = status.code != 0 || !status.reason.empty() || !status.message.empty();
        }
    }
    if (known) {
        out = apiStatusOf(status);
    } else if (!format || *format == WireFormat::Json) {
        auto text = body.substr(0, 300);
        while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' ')) {
            text.remove_suffix(1);
        }
        out.message = text;
    }
    if (out.code == 0) {
        out.code = httpStatus;
    }
    return out;
}

} // namespace sextant::kubernetes
