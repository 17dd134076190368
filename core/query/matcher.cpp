// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/matcher.h"

#include <algorithm>
#include <array>

namespace sextant {

namespace {

constexpr std::size_t kLongestFilter = 1024; ///< bytes looked at; nobody types more

constexpr std::array<char, 256> foldTable()
{
    std::array<char, 256> table{};
    for (int i = 0; i < 256; ++i) {
        table[static_cast<std::size_t>(i)] = static_cast<char>(i >= 'A' && i <= 'Z' ? i + ('a' - 'A') : i);
    }
    return table;
}
constexpr auto kFold = foldTable();

char fold(char c) { return kFold[static_cast<unsigned char>(c)]; }

template <class... Text> bool anyContains(std::string_view word, const Text &...texts)
{
    return (containsFolded(texts, word) || ...);
}

} // namespace

bool containsFolded(std::string_view text, std::string_view needle)
{
    if (needle.size() > text.size()) {
        return false;
    }
    if (needle.empty()) {
        return true;
    }
    const char first = needle.front();
    const std::size_t last = text.size() - needle.size();
    for (std::size_t at = 0; at <= last; ++at) {
        if (fold(text[at]) != first) {
            continue;
        }
        std::size_t i = 1;
        while (i < needle.size() && fold(text[at + i]) == needle[i]) {
            ++i;
        }
        if (i == needle.size()) {
            return true;
        }
    }
    return false;
}

std::string folded(std::string_view text)
{
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), fold);
    return out;
}

Matcher::Matcher(std::string_view filter)
{
    const std::string text = folded(filter.substr(0, kLongestFilter));
    std::size_t at = 0;
    while ((at = text.find_first_not_of(" \t\r\n", at)) != std::string::npos) {
        const std::size_t end = std::min(text.find_first_of(" \t\r\n", at), text.size());
        m_words.push_back(text.substr(at, end - at));
        at = end;
    }
}

bool Matcher::matches(const PodView &pod) const
{
    return std::all_of(m_words.begin(), m_words.end(), [&](const std::string &word) {
        return anyContains(word, pod.name(), pod.ns(), pod.node(), pod.status(), pod.workloadName(), pod.team(),
            pod.cluster().name(), pod.ip());
    });
}

bool Matcher::matches(const NodeView &node) const
{
    const NodeDraft &d = node.draft();
    return std::all_of(m_words.begin(), m_words.end(), [&](const std::string &word) {
        return anyContains(word, d.name, d.status, d.version, d.pool, d.zone, d.instanceType, d.internalIp,
                   d.externalIp, d.team, node.cluster().name())
            || std::any_of(
                d.roles.begin(), d.roles.end(), [&](const std::string &role) { return containsFolded(role, word); });
    });
}

bool Matcher::matches(const WorkloadView &workload) const
{
    const WorkloadDraft &d = workload.draft();
    return std::all_of(m_words.begin(), m_words.end(), [&](const std::string &word) {
        return anyContains(
                   word, d.name, d.ns, d.kindText, d.status, workload.team(), d.images, workload.cluster().name())
            || (d.rollout && containsFolded(d.rollout->job, word))
            || std::any_of(d.registrations.begin(), d.registrations.end(),
                [&](const std::string &service) { return containsFolded(service, word); });
    });
}

} // namespace sextant
