// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/nodetablemodel.h"

#include "ui/models/celltext.h"

#include <QCoreApplication>

namespace sextant::ui {

namespace {

QString tip(const char *text) { return QCoreApplication::translate("NodeTableModel", text); }

std::vector<ColumnInfo> nodeColumns()
{
    const auto word = [](const char *text) { return QString::fromLatin1(text); };
    return {
        {word("cluster"), word("CLUSTER"), {}, tip("The cluster it belongs to"), CellLook::Mark, 86},
        {word("name"), word("NAME"), {}, tip("Its name"), CellLook::Name, 190},
        {word("status"), word("STATUS"), {}, tip("kubectl's word for its state; sorted by how bad it is"),
            CellLook::State, 178, 0, true},
        {word("roles"), word("ROLES"), {}, tip("From its labels"), CellLook::Text, 96},
        {word("age"), word("AGE"), {}, tip("Since it was created"), CellLook::Number, 60},
        {word("version"), word("VERSION"), {}, tip("Of its kubelet"), CellLook::Text, 84},
        {word("pods"), word("PODS"), {}, tip("Pods that count on it, of those it may run"), CellLook::Number, 68, 0,
            true},
        {word("cpu"), word("CPU"), word("req"),
            tip("CPU requested, in percent of its allocatable; the bar: used inside requested inside allocatable"),
            CellLook::Meter, 182, 0, true},
        {word("memory"), word("MEM"), word("req"),
            tip("Memory requested, in percent of its allocatable; the bar: used inside requested inside allocatable"),
            CellLook::Meter, 176, 0, true},
        {word("pool"), word("POOL"), {}, tip("Its node pool, from its labels"), CellLook::Text, 104, 1920},
        {word("zone"), word("ZONE"), {}, tip("From its labels"), CellLook::Text, 116, 1920},
        {word("instance-type"), word("INSTANCE-TYPE"), {}, tip("From its labels"), CellLook::Text, 124, 1920},
        {word("internal-ip"), word("INTERNAL-IP"), {}, tip("Its address inside"), CellLook::Text, 112, 1920},
        {word("cpu-used"), word("CPU"), word("used"), tip("CPU used, in percent of its allocatable"), CellLook::Number,
            124, 1920, true},
        {word("memory-used"), word("MEM"), word("used"), tip("Memory used, in percent of its allocatable"),
            CellLook::Number, 116, 1920, true},
        {word("cpu-limit"), word("CPU"), word("limits"),
            tip("Sum of its pods' CPU limits, in percent of its allocatable; + where a container has none"),
            CellLook::Number, 138, 2560, true},
        {word("memory-limit"), word("MEM"), word("limits"),
            tip("Sum of its pods' memory limits, in percent of its allocatable; + where a container has none"),
            CellLook::Number, 130, 2560, true},
        {word("cpu-allocatable"), word("CPU"), word("allocatable"), tip("CPU its pods may request"), CellLook::Number,
            112, 2560, true},
        {word("memory-allocatable"), word("MEM"), word("allocatable"), tip("Memory its pods may request"),
            CellLook::Number, 118, 2560, true},
        {word("taints"), word("TAINTS"), {}, tip("Its taints; sorted by their number"), CellLook::Text, 180, 2560,
            true},
        {word("team"), word("TEAM"), {}, tip("The team that owns it, by its labels"), CellLook::Text, 96, kOnlyChosen},
        {word("external-ip"), word("EXTERNAL-IP"), {}, tip("Its address outside"), CellLook::Text, 112, kOnlyChosen},
        {word("os-image"), word("OS-IMAGE"), {}, tip("Its operating system"), CellLook::Text, 190, 2560},
        {word("kernel"), word("KERNEL-VERSION"), {}, tip("Its kernel"), CellLook::Text, 132, kOnlyChosen},
        {word("runtime"), word("CONTAINER-RUNTIME"), {}, tip("What runs its containers"), CellLook::Text, 140,
            kOnlyChosen},
        {word("architecture"), word("ARCH"), {}, tip("Its processor's architecture"), CellLook::Text, 70, kOnlyChosen},
    };
}

QString inBrackets(const QString &text) { return QLatin1Char('(') + text + QLatin1Char(')'); }

/// "1,234m (8 %)", the share left out where it is not known; + where something is without a limit.
Cell ofAllocatable(const QString &text, std::int64_t part, std::int64_t whole, bool more = false)
{
    Cell cell{more ? QString(text + QLatin1Char('+')) : text};
    if (percentOf(part, whole)) {
        cell.note = inBrackets(percentText(part, whole));
    }
    return cell;
}

QString taintText(const NodeDraft &node)
{
    QStringList out;
    for (const TaintDraft &taint : node.taints) {
        out << shown(
            taint.value.empty() ? taint.key + ":" + taint.effect : taint.key + "=" + taint.value + ":" + taint.effect);
    }
    return out.join(QStringLiteral(", "));
}

} // namespace

NodeTableModel::NodeTableModel(QObject *parent)
    : TableModel(TableKind::Nodes, nodeColumns(), static_cast<int>(NodeColumn::Name), parent)
{
    static_assert(kNodeColumns == 26, "nodeColumns() names them all, in order");
}

const Sums &NodeTableModel::sumsAt(int row) const
{
    static const Sums none;
    const auto &sums = picture()->accounting(refAt(row).cluster).byNode;
    return refAt(row).slot < sums.size() ? sums[refAt(row).slot] : none;
}

QString NodeTableModel::nameAt(int row) const { return QString::fromStdString(nodeAt(row).draft().name); }

Cell NodeTableModel::cellOf(int row, int column) const
{
    const NodeView node = nodeAt(row);
    const NodeDraft &d = node.draft();
    const Sums &sums = sumsAt(row);
    switch (static_cast<NodeColumn>(column)) {
    case NodeColumn::Cluster:
        return {.text = shown(node.cluster().name()), .mark = node.cluster().status().orchestrator};
    case NodeColumn::Name:
        return {shown(d.name)};
    case NodeColumn::Status:
        return {.text = shown(d.status), .state = d.state};
    case NodeColumn::Roles: {
        QStringList roles;
        for (const std::string &role : d.roles) {
            roles << shown(role);
        }
        return {roles.isEmpty() ? orNone({}) : roles.join(QLatin1Char(','))};
    }
    case NodeColumn::Age:
        return {ageText(d.created, now())};
    case NodeColumn::Version:
        return {shown(d.version)};
    case NodeColumn::Pods:
        return {countText(sums.pods) + QLatin1Char('/') + countText(node.podsAllocatable().value)};
    case NodeColumn::Cpu: {
        Cell cell =
            ofAllocatable(cpuText(MilliCpu(sums.cpu.requested)), sums.cpu.requested, node.cpuAllocatable().value);
        cell.bar =
            barOfAllocatable(node.cpuUsed().value, sums.cpu.requested, Count::kUnknown, node.cpuAllocatable().value);
        return cell;
    }
    case NodeColumn::Memory: {
        Cell cell = ofAllocatable(
            bytesText(Bytes(sums.memory.requested)), sums.memory.requested, node.memoryAllocatable().value);
        cell.bar = barOfAllocatable(
            node.memoryUsed().value, sums.memory.requested, Count::kUnknown, node.memoryAllocatable().value);
        return cell;
    }
    case NodeColumn::Pool:
        return {shown(d.pool)};
    case NodeColumn::Zone:
        return {shown(d.zone)};
    case NodeColumn::InstanceType:
        return {shown(d.instanceType)};
    case NodeColumn::InternalIp:
        return {orNone(d.internalIp)};
    case NodeColumn::CpuUsed:
        return ofAllocatable(cpuText(node.cpuUsed()), node.cpuUsed().value, node.cpuAllocatable().value);
    case NodeColumn::MemoryUsed:
        return ofAllocatable(bytesText(node.memoryUsed()), node.memoryUsed().value, node.memoryAllocatable().value);
    case NodeColumn::CpuLimit:
        return ofAllocatable(
            cpuText(MilliCpu(sums.cpu.limit)), sums.cpu.limit, node.cpuAllocatable().value, sums.cpu.unlimited > 0);
    case NodeColumn::MemoryLimit:
        return ofAllocatable(bytesText(Bytes(sums.memory.limit)), sums.memory.limit, node.memoryAllocatable().value,
            sums.memory.unlimited > 0);
    case NodeColumn::CpuAllocatable:
        return {cpuText(node.cpuAllocatable())};
    case NodeColumn::MemoryAllocatable:
        return {bytesText(node.memoryAllocatable())};
    case NodeColumn::Taints:
        return {taintText(d)};
    case NodeColumn::Team:
        return {shown(d.team)};
    case NodeColumn::ExternalIp:
        return {orNone(d.externalIp)};
    case NodeColumn::OsImage:
        return {shown(d.osImage)};
    case NodeColumn::Kernel:
        return {shown(d.kernel)};
    case NodeColumn::Runtime:
        return {shown(d.runtime)};
    case NodeColumn::Architecture:
        return {shown(d.architecture)};
    }
    return {};
}

QString NodeTableModel::tipOf(int row, int column) const
{
    const NodeView node = nodeAt(row);
    const Sums &sums = sumsAt(row);
    switch (static_cast<NodeColumn>(column)) {
    case NodeColumn::Age:
        return momentText(node.draft().created);
    case NodeColumn::Cpu:
        return tr("%1 used, %2 requested, of %3 allocatable")
            .arg(cpuText(node.cpuUsed()), cpuText(MilliCpu(sums.cpu.requested)), cpuText(node.cpuAllocatable()));
    case NodeColumn::Memory:
        return tr("%1 used, %2 requested, of %3 allocatable")
            .arg(bytesText(node.memoryUsed()), bytesText(Bytes(sums.memory.requested)),
                bytesText(node.memoryAllocatable()));
    case NodeColumn::CpuLimit:
        return sums.cpu.unlimited > 0
            ? tr("%n pod(s) with a container without a CPU limit", nullptr, sums.cpu.unlimited)
            : QString();
    case NodeColumn::MemoryLimit:
        return sums.memory.unlimited > 0
            ? tr("%n pod(s) with a container without a memory limit", nullptr, sums.memory.unlimited)
            : QString();
    default:
        return {};
    }
}

std::vector<int> NodeTableModel::clockColumns() const { return {static_cast<int>(NodeColumn::Age)}; }

} // namespace sextant::ui
