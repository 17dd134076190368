// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/podtablemodel.h"

#include "ui/models/celltext.h"

#include <QCoreApplication>

namespace sextant::ui {

namespace {

QString tip(const char *text) { return QCoreApplication::translate("PodTableModel", text); }

std::vector<ColumnInfo> podColumns()
{
    const auto word = [](const char *text) { return QString::fromLatin1(text); };
    const QString usedOfRequest = word("used / req");
    return {
        {word("cluster"), word("CLUSTER"), {}, tip("The cluster it runs in"), CellLook::Mark, 86},
        {word("namespace"), word("NAMESPACE"), {}, tip("Its namespace"), CellLook::Text, 88},
        {word("name"), word("NAME"), {}, tip("Its name"), CellLook::Name, 200},
        {word("ready"), word("READY"), {}, tip("Containers that are ready, of all; sorted by the share"),
            CellLook::Number, 54},
        {word("status"), word("STATUS"), {}, tip("Its orchestrator's word for its state; sorted by how bad it is"),
            CellLook::State, 142, 0, true},
        {word("restarts"), word("RESTARTS"), {}, tip("Restarts of its containers, and how long ago the last was"),
            CellLook::Count, 122, 0, true},
        {word("age"), word("AGE"), {}, tip("Since it was created"), CellLook::Number, 56},
        {word("cpu"), word("CPU"), usedOfRequest,
            tip("CPU it uses now; the bar shows it in percent of what it requests"), CellLook::Meter, 114, 0, true},
        {word("memory"), word("MEM"), usedOfRequest,
            tip("Memory it uses now; the bar shows it in percent of what it requests"), CellLook::Meter, 120, 0, true},
        {.id = word("node"),
            .title = word("NODE"),
            .tip = tip("The node it was placed on"),
            .look = CellLook::Reference,
            .width = 136,
            .from = 1920,
            .withHelios = true}, // a Helios job's tasks have one name and differ by their hosts
        {word("qos"), word("QOS"), {}, tip("Its class for eviction: Guaranteed, Burstable or BestEffort"),
            CellLook::Text, 92, 1920},
        {word("ip"), word("IP"), {}, tip("Its address in the cluster"), CellLook::Text, 112, 1920},
        {word("cpu-requested"), word("CPU"), word("req"),
            tip("CPU the scheduler charges for it; of a Helios task what its job declares as CPU shares"),
            CellLook::Number, 84, 2560, true},
        {word("memory-requested"), word("MEM"), word("req"),
            tip("Memory the scheduler charges for it; of a Helios task what its job declares"), CellLook::Number, 88,
            2560, true},
        {word("cpu-limit"), word("CPU"), word("limit"), tip("CPU it may use at most; + where a container has no limit"),
            CellLook::Number, 84, 2560, true},
        {word("memory-limit"), word("MEM"), word("limit"),
            tip("Memory it may use at most; + where a container has no limit"), CellLook::Number, 92, 2560, true},
        {word("owner"), word("OWNER"), {}, tip("The topmost controller that is known"), CellLook::Reference, 200, 2560},
        {word("team"), word("TEAM"), {}, tip("The team that owns it, by its labels or its namespace's"), CellLook::Text,
            96, 2560},
        {word("nominated-node"), word("NOMINATED NODE"), {},
            tip("Where the scheduler means to place it once there is room"), CellLook::Text, 130, kOnlyChosen},
        {word("readiness-gates"), word("READINESS GATES"), {}, tip("Readiness gates that are met, of all"),
            CellLook::Text, 124, kOnlyChosen},
        {word("priority"), word("PRIORITY"), {}, tip("Its priority class"), CellLook::Text, 130, 2560},
        {word("service-account"), word("SERVICE ACCOUNT"), {}, tip("The account it runs as"), CellLook::Text, 130,
            2560},
    };
}

QString limitText(const QString &text, bool known, bool unlimited)
{
    return known && unlimited ? QString(text + QLatin1Char('+')) : text;
}

QString namesOf(const std::vector<std::string_view> &names)
{
    QStringList out;
    for (const std::string_view name : names) {
        out << shown(name);
    }
    return out.join(QStringLiteral(", "));
}

} // namespace

PodTableModel::PodTableModel(QObject *parent)
    : TableModel(TableKind::Pods, podColumns(), static_cast<int>(PodColumn::Name), parent)
{
    static_assert(kPodColumns == 22, "podColumns() names them all, in order");
}

QString PodTableModel::nameAt(int row) const
{
    const std::string_view name = podAt(row).name();
    return QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size()));
}

