// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
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
    /// Ctrl+E: asks where to, saves there, and says so if it could not.
    virtual void exportView();
    /// Writes what this view has to give in the format of the file's ending: a picture of it as it stands (.png, .svg)
    /// unless it has figures to write. Io: that file cannot be written, or so called.
    virtual Result<void> save(const QString &file);
    /// Puts the keyboard where work begins.
    virtual void focusContent() { setFocus(); }
    /// What this view adds to the details of what is selected, as the map its minimap; null: nothing. The details take
    /// it over.
    virtual QWidget *companion() { return nullptr; }
    /// The details stand open beside this view, or no longer.
    virtual void setDetailsShown(bool shown) { Q_UNUSED(shown) }
    /// Brings charts, layouts and models up to date at once, for a picture without a display.
    virtual void settle() { }

    struct SaveOffer {
        QString title, name; ///< of the dialogue; the file proposed
        QString kinds; ///< as QFileDialog takes them
    };

Q_SIGNALS:
    void summaryChanged();
    /// Asks the shell for another view, e.g. a problem line that jumps to Pods: "pods", "nodes", "map", ...; "details"
    /// of what is selected; or an action of the window: "add-cluster".
    void viewWanted(const QString &view);

protected:
    virtual SaveOffer saveOffer() const;
    static Error notSaved(const QString &file, const QString &why);
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
