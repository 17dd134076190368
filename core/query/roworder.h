// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/twothreads.h"
#include "core/query/bitmap.h"
#include "core/query/radix.h"
#include "core/query/rowtraits.h"
#include "core/query/textorder.h"

#include <algorithm>
#include <optional>
#include <stop_token>

namespace sextant::rows {

inline constexpr std::size_t kStride = 4096; ///< rows between two looks at the stop token

/// Orders the rows of one picture. Texts are compared once, for the order by name: by any other column rows are sorted
/// by whole numbers, over an order that is right for equal ones. Everything returns null when `stop` was asked for. One
/// thread, which takes another one beside it where rows are many.
template <class View> class RowOrder {
public:
    RowOrder(const Picture &picture, const RowNumbers &numbers, const std::stop_token &stop)
        : m_picture(picture)
        , m_numbers(numbers)
        , m_stop(stop)
    {
    }

    View at(std::uint32_t number) const
    {
        const RowRef row = m_numbers.row(number);
        return View(m_picture.cluster(row.cluster), row.slot);
    }

    /// Calls `take(view, number, cluster)` for every row there is, in the order of numbers. False: stopped.
    template <class Take> bool each(const Take &take) const
    {
        return eachWhile([&take](const View &view, std::uint32_t number, std::uint32_t cluster) {
            take(view, number, cluster);
            return true;
        });
    }
    /// The same until `take` says false.
    template <class Take> bool eachWhile(const Take &take) const
    {
        for (std::uint32_t cluster = 0; cluster < m_picture.clusters(); ++cluster) {
            std::size_t seen = 0;
            for (const View view : rangeOf<View>(m_picture.cluster(cluster))) {
                if (seen++ % kStride == 0 && m_stop.stop_requested()) {
                    return false;
                }
                if (shownAtAll(view) && !take(view, m_numbers.number({cluster, view.slot()}), cluster)) {
                    return true;
                }
            }
        }
        return !m_stop.stop_requested();
    }

    /// All rows by name, then cluster, namespace, kind.
    NumberListPtr byName() const
    {
        std::vector<TextRow> rows;
        if (!each([&](const View &view, std::uint32_t number, std::uint32_t) {
                rows.push_back({0, view.name(), number});
            })) {
            return nullptr;
        }
        sortByText(rows.data(), rows.data() + rows.size(), 0,
            [this](std::uint32_t a, std::uint32_t b) { return placeLess(a, b); });
        auto list = std::make_shared<NumberList>(rows.size());
        std::transform(rows.begin(), rows.end(), list->begin(), [](const TextRow &row) { return row.number; });
        return m_stop.stop_requested() ? nullptr : NumberListPtr(std::move(list));
    }

    bool nameLess(std::uint32_t a, std::uint32_t b) const
    {
        const int order = at(a).name().compare(at(b).name());
        return order != 0 ? order < 0 : placeLess(a, b);
    }

    /// Whether a row stands before another where the table is sorted so.
    bool less(std::uint32_t a, std::uint32_t b, int column, bool descending)
    {
        const SortKey keyA = key(a, column);
        const SortKey keyB = key(b, column);
        if (keyA.known() != keyB.known()) {
            return keyA.known();
        }
        if (keyA.number != keyB.number) {
            return (keyA.number < keyB.number) != descending;
        }
        const int order = keyA.text.compare(keyB.text);
        if (order != 0 && keyA.known()) {
            return (order < 0) != descending;
        }
        return wholePlaceLess(a, b);
    }

    SortKey key(std::uint32_t number, int column)
    {
        return keyOf(m_keys, m_picture, at(number), m_numbers.row(number).cluster, column);
    }

    /// All rows, or those of `among`, by a column; equal ones by cluster, namespace, name, kind.
    /// @param names byName()
    NumberListPtr byColumn(const NumberListPtr &names, int column, bool descending, const Bitmap *among)
    {
        if (column == nameColumn(static_cast<const View *>(nullptr))) {
            return descending ? backwards(names, among) : forwards(names, among);
        }
        return byNumbers(*names, column, descending, among);
    }

private:
    /// Of rows of one name.
    bool placeLess(std::uint32_t a, std::uint32_t b) const
    {
        const RowRef rowA = m_numbers.row(a);
        const RowRef rowB = m_numbers.row(b);
        if (rowA.cluster != rowB.cluster) {
            return m_numbers.rank(rowA.cluster) < m_numbers.rank(rowB.cluster);
        }
        const View viewA = at(a);
        const View viewB = at(b);
        if (const int order = spaceOf(viewA).compare(spaceOf(viewB))) {
            return order < 0;
        }
        if (const int order = kindOf(viewA).compare(kindOf(viewB))) {
            return order < 0;
        }
        return rowA.slot < rowB.slot;
    }

    bool wholePlaceLess(std::uint32_t a, std::uint32_t b) const
    {
        const RowRef rowA = m_numbers.row(a);
        const RowRef rowB = m_numbers.row(b);
        if (rowA.cluster == rowB.cluster) {
            if (const int order = spaceOf(at(a)).compare(spaceOf(at(b)))) {
                return order < 0;
            }
            if (const int order = at(a).name().compare(at(b).name())) {
                return order < 0;
            }
        }
        return placeLess(a, b);
    }

    NumberListPtr forwards(const NumberListPtr &names, const Bitmap *among) const
    {
        // What has no name at all stands last.
        const auto named = std::find_if(
            names->begin(), names->end(), [this](std::uint32_t number) { return !at(number).name().empty(); });
        if (among == nullptr && named == names->begin()) {
            return names;
        }
        auto list = std::make_shared<NumberList>();
        list->reserve(names->size());
        const auto wanted = [among](std::uint32_t number) { return among == nullptr || (*among)[number]; };
        std::copy_if(named, names->end(), std::back_inserter(*list), wanted);
        std::copy_if(names->begin(), named, std::back_inserter(*list), wanted);
        return list;
    }

    NumberListPtr backwards(const NumberListPtr &names, const Bitmap *among) const
    {
        // Runs of one name stay as they are. A hash tells most names apart without going to them.
        std::vector<std::uint32_t> hashes(m_numbers.end());
        if (!each([&](const View &view, std::uint32_t number, std::uint32_t) {
                hashes[number] = static_cast<std::uint32_t>(std::hash<std::string_view>()(view.name()));
            })) {
            return nullptr;
        }
        const auto forward = forwards(names, among);
        auto list = std::make_shared<NumberList>();
        list->reserve(forward->size());
        const auto sameName = [&](std::uint32_t a, std::uint32_t b) {
            return hashes[a] == hashes[b] && at(a).name() == at(b).name();
        };
        std::size_t end = forward->size();
        while (end > 0 && at((*forward)[end - 1]).name().empty()) {
            --end;
        }
        for (std::size_t last = end; last > 0;) {
            std::size_t first = last - 1;
            while (first > 0 && sameName((*forward)[first - 1], (*forward)[first])) {
                --first;
            }
            list->insert(list->end(), forward->begin() + static_cast<std::ptrdiff_t>(first),
                forward->begin() + static_cast<std::ptrdiff_t>(last));
            last = first;
        }
        list->insert(list->end(), forward->begin() + static_cast<std::ptrdiff_t>(end), forward->end());
        return list;
    }

    NumberListPtr byNumbers(const NumberList &names, int column, bool descending, const Bitmap *among)
    {
        // What is equal by the column stands by place: the one order and the keys of the other come to be side by side.
        std::vector<KeyedRow<std::uint32_t>> rows, scratch;
        ColumnKeys keys(m_numbers);
        bool placed = false, read = false;
        const auto place = [&] { placed = byPlace(names, among, rows, scratch); };
        const auto readKeys = [&] { read = keysOf(column, keys); };
        if (names.size() >= kManyRows) {
            doBoth(place, readKeys);
        } else {
            place();
            readKeys();
        }
        if (!placed || !read) {
            return nullptr;
        }
        if (!keys.texts) {
            return byAmounts(rows, scratch, keys.amounts, descending);
        }
        const KeyRanks &ranks = keys.texts->ranks();
        const std::uint32_t unknown = ranks.ranks();
        for (auto &row : rows) {
            const std::uint32_t rank = ranks.rankOf(keys.numbers[row.number]);
            row.key = rank == KeyRanks::kUnknown ? unknown : descending ? unknown - 1 - rank : rank;
        }
        radixSort(rows, scratch, unknown);
        return listOf(rows);
    }

    // Keys are read in the order of numbers, which is that of the memory they lie in.

    /// All rows, or those of `among`, by cluster, namespace, name, kind. False: stopped.
    bool byPlace(const NumberList &names, const Bitmap *among, std::vector<KeyedRow<std::uint32_t>> &rows,
        std::vector<KeyedRow<std::uint32_t>> &scratch) const
    {
        constexpr const View *kKind = nullptr;
        SharedKeys keys(m_numbers.clusters());
        std::vector<std::uint32_t> place(m_numbers.end());
        if (!each([&](const View &view, std::uint32_t number, std::uint32_t cluster) {
                place[number] = keys.numberOf(cluster, sharedBy(view, spaceColumn(kKind)), kNoSlot, [&] {
                    return SortKey{m_numbers.rank(cluster), spaceOf(view)};
                });
            })) {
            return false;
        }
        KeyRanks &places = keys.ranks();
        places.rank();
        rows.reserve(names.size());
        for (const std::uint32_t number : names) {
            if (among == nullptr || (*among)[number]) {
                rows.push_back({places.rankOf(place[number]), number});
            }
        }
        radixSort(rows, scratch, places.ranks());
        return true;
    }

    /// The keys of all rows by a column, by their numbers: amounts, or numbers of texts.
    struct ColumnKeys {
        explicit ColumnKeys(const RowNumbers &rows)
            : amounts(rows.end(), Count::kUnknown)
        {
        }
        std::vector<std::int64_t> amounts;
        std::optional<SharedKeys> texts; ///< ranked; nothing: the column has none
        std::vector<std::uint32_t> numbers; ///< in `texts`
    };
    /// False: stopped.
    bool keysOf(int column, ColumnKeys &keys)
    {
        bool texts = false;
        if (!eachWhile([&](const View &view, std::uint32_t number, std::uint32_t cluster) {
                const SortKey key = keyOf(m_keys, m_picture, view, cluster, column);
                texts = !key.text.empty();
                keys.amounts[number] = key.number;
                return !texts;
            })) {
            return false;
        }
        if (!texts) {
            return true;
        }
        keys.numbers.resize(m_numbers.end());
        keys.texts.emplace(m_numbers.clusters());
        if (!each([&](const View &view, std::uint32_t number, std::uint32_t cluster) {
                keys.numbers[number] = keys.texts->numberOf(cluster, sharedBy(view, column), kNoSlot,
                    [&] { return keyOf(m_keys, m_picture, view, cluster, column); });
            })) {
            return false;
        }
        keys.texts->ranks().rank();
        return true;
    }

    NumberListPtr byAmounts(std::vector<KeyedRow<std::uint32_t>> &rows, std::vector<KeyedRow<std::uint32_t>> &scratch,
        const std::vector<std::int64_t> &amounts, bool descending) const
    {
        // As offsets from the least, without the bits that none of them uses.
        std::int64_t least = std::numeric_limits<std::int64_t>::max();
        std::int64_t most = std::numeric_limits<std::int64_t>::min();
        for (const auto &row : rows) {
            const std::int64_t amount = amounts[row.number];
            if (amount != Count::kUnknown) {
                least = std::min(least, amount);
                most = std::max(most, amount);
            }
        }
        if (most < least) {
            return listOf(rows); // nothing is known
        }
        const auto offset = [&](std::int64_t amount) {
            return static_cast<std::uint64_t>(descending ? most : amount)
                - static_cast<std::uint64_t>(descending ? amount : least);
        };
        std::uint64_t used = 0;
        for (const auto &row : rows) {
            used |= amounts[row.number] == Count::kUnknown ? 0 : offset(amounts[row.number]);
        }
        unsigned unusedBits = 0;
        while (used != 0 && (used >> unusedBits & 1) == 0) {
            ++unusedBits;
        }
        const std::uint64_t unknown = (offset(descending ? least : most) >> unusedBits) + 1;
        const auto keyOfAmount = [&](std::int64_t amount) {
            return amount == Count::kUnknown ? unknown : offset(amount) >> unusedBits;
        };
        if (unknown <= std::numeric_limits<std::uint32_t>::max() && unknown != 0) {
            for (auto &row : rows) {
                row.key = static_cast<std::uint32_t>(keyOfAmount(amounts[row.number]));
            }
            radixSort(rows, scratch, static_cast<std::uint32_t>(unknown));
            return listOf(rows);
        }
        std::vector<KeyedRow<std::uint64_t>> wide, wideScratch;
        wide.reserve(rows.size());
        for (const auto &row : rows) {
            wide.push_back({keyOfAmount(amounts[row.number]), row.number});
        }
        radixSort(wide, wideScratch, unknown);
        return listOf(wide);
    }

    template <class Key> NumberListPtr listOf(const std::vector<KeyedRow<Key>> &rows) const
    {
        auto list = std::make_shared<NumberList>(rows.size());
        std::transform(rows.begin(), rows.end(), list->begin(), [](const auto &row) { return row.number; });
        return m_stop.stop_requested() ? nullptr : NumberListPtr(std::move(list));
    }

    const Picture &m_picture;
    const RowNumbers &m_numbers;
    const std::stop_token &m_stop;
    SortKeys m_keys;
};

/// `list` without the rows of `out`, with those of `in` where they belong. Both lists are in order of `less`, which
/// must hold for what stays.
template <class Less> NumberListPtr merged(const NumberList &list, const Bitmap &out, NumberList in, const Less &less)
{
    std::sort(in.begin(), in.end(), less);
    NumberList kept;
    kept.reserve(list.size());
    for (const std::uint32_t number : list) {
        if (!out[number]) {
            kept.push_back(number);
        }
    }
    auto whole = std::make_shared<NumberList>();
    whole->reserve(kept.size() + in.size());
    auto from = kept.cbegin();
    for (const std::uint32_t number : in) {
        const auto to = std::lower_bound(from, kept.cend(), number, less);
        whole->insert(whole->end(), from, to);
        whole->push_back(number);
        from = to;
    }
    whole->insert(whole->end(), from, kept.cend());
    return whole;
}

} // namespace sextant::rows
