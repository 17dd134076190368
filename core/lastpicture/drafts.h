// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/fleet/draftfields.h"
#include "core/fleet/status.h"
#include "core/lastpicture/stream.h"

#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

/// Drafts in a kept picture: their fields (draftfields.h) one after another.
namespace sextant::lastpicture {

template <class E> inline constexpr int kLast = -1;
template <> inline constexpr int kLast<State> = kStates - 1;
template <> inline constexpr int kLast<WorkloadKind> = static_cast<int>(WorkloadKind::Other);
template <> inline constexpr int kLast<Orchestrator> = static_cast<int>(Orchestrator::Helios);
template <> inline constexpr int kLast<Sync> = static_cast<int>(Sync::Failed);

class DraftWriter {
public:
    explicit DraftWriter(Writer &out)
        : m_out(out)
    {
    }
    template <class... T> void operator()(const T &...parts) { (put(parts), ...); }

private:
    template <class T>
    requires std::is_arithmetic_v<T> || std::is_enum_v<T>
    void put(T value) { m_out.value(value); }
    template <class Tag> void put(Amount<Tag> amount) { m_out.value(amount.value); }
    void put(Time time) { m_out.value(std::int64_t(time.time_since_epoch().count())); }
    void put(const std::string &text) { m_out.text(text); }
    template <class T> void put(const WordField<T> &word) { put(word.of); }
    template <class T> void put(const UidField<T> &uid) { put(uid.of); }
    template <class T> void put(const VersionField<T> &version) { put(version.of); }
    template <class A, class B> void put(const std::pair<A, B> &pair)
    {
        put(pair.first);
        put(pair.second);
    }
    template <class T> void put(const std::vector<T> &list)
    {
        m_out.value(static_cast<std::uint32_t>(list.size()));
        for (const T &one : list) {
            put(one);
        }
    }
    template <class T> void put(const std::optional<T> &maybe)
    {
        m_out.value(maybe.has_value());
        if (maybe) {
            put(*maybe);
        }
    }
    template <class T> void put(const std::shared_ptr<const T> &maybe)
    {
        m_out.value(maybe != nullptr);
        if (maybe) {
            put(*maybe);
        }
    }
    template <class T>
    requires requires(DraftWriter &way, const T &draft) { fields(way, draft); }
    void put(const T &draft) { fields(*this, draft); }

    Writer &m_out;
};

class DraftReader {
public:
    explicit DraftReader(Reader &in)
        : m_in(in)
    {
    }
    template <class... T> void operator()(T &&...parts) { (take(parts), ...); }

private:
    template <class T>
    requires std::is_arithmetic_v<T>
    void take(T &value) { value = m_in.value<T>(); }
    template <class T>
    requires std::is_enum_v<T>
    void take(T &value)
    {
        static_assert(kLast<T> >= 0 && sizeof(T) == 1);
        const auto number = m_in.value<std::uint8_t>();
        if (number > kLast<T>) {
            m_in.fail();
            return;
        }
        value = static_cast<T>(number);
    }
    template <class Tag> void take(Amount<Tag> &amount) { amount.value = m_in.value<std::int64_t>(); }
    void take(Time &time) { time = Time(std::chrono::seconds(m_in.value<std::int64_t>())); }
    void take(std::string &text) { text = m_in.text(); }
    template <class T> void take(const WordField<T> &word) { take(word.of); }
    template <class T> void take(const UidField<T> &uid) { take(uid.of); }
    template <class T> void take(const VersionField<T> &version) { take(version.of); }
    template <class A, class B> void take(std::pair<A, B> &pair)
    {
        take(pair.first);
        take(pair.second);
    }
    template <class T> void take(std::vector<T> &list)
    {
        list.clear();
        const auto count = m_in.count(1);
        for (std::uint32_t i = 0; i < count && !m_in.failed(); ++i) {
            take(list.emplace_back());
        }
    }
    template <class T> void take(std::optional<T> &maybe)
    {
        maybe.reset();
        if (m_in.value<bool>()) {
            take(maybe.emplace());
        }
    }
    template <class T> void take(std::shared_ptr<const T> &maybe)
    {
        maybe.reset();
        if (m_in.value<bool>()) {
            auto made = std::make_shared<T>();
            take(*made);
            maybe = std::move(made);
        }
    }
    template <class T>
    requires requires(DraftReader &way, T &draft) { fields(way, draft); }
    void take(T &draft) { fields(*this, draft); }

    Reader &m_in;
};

} // namespace sextant::lastpicture
