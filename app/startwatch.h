// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

namespace sextant::ui {
class FleetModel;
}

namespace sextant::app {

/// Writes into the log how long the start took: when the window was up, and when it had painted its first picture of a
/// fleet. GUI thread.
class StartWatch final : public QObject {
    Q_OBJECT
public:
    /// @param window not shown yet
    StartWatch(QWidget &window, ui::FleetModel &fleet);

    bool eventFilter(QObject *object, QEvent *event) override;

private:
    ui::FleetModel &m_fleet;
    bool m_shown = false;
    bool m_painted = false;
};

} // namespace sextant::app
