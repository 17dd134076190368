// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/filtercomplete.h"

#include "core/query/filter.h"
#include "core/query/textmatch.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <unordered_map>

namespace sextant {

using filter::Key;
using filter::ValueKind;

namespace {

constexpr std::string_view kSeparators = " \t\r\n\v\f()|";
constexpr std::string_view kOperators = ":=<>!";

/// How often each text occurs. Of views into a picture.
using Counts = std::unordered_map<std::string_view, std::size_t>;

void add(Counts &counts, std::string_view text, std::size_t times = 1)
{
    if (!text.empty() && times > 0) {
        counts[text] += times;
    }
}

/// Objects of one cluster, counted by what they answer to a key.
class Counter {
public:
    Counter(Key key, const Scope &scope, FilterTables tables, const std::stop_token &stop)
        : m_key(key)
        , m_scope(scope)
        , m_tables(tables)
        , m_stop(stop)
    {
    }

    bool run(const ClusterSnapshot &cluster)
    {
        if (has(m_tables, FilterTable::Pods) && !pods(cluster)) {
            return false;
        }
        if (has(m_tables, FilterTable::Nodes)) {
            for (const NodeView node : cluster.nodes()) {
                if (m_scope.contains(node)) {
                    ofNode(node, 1);
                    nodeItself(node);
                }
            }
        }
        if (has(m_tables, FilterTable::Workloads) || has(m_tables, FilterTable::Services)) {
            for (const WorkloadView workload : cluster.workloads()) {
                if (workload.topmost() && m_scope.contains(workload)) {
                    ofWorkload(workload);
                }
            }
        }
        return !m_stop.stop_requested();
    }
    Counts &counts() { return m_counts; }
    const std::unordered_map<std::string, std::size_t> &labels() const { return m_labels; }

private:
    bool pods(const ClusterSnapshot &cluster)
    {
        std::vector<std::size_t> strings(cluster.strings().size()), nodes(cluster.nodeSlots()),
            workloads(cluster.workloadSlots());
        const auto &columns = PodView::columns(cluster);
        std::size_t seen = 0;
        for (const PodView pod : cluster.pods()) {
            if (++seen % 4096 == 0 && m_stop.stop_requested()) {
                return false;
            }
            if (!m_scope.whole() && !m_scope.contains(pod)) {
                continue;
            }
            switch (m_key) {
            case Key::Namespace:
                count(strings, static_cast<std::size_t>(columns.at<PodCell::Namespace>(pod.slot())));
                break;
            case Key::Node:
                count(strings, static_cast<std::size_t>(columns.at<PodCell::Node>(pod.slot())));
                break;
            case Key::Status:
                count(strings, static_cast<std::size_t>(columns.at<PodCell::Status>(pod.slot())));
                break;
            case Key::Owner:
                count(strings, static_cast<std::size_t>(columns.at<PodCell::Team>(pod.slot())));
                break;
            case Key::Workload:
            case Key::Kind:
            case Key::Version:
            case Key::Image: // those of the workload: a pod's own would be a record of each to read
                count(workloads, pod.workloadSlot());
                break;
            default:
                count(nodes, pod.nodeSlot());
            }
        }
        for (std::size_t id = 0; id < strings.size(); ++id) {
            add(m_counts, strings[id] == 0 ? std::string_view() : cluster.strings().view(static_cast<StringId>(id)),
                strings[id]);
        }
        for (std::uint32_t slot = 0; slot < nodes.size(); ++slot) {
            if (nodes[slot] > 0) {
                if (const auto node = cluster.nodeBySlot(slot)) {
                    ofNode(*node, nodes[slot]);
                }
            }
        }
        for (std::uint32_t slot = 0; slot < workloads.size(); ++slot) {
            if (workloads[slot] > 0) {
                if (const auto workload = cluster.workloadBySlot(slot)) {
                    ofPodsWorkload(*workload, workloads[slot]);
                }
            }
        }
        return true;
    }

    /// Beyond the end: none, or interned since.
    static void count(std::vector<std::size_t> &counts, std::size_t at)
    {
        if (at < counts.size()) {
            ++counts[at];
        }
    }

