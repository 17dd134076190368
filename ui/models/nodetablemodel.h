// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/tablemodel.h"

namespace sextant::ui {

/// Nodes: kubectl's columns, then what is requested and used of what they have.
class NodeTableModel final : public TableModel {
    Q_OBJECT
public:
    explicit NodeTableModel(QObject *parent = nullptr);
    QString nameAt(int row) const override;

protected:
    Cell cellOf(int row, int column) const override;
    QString tipOf(int row, int column) const override;
    std::vector<int> clockColumns() const override;

private:
    NodeView nodeAt(int row) const { return {clusterAt(row), refAt(row).slot}; }
    Sums sumsAt(int row) const;
};

} // namespace sextant::ui
