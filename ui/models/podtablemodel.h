// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/tablemodel.h"

namespace sextant::ui {

/// Pods: kubectl's columns, then what they ask for and use.
class PodTableModel final : public TableModel {
    Q_OBJECT
public:
    explicit PodTableModel(QObject *parent = nullptr);
    QString nameAt(int row) const override;

protected:
    Cell cellOf(int row, int column) const override;
    QString tipOf(int row, int column) const override;
    std::vector<int> clockColumns() const override;

private:
    PodView podAt(int row) const { return {clusterAt(row), refAt(row).slot}; }
};

} // namespace sextant::ui
