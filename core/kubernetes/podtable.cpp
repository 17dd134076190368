// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kubernetes/podtable.h"

#include "core/kubernetes/itemdecoder.h"
#include "core/kubernetes/jsonlist.h"
#include "core/kubernetes/podstatus.h"

#include <array>

namespace sextant::kubernetes {
namespace {

constexpr std::uint64_t kMaxRowBytes = 64U << 10;
constexpr int kMostColumns = 64;

/// "a/b" with a = b; what is no such pair has nothing open.
bool allOf(std::string_view pair)
{
    const auto slash = pair.find('/');
    return slash == std::string_view::npos || pair.substr(0, slash) == pair.substr(slash + 1);
}

std::string_view unlessNone(std::string_view cell) { return cell == "<none>" ? std::string_view() : cell; }

} // namespace

struct PodTable::Impl {
    enum Column { Ready, Status, Node, Gates, kColumns };
    static constexpr std::array<std::string_view, kColumns> kNames{"Ready", "Status", "Node", "Readiness Gates"};

    explicit Impl(std::function<void(std::string_view, State)> deliver)
        : onRow(std::move(deliver))
        , rows("Table",
              {.items = "rows",
                  .maxItemBytes = kMaxRowBytes,
                  .onHeader = [this](json::Element header) { return readColumns(header); }},
              [this](std::string_view text) { return readRow(text); })
    {
        at.fill(-1);
    }

    Result<void> readColumns(json::Element header)
    {
        at.fill(-1);
        columns = 0;
        json::eachMember(header, [&](std::string_view key, json::Element value) {
            if (key != "columnDefinitions") {
                return;
            }
            json::eachItem(value, [&](json::Element column) {
                json::eachMember(column, [&](std::string_view name, json::Element word) {
                    for (std::size_t i = 0; name == "name" && i < kNames.size(); ++i) {
                        at[i] = json::textOf(word) == kNames[i] ? columns : at[i];
                    }
                });
                ++columns;
            });
        });
        if (at[Ready] < 0 || at[Status] < 0 || at[Node] < 0 || columns > kMostColumns) {
            return Error{ErrorCode::Protocol, "the Table of pods has not the columns Ready, Status and Node", {}, {}};
        }
        return {};
    }

    Result<void> readRow(std::string_view text)
    {
        const auto row = parseJson(parser, text);
        if (!row) {
            return row.error();
        }
        std::array<std::string_view, kColumns> cells;
        std::string_view phase;
        int count = 0;
        json::eachMember(*row, [&](std::string_view key, json::Element value) {
            if (key == "cells") {
                json::eachItem(value, [&](json::Element cell) {
                    for (std::size_t i = 0; i < cells.size(); ++i) {
                        if (at[i] == count) {
                            cells[i] = json::textOf(cell);
                        }
                    }
                    ++count;
                });
            } else if (key == "conditions") {
                json::eachItem(value, [&](json::Element condition) { phase = endOf(condition); });
            }
        });
        if (count != columns || cells[Status].empty()) {
            return Error{ErrorCode::Protocol, "a row of the Table of pods has not the cells of its columns", {}, {}};
        }
        onRow(unlessNone(cells[Node]),
            podStateOf({cells[Status], phase, allOf(cells[Ready]), !allOf(unlessNone(cells[Gates]))}));
        return {};
    }

    /// The phase of a pod that has ended, from the row's condition that says so.
    static std::string_view endOf(json::Element condition)
    {
        std::string_view type, reason;
        json::eachMember(condition, [&](std::string_view key, json::Element value) {
            if (key == "type") {
                type = json::textOf(value);
            } else if (key == "reason") {
                reason = json::textOf(value);
            }
        });
        return type == "Completed" ? reason : std::string_view();
    }

    std::function<void(std::string_view, State)> onRow;
    simdjson::dom::parser parser;
    std::array<int, kColumns> at{}; ///< where each column stands; -1: nowhere
    int columns = 0;
    JsonList rows;
};

PodTable::PodTable(std::function<void(std::string_view, State)> onRow)
    : m_impl(std::make_unique<Impl>(std::move(onRow)))
{
}

PodTable::~PodTable() = default;

Result<void> PodTable::feed(std::string_view bytes) { return m_impl->rows.feed(bytes); }

Result<void> PodTable::finish()
{
    if (auto finished = m_impl->rows.finish(); !finished) {
        return finished;
    }
    if (!m_impl->rows.meta().continueToken.empty()) {
        return Error{ErrorCode::Protocol, "the Table of pods is only a page of it", {}, {}};
    }
    return {};
}

} // namespace sextant::kubernetes
