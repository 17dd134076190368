// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/options.h"

#include "core/base/format.h"
#include "core/layout/grouping.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>

namespace sextant::app {

namespace {

/// "90", "45s", "30m", "1h", "30d" to seconds; -1 for any other text.
long long secondsOf(const std::string &text)
{
    std::size_t used = 0;
    long long number = -1;
    try {
        number = std::stoll(text, &used);
    } catch (const std::exception &) {
        return -1;
    }
    const std::string unit = text.substr(used);
    const long long factor = unit.empty() || unit == "s" ? 1
        : unit == "m"                                    ? 60
        : unit == "h"                                    ? 3600
        : unit == "d"                                    ? 86400
                                                         : -1;
    return number < 0 || factor < 0 || number > 100LL * 365 * 86400 ? -1 : number * factor;
}

std::string duration(const std::string &text)
{
    return secondsOf(text) < 0 ? "expected a duration such as 90s, 30m, 1h or 7d, found '" + text + "'" : std::string();
}

std::string size(const std::string &text)
{
    int w = 0, h = 0;
    char rest = 0;
    const bool good =
        std::sscanf(text.c_str(), "%dx%d%c", &w, &h, &rest) == 2 && w >= 320 && h >= 240 && w <= 16384 && h <= 16384;
    return good ? std::string() : "expected WIDTHxHEIGHT such as 1440x900, found '" + text + "'";
}

std::string grouping(const std::string &text)
{
    return layout::parseGrouping(text) ? std::string()
                                       : "expected pool, zone, type, owner, cluster or label:KEY, found '" + text + "'";
}

struct Texts {
    std::string timeout = "60s", kind, format = "csv", period, size = "1440x900", filter;
};

std::size_t characters(const std::string &text)
{
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; }));
}

/// The filter as typed and below it where it is wrong.
std::string pointed(const std::string &text, const FilterError &error)
{
    const std::string before = sanitized(text.substr(0, error.begin));
    const std::string wrong = sanitized(text.substr(error.begin, error.bytes));
    return "--filter: " + sanitized(error.message) + "\n  " + before + wrong
        + sanitized(text.substr(error.begin + error.bytes)) + "\n  " + std::string(characters(before), ' ')
        + std::string(std::max<std::size_t>(1, characters(wrong)), '^') + "\n  expected " + sanitized(error.expected)
        + "\n";
}

void addFilter(CLI::App &app, Texts &texts)
{
    app.add_option("--filter", texts.filter,
           "only what fits, as in the window's field: 'api ns:shop !state:ok cpu>80% age<1h'; see README")
        ->type_name("TEXT");
}

/// What a view or an export shows that a filter is asked of; 0: it is of whole scopes.
FilterTables tablesOf(std::string_view what)
{
    return what == "pods"     ? FilterTables(FilterTable::Pods)
        : what == "nodes"     ? FilterTables(FilterTable::Nodes)
        : what == "map"       ? FilterTable::Pods | FilterTable::Nodes
        : what == "workloads" ? FilterTables(FilterTable::Workloads)
        : what == "migration" ? FilterTables(FilterTable::Services)
                              : FilterTables(0);
}

/// Reads the filter for a command. False, after saying why: it is wrong, or nothing it could narrow is written.
bool readFilter(const std::string &command, const std::string &what, const Texts &texts, Options &options)
{
    const auto parsed = Filter::parse(texts.filter);
    if (!parsed) {
        std::cerr << "sextant " << command << ": " << pointed(texts.filter, parsed.error());
        return false;
    }
    options.filter = *parsed;
    options.filterTables = tablesOf(what);
    if (!options.filter.empty() && options.filterTables == 0) {
        std::cerr << "sextant " << command << ": --filter does not apply to " << what
                  << ", which is of whole scopes. Narrow with --cluster, --in-namespace, --pool or --owner\n";
        return false;
    }
    return true;
}

void addSources(CLI::App &app, Options &options, Texts &texts)
{
    app.add_flag("--demo", options.sources.demo, "an embedded simulated fleet instead of real clusters");
    app.add_option("--kubeconfig", options.sources.kubeconfig, "this kubeconfig and no other")->type_name("FILE");
    app.add_option("--context", options.sources.contexts, "this kubeconfig context; repeatable")->type_name("NAME");
    app.add_option("--helios", options.sources.helios,
           "masters of one Helios cluster, tried in turn: http://a:5801,http://b:5801, or domain://NAME; repeatable: "
           "more "
           "clusters")
        ->type_name("URLS");
    app.add_option("-n,--namespace", options.sources.namespaces,
           "a namespace to read where the whole cluster may not be listed; repeatable")
        ->type_name("NAME");
    app.add_option("--config", options.configFile, "this configuration instead of ~/.config/sextant/sextant.yaml")
        ->type_name("FILE");
    app.add_option("--timeout", texts.timeout, "how long to wait for the clusters, e.g. 60s")
        ->check(duration, "DURATION")
        ->type_name("DURATION");
    app.add_option("--log-level", options.logLevel, "trace, debug, info, warn, error or off")
        ->check(CLI::IsMember({"trace", "debug", "info", "warn", "error", "off"}))
        ->type_name("LEVEL");
    app.add_option("--log-file", options.logFile, "where the log goes; - for nowhere")->type_name("FILE");
}

