// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/podfacts.h"

#include "core/base/prefetch.h"
#include "core/fleet/podrecord.h"
#include "core/query/filterfacts.h"

#include <algorithm>
#include <array>

namespace sextant::filter {

namespace {

/// So many of sixty-four are worth asking memory for all of the next, which are as many: few wait for it, too.
constexpr int kFewToFetch = 3;

/// Some of PodCell or PodUsageCell.
template <std::size_t... Cells> constexpr std::index_sequence<Cells...> kColumns;

/// By columns of interned texts: in any of them.
template <std::size_t... Cells>
std::uint64_t ofWords(const Term &term, const PodBlock &pods, std::uint64_t among, Memo &memo)
{
    const StringPool &pool = pods.cluster().strings();
    return memo.strings.anyOf(
        std::array{pods.cells<Cells>()...}, among, pool.size(), [&](StringId id) { return fits(term, pool.view(id)); });
}

std::uint64_t ofCluster(const Term &term, const PodBlock &pods, std::uint64_t among, Memo &memo)
{
    const bool yes = memo.cluster.at(0, [&] { return fits(term, std::string_view(pods.cluster().name())); });
    return yes ? among : 0;
}

/// By what the node of a pod says; `ask` is given it, `none` is what a pod without one says.
template <class Ask>
std::uint64_t ofNode(const PodBlock &pods, std::uint64_t among, Memo &memo, bool none, const Ask &ask)
{
    const std::uint32_t *slots = pods.cells<PodCell::NodeSlot>();
    return memo.nodes.those(slots, among, [&](unsigned bit) {
        const std::uint32_t slot = slots[bit];
        return slot == kNoSlot ? none : memo.nodes.at(slot, [&] {
            const auto node = pods.cluster().nodeBySlot(slot);
            return node ? ask(*node) : none;
        });
    });
}

/// The same of its topmost workload; `other` is given a pod whose workload is not known.
template <class Ask, class Other>
std::uint64_t ofWorkload(const PodBlock &pods, std::uint64_t among, Memo &memo, const Ask &ask, const Other &other)
{
    const std::uint32_t *slots = pods.cells<PodCell::WorkloadSlot>();
    return memo.workloads.those(slots, among, [&](unsigned bit) {
        const std::uint32_t slot = slots[bit];
        const auto askIt = [&] {
            const auto workload = pods.cluster().workloadBySlot(slot);
            return workload ? std::optional<bool>(ask(*workload)) : std::nullopt;
        };
        const auto askPod = [&] { return other(pods.at(bit)); };
        return slot == kNoSlot ? askPod() : memo.workloads.at(slot, askIt, askPod);
    });
}

/// By a text of its own that `find` takes out of a pod's record. All are found before the first is looked at, so that
/// memory is waited for once.
template <class Find>
std::uint64_t ofRecord(const Term &term, const PodBlock &pods, std::uint64_t among, const Find &find)
{
    if (among == 0) {
        return 0;
    }
    std::array<std::string_view, PodBlock::kPods> texts;
    eachBit(among, [&](unsigned bit) {
        texts[bit] = find(pods.record(bit));
        prefetch(texts[bit].data() + texts[bit].size(), 1);
    });
    return those(among, [&](unsigned bit) { return fits(term, texts[bit]); });
}

/// Digests answer for most pods where one text is looked for anywhere. Null: they do not.
DigestAnswers *digestsOf(const Term &term, const ClusterSnapshot &cluster, Memo &memo)
{
    const Pattern &pattern = term.patterns.front();
    if (term.patterns.size() > 1 || pattern.way != Pattern::Way::Part || pattern.folded.empty()) {
        return nullptr;
    }
    return memo.digests ? &*memo.digests
                        : &memo.digests.emplace(pattern.folded, WorkloadView::columns(cluster).slots());
}

/// The name of who is in a workload slot; nothing: nobody.
auto workloadNames(const ClusterSnapshot &cluster)
{
    return [&cluster](std::uint32_t slot) {
        const auto workload = cluster.workloadBySlot(slot);
        return workload ? std::optional(workload->name()) : std::nullopt;
    };
}

std::uint64_t ofWorkloadName(const Term &term, const PodBlock &pods, std::uint64_t among, Memo &memo)
{
    if (DigestAnswers *digests = digestsOf(term, pods.cluster(), memo)) {
        const DigestAnswers::Told told =
            digests->workloads(pods.cells<PodCell::WorkloadSlot>(), among, workloadNames(pods.cluster()));
        return told.yes
            | those(among & ~told.known, [&](unsigned bit) { return fits(term, pods.at(bit).workloadName()); });
    }
    return ofWorkload(
        pods, among, memo, [&](const WorkloadView &workload) { return fits(term, workload.name()); },
        [&](const PodView &pod) { return fits(term, pod.workloadName()); });
}

std::uint64_t ofName(const Term &term, const PodBlock &pods, std::uint64_t among, Memo &memo)
{
    DigestAnswers::Told told;
    if (DigestAnswers *digests = digestsOf(term, pods.cluster(), memo)) {
        told = digests->names(
            pods.cells<PodCell::Digest>(), pods.cells<PodCell::ControllerSlot>(), among, workloadNames(pods.cluster()));
    }
    return told.yes | ofRecord(term, pods, among & ~told.known, PodRecord::nameIn);
}

std::uint64_t ofIp(const Term &term, const PodBlock &pods, std::uint64_t among, Memo &memo)
{
    DigestAnswers::Told told;
    if (const DigestAnswers *digests = digestsOf(term, pods.cluster(), memo)) {
        told = digests->addresses(pods.cells<PodCell::Digest>(), among);
    }
    return told.yes | ofRecord(term, pods, among & ~told.known, PodRecord::ipIn);
}

std::uint64_t ofAnyText(const Term &term, const PodBlock &pods, std::uint64_t among, Memo &memo)
{
    if (!areFew(among, kFewToFetch)) {
        pods.prefetchNext(kColumns<PodCell::Namespace, PodCell::Status, PodCell::Team, PodCell::Node,
                              PodCell::WorkloadSlot, PodCell::ControllerSlot, PodCell::Digest>,
            kColumns<>);
    }
    // What is asked once for many comes first, the pod's own texts last.
    std::uint64_t left = among & ~ofCluster(term, pods, among, memo);
    left &= ~ofWords<PodCell::Namespace, PodCell::Status, PodCell::Team, PodCell::Node>(term, pods, left, memo);
    left &= ~ofWorkloadName(term, pods, left, memo);
    left &= ~ofName(term, pods, left, memo);
    if (term.patterns.front().address) {
        left &= ~ofIp(term, pods, left, memo);
    }
    return among & ~left;
}

} // namespace

void prepareWorkloads(const Term &term, const ClusterSnapshot &cluster, Memo &memo)
{
    const bool asksThem = term.key == Key::Text || term.key == Key::Name || term.key == Key::Workload;
    if (asksThem) {
        digestsOf(term, cluster, memo);
    }
}

void askWorkloads(const ClusterSnapshot &cluster, std::uint32_t first, std::uint32_t end, Memo &memo)
{
    constexpr std::uint32_t kAhead = 12;
    const auto &workloads = WorkloadView::columns(cluster);
    for (std::uint32_t slot = first; memo.digests && slot < end; ++slot) {
        if (slot + kAhead < end) {
            prefetch(workloads.place<WorkloadCell::Record>(slot + kAhead), 1);
        }
        memo.digests->ask(slot, workloadNames(cluster));
    }
}

std::uint64_t fitting(const Term &term, const PodBlock &pods, std::uint64_t among, Memo &memo)
{
    switch (term.key) {
    case Key::Text:
        return ofAnyText(term, pods, among, memo);
    case Key::Name:
        return ofName(term, pods, among, memo);
    case Key::Namespace:
        return ofWords<PodCell::Namespace>(term, pods, among, memo);
    case Key::Node:
        return ofWords<PodCell::Node>(term, pods, among, memo);
    case Key::Status:
        return ofWords<PodCell::Status>(term, pods, among, memo);
    case Key::Cluster:
        return ofCluster(term, pods, among, memo);
    case Key::Owner:
        return ofWords<PodCell::Team>(term, pods, among, memo);
    case Key::Qos:
        return those(among, [&](unsigned bit) { return fits(term, pods.at(bit).qos()); });
    case Key::Workload:
        return ofWorkloadName(term, pods, among, memo);
    case Key::Kind:
        return those(among, [&](unsigned bit) { return fits(term, pods.at(bit).workloadKind()); });
    case Key::Version:
        return ofWorkload(
            pods, among, memo, [&](const WorkloadView &workload) { return fits(term, workload.version()); },
            [&](const PodView &) { return fits(term, std::string_view()); });
    case Key::Image:
        return those(among, [&](unsigned bit) {
            const auto containers = pods.at(bit).containers();
            return containers.empty() ? fits(term, std::string_view())
                                      : std::any_of(containers.begin(), containers.end(),
                                          [&](const ContainerView &one) { return fits(term, one.image); });
        });
    case Key::Ip:
        return ofIp(term, pods, among, memo);
    default:
        return ofNode(pods, among, memo, fits(term, std::string_view()),
            [&](const NodeView &node) { return nodeText(term, node); });
    }
}

std::array<Number, PodBlock::kPods> numbers(Key key, const PodBlock &pods, std::uint64_t among, Time now)
{
    std::array<Number, PodBlock::kPods> numbers;
    const auto each = [&]<std::size_t... Cells, std::size_t... Usage>(
        const auto &give, std::index_sequence<Cells...> cells, std::index_sequence<Usage...> usage)
    {
        if (!areFew(among, kFewToFetch)) {
            pods.prefetchNext(cells, usage);
        }
        eachBit(among, [&](unsigned bit) { numbers[bit] = give(bit); });
    };
    const auto declared = [&](auto amount, auto cell) {
        each([&](unsigned bit) { return Number{(pods.at(bit).*amount)().value}; }, cell, kColumns<>);
    };
    const auto used = [&](auto amount, auto whole, auto cell, auto usage) {
        each(
            [&](unsigned bit) {
                const PodView pod = pods.at(bit);
                return Number{(pod.*amount)().value, (pod.*whole)().value};
            },
            cell, usage);
    };
    switch (key) {
    case Key::Restarts: {
        const auto *const flags = pods.cells<PodCell::Flags>();
        const auto *const restarts = pods.cells<PodCell::Restarts>();
        each(
            [&](unsigned bit) {
                return Number{(flags[bit] & PodRestartsUnknown) != 0 ? Count::kUnknown : std::int64_t{restarts[bit]}};
            },
            kColumns<PodCell::Flags, PodCell::Restarts>, kColumns<>);
        break;
    }
    case Key::Age: {
        const auto *const created = pods.cells<PodCell::Created>();
        each(
            [&](unsigned bit) { return ageOf(unpackTime(created[bit]), now); }, kColumns<PodCell::Created>, kColumns<>);
        break;
    }
    case Key::Cpu:
        used(&PodView::cpuUsed, &PodView::cpuRequested, kColumns<PodCell::CpuRequested>, kColumns<PodUsageCell::Cpu>);
        break;
    case Key::CpuRequested:
        declared(&PodView::cpuRequested, kColumns<PodCell::CpuRequested>);
        break;
    case Key::CpuLimit:
        declared(&PodView::cpuLimit, kColumns<PodCell::CpuLimit>);
        break;
    case Key::Memory:
        used(&PodView::memoryUsed, &PodView::memoryRequested, kColumns<PodCell::MemoryRequested>,
            kColumns<PodUsageCell::Memory>);
        break;
    case Key::MemoryRequested:
        declared(&PodView::memoryRequested, kColumns<PodCell::MemoryRequested>);
        break;
    case Key::MemoryLimit:
        declared(&PodView::memoryLimit, kColumns<PodCell::MemoryLimit>);
        break;
    default:
        break;
    }
    return numbers;
}

std::uint64_t labelled(const Term &term, const PodBlock &pods, std::uint64_t among, Memo &memo)
{
    return ofNode(pods, among, memo, false, [&](const NodeView &node) { return labelFits(term, node, memo); });
}

Chosen chosen(Key key, std::uint32_t choices, const PodBlock &pods, std::uint64_t among, Memo &memo)
{
    Chosen out;
    if (key == Key::State && !memo.silent) {
        memo.silent.emplace(pods.cluster());
    }
    eachBit(among, [&](unsigned bit) {
        int choice = -1;
        switch (key) {
        case Key::State:
            choice = static_cast<int>(pods.state(bit, *memo.silent));
            break;
        case Key::Ready: {
            const PodView pod = pods.at(bit);
            choice = !pod.readyKnown() || pod.containersTotal() == 0 ? -1
                : pod.ready() >= pod.containersTotal()               ? 1
                                                                     : 0;
            break;
        }
        default:
            choice = static_cast<int>(pods.cluster().status().orchestrator);
        }
        out.known |= std::uint64_t(choice >= 0) << bit;
        out.yes |= std::uint64_t(choice >= 0 && (choices >> static_cast<unsigned>(choice) & 1U) != 0) << bit;
    });
    return out;
}

} // namespace sextant::filter
