// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/nodespage.h"

#include "ui/models/nodetablemodel.h"

namespace sextant::ui {

NodesPage::NodesPage(FleetModel &fleet, QWidget *parent)
    : TablePage(fleet, std::make_unique<NodeTableModel>(), QStringLiteral("nodes"), parent)
{
}

Page *makeNodesPage(FleetModel &fleet, QWidget *parent) { return new NodesPage(fleet, parent); }

} // namespace sextant::ui
