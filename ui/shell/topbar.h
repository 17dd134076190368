// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/bridge/fleetmodel.h"
#include "ui/shell/searchfield.h"
#include "ui/theme/widgets.h"

#include <QMenu>
#include <QWidget>

#include <map>

class QHBoxLayout;

namespace sextant::ui {

/// Mark and name, the search field, a chip for each cluster, settings. 40 high.
class TopBar : public QWidget {
    Q_OBJECT
public:
    TopBar(FleetModel &fleet, QMenu *settings, QWidget *parent = nullptr);

    SearchField *search() const { return m_search; }
    /// Below 1280: a short search field, chips of mark and glyph alone.
    void setNarrow(bool narrow);
    /// The chip of a cluster; null while it is among those behind "+n".
    ChipButton *chip(ClusterId id) const;

Q_SIGNALS:
    void addWanted();
    void removeWanted(sextant::ClusterId id);
    void detailsWanted(sextant::ClusterId id);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void refresh();
    void menuOf(ClusterId id, QWidget *chip);
    void restMenu();

    FleetModel &m_fleet;
    SearchField *m_search;
    TextLabel *m_demo;
    QHBoxLayout *m_chipRow;
    std::map<ClusterId, ChipButton *> m_chips;
    std::vector<ClusterId> m_order; ///< of the chips as they stand
    std::vector<ClusterId> m_rest;
    ChipButton *m_more;
    IconButton *m_add;
    bool m_narrow = false;
};

} // namespace sextant::ui
