// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "core/config/configread.h"

#include <filesystem>

namespace sextant::config {

namespace {

using migration::PatternConfig;
using migration::RuleConfig;

/// What a check of core/migration found wrong, where it stands.
void require(const Source &in, const YAML::Node &node, const Result<void> &checked)
{
    if (!checked) {
        in.wrong(node, checked.error());
    }
}

std::string pattern(const Source &in, const YAML::Node &node)
{
    std::string text = in.text(node, "a regular expression");
    require(in, node, migration::checkPattern(text));
    return text;
}

std::vector<std::string> patterns(const Source &in, const YAML::Node &node)
{
    std::vector<std::string> out = in.texts(node, "a list of regular expressions");
    for (std::size_t i = 0; i < out.size(); ++i) {
        require(in, node.IsSequence() ? node[i] : node, migration::checkPattern(out[i]));
    }
    return out;
}

RuleConfig pair(const Source &in, const YAML::Node &node)
{
    in.keys(node, "a pair (service, helios, kubernetes)", {"service", "helios", "kubernetes"});
    RuleConfig rule;
    rule.kind = RuleConfig::Kind::Pair;
    for (const auto &one : node) {
        const std::string &key = one.first.Scalar();
        if (key == "service") {
            rule.service = in.text(one.second, "the name of a service");
        } else if (key == "helios") {
            rule.helios = in.text(one.second, "the name of a Helios job or deployment group");
        } else {
            rule.kubernetes = in.text(one.second, "name, namespace/name or cluster/namespace/name of a workload");
        }
    }
    return rule;
}

void label(const Source &in, const YAML::Node &node, PatternConfig &side)
{
    if (node.IsScalar()) { // the key alone: it must be there
        side.labelKey = in.text(node, "the key of a label");
        side.labelValue = "^(.*)$";
        return;
    }
    in.keys(node, "a label (key, value)", {"key", "value"});
    for (const auto &one : node) {
        if (one.first.Scalar() == "key") {
            side.labelKey = in.text(one.second, "the key of a label");
        } else {
            side.labelValue = pattern(in, one.second);
        }
    }
    if (side.labelKey.empty()) {
        in.fail(node, "a label without a key", "key: KEY");
    }
    if (side.labelValue.empty()) {
        side.labelValue = "^(.*)$";
    }
}

PatternConfig heliosSide(const Source &in, const YAML::Node &node)
{
    in.keys(node, "patterns of Helios (job, group, registration, label)", {"job", "group", "registration", "label"});
    PatternConfig out;
    for (const auto &one : node) {
        const std::string &key = one.first.Scalar();
        if (key == "label") {
            label(in, one.second, out);
        } else {
            (key == "job" ? out.job : key == "group" ? out.group : out.registration) = pattern(in, one.second);
        }
    }
    return out;
}

PatternConfig kubernetesSide(const Source &in, const YAML::Node &node)
{
    in.keys(node, "patterns of Kubernetes (workload, namespace, label)", {"workload", "namespace", "label"});
    PatternConfig out;
    for (const auto &one : node) {
        const std::string &key = one.first.Scalar();
        if (key == "label") {
            label(in, one.second, out);
        } else {
            (key == "workload" ? out.workload : out.ns) = pattern(in, one.second);
        }
    }
    return out;
}

RuleConfig rule(const Source &in, const YAML::Node &node)
{
    const char *expected = "a rule: pair, label, or helios and kubernetes with patterns";
    in.keys(node, expected, {"pair", "label", "helios", "kubernetes", "service"});
    RuleConfig out;
    const bool isPair = node["pair"].IsDefined();
    const bool isLabel = node["label"].IsDefined();
    if (isPair || isLabel) {
        if (node.size() != 1) {
            in.fail(node, std::string("a rule with ") + (isPair ? "a pair" : "a label") + " and more",
                std::string("one or the other: ") + (isPair ? "pair" : "label") + " stands alone");
        }
        if (isPair) {
            out = pair(in, node["pair"]);
        } else {
            out.kind = RuleConfig::Kind::Label;
            out.label = in.text(node["label"], "the key of a label");
        }
    } else {
        for (const auto &one : node) {
            const std::string &key = one.first.Scalar();
            if (key == "helios") {
                out.heliosPattern = heliosSide(in, one.second);
            } else if (key == "kubernetes") {
                out.kubernetesPattern = kubernetesSide(in, one.second);
            } else {
                out.service = in.text(one.second, "what captures make, like $1");
            }
        }
    }
    out.where = std::filesystem::path(in.file()).filename().string() + ":" + std::to_string(node.Mark().line + 1);
    require(in, node, migration::checkRule(out));
    return out;
}

} // namespace

migration::RulesConfig readMigration(const Source &in, const YAML::Node &node)
{
    in.keys(node, "the rules of the migration (services, match, exclude, prefixes, suffixes)",
        {"services", "match", "exclude", "prefixes", "suffixes"});
    migration::RulesConfig out;
    for (const auto &one : node) {
        const std::string &key = one.first.Scalar();
        if (key == "services") {
            out.services = in.texts(one.second, "a list of services");
        } else if (key == "exclude") {
            out.exclude = patterns(in, one.second);
        } else if (key == "prefixes") {
            out.prefixes = in.texts(one.second, "a list of prefixes");
        } else if (key == "suffixes") {
            out.suffixes = in.texts(one.second, "a list of suffixes");
        } else if (!one.second.IsSequence()) {
            in.fail(one.second, described(one.second), "a list of rules");
        } else {
            for (const YAML::Node &each : one.second) {
                out.match.push_back(rule(in, each));
            }
        }
    }
    return out;
}

} // namespace sextant::config
