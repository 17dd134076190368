// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "core/diagnostics/diagnostics.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace sextant {

namespace {

std::string bytes(std::optional<std::uint64_t> number)
{
    return formatBytes(number ? Bytes(static_cast<std::int64_t>(*number)) : Bytes());
}
std::string count(std::uint64_t number) { return formatCount(static_cast<std::int64_t>(number)); }

void fact(std::string &out, std::string_view label, const std::string &value)
{
    out += fmt::format("  {:<13} {}\n", label, sanitized(value));
}

/// Characters on the screen, not bytes: "—" is one.
std::size_t columnsOf(const std::string &text)
{
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

void program(std::string &out, const ProgramFigures &figures)
{
    out += "\nThe program\n";
    fact(out, "memory", bytes(figures.resident) + " resident, " + bytes(figures.peak) + " at most");
    fact(out, "processor", formatShareOfCore(figures.processorShare) + " over the last minute");
    fact(out, "pictures", formatPerSecond(figures.picturesPerSecond) + " over the last minute");
    fact(out, "longest stall",
        figures.longestStall ? fmt::format("{} ms in the last minute", figures.longestStall->count()) : kUnknownText);
    fact(out, "strings", count(figures.strings) + " interned, " + bytes(figures.stringBytes));
    fact(out, "log", figures.logFile.empty() ? "none is written" : figures.logFile);
}

void kinds(std::string &out, const std::vector<KindDiagnosis> &all, Time now)
{
    using Row = std::array<std::string, 10>;
    std::vector<Row> rows{
        {"kind", "state", "read", "last list", "received", "heard", "requests", "lists", "watches", "next try"}};
    for (const KindDiagnosis &kind : all) {
        const ResourceStatus &status = kind.status;
        rows.push_back({kind.word, kind.sync, formatRead(status), bytes(status.bytes), bytes(status.traffic.wire),
            formatHeard(status.heard, now), count(status.traffic.requests), count(status.lists), count(status.watches),
            status.nextTry ? "in " + formatDuration(std::max(*status.nextTry - now, std::chrono::seconds(0)))
                           : std::string()});
    }
    std::array<std::size_t, 10> widths{};
    for (const Row &row : rows) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            widths[i] = std::max(widths[i], columnsOf(row[i]));
        }
    }
    for (std::size_t r = 0; r < rows.size(); ++r) {
        std::string line = "  ";
        for (std::size_t i = 0; i < rows[r].size(); ++i) {
            const std::string blank(widths[i] - columnsOf(rows[r][i]), ' ');
            line += i < 2 ? rows[r][i] + blank : blank + rows[r][i]; // words left, figures right
            line += "  ";
        }
        line.erase(line.find_last_not_of(' ') + 1);
        out += line + '\n';
        if (r > 0 && !all[r - 1].problem.empty()) {
            out += "    " + sanitized(all[r - 1].problem) + '\n';
        }
    }
}

void cluster(std::string &out, const ClusterDiagnosis &one, Time now)
{
    const ClusterStatus &status = one.status;
    out += fmt::format("\n{} ({}{}{})\n", sanitized(status.name),
        status.orchestrator == Orchestrator::Helios ? "Helios" : "Kubernetes",
        status.version.empty() ? "" : " " + sanitized(status.version), status.demo ? ", simulated" : "");
    fact(out, "server",
        (status.server.empty() ? std::string("none found") : status.server)
            + (status.insecure ? ", its certificate is not verified" : ""));
    for (const std::string &master : one.masters) {
        fact(out, "master", master);
    }
    fact(out, "connection",
        fmt::format("{}, heard {}, answers in {}, clock {}", one.connection,
            status.heard == kNoTime ? std::string("never") : formatHeard(status.heard, now) + " ago",
            formatAnswerTime(status.latency), formatSkew(status)));
    if (status.error) {
        fact(out, "problem", status.error->text());
    }
    if (!one.polling.empty()) {
        fact(out, "polled", one.polling);
    }
    fact(out, "asked",
        fmt::format("{} requests, {} refused as too many (429), {} lists, {} watches", count(status.requests),
            count(status.throttled), count(one.lists), count(one.watches)));
    fact(out, "received",
        fmt::format("{} on the wire, {} unpacked, {} over the last minute", bytes(status.bytes), bytes(status.unpacked),
            formatRate(one.traffic ? std::optional(one.traffic->bytesPerSecond) : std::nullopt)));
    fact(out, "holds",
        fmt::format("{} objects, changing at {}", count(one.objects),
            formatPerSecond(one.traffic ? std::optional(one.traffic->changesPerSecond) : std::nullopt)));
    kinds(out, one.kinds, now);
}

} // namespace

std::string diagnosticsText(const Diagnostics &diagnostics)
{
    std::string out = fmt::format("Sextant {}, {}\n", SEXTANT_VERSION, formatTime(diagnostics.at));
    program(out, diagnostics.program);
    for (const ClusterDiagnosis &one : diagnostics.clusters) {
        cluster(out, one, diagnostics.at);
    }
    return out;
}

} // namespace sextant
