// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/stringpool.h"
#include "core/base/varint.h"
#include "core/fleet/draftfields.h"
#include "core/fleet/uid.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

/// How a draft of a node or a workload is packed into a block of bytes: the fields of draftfields.h in their order, of
/// which those that are set have a bit and then follow; words by their numbers in the StringPool, other texts as they
/// are. A block holds no address: it can be moved and copied.
namespace sextant {

/// A number written as numbers are, which nearly every resourceVersion is.
inline std::optional<std::uint64_t> numberIn(std::string_view text)
{
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = !text.empty() && error == std::errc() && end == text.data() + text.size();
    return whole && (text.front() != '0' || text.size() == 1) ? std::optional(value) : std::nullopt;
}

namespace detail {

template <class T> inline constexpr bool kIsAmount = false;
template <class Tag> inline constexpr bool kIsAmount<Amount<Tag>> = true;
template <class T>
concept IsNumber = std::is_integral_v<T> || std::is_enum_v<T>;

template <class T> bool isSet(const T &value)
{
    if constexpr (IsNumber<T>) {
        return value != T{};
    } else if constexpr (kIsAmount<T>) {
        return value.known();
    } else if constexpr (std::is_same_v<T, Time>) {
        return value != kNoTime;
    } else if constexpr (requires { value.empty(); }) {
        return !value.empty();
    } else if constexpr (requires { bool(value); }) {
        return bool(value); // of a pointer or an optional: it is there
    } else {
        return true; // a draft within a draft
    }
}
template <class T> bool isSet(const WordField<T> &word) { return isSet(word.of); }
template <class T> bool isSet(const UidField<T> &uid) { return isSet(uid.of); }
template <class T> bool isSet(const VersionField<T> &version) { return isSet(version.of); }

template <class T> void unset(T &value)
{
    if constexpr (std::is_same_v<T, Time>) {
        value = kNoTime;
    } else {
        value = T{};
    }
}
template <class T> void unset(WordField<T> &word) { unset(word.of); }
template <class T> void unset(UidField<T> &uid) { unset(uid.of); }
template <class T> void unset(VersionField<T> &version) { unset(version.of); }

constexpr std::size_t bytesFor(std::size_t fields) { return (fields + 7) / 8; }

class DraftPacker {
public:
    DraftPacker(std::string &out, StringPool &strings)
        : m_out(out)
        , m_strings(strings)
    {
    }
    template <class... T> void operator()(T &&...parts)
    {
        const auto bits = m_out.size();
        m_out.append(bytesFor(sizeof...(T)), '\0');
        std::size_t field = 0;
        (part(bits, field++, parts), ...);
    }

private:
    template <class T> void part(std::size_t bits, std::size_t field, const T &value)
    {
        if (isSet(value)) {
            m_out[bits + field / 8] = static_cast<char>(m_out[bits + field / 8] | 1 << field % 8);
            put(value);
        }
    }
    void number(std::uint64_t value) { putVarint(m_out, value); }
    void text(std::string_view text)
    {
        number(text.size());
        m_out += text;
    }
    void word(std::string_view text) { number(static_cast<std::uint64_t>(m_strings.intern(text))); }

    template <IsNumber T> void put(const T &value)
    {
        if constexpr (!std::is_same_v<T, bool>) { // its bit says it
            number(zigzag(static_cast<std::int64_t>(value)));
        }
    }
    void put(const double &value)
    {
        char bytes[sizeof value];
        std::memcpy(bytes, &value, sizeof value);
        m_out.append(bytes, sizeof value);
    }
    template <class Tag> void put(const Amount<Tag> &amount) { number(zigzag(amount.value)); }
    void put(const Time &time) // as its distance from the one before it
    {
        const auto seconds = static_cast<std::uint64_t>(time.time_since_epoch().count());
        number(zigzag(static_cast<std::int64_t>(seconds - m_seconds)));
        m_seconds = seconds;
    }
    void put(const std::string &value) { text(value); }
    template <class T> void put(const WordField<T> &value) { putWord(value.of); }
    void putWord(const std::string &value) { word(value); }
    void putWord(const std::pair<std::string, std::string> &label)
    {
        word(label.first);
        word(label.second);
    }
    template <class T> void putWord(const std::vector<T> &list)
    {
        number(list.size());
        for (const T &one : list) {
            putWord(one);
        }
    }
    template <class T> void put(const UidField<T> &uid)
    {
        const Uid packed = packUid(uid.of);
        if (packed.high == 0) {
            text(uid.of);
            return;
        }
        number(0);
        for (const std::uint64_t half : {packed.high, packed.low}) {
            char bytes[sizeof half];
            std::memcpy(bytes, &half, sizeof half);
            m_out.append(bytes, sizeof half);
        }
    }
    template <class T> void put(const VersionField<T> &version)
    {
        if (const auto value = numberIn(version.of)) {
            number(0);
            number(*value);
        } else {
            text(version.of);
        }
    }
    template <class T> void put(const std::pair<std::string, T> &named)
    {
        word(named.first);
        put(named.second);
    }
    template <class T> void put(const std::vector<T> &list)
    {
        number(list.size());
        for (const T &one : list) {
            put(one);
        }
    }
    template <class T> void put(const std::optional<T> &maybe) { put(*maybe); }
    template <class T> void put(const std::shared_ptr<const T> &maybe) { put(*maybe); }
    template <class T>
    requires requires(DraftPacker &way, const T &draft) { fields(way, draft); }
    void put(const T &draft) { fields(*this, draft); }

