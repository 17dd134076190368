// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "core/report/report.h"

#include <fmt/format.h>

namespace sextant::report {

namespace {

/// Text that Markdown takes as text: everything with a meaning is escaped, HTML too.
std::string md(std::string_view text)
{
    std::string out;
    for (const char c : sanitized(text)) {
        if (std::string_view("\\`*_{}[]()#+!|~").find(c) != std::string_view::npos) {
            out += '\\';
            out += c;
        } else if (c == '<') {
            out += "&lt;";
        } else if (c == '>') {
            out += "&gt;";
        } else if (c == '&') {
            out += "&amp;";
        } else {
            out += c;
        }
    }
    return out;
}

void list(std::string &out, const char *title, const std::vector<std::string> &lines)
{
    if (!lines.empty()) {
        out += fmt::format("## {}\n\n", title);
        for (const auto &line : lines) {
            out += "- " + md(line) + "\n";
        }
        out += '\n';
    }
}

void table(std::string &out, const ReportTable &table)
{
    out += "## " + md(table.title) + "\n\n|";
    for (const auto &column : table.columns) {
        out += column.bar ? std::string() : " " + md(column.name) + " |";
    }
    out += "\n|";
    for (const auto &column : table.columns) {
        out += column.bar ? "" : column.right ? " ---: |" : " --- |";
    }
    out += '\n';
    for (const auto &row : table.rows) {
        out += '|';
        for (std::size_t c = 0; c < row.size(); ++c) {
            out += table.columns[c].bar ? std::string() : " " + md(row[c].text) + " |";
        }
        out += '\n';
    }
    out += table.note.empty() ? "\n" : "\n" + md(table.note) + "\n\n";
}

void migrationPart(std::string &out, const MigrationPart &part)
{
    out += "## Migration from Helios\n\n" + md(part.summary) + "\n\n";
    if (part.burnUp.size() > 1) {
        // A line for each of at most twelve moments, the last one among them.
        out += "| seen | services | moved | in parallel |\n| --- | ---: | ---: | ---: |\n";
        const std::size_t step = (part.burnUp.size() + 11) / 12;
        for (std::size_t i = (part.burnUp.size() - 1) % step; i < part.burnUp.size(); i += step) {
            const migration::BurnPoint &point = part.burnUp[i];
            out += fmt::format("| {} | {} | {} | {} |\n", formatTime(point.at), formatCount(point.services),
                formatCount(point.moved), formatCount(point.moving));
        }
        out += "\n" + md(burnUpCaption(part)) + "\n\n";
    }
    for (const ReportTable &one : part.tables) {
        table(out, one);
    }
}

} // namespace

std::string renderMarkdown(const Report &report)
{
    std::string out = "# " + md(report.title) + "\n\n";
    if (report.demo) {
        out += "**DEMO: simulated data.**\n\n";
    }
    out +=
        md(report.scope + " · " + report.period) + "\n\n" + md(report.summary) + "\n\n| | | |\n| --- | ---: | --- |\n";
    for (const KeyFigure &figure : report.figures) {
        out += fmt::format("| {} | **{}** | {} |\n", md(figure.label), md(figure.value), md(figure.detail));
    }
    out += '\n';
    for (const Distribution &distribution : report.distributions) {
        out += fmt::format("## {}\n\n{}\n\n| share | requested | used |\n| --- | ---: | ---: |\n",
            md(distribution.title), md(distribution.caption()));
        for (int bucket = 0; bucket < 20; ++bucket) {
            const auto i = static_cast<std::size_t>(bucket);
            if (distribution.requested[i] != 0 || distribution.used[i] != 0) {
                out += fmt::format("| {}–{} % | {} | {} |\n", bucket * 5, bucket * 5 + 5, distribution.requested[i],
                    distribution.used[i]);
            }
        }
        out += '\n';
    }
    for (const ReportTable &part : report.tables) {
        table(out, part);
    }
    if (report.migration) {
        migrationPart(out, *report.migration);
    }
    list(out, "What is missing", report.missing);
    list(out, "Sources", report.sources);
    list(out, "What the figures mean", report.definitions);
    out += fmt::format("---\n\nSextant {} · made {}\n", SEXTANT_VERSION, formatTime(report.made));
    return out;
}

} // namespace sextant::report