Cell PodTableModel::cellOf(int row, int column) const
{
    const PodView pod = podAt(row);
    // Of a Helios task nobody knows an address, a class, an account: they are not "none".
    const bool helios = isHelios(row);
    const QString unknown = countText(Count::kUnknown);
    switch (static_cast<PodColumn>(column)) {
    case PodColumn::Cluster:
        return {.text = shown(pod.cluster().name()), .mark = pod.cluster().status().orchestrator};
    case PodColumn::Namespace:
        return {shown(pod.ns())};
    case PodColumn::Name:
        return {shownName(pod.name(), pod.cluster().status().orchestrator)};
    case PodColumn::Ready:
        return {pod.readyKnown()
                ? QString(QString::number(pod.ready()) + QLatin1Char('/') + QString::number(pod.containersTotal()))
                : unknown};
    case PodColumn::Status:
        return {.text = shown(pod.status()), .state = pod.state()};
    case PodColumn::Restarts:
        if (!pod.restartsKnown()) {
            return {unknown};
        }
        return {countText(pod.restarts()), pod.restarts() > 0 ? agoText(pod.lastRestart(), now()) : QString()};
    case PodColumn::Age:
        return {ageText(pod.created(), now())};
    case PodColumn::Cpu:
        return {.text = cpuText(pod.cpuUsed()),
            .bar = barOfRequest(pod.cpuUsed().value, pod.cpuRequested().value, pod.cpuLimit().value)};
    case PodColumn::Memory:
        return {.text = memoryText(pod.memoryUsed()),
            .bar = barOfRequest(pod.memoryUsed().value, pod.memoryRequested().value, pod.memoryLimit().value)};
    case PodColumn::Node:
        return {orNone(pod.node())};
    case PodColumn::Qos:
        return {helios ? unknown : shown(pod.qos())};
    case PodColumn::Ip:
        return {helios ? unknown : orNone(pod.ip())};
    case PodColumn::CpuRequested:
        return {cpuText(pod.cpuRequested())};
    case PodColumn::MemoryRequested:
        return {memoryText(pod.memoryRequested())};
    case PodColumn::CpuLimit:
        return {limitText(cpuText(pod.cpuLimit()), pod.cpuLimit().known(), pod.cpuUnlimited())};
    case PodColumn::MemoryLimit:
        return {limitText(memoryText(pod.memoryLimit()), pod.memoryLimit().known(), pod.memoryUnlimited())};
    case PodColumn::Owner:
        return {shownName(pod.workloadName(), pod.cluster().status().orchestrator), shownKind(pod.workloadKind())};
    case PodColumn::Team:
        return {shown(pod.team())};
    case PodColumn::NominatedNode:
        return {helios ? unknown : orNone(pod.nominatedNode())};
    case PodColumn::ReadinessGates:
        return {helios ? unknown : orNone(pod.readinessGates())};
    case PodColumn::Priority:
        return {helios ? unknown : shown(pod.priorityClass())};
    case PodColumn::ServiceAccount:
        return {helios ? unknown : shown(pod.serviceAccount())};
    }
    return {};
}

QString PodTableModel::tipOf(int row, int column) const
{
    const PodView pod = podAt(row);
    const bool helios = isHelios(row);
    const auto declared = [](bool known, const QString &text) {
        return known ? tr("%1 declared by its job; what a task uses is not measured").arg(text)
                     : tr("its job declares none; what a task uses is not measured");
    };
    switch (static_cast<PodColumn>(column)) {
    case PodColumn::Name:
        return helios ? shown(pod.name()) : QString();
    case PodColumn::Status:
        return shown(pod.statusMessage());
    case PodColumn::Ready:
        return pod.readyKnown() ? QString() : tr("its host is down: nobody can tell");
    case PodColumn::Restarts:
        if (!pod.restartsKnown()) {
            return tr("Helios does not count restarts");
        }
        return momentText(pod.lastRestart());
    case PodColumn::Age:
        return helios ? tr("Helios does not say when a task began") : momentText(pod.created());
    case PodColumn::Cpu:
        if (helios) {
            return declared(pod.cpuRequested().known(), tr("%1 as CPU shares").arg(cpuText(pod.cpuRequested())));
        }
        return tr("%1 used of %2 requested (%3), limit %4")
            .arg(cpuText(pod.cpuUsed()), cpuText(pod.cpuRequested()),
                percentText(pod.cpuUsed().value, pod.cpuRequested().value), cpuText(pod.cpuLimit()));
    case PodColumn::Memory:
        if (helios) {
            return declared(pod.memoryRequested().known(), memoryText(pod.memoryRequested()));
        }
        return tr("%1 used of %2 requested (%3), limit %4")
            .arg(memoryText(pod.memoryUsed()), memoryText(pod.memoryRequested()),
                percentText(pod.memoryUsed().value, pod.memoryRequested().value), memoryText(pod.memoryLimit()));
    case PodColumn::CpuLimit:
        return pod.cpuUnlimited() ? tr("Without a limit: %1").arg(namesOf(pod.unlimitedCpu())) : QString();
    case PodColumn::MemoryLimit:
        return pod.memoryUnlimited() ? tr("Without a limit: %1").arg(namesOf(pod.unlimitedMemory())) : QString();
    default:
        return {};
    }
}

std::vector<int> PodTableModel::clockColumns() const
{
    return {static_cast<int>(PodColumn::Restarts), static_cast<int>(PodColumn::Age)};
}

} // namespace sextant::ui