    std::string &m_out;
    StringPool &m_strings;
    std::uint64_t m_seconds = 0;
};

/// Reads what a DraftPacker wrote; a std::string_view in the place of a std::string is valid as long as the block and
/// the pool.
class DraftUnpacker {
public:
    DraftUnpacker(std::string_view block, const StringPool &strings)
        : m_at(block.data())
        , m_end(block.data() + block.size())
        , m_strings(strings)
    {
    }
    template <class... T> void operator()(T &&...parts)
    {
        const char *bits = this->bits(bytesFor(sizeof...(T)));
        std::size_t field = 0;
        (part(bits, field++, parts), ...);
    }

protected:
    /// Null: the block is empty, which is of a draft of which nothing is set.
    const char *bits(std::size_t bytes)
    {
        if (static_cast<std::size_t>(m_end - m_at) < bytes) {
            m_at = m_end;
            return nullptr;
        }
        return std::exchange(m_at, m_at + bytes);
    }
    static bool has(const char *bits, std::size_t field)
    {
        return bits != nullptr && (static_cast<unsigned char>(bits[field / 8]) >> field % 8 & 1U) != 0;
    }
    template <class T> void part(const char *bits, std::size_t field, T &part)
    {
        if (has(bits, field)) {
            take(part);
        } else {
            unset(part);
        }
    }
    std::uint64_t number() { return takeVarint(m_at, m_end); }
    std::string_view bytes(std::uint64_t wanted)
    {
        const auto length = std::min(wanted, static_cast<std::uint64_t>(m_end - m_at));
        const std::string_view text(m_at, static_cast<std::size_t>(length));
        m_at += length;
        return text;
    }
    std::string_view text() { return bytes(number()); }
    std::string_view word() { return m_strings.view(static_cast<StringId>(number())); }
    std::uint64_t half()
    {
        std::uint64_t half = 0;
        const auto text = bytes(sizeof half);
        std::memcpy(&half, text.data(), text.size());
        return half;
    }
    /// How many follow: of each there is a byte at least.
    std::size_t count() { return static_cast<std::size_t>(std::min<std::uint64_t>(number(), m_end - m_at)); }

    template <IsNumber T> void take(T &value)
    {
        if constexpr (std::is_same_v<T, bool>) {
            value = true;
        } else {
            value = static_cast<T>(unzigzag(number()));
        }
    }
    void take(double &value)
    {
        const auto text = bytes(sizeof value);
        std::memcpy(&value, text.data(), text.size());
    }
    template <class Tag> void take(Amount<Tag> &amount) { amount.value = unzigzag(number()); }
    void take(Time &time)
    {
        m_seconds += static_cast<std::uint64_t>(unzigzag(number()));
        time = Time(std::chrono::seconds(static_cast<std::int64_t>(m_seconds)));
    }
    void take(std::string &value) { value = text(); }
    void take(std::string_view &value) { value = text(); }
    template <class T> void take(WordField<T> &value) { takeWord(value.of); }
    void takeWord(std::string &value) { value = word(); }
    void takeWord(std::string_view &value) { value = word(); }
    template <class Text> void takeWord(std::pair<Text, Text> &label)
    {
        label.first = word();
        label.second = word();
    }
    template <class T> void takeWord(std::vector<T> &list)
    {
        list.resize(count());
        for (T &one : list) {
            takeWord(one);
        }
    }
    void take(UidField<std::string> &uid)
    {
        if (const auto length = number(); length != 0) {
            uid.of = bytes(length);
        } else {
            const auto high = half();
            uid.of = uuidText({high, half()});
        }
    }
    void take(VersionField<std::string> &version)
    {
        if (const auto length = number(); length != 0) {
            version.of = bytes(length);
        } else {
            version.of = std::to_string(number());
        }
    }
    template <class Text, class T> void take(std::pair<Text, T> &named)
    {
        named.first = word();
        take(named.second);
    }
    template <class T> void take(std::vector<T> &list)
    {
        list.resize(count());
        for (T &one : list) {
            take(one);
        }
    }
    template <class T> void take(std::optional<T> &maybe) { take(maybe.emplace()); }
    template <class T> void take(std::shared_ptr<const T> &maybe)
    {
        auto made = std::make_shared<T>();
        take(*made);
        maybe = std::move(made);
    }
    template <class T>
    requires requires(DraftUnpacker &way, T &draft) { fields(way, draft); }
    void take(T &draft) { fields(*this, draft); }