    /// What a node shares with its pods.
    void ofNode(const NodeView &node, std::size_t times)
    {
        switch (m_key) {
        case Key::Cluster:
            return add(m_counts, node.cluster().name(), times);
        case Key::Pool:
            return add(m_counts, node.pool(), times);
        case Key::Zone:
            return add(m_counts, node.zone(), times);
        case Key::Type:
            return add(m_counts, node.instanceType(), times);
        case Key::Role:
            for (const std::string_view role : node.roles()) {
                add(m_counts, role, times);
            }
            return;
        case Key::Taint:
            for (const TaintView &taint : node.taints()) {
                add(m_counts, taint.key, times);
            }
            return;
        case Key::Label:
            for (const auto &[name, value] : node.labels()) {
                m_labels[std::string(name) + "=" + std::string(value)] += times;
            }
            return;
        default:
            return;
        }
    }

    /// What a workload shares with its pods.
    void ofPodsWorkload(const WorkloadView &workload, std::size_t times)
    {
        switch (m_key) {
        case Key::Workload:
            return add(m_counts, workload.name(), times);
        case Key::Version:
            return add(m_counts, workload.version(), times);
        case Key::Image: {
            std::set<std::string_view> images; // of its containers, parted by commas; a pod has each or has it not
            for (std::string_view left = workload.images(); !left.empty();) {
                const std::size_t comma = std::min(left.find(','), left.size());
                images.insert(left.substr(0, comma));
                left.remove_prefix(std::min(comma + 1, left.size()));
            }
            for (const std::string_view image : images) {
                add(m_counts, image, times);
            }
            return;
        }
        default:
            return add(m_counts, workload.kindText(), times);
        }
    }

    void nodeItself(const NodeView &node)
    {
        switch (m_key) {
        case Key::Name:
        case Key::Node:
            return add(m_counts, node.name());
        case Key::Status:
            return add(m_counts, node.status());
        case Key::Owner:
            return add(m_counts, node.team());
        case Key::Version:
            return add(m_counts, node.version());
        case Key::Ip:
            return add(m_counts, node.internalIp());
        default:
            return;
        }
    }

    void ofWorkload(const WorkloadView &workload)
    {
        switch (m_key) {
        case Key::Name:
        case Key::Workload:
            return add(m_counts, workload.name());
        case Key::Namespace:
            return add(m_counts, workload.ns());
        case Key::Cluster:
            return add(m_counts, workload.cluster().name());
        case Key::Status:
            return add(m_counts, workload.status());
        case Key::Owner:
            return add(m_counts, workload.team());
        case Key::Kind:
            return add(m_counts, workload.kindText());
        case Key::Version:
            return add(m_counts, workload.version());
        case Key::Image:
            return add(m_counts, workload.images());
        default:
            return;
        }
    }

