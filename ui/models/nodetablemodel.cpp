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
        {word("status"), word("STATUS"), {}, tip("Its orchestrator's word for its state; sorted by how bad it is"),
            CellLook::State, 178, 0, true},
        {word("roles"), word("ROLES"), {}, tip("From its labels"), CellLook::Text, 96},
        {word("age"), word("AGE"), {}, tip("Since it was created"), CellLook::Number, 60},
        {word("version"), word("VERSION"), {}, tip("Of its kubelet, of a Helios host its agent's"), CellLook::Text, 84},
        {word("pods"), word("PODS"), {}, tip("Pods that count on it, of those it may run"), CellLook::Number, 68, 0,
            true},
        {word("cpu"), word("CPU"), word("req"),
            tip("CPU requested, in percent of its allocatable, of a Helios host (declared shares) of its capacity; the "
                "bar: "
                "used inside requested inside that"),
            CellLook::Meter, 182, 0, true},
        {word("memory"), word("MEM"), word("req"),
            tip("Memory requested, in percent of its allocatable, of a Helios host of its capacity; the bar: used "
                "inside "
                "requested inside that"),
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
        {.id = word("load"),
            .title = word("LOAD"),
            .tip = tip("Processes that run or wait, over one minute, as a Helios host says"),
            .look = CellLook::Number,
            .width = 58,
            .from = 1440,
            .descendingFirst = true,
            .ofHelios = true},
        {.id = word("memory-in-use"),
            .title = word("MEM"),
            .titleNote = word("in use"),
            .tip = tip("Memory in use with its caches, as a Helios host says, in percent of its capacity"),
            .look = CellLook::Number,
            .width = 102,
            .from = 1440,
            .descendingFirst = true,
            .ofHelios = true},
    };
}

QString inBrackets(const QString &text) { return QLatin1Char('(') + text + QLatin1Char(')'); }

/// "1,234m (8 %)", the share left out where it is not known; + where something is without a limit.
Cell ofWhole(const QString &text, std::int64_t part, std::int64_t whole, bool more = false)
{
    Cell cell{more ? QString(text + QLatin1Char('+')) : text};
    if (percentOf(part, whole)) {
        cell.note = inBrackets(percentText(part, whole));
    }
    return cell;
}

/// Where some pods declare nothing, what the others do is the least it can be.
QString undeclaredText(const ResourceSums &sums)
{
    return sums.undeclared > 0
        ? QCoreApplication::translate("NodeTableModel", "; %1 tasks declare none").arg(countText(sums.undeclared))
        : QString();
}

QString taintText(const NodeView &node)
{
    QStringList out;
    for (const TaintView &taint : node.taints()) {
        std::string text(taint.key);
        for (const std::string_view part :
            {std::string_view(taint.value.empty() ? "" : "="), taint.value, std::string_view(":"), taint.effect}) {
            text += part;
        }
        out << shown(text);
    }
    return out.join(QStringLiteral(", "));
}

} // namespace

NodeTableModel::NodeTableModel(QObject *parent)
    : TableModel(TableKind::Nodes, nodeColumns(), static_cast<int>(NodeColumn::Name), parent)
{
    static_assert(kNodeColumns == 28, "nodeColumns() names them all, in order");
}

Sums NodeTableModel::sumsAt(int row) const { return picture()->accounting(refAt(row).cluster).byNode[nodeAt(row)]; }

QString NodeTableModel::nameAt(int row) const { return QString::fromStdString(std::string(nodeAt(row).name())); }

