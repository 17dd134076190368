// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/export.h"

#include "core/base/format.h"

#include <nlohmann/json.hpp>

namespace sextant::report {

namespace {

constexpr std::size_t kPiece = 64 * 1024;

/// Columns a cell takes in a terminal: code points, which is right for the names that occur.
std::size_t width(std::string_view text)
{
    std::size_t n = 0;
    for (const char c : text) {
        n += (static_cast<unsigned char>(c) & 0xc0U) != 0x80 ? 1 : 0;
    }
    return n;
}

std::string jsonText(std::string_view text)
{
    return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string plain(const Cell &cell)
{
    switch (cell.type) {
    case Cell::Type::Null:
        return {};
    case Cell::Type::Integer:
        return std::to_string(cell.integer);
    case Cell::Type::Real:
    case Cell::Type::Text:
        return std::string(cell.text);
    }
    return {};
}

} // namespace

std::optional<ExportKind> exportKindOf(std::string_view word)
{
    if (word == "pods") {
        return ExportKind::Pods;
    }
    if (word == "nodes") {
        return ExportKind::Nodes;
    }
    if (word == "workloads") {
        return ExportKind::Workloads;
    }
    if (word == "capacity") {
        return ExportKind::Capacity;
    }
    if (word == "migration") {
        return ExportKind::Migration;
    }
    return std::nullopt;
}

std::optional<ExportFormat> exportFormatOf(std::string_view word)
{
    if (word == "csv") {
        return ExportFormat::Csv;
    }
    if (word == "json") {
        return ExportFormat::Json;
    }
    if (word == "table") {
        return ExportFormat::Table;
    }
    return std::nullopt;
}

std::string csvField(std::string_view text)
{
    std::string out;
    if (!text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos) {
        out += '\'';
    }
    out += text;
    if (out.find_first_of(",\"\r\n") == std::string::npos) {
        return out;
    }
    std::string quoted = "\"";
    for (const char c : out) {
        quoted += c;
        if (c == '"') {
            quoted += '"';
        }
    }
    return quoted + '"';
}

void writeExport(ExportKind kind, ExportFormat format, const Picture &picture, const Scope &scope, const Sink &sink,
    const std::function<bool(const AnyId &)> &keep, const migration::Progress *progress)
{
    const auto &columns = exportColumns(kind);
    std::string out;
    bool open = true;
    const auto flush = [&](std::size_t atLeast) {
        if (open && out.size() >= atLeast) {
            open = sink(out);
            out.clear();
        }
    };

    if (format == ExportFormat::Csv) {
        for (std::size_t i = 0; i < columns.size(); ++i) {
            (out += i == 0 ? "" : ",") += columns[i];
        }
        out += '\n';
        exportRows(
            kind, picture, scope,
            [&](std::span<const Cell> cells) {
                for (std::size_t i = 0; i < cells.size(); ++i) {
                    out += i == 0 ? "" : ",";
                    out += cells[i].type == Cell::Type::Text ? csvField(cells[i].text) : plain(cells[i]);
                }
                out += '\n';
                flush(kPiece);
            },
            keep, progress);
    } else if (format == ExportFormat::Json) {
        out = "[";
        bool first = true;
        exportRows(
            kind, picture, scope,
            [&](std::span<const Cell> cells) {
                out += first ? "\n{" : ",\n{";
                first = false;
                for (std::size_t i = 0; i < cells.size(); ++i) {
                    (((out += i == 0 ? "\"" : ",\"") += columns[i])) += "\":";
                    out += cells[i].type == Cell::Type::Text ? jsonText(cells[i].text)
                        : cells[i].type == Cell::Type::Null  ? "null"
                                                             : plain(cells[i]);
                }
                out += '}';
                flush(kPiece);
            },
            keep, progress);
        out += "\n]\n";
    } else {
        std::vector<std::vector<std::string>> rows;
        std::vector<std::size_t> widths;
        std::vector<bool> right(columns.size(), false);
        rows.emplace_back(columns.begin(), columns.end());
        for (const auto column : columns) {
            widths.push_back(width(column));
        }
        exportRows(
            kind, picture, scope,
            [&](std::span<const Cell> cells) {
                std::vector<std::string> row;
                for (std::size_t i = 0; i < cells.size(); ++i) {
                    row.push_back(cells[i].type == Cell::Type::Null ? kUnknownText : sanitized(plain(cells[i])));
                    widths[i] = std::max(widths[i], width(row.back()));
                    right[i] = right[i] || cells[i].type == Cell::Type::Integer || cells[i].type == Cell::Type::Real;
                }
                rows.push_back(std::move(row));
            },
            keep, progress);
        for (const auto &row : rows) {
            for (std::size_t i = 0; i < row.size(); ++i) {
                const std::string pad(widths[i] - width(row[i]), ' ');
                const bool last = i + 1 == row.size();
                out += right[i] ? pad + row[i] : last ? row[i] : row[i] + pad;
                out += last ? "" : "  ";
            }
            out += '\n';
            flush(kPiece);
        }
    }
    flush(0);
}

} // namespace sextant::report
