// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/podspage.h"

#include "ui/models/podtablemodel.h"

namespace sextant::ui {

PodsPage::PodsPage(FleetModel &fleet, QWidget *parent)
    : TablePage(fleet, std::make_unique<PodTableModel>(), QStringLiteral("pods"), parent)
{
}

Page *makePodsPage(FleetModel &fleet, QWidget *parent) { return new PodsPage(fleet, parent); }

} // namespace sextant::ui
