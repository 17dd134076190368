// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/migration/matching.h"

#include <algorithm>
#include <array>
#include <re2/re2.h>

namespace sextant::migration {

namespace {

constexpr std::array kPrefixes{"svc-", "service-", "app-"};
constexpr std::array kSuffixes{"-service", "-svc", "-app", "-server", "-deployment", "-k8s"};
constexpr int kMostCaptures = 10; ///< $0 and $1 to $9

/// What the patterns of one side of a rule captured.
struct Captures {
    std::array<std::string_view, kMostCaptures> text;
    int count = 1; ///< with $0

    /// False: the pattern does not match.
    bool take(const RE2 &pattern, std::string_view subject)
    {
        std::array<re2::StringPiece, kMostCaptures> parts;
        const int groups = std::min(kMostCaptures, pattern.NumberOfCapturingGroups() + 1);
        const re2::StringPiece piece(subject.data(), subject.size());
        if (!pattern.Match(piece, 0, subject.size(), RE2::UNANCHORED, parts.data(), groups)) {
            return false;
        }
        if (text[0].data() == nullptr) {
            text[0] = std::string_view(parts[0].data(), parts[0].size());
        }
        for (int i = 1; i < groups && count < kMostCaptures; ++i) {
            const auto &part = parts[static_cast<std::size_t>(i)];
            text[static_cast<std::size_t>(count++)] =
                part.data() == nullptr ? std::string_view() : std::string_view(part.data(), part.size());
        }
        return true;
    }

    std::string expand(std::string_view service) const
    {
        if (service.empty()) {
            return std::string(text[count > 1 ? 1 : 0]);
        }
        std::string out;
        for (std::size_t i = 0; i < service.size(); ++i) {
            if (service[i] != '$' || i + 1 == service.size()) {
                out += service[i];
            } else if (const char next = service[++i]; next == '$') {
                out += next;
            } else if (next >= '0' && next - '0' < count) {
                out += text[static_cast<std::size_t>(next - '0')];
            }
        }
        return out;
    }
};

std::string_view valueOf(const Labels *labels, std::string_view key)
{
    if (labels != nullptr) {
        for (const auto &[name, value] : *labels) {
            if (name == key) {
                return value;
            }
        }
    }
    return {};
}

struct Pattern {
    std::unique_ptr<RE2> expression; ///< null: not given
    explicit Pattern(const std::string &text)
        : expression(text.empty() ? nullptr : std::make_unique<RE2>(text, RE2::Quiet))
    {
    }
    /// Does not narrow, or matches.
    bool take(std::string_view subject, Captures &captures) const
    {
        return !expression || captures.take(*expression, subject);
    }
    explicit operator bool() const { return expression != nullptr; }
};

struct CompiledRule {
    explicit CompiledRule(const RuleConfig &rule)
        : config(&rule)
        , job(rule.heliosPattern.job)
        , group(rule.heliosPattern.group)
        , registration(rule.heliosPattern.registration)
        , heliosLabel(rule.heliosPattern.labelValue)
        , workload(rule.kubernetesPattern.workload)
        , ns(rule.kubernetesPattern.ns)
        , kubernetesLabel(rule.kubernetesPattern.labelValue)
    {
    }
    const RuleConfig *config;
    Pattern job, group, registration, heliosLabel, workload, ns, kubernetesLabel;

    /// What the rule calls it; empty: it does not fit.
    std::string name(const HeliosName &what) const
    {
        switch (config->kind) {
        case RuleConfig::Kind::Pair:
            return !config->helios.empty() && (what.job == config->helios || what.group == config->helios)
                ? config->service
                : std::string();
        case RuleConfig::Kind::Label:
            return std::string(valueOf(what.labels, config->label));
        case RuleConfig::Kind::Pattern:
            break;
        }
        Captures captures;
        if (!job.take(what.job, captures) || (group && what.group.empty()) || !group.take(what.group, captures)) {
            return {};
        }
        if (registration && !std::any_of(what.registrations.begin(), what.registrations.end(), [&](const auto &one) {
                return registration.take(std::string_view(one).substr(0, one.rfind('/')), captures);
            })) {
            return {};
        }
        return takeLabel(heliosLabel, config->heliosPattern.labelKey, what.labels, captures)
            ? captures.expand(config->service)
            : std::string();
    }