    Key m_key;
    const Scope &m_scope;
    FilterTables m_tables;
    const std::stop_token &m_stop;
    Counts m_counts;
    std::unordered_map<std::string, std::size_t> m_labels; ///< texts of their own
};

/// Those that begin as typed, then those that contain it.
int rankOf(std::string_view label, const std::string &begun)
{
    return !containsFolded(label, begun) ? 2 : equalsFolded(label.substr(0, begun.size()), begun) ? 0 : 1;
}

} // namespace

FilterPlace filterPlace(std::string_view text, std::size_t cursor)
{
    FilterPlace place;
    cursor = std::min(cursor, text.size());
    std::size_t begin = 0, comma = 0;
    bool quoted = false;
    for (std::size_t i = 0; i < cursor; ++i) {
        if (quoted) {
            i += text[i] == '\\' ? 1 : 0;
            quoted = i >= cursor || text[i] != '"';
        } else if (text[i] == '"') {
            quoted = true;
        } else if (kSeparators.find(text[i]) != std::string_view::npos || (text[i] == '!' && i == begin)) {
            begin = i + 1;
        } else if (text[i] == ',') {
            comma = i;
        }
    }
    const std::string_view piece = text.substr(begin, cursor - begin);
    const std::size_t op = piece.find_first_of(kOperators);
    // Inside of a word nothing is offered: what follows would be torn from it.
    const bool atEnd = cursor == text.size() || kSeparators.find(text[cursor]) != std::string_view::npos
        || text[cursor] == ','
        || (op == std::string_view::npos && kOperators.find(text[cursor]) != std::string_view::npos);
    if (!atEnd || (!piece.empty() && piece.front() == '"')) {
        return place;
    }
    place.begin = begin;
    place.end = cursor;
    if (op == std::string_view::npos) {
        place.kind = FilterPlace::Kind::Key;
        place.begun = folded(piece);
        // The operator that stands there already is replaced with the key.
        while (place.end < text.size() && kOperators.find(text[place.end]) != std::string_view::npos) {
            ++place.end;
        }
        return place;
    }
    const filter::KeySpec *spec = filter::findKey(piece.substr(0, op));
    if (spec == nullptr || filter::isNumber(spec->kind)) {
        return place;
    }
    const std::size_t value = std::min(piece.find_first_not_of(kOperators, op), piece.size());
    place.kind = FilterPlace::Kind::Value;
    place.key = spec->key;
    place.begin = std::max(begin + value, comma + 1 > begin + value ? comma + 1 : 0);
    const std::string_view typed = text.substr(place.begin, cursor - place.begin);
    place.begun = folded(!typed.empty() && typed.front() == '"' ? typed.substr(1) : typed);
    return place;
}

std::vector<FilterOffer> offerKeys(const FilterPlace &place, FilterTables tables)
{
    std::vector<FilterOffer> offers;
    if (place.kind != FilterPlace::Kind::Key) {
        return offers;
    }
    for (const filter::KeySpec &spec : filter::keySpecs()) {
        const auto begins = [&](std::string_view name) { return name.substr(0, place.begun.size()) == place.begun; };
        if ((spec.tables & tables) == 0
            || (!begins(spec.name) && std::none_of(spec.aliases.begin(), spec.aliases.end(), begins))) {
            continue;
        }
        const std::string_view op = spec.kind == ValueKind::Duration ? "<" : filter::isNumber(spec.kind) ? ">" : ":";
        offers.push_back({std::string(spec.name) + std::string(op), std::string(spec.name), std::string(spec.help), 0});
    }
    return offers;
}

std::optional<std::vector<FilterOffer>> offerValues(const FilterPlace &place, const Picture &picture,
    const Scope &scope, FilterTables tables, std::size_t most, const std::stop_token &stop)
{
    std::vector<FilterOffer> offers;
    if (place.kind != FilterPlace::Kind::Value) {
        return offers;
    }
    const auto offer = [&](std::string_view label, std::size_t count) {
        if (rankOf(label, place.begun) < 2) {
            offers.push_back({Filter::value(label), std::string(label), {}, count});
        }
    };
    const filter::KeySpec &spec = filter::specOf(place.key);
    if (spec.kind == ValueKind::Key) {
        for (const filter::KeySpec &one : filter::keySpecs()) {
            if (one.key != Key::Has && one.key != Key::Label && one.key != Key::Taint && (one.tables & tables) != 0) {
                offer(one.name, 0);
            }
        }
    } else if (const auto words = filter::choicesOf(place.key); !words.empty()) {
        for (const std::string_view word : words) {
            offer(word, 0);
        }
    } else {
        Counter counter(place.key, scope, static_cast<FilterTables>(tables & spec.tables), stop);
        for (std::size_t i = 0; i < picture.clusters(); ++i) {
            if (scope.cluster != ClusterId::None && picture.cluster(i).id() != scope.cluster) {
                continue;
            }
            if (!counter.run(picture.cluster(i))) {
                return std::nullopt;
            }
        }
        for (const auto &[label, count] : counter.counts()) {
            offer(label, count);
        }
        for (const auto &[label, count] : counter.labels()) {
            offer(label, count);
        }
    }
    std::stable_sort(offers.begin(), offers.end(), [&](const FilterOffer &a, const FilterOffer &b) {
        const int rankA = rankOf(a.label, place.begun), rankB = rankOf(b.label, place.begun);
        return rankA != rankB    ? rankA < rankB
            : a.count != b.count ? a.count > b.count
            : a.count == 0       ? false // words in their own order
                                 : a.label < b.label;
    });
    offers.resize(std::min(offers.size(), most));
    return offers;
}

} // namespace sextant
