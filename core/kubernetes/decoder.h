// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/fleet/draft.h"
#include "core/fleet/feed.h"
#include "core/fleet/status.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// From the API server's bytes to drafts: protobuf or JSON, as they arrive, object by object.
namespace sextant::kubernetes {

enum class WireFormat { Protobuf, Json };
/// How an API server is asked for lists.
inline constexpr const char *kListAccept = "application/vnd.kubernetes.protobuf, application/json;q=0.5";
/// By the response's Content-Type; Error::Protocol names anything else ("text/html").
Result<WireFormat> wireFormatOf(std::string_view contentType);

/// Which labels name a node's pool and an object's team, best first.
struct DecodeOptions {
    std::vector<std::string> poolLabels; ///< empty: those of GKE, EKS, AKS, Karpenter and kops
    std::vector<std::string> teamLabels; ///< empty: owner, team, app.kubernetes.io/part-of
    std::vector<std::string> keptLabels; ///< keys kept in WorkloadDraft::labels (what the migration's rules name)
};

using Item = std::variant<std::monostate, PodDraft, NodeDraft, WorkloadDraft, NamespaceDraft, UsageDraft>;

struct ListMeta {
    std::string resourceVersion;
    std::string continueToken;
    std::optional<std::uint64_t> remaining;
};

/// Reads one list response. Keeps at most one item's bytes; an item over 16 MiB is Error::TooLarge.
/// Errors leave it failed; what was delivered before stands, and the caller abandons the list.
/// Threads: one at a time.
class ListDecoder {
public:
    ListDecoder(
        ResourceKind kind, WireFormat format, const DecodeOptions &options, std::function<void(Item &&)> onItem);
    ~ListDecoder();
    ListDecoder(ListDecoder &&) noexcept;
    Result<void> feed(std::string_view bytes);
    /// After the last byte: Error::Protocol when the list was cut short.
    Result<void> finish();
    /// Complete after finish(); for protobuf already once the first item came.
    const ListMeta &meta() const;

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

/// A metav1.Status, from an error body or an ERROR event.
struct ApiStatus {
    int code = 0;
    std::string reason, message;
    std::optional<std::uint32_t> retryAfterSeconds;
    std::string continueToken; ///< of an expired list's 410
};

enum class WatchEventType { Added, Modified, Deleted, Bookmark, Error };
struct WatchEvent {
    WatchEventType type = WatchEventType::Bookmark;
    Item item; ///< Added, Modified, Deleted (its last state)
    std::string resourceVersion; ///< of the object or bookmark
    bool initialEventsEnd = false; ///< the bookmark that ends a streamed list
    ApiStatus status; ///< Error
};

/// Reads a watch stream: frames of protobuf or lines of JSON, at any split. A frame over 16 MiB is Error::TooLarge;
/// a broken frame is Error::Decode and the stream is to be dropped (there is no marker to go on from).
class WatchDecoder {
public:
    WatchDecoder(
        ResourceKind kind, WireFormat format, const DecodeOptions &options, std::function<void(WatchEvent)> onEvent);
    ~WatchDecoder();
    WatchDecoder(WatchDecoder &&) noexcept;
    Result<void> feed(std::string_view bytes);

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

/// One object alone (GET of an object), protobuf with envelope or JSON.
Result<Item> decodeObject(ResourceKind kind, WireFormat format, std::string_view body, const DecodeOptions &options);
/// What kind of failure an HTTP status of 400 and above is.
ErrorCode errorCodeOf(int httpStatus);
/// The Status of an error answer; protobuf, JSON or plain text (then message is the text, at most 300 characters).
ApiStatus decodeStatus(int httpStatus, std::string_view contentType, std::string_view body);
/// A JSON EventList (core/v1), newest first.
Result<std::vector<EventRow>> decodeEvents(std::string_view json);
/// A JSON object as block YAML, without managedFields; of a Secret only Error::Forbidden.
Result<std::string> yamlOf(std::string_view json);

} // namespace sextant::kubernetes
