// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// What a filter can ask about, by name. The one list that parser, completion, help and messages draw from.
namespace sextant {

/// What a filter is asked of.
enum class FilterTable : std::uint8_t { Pods = 1, Nodes = 2, Workloads = 4, Services = 8 };
/// Several of them: their sum.
using FilterTables = std::uint8_t;
constexpr FilterTables operator|(FilterTable a, FilterTable b)
{
    return static_cast<FilterTables>(static_cast<unsigned>(a) | static_cast<unsigned>(b));
}
constexpr FilterTables operator|(FilterTables a, FilterTable b)
{
    return static_cast<FilterTables>(a | static_cast<unsigned>(b));
}
constexpr bool has(FilterTables tables, FilterTable table) { return (tables & static_cast<unsigned>(table)) != 0; }
/// "Pods", "Nodes", "Workloads", "Services".
std::string_view filterTableWord(FilterTable table);

namespace filter {

enum class Key : std::uint8_t {
    Text, ///< no key: a word or quoted text, looked for in all of an object's texts
    Name,
    Namespace,
    Node,
    Status,
    State,
    Cluster,
    Owner,
    Workload,
    Kind,
    Image,
    Pool,
    Zone,
    Type,
    Role,
    Version,
    Ip,
    Qos,
    Taint,
    Label,
    Ready,
    Restarts,
    Age,
    Pods,
    Cpu,
    CpuRequested,
    CpuLimit,
    CpuAllocatable,
    Memory,
    MemoryRequested,
    MemoryLimit,
    MemoryAllocatable,
    Stage,
    Orchestrator,
    Has
};
inline constexpr int kKeys = static_cast<int>(Key::Has) + 1;

/// What stands behind a key.
enum class ValueKind : std::uint8_t {
    Text, ///< a part of it, the whole, or a pattern
    Choice, ///< one of few words
    Label, ///< KEY or KEY=VALUE
    Cpu, ///< cores or millicores
    Memory,
    Duration,
    Count,
    Key ///< the name of a key
};
constexpr bool isNumber(ValueKind kind) { return kind >= ValueKind::Cpu && kind <= ValueKind::Count; }

struct KeySpec {
    Key key = Key::Text;
    std::string_view name;
    std::vector<std::string_view> aliases;
    ValueKind kind = ValueKind::Text;
    FilterTables tables = 0; ///< whose objects have it
    FilterTables shares = 0; ///< of a number: whose objects have it in percent
    std::string_view noun; ///< "Nodes have no …"
    std::string_view help; ///< what it is, in a few words; of a share what it is a share of
};

/// All keys but Text, in the order they are offered.
std::span<const KeySpec> keySpecs();
const KeySpec &specOf(Key key);
/// By name or alias, in any case; null: no such key.
const KeySpec *findKey(std::string_view name);
/// The key whose name looks most like `name`; null: none is near.
const KeySpec *nearestKey(std::string_view name);
/// The words a Choice takes, and all that a Text can be of which there are few; in order. Of Choice a word's place is
/// its value: State by its number, Ready no and yes, Orchestrator by its number.
std::span<const std::string_view> choicesOf(Key key);
/// The place of a word of a Choice, synonyms included; -1: none.
int choiceOf(Key key, std::string_view word);

} // namespace filter
} // namespace sextant