void addScope(CLI::App &app, Options &options)
{
    app.add_option("--cluster", options.cluster, "only this cluster, by its name")->type_name("NAME");
    app.add_option("--in-namespace", options.scopeNamespace, "only this namespace")->type_name("NAME");
    app.add_option("--pool", options.pool, "only this node pool")->type_name("NAME");
    app.add_option("--owner", options.owner, "only this owner (team)")->type_name("NAME");
    app.add_option("-o,--output", options.output, "write here instead of to stdout")->type_name("FILE");
}

} // namespace

Parsed parseCommandLine(int argc, char **argv)
{
    Parsed parsed;
    Options &options = parsed.options;
    Texts texts;
    CLI::App app(
        "Sextant: one picture of the container fleets you run. Without a command it opens its window.", "sextant");
    app.set_version_flag("--version", std::string("sextant ") + SEXTANT_VERSION);
    app.require_subcommand(0, 1);
    addSources(app, options, texts);

    auto *exporting =
        app.add_subcommand("export", "write nodes, pods, workloads, capacity or the migration as CSV, JSON or a table");
    exporting->add_option("kind", texts.kind, "nodes, pods, workloads, capacity or migration")
        ->required()
        ->check(CLI::IsMember({"nodes", "pods", "workloads", "capacity", "migration"}));
    exporting->add_option("--format", texts.format, "csv, json or table")
        ->check(CLI::IsMember({"csv", "json", "table"}))
        ->type_name("FORMAT");
    addFilter(*exporting, texts);
    addSources(*exporting, options, texts);
    addScope(*exporting, options);

    auto *reporting = app.add_subcommand("report", "write a utilization report");
    reporting
        ->add_option(
            "--format", options.reportFormat, "html, pdf, md, csv or json; default: by the output's ending, else html")
        ->check(CLI::IsMember({"html", "pdf", "md", "csv", "json"}))
        ->type_name("FORMAT");
    reporting->add_option("--period", texts.period, "how far back it reaches; default: what is held")
        ->check(duration, "DURATION")
        ->type_name("DURATION");
    addSources(*reporting, options, texts);
    addScope(*reporting, options);

    auto *rendering = app.add_subcommand("render", "write a view as a picture, without a display");
    rendering
        ->add_option(
            "view", options.view, "overview, map, nodes, pods, workloads, capacity, migration, reports or diagnostics")
        ->required()
        ->check(CLI::IsMember(
            {"overview", "map", "nodes", "pods", "workloads", "capacity", "migration", "reports", "diagnostics"}));
    rendering->add_option("--size", texts.size, "WIDTHxHEIGHT, default 1440x900")
        ->check(size, "SIZE")
        ->type_name("SIZE");
    rendering->add_option("--scale", options.scale, "pixels a logical pixel, 1 to 4")
        ->check(CLI::Range(1.0, 4.0))
        ->type_name("FACTOR");
    rendering->add_flag("--dark", options.dark, "the dark theme");
    addFilter(*rendering, texts);
    rendering
        ->add_option("--color", options.mapColor,
            "of the map: state, requested, used, waste, restarts, age, owner or stage (of the migration)")
        ->check(CLI::IsMember({"state", "requested", "used", "waste", "restarts", "age", "owner", "stage"}))
        ->type_name("BY");
    rendering->add_option("--group", options.mapGroup, "of the map: pool, zone, type, owner, cluster or label:KEY")
        ->check(grouping, "BY")
        ->type_name("BY");
    rendering->add_option("--size-by", options.mapSize, "of the map: cpu, memory or equal")
        ->check(CLI::IsMember({"cpu", "memory", "equal"}))
        ->type_name("BY");
    rendering->add_option("--zoom", options.mapZoom, "of the map: fleet, nodes, pods or containers; default: all of it")
        ->check(CLI::IsMember({"fleet", "nodes", "pods", "containers"}))
        ->type_name("LEVEL");
    addSources(*rendering, options, texts);
    addScope(*rendering, options);

    auto *checking =
        app.add_subcommand("check", "read the configuration, try every cluster, say what works and what does not");
    addSources(*checking, options, texts);

    auto *simulating =
        app.add_subcommand("simulate", "serve simulated Kubernetes and Helios clusters until interrupted");
    simulating->add_option("--clusters", options.clusters, "how many")->check(CLI::Range(1, 16));
    simulating->add_option("--nodes", options.nodes, "nodes a cluster")->check(CLI::Range(1, 20000));
    simulating->add_option("--pods", options.pods, "pods a cluster, roughly")->check(CLI::Range(0, 600000));
    simulating->add_option("--namespaces", options.namespaces, "namespaces a cluster, roughly")
        ->check(CLI::Range(1, 5000));
    simulating->add_option("--helios-hosts", options.heliosHosts, "hosts of a Helios cluster beside them; 0: none")
        ->check(CLI::Range(0, 20000));
    simulating->add_option("--helios-masters", options.heliosMasters, "its masters")->check(CLI::Range(1, 16));
    simulating->add_flag("--migrate", options.migrate, "its services move to the Kubernetes clusters, one a minute");
    simulating->add_option("--seed", options.seed, "all randomness follows from it");
    simulating->add_option("--churn", options.churn, "1: the demo's pace, 0: nothing changes by itself")
        ->check(CLI::Range(0.0, 1000.0));
    simulating
        ->add_option("--pace", options.pace, "MB a second on each connection to Kubernetes; 0: as fast as it goes")
        ->check(CLI::Range(0, 100000));
    simulating->add_option("--port", options.port, "first port, one a server; 0: any free one")
        ->check(CLI::Range(0, 65535));
    simulating->add_option("--kube-version", options.kubeVersion, "v1.36.2 or v1.20.2")
        ->check(CLI::IsMember({"v1.36.2", "v1.20.2"}));
    simulating->add_flag("--tls", options.tls, "HTTPS with a self-made CA, and bearer tokens");
    simulating->add_flag("--managed-fields", options.managedFields, "objects as big as real ones");
    simulating
        ->add_option("--write-kubeconfig", options.writeKubeconfig, "write the kubeconfig here (default: print it)")
        ->type_name("FILE");
    simulating->add_option("--log-level", options.logLevel, "trace, debug, info, warn, error or off")
        ->check(CLI::IsMember({"trace", "debug", "info", "warn", "error", "off"}));

    try {
        app.parse(argc, argv);
    } catch (const CLI::Success &e) {
        parsed.exitCode = app.exit(e, std::cout, std::cerr);
        return parsed;
    } catch (const CLI::ParseError &e) {
        app.exit(e, std::cout, std::cerr);
        parsed.exitCode = UsageError;
        return parsed;
    }

    if (options.migrate && options.heliosHosts == 0) {
        std::cerr << "--migrate needs a Helios cluster: give --helios-hosts\n";
        parsed.exitCode = UsageError;
        return parsed;
    }
    options.timeout = std::chrono::seconds(secondsOf(texts.timeout));
    options.period = std::chrono::seconds(texts.period.empty() ? 0 : secondsOf(texts.period));
    std::sscanf(texts.size.c_str(), "%dx%d", &options.width, &options.height);
    const auto ends = [&](const char *ending) {
        const std::string text(ending);
        return options.output.size() > text.size()
            && options.output.compare(options.output.size() - text.size(), text.size(), text) == 0;
    };
    options.svg = ends(".svg");
    if (*exporting) {
        options.command = Command::Export;
        options.kind = *report::exportKindOf(texts.kind);
        options.format = *report::exportFormatOf(texts.format);
        if (!readFilter("export", texts.kind, texts, options)) {
            parsed.exitCode = UsageError;
            return parsed;
        }
    } else if (*reporting) {
        options.command = Command::Report;
        if (options.reportFormat.empty()) {
            options.reportFormat = ends(".pdf") ? "pdf"
                : ends(".md")                   ? "md"
                : ends(".csv")                  ? "csv"
                : ends(".json")                 ? "json"
                                                : "html";
        }
        if (options.reportFormat == "pdf" && options.output.empty()) {
            std::cerr << "sextant report: a PDF needs --output FILE\n";
            parsed.exitCode = UsageError;
            return parsed;
        }
    } else if (*rendering) {
        options.command = Command::Render;
        if (options.view != "map"
            && !(options.mapColor + options.mapGroup + options.mapSize + options.mapZoom).empty()) {
            std::cerr << "sextant render: --color, --group, --size-by and --zoom are of the map\n";
            parsed.exitCode = UsageError;
            return parsed;
        }
        if (!readFilter("render", options.view, texts, options)) {
            parsed.exitCode = UsageError;
            return parsed;
        }
        if (options.output.empty()) {
            std::cerr << "sextant render: a picture needs --output FILE (.png or .svg)\n";
            parsed.exitCode = UsageError;
            return parsed;
        }
    } else if (*checking) {
        options.command = Command::Check;
    } else if (*simulating) {
        options.command = Command::Simulate;
    }
    parsed.proceed = true;
    return parsed;
}

} // namespace sextant::app
