// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fleet/podrecord.h"
#include "core/fleet/snapshot.h"

namespace sextant {

// The columns of a pod, by the names of PodCell.
#define POD(cell) m_cluster->m_pods.at<PodCell::cell>(m_slot)

PodRecord PodView::record() const { return {POD(Record), POD(Created)}; }

PodId PodView::id() const { return {m_cluster->id(), m_slot, m_cluster->m_pods.birth(m_slot)}; }
std::uint64_t PodView::revision() const { return m_cluster->m_pods.revision(m_slot); }
std::string_view PodView::name() const { return PodRecord::nameIn(POD(Record)); }
std::string_view PodView::ns() const { return m_cluster->strings().view(POD(Namespace)); }

std::string PodView::uid() const
{
    const Uid uid = POD(Uid);
    return uid.high == 0 ? std::string(record().uid) : uuidText(uid);
}

std::string PodView::resourceVersion() const { return record().resourceVersion(); }
Time PodView::created() const { return unpackTime(POD(Created)); }
Time PodView::deleted() const { return record().deleted; }
std::string_view PodView::node() const { return m_cluster->strings().view(POD(Node)); }
std::uint32_t PodView::nodeSlot() const { return POD(NodeSlot); }
std::string_view PodView::nominatedNode() const { return m_cluster->strings().view(record().nominatedNode); }
std::string_view PodView::ip() const { return PodRecord::ipIn(POD(Record)); }
std::string_view PodView::hostIp() const { return m_cluster->strings().view(record().hostIp); }
std::string_view PodView::phase() const { return m_cluster->strings().view(record().phase); }
std::string_view PodView::qos() const { return m_cluster->strings().view(record().qos); }
std::string_view PodView::status() const { return m_cluster->strings().view(POD(Status)); }

State PodView::state() const
{
    const State own = POD(State);
    if (own == State::Ok || own == State::Warning) {
        const auto node = m_cluster->nodeBySlot(nodeSlot());
        if (node && node->silent()) {
            return State::Unknown;
        }
    }
    return own;
}

int PodView::ready() const { return POD(Ready); }
bool PodView::readyKnown() const { return (POD(Flags) & PodReadyUnknown) == 0; }
bool PodView::restartsKnown() const { return (POD(Flags) & PodRestartsUnknown) == 0; }
int PodView::containersTotal() const { return POD(Total); }
std::uint32_t PodView::restarts() const { return POD(Restarts); }
Time PodView::lastRestart() const { return record().lastRestart; }
std::string_view PodView::readinessGates() const { return record().readinessGates; }
std::string_view PodView::priorityClass() const { return m_cluster->strings().view(record().priorityClass); }
std::string_view PodView::serviceAccount() const { return m_cluster->strings().view(record().serviceAccount); }

MilliCpu PodView::wideCpu(std::size_t cell) const
{
    return cell == PodCell::CpuRequested ? record().cpuRequested : record().cpuLimit;
}
Bytes PodView::wideMemory(std::size_t cell) const
{
    return cell == PodCell::MemoryRequested ? record().memoryRequested : record().memoryLimit;
}

std::vector<std::string_view> PodView::unlimitedCpu() const
{
    std::vector<std::string_view> names;
    for (const auto &container : record().containers()) {
        if (container.cpuUnlimited) {
            names.push_back(m_cluster->strings().view(container.name));
        }
    }
    return names;
}

std::vector<std::string_view> PodView::unlimitedMemory() const
{
    std::vector<std::string_view> names;
    for (const auto &container : record().containers()) {
        if (container.memoryUnlimited) {
            names.push_back(m_cluster->strings().view(container.name));
        }
    }
    return names;
}

std::uint32_t PodView::controllerSlot() const { return POD(ControllerSlot); }
std::uint32_t PodView::workloadSlot() const { return POD(WorkloadSlot); }

std::string_view PodView::workloadKind() const
{
    const auto workload = m_cluster->workloadBySlot(workloadSlot());
    return workload ? workload->kindText() : m_cluster->strings().view(record().ownerKind);
}

std::string_view PodView::workloadName() const
{
    const auto workload = m_cluster->workloadBySlot(workloadSlot());
    return workload ? workload->name() : record().ownerName;
}

std::string_view PodView::team() const { return m_cluster->strings().view(POD(Team)); }
std::string_view PodView::statusMessage() const { return record().statusMessage; }

std::vector<ConditionView> PodView::conditions() const
{
    const StringPool &strings = m_cluster->strings();
    std::vector<ConditionView> out;
    for (const auto &row : record().conditions()) {
        const auto status = row.knownStatus.empty() ? strings.view(row.status) : row.knownStatus;
        out.push_back({strings.view(row.type), status, strings.view(row.reason), row.message, row.since});
    }
    return out;
}

std::vector<ContainerView> PodView::containers() const
{
    const StringPool &strings = m_cluster->strings();
    std::vector<ContainerView> out;
    for (const auto &row : record().containers()) {
        ContainerView view;
        view.kind = row.kind;
        view.state = row.state;
        view.ready = row.ready;
        view.name = strings.view(row.name);
        view.image = strings.view(row.image);
        view.reason = strings.view(row.reason);
        view.message = row.message;
        view.since = row.since;
        view.exitCode = row.exitCode;
        view.restarts = row.restarts;
        view.hasLast = row.hasLast;
        view.lastReason = strings.view(row.lastReason);
        view.lastExitCode = row.lastExitCode;
        view.lastSignal = row.lastSignal;
        view.lastFinished = row.lastFinished;
        view.cpuRequest = row.cpuRequest;
        view.cpuLimit = row.cpuLimit;
        view.memoryRequest = row.memoryRequest;
        view.memoryLimit = row.memoryLimit;
        out.push_back(view);
    }
    return out;
}

#undef POD

} // namespace sextant
