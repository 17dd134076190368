// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractItemDelegate>

namespace sextant::ui {

class TableModel;
class TableView;

/// Paints the cells of a TableView from the model's cells, without a detour through variants.
class TableDelegate final : public QAbstractItemDelegate {
    Q_OBJECT
public:
    TableDelegate(TableView &view, const TableModel &model);
    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    /// Something of the cell's text is left out at this width.
    bool elided(const QModelIndex &index, int width) const;

private:
    TableView &m_view;
    const TableModel &m_model;
};

} // namespace sextant::ui
