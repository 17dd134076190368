// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/filterkeys.h"

#include "core/query/textmatch.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

namespace sextant {

namespace filter {

namespace {

constexpr FilterTables kPods = static_cast<FilterTables>(FilterTable::Pods);
constexpr FilterTables kNodes = static_cast<FilterTables>(FilterTable::Nodes);
constexpr FilterTables kServices = static_cast<FilterTables>(FilterTable::Services);
constexpr FilterTables kOnNodes = FilterTable::Pods | FilterTable::Nodes;
constexpr FilterTables kInSpaces = FilterTable::Pods | FilterTable::Workloads;
constexpr FilterTables kObjects = FilterTable::Pods | FilterTable::Nodes | FilterTable::Workloads;
constexpr FilterTables kAll = kObjects | FilterTable::Services;

const std::vector<KeySpec> &specs()
{
    using K = ValueKind;
    static const std::vector<KeySpec> all{
        {Key::Name, "name", {}, K::Text, kAll, 0, "name", "name"},
        {Key::Namespace, "ns", {"namespace"}, K::Text, kInSpaces, 0, "namespace", "namespace"},
        {Key::Cluster, "cluster", {}, K::Text, kAll, 0, "cluster", "cluster"},
        {Key::Node, "node", {"host"}, K::Text, kOnNodes, 0, "node", "node a pod is on; of nodes the name"},
        {Key::Status, "status", {}, K::Text, kObjects, 0, "status", "STATUS as kubectl or the master words it"},
        {Key::State, "state", {}, K::Choice, kObjects, 0, "state", "how it is, in one word for all objects"},
        {Key::Owner, "owner", {"team"}, K::Text, kAll, 0, "owner", "team that owns it"},
        {Key::Workload, "workload", {}, K::Text, kInSpaces, 0, "workload", "what runs a pod; of workloads the name"},
        {Key::Kind, "kind", {}, K::Text, kInSpaces, 0, "kind", "kind of the workload"},
        {Key::Image, "image", {}, K::Text, kInSpaces, 0, "image", "image of a container"},
        {Key::Pool, "pool", {}, K::Text, kOnNodes, 0, "pool", "node pool; of pods their node's"},
        {Key::Zone, "zone", {}, K::Text, kOnNodes, 0, "zone", "zone; of pods their node's"},
        {Key::Type, "type", {}, K::Text, kOnNodes, 0, "instance type", "instance type; of pods their node's"},
        {Key::Role, "role", {}, K::Text, kOnNodes, 0, "role", "role of a node; of pods their node's"},
        {Key::Version, "version", {}, K::Text, kAll, 0, "version",
            "version a node runs; of pods and workloads of what they run"},
        {Key::Ip, "ip", {}, K::Text, kOnNodes, 0, "address", "address"},
        {Key::Qos, "qos", {}, K::Text, kPods, 0, "QoS class", "QoS class"},
        {Key::Taint, "taint", {}, K::Text, kOnNodes, 0, "taints", "KEY=VALUE:EFFECT of a taint; of pods their node's"},
        {Key::Label, "label", {}, K::Label, kOnNodes, 0, "labels that are read",
            "KEY or KEY=VALUE of a node's label; of pods their node's"},
        {Key::Ready, "ready", {}, K::Choice, kObjects, 0, "readiness", "all of it is ready: yes or no"},
        {Key::Restarts, "restarts", {}, K::Count, kPods, 0, "restarts", "restarts of its containers"},
        {Key::Age, "age", {}, K::Duration, kObjects, 0, "age", "time since it was created"},
        {Key::Cpu, "cpu", {"cpu.used"}, K::Cpu, kObjects, kObjects, "CPU",
            "CPU used; % of what is requested, of nodes of allocatable"},
        {Key::CpuRequested, "cpu.req", {"cpu.requested"}, K::Cpu, kObjects, kNodes, "requested CPU",
            "CPU requested; % of allocatable"},
        {Key::CpuLimit, "cpu.limit", {}, K::Cpu, kObjects, kNodes, "CPU limit", "CPU limit; % of allocatable"},
        {Key::CpuAllocatable, "cpu.alloc", {"cpu.allocatable"}, K::Cpu, kNodes, 0, "allocatable CPU",
            "CPU a node can give"},
        {Key::Memory, "mem", {"memory", "mem.used", "memory.used"}, K::Memory, kObjects, kObjects, "memory",
            "memory used; % of what is requested, of nodes of allocatable"},
        {Key::MemoryRequested, "mem.req", {"mem.requested", "memory.req", "memory.requested"}, K::Memory, kObjects,
            kNodes, "requested memory", "memory requested; % of allocatable"},
        {Key::MemoryLimit, "mem.limit", {"memory.limit"}, K::Memory, kObjects, kNodes, "memory limit",
            "memory limit; % of allocatable"},
        {Key::MemoryAllocatable, "mem.alloc", {"mem.allocatable", "memory.alloc", "memory.allocatable"}, K::Memory,
            kNodes, 0, "allocatable memory", "memory a node can give"},
        {Key::Pods, "pods", {}, K::Count, FilterTable::Nodes | FilterTable::Workloads, kNodes, "number of pods",
            "pods on it or of it that are not finished; % of allocatable"},
        {Key::Stage, "stage", {}, K::Text, kServices, 0, "stage", "stage of the migration"},
        {Key::Orchestrator, "orchestrator", {}, K::Choice, kObjects, 0, "orchestrator", "kubernetes or helios"},
        {Key::Has, "has", {}, K::Key, kAll, 0, "known values", "KEY is known and not empty"},
    };
    return all;
}

/// Steps (a letter more, less, other or swapped with its neighbour) from one word to the other.
std::size_t distance(std::string_view a, std::string_view b)
{
    std::vector<std::size_t> before, last, row(b.size() + 1);
    std::iota(row.begin(), row.end(), 0U);
    for (std::size_t i = 1; i <= a.size(); ++i) {
        before = std::exchange(last, row);
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                row[j] = std::min(row[j], before[j - 2] + 1);
            }
        }
    }
    return row.back();
}

} // namespace

