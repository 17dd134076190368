// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/layout/grouping.h"

#include <algorithm>
#include <array>
#include <utility>

namespace sextant::layout {
namespace {

constexpr std::array<std::pair<Grouping::Kind, std::string_view>, 5> kWords{
    {{Grouping::Pool, "pool"}, {Grouping::Zone, "zone"}, {Grouping::InstanceType, "type"}, {Grouping::Owner, "owner"},
        {Grouping::Cluster, "cluster"}}};
constexpr std::string_view kLabel = "label:";
constexpr std::size_t kLongestKey = 253 + 1 + 63; // prefix, slash, name: Kubernetes' "Labels and Selectors"

} // namespace

std::string groupingText(const Grouping &grouping)
{
    for (const auto &[kind, word] : kWords) {
        if (kind == grouping.kind) {
            return std::string(word);
        }
    }
    return std::string(kLabel) + grouping.key;
}

std::optional<Grouping> parseGrouping(std::string_view text)
{
    for (const auto &[kind, word] : kWords) {
        if (word == text) {
            return Grouping(kind);
        }
    }
    if (!text.starts_with(kLabel)) {
        return std::nullopt;
    }
    const std::string_view key = text.substr(kLabel.size());
    const bool printable = std::all_of(key.begin(), key.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte > 0x20 && byte != 0x7f;
    });
    return key.empty() || key.size() > kLongestKey || !printable
        ? std::nullopt
        : std::optional(Grouping(Grouping::Label, std::string(key)));
}

} // namespace sextant::layout
