// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/page.h"
#include "ui/pages/tablestate.h"

#include <memory>

namespace sextant::ui {

class FleetModel;
class TableModel;
class TablePanel;

/// A view that is one table: a TablePanel fed by the fleet's picture, scope, filter and selection.
class TablePage : public Page {
    Q_OBJECT
public:
    TablePage(FleetModel &fleet, std::unique_ptr<TableModel> model, const QString &name, QWidget *parent);
    ~TablePage() override;

    TablePanel &panel() { return *m_panel; }
    QString summary() const override;
    FilterTables filterTables() const override;
    void exportView() override;
    void focusContent() override;
    void settle() override;

protected:
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;

private:
    void pull();
    void act(TableBlank::Action action);
    void showRelated(const AnyId &id);
    FleetModel &m_fleet;
    TablePanel *m_panel;
};

} // namespace sextant::ui
