// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/tablepage.h"

namespace sextant::ui {

/// The table of workloads.
class WorkloadsPage final : public TablePage {
    Q_OBJECT
public:
    explicit WorkloadsPage(FleetModel &fleet, QWidget *parent = nullptr);
};

} // namespace sextant::ui
