// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/migration/rules.h"

#include "core/base/format.h"

#include <algorithm>
#include <re2/re2.h>

namespace sextant::migration {

namespace {

Error wrong(std::string message, std::string remedy = {})
{
    return Error{.code = ErrorCode::Config, .message = std::move(message), .remedy = std::move(remedy)};
}

/// How many captures the patterns of one side have together.
int captures(const std::vector<const std::string *> &patterns)
{
    int sum = 0;
    for (const std::string *pattern : patterns) {
        sum += pattern->empty() ? 0 : RE2(*pattern, RE2::Quiet).NumberOfCapturingGroups();
    }
    return sum;
}

Result<void> checkService(const RuleConfig &rule, const std::vector<const std::string *> &side, const char *word)
{
    const int have = captures(side);
    for (std::size_t i = 0; i < rule.service.size(); ++i) {
        if (rule.service[i] != '$') {
            continue;
        }
        const char next = i + 1 < rule.service.size() ? rule.service[i + 1] : ' ';
        if (next == '$') {
            ++i;
        } else if (next < '0' || next > '9') {
            return wrong("the service '" + sanitized(rule.service) + "' has a $ that names no capture",
                "Write $1 for a capture, or $$ for the sign");
        } else if (next - '0' > have) {
            return wrong("the service '" + sanitized(rule.service) + "' names capture $" + next
                    + ", but the patterns of its " + word + " side have "
                    + (have == 0 ? std::string("none") : "only " + std::to_string(have)),
                "Put what is to be kept into parentheses");
        }
    }
    return {};
}

Result<void> checkWhole(const RuleConfig &rule)
{
    switch (rule.kind) {
    case RuleConfig::Kind::Pair:
        if (rule.service.empty()) {
            return wrong("the pair names no service");
        }
        if (rule.helios.empty() && rule.kubernetes.empty()) {
            return wrong("the pair names neither a Helios job nor a Kubernetes workload");
        }
        return {};
    case RuleConfig::Kind::Label:
        return rule.label.empty() ? Result<void>(wrong("the label has no key")) : Result<void>();
    case RuleConfig::Kind::Pattern:
        break;
    }
    const auto helios = patternsOfHelios(rule);
    const auto kubernetes = patternsOfKubernetes(rule);
    const auto given = [](const auto &side) {
        return std::any_of(side.begin(), side.end(), [](const std::string *one) { return !one->empty(); });
    };
    if (!given(helios) || !given(kubernetes)) {
        return wrong(std::string("the rule has no pattern for ") + (given(helios) ? "Kubernetes" : "Helios"),
            "A rule of patterns says what fits on both sides");
    }
    for (const PatternConfig *side : {&rule.heliosPattern, &rule.kubernetesPattern}) {
        if (side->labelKey.empty() && !side->labelValue.empty()) {
            return wrong("the label has a value and no key");
        }
    }
    for (const auto &side : {helios, kubernetes}) {
        for (const std::string *pattern : side) {
            if (auto good = checkPattern(*pattern); !good) {
                return good;
            }
        }
    }
    if (auto good = checkService(rule, helios, "Helios"); !good) {
        return good;
    }
    return checkService(rule, kubernetes, "Kubernetes");
}

} // namespace

std::vector<const std::string *> patternsOfHelios(const RuleConfig &rule)
{
    const PatternConfig &side = rule.heliosPattern;
    return {&side.job, &side.group, &side.registration, &side.labelValue};
}

std::vector<const std::string *> patternsOfKubernetes(const RuleConfig &rule)
{
    const PatternConfig &side = rule.kubernetesPattern;
    return {&side.workload, &side.ns, &side.labelValue};
}

Result<void> checkPattern(const std::string &pattern)
{
    const RE2 compiled(pattern, RE2::Quiet);
    if (compiled.ok()) {
        return {};
    }
    return wrong("'" + sanitized(pattern) + "' is no regular expression: " + sanitized(compiled.error()),
        "Write it in RE2's syntax");
}

Result<void> checkRule(const RuleConfig &rule)
{
    if (auto checked = checkWhole(rule); !checked) {
        Error error = checked.error();
        error.subject = rule.where;
        return error;
    }
    return {};
}

std::vector<std::string> labelKeys(const RulesConfig &rules)
{
    std::vector<std::string> keys;
    for (const RuleConfig &rule : rules.match) {
        for (const std::string &key : {rule.label, rule.kubernetesPattern.labelKey, rule.heliosPattern.labelKey}) {
            if (!key.empty()) {
                keys.push_back(key);
            }
        }
    }
    std::sort(keys.begin(), keys.end());
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
    return keys;
}

} // namespace sextant::migration
