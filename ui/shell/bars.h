// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/bridge/fleetmodel.h"
#include "ui/theme/widgets.h"

#include <QWidget>

class QHBoxLayout;

namespace sextant::ui {

/// One line of 32 px that names every cluster whose picture is not whole and current; hidden when all are.
class Strip : public QWidget {
    Q_OBJECT
public:
    explicit Strip(FleetModel &fleet, QWidget *parent = nullptr);
    /// What it says: "helios-lon shows 13:37:48, 4m12s ago · gke-ap partial: 7 of 9 kinds"; empty when hidden.
    QString text() const;

Q_SIGNALS:
    void detailsWanted(sextant::ClusterId id);

protected:
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    bool event(QEvent *event) override;

private:
    struct Entry {
        ClusterId id = ClusterId::None;
        State state = State::Unknown;
        QString name, words, tip;
        QRect area;
    };
    void refresh();
    void layOut();
    std::vector<Entry> m_entries;
    FleetModel &m_fleet;
    bool m_open = false; ///< some sum is a lower bound
};

/// The foot of the window: whether all is live, and how much there is.
class StatusBar : public QWidget {
    Q_OBJECT
public:
    explicit StatusBar(FleetModel &fleet, QWidget *parent = nullptr);
    QString live() const;
    QString totals() const;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void refresh();
    FleetModel &m_fleet;
    StateGlyph *m_glyph;
    TextLabel *m_live;
    TextLabel *m_totals;
};

} // namespace sextant::ui
