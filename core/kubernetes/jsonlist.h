// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/kubernetes/decoder.h"
#include "core/kubernetes/jsonitems.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace sextant::kubernetes {

/// Finds the end of one JSON value as its bytes come: knows strings, escapes and nesting, and leaves the rest to the
/// parser.
class JsonValueScan {
public:
    enum class Progress { More, Done, Broken };
    /// Takes bytes from the front of `bytes` up to and including the value's last byte; a bare word or number ends
    /// before the byte that follows it. Broken: brackets that do not match, or nested more than 512 deep.
    Progress scan(std::string_view &bytes);
    void reset();

private:
    std::string m_open; ///< the brackets that are open
    bool m_begun = false, m_inString = false, m_escaped = false, m_bare = false;
};

/// Cuts a JSON list into its items as the bytes come, at any split and whatever the order of "metadata" and "items".
/// The list must close, and nothing may follow it.
class JsonList {
public:
    /// What a list is made of, where it is not the usual.
    struct Shape {
        std::string items = "items"; ///< the member that holds them
        std::uint64_t maxItemBytes = 0; ///< 0: kMaxItemBytes
        /// Gets what stands beside the items as one object, when the first item is about to come and once more at the
        /// end; valid during the call. Null: nobody asks.
        std::function<Result<void>(json::Element)> onHeader = {};
    };
    /// `kind`: "PodList". `onItem` gets one item's text, valid during the call.
    JsonList(std::string kind, std::function<Result<void>(std::string_view)> onItem);
    JsonList(std::string kind, Shape shape, std::function<Result<void>(std::string_view)> onItem);
    Result<void> feed(std::string_view bytes);
    Result<void> finish();
    /// Complete after finish().
    const ListMeta &meta() const { return m_meta; }

private:
    enum class Step { Start, FirstKey, Key, Colon, Value, AfterValue, FirstItem, NextItem, AfterItem, End };

    Result<void> readHeader(bool last);
    Result<void> collect(std::string_view &bytes, std::string &into, std::uint64_t bound, bool &done);
    Error broken(const std::string &what) const;

    std::string m_kind;
    Shape m_shape;
    std::string m_itemsKey; ///< with its quotes
    std::function<Result<void>(std::string_view)> m_onItem;
    ListMeta m_meta;
    Step m_step = Step::Start;
    JsonValueScan m_scan;
    bool m_scanning = false;
    std::string m_header; ///< the list without its items: {"kind":"PodList","metadata":{...}
    std::string m_key; ///< with its quotes
    std::string m_item;
    bool m_itemsSeen = false;
};

} // namespace sextant::kubernetes
