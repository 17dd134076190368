// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/query.h"

#include "core/query/filternarrows.h"
#include "core/query/filterrun.h"
#include "core/query/podchanges.h"
#include "core/query/podselect.h"
#include "core/query/roworder.h"

#include <array>
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
    BitmapPtr scoped; ///< what is in scope
    NumberListPtr sorted; ///< what is in scope, in order
    BitmapPtr kept; ///< of `scoped` what the filter keeps; without a filter the same object
    PodTally tally; ///< of the rows, where these are pods
    std::optional<PodTally> all; ///< of what is in scope, where these are pods and it was ever summed
    TableRows rows;
    std::optional<NumberList> changed; ///< of these alone something may have changed; nothing: of any
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
        , m_now(query.now == kNoTime ? wallNow() : query.now)
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
        if (m_before != nullptr) {
            look();
        }
    }

    bool make()
    {
        if (!names()) {
            return false;
        }
        if constexpr (kPods) {
            if (!selectPods() || !sort()) {
                return false;
            }
            rows();
            sumPods();
        } else {
            if (!selectAnew() || !sort()) {
                return false;
            }
            rows();
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

    bool inScope(const View &view) const { return m_query.scope.whole() || m_query.scope.contains(view); }

    /// What has no deltas is few.
    bool selectAnew()
    {
        FilterRun filter(m_query.filter, *m_out.picture, m_now);
        auto scoped = std::make_shared<Bitmap>(m_out.numbers->end());
        auto kept = filter.empty() ? scoped : std::make_shared<Bitmap>(m_out.numbers->end());
        if (!m_order->each([&](const View &view, std::uint32_t number, std::uint32_t cluster) {
                if (!inScope(view)) {
                    return;
                }
                scoped->set(number);
                if (filter.empty() || filter.matches(view)) {
                    const Sums sums = rows::sumsOf(*m_out.picture, view, cluster);
                    m_out.rows.cpu.add(sums.cpu);
                    m_out.rows.memory.add(sums.memory);
                    kept->set(number);
                }
            })) {
            return false;
        }
        m_out.rows.total = scoped->count();
        m_out.scoped = std::move(scoped);
        m_out.kept = std::move(kept);
        return true;
    }

    /// Asks the filter of no more pods than it takes: of all in scope, of those that an answer to a wider question
    /// kept, or of those that changed.
    bool selectPods()
    {
        const bool carriesOn = m_before != nullptr && m_changes.size() <= m_out.names->size() / 4;
        const bool scopeStands = carriesOn && sameScope();
        if (!scopePods(scopeStands)) {
            return false;
        }
        m_out.rows.total = m_out.scoped->count();
        m_same = Bitmap(m_out.numbers->end());
        if (carriesOn) {
            m_out.tally = m_before->tally;
            m_same = leave(*m_before->kept, m_out.tally);
        }
        if (scopeStands && m_before->all) {
            m_out.all = m_before->all;
            const Bitmap same = leave(*m_before->scoped, *m_out.all);
            rows::carry(*m_out.all, *m_out.picture, *m_out.numbers, same, *m_out.scoped);
        }
        if (m_query.filter.empty()) {
            m_out.kept = m_out.scoped;
            return true;
        }
        const Filter &old = carriesOn ? m_before->query.filter : m_query.filter;
        const bool timeless = !askedOfTime(m_query.filter);
        const bool sameTime = carriesOn && m_query.now != kNoTime && m_query.now == m_before->query.now;
        const bool stands = scopeStands && m_query.filter == old && (timeless || sameTime);
        if (stands && m_changes.size() == 0) {
            m_out.kept = m_before->kept;
            return true;
        }
        const bool narrower = scopeStands && timeless && narrows(m_query.filter, old);
        std::optional<Bitmap> kept = stands || narrower
            ? rows::podsKept(*m_out.picture, *m_out.numbers, m_query.filter, m_now, asked(!stands), m_stop)
            : rows::podsKept(*m_out.picture, *m_out.numbers, m_query.filter, m_now, *m_out.scoped, m_stop);
        if (!kept) {
            return false;
        }
        for (std::size_t at = 0; stands && at < kept->words(); ++at) {
            kept->setWord(at, kept->word(at) | m_same.word(at));
        }
        m_out.kept =
            stands && *kept == *m_before->kept ? m_before->kept : std::make_shared<const Bitmap>(std::move(*kept));
        return true;
    }

    bool scopePods(bool stands)
    {
        if (!stands) {
            auto scoped = rows::podsInScope(*m_out.picture, *m_out.numbers, m_query.scope, m_stop);
            m_out.scoped = scoped ? std::make_shared<const Bitmap>(std::move(*scoped)) : nullptr;
            return m_out.scoped != nullptr;
        }
        const bool moved = !m_query.scope.whole() && !m_changes.changed.empty();
        if (m_changes.gone.empty() && m_changes.come.empty() && !moved) {
            m_out.scoped = m_before->scoped;
            return true;
        }
        Bitmap scoped = *m_before->scoped;
        for (const std::uint32_t number : m_changes.gone) {
            scoped.reset(number);
        }
        for (const NumberList *list : {&m_changes.come, &m_changes.changed}) {
            for (const std::uint32_t number : *list) {
                scoped.set(number, inScope(m_order->at(number)));
            }
        }
        m_out.scoped = std::make_shared<const Bitmap>(std::move(scoped));
        return true;
    }

    /// Keeps of some rows before those that nothing happened to, with their sums.
    Bitmap leave(Bitmap were, PodTally &tally) const
    {
        const rows::RowOrder<View> old(*m_before->picture, *m_out.numbers, m_stop);
        for (const NumberList *list : {&m_changes.gone, &m_changes.changed, &m_changes.usage}) {
            for (const std::uint32_t number : *list) {
                if (were[number]) {
                    const View view = old.at(number);
                    tally.remove(view, view.state());
                    were.reset(number);
                }
            }
        }
        return were;
    }

    /// What changed, in scope, and `same` as well what did not and was a row.
    Bitmap asked(bool same) const
    {
        Bitmap out = same ? m_same : Bitmap(m_out.numbers->end());
        for (const NumberList *list : {&m_changes.come, &m_changes.changed, &m_changes.usage}) {
            for (const std::uint32_t number : *list) {
                out.set(number, (*m_out.scoped)[number]);
            }
        }
        return out;
    }

    void sumPods()
    {
        const Bitmap &kept = *m_out.kept;
        if (m_out.all && m_out.scoped->differences(kept) < m_same.differences(kept)) {
            m_out.tally = *m_out.all;
            m_same = *m_out.scoped;
        }
        rows::carry(m_out.tally, *m_out.picture, *m_out.numbers, m_same, kept);
        if (m_out.kept == m_out.scoped) {
            m_out.all = m_out.tally;
        }
        Sums sums;
        m_out.tally.fill(sums);
        m_out.rows.cpu = sums.cpu;
        m_out.rows.memory = sums.memory;
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
        m_out.sorted = m_order->byColumn(
            m_out.names, m_query.column, m_query.descending, m_query.scope.whole() ? nullptr : m_out.scoped.get());
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
            if ((*m_before->scoped)[number]) {
                out.set(number);
                any = true;
            }
        };
        const auto put = [&](std::uint32_t number) {
            if ((*m_out.scoped)[number]) {
                in.push_back(number);
            }
        };
        std::for_each(m_changes.gone.begin(), m_changes.gone.end(), take);
        std::for_each(m_changes.come.begin(), m_changes.come.end(), put);
        const auto move = [&](std::uint32_t number) {
            const SortKey was = old.key(number, m_query.column);
            const SortKey is = m_order->key(number, m_query.column);
            if (was.number != is.number || was.text != is.text
                || (*m_before->scoped)[number] != (*m_out.scoped)[number]) {
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
        if (m_out.kept != m_out.scoped) {
            // In an order that stands, rows are among those before where nothing else is kept.
            const bool ordered = m_before != nullptr && m_out.sorted == m_before->sorted;
            const bool fewer = ordered && m_out.kept->within(*m_before->kept);
            if (fewer && m_before->kept->within(*m_out.kept)) {
                list = m_before->rows.rows.numbers();
            } else {
                list = chosen(fewer ? *m_before->rows.rows.numbers() : *m_out.sorted);
                if (m_before != nullptr && m_changes.gone.empty() && *list == *m_before->rows.rows.numbers()) {
                    list = m_before->rows.rows.numbers();
                }
            }
        }
        m_out.rows.rows = OrderedRows(m_out.numbers, std::move(list));
    }

    /// Copies those that are kept, without a branch for each.
    template <class From, class To> void take(From at, From end, To to) const
    {
        constexpr std::ptrdiff_t kAtOnce = 64;
        const Bitmap &kept = *m_out.kept;
        std::array<std::uint32_t, kAtOnce> chosen; // so that nothing is written beyond the last
        while (at != end) {
            std::size_t count = 0;
            for (const From stop = at + std::min(kAtOnce, end - at); at != stop; ++at) {
                chosen[count] = *at;
                count += kept[*at] ? 1 : 0;
            }
            to = std::copy_n(chosen.begin(), count, to);
        }
    }

    /// Those of a list, all kept ones among them.
    NumberListPtr chosen(const NumberList &from) const
    {
        auto list = std::make_shared<NumberList>(m_out.kept->count());
        const auto half = static_cast<std::ptrdiff_t>(from.size() / 2);
        // From both ends, since nobody knows where the two meet.
        const auto first = [&] { take(from.begin(), from.begin() + half, list->begin()); };
        const auto second = [&] { take(from.rbegin(), from.rend() - half, list->rbegin()); };
        if (from.size() >= 8 * kManyRows) {
            doBoth(first, second);
        } else {
            first();
            second();
        }
        return list;
    }

    const TableQuery &m_query;
    const Parts *m_before;
    const std::stop_token &m_stop;
    PodChanges m_changes;
    Parts m_out;
    std::optional<rows::RowOrder<View>> m_order;
    const Time m_now;
    Bitmap m_same; ///< of pods: rows that were and that nothing happened to, which m_out.tally begins with
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
    const OrderedRows &list = m_parts->rows.rows;
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
