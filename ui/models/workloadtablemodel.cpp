// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/workloadtablemodel.h"

#include "ui/models/celltext.h"

#include <QCoreApplication>

#include <algorithm>

namespace sextant::ui {

namespace {

QString tip(const char *text) { return QCoreApplication::translate("WorkloadTableModel", text); }

std::vector<ColumnInfo> workloadColumns()
{
    const auto word = [](const char *text) { return QString::fromLatin1(text); };
    const QString usedOfRequest = word("used / req");
    return {
        {word("cluster"), word("CLUSTER"), {}, tip("The cluster it runs in"), CellLook::Mark, 86},
        {word("namespace"), word("NAMESPACE"), {}, tip("Its namespace"), CellLook::Text, 92},
        {word("kind"), word("KIND"), {}, tip("What kind of controller it is"), CellLook::Text, 112},
        {word("name"), word("NAME"), {}, tip("Its name"), CellLook::Name, 180},
        {word("ready"), word("READY"), {}, tip("Pods that are ready, of those wanted; sorted by the share"),
            CellLook::Number, 62},
        {word("up-to-date"), word("UP-TO-DATE"), {},
            tip("Pods of the newest revision; of a deployment group hosts that run the wanted job"), CellLook::Number,
            88, 0, true},
        {word("available"), word("AVAILABLE"), {}, tip("Pods that have been ready long enough"), CellLook::Number, 80,
            0, true},
        {word("age"), word("AGE"), {}, tip("Since it was created"), CellLook::Number, 60},
        {word("status"), word("STATUS"), {},
            tip("How it stands; the bar of a roll-out is the share of its hosts that run what is wanted; sorted by how "
                "bad it is"),
            CellLook::State, 212, 0, true},
        {word("pods"), word("PODS"), {}, tip("Its pods that are neither finished nor failed"), CellLook::Number, 54, 0,
            true},
        {word("cpu"), word("CPU"), usedOfRequest,
            tip("CPU its pods use now; the bar shows it in percent of what they request"), CellLook::Meter, 122, 0,
            true},
        {word("memory"), word("MEM"), usedOfRequest,
            tip("Memory its pods use now; the bar shows it in percent of what they request"), CellLook::Meter, 126, 0,
            true},
        {word("team"), word("TEAM"), {}, tip("The team that owns it, by its labels or its namespace's"), CellLook::Text,
            96, 1920},
        {word("cpu-requested"), word("CPU"), word("req"),
            tip("CPU the scheduler charges for its pods; of Helios what jobs declare as CPU shares"), CellLook::Number,
            92, 1920, true},
        {word("memory-requested"), word("MEM"), word("req"),
            tip("Memory the scheduler charges for its pods; of Helios what jobs declare"), CellLook::Number, 92, 1920,
            true},
        {word("images"), word("IMAGES"), {}, tip("Its containers' images"), CellLook::Reference, 240, 1920},
        {word("schedule"), word("SCHEDULE"), {}, tip("When it runs, and in which zone"), CellLook::Text, 130, 2560},
        {word("completions"), word("COMPLETIONS"), {}, tip("Runs that are done, of those wanted"), CellLook::Text, 96,
            2560},
        {word("last-schedule"), word("LAST SCHEDULE"), {}, tip("Since it ran last"), CellLook::Number, 112, 2560},
        {word("revision"), word("REVISION"), {}, tip("Its revision"), CellLook::Number, 80, 2560, true},
        {word("containers"), word("CONTAINERS"), {}, tip("Its containers' names"), CellLook::Text, 140, kOnlyChosen},
        {word("selector"), word("SELECTOR"), {}, tip("The labels of its pods"), CellLook::Text, 190, kOnlyChosen},
        {word("node-selector"), word("NODE SELECTOR"), {}, tip("The labels of nodes it runs on"), CellLook::Text, 150,
            kOnlyChosen},
    };
}

/// How far a roll-out under way is.
Cell rollingCell(const RolloutDraft &rollout, State state)
{
    Cell cell{.text = shown(rollout.status), .state = state};
    const auto updated = std::count_if(
        rollout.hosts.begin(), rollout.hosts.end(), [](const RolloutDraft::Host &host) { return host.updated; });
    cell.note = countText(updated) + QLatin1Char('/') + countText(static_cast<std::int64_t>(rollout.hosts.size()));
    Bar bar;
    bar.cell = true;
    bar.requested = static_cast<double>(updated) / static_cast<double>(rollout.hosts.size());
    cell.bar = bar;
    return cell;
}

QString rolloutTip(const RolloutDraft &rollout)
{
    QStringList lines;
    if (!rollout.error.empty()) {
        lines << shown(rollout.error);
    }
    if (!rollout.job.empty()) {
        lines << tip("wants %1").arg(shown(rollout.job));
    }
    if (!rollout.hostsDown.empty()) {
        lines << tip("%1 of its hosts are down").arg(countText(static_cast<std::int64_t>(rollout.hostsDown.size())));
    }
    return lines.join(QLatin1Char('\n'));
}

} // namespace

WorkloadTableModel::WorkloadTableModel(QObject *parent)
    : TableModel(TableKind::Workloads, workloadColumns(), static_cast<int>(WorkloadColumn::Name), parent)
{
    static_assert(kWorkloadColumns == 23, "workloadColumns() names them all, in order");
}

Sums WorkloadTableModel::sumsAt(int row) const
{
    return picture()->accounting(refAt(row).cluster).byWorkload[refAt(row).slot];
}

QString WorkloadTableModel::nameAt(int row) const
{
    return QString::fromStdString(std::string(workloadAt(row).name()));
}

Cell WorkloadTableModel::cellOf(int row, int column) const
{
    const WorkloadView workload = workloadAt(row);
    const Sums sums = sumsAt(row);
    const bool helios = isHelios(row);
    const auto orUnknown = [helios](QString text) {
        return Cell{helios && text.isEmpty() ? countText(Count::kUnknown) : std::move(text)};
    };
    switch (static_cast<WorkloadColumn>(column)) {
    case WorkloadColumn::Cluster:
        return {.text = shown(workload.cluster().name()), .mark = workload.cluster().status().orchestrator};
    case WorkloadColumn::Namespace:
        return {shown(workload.ns())};
    case WorkloadColumn::Kind:
        return {shownKind(workload.kindText())};
    case WorkloadColumn::Name:
        return {shownName(workload.name(), workload.cluster().status().orchestrator)};
    case WorkloadColumn::Ready:
        return {workload.desired().known()
                ? QString(countText(workload.ready().value) + QLatin1Char('/') + countText(workload.desired().value))
                : countText(workload.ready().value)};
    case WorkloadColumn::UpToDate:
        return {countText(workload.updated().value)};
    case WorkloadColumn::Available:
        return {countText(workload.available().value)};
    case WorkloadColumn::Age:
        return {ageText(workload.created(), now())};
    case WorkloadColumn::Status: {
        if (workload.rolloutStatus() == "ROLLING_OUT") {
            if (const auto rollout = workload.rollout(); !rollout->hosts.empty()) {
                return rollingCell(*rollout, workload.state());
            }
        }
        const std::string_view word = workload.status();
        return {.text = shown(word.empty() ? stateWord(workload.state()) : word), .state = workload.state()};
    }
    case WorkloadColumn::Pods:
        return {countText(sums.pods)};
    case WorkloadColumn::Cpu:
        return {.text = cpuText(MilliCpu(sums.cpu.used)),
            .bar = barOfRequest(sums.cpu.used, sums.cpu.requested, Count::kUnknown)};
    case WorkloadColumn::Memory:
        return {.text = memoryText(Bytes(sums.memory.used)),
            .bar = barOfRequest(sums.memory.used, sums.memory.requested, Count::kUnknown)};
    case WorkloadColumn::Team:
        return {shown(workload.team())};
    case WorkloadColumn::CpuRequested:
        return {requestText(cpuText(MilliCpu(sums.cpu.requested)), sums.cpu)};
    case WorkloadColumn::MemoryRequested:
        return {requestText(memoryText(Bytes(sums.memory.requested)), sums.memory)};
    case WorkloadColumn::Images:
        return {shown(workload.images())};
    case WorkloadColumn::Schedule:
        return {shown(workload.schedule()), shown(workload.draft().timeZone)};
    case WorkloadColumn::Completions:
        return orUnknown(shown(workload.completions()));
    case WorkloadColumn::LastSchedule:
        return {
            workload.lastSchedule() == kNoTime ? countText(Count::kUnknown) : ageText(workload.lastSchedule(), now())};
    case WorkloadColumn::Revision:
        return orUnknown(shown(workload.revisionText()));
    case WorkloadColumn::Containers:
        return orUnknown(shown(workload.containers()));
    case WorkloadColumn::Selector: {
        const auto rollout = workload.rollout();
        return {shown(rollout ? std::string_view(rollout->selectors) : workload.selector())};
    }
    case WorkloadColumn::NodeSelector:
        return {shown(workload.nodeSelector())};
    }
    return {};
}

QString WorkloadTableModel::tipOf(int row, int column) const
{
    const Sums sums = sumsAt(row);
    const WorkloadView workload = workloadAt(row);
    const bool helios = isHelios(row);
    const auto declared = [](const QString &text, const ResourceSums &of) {
        const QString words = of.requested == Count::kUnknown
            ? tr("nothing declared; what tasks use is not measured")
            : tr("%1 declared; what tasks use is not measured").arg(text);
        return of.undeclared > 0 && of.requested != Count::kUnknown
            ? QString(words + tr("; %1 tasks declare none").arg(countText(of.undeclared)))
            : words;
    };
    switch (static_cast<WorkloadColumn>(column)) {
    case WorkloadColumn::Name:
        return helios ? shown(workload.name()) : QString();
    case WorkloadColumn::Status: {
        const auto rollout = workload.rollout();
        return rollout ? rolloutTip(*rollout) : QString();
    }
    case WorkloadColumn::Age:
        return momentText(workload.created());
    case WorkloadColumn::LastSchedule:
        return momentText(workload.lastSchedule());
    case WorkloadColumn::Cpu:
        if (helios) {
            return declared(cpuText(MilliCpu(sums.cpu.requested)), sums.cpu);
        }
        return tr("%1 used of %2 requested (%3)")
            .arg(cpuText(MilliCpu(sums.cpu.used)), cpuText(MilliCpu(sums.cpu.requested)),
                percentText(sums.cpu.used, sums.cpu.requested));
    case WorkloadColumn::Memory:
        if (helios) {
            return declared(memoryText(Bytes(sums.memory.requested)), sums.memory);
        }
        return tr("%1 used of %2 requested (%3)")
            .arg(memoryText(Bytes(sums.memory.used)), memoryText(Bytes(sums.memory.requested)),
                percentText(sums.memory.used, sums.memory.requested));
    default:
        return {};
    }
}

std::vector<int> WorkloadTableModel::clockColumns() const
{
    return {static_cast<int>(WorkloadColumn::Age), static_cast<int>(WorkloadColumn::LastSchedule)};
}

} // namespace sextant::ui
