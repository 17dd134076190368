// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/tablepage.h"

#include "ui/bridge/fleetmodel.h"
#include "ui/models/tablemodel.h"
#include "ui/pages/tablepanel.h"
#include "ui/pages/tableview.h"

#include <QVBoxLayout>

namespace sextant::ui {

TablePage::TablePage(FleetModel &fleet, std::unique_ptr<TableModel> model, const QString &name, QWidget *parent)
    : Page(parent)
    , m_fleet(fleet)
    , m_panel(new TablePanel(std::move(model), name, this))
{
    setObjectName(name + QStringLiteral("Page"));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_panel);
    setFocusProxy(m_panel);
    m_panel->setCommand([&fleet](const AnyId &id) { return fleet.kubectlCommand(id); });
    m_panel->setWindowNamesClusters(true);
    m_panel->setActive(false);

    connect(&fleet, &FleetModel::pictureChanged, this, &TablePage::pull);
    connect(&fleet, &FleetModel::scopeChanged, this, &TablePage::pull);
    connect(&fleet, &FleetModel::filterChanged, this, &TablePage::pull);
    connect(&fleet, &FleetModel::tick, this, [this] {
        if (isVisible()) {
            m_panel->setNow(m_fleet.now());
        }
    });
    connect(&fleet, &FleetModel::selectionChanged, this, [this] {
        if (isVisible()) {
            m_panel->view().setCurrentId(m_fleet.selection());
        }
    });
    connect(m_panel, &TablePanel::summaryChanged, this, &Page::summaryChanged);
    connect(m_panel, &TablePanel::selected, this, [this](const AnyId &id) { m_fleet.select(id); });
    connect(m_panel, &TablePanel::detailsWanted, this, [this](const AnyId &id) {
        m_fleet.select(id);
        Q_EMIT viewWanted(QStringLiteral("details"));
    });
    connect(m_panel, &TablePanel::mapWanted, this, [this](const AnyId &id) {
        m_fleet.select(id);
        Q_EMIT viewWanted(QStringLiteral("map"));
    });
    connect(m_panel, &TablePanel::relatedWanted, this, &TablePage::showRelated);
    connect(m_panel, &TablePanel::blankAction, this, &TablePage::act);
    pull();
}

TablePage::~TablePage() = default;

QString TablePage::summary() const { return m_panel->summary(); }

FilterTables TablePage::filterTables() const
{
    return static_cast<FilterTables>(filterTableOf(m_panel->model().kind()));
}

void TablePage::exportView() { m_panel->askExport(); }
void TablePage::focusContent() { m_panel->view().takeKeyboard(); }

void TablePage::pull()
{
    // Cheap while hidden: the model only takes note.
    m_panel->model().setScope(m_fleet.scope());
    m_panel->model().setFilter(m_fleet.filter());
    m_panel->setPicture(m_fleet.picture());
}

void TablePage::settle()
{
    pull();
    m_panel->setNow(m_fleet.now());
    m_panel->model().settle();
    m_panel->view().setCurrentId(m_fleet.selection());
}

void TablePage::showEvent(QShowEvent *event)
{
    Page::showEvent(event);
    m_panel->setNow(m_fleet.now());
    m_panel->setActive(true);
    m_panel->view().setCurrentId(m_fleet.selection());
}

void TablePage::hideEvent(QHideEvent *event)
{
    Page::hideEvent(event);
    m_panel->setActive(false);
}

void TablePage::act(TableBlank::Action action)
{
    switch (action) {
    case TableBlank::Action::None:
        break;
    case TableBlank::Action::ClearFilter:
        m_fleet.setFilter({});
        break;
    case TableBlank::Action::ShowCluster: {
        Scope scope;
        scope.cluster = m_fleet.scope().cluster;
        m_fleet.setScope(scope);
        break;
    }
    case TableBlank::Action::ShowFleet:
        m_fleet.setScope({});
        break;
    case TableBlank::Action::Retry:
        m_fleet.engine().retry(m_fleet.scope().cluster);
        break;
    }
}

void TablePage::showRelated(const AnyId &id)
{
    const Snapshot &snapshot = m_fleet.picture()->snapshot();
    if (const auto *podId = std::get_if<PodId>(&id)) {
        const auto pod = snapshot.find(*podId);
        const auto node = pod ? pod->cluster().nodeBySlot(pod->nodeSlot()) : std::nullopt;
        if (node) {
            m_fleet.setFilter({});
            m_fleet.select(node->id());
            Q_EMIT viewWanted(QStringLiteral("nodes"));
        }
        return;
    }
    std::string filter;
    if (const auto *nodeId = std::get_if<NodeId>(&id)) {
        const auto node = snapshot.find(*nodeId);
        filter = node ? "node=" + Filter::value(node->name()) : std::string();
    } else if (const auto *workloadId = std::get_if<WorkloadId>(&id)) {
        const auto workload = snapshot.find(*workloadId);
        filter = workload ? "workload=" + Filter::value(workload->name()) : std::string();
    }
    if (!filter.empty()) {
        m_fleet.setFilter(QString::fromStdString(filter));
        Q_EMIT viewWanted(QStringLiteral("pods"));
    }
}

} // namespace sextant::ui