    const char *m_at;
    const char *m_end;
    const StringPool &m_strings;
    std::uint64_t m_seconds = 0;
};

/// Passes over what stands before one field and reads that alone. Which field: by its address in `kNothing<Draft>`.
template <class T> inline const T kNothing{};
template <class Field, class Out> class DraftSeeker : DraftUnpacker {
public:
    DraftSeeker(std::string_view block, const StringPool &strings, const Field &wanted, Out &out)
        : DraftUnpacker(block, strings)
        , m_wanted(&wanted)
        , m_out(out)
    {
    }
    template <class... T> void operator()(T &&...parts)
    {
        const char *bits = this->bits(bytesFor(sizeof...(T)));
        std::size_t field = 0;
        (seek(bits, field++, parts) && ...);
    }

private:
    /// False: found.
    template <class T> bool seek(const char *bits, std::size_t field, const T &part)
    {
        if (wants(part)) {
            if (has(bits, field)) {
                read(part);
            }
            m_found = true;
        } else if (has(bits, field)) {
            skip(part);
        }
        return !m_found;
    }
    template <class T> bool wants(const T &part) const
    {
        if constexpr (std::is_same_v<T, Field>) {
            return &part == m_wanted;
        } else {
            return false;
        }
    }
    template <class T> bool wants(const WordField<T> &word) const { return wants(word.of); }
    template <class T> bool wants(const UidField<T> &uid) const { return wants(uid.of); }
    template <class T> bool wants(const VersionField<T> &version) const { return wants(version.of); }
    // Of another type than the field's nothing is ever wanted.
    template <class T> void read(const T &)
    {
        if constexpr (std::is_same_v<T, Field>) {
            take(m_out);
        }
    }
    template <class T> void read(const WordField<T> &) { readAs<T, WordField<Out>>(); }
    template <class T> void read(const UidField<T> &) { readAs<T, UidField<Out>>(); }
    template <class T> void read(const VersionField<T> &) { readAs<T, VersionField<Out>>(); }
    template <class T, class As> void readAs()
    {
        if constexpr (std::is_same_v<std::remove_const_t<T>, Field> && requires(As as) { this->take(as); }) {
            As as{m_out};
            take(as);
        }
    }

    template <IsNumber T> void skip(const T &)
    {
        if constexpr (!std::is_same_v<T, bool>) {
            number();
        }
    }
    void skip(const double &) { bytes(sizeof(double)); }
    template <class Tag> void skip(const Amount<Tag> &) { number(); }
    void skip(const Time &)
    {
        Time passed;
        take(passed); // later ones count from it
    }
    void skip(const std::string &) { text(); }
    template <class T> void skip(const WordField<T> &word) { skipWord(word.of); }
    void skipWord(const std::string &) { number(); }
    void skipWord(const std::pair<std::string, std::string> &)
    {
        number();
        number();
    }
    template <class T> void skipWord(const std::vector<T> &)
    {
        for (auto left = count(); left > 0; --left) {
            skipWord(kNothing<T>);
        }
    }
    template <class T> void skip(const UidField<T> &)
    {
        const auto length = number();
        bytes(length == 0 ? 2 * sizeof(std::uint64_t) : length);
    }
    template <class T> void skip(const VersionField<T> &)
    {
        if (const auto length = number(); length != 0) {
            bytes(length);
        } else {
            number();
        }
    }
    template <class T> void skip(const std::pair<std::string, T> &named)
    {
        number();
        skip(named.second);
    }
    template <class T> void skip(const std::vector<T> &)
    {
        for (auto left = count(); left > 0; --left) {
            skip(kNothing<T>);
        }
    }
    template <class T> void skip(const std::optional<T> &) { skip(kNothing<T>); }
    template <class T> void skip(const std::shared_ptr<const T> &) { skip(kNothing<T>); }
    template <class T>
    requires requires(DraftUnpacker &way, T &draft) { fields(way, draft); }
    void skip(const T &draft) { fields(*this, draft); }

    const Field *m_wanted;
    Out &m_out;
    bool m_found = false;
};

template <class Draft, class Field, class Out>
void seek(std::string_view block, const StringPool &strings, const Field &wanted, Out &out)
{
    DraftSeeker<Field, Out> way(block, strings, wanted, out);
    fields(way, kNothing<Draft>);
}
template <class Draft, class Field> const Draft &ownerOf(Field Draft::*) { return kNothing<Draft>; }

} // namespace detail

/// Packs a draft; `out` is written over. What was interned stays in `strings`.
template <class Draft> void packDraft(const Draft &draft, StringPool &strings, std::string &out)
{
    out.clear();
    detail::DraftPacker way(out, strings);
    fields(way, draft);
}
template <class Draft> Draft unpackDraft(std::string_view block, const StringPool &strings)
{
    Draft draft;
    detail::DraftUnpacker way(block, strings);
    fields(way, draft);
    return draft;
}
/// One field alone, of the draft or of one within it: a text, or what has texts in it, as `Out` with std::string_views,
/// which are valid as long as the block and the pool. What is not set is an `Out` of its own. Some ten nanoseconds.
template <class Draft, auto Field, class Out> Out fieldIn(std::string_view block, const StringPool &strings)
{
    Out out{};
    detail::unset(out);
    detail::seek<Draft>(block, strings, detail::ownerOf(Field).*Field, out);
    return out;
}

} // namespace sextant
