// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kubernetes/itemdecoder.h"
#include "core/kubernetes/wiredrafts.h"

#include <algorithm>
#include <limits>

namespace sextant::kubernetes {

namespace {

/// One event as either writer leaves it: first/last and a count, or a moment and a series.
EventRow rowOf(json::Element event)
{
    EventRow row;
    Time first = kNoTime, last = kNoTime, moment = kNoTime, seriesLast = kNoTime;
    std::int64_t count = 0, seriesCount = 0;
    bool series = false;
    std::string_view component, host, reporter;
    const auto whole = [](json::Element value) {
        std::int64_t number = 0;
        return value.get(number) == simdjson::SUCCESS ? number : 0;
    };
    json::eachMember(event, [&](std::string_view key, json::Element value) {
        if (key == "type") {
            row.warning = json::textOf(value) == "Warning";
        } else if (key == "reason") {
            row.reason = json::textOf(value);
        } else if (key == "message") {
            row.message = json::textOf(value);
        } else if (key == "firstTimestamp") {
            first = json::timeOf(value);
        } else if (key == "lastTimestamp") {
            last = json::timeOf(value);
        } else if (key == "eventTime") {
            moment = json::timeOf(value);
        } else if (key == "count") {
            count = whole(value);
        } else if (key == "reportingComponent") {
            reporter = json::textOf(value);
        } else if (key == "series" && value.is_object()) {
            series = true;
            json::eachMember(value, [&](std::string_view inner, json::Element detail) {
                if (inner == "count") {
                    seriesCount = whole(detail);
                } else if (inner == "lastObservedTime") {
                    seriesLast = json::timeOf(detail);
                }
            });
        } else if (key == "source") {
            json::eachMember(value, [&](std::string_view inner, json::Element detail) {
                if (inner == "component") {
                    component = json::textOf(detail);
                } else if (inner == "host") {
                    host = json::textOf(detail);
                }
            });
        } else if (key == "involvedObject") {
            std::string_view kind, name;
            json::eachMember(value, [&](std::string_view inner, json::Element detail) {
                if (inner == "kind") {
                    kind = json::textOf(detail);
                } else if (inner == "name") {
                    name = json::textOf(detail);
                }
            });
            row.object = std::string(kind) + "/" + std::string(name);
        }
    });
    row.source = component.empty() ? reporter : component;
    if (!host.empty()) {
        row.source += ", " + std::string(host);
    }
    row.firstSeen = first != kNoTime ? first : moment;
    row.lastSeen = seriesLast != kNoTime ? seriesLast : last != kNoTime ? last : row.firstSeen;
    const std::int64_t seen = series && seriesCount > 0 ? seriesCount : count;
    row.count = std::uint32_t(std::clamp<std::int64_t>(seen, 1, std::numeric_limits<std::uint32_t>::max()));
    return row;
}

} // namespace

Result<std::vector<EventRow>> decodeEvents(std::string_view json)
{
    simdjson::dom::parser parser;
    const auto list = parseJson(parser, json);
    if (!list) {
        return list.error();
    }
    std::vector<EventRow> rows;
    std::string_view kind;
    wire::Status status;
    json::eachMember(*list, [&](std::string_view key, json::Element value) {
        if (key == "kind") {
            kind = json::textOf(value);
        } else if (key == "items") {
            json::eachItem(value, [&](json::Element event) { rows.push_back(rowOf(event)); });
        }
    });
    if (kind == "Status") {
        json::read(*list, status);
        return errorOf(apiStatusOf(status));
    }
    if (kind != "EventList") {
        return Error{ErrorCode::Protocol,
            "an EventList was asked for, but what came is \"" + std::string(kind.substr(0, 80)) + "\"", {}, {}};
    }
    std::stable_sort(
        rows.begin(), rows.end(), [](const EventRow &a, const EventRow &b) { return a.lastSeen > b.lastSeen; });
    return rows;
}

} // namespace sextant::kubernetes
