// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/filterrun.h"

#include "core/base/twothreads.h"
#include "core/query/filterfacts.h"
#include "core/query/podfacts.h"

#include <algorithm>
#include <unordered_map>
#include <vector>

namespace sextant {

using filter::Expression;
using filter::Key;
using filter::Op;
using filter::Term;

namespace {

/// Of three: an unknown number is neither above nor below anything, whatever is asked around it.
enum class Truth : std::uint8_t { No, Unknown, Yes };

Truth truthOf(bool yes) { return yes ? Truth::Yes : Truth::No; }
Truth negated(Truth truth) { return static_cast<Truth>(2 - static_cast<int>(truth)); }

/// About how many steps a leaf takes for a pod.
int costOf(const Term &term)
{
    switch (term.key) {
    case Key::Text:
        return 30;
    case Key::Image:
        return 60;
    case Key::Name:
    case Key::Ip:
        return 20;
    case Key::Pool:
    case Key::Zone:
    case Key::Type:
    case Key::Role:
    case Key::Version:
    case Key::Workload:
    case Key::Kind:
    case Key::State:
        return 4;
    default:
        return 2;
    }
}

/// The same of many, by bit: those not said are No.
struct Verdicts {
    std::uint64_t yes = 0, unknown = 0;
};

Verdicts negated(const Verdicts &verdicts, std::uint64_t among)
{
    return {among & ~(verdicts.yes | verdicts.unknown), verdicts.unknown};
}

/// An expression in the order it is asked.
struct Step {
    Expression::Kind kind = Expression::Kind::All;
    std::vector<Step> parts;
    const Term *term = nullptr;
    const filter::KeySpec *spec = nullptr; ///< of its key
    std::size_t memo = 0; ///< the first of those of a leaf: one, of Has one for each key
    int cost = 0;
};

} // namespace

class FilterRun::Impl {
public:
    Impl(const Filter &filter, const Picture *picture, Time now)
        : m_filter(filter)
        , m_picture(picture)
        , m_now(now)
        , m_root(plan(m_filter.expression()))
    {
    }

    Impl(const Impl &other)
        : Impl(other.m_filter, other.m_picture, other.m_now)
    {
        m_memos = other.m_memos;
    }
    Impl &operator=(const Impl &) = delete;

    bool empty() const { return m_filter.empty(); }
    void askWorkloads()
    {
        constexpr std::uint32_t kSlice = 4096;
        struct Slice {
            const ClusterSnapshot *cluster;
            std::uint32_t first;
            filter::Memo *memo;
        };
        std::vector<Slice> slices;
        for (std::uint32_t i = 0; i < m_picture->clusters(); ++i) {
            const ClusterSnapshot &cluster = m_picture->cluster(i);
            auto &memos = memosOf(&cluster);
            eachLeaf(m_root, [&](const Step &leaf) {
                filter::Memo &memo = memos[leaf.memo];
                filter::prepareWorkloads(*leaf.term, cluster, memo);
                for (std::uint32_t slot = 0; memo.digests && slot < WorkloadView::columns(cluster).slots();
                     slot += kSlice) {
                    slices.push_back({&cluster, slot, &memo});
                }
            });
        }
        if (slices.empty()) {
            return; // no thread for nothing
        }
        fromBothEnds(slices.size(), [&slices] {
            return [&slices](std::size_t at) {
                const auto &[cluster, first, memo] = slices[at];
                const std::uint32_t slots = WorkloadView::columns(*cluster).slots();
                filter::askWorkloads(*cluster, first, std::min(first + kSlice, slots), *memo);
            };
        });
    }
    template <class Thing> bool matches(const Thing &thing)
    {
        enter(thing);
        return ask(m_root, thing) == Truth::Yes;
    }
    std::uint64_t matches(const PodBlock &pods, std::uint64_t among)
    {
        enter(pods);
        return ask(m_root, pods, among).yes;
    }

private:
    Step plan(const Expression &expression)
    {
        Step step;
        step.kind = expression.kind;
        if (expression.kind == Expression::Kind::Leaf) {
            step.term = &expression.term;
            step.spec = &filter::specOf(expression.term.key);
            step.memo = m_memosOfAll;
            m_memosOfAll += std::max<std::size_t>(1, expression.term.keys.size());
            step.cost = costOf(expression.term);
            return step;
        }
        for (const Expression &part : expression.parts) {
            step.parts.push_back(plan(part));
            step.cost += step.parts.back().cost;
        }
        std::stable_sort(
            step.parts.begin(), step.parts.end(), [](const Step &a, const Step &b) { return a.cost < b.cost; });
        return step;
    }

