// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/tablemodel.h"

namespace sextant::ui {

/// Workloads, the topmost of each chain of controllers (a ReplicaSet of a Deployment is not shown apart).
class WorkloadTableModel final : public TableModel {
    Q_OBJECT
public:
    explicit WorkloadTableModel(QObject *parent = nullptr);
    QString nameAt(int row) const override;

protected:
    Cell cellOf(int row, int column) const override;
    QString tipOf(int row, int column) const override;
    std::vector<int> clockColumns() const override;

private:
    WorkloadView workloadAt(int row) const { return {clusterAt(row), refAt(row).slot}; }
    Sums sumsAt(int row) const;
};

} // namespace sextant::ui
