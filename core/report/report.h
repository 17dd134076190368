// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/capacity/accounting.h"
#include "core/capacity/attention.h"
#include "core/history/recorder.h"
#include "core/migration/migration.h"

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace sextant::report {

/// What a report is asked to say.
struct ReportOptions {
    Scope scope;
    Time now = kNoTime; ///< when it is made
    /// How far back the charts reach; 0: what is held.
    std::chrono::seconds period{0};
    bool clusters = true, pools = true, namespaces = true, teams = true, distribution = true, attention = true;
    migration::ProgressPtr migration; ///< null: not looked at
    bool migrationSection = true; ///< says nothing where there is no migration
    std::size_t mostNamespaces = 25; ///< the rest is summed in one row "other"
};

/// Sums of one named part of the fleet.
struct Figures {
    std::string kind; ///< "fleet", "cluster", "pool", "namespace", "team"
    std::string cluster; ///< empty: across clusters
    std::string name;
    Orchestrator orchestrator = Orchestrator::Kubernetes;
    Sums sums;
    bool allocatableOfCluster = false; ///< allocatable is not its own but its cluster's (namespaces and teams)
    bool stale = false;
    bool complete = true; ///< everything of it was read
    bool helios() const { return orchestrator == Orchestrator::Helios; }
};

/// A table as every format shows it: texts, and bars where a format can draw them.
struct ReportTable {
    struct Column {
        std::string name;
        bool right = false;
        bool bar = false;
    };
    struct Cell {
        std::string text;
        double requested = -1; ///< bars: shares of the whole; below 0: unknown
        double used = -1;
    };
    std::string title;
    std::vector<Column> columns;
    std::vector<std::vector<Cell>> rows;
    bool lastIsTotal = false;
    std::string note; ///< what is measured, declared, inferred; empty: none
};

struct KeyFigure {
    std::string label, value, detail;
};

/// A line chart of one resource over the period.
struct Chart {
    std::string title; ///< "CPU, cores"
    std::string unit;
    double scale = 1; ///< divide the samples by this for the axis
    bool cpu = true;
    bool ofCapacity = false; ///< there is no allocatable (only Helios): capacity stands for it
    std::vector<Sample> samples; ///< oldest first; a hole longer than two steps is a gap
    bool simulated = false; ///< some of it is made up (demo)
};

/// How many nodes are how full: 20 buckets of 5 % of allocatable, of Helios hosts of capacity; the last holds what is
/// above 95 %.
struct Distribution {
    std::string title;
    std::array<int, 20> requested{};
    std::array<int, 20> used{};
    int nodes = 0; ///< with a known allocatable
    int unsampled = 0; ///< of them, without a usage sample; of Helios all
    int undeclared = 0; ///< of them, with pods of which none says what it requests: in no bucket
    bool ofCapacity = false;
    /// "Bars requested, line used, share of the node's allocatable; 248 nodes, 3 without a usage sample".
    std::string caption() const;
};

/// How far the migration from Helios to Kubernetes is.
struct MigrationPart {
    std::string summary; ///< a paragraph that can be read aloud
    migration::Progress progress; ///< of the report's scope
    bool whole = true; ///< of the whole fleet: else without burn-up, hosts and what has no partner
    std::vector<migration::BurnPoint> burnUp; ///< of the report's period, oldest first; fewer than two: no chart
    bool simulated = false; ///< some of the burn-up is made up (demo)
    std::vector<ReportTable> tables;
};

/// What a report says, in every format the same.
struct Report {
    std::string title; ///< "Fleet utilization"
    std::string scope; ///< "Whole fleet", "gke-eu", "gke-eu › pool default"
    std::string period; ///< "instant, 22 Nov 2026 13:42 UTC" or "12:42 to 13:42 UTC"
    Time made = kNoTime;
    bool demo = false;
    std::string summary; ///< a paragraph that can be read aloud
    std::vector<KeyFigure> figures;
    std::vector<Chart> charts;
    std::vector<Distribution> distributions;
    Figures total;
    std::vector<Figures> clusters, pools, namespaces, teams;
    std::vector<Attention> attention;
    std::vector<ReportTable> tables; ///< made of the above
    std::optional<MigrationPart> migration; ///< nothing: there is none, or it was not asked for
    std::vector<std::string> sources; ///< cluster, server, version, when it was last heard
    std::vector<std::string> missing; ///< what was forbidden, absent, stale or without metrics; empty: nothing
    std::vector<std::string> definitions;
};

/// Makes a report from a picture and what is held of the past (may be null). A pure function.
/// Errors: Usage when the period is longer than what is held, with the reason.
Result<Report> buildReport(const Picture &picture, const Recorder *history, const ReportOptions &options);

/// What of a picture is missing, in words that name the cluster and what follows; empty when it is whole.
std::vector<std::string> missingParts(const Picture &picture, const Scope &scope, Time now);
/// "Whole fleet", "gke-eu › pool default › namespace playlist".
std::string scopeText(const Picture &picture, const Scope &scope);

enum class ReportFormat { Html, Markdown, Csv, Json };
/// The report as text. HTML is one file that loads nothing; every text from outside is escaped.
std::string render(const Report &report, ReportFormat format);

/// A chart as SVG (also for PDF): allocatable as a line, requested and used as areas, gaps hatched.
/// @param width, height in CSS pixels.
std::string chartSvg(const Chart &chart, int width, int height);
std::string distributionSvg(const Distribution &distribution, int width, int height);
/// The burn-up as SVG: services moved, those in parallel on top of them, and all that there are.
std::string burnUpSvg(const std::vector<migration::BurnPoint> &points, int width, int height);
/// What a format that shows burnUpSvg() says below it.
std::string burnUpCaption(const MigrationPart &part);
/// A bar of used inside requested as SVG.
std::string barSvg(double requested, double used, int width, int height);

/// Text for HTML and SVG; control characters made visible.
std::string escapedHtml(std::string_view text);

// One of the renderers each (html.cpp, markdown.cpp, data.cpp); render() calls them.
std::string renderHtml(const Report &report);
std::string renderMarkdown(const Report &report);
std::string renderCsv(const Report &report);
std::string renderJson(const Report &report);
/// Adds the part on the migration, what it misses and what its figures mean (migration.cpp).
void addMigration(Report &report, const Picture &picture, const ReportOptions &options);
/// Fills Report::tables from its figures (sections.cpp).
void makeTables(Report &report, const ReportOptions &options);

} // namespace sextant::report
