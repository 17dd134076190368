// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/tablepage.h"

namespace sextant::ui {

/// The table of pods.
class PodsPage final : public TablePage {
    Q_OBJECT
public:
    explicit PodsPage(FleetModel &fleet, QWidget *parent = nullptr);
};

} // namespace sextant::ui
