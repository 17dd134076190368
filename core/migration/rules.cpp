// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/migration/rules.h"

#include <algorithm>
#include <re2/re2.h>

namespace sextant::migration {

Result<void> checkPattern(const std::string &pattern)
{
    const RE2 compiled(pattern, RE2::Quiet);
    if (compiled.ok()) {
        return {};
    }
    return Error{.code = ErrorCode::Config,
        .message = "'" + pattern + "' is no regular expression: " + compiled.error(),
        .remedy = "Write it in RE2's syntax"};
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
