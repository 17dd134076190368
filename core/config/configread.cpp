// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/config/configread.h"

#include "core/base/format.h"

#include <algorithm>
#include <numeric>

namespace sextant::config {

namespace {

std::string placeOf(const std::string &file, const YAML::Mark &mark)
{
    return mark.is_null() ? file : file + ":" + std::to_string(mark.line + 1) + ":" + std::to_string(mark.column + 1);
}

} // namespace

void Source::fail(const YAML::Mark &mark, const std::string &found, const std::string &expected) const
{
    throw Wrong{Error{.code = ErrorCode::Config,
        .message = "there is " + found + " where " + expected + " was expected",
        .subject = placeOf(m_file, mark)}};
}

void Source::wrong(const YAML::Node &node, const Error &error) const
{
    Wrong out{error};
    out.error.subject = placeOf(m_file, node.Mark());
    throw out;
}

void Source::keys(const YAML::Node &map, const std::string &what, std::initializer_list<const char *> known) const
{
    if (!map.IsMap()) {
        fail(map, described(map), what);
    }
    std::vector<std::string> seen;
    for (const auto &pair : map) {
        if (!pair.first.IsScalar()) {
            fail(pair.first, described(pair.first), "a key");
        }
        const std::string &key = pair.first.Scalar();
        if (std::find(seen.begin(), seen.end(), key) != seen.end()) {
            fail(pair.first, "the key \"" + sanitized(key) + "\" a second time", "another key");
        }
        seen.push_back(key);
        if (std::any_of(known.begin(), known.end(), [&](const char *one) { return key == one; })) {
            continue;
        }
        std::string expected = "one of";
        const char *nearest = nullptr;
        std::size_t best = key.size() < 4 ? 2 : key.size() == 4 ? 3 : 4; // further away is no typing error
        for (const char *one : known) {
            expected += std::string(expected == "one of" ? " " : ", ") + one;
            if (const std::size_t away = distance(key, one); away < best) {
                best = away;
                nearest = one;
            }
        }
        fail(pair.first,
            "the unknown key \"" + sanitized(key.substr(0, 60)) + "\""
                + (nearest ? std::string(" (did you mean \"") + nearest + "\"?)" : ""),
            expected);
    }
}

std::string Source::text(const YAML::Node &node, const std::string &expected) const
{
    if (!node.IsScalar() || node.Scalar().empty()) {
        fail(node, described(node), expected);
    }
    return node.Scalar();
}

bool Source::flag(const YAML::Node &node) const
{
    if (!node.IsScalar() || (node.Scalar() != "true" && node.Scalar() != "false")) {
        fail(node, described(node), "true or false");
    }
    return node.Scalar() == "true";
}

std::vector<std::string> Source::texts(const YAML::Node &node, const std::string &expected) const
{
    std::vector<std::string> out;
    if (node.IsScalar() && !node.Scalar().empty()) { // one alone needs no brackets
        return {node.Scalar()};
    }
    if (!node.IsSequence()) {
        fail(node, described(node), expected);
    }
    for (const YAML::Node &one : node) {
        if (!one.IsScalar() || one.Scalar().empty()) {
            fail(one, described(one), "a text");
        }
        out.push_back(one.Scalar());
    }
    return out;
}

std::string described(const YAML::Node &node)
{
    switch (node.Type()) {
    case YAML::NodeType::Map:
        return "a mapping";
    case YAML::NodeType::Sequence:
        return "a list";
    case YAML::NodeType::Scalar:
        return node.Scalar().empty() ? "an empty text" : "\"" + sanitized(node.Scalar().substr(0, 60)) + "\"";
    default:
        return "nothing";
    }
}

std::size_t distance(std::string_view a, std::string_view b)
{
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t corner = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t above = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, corner + (a[i - 1] == b[j - 1] ? 0 : 1)});
            corner = above;
        }
    }
    return row[b.size()];
}

} // namespace sextant::config
