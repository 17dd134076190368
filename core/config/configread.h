// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/migration/rules.h"

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>
#include <yaml-cpp/yaml.h>

/// Reads YAML strictly: what is not expected is an error that says where, what was there and what was expected.
/// Of use to the configuration alone.
namespace sextant::config {

/// Stops the reading; becomes the Error.
struct Wrong {
    Error error;
};

class Source {
public:
    explicit Source(std::string file)
        : m_file(std::move(file))
    {
    }
    [[noreturn]] void fail(const YAML::Mark &mark, const std::string &found, const std::string &expected) const;
    [[noreturn]] void fail(const YAML::Node &node, const std::string &found, const std::string &expected) const
    {
        fail(node.Mark(), found, expected);
    }
    /// What another room found wrong with what stands at `node`.
    [[noreturn]] void wrong(const YAML::Node &node, const Error &error) const;
    /// A mapping with no other keys than these; a stranger is told with its nearest relative.
    void keys(const YAML::Node &map, const std::string &what, std::initializer_list<const char *> known) const;
    std::string text(const YAML::Node &node, const std::string &expected) const;
    bool flag(const YAML::Node &node) const;
    std::vector<std::string> texts(const YAML::Node &node, const std::string &expected) const;
    const std::string &file() const { return m_file; }

private:
    std::string m_file;
};

/// Section `migration`.
migration::RulesConfig readMigration(const Source &in, const YAML::Node &node);

/// What a node is, for messages: "a list", "the text \"abc\"".
std::string described(const YAML::Node &node);
/// Fewest single-letter edits from one to the other.
std::size_t distance(std::string_view a, std::string_view b);

} // namespace sextant::config