std::span<const KeySpec> keySpecs() { return specs(); }

const KeySpec &specOf(Key key)
{
    static const KeySpec text{Key::Text, "", {}, ValueKind::Text, kAll, 0, "text", "a part of any text of the object"};
    static const auto byKey = [] {
        std::array<const KeySpec *, kKeys> table{};
        table.fill(&text);
        for (const KeySpec &spec : specs()) {
            table[static_cast<std::size_t>(spec.key)] = &spec;
        }
        return table;
    }();
    return *byKey[static_cast<std::size_t>(key)];
}

const KeySpec *findKey(std::string_view name)
{
    const std::string wanted = folded(name);
    const auto found = std::find_if(specs().begin(), specs().end(), [&](const KeySpec &spec) {
        return spec.name == wanted || std::find(spec.aliases.begin(), spec.aliases.end(), wanted) != spec.aliases.end();
    });
    return found == specs().end() ? nullptr : &*found;
}

const KeySpec *nearestKey(std::string_view name)
{
    constexpr std::size_t kLongest = 24;
    if (name.size() > kLongest) {
        return nullptr;
    }
    const std::string wanted = folded(name);
    const KeySpec *best = nullptr;
    std::size_t steps = 0;
    const auto look = [&](const KeySpec &spec, std::string_view of) {
        // "memo" wants memory, "nmae" name: what begins so, or is a slip or two away
        const bool begins = wanted.size() >= 2 && of.substr(0, wanted.size()) == wanted;
        const std::size_t away = begins ? 1 : distance(wanted, of);
        if (away <= (of.size() > 4 ? 2U : 1U) && away < wanted.size() && (best == nullptr || away < steps)) {
            best = &spec;
            steps = away;
        }
    };
    for (const KeySpec &spec : specs()) {
        look(spec, spec.name);
        for (const std::string_view alias : spec.aliases) {
            look(spec, alias);
        }
    }
    return best;
}

std::span<const std::string_view> choicesOf(Key key)
{
    static constexpr std::array<std::string_view, 8> kStateWords{
        "ok", "completed", "terminating", "cordoned", "pending", "unknown", "warning", "failed"};
    static constexpr std::array<std::string_view, 2> kReadyWords{"no", "yes"};
    static constexpr std::array<std::string_view, 2> kOrchestrators{"kubernetes", "helios"};
    static constexpr std::array<std::string_view, 5> kStageWords{
        "not-started", "in-parallel", "migrated", "retired", "rolled-back"};
    static constexpr std::array<std::string_view, 3> kQosWords{"Guaranteed", "Burstable", "BestEffort"};
    switch (key) {
    case Key::State:
        return kStateWords;
    case Key::Ready:
        return kReadyWords;
    case Key::Orchestrator:
        return kOrchestrators;
    case Key::Stage:
        return kStageWords;
    case Key::Qos:
        return kQosWords;
    default:
        return {};
    }
}

int choiceOf(Key key, std::string_view word)
{
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kSynonyms{
        {{"ready", "ok"}, {"starting", "pending"}, {"not-ready", "warning"}}}; // the words of the legends
    std::string wanted = folded(word);
    if (key == Key::State) {
        for (const auto &[synonym, of] : kSynonyms) {
            wanted = wanted == synonym ? of : wanted;
        }
    }
    const auto words = choicesOf(key);
    const auto found = std::find(words.begin(), words.end(), wanted);
    return found == words.end() ? -1 : static_cast<int>(found - words.begin());
}

} // namespace filter

std::string_view filterTableWord(FilterTable table)
{
    switch (table) {
    case FilterTable::Pods:
        return "Pods";
    case FilterTable::Nodes:
        return "Nodes";
    case FilterTable::Workloads:
        return "Workloads";
    case FilterTable::Services:
        return "Services";
    }
    return {};
}

} // namespace sextant
