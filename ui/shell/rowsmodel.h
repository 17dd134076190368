// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractListModel>

#include <utility>
#include <vector>

namespace sextant::ui {

/// What a list beneath a field offers: rows that are replaced all at once. GUI thread.
template <class Row> class RowsModel : public QAbstractListModel {
public:
    using QAbstractListModel::QAbstractListModel;

    void reset(std::vector<Row> rows)
    {
        beginResetModel();
        m_rows = std::move(rows);
        endResetModel();
    }
    const std::vector<Row> &rows() const { return m_rows; }
    int rowCount(const QModelIndex &parent = {}) const final
    {
        return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
    }
    QVariant data(const QModelIndex &index, int role) const final
    {
        return index.isValid() ? say(m_rows[static_cast<std::size_t>(index.row())], role) : QVariant();
    }

protected:
    virtual QVariant say(const Row &row, int role) const = 0;

private:
    std::vector<Row> m_rows;
};

} // namespace sextant::ui
