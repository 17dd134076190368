// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/tablecolumns.h"

#include <QSettings>

#include <algorithm>

namespace sextant::ui {

namespace {

constexpr int kWidest = 2000;
constexpr int kNarrowest = 32;
constexpr int kAlways = 0;

} // namespace

TableColumns::TableColumns(QString name, std::vector<ColumnInfo> columns)
    : m_group(QStringLiteral("tables/") + name)
    , m_columns(std::move(columns))
{
    QSettings settings;
    settings.beginGroup(m_group);
    std::vector<int> chosen;
    const QStringList ids = settings.value(QStringLiteral("columns")).toStringList();
    for (const QString &id : ids) {
        const int column = indexOf(id);
        if (column >= 0 && std::find(chosen.begin(), chosen.end(), column) == chosen.end()) {
            chosen.push_back(column);
        }
    }
    if (!chosen.empty()) {
        m_chosen = chosen;
    }
    const QVariantMap widths = settings.value(QStringLiteral("widths")).toMap();
    for (auto it = widths.cbegin(); it != widths.cend(); ++it) {
        const int column = indexOf(it.key());
        if (column >= 0) {
            m_widths.insert(column, std::clamp(it.value().toInt(), kNarrowest, kWidest));
        }
    }
}

int TableColumns::indexOf(const QString &id) const
{
    const auto it =
        std::find_if(m_columns.begin(), m_columns.end(), [&](const ColumnInfo &column) { return column.id == id; });
    return it == m_columns.end() ? -1 : static_cast<int>(it - m_columns.begin());
}

int TableColumns::width(int column) const
{
    return m_widths.value(column, m_columns[static_cast<std::size_t>(column)].width);
}

int TableColumns::count(bool oneCluster) const { return static_cast<int>(m_columns.size()) - (oneCluster ? 1 : 0); }

std::vector<int> TableColumns::shown(int windowWidth, int tableWidth, const Fleet &fleet) const
{
    const int cluster = indexOf(QStringLiteral("cluster"));
    std::vector<int> out;
    if (m_chosen) {
        std::copy_if(m_chosen->begin(), m_chosen->end(), std::back_inserter(out),
            [&](int column) { return !(fleet.oneCluster && column == cluster); });
        return out;
    }
    const int all = static_cast<int>(m_columns.size());
    int room = tableWidth;
    std::vector<bool> in(m_columns.size(), false);
    const auto take = [&](int column) {
        in[static_cast<std::size_t>(column)] = true;
        room -= width(column);
    };
    for (int column = 0; column < all; ++column) {
        if (m_columns[static_cast<std::size_t>(column)].from == kAlways && !(fleet.oneCluster && column == cluster)) {
            take(column);
        }
    }
    for (int column = 0; column < all; ++column) {
        if (fleet.helios && m_columns[static_cast<std::size_t>(column)].withHelios && width(column) <= room) {
            take(column);
        }
    }
    // The narrower a window a column asks for, the more it matters.
    for (const int step : {1440, 1920, 2560}) {
        for (int column = 0; column < all; ++column) {
            const ColumnInfo &info = m_columns[static_cast<std::size_t>(column)];
            if (!in[static_cast<std::size_t>(column)] && info.from == step && windowWidth >= step
                && width(column) <= room && (fleet.helios || !info.ofHelios)) {
                take(column);
            }
        }
    }
    for (int column = 0; column < all; ++column) {
        if (in[static_cast<std::size_t>(column)]) {
            out.push_back(column);
        }
    }
    return out;
}

void TableColumns::choose(const std::vector<int> &columns)
{
    m_chosen = columns;
    save();
}

void TableColumns::setWidth(int column, int width)
{
    m_widths.insert(column, std::clamp(width, kNarrowest, kWidest));
    save();
}

void TableColumns::reset()
{
    m_chosen.reset();
    m_widths.clear();
    save();
}

void TableColumns::save() const
{
    QSettings settings;
    settings.beginGroup(m_group);
    if (m_chosen) {
        QStringList ids;
        for (const int column : *m_chosen) {
            ids << m_columns[static_cast<std::size_t>(column)].id;
        }
        settings.setValue(QStringLiteral("columns"), ids);
    } else {
        settings.remove(QStringLiteral("columns"));
    }
    QVariantMap widths;
    for (auto it = m_widths.cbegin(); it != m_widths.cend(); ++it) {
        widths.insert(m_columns[static_cast<std::size_t>(it.key())].id, it.value());
    }
    settings.setValue(QStringLiteral("widths"), widths);
}

} // namespace sextant::ui
