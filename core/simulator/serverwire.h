// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// The frames around objects: protobuf fields and envelopes, watch frames, Status. Objects write themselves.
namespace sextant::simulator::wire {

void appendVarint(std::string &out, std::uint64_t value);
/// A length-delimited field: text, bytes or message.
void appendField(std::string &out, int field, std::string_view bytes);
void appendNumber(std::string &out, int field, std::int64_t value);
std::size_t varintSize(std::uint64_t value);

/// Everything of a protobuf answer that stands before a raw object of `rawSize` bytes.
std::string envelopeHead(std::string_view apiVersion, std::string_view kind, std::size_t rawSize);
/// And what follows it.
std::string_view envelopeTail();
std::string envelope(std::string_view apiVersion, std::string_view kind, std::string_view raw);
/// One frame of a protobuf watch: length and WatchEvent, `object` being an envelope.
void appendFrame(std::string &out, std::string_view type, std::string_view object);

/// {selfLink, resourceVersion, continue, remainingItemCount}. @param remaining <0: absent.
std::string listMeta(const std::string &version, const std::string &token, std::int64_t remaining);

/// An object's JSON (starting with its metadata) or protobuf message with another resourceVersion in its metadata.
std::string withVersionJson(const std::string &json, std::uint64_t from, std::uint64_t to);
std::string withVersionProtobuf(std::string_view message, std::uint64_t to);

/// `text` as a JSON string, quotes included.
std::string quoted(std::string_view text);
/// Compact JSON as Kubernetes prints it for people. Text that is no JSON is returned as it is.
std::string pretty(const std::string &json);

struct Cause {
    std::string reason, message, field;
};
/// A refusal as Kubernetes words it.
struct Status {
    int code = 500;
    std::string reason;
    std::string message;
    std::string name, group, kind; ///< details; all empty: none
    std::vector<Cause> causes;
    int retryAfterSeconds = 0;
    std::string token; ///< metadata.continue

    std::string json() const;
    std::string protobuf() const; ///< with its envelope
};

} // namespace sextant::simulator::wire
