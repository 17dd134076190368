// SPDX-License-Identifier: GPL-3.0-or-later
// Nodes and workloads: how a draft is laid into its columns, and what a view reads out of them again.
#include "core/fleet/draftrows.h"
#include "core/fleet/podrecord.h"
#include "core/fleet/snapshot.h"

namespace sextant {

namespace {

template <class Draft> void clearUuid(Draft &draft, Uid uid)
{
    if (uid.high != 0) {
        draft.uid.clear();
    }
}
template <class Draft> void restoreUuid(Draft &draft, Uid uid)
{
    if (uid.high != 0) {
        draft.uid = uuidText(uid);
    }
}

} // namespace

void setDraft(NodeColumns &nodes, std::uint32_t slot, NodeDraft draft, StringPool &strings, std::string &scratch)
{
    const auto word = [&](std::string &text) { return strings.intern(std::exchange(text, {})); };
    const auto amount = [](auto &figure) { return std::exchange(figure, {}).value; };
    const Uid uid = packUid(draft.uid);
    clearUuid(draft, uid);
    nodes.set<NodeCell::Uid>(slot, uid);
    nodes.set<NodeCell::Name>(slot, word(draft.name));
    nodes.set<NodeCell::State>(slot, std::exchange(draft.state, {}));
    nodes.set<NodeCell::Flags>(slot,
        static_cast<std::uint8_t>((std::exchange(draft.silent, false) ? NodeSilent : 0)
            | (std::exchange(draft.cordoned, false) ? NodeCordoned : 0)));
    nodes.set<NodeCell::Pool>(slot, word(draft.pool));
    nodes.set<NodeCell::Zone>(slot, word(draft.zone));
    nodes.set<NodeCell::CpuCapacity>(slot, amount(draft.capacity.cpu));
    nodes.set<NodeCell::CpuAllocatable>(slot, amount(draft.allocatable.cpu));
    nodes.set<NodeCell::MemoryCapacity>(slot, amount(draft.capacity.memory));
    nodes.set<NodeCell::MemoryAllocatable>(slot, amount(draft.allocatable.memory));
    nodes.set<NodeCell::PodsAllocatable>(slot, amount(draft.allocatable.pods));
    packDraft(draft, strings, scratch);
    nodes.set<NodeCell::Record>(slot, scratch);
}

void setDraft(
    WorkloadColumns &workloads, std::uint32_t slot, WorkloadDraft draft, StringPool &strings, std::string &scratch)
{
    const auto word = [&](std::string &text) { return strings.intern(std::exchange(text, {})); };
    const Uid uid = packUid(draft.uid);
    clearUuid(draft, uid);
    workloads.set<WorkloadCell::Uid>(slot, uid);
    workloads.set<WorkloadCell::Namespace>(slot, word(draft.ns));
    workloads.set<WorkloadCell::KindText>(slot, word(draft.kindText));
    workloads.set<WorkloadCell::Kind>(slot, std::exchange(draft.kind, {}));
    workloads.set<WorkloadCell::State>(slot, std::exchange(draft.state, {}));
    packDraft(draft, strings, scratch);
    workloads.set<WorkloadCell::Record>(slot, scratch);
}

// The columns, by the names of NodeCell and WorkloadCell; words of the pool; fields of the record.
#define NODE(cell) m_cluster->m_nodes.at<NodeCell::cell>(m_slot)
#define WORKLOAD(cell) m_cluster->m_workloads.at<WorkloadCell::cell>(m_slot)

template <auto Field, class Out> Out NodeView::field() const
{
    return fieldIn<NodeDraft, Field, Out>(NODE(Record), m_cluster->strings());
}
template <auto Field, class Out> Out WorkloadView::field() const
{
    return fieldIn<WorkloadDraft, Field, Out>(WORKLOAD(Record), m_cluster->strings());
}

NodeDraft NodeView::draft() const
{
    auto draft = unpackDraft<NodeDraft>(NODE(Record), m_cluster->strings());
    restoreUuid(draft, NODE(Uid));
    draft.name = name();
    draft.state = state();
    draft.silent = silent();
    draft.cordoned = cordoned();
    draft.pool = pool();
    draft.zone = zone();
    draft.capacity.cpu = cpuCapacity();
    draft.allocatable.cpu = cpuAllocatable();
    draft.capacity.memory = memoryCapacity();
    draft.allocatable.memory = memoryAllocatable();
    draft.allocatable.pods = podsAllocatable();
    return draft;
}

NodeId NodeView::id() const { return {m_cluster->id(), m_slot, m_cluster->m_nodes.birth(m_slot)}; }
std::uint64_t NodeView::revision() const { return m_cluster->m_nodes.revision(m_slot); }

std::string NodeView::uid() const
{
    const Uid uid = NODE(Uid);
    return uid.high == 0 ? field<&NodeDraft::uid, std::string>() : uuidText(uid);
}

std::string_view NodeView::name() const { return m_cluster->strings().view(NODE(Name)); }
std::string_view NodeView::status() const { return field<&NodeDraft::status, std::string_view>(); }
State NodeView::state() const { return NODE(State); }
bool NodeView::silent() const { return (NODE(Flags) & NodeSilent) != 0; }
bool NodeView::cordoned() const { return (NODE(Flags) & NodeCordoned) != 0; }
std::string_view NodeView::pool() const { return m_cluster->strings().view(NODE(Pool)); }
std::string_view NodeView::zone() const { return m_cluster->strings().view(NODE(Zone)); }
std::string_view NodeView::region() const { return field<&NodeDraft::region, std::string_view>(); }
std::string_view NodeView::instanceType() const { return field<&NodeDraft::instanceType, std::string_view>(); }
std::string_view NodeView::team() const { return field<&NodeDraft::team, std::string_view>(); }
std::string_view NodeView::version() const { return field<&NodeDraft::version, std::string_view>(); }
std::string_view NodeView::internalIp() const { return field<&NodeDraft::internalIp, std::string_view>(); }
std::string_view NodeView::externalIp() const { return field<&NodeDraft::externalIp, std::string_view>(); }
std::string_view NodeView::osImage() const { return field<&NodeDraft::osImage, std::string_view>(); }
std::string_view NodeView::kernel() const { return field<&NodeDraft::kernel, std::string_view>(); }
std::string_view NodeView::runtime() const { return field<&NodeDraft::runtime, std::string_view>(); }
std::string_view NodeView::architecture() const { return field<&NodeDraft::architecture, std::string_view>(); }
Time NodeView::created() const { return field<&NodeDraft::created, Time>(); }

std::vector<std::string_view> NodeView::roles() const
{
    return field<&NodeDraft::roles, std::vector<std::string_view>>();
}

std::vector<TaintView> NodeView::taints() const { return field<&NodeDraft::taints, std::vector<TaintView>>(); }

std::vector<ConditionView> NodeView::conditions() const
{
    return field<&NodeDraft::conditions, std::vector<ConditionView>>();
}

LabelViews NodeView::labels() const { return field<&NodeDraft::labels, LabelViews>(); }
std::optional<double> NodeView::loadAverage() const { return field<&NodeDraft::loadAverage, std::optional<double>>(); }
Bytes NodeView::memoryInUse() const { return field<&NodeDraft::memoryInUse, Bytes>(); }
Time NodeView::reported() const { return field<&NodeDraft::reported, Time>(); }
MilliCpu NodeView::cpuCapacity() const { return MilliCpu(NODE(CpuCapacity)); }
Bytes NodeView::memoryCapacity() const { return Bytes(NODE(MemoryCapacity)); }
MilliCpu NodeView::cpuAllocatable() const { return MilliCpu(NODE(CpuAllocatable)); }
Bytes NodeView::memoryAllocatable() const { return Bytes(NODE(MemoryAllocatable)); }
Count NodeView::podsAllocatable() const { return Count(NODE(PodsAllocatable)); }
bool NodeView::wholeIsCapacity() const { return m_cluster->status().orchestrator == Orchestrator::Helios; }
MilliCpu NodeView::cpuWhole() const { return wholeIsCapacity() ? cpuCapacity() : cpuAllocatable(); }
Bytes NodeView::memoryWhole() const { return wholeIsCapacity() ? memoryCapacity() : memoryAllocatable(); }
MilliCpu NodeView::cpuUsed() const { return MilliCpu(NODE(CpuUsed)); }
Bytes NodeView::memoryUsed() const { return Bytes(NODE(MemoryUsed)); }
Time NodeView::usageSampledAt() const { return unpackTime(NODE(UsageTime)); }

WorkloadDraft WorkloadView::draft() const
{
    auto draft = unpackDraft<WorkloadDraft>(WORKLOAD(Record), m_cluster->strings());
    restoreUuid(draft, WORKLOAD(Uid));
    draft.ns = ns();
    draft.kindText = kindText();
    draft.kind = kind();
    draft.state = state();
    return draft;
}

WorkloadId WorkloadView::id() const { return {m_cluster->id(), m_slot, m_cluster->m_workloads.birth(m_slot)}; }
std::uint64_t WorkloadView::revision() const { return m_cluster->m_workloads.revision(m_slot); }

std::string WorkloadView::uid() const
{
    const Uid uid = WORKLOAD(Uid);
    return uid.high == 0 ? field<&WorkloadDraft::uid, std::string>() : uuidText(uid);
}

WorkloadKind WorkloadView::kind() const { return WORKLOAD(Kind); }
std::string_view WorkloadView::kindText() const { return m_cluster->strings().view(WORKLOAD(KindText)); }
std::string_view WorkloadView::name() const { return field<&WorkloadDraft::name, std::string_view>(); }
std::string_view WorkloadView::ns() const { return m_cluster->strings().view(WORKLOAD(Namespace)); }
State WorkloadView::state() const { return WORKLOAD(State); }
std::string_view WorkloadView::status() const { return field<&WorkloadDraft::status, std::string_view>(); }
Time WorkloadView::created() const { return field<&WorkloadDraft::created, Time>(); }
Count WorkloadView::desired() const { return field<&WorkloadDraft::desired, Count>(); }
Count WorkloadView::ready() const { return field<&WorkloadDraft::ready, Count>(); }
Count WorkloadView::updated() const { return field<&WorkloadDraft::updated, Count>(); }
Count WorkloadView::available() const { return field<&WorkloadDraft::available, Count>(); }
std::string_view WorkloadView::version() const { return field<&WorkloadDraft::version, std::string_view>(); }
std::string_view WorkloadView::images() const { return field<&WorkloadDraft::images, std::string_view>(); }
std::string_view WorkloadView::containers() const { return field<&WorkloadDraft::containers, std::string_view>(); }
std::string_view WorkloadView::jobName() const { return field<&WorkloadDraft::jobName, std::string_view>(); }

std::vector<std::string_view> WorkloadView::registrations() const
{
    return field<&WorkloadDraft::registrations, std::vector<std::string_view>>();
}

Labels WorkloadView::labels() const { return field<&WorkloadDraft::labels, Labels>(); }
std::string_view WorkloadView::schedule() const { return field<&WorkloadDraft::schedule, std::string_view>(); }
Time WorkloadView::lastSchedule() const { return field<&WorkloadDraft::lastSchedule, Time>(); }
std::string_view WorkloadView::completions() const { return field<&WorkloadDraft::completions, std::string_view>(); }
std::string_view WorkloadView::revisionText() const { return field<&WorkloadDraft::revision, std::string_view>(); }
std::string_view WorkloadView::selector() const { return field<&WorkloadDraft::selector, std::string_view>(); }
std::string_view WorkloadView::nodeSelector() const { return field<&WorkloadDraft::nodeSelector, std::string_view>(); }

std::vector<ConditionView> WorkloadView::conditions() const
{
    return field<&WorkloadDraft::conditions, std::vector<ConditionView>>();
}

std::shared_ptr<const RolloutDraft> WorkloadView::rollout() const
{
    return field<&WorkloadDraft::rollout, std::shared_ptr<const RolloutDraft>>();
}

std::string_view WorkloadView::rolloutStatus() const { return field<&RolloutDraft::status, std::string_view>(); }
std::string_view WorkloadView::rolloutJob() const { return field<&RolloutDraft::job, std::string_view>(); }
std::uint32_t WorkloadView::controllerSlot() const { return WORKLOAD(ControllerSlot); }
std::string_view WorkloadView::team() const { return m_cluster->strings().view(WORKLOAD(Team)); }

#undef NODE
#undef WORKLOAD

} // namespace sextant
