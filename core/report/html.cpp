// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "core/report/report.h"

#include <fmt/format.h>

namespace sextant::report {

namespace {

constexpr const char *kStyle = R"(
:root{color-scheme:light}
*{box-sizing:border-box}
body{margin:0;background:#fff;color:#1A1E26;font:13px/20px Roboto,"Noto Sans","DejaVu Sans",sans-serif;font-variant-numeric:tabular-nums}
main{max-width:920px;margin:0 auto;padding:40px 24px}
header{display:flex;justify-content:space-between;color:#565D69}
header b{color:#1A1E26;font-weight:500}
h1{font-size:28px;line-height:34px;font-weight:500;margin:20px 0 2px}
h2{font-size:16px;line-height:20px;font-weight:500;margin:32px 0 8px}
.sub{color:#565D69;margin:0 0 16px}
.lead{font-size:15px;line-height:24px;overflow-wrap:anywhere}
.demo{border:1px solid #868D99;border-radius:2px;padding:0 6px;font-weight:500;color:#1A1E26}
.figures{display:grid;grid-template-columns:repeat(4,1fr);border-top:2px solid #1A1E26;border-bottom:1px solid #DDE0E5;margin:20px 0}
.figures div{padding:10px 12px;border-left:1px solid #DDE0E5}
.figures div:first-child{border-left:0;padding-left:0}
.figures span{display:block;color:#565D69}
.figures strong{display:block;font-size:24px;line-height:32px;font-weight:500}
.charts{display:grid;grid-template-columns:1fr 1fr;gap:16px}
svg{max-width:100%;height:auto;display:block}
svg,svg text{font-family:Roboto,"Noto Sans","DejaVu Sans",sans-serif}
td svg{max-width:none}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:12px;line-height:16px}
th{text-align:left;font-weight:400;color:#565D69;border-bottom:1px solid #1A1E26;padding:4px 8px 4px 0;vertical-align:bottom}
td{border-bottom:1px solid #EDEFF2;padding:4px 8px 4px 0;vertical-align:top;overflow-wrap:anywhere}
.n{text-align:right;white-space:nowrap}
tr.total td{font-weight:500;border-bottom:1px solid #1A1E26}
.note,footer,li{color:#565D69;font-size:11px;line-height:16px}
.missing li{color:#1A1E26;font-size:12px}
footer{border-top:1px solid #DDE0E5;margin-top:32px;padding-top:8px}
@media print{main{padding:0}h2{break-after:avoid}tr{break-inside:avoid}thead{display:table-header-group}}
@media(max-width:640px){.figures{grid-template-columns:1fr 1fr}.charts{grid-template-columns:1fr}}
)";

void list(std::string &out, const char *title, const char *className, const std::vector<std::string> &lines)
{
    if (lines.empty()) {
        return;
    }
    out += fmt::format("<h2>{}</h2>\n<ul class=\"{}\">\n", title, className);
    for (const auto &line : lines) {
        out += "<li>" + escapedHtml(line) + "</li>\n";
    }
    out += "</ul>\n";
}

void table(std::string &out, const ReportTable &table)
{
    out += "<h2>" + escapedHtml(table.title) + "</h2>\n<div class=\"scroll\"><table>\n<thead><tr>";
    for (const auto &column : table.columns) {
        out += fmt::format("<th scope=\"col\"{}>{}</th>", column.right ? " class=\"n\"" : "", escapedHtml(column.name));
    }
    out += "</tr></thead>\n<tbody>\n";
    for (std::size_t r = 0; r < table.rows.size(); ++r) {
        out += table.lastIsTotal && r + 1 == table.rows.size() ? "<tr class=\"total\">" : "<tr>";
        for (std::size_t c = 0; c < table.rows[r].size(); ++c) {
            const auto &column = table.columns[c];
            const auto &cell = table.rows[r][c];
            out += column.right ? "<td class=\"n\">" : "<td>";
            out += column.bar ? barSvg(cell.requested, cell.used, 96, 9) : escapedHtml(cell.text);
            out += "</td>";
        }
        out += "</tr>\n";
    }
    out += "</tbody></table></div>\n";
    if (!table.note.empty()) {
        out += "<p class=\"note\">" + escapedHtml(table.note) + "</p>\n";
    }
}

void migrationPart(std::string &out, const MigrationPart &part)
{
    out += "<h2>Migration from Helios</h2>\n<p class=\"lead\">" + escapedHtml(part.summary) + "</p>\n";
    if (part.burnUp.size() > 1) {
        out += burnUpSvg(part.burnUp, 872, 260) + "\n<p class=\"note\">" + escapedHtml(burnUpCaption(part)) + "</p>\n";
    }
    for (const ReportTable &one : part.tables) {
        table(out, one);
    }
}

} // namespace

std::string escapedHtml(std::string_view text)
{
    std::string out;
    for (const char c : sanitized(text)) {
        switch (c) {
        case '&':
            out += "&amp;";
            break;
        case '<':
            out += "&lt;";
            break;
        case '>':
            out += "&gt;";
            break;
        case '"':
            out += "&quot;";
            break;
        case '\'':
            out += "&#39;";
            break;
        default:
            out += c;
        }
    }
    return out;
}

std::string renderHtml(const Report &report)
{
    std::string out =
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n<title>";
    out += escapedHtml(report.title + ", " + report.scope) + "</title>\n<style>" + kStyle
        + "</style></head>\n<body><main>\n";
    const Sums &sums = report.total.sums;
    out += fmt::format("<header><span><b>Sextant</b>{}</span><span>{} clusters · {} nodes · {} pods</span></header>\n",
        report.demo ? " <span class=\"demo\">DEMO · simulated</span>" : "",
        formatCount(static_cast<std::int64_t>(report.clusters.size())), formatCount(sums.nodes),
        formatCount(sums.podsTotal));
    out += "<h1>" + escapedHtml(report.title) + "</h1>\n<p class=\"sub\">"
        + escapedHtml(report.scope + " · " + report.period) + "</p>\n";
    out += "<p class=\"lead\">" + escapedHtml(report.summary) + "</p>\n<div class=\"figures\">";
    for (const KeyFigure &figure : report.figures) {
        out += "<div><span>" + escapedHtml(figure.label) + "</span><strong>" + escapedHtml(figure.value)
            + "</strong><span>" + escapedHtml(figure.detail) + "</span></div>";
    }
    out += "</div>\n";
    for (const Chart &chart : report.charts) {
        out += "<h2>" + escapedHtml(chart.title) + "</h2>\n" + chartSvg(chart, 872, 260) + "\n";
        if (chart.simulated) {
            out += "<p class=\"note\">The part before the program started is simulated.</p>\n";
        }
    }
    if (!report.distributions.empty()) {
        out += "<h2>How full the nodes are</h2>\n<div class=\"charts\">";
        for (const Distribution &distribution : report.distributions) {
            out += "<div><p class=\"note\">" + escapedHtml(distribution.title)
                + escapedHtml(". " + distribution.caption()) + "</p>" + distributionSvg(distribution, 424, 180)
                + "</div>";
        }
        out += "</div>\n";
    }
    for (const ReportTable &part : report.tables) {
        table(out, part);
    }
    if (report.migration) {
        migrationPart(out, *report.migration);
    }
    list(out, "What is missing", "missing", report.missing);
    list(out, "Sources", "", report.sources);
    list(out, "What the figures mean", "", report.definitions);
    out += fmt::format("<footer>Sextant {} · {} · {} · made {}{}</footer>\n</main></body></html>\n", SEXTANT_VERSION,
        escapedHtml(report.title), escapedHtml(report.scope), formatTime(report.made),
        report.demo ? " · DEMO, simulated data" : "");
    return out;
}

} // namespace sextant::report
