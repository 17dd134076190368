// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/query.h"

#include "core/capacity/tally.h"
#include "core/query/filternarrows.h"
#include "core/query/filterrun.h"
#include "core/query/podchanges.h"
#include "core/query/roworder.h"

#include <utility>

namespace sextant {

namespace {

using BitmapPtr = std::shared_ptr<const Bitmap>;

} // namespace

struct TableAnswer::Parts {
    PicturePtr picture;
    TableQuery query;
    RowNumbersPtr numbers;
    NumberListPtr names; ///< all rows by name
    BitmapPtr scoped; ///< what is in scope; null: all
    NumberListPtr sorted; ///< what is in scope, in order
    BitmapPtr matched; ///< what is in scope and matches; null: as `scoped`
    PodTally tally; ///< of the rows, where these are pods
    TableRows rows;
    std::optional<NumberList> changed; ///< of these alone something may have changed; nothing: of any
    bool isIn(const BitmapPtr &set, std::uint32_t number) const { return set == nullptr || (*set)[number]; }
    bool isRow(std::uint32_t number) const { return isIn(matched == nullptr ? scoped : matched, number); }
};

namespace {

using Parts = TableAnswer::Parts;

/// Makes one answer. The steps are in the order of what depends on what.
template <class View> class Maker {
public:
    static constexpr bool kPods = std::is_same_v<View, PodView>;

    Maker(const PicturePtr &picture, const TableQuery &query, const Parts *before, const std::stop_token &stop)
        : m_query(query)
        , m_before(before)
        , m_stop(stop)
    {
        m_out.picture = picture;
        m_out.query = query;
        if (m_before != nullptr
            && (m_before->query.table != query.table || !m_before->numbers->fit(*picture, query.table))) {
            m_before = nullptr;
        }
        m_out.numbers =
            m_before != nullptr ? m_before->numbers : std::make_shared<const RowNumbers>(*picture, query.table);
        m_order.emplace(*picture, *m_out.numbers, m_stop);
        m_filter.emplace(query.filter, *picture, query.now == kNoTime ? wallNow() : query.now);
        if (m_before != nullptr) {
            look();
        }
    }

    bool make()
    {
        if (!names() || !select() || !sort()) {
            return false;
        }
        rows();
        if constexpr (kPods) {
            Sums sums;
            m_out.tally.fill(sums);
            m_out.rows.cpu = sums.cpu;
            m_out.rows.memory = sums.memory;
        }
        return !m_stop.stop_requested();
    }

    Parts &&parts() { return std::move(m_out); }

private:
    bool samePicture() const { return m_before->picture == m_out.picture; }
    bool sameScope() const { return m_before != nullptr && m_before->query.scope == m_query.scope; }

    /// What changed since `before`.
    void look()
    {
        if (samePicture()) {
            m_out.changed.emplace();
            return;
        }
        if constexpr (kPods) {
            m_changes = podChanges(*m_before->picture, *m_out.picture, *m_out.numbers);
            m_out.changed = m_changes.changed;
            m_out.changed->insert(m_out.changed->end(), m_changes.usage.begin(), m_changes.usage.end());
        } else {
            lookAtAll();
        }
    }

    /// Who came and went, of what has no deltas. A row that is no longer called what it was counts as both.
    void lookAtAll()
    {
        const RowNumbers &numbers = *m_out.numbers;
        const rows::RowOrder<View> old(*m_before->picture, numbers, m_stop);
        std::vector<std::uint64_t> revisions(numbers.end(), 0); // 0: was not here
        old.each([&](const View &view, std::uint32_t number, std::uint32_t) { revisions[number] = view.revision(); });
        m_order->each([&](const View &view, std::uint32_t number, std::uint32_t) {
            const std::uint64_t was = std::exchange(revisions[number], 0);
            if (was == view.revision() && old.at(number).id() == view.id()) {
                return;
            }
            if (was != 0) {
                const View before = old.at(number);
                if (before.id() == view.id() && before.name() == view.name()
                    && rows::spaceOf(before) == rows::spaceOf(view) && rows::kindOf(before) == rows::kindOf(view)) {
                    return;
                }
                m_changes.gone.push_back(number);
            }
            m_changes.come.push_back(number);
        });
        for (std::uint32_t number = 0; number < revisions.size(); ++number) {
            if (revisions[number] != 0) {
                m_changes.gone.push_back(number);
            }
        }
    }

    bool names()
    {
        if (m_before == nullptr || m_changes.gone.size() + m_changes.come.size() > m_before->names->size() / 8) {
            m_out.names = m_order->byName();
        } else if (m_changes.gone.empty() && m_changes.come.empty()) {
            m_out.names = m_before->names;
        } else {
            m_out.names = rows::merged(*m_before->names, setOf(m_changes.gone), m_changes.come,
                [this](std::uint32_t a, std::uint32_t b) { return m_order->nameLess(a, b); });
        }
        return m_out.names != nullptr;
    }

    Bitmap setOf(const NumberList &numbers) const
    {
        Bitmap set(m_out.numbers->end());
        for (const std::uint32_t number : numbers) {
            set.set(number);
        }
        return set;
    }

    bool select()
    {
        if constexpr (kPods) {
            if (sameScope() && m_changes.size() <= m_out.names->size() / 4) {
                const bool timeless = !askedOfTime(m_query.filter);
                const bool sameTime = m_query.now != kNoTime && m_query.now == m_before->query.now;
                if (m_query.filter == m_before->query.filter && (timeless || sameTime)) {
                    return selectChanged();
                }
                if (timeless && narrows(m_query.filter, m_before->query.filter)) {
                    return selectNarrower();
                }
            }
        }
        return selectAnew();
    }

    bool inScope(const View &view) const { return m_query.scope.whole() || m_query.scope.contains(view); }
    bool matches(const View &view) { return m_filter->empty() || m_filter->matches(view); }

    void count(const View &view, std::uint32_t cluster)
    {
        if constexpr (kPods) {
            m_out.tally.add(view, view.state());
        } else {
            const Sums &sums = rows::sumsOf(*m_out.picture, view, cluster);
            m_out.rows.cpu.add(sums.cpu);
            m_out.rows.memory.add(sums.memory);
        }
    }

    bool selectAnew()
    {
        // The scope's set stays what it was where it can: a filter is typed many times, a scope is chosen once.
        const bool scopeStands = sameScope() && samePicture();
        std::optional<Bitmap> scoped, matched;
        if (!scopeStands && !m_query.scope.whole()) {
            scoped.emplace(m_out.numbers->end());
        }
        if (!m_filter->empty()) {
            matched.emplace(m_out.numbers->end());
        }
        std::size_t total = 0;
        if (!m_order->each([&](const View &view, std::uint32_t number, std::uint32_t cluster) {
                if (scopeStands ? !m_before->isIn(m_before->scoped, number) : !inScope(view)) {
                    return;
                }
                ++total;
                if (scoped) {
                    scoped->set(number);
                }
                if (matches(view)) {
                    count(view, cluster);
                    if (matched) {
                        matched->set(number);
                    }
                }
            })) {
            return false;
        }
        m_out.rows.total = total;
        m_out.scoped = scopeStands ? m_before->scoped
            : scoped               ? std::make_shared<const Bitmap>(std::move(*scoped))
                                   : nullptr;
        m_out.matched = matched ? std::make_shared<const Bitmap>(std::move(*matched)) : nullptr;
        return true;
    }

    /// The same scope and filter: only what changed is looked at.
    bool selectChanged()
    {
        m_out.tally = m_before->tally;
        m_out.rows.total = m_before->rows.total;
        m_out.scoped = m_before->scoped;
        m_out.matched = m_before->matched;
        if (m_changes.size() == 0) {
            return true;
        }
        followScope();
        std::optional<Bitmap> matched;
        if (m_out.matched != nullptr) {
            matched = *m_out.matched;
        }
        const rows::RowOrder<View> old(*m_before->picture, *m_out.numbers, m_stop);
        const auto drop = [&](std::uint32_t number) {
            if (m_before->isRow(number)) {
                const View view = old.at(number);
                m_out.tally.remove(view, view.state());
                if (matched) {
                    matched->reset(number);
                }
            }
        };
        const auto put = [&](std::uint32_t number) {
            const View view = m_order->at(number);
            if (m_out.isIn(m_out.scoped, number) && matches(view)) {
                m_out.tally.add(view, view.state());
                if (matched) {
                    matched->set(number);
                }
            }
        };
        for (const NumberList *list : {&m_changes.gone, &m_changes.changed, &m_changes.usage}) {
            std::for_each(list->begin(), list->end(), drop);
        }
        for (const NumberList *list : {&m_changes.come, &m_changes.changed, &m_changes.usage}) {
            std::for_each(list->begin(), list->end(), put);
        }
        if (matched) {
            m_out.matched = std::make_shared<const Bitmap>(std::move(*matched));
        }
        return true;
    }

    void followScope()
    {
        if (m_query.scope.whole()) {
            m_out.rows.total = m_out.names->size();
            return;
        }
        Bitmap scoped = *m_before->scoped;
        std::size_t total = m_before->rows.total;
        const auto drop = [&](std::uint32_t number) {
            total -= scoped[number] ? 1 : 0;
            scoped.reset(number);
        };
        const auto put = [&](std::uint32_t number) {
            if (inScope(m_order->at(number))) {
                scoped.set(number);
                ++total;
            }
        };
        std::for_each(m_changes.gone.begin(), m_changes.gone.end(), drop);
        std::for_each(m_changes.changed.begin(), m_changes.changed.end(), drop);
        std::for_each(m_changes.come.begin(), m_changes.come.end(), put);
        std::for_each(m_changes.changed.begin(), m_changes.changed.end(), put);
        m_out.rows.total = total;
        m_out.scoped = std::make_shared<const Bitmap>(std::move(scoped));
    }

    /// What did not match before does not match now, but where it changed meanwhile.
    bool selectNarrower()
    {
        m_out.scoped = m_before->scoped;
        m_out.rows.total = m_before->rows.total;
        if (m_changes.size() != 0) {
            followScope();
        }
        Bitmap matched(m_out.numbers->end());
        const auto put = [&](std::uint32_t number) {
            const View view = m_order->at(number);
            if (m_out.isIn(m_out.scoped, number) && matches(view)) {
                m_out.tally.add(view, view.state());
                matched.set(number);
            }
        };
        Bitmap changed(m_out.numbers->end());
        for (const NumberList *list : {&m_changes.gone, &m_changes.come, &m_changes.changed, &m_changes.usage}) {
            for (const std::uint32_t number : *list) {
                changed.set(number);
            }
        }
        const NumberList &old = *m_before->rows.rows.numbers();
        for (std::size_t i = 0; i < old.size(); ++i) {
            if (i % rows::kStride == 0 && m_stop.stop_requested()) {
                return false;
            }
            if (!changed[old[i]]) {
                put(old[i]);
            }
        }
        for (const NumberList *list : {&m_changes.come, &m_changes.changed, &m_changes.usage}) {
            std::for_each(list->begin(), list->end(), put);
        }
        m_out.matched = std::make_shared<const Bitmap>(std::move(matched));
        return true;
    }

    bool sort()
    {
        const bool sameKey =
            sameScope() && m_before->query.column == m_query.column && m_before->query.descending == m_query.descending;
        if (sameKey && samePicture()) {
            m_out.sorted = m_before->sorted;
            return true;
        }
        if constexpr (kPods) {
            if (sameKey && sortChanged()) {
                return m_out.sorted != nullptr;
            }
        }
        m_out.sorted = m_order->byColumn(m_out.names, m_query.column, m_query.descending, m_out.scoped.get());
        if (m_out.sorted != nullptr && sameKey && m_changes.gone.empty() && m_changes.come.empty()
            && *m_out.sorted == *m_before->sorted) {
            m_out.sorted = m_before->sorted;
        }
        return m_out.sorted != nullptr;
    }

    /// Takes out what changed and puts it where it belongs. False: too much of it.
    bool sortChanged()
    {
        rows::RowOrder<View> old(*m_before->picture, *m_out.numbers, m_stop);
        Bitmap out(m_out.numbers->end());
        bool any = false;
        NumberList in;
        const auto take = [&](std::uint32_t number) {
            if (m_before->isIn(m_before->scoped, number)) {
                out.set(number);
                any = true;
            }
        };
        const auto put = [&](std::uint32_t number) {
            if (m_out.isIn(m_out.scoped, number)) {
                in.push_back(number);
            }
        };
        std::for_each(m_changes.gone.begin(), m_changes.gone.end(), take);
        std::for_each(m_changes.come.begin(), m_changes.come.end(), put);
        const auto move = [&](std::uint32_t number) {
            const SortKey was = old.key(number, m_query.column);
            const SortKey is = m_order->key(number, m_query.column);
            if (was.number != is.number || was.text != is.text
                || m_before->isIn(m_before->scoped, number) != m_out.isIn(m_out.scoped, number)) {
                take(number);
                put(number);
            }
        };
        std::for_each(m_changes.changed.begin(), m_changes.changed.end(), move);
        const bool used =
            m_query.column == static_cast<int>(PodColumn::Cpu) || m_query.column == static_cast<int>(PodColumn::Memory);
        if (used) {
            std::for_each(m_changes.usage.begin(), m_changes.usage.end(), move);
        }
        if (in.size() > m_before->sorted->size() / 32) {
            return false;
        }
        m_out.sorted = !any && in.empty()
            ? m_before->sorted
            : rows::merged(*m_before->sorted, out, std::move(in), [this](std::uint32_t a, std::uint32_t b) {
                  return m_order->less(a, b, m_query.column, m_query.descending);
              });
        return true;
    }

    void rows()
    {
        NumberListPtr list = m_out.sorted;
        if (m_out.matched != nullptr) {
            auto chosen = std::make_shared<NumberList>();
            for (const std::uint32_t number : *m_out.sorted) {
                if ((*m_out.matched)[number]) {
                    chosen->push_back(number);
                }
            }
            chosen->shrink_to_fit();
            list = std::move(chosen);
            if (m_before != nullptr && m_changes.gone.empty() && *list == *m_before->rows.rows.numbers()) {
                list = m_before->rows.rows.numbers();
            }
        }
        m_out.rows.rows = RowList(m_out.numbers, std::move(list));
    }

    const TableQuery &m_query;
    const Parts *m_before;
    const std::stop_token &m_stop;
    PodChanges m_changes;
    Parts m_out;
    std::optional<rows::RowOrder<View>> m_order;
    std::optional<FilterRun> m_filter;
};

template <class View>
std::unique_ptr<const Parts> make(
    const PicturePtr &picture, const TableQuery &query, const Parts *before, const std::stop_token &stop)
{
    Maker<View> maker(picture, query, before, stop);
    return maker.make() ? std::make_unique<const Parts>(maker.parts()) : nullptr;
}

std::unique_ptr<const Parts> makeAny(
    const PicturePtr &picture, const TableQuery &query, const Parts *before, const std::stop_token &stop)
{
    switch (query.table) {
    case TableKind::Pods:
        return make<PodView>(picture, query, before, stop);
    case TableKind::Nodes:
        return make<NodeView>(picture, query, before, stop);
    case TableKind::Workloads:
        break;
    }
    return make<WorkloadView>(picture, query, before, stop);
}

} // namespace

TableAnswer::TableAnswer(std::unique_ptr<const Parts> parts)
    : m_parts(std::move(parts))
{
}
TableAnswer::~TableAnswer() = default;
const Picture &TableAnswer::picture() const { return *m_parts->picture; }
const PicturePtr &TableAnswer::picturePtr() const { return m_parts->picture; }
const TableQuery &TableAnswer::query() const { return m_parts->query; }
const TableRows &TableAnswer::rows() const { return m_parts->rows; }

std::vector<std::pair<int, int>> TableAnswer::changedRows() const
{
    std::vector<std::pair<int, int>> runs;
    const RowList &list = m_parts->rows.rows;
    if (!m_parts->changed) {
        if (!list.empty()) {
            runs.emplace_back(0, static_cast<int>(list.size()) - 1);
        }
        return runs;
    }
    if (list.empty() || m_parts->changed->empty()) {
        return runs;
    }
    Bitmap changed(m_parts->numbers->end());
    for (const std::uint32_t number : *m_parts->changed) {
        changed.set(number);
    }
    int row = 0;
    for (const std::uint32_t number : *list.numbers()) {
        if (changed[number]) {
            if (!runs.empty() && runs.back().second == row - 1) {
                runs.back().second = row;
            } else {
                runs.emplace_back(row, row);
            }
        }
        ++row;
    }
    return runs;
}

TableAnswerPtr answer(
    const PicturePtr &picture, const TableQuery &query, const TableAnswerPtr &before, const std::stop_token &stop)
{
    auto parts = makeAny(picture, query, before ? &before->parts() : nullptr, stop);
    return parts ? std::make_shared<const TableAnswer>(std::move(parts)) : nullptr;
}

std::optional<TableRows> runQuery(const Picture &picture, const TableQuery &query, const std::stop_token &stop)
{
    const auto parts = makeAny(PicturePtr(PicturePtr(), &picture), query, nullptr, stop);
    return parts ? std::optional(parts->rows) : std::nullopt;
}

} // namespace sextant