Cell NodeTableModel::cellOf(int row, int column) const
{
    const NodeView node = nodeAt(row);
    const Sums sums = sumsAt(row);
    // Helios has no notion of roles, addresses, taints, limits of CPU.
    const bool helios = isHelios(row);
    switch (static_cast<NodeColumn>(column)) {
    case NodeColumn::Cluster:
        return {.text = shown(node.cluster().name()), .mark = node.cluster().status().orchestrator};
    case NodeColumn::Name:
        return {shown(node.name())};
    case NodeColumn::Status:
        return {.text = shown(node.status()), .state = node.state()};
    case NodeColumn::Roles: {
        if (helios) {
            return {countText(Count::kUnknown)};
        }
        QStringList roles;
        for (const std::string_view role : node.roles()) {
            roles << shown(role);
        }
        return {roles.isEmpty() ? orNone({}) : roles.join(QLatin1Char(','))};
    }
    case NodeColumn::Age:
        return {ageText(node.created(), now())};
    case NodeColumn::Version:
        return {shown(node.version())};
    case NodeColumn::Pods:
        return {countText(sums.pods) + QLatin1Char('/') + countText(node.podsAllocatable().value)};
    case NodeColumn::Cpu: {
        Cell cell = ofWhole(
            requestText(cpuText(MilliCpu(sums.cpu.requested)), sums.cpu), sums.cpu.requested, node.cpuWhole().value);
        cell.bar = barOfAllocatable(node.cpuUsed().value, sums.cpu.requested, Count::kUnknown, node.cpuWhole().value);
        return cell;
    }
    case NodeColumn::Memory: {
        Cell cell = ofWhole(requestText(bytesText(Bytes(sums.memory.requested)), sums.memory), sums.memory.requested,
            node.memoryWhole().value);
        cell.bar =
            barOfAllocatable(node.memoryUsed().value, sums.memory.requested, Count::kUnknown, node.memoryWhole().value);
        return cell;
    }
    case NodeColumn::Pool:
        return {shown(node.pool())};
    case NodeColumn::Zone:
        return {shown(node.zone())};
    case NodeColumn::InstanceType:
        return {shown(node.instanceType())};
    case NodeColumn::InternalIp:
        return {helios ? countText(Count::kUnknown) : orNone(node.internalIp())};
    case NodeColumn::CpuUsed:
        return ofWhole(cpuText(node.cpuUsed()), node.cpuUsed().value, node.cpuAllocatable().value);
    case NodeColumn::MemoryUsed:
        return ofWhole(bytesText(node.memoryUsed()), node.memoryUsed().value, node.memoryAllocatable().value);
    case NodeColumn::CpuLimit:
        return helios ? Cell{countText(Count::kUnknown)}
                      : ofWhole(cpuText(MilliCpu(sums.cpu.limit)), sums.cpu.limit, node.cpuAllocatable().value,
                          sums.cpu.unlimited > 0);
    case NodeColumn::MemoryLimit:
        if (helios && sums.memory.limit == 0) {
            return {countText(Count::kUnknown)};
        }
        return ofWhole(bytesText(Bytes(sums.memory.limit)), sums.memory.limit, node.memoryWhole().value,
            sums.memory.unlimited > 0 || (helios && sums.memory.undeclared > 0));
    case NodeColumn::CpuAllocatable:
        return {cpuText(node.cpuAllocatable())};
    case NodeColumn::MemoryAllocatable:
        return {bytesText(node.memoryAllocatable())};
    case NodeColumn::Taints:
        return {helios ? countText(Count::kUnknown) : taintText(node)};
    case NodeColumn::Team:
        return {shown(node.team())};
    case NodeColumn::ExternalIp:
        return {helios ? countText(Count::kUnknown) : orNone(node.externalIp())};
    case NodeColumn::OsImage:
        return {shown(node.osImage())};
    case NodeColumn::Kernel:
        return {shown(node.kernel())};
    case NodeColumn::Runtime:
        return {shown(node.runtime())};
    case NodeColumn::Architecture:
        return {shown(node.architecture())};
    case NodeColumn::Load: // what a host that is down said last is no figure of now
        return {node.silent() ? countText(Count::kUnknown) : loadText(node.loadAverage())};
    case NodeColumn::MemoryInUse:
        return node.silent()
            ? Cell{countText(Count::kUnknown)}
            : ofWhole(bytesText(node.memoryInUse()), node.memoryInUse().value, node.memoryCapacity().value);
    }
    return {};
}

QString NodeTableModel::tipOf(int row, int column) const
{
    const NodeView node = nodeAt(row);
    const Sums sums = sumsAt(row);
    switch (static_cast<NodeColumn>(column)) {
    case NodeColumn::Age:
        return momentText(node.created());
    case NodeColumn::Cpu:
        return node.wholeIsCapacity()
            ? tr("%1 declared as CPU shares, of %2 capacity; what is used is not measured")
                    .arg(requestText(cpuText(MilliCpu(sums.cpu.requested)), sums.cpu), cpuText(node.cpuWhole()))
                + undeclaredText(sums.cpu)
            : tr("%1 used, %2 requested, of %3 allocatable")
                  .arg(cpuText(node.cpuUsed()), cpuText(MilliCpu(sums.cpu.requested)), cpuText(node.cpuAllocatable()));
    case NodeColumn::Memory:
        return node.wholeIsCapacity() ? tr("%1 declared, of %2 capacity; what tasks use is not measured")
                                            .arg(requestText(bytesText(Bytes(sums.memory.requested)), sums.memory),
                                                bytesText(node.memoryWhole()))
                + undeclaredText(sums.memory)
                                      : tr("%1 used, %2 requested, of %3 allocatable")
                                            .arg(bytesText(node.memoryUsed()), bytesText(Bytes(sums.memory.requested)),
                                                bytesText(node.memoryAllocatable()));
    case NodeColumn::Status:
        return node.reported() == kNoTime
            ? QString()
            : tr("last report %1 %2").arg(momentText(node.reported()), agoText(node.reported(), now()));
    case NodeColumn::Load:
    case NodeColumn::MemoryInUse: {
        const QString last = static_cast<NodeColumn>(column) == NodeColumn::Load ? loadText(node.loadAverage())
                                                                                 : bytesText(node.memoryInUse());
        return node.silent() && node.reported() != kNoTime
            ? tr("the last it said was %1 %2").arg(last, agoText(node.reported(), now()))
            : QString();
    }
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
