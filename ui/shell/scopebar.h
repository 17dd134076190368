// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/bridge/fleetmodel.h"
#include "ui/shell/filterfield.h"
#include "ui/theme/widgets.h"

#include <QMenu>
#include <QWidget>

#include <vector>

class QHBoxLayout;

namespace sextant::ui {

/// What the views are narrowed to, as crumbs with menus, and the filter of the view. 40 high.
class ScopeBar : public QWidget {
    Q_OBJECT
public:
    explicit ScopeBar(FleetModel &fleet, QWidget *parent = nullptr);

    FilterField *filter() const { return m_filter; }
    void setFilterTables(FilterTables tables); ///< what the view asks it about; none: it is hidden
    void setSummary(const QString &summary);
    /// The crumbs as they read: "Fleet › gke-eu › pool default".
    QString path() const;
    /// One step up; false when the whole fleet is shown already.
    bool up();
    /// The menu of places to narrow to, filled for the scope of this moment.
    QMenu *menu();

Q_SIGNALS:
    void filterLeft(); ///< Esc in an empty field or Enter: the keyboard goes back to the view

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void rebuild();
    void fillMenu();
    QAbstractButton *crumb(const QString &text, bool last, std::optional<Orchestrator> mark);

    FleetModel &m_fleet;
    QHBoxLayout *m_crumbRow;
    QWidget *m_crumbs;
    FilterField *m_filter;
    TextLabel *m_summary;
    QMenu *m_menu;
    QStringList m_path;
};

} // namespace sextant::ui
