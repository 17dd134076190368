// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/query/filterkeys.h"

#include <QString>
#include <QWidget>

namespace sextant::ui {

class FleetModel;

/// One view of the window. Made lazily by the shell, hidden ones cost nothing (they refresh when shown again).
class Page : public QWidget {
    Q_OBJECT
public:
    using QWidget::QWidget;

    /// "182 of 6,919 pods": what the filter leaves, shown beside it; empty for none.
    virtual QString summary() const { return {}; }
    /// What of this view the filter is asked about; none: the field does not apply.
    virtual FilterTables filterTables() const { return 0; }
    /// What Ctrl+E writes; empty: no export here.
    virtual void exportView() { }
    /// Puts the keyboard where work begins.
    virtual void focusContent() { setFocus(); }
    /// What this view adds to the details of what is selected, as the map its minimap; null: nothing. The details take
    /// it over.
    virtual QWidget *companion() { return nullptr; }
    /// The details stand open beside this view, or no longer.
    virtual void setDetailsShown(bool shown) { Q_UNUSED(shown) }
    /// Brings charts, layouts and models up to date at once, for a picture without a display.
    virtual void settle() { }

Q_SIGNALS:
    void summaryChanged();
    /// Asks the shell for another view, e.g. a problem line that jumps to Pods: "pods", "nodes", "map", ...; "details"
    /// of what is selected; or an action of the window: "add-cluster".
    void viewWanted(const QString &view);
};

Page *makeOverviewPage(FleetModel &fleet, QWidget *parent);
Page *makeMapPage(FleetModel &fleet, QWidget *parent);
Page *makeNodesPage(FleetModel &fleet, QWidget *parent);
Page *makePodsPage(FleetModel &fleet, QWidget *parent);
Page *makeWorkloadsPage(FleetModel &fleet, QWidget *parent);
Page *makeCapacityPage(FleetModel &fleet, QWidget *parent);
Page *makeMigrationPage(FleetModel &fleet, QWidget *parent);
Page *makeReportsPage(FleetModel &fleet, QWidget *parent);
Page *makeDiagnosticsPage(FleetModel &fleet, QWidget *parent);

} // namespace sextant::ui
