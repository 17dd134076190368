// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <string>
#include <vector>

/// Which Helios jobs and which Kubernetes workloads are one service: section `migration` of the configuration.
///
///     migration:
///       services: [legal-hold]       # belong to the migration though no job of theirs exists any more
///       match:                       # pairs first, then the first rule that fits decides
///         - pair: {service: playlist, helios: playlist-service, kubernetes: gke-eu/playlist/playlist-web}
///         - label: example.com/service      # of Kubernetes workloads, and of a Helios job's labels or metadata
///         - helios: {job: '^(.+)-service$'} # or group, or registration: regular expressions in RE2's syntax
///           kubernetes: {workload: '^(.+)$', namespace: '^.*$'} # or label: {key: KEY, value: REGEX}
///           service: $1                     # what both sides' captures must make; default: $1, without captures $0
///       exclude: ['^canary-', ...]   # service names, regular expressions
///       prefixes: [svc-]             # taken off names before they are compared; added to the built-in ones
///       suffixes: [-service, -k8s]
///
/// A rule gives a name to what it fits, and what has one name is one service. A Helios job that no rule fits is the
/// service of its own name; a deployment group goes with the job it rolls out. A Kubernetes workload that no rule gives
/// to a service of the migration goes by equal names: first the name as it is, then both names after common prefixes
/// and suffixes are taken off. The built-in ones: "svc-", "service-", "app-"; "-service", "-svc", "-app", "-server",
/// "-deployment", "-k8s". A service that a pair names takes its workloads from rules alone.
/// `$1` and `$2` number the captures of the side's patterns in the order job, group, registration, label and workload,
/// namespace, label; `$0` is the text that the first of them matched; `$$` is a dollar sign.
namespace sextant::migration {

/// One side of a rule: regular expressions that match anywhere in the text (anchor them with ^ and $); empty ones do
/// not narrow. All that are given must match.
struct PatternConfig {
    std::string job, group, registration; ///< of Helios; registration: any of "playlist/http" without its protocol
    std::string workload, ns; ///< of Kubernetes
    std::string labelKey; ///< of a workload's labels, of a job's labels or metadata; it must be there
    std::string labelValue;
    bool operator==(const PatternConfig &) const = default;
};

struct RuleConfig {
    enum class Kind { Pair, Label, Pattern } kind = Kind::Pattern;
    std::string service; ///< Pair: its name; Pattern: what captures make, "$1"
    std::string helios; ///< Pair: a job's name or a deployment group
    std::string kubernetes; ///< Pair: "name", "namespace/name" or "cluster/namespace/name"
    std::string label; ///< Label: the key
    PatternConfig heliosPattern, kubernetesPattern;
    std::string where; ///< "file:line", for messages and for "matched by"
    bool operator==(const RuleConfig &) const = default;
};

/// As the configuration has it, checked for shape; compiled by Rules.
struct RulesConfig {
    std::vector<std::string> services;
    std::vector<RuleConfig> match;
    std::vector<std::string> exclude; ///< regular expressions
    std::vector<std::string> prefixes, suffixes;
    bool operator==(const RulesConfig &) const = default;
};

/// Checks one regular expression as rules take it. Errors: Config with what is wrong and where in it.
Result<void> checkPattern(const std::string &pattern);
/// Checks one rule: patterns, that it has what its kind needs, and that captures its service names exist on both sides.
/// Errors: Config with what is wrong; the subject is rule.where.
Result<void> checkRule(const RuleConfig &rule);
/// The patterns of one side in the order in which their captures are numbered; those not given are empty.
std::vector<const std::string *> patternsOfHelios(const RuleConfig &rule);
std::vector<const std::string *> patternsOfKubernetes(const RuleConfig &rule);
/// The label keys that rules name: what decoders must keep (kubernetes::DecodeOptions::keptLabels).
std::vector<std::string> labelKeys(const RulesConfig &rules);

} // namespace sextant::migration