    std::string name(const KubernetesName &what) const
    {
        switch (config->kind) {
        case RuleConfig::Kind::Pair:
            return pairFits(what) ? config->service : std::string();
        case RuleConfig::Kind::Label:
            return std::string(valueOf(what.labels, config->label));
        case RuleConfig::Kind::Pattern:
            break;
        }
        Captures captures;
        return workload.take(what.name, captures) && ns.take(what.ns, captures)
                && takeLabel(kubernetesLabel, config->kubernetesPattern.labelKey, what.labels, captures)
            ? captures.expand(config->service)
            : std::string();
    }

private:
    static bool takeLabel(const Pattern &pattern, std::string_view key, const Labels *labels, Captures &captures)
    {
        if (key.empty()) {
            return true;
        }
        const std::string_view value = valueOf(labels, key);
        return value.data() != nullptr && pattern.take(value, captures);
    }
    /// "name", "namespace/name" or "cluster/namespace/name"; a cluster's name may have slashes, the others have none.
    bool pairFits(const KubernetesName &what) const
    {
        std::string_view rest = config->kubernetes;
        const auto last = [&rest] {
            const auto slash = rest.rfind('/');
            const std::string_view part = slash == std::string_view::npos ? rest : rest.substr(slash + 1);
            rest = slash == std::string_view::npos ? std::string_view() : rest.substr(0, slash);
            return part;
        };
        return !rest.empty() && last() == what.name && (rest.empty() || last() == what.ns)
            && (rest.empty() || rest == what.cluster);
    }
};

} // namespace

struct Rules::Impl {
    RulesConfig config;
    std::vector<CompiledRule> rules; ///< as configured
    std::vector<std::size_t> order; ///< pairs first
    std::vector<std::unique_ptr<RE2>> exclude;
    std::vector<std::string> prefixes, suffixes; ///< longest first

    explicit Impl(RulesConfig given)
        : config(std::move(given))
        , prefixes(kPrefixes.begin(), kPrefixes.end())
        , suffixes(kSuffixes.begin(), kSuffixes.end())
    {
        for (const RuleConfig &rule : config.match) {
            order.push_back(rules.size());
            rules.emplace_back(rule);
        }
        std::stable_partition(
            order.begin(), order.end(), [&](std::size_t i) { return rules[i].config->kind == RuleConfig::Kind::Pair; });
        for (const std::string &pattern : config.exclude) {
            exclude.push_back(std::make_unique<RE2>(pattern, RE2::Quiet));
        }
        prefixes.insert(prefixes.end(), config.prefixes.begin(), config.prefixes.end());
        suffixes.insert(suffixes.end(), config.suffixes.begin(), config.suffixes.end());
        for (auto *list : {&prefixes, &suffixes}) {
            std::erase(*list, std::string());
            std::stable_sort(
                list->begin(), list->end(), [](const auto &a, const auto &b) { return a.size() > b.size(); });
        }
    }
};

Rules::Rules()
    : m_impl(std::make_shared<const Impl>(RulesConfig()))
{
}

Result<Rules> Rules::compile(RulesConfig config)
{
    for (const RuleConfig &rule : config.match) {
        if (const auto good = checkRule(rule); !good) {
            return good.error();
        }
    }
    for (const std::string &pattern : config.exclude) {
        if (const auto good = checkPattern(pattern); !good) {
            Error error = good.error();
            error.subject = "migration: exclude";
            return error;
        }
    }
    Rules out;
    out.m_impl = std::make_shared<const Impl>(std::move(config));
    return out;
}

const RulesConfig &Rules::config() const { return m_impl->config; }

std::optional<Naming> nameByRules(const Rules &rules, const HeliosName &what)
{
    for (const std::size_t i : rules.impl().order) {
        if (std::string name = rules.impl().rules[i].name(what); !name.empty()) {
            return Naming{std::move(name), static_cast<int>(i)};
        }
    }
    return std::nullopt;
}

std::vector<Naming> nameByRules(const Rules &rules, const KubernetesName &what)
{
    std::vector<Naming> out;
    for (const std::size_t i : rules.impl().order) {
        if (std::string name = rules.impl().rules[i].name(what); !name.empty()) {
            out.push_back({std::move(name), static_cast<int>(i)});
        }
    }
    return out;
}

bool excluded(const Rules &rules, std::string_view service)
{
    return std::any_of(rules.impl().exclude.begin(), rules.impl().exclude.end(), [&](const auto &pattern) {
        return RE2::PartialMatch(re2::StringPiece(service.data(), service.size()), *pattern);
    });
}

PlainName plainName(const Rules &rules, std::string_view name)
{
    PlainName out;
    for (bool again = true; again;) {
        again = false;
        for (const std::string &prefix : rules.impl().prefixes) {
            if (name.size() > prefix.size() && name.substr(0, prefix.size()) == prefix) {
                name.remove_prefix(prefix.size());
                ++out.taken;
                again = true;
                break;
            }
        }
        for (const std::string &suffix : rules.impl().suffixes) {
            if (name.size() > suffix.size() && name.substr(name.size() - suffix.size()) == suffix) {
                name.remove_suffix(suffix.size());
                ++out.taken;
                again = true;
                break;
            }
        }
    }
    out.text = name;
    return out;
}

} // namespace sextant::migration
