// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/simulator/httpserver.h"

#include <functional>
#include <memory>
#include <string>

namespace sextant::simulator {

/// A body made piece by piece, so that a list of a gigabyte never stands in memory.
class BodySource {
public:
    virtual ~BodySource() = default;
    /// Appends a piece; false when nothing is left (and nothing was appended).
    virtual bool more(std::string &out) = 0;
};

/// {head…[item,item,…]…tail}: a JSON list whose items are written one at a time.
class JsonListBody final : public BodySource {
public:
    /// @param frame compact JSON of the whole with the single item "@" in its list. @param item the compact JSON of
    /// one.
    JsonListBody(
        const std::string &frame, std::size_t count, std::function<std::string(std::size_t)> item, bool pretty);
    bool more(std::string &out) override;

private:
    std::string m_head;
    std::string m_tail;
    std::size_t m_count;
    std::function<std::string(std::size_t)> m_item;
    bool m_pretty;
    std::size_t m_next = 0;
    bool m_begun = false;
    bool m_ended = false;
};

/// Sends a body: whole if it is short, else chunked; gzip over 128 KiB where the client takes it; cut where Faults
/// says.
void sendBody(const httplib::Request &request, httplib::Response &response, const std::string &contentType,
    std::unique_ptr<BodySource> source, Faults &faults, Link &link);
/// The same for one that is at hand.
void sendText(const httplib::Request &request, httplib::Response &response, const std::string &contentType,
    std::string text, Faults &faults, Link &link);

/// The whole in one gzip member.
std::string gzipped(std::string text);

} // namespace sextant::simulator
