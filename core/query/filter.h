// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/query/filterexpression.h"
#include "core/query/filterkeys.h"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace sextant {

/// Where a filter is wrong and what should stand there.
struct FilterError {
    std::size_t column = 0; ///< characters (code points) before it; 0: the first
    std::size_t length = 0; ///< characters that are wrong; 0: something is missing at `column`
    std::size_t begin = 0, bytes = 0; ///< the same in bytes
    std::string message; ///< what is wrong, with names as they were typed
    std::string expected; ///< what may stand there
    bool incomplete = false; ///< right so far: it only ends too early
    /// "message; expected …"
    std::string text() const { return expected.empty() ? message : message + "; expected " + expected; }
};

class FilterParse;

/// The filter of tables, map, migration and commands: one small language. Immutable, cheap to copy; any thread.
///
/// A filter is terms parted by blanks, all of which must hold; `|` or `OR` parts alternatives, `!` before a term
/// negates it, ( ) group.
/// - `word`, `"quoted text"`: occurs in some text of the object. Pods: name, namespace, node, status, workload, owner,
///   cluster, IP. Nodes: name, status, roles, version, pool, zone, instance type, IPs, owner, cluster. Workloads: name,
///   namespace, kind, status, owner, images, cluster, and of Helios the job a group rolls out and the services a job
///   registers as. Services: name, owner.
/// - `key:value` occurs in that text; with `*` the value must fit all of it; `key=value` is all of it, `key!=value` is
///   not; `key:a,b` any of them. Letters A-Z count as a-z.
/// - `key>value`, `>=`, `<`, `<=`, `=`, `!=`: of numbers. CPU in cores or millicores (`0.5`, `500m`), memory with Ki Mi
///   Gi Ti Pi or K M G T P, durations with s m h d y (`1h30m`), and `%` where a share is defined: see filterkeys.h.
///   Ages and shares have no `=`.
/// - `has:key`: it is known, of texts not empty.
///
/// What is unknown fits no comparison and no negation of one, and so does a number or word that the objects at hand do
/// not have at all (`restarts` of nodes): see inapplicable(). A text that is not there is empty.
class Filter {
public:
    Filter(); ///< everything matches
    /// @param text UTF-8, at most kLongest bytes. Blanks alone are the empty filter.
    static FilterParse parse(std::string_view text);
    /// One term that looks for `text` as it is, whatever stands in it.
    static std::string word(std::string_view text);
    /// `text` as it stands literally behind a key.
    static std::string value(std::string_view text);
    static constexpr std::size_t kLongest = 1024;

    bool empty() const { return m_data == nullptr; }
    /// As typed.
    const std::string &text() const;
    /// The same filter in its plainest spelling.
    std::string canonical() const;
    /// Something in it is negated.
    bool negates() const;
    /// What cannot hold for such objects since they have nothing of the kind: "Nodes have no restarts".
    std::vector<std::string> inapplicable(FilterTable table) const;
    /// The same of several kinds of objects that stand together: nothing where one of them has all that is asked.
    std::vector<std::string> inapplicable(FilterTables tables) const;
    const filter::Expression &expression() const;
    /// They say the same in the same order; blanks and spellings do not count.
    bool operator==(const Filter &other) const;

private:
    struct Data {
        std::string text;
        filter::Expression expression;
    };
    std::shared_ptr<const Data> m_data;
};

/// A filter or what is wrong with it. The accessors assume the right one.
class [[nodiscard]] FilterParse {
public:
    FilterParse(Filter filter) // NOLINT(google-explicit-constructor): a filter is a result
        : m_state(std::move(filter))
    {
    }
    FilterParse(FilterError error) // NOLINT(google-explicit-constructor): so is an error
        : m_state(std::move(error))
    {
    }
    bool ok() const { return m_state.index() == 0; }
    explicit operator bool() const { return ok(); }
    const Filter &operator*() const { return std::get<0>(m_state); }
    const Filter *operator->() const { return &std::get<0>(m_state); }
    const FilterError &error() const { return std::get<1>(m_state); }

private:
    std::variant<Filter, FilterError> m_state;
};

} // namespace sextant
