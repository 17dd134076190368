// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/simulator/discovery.h"
#include "core/simulator/serverselector.h"
#include "core/simulator/serverwire.h"

#include <map>
#include <optional>
#include <string>
#include <variant>

namespace sextant::simulator {

/// What a path names: /api/v1/namespaces/NS/pods/NAME/status and its like.
struct Target {
    std::string group, version, resource, ns, name, subresource;
    /// Empty: the path is none of a resource.
    static std::optional<Target> parse(const std::string &path);
};

/// In what form an answer is wanted.
struct Wanted {
    enum class Format { Json, Protobuf };
    enum class Shape { Full, Table, Metadata };
    Format format = Format::Json;
    Shape shape = Shape::Full;
    std::string metaVersion = "v1"; ///< of meta.k8s.io, for Table and Metadata
    /// Chooses the first form of `accept` that is on offer. Empty: none (406).
    static std::optional<Wanted> parse(const std::string &accept, bool protobufOffered);
};

/// The form of discovery documents an Accept header asks for: "v2", "v2beta1", or empty for the plain one.
std::string wantedDiscovery(const std::string &accept);

/// The part of a request after the question mark. (httplib's own reading loses the first half of "a=b=c".)
class Query {
public:
    explicit Query(const std::string &target);
    bool has(const std::string &key) const { return m_values.contains(key); }
    /// The last value of the key; empty without one.
    std::string value(const std::string &key) const;
    bool flag(const std::string &key) const; ///< "1", "true" and their like

private:
    std::map<std::string, std::string> m_values;
};

/// The query of a list or watch, checked as the API server checks it.
struct ListOptions {
    std::int64_t limit = 0; ///< 0: none
    std::string version; ///< resourceVersion, as given
    std::uint64_t number = 0; ///< and as a number; 0 when absent
    std::string match; ///< "", "Exact", "NotOlderThan"
    std::string startAfter; ///< from `continue`: the key after which to go on
    std::uint64_t tokenVersion = 0; ///< from `continue`: the listing's version; 0: no token
    bool watch = false;
    bool bookmarks = false;
    bool initialEvents = false;
    int timeoutSeconds = 0; ///< 0: not given
    LabelSelector labels;
    FieldSelector fields;

    bool selecting() const { return !labels.empty() || !fields.empty(); }
    bool matches(const Object &object) const { return fields.matches(object) && labels.matches(object.labels()); }

    /// @param watchList whether the server streams lists. @return the options, or the refusal.
    static std::variant<ListOptions, wire::Status> parse(
        const Query &query, const ResourceInfo &info, bool old, bool watchList);
};

/// An opaque token that stands for "after this key, in this version".
std::string continueToken(std::uint64_t version, const std::string &key);
/// namespace/name, as objects are ordered.
std::string keyOf(const Object &object);

} // namespace sextant::simulator
