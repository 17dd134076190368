// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/migration/migration.h"

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Which jobs and workloads of a picture are one service, by the rules and by equal names. Pure functions; any thread.
namespace sextant::migration {

/// What rules see of Helios: a job, or a deployment group with the job it rolls out.
struct HeliosName {
    std::string_view job, group;
    std::span<const std::string> registrations; ///< "playlist/http"
    const Labels *labels = nullptr;
};

/// What rules see of a Kubernetes workload.
struct KubernetesName {
    std::string_view cluster, ns, name;
    const Labels *labels = nullptr;
};

/// A name that a rule gives.
struct Naming {
    std::string service;
    int rule = -1; ///< its place in RulesConfig::match
};

/// The first rule that fits, pairs first; nothing where none does.
std::optional<Naming> nameByRules(const Rules &rules, const HeliosName &what);
/// All rules that fit, pairs first, in the order in which they count.
std::vector<Naming> nameByRules(const Rules &rules, const KubernetesName &what);
/// The service is left out by the configuration.
bool excluded(const Rules &rules, std::string_view service);

/// A name without common prefixes and suffixes, and how many were taken off. Never empty for a name that is not.
struct PlainName {
    std::string text;
    int taken = 0;
};
PlainName plainName(const Rules &rules, std::string_view name);

/// A service as one picture has it.
struct Found {
    std::string name, owner, matchedBy;
    Side helios, kubernetes;
    std::vector<ClusterId> clusters; ///< it has workloads there
};

struct Matched {
    std::vector<Found> services; ///< of the migration, by name; those left out are not among them
    std::vector<Unmatched> unmatched; ///< of Kubernetes, in the fleet's order, without guesses
    std::vector<std::string> excluded, ambiguous;
    /// For each cluster of the picture the service (index) of each topmost workload slot; -1: of none.
    std::vector<std::vector<int>> serviceOf;
};

/// @param known services of the migration beside those with a Helios job and those that the configuration lists.
Matched match(const Picture &picture, const Rules &rules, std::span<const std::string> known = {});

/// A pod is wanted: neither finished nor on its way out.
bool wanted(const PodView &pod);

/// "a, b and c"; after `most` names the rest is counted.
std::string listed(const std::vector<std::string> &names, std::size_t most = 4);

/// Possible partners, at most three each, for what stands on one side: services that have only Helios, and `unmatched`
/// of Kubernetes. Names alike in words and letters, the same image repository, a registration of the same name.
/// @return what Helios alone has, first, then `unmatched`, those with the best guess first; all with their guesses.
std::vector<Unmatched> guessed(const Picture &picture, std::vector<Unmatched> helios, std::vector<Unmatched> unmatched);
/// How alike two names are, 0 to 1: words in common and letters to change.
double likeness(std::string_view a, std::string_view b);

} // namespace sextant::migration
