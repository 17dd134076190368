// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/fleet/columns.h"
#include "core/fleet/snapshot.h"
#include "core/fleet/status.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

/// What one run of the program hands to the next: how a cluster stood, and its pods as they lie in the columns.
namespace sextant {

/// A picture of a cluster, but for its rows.
struct KeptPicture {
    struct Kind {
        Sync sync = Sync::Waiting; ///< as it was; Waiting: nothing of it stands
        std::vector<std::string> namespaces, unreadable; ///< as in ResourceStatus
    };
    Time at = kNoTime; ///< when it was current
    Orchestrator orchestrator = Orchestrator::Kubernetes;
    std::string uid, version;
    std::vector<std::string> namespaces;
    std::array<Kind, kResourceKinds> kinds{};
    Kind &of(ResourceKind kind) { return kinds[static_cast<std::size_t>(kind)]; }
};

/// A column by its number, as a kept row's cells() names it.
template <std::size_t Cell> using CellNumber = std::integral_constant<std::size_t, Cell>;

/// A node, cell by cell; words by their numbers in the pool, in its record as well.
struct KeptNode {
    Uid uid; ///< where its first half is 0, the text in the record counts
    StringId name = StringId::Empty, pool = StringId::Empty, zone = StringId::Empty;
    State state = State::Unknown;
    std::uint8_t flags = 0;
    std::int64_t cpuCapacity = Count::kUnknown, cpuAllocatable = Count::kUnknown;
    std::int64_t memoryCapacity = Count::kUnknown, memoryAllocatable = Count::kUnknown;
    std::int64_t podsAllocatable = Count::kUnknown;
    std::int64_t cpuUsed = Count::kUnknown, memoryUsed = Count::kUnknown;
    PackedTime usageTime = 0;
    std::string_view record; ///< a NodeDraft, but for what stands above

    /// Calls see(CellNumber, member) for each cell that is kept as it stands in its column, in the order of a file.
    template <class See> static void cells(const See &see)
    {
        see(CellNumber<NodeCell::Name>(), &KeptNode::name);
        see(CellNumber<NodeCell::Pool>(), &KeptNode::pool);
        see(CellNumber<NodeCell::Zone>(), &KeptNode::zone);
        see(CellNumber<NodeCell::State>(), &KeptNode::state);
        see(CellNumber<NodeCell::Flags>(), &KeptNode::flags);
        see(CellNumber<NodeCell::CpuCapacity>(), &KeptNode::cpuCapacity);
        see(CellNumber<NodeCell::CpuAllocatable>(), &KeptNode::cpuAllocatable);
        see(CellNumber<NodeCell::MemoryCapacity>(), &KeptNode::memoryCapacity);
        see(CellNumber<NodeCell::MemoryAllocatable>(), &KeptNode::memoryAllocatable);
        see(CellNumber<NodeCell::PodsAllocatable>(), &KeptNode::podsAllocatable);
        see(CellNumber<NodeCell::CpuUsed>(), &KeptNode::cpuUsed);
        see(CellNumber<NodeCell::MemoryUsed>(), &KeptNode::memoryUsed);
        see(CellNumber<NodeCell::UsageTime>(), &KeptNode::usageTime);
    }
};
/// The same of a workload.
struct KeptWorkload {
    Uid uid; ///< where its first half is 0, the text in the record counts
    Uid owner; ///< its controller's; nobody's: none
    StringId ns = StringId::Empty, kindText = StringId::Empty;
    WorkloadKind kind = WorkloadKind::Other;
    State state = State::Unknown;
    std::string_view record; ///< a WorkloadDraft, but for what stands above

    template <class See> static void cells(const See &see)
    {
        see(CellNumber<WorkloadCell::Namespace>(), &KeptWorkload::ns);
        see(CellNumber<WorkloadCell::KindText>(), &KeptWorkload::kindText);
        see(CellNumber<WorkloadCell::Kind>(), &KeptWorkload::kind);
        see(CellNumber<WorkloadCell::State>(), &KeptWorkload::state);
    }
};
// As they stand in a snapshot; a record is valid as long as that.
KeptNode keptNode(const NodeView &node);
KeptWorkload keptWorkload(const WorkloadView &workload);

/// A pod, the same way.
struct KeptPod {
    Uid uid; ///< where its first half is 0, the text in the record counts
    StringId ns = StringId::Empty, node = StringId::Empty, status = StringId::Empty, team = StringId::Empty;
    State state = State::Unknown;
    std::uint8_t flags = 0;
    std::uint16_t ready = 0, total = 0;
    std::uint32_t restarts = 0;
    PackedTime created = 0;
    std::int32_t cpuRequested = 0, cpuLimit = 0;
    std::uint32_t memoryRequested = 0, memoryLimit = 0;
    std::int64_t cpuUsed = Count::kUnknown, memoryUsed = Count::kUnknown;
    PackedTime usageTime = 0;
    bool owned = false; ///< has a controller, known or not
    std::uint32_t controller = kNoSlot; ///< its slot among the workloads there; of a bare pod the workload it is itself
    std::string_view record;

    template <class See> static void cells(const See &see)
    {
        see(CellNumber<PodCell::Namespace>(), &KeptPod::ns);
        see(CellNumber<PodCell::Node>(), &KeptPod::node);
        see(CellNumber<PodCell::Status>(), &KeptPod::status);
        see(CellNumber<PodCell::Team>(), &KeptPod::team);
        see(CellNumber<PodCell::State>(), &KeptPod::state);
        see(CellNumber<PodCell::Flags>(), &KeptPod::flags);
        see(CellNumber<PodCell::Ready>(), &KeptPod::ready);
        see(CellNumber<PodCell::Total>(), &KeptPod::total);
        see(CellNumber<PodCell::Restarts>(), &KeptPod::restarts);
        see(CellNumber<PodCell::Created>(), &KeptPod::created);
        see(CellNumber<PodCell::CpuRequested>(), &KeptPod::cpuRequested);
        see(CellNumber<PodCell::CpuLimit>(), &KeptPod::cpuLimit);
        see(CellNumber<PodCell::MemoryRequested>(), &KeptPod::memoryRequested);
        see(CellNumber<PodCell::MemoryLimit>(), &KeptPod::memoryLimit);
    }
    /// The same of the cells of PodUsage.
    template <class See> static void usage(const See &see)
    {
        see(CellNumber<PodUsageCell::Cpu>(), &KeptPod::cpuUsed);
        see(CellNumber<PodUsageCell::Memory>(), &KeptPod::memoryUsed);
        see(CellNumber<PodUsageCell::Time>(), &KeptPod::usageTime);
    }
};
/// As it stands in a snapshot; `record` is valid as long as that.
KeptPod keptPod(const PodView &pod);

} // namespace sextant
