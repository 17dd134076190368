// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/simulator/store.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sextant::simulator {

/// labelSelector: equality and set requirements, all of which must hold.
class LabelSelector {
public:
    /// Empty: the text is no selector; `error` says why.
    static std::optional<LabelSelector> parse(std::string_view text, std::string &error);
    bool empty() const { return m_terms.empty(); }
    bool matches(const std::map<std::string, std::string> &labels) const;

private:
    enum class Operator { In, NotIn, Exists, Missing };
    struct Term {
        std::string key;
        Operator op = Operator::Exists;
        std::vector<std::string> values;
    };
    std::vector<Term> m_terms;
};

/// fieldSelector: `=`, `==` and `!=` on the few fields a kind offers.
class FieldSelector {
public:
    struct Term {
        std::string path;
        std::string value;
        bool equal = true;
    };
    /// Empty: the text is no selector; `error` says why. Which paths are offered is not looked at.
    static std::optional<FieldSelector> parse(std::string_view text, std::string &error);
    bool empty() const { return m_terms.empty(); }
    const std::vector<Term> &terms() const { return m_terms; }
    /// The first path that `resource` does not offer; empty if all are.
    std::string unsupported(Resource resource) const;
    bool matches(const Object &object) const;

private:
    std::vector<Term> m_terms;
};

} // namespace sextant::simulator
