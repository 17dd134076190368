// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/mainwindow.h"

namespace sextant::ui {

Page *makePage(const QString &view, FleetModel &fleet, QWidget *parent)
{
    using Maker = Page *(*)(FleetModel &, QWidget *);
    static const std::map<QString, Maker> makers{
        {QStringLiteral("overview"), &makeOverviewPage},
        {QStringLiteral("map"), &makeMapPage},
        {QStringLiteral("nodes"), &makeNodesPage},
        {QStringLiteral("pods"), &makePodsPage},
        {QStringLiteral("workloads"), &makeWorkloadsPage},
        {QStringLiteral("capacity"), &makeCapacityPage},
        {QStringLiteral("migration"), &makeMigrationPage},
        {QStringLiteral("reports"), &makeReportsPage},
        {QStringLiteral("diagnostics"), &makeDiagnosticsPage},
    };
    const auto found = makers.find(view);
    return found == makers.end() ? nullptr : found->second(fleet, parent);
}

} // namespace sextant::ui
