// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/simulator/discovery.h"
#include "core/simulator/serverrequest.h"

#include <string>

namespace sextant::simulator {

/// Writes objects of one resource in the form a request asks for.
/// Threads: const functions from any thread.
class Shaper {
public:
    /// @param info must outlive the shaper. @param now by which ages in tables are told.
    Shaper(const ResourceInfo &info, Wanted wanted, Time now);

    std::string apiVersion() const; ///< of what goes into an envelope
    std::string kind() const;
    std::string listKind() const;

    /// The protobuf message of one object, without envelope.
    void message(const Object &object, std::string &out) const;
    std::string envelope(const Object &object) const;
    /// A bookmark's object, in the format asked for.
    std::string bookmark(std::uint64_t version, bool initialEnd, bool old) const;

    /// The JSON of a list around its items, which stand as the single item "@".
    std::string listFrame(const std::string &version, const std::string &token, std::int64_t remaining) const;
    /// One item of such a list; for a table `withObject` adds metadata, or the whole object if `full`.
    std::string listItem(const Object &object, bool withObject, bool full) const;
    /// One object alone, as a get or a watch shows it. @param columns whether a table names its columns.
    std::string whole(const Object &object, bool withObject, bool full, bool columns) const;

private:
    std::string tableHead(const std::string &meta, bool columns) const;
    std::string partial(const Object &object) const;
    std::string full(const Object &object) const;

    const ResourceInfo *m_info;
    Wanted m_wanted;
    Time m_now;
};

} // namespace sextant::simulator
