// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/config/config.h"

#include "core/base/files.h"
#include "core/base/format.h"
#include "core/config/configread.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <sstream>

namespace sextant {
namespace {

constexpr std::size_t kMaxFile = 4U << 20;

using config::described;
using config::Source;
using config::Wrong;

std::string variable(const char *name)
{
    const char *value = std::getenv(name); // NOLINT(concurrency-mt-unsafe): nobody sets any
    return value ? value : "";
}

/// "15s", "2m", "1m30s", "1h"; a number alone is refused: of what?
std::chrono::seconds duration(const Source &in, const YAML::Node &node)
{
    const std::string expected = "a time of at least 5s and at most 1h, like 15s or 2m";
    const std::string text = in.text(node, expected);
    std::chrono::seconds sum{0};
    const char *at = text.data();
    const char *end = at + text.size();
    while (at != end) {
        std::int64_t number = 0;
        const auto [rest, failed] = std::from_chars(at, end, number);
        if (failed != std::errc() || rest == end || number < 0 || number > 3600) {
            in.fail(node, described(node), expected);
        }
        switch (*rest) {
        case 's':
            sum += std::chrono::seconds(number);
            break;
        case 'm':
            sum += std::chrono::minutes(number);
            break;
        case 'h':
            sum += std::chrono::hours(number);
            break;
        default:
            in.fail(node, described(node), expected);
        }
        at = rest + 1;
    }
    if (sum < std::chrono::seconds(5) || sum > std::chrono::hours(1)) {
        in.fail(node, described(node), expected);
    }
    return sum;
}

/// A path of the configuration: "~/" is the home, anything relative is beside the file.
std::string path(const Source &in, const YAML::Node &node)
{
    std::string text = in.text(node, "the path of a file");
    if (text.rfind("~/", 0) == 0 && !variable("HOME").empty()) {
        text = variable("HOME") + text.substr(1);
    }
    return (std::filesystem::absolute(in.file()).parent_path() / text).lexically_normal().string();
}

std::vector<std::string> namespacesOf(const Source &in, const YAML::Node &node)
{
    std::vector<std::string> out = in.texts(node, "a list of namespaces");
    for (std::size_t i = 0; i < out.size(); ++i) {
        const std::string &ns = out[i];
        const bool good = ns.size() <= 63 && std::all_of(ns.begin(), ns.end(), [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
        });
        if (!good) {
            in.fail(node.IsSequence() ? node[i] : node, "\"" + sanitized(ns.substr(0, 80)) + "\"",
                "the name of a namespace");
        }
    }
    return out;
}

/// Masters' URLs with commas, or domain://NAME. Only the shape: what they are is for core/helios. A URL with a user in
/// it is not repeated.
std::string masters(const Source &in, const YAML::Node &node)
{
    const std::string expected = "masters' URLs like http://m1:5801,http://m2:5801, or domain://example.net";
    std::string text = in.text(node, expected);
    if (text.find('@') != std::string::npos) {
        in.fail(node, "a URL with a user in it", expected + " without a user");
    }
    const auto begins = [](std::string_view url, std::string_view scheme) {
        return url.size() > scheme.size() && url.substr(0, scheme.size()) == scheme;
    };
    std::string_view rest = text;
    for (bool more = true; more;) {
        const auto comma = rest.find(',');
        const std::string_view url = rest.substr(0, comma);
        more = comma != std::string_view::npos;
        const bool domain = begins(url, "domain://") && !more && url.size() == text.size();
        const bool clean = url.find_first_of(" \t\r\n") == std::string_view::npos;
        if (!clean || !(domain || begins(url, "http://") || begins(url, "https://"))) {
            in.fail(node, described(node), expected);
        }
        rest = more ? rest.substr(comma + 1) : rest;
    }
    return text;
}

ClusterConfig cluster(const Source &in, const YAML::Node &node)
{
    in.keys(node, "a cluster (name, kubeconfig, context, namespaces, helios, open, demo)",
        {"name", "kubeconfig", "context", "namespaces", "helios", "ca", "certificate", "key", "token-file", "open",
            "demo"});
    ClusterConfig out;
    for (const auto &pair : node) {
        const std::string &key = pair.first.Scalar();
        if (key == "name") {
            out.name = in.text(pair.second, "a name");
        } else if (key == "kubeconfig") {
            out.kubeconfig = path(in, pair.second);
        } else if (key == "context") {
            out.context = in.text(pair.second, "the name of a context");
        } else if (key == "namespaces") {
            out.namespaces = namespacesOf(in, pair.second);
        } else if (key == "helios") {
            out.helios = masters(in, pair.second);
        } else if (key == "ca") {
            out.caFile = path(in, pair.second);
        } else if (key == "certificate") {
            out.certificateFile = path(in, pair.second);
        } else if (key == "key") {
            out.keyFile = path(in, pair.second);
        } else if (key == "token-file") {
            out.tokenFile = path(in, pair.second);
        } else if (key == "open") {
            out.open = in.flag(pair.second);
        } else if (key == "demo") {
            out.demo = in.flag(pair.second);
        }
    }
    const bool kubernetes = !out.kubeconfig.empty() || !out.context.empty() || !out.namespaces.empty();
    if (out.demo && (!out.kubeconfig.empty() || !out.context.empty() || !out.helios.empty())) {
        in.fail(node, "a demo cluster with a kubeconfig, a context or Helios masters", "one or the other");
    }
    if (!out.helios.empty() && kubernetes) {
        in.fail(node, "a Helios cluster with a kubeconfig, a context or namespaces", "one or the other");
    }
    const bool files =
        !out.caFile.empty() || !out.certificateFile.empty() || !out.keyFile.empty() || !out.tokenFile.empty();
    if (out.helios.empty() && files) {
        in.fail(
            node, "a ca, certificate, key or token-file", "helios, which alone takes them (a kubeconfig has its own)");
    }
    if (out.certificateFile.empty() != out.keyFile.empty()) {
        in.fail(node, out.keyFile.empty() ? "a certificate without its key" : "a key without its certificate",
            "both of them");
    }
    return out;
}

void clusters(const Source &in, const YAML::Node &list, Config &out)
{
    if (list.IsNull()) {
        return;
    }
    if (!list.IsSequence()) {
        in.fail(list, described(list), "a list of clusters");
    }
    for (const YAML::Node &node : list) {
        ClusterConfig one = cluster(in, node);
        const auto twice = std::find_if(out.clusters.begin(), out.clusters.end(), [&](const ClusterConfig &other) {
            return !one.name.empty() ? other.name == one.name
                                     : other.name.empty() && other.kubeconfig == one.kubeconfig
                    && other.context == one.context && other.helios == one.helios && other.demo == one.demo;
        });
        if (twice != out.clusters.end()) {
            in.fail(node,
                "a cluster " + (one.name.empty() ? std::string() : "named \"" + sanitized(one.name) + "\" ")
                    + "a second time",
                "another name");
        }
        out.clusters.push_back(std::move(one));
    }
}

void intervals(const Source &in, const YAML::Node &node, Config &out)
{
    in.keys(
        node, "a mapping of intervals (node-metrics, pod-metrics, helios)", {"node-metrics", "pod-metrics", "helios"});
    for (const auto &pair : node) {
        const std::string &key = pair.first.Scalar();
        const std::chrono::seconds every = duration(in, pair.second);
        if (key == "pod-metrics") {
            out.podMetricsEvery = every;
        } else {
            (key == "helios" ? out.heliosEvery : out.nodeMetricsEvery) = every;
        }
    }
}

void labels(const Source &in, const YAML::Node &node, Config &out)
{
    in.keys(node, "a mapping of labels (pool, team)", {"pool", "team"});
    for (const auto &pair : node) {
        (pair.first.Scalar() == "pool" ? out.poolLabels : out.teamLabels) =
            in.texts(pair.second, "a list of label names");
    }
}

Config read(const Source &in, const YAML::Node &root)
{
    Config out;
    if (!root.IsDefined() || root.IsNull()) {
        return out;
    }
    in.keys(root, "a mapping of keys to values",
        {"clusters", "discover", "namespaces", "intervals", "labels", "migration", "keep-last-picture", "log-level"});
    for (const auto &pair : root) {
        const std::string &key = pair.first.Scalar();
        if (key == "clusters") {
            clusters(in, pair.second, out);
        } else if (key == "discover") {
            out.discover = in.flag(pair.second);
        } else if (key == "namespaces") {
            out.namespaces = namespacesOf(in, pair.second);
        } else if (key == "intervals") {
            intervals(in, pair.second, out);
        } else if (key == "labels") {
            labels(in, pair.second, out);
        } else if (key == "migration") {
            out.migration = config::readMigration(in, pair.second);
        } else if (key == "keep-last-picture") {
            out.keepLastPicture = in.flag(pair.second);
        } else if (key == "log-level") {
            out.logLevel = in.text(pair.second, "trace, debug, info, warn, error or off");
            constexpr std::array kLevels{"trace", "debug", "info", "warn", "error", "off"};
            if (std::find(kLevels.begin(), kLevels.end(), out.logLevel) == kLevels.end()) {
                in.fail(pair.second, described(pair.second), "trace, debug, info, warn, error or off");
            }
        }
    }
    return out;
}

/// The text of a file; an absent one is nothing.
Result<std::string> textOf(const std::string &file, bool mustExist)
{
    Result<std::string> text = readSmallFile(file, kMaxFile);
    if (text || (text.error().code == ErrorCode::NotFound && !mustExist)) {
        return text.valueOr({});
    }
    Error error = text.error();
    error.code = ErrorCode::Config;
    return error;
}

} // namespace

std::string configFolder()
{
    std::string home = variable("XDG_CONFIG_HOME");
    if (home.empty() || home.front() != '/') {
        home = variable("HOME").empty() ? std::string() : variable("HOME") + "/.config";
    }
    return home.empty() ? home : home + "/sextant";
}

Result<Config> parseConfig(std::string_view text, const std::string &file)
{
    try {
        Config out = read(Source(file), YAML::Load(std::string(text)));
        out.file = file;
        return out;
    } catch (const Wrong &wrong) {
        return wrong.error;
    } catch (const YAML::Exception &broken) {
        return Error{.code = ErrorCode::Config,
            .message = "is not valid YAML: " + broken.msg,
            .subject = broken.mark.is_null()
                ? file
                : file + ":" + std::to_string(broken.mark.line + 1) + ":" + std::to_string(broken.mark.column + 1)};
    }
}

Result<Config> loadConfig(const std::string &file)
{
    const std::string folder = configFolder();
    const std::string own = file.empty() ? (folder.empty() ? folder : folder + "/sextant.yaml") : file;
    Config out;
    if (!own.empty()) {
        const Result<std::string> text = textOf(own, !file.empty());
        if (!text) {
            return text.error();
        }
        Result<Config> parsed = parseConfig(*text, own);
        if (!parsed) {
            return parsed.error();
        }
        out = std::move(*parsed);
        std::error_code failed;
        if (!std::filesystem::exists(own, failed)) {
            out.file.clear();
        }
    }
    // What the window keeps lies beside the file that is used.
    const std::filesystem::path beside =
        file.empty() ? std::filesystem::path(folder) : std::filesystem::absolute(file).parent_path();
    if (beside.empty()) {
        return out;
    }
    out.clustersFile = (beside / "clusters.yaml").string();
    const Result<std::string> text = textOf(out.clustersFile, false);
    if (!text) {
        return text.error();
    }
    Result<Config> window = parseConfig(*text, out.clustersFile);
    if (!window) {
        return window.error();
    }
    out.discover = out.discover && window->discover;
    out.windowClusters = window->clusters;
    for (const ClusterConfig &one : window->clusters) {
        const auto same = std::find_if(out.clusters.begin(), out.clusters.end(),
            [&](const ClusterConfig &other) { return sameCluster(one, other); });
        if (same == out.clusters.end()) {
            out.clusters.push_back(one);
        } else {
            *same = one;
        }
    }
    return out;
}

bool sameCluster(const ClusterConfig &a, const ClusterConfig &b)
{
    const auto name = [](const ClusterConfig &one) -> const std::string & {
        return !one.name.empty() ? one.name : !one.helios.empty() ? one.helios : one.context;
    };
    return name(a) == name(b) && a.demo == b.demo;
}

Result<void> saveClusters(const std::string &clustersFile, const std::vector<ClusterConfig> &clusters)
{
    if (clustersFile.empty()) {
        return Error{.code = ErrorCode::Io, .message = "there is no folder to keep the clusters in"};
    }
    std::ostringstream out;
    out << "# Written by Sextant when a cluster is added or removed in its window; sextant.yaml beside it is yours.\n";
    out << "discover: false\n";
    out << (clusters.empty() ? "clusters: []\n" : "clusters:\n");
    for (const ClusterConfig &one : clusters) {
        const char *lead = "  - ";
        const auto line = [&](const std::string &text) {
            out << lead << text << "\n";
            lead = "    ";
        };
        if (!one.name.empty()) {
            line("name: " + yamlText(one.name));
        }
        if (!one.kubeconfig.empty()) {
            line("kubeconfig: " + yamlText(one.kubeconfig));
        }
        if (!one.context.empty()) {
            line("context: " + yamlText(one.context));
        }
        if (!one.namespaces.empty()) {
            std::string list;
            for (const std::string &ns : one.namespaces) {
                list += (list.empty() ? "" : ", ") + yamlText(ns);
            }
            line("namespaces: [" + list + "]");
        }
        for (const auto &[key, value] : {std::pair("helios: ", &one.helios), std::pair("ca: ", &one.caFile),
                 std::pair("certificate: ", &one.certificateFile), std::pair("key: ", &one.keyFile),
                 std::pair("token-file: ", &one.tokenFile)}) {
            if (!value->empty()) {
                line(key + yamlText(*value));
            }
        }
        if (one.demo) {
            line("demo: true");
        }
        if (!one.open || lead[2] == '-') {
            line(std::string("open: ") + (one.open ? "true" : "false"));
        }
    }
    std::error_code failed;
    std::filesystem::create_directories(std::filesystem::path(clustersFile).parent_path(), failed);
    return replaceFile(clustersFile, out.str());
}

} // namespace sextant
