// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/workloadspage.h"

#include "ui/models/workloadtablemodel.h"

namespace sextant::ui {

WorkloadsPage::WorkloadsPage(FleetModel &fleet, QWidget *parent)
    : TablePage(fleet, std::make_unique<WorkloadTableModel>(), QStringLiteral("workloads"), parent)
{
}

Page *makeWorkloadsPage(FleetModel &fleet, QWidget *parent) { return new WorkloadsPage(fleet, parent); }

} // namespace sextant::ui
