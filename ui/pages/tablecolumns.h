// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/cell.h"

#include <QHash>
#include <QString>
#include <QStringList>

#include <optional>
#include <vector>

namespace sextant::ui {

/// Which columns of a table stand where and how wide, by the room there is or as the user chose; kept in the settings.
/// Widths are logical pixels at 96 dpi.
class TableColumns {
public:
    /// `name`: "pods"; the group of the settings is "tables/pods".
    TableColumns(QString name, std::vector<ColumnInfo> columns);

    /// What the fleet has, as far as columns care.
    struct Fleet {
        bool oneCluster = false; ///< hides the cluster's column
        bool helios = false; ///< without, columns that only Helios fills are shown when chosen
        bool operator==(const Fleet &) const = default;
    };
    /// The columns to show, in order, when the window and the table are that wide. Those that ask for a width come only
    /// as far as they fit.
    std::vector<int> shown(int windowWidth, int tableWidth, const Fleet &fleet) const;
    int width(int column) const;
    /// The user gave it a width.
    bool resized(int column) const { return m_widths.contains(column); }
    bool chosen() const { return m_chosen.has_value(); }
    /// The user's choice: from now on this, whatever the width.
    void choose(const std::vector<int> &columns);
    void setWidth(int column, int width);
    /// Back to what fits.
    void reset();
    /// How many can be shown at all.
    int count(bool oneCluster) const;

private:
    void save() const;
    int indexOf(const QString &id) const;
    QString m_group;
    std::vector<ColumnInfo> m_columns;
    std::optional<std::vector<int>> m_chosen;
    QHash<int, int> m_widths;
};

} // namespace sextant::ui
