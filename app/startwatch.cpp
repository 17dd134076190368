// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/startwatch.h"

#include "ui/bridge/fleetmodel.h"

#include <QEvent>
#include <QWidget>

#include <spdlog/spdlog.h>

namespace sextant::app {

StartWatch::StartWatch(QWidget &window, ui::FleetModel &fleet)
    : m_fleet(fleet)
{
    window.installEventFilter(this);
}

bool StartWatch::eventFilter(QObject *object, QEvent *event)
{
    // What is asked for here is on the screen when the queue is reached again.
    if (event->type() == QEvent::UpdateRequest && !m_painted) {
        const bool picture = m_fleet.picture()->sums({}).podsTotal > 0;
        m_painted = picture;
        QMetaObject::invokeMethod(
            this,
            [this, picture] {
                if (!m_shown) {
                    m_shown = true;
                    spdlog::info("start: the window is up");
                }
                if (picture) {
                    spdlog::info("start: the first picture is painted");
                    spdlog::default_logger()->flush();
                }
            },
            Qt::QueuedConnection);
    }
    return QObject::eventFilter(object, event);
}

} // namespace sextant::app