    void enter(const ServiceFacts &)
    {
        m_cluster = nullptr;
        m_here = memosOf(nullptr).data(); // of which nothing is remembered
    }
    template <class View> void enter(const View &view)
    {
        if (m_cluster == &view.cluster()) {
            return;
        }
        m_cluster = &view.cluster();
        m_sums = m_picture != nullptr ? m_picture->accounting(m_cluster->id()) : nullptr;
        m_here = memosOf(m_cluster).data();
    }
    std::vector<filter::Memo> &memosOf(const ClusterSnapshot *cluster)
    {
        auto &memos = m_memos[cluster];
        memos.resize(m_memosOfAll);
        return memos;
    }
    template <class See> static void eachLeaf(const Step &step, const See &see)
    {
        if (step.kind == Expression::Kind::Leaf) {
            see(step);
        }
        for (const Step &part : step.parts) {
            eachLeaf(part, see);
        }
    }

    template <class Thing> Truth ask(const Step &step, const Thing &thing)
    {
        switch (step.kind) {
        case Expression::Kind::Leaf:
            return leaf(step, thing);
        case Expression::Kind::Not:
            return negated(ask(step.parts.front(), thing));
        case Expression::Kind::All: {
            Truth all = Truth::Yes;
            for (const Step &part : step.parts) {
                all = std::min(all, ask(part, thing));
                if (all == Truth::No) {
                    break;
                }
            }
            return all;
        }
        case Expression::Kind::Any: {
            Truth any = Truth::No;
            for (const Step &part : step.parts) {
                any = std::max(any, ask(part, thing));
                if (any == Truth::Yes) {
                    break;
                }
            }
            return any;
        }
        }
        return Truth::Unknown;
    }

    template <class Thing> Truth leaf(const Step &step, const Thing &thing)
    {
        const Term &term = *step.term;
        if (!has(step.spec->tables, filter::tableOf(thing))) {
            return Truth::Unknown;
        }
        const Truth truth = positive(step, term, *step.spec, thing);
        return term.op == Op::NotEquals ? negated(truth) : truth;
    }

    template <class Thing>
    Truth positive(const Step &step, const Term &term, const filter::KeySpec &spec, const Thing &thing)
    {
        switch (spec.kind) {
        case filter::ValueKind::Text:
            return truthOf(filter::fits(term, thing, memo(step)));
        case filter::ValueKind::Label:
            return truthOf(filter::labelFits(term, thing, memo(step)));
        case filter::ValueKind::Choice: {
            const int choice = filter::choiceAt(term.key, thing);
            return choice < 0 ? Truth::Unknown : truthOf((term.choices >> static_cast<unsigned>(choice) & 1U) != 0);
        }
        case filter::ValueKind::Key: {
            Truth any = Truth::No;
            for (std::size_t i = 0; i < term.keys.size(); ++i) {
                any = std::max(any, known(term.keys[i], thing, memo(step, i)));
            }
            return any;
        }
        default:
            return held(term, filter::numberAt(term.key, thing, m_sums, m_now));
        }
    }

    template <class Thing> Truth known(Key key, const Thing &thing, filter::Memo &memo)
    {
        const filter::KeySpec &spec = filter::specOf(key);
        if (!has(spec.tables, filter::tableOf(thing))) {
            return Truth::Unknown;
        }
        if (spec.kind == filter::ValueKind::Choice) {
            return truthOf(filter::choiceAt(key, thing) >= 0);
        }
        return truthOf(filter::isNumber(spec.kind)
                ? filter::numberAt(key, thing, m_sums, m_now).value != Count::kUnknown
                : filter::fits(filter::anyTextOf(key), thing, memo));
    }

    /// Of a number against what the term says.
    static Truth held(const Term &term, const filter::Number &number)
    {
        Truth any = Truth::No;
        for (const filter::Bounds &bounds : term.bounds) {
            if (number.value == Count::kUnknown || (bounds.share && number.whole <= 0)) { // as what is unknown is
                return Truth::Unknown;
            }
            any = std::max(any,
                truthOf(bounds.share ? bounds.holdsShare(number.value, number.whole) : bounds.holds(number.value)));
        }
        return any;
    }

    filter::Memo &memo(const Step &step, std::size_t key = 0) { return m_here[step.memo + key]; }

