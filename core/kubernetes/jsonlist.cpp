// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kubernetes/jsonlist.h"

#include "core/kubernetes/itemdecoder.h"
#include "core/kubernetes/protobuflist.h"
#include "core/kubernetes/wiredrafts.h"

#include <array>

namespace sextant::kubernetes {

namespace {

constexpr std::size_t kDeepest = 512;

bool isSpace(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

/// Which bytes a scan has to look at; of the others it skips whole runs.
constexpr std::uint8_t kInString = 1, kInBrackets = 2;
constexpr auto kMarks = [] {
    std::array<std::uint8_t, 256> marks{};
    for (const unsigned char c : {'{', '}', '[', ']'}) {
        marks[c] = kInBrackets;
    }
    marks['"'] = kInString | kInBrackets;
    marks['\\'] = kInString;
    return marks;
}();

const char *skip(const char *at, const char *end, std::uint8_t until)
{
    while (at != end && (kMarks[static_cast<unsigned char>(*at)] & until) == 0) {
        ++at;
    }
    return at;
}

} // namespace

void JsonValueScan::reset()
{
    m_open.clear();
    m_begun = m_inString = m_escaped = m_bare = false;
}

JsonValueScan::Progress JsonValueScan::scan(std::string_view &bytes)
{
    const char *at = bytes.data();
    const char *const end = at + bytes.size();
    const auto stop = [&](Progress progress) {
        bytes.remove_prefix(std::size_t(at - bytes.data()));
        return progress;
    };
    while (at != end) {
        if (m_inString && !m_escaped) {
            at = skip(at, end, kInString);
        } else if (!m_inString && !m_open.empty()) {
            at = skip(at, end, kInBrackets);
        }
        if (at == end) {
            break;
        }
        const char c = *at;
        if (m_inString) {
            if (m_escaped) {
                m_escaped = false;
                ++at;
                continue;
            }
            m_escaped = *at == '\\';
            m_inString = m_escaped;
            ++at;
            if (!m_inString && m_open.empty()) {
                return stop(Progress::Done);
            }
            continue;
        }
        if (m_bare && (c == ',' || c == '}' || c == ']' || isSpace(c))) {
            return stop(Progress::Done);
        }
        switch (c) {
        case '"':
            if (m_bare) {
                return stop(Progress::Broken);
            }
            m_inString = true;
            break;
        case '{':
        case '[':
            if (m_bare || m_open.size() >= kDeepest) {
                return stop(Progress::Broken);
            }
            m_open.push_back(c);
            break;
        case '}':
        case ']':
            if (m_open.empty() || m_open.back() != (c == '}' ? '{' : '[')) {
                return stop(Progress::Broken);
            }
            m_open.pop_back();
            if (m_open.empty()) {
                ++at;
                return stop(Progress::Done);
            }
            break;
        case ',':
        case ':':
            if (m_open.empty()) {
                return stop(Progress::Broken);
            }
            break;
        default:
            m_bare = m_open.empty();
            break;
        }
        m_begun = true;
        ++at;
    }
    return stop(Progress::More);
}

JsonList::JsonList(std::string kind, std::function<Result<void>(std::string_view)> onItem)
    : JsonList(std::move(kind), Shape{}, std::move(onItem))
{
}

JsonList::JsonList(std::string kind, Shape shape, std::function<Result<void>(std::string_view)> onItem)
    : m_kind(std::move(kind))
    , m_shape(std::move(shape))
    , m_itemsKey('"' + m_shape.items + '"')
    , m_onItem(std::move(onItem))
    , m_header("{")
{
    if (m_shape.maxItemBytes == 0) {
        m_shape.maxItemBytes = kMaxItemBytes;
    }
}

Error JsonList::broken(const std::string &what) const
{
    return Error{ErrorCode::Protocol, "the " + m_kind + " cannot be read: " + what, {}, {}};
}

Result<void> JsonList::collect(std::string_view &bytes, std::string &into, std::uint64_t bound, bool &done)
{
    const auto before = bytes;
    const auto result = m_scan.scan(bytes);
    into.append(before.substr(0, before.size() - bytes.size()));
    if (result == JsonValueScan::Progress::Broken) {
        return broken("its brackets do not match, or are nested too deep");
    }
    if (into.size() > bound) {
        return Error{ErrorCode::TooLarge,
            "the " + m_kind + " has a part larger than the " + std::to_string(bound) + " bytes that are read", {}, {}};
    }
    done = result == JsonValueScan::Progress::Done;
    m_scanning = !done;
    return {};
}

Result<void> JsonList::feed(std::string_view bytes)
{
    while (!bytes.empty()) {
        const char c = bytes[0];
        if (!m_scanning && isSpace(c)) {
            bytes.remove_prefix(1);
            continue;
        }
        bool done = false;
        switch (m_step) {
        case Step::Start:
            if (c != '{') {
                return broken("it is no JSON object");
            }
            bytes.remove_prefix(1);
            m_step = Step::FirstKey;
            break;
        case Step::FirstKey:
        case Step::Key:
            if (!m_scanning) {
                if (c == '}' && m_step == Step::FirstKey) {
                    bytes.remove_prefix(1);
                    m_step = Step::End;
                    break;
                }
                if (c != '"') {
                    return broken("a member has no name");
                }
                m_key.clear();
                m_scan.reset();
            }
            if (auto taken = collect(bytes, m_key, 1024, done); !taken) {
                return taken;
            }
            if (done) {
                m_step = Step::Colon;
            }
            break;
        case Step::Colon:
            if (c != ':') {
                return broken("a member has no value");
            }
            bytes.remove_prefix(1);
            m_step = Step::Value;
            if (m_key != m_itemsKey) {
                m_header += m_header.size() > 1 ? "," : "";
                m_header += m_key;
                m_header += ':';
            }
            break;
        case Step::Value:
            if (m_key == m_itemsKey && !m_scanning && c == '[') {
                if (m_itemsSeen) {
                    return broken("it has items twice");
                }
                m_itemsSeen = true;
                bytes.remove_prefix(1);
                m_step = Step::FirstItem;
                if (auto header = readHeader(false); !header) {
                    return header;
                }
                break;
            }
            if (!m_scanning) {
                m_scan.reset();
                m_item.clear();
            }
            if (auto taken = collect(bytes, m_key == m_itemsKey ? m_item : m_header, kMaxHeaderBytes, done); !taken) {
                return taken;
            }
            if (done && m_key == m_itemsKey && m_item != "null") {
                return broken("its items are no array");
            }
            if (done) {
                m_step = Step::AfterValue;
            }
            break;
        case Step::AfterValue:
            if (c != ',' && c != '}') {
                return broken("its members are not separated");
            }
            bytes.remove_prefix(1);
            m_step = c == ',' ? Step::Key : Step::End;
            break;
        case Step::FirstItem:
        case Step::NextItem:
            if (!m_scanning) {
                if (c == ']' && m_step == Step::FirstItem) {
                    bytes.remove_prefix(1);
                    m_step = Step::AfterValue;
                    break;
                }
                if (c != '{') {
                    return broken("an item is no object");
                }
                m_item.clear();
                m_scan.reset();
            }
            if (auto taken = collect(bytes, m_item, m_shape.maxItemBytes, done); !taken) {
                return taken;
            }
            if (done) {
                m_step = Step::AfterItem;
                if (auto item = m_onItem(m_item); !item) {
                    return item;
                }
            }
            break;
        case Step::AfterItem:
            if (c != ',' && c != ']') {
                return broken("its items are not separated");
            }
            bytes.remove_prefix(1);
            m_step = c == ',' ? Step::NextItem : Step::AfterValue;
            break;
        case Step::End:
            return broken("something follows it");
        }
    }
    return {};
}

/// Looks at what is known of the list beside its items; before the last time its kind may still be to come.
Result<void> JsonList::readHeader(bool last)
{
    simdjson::dom::parser parser;
    std::string text = m_header;
    text += '}';
    const auto header = parseJson(parser, text);
    if (!header) {
        return broken(header.error().message);
    }
    std::string_view kind;
    wire::Status status;
    json::eachMember(*header, [&](std::string_view key, json::Element value) {
        if (key == "kind") {
            kind = json::textOf(value);
        } else if (key == "metadata") {
            wire::ListMeta meta;
            json::read(value, meta);
            m_meta.resourceVersion = meta.resourceVersion;
            m_meta.continueToken = meta.continueToken;
            m_meta.remaining.reset();
            if (meta.remaining && *meta.remaining >= 0) {
                m_meta.remaining = std::uint64_t(*meta.remaining);
            }
        }
    });
    if (kind == "Status") {
        json::read(*header, status);
        return errorOf(apiStatusOf(status));
    }
    if (kind != m_kind && (last || !kind.empty())) {
        return Error{ErrorCode::Protocol,
            "a " + m_kind + " was asked for, but what came is \"" + std::string(kind.substr(0, 80)) + "\"", {}, {}};
    }
    return m_shape.onHeader ? m_shape.onHeader(*header) : Result<void>();
}

Result<void> JsonList::finish()
{
    if (m_step != Step::End) {
        return Error{ErrorCode::Protocol, "the " + m_kind + " was cut short", {}, {}};
    }
    if (auto header = readHeader(true); !header) {
        return header;
    }
    return {};
}

} // namespace sextant::kubernetes
