// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulator/serverselector.h"

#include <algorithm>
#include <array>

namespace sextant::simulator {

namespace {

std::string_view trimmed(std::string_view text)
{
    const auto begin = text.find_first_not_of(" \t");
    if (begin == std::string_view::npos) {
        return {};
    }
    return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

/// Splits at commas that stand in no brackets.
std::vector<std::string_view> commaSeparated(std::string_view text)
{
    std::vector<std::string_view> out;
    std::size_t begin = 0;
    int depth = 0;
    for (std::size_t i = 0; i <= text.size(); ++i) {
        if (i == text.size() || (text[i] == ',' && depth == 0)) {
            out.push_back(trimmed(text.substr(begin, i - begin)));
            begin = i + 1;
        } else if (text[i] == '(') {
            ++depth;
        } else if (text[i] == ')') {
            --depth;
        }
    }
    return out;
}

bool validKey(std::string_view key)
{
    return !key.empty() && std::all_of(key.begin(), key.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_'
            || c == '.' || c == '/';
    });
}

} // namespace

std::optional<LabelSelector> LabelSelector::parse(std::string_view text, std::string &error)
{
    LabelSelector out;
    if (trimmed(text).empty()) {
        return out;
    }
    for (const auto term : commaSeparated(text)) {
        Term one;
        std::string_view key = term;
        if (const auto at = term.find('='); at != std::string_view::npos) {
            const bool negated = at > 0 && term[at - 1] == '!';
            key = trimmed(term.substr(0, negated ? at - 1 : at));
            auto value = term.substr(at + 1);
            if (!negated && value.starts_with('=')) {
                value.remove_prefix(1);
            }
            one.op = negated ? Operator::NotIn : Operator::In;
            one.values.emplace_back(trimmed(value));
        } else if (const auto open = term.find('('); open != std::string_view::npos && term.ends_with(')')) {
            auto head = trimmed(term.substr(0, open));
            const auto space = head.rfind(' ');
            const auto word = space == std::string_view::npos ? std::string_view{} : head.substr(space + 1);
            if (word != "in" && word != "notin") {
                error = "unable to parse requirement: found '" + std::string(word) + "', expected: in, notin";
                return std::nullopt;
            }
            key = trimmed(head.substr(0, space));
            one.op = word == "in" ? Operator::In : Operator::NotIn;
            for (const auto value : commaSeparated(term.substr(open + 1, term.size() - open - 2))) {
                one.values.emplace_back(value);
            }
        } else if (term.starts_with('!')) {
            one.op = Operator::Missing;
            key = trimmed(term.substr(1));
        }
        if (!validKey(key)) {
            error = "unable to parse requirement: invalid label key \"" + std::string(key) + '"';
            return std::nullopt;
        }
        one.key = key;
        out.m_terms.push_back(std::move(one));
    }
    return out;
}

bool LabelSelector::matches(const std::map<std::string, std::string> &labels) const
{
    return std::all_of(m_terms.begin(), m_terms.end(), [&](const Term &term) {
        const auto it = labels.find(term.key);
        const bool has = it != labels.end();
        const auto listed = [&] {
            return std::find(term.values.begin(), term.values.end(), it->second) != term.values.end();
        };
        switch (term.op) {
        case Operator::In:
            return has && listed();
        case Operator::NotIn:
            return !has || !listed(); // without the label it holds too
        case Operator::Exists:
            return has;
        case Operator::Missing:
            return !has;
        }
        return false;
    });
}

std::optional<FieldSelector> FieldSelector::parse(std::string_view text, std::string &error)
{
    FieldSelector out;
    if (trimmed(text).empty()) {
        return out;
    }
    for (const auto term : commaSeparated(text)) {
        if (term.empty()) {
            continue;
        }
        const auto at = term.find('=');
        if (at == std::string_view::npos || at == 0) {
            error = "invalid selector: '" + std::string(text) + "'; can't understand '" + std::string(term) + "'";
            return std::nullopt;
        }
        Term one;
        one.equal = term[at - 1] != '!';
        one.path = trimmed(term.substr(0, one.equal ? at : at - 1));
        auto value = term.substr(at + 1);
        if (one.equal && value.starts_with('=')) {
            value.remove_prefix(1);
        }
        one.value = trimmed(value);
        out.m_terms.push_back(std::move(one));
    }
    return out;
}

std::string FieldSelector::unsupported(Resource resource) const
{
    static const std::map<Resource, std::vector<std::string_view>> kOffered{
        {Resource::Pods,
            {"spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "spec.hostNetwork",
                "status.phase", "status.podIP", "status.podIPs", "status.nominatedNodeName"}},
        {Resource::Nodes, {"spec.unschedulable"}},
        {Resource::Namespaces, {"status.phase"}},
        {Resource::ReplicaSets, {"status.replicas"}},
        {Resource::Jobs, {"status.successful"}},
        {Resource::Events,
            {"involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid",
                "involvedObject.apiVersion", "involvedObject.resourceVersion", "involvedObject.fieldPath", "reason",
                "reportingComponent", "source", "type"}},
    };
    const auto it = kOffered.find(resource);
    for (const auto &term : m_terms) {
        if (term.path == "metadata.name" || term.path == "metadata.namespace") {
            continue;
        }
        if (it == kOffered.end() || std::find(it->second.begin(), it->second.end(), term.path) == it->second.end()) {
            return term.path;
        }
    }
    return {};
}

bool FieldSelector::matches(const Object &object) const
{
    return std::all_of(m_terms.begin(), m_terms.end(), [&](const Term &term) {
        std::string value;
        if (term.path == "metadata.name") {
            value = object.name;
        } else if (term.path == "metadata.namespace") {
            value = object.ns;
        } else {
            value = object.field(term.path);
            if (value.empty() && (term.path == "spec.unschedulable" || term.path == "spec.hostNetwork")) {
                value = "false";
            }
        }
        return (value == term.value) == term.equal;
    });
}

} // namespace sextant::simulator