    /// The same steps for a block of pods. `among` are those that are asked.
    Verdicts ask(const Step &step, const PodBlock &pods, std::uint64_t among)
    {
        switch (step.kind) {
        case Expression::Kind::Leaf: {
            if (!has(step.spec->tables, FilterTable::Pods)) {
                return {0, among};
            }
            const Verdicts verdicts = positive(step, pods, among);
            return step.term->op == Op::NotEquals ? negated(verdicts, among) : verdicts;
        }
        case Expression::Kind::Not:
            return negated(ask(step.parts.front(), pods, among), among);
        case Expression::Kind::All: {
            Verdicts all{among, 0};
            for (const Step &part : step.parts) {
                const std::uint64_t left = all.yes | all.unknown;
                if (left == 0) {
                    break;
                }
                const Verdicts more = ask(part, pods, left);
                all = {all.yes & more.yes, (all.unknown & (more.yes | more.unknown)) | (all.yes & more.unknown)};
            }
            return all;
        }
        case Expression::Kind::Any: {
            Verdicts any;
            for (const Step &part : step.parts) {
                const std::uint64_t left = among & ~any.yes;
                if (left == 0) {
                    break;
                }
                const Verdicts more = ask(part, pods, left);
                any = {any.yes | more.yes, (any.unknown | more.unknown) & ~more.yes};
            }
            return any;
        }
        }
        return {0, among};
    }

    Verdicts positive(const Step &step, const PodBlock &pods, std::uint64_t among)
    {
        const Term &term = *step.term;
        switch (step.spec->kind) {
        case filter::ValueKind::Text:
            return {filter::fitting(term, pods, among, memo(step)), 0};
        case filter::ValueKind::Label:
            return {filter::labelled(term, pods, among, memo(step)), 0};
        case filter::ValueKind::Choice: {
            const filter::Chosen chosen = filter::chosen(term.key, term.choices, pods, among, memo(step));
            return {chosen.yes, among & ~chosen.known};
        }
        case filter::ValueKind::Key: {
            Verdicts any;
            for (std::size_t i = 0; i < term.keys.size(); ++i) {
                const Verdicts more = known(term.keys[i], pods, among, memo(step, i));
                any = {any.yes | more.yes, (any.unknown | more.unknown) & ~(any.yes | more.yes)};
            }
            return any;
        }
        default: {
            Verdicts verdicts;
            const auto numbers = filter::numbers(term.key, pods, among, m_now);
            eachBit(among, [&](unsigned bit) {
                const Truth truth = held(term, numbers[bit]);
                verdicts.yes |= std::uint64_t(truth == Truth::Yes) << bit;
                verdicts.unknown |= std::uint64_t(truth == Truth::Unknown) << bit;
            });
            return verdicts;
        }
        }
    }

    Verdicts known(Key key, const PodBlock &pods, std::uint64_t among, filter::Memo &memo)
    {
        const filter::KeySpec &spec = filter::specOf(key);
        if (!has(spec.tables, FilterTable::Pods)) {
            return {0, among};
        }
        if (spec.kind == filter::ValueKind::Choice) {
            return {filter::chosen(key, 0, pods, among, memo).known, 0};
        }
        if (!filter::isNumber(spec.kind)) {
            return {filter::fitting(filter::anyTextOf(key), pods, among, memo), 0};
        }
        const auto numbers = filter::numbers(key, pods, among, m_now);
        return {those(among, [&](unsigned bit) { return numbers[bit].value != Count::kUnknown; }), 0};
    }

    const Filter m_filter;
    const Picture *m_picture;
    const Time m_now;
    std::size_t m_memosOfAll = 0;
    Step m_root;
    const ClusterSnapshot *m_cluster = nullptr;
    const ClusterAccounting *m_sums = nullptr;
    filter::Memo *m_here = nullptr;
    std::unordered_map<const ClusterSnapshot *, std::vector<filter::Memo>> m_memos;
};

FilterRun::FilterRun(const Filter &filter, const Picture &picture, Time now)
    : m_impl(std::make_unique<Impl>(filter, &picture, now))
{
}
FilterRun::FilterRun(const Filter &filter)
    : m_impl(std::make_unique<Impl>(filter, nullptr, kNoTime))
{
}
FilterRun::~FilterRun() = default;
FilterRun::FilterRun(const FilterRun &other)
    : m_impl(std::make_unique<Impl>(*other.m_impl))
{
}
void FilterRun::askWorkloads() { m_impl->askWorkloads(); }
bool FilterRun::empty() const { return m_impl->empty(); }
bool FilterRun::matches(const PodView &pod)
{
    const std::uint32_t bit = pod.slot() % PodBlock::kPods;
    return m_impl->matches(PodBlock(pod.cluster(), pod.slot() - bit), std::uint64_t{1} << bit) != 0;
}
std::uint64_t FilterRun::matches(const PodBlock &pods, std::uint64_t among) { return m_impl->matches(pods, among); }
bool FilterRun::matches(const NodeView &node) { return m_impl->matches(node); }
bool FilterRun::matches(const WorkloadView &workload) { return m_impl->matches(workload); }
bool FilterRun::matches(const ServiceFacts &service) { return m_impl->matches(service); }

} // namespace sextant
